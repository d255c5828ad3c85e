"""Layers and losses as functions, PyTorch's `torch.nn.functional`.

The classes in ``layers/`` and ``losses/`` call them. A function has a rule of its own where numerics or speed ask for
it; everything else is composed of NumPy's functions.
"""

from nn.functional.activation import log_softmax, relu, sigmoid, softmax, tanh
from nn.functional.distance import cosine_similarity, pairwise_distance
from nn.functional.dropout import dropout
from nn.functional.linear import linear
from nn.functional.loss import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cosine_embedding_loss,
    cross_entropy,
    ctc_loss,
    gaussian_nll_loss,
    hinge_embedding_loss,
    hinge_loss,
    huber_loss,
    kl_div,
    l1_loss,
    margin_ranking_loss,
    mse_loss,
    multi_margin_loss,
    multilabel_margin_loss,
    multilabel_soft_margin_loss,
    nll_loss,
    poisson_nll_loss,
    smooth_l1_loss,
    soft_margin_loss,
    sse_loss,
    triplet_margin_loss,
    triplet_margin_with_distance_loss,
)
from nn.functional.recurrent import gru, gru_cell, lstm, lstm_cell, rnn, rnn_cell

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_embedding_loss",
    "cosine_similarity",
    "cross_entropy",
    "ctc_loss",
    "dropout",
    "gaussian_nll_loss",
    "gru",
    "gru_cell",
    "hinge_embedding_loss",
    "hinge_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "linear",
    "log_softmax",
    "lstm",
    "lstm_cell",
    "margin_ranking_loss",
    "mse_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "nll_loss",
    "pairwise_distance",
    "poisson_nll_loss",
    "relu",
    "rnn",
    "rnn_cell",
    "sigmoid",
    "smooth_l1_loss",
    "soft_margin_loss",
    "softmax",
    "sse_loss",
    "tanh",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]
