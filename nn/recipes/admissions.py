"""Who is admitted to a university: 400 applicants, two hidden units, and the training loop by engine and by hand."""

from __future__ import annotations

from statistics import median
from typing import Any

import numpy as np

import autograd as ag
from autograd.optional import optional
from nn import functional
from nn.data.datasets import admissions
from nn.models import MLP
from nn.optim import SGD
from nn.recipes.pictures import blank
from nn.recipes.run import Run
from nn.sharing import TableInput

__all__ = ["run"]

RATE, MOMENTUM = 0.1, 0.9
SHUFFLES = 5
COLUMNS = ("gre", "gpa", "rank 1", "rank 2", "rank 3", "rank 4")


def run(run: Run) -> None:
    """400 applicants, 2 hidden sigmoids, 900 epochs: at least 0.70 in 10-fold cross-validation; the same in NumPy."""
    table, admitted = run.load(admissions)
    y = admitted[:, None].astype(float)
    epochs = run.epochs(900)
    accuracies = [validated(run, table, y, epochs, run.seed + i) for i in range(run.some(SHUFFLES, 1))]
    print("accuracies:", *(f"{accuracy:.4f}" for accuracy in accuracies))
    run.figure(f"cross-validation, median of {len(accuracies)} shuffles", median(accuracies), "at least", 0.70)

    x, (means, scales) = inputs(table), scaling(table)
    model, losses = trained(x, y, epochs, run.seed)
    by_hand = trained_in_numpy(run, x, y, epochs, run.seed)
    difference = max(np.max(np.abs(p.data - q)) for p, q in zip(model.parameters(), by_hand, strict=True))
    run.figure("largest difference of a weight, engine and NumPy", difference, "at most", 1e-12)
    figure = blank(6, 4)
    figure.subplots().plot(losses)
    figure.axes[0].set(xlabel="epoch", ylabel="loss")
    run.plot(figure, "loss")
    about = {"name": "admissions", "task": "Is an applicant admitted?", "limits": "400 applicants of one university."}
    reads = TableInput(COLUMNS, means=tuple(means), scales=tuple(scales))
    run.save(model, input=reads, classes=("refused", "admitted"), card=about)


def validated(run: Run, table: Any, y: Any, epochs: int, seed: int) -> float:
    """The share of applicants that a network judges rightly which has not seen their tenth."""
    splitter = optional("sklearn.model_selection", "data", "the recipe admissions").KFold
    right = []
    for train, test in splitter(run.some(10, 3), shuffle=True, random_state=seed).split(table):
        model, _ = trained(inputs(table[train]), y[train], epochs, seed)
        right.append((model(inputs(table[test], table[train])).data > 0) == (y[test] > 0.5))
    return float(np.mean(np.concatenate(right)))


def inputs(table: Any, known: Any = None) -> Any:
    """A column for each rank, and gre and gpa with the mean 0 and the variance 1 among those `known` (None: these)."""
    means, scales = scaling(table if known is None else known)
    return (np.hstack([table[:, :2], table[:, 2:] == np.arange(1, 5)]) - means) / scales


def scaling(table: Any) -> tuple[Any, Any]:
    """Means and standard deviations of gre and gpa, and for the ranks 0 and 1, which leave them as they are."""
    scores = table[:, :2].astype(float)
    return np.append(scores.mean(axis=0), [0.0] * 4), np.append(scores.std(axis=0), [1.0] * 4)


def start(seed: int) -> MLP:
    """The network, with weights and biases of standard deviation 0.5."""
    rng = np.random.default_rng(seed)
    model = MLP(6, 2, 1, activation="sigmoid", dtype=np.float64)
    for p in model.parameters():
        p.data = rng.normal(0, 0.5, p.shape)
    return model


def trained(x: Any, y: Any, epochs: int, seed: int) -> tuple[MLP, list[float]]:
    """The network after gradient descent on all examples at once, and its losses."""
    model = start(seed)
    optimizer = SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


def loss_of(w1: Any, b1: Any, w2: Any, b2: Any, x: Any, y: Any) -> Any:
    """The same loss in NumPy."""
    hidden = 1 / (1 + np.exp(-(x @ w1.T + b1)))
    logits = hidden @ w2.T + b2
    return np.mean(np.logaddexp(0, logits) - y * logits)


def trained_in_numpy(run: Run, x: Any, y: Any, epochs: int, seed: int) -> list[Any]:
    """The weights after the same descent without the engine: `ag.source` writes the gradients as NumPy code."""
    weights = [p.data for p in start(seed).parameters()]
    source = ag.source(loss_of, *weights, x, y, argnums=(0, 1, 2, 3))
    run.kept("gradients.py").write_text(str(source), encoding="utf-8")
    speeds: list[Any] = [0.0] * len(weights)
    for _ in range(epochs):
        _, gradients = source.function(*weights, x, y)
        speeds = [MOMENTUM * v + g for v, g in zip(speeds, gradients, strict=True)]
        weights = [w - RATE * v for w, v in zip(weights, speeds, strict=True)]
    return weights
