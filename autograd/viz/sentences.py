"""The lines of an explanation: what a call computed, what the chain rule says of its operands, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import PurePath
from string import ascii_uppercase

import numpy as np

from autograd.formulas import WORDS, Equation
from autograd.viz.formulas import local_formula, pullback_formula
from autograd.viz.shapes import equation_of
from autograd.viz.text import argument_texts, call_text, factor, is_short, short, summed_text
from autograd.viz.trace import Edge, Trace, Vertex

__all__ = ["backward_lines", "forward_lines", "meanings", "shape_lines"]

MOST_TERMS = 4  # of a sum that are written out
LONGEST_LINE = 100  # of a program


# ------------------------------------------------------------------------------------------------------------ forward


def forward_lines(graph: Trace, with_source: bool) -> tuple[str, ...]:
    """A line for each value, in the order of the program, under the program's own lines if these are wanted."""
    found: list[str] = []
    last = None
    for vertex in graph.vertices:
        if vertex is not graph.root and vertex.is_literal:
            continue
        sighting = vertex.sighting
        place = None if sighting is None or vertex.op is None else (sighting.file, sighting.line)
        if with_source and place is not None and sighting is not None and place != last and sighting.text:
            found.append(f"# {PurePath(sighting.file).name}:{sighting.line}: {cut(sighting.text)}")
        last = place if place is not None else last
        found.append(computation(vertex))
    return tuple(found)


def cut(line: str) -> str:
    text = "".join(c if c.isprintable() else "\ufffd" for c in line)
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


def computation(vertex: Vertex) -> str:
    """``p = x + y = 1 + 3 = 4``."""
    value = short(vertex.value)
    if vertex.op is None:
        return value if vertex.is_literal else f"{vertex.symbol} = {value}"
    steps = [vertex.symbol, formula(vertex)]
    if all(is_short(edge.source.value) for edge in vertex.edges):
        steps.append(with_numbers(vertex))
    if value != steps[-1]:
        steps.append(value)
    return " = ".join(dict.fromkeys(steps))


def formula(vertex: Vertex) -> str:
    """The call in symbols: ``x + y``."""
    return written(vertex, lambda source: source.symbol)


def with_numbers(vertex: Vertex) -> str:
    """The call with the values of its operands: ``1 + 3``."""
    return written(vertex, lambda source: short(source.value))


def written(vertex: Vertex, show: Callable[[Vertex], str]) -> str:
    """The call, each operand as `show` writes it."""
    arguments = argument_texts(
        vertex.op, vertex.arguments, lambda argument: show(argument.source) if isinstance(argument, Edge) else None
    )
    return call_text(vertex.op, arguments, vertex.keywords)


# ----------------------------------------------------------------------------------------------------------- backward


def backward_lines(graph: Trace) -> tuple[tuple[str, str], ...]:
    """A line for each gradient: that of a call, newest first, and then of the inputs that get nothing more."""
    uses = graph.uses()
    return tuple(gradient(graph, vertex, uses[vertex]) for vertex in in_order(graph, uses))


def in_order(graph: Trace, uses: dict[Vertex, list[Edge]]) -> Iterator[Vertex]:
    """The traced values: a call, then the inputs of which it is the first use, so that their gradient is complete."""
    first = {vertex: edges[0].target for vertex, edges in uses.items() if edges and vertex.kind == "input"}
    for vertex in reversed(graph.vertices):
        if vertex.kind == "constant" or vertex in first:
            continue
        yield vertex
        yield from dict.fromkeys(edge.source for edge in vertex.edges if first.get(edge.source) is vertex)


def gradient(graph: Trace, vertex: Vertex, uses: list[Edge]) -> tuple[str, str]:
    """The equation of a vertex's gradient, a term per use, and the calls that it follows from."""
    root, name = graph.root, derivative(graph.root, vertex)
    if vertex is root:
        return f"{name} = {short(vertex.grad)}", ""
    uses = [edge for edge in uses if edge.contribution is not None]
    if not uses:
        return f"{name} = 0", f"no gradient flows from {root.symbol} to {vertex.symbol}"
    steps = [name, total([term(edge, root) for edge in uses])]
    if all(edge.local is not None for edge in uses):
        steps.append(total([numbers(edge, root) for edge in uses]))
    return " = ".join(dict.fromkeys([*steps, short(vertex.grad)])), "; ".join(reasons(uses))


def derivative(of: Vertex, by: Vertex) -> str:
    return f"d{of.symbol}/d{by.symbol}"


def total(terms: list[str]) -> str:
    """The terms as a sum, a long one with its middle left out."""
    if len(terms) > MOST_TERMS:
        terms = [*terms[: MOST_TERMS - 2], f"... ({len(terms)} terms) ...", terms[-1]]
    return " + ".join(terms)


def is_one(vertex: Vertex, root: Vertex) -> bool:
    """Whether the gradient is that of the result by itself, 1: a factor that is not written."""
    return vertex is root and np.ndim(root.value) == 0


def numbers(edge: Edge, root: Vertex) -> str:
    """What one edge adds, in numbers: ``-3 * 1``."""
    return short(edge.local) if is_one(edge.target, root) else f"{short(edge.target.grad)} * {short(edge.local)}"


def term(edge: Edge, root: Vertex) -> str:
    """What one edge adds, in symbols: ``dg/dp * dp/dx``; where that would say two things, with the formula instead.

    It does so at the root, where ``dg/dx`` is the whole gradient of x, and where x is an operand twice. A function
    without a formula then shows its number, and one of arrays, which has no single one, what the edge adds.
    """
    upstream, one = derivative(root, edge.target), is_one(edge.target, root)
    pulled = pullback_formula(edge, upstream) if edge.local is None else None
    if pulled is not None:
        return without_one(pulled, upstream) if one else pulled
    ambiguous = edge.target is root or len([e for e in edge.target.edges if e.source is edge.source]) > 1
    local = local_formula(edge) if ambiguous or edge.local is None else None
    if local is None and ambiguous:
        if edge.local is None:
            return short(edge.contribution)
        local = short(edge.local)
    if local is None:
        return f"{upstream} * {derivative(edge.target, edge.source)}"
    return over_broadcast(edge, local if one else times(upstream, local))


def without_one(text: str, one: str) -> str:
    """The text without the factor `one` in front, which is 1."""
    rest = text.removeprefix(f"{one} * ")
    if rest == text and text.startswith(f"{one} / "):
        rest = f"1{text.removeprefix(one)}"
    return text if one in rest else rest


def times(upstream: str, local: str) -> str:
    """The product, without a factor of 1."""
    if local in ("1", "-1"):
        return local.replace("1", upstream)
    return f"{upstream} * {factor(local)}"


def over_broadcast(edge: Edge, text: str) -> str:
    """`text` summed over the axes that the operand was broadcast along."""
    if edge.local is not None:
        return text
    return summed_text(text, np.shape(edge.target.value), np.shape(edge.source.value))


def reasons(uses: list[Edge]) -> list[str]:
    """``p = x + y, so dp/dx = 1`` for each call among the uses."""
    by_call: dict[Vertex, list[Edge]] = {}
    for edge in uses:
        by_call.setdefault(edge.target, []).append(edge)
    found = [reason(call, edges) for call, edges in by_call.items()]
    return found if len(found) <= MOST_TERMS else [*found[: MOST_TERMS - 2], "...", found[-1]]


def reason(call: Vertex, edges: list[Edge]) -> str:
    says = f"{call.symbol} = {formula(call)}"
    locals_ = [local_formula(edge) or short(edge.local) for edge in edges if edge.local is not None]
    if locals_:
        return f"{says}, so {derivative(call, edges[0].source)} = {' + '.join(locals_)}"
    stretched = any(np.shape(edge.source.value) != np.shape(call.value) and local_formula(edge) for edge in edges)
    return f"{says}, summed where {edges[0].source.symbol} was broadcast" if stretched else says


# ------------------------------------------------------------------------------------------------------ shapes, words


def shape_lines(graph: Trace) -> tuple[tuple[Equation, ...], tuple[Equation, ...]]:
    """Why gradients have their shapes: of every edge with the reason, and of the first of each kind without."""
    whole: list[Equation] = []
    brief: dict[object, Equation] = {}
    with lettered(graph) as letters:
        for vertex in reversed(graph.vertices):
            used = [edge.source.symbol for edge in vertex.edges if edge.source.symbol in letters]
            where = "".join(f", where {letter} = {letters[letter]}" for letter in dict.fromkeys(used))
            for place, edge in enumerate(vertex.edges):
                found = equation_of(edge, derivative(graph.root, vertex)) if is_of_arrays(edge) else None
                if found is not None:
                    backward = plain_one(found.backward, graph.root)
                    whole.append(Equation(found.forward + where, backward, found.reason))
                    kind = "broadcast" if "broadcast" in found.reason else (vertex.op, place)
                    brief.setdefault(kind, whole[-1]._replace(reason=""))
    return tuple(whole), tuple(brief.values())


def is_of_arrays(edge: Edge) -> bool:
    return edge.contribution is not None and not np.ndim(edge.target.value) == np.ndim(edge.source.value) == 0


def plain_one(equation: str, root: Vertex) -> str:
    """The equation without the derivative of a number by itself."""
    one = derivative(root, root)
    if np.ndim(root.value):
        return equation
    return equation.replace(f"{one} * ", "").replace(f"= {one}", "= 1")


@contextmanager
def lettered(graph: Trace) -> Iterator[dict[str, str]]:
    """Within, arrays that are written as their entries are called by a letter: entries of theirs are spoken of."""
    arrays = [vertex for vertex in graph.vertices if vertex.is_literal and np.ndim(vertex.value)]
    texts = [vertex.symbol for vertex in arrays]
    taken = {vertex.symbol for vertex in graph.vertices}
    free = (letter for letter in chain(ascii_uppercase, (f"c{i}" for i in count(1))) if letter not in taken)
    for vertex in arrays:
        vertex.symbol = next(free)
    try:
        yield {vertex.symbol: text for vertex, text in zip(arrays, texts, strict=True)}
    finally:
        for vertex, text in zip(arrays, texts, strict=True):
            vertex.symbol = text


def meanings(graph: Trace) -> tuple[str, ...]:
    """What the functions in the formulas are that NumPy does not have, once each."""
    found: dict[str, None] = {}
    for vertex in reversed(graph.vertices):
        for edge in vertex.edges:
            if edge.contribution is not None and edge.local is None:
                text = pullback_formula(edge, "g") or local_formula(edge) or ""
            else:
                text = local_formula(edge) or "" if edge.contribution is not None else ""
            found.update(dict.fromkeys(name for name in re.findall(r"(\w+)\(", text) if name in WORDS))
    return tuple(explained(found))


def explained(names: dict[str, None]) -> Iterator[str]:
    """The meanings, those of the words in them after them."""
    waiting, known = list(names), set(names)
    while waiting:
        name = waiting.pop(0)
        yield WORDS[name]
        inner = [word for word in re.findall(r"(\w+)\(", WORDS[name]) if word in WORDS and word not in known]
        waiting += inner
        known.update(inner)
