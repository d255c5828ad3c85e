"""`fit`, `evaluate` and `predict` on loaders: what they take, and what is refused."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import nn


class Batches:
    """Batches of 8, in order: all that the trainer needs of a loader."""

    def __init__(self, *arrays: Any, size: int = 8) -> None:
        self.arrays, self.size = arrays, size

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, len(self.arrays[0]), self.size):
            yield tuple(array[start : start + self.size] for array in self.arrays)


def a_trainer(**options: Any) -> nn.Trainer:
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 8, rng=rng), nn.Tanh(), nn.Linear(8, 2, rng=rng))
    options = {"loss": nn.CrossEntropyLoss(), "metrics": ["accuracy"], **options}
    return nn.Trainer(model, optimizer=nn.optim.Adam(model.parameters(), lr=0.05), **{"rng": rng, **options})


def data(n: int = 50) -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 3))
    return x, (x[:, 0] > 0).astype(int)


def weights(trainer: nn.Trainer) -> Any:
    return np.concatenate([p.data.ravel() for p in trainer.model.parameters()])


def test_a_loader_trains_as_arrays_do() -> None:
    x, y = data()
    by_arrays, by_loader, by_list = a_trainer(), a_trainer(), a_trainer()
    first = by_arrays.fit(x, y, batch_size=8, shuffle=False, epochs=2, verbose=False)
    second = by_loader.fit(Batches(x, y), epochs=2, verbose=False)
    third = by_list.fit([list(batch) for batch in Batches(x, y)], epochs=2, verbose=False)
    assert first.columns == second.columns == third.columns
    np.testing.assert_array_equal(weights(by_arrays), weights(by_loader))
    np.testing.assert_array_equal(weights(by_arrays), weights(by_list))


def test_evaluate_predict_and_validation_take_loaders() -> None:
    x, y = data()
    t = a_trainer()
    assert t.evaluate(Batches(x, y)) == t.evaluate(x, y, batch_size=8)
    expected = t.predict(x, batch_size=8)
    np.testing.assert_array_equal(t.predict(Batches(x, y)), expected)
    np.testing.assert_array_equal(t.predict(batch[0] for batch in Batches(x)), expected)
    history = t.fit(x, y, epochs=1, validation_data=Batches(x, y), verbose=False)
    assert history["val_loss"] == [t.evaluate(x, y, batch_size=8)["loss"]]


def test_weights_may_come_from_the_loader() -> None:
    x, y = data()
    w = np.random.default_rng(2).random(len(x))
    by_arrays, by_loader = a_trainer(), a_trainer()
    by_arrays.fit(x, y, sample_weight=w, batch_size=8, shuffle=False, epochs=2, verbose=False)
    by_loader.fit(Batches(x, y, w), epochs=2, verbose=False)
    np.testing.assert_array_equal(weights(by_arrays), weights(by_loader))


def test_validation_may_be_a_list_of_batches_or_a_pair_of_nested_lists() -> None:
    x, y = data()
    expected = None
    for given in ([(x[:8], y[:8]), (x[8:], y[8:])], (x.tolist(), y.tolist()), [x, y], (x, y)):
        history = a_trainer().fit(x, y, epochs=1, validation_data=given, verbose=False)
        expected = expected or history["val_loss"]
        assert history["val_loss"] == pytest.approx(expected, rel=1e-5)


def test_a_loader_may_not_know_its_length() -> None:
    class Streaming(Batches):
        def __len__(self) -> int:
            raise TypeError("an iterable dataset has no length")

    x, y = data()
    by_arrays, by_loader = a_trainer(), a_trainer()
    by_arrays.fit(x, y, batch_size=8, shuffle=False, accumulate=3, epochs=2, verbose=False)
    by_loader.fit(Streaming(x, y), accumulate=3, epochs=2, verbose=False)
    np.testing.assert_array_equal(weights(by_arrays), weights(by_loader))


def test_an_error_of_the_loader_comes_through_as_it_is() -> None:
    class Broken(Batches):
        def __iter__(self) -> Iterator[Any]:
            yield from list(super().__iter__())[:2]
            raise KeyError("image 17")

    with pytest.raises(KeyError, match="image 17"):
        a_trainer().fit(Broken(*data()), verbose=False)


def test_a_generator_has_one_epoch() -> None:
    t = a_trainer()
    with pytest.raises(nn.errors.ArgumentError) as caught:
        t.fit((batch for batch in Batches(*data())), epochs=2, verbose=False)
    assert str(caught.value) == (
        "Trainer: the loader gave no batches in its epoch 2. A generator is used up after one pass: give an object "
        "whose __iter__ begins anew, such as a list or nn.data.DataLoader."
    )
    assert len(t.history) == 1
    assert len(a_trainer().fit((batch for batch in Batches(*data())), epochs=1, verbose=False)) == 1


X, Y = data(20)
REFUSED: list[tuple[Any, str]] = [
    (
        lambda t: t.fit(Batches(X[:0], Y[:0])),
        "Trainer: the loader gave no batches; there is nothing to train on or to evaluate.",
    ),
    (
        lambda t: t.evaluate(Batches(X[:0], Y[:0])),
        "Trainer: the loader gave no batches; there is nothing to train on or to evaluate.",
    ),
    (lambda t: t.predict(Batches(X[:0])), "Trainer: the loader gave no batches; there is nothing to predict."),
    (
        lambda t: t.fit(Batches(X)),
        "Trainer: batch 1 of the loader is a tuple; write a pair (x, y), or (x, y, weights).",
    ),
    (lambda t: t.fit({"x": X}.values()), "Trainer: batch 1 of the loader is a ndarray; write a pair (x, y), or"),
    (lambda t: t.fit(Batches(X, Y[:17])), "x has 4 examples and y has 1; they must be as many."),
    (
        lambda t: t.fit(Batches(X, Y), validation_split=0.2),
        "Trainer: validation_split is for arrays, and x is a loader. Write validation_data=.",
    ),
    (
        lambda t: t.fit(Batches(X, Y), sample_weight=np.ones(20)),
        "Trainer: sample_weight is for arrays, and x is a loader. Write a loader of batches (x, y, weights).",
    ),
    (lambda t: t.fit(X), "Trainer: y is None; write an array with a row per example."),
    (lambda t: t.fit("digits.npz"), "Trainer: x is a str; write an array of numbers, with a row per example"),
    (lambda t: t.fit(X, Y, epochs=-1), "Trainer: epochs=-1; it must be an integer, 1 or more."),
    (lambda t: t.fit(X, Y, accumulate=0), "Trainer: accumulate=0; it must be an integer, 1 or more."),
    (lambda t: t.fit(X, Y, clip_norm=0), "Trainer: clip_norm=0; it must be a number above 0, or None."),
    (lambda t: t.fit(X, Y, clip_norm="1"), "Trainer: clip_norm='1'; it must be a number above 0, or None."),
    (lambda t: t.fit(X, Y, checkpoint=3), "Trainer: checkpoint is a int; write a folder, checkpoint='run/'."),
    (
        lambda t: nn.Trainer(t.model, loss=t.loss, optimizer=nn.optim.LBFGS(t.model.parameters())),
        "Trainer: LBFGS evaluates the loss of the same examples several times a step, which mini-batches are not made",
    ),
    (
        lambda t: a_trainer(scheduler="cosine"),
        "Trainer: scheduler is a str; write a scheduler, such as nn.optim.lr_scheduler.StepLR(optimizer, 10), or a",
    ),
    (lambda t: t.train_step(X, Y), "Trainer: train_step and take_step are parts of fit. For a loop of your own write"),
    (lambda t: a_trainer(rng=0), "nn: rng is a int; write np.random.default_rng(seed), or None."),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_cannot_be_trained_on_is_refused(call: Any, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    t = a_trainer()
    before = weights(t)
    with pytest.raises(nn.errors.ArgumentError) as caught:
        call(t)
    assert str(caught.value).startswith(message)
    assert capsys.readouterr().out == ""
    if "y has 1" not in message:
        np.testing.assert_array_equal(weights(t), before)
