"""Optimizers: ten steps of a small network on both sides, options drawn; values, state and what is saved.

A row is a strategy of the constructor's options. `Lion` and `Manhattan` are not in PyTorch: see `twins.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from hypothesis import strategies as st

import nn
from tests.nn.parity import twins
from tests.nn.parity.cases import torch_dtype

__all__ = ["ROWS", "compared_optimizer", "exact_numbers", "pair_of_networks", "same_state"]

STEPS = 10
some = st.sampled_from
flags = st.booleans()
rates = some([0.0, 1e-3, 0.03, 0.2])
calm = some([0.0, 1e-3, 0.05])  # where nothing bounds the steps: rounding grows with what runs away
decays = some([0.0, 0.0, 0.01, 0.3])
small = some([1e-8, 1e-4, 0.1])
betas = st.tuples(some([0.0, 0.5, 0.9]), some([0.3, 0.9, 0.999]))


def options(**choices: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the options; the others have their defaults."""
    return st.fixed_dictionaries({}, optional=choices)


def sgd_options() -> st.SearchStrategy[dict[str, Any]]:
    plain = options(
        lr=calm, momentum=some([0, 0.5, 0.9]), dampening=some([0, 0.3, 1]), weight_decay=decays, maximize=flags
    )
    nesterov = st.fixed_dictionaries(
        {"momentum": some([0.5, 0.9]), "nesterov": st.just(True)},
        optional={"lr": calm, "weight_decay": decays, "maximize": flags},
    )
    return plain | nesterov


adam = {"lr": rates, "betas": betas, "eps": small, "weight_decay": decays, "maximize": flags}
ROWS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "SGD": sgd_options(),
    "Adagrad": options(
        lr=rates,
        lr_decay=some([0, 0.1, 1]),
        weight_decay=decays,
        initial_accumulator_value=some([0, 0.5]),
        eps=small,
        maximize=flags,
    ),
    "Adadelta": options(lr=some([0.1, 1.0]), rho=some([0, 0.5, 0.9]), eps=small, weight_decay=decays, maximize=flags),
    "RMSprop": options(
        lr=rates,
        alpha=some([0.5, 0.9, 0.99]),
        eps=small,
        weight_decay=decays,
        momentum=some([0, 0.5, 0.9]),
        centered=flags,
        maximize=flags,
    ),
    "Adam": options(**adam, amsgrad=flags, decoupled_weight_decay=flags),
    "AdamW": options(**adam, amsgrad=flags),
    "Adamax": options(**adam),
    "NAdam": options(**adam, momentum_decay=some([0, 4e-3, 0.1]), decoupled_weight_decay=flags),
    "RAdam": options(**adam, decoupled_weight_decay=flags),
    "Rprop": options(
        lr=some([1e-3, 0.1]),
        etas=some([(0.5, 1.2), (0.3, 2.0)]),
        step_sizes=some([(1e-6, 50), (1e-2, 0.05)]),
        maximize=flags,
    ),
    "Lion": options(lr=calm, betas=betas, weight_decay=decays, maximize=flags),
    "Manhattan": options(lr=calm, maximize=flags),
    "LBFGS": st.fixed_dictionaries(
        {"max_iter": some([1, 2])},  # after many iterations, rounding has grown to a difference
        optional={
            "lr": some([1, 0.3]),
            "max_eval": some([1, 2, 5]),
            "history_size": some([1, 3, 100]),
            "tolerance_grad": some([1e-7, 0.05]),
            "tolerance_change": some([1e-9, 1e-3]),
            "line_search_fn": some([None, "strong_wolfe"]),
        },
    ),
}


def pair_of_networks(rng: np.random.Generator, dtype: Any = np.float64) -> tuple[Any, Any]:
    """The same small network on both sides."""
    import torch

    ours = nn.Sequential(nn.Linear(3, 4, dtype=dtype, rng=rng), nn.Tanh(), nn.Linear(4, 2, dtype=dtype, rng=rng))
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)).to(torch_dtype(dtype))
    theirs.load_state_dict({name: torch.tensor(value) for name, value in ours.state_dict().items()})
    return ours, theirs


def groups(model: Any, split: dict[str, Any]) -> list[dict[str, Any]]:
    """The biases apart, with options of their own."""
    return [{"params": [model[0].weight, model[2].weight]}, {"params": [model[0].bias, model[2].bias], **split}]


def compared_optimizer(name: str, kwargs: dict[str, Any], split: dict[str, Any], dtype: Any = np.float64) -> float:
    """The largest difference of parameters after any of ten steps; the states are compared, too."""
    with exact_numbers():
        return differences(name, kwargs, split, dtype)


@contextmanager
def exact_numbers() -> Iterator[None]:
    """Have PyTorch keep the numbers of a state in float64: counts of steps, NAdam's product."""
    import torch

    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(default)


def differences(name: str, kwargs: dict[str, Any], split: dict[str, Any], dtype: Any) -> float:
    import torch

    rng = np.random.default_rng(0)
    ours, theirs = pair_of_networks(rng, dtype)
    x, y = rng.normal(size=(6, 3)).astype(dtype), rng.normal(size=(6, 2)).astype(dtype)
    one_group = name == "LBFGS"
    optimizer = getattr(nn.optim, name)(ours.parameters() if one_group else groups(ours, split), **kwargs)
    torch_optimizer = twins.optimizer(name)(theirs.parameters() if one_group else groups(theirs, split), **kwargs)

    def closure(optimizer: Any, loss: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            optimizer.zero_grad()
            value = loss()
            value.backward()
            return value

        return run

    step = closure(optimizer, lambda: nn.functional.mse_loss(ours(x), y))
    tx, ty = torch.tensor(x), torch.tensor(y)
    torch_step = closure(torch_optimizer, lambda: torch.nn.functional.mse_loss(theirs(tx), ty))
    worst = 0.0
    for _ in range(STEPS):
        loss, torch_loss = optimizer.step(step), torch_optimizer.step(torch_step)
        worst = max(worst, scaled(loss.data, torch_loss.detach().numpy()))
        for p, tp in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert p.dtype == dtype
            worst = max(worst, scaled(p.data, tp.detach().numpy()))
    assert repr(optimizer).splitlines()[0] == repr(torch_optimizer).splitlines()[0]
    return max(worst, same_state(optimizer.state_dict(), torch_optimizer.state_dict()))


def scaled(a: Any, b: Any) -> float:
    """The largest difference relative to the largest entry, at least 1."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    assert a.shape == b.shape
    difference = np.where(a == b, 0, np.abs(np.where(a == b, 0, a) - np.where(a == b, 0, b)))
    return float(np.max(difference, initial=0)) / max(1.0, float(np.max(np.abs(b), initial=0)))


def same_state(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """The largest difference of two saved states, which have the same layout; options are equal."""
    for group, torch_group in zip(ours["param_groups"], theirs["param_groups"], strict=True):
        assert set(group) == set(torch_group) - {"foreach", "fused", "capturable", "differentiable"}
        assert all(torch_group[name] == value for name, value in group.items())
    assert list(ours["state"]) == list(theirs["state"])
    worst = 0.0
    derived = {"ro", "H_diag"}  # ratios of what is compared, of any size where that is all but 0
    for number, state in ours["state"].items():
        torch_state = {name: value for name, value in theirs["state"][number].items() if name != "al"}
        assert set(state) == {name for name, value in torch_state.items()}
        for name in set(state) - derived:
            value, other = state[name], torch_state[name]
            pairs = zip(value, other, strict=True) if isinstance(value, list) else [(value, other)]
            worst = max([worst, *(scaled(a, b) for a, b in pairs)])
    return worst
