"""A generator against a discriminator: on a ring of Gaussians, where a lost mode shows, and on digits."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd import no_grad
from autograd.graph import unwrap
from nn import functional
from nn.data import datasets
from nn.models import MLP, Discriminator, Generator, TutorialCNN
from nn.module import Module, mode
from nn.optim import Adam
from nn.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from nn.recipes import mnist
from nn.recipes.pictures import blank, tiles
from nn.recipes.resuming import resumable
from nn.recipes.run import Run
from nn.sharing import TableInput, load_model

__all__ = ["run"]

MODES, STD = 8, 0.02
LATENT = 32


def run(run: Run) -> None:
    """All 8 modes of a ring; MNIST digits of which a CNN is sure of 85 %, and every class at least 3 % of them."""
    ring(run)
    digits(run)


def ring(run: Run) -> None:
    """A mode is there if at least a hundredth of 2,500 points are within three standard deviations of it."""
    x, _ = datasets.ring_of_gaussians(run.some(128_000, 512), modes=MODES, std=STD, rng=run.rng)
    generator, discriminator = MLP(4, 128, 128, 2, rng=run.rng), MLP(2, 128, 128, 1, rng=run.rng)
    drawn = draw(play(run, "ring", generator, discriminator, x, epochs=12, batch=256, rates=(1e-3, 1e-3)), 4, 2500, run)
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


def digits(run: Run) -> None:
    """What is drawn, as the network of the recipe `mnist-cnn` reads it."""
    train, test = run.load(datasets.mnist)
    channels = run.some(16, 4)
    generator, discriminator = Generator(LATENT, channels, run.rng), Discriminator(channels, rng=run.rng)
    judge = judge_of(run, train, test)
    found = play(run, "digits", generator, discriminator, train[0], epochs=8, batch=32, rates=(1e-3, 5e-4), penalty=0)
    drawn = draw(found, LATENT, run.some(10_000, 100), run)
    run.plot(tiles([drawn[:200]], "drawn by the generator"), "digits")
    p = unwrap(functional.softmax(applied(judge, drawn), -1))
    shares = np.bincount(p.argmax(axis=1), minlength=10) / len(p)
    print("digits:", *(f"{digit}: {share:.1%} " for digit, share in enumerate(shares)))
    run.figure("digits: share read with confidence over 0.9", np.mean(p.max(axis=1) > 0.9), "at least", 0.85)
    run.figure("digits: share of the rarest class", shares.min(), "at least", 0.03)
    reads = TableInput(tuple(f"z{i}" for i in range(LATENT)))
    about = {"name": "gan", "task": "Draws a digit from 32 numbers of a standard normal distribution."}
    run.save(found, input=reads, output="values", card=about)


def play(
    run: Run,
    name: str,
    generator: Module,
    discriminator: Module,
    x: Any,
    *,
    epochs: int,
    batch: int,
    rates: tuple[float, float],
    penalty: float = 1.0,
) -> Module:
    """Train both in turn, and return the generator with the average of the weights it had of late.

    The discriminator is to say 1 of data and 0 of what is drawn, the generator to make it say 1. `penalty` holds the
    slope of the discriminator at the data down (Mescheder and others, 2018), which lets the game come to rest: its
    gradient is a derivative of a derivative.
    """
    epochs, latent = run.epochs(epochs), next(generator.parameters()).shape[1]
    pairs = zip((generator, discriminator), rates, strict=True)
    players = [Adam(player.parameters(), lr=rate, betas=(0.5, 0.999)) for player, rate in pairs]
    average = AveragedModel(generator, multi_avg_fn=get_ema_multi_avg_fn(0.999), use_buffers=True)
    data, drawn = np.ones((batch, 1), np.float32), np.zeros((batch, 1), np.float32)
    cost = functional.binary_cross_entropy_with_logits
    kept = run.checkpoint / f"{name}.safetensors"
    for epoch in resumable(kept, epochs, generator, discriminator, *players, average, run.rng):
        total = np.zeros(2)
        rows = run.rng.permutation(len(x))[: len(x) // batch * batch].reshape(-1, batch)
        for i, row in enumerate(rows):
            for player, rate in zip(players, rates, strict=True):  # the second half with smaller and smaller steps
                player.param_groups[0]["lr"] = rate * min(1, 2 * (1 - (epoch + i / len(rows)) / epochs))
                player.zero_grad()
            with no_grad():
                fake = unwrap(generator(noise(batch, latent, run)))
            verdict = cost(discriminator(x[row]), data) + cost(discriminator(fake), drawn)
            if penalty:
                slope = ag.grad(lambda v: np.sum(discriminator(v)))(x[row])
                verdict = verdict + penalty / 2 * np.sum(slope**2) / batch
            verdict.backward()
            players[1].step()
            discriminator.requires_grad_(False)
            failure = cost(discriminator(generator(noise(batch, latent, run))), data)
            failure.backward()
            players[0].step()
            discriminator.requires_grad_(True)
            average.update_parameters(generator)
            total += failure.item(), verdict.item()
        lost, mistaken = total / len(rows)
        print(f"{name}, epoch {epoch + 1}/{epochs}  generator {lost:.4f}  discriminator {mistaken:.4f}", flush=True)
    return average.module


def noise(n: int, latent: int, run: Run) -> Any:
    return run.rng.standard_normal((n, latent), np.float32)


def draw(generator: Module, latent: int, n: int, run: Run) -> Any:
    """Examples from fresh numbers."""
    return applied(generator, noise(n, latent, run))


def applied(model: Module, x: Any) -> Any:
    """What a model makes of many examples, in evaluation mode."""
    with no_grad(), mode(model, training=False):
        return np.concatenate([unwrap(model(part)) for part in np.array_split(x, -(-len(x) // 500))])


def judge_of(run: Run, train: Any, test: Any) -> Module:
    """The network of `mnist-cnn`, if that recipe has left it beside this one, else one that is trained like it."""
    beside = run.out.parent / "mnist-cnn" / "model.zip"
    if beside.exists() and not run.quick:
        print(f"the judge is {beside}")
        return load_model(beside)
    own = Run(run.out / "judge", data=run.data, seed=run.seed, quick=run.quick)
    judge = TutorialCNN(own.rng)
    trainer = mnist.slower(judge, own, epochs := own.epochs(2))
    trainer.fit(*train, epochs=epochs, validation_data=test, checkpoint=own.checkpoint)
    return judge
