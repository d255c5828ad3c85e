"""Hooks: what they are given, what they may change, when they go."""

import copy
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, grad


def doubled(*_: Any) -> Any:
    return 2 * _[-1]


def test_forward_hooks_see_and_replace_arguments_and_output() -> None:
    layer, seen = nn.Tanh(), []
    layer.register_forward_pre_hook(lambda module, args: seen.append((module, args)))
    layer.register_forward_hook(lambda module, args, y: seen.append((args, float(y))))
    layer.register_forward_pre_hook(lambda module, args: args[0] * 0)
    layer.register_forward_hook(lambda module, args, y: y + 1)
    assert layer(np.array(3.0)) == 1
    assert seen == [(layer, (3.0,)), ((0.0,), 0.0)]


def test_forward_hooks_may_take_the_keywords() -> None:
    class Scale(nn.Module):
        def forward(self, x: Any, by: float = 1.0) -> Any:
            return x * by

    layer, seen = Scale(), []
    layer.register_forward_pre_hook(lambda m, args, kwargs: (args, {"by": kwargs["by"] + 1}), with_kwargs=True)
    layer.register_forward_hook(lambda m, args, kwargs, y: seen.append(kwargs), with_kwargs=True)
    assert layer(2.0, by=3.0) == 8
    assert seen == [{"by": 4.0}]


def test_hooks_come_in_order_and_go_when_removed() -> None:
    layer, order = nn.Identity(), []
    handles = [layer.register_forward_hook(lambda m, a, y, i=i: order.append(i), prepend=i == 2) for i in range(3)]
    layer(1)
    assert order == [2, 0, 1]
    handles[0].remove()
    handles[0].remove()
    layer(1)
    assert order[3:] == [2, 1]
    with layer.register_forward_hook(lambda m, a, y: order.append("within")):
        layer(1)
    layer(1)
    assert order[5:] == [2, 1, "within", 2, 1]
    with pytest.raises(nn.errors.ArgumentError, match=r"^a hook is a function, not a int\.$"):
        layer.register_forward_hook(3)  # type: ignore[arg-type]


def test_hooks_of_a_copy_are_its_own() -> None:
    layer, seen = nn.Identity(), []
    layer.register_forward_hook(lambda m, a, y: seen.append(m))
    twin = copy.deepcopy(layer)
    twin.register_forward_hook(lambda m, a, y: seen.append("twin"))
    layer(1)
    assert seen == [layer]


class Pair(nn.Module):
    """Two arguments, two results."""

    def forward(self, x: Any, y: Any) -> Any:
        return x * y, x + y


def test_backward_hooks_see_all_gradients_at_once_as_in_pytorch(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")

    class TorchPair(torch.nn.Module):  # type: ignore[misc,name-defined]
        def forward(self, x: Any, y: Any) -> Any:
            return x * y, x + y

    a, b = rng.normal(size=(2, 3))
    seen: list[list[Any]] = [[], []]
    results = []
    for package, module, x, y, calls in [
        (nn, Pair(), Tensor(a), Tensor(b), seen[0]),
        (torch, TorchPair(), torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True), seen[1]),
    ]:
        module.register_full_backward_hook(lambda m, gi, go, calls=calls: calls.append((gi, go)) or [2 * g for g in gi])
        module.register_full_backward_pre_hook(lambda m, go: [go[0] * 3, go[1]])
        product, total = module(x, y)
        (product * product + total).sum().backward()
        results.append((x.grad.tolist(), y.grad.tolist()))
        assert len(calls) == 1, package
    ((ours_in, ours_out),), ((theirs_in, theirs_out),) = seen
    for ours, theirs in zip([*ours_in, *ours_out], [*theirs_in, *theirs_out], strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-12)
    np.testing.assert_allclose(results[0], results[1], rtol=1e-12)


def test_backward_hooks_of_a_first_layer_are_told_of_what_arrives(rng: np.random.Generator) -> None:
    layer, seen = nn.Linear(2, 3, dtype=np.float64, rng=rng), []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go)))
    layer(np.ones((4, 2))).sum().backward()
    ((inputs, (output,)),) = seen
    assert inputs == (None,)
    assert output.tolist() == np.ones((4, 3)).tolist()
    assert layer.weight.grad.tolist() == np.full((3, 2), 4.0).tolist()


def test_backward_hooks_see_tensors_where_gradients_are_recorded() -> None:
    layer = nn.Tanh()
    layer.register_full_backward_hook(lambda m, gi, go: (gi[0] * 1,))
    x = np.array([0.3, -1.0])
    second = grad(lambda x: (grad(lambda x: layer(x).sum())(x) ** 2).sum())(x)
    t = np.tanh(x)
    np.testing.assert_allclose(second, 2 * (1 - t * t) * (-2 * t * (1 - t * t)))


def test_backward_hooks_cannot_change_gradients_in_place_nor_their_number() -> None:
    def in_place(module: Any, gi: Any, go: Any) -> None:
        gi[0][...] = 0

    for hook, error, message in [
        (in_place, ValueError, "read-only"),
        (
            lambda m, gi, go: (gi[0], gi[0]),
            nn.errors.ArgumentError,
            "a backward hook returned 2 gradients in place of 1.",
        ),
    ]:
        layer = nn.Tanh()
        layer.register_full_backward_hook(hook)
        with pytest.raises(error, match=message):
            layer(Tensor([1.0])).sum().backward()
