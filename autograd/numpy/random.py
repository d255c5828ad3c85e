"""`numpy.random`: numbers that are drawn have no derivative, so that every name is NumPy's own."""

from typing import Any

import numpy as np

from autograd.numpy.numpy_wrapper import fill, names, resolve

__all__ = names(np.random)  # noqa: PLE0605
fill(np.random, globals())


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    return resolve(np.random, name, globals())
