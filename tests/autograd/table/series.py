"""Rows of sinc and i0, with the families of their derivatives."""

from typing import Any

import numpy as np

from autograd.derivatives.series import i0_derivative, sinc_derivative
from tests.autograd.table.cases import Case, Domain, above_one, case, complex_, elementwise_cases, real


def of_order(function: Any, order: int) -> Any:
    return lambda x: function(x, order)


def far(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(5, 12, shape) * rng.choice([-1.0, 1.0], shape)


def on_both(function: Any, *domains: Domain) -> list[Case]:
    return [case(function, (3,), domain=domain) for domain in domains]


ROWS: dict[Any, list[Case]] = {
    np.sinc: elementwise_cases(np.sinc, real) + on_both(np.sinc, far, complex_),
    np.i0: elementwise_cases(np.i0, real) + on_both(np.i0, far, above_one),
    sinc_derivative: [c for n in (1, 2, 3) for c in on_both(of_order(sinc_derivative, n), real, far, complex_)],
    i0_derivative: [c for n in (0, 1, 2) for c in on_both(of_order(i0_derivative, n), real, far)],
}
