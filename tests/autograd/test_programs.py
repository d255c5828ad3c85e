"""Random programs (reuse, diamonds, dead branches) on the engine and on a naive oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor
from tests.autograd.naive import inputs

BINARY = ["add", "subtract", "multiply"]
UNARY = ["negative", "sin", "tanh"]
DUNDER = {"add": "__add__", "subtract": "__sub__", "multiply": "__mul__", "negative": "__neg__"}


@st.composite
def programs(draw):
    """Steps (op, places of operands): each reads values made before; the last is the result."""
    n = draw(st.integers(1, 3))
    values = draw(st.lists(st.floats(-1, 1, width=32), min_size=n, max_size=n))
    steps = []
    for made in range(n, n + draw(st.integers(1, 12))):
        op = draw(st.sampled_from(BINARY + UNARY))
        places = [draw(st.integers(0, made - 1)) for _ in range(2 if op in BINARY else 1)]
        steps.append((op, places))
    return values, steps


def run_tensors(values, steps):
    made = list(values)
    for op, places in steps:
        made.append(getattr(np, op)(*(made[i] for i in places)))
    return made


def run_duals(values, steps):
    made = inputs(values)
    for op, places in steps:
        made.append(getattr(made[places[0]], DUNDER.get(op, op))(*(made[i] for i in places[1:])))
    return made[-1]


@given(programs())
def test_gradients_of_random_programs_agree_with_the_oracle(program):
    values, steps = program
    expected = run_duals(values, steps)
    leaves = [Tensor(value) for value in values]
    result = run_tensors(leaves, steps)[-1]
    assert float(result) == pytest.approx(expected.value, rel=1e-12, abs=1e-12)
    result.backward()
    for leaf, slope in zip(leaves, expected.slope, strict=True):
        got = 0.0 if leaf.grad is None else float(leaf.grad)
        assert got == pytest.approx(slope, rel=1e-9, abs=1e-9)


@given(programs())
def test_the_functional_interface_and_forward_mode_agree_with_the_oracle(program):
    values, steps = program
    expected = run_duals(values, steps)

    def f(*xs):
        return run_tensors(xs, steps)[-1]

    gradient = ag.grad(f, argnums=tuple(range(len(values))))(*values)
    assert gradient == pytest.approx(expected.slope, rel=1e-9, abs=1e-9)
    _, tangent = ag.jvp(f, tuple(values), (1.0,) * len(values))
    assert tangent == pytest.approx(sum(expected.slope), rel=1e-9, abs=1e-9)


@given(programs(), st.integers(0, 2))
def test_hessians_of_random_programs_agree_with_differences_of_the_oracle(program, which):
    values, steps = program
    which %= len(values)
    hessian = ag.hessian(lambda x: run_tensors([x[i] for i in range(len(values))], steps)[-1])(np.array(values))
    h = 1e-5
    up, down = (run_duals([v + s * h * (i == which) for i, v in enumerate(values)], steps).slope for s in (1, -1))
    difference = (np.array(up) - np.array(down)) / (2 * h)
    np.testing.assert_allclose(hessian[:, which], difference, rtol=1e-4, atol=1e-4 * (1 + np.max(np.abs(difference))))
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-9, atol=1e-9 * (1 + np.max(np.abs(hessian))))


@given(st.data())
def test_broadcast_shapes_are_undone_for_any_pair(data):
    shape = data.draw(st.lists(st.integers(0, 3), max_size=3))
    a_shape, b_shape = (
        [1 if data.draw(st.booleans()) else n for n in shape][data.draw(st.integers(0, len(shape))) :] for _ in range(2)
    )
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=a_shape), rng.normal(size=b_shape)
    ga, gb = ag.grad(lambda a, b: np.sum(a * b), (0, 1))(a, b)
    assert (np.shape(ga), np.shape(gb)) == (a.shape, b.shape)
    full = np.broadcast_shapes(a.shape, b.shape)
    if np.size(ga):
        direction = rng.normal(size=a_shape)
        expected = np.sum(np.broadcast_to(direction, full) * np.broadcast_to(b, full))
        assert np.sum(ga * direction) == pytest.approx(expected, rel=1e-12, abs=1e-12)
