"""`play`: a generator and a discriminator, trained in turn (Goodfellow and others, 2014)."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd import no_grad
from autograd.graph import unwrap
from nn import functional
from nn.module import Module
from nn.optim import Adam
from nn.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from nn.recipes.resuming import resumable
from nn.recipes.run import Run

__all__ = ["CLASSES", "noise", "play"]

CLASSES = 10


def play(
    run: Run,
    name: str,
    generator: Module,
    discriminator: Module,
    x: Any,
    y: Any = None,
    *,
    epochs: int,
    batch: int,
    rates: tuple[float, float],
    penalty: float = 1.0,
) -> Module:
    """Train both in turn, and return the generator with the average of the weights it had of late.

    The discriminator is to say 1 of data and 0 of what is drawn, the generator to make it say 1; both are told the
    classes `y`. `penalty` holds the slope of the discriminator at the data down (Mescheder and others, 2018), which
    lets the game come to rest: its gradient is a derivative of a derivative.
    """
    epochs = run.epochs(epochs)
    latent = next(generator.parameters()).shape[1] - (0 if y is None else CLASSES)
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
            real, asked = ([], []) if y is None else ([y[row]], [run.rng.integers(0, CLASSES, batch)])
            with no_grad():
                fake = unwrap(generator(noise(batch, latent, run, *asked)))
            verdict = cost(discriminator(x[row], *real), data) + cost(discriminator(fake, *asked), drawn)
            if penalty:
                slope = ag.grad(lambda *seen: np.sum(discriminator(*seen)))(x[row], *real)
                verdict = verdict + penalty / 2 * np.sum(slope**2) / batch
            verdict.backward()
            players[1].step()
            discriminator.requires_grad_(False)
            failure = cost(discriminator(generator(noise(batch, latent, run, *asked)), *asked), data)
            failure.backward()
            players[0].step()
            discriminator.requires_grad_(True)
            average.update_parameters(generator)
            total += failure.item(), verdict.item()
        lost, mistaken = total / len(rows)
        print(f"{name}, epoch {epoch + 1}/{epochs}  generator {lost:.4f}  discriminator {mistaken:.4f}", flush=True)
    return average.module


def noise(n: int, latent: int, run: Run, asked: Any = None) -> Any:
    """Normal numbers (n, latent), and behind them which class is asked for, as zeros with a one."""
    z = run.rng.standard_normal((n, latent), np.float32)
    return z if asked is None else np.concatenate([z, np.eye(CLASSES, dtype=np.float32)[asked]], axis=1)
