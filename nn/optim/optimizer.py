"""`Optimizer`: parameters in groups, each with its options, and a state per parameter.

An algorithm is two methods: `start` makes a parameter's state, `update` is the line of the paper, on flat arrays that
fit into a core's cache. The base does what all have in common: groups, pieces, weight decay, `maximize`, saving.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypedDict

import numpy as np

from autograd import Tensor, enable_grad
from autograd.graph import unwrap
from nn import errors
from nn.module import Module
from nn.optim import state as saved
from nn.optim.pieces import SETTLE, Cut, Workspace, descent, own_array, plain, settle
from nn.parameter import zero_grads

__all__ = ["Kernels", "Optimizer"]

#: what the base does for every algorithm that has the option
SHARED = ("weight_decay", "decoupled_weight_decay", "maximize")


class Kernels(TypedDict, total=False):
    """PyTorch's keywords for how a step is computed, which change nothing here."""

    foreach: bool | None
    fused: bool | None
    capturable: bool
    differentiable: bool


class Optimizer:
    """The base of the optimizers: `params` are tensors, or dicts of ``params`` and options that differ from `defaults`.

    An algorithm defines `start`, `update` and `check_options`, which takes a group. The options `weight_decay`,
    `decoupled_weight_decay` and `maximize` are obeyed here: `update` is called with the gradient to go down along.
    PyTorch's `foreach`, `fused` and `capturable` are taken, without effect: there is one way of computing a step.

    Raises `ArgumentError` for parameters that are none, repeated, complex or not tensors, for unknown options, and for
    ``differentiable=True``.
    """

    #: ``update(p, g, state, work, **options)`` moves `p` along `g`, which it must not change. These arrays, those in
    #: `state` and the two in `work`, to compute in, are flat pieces of one length. ``state["first"]`` says whether this
    #: is the parameter's first step.
    update: Callable[..., None]

    def __init__(
        self,
        params: Iterable[Any],
        defaults: dict[str, Any],
        *,
        foreach: bool | None = None,  # noqa: ARG002
        fused: bool | None = None,  # noqa: ARG002
        capturable: bool = False,  # noqa: ARG002
        differentiable: bool = False,
    ) -> None:
        if differentiable:
            raise errors.ArgumentError(
                f"{type(self).__name__}: differentiable=True; a step changes arrays in place and is not recorded. For "
                f"the derivative of training steps write them as a function of the parameters, with autograd.grad."
            )
        if isinstance(params, (Module, Tensor)):
            raise errors.ArgumentError(
                f"{type(self).__name__} takes a list of parameters, not a {type(params).__name__}. "
                f"Write {type(self).__name__}(model.parameters(), ...)."
            )
        self.defaults = defaults
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.workspace = Workspace()
        self.cuts: dict[Tensor, Cut] = {}
        given = listed(type(self).__name__, params)
        if not given:
            raise errors.ArgumentError(
                f"{type(self).__name__} got no parameters. model.parameters() is an iterator: call it anew each time."
            )
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    def add_param_group(self, group: Any) -> None:
        """Add parameters with options of their own."""
        what = type(self).__name__
        if not isinstance(group, dict) or "params" not in group:
            raise errors.ArgumentError(f"{what}: a group is a dict with the key 'params', not {shown(group)}.")
        unknown = [name for name in group if name not in {"params", "initial_lr", *self.defaults}]
        if unknown:
            raise errors.unknown_name(f"option of {what}", unknown[0], self.defaults)
        params = [group["params"]] if isinstance(group["params"], Tensor) else listed(what, group["params"])
        known = {p for other in self.param_groups for p in other["params"]}
        for p in params:
            if not isinstance(p, Tensor) or p.op is not None:
                raise errors.ArgumentError(f"{what} moves leaf tensors, not a {type(p).__name__}.")
            if p.dtype.kind != "f":
                raise errors.ArgumentError(f"{what} moves real floating parameters; one is {p.dtype}.")
            if p in known:
                raise errors.ArgumentError(f"{what} was given a parameter twice (shape {p.shape}).")
            known.add(p)
        group = {**self.defaults, **group, "params": params}
        self.check_options(group)
        self.param_groups.append(group)

    def check_options(self, options: dict[str, Any]) -> None:
        """Raise `ArgumentError` for an option of a group outside its range."""

    def parameters(self) -> Iterator[Any]:
        """Every parameter, one group after the other."""
        return (p for group in self.param_groups for p in group["params"])

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or fill them with 0."""
        for group in self.param_groups:
            zero_grads(group["params"], set_to_none)

    # -------------------------------------------------------------------------------------------------------- steps

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002  # as algorithms define it
        """The state of a parameter before its first step: arrays like `p`, and numbers; `step` counts the steps."""
        return {}

    def advance(self, state: dict[str, Any], options: dict[str, Any]) -> None:  # noqa: ARG002
        """Change the numbers of a state, once a step."""
        if "step" in state:
            state["step"] += 1

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient; a `closure` that makes the gradients is called first.

        Returns what the closure returned.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            options = {name: plain(group[name]) for name in self.defaults}
            shared = {name: options.pop(name, 0) for name in SHARED}
            with np.errstate(all="ignore"):  # what has diverged shows in the loss
                for p in group["params"]:
                    if p.grad is not None:
                        self.move(p, options, **shared)
        return loss

    def move(
        self,
        p: Tensor,
        options: dict[str, Any],
        *,
        weight_decay: float,
        decoupled_weight_decay: bool,
        maximize: bool,
    ) -> None:
        """A step of one parameter, a piece after the other: what a piece needs stays in the cache."""
        array = own_array(p.data)
        state = self.state.get(p)
        first = state is None
        if state is None:
            state = self.start(array, options)
            if state:
                self.state[p] = state
        self.advance(state, options)
        cut = self.cuts.get(p)
        if cut is None or not cut.fits(array, state):
            cut = self.cuts[p] = Cut(array, state, self.workspace)
        settling = "exp_avg" in state and state.get("step", 1) % SETTLE == 0
        flat_g = unwrap(p.grad).ravel()
        for place, x, part, work, spare in cut.pieces:
            for name in cut.numbers:
                part[name] = state[name]
            part["first"] = first
            if decoupled_weight_decay and weight_decay:
                x *= 1 - options["lr"] * weight_decay
            g = descent(x, flat_g[place], spare, 0 if decoupled_weight_decay else weight_decay, maximize)
            if settling:
                settle(part["exp_avg"], work[0])
            self.update(x, g, part, work, **options)
        p.data = array

    # -------------------------------------------------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Any]:
        """Copies of state and options, parameters by their number, as PyTorch lays them out."""
        return saved.read(self)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where another optimizer over the same parameters, in the same order, stood, PyTorch's included.

        Raises `StateDictError`, which lists what does not fit, and `ArgumentError` for an option outside its range;
        nothing is loaded then.
        """
        saved.load(self, state_dict)

    def fitted(self, p: Tensor, state: dict[str, Any], options: dict[str, Any]) -> saved.Fitted:
        """A loaded state as this algorithm keeps it."""
        return saved.fitted(self.start(np.array(p.data), options), state)

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"cuts": {}}  # views, which a copy would tear from their arrays

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])


def listed(what: str, params: Any) -> list[Any]:
    """Parameters or groups as a list; a set has no order, which the state goes by."""
    if not isinstance(params, Iterable) or isinstance(params, (set, frozenset)):
        raise errors.wrong_argument(what, "params", params, "a list of parameters, in an order that stays")
    return list(params)


def shown(group: Any) -> str:
    """What was given in place of a group."""
    if not isinstance(group, dict):
        return f"a {type(group).__name__}"
    return f"one with the keys {', '.join(map(repr, group))}"
