"""Neural networks on top of `autograd`, with PyTorch's names and Keras's verbs for training.

Read `module.py` first, then `layers/`, `losses/`, `optim/` and `train/`.
"""

from nn import errors, functional, init, metrics, optim
from nn.layers import CosineSimilarity, Dropout, Linear, PairwiseDistance, ReLU, Sequential, Sigmoid, Tanh
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CosineEmbeddingLoss,
    CrossEntropyLoss,
    CTCLoss,
    GaussianNLLLoss,
    HingeEmbeddingLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MarginRankingLoss,
    MSELoss,
    MultiLabelMarginLoss,
    MultiLabelSoftMarginLoss,
    MultiMarginLoss,
    NLLLoss,
    PoissonNLLLoss,
    SmoothL1Loss,
    SoftMarginLoss,
    SSELoss,
    TripletMarginLoss,
    TripletMarginWithDistanceLoss,
)
from nn.module import Module, Parameter
from nn.random import manual_seed
from nn.stateless import functional_call
from nn.train import Callback, History, Trainer

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "Callback",
    "CosineEmbeddingLoss",
    "CosineSimilarity",
    "CrossEntropyLoss",
    "Dropout",
    "GaussianNLLLoss",
    "HingeEmbeddingLoss",
    "HingeLoss",
    "History",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "Linear",
    "MSELoss",
    "MarginRankingLoss",
    "Module",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "NLLLoss",
    "PairwiseDistance",
    "Parameter",
    "PoissonNLLLoss",
    "ReLU",
    "SSELoss",
    "Sequential",
    "Sigmoid",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "Tanh",
    "Trainer",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
    "errors",
    "functional",
    "functional_call",
    "init",
    "manual_seed",
    "metrics",
    "optim",
]
