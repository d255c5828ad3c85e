"""Parameters as one vector and back, for methods that take a vector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.graph import unwrap
from nn import errors
from nn.parameter import listed

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Any:
    """All parameters, one behind the other: a Tensor through which gradients flow to them."""
    return np.concatenate([np.ravel(p) for p in listed("parameters_to_vector", parameters)])


def vector_to_parameters(vec: Any, parameters: Iterable[Tensor]) -> None:
    """Give the parameters the values in a vector, as `parameters_to_vector` lays them out; each keeps its dtype.

    Raises `ShapeError` if the vector is not as long as they are together.
    """
    vec, parameters = np.asarray(unwrap(vec)), listed("vector_to_parameters", parameters)
    ends = np.cumsum([p.size for p in parameters])
    if vec.shape != (sum(p.size for p in parameters),):
        raise errors.ShapeError(
            f"vector_to_parameters: the vector has shape {vec.shape}; it must be ({sum(p.size for p in parameters)},), "
            f"the numbers of all parameters."
        )
    for p, end in zip(parameters, ends, strict=True):
        p.data = vec[end - p.size : end].reshape(p.shape)
