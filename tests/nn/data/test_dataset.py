"""Datasets: rows of arrays, subsets by scikit-learn's indices, what may be read a batch at a time."""

import re
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import KFold, ShuffleSplit

import nn
from autograd import Tensor
from nn.data import DataLoader, Dataset, Subset, TensorDataset
from nn.data.dataset import batches_of

X, Y = np.arange(10.0).reshape(5, 2), np.arange(5)


def test_a_tensor_dataset_gives_rows() -> None:
    data = TensorDataset(X, Y, Tensor(X), [[1], [2], [3], [4], [5]])
    assert len(data) == 5
    x, y, t, l = data[3]  # noqa: E741
    assert (x.tolist(), y, t.tolist(), l.tolist()) == ([6, 7], 3, [6, 7], [4])
    assert [part.tolist() for part in data.batch([1, 0])[:2]] == [[[2, 3], [0, 1]], [1, 0]]
    assert repr(TensorDataset(X, Y)) == "TensorDataset(float64(5, 2), int64(5,))"


@pytest.mark.parametrize(
    ("arrays", "text"),
    [
        ((), "TensorDataset: there are no arrays. Write TensorDataset(x, y)."),
        ((X, Y[:3]), "TensorDataset: the arrays have 5 and 3 rows; they must be as many."),
        ((X, 3.0), "TensorDataset: array 1 is one value (float64), without rows."),
        (([[1], [2, 3]],), "TensorDataset: setting an array element with a sequence"),
    ],
)
def test_arrays_that_make_no_dataset_are_named(arrays: Any, text: str) -> None:
    with pytest.raises(nn.errors.ArgumentError, match=re.escape(text)):
        TensorDataset(*arrays)


@pytest.mark.parametrize("splitter", [KFold(3, shuffle=True, random_state=0), ShuffleSplit(2, random_state=0)])
def test_what_scikit_learn_splits_are_subsets(splitter: Any) -> None:
    data = TensorDataset(X, Y)
    for train, test in splitter.split(X, Y):
        assert [Subset(data, train)[i][1] for i in range(len(train))] == Y[train].tolist()
        (batch,) = DataLoader(Subset(data, test), batch_size=5)
        assert np.array_equal(batch[0], X[test])


def test_a_subset_of_a_subset_and_of_a_mask() -> None:
    data = Subset(Subset(TensorDataset(X, Y), [4, 2, 0]), np.array([True, False, True]))
    assert [data[i][1] for i in range(2)] == [4, 0]
    assert data[-1][1] == 0
    assert data[:2][1].tolist() == data[[0, 1]][1].tolist() == [4, 0]
    batch = batches_of(data)
    assert batch is not None
    assert batch(np.array([1, 0]))[1].tolist() == [0, 4]
    assert len(Subset(TensorDataset(X), [])) == 0
    assert repr(Subset(TensorDataset(Y), [1])) == "Subset(TensorDataset(int64(5,)), 1 of 5)"


@pytest.mark.parametrize(
    ("indices", "text"),
    [
        ([0, 5], "Subset: index 5 is none of the 5 examples, 0..4."),
        ([-1], "Subset: index -1 is none of the 5 examples, 0..4."),
        ([0.5], "Subset: the indices are float64(1,); write integers of shape (M,), or a mask of shape (5,)."),
        ([[1]], "Subset: the indices are int64(1, 1)"),
        ([True, False], "Subset: the indices are bool(2,)"),
    ],
)
def test_indices_that_the_dataset_has_not_are_named(indices: Any, text: str) -> None:
    with pytest.raises(nn.errors.ArgumentError, match=re.escape(text)):
        Subset(TensorDataset(X), indices)


def test_a_subset_of_what_is_no_dataset_is_named() -> None:
    with pytest.raises(nn.errors.ArgumentError, match="Subset: dataset is a range_iterator; write what has len"):
        Subset(iter(range(3)), [0])


class Doubled(TensorDataset):
    def __getitem__(self, index: Any) -> Any:
        return tuple(2 * part for part in super().__getitem__(index))


class DoubledAtOnce(Doubled):
    def batch(self, indices: Any) -> Any:
        return tuple(2 * part for part in super().batch(indices))


class Chosen(Subset):
    def __getitem__(self, index: Any) -> Any:
        return "mine"


def test_who_overrides_getitem_is_asked_for_each_example() -> None:
    assert batches_of(Doubled(X)) is None
    assert batches_of(Subset(Doubled(X), [1])) is None
    assert batches_of(Chosen(TensorDataset(X), [1])) is None
    for kind in (Doubled, DoubledAtOnce):
        assert next(iter(DataLoader(kind(X), batch_size=2)))[0].tolist() == [[0, 2], [4, 6]]
    assert batches_of(DoubledAtOnce(X)) is not None
    assert next(iter(DataLoader(Chosen(TensorDataset(X), [1, 2]), 2))) == ["mine", "mine"]


def test_a_dataset_without_its_methods_says_which() -> None:
    with pytest.raises(NotImplementedError, match=r"Dataset needs a method __getitem__\(self, index\)"):
        Dataset()[0]
    with pytest.raises(NotImplementedError, match=r"Dataset needs a method __len__\(self\)"):
        len(Dataset())
