"""`diagnose`: a table of a model's layers from one batch: activations, gradients, how far a step would move them."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterator
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor
from autograd.graph import unwrap
from autograd.optional import optional
from nn import checks, errors, files, functional
from nn.module import Module
from nn.text import number, table
from nn.train.doctor.activations import Activations, is_rectifier, is_recurrence, on, saturated, squashes
from nn.train.doctor.findings import Finding
from nn.train.doctor.gradients import Gradients, rms
from nn.train.doctor.inputs import check_inputs
from nn.train.doctor.losses import unchanged
from nn.train.doctor.observing import Hooked, Step
from nn.train.doctor.targets import check_targets

__all__ = ["Diagnosis", "Layer", "diagnose"]

USUAL = 1e-3  # of the weights a step changes that much in trainings that go well
HEADS = (
    *("layer", "type", "output", "activation", "dead", "saturated"),
    *("gradient", "weights", "their gradient", "update"),
)


class Layer(NamedTuple):
    """A layer in the table. Sizes are root mean squares, so that they do not depend on shapes; None where none is."""

    path: str
    type: str
    shape: tuple[int, ...] | None
    activation: float | None  # of the output
    dead: float | None  # the share of a ReLU's units that are 0 for every row
    saturated: float | None  # the share of a sigmoid's or tanh's entries at their ends
    gradient: float | None  # of the loss by the output
    weight: float | None  # of all parameters together
    weight_gradient: float | None
    update: float | None  # of a step of gradient descent, as a share of the weights

    def cells(self) -> list[str]:
        """The row as text."""
        shares = ["" if share is None else f"{share:.0%}" for share in (self.dead, self.saturated)]
        texts = ["" if size is None else number(size) for size in (self.activation, *self[6:])]
        shape = "" if self.shape is None else str(self.shape)
        return [self.path or "(model)", self.type, shape, texts[0], *shares, *texts[1:]]


class Diagnosis:
    """What `diagnose` found: `layers`, a row each, `findings`, what is wrong, and the `loss`.

    `str` is the table as text, `html` for a page; `plot` draws it.
    """

    def __init__(self, layers: list[Layer], findings: list[Finding], loss: float, lr: float) -> None:
        self.layers, self.findings, self.loss, self.lr = layers, findings, loss, lr

    def legend(self) -> str:
        """What the numbers are."""
        return (
            f"loss {number(self.loss)}; sizes are root mean squares; update is what a step of gradient descent with "
            f"lr={self.lr:g} changes, as a share of the weights: about {USUAL:g} is usual"
        )

    def __repr__(self) -> str:
        return f"<Diagnosis: {len(self.layers)} layers, {len(self.findings)} findings>"

    def __str__(self) -> str:
        rows = [HEADS, *(layer.cells() for layer in self.layers)]
        return "\n".join([table(rows, left=3), self.legend(), *(f"! {f.text} [{f.name}]" for f in self.findings)])

    @property
    def html(self) -> str:
        """The table as HTML."""

        def row(cells: Any, tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        rows = "".join(row(layer.cells(), "td") for layer in self.layers)
        findings = "".join(f"<li>{html.escape(f.text)} <code>{f.name}</code></li>" for f in self.findings)
        return (
            f"<table><thead>{row(HEADS, 'th')}</thead><tbody>{rows}</tbody></table>"
            f"<p>{html.escape(self.legend())}</p>{f'<ul>{findings}</ul>' if findings else ''}"
        )

    def plot(self, path: str | PathLike[str] | None = None) -> Any:
        """A Matplotlib figure with a dot per layer: activation, gradient and update; saved if a path is given.

        Raises `MissingDependencyError` without Matplotlib, `CheckpointError` if the file cannot be written.
        """
        size = (12, 1.5 + 0.3 * len(self.layers))
        figure = optional("matplotlib.figure", "plot", "Diagnosis.plot").Figure(size, layout="constrained")
        panels = {"activation": "activation", "gradient": "gradient by the output", "update": f"update, lr={self.lr:g}"}
        names = [layer.path or layer.type for layer in self.layers]
        for axes, (column, title) in zip(figure.subplots(1, 3, sharey=True), panels.items(), strict=True):
            sizes = [getattr(layer, column) for layer in self.layers]
            shown = [s if s and math.isfinite(s) else math.nan for s in sizes]
            axes.plot(shown, range(len(names)), marker="o", linestyle="")
            axes.set(title=title, xlabel="root mean square" if column != "update" else "share of the weights")
            powers = [math.log10(s) for s in shown if not math.isnan(s)]
            if powers:  # whole powers of ten around them: else the ends are labelled by halves
                low, high = math.floor(min(powers)), math.ceil(max(powers))
                axes.set(xscale="log", xlim=(10 ** (low - 0.2), 10 ** (high + 0.2)))
                axes.minorticks_off()
            axes.set_yticks(range(len(names)), names)
            axes.grid(alpha=0.3)
        axes.axvline(USUAL, color="black", linestyle=":")
        axes.set_ylim(len(names) - 0.5, -0.5)
        if path is not None:
            files.save_figure("Diagnosis.plot", figure, path)
        return figure


def diagnose(
    model: Module, x: Any, y: Any, loss: Callable[[Any, Any], Any] | None = None, *, lr: float = 1e-3
) -> Diagnosis:
    """Run one batch forward and backward, print the table of the layers, and return it; the model is left as it was.

    Without a `loss`, it is the cross entropy for targets of integers and the mean squared error for others. The model
    runs in the mode in which it is.

    Raises `ArgumentError` for a model or a loss that is none, no examples, and a loss that is no Tensor of one number.
    """
    if not isinstance(model, Module):
        raise errors.wrong_argument("diagnose", "model", model, "an nn.Module, such as nn.Sequential(...)")
    checks.not_negative("diagnose", lr=lr)
    if loss is not None and (isinstance(loss, type) or not callable(loss)):
        write = "a function of prediction and target, such as nn.CrossEntropyLoss()"
        raise errors.wrong_argument("diagnose", "loss", loss, write)
    dtype = next((p.dtype for p in model.parameters()), None)
    x, y = (cast(name, values, dtype) for name, values in (("x", x), ("y", y)))
    if loss is None:
        loss = functional.mse_loss if y.dtype.kind == "f" else functional.cross_entropy
    hooked = Hooked(model)
    try:
        with unchanged(model), np.errstate(all="ignore"):
            value = loss(model(x), y)
            if not (isinstance(value, Tensor) and value.size == 1 and value.requires_grad):
                raise errors.wrong_argument("diagnose", "the loss", value, "one that returns a Tensor of one number")
            step = Step(model, hooked.taken(), value, (x, y), 1)
            entries = entries_of(step)
            for node in [node for entry in entries.values() for node in entry.outputs]:
                node.retain_grad()
            value.backward()
            layers = [row(path, entry, lr) for path, entry in entries.items()]
            diagnosis = Diagnosis(layers, list(found(step)), step.value, lr)
    finally:
        hooked.remove()
    print(diagnosis)
    return diagnosis


def cast(name: str, values: Any, dtype: Any) -> Any:
    array = checks.as_array("diagnose", values)
    if array.dtype.kind not in "biufc" or not array.size:
        what = f"holds {array.dtype}" if array.size else "is empty"
        raise errors.ArgumentError(f"diagnose: {name} {what}; write an array of numbers, a batch of examples.")
    return array.astype(dtype, copy=False) if array.dtype.kind == "f" and dtype is not None else array


def found(step: Step) -> Iterator[Finding]:
    """What one batch shows."""
    activations, gradients = Activations(), Gradients(step.model)
    activations.add(step)
    gradients.add(step, gradients.sizes())
    yield from check_inputs(step)
    yield from check_targets(step)
    yield from activations.findings()
    yield from gradients.never(least=1)
    yield from gradients.vanishing()
    yield from gradients.exploding()


class Entry(NamedTuple):
    """What makes a row: a layer, or an activation that is called as a function; several calls of it are one row."""

    type: str
    parameters: list[Any]
    outputs: list[Any]
    inside: list[Any]  # what a recurrent layer is made of


def entries_of(step: Step) -> dict[str, Entry]:
    """Layers and activations in the order of their calls, then what has parameters and was not called as a layer."""
    made: list[tuple[Any, str, Module | None]] = [(call.output, call.path, call.layer) for call in step.calls]
    functions = [node for node in step.graph if is_rectifier(node) or (squashes(node) and not is_recurrence(node))]
    recurrences = [node for node in step.graph if is_recurrence(node)]
    made += [(node, step.place(node), None) for node in functions if id(node) not in step.titles]
    made.sort(key=lambda call: call[0].serial)
    entries: dict[str, Entry] = {}
    for node, path, layer in made:
        entries.setdefault(path, entry_of(layer, node)).outputs.append(node)
    for node in recurrences:
        owner = step.owner(node)
        if owner is not None:
            entries[owner].inside.append(node)
    for path, module in step.model.named_modules():
        if path not in entries and any(True for _ in module.parameters(recurse=False)):
            entries[path] = entry_of(module, None)
    return entries


def entry_of(layer: Module | None, node: Any) -> Entry:
    if layer is None:
        return Entry(getattr(node.op, "__name__", ""), [], [], [])
    return Entry(type(layer).__name__, list(layer.parameters(recurse=False)), [], [])


def row(path: str, entry: Entry, lr: float) -> Layer:
    """A layer; called several times, with the sizes over all calls."""
    outputs = entry.outputs
    weight = size(entry.parameters)
    gradient = size([p.grad for p in entry.parameters if p.grad is not None])
    return Layer(
        path,
        entry.type,
        outputs[-1].shape if outputs else None,
        size(outputs),
        mean(1 - np.mean(on(y)) for y in outputs if is_rectifier(y)),
        mean(saturated(y) for y in [*outputs, *entry.inside] if squashes(y)),
        size([y.grad for y in outputs if y.grad is not None]),
        weight,
        gradient,
        lr * gradient / weight if weight and gradient is not None else None,
    )


def size(arrays: list[Any]) -> float | None:
    """The root mean square over the entries of all of them."""
    entries = sum(np.size(unwrap(array)) for array in arrays)
    if not entries:
        return None
    return math.sqrt(sum(rms(array) ** 2 * np.size(unwrap(array)) for array in arrays) / entries)


def mean(shares: Iterator[Any]) -> float | None:
    several = list(shares)
    return float(np.mean(several)) if several else None
