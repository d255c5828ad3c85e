"""`gradcheck`: whether the gradient of a function agrees with its finite differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from autograd.containers import flatten
from autograd.errors import DataError, GradientCheckError
from autograd.functional import vjp
from autograd.testing.differences import derivative_along

__all__ = ["GradcheckReport", "Mismatch", "gradcheck"]


@dataclass(frozen=True)
class Mismatch:
    """One entry whose gradient is wrong: which, what the engine says, what finite differences say."""

    argument: int
    index: tuple[int, ...]
    analytic: complex
    numeric: complex
    error: float

    def __str__(self) -> str:
        ratio = self.analytic / self.numeric if self.numeric else float("nan")
        place = f"{self.argument}{list(self.index) if self.index else ''}"
        return f"{place:<16}{self.analytic:>24.12g}{self.numeric:>24.12g} +- {self.error:<10.1e}{ratio:>14.6g}"


@dataclass
class GradcheckReport:
    """What `gradcheck` found; true if the gradients agree, and a table of the entries that do not as text."""

    order: int
    checked: int = 0
    largest: float = 0.0
    mismatches: list[Mismatch] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.mismatches and not self.notes

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        what = "gradient" if self.order == 1 else f"gradient of order {self.order}"
        if self.passed:
            return f"PASS: {what}, {self.checked} entries, largest relative difference {self.largest:.1e}"
        head = f"FAIL: {what}, {len(self.mismatches)} of {self.checked} entries differ"
        columns = f"{'argument[index]':<16}{'analytic':>24}{'numeric':>24}    {'error':<10}{'ratio':>14}"
        rows = [str(mismatch) for mismatch in self.mismatches[:20]]
        return "\n".join([head, *self.notes[:20], *([columns, *rows] if rows else [])])


def gradcheck(
    f: Callable[..., Any],
    *args: Any,
    order: int = 1,
    rtol: float | None = None,
    atol: float | None = None,
    samples: int | None = None,
    rng: np.random.Generator | None = None,
    raise_on_failure: bool = True,
) -> GradcheckReport:
    """Compare the gradient of ``sum(w * f(*args))``, for random weights w, with central differences, entry by entry.

    Arguments are arrays or nested tuples, lists and dicts of them; `f` returns one or several, real or complex. The
    reference is computed in float64 even where arguments are float32 or float16, and compared at their precision:
    `rtol` is 1e-7 for float64 and the square root of the machine epsilon below it, `atol` 8 machine epsilons of the
    largest entry. Where the differences themselves are too rough to tell, the report says so and does not pass.
    `samples` limits the entries of each argument that are checked, drawn by `rng`. ``order=2`` checks the gradient of
    the gradient as well.

    Raises `GradientCheckError` with a table of the wrong entries, unless ``raise_on_failure=False``; `DataError` where
    no argument is differentiable.

    >>> print(gradcheck(np.tanh, np.array([0.1, 0.2])))  # doctest: +ELLIPSIS
    PASS: gradient, 2 entries, largest relative difference ...
    """
    rng = np.random.default_rng(0) if rng is None else rng
    if order < 1 or (samples is not None and samples < 1):
        raise DataError(f"gradcheck(order={order}, samples={samples}): both are at least 1.")
    report = check_first_order(f, args, rtol, atol, samples, rng)
    if report.passed and order > 1:
        report = gradcheck(
            *with_pullback(f, args, rng), order=order - 1, rtol=rtol, atol=atol, samples=samples, rng=rng,
            raise_on_failure=False,
        )  # fmt: skip
        report.order = order
    if raise_on_failure and not report.passed:
        raise GradientCheckError(str(report))
    return report


def check_first_order(
    f: Callable[..., Any], args: tuple[Any, ...], rtol: float | None, atol: float | None, samples: int | None, rng: Any
) -> GradcheckReport:
    report = GradcheckReport(order=1)
    leaves, rebuild = flatten(list(args))
    arrays = [np.asarray(leaf) for leaf in leaves]
    if not any(x.dtype.kind in "fc" for x in arrays):
        raise DataError("gradcheck needs a floating or complex argument: write 2.0 instead of 2.")
    exact = [
        x.astype(np.complex128 if x.dtype.kind == "c" else np.float64) if x.dtype.kind in "fc" else x for x in arrays
    ]
    of_traced, traced = as_function_of_traced(f, arrays, rebuild)
    value, pullback = vjp(of_traced, *[arrays[i] for i in traced])
    outputs, rebuild_output = flatten(value)
    weights = [random_like(out, rng) for out in outputs]
    gradient_or_several = pullback(rebuild_output(weights))
    gradients = gradient_or_several if len(traced) > 1 else [gradient_or_several]

    def loss(place: int, x: Any) -> float:
        changed = [*exact[:place], x[()], *exact[place + 1 :]]
        outputs = flatten(f(*rebuild(changed)))[0]
        return float(sum(np.sum(w * out).real for w, out in zip(weights, outputs, strict=True)))

    for place, gradient in zip(traced, gradients, strict=True):
        x, given = exact[place], arrays[place]
        if np.shape(gradient) != given.shape or np.asarray(gradient).dtype != given.dtype:
            report.notes.append(
                f"the gradient of argument {place} is {np.asarray(gradient).dtype} {np.shape(gradient)}, "
                f"its value {given.dtype} {given.shape}"
            )
            continue
        relative = default_rtol(given.dtype) if rtol is None else rtol
        largest = float(np.max(np.abs(gradient), initial=0.0, where=np.isfinite(gradient)))
        absolute = 8 * float(np.finfo(given.dtype).eps) * largest if atol is None else atol
        indices = list(np.ndindex(x.shape))
        if samples is not None and samples < len(indices):
            indices = [indices[i] for i in sorted(rng.choice(len(indices), samples, replace=False))]
        for index in indices:
            numeric, error = entry_derivative(partial(loss, place), x, index)
            analytic = complex(gradient[index]) if x.dtype.kind == "c" else float(gradient[index])
            difference, size = abs(analytic - numeric), max(abs(analytic), abs(numeric))
            report.checked += 1
            report.largest = max(report.largest, difference / size if size else 0.0)
            if not error <= max(1e-3 * max(size, largest), 1e-6):
                report.notes.append(
                    f"argument {place}{list(index)}: INCONCLUSIVE, finite differences give {numeric:.3g} +- {error:.1e}"
                )
            elif not (np.isfinite(size) and difference <= absolute + relative * size + error):
                report.mismatches.append(Mismatch(place, index, analytic, numeric, error))
    return report


def as_function_of_traced(
    f: Callable[..., Any], arrays: list[Any], rebuild: Callable[..., Any]
) -> tuple[Callable[..., Any], list[int]]:
    """`f` as a function of its floating and complex leaves alone, and the places of these."""
    traced = [i for i, x in enumerate(arrays) if x.dtype.kind in "fc"]

    def of_traced(*values: Any) -> Any:
        leaves: list[Any] = list(arrays)
        for i, value in zip(traced, values, strict=True):
            leaves[i] = value
        return f(*rebuild(leaves))

    return of_traced, traced


def with_pullback(f: Callable[..., Any], args: tuple[Any, ...], rng: Any) -> tuple[Any, ...]:
    """The gradient of `f` as a function of the weights and of its arguments, and these."""
    leaves, rebuild = flatten(list(args))
    arrays = [np.asarray(leaf) for leaf in leaves]
    of_traced, traced = as_function_of_traced(f, arrays, rebuild)
    inputs = [arrays[i] for i in traced]
    outputs, rebuild_output = flatten(of_traced(*inputs))
    weights = [random_like(out, rng) for out in outputs]

    def gradient(weights: Any, *values: Any) -> Any:
        return vjp(of_traced, *values)[1](rebuild_output(weights))

    return (gradient, weights, *inputs)


def entry_derivative(f: Callable[[Any], float], x: Any, index: tuple[int, ...]) -> tuple[complex, float]:
    """df/dx at one entry; for a complex entry a + ib, df/da - i df/db."""
    direction = np.zeros_like(x)
    direction[index] = 1
    real, error = derivative_along(f, x, direction)
    if x.dtype.kind != "c":
        return real, error
    imaginary, other = derivative_along(f, x, 1j * direction)
    return complex(real, -imaginary), error + other


def random_like(out: Any, rng: np.random.Generator) -> Any:
    """Weights in the shape and dtype of an output: between 0.5 and 1.5 in size, of either sign."""
    shape, dtype = np.shape(out), np.asarray(out).dtype
    if dtype.kind not in "fc":
        raise DataError(f"gradcheck: the function returned {dtype}; it must return floating or complex values.")
    weights = rng.uniform(0.5, 1.5, shape) * rng.choice([-1, 1], shape)
    if dtype.kind == "c":
        weights = weights + 1j * rng.uniform(0.5, 1.5, shape)
    return weights.astype(dtype)[()] if shape else dtype.type(weights)


def default_rtol(dtype: np.dtype[Any]) -> float:
    return 1e-7 if dtype in (np.float64, np.complex128) else float(np.sqrt(np.finfo(dtype).eps))
