"""What the recipes about text are made of: pieces, the bigram model, the loss by place, writing on; names as arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.models import CharacterRNN
from nn.module import Module
from nn.recipes import names, standins
from nn.recipes.run import Run
from nn.recipes.text import Excerpts, by_place, neighbours, next_letter, pieces, plays


class Next(Module):
    """Sure that the letter after each is the next of three."""

    def forward(self, x: Any) -> Any:
        return 1e3 * np.eye(3)[(np.asarray(x) + 1) % 3]


def test_a_piece_is_followed_by_what_follows_each_of_its_letters() -> None:
    x, y = pieces(np.arange(10), np.array([0, 6]), 3)
    assert x.tolist() == [[0, 1, 2], [6, 7, 8]]
    assert y.tolist() == [[1, 2, 3], [7, 8, 9]]


def test_excerpts_are_drawn_anew_and_the_same_from_the_same_seed() -> None:
    def of(seed: int) -> list[Any]:
        excerpts = Excerpts(np.arange(50), 4, batch=3, steps=2, rng=np.random.default_rng(seed))
        assert len(excerpts) == 2
        return [batch for _ in range(2) for batch in excerpts]

    first = of(0)
    assert [x.shape for x, _ in first] == [(3, 4)] * 4
    assert all((y == x + 1).all() for x, y in first)
    assert len({x.tobytes() for x, _ in first}) == 4
    assert all(
        (a == b).all() for pair, other in zip(first, of(0), strict=True) for a, b in zip(pair, other, strict=True)
    )


def test_the_text_that_is_kept_apart_is_its_last_tenth(tmp_path: Path) -> None:
    text = plays(Run(tmp_path, quick=True), 16)
    whole = standins.shakespeare()
    assert text.written(text.train) == whole[: len(whole) * 9 // 10]
    x, y = text.test
    assert text.written(x.ravel()) == whole[len(text.train) :][: x.size]
    assert text.written(y[:, -1]) == whole[len(text.train) + 16 :: 16][: len(y)]


def test_the_bigram_model_counts_once_more_than_was_seen() -> None:
    x, y = np.array([[0, 1, 0, 0]]), np.array([[1, 0, 1, -100]])
    # after 0: 1 seen twice, so 1/4 and 3/4; after 1: 0 seen once, 2/3 and 1/3
    test = np.array([[0, 0, 1, 1]]), np.array([[0, 1, 0, -100]])
    assert neighbours(x, y, test, 2) == pytest.approx(-np.log([1 / 4, 3 / 4, 2 / 3]).mean())


def test_the_loss_by_place_is_a_mean_over_the_places_that_count() -> None:
    logits, y = np.random.default_rng(0).normal(size=(2, 3, 4)), np.array([[0, 3, -100], [2, -100, -100]])
    chances = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    wanted = -np.log([chances[0, 0, 0], chances[0, 1, 3], chances[1, 0, 2]]).mean()
    assert float(by_place(logits, y)) == pytest.approx(wanted)


def test_letters_are_drawn_as_the_model_says() -> None:
    model, rng = Next(), np.random.default_rng(0)
    tokens = [0]
    for _ in range(5):
        tokens.append(next_letter(model, tokens, rng))
    assert tokens == [0, 1, 2, 0, 1, 2]
    drawn = [next_letter(model, [0], rng, warmth=1e9) for _ in range(60)]
    assert set(drawn) == {0, 1, 2}  # so warm that all are alike


def test_a_name_is_its_letters_and_an_end_that_counts_and_the_rest_does_not(tmp_path: Path) -> None:
    (x, y), (x_test, _) = names.split(Run(tmp_path, quick=True))
    assert len(x) + len(x_test) == len(standins.names())
    assert (x[:, 0] == 0).all()
    for row, labels in zip(x[:20], y[:20], strict=True):
        end = labels.tolist().index(0)
        assert "".join(names.LETTERS[i] for i in labels[:end]) in standins.NAMES
        assert row[1 : end + 1].tolist() == labels[:end].tolist()
        assert set(labels[end + 1 :]) <= {names.NOTHING}


def test_each_letter_that_counts_stands_alone_with_the_one_after_it() -> None:
    x, y = names.alone(np.array([[0, 5, 6], [0, 7, 0]]), np.array([[5, 6, 0], [7, 0, -100]]))
    assert np.concatenate([x, y], axis=1).tolist() == [[0, 5], [5, 6], [6, 0], [0, 7], [7, 0]]


def test_a_name_ends_with_the_dot() -> None:
    class Stop(Module):
        def forward(self, x: Any) -> Any:
            return np.tile(1e3 * np.eye(27)[0], (*np.shape(x), 1))

    assert names.name_from(Stop(), "k", np.random.default_rng(0)) == "k"


def test_what_is_saved_says_how_a_beginning_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(tmp_path, quick=True)
    names.one_to_many(run)
    (tmp_path / "begun.txt").write_text("em\n")
    bundle = nn.sharing.load_bundle(tmp_path / "model.zip")
    assert bundle.input is not None
    chances = bundle.probabilities(bundle.input.read(tmp_path / "begun.txt"))
    assert chances.shape == (1, 27)
    assert chances.sum() == pytest.approx(1, abs=1e-5)


def test_a_training_with_excerpts_that_is_cut_off_within_an_epoch_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    class Cut(nn.Callback):
        def on_batch_end(self, trainer: nn.Trainer) -> None:
            if trainer.step == 7:
                raise InterruptedError

    def train(folder: str, *callbacks: nn.Callback) -> Any:
        rng = np.random.default_rng(0)
        model = CharacterRNN("gru", 5, 4, width=3, rng=rng)
        optimizer = nn.optim.Adam(model.parameters())
        trainer = nn.Trainer(model, loss=by_place, optimizer=optimizer, rng=rng)
        batches = Excerpts(np.arange(60) % 5, 6, batch=2, steps=5, rng=rng)
        kept = nn.Checkpoint(tmp_path / folder, every_steps=1)
        trainer.fit(batches, epochs=2, callbacks=callbacks, checkpoint=kept, verbose=False)
        return [p.data for p in model.parameters()]

    whole = train("whole")
    with pytest.raises(InterruptedError):
        train("cut", Cut())
    assert all(map(np.array_equal, whole, train("cut")))
