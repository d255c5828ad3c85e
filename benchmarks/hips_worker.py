"""Programs for HIPS autograd, run by it or by this project, in a process of its own that `hips` starts and asks.

``python -P benchmarks/hips_worker.py chainrule|hips``: prints the version of the library as JSON, then answers each
line ``["value", NAME]`` with the numbers that the program returns, and ``["time", NAME, CALLS]`` with the seconds of
processor time that a call takes, until its input ends. The other package is called autograd too, so the path decides
which one is imported; from there on, both run the same text.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

if __name__ == "__main__" and sys.argv[1] == "chainrule":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy  # noqa: ICN001  # np is what the programs see

import autograd as ag

np: Any = import_module("autograd.numpy") if find_spec("autograd.numpy") else numpy
hessian_vector_product: Any = getattr(ag, "hessian_vector_product", None) or ag.hvp

__all__ = ["PROGRAMS"]

CHAIN_OPS = 1600
rng = numpy.random.default_rng(0)

# ------------------------------------------------------------------------------------------------------- the programs

inputs = rng.standard_normal((1000, 50))
signs = numpy.sign(inputs @ rng.standard_normal(50) + rng.standard_normal(1000))
labels = (signs + 1) / 2
weights = rng.standard_normal(50) * 0.1


def logistic_loss(w: Any) -> Any:
    p = 0.5 * (np.tanh(0.5 * np.dot(inputs, w)) + 1.0)
    return -np.sum(labels * np.log(p) + (1.0 - labels) * np.log(1.0 - p))


def logistic_loss_by_logaddexp(w: Any) -> Any:
    return np.sum(np.logaddexp(0.0, -signs * np.dot(inputs, w)))


sizes = (64, 128, 128, 10)
layers = [(rng.standard_normal((m, n)) / m**0.5, numpy.zeros(n)) for m, n in zip(sizes, sizes[1:])]  # noqa: B905, RUF007
images = rng.standard_normal((64, 64))
one_hot = numpy.eye(10)[rng.integers(0, 10, 64)]


def cross_entropy(params: Any, x: Any, labels: Any) -> Any:
    for w, b in params[:-1]:
        x = np.tanh(np.dot(x, w) + b)
    w, b = params[-1]
    logits = np.dot(x, w) + b
    logits = logits - np.max(logits, axis=1, keepdims=True)
    log_probabilities = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    return -np.mean(np.sum(labels * log_probabilities, axis=1))


point = rng.uniform(-1.5, 1.5, 50)
direction = rng.standard_normal(50)


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def chain(x: Any) -> Any:
    """Operations in a row, `CHAIN_OPS` of them."""
    y = x
    for _ in range(CHAIN_OPS // 8):
        y = np.sin(y)
        y = y * 1.25
        y = y + x
        y = np.exp(-y)
        y = y / 2.0
        y = np.tanh(y)
        y = y - 0.25
    return y


PROGRAMS: dict[str, Callable[[], Any]] = {
    "logistic regression": lambda: ag.grad(logistic_loss)(weights),
    "logistic regression, logaddexp": lambda: ag.grad(logistic_loss_by_logaddexp)(weights),
    "multi-layer perceptron": lambda: ag.value_and_grad(cross_entropy)(layers, images, one_hot),
    "Hessian-vector product": lambda: hessian_vector_product(rosenbrock)(point, direction),
    "Hessian": lambda: ag.hessian(rosenbrock)(point),
    "chain of scalars": lambda: ag.grad(chain)(0.5),
}

# ---------------------------------------------------------------------------------------------------------- answering


def numbers(tree: Any) -> Iterator[float]:
    """The numbers in nested lists, tuples and dicts of arrays, in order."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        for item in tree:
            yield from numbers(item)
    else:
        yield from numpy.ravel(tree).tolist()


def seconds(program: Callable[[], Any], calls: int) -> float:
    """Processor time of one call: both run on one thread, and what else the machine does falls on neither."""
    start = time.process_time()
    for _ in range(calls):
        program()
    return (time.process_time() - start) / calls


def main() -> None:
    version = getattr(ag, "__version__", None) or import_module("importlib.metadata").version("autograd")
    print(json.dumps(version), flush=True)
    for line in sys.stdin:
        what, name, *calls = json.loads(line)
        program = PROGRAMS[name]
        print(json.dumps(list(numbers(program())) if what == "value" else seconds(program, *calls)), flush=True)


if __name__ == "__main__":
    main()
