"""Constants, indices and parameters as Python writes them: what is read back is the same value, to the bit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["array_text", "dtype_text", "is_count", "number_text", "parameter_text", "scalar_text", "shape_text"]


def number_text(value: Any) -> str:
    """A Python number, or the Python number that a NumPy scalar holds."""
    value = value.item() if isinstance(value, (np.generic, np.ndarray)) else value
    if isinstance(value, complex):
        return f"complex({number_text(value.real)}, {number_text(value.imag)})"
    if isinstance(value, float) and not math.isfinite(value):
        return "np.nan" if math.isnan(value) else "np.inf" if value > 0 else "-np.inf"
    return repr(value)


def dtype_text(dtype: Any) -> str:
    """A dtype: ``np.float32``, ``bool``."""
    dtype = np.dtype(dtype)
    return "bool" if dtype.kind == "b" else f"np.{dtype.name}"


def scalar_text(value: Any) -> str:
    """A NumPy scalar with its dtype."""
    if isinstance(value, np.ndarray):
        value = value[()]
    if isinstance(value, np.generic):
        return number_text(value) if value.dtype == bool else f"{dtype_text_of_scalar(value)}({number_text(value)})"
    return number_text(value)


def dtype_text_of_scalar(value: Any) -> str:
    return f"np.{value.dtype.name}"


def shape_text(shape: tuple[int, ...]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def array_text(value: np.ndarray[Any, Any]) -> str:
    """An array: zeros, ones, a repeated number, an identity, a range, or its entries."""
    shape, dtype = shape_text(value.shape), value.dtype
    keyword = "" if dtype == np.float64 else f", dtype={dtype_text(dtype)}"
    if not value.size:
        return f"np.zeros({shape}{keyword})"
    first = value.flat[0]
    same = bool(np.all(value == first))
    if same and first == 0 and not (dtype.kind == "f" and np.signbit(value).any()):
        return f"np.zeros({shape}{keyword})"
    if value.size > 1 and same and first == 1:
        return f"np.ones({shape}{keyword})"
    if value.size > 1 and same:
        return f"np.full({shape}, {number_text(first)}{keyword})"
    if value.ndim == 2 and value.shape[0] > 1 and np.array_equal(value, np.eye(*value.shape)):
        size = f"{value.shape[0]}" if value.shape[0] == value.shape[1] else f"{value.shape[0]}, {value.shape[1]}"
        return f"np.eye({size}{keyword})"
    if dtype == np.intp and value.ndim == 1 and value.size > 2 and np.array_equal(value, np.arange(value.size) + first):
        return f"np.arange({value.size})" if first == 0 else f"np.arange({first}, {first + value.size})"
    if is_count(value):
        return f"np.arange({value.size}).reshape({shape})"
    plain = dtype in (np.float64, np.int64, np.bool_, np.complex128)
    return f"np.array({nested_text(value.tolist())}{'' if plain else keyword})"


def is_count(value: Any) -> bool:
    """Whether the entries are 0, 1, 2, ..."""
    return bool(value.dtype == np.intp and value.size > 1 and np.array_equal(value.ravel(), np.arange(value.size)))


def nested_text(items: Any) -> str:
    """Nested lists of numbers."""
    return f"[{', '.join(map(nested_text, items))}]" if isinstance(items, list) else number_text(items)


def parameter_text(value: Any) -> str | None:
    """A parameter that is no array: an axis, a mode, a dtype; None for what is none of these."""
    if value is None or value is Ellipsis or isinstance(value, (bool, str)):
        return "..." if value is Ellipsis else repr(value)
    if isinstance(value, (int, float, complex)) and not isinstance(value, np.generic):
        return number_text(value)
    if isinstance(value, np.dtype):
        return dtype_text(value)
    if isinstance(value, type):
        if issubclass(value, np.generic):
            return f"np.{np.dtype(value).name}"
        return value.__name__ if value in (bool, int, float, complex) else None
    if isinstance(value, np.integer) or (
        isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iu"
    ):
        return str(int(value))
    return None
