"""Rows of the elementwise functions."""

from typing import Any

import numpy as np

from autograd.derivatives import elementwise
from tests.autograd.table.cases import (
    Case,
    Domain,
    above_one,
    case,
    complex_,
    elementwise_cases,
    even,
    inner,
    mask,
    odd,
    positive,
    real,
)

ONE_ARGUMENT: dict[Any, Domain] = {
    np.negative: real,
    np.positive: real,
    np.reciprocal: real,
    np.square: real,
    np.sqrt: positive,
    np.cbrt: real,
    np.absolute: real,
    np.fabs: real,
    np.exp: real,
    np.exp2: real,
    np.expm1: real,
    np.log: positive,
    np.log2: positive,
    np.log10: positive,
    np.log1p: positive,
    np.sin: real,
    np.cos: real,
    np.tan: inner,
    np.arcsin: inner,
    np.arccos: inner,
    np.arctan: real,
    np.deg2rad: real,
    np.radians: real,
    np.rad2deg: real,
    np.degrees: real,
    np.sinh: real,
    np.cosh: real,
    np.tanh: real,
    np.arcsinh: real,
    np.arccosh: above_one,
    np.arctanh: inner,
    np.conjugate: real,
    np.real: real,
}

TWO_ARGUMENTS: dict[Any, tuple[Domain, Domain]] = {
    np.add: (real, real),
    np.subtract: (real, real),
    np.multiply: (real, real),
    np.divide: (real, real),
    np.power: (positive, real),
    np.float_power: (positive, real),
    np.hypot: (real, real),
    np.arctan2: (real, real),
    np.logaddexp: (real, real),
    np.logaddexp2: (real, real),
    np.maximum: (even, odd),
    np.minimum: (even, odd),
    np.fmax: (even, odd),
    np.fmin: (even, odd),
    np.remainder: (real, above_one),
    np.fmod: (real, above_one),
}

HOLOMORPHIC = [
    np.negative, np.positive, np.reciprocal, np.square, np.sqrt, np.exp, np.expm1, np.log, np.log2, np.log10, np.log1p,
    np.sin, np.cos, np.tan, np.arcsin, np.arccos, np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.arccosh,
    np.arctanh,
]  # fmt: skip

ROWS: dict[Any, list[Case]] = {
    **{function: elementwise_cases(function, domain) for function, domain in ONE_ARGUMENT.items()},
    **{function: elementwise_cases(function, *domains) for function, domains in TWO_ARGUMENTS.items()},
    np.ldexp: [case(lambda x: np.ldexp(x, np.array([1, -2, 3])), (3,)), case(lambda x: np.ldexp(x, 2), ())],
    np.copysign: [case(lambda x: np.copysign(x, np.array([1.0, -1.0, 1.0])), (3,))],
    np.nextafter: [case(lambda x: np.nextafter(x, 9.0) ** 2, (3,))],
    np.heaviside: [case(lambda y: np.heaviside(np.array([-1.0, 0.0, 1.0]), y), (3,))],
    np.angle: [case(np.angle, (3,), domain=complex_), case(lambda x: np.angle(x, deg=True), (3,), domain=complex_)],
    np.imag: [case(np.imag, (3,), domain=complex_), case(lambda x: np.imag(x * x), (), domain=complex_)],
    elementwise.share_of_sum: [
        case(lambda x, y: elementwise.share_of_sum(x, y, np.exp), (2, 3), (3,)),
        case(lambda x, y: elementwise.share_of_sum(x, y, np.exp2), (3,), ()),
    ],
    elementwise.clip: [case(lambda x: np.clip(x, -1.0, 1.0), (2, 3)), case(lambda x: np.clip(x, None, 0.5), (3,))],
    np.clip: [
        case(np.clip, (2, 3), (2, 1), (3,)),
        case(lambda x, high: np.clip(x, a_min=None, a_max=high), (4,), ()),
    ],
    np.where: [
        case(lambda x, y: np.where(mask, x, y), (2, 3), (3,)),
        case(lambda x: np.where(mask, x, 0.0), ()),
        case(lambda x, y: np.where(np.eye(3, dtype=bool), x, [[x, 1.0, y]]), (), ()),
        case(lambda x: np.where(mask, x, [1.0, 2.0, 3.0]), (2, 3)),
    ],
    elementwise.unit: [case(np.sign, (2, 3), domain=complex_)],
    np.sign: [case(np.sign, (3,), domain=complex_), case(np.sign, (), domain=complex_)],
    elementwise.fraction: [case(lambda x: np.modf(x)[0], (2, 3))],
    np.modf: [case(lambda x: np.modf(x)[0] * np.modf(x)[1] + np.modf(x)[0], (3,))],
    np.frexp: [case(lambda x: np.frexp(x)[0], (3,))],
    np.divmod: [Case(lambda x, y: np.divmod(x, y)[1], ((3,), (3,)), (real, above_one))],
}

if hasattr(np, "unstack"):  # NumPy 2.1, which has these keywords
    ROWS[np.clip].append(case(lambda x, low: np.clip(x, min=low, max=None), (4,), (4,)))
