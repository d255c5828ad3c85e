"""A training step of a model, run on symbols: parameters and buffers are arguments, by path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from autograd.compile.arguments import Argument, is_number
from autograd.compile.program import Program, Step
from autograd.compile.recording import leaf_of
from autograd.compile.symbol import Symbol
from autograd.containers import flatten
from autograd.errors import SourceError
from autograd.graph import Node, new_leaf
from autograd.tensor import Tensor

__all__ = ["Training", "is_loss", "is_model"]


def is_model(f: Any) -> bool:
    """Whether it is a module with parameters, as those of `nn` are."""
    return hasattr(type(f), "named_parameters") and hasattr(type(f), "substituted") and not isinstance(f, type)


def is_loss(f: Any, args: tuple[Any, ...]) -> bool:
    """Whether a module is called with arrays, and has no parameters: such a loss is a function as any other."""
    return bool(args) and not callable(args[0]) and next(iter(f.named_parameters()), None) is None


class Recorder(Protocol):
    """What the step is written into."""

    @property
    def program(self) -> Program: ...

    def argument(self, value: Any, name: str | None) -> Step: ...


class Training:
    """The parameters, buffers and data of a step, as symbols; `run` is the forward pass on them."""

    def __init__(self, recording: Recorder, model: Any, args: tuple[Any, ...]) -> None:
        if len(args) < 2 or not callable(args[0]):
            raise SourceError(
                "source(model, loss, x, y) takes the model, a loss such as nn.CrossEntropyLoss(), the inputs of the "
                "model, and last what the loss compares its output with."
            )
        self.recording, self.model, (self.loss, *data) = recording, model, args
        self.leaves: dict[str, Any] = {}
        tree: dict[str, Step] = {}
        for path, p in model.named_parameters():
            tree[path] = recording.argument(p._value, "")
            symbol = Symbol(recording.program, tree[path])
            trained = p._requires_grad
            self.leaves[path] = leaf_of(recording.program, tree[path]) if trained else new_leaf(Tensor, symbol, False)
        self.variables: list[Tensor] = [leaf for leaf in self.leaves.values() if leaf._requires_grad]
        self.arguments = [Argument("params", tree, None, True)]
        self.trained = {path: tree[path] for path, leaf in self.leaves.items() if leaf._requires_grad}
        self.buffers = dict(self.buffer_symbols())
        buffers = {path: symbol.step for path, symbol in self.buffers.items()}
        self.arguments += [Argument("buffers", buffers, None, False)] if buffers else []
        names = ["x", "y"] if len(data) == 2 else [*(f"x{i + 1}" for i in range(len(data) - 1)), "y"]
        self.data = [self.given(name, value) for name, value in zip(names, data, strict=True)]

    def given(self, name: str, data: Any) -> Any:
        """Arrays of data, in their containers, as symbols."""
        leaves, rebuild = flatten(data)
        own = name if leaves and rebuild(leaves) is leaves[0] else ""
        steps = [
            self.recording.argument(x._value if isinstance(x, Node) else x, own) if is_number(x) else x for x in leaves
        ]
        self.arguments.append(Argument(name, rebuild(steps), data, False))
        return rebuild([Symbol(self.recording.program, x) if isinstance(x, Step) else x for x in steps])

    def buffer_symbols(self) -> Iterator[tuple[str, Symbol]]:
        for path, module in self.model.named_modules():
            for name in vars(module).get("_buffers", {}):
                value = vars(module).get(name)
                if is_number(value):
                    full = f"{path}.{name}" if path else name
                    value = value._value if isinstance(value, Node) else value
                    yield full, Symbol(self.recording.program, self.recording.argument(value.copy(), ""))

    def places(self) -> dict[str, tuple[dict[str, Any], str]]:
        """Where each buffer is: the attributes of its module, and its name among them."""
        modules = dict(self.model.named_modules())
        return {path: (modules[path.rpartition(".")[0]].__dict__, path.rpartition(".")[2]) for path in self.buffers}

    @contextmanager
    def buffers_replaced(self) -> Iterator[dict[str, Any]]:
        """Inside, symbols are the buffers of the model; what they are after the block is in the dict."""
        places = self.places()
        before = {path: attributes[name] for path, (attributes, name) in places.items()}
        after: dict[str, Any] = {}
        try:
            for path, (attributes, name) in places.items():
                attributes[name] = self.buffers[path]
            yield after
            after.update({path: attributes[name] for path, (attributes, name) in places.items()})
        finally:
            for path, (attributes, name) in places.items():
                attributes[name] = before[path]

    def run(self) -> Any:
        """The loss; `changed` has the buffers that the step has moved."""
        *inputs, target = self.data
        begun = {path: symbol.step for path, symbol in self.buffers.items()}
        with self.buffers_replaced() as after, self.model.substituted(self.leaves):
            self.prediction = self.model(*(inputs or [target]))
            result = self.loss(self.prediction, target) if inputs else self.loss(self.prediction)
        self.changed = {path: symbol.step for path, symbol in after.items() if symbol.step is not begun[path]}
        return result

    changed: dict[str, Step]
