"""The command line: ``python -m nn demo``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from autograd.errors import MissingDependencyError
from nn.recipes import demo

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status: 1 if the gradients are wrong, 2 after one line on stderr if it cannot run.

    A reader that goes away (``| head``) and Ctrl-C also end it with one line.
    """
    options = parser().parse_args(arguments)
    status = 2
    try:
        result = demo.run(options.out, options.epochs, options.seed)
        sys.stdout.flush()
        return 0 if result.report.passed else 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter fails when it flushes
        problem = "nobody reads the output"
    except OSError as error:
        problem = f"cannot write to {error.filename or options.out}: {error.strerror}"
    except MissingDependencyError as error:
        problem = str(error)
    except KeyboardInterrupt:
        problem, status = "interrupted", 130
    print(f"python -m nn demo: {problem}", file=sys.stderr)
    return status


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
    add = commands.add_subparsers(metavar="command", required=True).add_parser
    tour = add("demo", help="draw a graph, train a network on digits, check its gradients", allow_abbrev=False)
    tour.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help="where to write (default: ./demo)")
    tour.add_argument("--epochs", type=integer_from(1), default=40, help="how long to train (default: 40)")
    tour.add_argument("--seed", type=integer_from(0), default=0, help="of weights, dropout and shuffling (default: 0)")
    return commands


if __name__ == "__main__":
    sys.exit(main())
