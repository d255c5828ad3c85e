"""What a gradient promises besides its numbers; no finite difference is taken here.

The function returns floating numbers, the same ones each time, and leaves its arguments alone; gradients have the shape
and dtype of their values and memory of their own; forward mode is the transpose of reverse mode.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from autograd.errors import DataError, NoRuleError
from autograd.testing.examine import Examination
from autograd.testing.report import GradcheckReport
from autograd.testing.subject import Run, Subject, precise

__all__ = ["first_run", "forward_mode", "random_weights"]

TINY = float(np.finfo(float).tiny)
JITTER = 256  # machine epsilons of the largest entry by which two runs may differ
BESIDE = 2.0**-10  # relative: beyond the roundings of float16 as well
AGAIN = 6  # points where forward and reverse mode are compared once more


def first_run(subject: Subject, report: GradcheckReport, rng: np.random.Generator) -> Run | None:
    """Run the function and its gradient as given, and check the promises; None where nothing is left to measure."""
    values = subject.given_values()
    if broken := first_broken([leaf.name for leaf in subject.leaves], values):
        report.doubts.append(f"the argument is not finite at the point itself: {broken}")
        return None
    outputs = subject.outputs(values)
    if not unchanged(subject, values, report):
        return None
    floating = [out for out in outputs if out.dtype.kind in "fc"]
    if not floating:
        kinds = ", ".join(str(out.dtype) for out in outputs) or "nothing"
        report.problems.append(f"the function returns {kinds}: only floating or complex outputs have a gradient")
        return None
    if len(floating) < len(outputs):
        report.notes.append(f"{len(outputs) - len(floating)} outputs that are not floating were left out")
    any_sum = attempted(report, subject.takes_weights, values, outputs)
    if any_sum is None:
        return None
    weights = random_weights(outputs, any_sum, rng)
    if not unchanged(subject, values, report, "grad="):
        return None
    gradients = repeated(subject, values, outputs, weights, report)
    if gradients is None or not fitting(subject, gradients, floating, report):
        return None
    if broken := first_broken([f"output {place}" for place in range(len(outputs))], outputs):
        report.doubts.append(f"the function is not finite at the point itself: {broken}")
        return None
    return Run(outputs, weights, gradients)


def random_weights(outputs: list[Any], random: bool, rng: np.random.Generator) -> list[Any]:
    """One weight per output entry, 1 to 2 in eighths (exact at any precision), every other one negative; or ones."""
    if not random:
        return [np.ones(out.shape, out.dtype) for out in outputs]
    weights = []
    for out in outputs:
        signs = rng.permutation(np.resize([-1.0, 1.0], out.size)).reshape(out.shape)
        w = signs * rng.integers(8, 16, out.shape) / 8
        if out.dtype.kind == "c":
            w = w + 1j * rng.integers(8, 16, out.shape) / 8
        weights.append(np.asarray(w).astype(out.dtype))
    return weights


# -------------------------------------------------------------------------------------------------- the same each time


def unchanged(subject: Subject, values: list[Any], report: GradcheckReport, whose: str = "the function") -> bool:
    """Whether the arguments are what they were."""
    changed = [leaf.name for leaf, v in zip(subject.leaves, values, strict=True) if not same(leaf.value, v)]
    changed += subject.other_arrays_changed()
    for name in changed:
        report.problems.append(f"{whose} changes its argument {name} in place: it must work on a copy")
    return not changed


def repeated(
    subject: Subject, values: list[Any], outputs: list[Any], weights: list[Any], report: GradcheckReport
) -> list[Any] | None:
    """The gradients; None if they, or the outputs, are not the same in two runs, or cannot be had."""
    before = [w.copy() for w in weights]
    pulled = attempted(report, subject.pull, values, weights)
    if pulled is None:
        return None
    again, gradients, repeat = pulled
    if not all(map(alike, outputs, again)):
        report.problems.append(
            f"the function is not deterministic: two calls with the same arguments differ by "
            f"{difference(outputs, again)}. Dropout in training mode, or random numbers without a fixed seed?"
        )
    elif not all(map(same, before, weights)):
        report.problems.append("a rule changes the gradient that it is given in place: it must make a new array")
    elif not all(map(alike, gradients, repeat)):
        report.problems.append(
            f"two backward passes through the same graph differ by {difference(gradients, repeat)}: a rule is random, "
            f"or changes its inputs in place"
        )
    return gradients if not report.problems and unchanged(subject, values, report) else None


def attempted(report: GradcheckReport, gradient: Callable[..., Any], *args: Any) -> Any:
    """What the gradient returns; None, and a problem in the report, where it raises."""
    try:
        return gradient(*args)
    except (DataError, NoRuleError):  # there is no gradient to check, or the call is at fault
        raise
    except Exception as error:  # noqa: BLE001  # the gradient is under test: what it raises is a finding
        report.problems.append(f"the gradient raises {type(error).__name__}: {error}")
        return None


def same(a: Any, b: Any) -> bool:
    return np.shape(a) == np.shape(b) and bool(np.array_equal(a, b, equal_nan=True))


def alike(a: Any, b: Any) -> bool:
    """Whether two runs agree: matrix products may add in another order when memory lies otherwise."""
    if a.shape != b.shape or a.dtype.kind not in "fc":
        return same(a, b)
    size = float(np.max(np.abs(a), initial=0.0, where=np.isfinite(a)))
    return np.allclose(a, b, rtol=0, atol=JITTER * precise(a) * size, equal_nan=True)


def difference(these: list[Any], those: list[Any]) -> str:
    if any(np.shape(a) != np.shape(b) for a, b in zip(these, those, strict=True)):
        return "their shapes"
    largest = max(float(np.max(np.abs(a - b), initial=0.0)) for a, b in zip(these, those, strict=True))
    return f"up to {largest:.3g}"


def first_broken(names: list[str], arrays: list[Any]) -> str:
    """The first entry that is not finite, as text; empty if there is none."""
    for name, array in zip(names, arrays, strict=True):
        broken = np.argwhere(~np.isfinite(array))
        if len(broken):
            index = tuple(int(i) for i in broken[0])
            return f"{name}{list(index) if index else ''} is {array[index]}"
    return ""


# ----------------------------------------------------------------------------------------- shape, dtype, memory


def fitting(subject: Subject, gradients: list[Any], outputs: list[Any], report: GradcheckReport) -> bool:
    """Whether each gradient has the shape of its value; also note wrong dtypes and shared memory."""
    fits = True
    narrowest = max(map(precise, outputs))
    for leaf, g in zip(subject.leaves, gradients, strict=True):
        if g.shape != leaf.value.shape:
            fits = False
            report.problems.append(f"the gradient of {leaf.name} has shape {g.shape}, its value {leaf.value.shape}")
            if summed(g.shape, leaf.value.shape):
                report.causes.append(
                    f"the gradient of {leaf.name} was not summed over the axes that broadcasting added"
                )
        elif g.dtype != leaf.value.dtype and not (g.dtype.kind == leaf.value.dtype.kind and precise(g) == narrowest):
            report.problems.append(
                f"the gradient of {leaf.name} is {g.dtype}, its value {leaf.value.dtype}: wrong dtype"
            )
            fits = fits and g.dtype.kind == leaf.value.dtype.kind
    for (leaf, g), (other, h) in combinations(zip(subject.leaves, gradients, strict=True), 2):
        if share_memory(g, h):
            report.problems.append(f"the gradients of {leaf.name} and {other.name} share memory: one must be a copy")
    return fits


def summed(given: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether an array of the wanted shape broadcasts to the given one, and that has more entries."""
    try:
        return np.broadcast_shapes(given, wanted) == given and math.prod(given) > math.prod(wanted)
    except ValueError:
        return False


def share_memory(a: Any, b: Any) -> bool:
    try:
        return bool(np.shares_memory(a, b, max_work=10_000))  # type: ignore[arg-type]  # any number, says NumPy
    except np.exceptions.TooHardError:  # strides too entangled to tell in reasonable time
        return False


# -------------------------------------------------------------------------------------------------------- forward mode


def forward_mode(examination: Examination, report: GradcheckReport) -> None:
    """Check ``w . (J v) == (J^T w) . v``: exact but for rounding.

    Where they differ the same is asked at points beside: rounding inside the function differs each time, a wrong rule
    does not.
    """
    subject, rng = examination.subject, examination.rng
    size = examination.relative  # of each entry: a step beside which it vanishes would cancel in the sums
    v = size * rng.integers(8, 16, subject.size) / 8 * rng.choice([-1.0, 1.0], subject.size)
    try:
        forward, backward, scale = both_ways(examination, examination.run, subject.values_at(subject.point), v)
    except Exception as error:  # noqa: BLE001  # a rule may do with a Tensor what only an array can; it is first order
        report.notes.append(f"forward mode was not checked: {type(error).__name__}: {error}")
        return
    if not np.isfinite(scale) or abs(forward - backward) <= np.sqrt(examination.precision) * scale + TINY:
        return
    if abs(forward - backward) <= examination.cancelled(v, 1.0):
        return
    off = []
    for _ in range(AGAIN):
        values = subject.jittered(BESIDE, rng)
        try:
            one, other, _ = both_ways(examination, subject.run(values, examination.run.weights), values, v)
        except Exception:  # noqa: BLE001  # `f` may raise beside the point
            continue
        if np.isfinite(one - other):
            off.append(one - other)
    if off and abs(np.mean(off)) > 2 * np.std(off):
        report.problems.append(
            f"forward and reverse mode disagree along a random direction, {forward:.9g} and {backward:.9g}: "
            f"a rule is not linear in g, or leaves the graph"
        )


def both_ways(examination: Examination, run: Run, values: list[Any], v: Any) -> tuple[float, float, float]:
    """The slope along `v` forward and in reverse, and the size of the terms in both sums."""
    pushed = examination.subject.push(values, examination.subject.split(v))
    terms = [np.real(w * t) for w, t in zip(run.weights, pushed, strict=True) if t.dtype.kind in "fc"]
    parts = run.gradient * v
    scale = np.sum(np.abs(parts)) + sum(np.sum(np.abs(term)) for term in terms)
    return float(sum(np.sum(term) for term in terms)), float(np.sum(parts)), float(scale)
