"""SciPy with gradients, under the names of SciPy: ``from autograd.scipy.special import logsumexp``.

The ufuncs of `scipy.special` need none of this: they take Tensors themselves. Here are SciPy's functions that convert
their input, so that a gradient would be lost. What has no rule is SciPy's own function. A thin wing over
`autograd.derivatives.scipy`; needs SciPy: ``pip install 'chainrule[scipy]'``.
"""

from importlib import import_module
from typing import Any

from autograd.optional import optional

__all__ = ["integrate", "linalg", "misc", "signal", "special", "stats"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """Load a part of the package when it is asked for, as SciPy does; what is no part of it is SciPy's."""
    if name in __all__:
        return import_module(f"autograd.scipy.{name}")
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(optional("scipy", "scipy", "autograd.scipy"), name)
