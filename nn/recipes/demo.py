"""The demo: a graph and its chain rule, a network that reads digits, a proof that its gradients are right.

Start at `run`. It needs scikit-learn, for the data, and Matplotlib, for the learning curve.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor
from autograd.optional import optional
from autograd.testing import GradcheckReport, gradcheck
from autograd.viz import draw, explain
from nn.functional import cross_entropy
from nn.layers import Dropout, Linear, Sequential, Tanh
from nn.losses import CrossEntropyLoss
from nn.module import Module
from nn.optim import Adam
from nn.recipes.page import digit, page
from nn.train import Callback, Trainer

__all__ = ["Result", "run"]

FILES = "index.html", "graph.svg", "learning_curve.png"


class Result(NamedTuple):
    """The accuracy on the digits held back, and the check of the gradients."""

    accuracy: float
    report: GradcheckReport


def run(out: Path, epochs: int = 40, seed: int = 0) -> Result:
    """Write pictures and a page that shows them into the folder `out`.

    Raises `OSError` if one of the files cannot be written there, before any work is done.
    """
    check_writable(out)
    x, x_test, y, y_test = digits()

    g = small_graph()
    explanation = str(explain(g))
    print(explanation, end="\n\n")
    draw(g).save(out / "graph.svg")

    rng = np.random.default_rng(seed)
    model = network(rng)
    optimizer = Adam(model.parameters(), lr=4e-3)
    trainer = Trainer(model, loss=CrossEntropyLoss(), optimizer=optimizer, metrics=["accuracy"], rng=rng)
    summary = model.summary()
    print()
    history = trainer.fit(x, y, epochs=epochs, validation_data=(x_test, y_test), callbacks=[Decay()])
    history.plot(out / "learning_curve.png")
    predictions = trainer.predict(x_test).argmax(axis=1)
    wrong = predictions != y_test
    accuracy = 1 - float(np.mean(wrong))

    shown = some_digits(wrong, 20)
    report = check_gradients(model, x_test[:8], y_test[:8])
    facts = [
        (
            f"Accuracy {accuracy:.1%} on {len(x_test)} digits held back, after {epochs} epoch{'s'[: epochs > 1]} "
            f"on {len(x)} others."
        ),
        f"{np.sum(wrong)} of these are read wrongly; the page shows {np.sum(wrong[shown])} of them, in red.",
        f"Gradient check of the trained network's loss: {report}",
    ]
    print("", *facts, sep="\n")
    images = [digit(x_test[i].reshape(8, 8), predictions[i], y_test[i]) for i in shown]
    text = page(explanation, f"{accuracy:.1%}", facts, images, summary, history)
    (out / "index.html").write_text(text, encoding="utf-8")
    print("\nLook at:", *(out / name for name in FILES), sep="\n  ")
    return Result(accuracy, report)


def check_writable(out: Path) -> None:
    """Make the folder; raise `OSError` unless every file can be written, and leave those that are there as they are."""
    out.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=out).close()
    for name in FILES:
        with suppress(FileNotFoundError), (out / name).open("r+b"):
            pass


def some_digits(wrong: Any, count: int) -> list[int]:
    """Which images to show: the first ones, with up to a quarter of mistakes among them, in the order of the data."""
    mistakes = np.flatnonzero(wrong)[: count // 4]
    right = np.flatnonzero(~wrong)[: count - len(mistakes)]
    return sorted([*mistakes.tolist(), *right.tolist()])


def small_graph() -> Any:
    """``g = (x + y) * z`` with the numbers of the first example, run backward."""
    x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    p = (x + y).named("p")
    g = (p * z).named("g")
    g.backward()
    return g


def digits() -> Any:
    """Training and test images, 8x8 pixels in 0..1, and their labels."""
    purpose = "the demo"
    images, labels = optional("sklearn.datasets", "data", purpose).load_digits(return_X_y=True)
    split = optional("sklearn.model_selection", "data", purpose).train_test_split
    return split(images / 16, labels, test_size=0.2, stratify=labels, random_state=0)


def network(rng: np.random.Generator) -> Sequential:
    """Pixels to ten logits. Tanh rather than ReLU: finite differences across a kink would blame a right gradient."""
    return Sequential(
        Dropout(0.1, rng=rng),
        Linear(64, 128, rng=rng),
        Tanh(),
        Dropout(0.3, rng=rng),
        Linear(128, 64, rng=rng),
        Tanh(),
        Linear(64, 10, rng=rng),
    )


class Decay(Callback):
    """Makes each epoch's steps 8 % smaller than the last one's."""

    def on_epoch_end(self, trainer: Trainer) -> None:
        for group in trainer.optimizer.param_groups:
            group["lr"] *= 0.92


def check_gradients(model: Module, x: Any, y: Any) -> GradcheckReport:
    """Compare the gradient of the loss on a few examples, by all parameters, with finite differences."""
    return gradcheck(lambda model: cross_entropy(model(x), y), model.eval(), samples=20, raise_on_failure=False)
