"""Derivatives to a hundred digits, to judge a rule without any of the code that it belongs to.

NumPy runs a function as it is on arrays of `Number`, mpmath's numbers with the methods that NumPy asks objects for. So
a difference over a step of 1e-40 is a derivative, at any x, beside any kink; and at a kink the two one-sided
differences are the two slopes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

DIGITS, STEP = 110, mpmath.mpf(10) ** -40
DIGITS_OF_MANY, STEP_OF_MANY = 50, mpmath.mpf(10) ** -18  # for thousands of entries, which are slow
FEW = 40  # so many entries are differentiated one by one; of more, a random direction shows any that is wrong


class Number:
    """A real or complex number of `DIGITS` digits in an array of objects."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __abs__(self) -> Number:
        return Number(abs(self.value))

    def __neg__(self) -> Number:
        return Number(-self.value)

    def __floor__(self) -> int:
        return int(mpmath.floor(self.value))

    def conjugate(self) -> Number:
        return Number(mpmath.conj(self.value))

    def __bool__(self) -> bool:
        return self.value != 0


def plain(x: Any) -> Any:
    """The value of a Number, or of any of NumPy's numbers without rounding."""
    if isinstance(x, Number):
        return x.value
    return mpmath.mpmathify(x.item() if isinstance(x, np.generic) else x)


def binary(operation: Callable[[Any, Any], Any]) -> Callable[[Number, Any], Number]:
    return lambda x, y: NotImplemented if isinstance(y, np.ndarray) else Number(operation(x.value, plain(y)))


def comparison(operation: Callable[[Any, Any], Any]) -> Callable[[Number, Any], bool]:
    return lambda x, y: bool(operation(x.value, plain(y)))


def method(function: Callable[[Any], Any]) -> Callable[[Number], Number]:
    return lambda x: Number(function(x.value))


for name in ("add", "sub", "mul", "truediv", "pow"):
    operation = getattr(operator, name)
    setattr(Number, f"__{name}__", binary(operation))
    setattr(Number, f"__r{name}__", binary(lambda x, y, operation=operation: operation(y, x)))
for name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Number, f"__{name}__", comparison(getattr(operator, name)))
for numpys, mpmaths in {
    **{name: name for name in ("exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sqrt")},
    "arctan": "atan",
    "arcsin": "asin",
    "arctanh": "atanh",
}.items():
    setattr(Number, numpys, method(getattr(mpmath, mpmaths)))


def solve(a: Any, b: Any) -> Any:
    """Gauss's elimination: `np.linalg` does not take objects."""
    rows = np.concatenate([a, b[:, None] if b.ndim == 1 else b], axis=1)
    for i in range(len(a)):
        pivot = i + int(np.argmax([abs(x).value for x in rows[i:, i]]))
        rows[[i, pivot]] = rows[[pivot, i]]
        rows[i] = rows[i] / rows[i, i]
        for j in range(len(a)):
            if j != i:
                rows[j] = rows[j] - rows[i] * rows[j, i]
    return rows[:, len(a) :].reshape(b.shape)


def determinant(a: Any) -> Any:
    """Laplace's expansion."""
    if len(a) == 1:
        return a[0, 0]
    return sum((-1) ** j * a[0, j] * determinant(np.delete(a[1:], j, axis=1)) for j in range(len(a)))


IN_NUMBERS = {
    np.linalg.solve: solve,
    np.linalg.det: determinant,
    np.linalg.inv: lambda a: solve(a, numbers(np.eye(len(a)))),
}


def numbers(x: Any) -> Any:
    """An array of Numbers."""
    out = np.empty(np.shape(x), dtype=object)
    out.flat = [Number(plain(v)) for v in np.ravel(x)]
    return out


def values(x: Any) -> list[Any]:
    return [plain(v) for v in np.ravel(np.asarray(x, dtype=object))]


def directions(args: tuple[Any, ...], rng: np.random.Generator) -> list[list[Any]]:
    """Each entry alone, the imaginary one too, where there are few; all together; and random ones."""
    size = sum(x.size for x in args)
    is_complex = any(x.dtype.kind == "c" for x in args)
    flat = list(np.eye(size)) if size <= FEW else []
    if is_complex:
        flat += [1j * d for d in flat]
    if size <= 2000:
        flat.append(np.ones(size))
    flat += [rng.normal(size=size) * (1 + 1j if is_complex else 1) for _ in range(3 if size <= FEW else 1)]
    return [split(d, args) for d in flat]


def split(flat: Any, args: tuple[Any, ...]) -> list[Any]:
    """A direction for each argument; relative to the entries that are not zero, so that none is stepped over."""
    ends = np.cumsum([x.size for x in args])[:-1]
    scales = [np.where(x == 0, 1.0, np.abs(x).astype(float)) for x in args]
    return [piece.reshape(x.shape) * scale for piece, x, scale in zip(np.split(flat, ends), args, scales, strict=True)]


def tolerance(dtype: np.dtype[Any]) -> float:
    """What rounding in the rule may cost: far below the smallest planted error of each dtype."""
    return {8: 1e-9, 4: 1e-5, 2: 0.02}[dtype.itemsize // (2 if dtype.kind == "c" else 1)]


def disagreement(f: Callable[..., Any], args: tuple[Any, ...], g: Any, gradients: tuple[Any, ...], slack: float) -> str:
    """Where gradients of ``sum(g * f(*args))`` are not between its two slopes; empty if they are in every direction."""
    if len(gradients) != len(args):
        return f"{len(gradients)} gradients of {len(args)} arguments"
    for x, gx in zip(args, gradients, strict=True):
        if np.shape(gx) != x.shape or np.asarray(gx).dtype != x.dtype:
            return f"a gradient of {np.asarray(gx).dtype} {np.shape(gx)} for a value of {x.dtype} {x.shape}"
        if not np.all(np.isfinite(gx)):
            return "a gradient that is not finite"
    f = IN_NUMBERS.get(f, f)
    many = sum(x.size for x in args) > 2000
    step = STEP_OF_MANY if many else STEP
    with mpmath.workdps(DIGITS_OF_MANY if many else DIGITS):
        points, weights = [numbers(x) for x in args], values(g)
        pulled = [v for gx in gradients for v in values(gx)]
        here = values(f(*points))
        # where x is 0, the second derivative counts: the step is not relative to x
        least = mpmath.mpf("1e-30" if any(np.any(x == 0) for x in args) else "1e-320")
        for direction in directions(args, np.random.default_rng(0)):
            moved = [
                values(f(*[x + numbers(d) * Number(h) for x, d in zip(points, direction, strict=True)]))
                for h in (step, -step)
            ]
            up, down = [
                [mpmath.re(w * (v - start)) / h for w, v, start in zip(weights, there, here, strict=True)]
                for there, h in zip(moved, (step, -step), strict=True)
            ]
            low, high = (sum(map(pick, up, down)) for pick in (min, max))
            terms = [mpmath.re(gx * d) for gx, d in zip(pulled, (v for d in direction for v in values(d)), strict=True)]
            room = slack * sum(map(abs, terms)) + least
            if not low - room <= sum(terms) <= high + room:
                return f"{mpmath.nstr(sum(terms), 15)} is not in [{mpmath.nstr(low, 15)}, {mpmath.nstr(high, 15)}]"
    return ""
