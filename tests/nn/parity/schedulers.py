"""Schedulers: thirty steps over two groups on both sides, options drawn; rates, momenta, a state that continues.

A row is a strategy of the arguments; those of schedulers made of others are (name, arguments) pairs.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

import nn

__all__ = ["ROWS", "compared_scheduler"]

STEPS = 30
Made = tuple[tuple[Any, ...], dict[str, Any]]
some = st.sampled_from
flags = st.booleans()
factors = some([0.1, 0.5, 0.9, 1.0])
counts = st.integers(1, 12)
lows = some([0, 1e-3, 0.05])


def row(*required: st.SearchStrategy[Any], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Made]:
    """Arguments, and some of the options."""
    return st.tuples(st.tuples(*required), st.fixed_dictionaries({}, optional=optional))


rates = some([0.1, 1.0]) | st.tuples(some([0.1, 0.4]), some([0.3, 1.0])).map(list)
SIMPLE: dict[str, st.SearchStrategy[Made]] = {
    "StepLR": row(counts, gamma=factors),
    "MultiStepLR": row(st.lists(st.integers(0, STEPS), max_size=4), gamma=factors),
    "ConstantLR": row(factor=factors, total_iters=st.integers(0, 12)),
    "LinearLR": row(start_factor=factors, end_factor=some([0, 0.2, 1.0]), total_iters=counts),
    "ExponentialLR": row(factors),
    "PolynomialLR": row(total_iters=counts, power=some([0.5, 1.0, 2.0])),
    "LambdaLR": row(some([lambda t: 0.9**t, [lambda t: 1 / (1 + t), lambda t: t / 5]])),
    "MultiplicativeLR": row(some([lambda t: 0.9, [lambda t: 1 - 0.01 * t, lambda _: 0.8]])),
    "CosineAnnealingLR": row(st.integers(2, 40), eta_min=lows),
    "CosineAnnealingWarmRestarts": row(counts, T_mult=some([1, 2, 3]), eta_min=lows),
}
CYCLES: dict[str, st.SearchStrategy[Made]] = {
    "CyclicLR": row(
        some([0.01, [0.0, 0.02]]),
        rates,
        step_size_up=counts,
        step_size_down=some([None, 1, 7]),
        mode=some(["triangular", "triangular2", "exp_range"]),
        gamma=some([1.0, 0.9]),
        scale_fn=some([None, lambda x: 0.9**x]),
        scale_mode=some(["cycle", "iterations"]),
        cycle_momentum=flags,
        base_momentum=some([0.7, 0.8]),
        max_momentum=some([0.9, 0.95]),
    ),
    "OneCycleLR": st.tuples(
        st.tuples(rates),
        st.fixed_dictionaries(
            {"total_steps": st.integers(STEPS, 50)},
            optional={
                "pct_start": some([0.0, 0.3, 0.5, 1.0]),
                "anneal_strategy": some(["cos", "linear"]),
                "cycle_momentum": flags,
                "base_momentum": some([0.7, [0.8, 0.85]]),
                "max_momentum": some([0.9, [0.95, 0.92]]),
                "div_factor": some([25.0, 3.0]),
                "final_div_factor": some([1e4, 10.0]),
                "three_phase": flags,
            },
        ),
    ),
}
parts = st.one_of([st.tuples(st.just(name), arguments) for name, arguments in SIMPLE.items() if name[:4] != "Mult"])


@st.composite
def sequential(draw: Any) -> Made:
    schedulers = draw(st.lists(parts, min_size=1, max_size=3))
    milestones = draw(
        st.lists(st.integers(1, STEPS), min_size=len(schedulers) - 1, max_size=len(schedulers) - 1, unique=True)
    )
    return (schedulers, sorted(milestones)), {}


ROWS: dict[str, st.SearchStrategy[Made]] = {
    **SIMPLE,
    **CYCLES,
    "ReduceLROnPlateau": row(
        mode=some(["min", "max"]),
        factor=some([0.1, 0.5]),
        patience=st.integers(0, 4),
        threshold=some([0, 1e-4, 0.1]),
        threshold_mode=some(["rel", "abs"]),
        cooldown=st.integers(0, 3),
        min_lr=some([0, 0.03, [0.0, 0.05]]),
        eps=some([1e-8, 0.02]),
    ),
    "SWALR": row(rates, anneal_epochs=st.integers(0, 12), anneal_strategy=some(["cos", "linear"])),
    "SequentialLR": sequential(),
    "ChainedScheduler": row(st.lists(parts, min_size=1, max_size=3)),
}


def made(package: Any, optimizer: Any, name: str, arguments: Made) -> Any:
    """A scheduler of one side."""
    args, kwargs = arguments
    kind = getattr(package.optim.swa_utils if name == "SWALR" else package.optim.lr_scheduler, name)
    if name == "SequentialLR":
        return kind(optimizer, [made(package, optimizer, *part) for part in args[0]], *args[1:])
    if name == "ChainedScheduler":
        return kind([made(package, optimizer, *part) for part in args[0]])
    return kind(optimizer, *args, **kwargs)


def optimizers(adam: bool) -> tuple[Any, Any]:
    """On both sides, with two groups of different rates."""
    import torch

    def groups(parameter: Any) -> list[dict[str, Any]]:
        return [{"params": [parameter()]}, {"params": [parameter()], "lr": 0.5}]

    name, options = ("Adam", {"lr": 0.1}) if adam else ("SGD", {"lr": 0.1, "momentum": 0.9})
    ours = getattr(nn.optim, name)(groups(lambda: nn.Parameter(np.ones(1))), **options)
    theirs = getattr(torch.optim, name)(groups(lambda: torch.nn.Parameter(torch.ones(1))), **options)
    return ours, theirs


def difference(optimizer: Any, torch_optimizer: Any) -> float:
    """The largest difference of rates and momenta."""
    pairs = zip(optimizer.param_groups, torch_optimizer.param_groups, strict=True)
    return max(
        float(np.max(np.abs(np.subtract(group.get(name, 0), other.get(name, 0)))))
        for group, other in pairs
        for name in ("lr", "momentum", "betas", "initial_lr")
    )


def compared_scheduler(name: str, arguments: Made, adam: bool, from_torch: bool) -> float:
    """The largest difference over all steps; halfway on, a new scheduler goes on from the state of either side."""
    ours, theirs = optimizers(adam)
    torch = __import__("torch")
    try:
        torch_scheduler = made(torch, theirs, name, arguments)
    except ZeroDivisionError:  # PyTorch's: a phase of no steps
        assume(False)
    scheduler = made(nn, ours, name, arguments)
    worst, metric = difference(ours, theirs), np.random.default_rng(0).normal(size=STEPS).cumsum()
    for step in range(STEPS):
        metrics = (float(metric[step]),) if name == "ReduceLROnPlateau" else ()
        theirs.step()
        try:
            torch_scheduler.step(*metrics)
        except ZeroDivisionError:
            assume(False)
        ours.step()
        scheduler.step(*metrics)
        worst = max(worst, difference(ours, theirs))
        assert scheduler.get_last_lr() == [group["lr"] for group in ours.param_groups]
        if step == STEPS // 2:
            given = torch_scheduler if from_torch else scheduler
            optimizer_state, state = ours.state_dict(), copy.deepcopy(given.state_dict())
            ours, _ = optimizers(adam)
            scheduler = made(nn, ours, name, arguments)
            scheduler.load_state_dict(state)
            ours.load_state_dict(optimizer_state)
    return worst
