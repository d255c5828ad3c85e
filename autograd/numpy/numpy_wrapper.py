"""How NumPy's names become those of `autograd.numpy`: functions are given lists that hold Tensors as one Tensor.

A ufunc or function of NumPy gets a wrapper that costs a tenth of a microsecond; anything else is NumPy's own object.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

import numpy as np

from autograd import engine
from autograd.errors import TracedConversionError
from autograd.numpy.creation import OURS, array, concatenate_args, make_diagonal
from autograd.numpy.lists import ITERATED, LISTS, entries, holds_tensors, joined
from autograd.tensor import UNARY, Tensor, unary

__all__ = [
    "ORIGINALS",
    "array",
    "concatenate_args",
    "fill",
    "make_diagonal",
    "names",
    "numpy_version",
    "resolve",
    "wrap_namespace",
]

Function = Callable[..., Any]
FUNCTION = type(np.sum)  # of the functions that take part in NumPy's protocol
SEQUENCES: set[Any] = {  # functions that take several arrays in one list
    np.concatenate,
    np.stack,
    np.vstack,
    np.hstack,
    np.dstack,
    np.column_stack,
    np.select,
    np.choose,
    np.piecewise,
    np.lexsort,
    np.linalg.multi_dot,
}
ORIGINALS: dict[Function, Function] = {}  # from a wrapper to NumPy's own function,
WRAPPERS: dict[Function, Function] = {}  # and back: one for all names of a function
numpy_version = np.__version__

# ---------------------------------------------------------------------------------------------------------- lookup


def names(module: ModuleType) -> list[str]:
    """The public names of a module of NumPy's."""
    return [name for name in dir(module) if not name.startswith("_") and name not in {"core", "test"}]


def fill(module: ModuleType, namespace: dict[str, Any]) -> None:
    """Put what a module of NumPy's holds into `namespace`, whose own objects stay; users go through ``vars(np)``."""
    for name in names(module):
        if name in vars(module) and name not in namespace:
            resolve(module, name, namespace)


def resolve(module: ModuleType, name: str, namespace: dict[str, Any]) -> Any:
    """The object of this name in a module of NumPy's, for `autograd.numpy`; kept in `namespace`."""
    if name.startswith("__"):
        raise AttributeError(f"module 'autograd.{module.__name__}' has no attribute {name!r}")
    if module is np and name in OURS:
        found = OURS[name]
    else:
        found = wrapped(getattr(module, name), f"autograd.{module.__name__}")
    namespace[name] = found
    return found


def wrap_namespace(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Put the functions of a namespace into another, wrapped."""
    new.update({name: wrapped(value, "autograd.numpy") for name, value in old.items() if not name.startswith("__")})


def wrapped(value: Any, module: str) -> Any:
    """NumPy's object, or around a function of its one that accepts lists with Tensors."""
    if isinstance(value, (np.ufunc, FUNCTION)) and value in WRAPPERS:
        return WRAPPERS[value]
    if isinstance(value, np.ufunc):
        call = retrying(value)
        for method in ("reduce", "accumulate", "reduceat", "outer", "at", "nin", "nout", "nargs", "identity"):
            setattr(call, method, getattr(value, method))
    elif isinstance(value, FUNCTION) and value is not np.block:  # to which lists are what they are about
        call = joining(value)
    else:
        return value
    call.__module__, call.__name__, call.__qualname__ = module, value.__name__, value.__name__
    call.__doc__ = (
        f"`{module.removeprefix('autograd.')}.{value.__name__}`, which here takes lists with Tensors in them."
    )
    ORIGINALS[call], WRAPPERS[value] = value, call
    return call


def retrying(ufunc: np.ufunc) -> Function:
    """Call the ufunc; a list in which it meets a Tensor is an error that tells of it, at no cost elsewhere."""
    operation = unary(ufunc, ufunc) if ufunc in UNARY else None

    @wraps(ufunc, assigned=())
    def call(*args: Any, **kwargs: Any) -> Any:
        if operation is not None and len(args) == 1 and args[0].__class__ is Tensor and not kwargs:
            return operation(args[0])  # at once, where NumPy's protocol would lead by a detour
        try:
            return ufunc(*args, **kwargs)
        except TracedConversionError:
            if not any(map(holds_tensors, args)):
                raise
        return ufunc(*map(joined, args), **kwargs)

    return call


def joining(function: Function) -> Function:
    """Call the function with Tensors in place of lists that hold some; a list of arrays stays one, of joined arrays."""
    sequence = function in SEQUENCES

    @wraps(function, assigned=())
    def call(*args: Any, **kwargs: Any) -> Any:
        traced = False
        for arg in (*args, *kwargs.values()) if kwargs else args:
            if arg.__class__ is Tensor:
                traced = True
            elif arg.__class__ in LISTS or (sequence and isinstance(arg, ITERATED)):
                break
        else:  # straight to the engine, where NumPy's protocol would lead by a detour
            return engine.call(Tensor, function, args, kwargs) if traced else function(*args, **kwargs)
        given = {key: entries(value) if sequence else joined(value) for key, value in kwargs.items()}
        return function(*[entries(arg) if sequence else joined(arg) for arg in args], **given)

    return call
