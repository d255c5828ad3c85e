"""Depth: why twenty layers of sigmoids do not learn, and what lets a thousand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from autograd.optional import optional
from nn import init
from nn.data import datasets
from nn.layers import LayerNorm, Linear, ReLU, Sequential
from nn.losses import CrossEntropyLoss
from nn.models import MLP, ResidualMLP
from nn.module import Module
from nn.optim import Adam
from nn.optim.lr_scheduler import CosineAnnealingLR
from nn.recipes.pictures import blank
from nn.recipes.run import Run
from nn.sharing import ImageInput
from nn.train import Trainer

__all__ = ["run"]

SIZES = [64] * 20 + [10]  # of 20 layers
COLUMNS = ("sigmoid", "ReLU, He, norm")


def run(run: Run) -> None:
    """1,000 residual layers learn digits to 0.95; 20 layers of sigmoids do not: their gradients layer by layer."""
    x, y = (part[: run.some(1797, 400)] for part in datasets.digits())
    split = optional("sklearn.model_selection", "data", "the recipe deep").train_test_split
    x, x_test, y, y_test = split(x.reshape(len(x), -1), y, test_size=0.2, stratify=y, random_state=run.seed)
    networks = [MLP(*SIZES, activation="sigmoid", rng=run.rng), normalized(run.rng)]
    norms = [gradient_norms(model, x[:128], y[:128]) for model in networks]
    table(norms)
    run.plot(picture(norms), "gradients")
    first_to_last = [found[0] / found[-1] for found in norms]
    run.figure("sigmoid: first layer's gradient over the last one's", first_to_last[0], "at most", 1e-6)
    run.figure("ReLU, He, norm: first layer's gradient over the last one's", first_to_last[1], "at least", 0.01)
    trainers = [learned(run, model, x, y, epochs=40, lr=1e-3) for model in networks]
    accuracies = [trainer.evaluate(x_test, y_test)["accuracy"] for trainer in trainers]
    run.figure("sigmoid: test accuracy", accuracies[0], "at most", 0.2)
    run.figure("ReLU, He, norm: test accuracy", accuracies[1], "at least", 0.95)
    depth = run.some(1000, 20)
    residual = ResidualMLP(64, 64, 10, depth=depth, rng=run.rng)
    trainer = learned(run, residual, x, y, epochs=10, lr=3e-5, checkpoint=run.checkpoint)
    accuracy = trainer.evaluate(x_test, y_test)["accuracy"]
    run.figure(f"{depth} residual layers: test accuracy", accuracy, "at least", 0.95)
    run.plot(trainer.history.plot(), "learning")
    names = [str(digit) for digit in range(10)]
    run.save(residual, input=ImageInput((1, 8, 8), flatten=True), classes=names, card={"name": "deep"})


def normalized(rng: np.random.Generator) -> Sequential:
    """Layers of He's weights (He and others, 2015), each but the last with a norm and a ReLU behind it."""
    layers: list[Module] = []
    for width, next_width in pairwise(SIZES):
        linear = Linear(width, next_width, rng=rng)
        init.kaiming_normal_(linear.weight, nonlinearity="relu", rng=rng)
        layers += [linear, LayerNorm(next_width), ReLU()]
    return Sequential(*layers[:-2])


def gradient_norms(model: Module, x: Any, y: Any) -> list[float]:
    """The norm of the gradient of each layer's weight, from the first layer to the last."""
    model.zero_grad()
    CrossEntropyLoss()(model(x), y).backward()
    layers = [layer for layer in model.modules() if isinstance(layer, Linear)]
    return [float(np.linalg.norm(layer.weight.grad)) for layer in layers]


def learned(run: Run, model: Module, x: Any, y: Any, *, epochs: int, lr: float, checkpoint: Any = None) -> Trainer:
    """The trainer of a model after a training with Adam; nobody need say that gradients vanish, it is the point."""
    optimizer, epochs = Adam(model.parameters(), lr=lr), run.epochs(epochs)
    trainer = Trainer(
        model,
        loss=CrossEntropyLoss(),
        optimizer=optimizer,
        metrics=["accuracy"],
        scheduler=CosineAnnealingLR(optimizer, epochs),
        rng=run.rng,
        doctor=False,
    )
    trainer.fit(x, y, epochs=epochs, clip_norm=1.0, verbose=checkpoint is not None, checkpoint=checkpoint)
    return trainer


def table(norms: list[list[float]]) -> None:
    """Print the norms, a line for each layer."""
    print(f"{'layer':>5}", *(f"{name:>16}" for name in COLUMNS))
    for layer, pair in enumerate(zip(*norms, strict=True), 1):
        print(f"{layer:5}", *(f"{norm:16.3e}" for norm in pair))


def picture(norms: list[list[float]]) -> Any:
    """The norms over the layers."""
    figure = blank(6, 4)
    axes = figure.subplots()
    for name, found in zip(COLUMNS, norms, strict=True):
        axes.plot(range(1, len(found) + 1), found, marker="o", label=name)
    axes.set(xlabel="layer", ylabel="norm of the gradient", yscale="log", title="At the start, layer by layer")
    axes.legend()
    return figure
