"""A loss as one node: the formula of its entries or rows, and the reduction.

Imported by the families beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn.reduction import share, total

__all__ = ["one_node", "positive_part"]

Function = Callable[..., Any]

#: as a decorator it takes half the time of a block
silent = np.errstate(over="ignore", invalid="ignore", divide="ignore")


def one_node(*slopes: Function, by_row: bool = False) -> Callable[[Function], Function]:
    """Make of a formula, as a decorator, the primitive ``loss(*inputs, reduction, *options)``.

    The formula gives the losses of ``(*inputs, *options)``, one per entry of the first input or, `by_row`, one per row,
    its last axis. There is a slope for each input: ``slope(s, *inputs, *options)`` is the derivative by it times `s`,
    what each loss gets of the gradient. Slopes are rules: they are traced for higher derivatives. What is infinite or
    NaN, such as the mean of nothing, comes without NumPy's warnings.
    """
    n = len(slopes)

    def decorate(formula: Function) -> Function:
        @silent
        def loss(*args: Any) -> Any:
            return total(formula(*args[:n], *args[n + 1 :]), args[n])

        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(loss, name, getattr(formula, name))
        node = primitive(loss)
        vjp_rule(node, *map(rule, slopes))
        return node

    def rule(slope: Function) -> Function:
        @silent
        def vjp(g: Any, y: Any, *args: Any) -> Any:
            shape = args[0].shape
            s = np.expand_dims(share(g, shape[:-1], args[n]), -1) if by_row else share(g, shape, args[n])
            return slope(s, *args[:n], *args[n + 1 :])

        return vjp

    return decorate


@primitive
def positive_part(x: Any) -> Any:
    """``max(x, 0)`` with derivative 1 at 0: PyTorch's convention for a margin that is just kept."""
    return np.maximum(x, 0)


vjp_rule(positive_part, lambda g, y, x: np.where(x >= 0, g, 0))
