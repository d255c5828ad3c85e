"""Embeddings: rows of a table by their numbers, each for itself or reduced in bags."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from autograd.derivatives.indexing import add_at
from autograd.graph import unwrap
from autograd.rules import Entries, first_tensor
from autograd.variable import Variable
from nn import checks, errors

__all__ = ["embedding", "embedding_bag", "indices_of", "place", "rows_added", "rows_of"]


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """``weight[input]``: integers of any shape (...) and a table (count, width) to (..., width).

    The row `padding_idx` gets no gradient. With `max_norm`, rows that are read and whose `norm_type`-norm is larger are
    scaled down to it first, in the table itself. With `scale_grad_by_freq` the gradient of a row is divided by how
    often the row is read. Gradients are never sparse.

    Raises `ArgumentError` for an `input` that is not integers in 0..count-1, and for ``sparse=True``.
    """
    refuse_sparse("embedding", sparse)
    checks.floating("embedding: weight", weight, kinds="fc")
    indices = indices_of("embedding", input, weight)
    padding = place("embedding", padding_idx, weight.shape[0])
    if max_norm is not None:
        limit_norms("embedding", weight, indices, max_norm, norm_type)
    return rows_of(weight, indices, shares(indices, padding, scale_grad_by_freq, weight.dtype))


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """The rows of each bag, averaged, summed, or the largest entries of them: (bags, width).

    `input` is (bags, n), or (n,) with the first place of each bag in `offsets`, whose last entry is n with
    `include_last_offset`. `per_sample_weights`, shaped as `input`, multiply the rows in the mode "sum". The row
    `padding_idx` counts as absent; a bag without rows gives zeros. The rest is as in `embedding`.

    Raises `ArgumentError` for an `input` that is not integers in 0..count-1, offsets that do not rise from 0 to at most
    n, an unknown mode, weights in another mode than "sum", and `scale_grad_by_freq` with "max"; `ShapeError` for
    shapes that do not fit.
    """
    what = "embedding_bag"
    refuse_sparse(what, sparse)
    if mode not in ("sum", "mean", "max"):
        raise errors.unknown_name("mode", mode, ("sum", "mean", "max"))
    if per_sample_weights is not None and mode != "sum":
        raise errors.ArgumentError(f"{what}: per_sample_weights are for mode='sum', not {mode!r}.")
    if scale_grad_by_freq and mode == "max":
        raise errors.ArgumentError(f"{what}: scale_grad_by_freq=True is not for mode='max'.")
    checks.floating(f"{what}: weight", weight, kinds="fc")
    indices = indices_of(what, input, weight)
    lengths = bag_lengths(indices, offsets, include_last_offset)
    if per_sample_weights is not None and np.shape(per_sample_weights) != indices.shape:
        raise errors.ShapeError(
            f"{what}: per_sample_weights of shape {np.shape(per_sample_weights)} for an input of {indices.shape}."
        )
    if max_norm is not None:
        limit_norms(what, weight, indices, max_norm, norm_type)
    bags, indices = np.repeat(np.arange(len(lengths)), lengths), indices.ravel()
    factor = shares(indices, None, scale_grad_by_freq, weight.dtype)
    samples = None if per_sample_weights is None else np.reshape(per_sample_weights, (len(indices), 1))
    padding = place(what, padding_idx, weight.shape[0])
    if padding is not None:
        there = indices != padding
        bags, indices = bags[there], indices[there]
        factor, samples = (x if x is None else x[there] for x in (factor, samples))
    if mode == "max":
        return largest(weight, indices, bags, len(lengths))
    rows = rows_of(weight, indices, factor)
    if samples is not None:
        rows = rows * samples
    total = rows_added(rows, bags, len(lengths))
    if mode == "sum":
        return total
    counts = np.maximum(np.bincount(bags, minlength=len(lengths)), 1)
    return total * (1 / counts[:, None]).astype(weight.dtype)


def largest(weight: Any, indices: Any, bags: Any, count: int) -> Any:
    """The largest entry of each column in each bag; of equal ones the first gets the gradient."""
    filled, starts = np.unique(bags, return_index=True)
    if not len(filled):
        return rows_added(rows_of(weight, indices, None), bags, count)
    rows = unwrap(weight)[indices]
    order = np.arange(len(rows))[:, None]
    top = np.repeat(np.maximum.reduceat(rows, starts), np.diff([*starts, len(rows)]), axis=0)
    first = np.minimum.reduceat(np.where((rows == top) | np.isnan(rows), order, len(rows)), starts)
    return rows_added(weight[indices[first], np.arange(weight.shape[1])], filled, count)


# --------------------------------------------------------------------------------------------------- reading, adding


@primitive
def rows_of(weight: Any, indices: Any, factor: Any) -> Any:
    """The rows at the indices; what flows back to each is multiplied by its factor, if there are factors."""
    return np.take(weight, indices, axis=0)


def rows_of_vjp(g: Any, y: Any, weight: Any, indices: Any, factor: Any) -> Any:
    if factor is not None:
        g = g * np.expand_dims(factor, -1)
    if first_tensor((g, weight)) is not None:
        return rows_added(g, indices, weight.shape[0])
    return Entries(partial(add_at, index=indices, values=g))


@primitive
def rows_added(values: Any, indices: Any, count: int) -> Any:
    """`count` rows of zeros, to which the values are added at the indices."""
    total = np.zeros((count, values.shape[-1]), values.dtype)
    add_at(total, indices, values)
    return total


vjp_rule(rows_of, rows_of_vjp, None, None)
vjp_rule(rows_added, lambda g, y, values, indices, count: rows_of(g, indices, None), None, None)


# ------------------------------------------------------------------------------------------------------------ arguments


def refuse_sparse(what: str, sparse: bool) -> None:
    if sparse:
        raise errors.ArgumentError(
            f"{what}: sparse=True; gradients are dense here. Write sparse=False, or leave it out."
        )


def indices_of(what: str, input: Any, weight: Any) -> Any:
    """The input as an array of places in the table; raises unless all are there."""
    if np.ndim(weight) != 2:
        raise errors.ShapeError(f"{what}: weight of shape {np.shape(weight)}; it must be (count, width).")
    indices, count = checks.as_array(what, input), weight.shape[0]
    if indices.size == 0 and indices.dtype == np.float64:  # NumPy's dtype of an empty list
        indices = indices.astype(np.intp)
    if indices.dtype.kind not in "iu":
        raise errors.ArgumentError(f"{what}: the input is of {indices.dtype}, not integers. Write x.astype(int).")
    if indices.size and not 0 <= indices.min() <= indices.max() < count:
        wrong = indices[(indices < 0) | (indices >= count)].flat[0]
        raise errors.ArgumentError(f"{what}: index {wrong} in a table of {count} rows; it must be in 0..{count - 1}.")
    return indices.astype(np.intp, copy=False)


def place(what: str, padding_idx: int | None, count: int) -> int | None:
    """`padding_idx` from 0 on; a negative one counts from the end."""
    if padding_idx is None:
        return None
    if not checks.is_integer(padding_idx) or not -count <= padding_idx < count:
        raise errors.out_of_range(what, "padding_idx", padding_idx, f"an integer in {-count}..{count - 1}, or None")
    return padding_idx % count


def shares(indices: Any, padding: int | None, by_frequency: bool, dtype: Any) -> Any:
    """What the gradient of each row that is read is multiplied by; None for 1."""
    if padding is None and not by_frequency:
        return None
    factor = np.ones(indices.shape, dtype)
    if by_frequency and indices.size:
        factor /= np.bincount(indices.ravel())[indices]
    if padding is not None:
        factor[indices == padding] = 0
    return factor


def limit_norms(what: str, weight: Any, indices: Any, max_norm: float, norm_type: float) -> None:
    """Scale rows of the table that are read down to the norm, in place."""
    checks.not_negative(what, max_norm=max_norm)
    checks.number(what, norm_type=norm_type)
    if isinstance(weight, Variable) and weight.op is not None:
        raise errors.ArgumentError(
            f"{what}: max_norm changes the table in place, and this one was computed. Leave max_norm out."
        )
    table, read = weight.data if isinstance(weight, Variable) else weight, np.unique(indices)
    norms = np.linalg.norm(table[read], norm_type, axis=1)
    large = norms > max_norm
    if np.any(large):
        table[read[large]] *= (max_norm / (norms[large] + 1e-7))[:, None].astype(table.dtype)
        if isinstance(weight, Variable):
            weight.data = table  # says that it has changed


def bag_lengths(indices: Any, offsets: Any, include_last_offset: bool) -> Any:
    """How many indices each bag has."""
    what = "embedding_bag"
    if indices.ndim == 2 and offsets is None:
        return np.full(indices.shape[0], indices.shape[1])
    if indices.ndim != 1 or offsets is None:
        raise errors.ShapeError(
            f"{what}: input of shape {indices.shape} {'without' if offsets is None else 'with'} offsets; it must be "
            f"(bags, n) without, or (n,) with them."
        )
    offsets = checks.as_array(f"{what}: offsets", offsets)
    ends = offsets if include_last_offset else np.append(offsets, len(indices))
    good = offsets.ndim == 1 and ends.size and (offsets.dtype.kind in "iu" or not offsets.size)
    if not good or ends[0] != 0 or np.any(ends[1:] < ends[:-1]) or ends[-1] > len(indices):
        raise errors.ArgumentError(
            f"{what}: offsets {offsets.tolist()} for {len(indices)} indices; they must be integers that rise from 0"
            + (f" to {len(indices)}." if include_last_offset else f", to at most {len(indices)}.")
        )
    if include_last_offset and ends[-1] != len(indices):
        raise errors.ArgumentError(f"{what}: the last offset is {ends[-1]}; it must be {len(indices)}, their number.")
    return np.diff(ends.astype(np.intp))
