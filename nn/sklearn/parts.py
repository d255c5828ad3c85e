"""What an estimator is put together from: the default network, parts by class, callbacks, held-back rows."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.optional import optional
from nn import checks, errors
from nn.layers import Dropout, Flatten, Linear, ReLU, Sequential
from nn.module import Module
from nn.train import Callback

__all__ = ["build", "built_callbacks", "held_back", "perceptron"]

selection = optional("sklearn.model_selection", "data", "nn.sklearn")


def perceptron(
    in_features: int,
    out_features: int,
    hidden: int | Sequence[int] = (100,),
    dropout: float = 0.0,
    activation: type[Module] | Module = ReLU,
    rng: np.random.Generator | None = None,
) -> Sequential:
    """The default network: hidden layers of these widths, each with its activation and dropout; (N, ...) in."""
    layers: list[Module] = [Flatten()]
    for width in np.ravel(np.asarray(hidden)).tolist():
        layers += [Linear(in_features, width, rng=rng), build("perceptron", "activation", activation, {})]
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
    of = getattr(part, "__name__", repr(part))
    try:
        signature = inspect.signature(part)
    except ValueError as error:  # some built-in types
        raise errors.ArgumentError(f"{estimator}: {name} is {of}, whose arguments are not known.") from error
    asked = signature.parameters
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in asked.values())
    unknown = [key for key in options if not (key in asked or takes_all)]
    if unknown:
        names = ", ".join(map(repr, asked))
        raise errors.ArgumentError(f"{estimator}: {name}__{unknown[0]} is no argument of {of}, which has {names}.")
    options = {key: value for key, value in known.items() if key in asked} | dict(options)
    try:
        signature.bind(*given, **options)
    except TypeError as error:
        raise errors.ArgumentError(
            f"{estimator}: {name} is {of}, which cannot be called: {error}. Write what makes a part when it is called, "
            f"and its further arguments as {name}__...=."
        ) from error
    return part(*given, **options)


def built_callbacks(estimator: str, callbacks: Iterable[Any] | None, options: Mapping[str, Any]) -> list[Callback]:
    """Callbacks of instances, classes and named ones of either; an option is for the one whose name it begins with.

    An instance is taken as it is, not copied, so that it can be asked afterwards.
    """
    if not (callbacks is None or isinstance(callbacks, Iterable)):
        raise errors.wrong_argument(estimator, "callbacks", callbacks, "a list, callbacks=[...]")
    built, left = [], dict(options)
    for given in callbacks or ():
        pair = isinstance(given, tuple) and len(given) == 2
        label, part = given if pair else (getattr(given, "__name__", type(given).__name__), given)
        part = left.pop(label, part)
        own = [name for name in left if name.startswith(f"{label}__")]
        arguments = {name.removeprefix(f"{label}__"): left.pop(name) for name in own}
        if isinstance(part, Callback) and not arguments:
            built.append(part)
        elif part is not None:
            built.append(build(estimator, f"callbacks__{label}", part, arguments))
    if left:
        raise errors.ArgumentError(f"{estimator}: callbacks__{next(iter(left))} is of none of the callbacks.")
    return built


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
