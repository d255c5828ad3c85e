"""Rows of the functions that move entries."""

from typing import Any

import numpy as np

from autograd.derivatives.shaping import astype
from tests.autograd.table.cases import Case, case

appended = case(lambda x: np.append(x, [[x[0], 1.0], [2.0, x[1]]]), (2,))

ROWS: dict[Any, list[Case]] = {
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
    np.append: [case(np.append, (2, 3), (2,)), case(lambda x, y: np.append(x, y, axis=1), (2, 3), (2, 1)), appended],
    np.split: [case(lambda x: np.split(x, 3, axis=1)[1], (2, 6)), case(lambda x: np.split(x, [1, 4])[1], (5,))],
    np.array_split: [
        case(lambda x: np.array_split(x, 3)[0], (5,)),
        case(lambda x: np.array_split(x, 2, axis=1)[1], (2, 3)),
    ],
    np.hsplit: [
        case(lambda x: np.hsplit(x, 2)[1], (2, 4)),
        case(lambda x: np.hsplit(x, indices_or_sections=[1])[1], (3,)),
    ],
    np.vsplit: [case(lambda x: np.vsplit(x, 2)[0], (4, 2))],
    np.dsplit: [case(lambda x: np.dsplit(x, 2)[0], (2, 2, 4))],
    np.repeat: [
        case(lambda x: np.repeat(x, 2), (2, 3)),
        case(lambda x: np.repeat(x, 3, axis=1), (2, 3)),
        case(lambda x: np.repeat(x, [1, 0, 2], axis=-1), (2, 3)),
        case(lambda x: np.repeat(x, 3, axis=0), ()),
    ],
    np.tile: [
        case(lambda x: np.tile(x, 2), (3,)),
        case(lambda x: np.tile(x, (2, 1, 3)), (2, 3)),
        case(lambda x: np.tile(x, 3), ()),
    ],
}

if hasattr(np, "unstack"):  # NumPy 2.1
    ROWS[np.unstack] = [case(lambda x: np.unstack(x, axis=1)[1], (2, 3))]
if hasattr(np, "astype"):
    ROWS[np.astype] = [case(lambda x: np.astype(x, np.complex128), (3,))]
