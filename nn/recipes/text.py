"""What the recipes about text share: letters as numbers, excerpts to train with, and writing on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd import no_grad
from autograd.graph import unwrap
from nn import functional
from nn.data import datasets
from nn.models import LastPlace
from nn.module import Module, mode
from nn.recipes.run import Run

__all__ = ["Excerpts", "Text", "by_place", "neighbours", "next_letter", "plays"]


class Text(NamedTuple):
    """A text as numbers, its alphabet, and what is kept apart to judge by."""

    alphabet: str
    train: Any  # (characters,)
    test: tuple[Any, Any]  # (N, T) and, one place on, (N, T)

    def written(self, tokens: Any) -> str:
        """Numbers as the text that they stand for."""
        return "".join(self.alphabet[token] for token in tokens)


def plays(run: Run, length: int) -> Text:
    """Shakespeare: nine tenths to train with, and the rest in pieces of `length`, none of which overlap."""
    text = run.load(datasets.shakespeare)
    alphabet = "".join(sorted(set(text)))
    numbers = {letter: number for number, letter in enumerate(alphabet)}
    tokens = np.array([numbers[letter] for letter in text])
    end = len(tokens) * 9 // 10
    starts = np.arange(end, len(tokens) - length, length)
    return Text(alphabet, tokens[:end], pieces(tokens, starts, length))


def pieces(tokens: Any, starts: Any, length: int) -> tuple[Any, Any]:
    """What stands at some places, and what follows each letter of it: both (N, length)."""
    found = tokens[starts[:, None] + np.arange(length + 1)]
    return found[:, :-1], found[:, 1:]


class Excerpts:
    """The batches of an epoch: pieces of a text from places drawn anew by `rng`."""

    def __init__(self, tokens: Any, length: int, *, batch: int, steps: int, rng: np.random.Generator) -> None:
        self.tokens, self.length, self.batch, self.steps, self.rng = tokens, length, batch, steps, rng

    def __len__(self) -> int:
        return self.steps

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        for _ in range(self.steps):
            starts = self.rng.integers(0, len(self.tokens) - self.length, self.batch)
            yield pieces(self.tokens, starts, self.length)


def by_place(logits: Any, y: Any) -> Any:
    """The mean cross-entropy in nats of all places but those whose label is -100: logits (N, T, C), labels (N, T)."""
    return functional.cross_entropy(np.reshape(logits, (-1, logits.shape[-1])), np.reshape(y, -1))


def neighbours(x: Any, y: Any, test: tuple[Any, Any], letters: int) -> float:
    """The bigram model, which counts what follows each letter (and once more, for what was never seen): its nats."""
    counts = np.ones((letters, letters))
    np.add.at(counts, (x[y >= 0], y[y >= 0]), 1)
    x, y = test
    return float(-np.log(counts / counts.sum(axis=1, keepdims=True))[x[y >= 0], y[y >= 0]].mean())


def next_letter(model: Module, tokens: list[int], rng: np.random.Generator, *, warmth: float = 1.0) -> int:
    """One letter to follow others, drawn as the model says; below a `warmth` of 1 the likely ones more often."""
    with no_grad(), mode(model, training=False):
        logits = unwrap(LastPlace(model)(np.array([tokens])))[0]
    chances = unwrap(functional.softmax(logits.astype(np.float64) / warmth, -1))
    return int(rng.choice(len(chances), p=chances))
