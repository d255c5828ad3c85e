"""Names from the user's variables, the lines that made the values, and the modules around them."""

from functools import partial
from typing import Any

import numpy as np

import autograd as ag
import nn
from autograd import Tensor
from autograd.viz.trace import trace

traced = partial(trace, view="draw", limit=1_000)


def symbols(t: Any) -> list[str]:
    return [vertex.symbol for vertex in traced(t).vertices]


def test_the_callers_variables_name_what_they_hold() -> None:
    x, weights = Tensor(1.0), {"h": Tensor(2.0), "o": [Tensor(3.0)]}
    p = x * weights["h"]
    assert [v.symbol for v in traced(p * weights["o"][0]).vertices] == [
        "x",
        "weights['h']",
        "weights['o'][0]",
        "p",
        "v1",
    ]


def test_a_given_name_comes_before_a_variable_and_a_hidden_variable_names_nothing() -> None:
    x = Tensor(1.0, name="slope")
    _hidden = x * 2
    found = [v.symbol for v in traced(_hidden + 1).vertices]
    assert found == ["slope", "2", "v1", "1", "v2"]


def test_parameters_are_named_by_their_place_in_the_callers_model() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    y = model(np.ones((1, 2), np.float32))
    vertices = traced(y).vertices
    assert [v.symbol for v in vertices if v.kind == "input"] == ["model.0.weight", "model.0.bias"]
    assert [v.modules for v in vertices if v.op is not None] == [("model", "model.0"), ("model", "model.1")]
    assert [v.modules for v in vertices if v.kind == "input"] == [("model", "model.0")] * 2


class Block(nn.Module):
    def __init__(self) -> None:
        self.inner = nn.Linear(2, 2)

    def forward(self, x: Any) -> Any:
        return x + np.tanh(self.inner(x)) * 2


def test_a_module_holds_what_was_made_in_its_call_and_a_module_that_made_nothing_holds_nothing() -> None:
    net = nn.Sequential(Block(), nn.Identity(), Block())
    y = net(Tensor(np.ones((1, 2), np.float32), name="x")) * 3
    inside = {v.symbol: v.modules for v in traced(y).vertices if v.op is not None}
    block = ("net", "net.0"), ("net", "net.0", "net.0.inner")
    other = ("net", "net.2"), ("net", "net.2", "net.2.inner")
    assert list(inside.values()) == [block[1], *[block[0]] * 3, other[1], *[other[0]] * 3, ()]


def double(a: Any) -> Any:
    twice = a + a
    return twice * 1.5


def test_a_weight_that_another_module_uses_belongs_to_the_call_that_used_it() -> None:
    net = nn.Sequential(nn.MultiheadAttention(4, 2))  # it uses out_proj.weight without calling out_proj
    x = np.ones((3, 1, 4), np.float32)
    graph = traced(np.sum(net[0](x, x, x)[0]))
    found = {v.symbol: v.modules for v in graph.vertices if v.op is None}
    assert found["net.0.out_proj.weight"] == found["net.0.in_proj_weight"] == ("MultiheadAttention",)


def test_annotate_remembers_variables_that_are_gone_and_the_lines() -> None:
    def run(x: Any) -> Any:
        h = x * 2
        h = h + 1
        h = double(h)
        return np.tanh(h)

    with ag.viz.annotate():
        y = run(Tensor(0.5, name="x"))
    vertices = [v for v in traced(y).vertices if v.op is not None]
    assert [v.symbol for v in vertices] == ["h", "h_2", "twice", "h_3", "y"]
    lines = [v.sighting.text for v in vertices if v.sighting is not None]
    assert lines == ["h = x * 2", "h = h + 1", "twice = a + a", "return twice * 1.5", "return np.tanh(h)"]
    assert str(ag.explain(y)).count("h_2") > 1


def test_outside_annotate_nothing_is_remembered() -> None:
    x = Tensor(0.5, name="x")
    with ag.viz.annotate():
        y = x * 2
    assert (y * 3).notes is None
    assert [v.sighting is not None for v in traced(y).vertices] == [False, False, True]
