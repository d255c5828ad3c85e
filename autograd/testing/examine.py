"""Compare a gradient with differences: entry by entry, or by random projections that are bisected to the wrong entries.

`Examination` stands on a `Subject` and its gradient at the point. `entry` judges one coordinate; `screen` many at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from autograd.testing.differences import STEPS, Line, Slope, power_of_two
from autograd.testing.report import Verdict
from autograd.testing.subject import Subject, Vector

__all__ = ["Examination", "Finding"]

Coordinates = np.ndarray[Any, np.dtype[np.intp]]

FEW = 48  # so many coordinates are measured one by one
WRONG_ENOUGH = 8  # so many wrong entries are searched for; more would not say more
CLEAR = 1e-3  # an estimate this good, relative to the slope, can tell right from wrong
FLAT = 1e-6  # relative to other slopes of the function, what counts as zero
SEEN = 1e-2  # a projection has seen an entry if an error of this fraction of it would have shown


@dataclass(frozen=True)
class Finding:
    """What a line says of the gradient along it, in units of the line's direction."""

    verdict: Verdict
    expected: float
    value: float
    error: float
    reason: str = ""
    kink: tuple[float, float] | None = None
    step: float = STEPS[0]
    negligible: bool = False  # too small to be measured, and nothing beside other slopes

    def scaled(self, scale: float) -> Finding:
        """The same, in units of another length of the direction."""
        kink = None if self.kink is None else (self.kink[0] / scale, self.kink[1] / scale)
        expected, value, error = self.expected / scale, self.value / scale, self.error / scale
        return replace(self, expected=expected, value=value, error=error, kink=kink)


def clearest(findings: Iterable[Finding]) -> Finding:
    """The first that passes; else one that fails, else the least uncertain. Later ones are not even looked at."""
    seen = []
    for finding in findings:
        if finding.verdict is Verdict.PASS:
            return finding
        seen.append(finding)
    best = min(seen, key=lambda f: (f.verdict is not Verdict.FAIL, not np.isfinite(f.error), f.error))
    if best.verdict is Verdict.INCONCLUSIVE and any(finding.negligible for finding in seen):
        return replace(best, verdict=Verdict.PASS, reason="")
    return best


def judge(slope: Slope, tolerance: float, zero: float) -> Finding:
    """The verdict on a slope; `zero` is the size of other slopes, beside which this one may count as zero."""
    finding = Finding(Verdict.INCONCLUSIVE, slope.expected, slope.value, slope.error)
    if not slope.rungs:
        return replace(finding, reason=slope.trouble)
    finding = replace(finding, step=slope.rungs[slope.best].h)
    tolerance += 4 * slope.grain
    size = np.nanmax([abs(slope.expected) if np.isfinite(slope.expected) else 0.0, abs(slope.value)])
    clear = slope.error <= max(tolerance, CLEAR * size, FLAT * max(zero, slope.reach))
    if slope.grows() and (slope.gap_is_open() or not (clear and slope.agrees(tolerance))):
        return replace(finding, reason="the slope grows without bound as the step shrinks")
    if slope.flat and abs(slope.expected) * slope.rungs[0].h <= 4 * slope.grain:
        negligible = abs(slope.expected) <= tolerance or slope.grain / slope.rungs[0].h <= FLAT * zero
        reason = "so small a slope does not change the outputs by more than their last digits"
        return replace(finding, reason=reason, negligible=negligible)
    if not np.isfinite(slope.expected):
        verdict = Verdict.FAIL if clear else Verdict.INCONCLUSIVE
        return replace(finding, verdict=verdict, reason="the gradient is not a finite number, and differences are")
    if sides := slope.kink():
        low, high, error = sides
        if low - tolerance - error <= slope.expected <= high + tolerance + error:
            return replace(finding, verdict=Verdict.PASS, error=error, kink=(low, high))
        if slope.remainder_is_of_first_order():
            return replace(finding, verdict=Verdict.FAIL, kink=(low, high), reason="not between the slopes at a kink")
    if slope.agrees(tolerance):
        if clear:
            return replace(finding, verdict=Verdict.PASS)
        return replace(finding, reason=f"differences are too rough here: {slope.value:.3g} ± {slope.error:.1e}")
    if slope.remainder_is_of_first_order():
        return replace(finding, verdict=Verdict.FAIL)
    return replace(
        finding,
        reason=f"differences give {slope.value:.3g} ± {slope.error:.1e}, but what the gradient leaves over does not "
        f"fall in proportion to the step, as it does where a gradient is wrong",
    )


class Examination:
    """A function at a point with its gradient there, open to questions along any direction."""

    def __init__(
        self,
        subject: Subject,
        base: Vector,
        weights: Vector,
        rounding: Vector,
        gradient: Vector,
        rtol: float,
        atol: float | None,
        rng: np.random.Generator,
    ) -> None:
        self.subject, self.base, self.weights, self.rounding = subject, base, weights, rounding
        self.gradient, self.rtol, self.rng = gradient, rtol, rng
        self.point = subject.point
        self.verdicts = np.full(subject.size, Verdict.PASS, object)
        self.measured: dict[int, Finding] = {}
        self.doubts: list[str] = []
        self.narrow, self.seeds = gradient, list[Any]()  # the gradient at the dtype given, and its weights
        finite = np.where(np.isfinite(gradient), np.abs(gradient), 0.0)
        largest = [float(np.max(finite[leaf.coordinates], initial=0.0)) for leaf in subject.leaves]
        sizes = [leaf.coordinates.stop - leaf.coordinates.start for leaf in subject.leaves]
        self.largest = np.repeat(largest, sizes)  # for each coordinate: the largest entry of its array
        self.absolute = 8 * float(np.max(rounding, initial=0.0)) * self.largest if atol is None else atol + 0 * finite
        near = np.abs(self.point)
        typical = [
            float(np.sqrt(np.mean(near[leaf.coordinates] ** 2))) if n else 1.0
            for leaf, n in zip(subject.leaves, sizes, strict=True)
        ]
        self.typical = power_of_two(np.repeat(typical, sizes))
        self.relative = np.where(near > 0, power_of_two(near), self.typical)

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
        return finding if finding.verdict is Verdict.PASS else self.by_complex_step(finding, direction, tolerance)

    def tolerance(self, direction: Vector, moving: Coordinates) -> float:
        """What one entry may be off by, and rounding in the sum: it does not grow with the number of entries."""
        parts = np.abs(direction[moving] * self.gradient[moving])
        parts = parts[np.isfinite(parts)]
        allowed = self.rtol * np.max(parts, initial=0.0) + np.max(self.absolute[moving] * np.abs(direction[moving]))
        return float(allowed + 4 * np.finfo(float).eps * np.sum(parts))

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
        """Measure one coordinate; steps relative to its size, and absolute ones."""
        if i not in self.measured:
            scales = dict.fromkeys([float(self.relative[i]), 1.0])
            finding = clearest(self.along(self.unit(i, scale)).scaled(scale) for scale in scales)
            self.measured[i] = replace(finding, expected=float(self.gradient[i]))
            self.verdicts[i] = finding.verdict
        return self.measured[i]

    def unit(self, i: int, scale: float) -> Vector:
        direction = np.zeros(self.subject.size)
        direction[i] = scale
        return direction

    # ------------------------------------------------------------------------------------------------ many entries

    def all_entries(self, coordinates: Coordinates) -> None:
        """Measure each, and all of them together: a tie that is counted twice shows only then."""
        for i in coordinates:
            self.entry(int(i))
        if len(coordinates) > 1 and not any(f.verdict is not Verdict.PASS for f in self.measured.values()):
            self.ties(coordinates)

    def ties(self, coordinates: Coordinates) -> None:
        """Move pairs of entries that sit at a kink together, as ties do; a gradient must agree there as well.

        Between the slopes that the function has at points around (J. Burke, A. Lewis and M. Overton, 2005): a gradient
        that belongs to the kink lies in their hull.
        """
        kinks = [int(i) for i in coordinates if self.measured[int(i)].kink is not None]
        for i, j in pairwise(kinks[:FEW]):
            direction = self.unit(i, self.relative[i]) + self.unit(j, self.relative[i])
            expected = float(direction @ self.gradient)
            slopes = [s for s in (self.slope_beside(v, direction) for v in self.around(i, j)) if np.isfinite(s)]
            if len(slopes) < 8:
                continue
            margin = 1e-5 * max(map(abs, [*slopes, expected]))
            if not min(slopes) - margin <= expected <= max(slopes) + margin:
                for k in (i, j):
                    reason = "the gradients of entries that tie do not add up"
                    self.measured[k] = replace(self.measured[k], verdict=Verdict.FAIL, reason=reason)
                    self.verdicts[k] = Verdict.FAIL

    def around(self, i: int, j: int) -> list[Vector]:
        """Points in every direction from the point, in the plane of two coordinates."""
        near = 2.0**-16 * self.relative[i]
        angles = np.arange(16) * np.pi / 8 + 0.2
        return [self.point + near * (np.cos(a) * self.unit(i, 1.0) + np.sin(a) * self.unit(j, 1.0)) for a in angles]

    def slope_beside(self, at: Vector, direction: Vector) -> float:
        h = 2.0**-24
        up, down = self.subject.evaluate(at + h * direction), self.subject.evaluate(at - h * direction)
        if up is None or down is None or not up.shape == down.shape == self.weights.shape:
            return np.nan
        return float(self.weights @ (up - down)) / (2 * h)

    def screen(self, coordinates: Coordinates, depth: int = 0, steps: tuple[float, ...] = STEPS) -> None:
        """Project on random directions; where that disagrees, bisect. Entries too small to be seen go again, alone."""
        unseen = coordinates
        for _ in range(1 if depth else 2):
            directions = self.random_directions(coordinates)
            finding = clearest(self.along(direction, steps) for direction in directions)
            if finding.verdict is not Verdict.PASS:
                self.search(coordinates, finding)
                return
            steps = tuple(h for h in STEPS if h <= 16 * finding.step)
            parts = np.abs(directions[0] * self.gradient)[unseen]
            unseen = unseen[(parts > 0) & (parts * SEEN < finding.error)]
        if 0 < len(unseen) < len(coordinates) and depth < 3:
            self.screen(unseen, depth + 1, steps)
        elif len(unseen) and depth == 0:
            self.verdicts[unseen] = Verdict.INCONCLUSIVE
            self.doubts.append(
                f"differences along random directions are good to {finding.error:.1e} only: no single entry can be seen"
            )

    def random_directions(self, coordinates: Coordinates) -> list[Vector]:
        """One draw of signs and sizes, at the scale of each array, of each entry, and as it is.

        The sizes go from 1 to 2 in eighths. With signs alone, two equal errors would cancel in half of all draws.
        """
        draw = self.rng.choice([-1.0, 1.0], len(coordinates)) * self.rng.integers(8, 16, len(coordinates)) / 8
        directions: list[Vector] = []
        for scale in (self.typical, self.relative, np.ones(self.subject.size)):
            direction = np.zeros(self.subject.size)
            direction[coordinates] = draw * scale[coordinates]
            if not any(np.array_equal(direction, other) for other in directions):
                directions.append(direction)
        return directions

    def search(self, coordinates: Coordinates, found: Finding) -> None:
        """Bisect to the entries that are wrong, and screen what is left once these are known."""
        guilty: list[int] = []
        stack = [coordinates]
        while stack and len(guilty) < WRONG_ENOUGH:
            group = stack.pop()
            if len(group) == 1:
                if self.entry(int(group[0])).verdict is not Verdict.PASS:
                    guilty.append(int(group[0]))
                continue
            stack += [half for half in np.array_split(group, 2)[::-1] if self.suspicious(half, found.step)]
        rest = np.setdiff1d(coordinates, guilty)
        if len(guilty) >= WRONG_ENOUGH:
            sample = self.rng.choice(rest, min(2 * WRONG_ENOUGH, len(rest)), replace=False)
            for i in np.sort(sample):
                self.entry(int(i))
            unknown = np.setdiff1d(rest, sample)
            self.verdicts[unknown] = Verdict.INCONCLUSIVE
            return
        if not len(rest):
            return
        finding = clearest(map(self.along, self.random_directions(rest)))
        if finding.verdict is not Verdict.PASS:
            self.verdicts[rest] = finding.verdict
            if finding.verdict is Verdict.INCONCLUSIVE or not guilty:
                self.verdicts[rest] = Verdict.INCONCLUSIVE
                self.doubts.append(f"entries that pass singly do not pass together: {finding.reason or 'a kink?'}")

    def suspicious(self, group: Coordinates, step: float) -> bool:
        """Whether a projection of the group is off, at a few steps around the one that served best before."""
        if len(group) == 1:
            return True
        direction, *_ = self.random_directions(group)
        line = self.line(direction)
        slope = line.descend(0.0, (16 * step, 4 * step, step, step / 4))
        return not (slope.rungs and slope.residual <= 2 * (self.tolerance(direction, line.moving) + slope.error))
