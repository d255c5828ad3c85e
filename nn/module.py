"""`Module`: layers and models as trees of attributes; `Parameter`: a tensor that an optimizer moves.

A module keeps no registers: its parameters and submodules are the `Parameter` and `Module` values among its attributes,
in the order in which they were first set. So there is nothing to initialise (``super().__init__()`` is optional) and
nothing to keep in step. Imported by every layer, loss and model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np

from autograd import Tensor
from autograd.graph import tick, unwrap
from nn import errors
from nn.text import Text, table

__all__ = ["Module", "Parameter", "mode", "zero_grads"]

T = TypeVar("T")


class Parameter(Tensor):
    """A leaf that a module owns and an optimizer moves.

    An array keeps its dtype; numbers and lists become float32, PyTorch's default.
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True, *, name: str | None = None, dtype: Any = None) -> None:
        if dtype is None and not isinstance(data, (np.ndarray, np.generic, Tensor)):
            dtype = np.float32
        super().__init__(data, requires_grad=requires_grad, name=name, dtype=dtype)

    def cast_(self, dtype: Any) -> Self:
        """Change the dtype of the value; a gradient that there is, too."""
        self._value = self._value.astype(dtype)
        self.grad = None if self.grad is None else unwrap(self.grad).astype(dtype)
        self.changed = tick()
        return self

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class LoadReport(NamedTuple):
    """What `load_state_dict` with ``strict=False`` passed over."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """The base of layers and models: set parameters and submodules as attributes, and define `forward`.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Parameter(2.0), Parameter(1.0)
    ...     def forward(self, x):
    ...         return self.slope * x + self.offset
    >>> Line()(3.0).item()
    7.0
    """

    training: bool = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The result of the module; ``module(x)`` calls it."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: define `def forward(self, x)` in the class.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)

    # ------------------------------------------------------------------------------------------------- attributes

    def __setattr__(self, name: str, value: Any) -> None:
        old, place = vars(self).get(name), f"{type(self).__name__}.{name}"
        if isinstance(old, Parameter) and not (value is None or isinstance(value, Parameter)):
            raise errors.ModuleError(
                f"{place} is a Parameter, and a {type(value).__name__} in its place would not be "
                f"trained. Write module.{name}.data = value for a new value, or module.{name} = nn.Parameter(value)."
            )
        if isinstance(old, Module) and not (value is None or isinstance(value, Module)):
            raise errors.ModuleError(
                f"{place} is a Module, and a {type(value).__name__} in its place would not be one of its layers. "
                f"Write a Module, such as nn.ReLU() for nn.ReLU, or None."
            )
        super().__setattr__(name, value)

    def register_buffer(self, name: str, value: Any, persistent: bool = True) -> None:
        """Set an array that belongs to the state but is not trained; a persistent one is in `state_dict`."""
        vars(self).setdefault("_buffers", {})[name] = persistent
        setattr(self, name, value)

    def _own(self, kind: type[T]) -> Iterator[tuple[str, T]]:
        """The attributes of this kind, in the order in which they were first set."""
        return ((name, value) for name, value in vars(self).items() if isinstance(value, kind))

    def _own_buffers(self) -> dict[str, bool]:
        """The names of the buffers, and whether each is persistent."""
        return {name: kept for name, kept in vars(self).get("_buffers", {}).items() if getattr(self, name) is not None}

    # --------------------------------------------------------------------------------------------------- the tree

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """The module itself and all below it with their paths, each before its children."""
        seen: set[Module] = set()
        stack: list[tuple[str, Module]] = [(prefix, self)]
        while stack:
            path, module = stack.pop()
            if not (remove_duplicate and module in seen):
                seen.add(module)
                yield path, module
                stack += [(join(path, name), child) for name, child in reversed(list(module._own(Module)))]

    def modules(self) -> Iterator[Module]:
        """The module itself and all below it."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules right below this one; one that has two names comes once."""
        return once(self._own(Module))

    def children(self) -> Iterator[Module]:
        """The modules right below this one."""
        return (module for _, module in self.named_children())

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their paths; a shared one comes once, under its first path."""
        modules = self.named_modules(prefix) if recurse else [(prefix, self)]
        return once((join(path, name), p) for path, module in modules for name, p in module._own(Parameter))

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, each once."""
        return (p for _, p in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """All buffers with their paths."""
        for path, module in self.named_modules(prefix):
            for name in module._own_buffers():
                yield join(path, name), getattr(module, name)

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn` on every module below this one, children first, and on this one."""
        for module in reversed(list(self.modules())):
            fn(module)
        return self

    # ---------------------------------------------------------------------------------------------------- switches

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and below: what dropout and the like look at."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set `training` to False here and below."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Train all parameters, or freeze them."""
        for p in self.parameters():
            p.requires_grad = requires_grad
        return self

    def to(self, dtype: Any) -> Self:
        """Cast all parameters and floating buffers to a floating `dtype`, in place."""
        if np.dtype(dtype).kind != "f":
            raise errors.out_of_range(type(self).__name__, "dtype", dtype, "a floating dtype")
        for p in self.parameters():
            p.cast_(dtype)
        for module in self.modules():
            for name in module._own_buffers():
                value = np.asarray(getattr(module, name))
                if value.dtype.kind == "f":
                    setattr(module, name, value.astype(dtype))
        return self

    def float(self) -> Self:
        """Cast all parameters and floating buffers to float32."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Cast all parameters and floating buffers to float64."""
        return self.to(np.float64)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or fill them with 0."""
        zero_grads(self.parameters(), set_to_none)

    # ------------------------------------------------------------------------------------------------------- state

    @contextmanager
    def substituted(self, values: Mapping[str, Any]) -> Iterator[Self]:
        """Inside the block, have other values (arrays or tensors, by path) in place of some parameters.

        A shared parameter is replaced wherever it is used. `functional_call` and `autograd.testing` stand on this.
        """
        own = dict(self.named_parameters())
        unknown = [key for key in values if key not in own]
        if unknown:
            raise errors.unknown_name("parameter", unknown[0], own)
        swaps = {own[key]: value for key, value in values.items()}
        places = [(vars(child), name, p) for child in self.modules() for name, p in child._own(Parameter) if p in swaps]
        try:
            for attributes, name, p in places:
                attributes[name] = swaps[p]
            yield self
        finally:
            for attributes, name, p in places:
                attributes[name] = p

    def _state(self) -> dict[str, tuple[Module, str]]:
        """Where each entry of the state lives: its module and attribute."""
        return {
            join(path, name): (module, name)
            for path, module in self.named_modules(remove_duplicate=False)
            for name in [*dict(module._own(Parameter)), *(name for name, kept in module._own_buffers().items() if kept)]
        }

    def state_dict(self) -> dict[str, Any]:
        """Copies of all parameters and persistent buffers as arrays, by path; a shared one under each of its paths."""
        return {key: np.array(unwrap(getattr(module, name))) for key, (module, name) in self._state().items()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> LoadReport:
        """Copy arrays into the parameters and buffers of the same path; each keeps its dtype.

        ``strict=False`` passes over keys that are missing or unexpected. Where anything else does not fit, nothing is
        loaded.

        Raises `StateDictError`, which lists all that does not fit.
        """
        places = self._state()
        missing = [key for key in places if key not in state_dict]
        unexpected = [key for key in state_dict if key not in places]
        new: dict[str, Any] = {}
        misshaped = []
        for key in places.keys() & state_dict.keys():
            old = unwrap(getattr(*places[key]))
            new[key] = np.asarray(unwrap(state_dict[key])).astype(old.dtype)
            if new[key].shape != old.shape:
                misshaped.append(f"{key} {new[key].shape}, here {old.shape}")
        if misshaped or (strict and (missing or unexpected)):
            raise errors.state_mismatch(type(self).__name__, missing, unexpected, sorted(misshaped))
        for key, value in new.items():
            module, name = places[key]
            if isinstance(getattr(module, name), Tensor):
                getattr(module, name).data = value
            else:
                setattr(module, name, value)
        return LoadReport(missing, unexpected)

    # --------------------------------------------------------------------------------------------------- as text

    def extra_repr(self) -> str:
        """What stands between the parentheses of the module's `repr`."""
        return ""

    def __repr__(self) -> str:
        children = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self._own(Module)]
        lines = [line for line in [self.extra_repr()] if line] + children
        inside = "".join(f"\n  {line}" for line in lines) + "\n" if children else "".join(lines)
        return f"{type(self).__name__}({inside})"

    def summary(self) -> Text:
        """A table of the layers with their parameters' shapes and counts, and the total; a shared one counts once."""
        rows = [("layer", "type", "shapes", "parameters")]
        seen: set[Parameter] = set()
        for path, module in self.named_modules():
            own = [(name, p) for name, p in module._own(Parameter) if p not in seen]
            seen.update(p for _, p in own)
            if path or own:
                shapes = ", ".join(f"{name} {p.shape}" for name, p in own)
                rows.append((path, type(module).__name__, shapes, f"{sum(p.size for _, p in own):,}"))
        total, trained = sum(p.size for p in seen), sum(p.size for p in seen if p.requires_grad)
        return Text(f"{table(rows, left=3)}\n{total:,} parameters, {trained:,} of them trained")


def join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def zero_grads(parameters: Iterable[Tensor], set_to_none: bool) -> None:
    """Forget the gradients, or make those that there are 0."""
    for p in parameters:
        p.grad = None if set_to_none or p.grad is None else np.zeros_like(unwrap(p.grad))


def once(pairs: Iterator[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """The pairs whose value has not come before."""
    seen: set[T] = set()
    for name, value in pairs:
        if value not in seen:
            seen.add(value)
            yield name, value


@contextmanager
def mode(module: Module, *, training: bool) -> Iterator[None]:
    """Train or evaluate inside the block; afterwards every submodule has the mode that it had."""
    before = [(child, child.training) for child in module.modules()]
    module.train(training)
    try:
        yield
    finally:
        for child, was_training in before:
            child.training = was_training
