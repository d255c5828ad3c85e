"""What the doctor sees: the calls of a model's layers, by hooks, and all that belongs to one step of the training."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple
from weakref import ref

import numpy as np

from autograd import Tensor
from autograd.graph import unwrap
from nn.module import Module, Parameter
from nn.train.doctor.graph import graph_of, head_of
from nn.train.doctor.thresholds import MOST_CALLS

__all__ = ["Call", "Hook", "Hooked", "Step", "leaves", "without_hooks"]


class Call(NamedTuple):
    """A call of a layer that has no layers inside."""

    path: str
    layer: Module
    input: Any
    output: Any

    @property
    def title(self) -> str:
        return title(self.path, self.layer)

    @property
    def parameters(self) -> list[Parameter]:
        return list(self.layer.parameters())


def title(path: str, layer: Any) -> str:
    """A layer in a sentence: ``'0' (Linear)``."""
    return f"{path!r} ({type(layer).__name__})" if path else type(layer).__name__


def leaves(model: Module) -> dict[str, Module]:
    """The layers that have no layers inside, by path."""
    return {path: module for path, module in model.named_modules() if not list(module.children())}


def first_of(values: Any) -> Any:
    """The array in what a layer takes or gives: the first of a tuple, such as an LSTM's."""
    while isinstance(values, (tuple, list)) and values:
        values = values[0]
    return values


class Hook:
    """A function as a hook of the model that is watched; a copy or a pickle of the model gets a `Silent` one.

    Unless it is to see `every_step`, those of a compiled training may leave it out.
    """

    def __init__(self, function: Callable[..., None], *, every_step: bool = True) -> None:
        self.function, self.every_step = function, every_step

    def __call__(self, *args: Any) -> None:
        self.function(*args)

    def __reduce__(self) -> Any:
        return Silent, ()


class Silent:
    """A hook that does nothing."""

    every_step = False

    def __call__(self, *_: Any) -> None:
        pass


class Hooked:
    """Hooks on a model that write down the calls of its layers; `remove` leaves the model as it was.

    They keep no value alive: what is gone, such as a forward pass that nobody needed, has not been a part of the step.
    """

    def __init__(self, model: Module) -> None:
        self.model = model
        self.calls: list[tuple[str, Module, Any, Any]] = []
        self.handles: list[Any] = []
        self.recording = True
        for path, layer in leaves(model).items():
            self.handles.append(layer.register_forward_hook(Hook(self.hook(path))))

    def hook(self, path: str) -> Callable[..., None]:
        def note(layer: Module, args: tuple[Any, ...], output: Any) -> None:
            output = first_of(output)
            if self.recording and isinstance(output, Tensor) and output.requires_grad:  # not under no_grad
                x = first_of(args)
                if isinstance(x, (Tensor, np.ndarray)) and len(self.calls) < MOST_CALLS:
                    self.calls.append((path, layer, ref(x), ref(output)))

        return note

    def taken(self) -> list[Call]:
        """The calls since the last time whose results are still there."""
        calls = [Call(path, layer, x(), y()) for path, layer, x, y in self.calls]
        self.calls = []
        return [call for call in calls if call.input is not None and call.output is not None]

    def remove(self) -> None:
        """Take the hooks away. A second time does nothing."""
        for handle in self.handles:
            handle.remove()
        self.handles, self.calls = [], []
        without_hooks(self.model)


def without_hooks(model: Module) -> None:
    """Let layers whose hooks have all been removed be called as quickly as before there were any."""
    for layer in model.modules():
        hooks = layer._hooks
        if hooks is not None and not any((hooks.before, hooks.after, hooks.before_backward, hooks.after_backward)):
            layer._hooks = None


class Step:
    """One step of a training, between its backward pass and that of the optimizer."""

    def __init__(self, model: Module, calls: list[Call], loss: Any, batch: Any, number: int) -> None:
        self.model, self.calls, self.loss, self.number = model, calls, loss, number
        pair: Any = batch if isinstance(batch, (tuple, list)) and len(batch) == 2 else (None, None)
        self.x, self.y = pair
        self.value = float(loss.item())

    @cached_property
    def graph(self) -> list[Any]:
        """The calls that led to the loss, the last ones first."""
        return graph_of(self.loss)

    @cached_property
    def head(self) -> list[Any]:
        """Those of them after the last layers with parameters."""
        return head_of(self.loss)

    @cached_property
    def hidden(self) -> list[Any]:
        """The others."""
        head = set(map(id, self.head))
        return [node for node in self.graph if id(node) not in head]

    @cached_property
    def rows(self) -> int:
        """The size of the batch, as far as the first layer shows it."""
        shape = getattr(unwrap(self.calls[0].input), "shape", ()) if self.calls else ()
        return int(shape[0]) if shape else 1

    @cached_property
    def titles(self) -> dict[int, str]:
        """The layers by the identity of what they returned."""
        return {id(call.output): call.title for call in reversed(self.calls)}

    @cached_property
    def owners(self) -> dict[int, str]:
        """The paths of the layers by the identity of their parameters."""
        layers = {call.path: call.layer for call in self.calls}
        return {id(p): path for path, layer in layers.items() for p in layer.parameters(recurse=False)}

    def owner(self, node: Any) -> str | None:
        """The path of the layer whose parameters a call takes itself."""
        return next((self.owners[id(p)] for p in node.parents if id(p) in self.owners), None)

    def place(self, node: Any) -> str:
        """The layer that made a node, or the one before it."""
        if id(node) in self.titles:
            return self.titles[id(node)]
        path = self.owner(node)
        if path is not None:
            return title(path, self.model.get_submodule(path))
        name, below = getattr(node.op, "__name__", "a call"), node
        while below.parents and below.op is not None:
            below = below.parents[0]
            if id(below) in self.titles:
                return f"{name} after {self.titles[id(below)]}"
        return str(name)
