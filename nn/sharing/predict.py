"""``python -m nn predict MODEL FILE``: what a saved model says of an image, of the rows of a CSV file, or of a text."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np

from nn import errors
from nn.sharing.bundle import Bundle, load_bundle

__all__ = ["add", "add_model", "loaded", "run"]


def add(commands: Any) -> None:
    """Add the command to those of a parser."""
    about = "print what a saved model says of an image, of rows of numbers, or of a text"
    command = commands.add_parser("predict", help=about, description=about, allow_abbrev=False)
    add_model(command)
    command.add_argument(
        "file", type=Path, metavar="FILE", help="an image, a CSV file with a row for each input, or a text"
    )
    command.add_argument("--top", type=int, default=5, metavar="N", help="how many classes to print (default: 5)")
    command.set_defaults(
        run=lambda options: run(options.model, options.file, options.top, options.classes), does="read", out=""
    )


def add_model(command: Any) -> None:
    """Add the arguments of a command that loads a model."""
    command.add_argument("model", type=Path, metavar="MODEL", help="a folder or zip that nn.save_model wrote")
    command.add_argument(
        "--classes", type=Path, metavar="FILE.py", help="run this file first: it registers the model's own classes"
    )


def loaded(model: Path, classes: Path | None) -> Bundle:
    """The model of these arguments."""
    if classes is not None:
        runpy.run_path(str(classes))
    return load_bundle(model)


def run(model: Path, file: Path, top: int = 5, classes: Path | None = None) -> int:
    """Print a prediction for each input; return the exit status.

    Raises `ModelFileError` for files that are not what they should be, and `OSError`.
    """
    if top < 1:
        raise errors.ArgumentError(f"--top {top}: it must be 1 or more")
    bundle = loaded(model, classes)
    if bundle.input is None:
        raise errors.ModelFileError(f"{model} does not say what it reads. Give nn.save_model an input=.")
    x = bundle.input.read(file)
    if bundle.output == "values":
        for row in np.asarray(bundle.predict(x)).reshape(len(x), -1):
            print("  ".join(f"{value:.6g}" for value in row))
        return 0
    for i, row in enumerate(bundle.probabilities(x)):
        if len(x) > 1:
            print(f"row {i + 1}:")
        show(bundle, row, top)
    return 0


def show(bundle: Bundle, row: Any, top: int) -> None:
    """The likeliest classes with their probabilities, a line for each."""
    names = bundle.classes or tuple(map(str, range(len(row))))
    width = max(map(len, names))
    for i in np.argsort(-row, kind="stable")[:top]:
        print(f"{names[i]:{width}}  {row[i]:7.2%}")
