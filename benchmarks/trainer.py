"""What the `Trainer` costs: its steps on the digits MLP, next to the same loop written by hand."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

import nn
from benchmarks.timing import interleaved, main, number, table

__all__ = ["report"]

TARGET = 1.1
EXAMPLES, BATCH, EPOCHS = 1437, 32, 3  # of scikit-learn's 1797 digits, 80 %


def digits() -> tuple[Any, Any]:
    """Numbers in the shape of the digits: what a step costs does not depend on them."""
    rng = np.random.default_rng(0)
    return rng.random((EXAMPLES, 64), dtype=np.float32), rng.integers(0, 10, EXAMPLES)


def parts() -> tuple[Any, Any, Any]:
    """Model, loss and optimizer, the same each time."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(64, 128, rng=rng), nn.ReLU(), nn.Linear(128, 10, rng=rng))
    return model, nn.CrossEntropyLoss(), nn.optim.Adam(model.parameters())


def by_hand(x: Any, y: Any) -> Callable[[], float]:
    """Epochs as one writes them: shuffled, with the mean of the losses. The last one's."""
    model, loss_function, optimizer = parts()
    rng = np.random.default_rng(0)

    def epochs() -> float:
        for _ in range(EPOCHS):
            total, order = 0.0, rng.permutation(len(x))
            for start in range(0, len(x), BATCH):
                rows = order[start : start + BATCH]
                optimizer.zero_grad()
                loss = loss_function(model(x[rows]), y[rows])
                loss.backward()
                optimizer.step()
                total += len(rows) * loss.item()
        return total / len(x)

    return epochs


def by_trainer(x: Any, y: Any, *, compiled: bool = False) -> Callable[[], float]:
    """The same epochs by `fit`; without the doctor, who looks at the first batches of a training alone."""
    model, loss_function, optimizer = parts()
    rng = np.random.default_rng(0)
    trainer = nn.Trainer(model, loss=loss_function, optimizer=optimizer, rng=rng, doctor=False, compile=compiled)
    return lambda: trainer.fit(x, y, epochs=EPOCHS, batch_size=BATCH, verbose=False)["loss"][-1]


def report(quick: bool = False) -> str:
    """Trainings by hand and by the trainer, in turn; the ratio is the median of those of the rounds."""
    x, y = digits()
    trainings = {"by hand": by_hand(x, y), "Trainer": by_trainer(x, y)}
    trainings["Trainer, `compile=True`"] = by_trainer(x, y, compiled=True)
    losses = {name: training() for name, training in trainings.items()}
    assert max(losses.values()) - min(losses.values()) < 0.01, losses  # the same work: only the order is another
    rounds = 2 if quick else 60
    times = interleaved(trainings, rounds, 1)
    steps = EPOCHS * -(-EXAMPLES // BATCH)
    medians = {name: median(found) / steps * 1e6 for name, found in times.items()}
    rows = []
    for name, found in times.items():
        ratios = [ours / hand for ours, hand in zip(found, times["by hand"], strict=True)]
        rows.append([name, number(medians[name], 1), number(median(ratios)) if name != "by hand" else ""])
    return (
        f"## Trainer\n\nA training step of the digits MLP (64-128-10, batch {BATCH}, Adam, float32), by `Trainer.fit` "
        f"and by a loop of one's own that does the same; medians of {rounds} trainings of {steps} steps, in turn. "
        f"Target: a ratio of at most {TARGET}.\n\n" + table(["step", "us", "ratio"], rows)
    )


if __name__ == "__main__":
    main(report)
