"""A Boltzmann machine that learns what digits look like, by the gradient of the free energy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.optional import optional
from nn.data import datasets
from nn.models import RBM
from nn.optim import SGD
from nn.recipes.pictures import tiles
from nn.recipes.resuming import resumable
from nn.recipes.run import Run
from nn.sharing import ImageInput

__all__ = ["binary", "learn", "run"]

HIDDEN, BATCH, RATE, DRAWS = 500, 100, 0.1, 10


def run(run: Run) -> None:
    """MNIST in black and white, RBMs of 500 hidden units: pseudo-likelihood at least that of BernoulliRBM."""
    (x, _), (x_test, _) = run.load(datasets.mnist)
    v, v_test = binary(x), binary(x_test)
    epochs = run.epochs(10)
    hidden = run.some(HIDDEN, 50)
    machines = {kind: RBM(784, hidden, run.rng) for kind in ("contrastive divergence", "persistent chains")}
    for kind, machine in machines.items():
        print(f"{kind}: {epochs} epochs", flush=True)
        learn(machine, v, epochs, run.checkpoint / f"{kind}.safetensors", run.rng, kind == "persistent chains")
    print(f"scikit-learn: {epochs} epochs", flush=True)
    theirs = of_sklearn(v, hidden, epochs, run.seed)
    which = run.rng.integers(0, 784, (DRAWS, len(v_test)))  # the same pixels for all three
    target = np.mean([theirs.pseudo_likelihood(v_test, pixels) for pixels in which])
    for kind, machine in machines.items():
        found = np.mean([machine.pseudo_likelihood(v_test, pixels) for pixels in which])
        run.figure(f"log pseudo-likelihood of test images, {kind}", found, "at least", float(target))
    machine = machines["persistent chains"]
    with no_grad():
        states = machine.walked(v_test[:40], run.some(1000, 10))
        run.plot(tiles([v_test[:40], states], "test images, and after 1,000 steps of Gibbs sampling"), "chains")
    run.plot(tiles([machine.weight.data[:100]], "weights of 100 hidden units"), "weights")
    about = {"name": "rbm", "task": "The probabilities of 500 hidden units."}
    run.save(machine, input=ImageInput((1, 28, 28), flatten=True), output="values", card=about)


def learn(
    rbm: RBM, v: Any, epochs: int, kept: Path, rng: np.random.Generator, persistent: bool = False, rate: float = RATE
) -> None:
    """Push the free energy of data down and that of the model's own states up.

    The states are one step of Gibbs sampling away from the data (Hinton, 2002), or those of chains that walk on from
    batch to batch (Tieleman, 2008). The rate falls to 0, as the gradient is noisy to the end.
    """
    optimizer = SGD(rbm.parameters(), lr=rate)
    chain = {"states": rbm.drawn(np.full((BATCH, v.shape[1]), 0.5))}
    for epoch in resumable(kept, epochs, rbm, optimizer, chain, rng):
        batches = np.array_split(rng.permutation(len(v)), max(1, len(v) // BATCH))
        for i, rows in enumerate(batches):
            optimizer.param_groups[0]["lr"] = rate * (1 - (epoch + i / len(batches)) / epochs)
            with no_grad():
                chain["states"] = rbm.walked(chain["states"] if persistent else v[rows])
            optimizer.zero_grad()
            rbm.contrast(v[rows], chain["states"]).backward()
            optimizer.step()


def of_sklearn(v: Any, hidden: int, epochs: int, seed: int) -> RBM:
    """Scikit-learn's machine, trained for as long with batches of the same size, as one of ours."""
    made = optional("sklearn.neural_network", "data", "the recipe rbm").BernoulliRBM
    theirs = made(hidden, learning_rate=RATE, batch_size=BATCH, n_iter=epochs, random_state=seed).fit(v)
    machine = RBM(v.shape[1], hidden)
    machine.weight.data, machine.hidden_bias.data = theirs.components_, theirs.intercept_hidden_
    machine.visible_bias.data = theirs.intercept_visible_
    return machine


def binary(x: Any) -> Any:
    """Images as rows of zeros and ones."""
    return (x.reshape(len(x), -1) > 0.5).astype(np.float32)
