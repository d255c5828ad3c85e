"""Convolutional networks for small grey images: (N, 1, 28, 28) to logits (N, 10)."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.layers import BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Sequential
from nn.module import Module
from nn.sharing import register

__all__ = ["HeadedCNN", "SmallCNN", "TutorialCNN"]


@register(name="nn.models.TutorialCNN")
class TutorialCNN(Sequential):
    """One convolution, one pooling, one hidden layer: 32 kernels of 3x3, 2x2, 128 units."""

    def __init__(self, rng: np.random.Generator | None = None) -> None:
        super().__init__(
            Conv2d(1, 32, 3, rng=rng),
            ReLU(),
            MaxPool2d(2),
            Flatten(),
            Linear(32 * 13 * 13, 128, rng=rng),
            ReLU(),
            Linear(128, 10, rng=rng),
        )


@register(name="nn.models.SmallCNN")
class SmallCNN(Sequential):
    """Two convolutions, each with batch normalization and pooling, and dropout."""

    def __init__(self, rng: np.random.Generator | None = None) -> None:
        super().__init__(
            Conv2d(1, 32, 3, rng=rng),
            BatchNorm2d(32),
            ReLU(),
            MaxPool2d(2),
            Conv2d(32, 64, 3, rng=rng),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(2),
            Flatten(),
            Dropout(0.25, rng=rng),
            Linear(64 * 5 * 5, 128, rng=rng),
            ReLU(),
            Dropout(0.25, rng=rng),
            Linear(128, 10, rng=rng),
        )


@register(name="nn.models.HeadedCNN")
class HeadedCNN(Module):
    """Two convolutions with pooling as `features`, (N, 1600), and `head`, a layer that reads `classes` from them.

    Features serve for other classes than those that they were learned from (Yosinski and others, 2014): freeze them,
    and assign a new head.
    """

    def __init__(self, classes: int = 10, rng: np.random.Generator | None = None) -> None:
        self.features = Sequential(
            Conv2d(1, 32, 3, rng=rng),
            ReLU(),
            MaxPool2d(2),
            Conv2d(32, 64, 3, rng=rng),
            ReLU(),
            MaxPool2d(2),
            Flatten(),
        )
        self.head = Linear(64 * 5 * 5, classes, rng=rng)

    def forward(self, x: Any) -> Any:
        return self.head(self.features(x))
