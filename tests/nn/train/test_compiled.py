"""`Trainer(compile=True)`: the same training to the bit, and a graph wherever it is needed."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import detect_anomaly, no_grad
from autograd.errors import AnomalyError
from nn.errors import LabelError
from nn.random import within
from nn.train import Doctor, compiled
from nn.train.compiled import PROOFS

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 6)).astype(np.float32)
Y = RNG.integers(0, 3, 90)
IMAGES = RNG.normal(size=(60, 1, 8, 8)).astype(np.float32)
ROWS = RNG.normal(size=(60, 5, 6)).astype(np.float32)
WORDS = RNG.integers(0, 7, (40, 5))


class Last(nn.Module):
    """Classes of sequences by the last output of a recurrent layer."""

    def __init__(self, kind: Any) -> None:
        self.rnn, self.head = kind(6, 4, 2, batch_first=True), nn.Linear(4, 3)

    def forward(self, x: Any) -> Any:
        return self.head(self.rnn(x)[0][:, -1])


class Language(nn.Module):
    """A transformer whose embedding is its head, too."""

    def __init__(self) -> None:
        self.embedding = nn.Embedding(7, 8)
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.head = nn.Linear(8, 7, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, x: Any) -> Any:
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        return np.moveaxis(self.head(self.layer(self.embedding(x), src_mask=mask, is_causal=True)), -1, 1)


class Branching(nn.Module):
    """Takes another way for some batches."""

    def __init__(self) -> None:
        self.a, self.b = nn.Linear(6, 3), nn.Linear(6, 3)

    def forward(self, x: Any) -> Any:
        y = self.a(x)
        return y if x[0, 0] > 0 else self.b(x)


class Thawing(nn.callbacks.Callback):
    """Freezes the first layer for one epoch, and changes what another does."""

    def on_epoch_begin(self, trainer: nn.Trainer) -> None:
        model: Any = trainer.model
        if trainer.epoch == 2:
            nn.freeze(model[0])
            model[3].p = 0.5
        if trainer.epoch == 3:
            nn.unfreeze(model[0])


def mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3))


def convolutional() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout2d(0.2)),
        *(nn.Flatten(), nn.Linear(36, 3)),
    )


TRAININGS: dict[str, tuple[Callable[[], nn.Module], Any, tuple[Any, ...], dict[str, Any]]] = {
    "perceptron": (mlp, nn.CrossEntropyLoss(), (X, Y), {}),
    "clipped": (mlp, nn.CrossEntropyLoss(label_smoothing=0.1), (X, Y), {"clip_norm": 0.1}),
    "convolution, accumulated": (convolutional, nn.CrossEntropyLoss(), (IMAGES, Y[:60]), {"accumulate": 3}),
    "rnn": (lambda: Last(nn.RNN), nn.CrossEntropyLoss(weight=[1, 2, 3]), (ROWS, Y[:60]), {}),
    "lstm, classes weighted": (
        *(lambda: Last(nn.LSTM), nn.CrossEntropyLoss(), (ROWS, Y[:60])),
        {"class_weight": {0: 2.0}},
    ),
    "gru, examples weighted": (
        *(lambda: Last(nn.GRU), nn.CrossEntropyLoss(), (ROWS, Y[:60])),
        {"sample_weight": RNG.random(60), "accumulate": 2},
    ),
    "summed": (
        lambda: nn.Sequential(nn.Linear(6, 8), nn.SELU(), nn.AlphaDropout(0.1), nn.Linear(8, 6)),
        *(nn.HuberLoss(reduction="sum"), (X, X), {"accumulate": 2}),
    ),
    "transformer": (Language, nn.CrossEntropyLoss(), (WORDS, WORDS), {}),
    "branches": (Branching, nn.CrossEntropyLoss(), (X, Y), {}),
    "changed between epochs": (mlp, nn.CrossEntropyLoss(), (X, Y), {"callbacks": [Thawing()]}),
}


def trained(make: Callable[[], nn.Module], loss: Any, data: Any, options: Any, **more: Any) -> tuple[Any, Any]:
    """The trainer, and all that a training leaves behind."""
    nn.manual_seed(0)
    optimizer = nn.optim.AdamW((model := make()).parameters(), lr=0.01)
    trainer = nn.Trainer(model, loss=loss, optimizer=optimizer, **{"doctor": Doctor(batches=2), **more})
    history = trainer.fit(*data, epochs=3, batch_size=16, verbose=False, **options)
    moments = [value for state in optimizer.state.values() for value in state.values()]
    return trainer, [*(p.data for p in model.parameters()), *model.buffers(), *moments, history.columns["loss"]]


@pytest.mark.parametrize("name", TRAININGS)
def test_a_compiled_training_is_the_same_to_the_bit(name: str) -> None:
    _, expected = trained(*TRAININGS[name])
    trainer, found = trained(*TRAININGS[name], compile=True)
    assert trainer.compiled.replays
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


class Counting(nn.Module):
    """Knows how often it was called."""

    def __init__(self) -> None:
        self.line = nn.Linear(6, 3)

    def forward(self, x: Any) -> Any:
        calls.append(x.shape)
        return self.line(x)


calls: list[Any] = []


def test_the_code_of_a_model_runs_for_the_first_batches_of_a_shape_and_of_an_epoch() -> None:
    calls.clear()
    trained(Counting, nn.CrossEntropyLoss(), (X, Y), {}, compile=True, doctor=False)
    assert calls.count((16, 6)) == 1 + PROOFS + 2
    assert calls.count((10, 6)) == 1 + 3


class Then(nn.callbacks.Callback):
    """Does something with the model when its second epoch begins."""

    def __init__(self, change: Callable[[Any], Any]) -> None:
        self.change = change

    def on_epoch_begin(self, trainer: nn.Trainer) -> None:
        if trainer.epoch == 2:
            self.change(trainer.model)


@pytest.mark.parametrize(
    "change",
    [
        lambda model: model[0].weight.requires_grad_(False),
        lambda model: setattr(model[3], "p", 0.7),
        lambda model: setattr(model[2], "forward", np.tanh),
        lambda model: model.append(nn.Tanh()),
        lambda model: model[1].eval(),
        lambda model: model.double(),
        lambda model: setattr(model[3], "rng", np.random.default_rng(2)),
    ],
)
def test_what_changes_between_epochs_is_seen(change: Callable[[Any], Any]) -> None:
    arguments = (mlp, nn.CrossEntropyLoss(), (X, Y))
    _, expected = trained(*arguments, {"callbacks": [Then(change)]})
    _, found = trained(*arguments, {"callbacks": [Then(change)]}, compile=True)
    _, without = trained(*arguments, {}, compile=True)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)
    assert found[-1][1:] != without[-1][1:]


def test_numbers_are_drawn_from_the_generator_of_now() -> None:
    def run(compiled: bool) -> Any:
        nn.manual_seed(0)
        model = mlp()
        trainer = nn.Trainer(
            model,
            loss=nn.CrossEntropyLoss(),
            optimizer=nn.optim.SGD(model.parameters(), lr=0.1),
            doctor=False,
            compile=compiled,
        )
        for seed in (1, 2):
            with within(np.random.default_rng(seed)):
                trainer.fit(X, Y, epochs=1, verbose=False)
        return model[0].weight.data

    np.testing.assert_array_equal(run(True), run(False))


def test_there_is_a_replay_for_each_shape_and_dtype_up_to_a_number_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [(X[:n], Y[:n].astype(kind)) for n in (4, 5) for kind in (np.int64, np.int32)]
    trainer, _ = trained(mlp, nn.CrossEntropyLoss(), (batches,), {}, compile=True)
    assert len(trainer.compiled.replays) == 4
    monkeypatch.setattr(compiled, "MOST_SHAPES", 3)
    trainer, _ = trained(mlp, nn.CrossEntropyLoss(), (batches,), {}, compile=True)
    assert len(trainer.compiled.replays) == 3


class Looking(nn.callbacks.Callback):
    """Runs the model in training mode without a gradient: after every batch, or only after an epoch."""

    def __init__(self, name: str) -> None:
        setattr(self, name, self.look)

    def look(self, trainer: nn.Trainer) -> None:
        with no_grad():
            trainer.model(X[:16])


def test_the_doctor_lets_a_model_be_compiled_and_sees_how_it_is_called() -> None:
    arguments = (mlp, nn.CrossEntropyLoss(), (np.tile(X, (10, 1)), np.tile(Y, 10)))
    found: list[Any] = []

    class Seen(nn.callbacks.Callback):
        def on_epoch_end(self, trainer: nn.Trainer) -> None:
            found.append(len(trainer.compiled.replays))

    trained(*arguments, {"callbacks": [Looking("on_batch_end"), Seen()]}, compile=True)
    assert found == [2, 2, 2]
    with pytest.warns(UserWarning, match="evaluated in training mode"):
        trained(*arguments, {"callbacks": [Looking("on_epoch_end")]}, compile=True)


class Hooking(nn.callbacks.Callback):
    """Hooks on a layer, from the second epoch on."""

    def __init__(self, place: Callable[[Any], Any]) -> None:
        self.place, self.seen = place, 0

    def on_epoch_begin(self, trainer: nn.Trainer) -> None:
        if trainer.epoch == 2:
            self.place(trainer.model)(self.see)

    def see(self, *_: Any) -> None:
        self.seen += 1


@pytest.mark.parametrize(
    "place",
    [
        lambda model: model[1].register_forward_pre_hook,
        lambda model: model[1].register_full_backward_hook,
        lambda model: model[0].weight.register_hook,
    ],
)
def test_hooks_see_every_batch(place: Callable[[Any], Any]) -> None:
    hooking = Hooking(place)
    trained(mlp, nn.CrossEntropyLoss(), (X, Y), {"callbacks": [hooking]}, compile=True)
    assert hooking.seen == 12


class Noisy(nn.Module):
    def __init__(self) -> None:
        self.line, self.rng = nn.Linear(6, 3), np.random.default_rng(1)

    def forward(self, x: Any) -> Any:
        return self.line(x) + np.float32(self.rng.normal())


class Copying(nn.Module):
    def __init__(self) -> None:
        self.line = nn.Linear(6, 3)

    def forward(self, x: Any) -> Any:
        return self.line(np.array(x.tolist(), np.float32))


class Remembering(nn.Module):
    def __init__(self) -> None:
        self.line = nn.Linear(6, 3)

    def forward(self, x: Any) -> Any:
        self.last = self.line(x)
        return self.last


@pytest.mark.parametrize(
    ("model", "reason"), [(Noisy, "random numbers"), (Copying, "taken out"), (Remembering, "forward sets 'last'")]
)
def test_what_cannot_be_compiled_is_said_once_and_trained_all_the_same(model: Any, reason: str) -> None:
    _, expected = trained(model, nn.CrossEntropyLoss(), (X, Y), {})
    with pytest.warns(UserWarning, match=reason) as said:
        trainer, found = trained(model, nn.CrossEntropyLoss(), (X, Y), {}, compile=True)
    assert len(said) == 1
    assert "Symbol" not in repr(vars(trainer.model))
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_errors_of_the_model_and_the_loss_are_those_of_a_training_with_a_graph() -> None:
    with pytest.raises(LabelError, match="label 3"):
        trained(mlp, nn.CrossEntropyLoss(), (X, Y + 1), {}, compile=True, doctor=False)


def test_a_loss_that_is_nan_is_found() -> None:
    x = X.copy()
    x[80:] = np.nan
    stop = nn.callbacks.TerminateOnNaN()
    with pytest.warns(UserWarning, match="x itself is not finite"):
        trainer, _ = trained(
            lambda: nn.Linear(6, 3),
            nn.CrossEntropyLoss(),
            (x, Y),
            {"callbacks": [stop], "shuffle": False},
            compile=True,
        )
    assert trainer.step == 5


def test_anomalies_are_looked_for_with_a_graph() -> None:
    broken = nn.Sequential(nn.Linear(6, 3), Rooted())
    with detect_anomaly(), pytest.raises(AnomalyError, match="sqrt"):
        trained(lambda: broken, nn.CrossEntropyLoss(), (X, Y), {}, compile=True, doctor=False)


class Rooted(nn.Module):
    def forward(self, x: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.sqrt(x - 100)


def test_a_copy_of_a_trainer_trains_its_own_model() -> None:
    trainer, _ = trained(mlp, nn.CrossEntropyLoss(), (X, Y), {}, compile=True)
    before = trainer.model[0].weight.data.copy()
    for other in (copy.deepcopy(trainer), pickle.loads(pickle.dumps(trainer))):
        start = other.model[0].weight.data.copy()
        other.fit(X, Y, epochs=1, verbose=False)
        assert not np.array_equal(other.model[0].weight.data, start)
    np.testing.assert_array_equal(trainer.model[0].weight.data, before)


def test_compile_is_a_flag() -> None:
    with pytest.raises(nn.errors.ArgumentError, match="compile"):
        trained(mlp, nn.CrossEntropyLoss(), (X, Y), {}, compile="jit")
