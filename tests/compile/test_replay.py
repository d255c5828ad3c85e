"""A replay of a training step against the engine: the same numbers to the bit, whatever the layer."""

import copy
import gc
import weakref
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd.compile import replay
from autograd.compile.functions import OtherBranch
from autograd.compile.replay import Replay
from autograd.containers import flatten
from autograd.errors import SourceError
from autograd.graph import unwrap
from nn.train import randomness
from tests.conftest import few
from tests.nn.test_gradients import LAYERS, Repeatable

X, Y = np.random.default_rng(0).normal(size=(4, 3)), np.array([0, 2, 1, 1])


class Scaled(nn.Module):
    """A layer after something to be trained, so that its input has a gradient, too."""

    def __init__(self, layer: nn.Module, shape: tuple[int, ...]) -> None:
        self.layer, self.scale = layer, nn.Parameter(np.ones(shape))

    def forward(self, x: Any) -> Any:
        return self.layer((x * self.scale).astype(x.dtype) if x.dtype.kind == "f" else x)


def waves(output: Any, y: Any) -> Any:
    """A loss that tells every entry of every output from the others."""
    parts = [part for part in flatten(output)[0] if part is not None and part.dtype.kind == "f"]
    return y * sum(np.sum(np.sin(part) * np.cos(np.arange(part.size).reshape(part.shape))) for part in parts)


def layer_of(layer: nn.Module) -> nn.Module:
    """Without what makes a layer with running statistics repeatable, which copies them."""
    return layer.layer if isinstance(layer, Repeatable) else layer


def arrays_of(loss: Any, output: Any, model: nn.Module) -> list[Any]:
    """All that a step gives: its numbers, the gradients, the moved buffers."""
    return list(map(unwrap, [loss, *flatten(output)[0], *(p.grad for p in model.parameters()), *model.buffers()]))


def assert_same(a: list[Any], b: list[Any]) -> None:
    assert [x is None for x in a] == [x is None for x in b]
    for x, y in zip(a, b, strict=True):
        np.testing.assert_array_equal(x, y, strict=True)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("layer", "inputs"), [pair for rows in LAYERS.values() for pair in rows], ids=repr)
@given(data=st.data())
@few
def test_every_layer_to_the_bit_also_for_other_data(layer: nn.Module, inputs: Any, training: bool, data: Any) -> None:
    x, y = data.draw(inputs), np.float64(1.5)
    model = Scaled(layer_of(layer), x.shape).train(training)
    replayed = Replay(model, waves, x, y)
    draws = randomness.generators([])
    for values in (x, (x * 0.9).astype(x.dtype) if x.dtype.kind == "f" else x[::-1].copy()):
        twin, before = copy.deepcopy(model), randomness.read(draws)
        loss, output, backward = replayed([values, y])
        backward()
        randomness.restore(draws, before)
        expected = twin(values)
        expected_loss = waves(expected, y)
        expected_loss.backward()
        assert_same(arrays_of(loss, output, model), arrays_of(expected_loss, expected, twin))


class Branching(nn.Module):
    """Takes another way where the first entry is negative."""

    def __init__(self) -> None:
        self.line = nn.Linear(3, 3, dtype=np.float64)

    def forward(self, x: Any) -> Any:
        y = self.line(x)
        return np.tanh(y) if x[0, 0] > 0 else y * x


def test_for_values_that_take_another_branch_it_says_so() -> None:
    model = Branching()
    x = np.abs(X)
    replayed = Replay(model, nn.CrossEntropyLoss(), x, Y)
    replayed([x + 1, Y])
    with pytest.raises(OtherBranch):
        replayed([-x, Y])


def test_labels_outside_the_classes_are_seen_again() -> None:
    replayed = Replay(nn.Linear(3, 3), nn.CrossEntropyLoss(), X, Y)
    with pytest.raises(OtherBranch):
        replayed([X, Y + 1])


class Sum(nn.ParameterList):
    def forward(self, x: Any) -> Any:
        return sum(self, start=x)


def test_gradients_are_added_and_share_no_memory() -> None:
    model = Sum([np.ones((4, 3)) for _ in range(3)])
    replayed = Replay(model, lambda output, y: np.sum(output * y), X, X)
    for times in (1, 2):
        *_, backward = replayed([X, X])
        backward(np.float64(0.5))
        for p in model:
            np.testing.assert_array_equal(p.grad, times * 0.5 * X)
    assert not any(np.shares_memory(model[i].grad, model[j].grad) for i in range(3) for j in range(i))


def test_the_gradient_of_the_loss_itself_is_nobodys_array() -> None:
    model = Sum([np.ones(1)])
    *_, backward = Replay(model, lambda output, y: output, np.zeros(1), Y)([np.zeros(1), Y])
    seed = np.full(1, 2.0)
    for gradient in (None, None, seed, seed):
        model.zero_grad()
        backward(gradient)
        assert model[0].grad == [1.0 if gradient is None else 2.0]
        model[0].grad[...] *= 5


def test_the_weights_of_now_are_used() -> None:
    model = nn.Linear(3, 3, dtype=np.float64)
    replayed = Replay(model, nn.CrossEntropyLoss(), X, Y)
    model.weight.data = model.weight.data * 2
    assert replayed([X, Y])[0].data == nn.CrossEntropyLoss()(model(X), Y).data


def test_a_frozen_parameter_gets_no_gradient() -> None:
    model = nn.Linear(3, 3)
    model.weight.requires_grad = False
    Replay(model, nn.CrossEntropyLoss(), X, Y)([X, Y])[2]()
    assert model.weight.grad is None
    assert model.bias.grad is not None


class Hooked(nn.Module):
    def __init__(self) -> None:
        self.line = nn.Linear(3, 3)

    def forward(self, x: Any) -> Any:
        y = self.line(x)
        y.register_hook(lambda g: 2 * g)
        return y


class Copied(nn.Module):
    def __init__(self) -> None:
        self.line = nn.Linear(3, 3)

    def forward(self, x: Any) -> Any:
        return self.line(np.array([float(row[0]) for row in x])[:, None] * np.ones(3))


@pytest.mark.parametrize(("model", "reason"), [(Hooked(), "hook"), (Copied(), "would freeze")])
def test_what_cannot_be_replayed_is_refused(model: nn.Module, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        Replay(model, nn.CrossEntropyLoss(), X, Y)


def test_a_loss_without_a_gradient_is_refused() -> None:
    with pytest.raises(SourceError, match="no traced number"):
        Replay(nn.Linear(3, 3), lambda output, y: output, X, Y)


def test_the_values_of_the_writing_down_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    tapes = []

    class Seen(replay.Tape):
        def __init__(self) -> None:
            super().__init__()
            tapes.append(weakref.ref(self))

    monkeypatch.setattr(replay, "Tape", Seen)
    gc.disable()
    try:
        kept = Replay(nn.Linear(3, 3), nn.CrossEntropyLoss(), X, Y)
        assert [tape() for tape in tapes] == [None]
    finally:
        gc.enable()
    kept([X, Y])
