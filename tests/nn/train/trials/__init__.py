"""Trainings that the doctor is tried on: broken ones with what it must say, healthy ones of which it must say nothing.

`docs/doctor.py` makes a table of them, `tests/nn/train/test_doctor.py` runs each over several seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

import nn
from nn.train.doctor.findings import Finding

__all__ = ["Trial", "digits", "fit", "function", "mlp", "noise", "trial"]

Script = Callable[[np.random.Generator], list[Finding]]


class Trial(NamedTuple):
    """A script, what is wrong with it in a sentence, and the findings that it must give: all of them, and no others."""

    name: str
    what: str
    expected: frozenset[str]
    run: Script


def trial(table: list[Trial], *expected: str) -> Callable[[Script], Script]:
    """Put a script, whose docstring says what it is, into a table."""

    def decorate(script: Script) -> Script:
        table.append(Trial(script.__name__, (script.__doc__ or "").strip().rstrip("."), frozenset(expected), script))
        return script

    return decorate


def noise(rng: np.random.Generator, *shape: int) -> Any:
    """Standard normal numbers in float32."""
    return rng.normal(size=shape).astype(np.float32)


def digits(rng: np.random.Generator, n: int = 640) -> tuple[Any, Any]:
    """Ten patterns of 8 x 8 points in 0..1 with noise, flat, and their classes."""
    patterns, labels = rng.random((10, 64)), rng.integers(0, 10, n)
    return np.clip(patterns[labels] + 0.2 * rng.normal(size=(n, 64)), 0, 1).astype(np.float32), labels


def mlp(rng: np.random.Generator, *widths: int, between: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """Linear layers of these widths with an activation between each two."""
    layers: list[nn.Module] = []
    for i, (width, following) in enumerate(pairwise(widths)):
        layers += [nn.Linear(width, following, rng=rng), *([between()] if i < len(widths) - 2 else [])]
    return nn.Sequential(*layers)


def fit(
    model: nn.Module,
    loss: Callable[[Any, Any], Any],
    x: Any,
    y: Any,
    optimizer: Any = None,
    *,
    epochs: int = 1,
    batch_size: int = 32,
    scheduler: Any = None,
    **options: Any,
) -> list[Finding]:
    """Train with a `Trainer`, whose doctor is on by default, and return what it found."""
    optimizer = optimizer or nn.optim.Adam(model.parameters())
    trainer = nn.Trainer(model, loss=loss, optimizer=optimizer, scheduler=scheduler, rng=np.random.default_rng(0))
    trainer.fit(x, y, epochs=epochs, batch_size=batch_size, verbose=False, **options)
    assert trainer.doctor is not None
    return trainer.doctor.findings


def function(forward: Callable[..., Any], **layers: nn.Module) -> nn.Module:
    """A model of these layers, whose forward is the function of them and the input."""

    class Model(nn.Module):
        def __init__(self) -> None:
            for name, layer in layers.items():
                setattr(self, name, layer)

        def forward(self, x: Any) -> Any:
            return forward(self, x)

    return Model()
