"""`NeuralClassifier`."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from autograd.optional import optional
from nn import errors
from nn.functional import sigmoid, softmax
from nn.losses import BCEWithLogitsLoss, CrossEntropyLoss
from nn.sklearn.base import FLOATS, NeuralEstimator, base, validation

__all__ = ["NeuralClassifier"]

multiclass = optional("sklearn.utils.multiclass", "data", "nn.sklearn")
preprocessing = optional("sklearn.preprocessing", "data", "nn.sklearn")


class NeuralClassifier(base.ClassifierMixin, NeuralEstimator):  # type: ignore[misc]
    """A network that tells classes apart, whatever their labels are; see `NeuralEstimator` for the parameters.

    The module returns logits (N, C), which `CrossEntropyLoss` judges and `predict_proba` puts through a softmax (which
    makes probabilities of their logarithms too, those that ``criterion=nn.NLLLoss`` takes); or, for two classes and
    ``criterion=nn.BCEWithLogitsLoss``, one logit (N, 1).

    >>> from sklearn.datasets import make_moons
    >>> NeuralClassifier(random_state=0).fit(*make_moons(random_state=0)).score(*make_moons(random_state=0)) > 0.8
    True
    """

    default_criterion = CrossEntropyLoss

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch on these rows; the first call names all `classes`."""
        first = not hasattr(self, "module_")
        multiclass._check_partial_fit_first_call(self, classes)
        X, y = self._validated(X, y, reset=first)
        return self._train(X, self._encoded(y), sample_weight, 1, reset=first)

    def predict_proba(self, X: Any) -> Any:
        """Probabilities (N, C) of the classes, in the order of `classes_`."""
        outputs = self._outputs(X)
        if self._is_binary():
            second = np.asarray(sigmoid(outputs))
            return np.concatenate([1 - second, second], axis=1)
        return np.asarray(softmax(outputs, 1))

    def predict(self, X: Any) -> Any:
        """The most probable class of each row."""
        outputs = self._outputs(X)
        return self.classes_[(outputs[:, 0] > 0).astype(int) if self._is_binary() else outputs.argmax(axis=1)]

    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        X, y = validation.validate_data(self, X, y, reset=reset, dtype=FLOATS, allow_nd=True)
        multiclass.check_classification_targets(y)
        return X, y

    def _checked(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        X, y = self._validated(X, y, reset=reset)
        if reset:
            self.classes_ = np.unique(y)
        return X, self._encoded(y)

    def _encoded(self, y: Any) -> Any:
        """Labels as 0, 1, ..."""
        encoder = preprocessing.LabelEncoder()
        encoder.classes_ = self.classes_
        return encoder.transform(y)

    def _is_binary(self) -> bool:
        """There is one logit, not one for each of two classes."""
        return isinstance(self.criterion_, BCEWithLogitsLoss)

    def _out_features(self, y: Any) -> int:  # noqa: ARG002
        if self._is_binary() and len(self.classes_) != 2:
            raise errors.ArgumentError(
                f"NeuralClassifier: BCEWithLogitsLoss is for two classes, and y has {len(self.classes_)}. "
                f"Write criterion=nn.CrossEntropyLoss."
            )
        return 1 if self._is_binary() else len(self.classes_)

    def _output_shapes(self, y: Any) -> list[tuple[int, ...]]:
        return [(self._out_features(y),)]

    def _targets(self, y: Any) -> Any:
        return y[:, None].astype(next(self.module_.parameters()).dtype) if self._is_binary() else y
