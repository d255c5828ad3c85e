"""Connectionist temporal classification against its definition, at extremes, and what it refuses."""

from collections.abc import Callable
from itertools import groupby, product
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, grad
from nn import functional

INF = np.inf


def spelled(way: tuple[int, ...]) -> list[int]:
    """What a way says: repetitions are one, blanks (0) nothing."""
    return [label for label, _ in groupby(way) if label]


@pytest.mark.parametrize("target", [[], [1], [1, 2], [1, 1], [2, 1, 2]])
def test_ctc_sums_over_all_ways_to_spell_the_target(rng: np.random.Generator, target: list[int]) -> None:
    log_probs = functional.log_softmax(rng.normal(size=(5, 3)), -1)
    ways = [way for way in product(range(3), repeat=5) if spelled(way) == target]
    expected = -np.log(sum(np.exp(sum(log_probs[t, label] for t, label in enumerate(way))) for way in ways))
    lengths = (np.array(5), np.array(len(target)))
    assert functional.ctc_loss(log_probs, np.array(target, int), *lengths, reduction="sum") == pytest.approx(expected)


@pytest.mark.parametrize("zero_infinity", [False, True])
def test_ctc_of_a_target_that_is_too_long(zero_infinity: bool) -> None:
    x = Tensor(np.log(np.full((2, 2, 3), 1 / 3)))
    loss = functional.ctc_loss(x, [[1, 1], [1, 2]], [2, 2], [2, 2], 0, "none", zero_infinity)
    np.testing.assert_allclose(loss.data, [0 if zero_infinity else INF, 2 * np.log(3)])
    loss.sum().backward()
    assert x.grad[:, 0].tolist() == [[0, 0, 0], [0, 0, 0]]
    np.testing.assert_allclose(x.grad[:, 1], [[0, -1, 0], [0, 0, -1]], atol=1e-15)


def test_ctc_takes_probabilities_of_0_and_very_small_ones() -> None:
    for least in (-INF, -1e4):
        x = Tensor(np.array([[least, 0.0], [0.0, least]])[:, None])
        loss = functional.ctc_loss(x, [[1]], [2], [1])
        loss.backward()
        assert loss.item() == 0
        assert x.grad[:, 0].tolist() == [[0, -1], [-1, 0]]


def test_ctc_of_long_sequences_in_float32(rng: np.random.Generator) -> None:
    x = rng.normal(0, 5, (400, 1, 20))
    targets, lengths = rng.integers(1, 20, (1, 50)), (np.array([400]), np.array([50]))

    def loss(x: Any) -> Any:
        return functional.ctc_loss(functional.log_softmax(x, -1), targets, *lengths)

    narrowed = x.astype(np.float32)
    assert loss(narrowed) == pytest.approx(loss(x), rel=1e-5)
    np.testing.assert_allclose(grad(loss)(narrowed), grad(loss)(x), atol=3e-4 * np.max(np.abs(grad(loss)(x))))


def test_ctc_of_inputs_without_steps() -> None:
    x = np.zeros((3, 2, 2))
    assert functional.ctc_loss(x, [[1], [1]], [0, 0], [0, 1], 0, "none").tolist() == [0, INF]
    assert not grad(functional.ctc_loss)(x, [[1], [1]], [0, 3], [0, 1])[:, 0].any()


LABEL, SHAPE, ARGUMENT = nn.errors.LabelError, nn.errors.ShapeError, nn.errors.ArgumentError
LOG, ROW = np.zeros((4, 2, 3)), np.zeros(3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: functional.ctc_loss(ROW, [1], 4, 1), SHAPE, "log_probs of shape (3,); they must be (T, N, C)"),
        (lambda: functional.ctc_loss(LOG, [[1], [0]], [4, 4], [1, 1]), LABEL, "in 0..2, and not 0, the blank."),
        (lambda: functional.ctc_loss(LOG, [[1], [1]], [4, 4], [1, 1], 3), ARGUMENT, "blank=3; it must be a class"),
        (lambda: functional.ctc_loss(LOG, [[1], [1]], [4, 5], [1, 1]), ARGUMENT, "they must be in 0..4."),
        (lambda: functional.ctc_loss(LOG, [[1], [1]], [4], [1, 1]), SHAPE, "one for each sequence: (2,)."),
        (lambda: functional.ctc_loss(LOG, [1, 1, 1], [4, 4], [1, 1]), SHAPE, "they must be (2, S), or (2,), the sum"),
        (lambda: functional.ctc_loss(LOG, [[1.0], [1.0]], [4, 4], [1, 1]), LABEL, "integers, not float64."),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)
