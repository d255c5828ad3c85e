"""Callbacks: when they are called, and what the built-in ones do."""

import csv
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.errors import MissingDependencyError
from nn.optim import lr_scheduler

ROWS = 20


def a_trainer(*, loss: Any = None, lr: float = 0.05, **options: Any) -> nn.Trainer:
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 8, rng=rng), nn.Tanh(), nn.Linear(8, 2, rng=rng))
    optimizer = nn.optim.SGD(model.parameters(), lr=lr)
    return nn.Trainer(model, loss=loss or nn.CrossEntropyLoss(), optimizer=optimizer, rng=rng, **options)


def data() -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(ROWS, 3)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(int)


class Scripted(nn.Callback):
    """Puts given numbers in place of those that an epoch gave, before other callbacks see them."""

    def __init__(self, **columns: list[float]) -> None:
        self.columns = columns

    def on_train_begin(self, trainer: nn.Trainer) -> None:
        trainer.columns = [*trainer.columns, *self.columns]

    def on_epoch_end(self, trainer: nn.Trainer) -> None:
        for name, values in self.columns.items():
            trainer.history.columns[name] = values[: trainer.epoch]


def weights(model: Any) -> Any:
    return np.concatenate([p.data.ravel() for p in model.parameters()])


# ------------------------------------------------------------------------------------------------------------- hooks


class Witness(nn.Callback):
    def __init__(self) -> None:
        self.met: list[Any] = []

    def on_train_begin(self, trainer: nn.Trainer) -> None:
        self.met.append("train")

    def on_epoch_begin(self, trainer: nn.Trainer) -> None:
        self.met.append(f"epoch {trainer.epoch}")

    def on_batch_begin(self, trainer: nn.Trainer) -> None:
        assert trainer.batch is not None
        self.met.append(f"batch of {len(trainer.batch[0])}, {len(trainer.batch[1])}")

    def on_backward_end(self, trainer: nn.Trainer) -> None:
        self.met.append(f"gradients for step {trainer.step + 1}")

    def on_batch_end(self, trainer: nn.Trainer) -> None:
        assert trainer.last_loss.op is not None  # its graph is there
        assert trainer.prediction.shape == (len(trainer.batch[0]), 2)  # type: ignore[index]
        self.met.append(f"done, step {trainer.step}")

    def on_epoch_end(self, trainer: nn.Trainer) -> None:
        self.met.append(f"end {len(trainer.history)}")

    def on_train_end(self, trainer: nn.Trainer) -> None:
        self.met.append("end")


def test_hooks_are_called_in_order_with_what_they_need() -> None:
    witness, t = Witness(), a_trainer()
    t.fit(*data(), epochs=2, batch_size=12, callbacks=[witness], verbose=False)
    assert witness.met == [
        *("train", "epoch 1", "batch of 12, 12", "gradients for step 1", "done, step 1"),
        *("batch of 8, 8", "gradients for step 2", "done, step 2", "end 1", "epoch 2"),
        *("batch of 12, 12", "gradients for step 3", "done, step 3"),
        *("batch of 8, 8", "gradients for step 4", "done, step 4", "end 2", "end"),
    ]
    assert t.prediction is t.last_loss is t.batch is None  # the graph is gone


def test_a_training_that_fails_tells_its_callbacks_in_place_of_the_end() -> None:
    def fail(trainer: nn.Trainer) -> None:
        if trainer.step == 1:
            raise RuntimeError("out of paper")

    met: list[object] = []
    witness = nn.callbacks.LambdaCallback(
        on_batch_begin=fail,
        on_exception=lambda trainer: met.append((trainer.step, sys.exception())),
        on_train_end=lambda trainer: met.append("end"),
    )
    with pytest.raises(RuntimeError, match="out of paper") as caught:
        a_trainer().fit(*data(), epochs=2, batch_size=12, callbacks=[witness], verbose=False)
    assert met == [(1, caught.value)]


def test_accumulated_batches_have_gradients_once() -> None:
    witness = Witness()
    a_trainer().fit(*data(), epochs=1, batch_size=8, accumulate=2, callbacks=[witness], verbose=False)
    assert [met for met in witness.met if met[0] in "gd"] == [
        *("done, step 0", "gradients for step 1", "done, step 1", "gradients for step 2", "done, step 2"),
    ]


def test_a_lambda_callback_calls_functions_of_the_trainer() -> None:
    met: list[int] = []
    callback = nn.callbacks.LambdaCallback(on_epoch_end=lambda trainer: met.append(trainer.epoch))
    a_trainer().fit(*data(), epochs=3, callbacks=[callback], verbose=False)
    assert met == [1, 2, 3]


def test_a_callback_may_end_the_training_after_a_batch() -> None:
    class Stop(nn.Callback):
        def on_batch_end(self, trainer: nn.Trainer) -> None:
            trainer.stop_training = trainer.step == 3

    t = a_trainer()
    history = t.fit(*data(), epochs=5, batch_size=10, callbacks=[Stop()], verbose=False)
    assert t.step == 3
    assert len(history) == 2


# ---------------------------------------------------------------------------------------------------- early stopping


@pytest.mark.parametrize(
    ("options", "values", "epochs", "best"),
    [
        ({"patience": 1}, [3.0, 2.0, 2.5, 1.0], 3, 2),
        ({"patience": 2}, [3.0, 2.0, 2.5, 2.1, 1.0], 4, 2),
        ({"patience": 2}, [3.0, 2.0, 2.5, 1.0, 1.0], 5, 4),
        ({"patience": 1, "min_delta": 0.5}, [3.0, 2.6, 2.0], 2, 1),
        ({"patience": 1, "mode": "max"}, [3.0, 4.0, 3.5, 5.0], 3, 2),
        ({"patience": 1}, [3.0, math.nan, 2.0], 2, 1),
        ({}, [3.0, 3.0, 2.0], 2, 1),
    ],
)
def test_early_stopping_ends_at_the_best_weights(
    options: dict[str, Any], values: list[float], epochs: int, best: int
) -> None:
    t = a_trainer()
    after = []
    record = nn.callbacks.LambdaCallback(on_epoch_end=lambda trainer: after.append(weights(trainer.model)))
    stopping = nn.callbacks.EarlyStopping("val_loss", **options)
    history = t.fit(
        *data(), epochs=5, callbacks=[Scripted(val_loss=[*values, 9.0, 9.0]), record, stopping], verbose=False
    )
    assert len(history) == epochs
    assert stopping.best_epoch == best
    np.testing.assert_array_equal(weights(t.model), after[best - 1])


def test_early_stopping_may_keep_the_last_weights_and_says_when_it_stops(capsys: pytest.CaptureFixture[str]) -> None:
    t = a_trainer()
    after = []
    record = nn.callbacks.LambdaCallback(on_epoch_end=lambda trainer: after.append(weights(trainer.model)))
    stopping = nn.callbacks.EarlyStopping("val_loss", patience=1, restore_best_weights=False)
    t.fit(*data(), callbacks=[Scripted(val_loss=[1.0, 2.0, 3.0]), record, stopping])
    np.testing.assert_array_equal(weights(t.model), after[-1])
    assert capsys.readouterr().out.splitlines()[-1] == "EarlyStopping: val_loss was best in epoch 1"


def test_early_stopping_begins_anew_with_every_fit() -> None:
    t, stopping = a_trainer(), nn.callbacks.EarlyStopping("loss", patience=1, mode="max")
    assert [len(t.fit(*data(), epochs=4, callbacks=[stopping], verbose=False)) for _ in range(2)] == [2, 2]


@pytest.mark.parametrize(
    ("monitor", "mode"),
    [("val_loss", "min"), ("mae", "min"), ("val_accuracy", "max"), ("roc_auc", "max"), ("val_f1", "max")],
)
def test_auto_knows_which_direction_is_better(monitor: str, mode: str) -> None:
    assert nn.callbacks.EarlyStopping(monitor).mode == mode


# ------------------------------------------------------------------------------------------------------ NaN, weights


def test_terminate_on_nan_stops_before_the_step(capsys: pytest.CaptureFixture[str]) -> None:
    x, y = data()
    x[11, 1] = np.nan
    for accumulate in (1, 2):
        t = a_trainer()
        t.doctor = None  # who would warn of it too
        history = t.fit(
            *(x, y),
            batch_size=5,
            shuffle=False,
            accumulate=accumulate,
            callbacks=[nn.callbacks.TerminateOnNaN()],
        )
        assert np.isfinite(weights(t.model)).all()
        assert t.step == 2 // accumulate
        assert len(history) == 1
        assert math.isnan(history["loss"][0])
        out = capsys.readouterr().out.splitlines()
        assert f"TerminateOnNaN: the loss is nan in epoch 1, step {t.step + 1}" in out


def test_model_checkpoint_writes_every_epoch_or_the_best(tmp_path: Path) -> None:
    every = nn.callbacks.ModelCheckpoint(tmp_path / "new" / "{epoch:02d}-{val_loss:.1f}.safetensors")
    best = nn.callbacks.ModelCheckpoint(tmp_path / "best.safetensors", save_best_only=True)
    after: list[Any] = []
    record = nn.callbacks.LambdaCallback(on_epoch_end=lambda trainer: after.append(trainer.model.state_dict()))
    t = a_trainer()
    t.fit(*data(), epochs=3, callbacks=[Scripted(val_loss=[3.0, 1.0, 2.0]), record, every, best], verbose=False)
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["01-3.0.safetensors", "02-1.0.safetensors", "03-2.0.safetensors"]
    for path, expected in [(tmp_path / "best.safetensors", after[1]), (tmp_path / "new" / names[2], after[2])]:
        found = nn.load(path)
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            np.testing.assert_array_equal(found[name], value)


# --------------------------------------------------------------------------------------------------------- schedules


def rates(scheduler: Any, **options: Any) -> list[float]:
    """The learning rate of every step."""
    met: list[float] = []
    t = a_trainer()
    t.scheduler = scheduler(t.optimizer)
    record = nn.callbacks.LambdaCallback(
        on_backward_end=lambda trainer: met.append(trainer.optimizer.param_groups[0]["lr"])
    )
    t.fit(*data(), epochs=3, batch_size=10, callbacks=[record], verbose=False, **options)
    return met


def test_a_schedule_is_stepped_after_every_epoch_or_step() -> None:
    def halving(optimizer: Any) -> Any:
        return lr_scheduler.ExponentialLR(optimizer, 0.5)

    assert rates(halving) == pytest.approx([0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125])
    per_step = rates(lambda optimizer: nn.callbacks.LRScheduler(halving(optimizer), every="step"))
    assert per_step == pytest.approx([0.05 / 2**i for i in range(6)])
    accumulated = rates(lambda optimizer: nn.callbacks.LRScheduler(halving(optimizer), every="step"), accumulate=2)
    assert accumulated == pytest.approx([0.05, 0.025, 0.0125])


def test_a_plateau_goes_by_validation_where_there_is_some() -> None:
    def scheduler(optimizer: Any) -> Any:
        return lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, factor=0.1, mode="max")  # a loss that falls

    assert rates(scheduler) == pytest.approx([0.05, 0.05, 0.05, 0.05, 0.005, 0.005])
    x, y = data()
    assert rates(scheduler, validation_data=(x, y)) == pytest.approx([0.05, 0.05, 0.05, 0.05, 0.005, 0.005])
    of_the_loss = rates(lambda optimizer: nn.callbacks.LRScheduler(scheduler(optimizer), monitor="loss"))
    assert of_the_loss == pytest.approx([0.05, 0.05, 0.05, 0.05, 0.005, 0.005])


# ----------------------------------------------------------------------------------------------------------- reports


def test_csv_logger_has_the_history_so_far(tmp_path: Path) -> None:
    lengths = []
    path = tmp_path / "logs" / "log.csv"

    def look(trainer: nn.Trainer) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            lengths.append(len(list(csv.reader(file))))

    callbacks = [nn.callbacks.CSVLogger(path), nn.callbacks.LambdaCallback(on_epoch_end=look)]
    history = a_trainer().fit(*data(), epochs=3, callbacks=callbacks, verbose=False)
    assert lengths == [2, 3, 4]
    history.to_csv(tmp_path / "expected.csv")
    assert path.read_text() == (tmp_path / "expected.csv").read_text()
    assert [file.name for file in path.parent.iterdir()] == ["log.csv"]


def test_tensorboard_gets_the_columns_and_the_learning_rate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written: list[Any] = []

    class Writer:
        def __init__(self, folder: str) -> None:
            written.append(folder)

        def add_scalar(self, tag: str, data: float, step: int) -> None:
            written.append((tag, data, step))

        def flush(self) -> None:
            written.append("flush")

        def close(self) -> None:
            written.append("close")

    monkeypatch.setitem(sys.modules, "tensorboard", type(sys)("tensorboard"))
    module: Any = type(sys)("tensorboard.summary")
    module.Writer = Writer
    monkeypatch.setitem(sys.modules, "tensorboard.summary", module)
    history = a_trainer().fit(*data(), epochs=1, callbacks=[nn.callbacks.TensorBoard(tmp_path)], verbose=False)
    assert written == [str(tmp_path), ("loss", history["loss"][0], 1), ("lr", 0.05, 1), "flush", "close"]


def test_tensorboard_writes_files_that_it_reads_itself(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard.summary")
    module = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    history = a_trainer().fit(*data(), epochs=2, callbacks=[nn.callbacks.TensorBoard(tmp_path)], verbose=False)
    found = module.EventAccumulator(str(tmp_path), size_guidance={"tensors": 0})
    found.Reload()
    values = [event.tensor_proto.float_val[0] for event in found.Tensors("loss")]
    assert values == pytest.approx(history["loss"])


def test_tensorboard_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard.summary", None)
    with pytest.raises(MissingDependencyError, match=r"^the callback TensorBoard needs the package 'tensorboard'"):
        nn.callbacks.TensorBoard()


# ------------------------------------------------------------------------------------------------------------ errors


def fit(callback: Any) -> Any:
    return a_trainer().fit(*data(), callbacks=[callback], verbose=False)


other = nn.optim.SGD([nn.Parameter(1.0)], lr=1.0)
REFUSED: list[tuple[Any, str]] = [
    (
        lambda: fit(nn.callbacks.EarlyStopping()),
        (
            "EarlyStopping: monitor='val_loss' is not a column of the history: 'loss'. Give validation data, or "
            "monitor='loss'."
        ),
    ),
    (
        lambda: fit(nn.callbacks.EarlyStopping("accuracy")),
        "EarlyStopping: monitor='accuracy' is not a column of the history: 'loss'.",
    ),
    (
        lambda: nn.callbacks.EarlyStopping("fancy"),
        "EarlyStopping: is a small or a large 'fancy' better? Write mode='min' or mode='max'.",
    ),
    (
        lambda: nn.callbacks.EarlyStopping(patience=-1),
        "EarlyStopping: patience=-1; it must be a number, 0 or more.",
    ),
    (
        lambda: nn.callbacks.EarlyStopping(mode="low"),
        "unknown mode of EarlyStopping 'low'. Known are 'auto', 'min', 'max'.",
    ),
    (
        lambda: fit(nn.callbacks.ModelCheckpoint("x", save_best_only=True)),
        (
            "ModelCheckpoint: monitor='val_loss' is not a column of the history: 'loss'. Give validation data, or "
            "monitor='loss'."
        ),
    ),
    (
        lambda: fit(nn.callbacks.ModelCheckpoint("{epoch}-{val_loss}")),
        (
            "ModelCheckpoint: path='{epoch}-{val_loss}' cannot be filled in (KeyError('val_loss')); the names are "
            "'epoch', 'loss'."
        ),
    ),
    (
        lambda: fit(nn.callbacks.ModelCheckpoint("{epoch.x}")),
        (
            "ModelCheckpoint: path='{epoch.x}' cannot be filled in (AttributeError(\"'int' object has no attribute "
            "'x'\")); the names are 'epoch', 'loss'."
        ),
    ),
    (
        lambda: fit(nn.callbacks.ModelCheckpoint("{epoch[0]}")),
        (
            "ModelCheckpoint: path='{epoch[0]}' cannot be filled in (TypeError(\"'int' object is not "
            "subscriptable\")); the names are 'epoch', 'loss'."
        ),
    ),
    (lambda: nn.callbacks.TensorBoard(3), "TensorBoard: folder is a int; write the path of a folder."),
    (
        lambda: nn.callbacks.LambdaCallback(on_epoch=print),
        (
            "unknown hook of a callback 'on_epoch'. Known are 'on_train_begin', 'on_epoch_begin', 'on_batch_begin', "
            "'on_backward_end', 'on_batch_end', 'on_epoch_end', 'on_train_end', 'on_exception'."
        ),
    ),
    (
        lambda: nn.callbacks.LRScheduler(other),
        "LRScheduler: scheduler is a SGD; write a scheduler, such as nn.optim.lr_scheduler.StepLR(optimizer, 10).",
    ),
    (
        lambda: nn.callbacks.LRScheduler(lr_scheduler.ReduceLROnPlateau(other), every="step"),
        (
            "LRScheduler: ReduceLROnPlateau goes by a column of the history, which has a row per epoch. Write "
            "every='epoch'."
        ),
    ),
    (
        lambda: fit(nn.callbacks.LRScheduler(lr_scheduler.StepLR(other, 3))),
        "LRScheduler: the schedule is of another optimizer than the trainer's.",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_callbacks_refuse_what_they_cannot_do(call: Any, message: str) -> None:
    with pytest.raises(nn.errors.ArgumentError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("make", [nn.callbacks.CSVLogger, nn.callbacks.ModelCheckpoint, nn.callbacks.TensorBoard])
@pytest.mark.parametrize("name", ["file/below", "null\0byte"])
def test_what_a_callback_cannot_write_is_a_named_error(tmp_path: Path, make: Any, name: str) -> None:
    if make is nn.callbacks.TensorBoard:
        pytest.importorskip("tensorboard.summary")
    (tmp_path / "file").write_text("a file, and no folder")
    with pytest.raises(nn.errors.CheckpointError, match=rf"^{make.__name__}: .* cannot be written: \w+"):
        fit(make(str(tmp_path / name)))
