"""`Summary`: what a model consists of, as a table: layers, output shapes, parameters, operations, memory.

The shapes are those of one forward pass, in evaluation mode and outside the graph, which leaves the modes, buffers and
random generators as they were. `Module.summary` calls `summarize`; the operations of a layer are counted in `flops.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from autograd import no_grad
from autograd.graph import unwrap
from nn import checks, errors, random
from nn.flops import flops
from nn.parameter import Parameter
from nn.text import Text, table

if TYPE_CHECKING:
    from nn.module import Module

__all__ = ["Row", "Summary", "summarize"]


class Row(NamedTuple):
    """One module. `parameters`, `trained`, `flops` and `bytes` are its own, without those of the modules below it."""

    path: str
    kind: str
    shapes: dict[str, tuple[int, ...]]  # of its parameters; a shared one is listed where it comes first
    parameters: int
    trained: int
    calls: int = 0
    output: Any = None  # the shape, or a tuple of shapes, of the last call; None where it was not called
    flops: int | None = 0  # of all calls; None where there is no formula
    bytes: int = 0  # of the outputs of all calls

    @property
    def depth(self) -> int:
        return self.path.count(".")


class Summary(Text):
    """The table as a text, with its `rows` and totals as attributes; its `repr` is one line, as it has been printed."""

    rows: tuple[Row, ...]
    total_params: int
    trainable_params: int
    flops: int  # of one forward pass, as far as formulae are known
    uncounted: tuple[str, ...]  # classes that have none
    param_bytes: int
    buffer_bytes: int
    output_bytes: int  # of all layers' outputs: what a training step keeps, at least

    @classmethod
    def of(cls, rows: list[Row], module: Module, *, run: bool) -> Self:
        total, trained = sum(row.parameters for row in rows), sum(row.trained for row in rows)
        foot = [f"{total:,} parameters, {trained:,} of them trained"]
        uncounted = tuple(dict.fromkeys(row.kind for row in rows if row.flops is None))
        numbers: dict[str, Any] = {
            "rows": tuple(rows),
            "total_params": total,
            "trainable_params": trained,
            "flops": sum(row.flops or 0 for row in rows),
            "uncounted": uncounted,
            "param_bytes": sum(p.nbytes for p in module.parameters()),
            "buffer_bytes": sum(np.asarray(b).nbytes for b in module.buffers()),
            "output_bytes": sum(row.bytes for row in rows),
        }
        if run:
            memory = [f"{size(numbers[f'{part}_bytes'])} {part}s" for part in ("param", "buffer", "output")]
            foot += [f"{numbers['flops']:,} FLOPs forward, a multiply-add being 2", f"memory: {', '.join(memory)}"]
            foot += [f"FLOPs not known, not counted: {', '.join(uncounted)}"] if uncounted else []
        lines = with_outputs(rows) if run else with_shapes(rows)
        self = cls("\n".join([lines, *foot]))
        vars(self).update(numbers)
        return self

    def __repr__(self) -> str:
        return f"<Summary: {len(self.rows)} modules, {self.total_params:,} parameters>"


def with_shapes(rows: list[Row]) -> str:
    """A line for each module, with the shapes of its parameters."""
    cells = [("layer", "type", "shapes", "parameters")]
    for row in rows:
        if row.path or row.parameters:
            shapes = ", ".join(f"{name} {shape}" for name, shape in row.shapes.items())
            cells.append((name_in_tree(row), row.kind, shapes, f"{row.parameters:,}"))
    return table(cells, left=3)


def with_outputs(rows: list[Row]) -> str:
    """A line for each module, with what came out of it and what that took."""
    cells = [("layer", "type", "output", "parameters", "trained", "FLOPs", "memory")]
    for row in rows:
        output = "-" if row.output is None else f"{row.output}{f' x{row.calls}' if row.calls > 1 else ''}"
        trained = "yes" if row.trained else "no"
        trained = "part" if 0 < row.trained < row.parameters else trained
        counts = (
            f"{row.parameters:,}",
            trained if row.parameters else "",
            "?" if row.flops is None else f"{row.flops:,}",
        )
        cells.append((name_in_tree(row), row.kind, output, *counts, size(row.bytes)))
    return table(cells, left=3)


def name_in_tree(row: Row) -> str:
    return f"{'  ' * row.depth}{row.path.rpartition('.')[2]}"


def size(count: float) -> str:
    """Bytes as a person reads them."""
    if count < 1024:
        return f"{count} B"
    units = ("KiB", "MiB", "GiB")
    power = min(int(math.log(count, 1024)), len(units))
    return f"{count / 1024**power:,.3g} {units[power - 1]}"


# ----------------------------------------------------------------------------------------------------- forward pass


def summarize(module: Module, inputs: tuple[Any, ...], dtype: Any = None) -> Summary:
    """The summary of a module, called with arrays, or with zeros of the shapes that are given in place of them.

    Raises `ArgumentError` for what is neither.
    """
    seen: set[Parameter] = set()
    rows: dict[Any, Row] = {}
    for path, child in module.named_modules():
        own = {name: p for name, p in child._own(Parameter) if p not in seen}
        seen.update(own.values())
        sizes = sum(p.size for p in own.values()), sum(p.size for p in own.values() if p.requires_grad)
        rows[child] = Row(path, type(child).__name__, {name: p.shape for name, p in own.items()}, *sizes)
    if inputs:
        arrays = [as_input(module, x, dtype) for x in inputs]
        with untouched(module), no_grad(), watched(rows):
            module.eval()
            module(*arrays)
    return Summary.of(list(rows.values()), module, run=bool(inputs))


def usual_dtype(module: Module) -> Any:
    """That of the first parameters; integers where the first layer with parameters is an embedding."""
    for child in module.modules():
        if next(child.children(), None) is None and next(child.parameters(), None) is not None:
            if any(kind.__name__ in ("Embedding", "EmbeddingBag") for kind in type(child).__mro__):
                return np.int64
            break
    return next((p.dtype for p in module.parameters()), np.float32)


def as_input(module: Module, x: Any, dtype: Any) -> Any:
    """An array or what is given in its place: a shape, the batch included."""
    if hasattr(x, "shape") or isinstance(x, dict):
        return x
    if isinstance(x, (tuple, list)) and x and all(checks.is_whole(n, 0) for n in x):
        return np.zeros(x, usual_dtype(module) if dtype is None else dtype)
    if isinstance(x, (tuple, list)) and x and all(hasattr(item, "shape") or item is None for item in x):
        return x  # an argument that is a tuple of arrays, such as a state
    write = "an array, or a shape with the batch: summary((1, 3, 32, 32))"
    raise errors.wrong_argument(f"{type(module).__name__}.summary", "an input", x, write)


@contextmanager
def watched(rows: dict[Any, Row]) -> Iterator[None]:
    """Inside, each call of a module is entered in its row."""

    def enter(child: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        row, count = rows[child], flops(child, args, kwargs, output)
        known = count is not None or next(child.children(), None) is not None  # what is below counts for itself
        leaf = count is not None or not known
        total = None if row.flops is None or not known else row.flops + (count or 0)
        arrays = [unwrap(x) for x in flat_arrays(output)]
        held = sum(a.nbytes for a in arrays) if leaf else 0
        rows[child] = row._replace(calls=row.calls + 1, output=shape_of(output), flops=total, bytes=row.bytes + held)

    handles = [child.register_forward_hook(enter, with_kwargs=True) for child in rows]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def flat_arrays(tree: Any) -> Iterator[Any]:
    """The arrays in nested outputs, in order."""
    if hasattr(tree, "shape"):
        yield tree
    elif isinstance(tree, (list, tuple, dict)):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from flat_arrays(item)


def shape_of(tree: Any) -> Any:
    """Shapes in place of arrays."""
    if isinstance(tree, dict):
        return {key: shape_of(value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return tuple(shape_of(item) for item in tree)
    return getattr(tree, "shape", None)


@contextmanager
def untouched(module: Module) -> Iterator[None]:
    """Afterwards the modes, buffers and random generators of a module are what they were before."""
    modes = [(child, child.training) for child in module.modules()]
    buffers = [
        (child, name, getattr(child, name), np.array(unwrap(getattr(child, name))))
        for child in module.modules()
        for name in child._own_buffers()
    ]
    found = [random.default, *(value for child in module.modules() for value in vars(child).values())]
    generators = [value for value in found if isinstance(value, np.random.Generator)]
    states = [(rng, rng.bit_generator.state) for rng in generators]
    try:
        yield
    finally:
        for child, training in modes:
            child.training = training
        for child, name, buffer, value in buffers:
            if isinstance(buffer, np.ndarray) and buffer.flags.writeable:
                buffer[...] = value
                setattr(child, name, buffer)
            else:
                setattr(child, name, buffer)
        for rng, state in states:
            rng.bit_generator.state = state
