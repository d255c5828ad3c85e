"""What the cells are made of: one step of a recurrence as two nodes, with rules that cost little.

They are written apart from the recurrences over whole sequences: a loop of one's own runs them hundreds of times, and
there each microsecond counts. What the backward pass needs of the gates is computed again, which costs less than
handing out several results.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn.functional.activation import sigmoid
from nn.functional.plans import is_recorded, pulled_back, row_sums

__all__ = ["gru_products", "gru_update", "preactivation"]


@primitive
def preactivation(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """``x @ w_ih.T + b_ih + h @ w_hh.T + b_hh`` for x (batch, in) and h (batch, hidden), rounded as over a sequence."""
    y = x @ w_ih.T
    if b_ih is not None:
        y = y + (b_ih + b_hh)
    return y + h @ w_hh.T


vjp_rule(
    preactivation,
    lambda g, y, x, h, w_ih, w_hh, b_ih=None, b_hh=None: g @ w_ih,
    lambda g, y, x, h, w_ih, w_hh, b_ih=None, b_hh=None: g @ w_hh,
    lambda g, y, x, h, w_ih, w_hh, b_ih=None, b_hh=None: g.T @ x,
    lambda g, y, x, h, w_ih, w_hh, b_ih=None, b_hh=None: g.T @ h,
    lambda g, y, x, h, w_ih, w_hh, b_ih, b_hh: row_sums(g),
    lambda g, y, x, h, w_ih, w_hh, b_ih, b_hh: row_sums(g),
)


@primitive
def gru_products(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """``w_ih @ x.T + b_ih`` over ``w_hh @ h.T + b_hh``, (6 * hidden, batch).

    So a gate lies in one piece, and the products take half the time that (batch, 3 * hidden) would.
    """
    half = len(w_ih)
    y = np.empty((2 * half, len(x)), np.result_type(x, h, w_ih, w_hh))
    np.matmul(w_ih, np.ascontiguousarray(x.T), out=y[:half])
    np.matmul(w_hh, np.ascontiguousarray(h.T), out=y[half:])
    if b_ih is not None:
        y[:half] += b_ih[:, None]
        y[half:] += b_hh[:, None]
    return y


def column_sums(x: Any) -> Any:
    return x @ np.ones(x.shape[1], x.dtype)


vjp_rule(
    gru_products,
    lambda g, y, x, h, w_ih, w_hh, b_ih=None, b_hh=None: g[: len(w_ih)].T @ w_ih,
    lambda g, y, x, h, w_ih, w_hh, b_ih=None, b_hh=None: g[len(w_ih) :].T @ w_hh,
    lambda g, y, x, h, w_ih, w_hh, b_ih=None, b_hh=None: g[: len(w_ih)] @ x,
    lambda g, y, x, h, w_ih, w_hh, b_ih=None, b_hh=None: g[len(w_ih) :] @ h,
    lambda g, y, x, h, w_ih, w_hh, b_ih, b_hh: column_sums(g[: len(w_ih)]),
    lambda g, y, x, h, w_ih, w_hh, b_ih, b_hh: column_sums(g[len(w_ih) :]),
)


@primitive
def gru_update(products: Any, h: Any) -> Any:
    """The new h (batch, hidden) from `gru_products` and h."""
    rz, n, _ = gru_gates(products)
    new = h.T - n
    new *= rz[len(n) :]
    new += n
    return np.ascontiguousarray(new.T)


def gru_gates(products: Any) -> tuple[Any, Any, Any]:
    """r over z, n, and what r is multiplied with, all of shape (..., batch)."""
    width = len(products) // 6
    rz, m = products[: 2 * width] + products[3 * width : 5 * width], products[5 * width :]
    rz *= 0.5
    np.tanh(rz, out=rz)
    rz *= 0.5
    rz += 0.5
    n = rz[:width] * m
    n += products[2 * width : 3 * width]
    return rz, np.tanh(n, out=n), m


def gru_update_by_products(g: Any, y: Any, products: Any, h: Any) -> Any:
    """The gates are computed again: that costs less than handing them out as results would."""
    if is_recorded(g, [products, h]):
        return pulled_back(gru_update_composed, g, [products, h])[0]
    rz, n, m = gru_gates(products)
    width = len(n)
    out = np.empty_like(products)
    slopes, gn = out[: 2 * width], out[2 * width : 3 * width]
    g = np.ascontiguousarray(g.T)
    part = n * n
    np.subtract(1, part, out=part)
    np.subtract(1, rz, out=slopes)
    np.multiply(g, slopes[width:], out=gn)
    gn *= part
    slopes *= rz
    slopes[:width] *= m
    slopes[:width] *= gn
    np.subtract(h.T, n, out=part)
    part *= g
    slopes[width:] *= part
    out[3 * width : 5 * width] = slopes
    np.multiply(gn, rz[:width], out=out[5 * width :])
    return out


def gru_update_by_state(g: Any, y: Any, products: Any, h: Any) -> Any:
    """g times the gate z; the rest of what reaches h goes through the products."""
    width = h.shape[1]
    z = np.tanh((products[width : 2 * width] + products[4 * width : 5 * width]) * 0.5) * 0.5 + 0.5
    return g * z.T


def gru_update_composed(products: Any, h: Any) -> Any:
    """The same in NumPy's functions."""
    rx, zx, nx, rh, zh, nh = (products[k * h.shape[1] : (k + 1) * h.shape[1]] for k in range(6))
    n = np.tanh(nx + sigmoid(rx + rh) * nh).T
    return n + sigmoid(zx + zh).T * (h - n)


vjp_rule(gru_update, gru_update_by_products, gru_update_by_state)
