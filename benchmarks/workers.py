"""A library in a process of its own, which runs what it is asked to and waits in between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

__all__ = ["KEPT_HEAP", "PAUSE", "Worker", "environment", "threads"]


def threads(count: int) -> dict[str, str]:
    """The variables that give every library so many threads."""
    return dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(count))


#: a heap that is kept, else the order of allocations decides who asks the system for memory again and again
KEPT_HEAP = dict.fromkeys(("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_"), str(2**28))
#: Seconds, in which the threads of the library that ran last stop waiting for work: OpenBLAS's spin for longer
#: than a twentieth, and whoever is measured next takes half again as long.
PAUSE = 0.5


def environment(home: Path, packages: tuple[str, ...], quick: bool) -> str | None:
    """The Python of an environment of the packages' own, made if need be; None where it is not to be had."""
    python = home / "bin" / "python"
    if not python.exists():
        if quick:
            return None
        print(f"Installing {', '.join(packages)} into {home.name} ...", file=sys.stderr)
        try:
            for command in (
                [sys.executable, "-m", "venv", "--without-pip", str(home)],
                [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", *packages],
            ):
                subprocess.run(command, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{packages[0]} is left out: {error}", file=sys.stderr)
            return None
    return str(python)


class Worker:
    """A script that prints the version of its library, and then a line of JSON for each line that it reads."""

    def __init__(self, script: Path, library: str, python: str, variables: dict[str, str], stack: ExitStack) -> None:
        self.name = script.name
        self.process = stack.enter_context(
            subprocess.Popen(
                [python, "-P", str(script), library],
                env=os.environ | variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        self.version = self.answer()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self.process.wait()}")
        return json.loads(line)

    def ask(self, *question: Any) -> Any:
        assert self.process.stdin is not None
        print(json.dumps(question), file=self.process.stdin, flush=True)
        return self.answer()
