"""Published cases for gradient checkers: correct gradients at hard points, and wrong ones of many kinds.

Neutral ground: each case is a function and its rule in plain NumPy, so that every checker can be given the same. Read
`case`, then the lists. `benchmarks.gradient_checkers` compares checkers on them; this package imports NumPy alone.
"""

from __future__ import annotations

from benchmarks.gradient_cases import (
    array_cases,
    kink_cases,
    number_cases,
    pointwise_cases,
    wrong_entries,
    wrong_rules,
    wrong_values,
)
from benchmarks.gradient_cases.case import GradientCase
from benchmarks.gradient_cases.wrong_entries import one_zeroed

__all__ = ["CORRECT", "ONE_ZEROED", "WRONG", "GradientCase"]

CORRECT: list[GradientCase] = [
    *pointwise_cases.CASES,
    *kink_cases.CASES,
    *array_cases.CASES,
    *number_cases.CASES,
]
WRONG: list[GradientCase] = [*wrong_entries.CASES, *wrong_values.CASES, *wrong_rules.CASES]
ONE_ZEROED: list[GradientCase] = [one_zeroed(seed) for seed in range(40)]
