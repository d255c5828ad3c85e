"""Selecting, building, padding, products, ufunc methods: of every kind of number, traced or not, what NumPy gives."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor

POSITIVE = np.linspace(1, 2, 12).reshape(3, 4)
mask = np.arange(12).reshape(3, 4) % 3 == 0
order = np.array([[3, 1], [0, 0], [2, -1]])

CALLS: dict[str, Callable[[Any], Any]] = {
    "take": lambda a: np.take(a, [[5, -1]], mode="wrap"),
    "take of an entry": lambda a: np.take(a, 3),
    "take_along_axis": lambda a: np.take_along_axis(a, order, 1),
    "compress": lambda a: np.compress([1, 0, 1], a, 0),
    "extract": lambda a: np.extract(mask, a),
    "choose": lambda a: np.choose([0, 1, 1, 0], [a[0], 1]),
    "choose by row": lambda a: np.choose([2, 0, 1, 1], a),
    "select": lambda a: np.select([mask[0], mask[1]], [a, a[1]], default=a[0]),
    "select of numbers": lambda a: np.select([mask[0]], [a], 0),
    "piecewise": lambda a: np.piecewise(a, [mask], [lambda x: x * x, 2]),
    "delete": lambda a: np.delete(a, [0, -1], 1),
    "insert": lambda a: np.insert(a, 1, a[0, 0]),
    "insert numbers": lambda a: np.insert(a, [1, 1], 1, axis=0),
    "resize": lambda a: np.resize(a, (5, 4)),
    "resize nothing": lambda a: np.resize(a[:0], (2, 2)),
    "trim_zeros": lambda a: np.trim_zeros(np.pad(a[0], 2)),
    "diag": lambda a: np.diag(a[0], 1),
    "diagflat": lambda a: np.diagflat(a, -1),
    "tril": lambda a: np.tril(a),
    "triu": lambda a: np.triu(a, 1),
    "vander": lambda a: np.vander(a[0], 3),
    "vander of nothing": lambda a: np.vander(a[0], 0),
    "meshgrid": lambda a: np.meshgrid(a[0], [1, 2])[0],
    "copy": np.copy,
    "copy method": lambda a: a.copy(),
    "rot90": np.rot90,
    "linspace": lambda a: np.linspace(a[0], 5, 4),
    "linspace of a number": lambda a: np.linspace(2.5, a[0, 0], 4),
    "logspace": lambda a: np.logspace(a[0], 2, 3, base=2),
    "geomspace": lambda a: np.geomspace(a[0], 5, 3),
    "apply_along_axis": lambda a: np.apply_along_axis(lambda row: row[::2], 1, a),
    "apply_over_axes": lambda a: np.apply_over_axes(np.sum, a, [0]),
    "kron": lambda a: np.kron(a, a[0]),
    "kron of a number": lambda a: np.kron(2, a),
    "cross": lambda a: np.cross(a, a[:, ::-1], axis=0) if a.dtype != bool else a,
    "vdot": lambda a: np.vdot(a, a),
    "vecdot": lambda a: np.vecdot(a, a),
    "einsum": lambda a: np.einsum("ij,kj", a, a),
    "einsum with a number": lambda a: np.einsum(",ij->ji", 2, a, out=None),
    "dot of a number": lambda a: np.dot(a, 2.5),
    "dot of a number before": lambda a: np.dot(2, a),
    "inner of a number": lambda a: np.inner(a, 2),
    "matrix_power": lambda a: np.linalg.matrix_power(a[:, :3], 3) if a.dtype != np.float16 else a,
    "bincount": lambda a: np.bincount([0, 2, 2, 1], a[0]) if a.dtype.kind != "c" else a,
    "bincount of nothing": lambda a: np.bincount([], a[0, :0]) if a.dtype.kind != "c" else a,
    "gradient at given places": lambda a: np.gradient(a[0] if a.dtype != bool else ~a[0], [0, 1, 3, 4], edge_order=2),
    "polyint": lambda a: np.polyint(a[0], 1.0),
    "polyadd": lambda a: np.polyadd(a[0], a[0, :2]),
    "matmul in another dtype": lambda a: np.matmul(a, a.T, dtype=np.complex128, order="F"),
    "vecdot in another dtype": lambda a: np.vecdot(a, a, axis=0, dtype=np.complex128),
    "astype": lambda a: a.astype(dtype=np.complex64, order="F", casting="unsafe", subok=False, copy=False),
    "copy method in order": lambda a: a.copy(order="F"),
    "full_like": lambda a: np.full_like(a, 1, device="cpu"),
    "split by a tensor": lambda a: np.split(a, Tensor(np.array([1, 3])), axis=1)[1],
    "hsplit by name": lambda a: np.hsplit(a, indices_or_sections=2)[0],
    "repeat of an entry": lambda a: np.repeat(a[0, 0], 2, axis=-1),
    "pad an entry with means": lambda a: np.pad(a[0, 0], 2, "mean"),
    "pad with means of one and a half": lambda a: np.pad(a, 2, "mean", stat_length=1.5) if a.dtype != bool else a,
    "pad with a type that is not there": lambda a: np.pad(a, 2, "reflect", reflect_type="even "),
    "pad with numbers": lambda a: np.pad(a, 1, constant_values=((1, 2), (3, 4))),
    "pad with means": lambda a: np.pad(a, 2, "mean") if a.dtype != bool else a,
    "pad with ramps": lambda a: np.pad(a, 2, "linear_ramp") if a.dtype != bool else a,
    "pad oddly": lambda a: np.pad(a, 5, "reflect", reflect_type="odd") if a.dtype != bool else a,
    "subtract.reduce": lambda a: np.subtract.reduce(a, axis=1, keepdims=True) if a.dtype != bool else a,
    "subtract.reduce from": lambda a: np.subtract.reduce(a, initial=3) if a.dtype != bool else a,
    "multiply.accumulate": lambda a: np.multiply.accumulate(a, axis=1),
    "multiply.reduceat": lambda a: np.multiply.reduceat(a, [0, 2, 1], axis=1),
    "multiply.outer": lambda a: np.multiply.outer(a, 2),
    "fmax.reduce": lambda a: np.fmax.reduce(a, axis=None),
    "maximum.accumulate": lambda a: np.maximum.accumulate(a),
}


KINDS = [
    *[pytest.param(dtype, True, id=f"traced-{dtype}") for dtype in ("f8", "f4", "f2", "c16", "c8")],
    *[pytest.param(dtype, False, id=f"untraced-{dtype}") for dtype in ("f8", "f4", "c16", "i8", "i2", "u1", "?")],
]


@pytest.mark.parametrize(("dtype", "traced"), KINDS)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_value_shape_and_dtype_are_numpys(call: Any, dtype: str, traced: bool) -> None:
    a = POSITIVE.astype(dtype)
    expected = call(a)
    result = call(Tensor(a, requires_grad=traced))
    value = np.asarray(getattr(result, "_value", result))
    assert value.dtype == np.asarray(expected).dtype
    eps = float(np.finfo(value.dtype).eps) if value.dtype.kind in "fc" else 0
    np.testing.assert_allclose(value, expected, rtol=20 * eps, atol=20 * eps)
