"""Restricted Boltzmann machines, and several stacked into a deep belief network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import functional
from nn.layers import Linear, ModuleList
from nn.models.perceptron import MLP
from nn.module import Module
from nn.parameter import Parameter
from nn.random import generator
from nn.sharing import register

__all__ = ["DBN", "RBM"]


@register(name="nn.models.RBM")
class RBM(Module):
    """Binary visible and hidden units, each tied to all of the other kind (Smolensky, 1986; Hinton, 2002).

    The model's probability of v is proportional to exp(-F(v)), F the free energy. Called, it gives the probabilities of
    the hidden units: (N, visible) to (N, hidden). `weight` is (hidden, visible), as a Linear layer's.
    """

    def __init__(self, visible: int, hidden: int, rng: np.random.Generator | None = None) -> None:
        self.rng = rng
        self.weight = Parameter(generator(rng).normal(0, 0.01, (hidden, visible)).astype(np.float32))
        self.hidden_bias = Parameter(np.zeros(hidden, np.float32))
        self.visible_bias = Parameter(np.zeros(visible, np.float32))

    def forward(self, v: Any) -> Any:
        return functional.sigmoid(functional.linear(v, self.weight, self.hidden_bias))

    def visible(self, h: Any) -> Any:
        """The probabilities of the visible units, (N, hidden) to (N, visible)."""
        return functional.sigmoid(functional.linear(h, self.weight.T, self.visible_bias))

    def free_energy(self, v: Any) -> Any:
        """``F(v) = -visible_bias v - sum of softplus(weight v + hidden_bias)``, (N,)."""
        towards = functional.linear(v, self.weight, self.hidden_bias)
        return -(v @ self.visible_bias) - np.sum(functional.softplus(towards), axis=1)

    def contrast(self, data: Any, chain: Any) -> Any:
        """The free energy of data over that of the model's own states, on average.

        Its gradient is that of the negative log likelihood where the states are the model's; `chain` is a constant.
        """
        return np.mean(self.free_energy(data)) - np.mean(self.free_energy(chain))

    def walked(self, v: Any, steps: int = 1) -> Any:
        """States (N, visible) after so many steps of Gibbs sampling: hidden units from visible ones, and back."""
        for _ in range(steps):
            v = self.drawn(unwrap(self.visible(self.drawn(unwrap(self(v))))))
        return v

    def drawn(self, p: Any) -> Any:
        """Zeros and ones of these probabilities."""
        return (generator(self.rng).random(p.shape, np.float32) < p).astype(np.float32)

    def pseudo_likelihood(self, v: Any, which: Any) -> float:
        """The log pseudo-likelihood of binary rows (Besag, 1975), by one unit of each: that in the column `which`.

        The units' conditional probabilities given all others, log P(v_i | rest) = log sigmoid(F(v with i flipped) -
        F(v)), times their number.
        """
        flipped, rows = v.copy(), np.arange(len(v))
        flipped[rows, which] = 1 - flipped[rows, which]
        more = unwrap(self.free_energy(flipped)) - unwrap(self.free_energy(v))
        return float(-v.shape[1] * np.mean(np.logaddexp(0, -more)))


@register(name="nn.models.DBN")
class DBN(Module):
    """Boltzmann machines, each of which takes the hidden units of the one below for data (Hinton and others, 2006).

    ``DBN(784, 500, 250)`` takes (N, 784) and gives the probabilities of its topmost units, (N, 250).
    """

    def __init__(self, *sizes: int, rng: np.random.Generator | None = None) -> None:
        self.rbms = ModuleList([RBM(*pair, rng=rng) for pair in pairwise(sizes)])
        self.sizes = sizes

    def forward(self, v: Any) -> Any:
        for rbm in self.rbms:
            v = rbm(v)
        return v

    def layers(self, v: Any) -> Iterator[tuple[RBM, Any]]:
        """Each machine with its data, from below; when one is asked for, those below must have been trained."""
        for rbm in self.machines():
            yield rbm, v
            v = unwrap(rbm(v))

    def machines(self) -> Iterator[RBM]:
        """From below."""
        return (rbm for rbm in self.rbms if isinstance(rbm, RBM))

    def classifier(self, classes: int, rng: np.random.Generator | None = None) -> MLP:
        """A network of sigmoid units that begins with these weights; its last layer is new."""
        network = MLP(*self.sizes, classes, activation="sigmoid", rng=rng)
        linear = [layer for layer in network.children() if isinstance(layer, Linear)]
        for layer, rbm in zip(linear, self.machines(), strict=False):
            assert layer.bias is not None
            layer.weight.data, layer.bias.data = rbm.weight.data.copy(), rbm.hidden_bias.data.copy()
        return network
