"""A pole on a cart, kept upright: a policy that is made more likely to do again what turned out well."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import no_grad
from autograd.optional import optional
from nn import functional
from nn.models import MLP
from nn.optim import Adam
from nn.optim.lr_scheduler import ExponentialLR
from nn.recipes.pictures import blank
from nn.recipes.run import Run
from nn.sharing import TableInput

__all__ = ["played", "returns_to_go", "run"]

STATE = ("cart position", "cart velocity", "pole angle", "pole angular velocity")
GAMMA = 0.99
EPISODES = 16  # played side by side, so that one call of the network decides for all
SOLVED, BATCHES = 490, 10  # the mean of so many batches says that it has learned enough


def run(run: Run) -> None:
    """Policy gradient with a learned baseline on CartPole-v1: mean return of 100 episodes at least 475."""
    environments = made(run.some(EPISODES, 2))
    policy, value = MLP(4, 64, 2, activation="tanh", rng=run.rng), MLP(4, 64, 1, activation="tanh", rng=run.rng)
    optimizer = Adam([*policy.parameters(), *value.parameters()], lr=1e-2)
    schedule = ExponentialLR(optimizer, 0.98)  # long steps to find a policy, short ones to keep it
    means: list[float] = []
    while len(means) < run.epochs(250) and sum(means[-BATCHES:]) < SOLVED * BATCHES:
        episodes = played(policy, environments, run.rng)
        means.append(float(np.mean([len(rewards) for _, _, rewards in episodes])))
        improve(policy, value, optimizer, episodes)
        schedule.step()
        if len(means) % 10 == 0:
            print(f"after {len(means)} x {len(environments)} episodes: mean return {means[-1]:.1f}")
    greedy = [float(sum(rewards)) for _, _, rewards in played(policy, made(run.some(100, 2)), run.rng, greedy=True)]
    run.figure(f"mean return of {len(greedy)} episodes", np.mean(greedy), "at least", 475)
    run.plot(picture(means), "returns")
    about = {"name": "cartpole", "task": "Push the cart to the left or the right?", "data": "gymnasium's CartPole-v1"}
    run.save(policy, input=TableInput(STATE), classes=("left", "right"), card=about)


def made(count: int) -> list[Any]:
    """So many carts with a pole on each."""
    make = optional("gymnasium", "rl", "the recipe cartpole").make
    return [make("CartPole-v1") for _ in range(count)]


def played(
    policy: MLP, environments: list[Any], rng: np.random.Generator, *, greedy: bool = False
) -> list[tuple[Any, Any, Any]]:
    """An episode in each environment: its states (T, 4), its actions (T,) and its rewards (T,).

    Actions are drawn from the policy's probabilities, or, if `greedy`, the likeliest is taken.
    """
    states = [environment.reset(seed=int(rng.integers(2**31)))[0] for environment in environments]
    episodes: list[list[tuple[Any, int, float]]] = [[] for _ in environments]
    running = list(range(len(environments)))
    while running:
        with no_grad():
            logits = policy(np.array([states[i] for i in running], np.float32)).data
        noise = 0 if greedy else rng.gumbel(size=logits.shape)  # the largest of them is then a draw from the softmax
        for i, action in zip(running.copy(), np.argmax(logits + noise, axis=1).tolist(), strict=True):
            state, reward, fell, over, _ = environments[i].step(action)
            episodes[i].append((states[i], action, float(reward)))
            states[i] = state
            if fell or over:
                running.remove(i)
    return [tuple(map(np.array, zip(*episode, strict=True))) for episode in episodes]  # type: ignore[misc]


def returns_to_go(rewards: Any, gamma: float = GAMMA) -> Any:
    """What follows each step: its reward, and the later ones discounted."""
    result, following = np.empty(len(rewards), np.float32), 0.0
    for t in reversed(range(len(rewards))):
        result[t] = following = rewards[t] + gamma * following
    return result


def improve(policy: MLP, value: MLP, optimizer: Adam, episodes: list[Any]) -> None:
    """A step of the policy gradient (Williams, 1992, REINFORCE), with its baseline learned beside it.

    What came after an action, less what was expected of the state, says how much likelier the action is to become. The
    expectation changes no gradient in the mean, and makes it far less noisy (Sutton and others, 1999).
    """
    states = np.concatenate([states for states, _, _ in episodes]).astype(np.float32)
    actions = np.concatenate([actions for _, actions, _ in episodes])
    returns = np.concatenate([returns_to_go(rewards) for _, _, rewards in episodes]) * np.float32(1 - GAMMA)
    expected = value(states)[:, 0]
    advantage = returns - expected.data
    advantage /= advantage.std() + np.float32(1e-6)
    likelihood = functional.log_softmax(policy(states), -1)[np.arange(len(actions)), actions]
    loss = -np.mean(likelihood * advantage) + 10 * functional.mse_loss(expected, returns)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def picture(means: list[float]) -> Any:
    """How long the pole stood, batch by batch."""
    figure = blank(6, 4)
    axes = figure.subplots()
    axes.plot(range(1, len(means) + 1), means, color="#2563eb")
    axes.axhline(475, color="#6b7280", linestyle=":", label="475")
    axes.set(xlabel=f"batch of {EPISODES} episodes", ylabel="mean return", title="Steps for which the pole stood")
    axes.legend()
    return figure
