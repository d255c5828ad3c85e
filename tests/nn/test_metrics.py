"""Metrics: their values against scikit-learn's, over batches as over the whole, and what does not fit."""

import copy
import pickle
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as theirs

import nn
from autograd import Tensor
from nn.errors import ArgumentError, LabelError, MissingDependencyError, ShapeError
from nn.metrics import METRICS, EpochMetric, Running, find

CLASSES = 4


def multiclass(rng: np.random.Generator, n: int = 101) -> tuple[Any, Any]:
    return rng.standard_normal((n, CLASSES)).astype(np.float32), rng.integers(0, CLASSES, n)


def binary(rng: np.random.Generator, n: int = 101) -> tuple[Any, Any]:
    return rng.standard_normal(n).astype(np.float32), rng.integers(0, 2, n).astype(np.float32)


def over_batches(metrics: dict[str, Any], prediction: Any, target: Any, size: int = 7) -> dict[str, float]:
    running = Running(metrics)
    for start in range(0, len(target), size):
        running.add(0.0, prediction[start : start + size], target[start : start + size])
    return running.values()


def softmax(logits: Any) -> Any:
    return np.asarray(nn.functional.softmax(logits.astype(np.float64), 1))


OF_CLASSES = {
    "accuracy": lambda p, y: theirs.accuracy_score(y, p.argmax(1)),
    "top_k": lambda p, y: theirs.top_k_accuracy_score(y, p, k=2),
    "precision": lambda p, y: theirs.precision_score(y, p.argmax(1), average="macro"),
    "recall": lambda p, y: theirs.recall_score(y, p.argmax(1), average="macro"),
    "f1": lambda p, y: theirs.f1_score(y, p.argmax(1), average="macro"),
    "roc_auc": lambda p, y: theirs.roc_auc_score(y, softmax(p), multi_class="ovr"),
    "perplexity": lambda p, y: np.exp(theirs.log_loss(y, softmax(p))),
}
OF_ZERO_AND_ONE = {
    "accuracy": lambda p, y: theirs.accuracy_score(y, p > 0),
    "precision": lambda p, y: theirs.precision_score(y, p > 0),
    "recall": lambda p, y: theirs.recall_score(y, p > 0),
    "f1": lambda p, y: theirs.f1_score(y, p > 0),
    "roc_auc": lambda p, y: theirs.roc_auc_score(y, p),
    "mae": lambda p, y: theirs.mean_absolute_error(y, p),
    "r2": lambda p, y: theirs.r2_score(y, p),
}


@pytest.mark.parametrize("name", OF_CLASSES)
def test_metrics_of_classes_are_those_of_all_examples_at_once(rng: np.random.Generator, name: str) -> None:
    p, y = multiclass(rng)
    metric = partial(nn.metrics.top_k, k=2) if name == "top_k" else name
    found = over_batches(dict([find(metric)]), p, y)
    assert found[name] == pytest.approx(OF_CLASSES[name](p, y), rel=1e-5)
    assert find(metric)[1](p, y) == pytest.approx(found[name], rel=1e-9)


@pytest.mark.parametrize("name", OF_ZERO_AND_ONE)
def test_metrics_of_one_column_are_those_of_all_examples_at_once(rng: np.random.Generator, name: str) -> None:
    p, y = binary(rng)
    for shape in [(-1,), (-1, 1)]:
        found = over_batches(dict([find(name)]), p.reshape(shape), y.reshape(shape))
        assert found[name] == pytest.approx(OF_ZERO_AND_ONE[name](p, y), rel=1e-5)


def test_two_logits_and_their_difference_are_the_same_question(rng: np.random.Generator) -> None:
    p, y = rng.standard_normal((50, 2)), rng.integers(0, 2, 50)
    for name in ("accuracy", "precision", "recall", "f1", "roc_auc"):
        metric = find(name)[1]
        assert metric(p, y) == pytest.approx(metric(p[:, 1] - p[:, 0], y))


def test_several_labels_at_once(rng: np.random.Generator) -> None:
    p, y = rng.standard_normal((60, 3)), rng.integers(0, 2, (60, 3))
    assert nn.metrics.accuracy(p, y) == pytest.approx(np.mean((p > 0) == y))
    assert nn.metrics.F1()(p, y) == pytest.approx(theirs.f1_score(y, p > 0, average="macro"))
    assert nn.metrics.F1("micro")(p, y) == pytest.approx(theirs.f1_score(y, p > 0, average="micro"))
    assert nn.metrics.ROCAUC()(p, y) == pytest.approx(theirs.roc_auc_score(y, p))


def test_classes_may_lie_along_further_axes(rng: np.random.Generator) -> None:
    p, y = rng.standard_normal((5, CLASSES, 6)), rng.integers(0, CLASSES, (5, 6))
    rows, flat = p.transpose(0, 2, 1).reshape(-1, CLASSES), y.ravel()
    for name in ("accuracy", "f1", "roc_auc", "perplexity"):
        assert find(name)[1](p, y) == pytest.approx(find(name)[1](rows, flat))
    assert nn.metrics.top_k(p, y, k=2) == pytest.approx(nn.metrics.top_k(rows, flat, k=2))


@pytest.mark.parametrize("name", sorted(nn.metrics.METRICS))
def test_lists_and_integers_are_taken_and_give_the_same(name: str) -> None:
    metric = find("top_2" if name == "top_k" else name)[1]
    classes = name not in ("mae", "r2")
    prediction = np.array([[7, 1, 0], [0, 1, 5], [2, 0, 3], [1, 4, 3]], np.uint8)
    target = np.array([0, 1, 2, 0]) if classes else prediction[::-1]
    expected = metric(prediction.astype(float), target if classes else target.astype(float))
    for form in (np.asarray, np.ndarray.tolist, Tensor):
        assert metric(form(prediction), form(target)) == pytest.approx(expected, rel=1e-6)
    if hasattr(metric, "update"):
        metric.reset()
        metric.update(prediction.tolist(), target.tolist())
        assert metric.compute() == pytest.approx(expected, rel=1e-6)


def test_the_largest_probability_is_the_right_class_as_in_the_loss(rng: np.random.Generator) -> None:
    logits, y = rng.standard_normal((50, 4)), rng.integers(0, 4, 50)
    mixed = 0.7 * np.eye(4)[y] + 0.3 * np.eye(4)[rng.permutation(y)]
    for metric in map(nn.metrics.find, ("accuracy", "top_2")):
        for target in (np.eye(4)[y], np.eye(4, dtype=int)[y], mixed.astype(np.float32)):
            assert metric[1](logits, target) == metric[1](logits, y)
    assert nn.metrics.Perplexity()(logits, np.eye(4)[y]) == pytest.approx(nn.metrics.Perplexity()(logits, y))
    labels = np.array([[1, 1, 0, 0], [0, 0, 0, 0]])  # several at once are judged one by one
    assert nn.metrics.accuracy(np.ones((2, 4)), labels) == 0.25


def test_top_k_has_its_number_in_the_name(rng: np.random.Generator) -> None:
    model = nn.Linear(4, 3)
    trainer = nn.Trainer(
        model,
        loss=nn.CrossEntropyLoss(),
        optimizer=nn.optim.SGD(model.parameters(), lr=0.1),
        metrics=["top_2", "top_3"],
    )
    found = trainer.evaluate(rng.standard_normal((9, 4)), rng.integers(0, 3, 9))
    assert list(found) == ["loss", "top_2", "top_3"]
    assert found["top_2"] <= found["top_3"] == 1


@pytest.mark.parametrize("loss", [nn.BCELoss(), nn.functional.binary_cross_entropy])
def test_probabilities_are_parted_at_a_half(rng: np.random.Generator, loss: Any) -> None:
    x, y = rng.standard_normal((30, 2)), rng.integers(0, 2, (30, 1)).astype(float)
    found = []
    for ends, judge in (([], nn.BCEWithLogitsLoss()), ([nn.Sigmoid()], loss)):
        model = nn.Sequential(nn.Linear(2, 1, bias=False, rng=np.random.default_rng(0)), *ends)
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
        for metrics in (["accuracy", "precision", "recall", "f1", "roc_auc"], [nn.metrics.accuracy]):
            trainer = nn.Trainer(model, loss=judge, optimizer=optimizer, metrics=metrics)
            found.append(trainer.evaluate(x, y))
    assert found[0] == pytest.approx(found[2], rel=1e-5)
    assert found[1] == pytest.approx(found[3], rel=1e-5)
    assert 0 < found[0]["recall"] < 1


def test_of_equal_logits_the_first_is_predicted() -> None:
    constant = np.zeros((4, CLASSES))
    for k in range(1, CLASSES + 1):
        assert nn.metrics.top_k(constant, np.arange(4), k=k) == k / 4
    assert nn.metrics.accuracy(constant, np.arange(4)) == 1 / 4


def test_averages_are_scikit_learns_and_a_class_that_is_not_predicted_counts_as_zero() -> None:
    p, y = np.eye(3)[[0, 0, 1, 1]], np.array([0, 1, 1, 2])
    assert nn.metrics.Precision()(p, y) == pytest.approx((1 / 2 + 1 / 2 + 0) / 3)
    assert nn.metrics.Recall("micro")(p, y) == pytest.approx(1 / 2)
    assert nn.metrics.Recall("weighted")(p, y) == pytest.approx(theirs.recall_score(y, p.argmax(1), average="weighted"))


def test_roc_auc_is_nan_where_a_class_is_missing_and_r2_of_one_example() -> None:
    assert np.isnan(nn.metrics.ROCAUC()(np.array([0.5, 1.0]), np.ones(2)))
    assert np.isnan(nn.metrics.ROCAUC()(np.ones((2, 3)), np.array([0, 1])))
    assert np.isnan(nn.metrics.ROCAUC()(np.array([np.nan, 1.0]), np.array([0, 1])))
    assert np.isnan(nn.metrics.R2()(np.ones(1), np.ones(1)))
    assert np.isnan(nn.metrics.R2()(np.array([np.inf, 1.0]), np.ones(2)))


def test_perplexity_leaves_out_what_is_ignored_and_overflows_to_infinity(rng: np.random.Generator) -> None:
    p, y = multiclass(rng)
    kept = over_batches({"perplexity": nn.metrics.Perplexity()}, p[:50], y[:50])["perplexity"]
    y[50:] = -100
    assert over_batches({"perplexity": nn.metrics.Perplexity()}, p, y)["perplexity"] == pytest.approx(kept, rel=1e-6)
    assert nn.metrics.Perplexity()(np.array([[0.0, 2000.0]]), np.array([0])) == np.inf
    assert nn.metrics.Perplexity()(np.zeros((3, 8)), np.zeros(3, int)) == pytest.approx(8)


def test_r2_is_averaged_over_columns(rng: np.random.Generator) -> None:
    p, y = rng.standard_normal((30, 2, 2)), rng.standard_normal((30, 2, 2))
    expected = theirs.r2_score(y.reshape(30, -1), p.reshape(30, -1))
    assert over_batches({"r2": nn.metrics.R2()}, p, y)["r2"] == pytest.approx(expected)


# ------------------------------------------------------------------------------------------------- in a training


def test_a_trainer_reports_metrics_of_whole_epochs_in_the_order_given(rng: np.random.Generator) -> None:
    x, y = rng.standard_normal((50, 3)).astype(np.float32), rng.integers(0, 2, 50)
    model = nn.Linear(3, 2, rng=rng)
    t = nn.Trainer(
        model,
        loss=nn.CrossEntropyLoss(),
        optimizer=nn.optim.SGD(model.parameters(), lr=0.0),
        metrics=["f1", "accuracy", nn.metrics.ROCAUC()],
    )
    history = t.fit(x, y, epochs=2, batch_size=8, validation_data=(x, y), verbose=False)
    names = ["loss", "f1", "accuracy", "roc_auc"]
    assert list(history.columns) == [*names, *(f"val_{name}" for name in names)]
    logits = t.predict(x)
    for values in (history["f1"], history["val_f1"]):
        assert values == pytest.approx([theirs.f1_score(y, logits.argmax(1))] * 2)
    assert history["roc_auc"][-1] == pytest.approx(theirs.roc_auc_score(y, logits[:, 1] - logits[:, 0]))


def test_an_evaluation_within_an_epoch_disturbs_nothing(rng: np.random.Generator) -> None:
    metrics = {"f1": nn.metrics.F1()}
    p, y = multiclass(rng)
    outer = Running(metrics)
    outer.add(0.0, p[:50], y[:50])
    Running(metrics).add(0.0, p[:9], y[:9])
    outer.add(0.0, p[50:], y[50:])
    assert outer.values()["f1"] == nn.metrics.F1()(p, y)


def test_an_epoch_goes_on_from_a_saved_state(rng: np.random.Generator) -> None:
    metrics = dict(map(find, ["accuracy", "f1", "roc_auc", "perplexity"]))
    p, y = multiclass(rng)
    whole, first, second = (Running(metrics) for _ in range(3))
    for running, rows in [(whole, slice(0, 60)), (first, slice(0, 60))]:
        running.add(1.0, p[rows], y[rows])
    second.load_state_dict(pickle.loads(pickle.dumps(first.state_dict())))
    for running in (whole, second):
        running.add(2.0, p[60:], y[60:])
    assert second.values() == whole.values() != first.values()


def test_between_batches_only_means_are_said(rng: np.random.Generator) -> None:
    p, y = multiclass(rng)
    running = Running(dict(map(find, ["accuracy", "f1"])))
    assert running.means() == running.values() == {}
    running.add(2.0, p, y)
    assert list(running.means()) == ["loss", "accuracy"]
    assert list(running.values()) == ["loss", "accuracy", "f1"]


def test_a_metric_of_the_users_may_be_an_object_with_update_compute_and_reset() -> None:
    class Largest:
        def reset(self) -> None:
            self.value = 0.0

        def update(self, prediction: Any, target: Any) -> None:
            self.value = max(self.value, float(abs(prediction - target).max()))

        def compute(self) -> float:
            return self.value

    class Median(EpochMetric):
        def score(self, prediction: Any, target: Any) -> float:
            return np.median(prediction - target)

    found = over_batches(dict(map(find, [Largest(), Median()])), np.arange(10.0), np.zeros(10), 3)
    assert found == {"loss": 0.0, "Largest": 9.0, "median": 4.5}


def test_what_is_kept_of_a_batch_is_a_copy() -> None:
    batch = np.zeros(3)
    metric = nn.metrics.R2()
    metric.update(batch, np.arange(3.0))
    batch += 7
    assert metric.kept[0][0].tolist() == [[0.0]] * 3


def test_metrics_take_tensors_and_can_be_copied_and_pickled(rng: np.random.Generator) -> None:
    p, y = multiclass(rng)
    for metric in [find(name)[1] for name in METRICS if name not in ("mae", "r2", "top_k")]:
        if isinstance(metric, EpochMetric):
            metric.update(p, y)
            assert metric(Tensor(p), y) == metric.compute()
        assert pickle.loads(pickle.dumps(metric))(p, y) == copy.deepcopy(metric)(p, y) == metric(p, y)


# ------------------------------------------------------------------------------------------------- what does not fit

ERRORS: list[tuple[Any, type[Exception], str]] = [
    (
        lambda: nn.metrics.accuracy(np.ones((2, 1)), np.ones(2)),
        ShapeError,
        "accuracy: predictions of shape (2, 1) and targets of shape (2,); for one logit an example they must have one",
    ),
    (lambda: nn.metrics.accuracy(np.ones((2, 3)), np.array([1, -100])), LabelError, "accuracy: the targets contain -1"),
    (lambda: nn.metrics.accuracy(np.ones((2, 3)), [1, np.nan]), LabelError, "accuracy: the targets contain nan; they"),
    (lambda: nn.metrics.accuracy(np.ones((2, 3)), [1, 0.5]), LabelError, "accuracy: the targets contain 0.5; they mu"),
    (lambda: nn.metrics.accuracy(np.ones((2, 3)), ["a", "b"]), ArgumentError, "accuracy: the targets are <U1(2,); th"),
    (lambda: nn.metrics.accuracy(None, [1]), ArgumentError, "accuracy: the predictions are object(); they must be rea"),
    (
        lambda: nn.metrics.mean_absolute_error([], []),
        ArgumentError,
        "mae: the predictions have shape (0,); there are no",
    ),
    (lambda: nn.metrics.F1()(np.ones((0, 3)), np.ones(0)), ArgumentError, "f1: the predictions have shape (0, 3); th"),
    (
        lambda: find("top_0")[1](np.ones((2, 3)), np.ones(2)),
        ArgumentError,
        "top_k: predictions of shape (2, 3) with k=0",
    ),
    (lambda: nn.metrics.F1("mean"), ArgumentError, "unknown average 'mean'. Known are 'binary', 'macro', 'micro', 'w"),
    (lambda: nn.metrics.F1(threshold="0"), ArgumentError, "F1: threshold='0'; it must be a number."),
    (lambda: nn.metrics.F1().compute(), ArgumentError, "f1: there was no batch yet; call update(prediction, target)"),
    (lambda: nn.metrics.F1("binary")(np.ones((2, 3)), np.ones(2)), ArgumentError, "f1: average='binary', but predicti"),
    (
        lambda: nn.metrics.F1()(np.ones((2, 3)), np.full(2, 3)),
        LabelError,
        "f1: the targets contain 3; they must be",
    ),
    (lambda: nn.metrics.F1()(np.ones(2), np.full(2, 0.5)), LabelError, "f1: predictions and targets have shape (2,), "),
    (lambda: nn.metrics.ROCAUC()(np.ones((2, 3)), np.ones(3)), ShapeError, "roc_auc: predictions of shape (2, 3) and"),
    (
        lambda: nn.metrics.R2()(np.ones((2, 1)), np.ones(2)),
        ShapeError,
        "r2: predictions of shape (2, 1) and targets of",
    ),
    (
        lambda: nn.metrics.top_k(np.ones((2, 3)), np.ones(2)),
        ArgumentError,
        "top_k: predictions of shape (2, 3) with",
    ),
    (lambda: nn.metrics.Perplexity(0.5), ArgumentError, "Perplexity: ignore_index=0.5; it must be an integer."),
    (lambda: nn.metrics.Perplexity()(np.ones((2, 3)), np.full(2, 7)), LabelError, "cross_entropy"),
    (lambda: find("acc"), ArgumentError, "unknown metric 'acc'. Known are 'accuracy', 'top_k', 'precision',"),
    (lambda: find(nn.metrics.F1), ArgumentError, "the metric F1 is a class; write F1()."),
    (lambda: find("confusion_matrix"), ArgumentError, "the metric 'confusion_matrix' is a table, not a number"),
    (lambda: find(nn.metrics.confusion_matrix), ArgumentError, "the metric 'confusion_matrix' is a table, not a numb"),
    (
        lambda: over_batches({"m": lambda p, y: p - y}, np.ones((7, 2)), np.ones((7, 1))),
        ArgumentError,
        "the metric 'm' returned an array of shape (7, 2); it must be one number.",
    ),
    (
        lambda: over_batches({"m": lambda p, y: None}, np.ones(7), np.ones(7)),
        ArgumentError,
        "the metric 'm' returned",
    ),
    (
        lambda: over_batches({"m": lambda p, y: np.mean(p + y)}, np.ones((7, 2)), np.ones(7)),
        ArgumentError,
        "the metric 'm' does not fit what the model returns, predictions of shape (7, 2) and targets of shape (7,): ",
    ),
    (
        lambda: nn.metrics.confusion_matrix(np.eye(2), np.arange(2), names="abc"),
        ArgumentError,
        "confusion_matrix: names='abc'; it must be as many as the classes, 2.",
    ),
    (
        lambda: nn.metrics.confusion_matrix(np.eye(2), np.eye(2)),
        ShapeError,
        "confusion_matrix: targets of shape (2",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_what_does_not_fit_is_a_named_error(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_without_scikit_learn_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.metrics", None)
    with pytest.raises(MissingDependencyError, match="the metric 'f1' needs the package 'sklearn'"):
        nn.metrics.F1()(np.eye(2), np.arange(2))


# ------------------------------------------------------------------------------------------------- the confusion matrix


def test_the_confusion_matrix_is_a_table_and_a_plot(tmp_path: Path) -> None:
    logits, y = np.eye(3)[[0, 1, 1, 0]], np.array([0, 1, 2, 2])
    matrix = nn.metrics.confusion_matrix(Tensor(logits), y, names=["cat", "$x_1$", 3])
    np.testing.assert_array_equal(matrix, [[1, 0, 0], [0, 1, 0], [1, 1, 0]])
    assert repr(matrix) == (
        "is, predicted  cat  $x_1$  3\ncat              1      0  0\n"
        "$x_1$            0      1  0\n3                1      1  0"
    )
    figure = matrix.plot(tmp_path / "matrix.png")
    assert [text.get_text() for text in figure.axes[0].texts] == list("100010110")
    assert (tmp_path / "matrix.png").read_bytes().startswith(b"\x89PNG")
    matrix.plot(str(tmp_path / "matrix.svg"))
    assert (tmp_path / "matrix.svg").read_bytes().startswith(b"<?xml")
    with pytest.raises(ValueError, match="Format 'txt' is not supported"):
        matrix.plot(tmp_path / "matrix.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["matrix.png", "matrix.svg"]


def test_the_confusion_matrix_of_logits_of_zero_and_one() -> None:
    matrix = nn.metrics.confusion_matrix(np.array([-1.0, 2.0, 3.0]), np.array([0, 0, 1]))
    assert matrix.counts.tolist() == [[1, 1], [0, 1]]
    assert matrix.names == ["0", "1"]
