"""`NeuralRegressor`."""

from __future__ import annotations

from typing import Any, Self

from nn import errors
from nn.losses import MSELoss
from nn.sklearn.base import FLOATS, NeuralEstimator, base, of_rows, validation

__all__ = ["NeuralRegressor"]


class NeuralRegressor(base.RegressorMixin, NeuralEstimator):  # type: ignore[misc]
    """A network that predicts one number, or several; see `NeuralEstimator` for the parameters.

    The module returns (N, 1), or (N,), for targets (N,), and (N, K) for (N, K); `MSELoss` judges it. Targets far from 0
    or widely spread are learnt slowly: ``TransformedTargetRegressor(NeuralRegressor(), transformer=StandardScaler())``.
    """

    default_criterion = MSELoss

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch on these rows."""
        first = not hasattr(self, "module_")
        return self._train(*self._checked(X, y, reset=first), sample_weight, 1, reset=first)

    def predict(self, X: Any) -> Any:
        """The numbers, in the shape of the targets that were fitted."""
        outputs = self._outputs(X)
        return outputs.reshape(len(outputs), *self._target_shape)

    def __sklearn_tags__(self) -> Any:
        """It takes several targets at once."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _checked(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        options = {"dtype": FLOATS, "allow_nd": True, "multi_output": True, "y_numeric": True}
        X, y = validation.validate_data(self, X, y, reset=reset, **options)
        if reset:
            self._target_shape = y.shape[1:]
        elif y.shape[1:] != self._target_shape:
            expected, got = of_rows(self._target_shape), of_rows(y.shape[1:])
            raise errors.ShapeError(f"NeuralRegressor: y was {expected} in the first fit, and is {got} now.")
        return X, y.astype(X.dtype, copy=False)

    def _out_features(self, y: Any) -> int:
        return int(y[0].size)

    def _output_shapes(self, y: Any) -> list[tuple[int, ...]]:
        return [y.shape[1:]] if y.ndim > 1 else [(1,), ()]

    def _targets(self, y: Any) -> Any:
        return y.reshape(len(y), *self._output_shape)
