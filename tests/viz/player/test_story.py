"""What the page is told: the exact data of a small graph, and what holds of any."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor
from autograd.viz.player.code import forward_lines
from autograd.viz.player.story import brief, tell
from autograd.viz.trace import trace


def told(t: Any) -> dict[str, Any]:
    graph = trace(t, "player", 500)
    return tell(graph, forward_lines(graph))


def value(text: str) -> dict[str, Any]:
    return {"text": text, "brief": text, "shape": (), "entries": (text,)}


def test_the_textbook_graph_is_told_exactly(toy: Any) -> None:
    given = {"call": None, "numbers": None, "modules": [], "where": None, "forward": []}
    called = {"modules": [], "where": None, "kind": "computed"}
    x, y, z = ({"kind": "input", "symbol": name, "gradient": f"dg/d{name}", **given} for name in "xyz")
    assert told(toy) == {
        "root": 4,
        "notes": [],
        "vertices": [
            x | {"value": 0, "grad": 1},
            y | {"value": 2, "grad": 1},
            z | {"value": 1, "grad": 3},
            {"symbol": "p", "gradient": "dg/dp", "call": "x + y", "numbers": "1 + 3", "value": 3, "grad": 1}
            | {"forward": [1], **called},
            {"symbol": "g", "gradient": "dg/dg", "call": "p * z", "numbers": "4 * -3", "value": 4, "grad": 0}
            | {"forward": [2], **called},
        ],
        "edges": [
            {"source": 0, "target": 3, "term": "dg/dp * dp/dx", "because": "p = x + y, so dp/dx = 1"}
            | {"local": "1", "product": "-3 * 1", "brings": 1, "sum": None, "lines": [1]},
            {"source": 1, "target": 3, "term": "dg/dp * dp/dy", "because": "p = x + y, so dp/dy = 1"}
            | {"local": "1", "product": "-3 * 1", "brings": 1, "sum": None, "lines": [1]},
            {"source": 3, "target": 4, "term": "dg/dg * z", "because": "g = p * z, so dg/dp = z"}
            | {"local": "-3", "product": "1 * -3", "brings": 1, "sum": None, "lines": [2]},
            {"source": 2, "target": 4, "term": "dg/dg * p", "because": "g = p * z, so dg/dz = p"}
            | {"local": "4", "product": "1 * 4", "brings": 3, "sum": None, "lines": [2]},
        ],
        "values": [value("1"), value("-3"), value("3"), value("4"), value("-12")],
        "steps": [
            {"phase": "given"},
            {"phase": "forward", "vertex": 3},
            {"phase": "forward", "vertex": 4},
            {"phase": "seed", "vertex": 4},
            {"phase": "backward", "vertex": 3, "edge": 2},
            {"phase": "backward", "vertex": 2, "edge": 3},
            {"phase": "backward", "vertex": 1, "edge": 1},
            {"phase": "backward", "vertex": 0, "edge": 0},
        ],
        "code": ["p = x + y", "g = p * z"],
    }


def test_a_sum_runs_in_the_order_of_the_backward_pass() -> None:
    a = Tensor(2.0, name="a")
    story = told(((a + a).named("b") * a).named("c"))
    along = [story["edges"][step["edge"]] for step in story["steps"] if step.get("vertex") == 0]
    texts = [[story["values"][edge[key]]["text"] for key in ("brings", "sum")] for edge in along]
    assert texts == [["4", "4"], ["2", "6"], ["2", "8"]]


def test_arrays_have_their_entries_while_they_are_few() -> None:
    def entries(shape: tuple[int, ...]) -> Any:
        story = told(Tensor(np.zeros(shape), name="x") * 2)
        return story["values"][story["vertices"][0]["value"]]["entries"]

    assert entries((8, 8)) == ("0",) * 64
    assert entries((5, 13)) is None
    assert entries((0,)) == ()
    t: Any = Tensor(np.zeros(20), name="x")
    for _ in range(201):
        t = np.tanh(t)
    assert {found["entries"] for found in told(t)["values"]} == {None}


def test_a_line_of_the_program_is_told_without_its_folder() -> None:
    with ag.viz.annotate():
        y = Tensor(2.0, name="x") * 3
    where = told(y)["vertices"][-1]["where"]
    assert where == {"file": "test_story.py", "line": where["line"], "text": 'y = Tensor(2.0, name="x") * 3'}


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (np.float64(-1 / 3), "-0.333333"),
        (np.array([0.25, 2.0]), "[0.25, 2]"),
        (np.array([1.0, 2.0, 3.125]), "[3] 1 … 3.1"),
        (np.full((2, 3), 1 / 3), "[2×3] 0.33"),
        (np.array([[np.nan, 1.0, 7.0]]), "[1×3] 1 … 7"),
        (np.full(3, np.nan), "[3] nan"),
        (np.ones((0, 3)), "[0×3] empty"),
        (np.array([3 + 4j, 0, 1]), "[3] 0 … 5"),
        (np.array([True, False, True]), "[3] False … True"),
        (np.arange(3), "[3] 0 … 2"),
        (np.array([-np.inf, 0.0, 1e300]), "[3] -inf … 1e+300"),
    ],
)
def test_a_value_is_told_briefly(array: Any, text: str) -> None:
    assert brief(array) == text


@st.composite
def programs(draw: st.DrawFn) -> Any:
    """Random graphs of scalars: reuse, dead ends, constants."""
    values: list[Any] = [Tensor(float(i + 1), name=f"x{i}") for i in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(0, 12))):
        one, other = (draw(st.sampled_from(values)) for _ in range(2))
        call = draw(st.sampled_from([np.add, np.multiply, lambda a, _: a * 0.5, lambda a, _: np.tanh(a)]))
        values.append(call(one, other))
    return values[-1]


@given(programs())
def test_every_gradient_is_complete_before_it_is_used_and_every_reference_holds(t: Any) -> None:
    story = json.loads(json.dumps(told(t)))
    complete = set[int]()
    steps = [step for step in story["steps"] if step["phase"] not in ("given", "forward")]
    for step, after in zip(steps, [*steps[1:], {"vertex": None}], strict=True):
        if step["phase"] == "backward":
            edge = story["edges"][step["edge"]]
            assert edge["source"] == step["vertex"]
            assert edge["target"] in complete
            last = edge["brings"] if edge["sum"] is None else edge["sum"]
            if after["vertex"] != step["vertex"]:
                assert last == story["vertices"][step["vertex"]]["grad"]
        if after["vertex"] != step["vertex"]:
            assert step["vertex"] not in complete
            complete.add(step["vertex"])
    assert complete == {i for i, vertex in enumerate(story["vertices"]) if vertex["kind"] != "constant"}
    calls = [vertex for vertex in story["vertices"] if vertex["call"] is not None]
    assert sum(step["phase"] == "forward" for step in story["steps"]) == len(calls)
