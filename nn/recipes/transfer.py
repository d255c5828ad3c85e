"""Transfer: what a network has learned from five digits serves for five others, of which few are labelled."""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import Any

import numpy as np

from nn.data import DataLoader, TensorDataset, augment, datasets
from nn.layers import Linear
from nn.losses import CrossEntropyLoss
from nn.models import HeadedCNN
from nn.module import Module
from nn.optim import Adam
from nn.recipes.pictures import blank
from nn.recipes.run import Run
from nn.sharing import ImageInput, freeze
from nn.train import Trainer

__all__ = ["run"]

LABELS = 20  # of each of the new digits
CLASSES = 5
DRAWS = 5
#: What the features are learned from: the more ways to write a digit they have met, the more they serve for others.
MOVED = augment.Compose(augment.shift, partial(augment.rotate, degrees=15), partial(augment.scale, low=0.85, high=1.15))


def run(run: Run) -> None:
    """Learned from digits 0-4, frozen, a new head for 5-9 with 20 labels a class: 3 points above starting anew."""
    (x, y), (x_test, y_test) = run.load(datasets.mnist)
    old, new, tested = y < CLASSES, y >= CLASSES, y_test >= CLASSES
    model = HeadedCNN(CLASSES, run.rng)
    loader = DataLoader(TensorDataset(x[old], y[old]), 64, shuffle=True, rng=run.rng, transform=MOVED)
    trainer(model, 2e-3, run).fit(loader, epochs=run.epochs(2), checkpoint=run.checkpoint)
    freeze(model, "features")
    before = in_memory(model.features)

    x, y, test = x[new], y[new] - CLASSES, (x_test[tested], y_test[tested] - CLASSES)
    moved, anew = [], []
    for draw in range(run.some(DRAWS, 1)):
        rows = few(y, run.rng)
        model.head = Linear(1600, CLASSES, rng=run.rng)
        moved.append(learned(model, x[rows], y[rows], test, run))
        anew.append(learned(HeadedCNN(CLASSES, run.rng), x[rows], y[rows], test, run))
        print(f"labels drawn for the {draw + 1}. time: {moved[-1]:.4f} with what was learned, {anew[-1]:.4f} anew")
    gain = median(a - b for a, b in zip(moved, anew, strict=True))
    run.figure(f"points above starting anew, median of {len(moved)} draws", 100 * gain, "at least", 3)
    changed = sum(a != b for a, b in zip(before, in_memory(model.features), strict=True))
    run.figure("frozen arrays that have changed by a bit", changed, "exactly", 0)
    run.plot(picture(moved, anew), "transfer")
    about = {"name": "transfer", "data": "MNIST: all of 0-4, then 20 each of 5-9", "task": "Which of 5-9 is it?"}
    run.save(model, input=ImageInput((1, 28, 28)), classes=[str(CLASSES + i) for i in range(CLASSES)], card=about)


def trainer(model: HeadedCNN, lr: float, run: Run) -> Trainer:
    """Adam for what is not frozen."""
    optimizer = Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    return Trainer(model, loss=CrossEntropyLoss(), optimizer=optimizer, metrics=["accuracy"], rng=run.rng)


def few(y: Any, rng: np.random.Generator) -> Any:
    """The places of 20 examples of each class."""
    return np.concatenate([rng.permutation(np.flatnonzero(y == label))[:LABELS] for label in range(CLASSES)])


def learned(model: HeadedCNN, x: Any, y: Any, test: Any, run: Run) -> float:
    """The test accuracy after training on a few examples."""
    training = trainer(model, 1e-3, run)
    training.fit(x, y, epochs=run.some(60, 1), verbose=False)
    return training.evaluate(*test, batch_size=250)["accuracy"]


def in_memory(module: Module) -> list[bytes]:
    """The arrays of a module, byte for byte."""
    return [np.asarray(array).tobytes() for array in module.state_dict().values()]


def picture(moved: list[float], anew: list[float]) -> Any:
    """A pair of bars for each draw of labels."""
    figure = blank(6, 4)
    axes, places = figure.subplots(), np.arange(1, len(moved) + 1)
    axes.bar(places - 0.2, moved, 0.4, label="frozen network of 0-4, new head", color="#2563eb")
    axes.bar(places + 0.2, anew, 0.4, label="the same network from random weights", color="#f59e0b")
    axes.set(xlabel="draw of 20 labels a class", ylabel="test accuracy on 5-9", xticks=places)
    axes.set_ylim(min(*moved, *anew) - 0.05, 1)
    axes.legend(loc="lower right")
    return figure
