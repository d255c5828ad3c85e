"""Attention of all heads as one node, in pieces that stay in cache; the functions for users are in ``attention.py``.

The weights are not kept: of each query the backward pass has the logarithm of the sum of its exponentials, and one
product and one exponential give them back (Dao et al., 2022). So memory does not grow with the square of the length.
A row to which a mask leaves no key has weights and result 0, and so gradient 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import primitive, vjp, vjp_rule
from nn import threads
from nn.functional.heads import Heads
from nn.functional.pieces import quiet

__all__ = ["attention", "attention_weights"]

PIECE = 2**16  # scores that a thread works on before it goes on
SMALL = 2**18  # multiplications in a product that BLAS leaves to one thread: then a second one is ours


class Pieces:
    """Which heads and queries are worked on together, and the scores of a piece."""

    def __init__(self, query: Any, key: Any, bias: Any, scale: float, causal: bool) -> None:
        self.query, self.key, self.bias, self.scale, self.causal = query, key, bias, scale, causal
        batch, heads, length, width = query.shape
        keys = max(1, key.shape[2])
        rows = min(max(1, PIECE // keys), max(1, length))
        self.rows = [slice(i, min(i + rows, length)) for i in range(0, length, rows)]
        together = min(max(1, PIECE // (rows * keys)), max(1, heads))
        batches = max(1, PIECE // (rows * keys * together)) if together == heads else 1
        self.tasks = [
            (slice(b, b + batches), slice(h, h + together))
            for b in range(0, batch, batches)
            for h in range(0, heads, together)
        ]
        self.limit = None if rows * keys * width <= SMALL else 1
        self.future = above(rows, rows, query.dtype) if causal else None

    def keys(self, rows: slice) -> slice:
        """The keys that any of the rows may look at."""
        return slice(0, min(self.key.shape[2], rows.stop) if self.causal else None)

    def scores(self, b: slice, h: slice, rows: slice, keys: slice, key: Any) -> tuple[Any, Any]:
        """The masked scores of a piece, and the queries times the scale; `key` is turned."""
        query = self.query[b, h, rows] * self.query.dtype.type(self.scale)
        scores = np.matmul(query, key[..., keys])
        if self.bias is not None:
            scores += self.bias[b, h, rows, keys]
        if self.future is not None:
            n, width = scores.shape[2], scores.shape[3] - rows.start
            if width > 0:
                scores[..., rows.start :] += self.future[:n, :width]
        return scores, query


def turned(x: Any) -> Any:
    """The last two axes exchanged, in one piece: BLAS is faster by more than the copy costs."""
    return np.ascontiguousarray(x.swapaxes(2, 3))


def above(rows: int, columns: int, dtype: Any) -> Any:
    """-inf above the diagonal, 0 elsewhere."""
    return np.triu(np.full((rows, columns), -np.inf, dtype), 1)


@primitive
def attention(arrays: list[Any], bias: Any, keep: Any, heads: Heads, scale: float, causal: bool) -> tuple[Any, Any]:
    """The result, laid out as the queries are, and the logarithms of the sums of exponentials.

    `arrays` hold queries, keys and values as `heads` says; `bias` is added to the scores and `keep` multiplies the
    weights, both (batch, heads, L, S) or None.
    """
    query, key, value = heads.split(arrays)
    result = heads.empty_result(arrays, value.shape[3])
    (y,) = heads.views(result)
    logs = np.empty(query.shape[:3], np.result_type(query, key))
    pieces = Pieces(query, key, bias, scale, causal)

    def work(tasks: Iterator[tuple[slice, slice]]) -> None:
        for b, h in tasks:
            turned_key = turned(key[b, h])
            for rows in pieces.rows:
                keys = pieces.keys(rows)
                weights, _ = pieces.scores(b, h, rows, keys, turned_key)
                top = weights.max(axis=3, keepdims=True, initial=-np.inf)
                top[top == -np.inf] = 0
                weights -= top
                np.exp(weights, out=weights)
                total = row_sums(weights)
                total[total == 0] = 1
                logs[b, h, rows] = (top + np.log(total))[..., 0]
                if keep is not None:
                    weights *= keep[b, h, rows, keys]
                yi = y[b, h, rows]
                np.matmul(weights, value[b, h, keys], out=yi)
                yi /= total

    with quiet():
        threads.in_threads(work, pieces.tasks, pieces.limit)
    return result, logs


def row_sums(x: Any) -> Any:
    """The sums over the last axis, which stays; a product for each row costs a fifth of NumPy's sum."""
    return np.vecdot(x, np.ones(x.shape[-1], x.dtype))[..., None]


def attention_vjp(
    grads: Any, results: Any, arrays: list[Any], bias: Any, keep: Any, heads: Heads, scale: float, causal: bool
) -> list[Any]:
    return list(gradients([grads[0], *arrays], results[0], results[1], bias, keep, heads, scale, causal))


@primitive
def gradients(
    inputs: list[Any], result: Any, logs: Any, bias: Any, keep: Any, heads: Heads, scale: float, causal: bool
) -> tuple[Any, ...]:
    """The gradients by the arrays, of [g, *arrays]; `result` and `logs` are what `attention` made of the arrays.

    With weights p and gp = g @ v.T it is gs = p * (gp - sum(gp * p)), where the sum is that of g * y.
    """
    arrays = inputs[1:]
    query, key, value = heads.split(arrays)
    (g,), (y,) = heads.views(inputs[0]), heads.views(result)
    pieces = Pieces(query, key, bias, scale, causal)
    once = len(pieces.rows) == 1 and pieces.keys(pieces.rows[0]).indices(key.shape[2])[1] == key.shape[2]
    found = [(np.empty_like if once else np.zeros_like)(x, order="C", subok=False) for x in arrays]
    gq, gk, gv = heads.split(found)

    def work(tasks: Iterator[tuple[slice, slice]]) -> None:
        for b, h in tasks:
            turned_key, turned_value = turned(key[b, h]), turned(value[b, h])
            for rows in pieces.rows:
                keys = pieces.keys(rows)
                weights, scaled = pieces.scores(b, h, rows, keys, turned_key)
                weights -= logs[b, h, rows, None]
                np.exp(weights, out=weights)
                gi = g[b, h, rows]
                gs = np.matmul(gi, turned_value[..., keys])
                kept = weights
                if keep is not None:
                    gs *= keep[b, h, rows, keys]
                    kept = weights * keep[b, h, rows, keys]
                product(kept.swapaxes(2, 3), gi, gv[b, h, keys], once)
                gs -= np.vecdot(gi, y[b, h, rows])[..., None]
                gs *= weights
                product(gs.swapaxes(2, 3), scaled, gk[b, h, keys], once)
                gqi = gq[b, h, rows]
                np.matmul(gs, key[b, h, keys], out=gqi)
                gqi *= query.dtype.type(scale)

    with quiet():
        threads.in_threads(work, pieces.tasks, pieces.limit)
    return tuple(found)


def product(a: Any, b: Any, out: Any, once: bool) -> None:
    """``out = a @ b``, or added to what is there."""
    if once:
        np.matmul(a, b, out=out)
    else:
        out += np.matmul(a, b)


def gradients_vjp(
    grads: Any,
    results: Any,
    inputs: list[Any],
    result: Any,
    logs: Any,
    bias: Any,
    keep: Any,
    heads: Heads,
    scale: float,
    causal: bool,
) -> list[Any]:
    """The derivative of the same in functions that have rules, for second and higher orders."""
    _, pull = vjp(lambda g, *arrays: composed(g, list(arrays), bias, keep, heads, scale, causal), *inputs)
    return list(pull(tuple(grads)))


def composed(
    g: Any, arrays: list[Any], bias: Any, keep: Any, heads: Heads, scale: float, causal: bool
) -> tuple[Any, ...]:
    """The gradients in functions that have rules."""
    query, key, value = heads.split(arrays)
    (g,) = heads.views(g)
    weights = attention_weights([query, key, bias], scale, causal)
    gw = np.matmul(g, np.swapaxes(value, 2, 3))
    kept = weights
    if keep is not None:
        gw, kept = gw * keep, weights * keep
    gq, gk, _ = attention_weights_vjp(gw, weights, [query, key, bias], scale, causal)
    return tuple(heads.joined([gq, gk, np.matmul(np.swapaxes(kept, 2, 3), g)], arrays))


vjp_rule(attention, attention_vjp)
vjp_rule(gradients, gradients_vjp, None, None)


@primitive
def attention_weights(arrays: list[Any], scale: float, causal: bool) -> Any:
    """The weights (..., L, S) of queries, keys and what is added to their scores, or None."""
    query, key, bias = arrays
    with quiet():
        weights = np.matmul(query, np.swapaxes(key, -1, -2))
        weights *= weights.dtype.type(scale)
        if bias is not None:
            weights = weights + bias
        if causal:
            weights += above(weights.shape[-2], weights.shape[-1], weights.dtype)
        top = weights.max(axis=-1, keepdims=True, initial=-np.inf)
        weights -= np.where(top == -np.inf, top.dtype.type(0), top)
        np.exp(weights, out=weights)
        total = row_sums(weights)
        weights /= np.where(total == 0, total.dtype.type(1), total)
    return weights


def attention_weights_vjp(g: Any, y: Any, arrays: list[Any], scale: float, causal: bool) -> list[Any]:
    query, key, _ = arrays
    gs = y * (g - np.sum(g * y, axis=-1, keepdims=True))
    return [np.matmul(gs, key) * scale, np.matmul(np.swapaxes(gs, -1, -2), query) * scale, gs]


vjp_rule(attention_weights, attention_weights_vjp)
