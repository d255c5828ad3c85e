"""`Module`: layers and models as trees of attributes.

A module keeps no registers: its parameters and submodules are the `Parameter` and `Module` values among its attributes,
in the order in which they were first set. So there is nothing to initialise (``super().__init__()`` is optional) and
nothing to keep in step. `tree.py` finds them, `state.py` reads and loads the state, `hooks.py` calls hooks. Imported by
every layer, loss and model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import numpy as np

from autograd.graph import Scope, tick, unwrap
from autograd.tensor import Tensor
from nn import checks, errors, state
from nn.hooks import Hooks, RemovableHandle
from nn.parameter import Parameter, zero_grads
from nn.state import LoadReport
from nn.summary import Summary, summarize
from nn.tree import Tree

__all__ = ["Module", "Parameter", "mode"]


class Module(Tree):
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
    _frozen: bool = False  # by `nn.freeze`: it stays in evaluation mode
    _hooks: Hooks | None = None

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The result of the module; ``module(x)`` calls it."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: define `def forward(self, x)` in the class.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        begun = tick()
        result = self.forward(*args, **kwargs) if self._hooks is None else self._hooks.call(self, args, kwargs)
        first = result[0] if result.__class__ is tuple and result else result
        if first.__class__ is Tensor and first.op is not None and first.serial > begun:  # for the views: who made it
            notes = first.noted()
            notes.scope = Scope(begun, self, notes.scope)
        return result

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

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        vars(self).get("_buffers", {}).pop(name, None)

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Set an array that belongs to the state but is not trained; a persistent one is in `state_dict`.

        Raises `ModuleError` for what is no array of numbers (or None), and for a name that is taken.
        """
        if isinstance(tensor, (str, bytes)) or not (tensor is None or np.asarray(unwrap(tensor)).dtype.kind in "biufc"):
            raise errors.ModuleError(f"{type(self).__name__}: {name!r} is a {type(tensor).__name__}, not an array.")
        self._check_name(name)
        vars(self).setdefault("_buffers", {})[name] = persistent
        setattr(self, name, tensor)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Set a parameter as an attribute of this name, which must be free."""
        self._register(name, param, Parameter)

    def add_module(self, name: str, module: Module | None) -> None:
        """Set a module as an attribute of this name, which must be free."""
        self._register(name, module, Module)

    register_module = add_module

    def _register(self, name: str, value: Any, kind: type) -> None:
        if not (value is None or isinstance(value, kind)):
            raise errors.ModuleError(
                f"{type(self).__name__}: {name!r} is a {type(value).__name__}, not a {kind.__name__}. "
                f"Write a {kind.__name__} or None."
            )
        self._check_name(name)
        setattr(self, name, value)

    def _check_name(self, name: Any) -> None:
        """Raise unless an entry may have the name: a string without dots that hides no method or other attribute."""
        known = isinstance(name, str) and isinstance(vars(self).get(name, 0), (Module, Parameter, type(None)))
        if not (isinstance(name, str) and name and "." not in name):
            raise errors.ModuleError(f"{type(self).__name__}: the name {name!r}; it must be a string without a dot.")
        if hasattr(self, name) and not known and name not in vars(self).get("_buffers", {}):
            raise errors.ModuleError(f"{type(self).__name__}: the name {name!r} is taken by another attribute.")

    # ---------------------------------------------------------------------------------------------------- switches

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn` on every module below this one, children first, and on this one."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and below: what dropout and the like look at. What is frozen stays in evaluation."""
        for module in self.modules():
            module.training = mode and not module._frozen
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
        dtype = checks.floating_dtype(type(self).__name__, dtype)
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
        with state.substituted(self, values):
            yield self

    def state_dict(self, *, prefix: str = "") -> dict[str, Any]:
        """Copies of all parameters and persistent buffers as arrays, by path; a shared one under each of its paths.

        `prefix` is put before each path: ``"encoder."``.
        """
        return state.read(self, prefix)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> LoadReport:
        """Copy arrays into the parameters and buffers of the same path; each keeps its dtype.

        ``strict=False`` passes over keys that are missing or unexpected. Where anything else does not fit, nothing is
        loaded.

        Raises `StateDictError`, which lists all that does not fit.
        """
        return state.load(self, state_dict, strict)

    # ------------------------------------------------------------------------------------------------------- hooks

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args)`` before `forward`; what it returns, if not None, takes the place of the arguments.

        With `with_kwargs` it is ``hook(module, args, kwargs)``, and returns both or None.
        """
        return self._add_hook("before", hook, prepend, with_kwargs)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args, output)`` after `forward`; what it returns, if not None, is the output then.

        With `with_kwargs` it is ``hook(module, args, kwargs, output)``.
        """
        return self._add_hook("after", hook, prepend, with_kwargs)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call ``hook(module, grad_output)`` when the gradients of all outputs are there; it may return others."""
        return self._add_hook("before_backward", hook, prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` when the gradients of all positional arguments are there.

        Both are tuples; an argument that is not traced has None. It may return other gradients of the arguments.
        """
        return self._add_hook("after_backward", hook, prepend)

    def _add_hook(self, kind: str, hook: Any, prepend: bool, with_kwargs: bool = False) -> RemovableHandle:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks.add(kind, hook, prepend, with_kwargs)

    # --------------------------------------------------------------------------------------------------- as text

    def extra_repr(self) -> str:
        """What stands between the parentheses of the module's `repr`."""
        return ""

    def __repr__(self) -> str:
        children = [f"({name}): {text}".replace("\n", "\n  ") for name, text in self._children_as_text()]
        lines = [line for line in self.extra_repr().split("\n") if line]
        inside = "".join(lines) if len(lines) < 2 and not children else "\n  " + "\n  ".join(lines + children) + "\n"
        return f"{type(self).__name__}({inside})"

    def _children_as_text(self) -> Iterator[tuple[str, str]]:
        return ((name, repr(child)) for name, child in self._own_modules())

    def summary(self, *inputs: Any, dtype: Any = None) -> Summary:
        """Print a table of the layers with their parameters, and the totals; return it. What is shared counts once.

        With inputs, which are arrays or shapes with the batch, ``model.summary((1, 3, 32, 32))``, also output shapes,
        FLOPs and memory, by one forward pass in evaluation mode, which leaves the model as it is. For a shape there are
        zeros of `dtype`; if None, that of the parameters, or integers for an `Embedding` in front. The table's `rows`,
        `total_params`, `trainable_params`, `flops` and others are attributes.

        Raises `ArgumentError` for an input that is neither.
        """
        table = summarize(self, inputs, dtype)
        print(table)
        return table


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
