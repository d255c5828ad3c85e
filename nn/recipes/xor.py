"""Exclusive or: no line parts its points, two hidden units do."""

from __future__ import annotations

import numpy as np

from nn import functional
from nn.layers import Linear, Sequential, Tanh
from nn.models import MLP
from nn.optim import SGD
from nn.recipes.pictures import blank
from nn.recipes.run import Run
from nn.sharing import TableInput

__all__ = ["run"]

X, Y = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]], np.float32), np.array([[0], [1], [1], [0]], np.float32)
STEPS, SOLVED = 6000, 0.01


def run(run: Run) -> None:
    """A 2-2-1 network for exclusive or, by hand and trained from 100 seeds: all 4 right from at least 95."""
    run.figure("by hand, of 4 right", right(by_hand()), "exactly", 4)
    count = run.some(100, 2)
    solved, curves = 0, []
    for seed in range(run.seed, run.seed + count):
        model, losses = trained(seed)
        solved += right(model) == 4
        curves.append(losses)
    run.figure(f"seeds of {count} with 4 of 4 right", solved, "at least", 0.95 * count)
    figure = blank(6, 4)
    axes = figure.subplots()
    for losses in curves:
        axes.plot(losses, color="#2563eb", alpha=0.3)
    axes.set(xlabel="step", ylabel="loss", yscale="log", title=f"{count} starts: long flat, then steep")
    run.plot(figure, "loss")
    run.save(model, input=TableInput(("a", "b")), classes=("same", "different"), card={"name": "xor"})


def by_hand() -> Sequential:
    """One hidden unit says "one of them", the other "both"; the output is the first and not the second."""
    model = MLP(2, 2, 1, activation="tanh")
    weights = [[[9, 9], [9, 9]], [9, -9], [[9, -9]], [-9]]
    for p, value in zip(model.parameters(), weights, strict=True):
        p.data = np.array(value, np.float32)
    return model


def trained(seed: int) -> tuple[Sequential, list[float]]:
    """A network trained on the four points, and its losses.

    Very small weights at first: the hidden units are then nearly linear, and grow slowly into what is missing. From
    weights of the usual size every other start ends in a flat place with two points right.
    """
    rng = np.random.default_rng(seed)
    model = Sequential(Linear(2, 2, rng=rng), Tanh(), Linear(2, 1, rng=rng))
    for p in model.parameters():
        p.data = rng.normal(0, 0.01, p.shape).astype(np.float32)
    optimizer = SGD(model.parameters(), lr=4.0, momentum=0.8)
    losses: list[float] = []
    while len(losses) < STEPS and (not losses or losses[-1] > SOLVED):
        loss = functional.binary_cross_entropy_with_logits(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


def right(model: Sequential) -> int:
    """How many of the four points are on the right side."""
    return int(np.sum((model(X).data > 0) == (Y > 0)))
