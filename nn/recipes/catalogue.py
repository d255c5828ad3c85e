"""The recipes by name, as ``python -m nn list`` shows them, in the order in which to read them."""

from __future__ import annotations

from nn.recipes import admissions, churn, digits, graph, mnist, neuron, xor
from nn.recipes.run import Recipe

__all__ = ["RECIPES", "about"]

RECIPES: dict[str, Recipe] = {
    "graph": graph.run,
    "neuron": neuron.run,
    "xor": xor.run,
    "admissions": admissions.run,
    "churn": churn.run,
    "digits": digits.run,
    "mnist-mlp": mnist.mlp,
    "mnist-cnn": mnist.cnn,
    "mnist-cnn-augmented": mnist.augmented,
}


def about(recipe: Recipe) -> str:
    """What a recipe shows: the first line of its docstring."""
    return (recipe.__doc__ or "").strip().splitlines()[0]
