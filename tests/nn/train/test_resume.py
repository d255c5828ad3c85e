"""A training that is killed, at whatever moment, and resumed ends with the weights of one that was not, bit by bit."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("killed.py")
KILLS = int(os.environ.get("KILLS", "1"))  # of each of the loaders; `make kills` has 8
LOADERS = ("arrays", "compiled", "with-state", "without-state")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def start(folder: Path, loader: str, *moment: str) -> subprocess.Popen[str]:
    """The program, when it begins to train."""
    command = [sys.executable, str(PROGRAM), str(folder), loader, *moment]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n", process.communicate()[1]
    return process


def end(process: subprocess.Popen[str]) -> None:
    _, error = process.communicate(timeout=60)
    assert process.returncode == 0, error


def results(folder: Path) -> tuple[bytes, str]:
    """The weights at the end and the log of all epochs."""
    left = [path.name for path in (folder / "run").iterdir()]
    assert left == ["checkpoint.safetensors"]  # and nothing half-written
    return (folder / "final.safetensors").read_bytes(), (folder / "log.csv").read_text()


class Whole(NamedTuple):
    """What a training gives that nobody kills, and how long it takes."""

    results: tuple[bytes, str]
    seconds: float


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Whole]:
    @cache
    def run(loader: str) -> Whole:
        folder = tmp_path_factory.mktemp(loader)
        process = start(folder, loader)
        begun = time.monotonic()
        end(process)
        return Whole(results(folder), time.monotonic() - begun)

    return run


def killed_again_and_again(tmp: Path, loader: str, kills: int, whole: Whole) -> list[float]:
    """Kill at random moments, resume, kill again; whenever a training comes to its end, compare, and begin another."""
    rng = np.random.default_rng()
    moments: list[float] = []
    trainings = 0
    while len(moments) < kills:
        folder = tmp / f"killed-{trainings}"
        process = start(folder, loader)
        moment = rng.uniform(0, 0.7 * whole.seconds)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            moments.append(moment)
        else:
            end(process)
            assert results(folder) == whole.results
            trainings += 1
    end(start(folder, loader))
    assert results(folder) == whole.results
    return moments


@pytest.mark.parametrize("loader", LOADERS)
def test_killed_at_random_moments_it_ends_with_the_same_weights(
    tmp_path: Path, uninterrupted: Callable[[str], Whole], loader: str
) -> None:
    assert len(killed_again_and_again(tmp_path, loader, KILLS, uninterrupted(loader))) == KILLS


@pytest.mark.parametrize("moment", ["write", "flush", "rename"])
def test_killed_while_it_saves_it_ends_with_the_same_weights(
    tmp_path: Path, uninterrupted: Callable[[str], Whole], moment: str
) -> None:
    folder = tmp_path / "killed"
    process = start(folder, "arrays", moment, "20")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    found = sorted(path.name for path in (folder / "run").iterdir())
    assert len(found) == 2  # the checkpoint of before, and what was half-written
    end(start(folder, "arrays"))
    assert results(folder) == uninterrupted("arrays").results
