"""The model of a graph that every view draws from, and what it must leave alone."""

from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.errors import DataError, FreedGraphError, ViewError
from autograd.viz.trace import trace

traced = partial(trace, view="draw", limit=1_000)  # no function of ours: its variables would be looked at for names


def textbook() -> tuple[Tensor, ...]:
    x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    p = (x + y).named("p")
    return x, y, z, p, (p * z).named("g")


def test_values_stand_in_creation_order_with_their_gradients() -> None:
    graph = traced(textbook()[-1])
    assert [(v.symbol, v.kind, v.value, v.grad) for v in graph.vertices] == [
        ("x", "input", 1, -3),
        ("y", "input", 3, -3),
        ("z", "input", -3, 4),
        ("p", "computed", 4, -3),
        ("g", "computed", -12, 1),
    ]


def test_an_edge_carries_its_local_derivative_and_contribution() -> None:
    graph = traced(textbook()[-1])
    assert [(e.source.symbol, e.target.symbol, e.local, e.contribution) for v in graph.vertices for e in v.edges] == [
        ("x", "p", 1, -3),
        ("y", "p", 1, -3),
        ("p", "g", -3, -3),
        ("z", "g", 4, 4),
    ]


def test_each_operand_has_its_own_edge() -> None:
    a = Tensor(2.0, name="a")
    graph = traced(a / a)
    assert [(edge.local, edge.contribution) for edge in graph.root.edges] == [(0.5, 0.5), (-0.5, -0.5)]
    assert graph.vertices[0].grad == 0


def test_an_untraced_tensor_in_a_list_takes_no_gradient_of_another() -> None:
    a, b = Tensor([1.0], name="a"), Tensor([2.0, 3.0], name="b")
    k = Tensor([7.0], name="k", requires_grad=False)
    graph = traced(np.concatenate([k, a, k, b]) * np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    edges = graph.root.edges[0].source.edges
    assert [edge.source.symbol for edge in edges] == ["k", "a", "k", "b"]
    assert [None if e.contribution is None else e.contribution.tolist() for e in edges] == [None, [2], None, [4, 5]]


def test_tensors_in_a_list_are_operands() -> None:
    a, b = Tensor([1.0], name="a"), Tensor([2.0, 3.0], name="b")
    graph = traced(np.concatenate([a, np.array([9.0]), b, a]) * np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    call = graph.root.edges[0].source
    assert [edge.source.symbol for edge in call.edges] == ["a", "[9]", "b", "a"]
    assert [edge.contribution.tolist() for edge in call.edges if edge.source.name] == [[1], [3, 4], [5]]
    assert graph.vertices[0].grad.tolist() == [6]


def test_constants_and_untraced_tensors_are_vertices_without_gradient() -> None:
    x, half = Tensor(3.0, name="x"), Tensor(0.5, name="half", requires_grad=False)
    graph = traced(2 * x * half + half)
    assert [(v.symbol, v.kind) for v in graph.vertices] == [
        ("x", "input"),
        ("2", "constant"),
        ("v1", "computed"),
        ("half", "constant"),
        ("v2", "computed"),
        ("v3", "computed"),
    ]
    assert [v.grad for v in graph.vertices if v.kind == "constant"] == [None, None]


def test_shapes_axes_and_indices_are_no_vertices() -> None:
    x = Tensor(np.ones((2, 3)), name="x")
    graph = traced(np.sum(x.reshape(3, 2)[1], 0))
    assert [v.symbol for v in graph.vertices] == ["x", "v1", "v2", "v3"]


def test_symbols_avoid_names_and_tell_equal_names_apart() -> None:
    a, b, big = Tensor(1.0, name="v1"), Tensor(2.0, name="v1"), np.arange(10.0)
    assert [v.symbol for v in traced(a * b + Tensor(3.0)).vertices] == ["v1", "v1_2", "v2", "x1", "v3"]
    graph = traced(Tensor(3.0) * big * big + Tensor(big))
    assert [v.symbol for v in graph.vertices] == ["x1", "c1", "v1", "c2", "v2", "x2", "v3"]


def test_gradients_equal_those_of_backward(rng: np.random.Generator) -> None:
    w, b = Tensor(rng.normal(size=(3, 4)), name="w"), Tensor(rng.normal(size=4), name="b")
    x = rng.normal(size=(5, 3))
    hidden: Any = np.tanh(x @ w + b)
    hidden.named("hidden")
    loss = np.mean(np.maximum(hidden, 0) ** 2 / (1 + hidden * hidden)) + np.sum(w[1:] * b)
    found = {v.symbol: v.grad for v in traced(loss).vertices}
    loss.backward()
    for name, t in {"w": w, "b": b, "hidden": hidden}.items():
        np.testing.assert_allclose(found[name], t.grad, rtol=1e-13)
        assert np.abs(t.grad).max() > 1e-3


def test_the_gradient_of_an_array_is_that_of_its_sum() -> None:
    x = Tensor([1.0, 2.0], name="x")
    graph = traced(x * x)
    assert graph.root.grad.tolist() == [1, 1]
    assert graph.vertices[0].grad.tolist() == [2, 4]


def test_nothing_in_the_graph_changes() -> None:
    x, y, z, p, g = textbook()
    fired: list[Any] = []
    p.register_hook(fired.append)
    before = [(t.name, t.op, t.args, t.parents, t.values, t.notes and t.notes.grad) for t in (x, y, z, p, g)]
    traced(g)
    assert [(t.name, t.op, t.args, t.parents, t.values, t.notes and t.notes.grad) for t in (x, y, z, p, g)] == before
    assert fired == []


def test_a_trace_is_the_same_before_and_after_backward() -> None:
    *inputs, p, g = textbook()
    before = [v.grad for v in traced(g).vertices]
    g.backward()
    g.backward()
    assert [v.grad for v in traced(g).vertices] == before
    assert p.grad == -6
    assert [t.grad for t in inputs] == [-6, -6, 8]


def test_no_derivative_where_a_function_has_none() -> None:
    x = Tensor(-2.0, name="x")
    kept = ag.primitive(lambda a, b: a + 0 * b)
    ag.vjp_rule(kept, lambda g, y, a, b: g, None)
    constant = Tensor(1.0, name="c", requires_grad=False)
    assert [edge.contribution for edge in traced(kept(x, constant)).root.edges] == [1, None]


def test_a_freed_graph_is_refused() -> None:
    g = textbook()[-1]
    g.backward(retain_graph=False)
    with pytest.raises(FreedGraphError, match="was freed by an earlier backward"):
        traced(g)


@pytest.mark.parametrize("value", [3.0, np.ones(2), None, "x"])
def test_what_is_no_tensor_is_refused(value: Any) -> None:
    with pytest.raises(
        DataError, match=rf"draw\(t\) shows the graph behind a Tensor, and this is {type(value).__name__}"
    ):
        trace(value, "draw", 10)


def test_a_graph_over_the_limit_is_refused_and_one_at_it_is_not() -> None:
    t = Tensor(1.0)
    for _ in range(9):
        t = -t
    assert len(traced(t, limit=10).vertices) == 10
    with pytest.raises(ViewError, match="shows at most 9 values, and this graph has 10"):
        traced(t, limit=9)


def test_a_long_chain_needs_no_recursion() -> None:
    t = Tensor(1.0, name="x")
    for _ in range(5_000):
        t = -t
    assert traced(t, limit=10_000).vertices[0].grad == 1


def test_infinities_in_the_derivative_warn_of_nothing() -> None:
    x = Tensor(0.0, name="x")
    assert traced(np.sqrt(x)).vertices[0].grad == np.inf
