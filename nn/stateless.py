"""A model as a function of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn.module import Module

__all__ = ["functional_call"]


def functional_call(module: Module, parameters: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
    """``module(*args, **kwargs)`` with other values (arrays or tensors, by path) in place of some of its parameters.

    It makes a model a function of its parameters, for `autograd.grad`, `hvp` or `gradcheck`. A shared parameter is
    replaced wherever it is used.

    >>> from autograd import grad
    >>> import numpy as np
    >>> from nn import Linear
    >>> line = Linear(1, 1)
    >>> g = grad(lambda p: functional_call(line, p, np.ones((1, 1))).sum())(line.state_dict())
    >>> g["weight"].tolist()
    [[1.0]]
    """
    with module.substituted(parameters):
        return module(*args, **kwargs)
