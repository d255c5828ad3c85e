"""Rows of `np.pad`, mode by mode."""

from typing import Any

import numpy as np

from autograd.derivatives import padding
from autograd.rules import COMPOSITIONS, RULES
from tests.autograd.table.cases import Case, case


def padded(pad_width: Any, mode: str, *shape: int, **keywords: Any) -> Case:
    return case(lambda x: np.pad(x, pad_width, mode, **keywords), shape)


EACH = ((1, 2), (0, 3))

ROWS: dict[Any, list[Case]] = {
    padding.pad: [case(lambda x: np.pad(x, 1, constant_values=5.0), (2, 3))],
    np.pad: [
        case(lambda x: np.pad(x, ((1, 2), (0, 1))), (2, 3)),
        case(lambda x, c: np.pad(x, 1, constant_values=c), (2, 3), ()),
        case(lambda x, c: np.pad(x, EACH, constant_values=c), (2, 3), (2, 2)),
        case(lambda x, c, d: np.pad(x, ((1, 2), (2, 1)), constant_values=((c, d), (1.0, c))), (2, 3), (), ()),
        padded((1, 2), "edge", 3),
        padded(((1, 1), (2, 0)), "reflect", 2, 3),
        padded(2, "symmetric", 3),
        padded(2, "wrap", 3),
        padded(EACH, "reflect", 3, 2, reflect_type="odd"),
        padded((9, 7), "reflect", 3, reflect_type="odd"),
        padded(EACH, "symmetric", 3, 2, reflect_type="odd"),
        padded((8, 7), "symmetric", 3, reflect_type="odd"),
        padded((2, 1), "reflect", 1, reflect_type="odd"),
        padded(EACH, "mean", 2, 3),
        padded((2, 1), "mean", 5, stat_length=2),
        padded(EACH, "maximum", 2, 3),
        padded(EACH, "maximum", 2, 3, stat_length=((1, 1), (2, 9))),
        padded((1, 2), "minimum", 4, stat_length=(3, 1)),
        padded(EACH, "linear_ramp", 2, 3),
        padded(EACH, "linear_ramp", 2, 3, end_values=((1.0, 2.0), (3.0, 4.0))),
        case(lambda x, e: np.pad(x, EACH, "linear_ramp", end_values=e), (2, 3), ()),
    ],
}

if np.median in RULES or np.median in COMPOSITIONS:
    ROWS[np.pad] += [padded(EACH, "median", 2, 3), padded((2, 1), "median", 5, stat_length=3)]
