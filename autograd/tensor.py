"""`Tensor`: the node of the graph as users see it, with Python's operators, NumPy's methods and NumPy's two protocols.

Operators and methods are one line each; what they record is in `engine.py`, what they derive in `derivatives/`.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, Never

import numpy as np

from autograd import errors
from autograd.copying import copy_graph, pack_graph
from autograd.derivatives.shaping import astype
from autograd.engine import backpropagate, call, order_graph, record
from autograd.graph import (
    RECORDING,
    Node,
    differentiating,
    get_mode,
    is_differentiating,
    new_leaf,
    new_node,
    tick,
    unwrap,
)
from autograd.operands import as_operand, as_value, starting_gradient, ufunc_arguments
from autograd.rules import RULES

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = ["Tensor"]

PLAIN = {float, int, complex, bool, np.float64, np.float32, np.float16, np.complex128, np.complex64}
FROM_LEFT = PLAIN - {complex}  # complex * np.float64 is a Python number, which has no dtype
LISTS = {list, tuple}
UNARY = frozenset(function for function in RULES if getattr(function, "nin", 0) == 1)
BINARY = frozenset(function for function in RULES if getattr(function, "nin", 0) == 2)
ndarray = np.ndarray
Operator = Callable[..., Any]
handles = count()


def binary(ufunc: np.ufunc, compute: Operator) -> Operator:
    """The operator method for `ufunc`. Python's operator on NumPy scalars is ten times faster than the ufunc."""

    def method(x: Tensor, y: Any) -> Any:
        if get_mode() is RECORDING:
            try:
                if isinstance(y, Tensor):
                    if x._requires_grad or y._requires_grad:
                        a, b, both = x._value, y._value, (x, y)
                        return new_node(Tensor, compute(a, b), ufunc, both, both, (a, b))
                elif x._requires_grad and (y.__class__ in PLAIN or (y.__class__ is ndarray and not y.dtype.hasobject)):
                    a = x._value
                    return new_node(Tensor, compute(a, y), ufunc, (x, y), (x,), (a, y))
            except (TypeError, ValueError):
                pass  # the ufunc raises it again below, and there it is explained
        return call(Tensor, ufunc, (x, as_operand(y)), {})

    return documented(method, ufunc)


def unary(ufunc: np.ufunc, compute: Operator) -> Operator:
    """The operator method for `ufunc` of one argument."""

    def method(x: Tensor) -> Any:
        if x._requires_grad and get_mode() is RECORDING:
            operands = (x,)
            return new_node(Tensor, compute(x._value), ufunc, operands, operands, (x._value,))
        return call(Tensor, ufunc, (x,), {})

    return documented(method, ufunc)


def reflected(ufunc: np.ufunc, compute: Operator | None = None) -> Operator:
    """The operator method for a left operand that is not a Tensor."""

    def method(y: Tensor, x: Any) -> Any:
        if compute is not None and x.__class__ in FROM_LEFT and y._requires_grad and get_mode() is RECORDING:
            b = y._value
            return new_node(Tensor, compute(x, b), ufunc, (x, y), (y,), (x, b))
        return call(Tensor, ufunc, (as_operand(x), y), {})

    return documented(method, ufunc)


def comparison(compute: Operator) -> Operator:
    """The operator method of a comparison; it gives plain NumPy booleans."""
    return lambda x, y: compute(x._value, as_operand(unwrap(y)))


def method(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's method, or operator method, from its function."""
    return documented(lambda x, *args, **kwargs: call(Tensor, function, (x, *args), kwargs), function)


def documented(method: Operator, function: Any) -> Operator:
    method.__name__ = method.__qualname__ = function.__name__
    method.__doc__ = f"See `{errors.op_name(function)}`."
    return method


class Handle:
    """What `register_hook` returns; `remove` takes the hook away."""

    def __init__(self, hooks: dict[int, Callable[[Any], Any]], hook: Callable[[Any], Any]) -> None:
        self.hooks, self.key = hooks, next(handles)
        hooks[self.key] = hook

    def remove(self) -> None:
        self.hooks.pop(self.key, None)


class Tensor(Node):
    """A value in a graph: data, the NumPy function that made it, and the arguments of that call.

    `data` is a number, array or nested list and is copied. ``requires_grad=None`` traces floating and complex data and
    leaves the rest alone; `dtype` is NumPy's. A scalar is held as a NumPy scalar, anything else as an ndarray.

    Raises `DataError` for data that is ragged, not numeric, or integer with ``requires_grad=True``.

    >>> x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    >>> g = (x + y) * z
    >>> g.backward()
    >>> float(g.data), float(x.grad), float(y.grad), float(z.grad)
    (-12.0, -3.0, -3.0, 4.0)
    """

    __slots__ = ()

    def __init__(
        self,
        data: Any,
        *,
        requires_grad: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **unknown: Never,
    ) -> None:
        if unknown:
            raise errors.unknown_keyword("Tensor", unknown, ["requires_grad", "name", "dtype"])
        value = as_value(data, dtype)
        traceable = value.dtype.kind in "fc"
        if requires_grad and not traceable:
            raise errors.DataError(
                f"a Tensor of {value.dtype} cannot require a gradient: derivatives need floating or complex values. "
                f"Write 2.0 instead of 2, or Tensor(data, dtype=float, requires_grad=True)."
            )
        self._value = value
        self.op = self.kwargs = self.values = self._grad = self.hooks = self.origin = None
        self.args = self.parents = ()
        self.name = name
        self._requires_grad = self.retains_grad = traceable if requires_grad is None else bool(requires_grad)
        self.serial = self.changed = tick()

    # ------------------------------------------------------------------------------------------------ the value

    @property
    def data(self) -> Any:
        """The value: a NumPy scalar or an ndarray (of an inner node, read-only).

        Assigning to a leaf, ``w.data -= 0.1 * w.grad`` included, gives it a new value and marks it as changed, so that
        a graph made before is not run backward with it.
        """
        data = self._value
        if self.op is not None and isinstance(data, np.ndarray):
            data = data.view()
            data.flags.writeable = False
        return data

    @data.setter
    def data(self, value: Any) -> None:
        if self.op is not None:
            raise errors.MutationError(
                f"the value of an inner node ({errors.op_name(self.op)}) cannot be set: it was computed. "
                f"Use the new value in its place, or ag.index_update(t, i, v)."
            )
        if value is not self._value:
            value = as_value(value, self.dtype)
            if value.shape != self.shape:
                raise errors.ShapeError(
                    f"the leaf {errors.describe(self)} cannot take a value of shape {value.shape}: "
                    f"a leaf keeps its shape. Make a new Tensor."
                )
            self._value = value
        self.changed = tick()

    @property
    def shape(self) -> tuple[int, ...]:
        return self._value.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        return self._value.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        return self._value.size  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._value.dtype  # type: ignore[no-any-return]

    def item(self) -> float | complex | int | bool:
        """The value of a one-element tensor as a Python number."""
        return self._value.item()  # type: ignore[no-any-return]

    def numpy(self) -> Any:
        """The value, as `data`: outside the graph."""
        return self.data

    def tolist(self) -> Any:
        """The value as nested Python lists."""
        return self._value.tolist()

    # --------------------------------------------------------------------------------------------- the gradient

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to this node. Of a leaf it can be set: False freezes it."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if self.op is not None:
            raise errors.MutationError("requires_grad of an inner node cannot be set. Use t.detach() to cut the graph.")
        if value and self.dtype.kind not in "fc":
            raise errors.DataError(f"a Tensor of {self.dtype} cannot require a gradient. Use t.astype(float).")
        self._requires_grad = self.retains_grad = bool(value)

    @property
    def grad(self) -> Any:
        """The gradient that `backward` has added up here, with the shape and dtype of the value; None before."""
        if self._grad is None and not self.retains_grad and self._requires_grad:
            warnings.warn(
                f"reading .grad of an inner node ({errors.op_name(self.op)}) that does not keep it: "
                f"call t.retain_grad() or name it, t.named('p'), before backward().",
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is not None and np.shape(unwrap(value)) != self.shape:
            raise errors.ShapeError(
                f"a gradient of shape {np.shape(unwrap(value))} does not fit {errors.describe(self)}."
            )
        self._grad = value if value is None or isinstance(value, Tensor) else np.asarray(value, self.dtype)[()]

    def named(self, name: str) -> Tensor:
        """Give the node a name, for messages and pictures, and have it keep its gradient. Returns the node."""
        self.name = name
        self.retain_grad()
        return self

    def retain_grad(self) -> None:
        """Have an inner node keep its gradient in `grad`, as leaves do."""
        if self._requires_grad:
            self.retains_grad = True

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self._grad = None

    def detach(self) -> Tensor:
        """The same value outside the graph; it shares memory with this one."""
        return new_leaf(Tensor, self._value, requires_grad=False)  # type: ignore[no-any-return]

    def register_hook(self, hook: Callable[[Any], Any]) -> Handle:
        """Call `hook` with each gradient that arrives here; what it returns, if not None, takes its place."""
        if not self._requires_grad:
            raise errors.BackwardError("register_hook on a tensor that takes no gradient (requires_grad is False).")
        if self.hooks is None:
            self.hooks = {}
        return Handle(self.hooks, hook)

    def backward(
        self, gradient: Any = None, *, retain_graph: bool = True, create_graph: bool = False, **unknown: Never
    ) -> None:
        """Add the gradient of this value to `grad` of every leaf, and of every inner node that keeps it.

        `gradient`, of this value's shape, weighs the entries of a value that is not a scalar. The graph can be run
        again unless ``retain_graph=False``, which frees its values on the way; with ``create_graph=True`` the gradients
        are Tensors that can be differentiated again. Nothing is written if the pass fails.

        Raises `BackwardError`, `FreedGraphError`, `StaleValueError`.
        """
        if unknown:
            raise errors.unknown_keyword("backward", unknown, ["gradient", "retain_graph", "create_graph"])
        seed = starting_gradient(self, gradient, create_graph)
        order, _ = order_graph([self])
        grads: dict[Node, Any] = {self: seed}
        if create_graph:
            with differentiating():
                found = backpropagate(order, grads, create_graph=True, retain_graph=retain_graph)
        else:
            found = backpropagate(order, grads, retain_graph=retain_graph)
        for node, g in found.items():
            if node._grad is None:
                node._grad = g
            else:
                node._grad = (node._grad if create_graph else unwrap(node._grad)) + g

    # ---------------------------------------------------------------------------------------- NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, kind: str, *inputs: Any, **kwargs: Any) -> Any:
        if kind == "__call__" and not kwargs:  # the common cases, made fast
            if ufunc in UNARY and self._requires_grad and get_mode() is RECORDING:
                value = self._value
                return new_node(Tensor, ufunc(value), ufunc, inputs, inputs, (value,))
            if self is inputs[-1] and ufunc in BINARY and self._requires_grad and get_mode() is RECORDING:
                x, b = inputs[0], self._value
                if x.__class__ is ndarray and x.dtype.kind in "biufc":
                    try:
                        return new_node(Tensor, ufunc(x, b), ufunc, inputs, (self,), (x, b))
                    except (TypeError, ValueError):
                        pass  # raised again below, and there it is explained
            if ufunc in RULES and LISTS.isdisjoint(map(type, inputs)):
                return record(Tensor, ufunc, inputs, kwargs)
        if kind == "at":
            raise errors.refused(
                ufunc.at, "changes its argument in place", "ag.index_update(t, i, v)", errors.MutationError
            )
        if kind != "__call__":
            return call(Tensor, getattr(ufunc, kind), inputs, kwargs)
        inputs = tuple([as_operand(x) for x in inputs])
        if kwargs and ufunc.signature is None:
            inputs, kwargs = ufunc_arguments(ufunc, inputs, kwargs)
        return call(Tensor, ufunc, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call(Tensor, function, args, kwargs)

    def __autograd_call__(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call(Tensor, function, args, kwargs)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Any:
        if self._requires_grad:
            raise errors.TracedConversionError(
                f"np.asarray would take {errors.describe(self)} out of the graph and drop its gradient. Write t.data "
                f"for the value; use the tensor as it is, or np.stack([a, b]) instead of np.array([a, b]), to trace."
            )
        return np.array(self._value, dtype=dtype, copy=copy)

    # -------------------------------------------------------------------------------------------- Python's protocols

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        text = np.array2string(np.asarray(self._value), separator=", ", prefix="Tensor(", threshold=200)
        dtype = "" if self.dtype in (np.float64, np.int64, np.bool_) else f", dtype={self.dtype}"
        name = "" if self.name is None else f", name={self.name!r}"
        op = "" if self.op is None else f", op={self.op.__name__}"
        traced = ", requires_grad=False" if self.dtype.kind in "fc" and not self._requires_grad else ""
        return f"Tensor({text}{dtype}{name}{op}{traced})"

    def __len__(self) -> int:
        return len(self._value)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __float__(self) -> float:
        return float(self._only_element("float"))

    def __int__(self) -> int:
        return int(self._only_element("int"))

    def __complex__(self) -> complex:
        return complex(self._only_element("complex"))

    def __index__(self) -> int:
        return operator.index(self._value)

    def __format__(self, spec: str) -> str:
        return format(self._value, spec) if spec else str(self)

    def __contains__(self, item: Any) -> bool:
        return bool(np.any(self == item))

    def _only_element(self, kind: str) -> Any:
        if self.size != 1:
            raise errors.TracedConversionError(
                f"{kind}() of {errors.describe(self)}: only one element converts. Write t.data or t.sum()."
            )
        if self._requires_grad and kind != "int" and is_differentiating():
            raise errors.TracedConversionError(
                f"{kind}() of {errors.describe(self)} inside a function that is being differentiated would drop its "
                f"gradient. Write np.sin for math.sin, np.stack or ag.index_update to fill an array, t.item() for the "
                f"value."
            )
        return self._value.item()

    def __getitem__(self, index: Any) -> Any:
        return record(Tensor, operator.getitem, (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> Never:
        raise errors.MutationError(
            "t[i] = v would change a node in place. Write t = ag.index_update(t, i, v), which returns a new one; "
            "to set the value of a leaf, write t.data[i] = v before it is used."
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy_graph(self, memo)

    def __reduce__(self) -> Any:
        return pack_graph(self)

    # ------------------------------------------------------------------------------------------------- operators

    __add__, __radd__ = binary(np.add, operator.add), reflected(np.add, operator.add)
    __sub__, __rsub__ = binary(np.subtract, operator.sub), reflected(np.subtract, operator.sub)
    __mul__, __rmul__ = binary(np.multiply, operator.mul), reflected(np.multiply, operator.mul)
    __truediv__, __rtruediv__ = binary(np.divide, operator.truediv), reflected(np.divide, operator.truediv)
    __pow__, __rpow__ = binary(np.power, operator.pow), reflected(np.power, operator.pow)
    __matmul__, __rmatmul__ = binary(np.matmul, operator.matmul), reflected(np.matmul)
    __mod__, __rmod__ = binary(np.remainder, operator.mod), reflected(np.remainder)
    __floordiv__, __rfloordiv__ = method(np.floor_divide), reflected(np.floor_divide)
    __divmod__, __rdivmod__ = method(np.divmod), reflected(np.divmod)
    __neg__, __pos__, __abs__ = unary(np.negative, operator.neg), method(np.positive), unary(np.absolute, abs)
    __and__, __or__, __xor__ = method(np.bitwise_and), method(np.bitwise_or), method(np.bitwise_xor)
    __rand__, __ror__, __rxor__ = reflected(np.bitwise_and), reflected(np.bitwise_or), reflected(np.bitwise_xor)
    __invert__, __lshift__, __rshift__ = method(np.invert), method(np.left_shift), method(np.right_shift)
    __eq__, __ne__ = comparison(operator.eq), comparison(operator.ne)
    __lt__, __le__ = comparison(operator.lt), comparison(operator.le)
    __gt__, __ge__ = comparison(operator.gt), comparison(operator.ge)

    # --------------------------------------------------------------------------------------------- NumPy's methods

    sum, mean, prod, var, std = method(np.sum), method(np.mean), method(np.prod), method(np.var), method(np.std)
    max, min, argmax, argmin = method(np.max), method(np.min), method(np.argmax), method(np.argmin)
    cumsum, cumprod, argsort = method(np.cumsum), method(np.cumprod), method(np.argsort)
    all, any, nonzero = method(np.all), method(np.any), method(np.nonzero)
    dot, trace, diagonal = method(np.dot), method(np.trace), method(np.diagonal)
    ravel, squeeze, swapaxes, repeat = method(np.ravel), method(np.squeeze), method(np.swapaxes), method(np.repeat)
    clip, round, take, astype = method(np.clip), method(np.round), method(np.take), method(astype)
    conj, conjugate = method(np.conjugate), method(np.conjugate)
    real, imag = property(method(np.real)), property(method(np.imag))
    T, mT = property(method(np.transpose)), property(method(np.matrix_transpose))

    def reshape(self, *shape: Any, order: Literal["C", "F"] = "C") -> Any:
        """See `np.reshape`; takes the shape as one tuple or as several numbers."""
        keywords = {} if order == "C" else {"order": order}
        return call(Tensor, np.reshape, (self, shape[0] if len(shape) == 1 else shape), keywords)

    def transpose(self, *axes: Any) -> Any:
        """See `np.transpose`; takes the axes as one tuple or as several numbers."""
        return call(
            Tensor,
            np.transpose,
            (self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None),
            {},
        )

    def flatten(self, order: Literal["C", "F"] = "C") -> Any:
        """See `np.ravel`; a node is never changed, so that it need not be a copy."""
        return call(Tensor, np.ravel, (self, order), {})

    def copy(self) -> Any:
        """The same value as a new node; gradients flow through it."""
        return call(Tensor, np.positive, (self,), {})
