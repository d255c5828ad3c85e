"""Weights of classes and examples, accumulated batches, clipped gradients: as one would compute them by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd.graph import unwrap

N = 22


def data(seed: int = 0, classes: int = 3) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(N, 4)), rng.integers(0, classes, N), rng.random(N)


def linear(outputs: int = 3) -> Any:
    return nn.Linear(4, outputs, rng=np.random.default_rng(3), dtype=np.float64)


def after(loss: Any, x: Any, y: Any, *, outputs: int = 3, model: Any = None, **options: Any) -> Any:
    """The weights after an epoch of plain gradient descent, in order."""
    model = linear(outputs) if model is None else model
    t = nn.Trainer(model, loss=loss, optimizer=nn.optim.SGD(model.parameters(), lr=0.1))
    t.fit(x, y, epochs=1, shuffle=False, verbose=False, **options)
    return np.concatenate([p.data.ravel() for p in model.parameters()])


def by_hand(loss: Callable[[Any], Any], outputs: int = 3) -> Any:
    model = linear(outputs)
    loss(model).backward()
    return np.concatenate([(p.data - 0.1 * p.grad).ravel() for p in model.parameters()])


def test_sample_weight_multiplies_the_losses_before_their_mean() -> None:
    x, y, w = data()
    expected = by_hand(lambda model: (nn.functional.cross_entropy(model(x), y, reduction="none") * w).sum() / N)
    for loss in (nn.CrossEntropyLoss(), nn.functional.cross_entropy):
        np.testing.assert_allclose(after(loss, x, y, batch_size=N, sample_weight=w), expected, rtol=1e-12)


def test_class_weight_is_the_weight_of_every_example_of_the_class() -> None:
    x, y, w = data()
    by_class = after(nn.CrossEntropyLoss(), x, y, batch_size=8, class_weight={0: 2.0, 2: 0.5})
    table = np.array([2.0, 1.0, 0.5])
    np.testing.assert_array_equal(by_class, after(nn.CrossEntropyLoss(), x, y, batch_size=8, sample_weight=table[y]))
    both = after(nn.CrossEntropyLoss(), x, y, batch_size=8, class_weight={0: 2.0, 2: 0.5}, sample_weight=w)
    np.testing.assert_array_equal(both, after(nn.CrossEntropyLoss(), x, y, batch_size=8, sample_weight=table[y] * w))


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_class_weight_takes_the_classes_of_a_binary_loss(shape: tuple[int, ...]) -> None:
    x, y, _ = data()
    zeros_and_ones = (y > 0).astype(np.float32).reshape(shape)

    def loss(p: Any, t: Any, reduction: str = "mean") -> Any:
        each = nn.functional.binary_cross_entropy_with_logits(p[:, :1].reshape(shape), t, reduction=reduction)
        return each if reduction == "mean" else each.reshape(-1)

    by_class = after(loss, x, zeros_and_ones, batch_size=8, class_weight={1: 3.0})
    by_example = after(loss, x, zeros_and_ones, batch_size=8, sample_weight=np.where(y > 0, 3.0, 1.0))
    np.testing.assert_array_equal(by_class, by_example)


LOSSES: dict[str, tuple[Any, int, Callable[[Any, Any], Any]]] = {
    "cross entropy": (nn.CrossEntropyLoss(), 3, lambda x, y: y),
    "with weights": (nn.CrossEntropyLoss(np.array([1.0, 3.0, 0.2])), 3, lambda x, y: y),
    "with ignored examples": (nn.CrossEntropyLoss(ignore_index=1), 3, lambda x, y: y),
    "of probabilities": (nn.CrossEntropyLoss(), 3, lambda x, y: np.eye(3)[y]),
    "summed": (nn.CrossEntropyLoss(reduction="sum"), 3, lambda x, y: y),
    "squares": (nn.MSELoss(), 2, lambda x, y: x[:, :2] ** 2),
    "huber, summed": (nn.HuberLoss(reduction="sum"), 2, lambda x, y: x[:, :2] ** 2),
    "sums of squares": (nn.SSELoss(reduction="mean"), 2, lambda x, y: x[:, :2] ** 2),
    "a function": (lambda p, t: ((p - t) ** 2).mean(), 2, lambda x, y: x[:, :2] ** 2),
}


@pytest.mark.parametrize("name", LOSSES)
def test_weights_of_one_change_nothing(name: str) -> None:
    loss, outputs, target = LOSSES[name]
    x, y, _ = data()
    if name != "a function":
        y = target(x, y)
        weighted = after(loss, x, y, outputs=outputs, batch_size=8, sample_weight=np.ones(N))
        np.testing.assert_allclose(weighted, after(loss, x, y, outputs=outputs, batch_size=8), rtol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("loader", [False, True], ids=["arrays", "loader"])
def test_accumulated_batches_are_one_larger_batch(name: str, loader: bool) -> None:
    loss, outputs, target = LOSSES[name]
    x, y, _ = data()
    y = target(x, y)  # 22 examples: 3 batches of 4 make a step, then 2 of 4 and 2
    expected = after(loss, x, y, outputs=outputs, batch_size=12)
    given: Any = {"x": x, "y": y, "batch_size": 4}
    if loader:
        given = {"x": (pair for pair in [(x[i : i + 4], y[i : i + 4]) for i in range(0, N, 4)]), "y": None}
    found = after(loss, outputs=outputs, accumulate=3, **given)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert not np.allclose(found, after(loss, x, y, outputs=outputs, batch_size=4), rtol=1e-3)


def test_accumulated_batches_are_weighted_too() -> None:
    x, y, w = data()
    found = after(nn.CrossEntropyLoss(), x, y, batch_size=4, accumulate=3, sample_weight=w)
    expected = after(nn.CrossEntropyLoss(), x, y, batch_size=12, sample_weight=w)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("accumulate", [1, 3])
def test_clip_norm_bounds_the_norm_of_all_gradients(accumulate: int) -> None:
    x, y, _ = data()
    model = linear()
    seen = []

    class Norms(nn.Callback):
        def on_backward_end(self, trainer: nn.Trainer) -> None:
            seen.append(np.linalg.norm(np.concatenate([unwrap(p.grad).ravel() for p in model.parameters()])))

        def on_batch_end(self, trainer: nn.Trainer) -> None:
            after_clipping.append(np.linalg.norm(np.concatenate([unwrap(p.grad).ravel() for p in model.parameters()])))

    after_clipping: list[Any] = []
    size = N // accumulate + 1
    moved = after(
        nn.CrossEntropyLoss(),
        *(x, y),
        model=model,
        batch_size=size,
        accumulate=accumulate,
        clip_norm=0.01,
        callbacks=[Norms()],
    )
    assert len(seen) == 1
    assert seen[0] > 0.1  # before
    assert after_clipping[-1] == pytest.approx(0.01, rel=1e-3)
    start = np.concatenate([p.data.ravel() for p in linear().parameters()])
    assert np.linalg.norm(moved - start) == pytest.approx(0.1 * 0.01, rel=1e-3)


X, Y, W = data()
REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (None, {"class_weight": [1, 2]}, "class_weight is a list; write a dict, class_weight={0: 1.0, 1: 5.0}."),
    (None, {"class_weight": {"cat": 1.0}}, "class_weight has the class 'cat'; classes are 0, 1, ..."),
    (None, {"class_weight": {1: -1.0}}, "class_weight[1]=-1.0; it must be a number, 0 or more."),
    (None, {"class_weight": {1: np.inf}}, "class_weight[1]=inf; it must be a finite number."),
    (None, {"sample_weight": W[:5]}, "sample_weight has shape (5,); it must be (22,), a weight for each example."),
    (None, {"sample_weight": -W}, "sample_weight must hold finite numbers, 0 or more."),
    (None, {"sample_weight": W * np.nan}, "sample_weight must hold finite numbers, 0 or more."),
    (
        lambda p, t: ((p[:, 0] - t) ** 2).mean(),
        {"sample_weight": W},
        "weights of classes or examples need the loss of each example, and this loss has no `reduction`. Write",
    ),
    (
        lambda p, t, reduction="mean": ((p[:, 0] - t) ** 2).mean(),
        {"sample_weight": W},
        "without reduction the loss gives shape (), which is not one for each of the 8 weights of examples.",
    ),
]


@pytest.mark.parametrize(("loss", "options", "message"), REFUSED)
def test_weights_that_do_not_fit_are_refused(loss: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(nn.errors.ArgumentError) as caught:
        after(loss or nn.CrossEntropyLoss(), X, Y, batch_size=8, **options)
    assert str(caught.value).startswith(f"Trainer: {message}")


def test_class_weight_needs_classes() -> None:
    with pytest.raises(nn.errors.ArgumentError) as caught:
        after(nn.MSELoss(), X, X[:, :3], class_weight={0: 2.0})
    assert str(caught.value) == (
        "Trainer: class_weight needs classes, whole numbers (N,) or (N, 1), and y is of float64 and shape (22, 3). "
        "Write sample_weight=, with a weight for each example."
    )


def test_weights_that_a_loader_gives_are_checked_too() -> None:
    model = linear()
    trainer = nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=nn.optim.SGD(model.parameters(), lr=0.1))
    for weights in (-W, W * np.nan):
        with pytest.raises(nn.errors.ArgumentError, match="sample_weight must hold finite numbers, 0 or more"):
            trainer.fit([(X, Y, weights)], epochs=1, verbose=False)
