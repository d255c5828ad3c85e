"""Six trainings with a usual mistake in each, and what the training doctor says of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import cycle, islice
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np

from autograd import no_grad
from nn.data import DataLoader, TensorDataset, datasets
from nn.layers import Dropout, Linear, ReLU, Sequential, Softmax
from nn.losses import CrossEntropyLoss
from nn.models import MLP
from nn.module import Module
from nn.optim import SGD, Adam, Optimizer
from nn.recipes.pictures import blank
from nn.recipes.run import Run
from nn.sharing import ImageInput
from nn.train import Doctor

__all__ = ["SCRIPTS", "Training", "run"]

STEPS = 60
Digits = tuple[Any, Any]


class Training(NamedTuple):
    """What a script trains, and how its loop is written."""

    model: Module
    optimizer: Optimizer
    loss: Callable[[Any, Any], Any] = CrossEntropyLoss()
    clears: bool = True  # the gradients before each step
    tests: bool = False  # the model after every tenth step, ...
    in_evaluation_mode: bool = True  # ... and whether with dropout switched off


def run(run: Run) -> None:
    """Six broken training scripts: the training doctor says of each what is wrong, and nothing once it is repaired."""
    x, y = datasets.digits()
    digits = x.reshape(len(x), -1), y
    diagnosed = healthy = 0
    curves: dict[str, list[list[float]]] = {}
    for name, (script, mistake) in SCRIPTS.items():
        broken, repaired = (trained(script(run.rng, wrong), digits, run) for wrong in (True, False))
        diagnosed += [finding.name for finding in broken[0]] == [mistake]
        healthy += not repaired[0]
        curves[name] = [broken[1], repaired[1]]
        print(
            f"\n{name}:", *(fill(f.text, 100, initial_indent="  ", subsequent_indent="  ") for f in broken[0]), sep="\n"
        )
    run.figure(f"of {len(SCRIPTS)} broken scripts diagnosed, and by nothing else", diagnosed, "exactly", 6)
    run.figure(f"of {len(SCRIPTS)} repaired scripts without a finding", healthy, "exactly", 6)
    run.plot(picture(curves), "losses")
    run.save(
        repaired[2], input=ImageInput((1, 8, 8), flatten=True), classes=list("0123456789"), card={"name": "doctor"}
    )


def trained(training: Training, digits: Digits, run: Run) -> tuple[Any, list[float], Module]:
    """What the doctor finds in a training, the losses of its steps, and the model."""
    model, optimizer, loss, *_ = training
    losses: list[float] = []
    with warnings.catch_warnings(action="ignore"), Doctor(model, optimizer, loss=loss) as doctor:
        batches = DataLoader(TensorDataset(*digits), 64, shuffle=True, rng=run.rng)
        for x, y in islice(cycle(batches), run.some(STEPS, 30)):
            if training.clears:
                optimizer.zero_grad()
            value = loss(model(x), y)
            value.backward()
            doctor.check(value, (x, y))
            optimizer.step()
            losses.append(value.item())
            if training.tests and len(losses) % 10 == 0:
                model.train(not training.in_evaluation_mode)
                with no_grad():
                    model(digits[0])
                model.train()
    return doctor.findings, losses, model


# ---------------------------------------------------------------------------------------------------- the six scripts


def shapes(rng: np.random.Generator, wrong: bool) -> Training:
    """The digit as a number from 0 to 1: predictions (N, 1) less targets (N,) are (N, N) errors."""
    model = MLP(64, 32, 1, rng=rng)

    def loss(prediction: Any, y: Any) -> Any:
        target = y.astype(np.float32) / 9
        return np.mean((prediction - (target if wrong else target[:, None])) ** 2)

    return Training(model, Adam(model.parameters(), lr=1e-2), loss)


def uncleared(rng: np.random.Generator, wrong: bool) -> Training:
    """Without zero_grad, each step follows the sum of all gradients so far."""
    model = MLP(64, 32, 10, rng=rng)
    return Training(model, SGD(model.parameters(), lr=0.1), clears=not wrong)


def dead(rng: np.random.Generator, wrong: bool) -> Training:
    """Biases far below 0 keep every ReLU off, and what is off has no gradient."""
    hidden = Linear(64, 32, rng=rng)
    if wrong:
        hidden.bias.data -= 20  # type: ignore[union-attr]
    model = Sequential(hidden, ReLU(), Linear(32, 10, rng=rng))
    return Training(model, Adam(model.parameters(), lr=1e-2))


def twice(rng: np.random.Generator, wrong: bool) -> Training:
    """A softmax at the end of the model, before the one that is in the loss."""
    model = Sequential(*MLP(64, 32, 10, rng=rng), *([Softmax(-1)] if wrong else []))
    return Training(model, Adam(model.parameters(), lr=1e-2))


def leap(rng: np.random.Generator, wrong: bool) -> Training:
    """A learning rate a thousand times too large."""
    model = MLP(64, 32, 10, rng=rng)
    return Training(model, Adam(model.parameters(), lr=10 if wrong else 1e-2))


def untested(rng: np.random.Generator, wrong: bool) -> Training:
    """Tested without model.eval(), so that dropout drops units of what is judged."""
    model = Sequential(Linear(64, 32, rng=rng), ReLU(), Dropout(0.3, rng=rng), Linear(32, 10, rng=rng))
    return Training(model, Adam(model.parameters(), lr=1e-2), tests=True, in_evaluation_mode=not wrong)


#: The scripts, and the name of what the doctor is to find.
SCRIPTS: dict[str, tuple[Callable[[np.random.Generator, bool], Training], str]] = {
    "shapes that are not alike": (shapes, "each-with-each"),
    "gradients that are not cleared": (uncleared, "zero-grad"),
    "ReLUs that are dead": (dead, "dead-relu"),
    "one softmax too many": (twice, "softmax-twice"),
    "steps that are too long": (leap, "learning-rate"),
    "tested in training mode": (untested, "train-mode"),
}


def picture(curves: dict[str, list[list[float]]]) -> Any:
    """The losses of every script, broken and repaired."""
    figure = blank(11, 6)
    for axes, (name, (broken, repaired)) in zip(figure.subplots(2, 3).flat, curves.items(), strict=True):
        axes.plot(broken, color="#dc2626", label="broken")
        axes.plot(repaired, color="#2563eb", label="repaired")
        axes.set(title=name, xlabel="step", ylabel="loss", yscale="log")
        axes.legend()
    return figure
