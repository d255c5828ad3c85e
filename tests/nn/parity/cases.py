"""What a row of the parity table holds, and how it is compared: values, gradients, second derivatives."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import nn
from autograd import Tensor
from tests.nn.parity import twins

__all__ = ["Case", "Differences", "Part", "compared", "drawn", "normal", "sizes", "worst"]


class Case(NamedTuple):
    """A configuration of a part and what it is called with, the same on both sides."""

    args: tuple[Any, ...] = ()  # of the constructor
    kwargs: dict[str, Any] = {}  # noqa: RUF012  # read only
    inputs: tuple[Any, ...] = ()  # arrays, or tuples of them: the floating ones are differentiated
    call: dict[str, Any] = {}  # noqa: RUF012  # keywords of the call
    training: bool = True
    first: str = ""  # a function of `functional`, applied to the first input along its last axis
    orders: int = 2  # 1 where PyTorch has no second derivative, or this one is zero by convention
    tolerance: float = 1e-9  # in float64; more where PyTorch rounds constants to float32


class Part(NamedTuple):
    """A layer that is an argument of another."""

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}  # noqa: RUF012  # read only


class Differences(NamedTuple):
    """The largest differences, relative to the largest entry of what they are about (at least 1)."""

    forward: float
    gradient: float
    second: float


sizes = st.integers(1, 4)
seeds = st.integers(0, 2**32 - 1)


@st.composite
def normal(draw: Callable[..., Any], *shape: int, scale: float = 1.0) -> Any:
    """An array of normally distributed numbers, by its seed."""
    return np.random.default_rng(draw(seeds)).normal(0, scale, shape)


def drawn(function: Callable[..., Case]) -> st.SearchStrategy[Case]:
    """A row from a function that takes `draw` and returns a `Case`."""
    return st.composite(function)()


def leaves(tree: Any) -> Iterator[Any]:
    """The arrays in nested outputs, in order."""
    if isinstance(tree, (list, tuple)):
        for item in tree:
            yield from leaves(item)
    elif tree is not None:
        yield tree


def mapped(tree: Any, function: Callable[[Any], Any]) -> Any:
    """Nested tuples with `function` of each array in its place."""
    return tuple(mapped(item, function) for item in tree) if isinstance(tree, tuple) else function(np.asarray(tree))


def floating(x: Any) -> bool:
    return bool(np.asarray(x).dtype.kind == "f")


def ours_and_theirs(name: str, case: Case, dtype: Any) -> tuple[Any, Any]:
    """The part on both sides, with PyTorch's weights."""
    import torch

    with warnings.catch_warnings(action="ignore"):  # PyTorch's advice about its fast path
        kind = twins.layer(torch.nn, name)
        theirs = kind(*built(torch.nn, torched(case.args)), **built(torch.nn, torched(case.kwargs)))
    theirs = theirs.to(torch_dtype(dtype))
    ours = twins.layer(nn, name)(*built(nn, case.args), **built(nn, case.kwargs)).to(dtype)
    assert repr(ours) == repr(theirs).replace("torch.float", "float")
    state = {key: value.detach().numpy() for key, value in theirs.state_dict().items()}
    assert list(ours.state_dict()) == list(state)
    assert {key: value.shape for key, value in ours.state_dict().items()} == {k: v.shape for k, v in state.items()}
    ours.load_state_dict(state)
    return ours.train(case.training), theirs.train(case.training)


def built(package: Any, tree: Any) -> Any:
    """Arguments with layers of the package in place of their descriptions."""
    if isinstance(tree, Part):
        return getattr(package, tree.name)(*built(package, tree.args), **built(package, tree.kwargs))
    if isinstance(tree, (list, tuple)):
        return type(tree)(built(package, item) for item in tree)
    return {key: built(package, value) for key, value in tree.items()} if isinstance(tree, dict) else tree


def torch_dtype(dtype: Any) -> Any:
    import torch

    return {np.float32: torch.float32, np.float64: torch.float64}[dtype]


def torched(tree: Any) -> Any:
    """Arrays in arguments as PyTorch's tensors."""
    import torch

    if isinstance(tree, Part):
        return tree
    if isinstance(tree, np.ndarray):
        return torch.tensor(tree)
    if isinstance(tree, (list, tuple)):
        return type(tree)(torched(item) for item in tree)
    return {key: torched(value) for key, value in tree.items()} if isinstance(tree, dict) else tree


def compared(name: str, case: Case, dtype: Any = np.float64) -> Differences:
    """Run both sides, forward, backward with random gradients, and backward through that with random directions."""
    from torch.nn.attention import SDPBackend, sdpa_kernel

    with sdpa_kernel(SDPBackend.MATH):  # the only one that has second derivatives
        return differences(name, case, dtype)


def differences(name: str, case: Case, dtype: Any) -> Differences:
    import torch

    rng = np.random.default_rng(0)
    ours, theirs = ours_and_theirs(name, case, dtype)
    arrays = mapped(case.inputs, lambda x: x.astype(dtype) if floating(x) else x)
    inputs = mapped(arrays, lambda x: Tensor(x) if floating(x) else x)
    torch_inputs = mapped(arrays, lambda x: torch.tensor(x, requires_grad=floating(x)))
    call = {key: x.astype(dtype) if isinstance(x, np.ndarray) and floating(x) else x for key, x in case.call.items()}
    y = list(leaves(ours(*prepared(nn, case, inputs), **call)))
    with warnings.catch_warnings(action="ignore"):  # PyTorch's advice about reductions, and masks of two kinds
        ty = list(leaves(theirs(*prepared(torch.nn, case, torch_inputs), **torched(call))))
    forward = max(map(difference, y, ty), default=0)
    state = ours.state_dict()  # a call may change buffers
    forward = max([forward, *(difference(state[key], value) for key, value in theirs.state_dict().items())])

    x = [t for t in leaves(inputs) if isinstance(t, Tensor)] + list(ours.parameters())
    tx = [t for t in leaves(torch_inputs) if t.requires_grad] + list(theirs.parameters())
    out = [t for t in y if isinstance(t, Tensor) and t.requires_grad]
    torch_out = [t for t in ty if t.requires_grad]
    assert len(out) == len(torch_out)
    weights = [rng.normal(size=t.shape).astype(dtype) for t in out]
    g, tg = gradients(out, x, weights, case.orders > 1), torch_gradients(torch_out, tx, weights, case.orders > 1)
    gradient = max(map(difference, g, tg), default=0)
    if case.orders < 2:
        return Differences(forward, gradient, 0)
    directions = [rng.normal(size=t.shape).astype(dtype) for t in g]
    kept, torch_kept = [], []
    for a, b, v in zip(g, tg, directions, strict=True):
        if b.requires_grad:
            torch_kept.append((b, v))
        if isinstance(a, Tensor) and a.requires_grad:
            kept.append((a, v))
    second = gradients(*parts(kept, x), True)
    torch_second = torch_gradients(*parts(torch_kept, tx), False)
    return Differences(forward, gradient, max(map(difference, second, torch_second), default=0))


def prepared(package: Any, case: Case, inputs: list[Any]) -> list[Any]:
    """What the part is called with."""
    return [getattr(package.functional, case.first)(inputs[0], -1), *inputs[1:]] if case.first else inputs


def parts(pairs: list[tuple[Any, Any]], x: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    return [a for a, _ in pairs], x, [v for _, v in pairs]


def gradients(y: list[Any], x: list[Any], weights: list[Any], create_graph: bool) -> list[Any]:
    """The gradients of sum(weights * y), zeros where none flows."""
    for t in x:
        t.grad = None
    if y:
        total = sum(((t * w).sum() for t, w in zip(y, weights, strict=True)), start=0.0)
        total.backward(create_graph=create_graph)
    found = [np.zeros(t.shape, t.dtype) if t.grad is None else t.grad for t in x]
    for t in x:
        t.grad = None
    return found


def torch_gradients(y: list[Any], x: list[Any], weights: list[Any], create_graph: bool) -> list[Any]:
    import torch

    if not (y and x):
        return [torch.zeros_like(t) for t in x]
    weights = [torch.tensor(w) for w in weights]
    return list(
        torch.autograd.grad(
            y, x, weights, create_graph=create_graph, retain_graph=True, allow_unused=True, materialize_grads=True
        )
    )


def difference(a: Any, b: Any) -> float:
    """The largest absolute difference over the largest absolute value, at least 1; the shapes and dtypes are equal."""
    a = np.asarray(getattr(a, "data", a))
    b = b.detach().numpy(force=True)
    assert a.shape == b.shape, f"shape {a.shape}, and PyTorch's is {b.shape}"
    assert a.dtype == b.dtype, f"{a.dtype}, and PyTorch's is {b.dtype}"
    if a.size == 0:
        return 0.0
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    scale = max(1.0, float(np.max(np.abs(b[np.isfinite(b)]), initial=0)))
    return float(np.max(np.where(same, 0, np.abs(np.where(same, 0, a) - np.where(same, 0, b))))) / scale


def worst(name: str, row: st.SearchStrategy[Case], draws: int) -> tuple[Differences, bool]:
    """The largest differences over all draws, and whether second derivatives were among what was compared."""
    found: list[tuple[Differences, bool]] = []

    @settings(
        max_examples=draws,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=row)
    def draw(case: Case) -> None:
        found.append((compared(name, case), case.orders > 1))

    draw()
    return Differences(*map(max, zip(*(differences for differences, _ in found), strict=True))), any(
        second for _, second in found
    )
