"""The arguments of a check: what in them has a gradient, and what each part is called.

Used by `subject.py`, which numbers the entries.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.errors import DataError, describe
from autograd.graph import Node, unwrap

__all__ = ["argument_names", "as_array", "call_model", "is_model", "nothing_to_differentiate", "parts", "paths"]


def nothing_to_differentiate(f: Any, given: list[Any]) -> DataError:
    """Say what was passed in place of floating arrays, and what to write."""
    if not callable(f):
        return DataError(f"gradcheck(f, *args): the function comes first, and this is {describe(f)}.")
    kinds = ", ".join(
        f"{item.dtype} array" if isinstance(item, np.ndarray) else f"{type(item).__module__}.{type(item).__name__}"
        for item in given
    )
    return DataError(
        f"gradcheck needs a floating or complex argument, a number or NumPy array, and was given "
        f"{kinds.replace('builtins.', '') or 'none'}: write 2.0 instead of 2, x.astype(float), t.numpy()."
    )


def is_model(item: Any) -> bool:
    """Whether it has parameters that can be put in and out: an `nn.Module`."""
    return hasattr(item, "named_parameters") and hasattr(item, "substituted")


def call_model(model: Any, *args: Any) -> Any:
    return model(*args)


def parts(item: Any) -> Iterator[tuple[str | None, Any]]:
    """The arrays of one argument that a gradient can be taken by; each with the parameter's name if it has one."""
    if is_model(item):
        for key, parameter in item.named_parameters():
            yield key, np.array(unwrap(parameter))
        return
    value = as_array(item) if isinstance(item, (Node, np.ndarray, np.generic, float, complex)) else None
    if value is not None and value.dtype.kind in "fc":
        yield None, np.array(value)


def argument_names(f: Callable[..., Any], args: tuple[Any, ...]) -> list[str]:
    """The names of the parameters that take `args`; where the signature does not tell, their places."""
    try:
        bound = inspect.signature(f).bind(*args).arguments
    except (TypeError, ValueError):  # a ufunc, or a built-in without a signature
        return [f"argument {i}" for i in range(len(args))]
    names: list[str] = []
    for name, value in bound.items():
        several = inspect.signature(f).parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
        names += [f"{name}[{i}]" for i in range(len(value))] if several else [name]
    return names


def paths(tree: Any, name: str) -> list[str]:
    """A name for each leaf of nested containers, as Python would write it."""
    if isinstance(tree, dict):
        return [path for key, item in tree.items() for path in paths(item, f"{name}[{key!r}]")]
    if isinstance(tree, (list, tuple)):
        return [path for i, item in enumerate(tree) for path in paths(item, f"{name}[{i}]")]
    return [name]


def as_array(item: Any) -> Any:
    """A NumPy array of whatever holds numbers: a Tensor of ours, PyTorch's (taken out of its graph), JAX's."""
    item = unwrap(item)
    if hasattr(item, "detach"):
        item = item.detach()
    array = np.asarray(item)
    if array.dtype.kind not in "biufc":
        raise DataError(f"gradcheck: the function, or grad=, returned {describe(item)}; it must return numbers.")
    return array
