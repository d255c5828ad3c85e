"""Overfitting: a network that knows its few examples by heart, and four ways to have it learn more than them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from nn.data import DataLoader, TensorDataset, augment, datasets
from nn.layers import Dropout, Flatten, Sequential
from nn.losses import CrossEntropyLoss
from nn.models import MLP
from nn.optim import AdamW
from nn.recipes.pictures import blank
from nn.recipes.run import Run
from nn.sharing import ImageInput
from nn.text import table
from nn.train import Trainer
from nn.train.callbacks import EarlyStopping

__all__ = ["WAYS", "run"]

EXAMPLES, HELD_BACK = 500, 1000
SEEDS = 3


class Way(NamedTuple):
    """How a training differs from the plain one."""

    dropout: float = 0.0
    weight_decay: float = 0.0
    patience: int | None = None
    transform: Callable[..., Any] | None = None


WAYS = {
    "plain": Way(),
    "dropout": Way(dropout=0.5),
    "early stopping": Way(patience=5),
    "weight decay": Way(weight_decay=1.0),
    "augmentation": Way(transform=augment.Compose(augment.shift, augment.rotate)),
}


def run(run: Run) -> None:
    """500 digits of MNIST: plain against dropout, early stopping, weight decay, augmentation; two gain for certain."""
    (x, y), test = run.load(datasets.mnist)
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    curves: dict[str, Any] = {}
    for draw in range(run.some(SEEDS, 1)):
        rows = run.rng.permutation(len(x))[: EXAMPLES + HELD_BACK]
        kept, back = np.split(rows, [min(EXAMPLES, len(rows) // 2)])
        seed = int(run.rng.integers(2**31))  # all ways start from the same weights
        for way, options in WAYS.items():
            path = run.checkpoint / f"{draw}-{way.replace(' ', '-')}"
            trainer = trained(options, (x[kept], y[kept]), (x[back], y[back]), run, seed, path)
            known = trainer.evaluate(x[kept], y[kept])["accuracy"]
            unknown = trainer.evaluate(*test, batch_size=500)["accuracy"]
            found[way].append((known, unknown))
            curves.setdefault(way, trainer.history)
    print(report(found))
    for way in ("augmentation", "dropout"):
        gain = median(a[1] - b[1] for a, b in zip(found[way], found["plain"], strict=True))
        run.figure(f"points of test accuracy by {way}, median of {len(found[way])}", 100 * gain, "at least", GAINS[way])
    run.plot(picture(curves), "overfit")
    about = {"name": "overfit", "data": f"{EXAMPLES} images of MNIST, shifted and turned"}
    run.save(trainer.model, input=ImageInput((1, 28, 28)), classes=[str(digit) for digit in range(10)], card=about)


#: What counts as a gain, in points.
GAINS = {"augmentation": 3.0, "dropout": 0.5}


def trained(way: Way, examples: Any, held_back: Any, run: Run, seed: int, checkpoint: Path) -> Trainer:
    """A network of two hidden layers, which has a weight for every pixel of every example."""
    rng = np.random.default_rng(seed)
    pixels = Dropout(0.4 * way.dropout, rng=rng)  # fewer of them than of hidden units (Srivastava and others, 2014)
    model = Sequential(Flatten(), pixels, MLP(784, 512, 256, 10, dropout=way.dropout, rng=rng))
    optimizer = AdamW(model.parameters(), lr=1e-3, weight_decay=way.weight_decay)
    trainer = Trainer(model, loss=CrossEntropyLoss(), optimizer=optimizer, metrics=["accuracy"], rng=rng)
    loader = DataLoader(TensorDataset(*examples), 50, shuffle=True, rng=rng, transform=way.transform)
    stopping = [] if way.patience is None else [EarlyStopping("val_loss", patience=way.patience)]
    trainer.fit(
        loader,
        epochs=run.epochs(40),
        validation_data=held_back,
        callbacks=stopping,
        verbose=False,
        checkpoint=checkpoint,
    )
    return trainer


def report(found: dict[str, list[tuple[float, float]]]) -> str:
    """A row for each way: what it knows of its examples, and of others."""
    rows = [["", "accuracy on the examples", "on test images", "gap"]]
    for way, pairs in found.items():
        known, unknown = (median(column) for column in zip(*pairs, strict=True))
        rows.append([way, f"{known:.4f}", f"{unknown:.4f}", f"{known - unknown:.4f}"])
    return table(rows)


def picture(curves: dict[str, Any]) -> Any:
    """Loss and accuracy of what was held back, epoch by epoch."""
    figure = blank(11, 4)
    for axes, column in zip(figure.subplots(1, 2), ["val_loss", "val_accuracy"], strict=True):
        for way, history in curves.items():
            axes.plot(history.epochs, history[column], label=way)
        axes.set(xlabel="epoch", ylabel=f"{column.removeprefix('val_')} of held-back images")
        axes.legend()
        axes.grid(alpha=0.3)
    return figure
