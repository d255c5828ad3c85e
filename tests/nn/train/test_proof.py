"""Trainings that a replay would get wrong: by its proofs it is found out, and they end as with a graph, to the bit."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 6)).astype(np.float32)
Y = RNG.integers(0, 3, 90)
ENTROPY = nn.CrossEntropyLoss()


class Line(nn.Module):
    """A line, and a function that uses it."""

    def __init__(self, function: Callable[[Any, Any], Any] = lambda self, x: self.line(x)) -> None:
        self.line, self.dropout, self.function = nn.Linear(6, 3), nn.Dropout(0.5), function
        self.mask, self.settings = np.ones(6, np.float32), {"slope": 1.0}

    def forward(self, x: Any) -> Any:
        return self.function(self, x)


class Then(nn.callbacks.Callback):
    def __init__(self, **hooks: Callable[[Any], Any]) -> None:
        vars(self).update(hooks)


def masked(self: Line, x: Any) -> Any:
    return self.line(x * self.mask)


def sloped(self: Line, x: Any) -> Any:
    return self.line(x) * self.settings["slope"]


def split(self: Line, x: Any) -> Any:
    x = x.copy()
    a, _ = np.split(x, 2, 1)
    a *= 0
    return self.line(x)


def put(self: Line, x: Any) -> Any:
    x = x.copy()
    np.putmask(x, x < 0, 0)
    return self.line(x)


def copied(self: Line, x: Any) -> Any:
    y = +x
    y[0] = 0
    return self.line(x)


def decayed(self: Line, x: Any) -> Any:
    self.line.weight.data *= 0.9
    return self.line(x)


def dropped(self: Line, x: Any) -> Any:
    return self.dropout(self.line(x))


def by_kind(self: Line, x: Any) -> Any:
    return self.line(x / 2 if isinstance(x, np.ndarray) else x)


class Following(Line):
    """Less what a frozen line gives that follows the other."""

    def __init__(self) -> None:
        super().__init__()
        self.other = nn.freeze(nn.Linear(6, 3))

    def forward(self, x: Any) -> Any:
        for a, b in zip(self.other.parameters(), self.line.parameters(), strict=True):
            a.data = 0.9 * a.data + 0.1 * b.data
        return self.line(x) - self.other(x).detach()


class Stateful(Line):
    """Remembers its last output in a buffer, whose length is that of the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("last", np.zeros((16, 3), np.float32))

    def forward(self, x: Any) -> Any:
        last = self.last if len(self.last) == len(x) else np.mean(self.last, 0) * np.ones((len(x), 1), np.float32)
        y = np.tanh(self.line(x) + last)
        self.last = y.data
        return y


class Twice(Line):
    """Two buffers that are one array."""

    def __init__(self) -> None:
        super().__init__()
        zeros = np.zeros(3, np.float32)
        self.register_buffer("a", zeros)
        self.register_buffer("b", zeros)

    def forward(self, x: Any) -> Any:
        self.a += 1
        return self.line(x) + self.b


class Counted(nn.Module):
    """A loss that counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def forward(self, prediction: Any, y: Any) -> Any:
        self.calls += 1
        return ENTROPY(prediction, y) * self.calls


class Centered(nn.Module):
    """A loss with a buffer that moves."""

    def __init__(self) -> None:
        self.register_buffer("center", np.zeros(3, np.float32))

    def forward(self, prediction: Any, y: Any) -> Any:
        loss = ENTROPY(prediction - self.center, y)
        self.center = 0.9 * self.center + 0.1 * np.mean(prediction.data, 0)
        return loss


def positive(prediction: Any, y: Any) -> Any:
    return np.sum(prediction[np.where(y > 0)[0]] ** 2) / len(np.where(y > 0)[0])


def first(prediction: Any, y: Any) -> Any:
    return np.sum(prediction[: np.sum(y > 0)] ** 2) / len(prediction[: np.sum(y > 0)])


def kinds(prediction: Any, y: Any) -> Any:
    return ENTROPY(prediction, y) * len(np.unique_values(y[:3]))


def looked_up(prediction: Any, y: Any) -> Any:
    return ENTROPY(prediction, y) * {0: 1.0, 1: 2.0, 2: 3.0}.get(y[0], 0.5)


def of_one_class(prediction: Any, y: Any) -> Any:
    return np.mean(prediction[y == 0] ** 2)


def five_times(prediction: Any, y: Any) -> Any:
    return 5 * ENTROPY(prediction, y)


outside = nn.Linear(6, 3)
START = outside.weight.data.copy()
scale = ag.Tensor(np.ones(1, np.float32), requires_grad=True)


def beside(self: Line, x: Any) -> Any:
    return self.line(x) - outside(x).detach()


def scaled(self: Line, x: Any) -> Any:
    return self.line(x) * scale


def follow(trainer: nn.Trainer) -> None:
    model: Any = trainer.model
    outside.weight.data = model.line.weight.data * 0.9


def anneal(trainer: nn.Trainer) -> None:
    model: Any = trainer.model
    model.settings["slope"] = float(trainer.epoch)


def prune(trainer: nn.Trainer) -> None:
    model: Any = trainer.model
    model.mask[:3] = trainer.epoch == 1


def swap(trainer: nn.Trainer) -> None:
    trainer.loss = five_times if trainer.epoch == 2 else ENTROPY


TRAPS: dict[str, tuple[Callable[[], nn.Module], Callable[[], Any], dict[str, Any]]] = {
    "draws before a branch": (lambda: Line(dropped), lambda: of_one_class, {}),
    "where": (Line, lambda: positive, {}),
    "a slice": (Line, lambda: first, {}),
    "unique": (Line, lambda: kinds, {}),
    "a dict": (Line, lambda: looked_up, {}),
    "putmask": (lambda: Line(put), lambda: ENTROPY, {}),
    "plus": (lambda: Line(copied), lambda: ENTROPY, {}),
    "split": (lambda: Line(split), lambda: ENTROPY, {}),
    "a weight that is written": (lambda: Line(decayed), lambda: ENTROPY, {}),
    "a frozen weight that is written": (Following, lambda: ENTROPY, {}),
    "isinstance": (lambda: Line(by_kind), lambda: ENTROPY, {}),
    "a length that changes": (Stateful, lambda: ENTROPY, {}),
    "one array for two": (Twice, lambda: ENTROPY, {}),
    "a loss that counts": (Line, Counted, {}),
    "a loss with a buffer": (Line, Centered, {}),
    "a parameter outside": (lambda: Line(scaled), lambda: ENTROPY, {}),
    "a model outside, by epoch": (lambda: Line(beside), lambda: ENTROPY, {"on_epoch_end": follow}),
    "a model outside, by batch": (lambda: Line(beside), lambda: ENTROPY, {"on_batch_end": follow}),
    "a setting in a dict": (lambda: Line(sloped), lambda: ENTROPY, {"on_epoch_begin": anneal}),
    "an array that is written": (lambda: Line(masked), lambda: ENTROPY, {"on_epoch_begin": prune}),
    "another loss": (Line, lambda: ENTROPY, {"on_epoch_begin": swap}),
}


def trained(make: Any, loss: Any, hooks: Any, *, compile: bool) -> list[Any]:  # noqa: A002
    nn.manual_seed(0)
    outside.weight.data, scale.data = START.copy(), np.ones(1, np.float32)
    model = make()
    optimizer = nn.optim.SGD([*model.parameters(), scale], lr=0.1)
    trainer = nn.Trainer(model, loss=loss(), optimizer=optimizer, doctor=False, compile=compile)
    history = trainer.fit(X, Y, epochs=3, batch_size=16, verbose=False, callbacks=[Then(**hooks)])
    return [*(p.data for p in model.parameters()), *model.buffers(), scale.data, history.columns["loss"]]


@pytest.mark.parametrize("name", TRAPS)
def test_it_ends_as_with_a_graph(name: str) -> None:
    expected = trained(*TRAPS[name], compile=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = trained(*TRAPS[name], compile=True)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


def test_a_warning_says_what_was_other() -> None:
    with pytest.warns(UserWarning, match=r"other numbers \(a gradient\)"):
        trained(*TRAPS["a parameter outside"], compile=True)
    with pytest.warns(UserWarning, match="a parameter is written into"):
        trained(*TRAPS["a weight that is written"], compile=True)
