"""The command line: ``python -m nn demo`` and ``predict``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from autograd.errors import AutogradError
from nn.recipes import demo
from nn.sharing import predict

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status, or 2 after one line on stderr if it cannot run.

    A reader that goes away (``| head``) and Ctrl-C also end it with one line.
    """
    options = parser().parse_args(arguments)
    status = 2
    try:
        result: int = options.run(options)
        sys.stdout.flush()
        return result
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter fails when it flushes
        problem = "nobody reads the output"
    except OSError as error:
        place = error.filename or options.out
        problem = f"cannot {options.does} {place}: {error.strerror}" if place else f"cannot print: {error.strerror}"
    except AutogradError as error:
        problem = str(error)
    except KeyboardInterrupt:
        problem, status = "interrupted", 130
    print(f"python -m nn {options.command}: {problem}", file=sys.stderr)
    return status


def run_demo(options: argparse.Namespace) -> int:
    """The demo: status 1 if the gradients are wrong."""
    return 0 if demo.run(options.out, options.epochs, options.seed).report.passed else 1


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}", file=sys.stderr)
        raise SystemExit(2)


def integer_from(least: int) -> Callable[[str], int]:
    """A reader of integers that are not below `least`."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"{text}: it must be an integer, {least} or more")
        return value

    return read


def parser() -> argparse.ArgumentParser:
    """What may be asked for."""
    commands = OneLineParser(prog="python -m nn", description="Neural networks on chainrule's autograd.")
    found = commands.add_subparsers(metavar="command", dest="command", required=True)
    about = "draw a graph, train a network on digits, check its gradients"
    tour = found.add_parser("demo", help=about, allow_abbrev=False)
    tour.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help="where to write (default: ./demo)")
    tour.add_argument("--epochs", type=integer_from(1), default=40, help="how long to train (default: 40)")
    tour.add_argument("--seed", type=integer_from(0), default=0, help="of weights, dropout and shuffling (default: 0)")
    tour.set_defaults(run=run_demo, does="write to")
    predict.add(found)
    return commands


if __name__ == "__main__":
    sys.exit(main())
