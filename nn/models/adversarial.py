"""The two players of a generative adversarial network (Goodfellow and others, 2014) for images of 28 x 28 pixels."""

from __future__ import annotations

import numpy as np

from nn.layers import (
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    ReLU,
    Sequential,
    Sigmoid,
    Unflatten,
)
from nn.sharing import register

__all__ = ["Discriminator", "Generator"]


@register(name="nn.models.Generator")
class Generator(Sequential):
    """Numbers (N, latent), drawn from a standard normal distribution, to images (N, 1, 28, 28) in 0..1.

    A linear layer to 7 x 7 pixels of many channels, which two transposed convolutions double, each with half as many
    channels (Radford and others, 2016).
    """

    def __init__(self, latent: int, channels: int = 32, rng: np.random.Generator | None = None) -> None:
        super().__init__(
            Linear(latent, 2 * channels * 49, rng=rng),
            BatchNorm1d(2 * channels * 49),
            ReLU(),
            Unflatten(1, (2 * channels, 7, 7)),
            ConvTranspose2d(2 * channels, channels, 4, stride=2, padding=1, rng=rng),
            BatchNorm2d(channels),
            ReLU(),
            ConvTranspose2d(channels, 1, 4, stride=2, padding=1, rng=rng),
            Sigmoid(),
        )


@register(name="nn.models.Discriminator")
class Discriminator(Sequential):
    """Images (N, 1, 28, 28) to logits (N, 1): above 0 where it takes them for real ones."""

    def __init__(self, channels: int = 32, dropout: float = 0.3, rng: np.random.Generator | None = None) -> None:
        super().__init__(
            Conv2d(1, channels, 4, stride=2, padding=1, rng=rng),
            LeakyReLU(0.2),
            Dropout(dropout, rng=rng),
            Conv2d(channels, 2 * channels, 4, stride=2, padding=1, rng=rng),
            LeakyReLU(0.2),
            Dropout(dropout, rng=rng),
            Flatten(),
            Linear(2 * channels * 49, 1, rng=rng),
        )
