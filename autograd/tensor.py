"""`Tensor`: the node of the graph as users see it, with Python's operators, NumPy's methods and NumPy's two protocols.

Operators and methods are one line each; what they record is in `engine.py`, what they derive in `derivatives/`. Data,
gradient and `backward` are in `variable.py`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Literal, Never

import numpy as np

from autograd import errors
from autograd.derivatives.shaping import astype
from autograd.engine import call, record
from autograd.graph import RECORDING, get_mode, new_leaf, new_node, unwrap
from autograd.operands import as_operand, is_augmented_assignment, ufunc_arguments
from autograd.rules import RULES, SPELLED
from autograd.variable import Variable

__all__ = ["Tensor"]

PLAIN = {float, int, complex, bool, np.float64, np.float32, np.float16, np.complex128, np.complex64}
FROM_LEFT = PLAIN - {complex}  # complex * np.float64 is a Python number, which has no dtype
LISTS = {list, tuple}
UNARY = frozenset(function for function in RULES if getattr(function, "nin", 0) == 1)
BINARY = frozenset(function for function in RULES if getattr(function, "nin", 0) == 2)
ndarray = np.ndarray
Operator = Callable[..., Any]


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


def moved(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's method from its function, of which the array is the second argument."""
    return documented(lambda x, first, *args, **kwargs: call(Tensor, function, (first, x, *args), kwargs), function)


def in_place(name: str, instead: str) -> Operator:
    """NumPy's method that changes its array: an error that says what to write."""

    def method(*_: Any, **__: Any) -> Never:
        raise errors.MutationError(f"t.{name}(...) would change a node in place. {instead} returns a new one.")

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"Refused: {instead} returns a new node."
    return method


def of_memory(name: str) -> property:
    """What an array has because it owns memory. As a property for each, for `__getattr__` slows every access down."""

    def missing(x: Tensor) -> Never:
        raise AttributeError(f"a Tensor has no {name}: its array does, t.data.{name}", name=name, obj=x)

    return property(missing)


def documented(method: Operator, function: Any) -> Operator:
    method.__name__ = method.__qualname__ = function.__name__
    method.__doc__ = f"See `{errors.op_name(function)}`."
    return method


class Tensor(Variable):
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
    type_mappings: ClassVar[dict[type, Any]] = {}  # for users of HIPS autograd who register array types; not read

    def detach(self) -> Tensor:
        """The same value outside the graph; it shares memory with this one."""
        return new_leaf(Tensor, self._value, requires_grad=False)  # type: ignore[no-any-return]

    @property
    def _node(self) -> Tensor:
        """The node of a traced value, where HIPS autograd's users look for it: the Tensor itself."""
        return self

    # ---------------------------------------------------------------------------------------- NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, kind: str, *inputs: Any, **kwargs: Any) -> Any:
        if kind == "__call__" and not kwargs:  # the common cases, made fast
            if ufunc in UNARY and self._requires_grad and get_mode() is RECORDING:
                value = self._value
                return new_node(Tensor, ufunc(value), ufunc, inputs, inputs, (value,))
            if self is inputs[-1] and ufunc in BINARY and self._requires_grad and get_mode() is RECORDING:
                x, b = inputs[0], self._value
                if x.__class__ in PLAIN or (x.__class__ is ndarray and x.dtype.kind in "biufc"):
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
        if kwargs and is_augmented_assignment(inputs, kwargs):  # array += t: the name gets a new node
            kwargs = {}
        inputs = tuple([as_operand(x) for x in inputs])
        if kwargs:
            inputs, kwargs = ufunc_arguments(ufunc, inputs, kwargs)
        return call(Tensor, ufunc, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call(Tensor, function, args, kwargs)

    def __autograd_call__(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if get_mode() is not RECORDING and get_mode().spelling and function in SPELLED:
            return SPELLED[function](*args, **kwargs)
        return call(Tensor, function, args, kwargs)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __contains__(self, item: Any) -> bool:
        return bool(np.any(self == item))

    def __getitem__(self, index: Any) -> Any:
        return record(Tensor, operator.getitem, (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> Never:
        raise errors.MutationError(
            "t[i] = v would change a node in place. Write t = ag.index_update(t, i, v), which returns a new one; "
            "to set the value of a leaf, write t.data[i] = v before it is used."
        )

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
    __lshift__, __rlshift__ = method(np.left_shift), reflected(np.left_shift)
    __rshift__, __rrshift__ = method(np.right_shift), reflected(np.right_shift)
    __invert__ = method(np.invert)
    __hash__ = object.__hash__
    __eq__, __ne__ = comparison(operator.eq), comparison(operator.ne)
    __lt__, __le__ = comparison(operator.lt), comparison(operator.le)
    __gt__, __ge__ = comparison(operator.gt), comparison(operator.ge)

    # --------------------------------------------------------------------------------------------- NumPy's methods

    sum, mean, prod, var, std = method(np.sum), method(np.mean), method(np.prod), method(np.var), method(np.std)
    max, min, argmax, argmin = method(np.max), method(np.min), method(np.argmax), method(np.argmin)
    cumsum, cumprod, argsort = method(np.cumsum), method(np.cumprod), method(np.argsort)
    ptp = method(np.ptp)
    all, any, nonzero = method(np.all), method(np.any), method(np.nonzero)
    dot, trace, diagonal = method(np.dot), method(np.trace), method(np.diagonal)
    ravel, squeeze, swapaxes, repeat = method(np.ravel), method(np.squeeze), method(np.swapaxes), method(np.repeat)
    clip, round, astype = method(np.clip), method(np.round), method(astype)
    take, choose, compress = method(np.take), method(np.choose), moved(np.compress)
    argpartition, searchsorted = method(np.argpartition), method(np.searchsorted)
    conj, conjugate = method(np.conjugate), method(np.conjugate)
    real, imag, flat = property(method(np.real)), property(method(np.imag)), property(method(np.ravel))
    T, mT = property(method(np.transpose)), property(method(np.matrix_transpose))

    sort, partition = in_place("sort", "np.sort(t)"), in_place("partition", "np.partition(t, kth)")
    fill, resize = in_place("fill", "np.full_like(t, v)"), in_place("resize", "np.resize(t, shape)")
    put, setfield = in_place("put", "ag.index_update(t, i, v)"), in_place("setfield", "ag.index_update(t, i, v)")

    view, byteswap, getfield = of_memory("view"), of_memory("byteswap"), of_memory("getfield")
    flags, setflags, strides, base = of_memory("flags"), of_memory("setflags"), of_memory("strides"), of_memory("base")
    tobytes, tofile, ctypes = of_memory("tobytes"), of_memory("tofile"), of_memory("ctypes")
    dump, dumps = of_memory("dump"), of_memory("dumps")
    device, to_device = of_memory("device"), of_memory("to_device")

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

    def copy(self, order: str = "C") -> Any:
        """The same value as a new node; gradients flow through it."""
        return call(Tensor, np.copy, (self, order), {})
