"""Write rule_checks.md: every derivative of the registry against finite differences, to third order.

``make docs`` runs this. It walks the table of the tests, tests/autograd/table, in which every function of the registry
has a row; the tests hold much more of each row than the numbers shown here.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import op_name
from autograd.testing import gradcheck
from tests.autograd.table import CHAPTERS, scipy

PAGE = Path(__file__).parent / "rule_checks.md"
ORDERS = (1, 2, 3)


def worst(cases: list[Any], order: int) -> float:
    """The largest relative difference between analytic and numeric derivative of this order, over all calls."""
    return max(gradcheck(case.function, *case.arguments(), order=order).largest for case in cases)


def rows() -> Iterator[str]:
    """The lines of the table, a function each."""
    for chapter in (*CHAPTERS, *scipy.CHAPTERS):
        yield f"| **{chapter.__name__.split('.', 3)[3]}** | | | | |"
        for function, cases in chapter.ROWS.items():
            entries = sum(np.size(argument) for case in cases for argument in case.arguments())
            found = [f"{worst(cases, order):.0e}" for order in ORDERS]
            yield f"| `{op_name(function)}` | {len(cases)} calls, {entries} entries | {' | '.join(found)} |"


def page() -> str:
    """The page, in Markdown."""
    lines = [
        "# Every derivative, checked",
        "",
        "`make docs` wrote this page: each function that has a derivative, the calls of it in the table of the tests",
        "(`tests/autograd/table/`), and the largest relative difference between its derivative and finite differences,",
        "at first, second and third order. Every one of them passed; what is left is the rounding of the differences.",
        "0 says that every entry was exactly zero.",
        "",
        "| function | tried on | order 1 | order 2 | order 3 |",
        "| --- | --- | ---: | ---: | ---: |",
        *rows(),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with warnings.catch_warnings(action="ignore"):
        PAGE.write_text(page(), encoding="utf-8")
