"""Formulas of the multivariate normal and the Dirichlet distribution."""

from __future__ import annotations

import numpy as np

from autograd.derivatives.scipy.multivariate import (
    dirichlet_log_density,
    log_determinant,
    normal_log_density,
    precision,
)
from autograd.formulas import formula, word

formula(precision, cov="-z @ g @ z", singular=None)
formula(
    normal_log_density,
    x="-expand_dims(g, -1) * ((x - mean) @ precision(cov, singular))",
    mean="expand_dims(g, -1) * ((x - mean) @ precision(cov, singular))",
    cov="covariance_back(g, x - mean, precision(cov, singular))",
)
formula(log_determinant, cov="g * precision(cov, False)")
formula(
    dirichlet_log_density,
    x="g * ((alpha - 1) / x.T).T",
    alpha=lambda call: (
        "g * (log(x) - psi(alpha) + psi(sum(alpha)))"
        if np.ndim(call.x) == 1
        else "log(x) @ g - (psi(alpha) - psi(sum(alpha))) * sum(g)"
    ),
)
word("precision", "precision(cov) is the inverse of cov, or its pseudoinverse where cov may be singular")
word(
    "covariance_back",
    "covariance_back(g, d, p) is (v.T @ (g * v) - sum(g) * p) / 2, where the rows of v are those of d @ p",
)
