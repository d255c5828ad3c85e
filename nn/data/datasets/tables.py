"""`churn` and `admissions`: small tables of people, and what became of them.

Both return ``x, y``: float32 (N, columns), unscaled, and int64 (N,) of 0 and 1. Scaling and splitting are
scikit-learn's: `StandardScaler`, `train_test_split`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from nn import errors
from nn.data.datasets.files import located
from nn.data.datasets.table import read_csv

__all__ = ["ADMISSIONS_COLUMNS", "CHURN_COLUMNS", "admissions", "churn"]

CHURN_FILE: dict[str, Any] = {
    "RowNumber": int,
    "CustomerId": int,
    "Surname": str,
    "CreditScore": int,
    "Geography": ("France", "Germany", "Spain"),
    "Gender": ("Female", "Male"),
    "Age": float,
    "Tenure": int,
    "Balance": float,
    "NumOfProducts": int,
    "HasCrCard": int,
    "IsActiveMember": int,
    "EstimatedSalary": float,
    "Exited": int,
}
IGNORED = ("RowNumber", "CustomerId", "Surname", "Exited")  # they say who it is, or the answer
ADMISSIONS_FILE: dict[str, Any] = {"admit": int, "gre": float, "gpa": float, "rank": int}

ADMISSIONS_COLUMNS = ("gre", "gpa", "rank")
CHURN_COLUMNS = tuple(
    column
    for name, kind in CHURN_FILE.items()
    if name not in IGNORED
    for column in ([name] if isinstance(kind, type) else [f"{name}={word}" for word in kind])
)


def churn(data_dir: str | os.PathLike[str] | None = None) -> tuple[Any, Any]:
    """10,000 customers of a bank, and whether they left (1, one in five): ``x, y``.

    `CHURN_COLUMNS` names the columns of `x`; country and gender have one of 0 and 1 for each word. The file is
    ``churn/Churn_Modelling.csv``; see `mnist` for where it is looked for, and what is raised.
    """
    file = located("churn/Churn_Modelling.csv", data_dir)
    table = read_csv(file, CHURN_FILE)
    columns = []
    for name in CHURN_COLUMNS:
        column, _, word = name.partition("=")
        columns.append(table[column] == word if word else table[column])
    return np.stack(columns, axis=1).astype(np.float32), answers(file, "Exited", table["Exited"])


def admissions(data_dir: str | os.PathLike[str] | None = None) -> tuple[Any, Any]:
    """400 applicants to a university, and who was admitted (1): ``x, y``, the columns being `ADMISSIONS_COLUMNS`.

    `rank` is that of the applicant's school, 1 the best. The file is ``admissions/binary.csv``; see `mnist` for where
    it is looked for, and what is raised.
    """
    file = located("admissions/binary.csv", data_dir)
    table = read_csv(file, ADMISSIONS_FILE)
    x = np.stack([table[name] for name in ADMISSIONS_COLUMNS], axis=1)
    return x.astype(np.float32), answers(file, "admit", table["admit"])


def answers(file: Path, name: str, values: Any) -> Any:
    """A column of 0 and 1."""
    if not np.isin(values, (0, 1)).all():
        raise errors.DataFileError(
            f"{file}, column {name}: it must hold 0 and 1, and has {values.min()}..{values.max()}."
        )
    return values
