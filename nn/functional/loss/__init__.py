"""Losses as functions, a file per family, with the chapters of ``nn/losses/``.

Read `node.py` first: a loss that is a formula of its entries is one node, reduction included, and so is the cross
entropy. Targets and weights that are not traced are computed with in the precision of the input. Targets of another
shape than the input's are an error where PyTorch would broadcast them.
"""

from nn.functional.loss.binary import binary_cross_entropy, binary_cross_entropy_with_logits
from nn.functional.loss.cross_entropy import cross_entropy, nll_loss
from nn.functional.loss.ctc import ctc_loss
from nn.functional.loss.distributions import gaussian_nll_loss, kl_div, poisson_nll_loss
from nn.functional.loss.margin import (
    hinge_embedding_loss,
    hinge_loss,
    margin_ranking_loss,
    soft_margin_loss,
)
from nn.functional.loss.multiclass import multi_margin_loss, multilabel_margin_loss, multilabel_soft_margin_loss
from nn.functional.loss.regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss, sse_loss
from nn.functional.loss.similarity import (
    cosine_embedding_loss,
    triplet_margin_loss,
    triplet_margin_with_distance_loss,
)

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_embedding_loss",
    "cross_entropy",
    "ctc_loss",
    "gaussian_nll_loss",
    "hinge_embedding_loss",
    "hinge_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "margin_ranking_loss",
    "mse_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "nll_loss",
    "poisson_nll_loss",
    "smooth_l1_loss",
    "soft_margin_loss",
    "sse_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]
