"""What all tests share: Hypothesis's settings, figures without a screen, a frozen heap, a generator, a browser."""

import gc
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

os.environ.setdefault("MPLBACKEND", "Agg")
if "PYTEST_XDIST_WORKER" in os.environ:  # before NumPy loads: one process per core, so one thread per process
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

INSTALLED = bool(entry_points(group="pytest11", name="chainrule"))  # pytest then has the plugin of ours by itself
pytest_plugins = ["pytester"] if INSTALLED else ["pytester", "autograd.testing.pytest_chainrule"]

# No deadline anywhere: a garbage collection or a busy machine is not a failure. In CI the same examples every time.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.register_profile("fuzz", settings.get_profile("default"), max_examples=2000)  # `make fuzz`
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))

FUZZING = settings.get_current_profile_name() == "fuzz"
few = settings(max_examples=200 if FUZZING else 4)  # where there are many tests


def pytest_collection_finish() -> None:
    """Take what is there for good, modules and tests, out of garbage collection: half a second less for each full one.

    Some tests ask for several, and the interpreter asks for hundreds.
    """
    gc.freeze()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The Chromium of the system, driven by Playwright: one for all tests, as its driver cannot be started twice."""
    playwright = pytest.importorskip("playwright.sync_api")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on PATH")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def artefacts(tmp_path: Path) -> Path:
    """Where screenshots are kept: the folder that CHAINRULE_ARTEFACTS names."""
    folder = Path(os.environ.get("CHAINRULE_ARTEFACTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
