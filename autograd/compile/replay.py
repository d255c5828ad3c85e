"""`Replay`: a training step of a model, written down once and run again for other data, without a graph.

Primitives and rules stay whole calls, in the order in which the engine makes them, so that a replayed step gives what
the engine gives, to the bit. What is left out is the making and walking of nodes. `functions.py` makes Python of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from autograd.compile.arguments import is_number
from autograd.compile.functions import OtherBranch, as_functions, at_random
from autograd.compile.model import Training
from autograd.compile.operations import draw, guard, part
from autograd.compile.program import Place, Program, Step
from autograd.compile.spelled import drawing
from autograd.compile.symbol import Symbol, as_step, steps_of
from autograd.containers import CONTAINERS, flatten
from autograd.contributions import fit, own
from autograd.derivatives.shaping import as_array
from autograd.engine import order_graph
from autograd.errors import SourceError
from autograd.graph import Node, differentiating, holding, new_leaf, traced, unwrap
from autograd.rules import RULES, Entries, packed
from autograd.tensor import Tensor

__all__ = ["Replay"]

LIMIT = 100_000
FORWARD, BACKWARD = Place("forward", None, ""), Place("backward", None, "")


class Tape(Program):
    """A program in which calls of primitives stay whole."""

    whole = True

    def __init__(self) -> None:
        self.places = places = [FORWARD]  # the last one is that of now
        super().__init__(lambda: places[-1], LIMIT)  # without a reference to itself, so that its values go with it

    @property
    def program(self) -> Tape:
        """As `Training` asks a recording for it."""
        return self

    def argument(self, value: Any, name: str | None) -> Step:
        return self.input(value, name)

    def draw(self, function: Callable[..., Any], args: tuple[Any, ...], rng: np.random.Generator) -> Any:
        """Note that a function drew from a generator, which stays as it is."""
        before = rng.bit_generator.state
        step = self.call(draw, (function, args, rng), {})
        rng.bit_generator.state = before
        return Symbol(self, step)


class Replay:
    """One step of training for data of these shapes: the model, the loss, the inputs of the model, and its target.

    Raises `SourceError` for a program that takes values out of its arrays (`float`, `np.asarray`), and for one with
    hooks on its tensors.
    """

    def __init__(self, model: Any, loss: Any, *data: Any) -> None:
        tape = Tape()
        training = Training(tape, model, (loss, *data))
        with differentiating(), holding(drawing, tape.draw), np.errstate(all="ignore"):
            result = training.run()
            require_unwritten(training)
            if not (isinstance(result, Tensor) and result._requires_grad and result.size == 1):
                raise SourceError("the loss is no traced number")
            tape.places.append(BACKWARD)
            self.one = np.ones_like(as_step(result).value)[()]
            seed = tape.input(self.one, "seed")
            gradients = pulled(tape, result, seed, training.variables)
        self.parameters = [p for _, p in model.named_parameters()]
        self.trained = [p for p in self.parameters if p._requires_grad]
        places = training.places()
        self.buffers, self.moved = list(places.values()), [places[path] for path in training.changed]
        self.shapes = [np.shape(unwrap(attributes[name])) for attributes, name in self.buffers]
        draws = [step for step in tape.steps if step.op is draw]
        undecided = any(step.op is guard for step in at_random(tape.steps))
        self.generators = list({id(step.args[2]): step.args[2] for step in draws}.values()) if undecided else []
        inputs = [step for step in tape.steps if step.op is None and step is not seed]
        outputs = [as_step(result), flatten(steps_of(training.prediction))[0], list(training.changed.values())]
        self.structure = flatten(training.prediction)[1]
        self.forward, self.pull = as_functions(tape, inputs, seed, outputs, gradients)

    def __call__(self, data: Iterable[Any]) -> tuple[Tensor, Any, Callable[..., None]]:
        """The loss, the prediction, and the loss's `backward`, for the arrays in the data that the replay was made for.

        Raises `OtherBranch`; nothing has changed then.
        """
        loss, prediction, moved, kept = self.run(data)
        for (attributes, name), value in zip(self.moved, moved, strict=True):
            attributes[name] = value
        return as_leaf(loss), self.structure(map(as_leaf, prediction)), partial(self.backward, kept)

    def run(self, data: Iterable[Any]) -> Any:
        """The loss, the parts of the prediction, the buffers as they would be, and what `pull` needs."""
        parameters = [p._value for p in self.parameters]
        buffers = [unwrap(attributes[name]) for attributes, name in self.buffers]
        for buffer, shape in zip(buffers, self.shapes, strict=True):
            if np.shape(buffer) != shape:
                raise OtherBranch
        if not self.generators:
            return self.forward(*parameters, *buffers, *data)
        states = [rng.bit_generator.state for rng in self.generators]
        try:
            return self.forward(*parameters, *buffers, *data)
        except OtherBranch:
            for rng, state in zip(self.generators, states, strict=True):
                rng.bit_generator.state = state
            raise

    def backward(self, kept: list[Any], gradient: Any = None) -> None:
        """Add to the gradients of the parameters, as `Tensor.backward` does."""
        seed = self.one if gradient is None else gradient
        taken = {id(seed)}
        gradients = self.pull(seed, *kept)
        for p, g in zip(self.trained, gradients, strict=True):
            if g is not None:
                g = own(g, taken)
                notes = p.noted()
                notes.grad = g if notes.grad is None else unwrap(notes.grad) + g


def require_unwritten(training: Training) -> None:
    """Raise `SourceError` for what a replay would not do: write into parameters or data, return what is no array."""
    parameters = training.arguments[0].tree
    if any(as_step(leaf) is not parameters[path] for path, leaf in training.leaves.items()):
        raise SourceError("a parameter is written into.")
    symbols = [x for x in flatten(training.data)[0] if isinstance(x, Symbol)]
    if any(symbol.version for symbol in symbols):
        raise SourceError("the batch is written into.")
    if len({id(attributes[name]) for attributes, name in training.places().values()}) < len(training.buffers):
        raise SourceError("two buffers are one array.")
    if not all(isinstance(x, (Tensor, Symbol)) or is_number(x) for x in flatten(training.prediction)[0]):
        raise SourceError("the model returns something that is no array.")


def as_leaf(x: Any) -> Any:
    """An array as an untraced Tensor."""
    return new_leaf(Tensor, x, requires_grad=False) if is_number(x) else x


# -------------------------------------------------------------------------------------------------------- backward


def pulled(tape: Tape, result: Node, seed: Step, variables: list[Any]) -> list[Step | None]:
    """The gradients of the variables, as steps: what `engine.backpropagate` does, with every rule a whole call."""
    order, _ = order_graph([result])
    grads: dict[Node, Step] = {result: seed}
    packs: dict[int, Step] = {}  # the results of a call that gave several, as one value

    def as_steps(values: Any) -> Any:
        if isinstance(values, np.ndarray) and values.dtype == object:
            if id(values) not in packs:
                packs[id(values)] = tape.call(packed, ([as_step(x) for x in values],), {})
            return packs[id(values)]
        return steps_of(values)

    def bring(arg: Node, g: Step, value: Any, op: Any) -> None:
        """Fit a contribution to its argument, and add it."""
        if isinstance(g.value, Entries):
            grads[arg] = tape.call(with_entries, (g, value, grads.get(arg)), {})
            return
        like = value.value if isinstance(value, Step) else value
        if type(g.value) is not type(like) or g.value.shape != like.shape or g.value.dtype != like.dtype:
            g = tape.call(fit, (g, value, op), {})
        grads[arg] = tape.call(np.add, (grads[arg], g), {}) if arg in grads else g

    while order:
        node = order.pop()
        g = grads.pop(node, None)
        if g is None:
            continue
        if node.notes is not None and node.notes.hooks:
            raise SourceError("a hook on a tensor would not be called")
        assert node.values is not None
        values = [as_steps(value) for value in node.values]
        call = (g, as_steps(node._value), *values), steps_of(node.kwargs or {})
        for arg, value, vjp in zip(node.args, values, RULES[node.op], strict=False):
            if vjp is None:
                continue
            if isinstance(arg, Node):
                if arg._requires_grad:
                    bring(arg, tape.call(vjp, *call), value, node.op)
            elif isinstance(arg, CONTAINERS) and traced(arg):
                found = tape.call(apart, (value, tape.call(vjp, *call), node.op), {})
                for i, (item, like) in enumerate(zip(flatten(arg)[0], flatten(value)[0], strict=True)):
                    if traced(item):
                        bring(item, tape.call(part, (found, i), {}), like, node.op)
    return [grads.get(variable) for variable in variables]


def with_entries(entries: Entries, value: Any, before: Any) -> Any:
    """The gradient so far, or zeros, with some entries added to it."""
    total = np.zeros_like(value)
    if before is not None:
        total += before
    entries.add_to(total)
    return total


def apart(value: Any, g: Any, op: Any) -> list[Any]:
    """What a rule returned for an argument that is a list or a dict, in a flat list: as `contributions.spread`."""
    if isinstance(value, dict):
        return [part for key, item in value.items() for part in apart(item, g[key], op)]
    if isinstance(value, (list, tuple)):
        parts = g if isinstance(g, (list, tuple)) else fit(g, as_array(value), op)
        return [part for item, gi in zip(value, parts, strict=True) for part in apart(item, gi, op)]
    return [g]
