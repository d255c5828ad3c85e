"""Formulas of correlations over any number of axes, which `scipy.signal` has its convolutions of."""

from __future__ import annotations

import numpy as np

from autograd.derivatives.scipy.signal import sliding
from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call


def of_signal(call: Call) -> str:
    """The whole correlation with the filter turned round: zeros as wide as the filter are put around."""
    ndim, sizes = np.ndim(call.w), np.shape(call.w)[2:]
    margin = ((0, 0), (0, 0), *((n - 1, n - 1) for n in sizes))
    return f"sliding(pad(g, {margin}), swapaxes(flip(w, {tuple(range(2, ndim))}), 0, 1))"


formula(sliding, x=of_signal, w="swapaxes(sliding(swapaxes(x, 0, 1), swapaxes(g, 0, 1)), 0, 1)")
word("sliding", "sliding(x, w)[i, j, o] = sum over d and k of x[i, d, o + k] * w[j, d, k]")
