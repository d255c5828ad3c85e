"""Name what is likely wrong with a gradient, from how its entries differ from the numbers that they should be.

Each cause is a function of a `Suspect`, in the order in which they are asked; the first that fits an argument speaks
for it. They are guesses, and say so: the table of entries is the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np

from autograd.testing.examine import Examination
from autograd.testing.report import Entry, Verdict, counted
from autograd.testing.subject import Leaf

__all__ = ["likely_causes"]

CLOSE = 1e-4  # relative: what counts as the same number
FAR = 4  # places by which a gradient may be shifted


class Suspect(NamedTuple):
    """One argument whose gradient is wrong: the gradient, its wrong entries, and others that were measured."""

    leaf: Leaf
    gradient: Any
    wrong: list[Entry]
    right: list[Entry]
    examination: Examination

    def matches(self, candidate: Any, entries: list[Entry] | None = None) -> bool:
        """Whether another array has the right numbers where this gradient's are wrong."""
        entries = self.wrong if entries is None else entries
        return bool(entries) and all(close(candidate[e.index], e.numeric, 4 * e.error) for e in entries)

    def explained_by(self, candidate: Any) -> bool:
        """Whether it has the right numbers at every measured entry, and they are not just all alike."""
        told_apart = len({round(abs(e.numeric), 12) for e in self.wrong}) > 1 or len(self.wrong) == self.gradient.size
        return told_apart and self.matches(candidate) and self.matches(candidate, [*self.wrong, *self.right])


def close(a: complex, b: complex, error: float = 0.0) -> bool:
    return bool(abs(a - b) <= CLOSE * max(abs(a), abs(b)) + error)


def likely_causes(examination: Examination, failures: list[Entry]) -> list[str]:
    """One cause for each argument whose gradient is wrong, where one fits."""
    found: dict[str, None] = {}
    for leaf, gradient in zip(examination.subject.leaves, gradients_of(examination), strict=True):
        wrong = [entry for entry in failures if entry.name == leaf.name_of(entry.index)]
        if wrong:
            suspect = Suspect(leaf, gradient, wrong, passing(leaf, examination, wrong), examination)
            cause = next((text for ask in CAUSES if (text := ask(suspect))), "")
            if cause:
                found[f"{leaf.name}: {cause}"] = None
    return list(found)


def gradients_of(examination: Examination) -> list[Any]:
    return [np.conj(g) for g in examination.subject.split(examination.gradient)]


def passing(leaf: Leaf, examination: Examination, wrong: list[Entry]) -> list[Entry]:
    """The other measured entries of a real argument, as entries."""
    known = {entry.index for entry in wrong}
    entries = []
    for i, found in examination.measured.items():
        if leaf.stride == 1 and leaf.start <= i < leaf.coordinates.stop and np.isfinite(found.value):
            index = tuple(int(k) for k in np.unravel_index(i - leaf.start, leaf.value.shape))
            if index not in known:
                name = leaf.name_of(index)
                entries.append(
                    Entry(leaf.argument, name, index, found.verdict, found.expected, found.value, found.error)
                )
    return entries


# ------------------------------------------------------------------------------------------------------------- causes


def one_precision(s: Suspect) -> str:
    """Say at which dtype alone it is wrong."""
    return next((e.reason for e in s.wrong if "alone" in e.reason), "")


def tie(s: Suspect) -> str:
    if any(e.kink is not None or "tie" in e.reason for e in s.wrong):
        return (
            "the function has a kink here, and the gradient is none of those between its sides: a tie convention? "
            "Ties share the gradient, 1/k each for k entries that tie"
        )
    return ""


def not_finite(s: Suspect) -> str:
    if not all(np.isfinite(e.analytic) for e in s.wrong):
        return (
            "the gradient is not finite: 0 * inf in a branch that `where` does not take? Guard the input of the branch"
        )
    return ""


def detached(s: Suspect) -> str:
    if not np.any(s.gradient):
        return "the gradient is zero everywhere: a value taken out of the graph (`.data`, `stop_gradient`), or no rule"
    return ""


def conjugated(s: Suspect) -> str:
    if s.leaf.stride == 2 and s.explained_by(np.conj(s.gradient)):
        return "complex conjugate: here dL/da - i dL/db is meant for a + ib; PyTorch's convention is the conjugate"
    ratios = [e.ratio for e in s.wrong]
    if s.leaf.stride == 2 and all(close(abs(r), 1) for r in ratios) and not all(close(r, ratios[0]) for r in ratios):
        return "the right size in the wrong phase: a factor is conjugated that should not be, or is not and should be"
    return ""


def constant_factor(s: Suspect) -> str:
    """One ratio for all entries that were measured; which one says what was forgotten."""
    if len(s.wrong) < min(2, s.gradient.size):
        return ""
    ratios = [e.ratio for e in s.wrong]
    ratio = complex(np.median(np.real(ratios)), np.median(np.imag(ratios)))
    if any(e.numeric for e in s.right) or not all(close(r, ratio) for r in ratios):
        return ""
    parts = [part if abs(part) > CLOSE * abs(ratio) else 0.0 for part in (ratio.real, ratio.imag)]
    factor = complex(*parts) if parts[1] else parts[0]
    text = f"every entry is {factor:.9g} times what it should be"
    if close(ratio, -1):
        return "the sign is wrong: every entry is -1 times what it should be"
    for size in sizes(s):
        if close(ratio, size):
            return f"{text}, and {size} is a size here: a sum where a mean is meant, or a missing 1/{size}"
        if close(ratio, 1 / size):
            return f"{text}, 1/{size}, and {size} is a size here: a mean where a sum is meant, or not summed"
    if close(ratio, 2) or close(ratio, 0.5):
        return f"{text}: counted {'twice' if ratio.real > 1 else 'half'}, or the 2 of a square"
    return text


def sizes(s: Suspect) -> list[int]:
    """Axes and sizes of the arguments and outputs, other than 1 and 2."""
    shapes = [leaf.value.shape for leaf in s.examination.subject.leaves]
    shapes += [np.shape(w) for w in s.examination.run.weights]
    return sorted({int(n) for shape in shapes for n in (*shape, np.prod(shape))} - {0, 1, 2})


def transposed(s: Suspect) -> str:
    g = s.gradient
    for axes in permutations(range(g.ndim)):
        turned = np.transpose(g, axes)
        if axes != tuple(range(g.ndim)) and turned.shape == g.shape and s.explained_by(turned):
            return "the gradient is transposed"
    for axes in permutations(range(g.ndim)):
        if s.explained_by(np.transpose(g.reshape([g.shape[axis] for axis in axes]), np.argsort(axes))):
            return "the gradient is that of the transpose, reshaped where it should be transposed back"
    return ""


def swapped(s: Suspect) -> str:
    """The right numbers are in the gradient of another argument, which is wrong as well."""
    for other, g in zip(s.examination.subject.leaves, gradients_of(s.examination), strict=True):
        wrong = np.any(s.examination.verdicts[other.coordinates] == Verdict.FAIL)
        if other is not s.leaf and wrong and g.shape == s.gradient.shape and s.explained_by(g):
            return f"this is the gradient of {other.name}: the arguments are swapped"
    return ""


def moved(s: Suspect) -> str:
    """The right numbers are in other places along an axis."""
    for axis in range(s.gradient.ndim):
        farthest = min(s.gradient.shape[axis] // 2, FAR)
        for shift in sorted({*range(-farthest, farthest + 1)} - {0}, key=lambda shift: (abs(shift), -shift)):
            if s.explained_by(np.roll(s.gradient, -shift, axis)):
                return f"the gradient is shifted by {shift} along axis {axis}"
        if s.explained_by(np.flip(s.gradient, axis)):
            return f"the gradient is reversed along axis {axis}"
    return ""


def one_of_several_uses(s: Suspect) -> str:
    """Of an entry that reaches several outputs, one path alone is counted."""
    if s.leaf.stride != 1:
        return ""
    counts = []
    for e in s.wrong:
        parts = list(contributions(s, e))
        if len(parts) < 2 or not any(close(e.analytic, part, e.error) for part in parts):
            return ""
        counts.append(len(parts))
    if s.right:
        return (
            f"of an entry that is used {min(counts)} times one use alone is counted: "
            f"a repeated index that is overwritten, not added (`np.add.at`)"
        )
    return (
        f"of the {min(counts)} outputs that an entry reaches one alone is counted: "
        f"not summed over a broadcast axis, a repeated index overwritten, or treated as elementwise"
    )


def contributions(s: Suspect, entry: Entry) -> Iterator[float]:
    """The part of a slope that goes through each output, where there is any."""
    examination = s.examination
    i = s.leaf.start + int(np.ravel_multi_index(entry.index, s.leaf.value.shape)) if entry.index else s.leaf.start
    h = 2.0**-17
    step = examination.unit(i, examination.relative[i])
    up, down = (examination.subject.evaluate(examination.point + side * step) for side in (h, -h))
    if up is not None and down is not None and up.shape == down.shape == examination.weights.shape:
        parts = examination.weights * (up - down) / (2 * h * examination.relative[i])
        yield from parts[np.abs(parts) > 1e-6 * np.max(np.abs(parts), initial=0.0)]


def pattern(s: Suspect) -> str:
    """Where the wrong entries lie, if that is telling."""
    if min(len(s.wrong), len(s.right)) < 2:
        return ""
    for axis in range(s.gradient.ndim):
        places = {e.index[axis] for e in s.wrong}
        if len(places) == 1 and places.isdisjoint(e.index[axis] for e in s.right):
            return f"all wrong entries lie at index {places.pop()} of axis {axis}, and no right one does"
    wrong, right = ({bool(np.real(s.leaf.value[e.index]) < 0) for e in group} for group in (s.wrong, s.right))
    if len(wrong) == len(right) == 1 and wrong != right:
        return f"wrong exactly where {s.leaf.name} is {'negative' if wrong == {True} else 'not negative'}"
    return ""


def zeroed(s: Suspect) -> str:
    if all(e.analytic == 0 for e in s.wrong):
        count = counted(len(s.wrong), "entry is", "entries are")
        return f"{count} zero and should not be: overwritten or masked, or on a path out of the graph"
    return ""


CAUSES: list[Callable[[Suspect], str]] = [
    *(one_precision, tie, not_finite, conjugated, detached, transposed, swapped, moved, one_of_several_uses),
    *(constant_factor, pattern, zeroed),
]
