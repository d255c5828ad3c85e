"""The demo: a graph and its chain rule, a network that reads digits, a proof that its gradients are right.

Start at `run`. It needs scikit-learn, for the data, and Matplotlib, for the learning curve.
"""

from __future__ import annotations

import html
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.optional import optional
from autograd.testing import gradcheck
from autograd.viz import draw, explain
from nn.functional import cross_entropy
from nn.layers import Dropout, Linear, Sequential, Tanh
from nn.losses import CrossEntropyLoss
from nn.module import Module
from nn.optim import Adam
from nn.stateless import functional_call
from nn.train import Callback, Trainer

__all__ = ["run"]


def run(out: Path, epochs: int = 40, seed: int = 0) -> float:
    """Write pictures and a page that shows them into the folder `out`; return the accuracy on the test set.

    Raises `OSError` if nothing can be written there, before any work is done.
    """
    out.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=out).close()

    g = small_graph()
    explanation = str(explain(g))
    print(explanation, end="\n\n")
    draw(g).save(out / "graph.svg")

    x, x_test, y, y_test = digits()
    rng = np.random.default_rng(seed)
    model = network(rng)
    optimizer = Adam(model.parameters(), lr=4e-3)
    trainer = Trainer(model, loss=CrossEntropyLoss(), optimizer=optimizer, metrics=["accuracy"], rng=rng)
    print(f"{model.summary()}\n")
    history = trainer.fit(x, y, epochs=epochs, validation_data=(x_test, y_test), callbacks=[Decay()])
    history.plot(out / "learning_curve.png")
    accuracy = trainer.evaluate(x_test, y_test)["accuracy"]

    report = check_gradients(model, x_test[:8], y_test[:8])
    facts = [
        f"Accuracy {accuracy:.1%} on {len(x_test)} images of digits held back, {epochs} epochs on {len(x)} others.",
        f"Gradient check of the trained network's loss: {report}",
    ]
    print("", *facts, sep="\n")
    (out / "index.html").write_text(page(explanation, facts, model.summary(), history), encoding="utf-8")
    print("\nLook at:", *(out / name for name in ("index.html", "graph.svg", "learning_curve.png")), sep="\n  ")
    return accuracy


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


def check_gradients(model: Module, x: Any, y: Any) -> Any:
    """Compare the gradient of the loss on a few examples, in float64, with finite differences."""
    parameters = {name: p.data.astype(np.float64) for name, p in model.named_parameters()}
    model.eval()
    return gradcheck(
        lambda values: cross_entropy(functional_call(model, values, x), y),
        parameters,
        samples=20,
        raise_on_failure=False,
    )


def page(explanation: str, facts: Iterable[str], *tables: object) -> str:
    """The summary as HTML; the pictures lie next to it."""
    paragraphs = "\n".join(f"<p>{html.escape(fact)}</p>" for fact in facts)
    listings = "\n".join(f"<pre>{html.escape(str(table))}</pre>" for table in tables)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>chainrule: the demo</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
img {{ max-width: 100%; background: white; }}
pre {{ overflow-x: auto; padding: 1rem; background: #f4f4f4; color: #222; }}
</style>
<h1>chainrule: the demo</h1>
<h2>The chain rule on (x + y) * z</h2>
<p><img src="graph.svg" alt="The graph of (x + y) * z with values and gradients"></p>
<pre>{html.escape(explanation)}</pre>
<h2>A network that reads digits</h2>
{paragraphs}
<p><img src="learning_curve.png" alt="Loss and accuracy by epoch, in training and on the test set"></p>
{listings}
</html>
"""
