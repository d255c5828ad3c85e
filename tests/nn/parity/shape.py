"""Layers that only change shapes, or nothing."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes


def identity(draw: Any) -> Case:
    return Case((54,), {"anything": 3}, (draw(normal(*draw(st.lists(sizes, max_size=3)))),))


def flatten(draw: Any) -> Case:
    shape = draw(st.lists(st.integers(0, 3), max_size=5))
    last = max(len(shape), 1) - 1
    start = draw(st.integers(0, last))
    end = draw(st.integers(start, last))
    args = draw(st.sampled_from([(start, end), (start - last - 1, end - last - 1)]))
    return Case(args, {}, (draw(normal(*shape)),))


def unflatten(draw: Any) -> Case:
    sizes_of_it = draw(st.lists(sizes, min_size=1, max_size=3))
    before, after = (draw(st.lists(sizes, max_size=2)) for _ in range(2))
    length = 1
    for size in sizes_of_it:
        length *= size
    if draw(st.booleans()):
        sizes_of_it[draw(st.integers(0, len(sizes_of_it) - 1))] = -1
    dim = draw(st.sampled_from([len(before), -1 - len(after)]))
    return Case((dim, tuple(sizes_of_it)), {}, (draw(normal(*before, length, *after)),))


ROWS = {"Flatten": drawn(flatten), "Identity": drawn(identity), "Unflatten": drawn(unflatten)}
