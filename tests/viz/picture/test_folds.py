"""What repeats: found in sequences that were made of copies, and in drawn ones nothing that is not there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.viz.picture.folds import Fold, Steps, find_folds
from autograd.viz.picture.outline import stand_ins


def steps(looks: list[int], sources: list[list[int]] | None = None, shared: list[int] | None = None) -> Steps:
    """Steps of given looks, each with the one before as operand if nothing else is said."""
    sources = sources or [[i - 1] for i in range(len(looks))]
    source = np.full((len(looks), max(map(len, sources), default=1)), -1, np.int64)
    for i, row in enumerate(sources):
        source[i, : len(row)] = row
    names: dict[object, int] = {}
    seen = [(look, *(s < 0 for s in row)) for look, row in zip(looks, sources, strict=True)]
    kind = [names.setdefault(key, len(names)) for key in seen]
    shapes: list[list[object]] = [["scalar"] * len(row) for row in sources]
    return Steps(np.array(looks), np.array(kind), source, shapes, np.array(shared or [0] * len(looks)))


def test_a_loop_is_one_fold_with_the_step_that_begins_it() -> None:
    assert find_folds(steps([1, 2, 3] * 100)) == [Fold(0, 3, 100)]


def test_what_stands_around_a_loop_stays() -> None:
    looks = [7, 8, *[1, 2, 3] * 5, 9]
    assert find_folds(steps(looks)) == [Fold(2, 3, 5)]


def test_two_copies_are_no_repetition() -> None:
    assert find_folds(steps([1, 2, 3, 4, 5, 6] * 2)) == []


def test_a_loop_in_a_loop_is_two_folds() -> None:
    outer, inner = find_folds(steps([*[1, 2] * 5, 3, 4] * 6))
    assert outer == Fold(0, 12, 6)
    assert inner == Fold(60, 2, 5)
    assert outer.drawn == inner.start


def test_a_fold_begins_with_a_call_of_a_module() -> None:
    """The steps 2, 3, 1 repeat as often as 1, 2, 3, which are the calls of one module."""
    looks = [1, 2, 3] * 10
    shared = [0 if look == 1 else 1 for look in looks]
    assert find_folds(steps([2, 3, *looks, 1, 2], shared=[1, 1, *shared, 0, 1])) == [Fold(2, 3, 10)]


def test_steps_that_take_from_elsewhere_are_not_alike() -> None:
    """Each step uses one further back than the step before does."""
    looks = [1] * 12
    assert find_folds(steps(looks, [[i // 2] if i else [-1] for i in range(12)])) == []


def test_an_earlier_value_that_every_copy_uses_is_no_difference() -> None:
    looks = [9, *[1] * 10]
    assert find_folds(steps(looks, [[-1, -1], *([i - 1, 0] for i in range(1, 11))])) == [Fold(1, 1, 10)]


def test_a_value_in_the_first_copy_that_the_others_use_makes_it_different() -> None:
    looks = [1, 2] * 10
    sources = [[i - 1, 1] if i > 1 else [i - 1, -1] for i in range(20)]
    for fold in find_folds(steps(looks, sources)):
        assert fold.start > 1


@settings(max_examples=60, deadline=None)
@given(
    body=st.lists(st.integers(0, 3), min_size=2, max_size=6),
    copies=st.integers(3, 12),
    before=st.lists(st.integers(10, 99), max_size=5, unique=True),
    after=st.lists(st.integers(100, 199), max_size=5, unique=True),
)
def test_a_sequence_made_of_copies_is_folded_to_one(
    body: list[int], copies: int, before: list[int], after: list[int]
) -> None:
    looks = [*before, *body * copies, *after]
    folds = find_folds(steps(looks))
    standing = stand_ins(len(looks), folds)
    drawn = [i for i, other in enumerate(standing) if i == other]
    assert len(drawn) <= len(before) + len(body) + len(after)
    assert all(looks[i] == looks[other] for i, other in enumerate(standing))
    assert all(standing[other] == other for other in standing), "what stands for others is drawn"


@settings(max_examples=60, deadline=None)
@given(looks=st.lists(st.integers(0, 1), max_size=80))
def test_folds_are_nested_and_of_equal_copies(looks: list[int]) -> None:
    folds = find_folds(steps(looks))
    for fold in folds:
        body = looks[fold.start : fold.start + fold.period]
        assert looks[fold.start : fold.stop] == body * fold.copies
        for other in folds:
            apart = other.stop <= fold.start or fold.stop <= other.start
            assert other is fold or apart or inside(other, fold) or inside(fold, other)


def inside(one: Fold, other: Fold) -> bool:
    """Whether the one is within the copy of the other that is drawn."""
    return other.drawn <= one.start and one.stop <= other.stop


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_repeats_in_nothing(count: int) -> None:
    assert find_folds(steps([1] * count)) == []
