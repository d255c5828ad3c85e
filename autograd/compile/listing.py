"""`listing`: the code of a graph that is there already, and the lines of each of its values: for the player.

The calls of the graph are made again, on symbols; an array that was no Tensor is a constant in the text.
"""

from __future__ import annotations

import operator
from bisect import bisect_left
from typing import Any

import numpy as np

from autograd.compile.arguments import Argument
from autograd.compile.identifiers import identifier
from autograd.compile.operations import CONSTANT
from autograd.compile.program import Place, Step
from autograd.compile.recording import Recording, leaf_of, pulled
from autograd.compile.symbol import Symbol, as_step
from autograd.compile.text import Result, Written, written
from autograd.engine import call
from autograd.graph import Node, differentiating, new_leaf, spelling, tick
from autograd.rules import pick
from autograd.tensor import Tensor
from autograd.viz.text import argument_texts, call_text, printable
from autograd.viz.trace import Edge, Trace, Vertex, trace

__all__ = ["LIMIT", "Listing", "listing"]

LIMIT = 5_000


class Listing:
    """The code of a graph: `text`, and the lines of a vertex and of an edge of its trace, counted from 1."""

    def __init__(
        self, text: Written, forward: dict[Vertex, list[Step]], arrived: dict[Vertex, list[tuple[Vertex, Step]]]
    ) -> None:
        self.text = text.text
        self.last = len(self.text.splitlines())
        self.head = 1 + next(i for i, line in enumerate(text.lines) if line.text.startswith(f"def {text.name}("))
        self.written, self.forward, self.arrived = text, forward, arrived
        self.places: dict[tuple[Vertex, str], set[int]] = {}
        self.steps: dict[Step, int] = {}
        self.lines: dict[Step, set[int]] = {}
        for number, line in enumerate(text.lines, 1):
            for step in line.steps:
                self.steps.setdefault(step, number)
                self.lines.setdefault(step, set()).add(number)
                self.places.setdefault((step.place.owner, step.place.phase), set()).add(number)

    def lines_of(self, vertex: Vertex) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The lines that compute the value of a vertex, and those that send its gradient on to its operands.

        A value that costs no call of its own has the line of what stands for it, of an argument that of the `def`, and
        gradients that cost none those of the edges. An input and a constant have none.
        """
        forward = {self.line_of(step) for step in self.forward.get(vertex, [])[-1:]}
        forward |= self.places.get((vertex, "forward"), set())
        backward = self.places.get((vertex, "backward"), set())
        if not backward and vertex.kind == "computed" and vertex.grad is not None:
            backward = {n for edge in vertex.edges for n in self.lines_along(edge)}
        return tuple(sorted(n for n in forward if n)), tuple(sorted(backward))

    def line_of(self, step: Step) -> int | None:
        """The line of a step, or of what stands for it."""
        new = self.written.new.get(step, step)
        return self.head if new.op is None else self.steps.get(new)

    def lines_along(self, edge: Edge) -> tuple[int, ...]:
        """The lines that compute what an edge brings to its source: of an operand that no gradient reaches, none.

        What costs no call, because it is one or a value that is there, has the line that uses it: that of the next sum,
        or those that send the sum on, or the return.
        """
        if edge.contribution is None:
            return ()
        while True:
            call, operand = edge.target, edge.source
            arrived = self.arrived.get(operand, [])
            mine = [i for i, (by, _) in enumerate(arrived) if by is call]
            if not mine:
                return (self.last,)
            along = [e for e in call.edges if e.source is operand and e.contribution is not None]
            place = mine[min(along.index(edge), len(mine) - 1)]
            own = self.own_lines(arrived[place][1], call)
            if own:
                return tuple(sorted(own))
            sums = (self.own_lines(step, by) for by, step in arrived[place + 1 :])
            later = next(filter(None, sums), set()) or self.places.get((operand, "backward"), set())
            if later:
                return tuple(sorted(self.using(arrived[place][1], later)))
            edges = [e for e in operand.edges if e.contribution is not None]
            if not edges:
                return (self.last,)
            edge = edges[0]

    def using(self, step: Step, lines: set[int]) -> set[int]:
        """Those of the lines that use a step itself, if there are any."""
        sent = self.written.new.get(step, step)
        found = {n for user, numbers in self.lines.items() if sent in user.operands() for n in numbers}
        return lines & found or lines

    def own_lines(self, step: Step, by: Vertex) -> set[int]:
        """The lines of a backward step and of those before it that a vertex has made."""
        found: set[int] = set()
        seen: set[Step] = set()
        waiting = [self.written.new.get(step, step)]
        while waiting:
            new = waiting.pop()
            if new not in seen and new.place.phase == "backward" and (not seen or new.place.owner is by):
                seen.add(new)
                found |= self.lines.get(new, set())
                waiting += new.operands()
        return found

    def __str__(self) -> str:
        return self.text


def listing(graph: Any, limit: int = LIMIT) -> Listing:
    """The value and gradients of an existing graph as NumPy code: of a `Trace`, or of its root Tensor.

    The inputs of the graph, and its larger constants, are the arguments of the function. Of a root that is no scalar
    the gradients are those of its sum, as in every view.

    Raises `SourceError` for what no NumPy code can be written for.
    """
    seen = graph if isinstance(graph, Trace) else trace(graph, "listing", limit)
    return Replay(seen, limit).listing()


class Replay:
    """Makes the calls of a trace again."""

    def __init__(self, seen: Trace, limit: int) -> None:
        self.trace = seen
        self.recording = Recording(20 * limit)
        self.recording.at = Place("forward", None, "")
        self.results: dict[Vertex, Any] = {}
        self.steps: dict[Vertex, list[Step]] = {}
        self.arguments: list[Argument] = []
        self.variables: list[Tensor] = []
        self.begun: list[int] = []
        self.arrived: dict[Vertex, list[tuple[Vertex, Step]]] = {}

    def listing(self) -> Listing:
        program = self.recording.program
        with spelling(), np.errstate(all="ignore"):
            for number, vertex in enumerate(self.trace.vertices):
                self.begun.append(tick())
                before = len(program.steps)
                self.recording.at = Place("forward", number, comment_of(vertex), vertex)
                self.results[vertex] = self.made(vertex)
                step = as_step(self.results[vertex])
                if (
                    isinstance(step, Step)
                    and step.op is not None
                    and vertex.kind == "computed"
                    and step.op is not CONSTANT
                ):
                    step.name = step.name or identifier(vertex.symbol)
                self.steps[vertex] = [s for s in program.steps[before:] if s.op is not None]
            root = self.results[self.trace.root]
            gradients = self.backward(root)
        targets = [argument.tree for argument in self.arguments if argument.differentiated]
        result = Result(as_step(root), tuple(gradients), targets)
        text = written(program, "graph", self.arguments, result, {}, "The value of the graph, and its gradients.")
        return Listing(text, self.steps, self.arrived)

    def backward(self, root: Any) -> list[Any]:
        """The gradients of the inputs, each step with the vertex whose rule made it."""
        program = self.recording.program
        if not isinstance(root, Node) or not root._requires_grad:
            return [np.zeros(v.shape, v.dtype) for v in self.variables]
        seed = Symbol(program, program.constant(np.ones_like(as_step(root).value)[()]))
        with differentiating():
            return [as_step(g) for g in pulled([root], [seed], self.variables, self.taken, self.brought)]

    def brought(self, node: Node, g: Any) -> None:
        """Note what has arrived at a vertex by now, and which vertex brought it."""
        step, by = as_step(g), self.recording.at.owner if self.recording.at else None
        if isinstance(step, Step) and by is not None:
            self.arrived.setdefault(self.trace.vertices[self.number_of(node)], []).append((by, step))

    def number_of(self, node: Node) -> int:
        return bisect_left(self.begun, node.serial) - 1

    def taken(self, node: Node, g: Any) -> None:
        number = self.number_of(node)
        vertex = self.trace.vertices[number]
        self.recording.taken(node, g)
        self.recording.at = Place("backward", number, comment_of(vertex), vertex)

    def made(self, vertex: Vertex) -> Any:
        """The value of a vertex: an argument, a constant, or the result of its call."""
        if vertex.kind == "computed":
            return self.called(vertex)
        if vertex.is_literal:
            return vertex.value
        step = self.recording.argument(vertex.value, identifier(vertex.symbol))
        self.arguments.append(Argument(identifier(vertex.symbol), step, None, vertex.kind == "input"))
        if vertex.kind == "input":
            self.variables.append(leaf_of(self.recording.program, step))
            return self.variables[-1]
        return new_leaf(Tensor, Symbol(self.recording.program, step), requires_grad=False)

    def called(self, vertex: Vertex) -> Any:
        arguments = [self.argument(argument) for argument in vertex.arguments]
        if vertex.op is pick:
            return arguments[0][arguments[1]]
        if vertex.op is operator.getitem:
            return arguments[0][arguments[1]]
        first = next((x for x in arguments if isinstance(x, Node)), None)
        if first is not None and hasattr(vertex.op, "__wrapped__"):
            return vertex.op(*arguments, **vertex.keywords)
        return call(Tensor, vertex.op, tuple(arguments), dict(vertex.keywords))

    def argument(self, argument: Any) -> Any:
        if isinstance(argument, Edge):
            return self.results[argument.source]
        if isinstance(argument, list):
            return [self.argument(item) for item in argument]
        return argument


def comment_of(vertex: Vertex) -> str:
    """The user's line, or the call."""
    if vertex.kind != "computed":
        return ""
    if vertex.sighting is not None:
        return printable(f"line {vertex.sighting.line}: {vertex.sighting.text}")
    arguments = argument_texts(
        vertex.op, vertex.arguments, lambda argument: argument.source.symbol if isinstance(argument, Edge) else None
    )
    return printable(f"{vertex.symbol} = {call_text(vertex.op, arguments, vertex.keywords)}")
