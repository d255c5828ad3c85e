"""The verdict on one slope: what the ladder found, beside the gradient that is under test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from autograd.testing.differences import DIGIT, STEPS, Slope
from autograd.testing.report import Verdict

__all__ = ["Finding", "clearest", "judge"]

CLEAR = 1e-2  # an estimate this good, relative to the slope, can tell right from wrong
SURE = 10  # a disagreement this many times the error is one
FLAT = 1e-6  # relative to other slopes of the function, what counts as zero


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

    def refined_by(self, other: Finding) -> Finding:
        """The other finding where it agrees within this one's error and knows better; else this one."""
        better = other.verdict is not Verdict.INCONCLUSIVE and other.error < self.error
        return other if better and abs(other.value - self.value) <= self.error else self


def clearest(findings: Iterable[Finding]) -> Finding:
    """The first that tells right from wrong, else the least uncertain. Later ones are not even looked at."""
    seen = []
    for finding in findings:
        if finding.verdict is not Verdict.INCONCLUSIVE:
            return finding
        seen.append(finding)
    best = min(seen, key=lambda f: (not np.isfinite(f.error), f.error))
    return replace(best, verdict=Verdict.PASS, reason="") if any(f.negligible for f in seen) else best


def judge(slope: Slope, tolerance: float, zero: float) -> Finding:
    """The verdict on a slope; `zero` is the size of other slopes, beside which this one may count as zero."""
    finding = Finding(Verdict.INCONCLUSIVE, slope.expected, slope.value, slope.error)
    if not slope.rungs:
        return replace(finding, reason=slope.trouble)
    finding = replace(finding, step=slope.rungs[slope.best].h)
    tolerance += 4 * (slope.grain + slope.sway)
    size = np.nanmax([abs(slope.expected) if np.isfinite(slope.expected) else 0.0, abs(slope.value)])
    clear = slope.error <= max(tolerance, CLEAR * size, CLEAR * slope.beside_kink, FLAT * max(zero, slope.reach))
    if slope.grows() and (slope.gap_is_open() or not (clear and slope.agrees(tolerance))):
        return replace(finding, reason="the slope grows without bound as the step shrinks")
    seen = max(slope.hidden, (slope.grain + DIGIT) / slope.rungs[0].h if slope.flat or slope.stands else 0.0)
    if max(abs(slope.expected), abs(slope.value)) <= 4 * seen and not slope.agrees(tolerance):
        negligible = abs(slope.expected) <= tolerance or seen <= FLAT * zero
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
        reason = f"differences are too rough here: {slope.value:.3g} ± {slope.error:.1e}"
        return replace(finding, reason=reason, negligible=slope.still)
    if slope.residual <= 2 * slope.hidden:
        return replace(finding, reason="what is missing may hide in outputs whose last digits no step changes")
    if slope.residual > SURE * slope.error and slope.remainder_is_of_first_order():
        return replace(finding, verdict=Verdict.FAIL)
    return replace(
        finding,
        reason=f"differences give {slope.value:.3g} ± {slope.error:.1e}, but what the gradient leaves over does not "
        f"fall in proportion to the step, as it does where a gradient is wrong",
    )
