"""Networks that squeeze their input through a few numbers and rebuild it: (N, features) to (N, features) in 0..1."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import functional
from nn.models.perceptron import MLP
from nn.module import Module
from nn.random import generator
from nn.sharing import register

__all__ = ["Autoencoder", "VariationalAutoencoder"]


@register(name="nn.models.Autoencoder")
class Autoencoder(Module):
    """An encoder and its mirror image: ``Autoencoder(784, 128, 32)`` is 784-128-32-128-784 (Hinton, 2006).

    With `noise` it is a denoising one (Vincent and others, 2008): while it trains, that share of the features is set to
    0, and it is to rebuild what was there.
    """

    def __init__(self, *sizes: int, noise: float = 0.0, rng: np.random.Generator | None = None) -> None:
        self.encoder, self.decoder = MLP(*sizes, rng=rng), MLP(*sizes[::-1], rng=rng)
        self.noise, self.rng = noise, rng

    def forward(self, x: Any) -> Any:
        return functional.sigmoid(self.decoder(self.encoder(self.corrupted(x) if self.training else x)))

    def corrupted(self, x: Any) -> Any:
        """The input with a share of its features set to 0."""
        if not self.noise:
            return x
        return x * (generator(self.rng).random(x.shape, np.float32) >= self.noise)


@register(name="nn.models.VariationalAutoencoder")
class VariationalAutoencoder(Module):
    """An encoder to normal distributions of codes, and a decoder of what is drawn from them (Kingma and Welling, 2014).

    ``VariationalAutoencoder(784, 400, 20)`` has codes of 20 numbers. In evaluation mode it takes the mean as the code.
    """

    def __init__(self, *sizes: int, rng: np.random.Generator | None = None) -> None:
        *outer, codes = sizes
        self.encoder, self.decoder = MLP(*outer, 2 * codes, rng=rng), MLP(*sizes[::-1], rng=rng)
        self.codes, self.rng = codes, rng

    def forward(self, x: Any) -> Any:
        mean, spread = self.encoded(x)
        return functional.sigmoid(self.decoder(self.drawn(mean, spread) if self.training else mean))

    def encoded(self, x: Any) -> tuple[Any, Any]:
        """Mean and logarithm of the standard deviation of the codes, (N, codes) each."""
        both = self.encoder(x)
        return both[:, : self.codes], both[:, self.codes :]

    def drawn(self, mean: Any, spread: Any) -> Any:
        """Codes: the noise comes from outside, so that gradients reach mean and deviation."""
        return mean + np.exp(spread) * generator(self.rng).standard_normal(mean.shape, np.float32)

    def nats(self, x: Any) -> Any:
        """What each example costs at most, (N,): the bound of its negative log likelihood, pixels taken as shares.

        Rebuilding the example from a drawn code, and the divergence of the codes' distribution from the standard one.
        """
        mean, spread = self.encoded(x)
        logits = self.decoder(self.drawn(mean, spread))
        rebuilt = functional.binary_cross_entropy_with_logits(logits, x, reduction="none")
        divergence = 0.5 * (mean**2 + np.exp(2 * spread) - 1) - spread
        return np.sum(rebuilt, axis=1) + np.sum(divergence, axis=1)

    def sample(self, n: int) -> Any:
        """Examples (n, features) from codes that are drawn from the standard normal distribution."""
        return functional.sigmoid(self.decoder(generator(self.rng).standard_normal((n, self.codes), np.float32)))
