"""Boltzmann machines stacked on one another: what they learn without labels is where a classifier with few begins."""

from __future__ import annotations

from statistics import median

import numpy as np

from nn.data import datasets
from nn.losses import CrossEntropyLoss
from nn.models import DBN, MLP
from nn.optim import Adam
from nn.recipes.pictures import blank
from nn.recipes.rbm import learn
from nn.recipes.run import Run
from nn.sharing import ImageInput
from nn.train import Trainer

__all__ = ["run"]

HIDDEN = 500
SEEDS, LABELS, PRETRAINING = 5, 1000, 5


def run(run: Run) -> None:
    """784-500-500-10 on 1,000 labels, RBMs first: at least 1 point above a random start, median of 5 seeds."""
    (x, y), test = run.load(datasets.mnist)
    x, test = x.reshape(len(x), -1), (test[0].reshape(len(test[0]), -1), test[1])
    found: list[dict[str, float]] = []
    for seed in range(run.seed, run.seed + run.some(SEEDS, 1)):
        rng = np.random.default_rng(seed)
        labelled = rng.permutation(len(x))[:LABELS]
        belief = DBN(784, run.some(HIDDEN, 20), run.some(HIDDEN, 20), rng=rng)
        for i, (machine, v) in enumerate(belief.layers(x)):
            learn(machine, v, run.epochs(PRETRAINING), run.checkpoint / f"{seed}-{i}.safetensors", rng, rate=0.05)
        starts = {"RBMs": belief.classifier(10, rng), "random": MLP(*belief.sizes, 10, activation="sigmoid", rng=rng)}
        found.append({})
        for start, network in starts.items():
            trainer = Trainer(
                network,
                loss=CrossEntropyLoss(),
                optimizer=Adam(network.parameters(), lr=1e-3),
                metrics=["accuracy"],
                rng=rng,
            )
            trainer.fit(x[labelled], y[labelled], epochs=run.epochs(50), verbose=False)
            found[-1][start] = 100 * trainer.evaluate(*test, batch_size=500)["accuracy"]
        print(f"seed {seed}:", *(f"{start} {accuracy:.2f} %" for start, accuracy in found[-1].items()), flush=True)
        if seed == run.seed:
            kept = starts["RBMs"]
    gains = [accuracies["RBMs"] - accuracies["random"] for accuracies in found]
    run.figure(f"points above a random start, median of {len(gains)} seeds", median(gains), "at least", 1.0)
    figure = blank(6, 4)
    axes = figure.subplots()
    for start in found[0]:
        axes.plot([accuracies[start] for accuracies in found], "o-", label=start)
    axes.set(xlabel="seed", ylabel="test accuracy, %", title=f"{LABELS} labels", xticks=range(len(found)))
    axes.legend()
    run.plot(figure, "starts")
    names = [str(digit) for digit in range(10)]
    run.save(kept, input=ImageInput((1, 28, 28), flatten=True), classes=names, card={"name": "dbn"})
