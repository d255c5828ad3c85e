"""What a model does with its inputs, as a list of steps: the graph of its forward pass, recorded twice.

The second pass has other values and, unless the batch is to be fixed, one example more. What is the same in both is a
constant of the model; a size that grows with the batch is a `Batch`; anything else that differs was computed from the
inputs behind the graph's back (a mask ``x > 0``, a Python branch), and would be wrong for other inputs: an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, enable_grad
from autograd.errors import AutogradError, op_name
from autograd.graph import Node, unwrap
from nn import errors
from nn.functional.embedding import rows_of
from nn.module import Module, mode

__all__ = ["Batch", "Full", "Input", "Opaque", "Ref", "Rows", "Step", "Trace", "leaves", "one_more", "record"]


BACKWARD = {rows_of: 2}  # from which argument on they matter to the backward pass alone


class Ref(NamedTuple):
    """The result of a step."""

    step: int


class Input(NamedTuple):
    """An input of the model."""

    number: int


class Batch(NamedTuple):
    """A size: so many for each example."""

    each: int


class Full(NamedTuple):
    """An array that is the same for every example: what is broadcast to a shape that depends on the batch."""

    shape: tuple[Any, ...]
    value: Any


class Rows(NamedTuple):
    """Places in a flattened array, for each example `width` further: those of the first example."""

    first: Any
    width: int


class Opaque(NamedTuple):
    """An object that is not the same in both passes; that of the first."""

    value: Any


class Step(NamedTuple):
    """A call: the function, its arguments with the classes above in place of what is no constant, and its result."""

    op: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    shape: tuple[Any, ...]
    value: Any  # of the first pass


class Trace(NamedTuple):
    """The steps in order, and what the model returns: nested tuples of `Ref`, `Input` and arrays."""

    steps: list[Step]
    output: Any
    inputs: list[Any]
    shapes: list[tuple[Any, ...]]  # of the inputs
    batch: int  # examples in the first pass


def record(model: Module, inputs: Sequence[Any], batch_axis: int | None) -> Trace:
    """The steps of a model in evaluation mode.

    Raises `ExportError` for a model that does not do the same in both passes.
    """
    rng = np.random.default_rng(0)
    first = [np.asarray(unwrap(x)) for x in inputs]
    if batch_axis is not None:
        run(model, first)  # an input that does not fit is not taken for a batch that does not
        first = [np.take(x, np.arange(2) % x.shape[batch_axis], batch_axis) for x in first]
    try:
        one = run(model, first)
        try:
            two, second = second_run(model, first, batch_axis, rng, all_values=True)
        except (AutogradError, IndexError, ValueError):  # a model that checks what it is given: probabilities, say
            two, second = second_run(model, first, batch_axis, rng, all_values=False)
    except AutogradError as error:
        if batch_axis is None:
            raise
        raise errors.ExportError(f"the model does not run with another batch: {error} Write batch_axis=None.") from None
    return Merge(one, two, (first, second), batch_axis).trace()


def second_run(
    model: Module, first: list[Any], batch_axis: int | None, rng: np.random.Generator, *, all_values: bool
) -> tuple[Run, list[Any]]:
    second = [other(x, batch_axis, rng, all_values) for x in first]
    return run(model, second), second


def other(x: Any, batch_axis: int | None, rng: np.random.Generator, all_values: bool) -> Any:
    """Other values about as large, of both signs, or unless `all_values` those that there are; and one example more."""
    x = x if batch_axis is None else one_more(x, batch_axis)
    if not all_values:
        moved = rng.permutation(x.ravel()).reshape(x.shape)
        return moved * x.dtype.type(0.9) if x.dtype.kind == "f" else moved
    if x.dtype.kind == "f":
        return rng.uniform(-1, 1, x.shape).astype(x.dtype) * (np.abs(x).max() or x.dtype.type(1))
    if x.dtype.kind == "b":
        return rng.random(x.shape) < 0.5
    y = rng.integers(min(0, x.min()), max(1, x.max()), x.shape, x.dtype, endpoint=True)
    y.flat[-1] = 0  # padding, often
    return y


def one_more(x: Any, axis: int) -> Any:
    """A batch with one example more."""
    return np.concatenate([x, np.take(x, [0], axis)], axis)


class Run(NamedTuple):
    """One pass: the nodes of its inputs, its graph in order, and what came out."""

    inputs: list[Any]
    nodes: list[Node]
    output: Any


def run(model: Module, inputs: list[Any]) -> Run:
    traced = [Tensor(x, requires_grad=True) if x.dtype.kind == "f" else x for x in inputs]
    with enable_grad(), mode(model, training=False), np.errstate(all="ignore"):
        output = model(*traced)
    found: set[Node] = set()
    waiting = [item for item in leaves(output) if isinstance(item, Node)]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += node.parents
    return Run(traced, sorted(found, key=lambda node: node.serial), output)


def leaves(tree: Any) -> list[Any]:
    """What is in nested tuples, lists and dicts, in order."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    return [leaf for item in tree for leaf in leaves(item)] if isinstance(tree, (tuple, list)) else [tree]


def symbolic(tree: Any) -> bool:
    """Whether there is something in it that is no constant."""
    kinds = (Ref, Input, Batch, Full, Opaque, Rows)
    if isinstance(tree, kinds):
        return True
    if isinstance(tree, dict):
        tree = list(tree.values())
    return isinstance(tree, (tuple, list)) and any(map(symbolic, tree))


class Merge:
    """Two passes, node by node."""

    def __init__(self, one: Run, two: Run, inputs: tuple[list[Any], list[Any]], batch_axis: int | None) -> None:
        self.one, self.two, self.arrays = one, two, inputs
        self.sizes = tuple(x[0].shape[batch_axis or 0] if x[0].ndim else 1 for x in inputs)
        self.dynamic = batch_axis is not None
        self.known: dict[Node, Any] = {}
        self.steps: list[Step] = []
        self.where = "the model's output"

    def trace(self) -> Trace:
        if [node.op for node in self.one.nodes] != [node.op for node in self.two.nodes]:
            raise errors.ExportError(
                "the model does other things for other inputs: a Python `if` or loop depends on their values or number."
            )
        for i, (x, y) in enumerate(zip(self.one.inputs, self.two.inputs, strict=True)):
            if isinstance(x, Node):
                self.known[x] = self.known[y] = Input(i)
        for a, b in zip(self.one.nodes, self.two.nodes, strict=True):
            if a not in self.known:
                self.where = "a parameter" if a.op is None else op_name(a.op)
                self.known[a] = self.known[b] = self.step(a, b)
        self.where = "the model's output"
        shapes = [self.merged(a.shape, b.shape) for a, b in zip(*self.arrays, strict=True)]
        return Trace(self.steps, self.merged(self.one.output, self.two.output), self.arrays[0], shapes, self.sizes[0])

    def step(self, a: Node, b: Node) -> Any:
        """A node as a step, or as its value if it does not depend on the inputs."""
        if a.op is None:
            return self.array(a._value, b._value)
        kept = BACKWARD.get(a.op)
        args, kwargs = self.merged(a.args[:kept], b.args[:kept]), self.merged(a.kwargs or {}, b.kwargs or {})
        if not symbolic(args) and not symbolic(kwargs):
            return a._value
        packed = isinstance(a._value, np.ndarray) and a._value.dtype == object
        shape = () if packed else self.merged(a._value.shape, b._value.shape)
        self.steps.append(Step(a.op, args, kwargs, shape, a._value))
        return Ref(len(self.steps) - 1)

    def merged(self, a: Any, b: Any) -> Any:
        """An argument of both passes as one."""
        if isinstance(a, Node):
            return self.known[a] if self.known.get(a) is self.known.get(b, 0) else self.array(a._value, unwrap(b))
        if isinstance(a, (np.ndarray, np.generic)):
            return self.array(a, b)
        if isinstance(a, (tuple, list)) and type(a) is type(b) and len(a) == len(b):
            items = [self.merged(x, y) for x, y in zip(a, b, strict=True)]
            return type(a)(*items) if hasattr(a, "_fields") else type(a)(items)
        if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
            return {key: self.merged(a[key], b[key]) for key in a}
        if isinstance(a, slice) and isinstance(b, slice):
            return slice(*(self.merged(getattr(a, n), getattr(b, n)) for n in ("start", "stop", "step")))
        if isinstance(a, int) and isinstance(b, int) and a != b and self.dynamic:
            if a * self.sizes[1] == b * self.sizes[0]:
                return Batch(a // self.sizes[0])
            raise self.differs()
        if a is b or a == b:
            return a
        if a is None or isinstance(a, (bool, int, float, str, tuple, list)):
            raise self.differs()
        return Opaque(a)

    def array(self, a: Any, b: Any) -> Any:
        """An array that is an input, a constant, or of one value in a size that depends on the batch."""
        for i, (x, y) in enumerate(zip(*self.arrays, strict=True)):
            if x.dtype.kind != "f" and equal(a, x) and equal(b, y):  # int32, say, as the int64 that indices are
                return Input(i)
        if same(a, b):
            return a
        if self.dynamic and np.ndim(a) == np.ndim(b) and a.dtype == b.dtype and 0 not in (a.size, b.size):
            return self.growing(a, b)
        raise self.differs()

    def growing(self, a: Any, b: Any) -> Any:
        """An array whose shape depends on the batch, and which is the same for every example, or so much more."""
        shape = self.merged(a.shape, b.shape)
        one = tuple(slice(1) if isinstance(n, Batch) else slice(None) for n in shape)
        if all(same(x, np.broadcast_to(a[one], x.shape)) for x in (a, b)):
            return Full(shape, a[one].copy())
        if a.dtype.kind in "iu" and shape[0] == Batch(1):
            width = a.flat[a[0].size] - a.flat[0]
            if all(same(x, np.stack([a[0] + a.dtype.type(i) * width for i in range(len(x))])) for x in (a, b)):
                return Rows(a[0], int(width))
        raise self.differs()

    def differs(self) -> errors.ExportError:
        return errors.ExportError(
            f"{self.where}: an argument depends on the inputs' values without being recorded, as in "
            f"np.where(x > 0, ...) or x.data; it would be wrong for other inputs."
        )


def equal(a: Any, b: Any) -> bool:
    """Whether an array has the shape and values of an input."""
    return getattr(a, "shape", None) == b.shape and a.dtype.kind in "biu" and bool(np.array_equal(a, b))


def same(a: Any, b: Any) -> bool:
    """Whether two arrays have the same shape, dtype and values."""
    return (
        getattr(a, "shape", None) == getattr(b, "shape", 0)
        and a.dtype == b.dtype
        and bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))
    )
