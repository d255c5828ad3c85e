"""Losses as modules, a file per family; the formulas are in ``functional/loss/``."""

from nn.losses.binary import BCELoss, BCEWithLogitsLoss
from nn.losses.cross_entropy import CrossEntropyLoss, NLLLoss
from nn.losses.ctc import CTCLoss
from nn.losses.distributions import GaussianNLLLoss, KLDivLoss, PoissonNLLLoss
from nn.losses.margin import HingeEmbeddingLoss, HingeLoss, MarginRankingLoss, SoftMarginLoss
from nn.losses.multiclass import MultiLabelMarginLoss, MultiLabelSoftMarginLoss, MultiMarginLoss
from nn.losses.regression import HuberLoss, L1Loss, MSELoss, SmoothL1Loss, SSELoss
from nn.losses.similarity import CosineEmbeddingLoss, TripletMarginLoss, TripletMarginWithDistanceLoss

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HingeEmbeddingLoss",
    "HingeLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SSELoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]
