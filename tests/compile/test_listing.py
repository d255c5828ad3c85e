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
        "g": [["g = p * z"], ["return g, (dx, dy, p)"]],
    }


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
