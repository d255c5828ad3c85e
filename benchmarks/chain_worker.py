"""One run of the long chain, in a process of its own: ``python -m benchmarks.chain_worker chainrule 1000000``.

It loads one library only, so that the peak of its memory is that library's. `long_chain` starts it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

DECAY = 0.99999  # a million of them still make a gradient that can be checked


def leaf(library: str) -> Any:
    """A scalar that the library traces."""
    if library == "chainrule":
        return import_module("autograd").Tensor(0.5)
    torch = import_module("torch")
    return torch.tensor(0.5, dtype=torch.float64, requires_grad=True)


def peak_memory() -> float:
    """The most memory that this process has held so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would also count what the process that started this one held
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    resource = import_module("resource")
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1e6  # macOS counts bytes


def run(library: str, ops: int) -> dict[str, float]:
    """Seconds for each phase; peak memory before and after; the gradient is checked."""
    found: dict[str, float] = {}

    @contextmanager
    def phase(name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        found[name] = time.perf_counter() - start

    x = leaf(library)
    found["empty"] = peak_memory()
    with phase("forward"):
        y = x
        for _ in range(ops // 2):
            y = y * DECAY
            y = y + 0.001
    with phase("backward"):
        y.backward()
    with phase("deletion"):
        del y
    error = abs(float(x.grad) / DECAY ** (ops // 2) - 1)
    assert error < 1e-6, f"the gradient is off by a factor of {error}"
    found["memory"] = peak_memory()
    return found


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], int(sys.argv[2]))))
