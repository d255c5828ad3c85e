"""The models of sequences: shapes, that none looks ahead, gradients, and what they are at the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd.testing import assert_gradients
from nn.models import GPT, CharacterRNN, LastPlace, ResidualMLP, RowReader
from nn.module import Module

LETTERS = 7
CELLS = ("rnn", "lstm", "gru")


def gpt() -> GPT:
    return GPT(LETTERS, 9, layers=2, heads=2, width=8, rng=np.random.default_rng(0))


def character_rnn(cell: str) -> Callable[[], CharacterRNN]:
    return lambda: CharacterRNN(cell, LETTERS, 6, width=5, rng=np.random.default_rng(0))


OF_TEXT = [gpt, *map(character_rnn, CELLS)]
IDS = ("gpt", *CELLS)


@pytest.mark.parametrize("make", OF_TEXT, ids=IDS)
def test_each_place_gets_logits_that_depend_on_the_places_up_to_there(make: Callable[[], Module]) -> None:
    model = make()
    x = np.random.default_rng(1).integers(0, LETTERS, (3, 9))
    y = model(x).data
    assert y.shape == (3, 9, LETTERS)
    for place in range(9):
        other = x.copy()
        other[:, place] = (x[:, place] + 1) % LETTERS
        changed = np.abs(model(other).data - y).max(axis=(0, 2)) > 1e-6
        assert changed.tolist() == [later >= place for later in range(9)]


@pytest.mark.parametrize("make", OF_TEXT, ids=IDS)
def test_gradients_of_models_of_text(make: Callable[[], Module]) -> None:
    model = make()
    for p in model.parameters():
        p.cast_(np.float64)
    x = np.random.default_rng(1).integers(0, LETTERS, (2, 4))
    weights = np.random.default_rng(2).normal(size=(2, 4, LETTERS))
    parameters = list(model.parameters())

    def loss(*values: object) -> object:
        return np.sum(nn.functional_call(model, dict(zip(names, values, strict=True)), x) * weights)

    names = [name for name, _ in model.named_parameters()]
    assert_gradients(loss, *(p.data for p in parameters))


def test_the_first_guess_of_a_gpt_is_that_all_letters_are_alike() -> None:
    model = GPT(65, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).integers(0, 65, (4, 64))
    loss = nn.functional.cross_entropy(np.reshape(model(x), (-1, 65)), x.ravel()[::-1].copy())
    assert loss.item() == pytest.approx(np.log(65), abs=0.1)


def test_a_gpt_reads_and_writes_with_the_same_table() -> None:
    model = gpt()
    assert sum(p.size for p in model.parameters()) == (LETTERS + 9) * 8 + 2 * (12 * 8 * 8 + 2 * 8) + 8
    nanogpt = GPT(65)
    assert sum(p.size for p in nanogpt.parameters()) == 65 * 128 + 64 * 128 + 4 * (12 * 128**2 + 2 * 128) + 128


def test_a_text_that_is_longer_than_a_gpt_has_places_is_refused() -> None:
    with pytest.raises(nn.errors.ArgumentError, match="9"):
        gpt()(np.zeros((1, 10), np.int64))


@pytest.mark.parametrize("cell", CELLS)
def test_an_image_is_read_from_its_first_row_to_its_last(cell: str) -> None:
    model = RowReader(cell, 5, 6, 3, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(2, 1, 4, 5)).astype(np.float32)
    y = model(x).data
    assert y.shape == (2, 3)
    hidden, _ = model.recurrent(x[:, 0])
    np.testing.assert_array_equal(y, model.classes(hidden[:, 3]).data)
    of_state = np.asarray(model.recurrent.weight_hh_l0.data)
    np.testing.assert_allclose(of_state.T @ of_state, np.eye(6), atol=1e-5)


def test_the_last_place_alone_is_kept_and_can_be_saved(tmp_path: Path) -> None:
    model = LastPlace(gpt())
    x = np.array([[1, 2, 3]])
    np.testing.assert_array_equal(model(x).data, model.model(x).data[:, -1])
    nn.save_model(model, tmp_path / "m.zip")
    np.testing.assert_array_equal(nn.load_model(tmp_path / "m.zip")(x).data, model(x).data)


@pytest.mark.parametrize("depth", [1, 30, 1000])
def test_residual_layers_keep_the_size_of_values_and_gradients_at_any_depth(depth: int) -> None:
    model = ResidualMLP(6, 32, 3, depth=depth, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(64, 6)).astype(np.float32)
    before = model.first(x)
    after = model.layers(before)
    assert 1 < np.var(after.data) / np.var(before.data) < 6  # e, but for chance
    nn.functional.cross_entropy(model(x), np.arange(64) % 3).backward()
    norms = [np.linalg.norm(layer.linear.weight.grad) for layer in model.layers]
    assert 0.1 < norms[0] / norms[-1] < 10


def test_a_gpt_gives_the_logits_of_pytorch_s_layers() -> None:
    torch = pytest.importorskip("torch")
    model, width = gpt(), 8
    x = np.random.default_rng(1).integers(0, LETTERS, (3, 9))
    state = {name: torch.tensor(p.data) for name, p in model.named_parameters()}
    h = state["letters.weight"][x] + state["places.weight"]
    ahead = torch.ones(9, 9, dtype=torch.bool).triu(1)
    names = {"attention": "self_attn", "expand": "linear1", "contract": "linear2"}
    for i in range(2):
        layer = torch.nn.TransformerEncoderLayer(
            width, 2, 4 * width, 0.0, "gelu", batch_first=True, norm_first=True, bias=False
        )
        prefix = f"blocks.{i}."
        own = [(name.removeprefix(prefix).partition("."), p) for name, p in state.items() if name.startswith(prefix)]
        layer.load_state_dict({names.get(part, part) + dot + rest: p for (part, dot, rest), p in own})
        h = layer(h, src_mask=ahead)
    h = torch.nn.functional.layer_norm(h, (width,), state["norm.weight"]) @ state["letters.weight"].T
    np.testing.assert_allclose(model(x).data, h.detach().numpy(), atol=1e-6)
