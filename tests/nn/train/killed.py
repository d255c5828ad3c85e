"""A training to be killed, in a process of its own: ``python killed.py FOLDER LOADER [MOMENT NUMBER]``.

It says "go" when it begins to train, and leaves the final weights in FOLDER/final.safetensors. All that a checkpoint
holds is in it: dropout from two generators, running means of batch norm, momenta, a schedule, early stopping,
accumulated batches. With MOMENT it kills itself: the NUMBER-th time that a checkpoint is written, flushed, renamed.
"""

import math
import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import nn

EPOCHS, EXAMPLES, BATCH = 12, 60, 8


class Noisy(nn.Module):
    """Adds noise from NumPy's global generator and Python's own, as a user's layer may."""

    def forward(self, x: Any) -> Any:
        return x + np.float32(1e-3 * (np.random.rand() + random.random())) if self.training else x  # noqa: NPY002


class WithState:
    """A loader that keeps its place, with an rng of its own."""

    def __init__(self, x: Any, y: Any, seed: int) -> None:
        self.x, self.y, self.seed, self.position, self.epoch, self.resumed = x, y, seed, 0, 0, False

    def __len__(self) -> int:
        return math.ceil(len(self.x) / BATCH)

    def __iter__(self) -> Iterator[Any]:
        if not self.resumed:
            self.position = 0
        self.resumed = False
        order = np.random.default_rng([self.seed, self.epoch]).permutation(len(self.x))
        while self.position < len(self):
            rows = order[BATCH * self.position : BATCH * (self.position + 1)]
            self.position += 1
            yield self.x[rows], self.y[rows]
        self.epoch, self.position = self.epoch + 1, 0

    def state_dict(self) -> dict[str, Any]:
        return {"position": self.position, "epoch": self.epoch}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.position, self.epoch, self.resumed = state_dict["position"], state_dict["epoch"], True


class WithoutState:
    """A loader that shuffles and adds noise from one rng, and says neither its length nor its place."""

    def __init__(self, x: Any, y: Any, rng: np.random.Generator) -> None:
        self.x, self.y, self.rng = x, y, rng

    def __iter__(self) -> Iterator[Any]:
        order = self.rng.permutation(len(self.x))
        for start in range(0, len(self.x), BATCH):
            rows = order[start : start + BATCH]
            yield self.x[rows] + self.rng.normal(0, 1e-3, (len(rows), 5)), self.y[rows]


def die_at(moment: str, number: int) -> None:
    """Kill this process the `number`-th time that a checkpoint is half written, to be flushed, or to be renamed."""
    places: dict[str, tuple[Any, str]] = {
        "write": (Path, "open"),
        "flush": (os, "fsync"),
        "rename": (Path, "replace"),
    }
    seen, opened = 0, ""
    open_file = Path.open

    def opening(path: Path, *args: Any) -> Any:
        nonlocal opened
        opened = str(path)
        return open_file(path, *args)

    Path.open = opening  # type: ignore[method-assign, assignment]
    owner, name = places[moment]
    function = getattr(owner, name)

    def dying(*args: Any) -> Any:
        nonlocal seen
        result = function(*args) if moment == "write" else None
        seen += "checkpoint.safetensors" in opened
        if seen == number:
            if moment == "write":
                result.write(bytes(100))
                result.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        return result if moment == "write" else function(*args)

    setattr(owner, name, dying)


def main(folder: str, loader: str, moment: str = "", number: str = "0") -> None:
    nn.manual_seed(3)
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    rng = np.random.default_rng(1)
    x = rng.normal(size=(EXAMPLES, 5)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    compiled = loader == "compiled"  # which such noise cannot be
    noisy = nn.Identity() if compiled else Noisy()
    model = nn.Sequential(
        *(nn.Linear(5, 12, rng=rng), nn.BatchNorm1d(12), nn.Tanh(), nn.Dropout(0.2, rng=rng), noisy),
        *(nn.Linear(12, 8, rng=rng), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 2, rng=rng)),
    )
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    trainer = nn.Trainer(
        model,
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        metrics=["accuracy"],
        scheduler=nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1),
        rng=np.random.Generator(np.random.MT19937(5)),
        doctor=not compiled,  # who would have the first batches trained on with a graph
        compile=compiled,
    )
    callbacks = [
        nn.callbacks.LRScheduler(nn.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, 200), every="step"),
        nn.callbacks.EarlyStopping("val_loss", patience=50),
        nn.callbacks.CSVLogger(Path(folder) / "log.csv"),
    ]
    data: Any = {
        "arrays": lambda: (x, y),
        "compiled": lambda: (x, y),
        "with-state": lambda: (WithState(x, y, 4),),
        "without-state": lambda: (WithoutState(x, y, np.random.default_rng(6)),),
    }[loader]()
    if moment:
        die_at(moment, int(number))
    print("go", flush=True)
    trainer.fit(
        *data,
        epochs=EPOCHS,
        batch_size=BATCH,
        validation_data=(x[:20], y[:20]),
        callbacks=callbacks,
        accumulate=2,
        clip_norm=5.0,
        verbose=False,
        checkpoint=nn.Checkpoint(Path(folder) / "run", every_steps=1),
    )
    assert trainer.compiled is None or not trainer.compiled.refused
    nn.save(model, Path(folder) / "final.safetensors")


if __name__ == "__main__":
    main(*sys.argv[1:])
