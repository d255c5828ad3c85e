"""The strategy for random programs: expression graphs with reuse, diamonds, dead branches and views.

Each step is a row of a table: an expression, when it may be used, and what else. An expression that the drawn operands
do not fit is substituted, so that nothing is filtered and a choice means the same while an example shrinks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.errors import DataError
from autograd.testing.programs import Program, Step, index_literal
from autograd.testing.strategies.base import composed, st
from autograd.testing.strategies.places import axes, indices
from autograd.testing.strategies.values import arrays, as_shapes, narrower, small_shapes

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy
    from numpy.typing import DTypeLike

    from autograd.testing.strategies.base import Draw
    from autograd.testing.strategies.values import Shapes

__all__ = ["programs"]

LARGEST = 10.0  # no value exceeds it, so that neither values nor gradients of a few steps overflow
MOST_ENTRIES = 64
ANY = 32  # places drawn below it are any value; above, the latest, so that graphs grow deep
MARGIN = 0.5  # from the poles of division and logarithm: their slopes stay moderate

UNARY = ["-{0}", "np.sin({0})", "np.cos({0})", "np.tanh({0})", "np.arctan({0})", "np.square({0})", "np.exp({0})"]
POSITIVE = ["np.sqrt({0})", "np.log({0})"]
BINARY = ["{0} + {1}", "{0} - {1}", "{0} * {1}", "np.logaddexp({0}, {1})"]
QUOTIENT = ["{0} / {1}"]
CONSTANT = ["{0} * 2.0", "{0} + 0.5", "1.0 - {0}", "{0} / 3.0"]
MATMUL = ["{0} @ {1}"]
JOIN = ["np.stack([{0}, {1}])", "np.concatenate([np.ravel({0}), np.ravel({1})])"]


def indexed(draw: Draw, x: Any) -> str:
    return f"{{0}}[{index_literal(draw(indices(np.shape(x))))}]" if np.ndim(x) else "np.expand_dims({0}, 0)"


def reshaped(draw: Draw, x: Any) -> str:
    shape = np.shape(x)
    return f"np.reshape({{0}}, {draw(st.sampled_from([(-1,), shape[::-1], (1, *shape), (*shape, 1)]))})"


def transposed(draw: Draw, x: Any) -> str:
    return f"np.transpose({{0}}, {tuple(draw(st.permutations(range(np.ndim(x)))))})"


def spread(draw: Draw, x: Any) -> str:
    return f"np.broadcast_to({{0}}, {(draw(st.integers(1, 3)), *np.shape(x))})"


def flipped(draw: Draw, x: Any) -> str:
    return f"np.flip({{0}}, {draw(axes(np.ndim(x)))})"


def reduced(draw: Draw, x: Any) -> str:
    function, axis = draw(st.sampled_from(["sum", "mean", "var"])), draw(axes(np.ndim(x)))
    keep = ", keepdims=True" if draw(st.booleans()) else ""
    return f"np.{function}({{0}}, axis={axis}{keep})"


class Row(NamedTuple):
    """One kind of step: its expressions, or what draws one; when they may be used; what is taken where they may not."""

    templates: list[str] | Callable[[Draw, Any], str]
    condition: Callable[[Any, Any], Any] = lambda x, y: True  # noqa: ARG005  # one signature for all conditions
    substitute: str = "np.sin({0})"


ROWS = {
    "elementwise": [
        *[Row(UNARY), Row(BINARY)] * 3,
        Row(CONSTANT),
        Row(POSITIVE, lambda x, _: np.min(x) >= MARGIN, "np.log(1.0 + np.square({0}))"),
        Row(QUOTIENT, lambda _, y: np.min(np.abs(y)) >= MARGIN, "{0} / (1.0 + np.square({1}))"),
    ],
    "views": [Row(indexed), Row(indexed), Row(reshaped), Row(transposed), Row(spread), Row(flipped)],
    "reductions": [Row(reduced)],
    "matmul": [Row(MATMUL, lambda x, y: np.ndim(x) and np.ndim(y), "np.ravel({0}) @ np.ravel({0})")],
    "joins": [Row(JOIN, lambda x, y: np.shape(x) == np.shape(y), "np.concatenate([np.ravel({0}), np.ravel({1})])")],
}


def programs(
    *,
    max_inputs: int = 3,
    max_steps: int = 8,
    shapes: Shapes = None,
    dtypes: DTypeLike = np.float64,
    families: Sequence[str] = tuple(ROWS),
    scalar: bool = False,
) -> SearchStrategy[Program]:
    """Draw a `Program`: one to `max_steps` NumPy calls on up to `max_inputs` arrays and Python floats.

    Operands are drawn from all that was computed before, so values are used several times, in diamonds, or never; some
    inputs are not used at all. Arrays do not exceed `shapes` (up to three axes of length 1 to 3; none empty) and
    broadcast together. `families` are some of "elementwise", "views", "reductions", "matmul" and "joins".
    ``scalar=True`` sums the value, for `grad`.

    Values are at most 10 in size and no function has a kink, so gradients are smooth and moderate. A failing example
    shrinks to few steps without dead ones on simple inputs, and prints as code that can be pasted.

    Raises `DataError` for a family that has no name here, or a dtype that is not real.

    >>> from hypothesis import given
    >>> import autograd as ag
    >>> @given(programs(scalar=True, max_inputs=1))
    ... def test_gradient(program):
    ...     (x,) = program.inputs
    ...     assert np.shape(ag.grad(program)(x)) == np.shape(x)
    >>> test_gradient()
    """
    if not families or any(family not in ROWS for family in families):
        raise DataError(f"programs(families={list(families)}): name one or more of {', '.join(ROWS)}.")
    if np.dtype(dtypes).kind != "f":
        raise DataError(f"programs(dtypes={dtypes!r}): the table of calls is for real numbers, such as np.float32.")
    sizes = as_shapes(shapes) if shapes is not None else small_shapes(1, 3)
    rows = [row for family in families for row in ROWS[family]]
    place = st.integers(0, 2 * ANY - 1)
    sketches = st.lists(
        st.tuples(st.sampled_from(rows), st.integers(0, 11), place, place),
        min_size=min(1, max_steps),
        max_size=max_steps,
    )
    return composed("programs", draw_program, sketches, max_inputs, sizes, np.dtype(dtypes), scalar)


def draw_program(draw: Draw, sketches: Any, max_inputs: int, shapes: Any, dtype: Any, scalar: bool) -> Program:
    """Shapes and the sketch of all steps first: Hypothesis draws early choices with the most variety."""
    keep_dead_steps, shape, sketch = draw(st.booleans()), draw(shapes), draw(sketches)
    inputs = draw_inputs(draw, draw(st.integers(1, max_inputs)), shape, dtype)
    values, steps = list(inputs), list[Step]()
    for row, variant, *places in sketch:
        step = draw_step(draw, values, row, variant, [(p if p < ANY else -1) % len(values) for p in places])
        steps.append(step)
        values.append(evaluate(step, values))
    last = len(values) - 1 if steps else 0
    if scalar and np.ndim(values[last]):
        steps.append(Step("np.sum({0})", (last,)))
    program = Program(tuple(inputs), tuple(steps))
    return program if keep_dead_steps else program.without_dead_steps()


def draw_inputs(draw: Draw, n: int, shape: tuple[int, ...], dtype: Any) -> list[Any]:
    """Python floats and contiguous arrays: an array's layout would not show in the code, but in the last bits."""
    entries = st.floats(-2, 2, width=16, allow_subnormal=False)  # short literals
    some = arrays(dtype, narrower(shape), elements=entries, layouts=["contiguous"], read_only=False)
    return [draw(some if draw(st.integers(0, 5)) else entries) for _ in range(n)]


def draw_step(draw: Draw, values: list[Any], row: Row, variant: int, places: list[int]) -> Step:
    """The drawn step if its operands fit, else what substitutes it, else a sine, which always fits."""
    x, y = (values[place] for place in places)
    template = row.templates(draw, x) if callable(row.templates) else row.templates[variant % len(row.templates)]
    candidates = [*([template] if row.condition(x, y) else []), row.substitute, "np.sin({0})"]
    steps = [Step(candidate, tuple(places[: 1 + ("{1}" in candidate)])) for candidate in candidates]
    return next((step for step in steps if is_tame(step, values)), steps[-1])


def is_tame(step: Step, values: list[Any]) -> bool:
    """Whether the step computes something, of moderate size; shapes that do not fit are found by trying."""
    try:
        value = evaluate(step, values)
    except ValueError:
        return False
    most = max(MOST_ENTRIES, *[np.size(values[place]) for place in step.operands])
    return 0 < np.size(value) <= most and bool(np.max(np.abs(value)) <= LARGEST)


def evaluate(step: Step, values: list[Any]) -> Any:
    """The value of a step, from its code."""
    names = {f"v{place}": values[place] for place in step.operands}
    with np.errstate(over="ignore"):  # an overflow is not tame; other warnings would be mistakes of the table
        return eval(step.template.format(*[f"v{place}" for place in step.operands]), {"np": np, **names})
