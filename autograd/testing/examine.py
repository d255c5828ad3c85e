"""Compare a gradient with differences along a line, and entry by entry.

`Examination` stands on a `Subject` and its gradient at the point. `screening.py` asks it about many entries at once,
`ties.py` about entries that tie.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from autograd.testing.cancellation import flow
from autograd.testing.differences import EPSILON, STEPS, Line, Vector, norm, power_of_two
from autograd.testing.judgement import Finding, clearest, judge
from autograd.testing.report import Verdict
from autograd.testing.subject import Run, Subject, precise, real_vector

__all__ = ["NEARBY", "Coordinates", "Examination"]

Coordinates = np.ndarray[Any, np.dtype[np.intp]]

ROUGH = 1e-6  # a slope known no better may be known better from larger steps
KINK = 1e-3  # a gradient that differs by more of its largest entry between neighbouring points: a kink is there
NEARBY = 3  # points beside the one checked, where a gradient rounds otherwise
BESIDE = (2.0**-40, 2.0**-30)  # how near, relative to each entry: roundings inside differ, the gradient does not


class Examination:
    """A function at a point with its gradient there, open to questions along any direction."""

    def __init__(
        self, subject: Subject, run: Run, rtol: float | None, atol: float | None, rng: np.random.Generator
    ) -> None:
        self.subject, self.run, self.rng, self.point = subject, run, rng, subject.point
        self.base = real_vector([out for out, _ in run.floating])
        self.weights = real_vector([np.conj(w) for _, w in run.floating])
        self.rounding = np.concatenate([np.full(real_vector([out]).size, precise(out)) for out, _ in run.floating])
        self.gradient = run.gradient
        self.precision = max([*self.rounding, *map(precise, run.gradients)], default=0.0)
        self.rtol = default_rtol(subject, self.precision) if rtol is None else rtol
        self.atol = atol
        self.verdicts = np.full(subject.size, Verdict.PASS, object)
        self.measured: dict[int, Finding] = {}
        self.doubts: list[str] = []
        finite = np.where(np.isfinite(self.gradient), np.abs(self.gradient), 0.0)
        near = np.abs(self.point)
        self.absolute = 8 * self.precision * finite if atol is None else np.full(subject.size, atol)
        self.largest = self.by_array(finite, np.max)  # for each coordinate: the largest gradient of its array
        self.typical = power_of_two(self.by_array(near, lambda x: np.sqrt(np.mean(x**2))))
        self.relative = np.where(near > 0, power_of_two(near), self.typical)

    def by_array(self, x: Vector, summary: Callable[[Vector], Any]) -> Vector:
        """For each coordinate, a number that sums up its array."""
        result = np.zeros(self.subject.size)
        for leaf in self.subject.leaves:
            if leaf.value.size:
                result[leaf.coordinates] = summary(x[leaf.coordinates])
        return result

    # ------------------------------------------------------------------------------------------------- one direction

    def line(self, direction: Vector) -> Line:
        return Line(self.subject, self.point, self.base, self.weights, self.rounding, self.gradient, direction)

    def along(self, direction: Vector, steps: tuple[float, ...] = STEPS) -> Finding:
        """The finding along one direction."""
        self.subject.raised = None
        line = self.line(direction)
        tolerance = self.tolerance(direction, line.moving)
        zero = float(np.max(np.abs(direction[line.moving]) * self.largest[line.moving], initial=0.0))
        finding = judge(line.descend(tolerance, steps), tolerance, zero)
        if np.isnan(finding.value) and (error := self.subject.raised) is not None:
            finding = replace(finding, reason=f"{finding.reason}; it raises {type(error).__name__}: {error}")
        if finding.verdict is not Verdict.PASS and self.rounded_away(finding, direction, tolerance):
            return replace(finding, verdict=Verdict.PASS, reason="")
        return finding if finding.verdict is Verdict.PASS else self.by_complex_step(finding, direction, tolerance)

    def rounded_away(self, finding: Finding, direction: Vector, tolerance: float) -> bool:
        """Whether rounding alone, of the gradient or within the function, explains what differences miss.

        What may be off by its error speaks against the gradient if it fails by more, and for it only if by no more.
        """
        fails = finding.verdict is Verdict.FAIL
        missing = abs(finding.value - finding.expected) + (-finding.error if fails else finding.error)
        if self.atol is not None or not np.isfinite(missing):
            return False
        slack = 4 * norm(np.abs(direction * self.spread)) + tolerance
        return (fails and missing <= slack) or missing <= slack + self.cancelled(direction, finding.step)

    def cancelled(self, direction: Vector, step: float) -> float:
        """What rounding leaves of parts of the slope along a direction that cancel within the function."""
        values, moved = (self.subject.values_at(self.point + h * direction) for h in (0.0, step))
        return 4 * self.precision * flow(self.subject, values, moved, self.run.weights) / step

    @cached_property
    def spread(self) -> Vector:
        """How differently the gradient rounds at points so near that it should be the same; 0 beside a kink."""
        spreads = []
        for size in BESIDE:
            moved = [self.subject.jittered(size, self.rng) for _ in range(NEARBY)]
            found = np.array([self.subject.gradient_beside(values, self.run.weights) for values in moved])
            spread = np.max(np.abs(found - self.gradient), axis=0)
            spreads.append(np.where(spread <= KINK * self.largest, spread, 0.0))
        return np.asarray(np.max(spreads, axis=0))

    def tolerance(self, direction: Vector, moving: Coordinates) -> float:
        """What one entry may be off by, and rounding in the sum: it does not grow with the number of entries."""
        parts = np.abs(direction[moving] * self.gradient[moving])
        parts = parts[np.isfinite(parts)]
        own = float(np.max(self.absolute[moving] * np.abs(direction[moving])))
        rounding = float(4 * EPSILON * np.sum(parts) + np.finfo(float).tiny)
        return self.rtol * float(np.max(parts, initial=0.0)) + own + rounding

    def by_complex_step(self, finding: Finding, direction: Vector, tolerance: float) -> Finding:
        """Let an analytic function speak where differences are too rough: ``Im f(x + ih) / h`` cancels nothing.

        W. Squire and G. Trapp, 1998. It counts only for the gradient, and only where differences do not speak against
        it: for a function that is not analytic (`abs`) it is wrong, and could agree with a wrong gradient.
        """
        if finding.verdict is Verdict.FAIL or any(leaf.stride == 2 for leaf in self.subject.leaves):
            return finding
        if not (np.isfinite(finding.error) and abs(finding.value - finding.expected) <= 4 * finding.error):
            return finding
        h = 2.0**-70 / float(np.max(np.abs(direction)))
        outputs = self.subject.along_imaginary(h * direction)
        if outputs is None or outputs.shape != self.base.shape or not np.iscomplexobj(outputs):
            return finding
        if not np.allclose(outputs.real, self.base, rtol=1e-12, atol=0):
            return finding
        value = float(self.weights @ outputs.imag) / h
        if abs(value - finding.expected) <= tolerance:
            return replace(finding, verdict=Verdict.PASS, value=value, error=tolerance, reason="")
        return finding

    # --------------------------------------------------------------------------------------------------- one entry

    def entry(self, i: int) -> Finding:
        """Measure one coordinate; by steps relative to its size and by absolute ones, the smaller first."""
        if i not in self.measured:
            near, far = min(float(self.relative[i]), 1.0), max(float(self.relative[i]), 1.0)
            finding = clearest(self.along(self.unit(i, scale)).scaled(scale) for scale in sorted({near, far}))
            if near < far and finding.error > ROUGH * abs(finding.value):
                finding = finding.refined_by(self.along(self.unit(i, far)).scaled(far))
            self.measured[i] = replace(finding, expected=float(self.gradient[i]))
            self.verdicts[i] = finding.verdict
        return self.measured[i]

    def unit(self, i: int, scale: float) -> Vector:
        direction = np.zeros(self.subject.size)
        direction[i] = scale
        return direction


def default_rtol(subject: Subject, precision: float) -> float:
    """1e-7 in float64, below that the square root of the precision."""
    rtol = 1e-7 if precision <= EPSILON else float(np.sqrt(precision))
    if subject.gradient is None:
        return rtol
    # what a user wrote may hold constants at the precision of the arguments
    return max(rtol, float(max(precise(leaf.value) for leaf in subject.leaves) ** (2 / 3)))
