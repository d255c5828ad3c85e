"""Resuming a loader in the middle of an epoch, exactly."""

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn.data import DataLoader, TensorDataset
from nn.data.augment import noise
from tests.conftest import few

DATA = TensorDataset(np.zeros((11, 1, 2, 2)), np.arange(11))


def loader(seed: int = 0, **options: Any) -> DataLoader:
    return DataLoader(DATA, np.int64(3), **{"shuffle": True, "rng": np.random.default_rng(seed), **options})


def taken(batches: Any) -> list[Any]:
    return [(x.tolist(), y.tolist()) for x, y in batches]


@few
@given(
    epoch=st.integers(0, 2),
    position=st.integers(0, 4),
    workers=st.integers(0, 2),
    shuffle=st.booleans(),
    transform=st.sampled_from([None, noise]),
)
def test_a_loader_goes_on_where_another_was(
    epoch: int, position: int, workers: int, shuffle: bool, transform: Any
) -> None:
    options = {"shuffle": shuffle, "transform": transform}
    first = loader(**options, num_workers=workers)
    for _ in range(epoch):
        list(first)
    batches = iter(first)
    for _ in range(position):
        next(batches)
    state = json.loads(json.dumps(first.state_dict()))
    rest = taken(batches) + taken(first) + taken(first)
    second = loader(1, **options)
    second.load_state_dict(state)
    assert second.state_dict() == state
    resumed = taken(second)
    assert len(resumed) == 4 - position
    assert resumed + taken(second) + taken(second) == rest


def test_between_epochs_the_next_one_is_whole() -> None:
    first, second = loader(), loader(1)
    list(first)
    second.load_state_dict(first.state_dict())
    assert taken(second) == taken(first)


def test_a_generator_used_by_others_meanwhile_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    first = loader(rng=rng)
    batches = iter(first)
    next(batches)
    rng.random(100)  # dropout
    state = first.state_dict()
    rest = [*taken(batches), rng.random()]
    other = np.random.default_rng(9)
    second = loader(rng=other)
    second.load_state_dict(state)
    assert [*taken(second), other.random()] == rest


def test_a_loop_that_was_left_is_not_resumed_by_the_next() -> None:
    first = loader()
    next(iter(first))
    assert len(list(first)) == 4


def test_a_state_is_resumed_once() -> None:
    first = loader()
    first.load_state_dict(STATE)
    next(iter(first))
    assert len(list(first)) == 4
    halfway = loader()
    batches = iter(halfway)
    next(batches)
    first.load_state_dict(halfway.state_dict())
    next(iter(first))
    assert len(list(first)) == 4


def test_the_default_generator_is_restored_too() -> None:
    nn.manual_seed(3)
    first = loader(rng=None)
    list(first)
    state = first.state_dict()
    order = taken(first)
    nn.manual_seed(4)
    first.load_state_dict(state)
    assert taken(first) == order


STATE = loader().state_dict()


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({}, "this is no state of a DataLoader with a generator of the kind PCG64: 'plan'. Nothing was loaded."),
        (3, "this is no state of a DataLoader"),
        ({**STATE, "position": 5}, "position=5 of 4 batches"),
        ({**STATE, "position": -1}, "position=-1 of 4 batches"),
        ({**STATE, "position": "1"}, "position='1' of 4 batches"),
        ({**STATE, "seed": "x"}, "this is no state of a DataLoader"),
        ({**STATE, "seed": [-1]}, "this is no state of a DataLoader"),
        ({**STATE, "plan": {**STATE["plan"], "length": 12}}, "the state is of a DataLoader with length=12"),
        ({**STATE, "plan": {**STATE["plan"], "batch_size": 4, "shuffle": False}}, "with batch_size=4, shuffle=False;"),
        ({**STATE, "rng": {**STATE["rng"], "state": {}}}, "this is no state of a DataLoader"),
        ({**STATE, "rng": np.random.MT19937(0).state}, "state must be for a PCG64"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(state: Any, text: str) -> None:
    here = loader()
    next(iter(here))
    before = here.state_dict()
    with pytest.raises(nn.errors.StateDictError, match=re.escape(text)):
        here.load_state_dict(state)
    assert here.state_dict() == before
