"""A loop of a recipe's own that was cut off goes on, and ends as if it had not been."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn import errors
from nn.models import RBM
from nn.recipes import rbm as recipe
from nn.recipes.resuming import resumable

V = (np.random.default_rng(5).random((250, 12)) < 0.4).astype(np.float32)


def learned(path: Path, persistent: bool, epochs: int = 3, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    rbm = RBM(12, 5, rng)
    recipe.learn(rbm, V, epochs, path, rng, persistent)
    return rbm.state_dict()


@pytest.mark.parametrize("persistent", [False, True])
def test_a_training_that_was_cut_off_ends_with_the_same_weights(
    persistent: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut_off(*arguments: Any) -> Iterator[int]:
        for epoch in resumable(*arguments):
            if epoch == 2:
                raise KeyboardInterrupt
            yield epoch

    whole = learned(tmp_path / "whole", persistent)
    with monkeypatch.context() as patch:
        patch.setattr(recipe, "resumable", cut_off)
        with pytest.raises(KeyboardInterrupt):
            learned(tmp_path / "parts", persistent)
    parts = learned(tmp_path / "parts", persistent)
    assert "it goes on after epoch 2 of 3" in capsys.readouterr().out
    again = learned(tmp_path / "parts", persistent)
    assert "parts holds this training, which is over\n" in capsys.readouterr().out
    for name, value in whole.items():
        np.testing.assert_array_equal(parts[name], value)
        np.testing.assert_array_equal(again[name], value)


def test_what_is_not_of_this_training_is_refused(tmp_path: Path) -> None:
    learned(tmp_path / "kept", False)
    with pytest.raises(errors.StateDictError, match="RBM"):
        next(resumable(tmp_path / "kept", 5, RBM(4, 4)))
    (tmp_path / "broken").write_bytes(b"no such file")
    with pytest.raises(errors.StateDictError, match="remove it, or write another folder"):
        next(resumable(tmp_path / "broken", 5, RBM(12, 5)))


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    epochs = resumable(tmp_path / "file" / "kept", 2, {"chain": np.zeros(2)})
    assert next(epochs) == 0
    with pytest.raises(errors.CheckpointError, match=r"checkpoint: .* cannot be written"):
        next(epochs)
