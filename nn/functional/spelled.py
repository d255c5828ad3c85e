"""How `ag.source` writes the primitives whose own code is for speed: in a few of NumPy's functions each.

Values are those of the primitives but for the order in which sums are rounded. Everything else is followed as it is;
convolutions and pooling are in `spelled_windows.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.compile import checking, spelled
from autograd.derivatives.indexing import index_add
from autograd.errors import SourceError
from autograd.functional import stop_gradient
from nn import checks
from nn.functional import normalization, normalizing
from nn.functional.arguments import class_labels
from nn.functional.attention_kernel import above, attention, attention_weights
from nn.functional.cells import gru_products, gru_update, gru_update_composed
from nn.functional.embedding import indices_of, rows_added, rows_of
from nn.functional.gru import composed as gru_composed
from nn.functional.gru import gru_steps
from nn.functional.heads import Heads
from nn.functional.linear import linear
from nn.functional.lstm import composed as lstm_composed
from nn.functional.lstm import lstm_steps
from nn.functional.rnn import composed as rnn_composed
from nn.functional.rnn import rnn_steps
from nn.functional.softmax import gated, halves, log_softmax_along, softmax_along

__all__: list[str] = []

for check in (class_labels, indices_of, checks.as_array):
    checking(check)


# ------------------------------------------------------------------------------------------------ layers, activations


@spelled(linear)
def _(input: Any, weight: Any, bias: Any = None) -> Any:
    y = input @ np.transpose(weight)
    return y if bias is None else y + bias


@spelled(softmax_along)
def _(x: Any, axis: int) -> Any:
    e = np.exp(x - stop_gradient(np.max(x, axis=axis, keepdims=True)))
    return e / np.sum(e, axis=axis, keepdims=True)


@spelled(log_softmax_along)
def _(x: Any, axis: int) -> Any:
    shifted = x - stop_gradient(np.max(x, axis=axis, keepdims=True))
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


@spelled(gated)
def _(x: Any, axis: int) -> Any:
    a, b = halves(x, axis)
    return a / (1 + np.exp(-b))


@spelled(rows_of)
def _(weight: Any, indices: Any, factor: Any) -> Any:
    if factor is not None:
        raise SourceError("source writes embeddings without padding_idx and scale_grad_by_freq.")
    return weight[indices]


@spelled(rows_added)
def _(values: Any, indices: Any, count: int) -> Any:
    return index_add(np.zeros((count, values.shape[-1]), values.dtype), indices, values)


# ------------------------------------------------------------------------------------------------------ normalization


@spelled(normalization.normalized)
def _(arrays: list[Any], axes: int, eps: float, centred: bool) -> tuple[Any, Any]:
    x, weight, bias = arrays
    last = tuple(range(-axes, 0))
    z = x - np.mean(x, axis=last, keepdims=True) if centred else x
    y = z / np.sqrt(np.mean(z * z, axis=last, keepdims=True) + eps)
    return weighted(y, weight, bias), None


@spelled(normalizing.normalized)
def _(inputs: list[Any], groups: int, eps: float) -> tuple[Any, Any, Any]:
    x, weight, bias = inputs
    rows = normalizing.arranged(x, groups)
    axes = (2, 3) if groups else (0, 2, 3)
    mean = np.mean(rows, axis=axes, keepdims=True)
    z = rows - mean
    var = np.mean(z * z, axis=axes, keepdims=True)
    y = np.reshape(z / np.sqrt(var + eps), x.shape)
    line = (-1, *(1,) * (x.ndim - 2))
    parameters = (None if p is None else np.reshape(p, line) for p in (weight, bias))
    return weighted(y, *parameters), *(stop_gradient(s)[..., 0, 0] for s in (mean, var))


def weighted(y: Any, weight: Any, bias: Any) -> Any:
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


# ---------------------------------------------------------------------------------------------- recurrences, attention


@spelled(lstm_steps)
def _(arrays: list[Any], plan: Any) -> tuple[Any, ...]:
    return lstm_composed(plan, *arrays)


@spelled(gru_steps)
def _(arrays: list[Any], plan: Any) -> tuple[Any, ...]:
    return gru_composed(plan, *arrays)


@spelled(rnn_steps)
def _(arrays: list[Any], plan: Any, nonlinearity: str) -> tuple[Any, ...]:
    return rnn_composed(plan, nonlinearity, *arrays)


@spelled(gru_products)
def _(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    a, b = w_ih @ np.transpose(x), w_hh @ np.transpose(h)
    if b_ih is not None:
        a, b = a + b_ih[:, None], b + b_hh[:, None]
    return np.concatenate([a, b])


spelled(gru_update)(gru_update_composed)


@spelled(attention)
def _(arrays: list[Any], bias: Any, keep: Any, heads: Heads, scale: float, causal: bool) -> tuple[Any, Any]:
    query, key, value = heads.split(arrays)
    weights = attention_weights([query, key, bias], scale, causal)
    weights = weights if keep is None else weights * keep
    return heads.merged([weights @ value], arrays[0]), None


@spelled(attention_weights)
def _(arrays: list[Any], scale: float, causal: bool) -> Any:
    query, key, bias = arrays
    scores = np.matmul(query, np.swapaxes(key, -1, -2)) * scale
    if bias is not None:
        scores = scores + bias
    if causal:
        length, keys = scores.shape[-2:]
        scores = scores + above(length, keys, scores.dtype)
    top = stop_gradient(np.max(scores, axis=-1, keepdims=True))
    if bias is None:
        e = np.exp(scores - top)
        return e / np.sum(e, axis=-1, keepdims=True)
    e = np.exp(scores - np.where(np.isneginf(top), 0, top))  # a mask may leave no key: weights 0
    total = np.sum(e, axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
