"""`listing`: the code of a graph that is there, and the lines of its values."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.compile.source import listing
from autograd.errors import ViewError
from autograd.viz.trace import trace


def example() -> Any:
    x, y, z = (ag.Tensor(value, name=name) for name, value in (("x", 1.0), ("y", 3.0), ("z", -3.0)))
    p = (x * y).named("p")
    return (p * z).named("g")


def test_lines_belong_to_the_values_that_they_compute() -> None:
    graph = trace(example(), "test", 100)
    code = listing(graph)
    lines = str(code).splitlines()
    found = {v.symbol: [[lines[n - 1].strip() for n in part] for part in code.lines_of(v)] for v in graph.vertices}
    assert found == {
        "x": [[], []],
        "y": [[], []],
        "z": [[], []],
        "p": [["p = x * y"], ["dx = z * y", "dy = z * x"]],
        "g": [["g = p * z"], ["dx = z * y", "dy = z * x", "return g, (dx, dy, p)"]],
    }


def test_an_edge_has_the_lines_of_what_it_brings_or_of_its_use_where_that_costs_nothing() -> None:
    x = ag.Tensor(2.0, name="x")
    a, b, c = (x * x).named("a"), np.exp(x).named("b"), np.sin(x).named("c")
    graph = trace(((a * b).named("ab") + (c * a).named("ca")).named("s"), "test", 100)
    code = listing(graph)
    lines = code.text.splitlines()
    found = [
        (edge.target.symbol, edge.source.symbol, [lines[n - 1].strip() for n in code.lines_along(edge)])
        for vertex in graph.vertices
        for edge in vertex.edges
    ]
    assert found == [
        ("a", "x", ["v3 = da * x", "dx = v2 + v3 + v3"]),
        ("a", "x", ["v3 = da * x", "dx = v2 + v3 + v3"]),
        ("b", "x", ["v2 = v1 + ab"]),
        ("c", "x", ["v1 = a * np.cos(x)"]),
        ("ab", "a", ["da = c + b"]),
        ("ab", "b", ["v2 = v1 + ab"]),
        ("ca", "c", ["v1 = a * np.cos(x)"]),
        ("ca", "a", ["da = c + b"]),
        ("s", "ab", ["da = c + b"]),
        ("s", "ca", ["v1 = a * np.cos(x)"]),
    ]


def test_an_edge_without_gradient_has_no_line_and_a_leaf_that_of_the_def() -> None:
    x = ag.Tensor(np.ones(3), name="x")
    graph = trace(np.sum(np.where(x > 0, x, 2 * x) + 0).named("s"), "test", 100)
    code = listing(graph)
    for vertex in graph.vertices:
        assert all(bool(code.lines_along(edge)) == (edge.contribution is not None) for edge in vertex.edges)
    same = trace((x + 0).named("y"), "test", 100)
    code = listing(same)
    assert code.text.splitlines()[code.lines_of(same.root)[0][0] - 1].startswith("def graph_and_grad")


def test_values_of_one_line_of_the_program_share_the_comment() -> None:
    x = ag.Tensor(2.0, name="x")
    with ag.viz.annotate():
        y = np.sin(x * x) + 1
    assert listing(y).text.count("# line") == 1
    assert listing(y).text.count("# back through line") == 1


def test_indices_read_as_they_were_written() -> None:
    x = ag.Tensor(np.ones(4), name="x")
    first, second = np.split(x, 2)
    text = listing(np.sum(first * second) + x[np.int64(1)]).text
    assert "x[:2]" in text
    assert "x[2:4]" in text
    assert "x[1]" in text
    assert "int64" not in text


def test_the_text_computes_the_gradients_of_the_graph() -> None:
    w = ag.Tensor(np.arange(6.0).reshape(3, 2) / 10, name="w")
    h = np.tanh(np.ones((4, 3)) @ w)
    loss = np.sum(np.concatenate([h, h**2])) * np.linalg.slogdet(h.T @ h + np.eye(2))[1]
    loss.backward()
    code = listing(loss)
    names: dict[str, Any] = {}
    exec(code.text, names)
    value, (gradient,) = names["graph_and_grad"](w.data, np.ones((4, 3)))
    np.testing.assert_allclose(value, loss.data)
    np.testing.assert_allclose(gradient, w.grad)


def test_every_computed_value_has_a_line_forward_and_one_backward() -> None:
    graph = trace(example(), "test", 100)
    code = listing(graph)
    for vertex in graph.vertices:
        if vertex.kind == "computed":
            forward, backward = code.lines_of(vertex)
            assert forward
            assert backward


def test_a_graph_beyond_the_limit_is_refused() -> None:
    x = ag.Tensor(1.0)
    for _ in range(50):
        x = x * 1.1
    with pytest.raises(ViewError, match="at most 20 values"):
        listing(x, limit=20)
