"""What rules written for HIPS autograd take from its own: the helpers against broadcasting and for complex numbers.

The rules themselves are `autograd/derivatives/`. There the engine undoes broadcasting, and rules need none of these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import unwrap

__all__ = [
    "balanced_eq",
    "match_complex",
    "metadata",
    "repeat_to_match_shape",
    "replace_zero",
    "unbroadcast",
    "unbroadcast_f",
]


def metadata(A: Any) -> tuple[tuple[int, ...], int, Any, bool]:
    """Shape, number of axes, dtype, and whether it is complex."""
    value = np.asarray(unwrap(A))
    return value.shape, value.ndim, value.dtype, value.dtype.kind == "c"


def unbroadcast(x: Any, target_meta: tuple[Any, ...], broadcast_idx: int = 0) -> Any:
    """Sum `x` to the shape of the operand that `metadata` described, before it was broadcast."""
    shape, ndim, _, is_complex = target_meta
    while np.ndim(x) > ndim:
        x = np.sum(x, axis=broadcast_idx)
    stretched = tuple(axis for axis, n in enumerate(shape) if n == 1 != np.shape(x)[axis])
    if stretched:
        x = np.sum(x, axis=stretched, keepdims=True)
    return x if is_complex or not np.iscomplexobj(unwrap(x)) else np.real(x)


def unbroadcast_f(target: Any, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`f` with its result summed to the shape of `target`."""
    meta = metadata(target)
    return lambda g: unbroadcast(f(g), meta)


def match_complex(target: Any, x: Any) -> Any:
    """The real part of `x` where `target` is real; complex where `target` is."""
    wanted, given = np.iscomplexobj(unwrap(target)), np.iscomplexobj(unwrap(x))
    if wanted == given:
        return x
    return x + 0j if wanted else np.real(x)


def repeat_to_match_shape(
    g: Any,
    shape: Any,
    dtype: Any,  # noqa: ARG001  # HIPS autograd's signature
    axis: Any,
    keepdims: bool,
) -> tuple[Any, Any]:
    """`g`, the gradient of a reduction, over the reduced shape; and how many entries each of its own stands for."""
    if shape == ():
        return g, 1
    axes = range(len(shape)) if axis is None else [a % len(shape) for a in (axis if np.ndim(axis) else (axis,))]
    if not keepdims:
        g = np.reshape(g, tuple(1 if a in axes else n for a, n in enumerate(shape)))
    return np.broadcast_to(g, shape), int(np.prod([shape[a] for a in axes]))


def balanced_eq(x: Any, z: Any, y: Any) -> Any:
    """One where `x` equals `z`, a half where `y` does as well."""
    return np.where(x == z, np.where(x == y, 0.5, 1.0), 0.0)


def replace_zero(x: Any, val: Any) -> Any:
    """`x` with `val` in place of zeros."""
    return np.where(x == 0, val, x)
