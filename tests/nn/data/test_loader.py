"""The loader: batches, their order, threads that agree with none, errors in them, and how they end."""

import gc
import re
import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn.data import DataLoader, Dataset, Subset, TensorDataset
from nn.data.augment import Compose, noise, rotate
from tests.conftest import few

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


class Slow(Dataset):
    """Squares, the first examples of which take longest; refuses some."""

    def __init__(self, length: int = 12, refused: Any = (), error: Exception | None = None) -> None:
        self.length, self.refused, self.error = length, refused, error
        self.read: list[int] = []

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Any:
        if index in self.refused:
            raise self.error or KeyError("no such file")
        time.sleep(0.002 * (index % 3 == 0))
        self.read.append(index)
        return index**2


def loaders() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("DataLoader")]


def gone() -> bool:
    """No thread of a loader is left, if need be after the moment that it takes to end."""
    for _ in range(3000):
        if not loaders():
            return True
        time.sleep(0.01)
    return False


# ------------------------------------------------------------------------------------------------------------- batches


def test_batches_follow_the_dataset_and_the_last_is_smaller() -> None:
    loader = DataLoader(TensorDataset(X, Y), batch_size=4)
    assert len(loader) == 3
    assert [y.tolist() for _, y in loader] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert np.array_equal(np.concatenate([x for x, _ in loader]), X)
    dropped = DataLoader(TensorDataset(X, Y), 4, drop_last=True)
    assert len(dropped) == 2
    assert [len(y) for _, y in dropped] == [4, 4]


def test_a_batch_shares_no_memory_with_the_data() -> None:
    for shuffle in (False, True):
        for (x,) in DataLoader(TensorDataset(X), 4, shuffle):
            assert not np.shares_memory(x, X)


def test_shuffling_takes_each_example_once_and_differs_by_epoch(rng: np.random.Generator) -> None:
    loader = DataLoader(TensorDataset(Y), 3, shuffle=True, rng=rng)
    epochs = [np.concatenate([y for (y,) in loader]) for _ in range(3)]
    for order in epochs:
        assert sorted(order) == Y.tolist()
        assert order.tolist() != Y.tolist()
    assert len({tuple(order) for order in epochs}) == 3


def test_the_seed_alone_decides_and_the_default_generator_serves() -> None:
    def orders(rng: Any) -> list[Any]:
        loader = DataLoader(TensorDataset(Y), 3, shuffle=True, rng=rng)
        return [y.tolist() for _ in range(2) for (y,) in loader]

    assert orders(np.random.default_rng(5)) == orders(np.random.default_rng(5))
    assert orders(np.random.default_rng(5)) != orders(np.random.default_rng(6))
    nn.manual_seed(5)
    first = orders(None)
    nn.manual_seed(5)
    assert orders(None) == first


def test_without_shuffling_and_transform_nothing_is_drawn(rng: np.random.Generator) -> None:
    before = rng.bit_generator.state
    list(DataLoader(TensorDataset(Y), 3, rng=rng))
    assert rng.bit_generator.state == before


@pytest.mark.parametrize("data", [list(range(5)), np.arange(5), range(5)])
def test_whatever_has_a_length_and_an_index_is_a_dataset(data: Any) -> None:
    assert [batch.tolist() for batch in DataLoader(data, 2)] == [[0, 1], [2, 3], [4]]


def test_a_collate_function_gets_the_examples() -> None:
    loader = DataLoader(TensorDataset(X, Y), 4, collate_fn=lambda examples: [int(y) for _, y in examples])
    assert list(loader) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_a_dataset_of_arrays_is_asked_once_for_each_batch() -> None:
    asked = []

    class Counted(TensorDataset):
        def batch(self, indices: Any) -> Any:
            asked.append(indices.tolist())
            return super().batch(indices)

        def __getitem__(self, index: Any) -> Any:
            raise AssertionError("one by one")

    list(DataLoader(Subset(Counted(Y), [9, 8, 7]), 2))
    assert asked == [[9, 8], [7]]


class Plain(Dataset):
    def __init__(self, *arrays: Any) -> None:
        self.arrays = arrays

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, index: int) -> Any:
        return tuple(array[index] for array in self.arrays)


def test_a_batch_at_once_is_what_the_examples_make() -> None:
    at_once = DataLoader(TensorDataset(X, Y), 4, True, rng=np.random.default_rng(0))
    singly = DataLoader(Plain(X, Y), 4, True, rng=np.random.default_rng(0))
    for (x, y), (a, b) in zip(at_once, singly, strict=True):
        assert np.array_equal(x, a)
        assert np.array_equal(y, b)
        assert (x.dtype, y.dtype) == (a.dtype, b.dtype)


# ------------------------------------------------------------------------------------------------------------- threads


@few
@given(
    length=st.integers(1, 20),
    size=st.integers(1, 7),
    workers=st.integers(1, 4),
    prefetch=st.integers(1, 3),
    shuffle=st.booleans(),
    at_once=st.booleans(),
)
def test_threads_change_nothing(
    length: int, size: int, workers: int, prefetch: int, shuffle: bool, at_once: bool
) -> None:
    images = np.random.default_rng(1).random((length, 1, 4, 4), np.float32)
    data = (TensorDataset if at_once else Plain)(images, np.arange(length))

    def batches(**options: Any) -> list[Any]:
        rng = np.random.default_rng(0)
        loader = DataLoader(data, size, shuffle, rng=rng, transform=Compose(rotate, noise), **options)
        return [*loader, *loader, (rng.random(3), rng.random(3))]

    for one, other in zip(batches(), batches(num_workers=workers, prefetch=prefetch), strict=True):
        assert np.array_equal(one[0], other[0])
        assert np.array_equal(one[1], other[1])


def test_each_batch_has_randomness_of_its_own() -> None:
    loader = DataLoader(
        TensorDataset(np.zeros((4, 1, 2, 2))), 2, transform=noise, rng=np.random.default_rng(0), num_workers=2
    )
    (a,), (b,), (c,), (d,) = [*loader, *loader]
    assert len({batch.tobytes() for batch in (a, b, c, d)}) == 4


def test_the_first_batch_does_not_share_the_randomness_of_the_order() -> None:
    drawn = []

    def watch(batch: Any, rng: np.random.Generator) -> Any:
        drawn.append(rng.permutation(10).tolist())
        return batch

    ((order,),) = DataLoader(TensorDataset(Y), 10, shuffle=True, transform=watch, rng=np.random.default_rng(0))
    assert drawn[0] != order.tolist()


def test_order_is_kept_when_the_first_is_slowest() -> None:
    for workers in (1, 2, 5):
        loader = DataLoader(Slow(), 1, num_workers=workers)
        assert [int(batch[0]) for batch in loader] == [i**2 for i in range(12)]


def test_threads_work_ahead_and_no_further_than_prefetch() -> None:
    data = Slow(40)
    batches = iter(DataLoader(data, 1, num_workers=2, prefetch=3))
    next(batches)
    for _ in range(3000):
        if len(data.read) == 7:  # the one that was taken, and 2 * 3 ahead
            break
        time.sleep(0.01)
    time.sleep(0.05)
    assert sorted(data.read) == list(range(7))


def test_the_context_of_the_loop_holds_in_the_threads() -> None:
    loader = DataLoader([1.0, 0.0], 1, num_workers=1, transform=lambda batch, rng: 1 / batch)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        list(loader)


# -------------------------------------------------------------------------------------------------------------- errors


class OddError(Exception):
    """An exception that is made of two arguments."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)


@pytest.mark.parametrize("workers", [0, 1, 3])
@pytest.mark.parametrize("error", [KeyError("no such file"), OddError(3, "x"), ValueError("y")])
def test_an_error_keeps_its_type_and_names_the_index(workers: int, error: Exception) -> None:
    loader = DataLoader(Slow(refused=[5], error=error), 2, num_workers=workers)
    taken: list[Any] = []
    with pytest.raises(type(error)) as caught:
        taken.extend(batch.tolist() for batch in loader)
    assert caught.value is error
    assert error.__notes__[-1] == "DataLoader: while batch 2 was read, index 5 of the dataset"
    assert taken == [[0, 1], [4, 9]]  # what comes before it has come
    error.__traceback__ = None
    del caught
    assert gone()


@pytest.mark.parametrize("workers", [0, 2])
def test_errors_of_transform_and_collate_name_the_batch(workers: int) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("cannot")

    with pytest.raises(RuntimeError, match="cannot") as caught:
        list(DataLoader(TensorDataset(Y), 3, num_workers=workers, transform=fail))
    assert caught.value.__notes__ == ["DataLoader: while batch 0 was transformed, indices 0, 1, 2 of the dataset"]
    with pytest.raises(RuntimeError) as caught:
        list(DataLoader(TensorDataset(Y), 10, num_workers=workers, collate_fn=fail))
    which = "indices 0, 1, 2, 3, 4, 5, 6, 7, ... of the dataset"
    assert caught.value.__notes__ == [f"DataLoader: while batch 0 was put together, {which}"]
    with pytest.raises(nn.errors.ShapeError) as caught:
        list(DataLoader([np.zeros(2), np.zeros(3)], 2, num_workers=workers))
    assert caught.value.__notes__ == ["DataLoader: while batch 0 was put together, indices 0, 1 of the dataset"]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_dataset_that_stops_does_not_end_the_epoch_in_silence(workers: int) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        list(DataLoader(Slow(refused=[3], error=StopIteration()), 1, num_workers=workers))


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        ((TensorDataset(X[:0]),), {}, "DataLoader: the dataset is empty, so there is no batch."),
        (([],), {}, "DataLoader: the dataset is empty"),
        (
            (TensorDataset(X), 11),
            {"drop_last": True},
            "DataLoader: drop_last=True leaves no batch, as 10 examples do not fill one of 11.",
        ),
        ((iter([1]),), {}, "DataLoader: dataset is a list_iterator; write what has len() and [] by integers"),
        (({0: 1},), {}, "DataLoader: dataset is a dict"),
        ((X, Y), {}, "DataLoader: batch_size is a ndarray; write an integer, 1 or more."),
        ((X, 0), {}, "DataLoader: batch_size=0; it must be an integer, 1 or more."),
        ((X,), {"prefetch": 0}, "DataLoader: prefetch=0"),
        ((X,), {"num_workers": -1}, "DataLoader: num_workers=-1; it must be an integer, 0 or more."),
        ((X,), {"num_workers": True}, "DataLoader: num_workers=True"),
        ((X,), {"rng": 0}, "nn: rng is a int; write np.random.default_rng(seed), or None."),
        ((X,), {"transform": 3}, "DataLoader: transform is a int; write a function."),
        ((X,), {"collate_fn": "x"}, "DataLoader: collate_fn is a str; write a function."),
    ],
)
def test_what_makes_no_loader_is_named(arguments: Any, options: Any, text: str) -> None:
    with pytest.raises(nn.errors.ArgumentError, match=re.escape(text)):
        DataLoader(*arguments, **options)


def test_a_dataset_that_was_emptied_is_named_when_the_loop_begins() -> None:
    data = [1, 2]
    loader = DataLoader(data)
    data.clear()
    with pytest.raises(nn.errors.ArgumentError, match="the dataset is empty"):
        iter(loader)


# ----------------------------------------------------------------------------------------------------------------- end


def test_threads_end_with_the_loop() -> None:
    list(DataLoader(Slow(), 2, num_workers=3))
    assert not loaders()


def test_threads_end_with_a_break() -> None:
    for _ in DataLoader(Slow(), 2, num_workers=3):
        assert loaders()
        break
    assert not loaders()


def test_a_break_leaves_the_rest_unread() -> None:
    read = []

    def wait(batch: Any, rng: np.random.Generator) -> Any:
        time.sleep(0.05)
        read.append(batch)
        return batch

    for _ in DataLoader(range(100), 1, num_workers=1, prefetch=50, transform=wait):
        break
    assert len(read) < 40


def test_threads_end_when_the_consumer_raises() -> None:
    def consume() -> None:
        for _ in DataLoader(Slow(), 2, num_workers=3):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        consume()
    gc.collect()
    assert gone()


def test_threads_end_with_the_iterator_in_a_cycle_of_garbage() -> None:
    batches = iter(DataLoader(Slow(), 2, num_workers=3))
    next(batches)
    cycle: list[Any] = [batches]
    cycle.append(cycle)
    del batches, cycle
    gc.collect()
    assert gone()


def test_garbage_found_in_a_thread_of_the_loader_does_not_wait_for_itself() -> None:
    held: list[Any] = []

    class Collecting(Dataset):
        def __len__(self) -> int:
            return 9

        def __getitem__(self, index: int) -> int:
            if index == 8 and held:
                held.clear()  # the last reference to the iterator goes here, in its own thread
            return index

    loader = DataLoader(Collecting(), 1, num_workers=1, prefetch=8)
    held.append(loader.batches(iter_epoch(loader)))
    iterator = held[0]
    step = iterator.__next__
    del iterator
    step()
    del step
    assert gone()


def iter_epoch(loader: DataLoader) -> Any:
    iter(loader)
    return loader.epoch


def test_the_interpreter_ends_with_a_loop_half_way() -> None:
    program = (
        "import sys, time\n"
        "from nn.data import DataLoader\n"
        "batches = iter(DataLoader(range(1000), 1, num_workers=3))\n"
        "next(batches)\n"
        "sys.keep = batches\n"
        "raise SystemExit(7)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], timeout=60, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (7, "")


def test_repr_says_what_is_loaded() -> None:
    text = "DataLoader(TensorDataset(int64(10,)), batch_size=3, shuffle=True, drop_last=False)"
    assert repr(DataLoader(TensorDataset(Y), 3, True)) == text
