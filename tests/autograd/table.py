"""The test table: for every function in the registry of rules, calls to try it on, away from kinks.

A row is a function and its cases. `test_derivatives.py` runs every property over every case, and fails if a function of
the registry has no row here.
"""

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.derivatives import elementwise, indexing, linalg, reductions, shaping
from autograd.derivatives.indexing import index_add, index_update
from autograd.derivatives.shaping import astype
from autograd.recompute import checkpointed

Domain = Callable[[np.random.Generator, tuple[int, ...]], Any]


def real(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Between 0.3 and 1.7, of either sign: away from zero, and no two equal."""
    return (rng.uniform(0.3, 1.7, shape) * rng.choice([-1.0, 1.0], shape))[()]


def positive(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(0.3, 1.7, shape)


def inner(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Inside (-1, 1), away from zero."""
    return (rng.uniform(0.1, 0.8, shape) * rng.choice([-1.0, 1.0], shape))[()]


def above_one(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(1.2, 2.5, shape)


def even(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Multiples of 0.2; with `odd`, no two arrays tie or come near it."""
    return rng.integers(1, 8, shape) * 0.2 * rng.choice([-1.0, 1.0], shape)


def odd(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return even(rng, shape) + 0.1


def with_zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """As `real`, with a zero in the middle of each row."""
    x = real(rng, shape)
    x[..., shape[-1] // 2] = 0
    return x


def complex_(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return real(rng, shape) + 1j * real(rng, shape)


class Case(NamedTuple):
    """One call: a function of arrays, their shapes and domains."""

    function: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    domains: tuple[Domain, ...]

    def arguments(self, seed: int = 0) -> list[Any]:
        rng = np.random.default_rng(seed)
        return [domain(rng, shape) for domain, shape in zip(self.domains, self.shapes, strict=True)]


def case(function: Callable[..., Any], *shapes: tuple[int, ...], domain: Domain = real) -> Case:
    return Case(function, shapes, (domain,) * len(shapes))


def elementwise_cases(function: Callable[..., Any], *domains: Domain) -> list[Case]:
    """A function of one or two arguments on scalars, arrays, empty arrays and everything that broadcasts."""
    shapes: list[tuple[tuple[int, ...], ...]] = [((),), ((3,),), ((2, 3),), ((0, 2),)]
    if len(domains) == 2:
        shapes = [
            ((), ()),
            ((3,), (3,)),
            ((2, 3), ()),
            ((), (3,)),
            ((2, 1), (1, 3)),
            ((4, 1, 2), (3, 1)),
            ((0, 2), (2,)),
        ]
    return [Case(function, pair, domains) for pair in shapes]


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

mask = np.array([[True, False, True], [False, False, True]])

ROWS: dict[Any, list[Case]] = {
    **{function: elementwise_cases(function, domain) for function, domain in ONE_ARGUMENT.items()},
    **{function: elementwise_cases(function, *domains) for function, domains in TWO_ARGUMENTS.items()},
    # ---------------------------------------------------------------------------------------------------- elementwise
    np.ldexp: [case(lambda x: np.ldexp(x, np.array([1, -2, 3])), (3,)), case(lambda x: np.ldexp(x, 2), ())],
    np.copysign: [case(lambda x: np.copysign(x, np.array([1.0, -1.0, 1.0])), (3,))],
    np.nextafter: [case(lambda x: np.nextafter(x, 9.0) ** 2, (3,))],
    np.heaviside: [case(lambda y: np.heaviside(np.array([-1.0, 0.0, 1.0]), y), (3,))],
    np.angle: [case(np.angle, (3,), domain=complex_), case(lambda x: np.angle(x, deg=True), (3,), domain=complex_)],
    np.imag: [case(np.imag, (3,), domain=complex_), case(lambda x: np.imag(x * x), (), domain=complex_)],
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
    np.sign: [case(np.sign, (3,), domain=complex_)],
    np.modf: [case(lambda x: np.modf(x)[0] * np.modf(x)[1] + np.modf(x)[0], (3,))],
    np.frexp: [case(lambda x: np.frexp(x)[0], (3,))],
    np.divmod: [Case(lambda x, y: np.divmod(x, y)[1], ((3,), (3,)), (real, above_one))],
    # ----------------------------------------------------------------------------------------------------- reductions
    np.sum: [
        case(np.sum, (2, 3)),
        case(np.sum, ()),
        case(lambda x: np.sum(x, axis=1, keepdims=True), (2, 3)),
        case(lambda x: np.sum(x, axis=(0, -1)), (2, 3, 4)),
        case(lambda x: np.sum(x, 0, where=mask, initial=2.0), (2, 3)),
        case(np.sum, (0,)),
    ],
    np.mean: [
        case(np.mean, (2, 3)),
        case(lambda x: x.mean(axis=-1), (2, 3)),
        case(lambda x: np.mean(x, axis=(0, 2), keepdims=True), (2, 3, 4)),
        case(lambda x: np.mean(x, axis=1, where=mask), (2, 3)),
    ],
    np.var: [
        case(np.var, (5,)),
        case(lambda x: np.var(x, axis=0, ddof=1), (4, 3)),
        case(lambda x: np.var(x, axis=(0, 1), keepdims=True), (4, 3)),
        case(lambda x: np.var(x, axis=0, where=np.array([[True], [False], [True], [True]])), (4, 3)),
        case(np.var, (5,), domain=complex_),
    ],
    np.std: [case(np.std, (5,)), case(lambda x: np.std(x, axis=1, ddof=1, keepdims=True), (2, 4))],
    np.prod: [
        case(np.prod, (2, 3)),
        case(lambda x: np.prod(x, axis=0, keepdims=True), (2, 3)),
        case(lambda x: np.prod(x, axis=(0, 2)), (2, 3, 2)),
        case(lambda x: np.prod(x, axis=-1), (2, 3), domain=with_zeros),
        case(lambda x: np.prod(x, axis=0, where=mask, initial=3.0), (2, 3)),
    ],
    np.max: [
        case(np.max, (2, 3)),
        case(lambda x: np.max(x, axis=1), (2, 3)),
        case(lambda x: np.max(x, axis=0, keepdims=True, initial=-9.0, where=mask), (2, 3)),
    ],
    np.min: [case(np.min, (2, 3)), case(lambda x: x.min(axis=(0, 2)), (2, 3, 2))],
    np.amax: [case(lambda x: np.amax(x, axis=1), (2, 3))],
    np.amin: [case(lambda x: np.amin(x, axis=1), (2, 3))],
    np.cumsum: [case(np.cumsum, (2, 3)), case(lambda x: np.cumsum(x, axis=0), (2, 3)), case(np.cumsum, (3,))],
    np.logaddexp.reduce: [
        case(np.logaddexp.reduce, (4,)),
        case(lambda x: np.logaddexp.reduce(x, axis=1, keepdims=True), (2, 3)),
        case(lambda x: np.logaddexp.reduce(x, axis=None), (2, 3)),
    ],
    np.add.reduceat: [case(lambda x: np.add.reduceat(x, [0, 2, 1], axis=1), (2, 4))],
    np.add.reduce: [case(np.add.reduce, (2, 3)), case(lambda x: np.add.reduce(x, axis=None), (2, 3))],
    np.multiply.reduce: [case(lambda x: np.multiply.reduce(x, axis=1), (2, 3))],
    np.maximum.reduce: [case(np.maximum.reduce, (2, 3))],
    np.minimum.reduce: [case(np.minimum.reduce, (2, 3))],
    np.add.accumulate: [case(np.add.accumulate, (2, 3)), case(lambda x: np.add.accumulate(x, axis=1), (2, 3))],
    # ------------------------------------------------------------------------------------------------------- indexing
    operator.getitem: [
        case(lambda x: x[1], (3,)),
        case(lambda x: x[1, 2], (2, 3)),
        case(lambda x: x[-1, ::2], (2, 3)),
        case(lambda x: x[..., None, 1], (2, 3)),
        case(lambda x: x[::-1, 1:], (2, 3)),
        case(lambda x: x[mask], (2, 3)),
        case(lambda x: x[np.array([0, 2, 2, 0, 0])], (3, 2)),
        case(lambda x: x[[0, 1, 0]], (2, 3)),
        case(lambda x: x[((0, 0, 1),)], (2, 3)),
        case(lambda x: x[range(2)], (3,)),
        case(lambda x: x[[True, False]], (2, 3)),
        case(lambda x: x[np.int64(1), np.array(2)], (2, 3)),
        case(lambda x: x[[0, 1, 1], [2, 0, 0]], (2, 3)),
        case(lambda x: x[:, [1, 1]], (2, 3)),
        case(lambda x: x[np.array([[0], [1]]), 1:, np.array([0, 0])], (2, 3, 2)),
        case(lambda x: x[mask, None], (2, 3)),
        case(lambda x: x[np.array([True, False]), [0, 0, 2]], (2, 3)),
        case(lambda x: x[()], (2, 3)),
        case(lambda x: x[1:1], (3,)),
        case(lambda x: x[True], (3,)),
    ],
    index_add: [case(lambda v: index_add(np.zeros(3), np.array([0, 2, 2]), v), (3,))],
    index_update: [
        case(lambda t, v: index_update(t, (slice(None), 1), v), (2, 3), (2,)),
        case(lambda t, v: index_update(t, mask, v), (2, 3), ()),
        case(lambda t, v: index_update(t, [0, 0, 1], v), (3,), (3,)),
    ],
    # -------------------------------------------------------------------------------------------------------- shaping
    astype: [case(lambda x: astype(x, np.complex128) * 1j, (3,))],
    np.reshape: [
        case(lambda x: np.reshape(x, (3, 2)), (2, 3)),
        case(lambda x: x.reshape(-1), (2, 3)),
        case(lambda x: np.reshape(x, (3, 2), order="F"), (2, 3)),
        case(lambda x: np.reshape(x, (1, 1)), ()),
    ],
    np.ravel: [case(np.ravel, (2, 3)), case(lambda x: np.ravel(x, order="F"), (2, 3))],
    np.transpose: [
        case(np.transpose, (2, 3)),
        case(lambda x: x.transpose(2, 0, -2), (2, 3, 4)),
        case(lambda x: x.T, (2, 3)),
    ],
    np.full_like: [case(lambda v: np.full_like(v, v[0]), (3,)), case(lambda v: np.full_like(v, v), (3,))],
    np.bincount: [case(lambda w: np.bincount([0, 2, 2, 0], weights=w, minlength=4), (4,))],
    np.matrix_transpose: [case(np.matrix_transpose, (2, 3, 4))],
    np.moveaxis: [
        case(lambda x: np.moveaxis(x, 0, -1), (2, 3, 4)),
        case(lambda x: np.moveaxis(x, (0, 2), (1, 0)), (2, 3, 4)),
    ],
    np.rollaxis: [
        case(lambda x: np.rollaxis(x, 2), (2, 3, 4)),
        case(lambda x: np.rollaxis(x, 0, 3), (2, 3, 4)),
        case(lambda x: np.rollaxis(x, 0, -1), (2, 3, 4)),
    ],
    np.swapaxes: [case(lambda x: np.swapaxes(x, 0, 2), (2, 3, 4))],
    np.squeeze: [case(np.squeeze, (1, 3, 1)), case(lambda x: np.squeeze(x, axis=0), (1, 3, 1))],
    np.expand_dims: [case(lambda x: np.expand_dims(x, (0, 2)), (2, 3)), case(lambda x: np.expand_dims(x, -1), ())],
    np.broadcast_to: [
        case(lambda x: np.broadcast_to(x, (4, 2, 3)), (2, 1)),
        case(lambda x: np.broadcast_to(x, (2,)), ()),
    ],
    np.broadcast_arrays: [case(lambda x, y: np.multiply(*np.broadcast_arrays(x, y)), (2, 1), (3,))],
    np.flip: [case(np.flip, (2, 3)), case(lambda x: np.flip(x, (0,)), (2, 3)), case(lambda x: np.flip(x, 1), (2, 3))],
    np.fliplr: [case(np.fliplr, (2, 3))],
    np.flipud: [case(np.flipud, (2, 3))],
    np.roll: [
        case(lambda x: np.roll(x, 2), (2, 3)),
        case(lambda x: np.roll(x, 1, axis=1), (2, 3)),
        case(lambda x: np.roll(x, (1, -1), (0, 1)), (2, 3)),
    ],
    np.atleast_1d: [case(np.atleast_1d, ()), case(lambda x, y: np.multiply(*np.atleast_1d(x, y)), (2,), ())],
    np.atleast_2d: [case(np.atleast_2d, ()), case(np.atleast_2d, (3,)), case(np.atleast_2d, (2, 3))],
    np.atleast_3d: [case(np.atleast_3d, shape) for shape in ((), (3,), (2, 3), (2, 3, 4))],
    np.concatenate: [
        case(lambda x, y: np.concatenate([x, y]), (2, 3), (1, 3)),
        case(lambda x, y: np.concatenate((x, np.ones((2, 1)), y), axis=-1), (2, 3), (2, 2)),
        case(lambda x, y: np.concatenate([x, y], axis=None), (2, 3), (2,)),
        case(lambda x: np.concatenate([x, x, 2 * x]), (3,)),
        case(lambda x: np.concatenate([x, [1.0, 2.0]]), (3,)),
    ],
    np.stack: [
        case(lambda x, y: np.stack([x, y]), (3,), (3,)),
        case(lambda x, y: np.stack([x, y], axis=-1), (2, 3), (2, 3)),
    ],
    np.vstack: [case(lambda x, y: np.vstack([x, y]), (3,), (2, 3))],
    np.hstack: [case(lambda x, y: np.hstack([x, y]), (3,), (2,)), case(lambda x, y: np.hstack([x, y]), (2, 1), (2, 3))],
    np.dstack: [case(lambda x, y: np.dstack([x, y]), (2, 3), (2, 3))],
    np.column_stack: [case(lambda x, y: np.column_stack([x, y]), (2,), (2, 3))],
    np.block: [
        case(lambda x, y: np.block([[x, np.eye(2)], [np.ones((1, 2)), y]]), (2, 2), (1, 2)),
        case(lambda x, y: np.block([x, y, 2.0 * y]), (3,), ()),
        case(lambda x: np.block([[[x]], [[x]]]), (2, 2)),
    ],
    np.append: [case(np.append, (2, 3), (2,)), case(lambda x, y: np.append(x, y, axis=1), (2, 3), (2, 1))],
    np.split: [case(lambda x: np.split(x, 3, axis=1)[1], (2, 6)), case(lambda x: np.split(x, [1, 4])[1], (5,))],
    np.array_split: [
        case(lambda x: np.array_split(x, 3)[0], (5,)),
        case(lambda x: np.array_split(x, 2, axis=1)[1], (2, 3)),
    ],
    np.hsplit: [case(lambda x: np.hsplit(x, 2)[1], (2, 4))],
    np.vsplit: [case(lambda x: np.vsplit(x, 2)[0], (4, 2))],
    np.dsplit: [case(lambda x: np.dsplit(x, 2)[0], (2, 2, 4))],
    np.repeat: [
        case(lambda x: np.repeat(x, 2), (2, 3)),
        case(lambda x: np.repeat(x, 3, axis=1), (2, 3)),
        case(lambda x: np.repeat(x, [1, 0, 2], axis=-1), (2, 3)),
    ],
    np.tile: [
        case(lambda x: np.tile(x, 2), (3,)),
        case(lambda x: np.tile(x, (2, 1, 3)), (2, 3)),
        case(lambda x: np.tile(x, 3), ()),
    ],
    shaping.pad: [case(lambda x: np.pad(x, 1, constant_values=5.0), (2, 3))],
    np.pad: [
        case(lambda x: np.pad(x, ((1, 2), (0, 1))), (2, 3)),
        case(lambda x: np.pad(x, (1, 2), mode="edge"), (3,)),
        case(lambda x: np.pad(x, ((1, 1), (2, 0)), mode="reflect"), (2, 3)),
        case(lambda x: np.pad(x, 2, mode="symmetric"), (3,)),
        case(lambda x: np.pad(x, 2, mode="wrap"), (3,)),
    ],
    # --------------------------------------------------------------------------------------------------------- linalg
    np.matmul: [
        case(np.matmul, (2, 3), (3, 4)),
        case(np.matmul, (3,), (3,)),
        case(np.matmul, (3,), (3, 2)),
        case(np.matmul, (2, 3), (3,)),
        case(np.matmul, (5, 2, 3), (3, 2)),
        case(np.matmul, (5, 1, 2, 3), (4, 3, 2)),
        case(np.matmul, (3,), (5, 3, 2)),
        case(np.matmul, (5, 2, 3), (3,)),
        case(lambda x, y: x @ y, (2, 3), (3, 2), domain=complex_),
    ],
    np.dot: [
        case(np.dot, a, b)
        for a, b in (
            ((), (2, 3)),
            ((3,), (3,)),
            ((2, 3), (3, 2)),
            ((2, 3), (3,)),
            ((2, 3), (4, 3, 2)),
            ((2, 4, 3), (3,)),
        )
    ],
    np.tensordot: [
        case(np.tensordot, (2, 3, 4), (3, 4, 2)),
        case(lambda x, y: np.tensordot(x, y, axes=0), (2,), (3,)),
        case(lambda x, y: np.tensordot(x, y, axes=([0, 2], [2, -3])), (2, 3, 4), (4, 5, 2)),
        case(lambda x, y: np.tensordot(x, y, axes=(1, 0)), (2, 3), (3, 4)),
    ],
    np.inner: [case(np.inner, (2, 3), (4, 3)), case(np.inner, (3,), (3,)), case(np.inner, (), (3,))],
    np.outer: [case(np.outer, (2,), (3,)), case(np.outer, (2, 2), (3,))],
    np.vdot: [case(np.vdot, (3,), (3,)), case(np.vdot, (2, 3), (2, 3), domain=complex_)],
    np.vecdot: [
        case(lambda x, y: np.vecdot(x, y, axis=0), (3,), (3, 2)),
        case(np.vecdot, (2, 3), (3,)),
        case(np.vecdot, (2, 3), (2, 3), domain=complex_),
    ],
    np.diagonal: [
        case(np.diagonal, (3, 4)),
        case(lambda x: np.diagonal(x, -1), (3, 4)),
        case(lambda x: np.diagonal(x, 2, 0, 2), (3, 2, 4)),
    ],
    np.trace: [case(np.trace, (3, 4)), case(lambda x: np.trace(x, 1, 2, 0), (3, 2, 4))],
    linalg.einsum: [case(lambda x, y: np.einsum("ij,jk->ik", x, y), (2, 3), (3, 4))],
    np.einsum: [
        case(lambda x, y: np.einsum("ij,jk", x, y), (2, 3), (3, 4)),
        case(lambda x, y, z: np.einsum("ij,jk,k->i", x, y, z), (2, 3), (3, 4), (4,)),
        case(lambda x: np.einsum("ii", x), (3, 3)),
        case(lambda x: np.einsum("ii->i", x), (3, 3)),
        case(lambda x: np.einsum("iij->j", x), (2, 2, 3)),
        case(lambda x: np.einsum("ij->", x), (2, 3)),
        case(lambda x: np.einsum("ij->ji", x), (2, 3)),
        case(lambda x, y: np.einsum("i,i->", x, y), (3,), (3,)),
        case(lambda x, y: np.einsum("...ij,...jk->...ik", x, y), (5, 2, 3), (3, 4)),
        case(lambda x, y: np.einsum("i...,i...", x, y), (2, 3), (2, 3)),
        case(lambda x, y: np.einsum(x, [0, 1], y, [1, 2], [2, 0]), (2, 3), (3, 4)),
        case(lambda x, y: np.einsum(x, [0, Ellipsis], y, [0]), (2, 3), (2,)),
        case(lambda x, y: np.einsum("ij,ij->ij", x, y), (1, 3), (2, 3)),
        case(lambda x: np.einsum("ij,ik->jk", x, x), (2, 3)),
        case(lambda x, y: np.einsum("i,i->", x, y), (1,), (4,)),
        case(lambda x: np.einsum(x, [0, 27]), (2, 3)),
    ],
}

for function in (np.add, np.multiply, np.power):
    ROWS[function.outer] = [case(function.outer, (2,), (3, 2), domain=positive)]

for name in ("matvec", "vecmat"):
    if hasattr(np, name):
        ROWS[getattr(np, name)] = [
            case(getattr(np, name), *((2, 2, 3), (3,)) if name == "matvec" else ((2,), (4, 2, 3)))
        ]
if hasattr(np, "unstack"):  # NumPy 2.1, which also has these keywords
    ROWS[np.clip].append(case(lambda x, low: np.clip(x, min=low, max=None), (4,), (4,)))
    ROWS[np.unstack] = [case(lambda x: np.unstack(x, axis=1)[1], (2, 3))]
if hasattr(np, "astype"):
    ROWS[np.astype] = [case(lambda x: np.astype(x, np.complex128), (3,))]

# Rows whose property test is elsewhere, and where.
ELSEWHERE: dict[Any, str] = {checkpointed: "test_functional.py"}

MODULES = (elementwise, indexing, linalg, reductions, shaping)
