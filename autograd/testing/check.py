"""`gradcheck`: whether the gradient of a function agrees with its finite differences, and what it promises besides.

Read `check` for the order of events. What is compared with what is in `examine.py`, the differences themselves in
`differences.py`; `causes.py` and `culprit.py` explain a failure.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.containers import flatten
from autograd.errors import DataError, GradientCheckError
from autograd.functional import vjp
from autograd.testing.causes import likely_causes
from autograd.testing.culprit import find_culprit
from autograd.testing.examine import Examination
from autograd.testing.precision import compare_precisions, widest
from autograd.testing.promises import first_run, forward_mode, random_weights
from autograd.testing.report import Entry, GradcheckReport, Verdict
from autograd.testing.screening import screen
from autograd.testing.subject import Leaf, Subject
from autograd.testing.ties import check_ties

__all__ = ["assert_gradients", "gradcheck", "gradgradcheck", "settled"]

FEW = 48  # so many coordinates are measured one by one
SEVERITY = [Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL]


def gradcheck(
    f: Callable[..., Any],
    *args: Any,
    grad: Callable[..., Any] | None = None,
    order: int = 1,
    rtol: float | None = None,
    atol: float | None = None,
    samples: int | None = None,
    rng: np.random.Generator | int | None = None,
    raise_on_failure: bool = True,
) -> GradcheckReport:
    """Compare the gradient of ``sum(w * f(*args))``, for random weights w, with finite differences.

    Arguments are arrays, nested tuples, lists and dicts of them, or models (`nn.Module`), whose parameters are then
    checked; `f` may itself be a model. It returns one array or several, real or complex. `grad` is called as `f` is and
    returns the gradient under test, of one argument or a tuple of all, or the Jacobian of shape
    ``output.shape + argument.shape``; the gradient of an `f` that is not scalar is that of the sum of its outputs.
    Without it, this engine's gradient is tested, and forward mode against reverse mode.

    The reference is computed in float64, where `f` takes it. `rtol` is 1e-7 for float64 and the square root of machine
    epsilon below it, `atol` 8 machine epsilons of each entry; without `atol`, what the gradient rounds to at points
    nearby is no failure either. Up to 48 entries (24 complex ones) are measured one by one; of more, random projections
    are, and bisected to the wrong entries. `samples` asks for projections, and for that many single entries of each
    array besides. ``order=2`` checks the gradient of the gradient as well; `rng` (or its seed, 0 by default) makes all
    random choices.

    Raises `GradientCheckError` with the report if that is a FAIL, unless ``raise_on_failure=False``; an INCONCLUSIVE
    report is false but does not raise (`assert_gradients` does). `DataError` where no argument is floating.

    >>> print(gradcheck(np.tanh, np.array([0.1, 0.2])))  # doctest: +ELLIPSIS
    PASS: gradient, 2 entries, largest relative difference ...
    """
    require_options(order, rtol, atol, samples)
    if grad is not None and order > 1:
        raise DataError("gradcheck(grad=..., order=2): check the gradient as f, with its own derivative as grad.")
    rng = np.random.default_rng(0 if rng is None else rng)
    subject = Subject(f, args, grad)
    report = check(subject, rtol, atol, samples, rng)
    for reached in range(2, order + 1):
        if report:
            subject = pullback_of(subject, rng)
            report = check(subject, rtol, atol, samples, rng)
            report.order = reached
    return settled(report, raise_on_failure)


def gradgradcheck(
    f: Callable[..., Any],
    *args: Any,
    rtol: float | None = None,
    atol: float | None = None,
    samples: int | None = None,
    rng: np.random.Generator | int | None = None,
    raise_on_failure: bool = True,
) -> GradcheckReport:
    """Check the gradient of the gradient alone, with respect to the arguments and to the weights w; see `gradcheck`.

    >>> print(gradgradcheck(np.sin, 0.5))  # doctest: +ELLIPSIS
    PASS: gradient of order 2, 2 entries, ...
    """
    require_options(2, rtol, atol, samples)
    rng = np.random.default_rng(0 if rng is None else rng)
    report = check(pullback_of(Subject(f, args, None), rng), rtol, atol, samples, rng)
    report.order = 2
    return settled(report, raise_on_failure)


def assert_gradients(f: Callable[..., Any], *args: Any, **options: Any) -> None:
    """`gradcheck` for tests: raise `GradientCheckError` unless the verdict is PASS; options are those of `gradcheck`.

    >>> assert_gradients(np.multiply, np.array([1.0, 2.0]), 3.0, order=2)
    """
    report = gradcheck(f, *args, **{**options, "raise_on_failure": False})
    if not report:
        raise GradientCheckError(str(report))


def require_options(order: Any, rtol: Any, atol: Any, samples: Any) -> None:
    """Raise `DataError` where an option is none."""
    if not (is_count(order) and (samples is None or is_count(samples))):
        raise DataError(f"gradcheck(order={order!r}, samples={samples!r}): both are whole numbers, at least 1.")
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if not (tolerance is None or (isinstance(tolerance, numbers.Real) and float(tolerance) >= 0)):
            raise DataError(f"gradcheck({name}={tolerance!r}): a tolerance is a number, at least 0.")


def is_count(number: Any) -> bool:
    return isinstance(number, numbers.Integral) and int(number) >= 1


def settled(report: GradcheckReport, raise_on_failure: bool) -> GradcheckReport:
    if raise_on_failure and report.verdict is Verdict.FAIL:
        raise GradientCheckError(str(report))
    return report


def check(
    subject: Subject,
    rtol: float | None,
    atol: float | None,
    samples: int | None,
    rng: np.random.Generator,
    *,
    explain: bool = True,
) -> GradcheckReport:
    """One order: promises first, then numbers, then, if they are wrong, why."""
    report = GradcheckReport(checked=sum(leaf.value.size for leaf in subject.leaves))
    with np.errstate(all="ignore"):
        given = first_run(subject, report, rng)
        if given is not None:
            examination = Examination(subject, widest(subject, given, report), rtol, atol, rng)
            if subject.gradient is None:
                forward_mode(examination, report)
            measure(examination, samples)
            report.doubts += examination.doubts
            for leaf in subject.leaves:
                report.entries += entries_of(leaf, examination)
            compare_precisions(examination, given, report)
            report.verdicts = {leaf.name: verdicts_of(leaf, examination) for leaf in subject.leaves}
            report.causes += likely_causes(examination, report.failures)
            if report.failures and explain:
                report.culprit = find_culprit(subject, lambda one: check(one, rtol, atol, samples, rng, explain=False))
    report.evaluations = subject.calls
    return report


def measure(examination: Examination, samples: int | None) -> None:
    """Measure every entry of a few, else projections, and `samples` entries of each array."""
    everything = np.arange(examination.subject.size)
    if len(everything) > FEW or (samples is not None and len(everything)):
        screen(examination, everything)
        singles = [examination.rng.permutation(everything[leaf.coordinates]) for leaf in examination.subject.leaves]
        everything = np.sort(np.concatenate([own[: samples or 0] for own in singles]))
    for i in everything:
        examination.entry(int(i))
    check_ties(examination)


def entries_of(leaf: Leaf, examination: Examination) -> list[Entry]:
    """The entries of an array that were measured."""
    entries = []
    for k, index in enumerate(np.ndindex(leaf.value.shape)):
        parts = range(leaf.start + leaf.stride * k, leaf.start + leaf.stride * (k + 1))
        if not any(i in examination.measured for i in parts):
            continue
        found = [examination.entry(i) for i in parts]
        worst = max(found, key=lambda finding: SEVERITY.index(finding.verdict))
        analytic, numeric = ([getattr(f, side) for f in found] for side in ("expected", "value"))
        entries.append(
            Entry(
                leaf.argument,
                leaf.name_of(index),
                index,
                worst.verdict,
                complex(analytic[0], -analytic[1]) if leaf.stride == 2 else analytic[0],
                complex(numeric[0], -numeric[1]) if leaf.stride == 2 else numeric[0],
                sum(f.error for f in found),
                next((f.kink for f in found if f.kink), None),
                worst.reason,
            )
        )
    return entries


def verdicts_of(leaf: Leaf, examination: Examination) -> Any:
    """The verdict of each entry, in the array's shape; of a complex entry the worse of its two parts."""
    parts = examination.verdicts[leaf.coordinates].reshape(-1, leaf.stride)
    worst = [max(pair, key=SEVERITY.index) for pair in parts] if leaf.stride == 2 else parts[:, 0]
    return np.array(worst, object).reshape(leaf.value.shape)


def pullback_of(subject: Subject, rng: np.random.Generator) -> Subject:
    """The gradient as a function of the weights and of the arguments."""
    inputs = subject.given_values()
    outputs = subject.outputs(inputs)
    weights = random_weights(outputs, True, rng)
    floating = [i for i, out in enumerate(outputs) if out.dtype.kind in "fc"]

    def gradient(weights: Any, *values: Any) -> Any:
        value, pullback = vjp(subject.call, *values)
        outputs, rebuild = flatten(value)
        seeds = [np.zeros_like(out) for out in outputs]
        for i, w in zip(floating, weights, strict=True):
            seeds[i] = w
        return pullback(rebuild(seeds))

    names = ["w", *(leaf.name for leaf in subject.leaves)]
    return Subject(gradient, ([weights[i][()] for i in floating], *inputs), None, names)
