"""What an estimator is put together from: the default network, modules and losses by class, seeds, held-back rows."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.optional import optional
from nn import checks, errors
from nn import random as default_random
from nn.layers import Dropout, Flatten, Linear, ReLU, Sequential
from nn.module import Module

__all__ = ["build", "held_back", "perceptron", "seeded"]

selection = optional("sklearn.model_selection", "data", "nn.sklearn")


def perceptron(
    in_features: int,
    out_features: int,
    hidden: int | Sequence[int] = (100,),
    dropout: float = 0.0,
    activation: type[Module] = ReLU,
    rng: np.random.Generator | None = None,
) -> Sequential:
    """The default network: hidden layers of these widths, each with its activation and dropout; (N, ...) in."""
    layers: list[Module] = [Flatten()]
    for width in hidden if isinstance(hidden, Sequence) else (hidden,):
        layers += [Linear(in_features, width, rng=rng), activation()]
        layers += [Dropout(dropout, rng=rng)] if dropout else []
        in_features = width
    return Sequential(*layers, Linear(in_features, out_features, rng=rng))


def build(estimator: str, name: str, part: Any, options: Mapping[str, Any], *given: Any, **known: Any) -> Any:
    """An instance of a class or function, called with `options` and with what is known and its signature asks for.

    An instance is copied: `fit` must not change what it was given.
    """
    if isinstance(part, Module) or not callable(part):
        if options:
            names = ", ".join(f"{name}__{key}" for key in options)
            raise errors.wrong_argument(estimator, name, part, f"a class or a function, which is called with {names}")
        return copy.deepcopy(part)
    asked = inspect.signature(part).parameters
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in asked.values())
    unknown = [key for key in options if not (key in asked or takes_all)]
    if unknown:
        of, names = getattr(part, "__name__", repr(part)), ", ".join(map(repr, asked))
        raise errors.ArgumentError(f"{estimator}: {name}__{unknown[0]} is no argument of {of}, which has {names}.")
    return part(
        *given, **{key: value for key, value in known.items() if key in asked and key not in options}, **options
    )


@contextmanager
def seeded(rng: np.random.Generator) -> Iterator[None]:
    """Seed the generator of layers that were given none, and put it back as it was."""
    bits = default_random.default.bit_generator
    before = bits.state
    default_random.manual_seed(int(rng.integers(2**63)))
    try:
        yield
    finally:
        bits.state = before


def held_back(estimator: str, train_split: Any, X: Any, y: Any, seed: int, *, stratified: bool) -> tuple[Any, Any]:
    """The rows to train on and those to judge by: of a share, or the first split of a splitter of scikit-learn's."""
    if checks.is_number(train_split) and 0 < train_split < 1:
        kind = selection.StratifiedShuffleSplit if stratified else selection.ShuffleSplit
        train_split = kind(n_splits=1, test_size=float(train_split), random_state=seed)
    if not hasattr(train_split, "split") or isinstance(train_split, str):
        allowed = "a share between 0 and 1, or a splitter such as sklearn.model_selection.KFold(5)"
        raise errors.out_of_range(estimator, "train_split", train_split, allowed)
    kept, back = next(iter(train_split.split(X, y)))
    return kept, back
