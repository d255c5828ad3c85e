"""A generator against a discriminator: on a ring of Gaussians, where a lost mode shows, and on digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import functional
from nn.data import datasets
from nn.models import MLP, Discriminator, Generator
from nn.module import Module
from nn.recipes import mnist
from nn.recipes.game import CLASSES, noise, play
from nn.recipes.pictures import blank, tiles
from nn.recipes.run import Run, applied, reached
from nn.sharing import TableInput, load_model

__all__ = ["run"]

MODES, STD = 8, 0.02
LATENT = 12


def run(run: Run) -> None:
    """All 8 modes of a ring; MNIST digits of which a CNN is sure of 85 %, and every class at least 3 % of them."""
    data = run.load(datasets.mnist)  # first, as it may be missing
    ring(run)
    digits(run, *data)


def ring(run: Run) -> None:
    """A mode is there if at least a hundredth of 2,500 points are within three standard deviations of it."""
    x, _ = datasets.ring_of_gaussians(run.some(128_000, 512), modes=MODES, std=STD, rng=run.rng)
    generator, discriminator = MLP(4, 128, 128, 2, rng=run.rng), MLP(2, 128, 128, 1, rng=run.rng)
    found = play(run, "ring", generator, discriminator, x, epochs=12, batch=256, rates=(1e-3, 1e-3))
    drawn = applied(found, noise(2500, 4, run))
    angles = 2 * np.pi * np.arange(MODES) / MODES
    centres = 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    near = np.linalg.norm(drawn[:, None] - centres, axis=2) < 3 * STD
    print(f"ring: {near.any(axis=1).mean():.1%} of the points are within three standard deviations of a mode")
    run.figure("ring: modes", np.sum(near.mean(axis=0) >= 0.01), "at least", MODES)
    figure = blank(5, 5)
    axes = figure.subplots()
    for name, points in (("data", x[:2500]), ("drawn", drawn)):
        axes.plot(*points.T, ".", markersize=2, label=name)
    axes.legend(loc="center")
    run.plot(figure, "ring")


def digits(run: Run, train: Any, test: Any) -> None:
    """Digits that one asks for, as the network of the recipe `mnist-cnn` reads them.

    Both players know which digit is meant: without, half as many of what is drawn can be read after the same time.
    """
    channels = run.some(16, 4)
    generator, discriminator = Generator(LATENT + CLASSES, channels, run.rng), Discriminator(channels, CLASSES, run.rng)
    judge = judge_of(run, train, test)
    found = play(run, "digits", generator, discriminator, *train, epochs=4, batch=64, rates=(1e-3, 1e-3), penalty=0)
    asked = np.arange(run.some(10_000, 100)) % CLASSES
    drawn = applied(found, noise(len(asked), LATENT, run, asked))
    run.plot(tiles([drawn[:200]], "drawn by the generator, asked for 0 to 9 in turn"), "digits")
    p = unwrap(functional.softmax(applied(judge, drawn), -1))
    read, sure = p.argmax(axis=1), p.max(axis=1) > 0.9
    shares = np.bincount(read, minlength=CLASSES) / len(p)
    print("digits:", *(f"{digit}: {share:.1%} " for digit, share in enumerate(shares)))
    run.figure("digits: share read with confidence over 0.9", np.mean(sure), "at least", 0.85)
    run.figure("digits: share of the rarest class", shares.min(), "at least", 0.03)
    run.figure("digits: share read as what was asked for", np.mean(read == asked), "at least", 0.9)
    variety = spread(drawn, asked) / spread(*test)
    run.figure("digits: spread within a class, as a part of MNIST's", variety, "at least", 0.8)
    reads = TableInput((*(f"z{i}" for i in range(LATENT)), *(f"is {i}" for i in range(CLASSES))))
    about = {"name": "gan", "task": "Draws a digit from 12 standard normal numbers, and which it is to be."}
    run.save(found, input=reads, output="values", card=about)


def spread(x: Any, y: Any) -> float:
    """The mean distance of an image from the mean of its class; 0 if all of a class are the same."""
    parts = [x[y == digit].reshape(np.sum(y == digit), -1) for digit in range(CLASSES)]
    return float(np.mean([np.linalg.norm(part - part.mean(axis=0), axis=1).mean() for part in parts]))


def judge_of(run: Run, train: Any, test: Any) -> Module:
    """The network of `mnist-cnn`, if that recipe has left a good one beside this one, else one trained like it."""
    beside = run.out.parent / "mnist-cnn"
    if not run.quick and reached(beside):
        print(f"the judge is {beside / 'model.zip'}")
        return load_model(beside / "model.zip")
    return mnist.convolutional(Run(run.out / "judge", data=run.data, seed=run.seed, quick=run.quick), train, test).model
