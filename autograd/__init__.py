"""Reverse-mode automatic differentiation of NumPy code.

Start with `Tensor` (define by run) or `grad` (functions of functions). The engine is `engine.py`, the table of derivatives
`derivatives/`.
"""

from autograd import derivatives
from autograd.engine import detect_anomaly, enable_grad, no_grad
from autograd.functional import (
    checkpoint, elementwise_grad, grad, hessian, hvp, jacobian, jvp, stop_gradient, value_and_grad, vjp,
)
from autograd.derivatives.indexing import index_update
from autograd.rules import primitive, vjp_rule
from autograd.tensor import Tensor
