"""Random programs (reuse, diamonds, dead branches, views, reductions, matmul) on the engine and on a naive oracle."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor
from autograd.testing.strategies import arrays, broadcastable, indices, programs
from tests.autograd import naive

SEEDS = st.integers(0, 9)


def weights_for(value, seed):
    """A random cotangent: under one of ones, gradients that should differ may agree."""
    return np.random.default_rng(seed).uniform(0.5, 1.5, np.shape(value))


def assert_close(got, expected):
    scale = 1 + np.max(np.abs(expected), initial=0)
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12 * scale)


def gradients(leaves):
    """Of all leaves in one row; a leaf that nothing used has none."""
    return np.concatenate([np.ravel(np.zeros(t.shape) if t.grad is None else t.grad) for t in leaves])


def in_one_row(arrays):
    return np.concatenate([np.ravel(x) for x in arrays])


@settings(max_examples=300)
@given(programs(), SEEDS)
def test_values_and_gradients_agree_with_the_oracle(program, seed):
    expected, jacobian = naive.jacobian(program, program.inputs)
    leaves = [Tensor(x) for x in program.inputs]
    result = program(*leaves)
    np.testing.assert_array_equal(result.data, program(*program.inputs), strict=np.ndim(result.data) > 0)
    assert_close(result.data, expected)
    weights = weights_for(expected, seed)
    result.backward(weights)
    assert [np.shape(t.grad) for t in leaves if t.grad is not None] == [t.shape for t in leaves if t.grad is not None]
    assert_close(gradients(leaves), np.ravel(weights) @ jacobian)


@given(programs(), SEEDS)
def test_the_functional_interface_and_forward_mode_agree_with_the_oracle(program, seed):
    expected, jacobian = naive.jacobian(program, program.inputs)
    weights = weights_for(expected, seed)
    _, pullback = ag.vjp(program, *program.inputs)
    pulled = pullback(weights if np.shape(weights) else float(weights))
    assert_close(in_one_row(pulled if len(program.inputs) > 1 else [pulled]), np.ravel(weights) @ jacobian)
    directions = [weights_for(x, seed + 1) for x in program.inputs]
    _, tangent = ag.jvp(program, program.inputs, tuple(directions))
    assert_close(np.ravel(tangent), jacobian @ in_one_row(directions))


@settings(max_examples=150)
@given(programs(scalar=True, max_steps=6))
def test_hessians_agree_with_duals_of_duals(program):
    places = tuple(range(len(program.inputs)))
    blocks = ag.hessian(program, places)(*program.inputs)
    sizes = [np.size(x) for x in program.inputs]
    rows = [
        [np.reshape(block, (sizes[i], sizes[j])) for j, block in enumerate(row)] for i, row in enumerate(blocks)
    ]  # fmt: skip
    assert_close(np.block(rows), naive.hessian(program, program.inputs))


@settings(max_examples=25)
@given(programs(max_steps=5), SEEDS)
def test_the_oracle_agrees_with_finite_differences(program, seed):
    _, jacobian = naive.jacobian(program, program.inputs)
    direction = [weights_for(x, seed) for x in program.inputs]
    up, down = (program(*[x + h * d for x, d in zip(program.inputs, direction, strict=True)]) for h in (1e-6, -1e-6))
    slope = np.ravel(up - down) / 2e-6
    np.testing.assert_allclose(slope, jacobian @ in_one_row(direction), rtol=1e-5, atol=1e-5 * (1 + np.max(abs(slope))))


@given(programs(), SEEDS)
def test_backward_twice_adds_exactly_twice(program, seed):
    leaves = [Tensor(x) for x in program.inputs]
    result = program(*leaves)
    weights = weights_for(result.data, seed)
    result.backward(weights)
    once = gradients(leaves)
    result.backward(weights, retain_graph=False)
    np.testing.assert_array_equal(gradients(leaves), 2 * once)


@given(programs(), SEEDS, st.sampled_from([copy.deepcopy, lambda graph: pickle.loads(pickle.dumps(graph))]))
def test_a_copied_graph_has_the_same_gradients_and_shares_nothing(program, seed, duplicate):
    leaves = [Tensor(x) for x in program.inputs]
    result = program(*leaves)
    copied_leaves, copied = duplicate((leaves, result))
    weights = weights_for(result.data, seed)
    copied.backward(weights)
    assert all(t.grad is None for t in leaves)
    result.backward(weights)
    np.testing.assert_array_equal(gradients(copied_leaves), gradients(leaves))


@given(programs(), SEEDS)
def test_dead_steps_change_nothing(program, seed):
    live = program.without_dead_steps()
    leaves, live_leaves = ([Tensor(x) for x in p.inputs] for p in (program, live))
    result, live_result = program(*leaves), live(*live_leaves)
    for value in (result, live_result):
        value.backward(weights_for(value.data, seed))
    np.testing.assert_array_equal(result.data, live_result.data)
    found = [t.grad for t in leaves if t.grad is not None]
    assert len(found) == len(live_leaves)
    for got, t in zip(found, live_leaves, strict=True):
        np.testing.assert_array_equal(got, t.grad)


@given(programs(), SEEDS)
def test_gradients_that_can_be_differentiated_again_are_the_same_gradients(program, seed):
    leaves, others = ([Tensor(x) for x in program.inputs] for _ in range(2))
    result, other = program(*leaves), program(*others)
    weights = weights_for(result.data, seed)
    result.backward(weights)
    other.backward(weights, create_graph=True)
    for t, u in zip(leaves, others, strict=True):
        assert (t.grad is None) == (u.grad is None)
        if t.grad is not None:
            assert_close(u.grad.data, t.grad)


@given(st.data())
def test_gradients_through_any_index_agree_with_the_oracle(data):
    x = data.draw(arrays(float, st.sampled_from([(3,), (2, 3), (2, 1, 3)])))
    index = data.draw(indices(x.shape))
    expected, jacobian = naive.jacobian(lambda x: x[index], [x])
    value, pullback = ag.vjp(lambda x: x[index], x)
    np.testing.assert_array_equal(value, expected)
    weights = weights_for(value, 0)
    assert_close(np.ravel(pullback(weights)), np.ravel(weights) @ jacobian)


@given(broadcastable(2, np.float64))
def test_broadcast_shapes_are_undone_for_any_pair(pair):
    a, b = pair
    ga, gb = ag.grad(lambda a, b: np.sum(a * b), (0, 1))(a, b)
    assert (np.shape(ga), np.shape(gb)) == (a.shape, b.shape)
    full = np.broadcast_shapes(a.shape, b.shape)
    direction = weights_for(a, 0)
    expected = np.sum(np.broadcast_to(direction, full) * np.broadcast_to(b, full))
    assert np.sum(ga * direction) == pytest.approx(expected, rel=1e-12, abs=1e-12)
