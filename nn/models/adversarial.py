"""The two players of a generative adversarial network (Goodfellow and others, 2014) for images of 28 x 28 pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import errors
from nn.layers import (
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    LeakyReLU,
    Linear,
    ReLU,
    Sequential,
    Sigmoid,
    Unflatten,
)
from nn.module import Module
from nn.sharing import register

__all__ = ["Discriminator", "Generator"]


@register(name="nn.models.Generator")
class Generator(Sequential):
    """Numbers (N, latent) to images (N, 1, 28, 28) in 0..1.

    The numbers are drawn from a standard normal distribution; the last of them may say instead which class is to be
    drawn, as a row of zeros with a one (Mirza and Osindero, 2014).

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
class Discriminator(Module):
    """Images (N, 1, 28, 28), and with `classes` what they are to show (N,), to logits (N, 1): above 0 for real ones.

    `features` (N, 98 * channels) are made by two convolutions that halve, each with twice as many channels. `verdict`
    is linear in them; `fit` adds the product with a vector of the class, whether they are those of this class (Miyato
    and Koyama, 2018).
    """

    def __init__(self, channels: int = 32, classes: int = 0, rng: np.random.Generator | None = None) -> None:
        self.features = Sequential(
            Conv2d(1, channels, 4, stride=2, padding=1, rng=rng),
            LeakyReLU(0.2),
            Conv2d(channels, 2 * channels, 4, stride=2, padding=1, rng=rng),
            BatchNorm2d(2 * channels),
            LeakyReLU(0.2),
            Flatten(),
        )
        self.verdict = Linear(2 * channels * 49, 1, rng=rng)
        self.fit = Linear(2 * channels * 49, classes, bias=False, rng=rng) if classes else None

    def forward(self, x: Any, y: Any = None) -> Any:
        features = self.features(x)
        if self.fit is None:
            return self.verdict(features)
        if y is None:
            raise errors.wrong_argument("Discriminator", "y", y, "the classes (N,) of the images")
        return self.verdict(features) + self.fit(features)[np.arange(len(y)), y][:, None]
