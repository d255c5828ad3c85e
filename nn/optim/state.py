"""The state of an optimizer: its options and what it keeps of each parameter, read and loaded.

The methods of `Optimizer` of the same names call these functions.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nn import errors
from nn.state import as_numbers

if TYPE_CHECKING:
    from autograd import Tensor
    from nn.optim.optimizer import Optimizer

__all__ = ["UNREADABLE", "Fitted", "fitted", "load", "read"]

#: what NumPy and PyTorch raise for what is no array of numbers
UNREADABLE = (TypeError, ValueError, RuntimeError, OverflowError)


class Fitted(NamedTuple):
    """A loaded state as the algorithm keeps it, and the names of what does not fit."""

    found: dict[str, Any]
    missing: list[str]
    unexpected: list[str]
    misshaped: list[str]
    unreadable: list[str]


def read(optimizer: Optimizer) -> dict[str, Any]:
    """Copies of state and options, parameters by their number."""
    number = {p: i for i, p in enumerate(optimizer.parameters())}
    groups = [{**group, "params": [number[p] for p in group["params"]]} for group in optimizer.param_groups]
    return copy.deepcopy({"state": {number[p]: state for p, state in optimizer.state.items()}, "param_groups": groups})


def load(optimizer: Optimizer, state_dict: Any) -> None:
    """Take over state and options; where something does not fit, nothing is."""
    what = type(optimizer).__name__
    if not is_state(state_dict):
        raise errors.StateDictError(
            f"{what}.load_state_dict takes what state_dict() gives, a dict of 'state' and 'param_groups'; "
            f"nothing was loaded."
        )
    states, given = state_dict["state"], state_dict["param_groups"]
    sizes, other = ([len(group["params"]) for group in groups] for groups in (optimizer.param_groups, given))
    if sizes != other:
        raise errors.StateDictError(
            f"the state dict has groups of {other} parameters, this {what} of {sizes}; nothing was loaded."
        )
    new: dict[Tensor, dict[str, Any]] = {}
    groups = []
    known = {number for loaded in given for number in loaded["params"]}
    missing: list[str] = []
    misshaped: list[str] = []
    unreadable: list[str] = []
    unexpected = [f"state[{n!r}]" for n in states if n not in known]
    for group, loaded in zip(optimizer.param_groups, given, strict=True):
        groups.append({**group, **copy.deepcopy(loaded), "params": group["params"]})
        optimizer.check_options(groups[-1])
        for p, number in zip(group["params"], loaded["params"], strict=True):
            if states.get(number):
                new[p], *names = optimizer.fitted(p, states[number], groups[-1])
                for wrong, found in zip((missing, unexpected, misshaped, unreadable), names, strict=True):
                    wrong += [f"state[{number}][{name!r}]" for name in found]
    if missing or unexpected or misshaped or unreadable:
        raise errors.state_mismatch(what, missing, unexpected, misshaped, unreadable=unreadable)
    optimizer.state.clear()
    optimizer.state.update(new)
    for group, loaded in zip(optimizer.param_groups, groups, strict=True):
        group.update(loaded)


def is_state(given: Any) -> bool:
    """Whether it is laid out as a state is."""
    if not (isinstance(given, dict) and isinstance(given.get("state"), dict)):
        return False
    groups = given.get("param_groups")
    return (
        all(isinstance(state, dict) for state in given["state"].values())
        and isinstance(groups, (list, tuple))
        and all(isinstance(group, dict) and isinstance(group.get("params"), (list, tuple)) for group in groups)
    )


def fitted(expected: dict[str, Any], state: dict[str, Any]) -> Fitted:
    """What is expected of a parameter, found in a loaded state."""
    found, unreadable = {}, []
    for name, value in state.items():
        if value is not None:
            try:
                found[name] = as_numbers(value, np.asarray(expected.get(name, 0.0)).dtype)
            except UNREADABLE:
                unreadable.append(name)
    common = [name for name in expected if name in found]
    misshaped = [name for name in common if found[name].shape != np.shape(expected[name])]
    fitting = {
        name: np.asarray(found[name], order="C") if isinstance(like, np.ndarray) else type(like)(found[name])
        for name, like in expected.items()
        if name in common and name not in misshaped
    }
    missing = [name for name in expected if name not in found and name not in unreadable]
    return Fitted(fitting, missing, [name for name in found if name not in expected], misshaped, unreadable)
