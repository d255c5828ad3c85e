"""Small data in the place of files, for quick runs: of the same form, made on the spot or from scikit-learn's digits.

What is learned from it means nothing; that a recipe runs from end to end can be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn.data import datasets

__all__ = ["of"]

NAMES = [
    "ada",
    "alan",
    "alma",
    "anna",
    "anton",
    "bela",
    "bruno",
    "carla",
    "cora",
    "dora",
    "edgar",
    "edith",
    "elsa",
    "emil",
    "emma",
    "erik",
    "eva",
    "felix",
    "flora",
    "frida",
    "gina",
    "greta",
    "hanna",
    "hugo",
    "ida",
    "ines",
    "ivan",
    "jana",
    "jonas",
    "karl",
    "klara",
    "lara",
    "lea",
    "leo",
    "lina",
    "lotte",
    "luis",
    "mara",
    "max",
    "mia",
    "mila",
    "nina",
    "noah",
    "nora",
    "olga",
    "oskar",
    "otto",
    "paula",
    "rosa",
    "ruth",
    "sara",
    "simon",
    "sofia",
    "theo",
    "tilda",
    "tom",
    "vera",
    "viktor",
    "wanda",
    "yara",
    "zoe",
]
TEXT = (
    "the wind asked the hill what the river had said.\nthe hill was old and slow to speak; it thought, and said:\n"
    "she told me of the sea, and of the ships, and that she never rests.\n"
)


def mnist() -> Any:
    """Scikit-learn's digits of 8 x 8, enlarged to 28 x 28: 400 to train and 100 to test with."""
    x, y = datasets.digits()
    x = np.pad(np.kron(x, np.ones((1, 1, 3, 3), np.float32)), [(0, 0), (0, 0), (2, 2), (2, 2)])
    return (x[:400], y[:400]), (x[400:500], y[400:500])


def churn() -> Any:
    """200 customers, of whom the older ones leave."""
    rng = np.random.default_rng(0)
    x = rng.random((200, len(datasets.CHURN_COLUMNS))).astype(np.float32)
    age = datasets.CHURN_COLUMNS.index("Age")
    x[:, age] = rng.integers(18, 80, 200)
    return x, (x[:, age] > 60).astype(np.int64)


def admissions() -> Any:
    """120 applicants, of whom those with good marks are admitted."""
    rng = np.random.default_rng(0)
    columns = rng.uniform(220, 800, 120), rng.uniform(2, 4, 120), rng.integers(1, 5, 120)
    x = np.stack(columns, axis=1).astype(np.float32)
    return x, (x[:, 1] + x[:, 0] / 800 > 3.6).astype(np.int64)


def names() -> list[str]:
    """Some first names, four times over."""
    return NAMES * 4


def shakespeare() -> str:
    """A few lines, again and again."""
    return TEXT * 20


MADE: dict[Callable[..., Any], Callable[[], Any]] = {
    datasets.mnist: mnist,
    datasets.churn: churn,
    datasets.admissions: admissions,
    datasets.names: names,
    datasets.shakespeare: shakespeare,
}


def of(dataset: Callable[..., Any]) -> Any:
    """What stands in for a data set."""
    return MADE[dataset]()
