"""The command line: ``python -m nn demo``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from autograd.errors import MissingDependencyError
from nn.recipes import demo

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status, 2 with one line on stderr for one that cannot run."""
    options = parser().parse_args(arguments)
    try:
        if options.epochs < 1:
            raise ValueError(f"--epochs {options.epochs}: it must be 1 or more")
        demo.run(options.out, options.epochs, options.seed)
    except OSError as error:
        problem = f"cannot write to {options.out}: {error.strerror}"
    except (MissingDependencyError, ValueError) as error:
        problem = str(error)
    else:
        return 0
    print(f"python -m nn demo: {problem}", file=sys.stderr)
    return 2


def parser() -> argparse.ArgumentParser:
    """What may be asked for."""
    commands = argparse.ArgumentParser(prog="python -m nn", description="Neural networks on chainrule's autograd.")
    add = commands.add_subparsers(metavar="command", required=True).add_parser
    tour = add("demo", help="draw a graph, train a network on digits, check its gradients", allow_abbrev=False)
    tour.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help="where to write (default: ./demo)")
    tour.add_argument("--epochs", type=int, default=40, help="how long to train (default: 40)")
    tour.add_argument("--seed", type=int, default=0, help="of weights, dropout and shuffling (default: 0)")
    return commands


if __name__ == "__main__":
    sys.exit(main())
