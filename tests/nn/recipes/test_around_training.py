"""What surrounds a training: transfer, overfitting, optimizers, search, the doctor, a policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import MissingDependencyError
from nn import functional, optim
from nn.data import datasets
from nn.models import MLP, HeadedCNN
from nn.recipes import cartpole, doctor, optimizers, overfit, surfaces, transfer, tune
from nn.recipes.run import Run
from nn.sharing import freeze


@pytest.fixture
def quick(tmp_path: Path) -> Run:
    return Run(tmp_path, quick=True)


# ------------------------------------------------------------------------------------------------------------ transfer


def test_features_and_head_have_the_shapes_that_the_docstring_says(rng: np.random.Generator) -> None:
    model, x = HeadedCNN(5, rng), rng.random((2, 1, 28, 28)).astype(np.float32)
    assert model.features(x).shape == (2, 1600)
    assert model(x).shape == (2, 5)


def test_as_many_labels_of_each_class_are_drawn(rng: np.random.Generator) -> None:
    y = rng.integers(0, transfer.CLASSES, 500)
    rows = transfer.few(y, rng)
    assert len(set(rows)) == len(rows)
    assert np.bincount(y[rows]).tolist() == [transfer.LABELS] * transfer.CLASSES


def test_training_a_new_head_leaves_frozen_features_as_they_were(quick: Run) -> None:
    model = freeze(HeadedCNN(5, quick.rng), "features")
    x, y = quick.rng.random((40, 1, 28, 28)).astype(np.float32), np.arange(40) % 5
    features, head = transfer.in_memory(model.features), transfer.in_memory(model.head)
    transfer.learned(model, x, y, (x, y), quick)
    assert transfer.in_memory(model.features) == features
    assert all(a != b for a, b in zip(transfer.in_memory(model.head), head, strict=True))


# ------------------------------------------------------------------------------------------------------------- overfit


def test_each_way_differs_from_the_plain_one_in_one_thing() -> None:
    plain = overfit.WAYS["plain"]
    others = [way for name, way in overfit.WAYS.items() if name != "plain"]
    assert [sum(a is not b and a != b for a, b in zip(way, plain, strict=True)) for way in others] == [1] * 4


def test_the_table_has_medians_and_the_gap_between_them() -> None:
    rows = overfit.report({"plain": [(1.0, 0.5), (0.75, 0.25), (1.0, 0.75)]}).splitlines()
    assert rows[1].split() == ["plain", "1.0000", "0.5000", "0.5000"]


# ---------------------------------------------------------------------------------------------------------- optimizers


def test_every_optimizer_takes_part() -> None:
    kinds = {getattr(make, "func", make).__name__ for make in optimizers.OPTIMIZERS.values()}
    assert kinds == {name for name in optim.__all__ if name[0].isupper()} - {"Optimizer"}


@pytest.mark.parametrize(("place", "x", "y"), [("Rosenbrock", 1, 1), ("Beale", 3, 0.5), ("saddle", 0, np.sqrt(2))])
def test_a_surface_is_flat_and_least_where_it_should_be(
    place: str, x: float, y: float, rng: np.random.Generator
) -> None:
    surface = surfaces.SURFACES[place]
    assert surface.f(x, y) == pytest.approx(surface.least, abs=1e-12)
    np.testing.assert_allclose(ag.grad(surface.f, (0, 1))(float(x), float(y)), 0, atol=1e-12)
    left, right, low, high = surface.window
    assert np.all(surface.f(rng.uniform(left, right, 1000), rng.uniform(low, high, 1000)) >= surface.least - 1e-12)


def test_a_path_is_that_of_the_recurrence_by_hand() -> None:
    x, y = surfaces.SURFACES["saddle"].start
    expected = [(x, y)]
    for _ in range(20):
        x, y = x - 0.1 * 2 * x, y - 0.1 * (y**3 - 2 * y)
        expected.append((x, y))
    found = surfaces.path(surfaces.SURFACES["saddle"], optim.SGD, 20, 0.1)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_path_that_leaves_all_bounds_ends_where_it_was_before() -> None:
    found = surfaces.path(surfaces.SURFACES["Rosenbrock"], optim.SGD, 50, 1.0)
    assert found.shape == (51, 2)
    assert np.abs(found).max() < 100
    np.testing.assert_array_equal(found[1:], found[[-1] * 50])


# ---------------------------------------------------------------------------------------------------------------- tune


def test_the_default_has_the_estimators_own_parameters(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    from nn.sklearn import NeuralClassifier

    given, usual = tune.default(Run(tmp_path)).steps[-1][1].get_params(), NeuralClassifier().get_params()
    assert {name for name in usual if given[name] != usual[name]} == {"random_state"}


# -------------------------------------------------------------------------------------------------------------- doctor


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", doctor.SCRIPTS)
def test_a_broken_script_is_diagnosed_and_a_repaired_one_is_not(name: str, seed: int, tmp_path: Path) -> None:
    run = Run(tmp_path, seed=seed, quick=True)
    script, mistake = doctor.SCRIPTS[name]
    x, y = datasets.digits()
    for wrong, expected in [(True, [mistake]), (False, [])]:
        findings, losses, _ = doctor.trained(script(run.rng, wrong), (x.reshape(len(x), -1), y), run)
        assert [finding.name for finding in findings] == expected
        assert len(losses) == 30


# ------------------------------------------------------------------------------------------------------------ cartpole


class Corridor:
    """An episode of so many steps, whose state counts them; gymnasium's interface."""

    def __init__(self, length: int) -> None:
        self.length = length

    def reset(self, seed: int) -> Any:
        self.at = 0
        return np.zeros(4), {}

    def step(self, action: int) -> Any:
        assert action in (0, 1)
        self.at += 1
        return np.full(4, self.at), 1.0, self.at == self.length, False, {}


def test_returns_are_discounted_from_the_end() -> None:
    assert cartpole.returns_to_go(np.array([1.0, 0.0, 2.0]), 0.5).tolist() == [1.5, 1.0, 2.0]


def test_episodes_of_different_lengths_are_played_side_by_side(rng: np.random.Generator) -> None:
    episodes = cartpole.played(MLP(4, 3, 2, rng=rng), [Corridor(2), Corridor(5), Corridor(1)], rng)
    assert [len(rewards) for _, _, rewards in episodes] == [2, 5, 1]
    for states, actions, rewards in episodes:
        np.testing.assert_array_equal(states[:, 0], np.arange(len(rewards)))  # those in which it acted
        assert actions.shape == rewards.shape


def test_actions_are_drawn_from_the_policys_probabilities(rng: np.random.Generator) -> None:
    policy = MLP(4, 3, 2, rng=rng)
    policy[-1].weight.data *= 0
    policy[-1].bias.data = np.log(np.array([0.2, 0.8], np.float32))
    ((_, actions, _),) = cartpole.played(policy, [Corridor(3000)], rng)
    assert actions.mean() == pytest.approx(0.8, abs=0.03)  # four standard deviations
    ((_, actions, _),) = cartpole.played(policy, [Corridor(10)], rng, greedy=True)
    assert actions.tolist() == [1] * 10


def test_what_turned_out_better_than_expected_becomes_likelier(rng: np.random.Generator) -> None:
    policy, value = MLP(4, 8, 2, activation="tanh", rng=rng), MLP(4, 8, 1, activation="tanh", rng=rng)
    optimizer = optim.Adam([*policy.parameters(), *value.parameters()], lr=1e-2)
    state = np.ones((1, 4), np.float32)
    episodes = [(state, np.array([action]), np.array([reward])) for action, reward in [(0, 1.0), (1, 3.0)]]
    before = functional.softmax(policy(state), -1).data[0, 1]
    for _ in range(60):
        cartpole.improve(policy, value, optimizer, episodes)
    assert functional.softmax(policy(state), -1).data[0, 1] > max(before, 0.9)
    assert value(state).item() == pytest.approx(2 * (1 - cartpole.GAMMA), abs=5e-3)  # what is expected: the mean


def test_without_gymnasium_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gymnasium", None)
    with pytest.raises(MissingDependencyError, match=r"chainrule\[rl\]"):
        cartpole.made(1)
