"""Training steps of usual models, by this project or by PyTorch, in a process that `training` starts and asks.

``python -P benchmarks/training_worker.py chainrule|pytorch``: prints the version of the library as JSON, then answers
each line ``["time", NAME, CALLS]`` with the seconds that a step takes, and ``["memory", NAME]`` with the bytes by which
the process grows at its peak in three steps, until its input ends. Both run the same text, as `nn` has PyTorch's names.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

if sys.argv[1:] == ["pytorch"]:
    import torch
    from torch import nn, optim

    version, as_input, stack = torch.__version__, torch.from_numpy, torch.stack
    torch.manual_seed(0)
else:
    import autograd
    import nn
    from nn import optim

    version, as_input, stack = autograd.__version__, np.asarray, np.stack
    nn.manual_seed(0)

__all__ = ["PROGRAMS"]

Step = Callable[[], Any]
library: Any = nn
F: Any = nn.functional
rng = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    return as_input(rng.standard_normal(shape, dtype=np.float32))


def classes(count: int, *shape: int) -> Any:
    return as_input(rng.integers(0, count, shape))


def training(loss: Callable[[], Any], optimizer: Any) -> Step:
    """One step: gradients from nothing, forward, backward, update."""

    def step() -> None:
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return step


def classifier(model: Any, x: Any, count: int) -> Step:
    y = classes(count, len(x))
    return training(lambda: F.cross_entropy(model(x), y), optim.Adam(model.parameters()))


def perceptron(batch: int) -> Step:
    model = library.Sequential(library.Linear(784, 128), library.ReLU(), library.Dropout(0.2), library.Linear(128, 10))
    return classifier(model, normal(batch, 784), 10)


def one_convolution() -> Step:
    model = library.Sequential(
        *(library.Conv2d(1, 32, 3), library.ReLU(), library.MaxPool2d(2), library.Flatten()),
        *(library.Linear(5408, 128), library.ReLU(), library.Linear(128, 10)),
    )
    return classifier(model, normal(32, 1, 28, 28), 10)


def two_convolutions() -> Step:
    model = library.Sequential(
        *(library.Conv2d(1, 32, 3), library.ReLU(), library.Conv2d(32, 64, 3), library.ReLU(), library.MaxPool2d(2)),
        *(library.Dropout(0.25), library.Flatten(), library.Linear(9216, 128), library.ReLU()),
        *(library.Dropout(0.5), library.Linear(128, 10)),
    )
    return classifier(model, normal(128, 1, 28, 28), 10)


class LastOf(library.Module):  # type: ignore[misc]
    """A recurrent layer and a linear one that reads its last output."""

    def __init__(self, recurrent: Any, width: int) -> None:
        super().__init__()
        self.recurrent, self.head = recurrent, library.Linear(width, 10)

    def forward(self, x: Any) -> Any:
        return self.head(self.recurrent(x)[0][:, -1])


class Loop(library.Module):  # type: ignore[misc]
    """A cell, called for each step of the sequence, and a linear layer that reads the last state."""

    def __init__(self, cell: Any, width: int) -> None:
        super().__init__()
        self.cell, self.head = cell, library.Linear(width, 10)

    def forward(self, x: Any) -> Any:
        h = None
        for t in range(x.shape[1]):
            h = self.cell(x[:, t], h)
        return self.head(h)


class Transformer(library.Module):  # type: ignore[misc]
    """A language model: embeddings of tokens and places, layers that look back only, and the next token's logits."""

    def __init__(self, vocabulary: int, length: int, width: int, heads: int, depth: int) -> None:
        super().__init__()
        self.tokens, self.places = library.Embedding(vocabulary, width), library.Embedding(length, width)
        layers = [
            library.TransformerEncoderLayer(
                width, heads, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
            )
            for _ in range(depth)
        ]
        self.layers, self.norm = library.ModuleList(layers), library.LayerNorm(width)
        self.head = library.Linear(width, vocabulary, bias=False)
        self.numbers = as_input(np.arange(length))
        self.mask = as_input(np.triu(np.ones((length, length), dtype=bool), 1))

    def forward(self, x: Any) -> Any:
        x = self.tokens(x) + self.places(self.numbers)
        for layer in self.layers:
            x = layer(x, src_mask=self.mask, is_causal=True)
        return self.head(self.norm(x))


def language_model() -> Step:
    model = Transformer(65, 64, 128, 4, 2)
    x, y = classes(65, 16, 64), classes(65, 16 * 64)
    return training(lambda: F.cross_entropy(model(x).reshape(-1, 65), y), optim.AdamW(model.parameters(), lr=3e-4))


PROGRAMS: dict[str, Callable[[], Step]] = {
    "MLP, batch 32": lambda: perceptron(32),
    "MLP, batch 128": lambda: perceptron(128),
    "tutorial CNN, batch 32": one_convolution,
    "two-conv CNN, batch 128": two_convolutions,
    "LSTM, batch 64": lambda: classifier(LastOf(library.LSTM(32, 128, batch_first=True), 128), normal(64, 100, 32), 10),
    "RNN loop, batch 32": lambda: classifier(Loop(library.RNNCell(32, 64), 64), normal(32, 100, 32), 10),
    "GRU loop, batch 32": lambda: classifier(Loop(library.GRUCell(32, 64), 64), normal(32, 100, 32), 10),
    "GPT, batch 16": language_model,
}


def seconds(step: Step, calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        step()
    return (time.perf_counter() - start) / calls


def peak() -> int:
    """The most bytes of memory that the process has had; not from `getrusage`, which counts its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


def growth(name: str) -> int:
    """The bytes by which the process grows at its peak; to be asked of a fresh one."""
    before = peak()
    seconds(PROGRAMS[name](), 3)
    return peak() - before


def main() -> None:
    print(json.dumps(version), flush=True)
    steps: dict[str, Step] = {}
    for line in sys.stdin:
        what, name, *calls = json.loads(line)
        if what == "memory":
            print(json.dumps(growth(name)), flush=True)
            continue
        if name not in steps:
            steps.clear()  # one model at a time
            steps[name] = PROGRAMS[name]()
            seconds(steps[name], 3)
        print(json.dumps(seconds(steps[name], *calls)), flush=True)


if __name__ == "__main__":
    main()
