"""What users hand in, checked and brought into one form: data, operands, gradients, keywords. Used by `Tensor`."""

from __future__ import annotations

import sys
from opcode import opmap
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import errors
from autograd.derivatives.shaping import astype
from autograd.graph import Node, flat_nodes, traced, unwrap

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = ["as_operand", "as_value", "is_augmented_assignment", "starting_gradient", "ufunc_arguments"]


def as_operand(value: Any) -> Any:
    """A list as an array, so that ``t + [1, 2]`` means what NumPy means by it."""
    if isinstance(value, (list, tuple)):
        return np.stack(value) if any(True for _ in flat_nodes(value)) else np.asarray(value)
    return value


def is_augmented_assignment(inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether Python is at ``array += t`` in the function that called a method of `t`; not ``np.add(a, t, out=a)``.

    NumPy makes one call of both. The operator names the result, so that a new one may be given; the function need not.
    """
    if kwargs.get("out", (None,))[0] is not inputs[0] or inputs[0].base is not None:  # of a view others would know
        return False
    caller = sys._getframe(2)
    return caller.f_code.co_code[caller.f_lasti] == opmap["BINARY_OP"]


def as_value(data: Any, dtype: DTypeLike | None) -> Any:
    """A copy of `data` as NumPy scalar or ndarray; `DataError` for what cannot be one."""
    if traced(data):
        raise errors.DataError(
            "Tensor(data) copies a value, and this one is traced: its gradient would be lost. Use the tensor as it is, "
            "np.stack([a, b]) to put several into one, or Tensor(t.data) for a new leaf."
        )
    if type(data).__module__.startswith("numpy.ma"):
        raise errors.DataError("a Tensor holds no mask. Write np.where(mask, x, 0), or data.filled(value).")
    try:
        value = np.array(unwrap(data), dtype=dtype)
    except (ValueError, TypeError) as error:
        raise errors.DataError(f"a Tensor needs rectangular numeric data: {error}") from error
    if value.dtype.kind not in "biufc":
        raise errors.DataError(
            f"a Tensor holds booleans, integers, floating and complex numbers, not {value.dtype} "
            f"(from {type(data).__name__}). Convert it first: np.array(data, dtype=float)."
        )
    return value if value.ndim else value[()]


def starting_gradient(y: Node, gradient: Any, create_graph: bool) -> Any:
    """The gradient that `backward` begins with: 1 for a real scalar, else what the caller gives, checked."""
    if not y._requires_grad:
        raise errors.BackwardError(
            f"backward() on {errors.describe(y)}, which no traced tensor leads to: it was made from constants, inside "
            f"no_grad(), or by a function whose derivative is zero. Wrap an input: x = Tensor(...)."
        )
    if gradient is None:
        if y._value.size != 1 or y._value.dtype.kind == "c":
            raise errors.BackwardError(
                f"backward() starts from one real number, and this is {errors.describe(y)}. Reduce it, as in "
                f"t.sum().backward(), or give the weights of its entries: t.backward(gradient=np.ones(t.shape))."
            )
        return np.ones_like(y._value)[()]
    if np.shape(unwrap(gradient)) != y._value.shape:
        raise errors.BackwardError(
            f"backward(gradient): its shape {np.shape(unwrap(gradient))} must be that of {errors.describe(y)}."
        )
    if isinstance(gradient, Node) and create_graph:
        return gradient
    return np.asarray(unwrap(gradient), dtype=y._value.dtype)[()]


def ufunc_arguments(
    ufunc: np.ufunc, inputs: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Work off the keywords that every ufunc takes, so that rules need not know them."""
    kwargs = dict(kwargs)
    out, where, dtype = kwargs.pop("out", None), kwargs.pop("where", True), kwargs.pop("dtype", None)
    casting = kwargs.pop("casting", "same_kind")
    for layout in ("order", "subok"):
        kwargs.pop(layout, None)
    if where is not True:
        raise errors.refused(ufunc, "with where= leaves entries undefined", "np.where(mask, f(x), other)")
    if kwargs and ufunc.signature is None:  # a generalised one has its own, such as axes
        raise errors.unknown_keyword(f"{errors.op_name(ufunc)} of a Tensor", kwargs, ["dtype", "casting", "order"])
    if dtype is not None:
        if not all(np.can_cast(np.result_type(unwrap(x)), dtype, casting) for x in inputs):
            raise errors.refused(ufunc, f"with dtype={np.dtype(dtype)} cannot hold its operands", "t.astype(dtype)")
        inputs = tuple(astype(x, dtype) if isinstance(x, Node) else np.asarray(x, dtype) for x in inputs)
    return inputs, kwargs if out is None else {**kwargs, "out": out}
