"""Fully connected layers as functions: what is refused, where NumPy would broadcast or fail in its own words."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from nn.functional import bilinear, linear

X, W, THREE = np.ones((4, 3)), np.ones((2, 3)), np.ones((5, 3, 2))
ArgumentError, ShapeError = nn.errors.ArgumentError, nn.errors.ShapeError

REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: linear(np.ones((4, 5)), W), ShapeError, r"linear: got shape \(4, 5\); the last axis must be 3"),
    (lambda: linear(np.float64(1), W), ShapeError, r"linear: got shape \(\); the last axis must be 3"),
    (lambda: linear(X, np.ones(3)), ShapeError, r"linear: weight of shape \(3,\); it must be \(out, in\)"),
    (lambda: linear(X, W, np.ones(1)), ShapeError, r"linear: bias of shape \(1,\); it must be \(2,\)"),
    (lambda: linear(X, W, 1.0), ArgumentError, "linear: the bias is a float, not an array"),
    (lambda: linear([[1.0, 2.0, 3.0]], W), ArgumentError, "linear: the input is a list, not an array"),
    (lambda: linear(X, None), ArgumentError, "linear: the weight is a NoneType"),
    (lambda: nn.Linear(3, 2)(X.astype(str)), ArgumentError, "the input is an array of <U32; it must be of numbers"),
    (lambda: nn.Linear(3, 2)(X.astype(object)), ArgumentError, "the input is an array of object"),
    (lambda: bilinear(X, np.ones((4, 3)), THREE), ShapeError, r"got shapes \(4, 3\) and \(4, 3\), weight \(5, 3, 2\)"),
    (
        lambda: bilinear(X, np.ones((1, 2)), THREE),
        ShapeError,
        r"and \(..., in2\), weight \(out, in1, in2\)",
    ),
    (lambda: bilinear(X, X, W), ShapeError, r"weight \(2, 3\); they must be"),
    (lambda: bilinear(X, np.ones((4, 2)), THREE, np.ones(1)), ShapeError, r"bias of shape \(1,\); it must be \(5,\)"),
    (lambda: bilinear(X, None, THREE), ArgumentError, "bilinear: the input2 is a NoneType"),
]


@pytest.mark.parametrize(("call", "kind", "text"), REFUSED)
def test_what_does_not_fit_is_named(call: Callable[[], Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
