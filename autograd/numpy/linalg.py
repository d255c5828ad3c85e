"""`numpy.linalg`, whose functions here also take lists that hold Tensors."""

from typing import Any

import numpy as np

from autograd.numpy.numpy_wrapper import fill, names, resolve

__all__ = names(np.linalg)  # noqa: PLE0605
fill(np.linalg, globals())


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    return resolve(np.linalg, name, globals())
