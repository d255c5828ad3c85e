"""Sequences of different lengths: padded to one array, or packed without the padding for `nn.RNN`, `nn.LSTM`, `nn.GRU`.

PyTorch's ``torch.nn.utils.rnn``. A packed sequence holds the rows of time 0 of all sequences, the longest first, then
those of time 1 of the sequences that are that long, and so on: a recurrent layer then computes nothing for padding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nn import checks, errors

__all__ = [
    "PackedSequence",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class PackedSequence(NamedTuple):
    """Rows (sum of lengths, ...), how many belong to each time, and how the sequences were sorted (None: they were)."""

    data: Any
    batch_sizes: Any
    sorted_indices: Any = None
    unsorted_indices: Any = None


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Leave out the padding of `input` (time, batch, ...), or (batch, time, ...) if `batch_first`.

    `lengths` says how much of each sequence counts. Without `enforce_sorted` they are sorted here, and what a layer
    returns for them is put back in their order.

    Raises `ArgumentError` for lengths that are no integers from 1 to the length of the array, one for each sequence, or
    that increase although they should not.
    """
    what = "pack_padded_sequence"
    checks.array(what, input)
    if input.ndim < 2:
        raise errors.ShapeError(f"{what}: got shape {input.shape}; it must be (time, batch, ...).")
    lengths = checks.as_array(what, lengths)
    batch, longest = input.shape[:2] if batch_first else input.shape[1::-1]
    if lengths.dtype.kind not in "iu" or lengths.shape != (batch,):
        raise errors.ArgumentError(
            f"pack_padded_sequence: lengths of shape {lengths.shape} and dtype {lengths.dtype}; "
            f"they must be integers of shape ({batch},), one for each sequence in the batch."
        )
    if not batch or lengths.min() < 1 or lengths.max() > longest:
        raise errors.ArgumentError(
            f"pack_padded_sequence: lengths {lengths.tolist()}; each must be in 1..{longest}, and there must be one."
        )
    order = None
    if not enforce_sorted:
        order = np.argsort(-lengths, kind="stable")
        lengths = lengths[order]
    elif np.any(np.diff(lengths) > 0):
        raise errors.ArgumentError(
            f"pack_padded_sequence: lengths {lengths.tolist()} increase; enforce_sorted=False has them sorted."
        )
    times, places = running(lengths)
    sequences = places if order is None else order[places]
    data = input[sequences, times] if batch_first else input[times, sequences]
    return PackedSequence(data, np.bincount(times), order, None if order is None else np.argsort(order))


def running(lengths: Any) -> tuple[Any, Any]:
    """The time and the sequence of every packed row, for lengths that do not increase."""
    times, places = np.nonzero(np.arange(lengths[0])[:, None] < lengths)
    return times, places


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Any, Any]:
    """The padded array and the lengths, the sequences in the order in which they were packed.

    The array is as long as the longest sequence, or `total_length`.

    Raises `ArgumentError` for a `total_length` below the longest sequence.
    """
    if not isinstance(sequence, PackedSequence):
        raise errors.wrong_argument("pad_packed_sequence", "sequence", sequence, "what pack_padded_sequence returns")
    sizes = np.asarray(sequence.batch_sizes)
    longest = len(sizes) if total_length is None else total_length
    if not checks.is_whole(longest, len(sizes)):
        raise errors.out_of_range("pad_packed_sequence", "total_length", total_length, f"{len(sizes)} or more")
    batch = int(sizes[0])
    lengths = np.sum(np.arange(batch) < sizes[:, None], axis=0)
    rows = np.zeros((longest, batch), int)  # where each entry stands in the data; anywhere for padding
    times, places = running(lengths)
    rows[times, places] = np.arange(len(times))
    inside = np.arange(longest)[:, None] < lengths
    if sequence.unsorted_indices is not None:
        lengths = lengths[sequence.unsorted_indices]
        rows, inside = rows[:, sequence.unsorted_indices], inside[:, sequence.unsorted_indices]
    if batch_first:
        rows, inside = rows.T, inside.T
    inside = inside.reshape(inside.shape + (1,) * (sequence.data.ndim - 1))
    return np.where(inside, sequence.data[rows], sequence.data.dtype.type(padding_value)), lengths


def pad_sequence(
    sequences: Any, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Any:
    """Sequences (length, ...) in one array (time, batch, ...), or (batch, time, ...) if `batch_first`.

    Raises `ArgumentError` if there are none, or for a `padding_side` that is neither "right" nor "left".
    """
    if padding_side not in {"right", "left"}:
        raise errors.unknown_name("padding_side", padding_side, ["right", "left"])
    sequences = list(sequences) if isinstance(sequences, Iterable) else []
    if not sequences:
        raise errors.ArgumentError("pad_sequence: there are no sequences.")
    for sequence in sequences:
        checks.array("pad_sequence", sequence)
    shapes = [sequence.shape for sequence in sequences]
    if () in shapes or len({shape[1:] for shape in shapes}) > 1:
        raise errors.ShapeError(f"pad_sequence: got shapes {shapes}; they must be the same but for the first axis.")
    longest = max(len(sequence) for sequence in sequences)
    padded = []
    for sequence in sequences:
        missing = np.full((longest - len(sequence), *sequence.shape[1:]), padding_value, sequence.dtype)
        padded.append(np.concatenate([sequence, missing] if padding_side == "right" else [missing, sequence]))
    return np.stack(padded, axis=0 if batch_first else 1)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """The sequences (length, ...) that were padded on the right, one after the other."""
    sequences = padded_sequences if batch_first else np.swapaxes(padded_sequences, 0, 1)
    lengths = checks.as_array("unpad_sequence", lengths)
    if lengths.dtype.kind not in "iu" or lengths.shape != (len(sequences),):
        raise errors.ArgumentError(
            f"unpad_sequence: lengths of shape {lengths.shape} and dtype {lengths.dtype}; "
            f"they must be integers of shape ({len(sequences)},)."
        )
    return [sequences[i, : int(length)] for i, length in enumerate(lengths)]


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences (length, ...) packed; see `pack_padded_sequence`."""
    padded = pad_sequence(sequences)
    return pack_padded_sequence(padded, [len(s) for s in sequences], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """The sequences (length, ...) of a packed one, in the order in which they were packed."""
    return unpad_sequence(*pad_packed_sequence(packed_sequences))
