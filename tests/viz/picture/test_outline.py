"""What is drawn: modules open and closed, loops once, large graphs in pieces, and the arrows between."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor
from autograd.errors import ViewError
from autograd.viz.picture.outline import Card, Link, Outline, outline
from autograd.viz.trace import trace


def outlined(t: Any, depth: Any = "auto", fold: Any = "auto") -> Outline:
    return outline(trace(t, "draw", 100_000), depth, fold)


def label(card: Card) -> str:
    return card.title or card.vertex.symbol


def arrows(picture: Outline) -> list[str]:
    return [written(link) for link in picture.links]


def written(link: Link) -> str:
    count = f" x{link.count}" if link.count > 1 else ""
    return f"{label(link.source)} {'~>' if link.back else '->'} {label(link.target)}{count}"


def frames(picture: Outline) -> dict[str, list[str]]:
    return {label(card): [frame.title for frame in card.frames] for card in picture.cards}


def recurrent(steps: int) -> Any:
    w, h = Tensor(0.5, name="w"), Tensor(0.1, name="h0")
    for step in range(steps):
        h = np.tanh((w * h).named(f"a{step}")).named(f"h{step + 1}")
    return h


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up, self.down = nn.Linear(3, 5), nn.Linear(5, 3)

    def forward(self, x: Any) -> Any:
        return x + self.down(np.tanh(self.up(x)))


class Model(nn.Module):
    def __init__(self, blocks: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(Block() for _ in range(blocks)))
        self.head = nn.Linear(3, 1)

    def forward(self, x: Any) -> Any:
        return self.head(self.blocks(x))


def loss_of(blocks: int) -> Any:
    model = Model(blocks)
    with ag.viz.annotate():
        return model(Tensor(np.ones((2, 3)), name="x")).sum().named("loss")


def test_a_small_graph_is_drawn_as_it_is() -> None:
    x = Tensor(2.0, name="x")
    assert arrows(outlined(((x * x).named("s") + x).named("y"))) == ["x -> s", "x -> s", "s -> y", "x -> y"]


def test_a_loop_is_drawn_once_with_what_it_hands_on() -> None:
    picture = outlined(recurrent(100))
    assert arrows(picture) == ["w -> a99", "h100 ~> a99", "h0 -> a99", "a99 -> h100"]
    assert frames(picture) == {"w": [], "h0": [], "a99": ["× 100"], "h100": ["× 100"]}


def test_a_short_loop_is_folded_on_request_only() -> None:
    assert len(outlined(recurrent(4)).cards) == 10
    assert len(outlined(recurrent(4), fold=True).cards) == 4
    assert len(outlined(recurrent(100), fold=False).cards) == 202


def test_all_results_of_a_loop_are_one_arrow() -> None:
    h, results = Tensor(0.1, name="h0"), []
    for step in range(30):
        h = np.sin(np.exp(h).named(f"e{step}")).named(f"h{step + 1}")
        results.append(h)
    picture = outlined(np.stack(results).named("all"))
    assert arrows(picture) == ["h30 ~> e29", "h0 -> e29", "e29 -> h30", "h30 -> all x30"]


def test_a_loop_in_a_loop_hands_on_twice() -> None:
    s = Tensor(0.3, name="s0")
    for _ in range(5):
        for _ in range(6):
            s = np.sin(np.exp(s).named("e")).named("i")
        s = np.tanh(s).named("o")
    picture = outlined(s)
    assert [link.back for link in picture.links] == [True, True, False, False, False]
    assert sorted(frames(picture).values()) == [[], ["× 5"], ["× 5", "× 6"], ["× 5", "× 6"]]


def test_an_input_of_each_step_stands_inside_a_shared_one_outside() -> None:
    w: Any = Tensor(0.5, name="w")
    h: Any = Tensor(0.1, name="h0")
    for step in range(20):
        h = np.tanh(w * h + Tensor(float(step), name=f"x{step}"))
    found = frames(outlined(h))
    assert found["w"] == found["h0"] == []
    assert found["x19"] == ["× 20"]


def test_modules_are_boxes_named_like_attributes() -> None:
    found = frames(outlined(loss_of(1)))
    assert found["x"] == found["loss"] == []
    assert [titles for titles in found.values() if len(titles) == 4] == [
        *[["Model", "Model.blocks", "Model.blocks.0", "Model.blocks.0.up"]] * 3,
        *[["Model", "Model.blocks", "Model.blocks.0", "Model.blocks.0.down"]] * 3,
    ]


@pytest.mark.parametrize(
    ("depth", "drawn"),
    [
        (0, ["x -> Model x2", "Model -> loss"]),
        (1, ["x -> Model.blocks x2", "Model.blocks -> Model.head", "Model.head -> loss"]),
    ],
)
def test_depth_closes_modules(depth: int, drawn: list[str]) -> None:
    assert arrows(outlined(loss_of(2), depth=depth)) == drawn


def test_depth_none_opens_all() -> None:
    assert len(outlined(loss_of(2), depth=None).cards) == len(trace(loss_of(2), "draw", 100).vertices)


def test_identical_blocks_are_drawn_once() -> None:
    picture = outlined(loss_of(24), depth=2)
    assert arrows(picture)[:2] == ["Model.blocks.23 ~> Model.blocks.23 x2", "x -> Model.blocks.23 x2"]
    assert frames(picture)["Model.blocks.23"] == ["Model", "Model.blocks", "× 24"]
    assert len(outlined(loss_of(24)).cards) < 20


def test_two_calls_of_one_module_are_two_nodes() -> None:
    layer = nn.Linear(3, 3)
    x = Tensor(np.ones((2, 3)), name="x")
    with ag.viz.annotate():
        y = layer(layer(x)).named("y")
    assert arrows(outlined(y, depth=0)) == ["x -> Linear", "Linear -> Linear"]


def test_data_passed_as_a_plain_array_is_drawn() -> None:
    layer = nn.Linear(3, 3)
    with ag.viz.annotate():
        y = layer(np.ones((2, 3)))
    (link,) = outlined(y, depth=0).links
    assert link.source.vertex.kind == "constant"
    assert np.shape(link.source.vertex.value) == (2, 3)


def irregular(size: int) -> Any:
    rng = np.random.default_rng(0)
    values: list[Any] = [Tensor(1.0, name="x")]
    for _ in range(size):
        i, j, op = rng.integers(max(0, len(values) - 20), len(values)), len(values) - 1, rng.integers(3)
        values.append((np.maximum, np.minimum, np.arctan2)[op](values[i], values[j]))
    return values[-1].named("y")


def test_a_large_graph_without_order_is_drawn_in_pieces() -> None:
    picture = outlined(irregular(5_000))
    assert len(picture.cards) < 80
    assert picture.values == 5_001
    places = {card: i for i, card in enumerate(picture.cards)}
    assert all(places[link.source] < places[link.target] or link.back for link in picture.links)
    assert all(one.place + 1 == other.place for one, other in pairwise(picture.cards))


def test_the_numbers_within_a_piece_are_not_drawn() -> None:
    t = Tensor(1.0, name="x")
    rng, pool = np.random.default_rng(0), [t, t + 1]
    for _ in range(3_000):
        i, j = rng.integers(max(0, len(pool) - 20), len(pool), 2)
        pool.append((pool[i] * 0.5 + pool[j], pool[i] * pool[j] * 0.25, np.tanh(pool[i]))[rng.integers(3)])
    assert len(outlined(sum(pool[-20:])).cards) < 80


def test_more_than_graphviz_can_place_is_refused() -> None:
    with pytest.raises(ViewError, match=r"would draw 5,001 nodes, and Graphviz can place about 1,000. Without depth="):
        outlined(irregular(5_000), depth=None, fold=False)
