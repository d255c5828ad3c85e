"""Dropout: what is zeroed at random in training, and nothing in evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors, functional
from nn.module import Module

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class Dropping(Module):
    """What the layers share: the probability, and where randomness comes from."""

    def __init__(self, p: float = 0.5, inplace: bool = False, *, rng: np.random.Generator | None = None) -> None:
        what = type(self).__name__
        if not (checks.is_number(p) and 0 <= p <= 1):
            raise errors.out_of_range(what, "p", p, "a probability, 0 to 1")
        checks.not_inplace(what, inplace)
        self.p, self.rng = p, rng

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace=False"


class Dropout(Dropping):
    """Set entries to 0 with probability `p` in training and scale the others up; nothing in evaluation.

    `rng` is the generator to draw from, the default one of `nn.manual_seed` if None. Srivastava et al., 2014.

    Raises `ArgumentError` unless 0 <= p <= 1; PyTorch's `inplace` must be False.
    """

    def forward(self, input: Any) -> Any:
        return functional.dropout(input, self.p, self.training, rng=self.rng)


class Dropout1d(Dropping):
    """As `Dropout`, of whole channels: (N, C, L) or (C, L). Tompson et al., 2015."""

    def forward(self, input: Any) -> Any:
        return functional.dropout1d(input, self.p, self.training, rng=self.rng)


class Dropout2d(Dropping):
    """As `Dropout`, of whole channels: (N, C, H, W), or (N, C, L), as three axes are read in PyTorch."""

    def forward(self, input: Any) -> Any:
        return functional.dropout2d(input, self.p, self.training, rng=self.rng)


class Dropout3d(Dropping):
    """As `Dropout`, of whole channels: (N, C, D, H, W) or (C, D, H, W)."""

    def forward(self, input: Any) -> Any:
        return functional.dropout3d(input, self.p, self.training, rng=self.rng)


class AlphaDropout(Dropping):
    """Set entries to SELU's lowest value with probability `p` in training, and keep mean 0 and variance 1.

    Nothing in evaluation. Klambauer et al., 2017.
    """

    def forward(self, input: Any) -> Any:
        return functional.alpha_dropout(input, self.p, self.training, rng=self.rng)


class FeatureAlphaDropout(Dropping):
    """As `AlphaDropout`, of whole channels: (N, C, ...)."""

    def forward(self, input: Any) -> Any:
        return functional.feature_alpha_dropout(input, self.p, self.training, rng=self.rng)
