"""The MNIST perceptron, trained with `fit` by this project or by Keras, in a process that `keras_fit` starts and asks.

``python -P benchmarks/keras_fit_worker.py chainrule|compiled|keras``: prints its version as JSON, then answers
each line, until its input ends: ``["data", FOLDER, N]`` with what it trains on, N images of MNIST's or, where the
folder has no such files, arrays of their shape; ``["epoch"]`` with the seconds that one takes; ``["loss"]`` with the
loss of the last. It stays on as many cores as ``BENCHMARK_CORES`` says, where the system can hold it there.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

if __name__ == "__main__" and sys.argv[1] != "keras":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

__all__ = ["main"]

Epoch = Callable[[Any, Any], float]
FILES = {"train-images-idx3-ubyte": 16, "train-labels-idx1-ubyte": 8}  # and the lengths of their headers


def mnist(folder: str, count: int) -> tuple[Any, Any, str]:
    """Images (N, 784) in 0..1 and their classes, or as many random ones; and what they are, in words."""
    found = [path for name in FILES for path in sorted(Path(folder or ".").glob(f"**/{name}*"))[:1] if folder]
    if len(found) == len(FILES):
        raw = [(gzip.open if path.suffix == ".gz" else open)(path, "rb").read() for path in found]
        images, labels = (
            np.frombuffer(data, np.uint8, offset=header) for data, header in zip(raw, FILES.values(), strict=True)
        )
        x = images.reshape(-1, 784)[:count].astype(np.float32) / 255
        return x, labels[:count].astype(np.int64), f"{count:,} images of MNIST"
    rng = np.random.default_rng(0)
    return (
        rng.random((count, 784), dtype=np.float32),
        rng.integers(0, 10, count),
        f"{count:,} random images of MNIST's shape",
    )


def chainrule(*, compiled: bool = False) -> tuple[str, Epoch]:
    nn = import_module("nn")
    nn.manual_seed(0)
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 10))
    optimizer = nn.optim.Adam(model.parameters())
    loss = nn.CrossEntropyLoss()
    trainer = nn.Trainer(model, loss=loss, optimizer=optimizer, metrics=["accuracy"], compile=compiled)
    return import_module("autograd").__version__, lambda x, y: trainer.fit(
        x, y, epochs=1, batch_size=32, verbose=False
    )["loss"][-1]


def keras() -> tuple[str, Epoch]:
    keras = import_module("keras")
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential([layers.Input((784,)), layers.Dense(128, "relu"), layers.Dropout(0.2), layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return (
        f"{keras.__version__} on {keras.backend.backend().upper()}",
        lambda x, y: model.fit(x, y, epochs=1, batch_size=32, verbose=0).history["loss"][-1],
    )


def main() -> None:
    if hasattr(os, "sched_setaffinity"):  # before any library starts its threads
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(os.environ["BENCHMARK_CORES"])])
    libraries: dict[str, Callable[[], tuple[str, Epoch]]]
    libraries = {"chainrule": chainrule, "compiled": partial(chainrule, compiled=True), "keras": keras}
    version, epoch = libraries[sys.argv[1]]()
    print(json.dumps(version), flush=True)
    x = y = loss = None
    for line in sys.stdin:
        answer: Any
        match json.loads(line):
            case ["data", folder, count]:
                x, y, answer = mnist(folder, count)
            case ["epoch"]:
                start = time.perf_counter()
                loss = epoch(x, y)
                answer = time.perf_counter() - start
            case ["loss"]:
                answer = loss
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
