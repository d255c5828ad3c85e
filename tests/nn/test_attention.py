"""Attention where PyTorch is no guide: pieces, masks that leave nothing, dropout, traced masks, what is refused."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, no_grad
from autograd.graph import unwrap
from autograd.testing import gradcheck
from nn import errors, functional
from nn.functional import attention_kernel
from nn.functional.heads import Heads

sdpa = functional.scaled_dot_product_attention


def plain(query: Any, key: Any, value: Any, bias: Any = 0.0) -> Any:
    """The definition, written out."""
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1]) + bias
    weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return weights / np.sum(weights, axis=-1, keepdims=True) @ value


def future(length: int, keys: int) -> Any:
    return np.triu(np.full((length, keys), -np.inf), 1)


@pytest.mark.parametrize("piece", [1, 8, 30, 200])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("lengths", [(7, 7), (5, 9), (9, 5)])
def test_pieces_of_any_size_give_the_same(
    rng: np.random.Generator, monkeypatch: Any, piece: int, causal: bool, lengths: tuple[int, int]
) -> None:
    monkeypatch.setattr(attention_kernel, "PIECE", piece)
    arrays = [rng.normal(size=(2, 3, n, 4)) for n in (lengths[0], lengths[1], lengths[1])]
    g = rng.normal(size=(2, 3, lengths[0], 4))
    ours, theirs = [[Tensor(x) for x in arrays] for _ in range(2)]
    y = sdpa(*ours, is_causal=causal)
    y.backward(g)
    expected = plain(*theirs, bias=future(*lengths) if causal else 0.0)
    expected.backward(g)
    np.testing.assert_allclose(y.data, expected.data, rtol=1e-12, atol=1e-14)
    for t, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(t.grad, other.grad, rtol=1e-12, atol=1e-14)


def test_attention_is_one_node_for_all_heads(rng: np.random.Generator) -> None:
    layer = nn.MultiheadAttention(8, 2, batch_first=True, rng=rng)
    x = Tensor(rng.normal(size=(2, 3, 8)), dtype=np.float32)
    y, weights = layer(x, x, x, need_weights=False)
    assert weights is None
    projected = y.parents[0].parents[0].parents[0]  # through `linear` and the first of two results
    assert projected.op is functional.linear
    assert projected.parents[0] is x


def test_a_query_that_may_see_no_key_gets_zeros_and_no_gradient(rng: np.random.Generator) -> None:
    arrays = [Tensor(rng.normal(size=(3, 2))) for _ in range(3)]
    mask = np.array([[True, True, False], [False, False, False], [True, False, False]])
    for bias in (mask, Tensor(np.where(mask, 0.0, -np.inf))):
        y = sdpa(*arrays, bias)
        assert np.all(y.data[1] == 0)
        y.sum().backward()
        assert all(np.all(np.isfinite(t.grad)) for t in arrays)
        assert np.all(arrays[0].grad[1] == 0)
        assert np.all(arrays[2].grad[2] == 0)
        for t in arrays:
            t.grad = None


def test_scores_may_be_large() -> None:
    x = np.array([[1e4, 0.0], [0.0, 1e4]])
    with np.errstate(over="raise", invalid="raise"):
        np.testing.assert_allclose(sdpa(x, x, np.eye(2)), np.eye(2))


def test_no_keys_and_no_queries_give_zeros_and_nothing() -> None:
    empty = Tensor(np.ones((2, 0, 3)))
    full = Tensor(np.ones((2, 4, 3)))
    y = sdpa(full, empty, empty)
    assert np.array_equal(y.data, np.zeros((2, 4, 3)))
    y.sum().backward()
    z = sdpa(empty, full, full)
    assert z.shape == (2, 0, 3)
    z.sum().backward()
    assert np.array_equal(full.grad, np.zeros((2, 4, 3)))


def test_leading_axes_broadcast_and_heads_may_share_keys(rng: np.random.Generator) -> None:
    query, key = rng.normal(size=(5, 4, 3, 2)), rng.normal(size=(2, 3, 2))
    repeated = np.repeat(key, 2, axis=0)
    np.testing.assert_allclose(sdpa(query, key, key, enable_gqa=True), plain(query, repeated, repeated), rtol=1e-12)
    six = rng.normal(size=(2, 1, 2, 1, 3, 2))
    assert sdpa(six, key, key).shape == (2, 1, 2, 2, 3, 2)
    gradcheck(lambda q, k: sdpa(q, k, k, enable_gqa=True), query[0], key, order=2, rng=rng)


def test_a_mask_of_numbers_may_be_traced(rng: np.random.Generator) -> None:
    arrays = [rng.normal(size=(2, 2, 3, 2)) for _ in range(3)]
    gradcheck(lambda bias: sdpa(*arrays, bias), rng.normal(size=(2, 1, 3)), order=2, rng=rng)


def test_dropout_drops_the_share_p_of_the_weights_and_keeps_the_mean(rng: np.random.Generator) -> None:
    query, value = np.zeros((200, 50, 2), np.float32), np.eye(50, dtype=np.float32)[None].repeat(200, 0)
    y = sdpa(query, query, value, dropout_p=0.3, rng=rng)
    assert y.dtype == np.float32
    assert abs(np.mean(y == 0) - 0.3) < 0.01
    np.testing.assert_allclose(np.unique(y), [0, 1 / 50 / 0.7], rtol=1e-5)
    assert np.all(sdpa(query, query, value, dropout_p=1.0) == 0)


@pytest.mark.parametrize("order", [1, 2])
def test_dropout_has_the_gradient_of_what_it_kept(rng: np.random.Generator, order: int) -> None:
    arrays = [rng.normal(size=(2, 3, 2)) for _ in range(3)]
    gradcheck(lambda *a: sdpa(*a, dropout_p=0.5, rng=np.random.default_rng(1)), *arrays, order=order, rng=rng)


def test_dropout_is_drawn_in_training_only(rng: np.random.Generator) -> None:
    layer = nn.MultiheadAttention(4, 2, dropout=0.5, batch_first=True, rng=rng)
    x = rng.normal(size=(2, 30, 4)).astype(np.float32)
    with no_grad():
        assert not np.array_equal(layer(x, x, x)[0].data, layer(x, x, x)[0].data)
        layer.eval()
        first, weights = layer(x, x, x)
        np.testing.assert_allclose(first.data, layer(x, x, x, need_weights=False)[0].data, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(np.sum(weights.data, axis=-1), 1, rtol=1e-5)


@pytest.mark.parametrize("batch_first", [False, True])
def test_queries_keys_and_values_that_are_one_array_are_projected_by_one_product(
    rng: np.random.Generator, batch_first: bool
) -> None:
    layer = nn.MultiheadAttention(4, 2, batch_first=batch_first, dtype=np.float64, rng=rng)
    x, memory = rng.normal(size=(3, 3, 4)), rng.normal(size=(3, 3, 4))
    for arrays in ((x, x, x), (x, memory, memory)):
        apart = [a.copy() for a in arrays]
        np.testing.assert_allclose(
            layer(*arrays, need_weights=False)[0].data, layer(*apart, need_weights=False)[0].data, rtol=1e-12
        )


def test_causal_needs_no_mask(rng: np.random.Generator) -> None:
    layer = nn.MultiheadAttention(4, 2, batch_first=True, dtype=np.float64, rng=rng)
    x = rng.normal(size=(2, 5, 4))
    mask = np.triu(np.ones((5, 5), bool), 1)
    expected, weights = layer(x, x, x, attn_mask=mask)
    for need_weights in (False, True):
        y, others = layer(x, x, x, need_weights=need_weights, is_causal=True)
        np.testing.assert_allclose(y.data, expected.data, rtol=1e-12)
    np.testing.assert_allclose(others.data, weights.data, rtol=1e-12)


def test_memory_does_not_grow_with_the_square_of_the_length(rng: np.random.Generator) -> None:
    x = Tensor(rng.normal(size=(1, 2000, 4)), dtype=np.float32)
    y = sdpa(x, x, x)
    kept = y.parents[0]
    assert sum(part.size for part in kept._value) == 2000 * 4 + 2000


def test_starting_weights_are_those_of_glorot_and_biases_0(rng: np.random.Generator) -> None:
    layer = nn.MultiheadAttention(64, 4, add_bias_kv=True, rng=rng)
    bound = np.sqrt(6 / (64 + 192))
    assert 0.98 * bound < np.abs(layer.in_proj_weight.data).max() <= bound
    assert np.std(layer.in_proj_weight.data) == pytest.approx(bound / np.sqrt(3), rel=0.02)
    assert np.all(layer.in_proj_bias.data == 0)
    assert np.all(layer.out_proj.bias.data == 0)
    assert 0.98 / 8 < np.abs(layer.out_proj.weight.data).max() <= 1 / 8
    assert np.std(layer.bias_k.data) == pytest.approx(np.sqrt(2 / (64 + 64)), rel=0.4)


def test_layers_of_a_stack_share_weights_at_the_start_and_nothing_later(rng: np.random.Generator) -> None:
    layer = nn.TransformerEncoderLayer(4, 2, 8, rng=rng)
    stack = nn.TransformerEncoder(layer, 2, nn.LayerNorm(4))
    first, second = stack.layers
    assert np.array_equal(first.linear1.weight.data, second.linear1.weight.data)
    assert first.linear1.weight is not second.linear1.weight
    assert first.dropout.rng is second.dropout.rng is rng


def test_a_stack_knows_a_causal_mask(rng: np.random.Generator) -> None:
    mask = nn.Transformer.generate_square_subsequent_mask(3)
    stack = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.0, batch_first=True, rng=rng), 1)
    x = rng.normal(size=(2, 3, 4)).astype(np.float32)
    expected = stack(x, mask=mask, is_causal=False).data
    for given in (mask, np.isinf(mask)):
        np.testing.assert_allclose(stack(x, mask=given).data, expected, rtol=1e-5, atol=1e-6)
    changed = mask.copy()
    changed[2, 0] = -np.inf
    assert not np.allclose(stack(x, mask=changed).data, expected)


def test_an_activation_may_be_a_function_or_a_layer(rng: np.random.Generator) -> None:
    x = rng.normal(size=(3, 4)).astype(np.float32)
    layer = nn.TransformerEncoderLayer(4, 2, 8, 0.0, nn.Tanh(), rng=rng)
    assert repr(layer).endswith("(activation): Tanh()\n)")
    assert layer(x).shape == x.shape


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_gives_nan_and_no_warning(value: float) -> None:
    x = np.ones((2, 3, 4))
    x[0, 1, 2] = value
    tensor = Tensor(x)
    y = sdpa(tensor, tensor, tensor)
    y.sum().backward()
    assert np.isnan(y.data[0]).any()
    assert np.isfinite(y.data[1]).all()
    assert np.isfinite(tensor.grad[1]).all()


def test_both_modes_of_the_backward_pass_round_alike(rng: np.random.Generator) -> None:
    x, found = rng.normal(size=(2, 5, 7, 4)), []
    for create_graph in (False, True):
        tensor = Tensor(x)
        (sdpa(tensor, tensor, tensor, is_causal=True) * np.cos(x)).sum().backward(create_graph=create_graph)
        found.append(np.array(unwrap(tensor.grad)))
    assert np.array_equal(*found)


def shaped(*shape: int) -> Any:
    return np.zeros(shape, np.float32)


SELF = nn.MultiheadAttention(4, 2)
REFUSED: list[tuple[Any, type[Exception], str]] = [
    (lambda: sdpa(shaped(3, 2), shaped(4, 3), shaped(4, 3)), errors.ShapeError, "query (3, 2), key (4, 3)"),
    (lambda: sdpa(shaped(2), shaped(4, 2), shaped(4, 2)), errors.ShapeError, "they must be (..., L, E)"),
    (lambda: sdpa(shaped(2, 3, 2), shaped(3, 4, 2), shaped(3, 4, 2)), errors.ShapeError, "(..., S, V)"),
    (lambda: sdpa(*[shaped(3, 2)] * 3, np.ones((3, 4), bool)), errors.ShapeError, "must broadcast to (3, 3)"),
    (lambda: sdpa(*[shaped(3, 2)] * 3, np.ones((3, 3), int)), errors.ArgumentError, "a mask of int64"),
    (lambda: sdpa(*[shaped(3, 2)] * 3, np.ones((3, 3), bool), is_causal=True), errors.ArgumentError, "not both"),
    (lambda: sdpa(*[shaped(3, 2)] * 3, dropout_p=2), errors.ArgumentError, "dropout_p=2"),
    (lambda: sdpa(*[shaped(3, 2)] * 3, dropout_p="a"), errors.ArgumentError, "dropout_p='a'"),
    (lambda: sdpa(*[shaped(3, 2)] * 3, scale="a"), errors.ArgumentError, "scale='a'; it must be a number"),
    (lambda: sdpa(*[shaped(3, 2)] * 3, [[True], [True, False]]), errors.ArgumentError, "attention: setting an array"),
    (lambda: SELF(*[shaped(3, 4)] * 3, attn_mask=[[1], [1, 2]]), errors.ArgumentError, "attn_mask: setting an array"),
    (lambda: sdpa(shaped(3, 2, 2), *[shaped(2, 2, 2)] * 2, enable_gqa=True), errors.ShapeError, "must be a multiple"),
    (lambda: sdpa([1.0], shaped(3, 2), shaped(3, 2)), errors.ArgumentError, "is a list"),
    (lambda: sdpa(*[np.ones((3, 2), int)] * 3), errors.ArgumentError, "an input is of int64"),
    (lambda: SELF(*[np.ones((3, 4), int)] * 3), errors.ArgumentError, "MultiheadAttention: an input is of int64"),
    (lambda: nn.MultiheadAttention(6, 4), errors.ArgumentError, "num_heads=4; it must be a divisor of embed_dim=6"),
    (lambda: nn.MultiheadAttention(0, 1), errors.ArgumentError, "embed_dim=0"),
    (lambda: nn.MultiheadAttention(4, 2, dropout=-1), errors.ArgumentError, "dropout=-1"),
    (lambda: SELF(*[shaped(3, 2, 5)] * 3), errors.ShapeError, "query (3, 2, 5)"),
    (lambda: SELF(shaped(3, 2, 4), *[shaped(3, 3, 4)] * 2), errors.ShapeError, "batch_first=False"),
    (lambda: SELF(shaped(3, 4), *[shaped(3, 1, 4)] * 2), errors.ShapeError, "or all without N"),
    (lambda: SELF(*[shaped(3, 4)] * 3, attn_mask=np.ones((2, 3), bool)), errors.ShapeError, "(3, 3) or (2, 3, 3)"),
    (lambda: SELF(*[shaped(3, 4)] * 3, key_padding_mask=np.ones(2, bool)), errors.ShapeError, "it must be (3,)"),
    (lambda: SELF(*[shaped(3, 4)] * 3, attn_mask=np.ones((3, 3), int)), errors.ArgumentError, "a mask of int64"),
    (lambda: nn.TransformerEncoderLayer(4, 2, 8, activation="swish"), errors.ArgumentError, "unknown activation"),
    (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 0), errors.ArgumentError, "num_layers=0"),
    (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer, 2), errors.ModuleError, "TransformerEncoderLayer is no"),  # type: ignore[arg-type]
    (lambda: nn.TransformerEncoder(nn.ReLU(), 2, "norm"), errors.ModuleError, "TransformerEncoder: a str is no Module"),  # type: ignore[arg-type]
    (lambda: nn.TransformerDecoder(nn.ReLU(), 2, nn.LayerNorm), errors.ModuleError, "LayerNorm is no Module"),  # type: ignore[arg-type]
    (lambda: nn.Transformer(4, 2, custom_encoder=1), errors.ModuleError, "Transformer: a int is no Module"),  # type: ignore[arg-type]
    (lambda: nn.Transformer.generate_square_subsequent_mask(-1), errors.ArgumentError, "sz=-1"),
    (
        lambda: functional.multi_head_attention_forward(
            *[shaped(3, 1, 4)] * 3, 4, 2, shaped(12, 4), None, None, None, False, 0.0, shaped(4, 4), None, static_k=1
        ),
        errors.ArgumentError,
        "static_k",
    ),
]


@pytest.mark.parametrize(("call", "kind", "text"), REFUSED, ids=[text for _, _, text in REFUSED])
def test_what_does_not_fit_is_refused(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as found:
        call()
    assert text in str(found.value)


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("parts", [(1, 1, 1), (1, 2), (3,)])
def test_heads_are_put_back_where_they_were(
    rng: np.random.Generator, batch_first: bool, parts: tuple[int, ...]
) -> None:
    arrays = [rng.normal(size=(2, 3, 8 * n)) for n in parts]
    heads = Heads(2, batch_first, parts)
    views = heads.split(arrays)
    assert all(view.shape == ((2, 2, 3, 4) if batch_first else (3, 2, 2, 4)) for view in views)
    for x, again in zip(arrays, heads.joined(views, arrays), strict=True):
        assert np.array_equal(x, again)
