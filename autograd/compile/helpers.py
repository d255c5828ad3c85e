"""Functions that are called as they are: their own code goes above the text, with what it refers to.

For a primitive whose code fills buffers or loops: it cannot be followed call by call, but it can be copied.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import textwrap
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from autograd.compile.literals import array_text, number_text
from autograd.compile.operations import OWN
from autograd.compile.spelling import function_text
from autograd.errors import SourceError, op_name

__all__ = ["Helpers", "is_opaque"]

IMPORTS = {"numpy", "math", "scipy"}  # what a helper may import


def is_opaque(op: Any) -> bool:
    """Whether a function is called by its own name: one of Python's, not of NumPy's."""
    return type(op) is FunctionType and op not in OWN and op.__module__.split(".")[0] not in ("numpy", "scipy")


class Helpers:
    """The helpers of a text, by name, each after what it needs; and the imports."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.owners: dict[str, Any] = {}
        self.imports: dict[str, None] = {"import numpy as np": None}

    def add(self, function: Any) -> None:
        """Have the code of a function in the text, and all that it refers to."""
        plain = inspect.unwrap(function)
        name = plain.__name__
        if self.owners.get(name) is plain:
            return
        if name in self.owners or not name.isidentifier():
            raise unwritable(function, f"two helpers are called {name!r}")
        self.owners[name] = plain
        tree = definition(plain)
        around = {**plain.__globals__, **inspect.getclosurevars(plain).nonlocals}
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {name}
        for key in sorted(used & around.keys()):
            self.refer(function, key, around[key])
        self.texts[name] = ast.unparse(tree)

    def refer(self, function: Any, key: str, value: Any) -> None:
        """Make a name mean in the text what it means to the function."""
        if isinstance(value, ModuleType):
            if value.__name__.split(".")[0] not in IMPORTS:
                raise unwritable(function, f"it uses the module {value.__name__}")
            text = f"import {value.__name__} as {key}" if key != value.__name__ else f"import {key}"
            self.imports[text] = None
        elif (home := scipy_home(value)) is not None:
            self.imports[f"from {home} import {value.__name__}"] = None
            self.owners[key] = value
        elif isinstance(value, FunctionType) and (value.__module__ or "").split(".")[0] not in IMPORTS:
            if inspect.unwrap(value).__name__ != key:
                raise unwritable(function, f"it calls {value.__name__} by another name")
            self.add(value)
        elif getattr(builtins, key, None) is value:
            return
        elif key not in self.owners:
            self.owners[key] = value
            self.texts[key] = f"{key} = {constant_text(function, key, value)}"
        elif self.owners[key] is not value:
            raise unwritable(function, f"{key} means two things")


def scipy_home(value: Any) -> str | None:
    """The public module of SciPy's that has a function."""
    name = getattr(value, "__name__", "")
    homes = ("scipy.linalg", "scipy.special", "scipy.signal", "scipy.integrate")
    return next((home for home in homes if name and getattr(sys.modules.get(home), name, None) is value), None)


def constant_text(function: Any, key: str, value: Any) -> str:
    if isinstance(value, (bool, int, float, complex, str)) and not isinstance(value, np.generic):
        return repr(value) if isinstance(value, (bool, str)) else number_text(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        return array_text(value)
    if callable(value) and (getattr(value, "__module__", "") or "numpy").split(".")[0] == "numpy":
        try:
            return function_text(value)
        except SourceError:
            pass
    raise unwritable(function, f"it uses {key}, a {type(value).__name__}")


def definition(function: Any) -> ast.FunctionDef:
    """The code of a function without annotations and decorators."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        raise unwritable(function, "its source cannot be read") from None
    if not isinstance(tree, ast.FunctionDef):
        raise unwritable(function, "it is no def")
    bare: ast.FunctionDef = Bare().visit(tree)
    bare.decorator_list = []
    return bare


class Bare(ast.NodeTransformer):
    """Takes annotations away."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:  # the name that ast calls
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> Any:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:  # the name that ast calls
        self.generic_visit(node)
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def unwritable(function: Any, reason: str) -> SourceError:
    name = op_name(function)
    return SourceError(
        f"source cannot write {name}, a primitive, with nothing but NumPy: {reason}. Say how it is written: "
        f"@autograd.compile.spelled({name}) before a function of the same arguments in NumPy's functions."
    )
