"""Precision: references are taken in float64, and what float32 or float16 computes is compared with that.

At its own precision: what float16 cannot do is no error of the gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.testing.differences import EPSILON, Vector
from autograd.testing.examine import NEARBY, Examination
from autograd.testing.report import Entry, GradcheckReport, Verdict
from autograd.testing.subject import Leaf, Run, Subject, precise, widened

__all__ = ["compare_precisions", "widest"]

ALLOWED = 2 / 3  # the power of machine epsilon by which a narrow gradient may be off without being asked why
LISTED = 100  # entries of a report


def widest(subject: Subject, given: Run, report: GradcheckReport) -> Run:
    """The run in float64, or the given one where `f` does not take that."""
    run = given
    if any(precise(leaf.value) > EPSILON for leaf in subject.leaves):
        try:
            run = subject.run([widened(value) for value in subject.given_values()], wide(given.weights))
        except Exception as error:  # noqa: BLE001  # a function may refuse float64 in its own way
            subject.wide = False
            dtypes = ", ".join(sorted({str(leaf.value.dtype) for leaf in subject.leaves}))
            report.notes.append(
                f"the function refuses float64 ({type(error).__name__}: {error}); differences were taken in {dtypes}"
            )
    coarse = {str(out.dtype) for out, _ in run.floating if precise(out) > EPSILON}
    if coarse and subject.wide:
        report.notes.append(
            f"the function returns {', '.join(sorted(coarse))} even for float64 arguments; compared at that precision"
        )
    return run


def wide(weights: list[Any]) -> list[Any]:
    return [w.astype(np.result_type(w, np.float64)) if w.dtype.kind in "fc" else w for w in weights]


def compare_precisions(examination: Examination, given: Run, report: GradcheckReport) -> None:
    """Compare the gradient at the dtype of the arguments with that in float64, at the former's precision.

    Where it differs by as much between neighbouring points as from float64, that is rounding.
    """
    subject = examination.subject
    if not subject.wide or all(precise(leaf.value) <= EPSILON for leaf in subject.leaves):
        return
    exact, narrow = examination.gradient, given.gradient
    difference = np.abs(narrow - exact)
    spread: Vector | None = None  # it costs runs of the function, and so waits for an entry that needs it
    loses = False
    listed = 0
    for leaf in subject.leaves:
        here, eps = leaf.coordinates, precise(leaf.value)
        allowed = eps**ALLOWED * np.abs(exact[here]) + 8 * eps * examination.largest[here]
        off = ~(difference[here] <= allowed) & (examination.verdicts[here] == Verdict.PASS)
        if eps <= EPSILON or not off.any():
            continue
        if spread is None:
            spread, loses = rounding_nearby(examination, given), loses_digits(examination.run, given)
        for i in map(int, np.flatnonzero(off) + leaf.start):
            verdict, reason = judged(leaf, exact[i], narrow[i], difference[i], spread[i])
            if verdict is Verdict.FAIL and loses:
                verdict, reason = Verdict.INCONCLUSIVE, f"{leaf.value.dtype} computes another value of the function"
            examination.verdicts[i] = verdict
            if verdict is not Verdict.PASS and listed < LISTED:
                listed += 1
                index = tuple(int(j) for j in np.unravel_index((i - leaf.start) // leaf.stride, leaf.value.shape))
                error = float(eps**ALLOWED * abs(exact[i]))
                numbers = float(narrow[i]), float(exact[i]), error
                report.entries.append(
                    Entry(leaf.argument, leaf.name_of(index), index, verdict, *numbers, reason=reason)
                )


def judged(leaf: Leaf, exact: float, narrow: float, difference: float, spread: float) -> tuple[Verdict, str]:
    """Whether a narrow gradient that differs from float64's is wrong, or as good as its precision allows."""
    if difference <= 4 * spread:
        return Verdict.PASS, ""
    limits = np.finfo(leaf.value.dtype)
    if not limits.tiny < abs(exact) < limits.max:
        return Verdict.INCONCLUSIVE, f"the gradient, {exact:.3g}, is out of the range of {leaf.value.dtype}"
    if not np.isfinite(narrow):
        return Verdict.INCONCLUSIVE, f"{leaf.value.dtype} overflows on the way to the gradient"
    return Verdict.FAIL, f"wrong in {leaf.value.dtype} alone: in float64 the gradient is right"


def loses_digits(exact: Run, given: Run) -> bool:
    """Whether the function itself comes out otherwise at the narrow dtype, by more than rounding of its result."""
    pairs = zip(exact.floating, given.floating, strict=True)
    return any(
        bool(np.any(np.abs(out - narrow) > 16 * precise(narrow) * np.abs(out))) for (out, _), (narrow, _) in pairs
    )


def rounding_nearby(examination: Examination, given: Run) -> Vector:
    """How differently the narrow gradient rounds at points a few units of precision away."""
    subject = examination.subject
    errors = []
    for _ in range(NEARBY):
        values = []
        for leaf in subject.leaves:
            jitter = 1 + 4 * precise(leaf.value) * examination.rng.uniform(-1, 1, leaf.value.shape)
            values.append((leaf.value * jitter).astype(leaf.value.dtype)[()])
        narrow = subject.gradient_beside(values, given.weights)
        errors.append(narrow - subject.gradient_beside([widened(v) for v in values], examination.run.weights))
    spread: Vector = np.max(errors, axis=0) - np.min(errors, axis=0)
    return np.where(np.isfinite(spread), spread, 0.0)
