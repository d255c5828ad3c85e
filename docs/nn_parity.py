"""Write nn_parity.md: every layer, loss, optimizer and scheduler of `nn` against PyTorch in float64.

``make docs`` runs this. It walks the tables of the tests, tests/nn/parity, with as many configurations of each row as
`DRAWS` says; `make fuzz` draws more.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import torch

from tests.nn.parity import CHAPTERS
from tests.nn.parity.cases import worst
from tests.nn.parity.training import TRAINING, largest

PAGE = Path(__file__).parent / "nn_parity.md"
DRAWS = 40


def rows() -> Iterator[str]:
    """The lines of the table, a part each."""
    for chapter in CHAPTERS:
        yield f"| **{chapter.__name__.rsplit('.', 1)[-1]}** | | | |"
        for name, row in chapter.ROWS.items():
            differences, second = worst(name, row, DRAWS)
            yield f"| `nn.{name}` | {differences.forward:.0e} | {differences.gradient:.0e} | " + (
                f"{differences.second:.0e} |" if second else "by finite differences |"
            )


def training_rows() -> Iterator[str]:
    """The lines of the table of what trains, a part each."""
    for chapter, parts in TRAINING.items():
        yield f"| **{chapter}** | |"
        yield from (f"| `nn.{part.path}` | {largest(part, DRAWS):.0e} |" for part in parts)


def page() -> str:
    """The page, in Markdown."""
    lines = [
        "# Parity with PyTorch",
        "",
        f"`make docs` wrote this page, with PyTorch {torch.__version__.split('+')[0]}: {DRAWS} configurations of each",
        "layer and loss, drawn by Hypothesis from the table of the tests (`tests/nn/parity/`), with PyTorch's weights,",
        "in float64, in training and in evaluation. Shown are the largest differences of values, of gradients by",
        "inputs and parameters, and of second derivatives, relative to the largest entry (at least 1) of the array",
        "that they are in. Names, shapes, arguments and text are PyTorch's too; tests hold all of it, and float32.",
        "`Step`, `SSELoss`, `HingeLoss`, `Lion` and `Manhattan`, which PyTorch does not have, are compared with their",
        "formulas in its functions. PyTorch rounds constants of `Hardsigmoid` and `CELU` to float32: that is what they",
        "differ by.",
        "",
        "| part | forward | gradient | second order |",
        "| --- | ---: | ---: | ---: |",
        *rows(),
        "",
        f"What trains, over {DRAWS} drawn sets of options each: the largest difference after any step of a small",
        "network's parameters and of its optimizer's saved state, of learning rates and momenta, of clipped gradients",
        "and their norms, of averaged weights.",
        "",
        "| part | largest difference |",
        "| --- | ---: |",
        *training_rows(),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with warnings.catch_warnings(action="ignore"):
        PAGE.write_text(page(), encoding="utf-8")
