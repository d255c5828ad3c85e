"""The command line: ``python -m nn demo``, ``list``, ``run``, ``predict`` and ``serve``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from autograd.errors import AutogradError
from nn.recipes import demo
from nn.recipes.catalogue import RECIPES, about
from nn.recipes.run import Run
from nn.serve import command as serve
from nn.sharing import predict
from nn.train.interrupt import interrupts_raise

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
    except AutogradError as error:  # a file that is missing is an OSError too
        problem = str(error)
    except OSError as error:
        place = error.filename or options.out
        problem = f"cannot {options.does} {place}: {error.strerror}" if place else f"cannot print: {error.strerror}"
    except KeyboardInterrupt:
        problem, status = "interrupted", 130
    print(f"python -m nn {options.command}: {problem}", file=sys.stderr)
    return status


def run_demo(options: argparse.Namespace) -> int:
    """The demo: status 1 if the gradients are wrong."""
    return 0 if demo.run(options.out, options.epochs, options.seed).report.passed else 1


def run_list(_: argparse.Namespace) -> int:
    """The recipes, one a line."""
    width = max(map(len, RECIPES))
    print(*(f"{name:{width}}  {about(recipe)}" for name, recipe in RECIPES.items()), sep="\n")
    return 0


def run_recipe(options: argparse.Namespace) -> int:
    """A recipe: status 1 if a figure is not reached, which of a quick one nobody expects."""
    options.out = options.out or Path("runs") / options.recipe
    run = Run(options.out, data=options.data, seed=options.seed, epochs=options.epochs, quick=options.quick)
    with interrupts_raise():
        RECIPES[options.recipe](run)
    return 0 if run.finish(options.recipe) or options.quick else 1


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
    listing = found.add_parser("list", help="list the recipes", allow_abbrev=False)
    listing.set_defaults(run=run_list, does="read", out=None)
    add_run(found)
    predict.add(found)
    serve.add(found)
    return commands


def add_run(found: Any) -> None:
    """The options of a recipe."""
    recipe = found.add_parser("run", help="run a recipe: train on real data, report its figures", allow_abbrev=False)
    recipe.add_argument("recipe", choices=[*RECIPES], metavar="NAME", help="one of those that `list` shows")
    recipe.add_argument("--epochs", type=integer_from(1), metavar="N", help="how long to train (default: the recipe's)")
    recipe.add_argument("--data", type=Path, metavar="DIR", help="the folder of data files (default: CHAINRULE_DATA)")
    recipe.add_argument("--seed", type=integer_from(0), default=0, metavar="S", help="of all chance (default: 0)")
    recipe.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: ./runs/NAME)")
    recipe.add_argument("--quick", action="store_true", help="a few steps on data that needs no file, to see it run")
    recipe.set_defaults(run=run_recipe, does="write to")


if __name__ == "__main__":
    sys.exit(main())
