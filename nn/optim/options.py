"""Checks of options that several optimizers share; each raises `ArgumentError`."""

from __future__ import annotations

from typing import Any

from nn import checks, errors

__all__ = ["check_betas", "check_not_negative", "is_pair"]


def check_not_negative(what: str, options: dict[str, Any], *names: str) -> None:
    """Each of these options is a number, and 0 or more."""
    checks.not_negative(what, **{name: options[name] for name in names})


def is_pair(value: Any) -> bool:
    """Two numbers."""
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(map(checks.is_number, value))


def check_betas(what: str, betas: Any) -> None:
    """Two weights of running means."""
    if not (is_pair(betas) and all(0 <= beta < 1 for beta in betas)):
        raise errors.out_of_range(what, "betas", betas, "two numbers, each at least 0 and below 1")
