"""What losses and distances check about inputs, targets, labels and weights; each error is a named one.

Imported by ``loss/`` and `distance.py`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor, primitive
from autograd.graph import traced, unwrap
from nn import checks, errors

__all__ = [
    "alike",
    "as_array",
    "class_labels",
    "class_weights",
    "constant",
    "number",
    "numbers",
    "positive",
    "require_same_shape",
    "signs",
    "weight_of",
    "weights",
]


def numbers(what: str, *given: Any) -> list[Any]:
    """Arrays or Tensors of real numbers in one precision: that of the first traced, or else of the first floating.

    What is not traced is cast to it, so that float64 or integer targets do not widen a float32 loss.
    """
    xs = [as_array(what, x) for x in given]
    if len({x.dtype for x in xs}) == 1 and xs[0].dtype.kind == "f":
        return xs
    for x in xs:
        if x.dtype.kind not in "biuf":
            raise errors.ArgumentError(f"{what}: got {x.dtype} {x.shape}; it takes arrays of real numbers.")
    floating = [x.dtype for x in xs if x.dtype.kind == "f"]
    dtype = next((x.dtype for x in xs if traced(x)), floating[0] if floating else np.float64)
    return [x if traced(x) else cast(x, dtype) for x in xs]


def as_array(what: str, x: Any) -> Any:
    """An array or a Tensor, of what may be a list."""
    if isinstance(x, Tensor) or hasattr(x, "__array_function__"):
        return x
    try:
        return np.asarray(x)
    except ValueError:
        raise errors.ArgumentError(f"{what}: got a list whose rows have different lengths.") from None


def cast(x: Any, dtype: Any) -> Any:
    return np.asarray(unwrap(x)).astype(dtype, copy=False)


def require_same_shape(what: str, **given: Any) -> None:
    """Raise `ShapeError` unless all have the shape of the first: to broadcast would compare each with each."""
    shapes = [np.shape(x) for x in given.values()]
    if len(set(shapes)) > 1:
        texts = ", ".join(f"{name} of shape {shape}" for name, shape in zip(given, shapes, strict=True))
        fits = len(given) == 2 and math.prod(shapes[0]) == math.prod(shapes[1])
        hint = " Write {1}.reshape({0}.shape).".format(*given) if fits else ""
        raise errors.ShapeError(f"{what}: {texts}; they must be the same.{hint}")


def alike(what: str, input: Any, target: Any, names: tuple[str, str] = ("input", "target")) -> list[Any]:
    """Two in one precision and of one shape."""
    pair = numbers(what, input, target)
    if pair[0].shape != pair[1].shape:
        require_same_shape(what, **dict(zip(names, pair, strict=True)))
    return pair


def positive(what: str, **options: Any) -> None:
    """Each option is a number above 0."""
    for name, value in options.items():
        if not (checks.is_number(value) and value > 0):
            raise errors.out_of_range(what, name, value, "a number above 0")


def number(what: str, margin: Any) -> float:
    """A margin is any real number."""
    if not checks.is_number(margin):
        raise errors.out_of_range(what, "margin", margin, "a number")
    return float(margin)


def constant(what: str, name: str, x: Any) -> Any:
    """An array of labels or weights, to which no gradient can flow."""
    if traced(x):
        raise errors.ArgumentError(
            f"{what}: {name} is traced, but there is no derivative by it. Write {name}.data or {name}.detach()."
        )
    x = unwrap(as_array(what, x))
    if x.dtype.kind not in "biuf":
        raise errors.ArgumentError(f"{what}: {name} is {x.dtype} {x.shape}; it takes real numbers.")
    return x


# ------------------------------------------------------------------------------------------------------------- labels


def class_labels(
    what: str, target: Any, shape: tuple[int, ...], classes: int, ignore_index: int | None = None
) -> tuple[Any, Any]:
    """Class indices of this shape, and which of them are ignored, None if none is; the ignored are class 0 then."""
    labels = unwrap(as_array(what, target))
    if labels.dtype.kind not in "iu" and labels.size:
        raise errors.LabelError(
            f"{what} takes class indices, integers of shape {shape}, not {labels.dtype} {labels.shape}. "
            f"Write y.astype(int) for labels, y.argmax(axis=1) for one-hot rows."
        )
    if labels.shape != shape:
        hint = " Write y.argmax(axis=1) for one-hot rows." if shape and labels.ndim == len(shape) + 1 else ""
        raise errors.LabelError(f"{what}: labels of shape {labels.shape}; for this input they must be {shape}.{hint}")
    if not labels.size:
        return labels.astype(np.intp), None
    outside = np.minimum.reduce(labels, axis=None) < 0 or np.maximum.reduce(labels, axis=None) >= classes
    ignored = None
    if ignore_index is not None and (outside or 0 <= ignore_index < classes):
        ignored = labels == ignore_index
        labels = np.where(ignored, 0, labels)
        outside = labels.min() < 0 or labels.max() >= classes
    if outside:
        wrong = labels[(labels < 0) | (labels >= classes)].flat[0]
        also = "" if ignore_index is None else f", or {ignore_index}"
        raise errors.LabelError(f"{what}: label {wrong}; with {classes} classes it must be in 0..{classes - 1}{also}.")
    return labels, ignored


def class_weights(what: str, weight: Any, classes: int, dtype: Any) -> Any:
    """A weight for each class; None stays None."""
    if weight is None:
        return None
    weight = constant(what, "weight", weight)
    if weight.shape != (classes,):
        raise errors.ShapeError(
            f"{what}: weight of shape {weight.shape}; with {classes} classes it must be ({classes},)."
        )
    return weight.astype(dtype, copy=False)


@primitive
def weight_of(labels: Any, weight: Any) -> Any:
    """The weight of each label's class; a primitive, for labels that are symbols of a program to be written down."""
    return weight[labels]


def weights(what: str, name: str, weight: Any, like: Any) -> Any:
    """Weights that broadcast to the shape of the input, and to no larger one; None stays None."""
    if weight is None:
        return None
    weight = constant(what, name, weight)
    try:
        fits = np.broadcast_shapes(weight.shape, like.shape) == like.shape
    except ValueError:
        fits = False
    if not fits:
        raise errors.ShapeError(
            f"{what}: {name} of shape {weight.shape} does not broadcast to the input's shape {like.shape}."
        )
    return weight.astype(like.dtype, copy=False)


def signs(what: str, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """Labels 1 and -1 of this shape."""
    labels = constant(what, "target", target)
    if labels.shape != shape:
        raise errors.ShapeError(f"{what}: target of shape {labels.shape}; for this input it must be {shape}.")
    right = np.abs(labels) == 1 if labels.dtype.kind in "iuf" else np.zeros(shape, bool)
    if not right.all():
        raise errors.LabelError(
            f"{what}: label {labels[~right].flat[0]}; labels must be 1 or -1. "
            f"Write np.where(y > 0, 1, -1) for labels 1 and 0."
        )
    return labels.astype(dtype, copy=False)
