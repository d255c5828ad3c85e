"""The architecture of a model as JSON, and a model from it: `describe` and `build`.

A module is its class's name, what it was built with, and the modules below it, each described in the same way. A module
that comes a second time is ``{"shared": path}``, and an argument that is a module of the tree is the path below. To
build it, the class is called with the arguments; where a module below then is another than is described (a head that
was replaced), it is built from its own description and put in its place.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import errors
from nn.module import Module, Parameter
from nn.sharing import arguments, limits, registry
from nn.sharing.values import UnknownValueError, decoded, encoded
from nn.tree import join

__all__ = ["build", "describe", "shared_parameters"]

KINDS = (
    "numbers, strings, None, lists, tuples, dicts whose keys are strings, dtypes, small arrays, modules, registered "
    "classes, functions of nn.functional and NumPy's ufuncs"
)
DEEPEST = 64  # how many modules may be inside each other


def describe(model: Module) -> dict[str, Any]:
    """The architecture of a model, as JSON has it.

    Raises `ModelFileError`, which says which module cannot be written and why.
    """
    unknown = {path: module for path, module in model.named_modules() if registry.name_of(type(module)) is None}
    if unknown:
        found = ", ".join(sorted({type(module).__name__ for module in unknown.values()}))
        raise errors.ModelFileError(
            f"classes that are not registered: {found} (at {', '.join(map(repr, unknown))}). "
            f"Write @nn.register above each class, and build the model then."
        )
    return described(model, "", {})


def described(module: Module, path: str, seen: dict[Module, str]) -> dict[str, Any]:
    """A module and what is below it; `seen` are those that were described, with their paths."""
    if module in seen:
        return {"shared": seen[module]}
    seen[module] = path
    args, kwargs = arguments.arguments(module)
    inside = {child: place for place, child in module.named_modules()}

    def of_module(argument: Module) -> Any:
        if argument in inside and argument is not module:
            return {"at": inside[argument]}
        return describe(argument)

    node: dict[str, Any] = {"class": registry.name_of(type(module))}
    try:
        if args:
            node["args"] = [encoded(value, of_module) for value in args]
        if kwargs:
            node["arguments"] = {name: encoded(value, of_module) for name, value in kwargs.items()}
    except UnknownValueError as error:
        raise errors.ModelFileError(
            f"{where(path)}: {node['class']} was built with {error}, which a file cannot hold. It can hold {KINDS}."
        ) from None
    if type(module) in arguments.PARTS[3:]:
        node["parameters"] = {name: list(p.shape) for name, p in module._own(Parameter)}
    children = {name: described(child, join(path, name), seen) for name, child in module._own_modules()}
    if children:
        node["modules"] = children
    return node


def where(path: str) -> str:
    return f"the module {path!r}" if path else "the model"


def shared_parameters(model: Module) -> list[list[str]]:
    """The paths of parameters that are one, of which more than the modules they are in are shared."""
    groups: dict[Parameter, list[str]] = {}
    for path, module in model.named_modules():
        for name, p in module._own(Parameter):
            groups.setdefault(p, []).append(join(path, name))
    return [paths for paths in groups.values() if len(paths) > 1]


# ------------------------------------------------------------------------------------------------------------- build


def build(node: Any, shapes: Mapping[str, tuple[int, ...]] | None = None) -> Module:
    """The model that an architecture describes, with new weights.

    With `shapes`, those of the weights that it is for, layers that would be larger are refused before they are made.
    What is drawn from the default generator leaves it as it was.

    Raises `ModelFileError` for what describes none.
    """
    builder = Builder(limits.Limits(shapes))
    with limits.kept_generator():
        model = builder.module(node, "", 0)
    again = describe(model)
    if again != node:
        found = difference(node, again)
        raise errors.ModelFileError(f"the architecture builds another model than it describes: {found}.")
    return model


class Builder:
    """Builds modules, and knows those that it has built by their paths."""

    def __init__(self, limit: limits.Limits) -> None:
        self.limit = limit
        self.made: dict[str, Module] = {}

    def module(self, node: Any, path: str, depth: int) -> Module:
        """The module that a node describes, in which everything is as it is described."""
        if isinstance(node, dict) and set(node) == {"shared"}:
            self.made[path] = self.known(node["shared"], path)
            return self.made[path]
        check(node, path)
        cls = registry.class_of(node["class"])
        if cls is None:
            raise errors.ModelFileError(
                f"{where(path)} is of the class {node['class']!r}, which is not registered. Import the file that "
                f"defines it, with @nn.register above it. Registered are nn's own layers"
                f"{''.join(f', {name}' for name in registry.known())}."
            )

        def to_module(content: Any) -> Module:
            """The module of an argument: one from below, which is built now, or one that is nowhere else."""
            match content:
                case {"at": str(below)} if len(content) == 1:
                    place = join(path, below)
                    if place not in self.made:
                        self.module(node_below(node, below), place, depth + 1)
                    return self.made[place]
            return Builder(self.limit).module(content, "", depth + 1)

        self.made[path] = made = self.call(cls, node, path, to_module)
        self.fill(made, node, path, depth)
        return made

    def known(self, first: Any, path: str) -> Module:
        """The module that was built before, at another path, and is no part of itself."""
        around = isinstance(first, str) and f"{path}.".startswith(join(first, ""))
        if not isinstance(first, str) or first not in self.made or around:
            raise errors.ModelFileError(f"{where(path)} is {first!r} once more, which does not come before it.")
        return self.made[first]

    def call(self, cls: type[Module], node: dict[str, Any], path: str, to_module: Any) -> Module:
        """The class called with the arguments."""
        try:
            args = [decoded(value, to_module) for value in node.get("args", [])]
            kwargs = {name: decoded(value, to_module) for name, value in node.get("arguments", {}).items()}
        except UnknownValueError as error:
            raise errors.ModelFileError(f"{where(path)}: {error} stands for no argument.") from None
        text = f"{node['class']}({', '.join([*map(repr, args), *(f'{k}={v!r}' for k, v in kwargs.items())])})"[:200]
        try:
            inspect.signature(cls).bind(*args, **kwargs)
            if cls in registry.OWN.values():
                if args or not set(kwargs) <= {*arguments.names(cls)}:
                    raise errors.ModelFileError(f"{where(path)}: no file is written with {text}.")
                self.limit.check(path, kwargs)
            with self.limit.held():
                return cls(*args, **kwargs)
        except errors.ModelFileError:
            raise
        except Exception as error:
            raise errors.ModelFileError(f"{where(path)}: {text} cannot be built: {error}") from error

    def fill(self, made: Module, node: dict[str, Any], path: str, depth: int) -> None:
        """Have the modules and parameters below a module that are described, and no others."""
        if depth > DEEPEST:
            raise errors.ModelFileError(f"{where(path)[:200]} is more than {DEEPEST} modules deep.")
        children = node.get("modules", {})
        for name, child in children.items():
            self.put(made, name, child, join(path, name), depth)
        for name in [name for name, _ in made._own_modules() if name not in children]:  # taken out after it was built
            if isinstance(made, arguments.PARTS):
                delattr(made, name)
            else:
                setattr(made, name, None)
        for name, shape in node.get("parameters", {}).items():
            self.limit.check_shape(path, name, shape)
            set_part(made.register_parameter, name, Parameter(np.zeros(shape, np.float32)), path)

    def put(self, parent: Module, name: str, node: Any, path: str, depth: int) -> None:
        """Have the module that a node describes in its place; the one that is there if it is that."""
        there = vars(parent).get(name)
        if isinstance(there, Module):
            if self.made.get(path) is there:  # an argument
                return
            if there not in self.made.values() and same(there, node):
                check(node, path)
                self.made[path] = there
                self.fill(there, node, path, depth + 1)
                return
        made = self.module(node, path, depth + 1)
        if isinstance(there, Module):
            setattr(parent, name, made)
        else:
            set_part(parent.register_module, name, made, path)


def node_below(node: Any, path: str) -> Any:
    """What describes the module at a path below a node."""
    for name in path.split("."):
        inside = node.get("modules") if isinstance(node, dict) else None
        node = inside.get(name) if isinstance(inside, dict) else None
    return node


def set_part(register: Any, name: str, part: Any, path: str) -> None:
    """Set a module or parameter under a name, which a file may have chosen badly."""
    try:
        register(name, part)
    except errors.ModuleError as error:
        raise errors.ModelFileError(f"{where(path)}: {error}") from None


def same(module: Module, node: Any) -> bool:
    """Whether a module itself, apart from those below it, is as it is described."""
    try:
        own = describe(module)
    except errors.ModelFileError:
        return False
    own.pop("modules", None)
    return isinstance(node, dict) and own == {name: value for name, value in node.items() if name != "modules"}


def check(node: Any, path: str) -> None:
    """Raise unless a node has what one has."""
    parts: dict[str, type] = {"class": str, "args": list, "arguments": dict, "modules": dict, "parameters": dict}
    if not isinstance(node, dict) or "class" not in node or not set(node) <= set(parts):
        raise errors.ModelFileError(f"{where(path)} is described by {node!r}"[:200] + ", which is no module.")
    for name, value in node.items():
        if not isinstance(value, parts[name]):
            raise errors.ModelFileError(f"{where(path)}: {name!r} is {value!r}"[:200] + ".")


def difference(wanted: Any, got: Any, path: str = "") -> str:
    """The first place in which two architectures differ."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for name in [*wanted, *(name for name in got if name not in wanted)]:
            if wanted.get(name) != got.get(name):
                inside = path if name in ("modules", "arguments") else join(path, name)
                return difference(wanted.get(name), got.get(name), inside)
    return f"at {path!r} {wanted!r} and {got!r}"[:300]


def dtypes(model: Module, state: Mapping[str, Any]) -> None:
    """Cast parameters and buffers to the floating dtypes of a state."""
    for path, module in model.named_modules():
        for name, p in module._own(Parameter):
            value = state.get(join(path, name))
            if value is not None and value.dtype.kind == p.dtype.kind == "f" and value.dtype != p.dtype:
                p.cast_(value.dtype)
        for name in module._own_buffers():
            value, old = state.get(join(path, name)), np.asarray(unwrap(getattr(module, name)))
            if value is not None and value.dtype.kind == old.dtype.kind == "f" and value.dtype != old.dtype:
                setattr(module, name, old.astype(value.dtype))
