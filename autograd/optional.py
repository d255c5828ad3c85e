"""The one way to import a package that is not required. Imports `errors` alone."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from autograd import errors

__all__ = ["optional"]


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
