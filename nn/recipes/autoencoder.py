"""Images through a few numbers and back: an autoencoder, one that also removes noise, one that can be drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import unwrap
from autograd.optional import optional
from nn.data import datasets
from nn.losses import MSELoss
from nn.models import Autoencoder, VariationalAutoencoder
from nn.module import Module
from nn.optim import Adam
from nn.optim.lr_scheduler import ExponentialLR
from nn.recipes.pictures import tiles
from nn.recipes.run import Run, applied
from nn.sharing import ImageInput
from nn.train import Trainer

__all__ = ["run"]

CODES, NOISE = 32, 0.3


def run(run: Run) -> None:
    """784-128-32-128-784 on MNIST, a denoising and a variational one: squared error below PCA's of 32 components."""
    (x, _), (x_test, _) = run.load(datasets.mnist)
    x, x_test = x.reshape(len(x), -1), x_test.reshape(len(x_test), -1)
    noisy = x_test * (run.rng.random(x_test.shape, np.float32) >= NOISE)
    pca = optional("sklearn.decomposition", "data", "the recipe autoencoder").PCA(CODES, random_state=run.seed).fit(x)
    plain, denoising = Autoencoder(784, 128, CODES, rng=run.rng), Autoencoder(784, 128, CODES, noise=NOISE, rng=run.rng)
    variational = VariationalAutoencoder(784, 400, CODES, rng=run.rng)
    for name, model, seen in (
        ("autoencoder", plain, x_test),
        ("denoising", denoising, noisy),
        ("variational", variational, x_test),
    ):
        train(run, model, x, name)
        rebuilt = applied(model, seen)
        target = error(pca.inverse_transform(pca.transform(seen)), x_test)
        run.figure(f"{name}: squared error a pixel", error(rebuilt, x_test), "at most", target)
        run.plot(tiles([x_test[:20], seen[:20], rebuilt[:20]], f"{name}: images, what it sees, what it rebuilds"), name)
    run.figure("variational: nats an image", np.mean(applied(Bound(variational), x_test)), "at most", 110)
    run.plot(tiles([unwrap(variational.sample(100))], "drawn from the variational autoencoder"), "samples")
    about = {"name": "autoencoder", "task": "Rebuilds a digit from 32 numbers."}
    run.save(plain, input=ImageInput((1, 28, 28), flatten=True), output="values", card=about)


def train(run: Run, model: Any, x: Any, name: str) -> None:
    """Images are their own targets; the variational autoencoder knows itself what an image costs."""
    variational = isinstance(model, VariationalAutoencoder)
    optimizer = Adam(model.parameters(), lr=2e-3)
    trainer = Trainer(
        Bound(model) if variational else model,
        loss=(lambda nats, _: np.mean(nats)) if variational else MSELoss(),
        optimizer=optimizer,
        scheduler=ExponentialLR(optimizer, 0.85),
        rng=run.rng,
    )
    trainer.fit(x, x, epochs=run.epochs(15), batch_size=128, checkpoint=run.checkpoint / name)


class Bound(Module):
    """What each example costs, as a model, for the trainer to lower."""

    def __init__(self, model: VariationalAutoencoder) -> None:
        self.model = model

    def forward(self, x: Any) -> Any:
        return self.model.nats(x)


def error(rebuilt: Any, x: Any) -> float:
    """The mean squared error of a pixel."""
    return float(np.mean((rebuilt - x) ** 2))
