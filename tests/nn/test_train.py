"""Training: the loop and its callbacks, evaluation and prediction, history, what is shown."""

import copy
import csv
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.errors import MissingDependencyError
from autograd.optional import optional
from nn.metrics.epoch import Running
from nn.text import number
from nn.train.feed import batches_of


def trainer(seed: int = 0, *, lr: float = 0.02, **options: Any) -> nn.Trainer:
    rng = np.random.default_rng(seed)
    model = nn.Sequential(nn.Linear(2, 16, rng=rng), nn.Tanh(), nn.Dropout(0.1, rng=rng), nn.Linear(16, 2, rng=rng))
    options = {"metrics": ["accuracy"], "loss": nn.CrossEntropyLoss(), **options}
    return nn.Trainer(model, optimizer=nn.optim.Adam(model.parameters(), lr=lr), rng=rng, **options)


def moons(rng: np.random.Generator, n: int = 200) -> tuple[Any, Any]:
    """Two classes that no line tells apart: the sign of a product."""
    x = rng.uniform(-1, 1, (n, 2))
    return x, (x[:, 0] * x[:, 1] > 0).astype(int)


def test_fit_learns_and_its_history_says_so(rng: np.random.Generator) -> None:
    x, y = moons(rng)
    history = trainer().fit(x, y, epochs=60, verbose=False)
    assert len(history) == 60
    assert history["loss"][0] > 0.6
    assert history["loss"][-1] < 0.25
    assert history["accuracy"][-1] > 0.9


def test_the_same_seed_gives_the_same_training_and_another_one_another(rng: np.random.Generator) -> None:
    x, y = moons(rng)
    losses = [trainer(seed).fit(x, y, epochs=3, verbose=False)["loss"] for seed in (1, 1, 2)]
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]


def test_fit_shuffles_unless_told_not_to(rng: np.random.Generator) -> None:
    x, y = moons(rng, 10)

    class Recorder(nn.Trainer):
        def train_step(self, x: Any, y: Any, weights: Any = None) -> float:
            met.extend(x[:, 0].tolist())
            return super().train_step(x, y)

    expected = x[:, 0].astype(np.float32).tolist()
    for shuffle in (True, False):
        met: list[float] = []
        model = nn.Linear(2, 2)
        optimizer = nn.optim.SGD(model.parameters())
        Recorder(model, loss=nn.CrossEntropyLoss(), optimizer=optimizer, rng=rng).fit(
            x, y, epochs=1, batch_size=3, shuffle=shuffle, verbose=False
        )
        assert sorted(met) == sorted(expected)
        assert (met == expected) is not shuffle


def test_batches_cover_the_data_and_the_last_may_be_smaller() -> None:
    assert [x.tolist() for (x,) in batches_of((np.arange(7),), 3)] == [[0, 1, 2], [3, 4, 5], [6]]
    shuffled = [x.tolist() for (x,) in batches_of((np.arange(7),), 3, np.random.default_rng(0))]
    assert [len(x) for x in shuffled] == [3, 3, 1]
    assert sorted(i for x in shuffled for i in x) == list(range(7))


def test_means_are_weighted_by_size() -> None:
    running = Running({})
    running.add(1.0, np.zeros(3), np.zeros(3))
    running.add(5.0, np.zeros(1), np.zeros(1))
    assert running.values() == {"loss": 2.0}


def test_evaluate_does_not_depend_on_the_batch_size_nor_use_dropout(rng: np.random.Generator) -> None:
    x, y = moons(rng, 50)
    t = trainer()
    results = [t.evaluate(x, y, batch_size=size) for size in (1, 7, 50)]
    logits = t.model.eval()(x.astype(np.float32)).data
    expected = {"loss": nn.functional.cross_entropy(logits, y), "accuracy": np.mean(logits.argmax(1) == y)}
    for result in results:
        assert result == pytest.approx(expected, rel=1e-5)


def test_predict_returns_one_array_outside_the_graph(rng: np.random.Generator) -> None:
    x, _ = moons(rng, 50)
    t = trainer()
    prediction = t.predict(x, batch_size=7)
    assert type(prediction) is np.ndarray
    assert prediction.dtype == np.float32
    np.testing.assert_allclose(prediction, t.model.eval()(x.astype(np.float32)).data, rtol=1e-5, atol=1e-6)


def test_evaluate_and_predict_change_neither_mode_nor_gradients(rng: np.random.Generator) -> None:
    x, y = moons(rng, 20)
    t: Any = trainer()
    t.model[2].eval()
    for call in (t.evaluate, lambda x, _: t.predict(x), partial(t.fit, epochs=1, verbose=False)):
        call(x, y)
        assert t.model.training
        assert not t.model[2].training
    t.model.zero_grad()
    t.evaluate(x, y)
    assert all(p.grad is None for p in t.model.parameters())


def test_evaluate_and_predict_build_no_graph(rng: np.random.Generator) -> None:
    class Witness(nn.Linear):
        def forward(self, x: Any) -> Any:
            y = super().forward(x)
            met.append(bool(getattr(y, "requires_grad", False)))
            return y

    met: list[bool] = []
    x, y = moons(rng, 10)
    model = Witness(2, 2)
    t = nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=nn.optim.SGD(model.parameters()))
    t.evaluate(x, y)
    t.predict(x)
    assert met == [False, False]
    t.fit(x, y, epochs=1, verbose=False)
    assert met == [False, False, True]


def test_validation_data_is_evaluated_after_each_epoch(rng: np.random.Generator) -> None:
    x, y = moons(rng)
    t = trainer()
    history = t.fit(x, y, epochs=2, validation_data=(x[:30], y[:30]), verbose=False)
    assert list(history.columns) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert history["val_loss"][-1] == t.evaluate(x[:30], y[:30])["loss"]


def test_validation_data_that_does_not_fit_is_refused_before_any_work(
    rng: np.random.Generator, capsys: pytest.CaptureFixture[str]
) -> None:
    x, y = moons(rng, 20)
    with pytest.raises(nn.errors.ArgumentError, match=r"^x has 20 examples and y has 3; they must be as many\.$"):
        trainer().fit(x, y, validation_data=(x, y[:3]))
    assert capsys.readouterr().out == ""


def test_validation_split_holds_back_the_last_part(rng: np.random.Generator) -> None:
    x, y = moons(rng)
    t = trainer()
    split = t.fit(x, y, epochs=2, validation_split=0.25, verbose=False)
    given = trainer().fit(x[:150], y[:150], epochs=2, validation_data=(x[150:], y[150:]), verbose=False)
    assert split.columns == given.columns


def test_regression_with_a_metric_of_the_users(rng: np.random.Generator) -> None:
    def worst(prediction: Any, target: Any) -> float:
        return float(np.abs(prediction - target).max())

    x = rng.normal(size=(100, 2)).astype(np.float32)
    y = x @ np.array([[2], [-1]], np.float32) + 0.5
    model = nn.Linear(2, 1, rng=rng)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    t = nn.Trainer(model, loss=nn.MSELoss(), optimizer=optimizer, metrics=["mae", worst], rng=rng)
    history = t.fit(x, y, epochs=20, verbose=False)
    assert list(history.columns) == ["loss", "mae", "worst"]
    assert t.evaluate(x, y)["worst"] < 1e-4
    np.testing.assert_allclose(model.weight.data, [[2, -1]], atol=1e-4)


def test_callbacks_are_called_in_order_and_may_stop_the_training(rng: np.random.Generator) -> None:
    class Witness(nn.Callback):
        def on_train_begin(self, trainer: nn.Trainer) -> None:
            met.append("begin")

        def on_batch_end(self, trainer: nn.Trainer) -> None:
            met.append("batch")

        def on_epoch_end(self, trainer: nn.Trainer) -> None:
            met.append(f"epoch {len(trainer.history)}")
            trainer.stop_training = len(trainer.history) == 2

        def on_train_end(self, trainer: nn.Trainer) -> None:
            met.append("end")

    met: list[str] = []
    x, y = moons(rng, 40)
    t = trainer()
    history = t.fit(x, y, epochs=9, batch_size=20, verbose=False, callbacks=[Witness(), nn.Callback()])
    assert met == ["begin", "batch", "batch", "epoch 1", "batch", "batch", "epoch 2", "end"]
    assert history.epochs == [1, 2]
    assert len(t.fit(x, y, epochs=3, verbose=False)) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t, x, y: t.fit(x, y[:-1]), "x has 20 examples and y has 19; they must be as many."),
        (lambda t, x, y: t.evaluate(x[:3], y), "x has 3 examples and y has 20; they must be as many."),
        (lambda t, x, y: t.predict(x[:0]), "there are no examples: x is empty."),
        (lambda t, x, y: t.fit(x, y, batch_size=0), "Trainer: batch_size=0; it must be an integer, 1 or more."),
        (lambda t, x, y: t.evaluate(x, y, batch_size=-1), "Trainer: batch_size=-1; it must be an integer, 1 or more."),
        (lambda t, x, y: t.fit(x, y, epochs=0), "Trainer: epochs=0; it must be an integer, 1 or more."),
        (
            lambda t, x, y: t.fit(x, y, validation_split=1.0),
            "Trainer: validation_split=1.0; it must be a share that leaves some of the 20 examples on each side.",
        ),
        (
            lambda t, x, y: trainer(metrics=["acc"]),
            (
                "unknown metric 'acc'. Known are 'accuracy', 'top_k', 'precision', 'recall', 'f1', 'roc_auc', 'mae', "
                "'r2', 'perplexity', or give a function of (prediction, target)."
            ),
        ),
    ],
)
def test_errors_say_what_is_wrong(rng: np.random.Generator, call: Callable[..., Any], message: str) -> None:
    with pytest.raises(nn.errors.ArgumentError) as caught:
        call(trainer(), *moons(rng, 20))
    assert str(caught.value) == message


def worst(prediction: Any, target: Any) -> float:
    return 0.0


def frozen(t: nn.Trainer) -> nn.Trainer:
    """The trainer, none of whose parameters may be trained."""
    for p in t.model.parameters():
        p.requires_grad = False
    return t


def giving(function: Callable[[Any], Any]) -> nn.Trainer:
    """A trainer of a model that returns a function of the logits."""

    class Model(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(2, 2)

        def forward(self, x: Any) -> Any:
            return function(self.layer(x))

    model = Model()
    return nn.Trainer(model, loss=nn.MSELoss(), optimizer=nn.optim.SGD(model.parameters()))


class Again(nn.Callback):
    """Fits the trainer while it is being fitted."""

    def __init__(self, x: Any, y: Any) -> None:
        self.data = x, y

    def on_batch_end(self, trainer: nn.Trainer) -> None:
        trainer.fit(*self.data, epochs=1, verbose=False)


KINDS: list[tuple[Callable[..., Any], str]] = [
    (lambda t, x, y: trainer(loss=nn.MSELoss), "loss is the class MSELoss; write a function of prediction and target"),
    (lambda t, x, y: trainer(loss="mse"), "loss is a str; write a function of prediction and target, such as nn.Cross"),
    (
        lambda t, x, y: nn.Trainer(t.model, loss=nn.MSELoss(), optimizer=nn.optim.Adam),
        "optimizer is the class Adam; write an optimizer, such as nn.optim.Adam(model.parameters()).",
    ),
    (
        lambda t, x, y: nn.Trainer(t.model, loss=nn.MSELoss(), optimizer="adam"),
        "optimizer is a str; write an optimizer, such as nn.optim.Adam(model.parameters()).",
    ),
    (
        lambda t, x, y: nn.Trainer(nn.Linear, loss=nn.MSELoss(), optimizer=t.optimizer),
        "model is the class Linear; write an nn.Module, such as nn.Sequential(...).",
    ),
    (
        lambda t, x, y: nn.Trainer(copy.deepcopy(t.model), loss=t.loss, optimizer=t.optimizer),
        (
            "the optimizer holds none of the model's parameters, so nothing would be trained. Write "
            "Adam(model.parameters(), ...) with this model; after copy.deepcopy(model) make a new optimizer."
        ),
    ),
    (lambda t, x, y: trainer(metrics="accuracy"), "metrics is a str; write a list, metrics=['accuracy']."),
    (lambda t, x, y: trainer(metrics=worst), "metrics is a function; write a list, metrics=[worst]."),
    (
        lambda t, x, y: trainer(metrics=[worst, worst]),
        "two columns of the history would be called 'worst'; define the metric as a function of another name.",
    ),
    (
        lambda t, x, y: trainer(metrics=[type("loss", (), {})]),
        "two columns of the history would be called 'loss'; define the metric as a function of another name.",
    ),
    (lambda t, x, y: t.fit(x, None), "y is None; write an array with a row per example."),
    (lambda t, x, y: t.predict(None), "x is None; write an array with a row per example."),
    (
        lambda t, x, y: t.fit([[1.0], [1.0, 2.0]], y[:2]),
        "x has rows of different lengths; write an array of numbers, with rows of one length and classes as 0, 1, ...",
    ),
    (lambda t, x, y: t.fit(x.astype(object), y), "x holds object; write an array of numbers, with rows of one length"),
    (lambda t, x, y: t.fit(x, ["cat"] * 20), "y holds <U3; write an array of numbers, with rows of one length and"),
    (lambda t, x, y: t.fit(x, y, epochs=2.0), "epochs=2.0; it must be an integer, 1 or more."),
    (lambda t, x, y: t.fit(x, y, batch_size="8"), "batch_size='8'; it must be an integer, 1 or more."),
    (lambda t, x, y: t.fit(x, y, validation_split="0.2"), "validation_split='0.2'; it must be a share that leaves"),
    (lambda t, x, y: t.fit(x, y, validation_split=np.nan), "validation_split=nan; it must be a share that leaves"),
    (lambda t, x, y: t.fit(x, y, validation_split=np.inf), "validation_split=inf; it must be a share that leaves"),
    (lambda t, x, y: t.fit(x, y, validation_data=[]), "validation_data gives no batches; there is nothing to evaluate"),
    (lambda t, x, y: t.fit([]), "the loader gave no batches; there is nothing to train on"),
    (lambda t, x, y: t.fit({"x": x}, y), "x is a dict; write an array of numbers, with a row per example."),
    (
        lambda t, x, y: t.fit(nn.data.TensorDataset(x, y)),
        "x is a TensorDataset; write nn.data.DataLoader(dataset, batch_size), which makes batches of it.",
    ),
    (lambda t, x, y: t.fit(iter([(x, y)]), y), "x is a list_iterator; write an array; a loader, which"),
    (
        lambda t, x, y: frozen(t).fit(x, y, verbose=False),
        "the loss does not depend on any parameter that may be trained. Compute it from the prediction itself",
    ),
    (
        lambda t, x, y: trainer(loss=lambda p, y: None).evaluate(x, y),
        "the loss returned a NoneType; it must be one number, such as a mean.",
    ),
    (
        lambda t, x, y: trainer(loss=nn.CrossEntropyLoss(reduction="none")).evaluate(x, y),
        "the loss returned shape (20,); it must be one number, such as a mean.",
    ),
    (
        lambda t, x, y: giving(lambda z: (z, z)).predict(x),
        "predict puts the rows of all batches together, and for one of them the model returned a tuple. Call the model",
    ),
    (lambda t, x, y: giving(np.mean).predict(x), "predict puts the rows of all batches together, and for one of them"),
    (
        lambda t, x, y: t.fit(x, y, verbose=False, callbacks=[Again(x, y)]),
        "fit is running. Another training at the same time needs its own Trainer.",
    ),
    (
        lambda t, x, y: t.fit(x, y, validation_data=x),
        "validation_data is a ndarray; write a pair, validation_data=(x, y), or a loader.",
    ),
    (
        lambda t, x, y: t.fit(x, y, validation_data=(x, y, y)),
        "validation_data is a tuple; write a pair, validation_data=(x, y), or a loader.",
    ),
    (lambda t, x, y: t.fit(x, y, callbacks=nn.Callback()), "callbacks is a Callback; write a list, callbacks=[...]."),
    (
        lambda t, x, y: t.fit(x, y, callbacks=[nn.Callback]),
        "one of the callbacks is the class Callback; write an instance of an nn.Callback.",
    ),
    (
        lambda t, x, y: trainer(loss=lambda p, y: 1.0).fit(x, y, verbose=False),
        (
            "the loss returned a float, not a Tensor, so there is nothing to differentiate. "
            "Compute it from the prediction itself, without float(), .item() or .data."
        ),
    ),
    (
        lambda t, x, y: trainer(loss=nn.CrossEntropyLoss(reduction="none")).fit(x, y, verbose=False),
        "the loss returned shape (20,); it must be one number. Write reduction='mean'.",
    ),
]


@pytest.mark.parametrize(("call", "message"), KINDS)
def test_arguments_of_another_kind_are_refused_before_any_work(
    rng: np.random.Generator, capsys: pytest.CaptureFixture[str], call: Callable[..., Any], message: str
) -> None:
    with pytest.raises(nn.errors.ArgumentError) as caught:
        call(trainer(), *moons(rng, 20))
    assert str(caught.value).startswith(f"Trainer: {message}")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (nn.metrics.accuracy, r"accuracy: predictions of shape \(3,\) and targets of shape \(3, 1\)"),
        (lambda p, t: nn.metrics.accuracy(np.ones((3, 2)), np.ones(2)), r"accuracy: predictions of shape \(3, 2\)"),
        (nn.metrics.mean_absolute_error, r"mae: predictions of shape \(3,\) and targets of shape \(3, 1\)"),
    ],
)
def test_metrics_refuse_shapes_that_do_not_fit(metric: Any, message: str) -> None:
    with pytest.raises(nn.errors.ShapeError, match=message):
        metric(np.ones(3), np.ones((3, 1)))


# ------------------------------------------------------------------------------------------------- history, progress


def some_history() -> nn.History:
    history = nn.History()
    history.append({"loss": 1.5, "val_loss": 12.25})
    history.append({"loss": 0.000125, "val_loss": 2.0})
    return history


def test_history_prints_as_a_table() -> None:
    assert repr(some_history()) == ("epoch      loss  val_loss\n    1    1.5000   12.2500\n    2  1.25e-04    2.0000")
    assert repr(nn.History()) == "epoch"


def test_numbers_have_powers_of_ten_where_decimals_would_say_nothing() -> None:
    assert [number(v) for v in (0.0, 0.001, -2.5, 1e5, -1e-4, float("nan"))] == [
        *("0.0000", "0.0010", "-2.5000", "1.00e+05", "-1.00e-04", "nan"),
    ]


def test_history_goes_to_csv_in_full_precision(tmp_path: Path) -> None:
    some_history().to_csv(tmp_path / "history.csv")
    with (tmp_path / "history.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["epoch", "loss", "val_loss"], ["1", "1.5", "12.25"], ["2", "0.000125", "2.0"]]


def test_history_without_a_path_gives_the_csv_as_text() -> None:
    assert some_history().to_csv() == "epoch,loss,val_loss\r\n1,1.5,12.25\r\n2,0.000125,2.0\r\n"


def test_history_is_a_table_of_columns() -> None:
    history = some_history()
    assert list(history) == ["loss", "val_loss"]
    assert "val_loss" in history
    assert "accuracy" not in history
    assert dict(history) == history.history == history.columns
    with pytest.raises(nn.errors.ColumnError) as caught:
        history["accuracy"]
    assert isinstance(caught.value, KeyError)
    assert str(caught.value) == "the history has no column 'accuracy'; there are 'loss', 'val_loss'."
    with pytest.raises(KeyError, match="there are none, as no epoch is over"):
        nn.History()["loss"]


@pytest.mark.parametrize("write", [nn.History.to_csv, nn.History.plot])
def test_a_history_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path, write: Any) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(nn.errors.CheckpointError, match=r"^History\.(to_csv|plot): .*cannot be written: No such file"):
        write(some_history(), tmp_path / "missing" / "history.png")
    with pytest.raises(nn.errors.ArgumentError, match=r"path is a int; write the path of a file"):
        write(some_history(), 3)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes that have names")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        some_history().to_csv(tmp_path / "pipe")
        assert os.read(reader, 1000).decode() == some_history().to_csv()
    finally:
        os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_history_plots_what_is_there_in_a_format_that_there_is(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(nn.errors.ArgumentError, match="no epoch is over; there is nothing to draw"):
        nn.History().plot()
    with pytest.raises(nn.errors.ArgumentError, match="Format 'bla' is not supported"):
        some_history().plot(tmp_path / "curve.bla")
    some_history().plot(tmp_path / "curve")
    assert [path.name for path in tmp_path.iterdir()] == ["curve.png"], "as Matplotlib names it"


def test_history_plots_training_and_validation_in_one_panel(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    figure = some_history().plot(tmp_path / "curve.png")
    (axes,) = figure.axes
    assert [line.get_label() for line in axes.lines] == ["training", "held back"]
    assert axes.lines[1].get_ydata().tolist() == [12.25, 2.0]
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_history_plot_says_what_to_install_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependencyError) as caught:
        some_history().plot()
    assert str(caught.value) == (
        "History.plot needs the package 'matplotlib', which is not installed: pip install 'chainrule[plot]'"
    )


def test_optional_lets_errors_inside_a_package_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_package.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ZeroDivisionError):
        optional("broken_package", "test", "this test")


def test_fit_prints_a_line_per_epoch_where_there_is_no_terminal(
    rng: np.random.Generator, capsys: pytest.CaptureFixture[str]
) -> None:
    history = trainer().fit(*moons(rng, 20), epochs=2)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"epoch {i + 1}/2  loss {number(history['loss'][i])}  accuracy {number(history['accuracy'][i])}" for i in (0, 1)
    ]


def test_fit_prints_nothing_without_verbose(
    rng: np.random.Generator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for terminal in (True, False):
        monkeypatch.setattr(sys.stdout, "isatty", lambda terminal=terminal: terminal)
        trainer().fit(*moons(rng, 20), epochs=1, verbose=False)
    assert capsys.readouterr() == ("", "")
