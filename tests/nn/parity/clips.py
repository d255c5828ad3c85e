"""Clipped gradients and averaged weights, on both sides."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

import nn
from tests.nn.parity.cases import difference, seeds
from tests.nn.parity.optimizers import exact_numbers, pair_of_networks

__all__ = ["AVERAGES", "CLIPS", "compared_average", "compared_clip"]

some = st.sampled_from
orders = some([0.5, 1.0, 2.0, 3.0, float("inf")])
CLIPS: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "clip_grad_norm_": st.tuples(some([0, 0.1, 1, 100.0]), orders),
    "clip_grad_value_": st.tuples(some([0, 0.1, 1.0])),
    "get_total_norm": st.tuples(orders),
}
AVERAGES: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "get_ema_multi_avg_fn": st.tuples(some([0.0, 0.9, 0.999, 1.0])),
    "get_ema_avg_fn": st.tuples(some([0.0, 0.9, 0.999, 1.0])),
    "get_swa_multi_avg_fn": st.just(()),
    "get_swa_avg_fn": st.just(()),
}
drawn_gradients = st.lists(
    st.tuples(seeds, st.lists(st.integers(0, 3), max_size=2).map(tuple), some([None, 1e-3, 1.0, 1e3])), max_size=4
)


def compared_clip(name: str, args: tuple[Any, ...], gradients: list[Any]) -> float:
    """The largest difference of the gradients and of what is returned; some parameters have no gradient."""
    import torch

    ours, theirs = [], []
    for seed, shape, scale in gradients:
        p = nn.Parameter(np.zeros(shape))
        tp = torch.nn.Parameter(torch.zeros(shape, dtype=torch.float64))
        if scale is not None and p.size:  # PyTorch has no infinite norm of an empty array
            g = np.random.default_rng(seed).normal(0, scale, shape)
            p.grad, tp.grad = g, torch.tensor(g)
        ours.append(p)
        theirs.append(tp)
    if name == "get_total_norm":
        ours, theirs = ([p.grad for p in side if p.grad is not None] for side in (ours, theirs))
    assume(name != "clip_grad_value_" or any(p.grad is not None for p in ours))  # where PyTorch fails
    found, expected = getattr(nn.utils, name)(ours, *args), getattr(torch.nn.utils, name)(theirs, *args)
    worst = 0.0 if expected is None or not ours else difference(np.float64(found), expected.double())
    if name == "get_total_norm":
        return worst
    for p, tp in zip(ours, theirs, strict=True):
        assert (p.grad is None) == (tp.grad is None)
        worst = max(worst, 0.0 if p.grad is None else difference(p.grad, tp.grad))
    return worst


def compared_average(name: str, args: tuple[Any, ...], seed: int) -> float:
    """The largest difference of the averaged model's state after each of five updates."""
    import torch

    rng = np.random.default_rng(seed)
    ours, theirs = pair_of_networks(rng)
    kind = "multi_avg_fn" if "multi" in name else "avg_fn"
    average = nn.optim.swa_utils.AveragedModel(ours, **{kind: getattr(nn.optim.swa_utils, name)(*args)})
    utils = torch.optim.swa_utils
    torch_average = utils.AveragedModel(theirs, **{kind: getattr(utils, name)(*args)})
    worst = 0.0
    for _ in range(5):
        for p, tp in zip(ours.parameters(), theirs.parameters(), strict=True):
            p.data = rng.normal(size=p.shape)
            tp.data = torch.tensor(p.data)
        average.update_parameters(ours)
        with exact_numbers():
            torch_average.update_parameters(theirs)
        state, torch_state = average.state_dict(), torch_average.state_dict()
        assert list(state) == list(torch_state)
        worst = max([worst, *(difference(state[key], value) for key, value in torch_state.items())])
    return worst
