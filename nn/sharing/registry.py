"""Which classes a file may have built: nn's own layers and losses, and those that `register` was put above."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, overload

from nn import errors, layers, losses
from nn.layers.attention import NonDynamicallyQuantizableLinear
from nn.module import Module

__all__ = ["ARGUMENTS", "OWN", "class_of", "known", "name_of", "register"]

ARGUMENTS = "_arguments"  # the attribute that holds what a registered class was built with

OWN: dict[str, type[Module]] = {
    **{name: getattr(layers, name) for name in layers.__all__},
    **{name: getattr(losses, name) for name in losses.__all__},
    NonDynamicallyQuantizableLinear.__name__: NonDynamicallyQuantizableLinear,
}
REGISTERED: dict[str, type[Module]] = {}

M = TypeVar("M", bound=type[Module])


@overload
def register(cls: M) -> M: ...
@overload
def register(*, name: str) -> Callable[[M], M]: ...
def register(cls: Any = None, *, name: str | None = None) -> Any:
    """Let `save_model` and `load_model` write and build a class; a decorator.

    A file knows the class by its name, or by `name`. From now on its objects remember what they were built with, which
    is written beside the weights, so the arguments must be numbers, strings, None, dtypes, lists, tuples and dicts of
    these, small arrays, modules, registered classes, functions of `nn.functional`, NumPy's ufuncs, and generators (of
    which only the fact is kept that there was one).

    Raises `ModuleError` for what is no class of modules, and for a name that another class has.

    >>> from nn import Linear
    >>> @register
    ... class Double(Module):
    ...     def __init__(self, width):
    ...         self.line = Linear(width, width)
    ...     def forward(self, x):
    ...         return self.line(self.line(x))
    >>> Double(3)._arguments
    ((), {'width': 3})
    """
    if cls is None:
        return functools.partial(register, name=name)
    if not (isinstance(cls, type) and issubclass(cls, Module)):
        raise errors.ModuleError(
            f"nn.register: {cls!r} is no class of modules. Write it above `class Net(nn.Module):`."
        )
    name = checked(cls.__name__ if name is None else name)
    other = OWN.get(name, REGISTERED.get(name))
    if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
        raise errors.ModuleError(
            f"nn.register: {name!r} is {other.__module__}.{other.__qualname__} already. "
            f"Write @nn.register(name=...) with another name."
        )
    if cls.__init__ is not object.__init__ and ("__init__" in vars(cls) or not hasattr(cls.__init__, "remembers")):
        cls.__init__ = remembering(cls.__init__)  # type: ignore[method-assign]
    REGISTERED[name] = cls
    return cls


def checked(name: Any) -> str:
    if not isinstance(name, str) or not name:
        raise errors.wrong_argument("nn.register", "name", name, "a string")
    return name


def remembering(init: Any) -> Any:
    """The constructor, which first puts its arguments aside; that of a base class finds them there."""
    signature = inspect.signature(init)
    kinds = {parameter.kind for parameter in list(signature.parameters.values())[1:]}
    named = not kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY}

    @functools.wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        if ARGUMENTS not in vars(self):
            try:
                given = signature.bind(self, *args, **kwargs)
            except TypeError:
                pass  # the constructor itself says what is wrong
            else:
                kept: tuple[Any, dict[str, Any]] = given.args[1:], given.kwargs
                if named:
                    pairs = dict(list(given.arguments.items())[1:])
                    extra = pairs.pop(variable, {}) if (variable := variable_of(signature)) else {}
                    kept = (), {**pairs, **extra}
                vars(self)[ARGUMENTS] = snapshot(kept)
        init(self, *args, **kwargs)

    __init__.remembers = True  # type: ignore[attr-defined]
    return __init__


def variable_of(signature: inspect.Signature) -> str:
    """The name of ``**kwargs``, if there is one."""
    last = list(signature.parameters.values())[-1]
    return last.name if last.kind is inspect.Parameter.VAR_KEYWORD else ""


def snapshot(value: Any) -> Any:
    """Containers copied, so that what the constructor does to them is not remembered."""
    if isinstance(value, dict):
        return {key: snapshot(item) for key, item in value.items()}
    return type(value)(map(snapshot, value)) if type(value) in (list, tuple) else value


def name_of(cls: type) -> str | None:
    """The name by which a file knows a class, if it does."""
    if OWN.get(cls.__name__) is cls:
        return cls.__name__
    return next((name for name, kind in REGISTERED.items() if kind is cls), None)


def class_of(name: Any) -> type[Module] | None:
    """The class of this name, if there is one."""
    return OWN.get(name, REGISTERED.get(name)) if isinstance(name, str) else None


def known() -> list[str]:
    """The names of the classes that were registered."""
    return sorted(REGISTERED)
