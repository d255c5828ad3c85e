"""One neuron, then a few: weighted sums, activations, the perceptron, and which weights fit an answer better."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import functional
from nn.models import Perceptron
from nn.recipes.pictures import blank
from nn.recipes.run import Run
from nn.sharing import TableInput

__all__ = ["run"]


def run(run: Run) -> None:
    """A neuron, forward propagation with a dictionary of weights, the perceptron, two weight vectors."""
    one_neuron(run)
    forward_propagation(run)
    perceptron(run)
    two_weight_vectors(run)


def one_neuron(run: Run) -> None:
    """Inputs times weights plus bias, then an activation."""
    inputs, weights, bias = np.array([0, 0.5, 1]), np.array([-1, -0.5, 0.5]), 1.0
    total = np.sum(inputs * weights) + bias
    run.figure("neuron with ReLU", functional.relu(total), "exactly", 1.25)
    run.figure("neuron with a sigmoid", functional.sigmoid(total), "exactly", 1 / (1 + np.exp(-1.25)))


def forward_propagation(run: Run) -> None:
    """Two layers of two nodes and an output, each with the weights that a dictionary has for it."""
    weights = {
        "node_0_0": np.array([2, 4]),
        "node_0_1": np.array([4, -5]),
        "node_1_0": np.array([-1, 1]),
        "node_1_1": np.array([2, 2]),
        "output": np.array([2, 7]),
    }
    values = np.array([3, 5])
    for layer in range(2):
        nodes = [functional.relu(np.sum(values * weights[f"node_{layer}_{i}"])) for i in range(2)]
        print(f"layer {layer}:", *nodes)
        values = np.array(nodes)
    run.figure("output for the input (3, 5)", np.sum(values * weights["output"]), "exactly", 364)


def perceptron(run: Run) -> None:
    """It learns AND by its own rule; the step then says yes or no, a sigmoid how sure."""
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 0, 0, 1])
    model = Perceptron(2)
    model.learn(x, y, 100)
    run.figure("AND, of 4 right", np.sum(model(x) == y), "exactly", 4)
    totals = model.linear(x)[:, 0].data
    print("step:", model(x).data, " sigmoid:", np.round(functional.sigmoid(totals), 2))
    run.plot(picture(totals, y), "perceptron")
    run.save(model, input=TableInput(("a", "b")), output="values", card={"name": "AND", "task": "1 if both are 1."})


def two_weight_vectors(run: Run) -> None:
    """Cross-entropy, -sum(y log p + (1 - y) log(1 - p)), is lower for the weights that separate the points better."""
    x, y = np.array([[1.0, 0], [0, 1], [1, 1]]), np.array([1.0, 0, 1])
    for name, weights in {"good": np.array([2.0, -2]), "bad": np.array([-1.0, 2])}.items():
        p = functional.sigmoid(x @ weights)
        by_hand = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
        found = functional.binary_cross_entropy(p, y, reduction="sum")
        run.figure(f"cross-entropy of {name} weights", found, "exactly", by_hand)


def picture(totals: Any, y: Any) -> Any:
    """What a step and a sigmoid make of the weighted sum, and where the four points of AND are."""
    figure = blank(6, 3)
    axes, line = figure.subplots(), np.linspace(-4, 4, 401)
    axes.plot(line, line >= 0, label="step")
    axes.plot(line, functional.sigmoid(line), label="sigmoid")
    axes.plot(totals, y, "o", label="AND")
    axes.set(xlabel="weighted sum and bias", ylabel="output")
    axes.legend()
    return figure
