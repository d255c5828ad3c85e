"""`Symbol`: stands for an array while a program is written down: it has a value, and notes every call made on it.

The engine runs as it always does, on Tensors whose values are Symbols: rules, primitives and comparisons, whose results
are no Tensors, all speak NumPy to it through NumPy's own protocols. So there is no second set of rules.

Written into, a Symbol stands for a new step, and so do those that it is a view of, and the other views of these.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterator
from inspect import unwrap
from typing import Any, Never

import numpy as np

from autograd.compile.operations import added_at, cast, guard, method, part, put_along, shape_is, updated
from autograd.compile.operators import Operators
from autograd.compile.program import Program, Step, rebuilt
from autograd.compile.views import COUNTING, FOLDING, LIKE, METHODS, READ_ONLY, STATIC, TURNING, WRITING, Memory
from autograd.containers import like
from autograd.derivatives.indexing import index_add, index_update, repeats
from autograd.errors import SourceError, op_name
from autograd.graph import Node, flat_nodes
from autograd.rules import CHECKS, SPELLED

__all__ = ["Symbol", "as_step"]


def as_step(x: Any) -> Any:
    """The step that a symbol stands for; anything else as it is."""
    if isinstance(x, Symbol):
        return x.step
    return as_step(x._value) if isinstance(x, Node) else x


class Symbol(Operators):
    """A value, and the step of the program that made it."""

    __slots__ = ("__weakref__", "_step", "program", "seen", "source", "version", "way")
    __array_priority__ = 1000

    def __init__(self, program: Program, step: Step, source: Symbol | None = None, way: Any = None) -> None:
        self.program, self._step, self.source, self.way = program, step, source, way
        self.version, self.seen = 0, 0 if source is None else source.version

    # ------------------------------------------------------------------------------------------ views and writing

    @property
    def step(self) -> Step:
        """The step that this stands for by now; of a view, after what was written into its source."""
        if self.source is not None:
            base = self.source.step
            if self.source.version != self.seen:
                op, args, kwargs = self.way
                self._step, self.seen = self.program.call(op, (base, *args), kwargs), self.source.version
                self.version += 1
        return self._step

    def become(self, step: Step) -> None:
        """Stand for `step` from now on, because it was written in place."""
        if step.value.shape != self.shape:
            raise ValueError(f"a value of shape {step.value.shape} cannot be written into {self.shape}")
        if step.value.dtype != self.dtype:
            step = self.program.call(cast, (step, self.dtype), {})
        if self.source is not None:
            self.source.become(written_back(self.program, self.source, self.way, step))
            self.seen = self.source.version
        self._step = step
        self.version += 1

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(value, Node) and value._requires_grad:
            raise SourceError("t[i] = v inside f writes a traced value into an array. Write ag.index_update(t, i, v).")
        if isinstance(value, Symbol) and value.source is self and value.way[1] == (index,):
            return  # ``a[i] += b`` has written already
        self.become(self.program.call(updated, (self.step, index_steps(index), as_step(value)), {}))

    def perform(self, op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Note a call, some of whose arguments are symbols; return its result, or results."""
        kwargs = {key: value for key, value in kwargs.items() if value is not np._NoValue}
        if op in WRITING:
            raise SourceError(f"{op_name(op)} writes into its argument. Write np.where, or x[index] = values.")
        if op in STATIC:
            return op(*values_of(args), **values_of(kwargs))
        if op is np.transpose and len(args) == 2 and isinstance(args[1], np.ndarray):
            args = (args[0], tuple(args[1].tolist()))
        if op in LIKE:
            return Symbol(self.program, self.program.constant(op(*values_of(args), **values_of(kwargs))))
        if op is np.put_along_axis:
            return self.put_along(*args, **kwargs)
        out = kwargs.pop("out", None)
        out = out[0] if isinstance(out, tuple) else out
        if not isinstance(out, Symbol | None):
            raise SourceError(f"source cannot write {op_name(op)}(..., out=...) into an array that is no argument's.")
        masked = kwargs.pop("where", True) if isinstance(op, np.ufunc) and out is not None else True
        step = self.program.call(op, steps_of(args), steps_of(kwargs))
        if masked is not True:
            step = self.program.call(np.where, (as_step(masked), step, as_step(out)), {})
        if out is not None:
            out.become(step)
            return out
        if depends_on_values(op, args):
            self.hold_shape(step)
        if isinstance(step.value, (tuple, list)):
            return several(self.program, step)
        if is_view(op, args):
            return Symbol(self.program, step, args[0], (op, steps_of(args[1:]), steps_of(kwargs)))
        return Symbol(self.program, step)

    def hold_shape(self, step: Step) -> None:
        """Have the text assert the shape of a result, which other values could change: gradients are for this one."""
        if isinstance(step.value, (tuple, list)):
            step = self.program.call(part, (step, 0), {})
        check = self.program.call(shape_is, (step, np.shape(step.value)), {})
        self.program.call(guard, (check, True), {})

    def index_add(self, like: Any, index: Any, values: Any) -> Any:
        """Zeros in the shape of `like`, with the values added."""
        zeros = np.zeros(np.shape(values_of(like)), values.dtype)
        step = self.program.constant(zeros)
        if repeats(index):
            return Symbol(self.program, self.program.call(added_at, (step, index_steps(index), as_step(values)), {}))
        return Symbol(self.program, self.program.call(updated, (step, index_steps(index), as_step(values)), {}))

    def index_update(self, t: Any, i: Any, v: Any) -> Any:
        """A copy with some entries changed, of the dtype that the engine's function gives."""
        t, value = as_step(np.asarray(t) if not isinstance(t, Symbol) else t), values_of(v)
        dtype = values_of(t).dtype
        if not np.can_cast(np.result_type(value), dtype, "same_kind"):
            t = self.program.call(cast, (t, np.result_type(values_of(t), value)), {})
        return Symbol(self.program, self.program.call(updated, (t, index_steps(i), as_step(v)), {}))

    def put_along(self, arr: Any, indices: Any, values: Any, axis: Any = -1) -> None:
        if not isinstance(arr, Symbol):
            raise SourceError("source cannot write np.put_along_axis into an array that is no argument's.")
        arr.become(self.program.call(put_along, (arr.step, as_step(indices), as_step(values), axis), {}))

    # ---------------------------------------------------------------------------------------- NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, kind: str, *inputs: Any, **kwargs: Any) -> Any:
        if any(isinstance(x, Node) for x in inputs):
            return NotImplemented
        if kind == "at":
            target, index, *value = inputs
            if ufunc is not np.add or not isinstance(target, Symbol):
                raise SourceError(f"source cannot write {op_name(ufunc)}.at(...).")
            target.become(self.program.call(added_at, (target.step, index_steps(index), as_step(value[0])), {}))
            return None
        return self.perform(ufunc if kind == "__call__" else getattr(ufunc, kind), inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if any(issubclass(kind, Node) for kind in types):
            return NotImplemented
        return self.perform(function, args, kwargs)

    def __autograd_call__(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Follow the code of a primitive; where that leaves NumPy, call it as a whole."""
        node = next(flat_nodes((args, kwargs)), None)
        if node is not None:
            return node.__autograd_call__(function, args, kwargs)  # type: ignore[attr-defined]
        if self.program.whole:
            return self.perform(unwrap(function), args, kwargs)
        if function in SPELLED:
            return SPELLED[function](*args, **kwargs)
        if function is index_add:
            return self.index_add(*args)
        if function is index_update:
            return self.index_update(*args)
        plain = unwrap(function)
        mark = len(self.program.steps)
        try:
            return plain(*args, **kwargs)
        except (SourceError, ValueError, TypeError):
            del self.program.steps[mark:]
            return self.perform(plain, args, kwargs)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if sys._getframe(1).f_code.co_name == "__repr__":  # to show a value is not to use it
            return np.asarray(self.value)
        raise SourceError(
            f"the program was written down as far as here, where a value of {self.dtype} {self.shape} is taken out "
            f"of it (np.asarray, a compiled function, or an array's method or index), so that it could not be computed "
            f"again for other arguments. Use NumPy's functions on it, np.stack([a, b]) for np.array([a, b]); and of "
            f"table[t] make the table an argument of the function."
        )

    # ------------------------------------------------------------------------------------------ attributes, methods

    @property
    def value(self) -> Any:
        return self.step.value

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self._step.value)

    @property
    def ndim(self) -> int:
        return np.ndim(self._step.value)

    @property
    def size(self) -> int:
        return int(np.size(self._step.value))

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._step.value.dtype  # type: ignore[no-any-return]

    @property
    def itemsize(self) -> int:
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        return self.size * self.itemsize

    @property
    def T(self) -> Any:  # NumPy's name
        return self if self.ndim < 2 else self.perform(np.transpose, (self,), {})

    @property
    def mT(self) -> Any:  # NumPy's name
        return self.perform(np.swapaxes, (self, -1, -2), {})

    real = property(lambda self: self.perform(np.real, (self,), {}) if self.dtype.kind == "c" else self)
    imag = property(lambda self: self.perform(np.imag, (self,), {}))
    flat = property(lambda self: self.perform(np.ravel, (self,), {}))
    base = None  # as of an array that owns its memory
    flags = Memory()

    def __getattr__(self, name: str) -> Any:
        if name in METHODS:
            return lambda *args, **kwargs: self.perform(METHODS[name], (self, *args), kwargs)
        raise AttributeError(f"a symbol, which stands for an array, has no {name!r}", name=name, obj=self)

    def reshape(self, *shape: Any, order: str = "C") -> Any:
        keywords = {} if order == "C" else {"order": order}
        return self.perform(np.reshape, (self, shape[0] if len(shape) == 1 else shape), keywords)

    def transpose(self, *axes: Any) -> Any:
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
        return self.perform(np.transpose, (self,) if order is None else (self, order), {})

    def astype(self, dtype: Any, *_: Any, **__: Any) -> Any:
        return self.perform(cast, (self, np.dtype(dtype)), {})

    def view(self, dtype: Any) -> Any:
        return self.perform(method, (self, "view", np.dtype(dtype)), {})

    def tolist(self) -> Any:
        return self.__array__()

    item = tolist

    def __getitem__(self, index: Any) -> Any:
        return (
            self
            if self.ndim == 0 and index == ()
            else self.perform(operator.getitem, (self, list(index) if isinstance(index, range) else index), {})
        )

    def __len__(self) -> int:
        return len(self._step.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        truth = bool(self.value)
        if sys._getframe(1).f_code in CHECKS and not self.program.whole:
            return truth
        self.program.call(guard, (self.step, truth), {})
        return truth

    def frozen(self) -> Never:
        raise SourceError(
            "float(), int() or an index made of a traced value would freeze it into the code as the number that it is "
            "for these arguments. Keep it an array: NumPy's functions instead of math's, x[i] for x[int(i)]."
        )

    __float__ = __int__ = __complex__ = __index__ = frozen
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"Symbol({self.value!r})"

    def __format__(self, spec: str) -> str:
        if self.program.whole:
            self.frozen()
        return format(self.value, spec)


# ------------------------------------------------------------------------------------------------------------ helpers


def steps_of(tree: Any) -> Any:
    """Nested arguments with steps in place of symbols."""
    return rebuilt(tree, as_step)


def index_steps(index: Any) -> Any:
    """An index with steps in place of symbols; a range is a list of places."""
    return steps_of(list(index) if isinstance(index, range) else index)


def values_of(tree: Any) -> Any:
    return rebuilt(tree, lambda x: as_step(x).value if isinstance(as_step(x), Step) else x)


def several(program: Program, step: Step) -> Any:
    """The results of a call that gave several."""
    return like(step.value, [Symbol(program, program.call(part, (step, i), {})) for i in range(len(step.value))])


def depends_on_values(op: Any, args: tuple[Any, ...]) -> bool:
    """Whether the shape of a result depends on the values of symbols: of those that a mask takes, of what is unique."""
    if op is operator.getitem:
        index = args[1] if isinstance(args[1], tuple) else (args[1],)
        ends = [as_step(end) for i in index if isinstance(i, slice) for end in (i.start, i.stop, i.step)]
        masks = [i for i in index if isinstance(as_step(i), Step) and i.dtype.kind == "b"]
        return bool(masks) or any(isinstance(end, Step) for end in ends)
    return (
        op in COUNTING
        or (op is np.where and len(args) == 1)
        or (op is np.repeat and any(isinstance(as_step(x), Step) for x in args[1:]))
    )


def is_view(op: Any, args: tuple[Any, ...]) -> bool:
    """Whether the result shares the memory of its first argument, so that writing into one is seen in the other."""
    if not args or not isinstance(args[0], Symbol):
        return False
    if op is operator.getitem:
        parts = args[1] if isinstance(args[1], tuple) else (args[1],)
        return all(p is None or p is Ellipsis or isinstance(p, (int, slice, np.integer)) for p in parts)
    return op in TURNING or op in FOLDING or op in READ_ONLY


def written_back(program: Program, source: Symbol, way: Any, step: Step) -> Step:
    """The step of a source into a view of which `step` was written."""
    op, args, kwargs = way
    if op is operator.getitem:
        return program.call(updated, (source.step, args[0], step), {})
    if op in FOLDING and not kwargs:
        return program.call(np.reshape, (step, source.shape), {})
    if op in TURNING:
        order = op(np.empty(tuple(range(source.ndim))), *args, **kwargs).shape
        return program.call(np.transpose, (step, tuple(int(i) for i in np.argsort(order))), {})
    raise SourceError(f"source cannot write into {op_name(op)}(...) of an array.")
