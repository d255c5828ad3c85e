"""Numerical derivatives along a line: the reference that a gradient is compared with.

Central differences at steps that shrink by a factor of four, extrapolated (Richardson, 1911; table and error estimate
as in Ridders, 1982). Read `Line.rung` for one step, then `Line.descend` for the ladder of them.

Three errors are kept apart. *Truncation* shows as disagreement in the table. *Rounding* of the outputs is known from
their size; an output that no step changes adds none, so a large constant beside the function is harmless. *Noise
inside* the function (a large number added and taken away again) shows in second differences that stop falling. Steps
are powers of two times few bits, so that ``x + h`` is exact; what rounding moves all the same is taken into account.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np

__all__ = ["DIGIT", "EPSILON", "STEPS", "Line", "Rung", "Slope", "Vector", "norm", "power_of_two"]

Vector = np.ndarray[Any, np.dtype[np.float64]]

STEPS = tuple(2.0**-3 * 4.0**-k for k in range(24))  # 1/8 to 2e-15
COLUMNS = 5  # of the table: the fifth has removed the error's terms up to h^8
EPSILON = float(np.finfo(float).eps)
DIGIT = 2.0**-51  # the last digits of numbers around 1: what remains of 1 - tanh(x) is a multiple of them
ROUNDING = 2.0**-6  # a lattice coarser than this, relative to the numbers on it, is no rounding: `floor`, a count


def power_of_two(size: Vector) -> Vector:
    """The power of two at or below each size; 1 for a size of 0."""
    exponents = np.floor(np.log2(np.where(size > 0, size, 1.0)))
    return np.asarray(np.exp2(np.clip(exponents, -1000, 1000)))


class Rung(NamedTuple):
    """Differences at one step `h`: what they say of the slope, and how far that can be trusted."""

    h: float
    slope: float
    floor: float  # what rounding of the outputs may have added to the slope
    bend: float  # the second difference of the weighted sum: falls with h squared until only noise is left
    low: float  # the least and the greatest weighted sum of one-sided slopes, chosen output by output
    high: float
    blur: float  # what rounding may have added to their gap
    reach: float  # the one-sided slopes of all outputs, summed without their signs
    lost: float  # the size of a change that would have gone unseen

    @property
    def gap(self) -> float:
        """Between the slopes to both sides."""
        return self.high - self.low


@dataclass
class Slope:
    """The derivative along a line, as the ladder found it, beside the one that is expected."""

    expected: float
    rungs: list[Rung] = field(default_factory=list)
    estimates: list[tuple[float, float]] = field(default_factory=list)  # a value and its error for each rung
    best: int = 0  # the rung where the estimate is best
    error: float = np.inf  # its error: truncation, rounding of the outputs, noise inside the function
    noise: float = 0.0
    hidden: float = 0.0  # the slope that outputs may have which no step has changed
    grain: float = 0.0  # how far rounding moves the outputs, and so a gradient computed in the same precision
    trouble: str = ""  # why there are no differences

    @property
    def value(self) -> float:
        return self.estimates[self.best][0] if self.rungs else np.nan

    @property
    def residual(self) -> float:
        return abs(self.value - self.expected)

    @property
    def flat(self) -> bool:
        """Whether no step changes more than the last digits of the outputs."""
        return bool(self.rungs) and self.rungs[0].reach * self.rungs[0].h <= 4 * self.grain

    @property
    def reach(self) -> float:
        """The greatest slopes of the outputs around the best rung; beside them, their sum may count as zero."""
        return max((rung.reach for rung in self.rungs[max(0, self.best - 1) : self.best + 1]), default=0.0)

    @property
    def sway(self) -> float:
        """How far rounding of the point itself moves the slope: its last digits, times the curvature."""
        return EPSILON * min((rung.bend / rung.h**2 for rung in self.rungs if rung.bend), default=0.0)

    @property
    def stands(self) -> bool:
        """Whether no output moves at the steps that served best."""
        return bool(self.rungs) and self.rungs[self.best].reach == 0

    @property
    def still(self) -> bool:
        """Whether the steps that served best change no more than the last digits, and the slope is 0 to that."""
        h = self.rungs[self.best].h
        return max(self.reach, self.error / 2, abs(self.expected)) * h <= 4 * self.grain

    def add(self, rung: Rung, value: float, error: float) -> None:
        """Take in a rung and choose the best anew: the least error that no smaller step contradicts."""
        self.rungs.append(rung)
        self.estimates.append((value, error))
        self.noise = self.noise_inside()
        errors = [e + self.noise / r.h for r, (_, e) in zip(self.rungs, self.estimates, strict=True)]
        self.best = min((k for k in range(len(errors)) if not self.contradicted(k, errors)), key=errors.__getitem__)
        self.error = errors[self.best]

    def noise_inside(self) -> float:
        """The greatest second difference that is not smaller than the one before it, once they have stopped falling.

        Two falls in a row are the function's own shape, and so is all before them. Three slopes in a row that agree far
        better than the noise would let them show that there was none: a jump, beyond which the function is smooth.
        """
        bends = [rung.bend for rung in self.rungs]
        falls = [a / 64 < b < a / 3 for a, b in pairwise(bends)]
        start = max((k + 2 for k, both in enumerate(pairwise(falls)) if all(both)), default=0)
        level = [
            last.bend
            for k, (before, last) in enumerate(pairwise(self.rungs[start:]), start + 1)
            if before.bend / 2 < last.bend < last.h * last.reach / 2 and not self.steady_below(k)
        ]
        changes = [rung.h * rung.reach for rung in self.rungs if rung.reach][-3:]
        jumps = (
            all(last > 0.7 * before for before, last in pairwise(changes)) and min(changes, default=1.0) > 64 * DIGIT
        )
        return max([*level, *(rung.lost for rung in self.rungs if not jumps)], default=0.0)

    def steady_below(self, k: int) -> bool:
        """Whether three slopes in a row below rung `k` agree to a hundredth of what noise of its size would do."""
        noise, below = self.rungs[k].bend / 100, self.rungs[k + 1 :]
        return any(
            max(abs(a.slope - b.slope), abs(b.slope - c.slope)) * c.h < noise and max(a.bend, b.bend, c.bend) < noise
            for a, b, c in zip(below, below[1:], below[2:], strict=False)
            if c.lost < noise
        )

    def contradicted(self, k: int, errors: list[float]) -> bool:
        """Whether a smaller step differs beyond all error: `k` then saw a coarser shape than the slope at the point."""
        value = self.estimates[k][0]
        return any(abs(self.estimates[j][0] - value) > 4 * (errors[j] + errors[k]) for j in range(k + 1, len(errors)))

    def agrees(self, tolerance: float) -> bool:
        return self.residual <= tolerance + self.error

    def gap_is_open(self) -> bool:
        """Whether the gap between the one-sided slopes has not begun to close."""
        if len(self.rungs) < 2:
            return False
        before, last = (rung.gap for rung in self.rungs[-2:])
        return last > 0.5 * before and last > max(8 * self.rungs[-1].blur, 1e-7 * self.reach)

    def open_until(self) -> int | None:
        """The smallest rung that ends three in a row with one gap; None if the gap shrinks all the way.

        The gap of a smooth function shrinks as the step does, by four from rung to rung; that of noise grows by four.
        """
        for k in range(len(self.rungs) - 1, 1, -1):
            gaps = [rung.gap for rung in self.rungs[k - 2 : k + 1]]
            if gaps[-1] > 8 * self.rungs[k].blur and all(0.6 * a < b < 1.6 * a for a, b in pairwise(gaps)):
                return k
        return None

    @property
    def beside_kink(self) -> float:
        """The gap between the slopes at a kink beside the point, or at it; 0 without one."""
        k = self.open_until()
        return 0.0 if k is None else self.rungs[k].gap

    def kink(self) -> tuple[float, float, float] | None:
        """The one-sided slopes and their error, if they stay apart until noise hides it; None if they meet."""
        k = self.open_until()
        if k is None or any(r.gap + 2 * r.blur < self.rungs[k].gap / 2 for r in self.rungs[k + 1 :]):
            return None
        before, last = self.rungs[k - 1 : k + 1]
        low, high = (4 * last.low - before.low) / 3, (4 * last.high - before.high) / 3
        return low, high, abs(low - last.low) + abs(high - last.high) + 2 * last.blur

    def remainder_is_of_first_order(self) -> bool:
        """Whether ``|f(x + h) - f(x) - h * expected|`` falls like h, as it does for a wrong gradient and no other.

        For a right one it falls like h squared at least. Judged at the smallest steps that noise lets tell: what
        differences say at larger steps may be a coarser shape of the function than its slope at the point.
        """
        telling = [r for r in self.rungs if 8 * (r.floor + self.noise / r.h) < self.residual][-3:]
        off = [abs(r.slope - self.expected) for r in telling]
        return len(off) >= 2 and min(off) > self.residual / 4 and all(a / 2 < b < 2 * a for a, b in pairwise(off))

    def grows(self) -> bool:
        """Whether the slope goes on growing as the step shrinks, as at a root of zero."""
        sizes = [rung.reach for rung in self.rungs if rung.blur < 0.1 * rung.reach][-4:]
        return len(sizes) == 4 and all(1.2 * a < b for a, b in pairwise(sizes))


class Function(Protocol):
    """A map from one vector to another, and the rounding of its argument."""

    def evaluate(self, x: Vector, /) -> Vector | None:
        """The outputs; None where there are none."""

    def representable(self, x: Vector, /) -> Vector:
        """The vector at which it is evaluated in truth."""


class Line:
    """A function along a line through the point where it is checked.

    `origin` is the point, `base` the outputs there, `rounding` the relative precision of each output, `weights` those
    of the sum whose slope is measured. `gradient` serves only to correct for steps that could not be taken exactly.
    """

    def __init__(
        self,
        function: Function,
        origin: Vector,
        base: Vector,
        weights: Vector,
        rounding: Vector,
        gradient: Vector,
        direction: Vector,
    ) -> None:
        self.function = function
        self.origin, self.base, self.direction = origin, base, direction
        self.weights, self.sizes = weights, np.abs(weights)
        self.unit = self.sizes * rounding  # how far rounding moves a term of the sum, relative to its output
        self.grain = np.zeros_like(base)  # the coarsest lattice that holds the outputs of the last rung where any moved
        self.moving = np.flatnonzero(direction)
        self.gradient = np.where(np.isfinite(gradient), gradient, 0.0)
        self.expected = float(direction[self.moving] @ gradient[self.moving])
        self.varies = np.zeros(len(base), bool)  # which outputs have changed at any step
        self.moves: list[float] = []  # of the weighted sum, up and down by turns
        self.lost = [0, 0]  # steps up and down where the function had no value

    def descend(self, tolerance: float, steps: Iterable[float] = STEPS) -> Slope:
        """Go down the ladder until the slope agrees with what is expected, or noise makes smaller steps useless.

        A disagreement alone does not end it: the smallest steps that can tell have the last word.
        """
        found = Slope(self.expected)
        above: list[float] = []
        for h in steps:
            rung = self.rung(h)
            if rung is None:
                above = []
                continue
            row = extrapolated(rung.slope, above)
            found.add(rung, *best_of(row, above, rung.floor))
            above = row
            is_open = found.gap_is_open()
            agrees = found.agrees(tolerance)
            if agrees and found.error <= max(tolerance, 1e-9 * found.reach) and not is_open:
                break
            wanted = found.error if agrees else max(found.error, 0.1 * found.residual)
            if np.isfinite(wanted) and rung.floor > max(wanted, 0.05 * rung.gap if is_open else 0.0):
                break
        if found.rungs:
            digits = self.unit * np.abs(self.base)
            found.hidden = norm(digits[~self.varies]) / found.rungs[0].h
            found.grain = 2 * norm(digits[self.varies] if self.varies.any() else digits)
            if self.varies.any():  # at some step, perhaps below the best one
                found.error = max(found.error, found.grain / found.rungs[found.best].h)
        else:
            found.trouble = self.trouble()
        return found

    def rung(self, h: float) -> Rung | None:
        """Differences at one step; None where the function has no value on a side, or `h` is too small to take."""
        step = h * self.direction
        above, below = self.function.representable(self.origin + step), self.function.representable(self.origin - step)
        off = (above - below - 2 * step)[self.moving]
        if np.any(np.abs(off) > 1e-2 * np.abs(step[self.moving])):
            return None
        up, down = self.function.evaluate(above), self.function.evaluate(below)
        usable = [v is not None and v.shape == self.base.shape and bool(np.isfinite(v).all()) for v in (up, down)]
        for side in (0, 1):
            self.lost[side] += not usable[side]
        if up is None or down is None or not all(usable):
            return None
        changed = (up != self.base) | (down != self.base)
        # An output stands still that larger steps did move: flat here, or its change is lost in a coarse rounding.
        lost = norm((self.sizes * self.grain)[~changed])
        self.varies |= changed
        if changed.any():
            common, size = np.minimum(grain(up), grain(down)), np.maximum(np.abs(up), np.abs(down))
            self.grain = np.where(self.varies & ((common < ROUNDING * size) | (common <= DIGIT)), common, 0.0)
            self.moves += [float(self.weights @ (up - self.base)), float(self.weights @ (self.base - down))]
        else:
            lost = max(lost, self.lattice())
        with np.errstate(all="ignore"):  # what overflows is a lost rung
            right, left = self.weights * (up - self.base) / h, self.weights * (self.base - down) / h
            slope = float(np.sum(self.weights * (up - down)) - self.gradient[self.moving] @ off) / (2 * h)
            rounding = (self.unit * np.maximum(np.abs(up), np.abs(down)))[self.varies] / h
            rung = Rung(
                h,
                slope,
                floor=2 * norm(rounding),
                bend=abs(float(np.sum(right - left))) * h,
                low=float(np.sum(np.minimum(right, left))),
                high=float(np.sum(np.maximum(right, left))),
                blur=2 * float(np.sum(rounding)),
                reach=max(float(np.sum(np.abs(side))) for side in (right, left)),
                lost=lost,
            )
        return rung if np.all(np.isfinite(rung)) else None

    def lattice(self) -> float:
        """The unit of which the last moves of the weighted sum are multiples, if it is small enough for a rounding."""
        moves = [abs(move) for move in self.moves[-6:] if move]
        unit = min(moves, default=0.0)
        multiples = all(abs(move / unit - round(move / unit)) < 1e-3 for move in moves)
        small = unit < ROUNDING * abs(float(self.weights @ self.base))
        return unit if multiples and small and max(moves, default=0.0) > unit else 0.0

    def trouble(self) -> str:
        """Why there is no slope."""
        if not any(self.lost):
            return "no step is small enough, and none smaller can be taken at this precision"
        if all(self.lost):
            return "the function has no finite value beside the point, however near"
        side = "above" if self.lost[0] else "below"
        return f"the function has no finite value just {side} it, however near: an edge of its domain"


def norm(x: Vector) -> float:
    """The Euclidean norm, without overflow on the way."""
    largest = float(np.max(x, initial=0.0))
    return largest * float(np.linalg.norm(x / largest)) if 0 < largest < np.inf else largest


def grain(x: Vector) -> Vector:
    """The greatest power of two that divides each number: how coarsely it may have been rounded; 0 for 0."""
    fraction, exponent = np.frexp(x)
    digits = np.ldexp(fraction, 53).astype(np.int64)
    return np.asarray(np.ldexp((digits & -digits).astype(float), exponent - 53))


def extrapolated(slope: float, above: list[float]) -> list[float]:
    """The next row of Richardson's table: central differences err in powers of h squared, and h has shrunk by four."""
    row = [slope]
    for j, coarser in enumerate(above[: COLUMNS - 1], 1):
        row.append(row[-1] + (row[-1] - coarser) / (16.0**j - 1))
    return row


def best_of(row: list[float], above: list[float], floor: float) -> tuple[float, float]:
    """The entry of a row that agrees best with its neighbours to the left and above, and by how much."""
    candidates = [
        (max(abs(row[j] - row[j - 1]), abs(row[j] - above[j - 1])) + floor, row[j]) for j in range(1, len(row))
    ]
    error, value = min(candidates, default=(np.inf, row[0]))
    return value, error
