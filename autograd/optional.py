"""The one way to import what is not always needed: optional packages, and the rules about them.

Imports `errors` alone.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from autograd import errors

__all__ = ["import_due", "load_chapters", "optional"]

CHAPTERS = {"scipy.special": "autograd.derivatives.scipy"}  # rules that wait until a package is imported


def optional(module: str, extra: str, purpose: str) -> Any:
    """The module, imported now; `purpose` is what needs it, `extra` the extra of the distribution that brings it.

    Raises `MissingDependencyError`, which says what to install.

    >>> optional("json", "test", "this example").dumps([1])
    '[1]'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise errors.missing_dependency(module.split(".", maxsplit=1)[0], extra, purpose) from error


def load_chapters() -> bool:
    """Load the rules about packages that have been imported meanwhile; whether there were any.

    Asked when a function has no entry in the registry: whoever calls a function of SciPy has imported SciPy.
    """
    due = [package for package in CHAPTERS if package in sys.modules]
    for package in due:
        import_module(CHAPTERS[package])
        CHAPTERS.pop(package, None)  # afterwards: another thread waits for the import, and does not go without
    return bool(due)


def import_due(chapters: list[tuple[str, str]]) -> None:
    """Import, and take from the list, each second module whose first one has been imported."""
    for after, module in [pair for pair in chapters if pair[0] in sys.modules]:
        chapters.remove((after, module))
        import_module(module)
