"""The recipes by name, as ``python -m nn list`` shows them, in the order in which to read them."""

from __future__ import annotations

from nn.recipes import (
    admissions,
    autoencoder,
    cartpole,
    characters,
    churn,
    dbn,
    deep,
    digits,
    doctor,
    gan,
    gpt,
    graph,
    mnist,
    names,
    neuron,
    optimizers,
    overfit,
    rbm,
    rows,
    transfer,
    tune,
    xor,
)
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
    "deep": deep.run,
    # sequences
    "rnn-one-to-one": names.one_to_one,
    "rnn-one-to-many": names.one_to_many,
    "rnn-many-to-one": rows.run,
    "rnn-many-to-many": characters.run,
    "gpt": gpt.run,
    # without labels
    "autoencoder": autoencoder.run,
    "rbm": rbm.run,
    "dbn": dbn.run,
    "gan": gan.run,
    # what surrounds a training
    "transfer": transfer.run,
    "overfit": overfit.run,
    "optimizers": optimizers.run,
    "tune": tune.run,
    "doctor": doctor.run,
    "cartpole": cartpole.run,
}


def about(recipe: Recipe) -> str:
    """What a recipe shows: the first line of its docstring."""
    return (recipe.__doc__ or "").strip().splitlines()[0]
