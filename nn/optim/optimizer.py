"""`Optimizer`: parameters in groups, each with its options, and a state per parameter.

An algorithm is one method, `update`. It changes ``p.data`` by an assignment, which tells the engine that the leaf has a
new value; its state it changes in place, with no array made that is not needed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from autograd import Tensor
from autograd.graph import unwrap
from nn import errors
from nn.module import Module

__all__ = ["Optimizer", "check"]


class Optimizer:
    """The base of the optimizers: `params` are tensors, or dicts of ``params`` and options that differ from `defaults`.

    An algorithm defines `update` and `check_options`, which take its options by keyword.

    Raises `ArgumentError` for parameters that are none, repeated or not tensors.
    """

    #: ``update(p, g, state, **options)`` moves `p` along `g`, which it must not change; `state` is what `p` keeps
    update: Callable[..., None]
    #: ``check_options(**options)`` raises `ArgumentError` for one outside its range
    check_options: Callable[..., None]

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, (Module, Tensor)):
            raise errors.ArgumentError(
                f"{type(self).__name__} takes a list of parameters, not a {type(params).__name__}. "
                f"Write {type(self).__name__}(model.parameters(), ...)."
            )
        self.defaults = defaults
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[Tensor, dict[str, Any]] = {}
        given = list(params)
        if not given:
            raise errors.ArgumentError(
                f"{type(self).__name__} got no parameters. model.parameters() is an iterator: call it anew each time."
            )
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    def add_param_group(self, group: dict[str, Any]) -> None:
        """Add parameters with options of their own."""
        params = [group["params"]] if isinstance(group["params"], Tensor) else list(group["params"])
        known = {p for other in self.param_groups for p in other["params"]}
        for p in params:
            if not isinstance(p, Tensor) or p.op is not None:
                raise errors.ArgumentError(f"{type(self).__name__} moves leaf tensors, not a {type(p).__name__}.")
            if p in known:
                raise errors.ArgumentError(f"{type(self).__name__} was given a parameter twice (shape {p.shape}).")
            known.add(p)
        group = {**self.defaults, **group, "params": params}
        self.check_options(**{name: group[name] for name in self.defaults})
        self.param_groups.append(group)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            options = {name: group[name] for name in self.defaults}
            for p in group["params"]:
                if p.grad is not None:
                    self.update(p, unwrap(p.grad), self.state.setdefault(p, {}), **options)

    # ------------------------------------------------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Any]:
        """Copies of state and options, parameters by their number, as PyTorch lays them out."""
        number = {p: i for i, p in enumerate(p for group in self.param_groups for p in group["params"])}
        return copy.deepcopy(
            {
                "state": {number[p]: state for p, state in self.state.items()},
                "param_groups": [
                    {**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups
                ],
            }
        )

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where another optimizer over the same parameters, in the same order, stood.

        Raises `StateDictError` if groups or parameters differ in number; nothing is loaded then.
        """
        sizes = [len(group["params"]) for group in self.param_groups]
        given = [len(group["params"]) for group in state_dict["param_groups"]]
        if sizes != given:
            raise errors.StateDictError(
                f"the state dict has groups of {given} parameters, this {type(self).__name__} of {sizes}; "
                f"nothing was loaded."
            )
        new = copy.deepcopy(state_dict)
        params = [p for group in self.param_groups for p in group["params"]]
        self.state = {params[i]: state for i, state in new["state"].items()}
        for group, loaded in zip(self.param_groups, new["param_groups"], strict=True):
            group.update({name: value for name, value in loaded.items() if name != "params"})


def check(what: str, **options: float) -> None:
    """Raise `ArgumentError` for an option that is negative or not a number."""
    for name, value in options.items():
        if not value >= 0:
            raise errors.out_of_range(what, name, value, "0 or more")
