"""Reverse-mode automatic differentiation of NumPy code.

Start with `Tensor` (define by run) or `grad` (functions of functions). The engine is `engine.py`, the table of
derivatives `derivatives/`, the views `viz/`, the gradient checker `testing/`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import autograd.derivatives  # noqa: F401  # fills the registry of rules
from autograd.derivatives.indexing import index_update
from autograd.functional import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)
from autograd.graph import detect_anomaly, enable_grad, no_grad
from autograd.recompute import checkpoint
from autograd.rules import primitive, vjp_rule
from autograd.tensor import Tensor

if TYPE_CHECKING:
    from autograd.compile.source import source
    from autograd.viz import draw, explain
    from autograd.viz.player import player

__all__ = [
    "Tensor",
    "checkpoint",
    "detect_anomaly",
    "draw",
    "elementwise_grad",
    "enable_grad",
    "explain",
    "grad",
    "hessian",
    "hvp",
    "index_update",
    "jacobian",
    "jvp",
    "no_grad",
    "player",
    "primitive",
    "source",
    "stop_gradient",
    "value_and_grad",
    "vjp",
    "vjp_rule",
]

__version__ = "0.1.0"

# HIPS autograd's names: those of its submodules, and where its top-level names are here
_COMPATIBLE = {
    "builtins": ("dict", "isinstance", "list", "tuple", "type"),
    "core": (),
    "differential_operators": (
        *("deriv", "egrad", "grad_and_aux", "grad_named", "hessian_tensor_product", "hessian_vector_product"),
        *("holomorphic_grad", "make_ggnvp", "make_hvp", "make_jvp", "make_jvp_reversemode", "make_vjp"),
        *("multigrad_dict", "tensor_jacobian_product", "vector_jacobian_product"),
    ),
    "extend": (),
    "misc": (),
    "numpy": (),
    "test_util": (),
    "tracer": (),
    "util": (),
    "wrap_util": (),
}


def __dir__() -> list[str]:
    return [*__all__, *_COMPATIBLE, *(name for names in _COMPATIBLE.values() for name in names)]


def __getattr__(name: str) -> Any:
    """Load the views, the checker and other names on first use: `import autograd` brings NumPy and nothing heavier."""
    if name in ("draw", "explain", "player"):
        return getattr(import_module("autograd.viz"), name)
    if name == "source":
        return import_module("autograd.compile.source").source
    if name in ("testing", "viz", "compile", "errors") or name in _COMPATIBLE:
        return import_module(f"autograd.{name}")
    for module, names in _COMPATIBLE.items():
        if name in names:
            return getattr(import_module(f"autograd.{module}"), name)
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")
