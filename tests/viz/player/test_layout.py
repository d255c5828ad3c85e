"""Where the values stand: in the order of the calls, apart from each other, in straight chains."""

from itertools import pairwise
from time import process_time
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor
from autograd.viz.player.layout import Item, crossings, place, settle
from autograd.viz.trace import Trace, trace


def layout(t: Any) -> tuple[dict[str, Any], Trace]:
    graph = trace(t, "player", 500)
    return place(graph), graph


def test_the_textbook_graph_is_placed_exactly(toy: Any) -> None:
    found, _ = layout(toy)
    assert found == {
        "ranks": 3,
        "places": 2.5,
        "spots": [[0, 0.5], [0, 1.5], [1, 2.0], [1, 1.0], [2, 1.0]],
        "routes": [[[0, 0.5], [1, 1.0]], [[0, 1.5], [1, 1.0]], [[1, 1.0], [2, 1.0]], [[1, 2.0], [2, 1.0]]],
        "again": [],
    }


def test_a_chain_with_a_weight_of_every_step_is_straight_and_the_weight_stands_at_each() -> None:
    w: Any = Tensor(0.5, name="w")
    h: Any = Tensor(0.1, name="h")
    for _ in range(60):
        h = np.tanh(w * h + 1)
    found, graph = layout(h)
    spine = [spot[1] for spot, vertex in zip(found["spots"], graph.vertices, strict=True) if vertex.op is not None]
    assert max(spine) - min(spine) < 0.5
    assert found["places"] < 4
    assert len(found["again"]) > 50
    for again in found["again"]:
        assert graph.vertices[again["vertex"]].symbol == "w"
        assert found["routes"][again["edge"]][0] == again["spot"]


def test_numbers_in_a_formula_have_no_box_of_their_own() -> None:
    found, graph = layout(Tensor(2.0, name="x") * 3)
    assert [vertex.symbol for vertex in graph.vertices][:2] == ["x", "3"]
    assert found["spots"][1] is None
    assert found["routes"] == [[[0, 0.5], [1, 0.5]], None]
    alone, _ = layout(Tensor(2.0, requires_grad=False) * 3)
    assert alone["spots"] == [[0, 0.5]]


def test_five_hundred_values_are_placed_at_once() -> None:
    rng = np.random.default_rng(0)
    values: list[Any] = [Tensor(1.0, name=f"x{i}") for i in range(20)]
    while len(values) < 499:
        values.append(values[rng.integers(len(values))] * values[rng.integers(max(0, len(values) - 30), len(values))])
    total = values[0]
    for value in values[-3:]:
        total = total + value
    began = process_time()
    layout(total)
    assert process_time() - began < 5


@st.composite
def graphs(draw: st.DrawFn) -> Any:
    values: list[Any] = [Tensor(1.0, name=f"x{i}") for i in range(draw(st.integers(1, 4)))]
    for _ in range(draw(st.integers(0, 20))):
        values.append(draw(st.sampled_from(values)) + draw(st.sampled_from(values)))
    return values[-1]


@given(graphs())
def test_operands_stand_before_results_and_no_box_covers_another(t: Any) -> None:
    found, graph = layout(t)
    again = layout(t)[0]
    assert found == again
    number = {vertex: i for i, vertex in enumerate(graph.vertices)}
    for vertex in graph.vertices:
        for edge in vertex.edges:
            assert found["spots"][number[edge.source]][0] < found["spots"][number[vertex]][0]
    for route in found["routes"]:
        assert all(other[0] - one[0] == 1 for one, other in pairwise(route))
    for rank in range(found["ranks"]):
        row = sorted(spot[1] for spot in found["spots"] if spot[0] == rank)
        assert all(other - one > 0.98 for one, other in pairwise(row))
        assert all(0.49 <= spot <= found["places"] - 0.49 for spot in row)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8))
def test_items_settle_as_near_to_their_wishes_as_the_order_allows(wanted: list[float]) -> None:
    row = [Item(0, 1.0) for _ in wanted]
    settle(row, wanted)
    places = [item.place for item in row]
    assert all(other - one >= 1 - 1e-9 for one, other in pairwise(places))
    cost = sum((a - b) ** 2 for a, b in zip(places, wanted, strict=True))
    rng = np.random.default_rng(0)
    for _ in range(50):
        tried = np.array(places) + rng.normal(size=len(places)) * 0.1
        if all(other - one >= 1 for one, other in pairwise(tried)):
            assert float(((tried - wanted) ** 2).sum()) >= cost - 1e-9


def test_crossings_are_counted() -> None:
    a, b, c, d = (Item(rank, 1.0) for rank in (0, 0, 1, 1))
    a.after, b.after = [d], [c]
    assert crossings([[a, b], [c, d]]) == 1
    assert crossings([[b, a], [c, d]]) == 0
