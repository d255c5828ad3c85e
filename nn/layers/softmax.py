"""Activations along an axis."""

from __future__ import annotations

from typing import Any

from nn import checks, errors, functional
from nn.module import Module

__all__ = ["GLU", "LogSoftmax", "Softmax", "Softmax2d", "Softmin"]


class AlongAxis(Module):
    """What the softmaxes share: the axis `dim`, checked at the call; None is 0 or 1, with a warning, as in PyTorch."""

    def __init__(self, dim: int | None = None) -> None:
        self.dim = None if dim is None else checks.integer(type(self).__name__, dim=dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(AlongAxis):
    """``exp(x) / sum(exp(x))`` along the axis `dim`.

    Raises `ShapeError` for an input without that axis.
    """

    def forward(self, input: Any) -> Any:
        return functional.softmax(input, self.dim)


class LogSoftmax(AlongAxis):
    """``log(softmax(x))`` along the axis `dim`, without the rounding of one after the other.

    Raises `ShapeError` for an input without that axis.
    """

    def forward(self, input: Any) -> Any:
        return functional.log_softmax(input, self.dim)


class Softmin(AlongAxis):
    """``softmax(-x)`` along the axis `dim`.

    Raises `ShapeError` for an input without that axis.
    """

    def forward(self, input: Any) -> Any:
        return functional.softmin(input, self.dim)


class Softmax2d(Module):
    """Softmax over the channels at each place of an image: (N, C, H, W) or (C, H, W).

    Raises `ShapeError` for another number of axes.
    """

    def forward(self, input: Any) -> Any:
        checks.array(self, input)
        if len(input.shape) not in (3, 4):
            raise errors.ShapeError(f"{self}: got shape {input.shape}; it takes (N, C, H, W) or (C, H, W).")
        return functional.softmax(input, -3)


class GLU(Module):
    """``a * sigmoid(b)`` of the two halves of the input along the axis `dim` (Dauphin et al., 2017).

    Raises `ShapeError` for an input without that axis, or where its length is odd.
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = checks.integer("GLU", dim=dim)

    def forward(self, input: Any) -> Any:
        checks.array(self, input)
        return functional.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
