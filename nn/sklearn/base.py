"""`NeuralEstimator`: what both estimators have in common, which is nearly all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

import numpy as np

from autograd import no_grad
from autograd.graph import unwrap
from autograd.optional import optional
from nn import checks, errors
from nn.data import DataLoader, TensorDataset
from nn.module import Module, mode
from nn.optim import Adam
from nn.random import within
from nn.sklearn.parts import build, built_callbacks, held_back, perceptron
from nn.train import History, Trainer

__all__ = ["NeuralEstimator"]

base = optional("sklearn.base", "data", "nn.sklearn")
validation = optional("sklearn.utils.validation", "data", "nn.sklearn")
FLOATS = (np.float64, np.float32)  # the dtypes that stay what they are
PREFIXES = tuple(
    f"{part}__" for part in ("module", "criterion", "optimizer", "iterator_train", "iterator_valid", "callbacks")
)


class NeuralEstimator(base.BaseEstimator):  # type: ignore[misc, name-defined]
    """A network as an estimator of scikit-learn's.

    `module` is a class or function that makes the network, called with what was given as ``module__...`` and, if it has
    arguments of these names, with `in_features`, `out_features` and `rng`; or a network, which is copied; or None, for
    `perceptron`, which takes ``module__hidden=(100,)``, ``module__dropout=0.0`` and ``module__activation=nn.ReLU``.
    `criterion` and `optimizer` are classes, with ``criterion__...`` and ``optimizer__...``; `criterion` may be a loss.
    `iterator_train` and `iterator_valid`, called with a dataset and ``iterator_train__...``, make the batches to train
    on, and those to judge by and to predict, in order: ``iterator_train__transform=flip``. `metrics` are the trainer's;
    so are `callbacks`, each also as a class or a pair ``("stop", EarlyStopping)``, called with
    ``callbacks__stop__patience=3``; its name is else that of its class, and ``callbacks__stop=None`` leaves it out.
    `train_split` holds rows back, to be judged by after each epoch: a share, or a splitter of scikit-learn's. With
    `warm_start`, `fit` goes on from where it was, with the optimizer as it is. The weights have the dtype of X, float32
    or float64; an integer `random_state` gives the same network each time.

    After `fit`: `module_`, `optimizer_`, `criterion_`, `history_` (an `nn.History`), `n_iter_` (epochs).

    Raises `ArgumentError` when it is fitted, and whatever scikit-learn raises of X and y.
    """

    default_criterion: ClassVar[type[Module]]

    def __init__(
        self,
        module: Any = None,
        *,
        criterion: Any = None,
        optimizer: Any = Adam,
        lr: float = 0.01,
        max_epochs: int = 50,
        batch_size: int = 128,
        iterator_train: Any = DataLoader,
        iterator_valid: Any = DataLoader,
        train_split: Any = None,
        metrics: Iterable[Any] = (),
        callbacks: Iterable[Any] | None = (),
        warm_start: bool = False,
        verbose: bool = False,
        random_state: Any = None,
        **module__options: Any,  # of any part; so named as scikit-learn's checks try every name of the signature
    ) -> None:
        self.module = module
        self.criterion = criterion
        self.optimizer = optimizer
        self.lr = lr
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.iterator_train = iterator_train
        self.iterator_valid = iterator_valid
        self.train_split = train_split
        self.metrics = metrics
        self.callbacks = callbacks
        self.warm_start = warm_start
        self.verbose = verbose
        self.random_state = random_state
        self._set_options(module__options)

    # ---------------------------------------------------------------------------------------------------- parameters

    def _set_options(self, options: dict[str, Any]) -> None:
        """Keep ``module__hidden`` and the like under these names, as scikit-learn looks for them."""
        for name, value in options.items():
            if not (name.startswith(PREFIXES) and name.partition("__")[2]):
                known = ", ".join([*self._get_param_names(), *(f"{prefix}..." for prefix in PREFIXES)])
                raise errors.ArgumentError(f"Invalid parameter {name!r} for {type(self).__name__}. Known are {known}.")
            setattr(self, name, value)

    def _options(self, part: str) -> dict[str, Any]:
        """What was given for a part, by the names of its arguments."""
        prefix = f"{part}__"
        return {name.removeprefix(prefix): value for name, value in vars(self).items() if name.startswith(prefix)}

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """The parameters, those of the parts included."""
        given = {name: value for name, value in vars(self).items() if name.startswith(PREFIXES)}
        return {name: getattr(self, name) for name in self._get_param_names()} | given

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name; those of the parts may be new."""
        self._set_options({name: value for name, value in params.items() if name not in self._get_param_names()})
        super().set_params(**{name: value for name, value in params.items() if name in self._get_param_names()})
        return self

    # ------------------------------------------------------------------------------------------------------- fitting

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for `max_epochs`, from new weights unless `warm_start`; weights of rows are relative to their mean."""
        reset = not (self.warm_start and hasattr(self, "module_"))
        return self._train(*self._checked(X, y, reset=reset), sample_weight, self.max_epochs, reset=reset)

    def _train(self, X: Any, y: Any, sample_weight: Any, epochs: int, *, reset: bool) -> Self:
        name = type(self).__name__
        checks.at_least_one(name, max_epochs=self.max_epochs, batch_size=self.batch_size)
        if sample_weight is not None:
            sample_weight = relative(name, sample_weight, X)
        if reset:
            seeds = optional("sklearn.utils", "data", name).check_random_state(self.random_state).randint(2**31, size=4)
            self.rng_ = np.random.default_rng(seeds)
        with within(np.random.default_rng(int(self.rng_.integers(2**63)))):  # layers that were given none
            if reset:
                self._initialize(X, y)
            arrays = [X, self._targets(y), *([] if sample_weight is None else [sample_weight])]
            validation_data = None
            if self.train_split is not None:
                seed = int(self.rng_.integers(2**31))
                kept, back = held_back(name, self.train_split, X, y, seed, stratified=base.is_classifier(self))
                validation_data = self._in_order(*(array[back] for array in arrays[:2]))
                arrays = [array[kept] for array in arrays]
            trainer = Trainer(
                self.module_,
                loss=self.criterion_,
                optimizer=self.optimizer_,
                metrics=self.metrics,
                rng=self.rng_,
                doctor=False,  # a search makes hundreds of trainings, many of them bad by design
            )
            history = trainer.fit(
                self._batches("iterator_train", *arrays, shuffle=True, rng=self.rng_),
                epochs=epochs,
                validation_data=validation_data,
                verbose=bool(self.verbose),
                callbacks=built_callbacks(name, self.callbacks, self._options("callbacks")),
            )
        for numbers in zip(*history.columns.values(), strict=True):
            self.history_.append(dict(zip(history.columns, numbers, strict=True)))
        self.n_iter_ = len(self.history_)
        return self

    def _initialize(self, X: Any, y: Any) -> None:
        """Make the loss, the network and the optimizer, and see that a row goes through."""
        name = type(self).__name__
        criterion = self.default_criterion if self.criterion is None else self.criterion
        self.criterion_ = build(name, "criterion", criterion, self._options("criterion"))
        known = {"in_features": int(np.prod(X.shape[1:])), "out_features": self._out_features(y), "rng": self.rng_}
        module = perceptron if self.module is None else self.module
        self.module_ = build(name, "module", module, self._options("module"), **known)
        if not isinstance(self.module_, Module):
            raise errors.wrong_argument(name, "module", self.module_, "what is or returns an nn.Module")
        self.module_.to(X.dtype).eval()  # and so it stays outside `fit`: threads may predict at once
        parameters = self.module_.parameters()
        self.optimizer_ = build(name, "optimizer", self.optimizer, self._options("optimizer"), parameters, lr=self.lr)
        self.history_ = History()
        self._output_shape = self._forward(X[:1]).shape[1:]
        if self._output_shape not in self._output_shapes(y):
            allowed = " or ".join(map(of_rows, self._output_shapes(y)))
            raise errors.ShapeError(
                f"{name}: the module returns shape {of_rows(self._output_shape)}; it must be {allowed}."
            )

    # ------------------------------------------------------------------------------------------------------- batches

    def _batches(self, iterator: str, *arrays: Any, **known: Any) -> Any:
        """The rows of arrays as a loader of batches."""
        name, options = type(self).__name__, self._options(iterator)
        known = {"batch_size": self.batch_size} | known
        return build(name, iterator, getattr(self, iterator), options, TensorDataset(*arrays), **known)

    def _in_order(self, *arrays: Any) -> Any:
        """All rows in batches, in their order; what is random about a batch is the same each time."""
        for option in ("shuffle", "drop_last"):
            if self._options("iterator_valid").get(option):
                full = f"iterator_valid__{option}"
                raise errors.out_of_range(type(self).__name__, full, True, "False, as every row is predicted in order")
        return self._batches("iterator_valid", *arrays, rng=np.random.default_rng(0))

    # ----------------------------------------------------------------------------------------------------- predicting

    def _forward(self, X: Any) -> Any:
        """What the network returns, in evaluation mode and in batches."""
        with no_grad(), mode(self.module_, training=False):
            outputs = np.concatenate([unwrap(self.module_(x)) for (x,) in self._in_order(X)])
        if len(outputs) != len(X):
            raise errors.ShapeError(
                f"{type(self).__name__}: {len(outputs)} rows came out for {len(X)}: the module or iterator_valid "
                f"drops or adds some."
            )
        return outputs

    def _outputs(self, X: Any) -> Any:
        """What the fitted network returns for data that is checked."""
        validation.check_is_fitted(self, "module_")
        X = validation.validate_data(self, X, reset=False, dtype=FLOATS, allow_nd=True)
        return self._forward(X.astype(next(self.module_.parameters()).dtype, copy=False))

    # ---------------------------------------------------------------------------------------- what the two differ in

    def _checked(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        """Both as arrays that fit each other, and what was fitted unless `reset`."""
        raise NotImplementedError

    def _out_features(self, y: Any) -> int:
        """How many numbers the network returns for a row."""
        raise NotImplementedError

    def _output_shapes(self, y: Any) -> list[tuple[int, ...]]:
        """The shapes that the network may return for a row."""
        raise NotImplementedError

    def _targets(self, y: Any) -> Any:
        """What the loss takes, for an output of `_output_shape`."""
        raise NotImplementedError


def of_rows(shape: tuple[int, ...]) -> str:
    """A shape with a first axis of N, as errors write it."""
    return f"(N, {', '.join(map(str, shape))})" if shape else "(N,)"


def relative(name: str, sample_weight: Any, X: Any) -> Any:
    """Weights of rows with a mean of 1, so that they change what is learnt, and not how fast."""
    weights = validation._check_sample_weight(sample_weight, X, ensure_non_negative=True)
    if not weights.sum() > 0:
        raise errors.ArgumentError(f"{name}: every sample_weight is 0, so there is nothing to learn from.")
    return weights / weights.mean()
