"""Every optimizer on the same four trials: three surfaces with a difficulty each, and a network."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nn import functional, optim
from nn.data import datasets
from nn.models import MLP
from nn.optim import Optimizer
from nn.recipes.run import Run
from nn.recipes.surfaces import SURFACES, Surface, animate, height, path
from nn.sharing import ImageInput
from nn.text import number, table

__all__ = ["OPTIMIZERS", "run"]

RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)
OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "SGD": optim.SGD,
    "momentum": partial(optim.SGD, momentum=0.9),
    "Nesterov": partial(optim.SGD, momentum=0.9, nesterov=True),
    **{name: getattr(optim, name) for name in ("Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "Adamax", "NAdam")},
    **{name: getattr(optim, name) for name in ("RAdam", "Lion", "Rprop", "Manhattan")},
    "LBFGS": partial(optim.LBFGS, max_iter=1, max_eval=25, line_search_fn="strong_wolfe"),
}
STEPS = 300
NEAR = 0.1  # this far above the least value counts as arrived


def run(run: Run) -> None:
    """Every optimizer on Rosenbrock, Beale, a saddle and a network: table, animation, at least 0.9 on digits."""
    steps, rates = run.some(STEPS, 5), RATES[:: run.some(1, 6)]
    paths = {
        place: {name: best(surface, make, steps, rates) for name, make in OPTIMIZERS.items()}
        for place, surface in SURFACES.items()
    }
    networks = {name: learned(make, run, rates) for name, make in OPTIMIZERS.items()}
    rows = [["", *(f"{place}, lr" for place in SURFACES), "digits: loss, lr"]]
    for name in OPTIMIZERS:
        found = [(height(SURFACES[place], paths[place][name][0][-1]), paths[place][name][1]) for place in SURFACES]
        rows.append([name, *(f"{number(value)}, {rate:g}" for value, rate in [*found, networks[name][:2]])])
    print(f"above the least value after {steps} steps, with the best of {len(rates)} learning rates")
    print(table(rows, left=1))
    fallen = sum(height(SURFACES["saddle"], path[-1]) < NEAR for path, _ in paths["saddle"].values())
    run.figure(f"optimizers of {len(OPTIMIZERS)} that leave the saddle", fallen, "exactly", len(OPTIMIZERS))
    valley = height(SURFACES["Rosenbrock"], paths["Rosenbrock"]["LBFGS"][0][-1])
    run.figure("above Rosenbrock's least value, by LBFGS", valley, "at most", 1e-6)
    *_, model = min(networks.values(), key=lambda found: found[0])
    accuracies = [accuracy(model) for _, _, model in networks.values()]
    run.figure("accuracy on digits held back, of the optimizer that does worst", min(accuracies), "at least", 0.9)
    animate(paths, run)
    run.save(model, input=ImageInput((1, 8, 8), flatten=True), classes=list("0123456789"), card={"name": "optimizers"})


def best(surface: Surface, make: Callable[..., Optimizer], steps: int, rates: Any) -> tuple[Any, float]:
    """The path (steps + 1, 2) that ends lowest, and its learning rate."""
    found = [(path(surface, make, steps, rate), rate) for rate in rates]
    return min(found, key=lambda pair: height(surface, pair[0][-1]))


def learned(make: Callable[..., Optimizer], run: Run, rates: Any) -> tuple[float, float, MLP]:
    """The lowest loss on digits that one of the learning rates leads to, that rate, and the network."""
    return min((trained(make, rate, run) for rate in rates[::2]), key=lambda found: found[0])


def trained(make: Callable[..., Optimizer], rate: float, run: Run) -> tuple[float, float, MLP]:
    """The same network, from the same weights, on all examples at once."""
    x, y, *_ = split()
    model = MLP(64, 32, 10, rng=np.random.default_rng(run.seed))
    optimizer = make(model.parameters(), lr=rate)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x), y)
        loss.backward()
        return loss

    for _ in range(run.some(100, 2)):
        optimizer.step(closure)
    loss = closure().item()
    return loss if np.isfinite(loss) else np.inf, rate, model


def split() -> tuple[Any, Any, Any, Any]:
    """Four of five digits to train with, and the others."""
    x, y = datasets.digits()
    x, held_back = x.reshape(len(x), -1), np.arange(len(x)) % 5 == 4
    return x[~held_back], y[~held_back], x[held_back], y[held_back]


def accuracy(model: MLP) -> float:
    """The share of the digits held back that a network reads."""
    *_, x, y = split()
    return float(np.mean(np.argmax(model(x).data, axis=1) == y))
