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
from nn.module import Module, zero_grads

__all__ = ["Optimizer"]


class Optimizer:
    """The base of the optimizers: `params` are tensors, or dicts of ``params`` and options that differ from `defaults`.

    An algorithm defines `update`, which takes its options by keyword, and `check_options`, which takes a group.

    Raises `ArgumentError` for parameters that are none, repeated or not tensors, and for unknown options.
    """

    #: ``update(p, g, state, **options)`` moves `p` along `g`, which it must not change; `state` is what `p` keeps
    update: Callable[..., None]
    #: ``check_options(options)`` raises `ArgumentError` for one outside its range
    check_options: Callable[[dict[str, Any]], None]

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

    def add_param_group(self, group: Any) -> None:
        """Add parameters with options of their own."""
        what = type(self).__name__
        if not isinstance(group, dict) or "params" not in group:
            raise errors.ArgumentError(f"{what}: a group is a dict with the key 'params', not {shown(group)}.")
        unknown = [name for name in group if name not in {"params", *self.defaults}]
        if unknown:
            raise errors.unknown_name(f"option of {what}", unknown[0], self.defaults)
        params = [group["params"]] if isinstance(group["params"], Tensor) else list(group["params"])
        known = {p for other in self.param_groups for p in other["params"]}
        for p in params:
            if not isinstance(p, Tensor) or p.op is not None:
                raise errors.ArgumentError(f"{what} moves leaf tensors, not a {type(p).__name__}.")
            if p in known:
                raise errors.ArgumentError(f"{what} was given a parameter twice (shape {p.shape}).")
            known.add(p)
        group = {**self.defaults, **group, "params": params}
        self.check_options(group)
        self.param_groups.append(group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or fill them with 0."""
        for group in self.param_groups:
            zero_grads(group["params"], set_to_none)

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


def shown(group: Any) -> str:
    """What was given in place of a group."""
    if not isinstance(group, dict):
        return f"a {type(group).__name__}"
    return f"one with the keys {', '.join(map(repr, group))}"
