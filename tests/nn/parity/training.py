"""What is compared beside layers and losses: optimizers, schedulers, clipped gradients, averaged weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.nn.parity import clips, optimizers, schedulers
from tests.nn.parity.cases import seeds

__all__ = ["TRAINING", "Row", "largest"]


class Row(NamedTuple):
    """A part: where it is in `nn`, what is drawn, and how both sides are compared: to the largest difference."""

    path: str
    drawn: st.SearchStrategy[tuple[object, ...]]
    compared: Callable[..., float]


def rows() -> Iterator[tuple[str, list[Row]]]:
    splits = st.sampled_from([{}, {"lr": 0.01}])  # options of a second group
    yield (
        "optimizers, 10 steps",
        [
            Row(f"optim.{name}", st.tuples(row, splits), partial(optimizers.compared_optimizer, name))
            for name, row in optimizers.ROWS.items()
        ],
    )
    yield (
        "schedulers, 30 steps",
        [
            Row(
                f"optim.{'swa_utils' if name == 'SWALR' else 'lr_scheduler'}.{name}",
                st.tuples(row, st.booleans(), st.booleans()),
                partial(schedulers.compared_scheduler, name),
            )
            for name, row in schedulers.ROWS.items()
        ],
    )
    yield (
        "clips",
        [
            Row(f"utils.{name}", st.tuples(row, clips.drawn_gradients), partial(clips.compared_clip, name))
            for name, row in clips.CLIPS.items()
        ],
    )
    yield (
        "averages of weights, 5 updates",
        [
            Row(f"optim.swa_utils.{name}", st.tuples(row, seeds), partial(clips.compared_average, name))
            for name, row in clips.AVERAGES.items()
        ],
    )


TRAINING: dict[str, list[Row]] = dict(rows())


def largest(row: Row, draws: int) -> float:
    """The largest difference over all draws."""
    found = [0.0]

    @settings(
        max_examples=draws,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(row.drawn)
    def draw(arguments: tuple[object, ...]) -> None:
        found.append(row.compared(*arguments))

    draw()
    return max(found)
