"""What a gradient promises besides its numbers; no finite difference is taken here.

The function returns floating numbers, the same ones each time, and leaves its arguments alone; gradients have the shape
and dtype of their values and memory of their own; forward mode is the transpose of reverse mode; and what float32 or
float16 computes is what float64 does, to its precision. `prepare` ends with the `Examination` of what remains.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from autograd.errors import AutogradError
from autograd.testing.examine import Examination
from autograd.testing.report import Entry, GradcheckReport, Verdict
from autograd.testing.subject import Leaf, Subject, Vector, precise, real_vector, widened

__all__ = ["compare_precisions", "prepare", "random_weights"]

PRECISE = float(np.finfo(float).eps)
JITTER = 256  # machine epsilons of the largest entry by which two runs may differ
NEARBY = 4  # points beside the one checked, where a narrow gradient may round otherwise


def prepare(
    subject: Subject, report: GradcheckReport, rtol: float | None, atol: float | None, rng: np.random.Generator
) -> Examination | None:
    """Check the promises at the point, and return what is needed to check numbers; None if that makes no sense."""
    values = subject.given_values()
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
    weights = random_weights(outputs, subject.takes_weights(values, outputs), rng)
    gradients = repeated(subject, values, outputs, weights, report)
    if gradients is None or not fitting(subject, gradients, floating, report):
        return None
    if not all(np.isfinite(out).all() for out in floating):
        report.doubts.append(f"the function is not finite at the point itself: {first_broken(outputs)}")
        return None
    narrow = real_vector([np.conj(g) for g in gradients])
    exact, gradients = widest(subject, values, outputs, gradients, weights, report)
    floats = [(w, out) for w, out in zip(weights, exact, strict=True) if out.dtype.kind in "fc"]
    rounding = np.concatenate([np.full(out.size * (1 + (out.dtype.kind == "c")), precise(out)) for _, out in floats])
    coarsest = max([*rounding, *(precise(g) for g in gradients)], default=PRECISE)
    if rtol is None:
        rtol = 1e-7 if coarsest <= PRECISE else float(np.sqrt(coarsest))
        if subject.gradient is not None:  # what a user wrote may hold constants at the precision of the arguments
            rtol = max(rtol, max(precise(leaf.value) for leaf in subject.leaves) ** (2 / 3))
    examination = Examination(
        subject,
        base=real_vector([out for _, out in floats]),
        weights=real_vector([np.conj(w) for w, _ in floats]),
        rounding=np.maximum(rounding, PRECISE),
        gradient=real_vector([np.conj(g) for g in gradients]),
        rtol=rtol,
        atol=atol,
        rng=rng,
    )
    if subject.gradient is None:
        forward_mode(subject, examination, weights, report, float(np.sqrt(coarsest)))
    examination.narrow, examination.seeds = narrow, weights
    return examination


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


def unchanged(subject: Subject, values: list[Any], report: GradcheckReport) -> bool:
    """Whether the function left its arguments alone."""
    changed = [leaf.name for leaf, v in zip(subject.leaves, values, strict=True) if not same(leaf.value, v)]
    changed += subject.other_arrays_changed()
    for name in changed:
        report.problems.append(f"the function changes its argument {name} in place: it must work on a copy")
    return not changed


def repeated(
    subject: Subject, values: list[Any], outputs: list[Any], weights: list[Any], report: GradcheckReport
) -> list[Any] | None:
    """The gradients, the same in two runs, as the outputs are; None if there are none to speak of."""
    before = [w.copy() for w in weights]
    try:
        again, gradients, repeat = subject.pull(values, weights)
    except AutogradError as error:
        report.problems.append(f"the gradient raises {type(error).__name__}: {error}")
        return None
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


def first_broken(outputs: list[Any]) -> str:
    """The first entry of the outputs that is not finite, as text."""
    for place, out in enumerate(outputs):
        broken = np.argwhere(~np.isfinite(out))
        if len(broken):
            index = tuple(int(i) for i in broken[0])
            return f"output {place}{list(index) if index else ''} is {out[index]}"
    raise AssertionError("all outputs are finite")


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
    for (leaf, g), (other, h) in combinations(zip(subject.leaves, gradients, strict=True), 2):
        if share_memory(g, h):
            report.problems.append(f"the gradients of {leaf.name} and {other.name} share memory: one must be a copy")
    return fits


def summed(given: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether an array of one shape broadcasts to another, larger one."""
    try:
        return np.broadcast_shapes(given, wanted) == given
    except ValueError:
        return False


def share_memory(a: Any, b: Any) -> bool:
    try:
        return bool(np.shares_memory(a, b, max_work=10_000))  # type: ignore[arg-type]  # any number, says NumPy
    except np.exceptions.TooHardError:  # strides too entangled to tell in reasonable time
        return False


# -------------------------------------------------------------------------------------------------------- forward mode


def forward_mode(
    subject: Subject, examination: Examination, weights: list[Any], report: GradcheckReport, rtol: float
) -> None:
    """Check ``w . (J v) == (J^T w) . v``: exact but for rounding."""
    v = examination.rng.integers(8, 16, subject.size) / 8 * examination.rng.choice([-1.0, 1.0], subject.size)
    tangents = subject.split(v)
    try:
        pushed = subject.push(subject.values_at(subject.point), tangents)
    except Exception as error:  # noqa: BLE001  # a rule may do with a Tensor what only an array can; it is first order
        report.notes.append(f"forward mode was not checked: {type(error).__name__}: {error}")
        return
    terms = [np.real(w * t) for w, t in zip(weights, pushed, strict=True) if t.dtype.kind in "fc"]
    forward = float(sum(np.sum(term) for term in terms))
    parts = examination.gradient * v
    scale = float(np.sum(np.abs(parts))) + float(sum(np.sum(np.abs(term)) for term in terms))
    backward = float(np.sum(parts))
    if np.isfinite([forward, backward]).all() and abs(forward - backward) > rtol * scale:
        report.problems.append(
            f"forward and reverse mode disagree along a random direction, {forward:.9g} and {backward:.9g}: "
            f"a rule is not linear in g, or leaves the graph"
        )


# ----------------------------------------------------------------------------------------------------------- precision


def widest(
    subject: Subject, values: list[Any], outputs: list[Any], gradients: list[Any], weights: list[Any], report: Any
) -> tuple[list[Any], list[Any]]:
    """Outputs and gradients in float64, or those given where `f` does not take that."""
    if any(precise(leaf.value) > PRECISE for leaf in subject.leaves):
        wide = [widened(value) for value in values]
        try:
            subject.wide = True
            wide_weights = [w.astype(np.result_type(w, np.float64)) if w.dtype.kind in "fc" else w for w in weights]
            outputs, gradients, _ = subject.pull(wide, wide_weights)
        except Exception as error:  # noqa: BLE001  # a function may refuse float64 in its own way
            subject.wide = False
            dtypes = ", ".join(sorted({str(leaf.value.dtype) for leaf in subject.leaves}))
            report.notes.append(
                f"the function refuses float64 ({type(error).__name__}: {error}); differences were taken in {dtypes}"
            )
    coarse = {str(out.dtype) for out in outputs if out.dtype.kind in "fc" and precise(out) > PRECISE}
    if coarse and subject.wide:
        report.notes.append(
            f"the function returns {', '.join(sorted(coarse))} even for float64 arguments; compared at that precision"
        )
    return outputs, gradients


def compare_precisions(examination: Examination, report: GradcheckReport) -> None:
    """Compare the gradient at the dtype of the arguments with that in float64, at the former's precision.

    What float16 cannot do is no error of the gradient: where it differs by as much between neighbouring points as from
    float64, that is rounding. `rtol` is the square root of machine epsilon.
    """
    subject = examination.subject
    if not subject.wide or all(precise(leaf.value) <= PRECISE for leaf in subject.leaves):
        return
    exact, narrow = examination.gradient, examination.narrow
    difference, spread = np.abs(narrow - exact), None
    for leaf in subject.leaves:
        eps = precise(leaf.value)
        here = leaf.coordinates
        if eps <= PRECISE:
            continue
        scale = float(np.max(np.abs(exact[here]), initial=0.0, where=np.isfinite(exact[here])))
        allowed = eps ** (2 / 3) * np.abs(exact[here]) + 8 * eps * scale
        off = ~(difference[here] <= allowed) & (examination.verdicts[here] == Verdict.PASS)
        if not off.any():
            continue
        if spread is None:
            spread = rounding_nearby(examination)
        for i in np.flatnonzero(off) + leaf.start:
            verdict, reason = judged(leaf, exact[i], narrow[i], difference[i], spread[i])
            examination.verdicts[i] = verdict
            if verdict is not Verdict.PASS and len(report.entries) < 100:
                k = (i - leaf.start) // leaf.stride
                index = tuple(int(j) for j in np.unravel_index(k, leaf.value.shape))
                error = float(eps ** (2 / 3) * abs(exact[i]))
                name = leaf.name_of(index)
                report.entries.append(
                    Entry(leaf.argument, name, index, verdict, float(narrow[i]), float(exact[i]), error, reason=reason)
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


def rounding_nearby(examination: Examination) -> Vector:
    """How differently the narrow gradient rounds at points a few units of precision away."""
    subject, seeds = examination.subject, examination.seeds
    errors = []
    for _ in range(NEARBY):
        values = []
        for leaf in subject.leaves:
            jitter = 1 + 4 * precise(leaf.value) * examination.rng.uniform(-1, 1, leaf.value.shape)
            values.append((leaf.value * jitter).astype(leaf.value.dtype)[()])
        _, narrow, _ = subject.pull(values, seeds)
        wide_seeds = [w.astype(np.result_type(w, np.float64)) if w.dtype.kind in "fc" else w for w in seeds]
        _, wide, _ = subject.pull([widened(v) for v in values], wide_seeds)
        errors.append(real_vector([np.conj(g) for g in narrow]) - real_vector([np.conj(g) for g in wide]))
    spread: Vector = np.max(errors, axis=0) - np.min(errors, axis=0)
    return np.where(np.isfinite(spread), spread, 0.0)
