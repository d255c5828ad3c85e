"""Examples put together: nested, as they are, and what does not go together."""

import re
from collections import namedtuple
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn.data import collate

Pair = namedtuple("Pair", "x y")


def test_arrays_numbers_and_tensors_are_stacked() -> None:
    assert collate([1, 2]).dtype == np.int64
    assert collate([1.0, 2]).tolist() == [1, 2]
    assert collate([True, False]).dtype == bool
    assert collate([np.float32(1), np.float32(2)]).dtype == np.float32
    stacked = collate([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])])
    assert isinstance(stacked, np.ndarray)
    assert stacked.tolist() == [[1, 2], [3, 4]]
    assert collate(np.eye(2)).tolist() == np.eye(2).tolist()


def test_nested_tuples_lists_and_dicts_keep_their_form() -> None:
    def example(i: int) -> Any:
        return {"image": np.full((1, 2), i), "more": (i, [float(i), f"name {i}"], Pair(i, None))}

    batch = collate([example(0), example(1), example(2)])
    assert batch["image"].shape == (3, 1, 2)
    count, (decimal, names), pair = batch["more"]
    assert count.tolist() == [0, 1, 2]
    assert decimal.tolist() == [0, 1, 2]
    assert names == ["name 0", "name 1", "name 2"]
    assert isinstance(pair, Pair)
    assert (pair.x.tolist(), pair.y) == ([0, 1, 2], [None, None, None])


@pytest.mark.parametrize(
    ("examples", "text"),
    [
        ([], "collate: there are no examples."),
        ([(1, 2), (1,)], "collate: example has 1 entries in example 1 of the batch, but 2 in the first"),
        ([{"a": 1}, {"b": 1}], "collate: example has the keys ['b'] in example 1 of the batch, but ['a'] in the first"),
        ([(1, {"a": [1]}), (1, {"a": 1})], "collate: example[1]['a'] is a int in example 1 of the batch, but list"),
        (3, "collate: examples is a int; write a list of them."),
        ([1, "a"], "collate: example is of <U1 in example 1 of the batch, but int64 in the first; examples must be"),
        (["a", 1], "collate: example is a int in example 1 of the batch, but str in the first"),
        ([object()], "collate: example of example 0 of the batch is a object; it must be an array, a number"),
    ],
)
def test_examples_that_are_not_alike_are_named(examples: Any, text: str) -> None:
    with pytest.raises(nn.errors.ArgumentError, match=re.escape(text)):
        collate(examples)


def test_arrays_of_different_shapes_are_named_with_their_place() -> None:
    text = "collate: example[0] has shape (3,) in example 1 of the batch, but (2,) in the first"
    with pytest.raises(nn.errors.ShapeError, match=re.escape(text)):
        collate([(np.zeros(2), 0), (np.zeros(3), 0)])
