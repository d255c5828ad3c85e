"""Entries of arrays, written with their indices; and which entries an index reads."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.formulas import Equation
from autograd.viz.formulas.lookup import Call
from autograd.viz.text import index_text

__all__ = ["LETTERS", "entry", "listed", "of_index", "summed"]

LETTERS = "ijklmnpq"


def entry(symbol: str, letters: Any) -> str:
    return f"{symbol}[{', '.join(letters)}]" if letters else symbol


def summed(letters: Any) -> str:
    return f"sum_{','.join(letters)} " if letters else ""


def listed(letters: Any) -> str:
    *first, last = letters
    return f"{', '.join(first)} and {last}" if first else last


def of_index(call: Call, g: str) -> Equation | None:
    """Of slices, numbers and arrays."""
    parts = index_parts(call.values["index"], np.ndim(call.x))
    x, z = call.symbols["x"], call.symbols["z"]
    if any(np.ndim(part) for part in parts if not isinstance(part, slice)):
        return of_arrays(call, g, parts)
    if np.ndim(call.x) > len(LETTERS) or not all(part is None or isinstance(part, (int, slice)) for part in parts):
        return None
    read: list[str] = []
    free: list[str] = []
    for part in parts:
        if part is None:
            free.append("0")
            continue
        axis = len(read)
        n = np.shape(call.x)[axis]
        if not isinstance(part, slice):
            read.append(str(int(part) % n))
            continue
        start, _, step = part.indices(n)
        free.append(LETTERS[axis])
        read.append(affine(LETTERS[axis], start, step))
    if np.size(call.z) == np.size(call.x):
        return Equation(
            f"{entry(z, free)} = {entry(x, read)}",
            f"{entry(call.by(g, x), read)} = {entry(g, free)}",
            "each entry goes back to its place",
        )
    return Equation(
        f"{entry(z, free)} = {entry(x, read)}",
        f"{entry(call.by(g, x), read)} = {entry(g, free)}, and 0 elsewhere",
        f"only the entries that were read are in {z}; the gradient has the shape of {x} {index_text(np.shape(call.x))}",
    )


def index_parts(index: Any, ndim: int) -> list[Any]:
    """The index of each axis, and None for each new one."""
    parts = list(index) if isinstance(index, tuple) else [index]
    parts = [np.asarray(part) if isinstance(part, list) else part for part in parts]
    parts = [int(part) if isinstance(part, np.integer) else part for part in parts]
    used = sum(max(np.ndim(part), 1) if is_mask(part) else 1 for part in parts if part is not None and part is not ...)
    place = next((i for i, part in enumerate(parts) if part is ...), len(parts))
    return [*parts[:place], *[slice(None)] * (ndim - used), *parts[place + 1 :]]


def is_mask(part: Any) -> bool:
    return isinstance(part, (bool, np.bool_)) or (hasattr(part, "dtype") and part.dtype == bool)


def of_arrays(call: Call, g: str, parts: list[Any]) -> Equation | None:
    """Of a mask of all entries, and of lists of positions, one or several next to each other, with slices around."""
    x, z = call.symbols["x"], call.symbols["z"]
    if is_mask(parts[0]) and np.shape(parts[0]) == np.shape(call.x):
        return Equation(
            f"{z}[i] = the i-th entry of {x} for which the mask holds",
            f"{call.by(g, x)}[mask] = {g}, and 0 elsewhere",
            f"only what the mask holds for is in {z}; {x} and its gradient are {index_text(np.shape(call.x))}",
        )
    parts = [part.nonzero()[0] if is_mask(part) and np.ndim(part) == 1 else part for part in parts]
    lists = [axis for axis, part in enumerate(parts) if not isinstance(part, slice)]
    positions = [parts[axis] for axis in lists]
    if lists != list(range(lists[0], lists[-1] + 1)):  # NumPy puts the shared axis first then
        return None
    if np.ndim(call.x) != len(parts) or len(parts) > 4:
        return None
    if not all(np.ndim(p) < 2 and np.asarray(p).dtype.kind in "iu" for p in positions):
        return None
    free: list[str] = []
    target: list[str] = []
    read: list[str] = []
    where: list[str] = []
    letters, places = iter("iklm"), iter("jpqr")
    several = sum(np.ndim(p) for p in positions) > 1
    names = iter([f"index{n}" for n in range(1, 5)] if several else ["index"])
    shared = ""
    for axis, n in enumerate(np.shape(call.x)):
        part = parts[axis]
        if isinstance(part, slice) and part.indices(n) == (0, n, 1):
            letter = next(letters)
            free, target, read = [*free, letter], [*target, letter], [*read, letter]
            continue
        if isinstance(part, slice):
            start, _, step = part.indices(n)
            letter = next(letters)
            free.append(letter)
            read.append(affine(letter, start, step))
        else:
            if not shared:
                shared = next(letters)
                free.append(shared)
            if not np.ndim(part):
                read, target = [*read, str(int(part) % n)], [*target, str(int(part) % n)]
                continue
            read.append(f"{next(names)}[{shared}]")
        target.append(next(places))
        where.append(f"{read[-1]} = {target[-1]}")
    over = [letter for letter in free if letter not in target]
    return Equation(
        f"{entry(z, free)} = {entry(x, read)}",
        f"{entry(call.by(g, x), target)} = sum of {entry(g, free)} over the {listed(over)} with {listed(where)}"
        + ("" if all(map(np.ndim, positions)) else ", and 0 elsewhere"),
        "an entry that was read twice gets both gradients, one that was not read gets 0",
    )


def affine(letter: str, start: int, step: int) -> str:
    """``start + step * letter``, as one would write it."""
    text = letter if abs(step) == 1 else f"{abs(step)} * {letter}"
    if step < 0:
        return f"{start} - {text}"
    return text if start == 0 else f"{start} + {text}"
