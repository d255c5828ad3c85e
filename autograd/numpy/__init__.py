"""NumPy under the name that users of HIPS autograd import: ``import autograd.numpy as np``.

Every name is NumPy's. NumPy's own functions take Tensors already; here they also take lists that hold some, such as
``np.sum([a, b])`` and ``np.array([[a, 0.0], [b, 1.0]])``. `numpy_wrapper` does it.
"""

from typing import Any

import numpy as np

from autograd.numpy import fft, linalg, numpy_boxes, numpy_vjps, numpy_vspaces, numpy_wrapper, random  # noqa: F401
from autograd.numpy.numpy_wrapper import (
    concatenate_args,  # noqa: F401
    fill,
    make_diagonal,  # noqa: F401
    names,
    numpy_version,
    resolve,
    wrap_namespace,  # noqa: F401
)

__all__ = names(np)  # noqa: PLE0605  # a star import brings NumPy's names

__version__ = numpy_version
fill(np, globals())


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """What NumPy itself loads on first use."""
    return resolve(np, name, globals())
