"""Boltzmann machines against their definition, all states enumerated."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np

from nn.layers import Linear, Sigmoid
from nn.models import DBN, RBM
from nn.sharing import load_model, save_model

VISIBLE, HIDDEN = 4, 3


def states(n: int) -> Any:
    return np.array(list(itertools.product([0.0, 1.0], repeat=n)))


def machine(seed: int = 0) -> RBM:
    rng = np.random.default_rng(seed)
    rbm = RBM(VISIBLE, HIDDEN, rng).to(np.float64)
    for p in rbm.parameters():
        p.data = rng.normal(0, 1, p.shape)
    return rbm


def joint(rbm: RBM) -> Any:
    """exp(-E(v, h)) of every v (rows) and every h (columns), normalized."""
    v, h = states(VISIBLE), states(HIDDEN)
    w, b, c = rbm.weight.data, rbm.visible_bias.data, rbm.hidden_bias.data
    p = np.exp((v @ b)[:, None] + h @ c + v @ w.T @ h.T)
    return p / p.sum()


def test_the_free_energy_is_that_of_all_hidden_states_together() -> None:
    rbm = machine()
    p = np.exp(-rbm.free_energy(states(VISIBLE)).data)
    np.testing.assert_allclose(p / p.sum(), joint(rbm).sum(axis=1), rtol=1e-12)


def test_the_conditional_probabilities_are_those_of_the_joint_ones() -> None:
    rbm = machine()
    p, v, h = joint(rbm), states(VISIBLE), states(HIDDEN)
    np.testing.assert_allclose(rbm(v).data, p @ h / p.sum(axis=1, keepdims=True), rtol=1e-12)
    np.testing.assert_allclose(rbm.visible(h).data, p.T @ v / p.sum(axis=0)[:, None], rtol=1e-12)


def test_the_contrast_has_the_gradient_that_the_papers_write() -> None:
    rbm, rng = machine(), np.random.default_rng(1)
    data, chain = (rng.integers(0, 2, (6, VISIBLE)).astype(float) for _ in range(2))
    rbm.contrast(data, chain).backward()
    of_data, of_chain = rbm(data).data, rbm(chain).data
    np.testing.assert_allclose(rbm.weight.grad, (of_chain.T @ chain - of_data.T @ data) / 6, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(rbm.visible_bias.grad, chain.mean(0) - data.mean(0), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(rbm.hidden_bias.grad, of_chain.mean(0) - of_data.mean(0), rtol=1e-12, atol=1e-15)


def test_the_contrast_with_the_models_own_states_is_the_slope_of_the_likelihood() -> None:
    rbm, data = machine(), states(VISIBLE)[[1, 3, 3, 6]]
    shares = joint(rbm).sum(axis=1)
    own = np.repeat(states(VISIBLE), np.round(shares * 1_000_000).astype(int), axis=0)
    rbm.contrast(data, own).backward()
    found, step = rbm.weight.grad[1, 2], 1e-5

    def likelihood(change: float) -> float:
        rbm.weight.data = rbm.weight.data + change * np.outer([0, 1, 0], [0, 0, 1, 0])
        value = np.mean(np.log(joint(rbm).sum(axis=1)[[1, 3, 3, 6]]))
        rbm.weight.data = rbm.weight.data - change * np.outer([0, 1, 0], [0, 0, 1, 0])
        return float(value)

    slope = (likelihood(step) - likelihood(-step)) / (2 * step)
    np.testing.assert_allclose(found, -slope, atol=1e-5)


def test_a_long_walk_ends_in_the_models_distribution() -> None:
    rbm = machine()
    walked = rbm.walked(np.zeros((40_000, VISIBLE)), steps=40)
    shares = np.bincount((walked @ [8, 4, 2, 1]).astype(int), minlength=16) / len(walked)
    np.testing.assert_allclose(shares, joint(rbm).sum(axis=1), atol=0.01)  # 4 deviations of the most frequent state


def test_the_pseudo_likelihood_adds_up_what_each_unit_says_of_itself() -> None:
    rbm, v = machine(), states(VISIBLE)
    p = joint(rbm).sum(axis=1)
    own = 0.0
    for i in range(VISIBLE):
        other = np.arange(16) ^ (8 >> i)  # the state with this unit flipped
        own += np.mean(np.log(p / (p + p[other])))
    found = np.mean([rbm.pseudo_likelihood(v, np.full(16, i)) for i in range(VISIBLE)])
    np.testing.assert_allclose(found, own, rtol=1e-12)


def test_the_classifier_begins_with_the_machines_and_does_not_move_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    belief = DBN(6, 5, 4, rng=rng)
    for p in belief.parameters():
        p.data = rng.normal(0, 1, p.shape).astype(np.float32)
    network, v = belief.classifier(3, rng), rng.random((7, 6), np.float32)
    hidden = v
    for layer in [*network.children()][:-1]:
        hidden = layer(hidden)
    np.testing.assert_allclose(hidden.data, belief(v).data, rtol=1e-6)
    assert [type(layer) for layer in network.children()] == [Linear, Sigmoid, Linear, Sigmoid, Linear]
    assert [data.shape for _, data in belief.layers(v)] == [(7, 6), (7, 5)]
    before = belief.rbms[0].weight.data.copy()
    network[0].weight.data += 1
    np.testing.assert_array_equal(belief.rbms[0].weight.data, before)
    save_model(belief, tmp_path / "dbn.zip")
    np.testing.assert_array_equal(load_model(tmp_path / "dbn.zip")(v).data, belief(v).data)
