"""Embeddings where PyTorch is no guide: frequencies in bags, tables that are changed, what is refused."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.derivatives import indexing
from autograd.errors import StaleValueError
from nn import errors, functional

TABLE = np.arange(6.0).reshape(3, 2)


@pytest.mark.parametrize("piece", [1, 5, 2**16])
def test_rows_that_are_read_twice_get_both_gradients(rng: np.random.Generator, monkeypatch: Any, piece: int) -> None:
    monkeypatch.setattr(indexing, "PIECE", piece)
    indices, weight = rng.integers(0, 5, (4, 6)), Tensor(rng.normal(size=(7, 3)))
    g = rng.normal(size=(4, 6, 3))
    functional.embedding(indices, weight).backward(g)
    expected = np.zeros((7, 3))
    np.add.at(expected, indices, g)
    np.testing.assert_allclose(weight.grad, expected, rtol=1e-12)


def test_the_padding_row_starts_at_0_and_stays(rng: np.random.Generator) -> None:
    layer = nn.Embedding(4, 2, padding_idx=-1, rng=rng)
    assert np.all(layer.weight.data[3] == 0)
    assert layer.weight.dtype == np.float32
    layer(np.array([3, 1, 3])).sum().backward()
    assert layer.weight.grad.tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]


@pytest.mark.parametrize("mode", ["sum", "mean"])
def test_frequencies_in_a_bag_are_those_of_each_row(mode: str) -> None:
    indices, plain, scaled = np.array([[0, 0, 0], [1, 0, 0]]), Tensor(TABLE), Tensor(TABLE)
    functional.embedding_bag(indices, plain, mode=mode).sum().backward()
    functional.embedding_bag(indices, scaled, mode=mode, scale_grad_by_freq=True).sum().backward()
    np.testing.assert_allclose(scaled.grad, plain.grad / np.array([[5.0], [1.0], [1.0]]), rtol=1e-12)


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_an_empty_bag_gives_zeros(mode: str) -> None:
    weight = Tensor(TABLE)
    y = functional.embedding_bag([2, 2], weight, [0, 0, 2], mode=mode, padding_idx=0)
    expected = [[0, 0], [8, 10] if mode == "sum" else [4, 5], [0, 0]]
    assert y.data.tolist() == expected
    y.sum().backward()
    assert np.all(weight.grad[:2] == 0)
    assert functional.embedding_bag([0], weight, [0], mode=mode, padding_idx=0).data.tolist() == [[0, 0]]


def test_a_table_starts_normally_distributed(rng: np.random.Generator) -> None:
    for kind in (nn.Embedding, nn.EmbeddingBag):
        weight = kind(300, 200, rng=rng).weight.data
        np.testing.assert_allclose(np.quantile(weight, [0.1, 0.5, 0.9]), [-1.2816, 0, 1.2816], atol=0.02)


def test_a_given_table_is_frozen_unless_told_otherwise() -> None:
    for kind in (nn.Embedding, nn.EmbeddingBag):
        assert not kind.from_pretrained(TABLE).weight.requires_grad
        layer = kind.from_pretrained(TABLE, freeze=False)
        assert layer.weight.requires_grad
        assert layer.weight.dtype == np.float64
        assert np.array_equal(layer.weight.data, TABLE)


def test_norms_are_limited_in_the_table_and_a_stale_graph_is_noticed() -> None:
    layer = nn.Embedding(2, 2, max_norm=1.0, _weight=np.array([[3.0, 4.0], [0.3, 0.4]]))
    before = (layer.weight * 2).sum()
    assert np.linalg.norm(layer(np.array([0, 1])).data, axis=1) == pytest.approx([1, 0.5], rel=1e-6)
    np.testing.assert_allclose(layer.weight.data, [[0.6, 0.8], [0.3, 0.4]], rtol=1e-6)
    with pytest.raises(StaleValueError):
        before.backward()


def test_indices_may_be_a_list_a_number_or_a_tensor() -> None:
    for indices in (1, [1], np.array([1], np.uint8), Tensor(np.array([1]))):
        assert functional.embedding(indices, TABLE).ravel().tolist() == [2, 3]
    assert functional.embedding([], TABLE).shape == (0, 2)


REFUSED: list[tuple[Any, type[Exception], str]] = [
    (lambda: functional.embedding([3], TABLE), errors.ArgumentError, "index 3 in a table of 3 rows"),
    (lambda: functional.embedding([-1], TABLE), errors.ArgumentError, "it must be in 0..2"),
    (lambda: functional.embedding([1.0], TABLE), errors.ArgumentError, "the input is of float64"),
    (lambda: functional.embedding([[1], [1, 2]], TABLE), errors.ArgumentError, "embedding: setting an array element"),
    (lambda: functional.embedding([1], TABLE.tolist()), errors.ArgumentError, "weight: the input is a list"),
    (lambda: functional.embedding([1], TABLE.astype(int)), errors.ArgumentError, "weight: an input is of int64"),
    (lambda: functional.embedding([1], TABLE, "a"), errors.ArgumentError, "padding_idx='a'; it must be an integer in"),
    (lambda: functional.embedding([1], TABLE, max_norm="a"), errors.ArgumentError, "max_norm='a'"),
    (lambda: functional.embedding([1], TABLE, max_norm=1, norm_type="a"), errors.ArgumentError, "norm_type='a'"),
    (lambda: functional.embedding([1], TABLE[0]), errors.ShapeError, "(count, width)"),
    (lambda: functional.embedding([1], TABLE, sparse=True), errors.ArgumentError, "sparse=True"),
    (lambda: functional.embedding([1], TABLE, 3), errors.ArgumentError, "padding_idx=3"),
    (lambda: functional.embedding([1], Tensor(TABLE) * 2, max_norm=1), errors.ArgumentError, "was computed"),
    (lambda: functional.embedding_bag([1], TABLE), errors.ShapeError, "without offsets"),
    (lambda: functional.embedding_bag([[1]], TABLE, [0]), errors.ShapeError, "with offsets"),
    (lambda: functional.embedding_bag([1], TABLE, [1]), errors.ArgumentError, "offsets [1] for 1 indices"),
    (lambda: functional.embedding_bag([1, 2], TABLE, [0, 2, 1]), errors.ArgumentError, "that rise from 0"),
    (lambda: functional.embedding_bag([1, 2], TABLE, [0, 3]), errors.ArgumentError, "to at most 2"),
    (lambda: functional.embedding_bag([1], TABLE, [], include_last_offset=True), errors.ArgumentError, "offsets []"),
    (
        lambda: functional.embedding_bag([1, 2], TABLE, [0, 1], include_last_offset=True),
        errors.ArgumentError,
        "the last offset is 1; it must be 2",
    ),
    (lambda: functional.embedding_bag([[1]], TABLE, mode="min"), errors.ArgumentError, "unknown mode 'min'"),
    (
        lambda: functional.embedding_bag([[1]], TABLE, per_sample_weights=[[1.0]]),
        errors.ArgumentError,
        "per_sample_weights are for mode='sum'",
    ),
    (
        lambda: functional.embedding_bag([[1]], TABLE, mode="sum", per_sample_weights=np.ones(1)),
        errors.ShapeError,
        "per_sample_weights of shape (1,)",
    ),
    (
        lambda: functional.embedding_bag([[1]], TABLE, mode="max", scale_grad_by_freq=True),
        errors.ArgumentError,
        "scale_grad_by_freq=True",
    ),
    (lambda: nn.Embedding(0, 2), errors.ArgumentError, "num_embeddings=0"),
    (lambda: nn.Embedding(3, 2, padding_idx=-4), errors.ArgumentError, "padding_idx=-4"),
    (lambda: nn.Embedding(3, 2, padding_idx=1.5), errors.ArgumentError, "padding_idx=1.5"),
    (lambda: nn.Embedding(3, 2, norm_type="a"), errors.ArgumentError, "norm_type='a'"),
    (lambda: nn.Embedding(3, 2, rng=3), errors.ArgumentError, "rng is a int; write np.random.default_rng(seed)"),
    (lambda: nn.Embedding(3, 2, max_norm=-1.0), errors.ArgumentError, "max_norm=-1.0"),
    (lambda: nn.Embedding(3, 2, _weight=np.ones((2, 2))), errors.ShapeError, "it must be (3, 2)"),
    (lambda: nn.Embedding(3, 2, sparse=True), errors.ArgumentError, "sparse=True"),
    (lambda: nn.EmbeddingBag(3, 2, mode="least"), errors.ArgumentError, "unknown mode"),
    (lambda: nn.Embedding.from_pretrained(np.ones(3)), errors.ShapeError, "not (count, width)"),
]


@pytest.mark.parametrize(("call", "kind", "text"), REFUSED, ids=[text for _, _, text in REFUSED])
def test_what_does_not_fit_is_refused(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as found:
        call()
    assert text in str(found.value)
