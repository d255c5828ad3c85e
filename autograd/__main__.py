"""The command line: ``python -m autograd "(x + y) * z" x=1 y=3 z=-3`` shows an expression and its gradients.

In words, as LaTeX, as NumPy code, as a picture, as a page to play; in words if nothing is asked for.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from autograd.compile.source import listing
from autograd.errors import AutogradError, ViewError
from autograd.tensor import Tensor
from autograd.viz import draw, explain, player
from autograd.viz.expression import ALONG_AN_AXIS, FUNCTIONS, evaluate, read_values

OPTION = re.compile(r"-h|--[A-Za-z][\w-]*(=.*)?", re.DOTALL)  # else a minus begins an expression: -x, -1*x, --sin(x)
WITH_FILE = ("--svg", "--png", "--pdf", "--dot", "--html")


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message:.200} (--help shows how to call it)", file=sys.stderr)
        raise SystemExit(2)

    def print_help(self, file: Any = None) -> None:  # noqa: ARG002  # argparse's
        show(self.format_help().rstrip())


def parser() -> argparse.ArgumentParser:
    described = OneLineParser(
        prog="python -m autograd",
        description="Show how an expression is computed and, by the chain rule, its gradients; in words by default.",
        epilog=f"Operators: + - * / ** % @. Constants: pi, e. Functions: {', '.join(sorted(FUNCTIONS))}. "
        f"An axis, axis=0, may be given to: {', '.join(sorted(ALONG_AN_AXIS))}.",
        allow_abbrev=False,
    )
    described.add_argument("expression", metavar="EXPR", help='for example "(x + y) * z"')
    described.add_argument(
        "values", nargs="*", metavar="name=value", help="a number, or a JSON array such as [[1,2],[3,4]]"
    )
    described.add_argument("--explain", action="store_true", help="print the chain rule in words (the default)")
    described.add_argument("--latex", action="store_true", help="print the chain rule as LaTeX")
    described.add_argument("--source", action="store_true", help="print value and gradients as NumPy code")
    for suffix in ("svg", "png", "pdf", "dot"):
        described.add_argument(f"--{suffix}", metavar="FILE", help=f"draw the graph, as .{suffix}")
    described.add_argument("--html", metavar="FILE", help="write a page that steps through the graph, .html")
    return described


def guarded(arguments: Sequence[str]) -> list[str]:
    """The arguments with a space before each minus sign that begins no option, which argparse would take for one."""
    given: list[str] = []
    positional = False
    for argument in arguments:
        if given and given[-1] in WITH_FILE:
            given.append(argument)
        elif argument == "--" and not positional:
            positional = True
        elif argument.startswith("-") and (positional or not OPTION.fullmatch(argument)):
            given.append(f" {argument}")
        else:
            given.append(argument)
    return given


def computed(expression: str, assignments: Sequence[str]) -> Tensor:
    """The expression's value, named f unless that name is taken."""
    values = read_values(assignments)
    result = evaluate(expression, values)
    if not isinstance(result, Tensor):
        return Tensor(result, name="f", requires_grad=False)
    name = "f"
    while name in values:
        name += "_"
    return result if result.op is None else result.named(name)


def show(text: str) -> None:
    """Print `text`; what nobody reads any more, as after ``| head -1``, is no error."""
    try:
        encoding = sys.stdout.encoding or "utf-8"
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)  # a name may be Greek
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more as it exits


def files(given: argparse.Namespace) -> dict[str, str]:
    """The files that were asked for, by their suffix; a name without it gets it."""
    found = {}
    for option in WITH_FILE:
        suffix = option.removeprefix("--")
        path = getattr(given, suffix)
        if path is None:
            continue
        if not Path(path).name or path.endswith("/") or Path(path).is_dir():
            raise ViewError(f"{option} {path!r}: this is the name of a folder, and not that of a file")
        found[suffix] = path if path.lower().endswith(f".{suffix}") else f"{path}.{suffix}"
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 2, after a line on stderr, for what it cannot do."""
    try:
        given = parser().parse_intermixed_args(guarded(sys.argv[1:] if arguments is None else arguments))
        paths = files(given)
        result = computed(given.expression, given.values)
        if given.explain or not (given.latex or given.source):
            show(str(explain(result)))
        if given.latex:
            show(str(explain(result, format="latex")))
        if given.source:
            show(listing(result).text)
        for suffix, path in paths.items():
            (player(result) if suffix == "html" else draw(result)).save(path)
    except (AutogradError, OSError) as error:
        print(f"python -m autograd: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("python -m autograd: interrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
