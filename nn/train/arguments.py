"""What the trainer checks about its arguments, once, before any work; each raises `ArgumentError`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.graph import unwrap
from nn import checks, errors
from nn.data import Dataset
from nn.functional import binary_cross_entropy
from nn.losses import BCELoss
from nn.metrics import Metric, find
from nn.module import Module
from nn.optim import LBFGS
from nn.optim.optimizer import Optimizer

__all__ = [
    "check_kinds",
    "check_loss",
    "check_number",
    "check_optimizer",
    "check_prediction",
    "check_scheduler",
    "named_metrics",
    "numbers",
    "only_for_arrays",
    "pair",
    "sequence",
    "split",
]


def check_kinds(model: Any, loss: Any, optimizer: Any) -> None:
    """A model, a function and an optimizer: not their classes or names."""
    if not isinstance(model, Module):
        raise errors.wrong_argument("Trainer", "model", model, "an nn.Module, such as nn.Sequential(...)")
    if isinstance(loss, type) or not callable(loss):
        write = "a function of prediction and target, such as nn.CrossEntropyLoss()"
        raise errors.wrong_argument("Trainer", "loss", loss, write)
    if not isinstance(optimizer, Optimizer):
        write = "an optimizer, such as nn.optim.Adam(model.parameters())"
        raise errors.wrong_argument("Trainer", "optimizer", optimizer, write)


def check_optimizer(model: Module, optimizer: Optimizer) -> None:
    """The optimizer moves some of the model's parameters, by one evaluation of the loss a step."""
    if isinstance(optimizer, LBFGS):
        raise errors.ArgumentError(
            "Trainer: LBFGS evaluates the loss of the same examples several times a step, which mini-batches are not "
            "made for. Write the loop yourself, with optimizer.step(closure)."
        )
    if not set(optimizer.parameters()) & set(model.parameters()):
        name = type(optimizer).__name__
        raise errors.ArgumentError(
            f"Trainer: the optimizer holds none of the model's parameters, so nothing would be trained. Write "
            f"{name}(model.parameters(), ...) with this model; after copy.deepcopy(model) make a new optimizer."
        )


def check_scheduler(scheduler: Any, kinds: tuple[type, ...]) -> None:
    """A schedule of the library's, or the callback that steps one."""
    if not (scheduler is None or isinstance(scheduler, kinds)):
        write = "a scheduler, such as nn.optim.lr_scheduler.StepLR(optimizer, 10), or a callbacks.LRScheduler of one"
        raise errors.wrong_argument("Trainer", "scheduler", scheduler, write)


def named_metrics(metrics: Any, loss: Any) -> dict[str, Metric]:
    """The metrics by name: each once, and none called as the loss, which says whether a model gives probabilities."""
    if isinstance(metrics, str) or not isinstance(metrics, Iterable):
        example = repr(metrics) if isinstance(metrics, str) else getattr(metrics, "__name__", "'accuracy'")
        raise errors.wrong_argument("Trainer", "metrics", metrics, f"a list, metrics=[{example}]")
    named: dict[str, Metric] = {}
    probabilities = isinstance(loss, BCELoss) or loss is binary_cross_entropy
    for name, metric in (find(metric, probabilities=probabilities) for metric in metrics):
        if name in named or name == "loss":
            raise errors.ArgumentError(
                f"Trainer: two columns of the history would be called {name!r}; "
                f"define the metric as a function of another name."
            )
        named[name] = metric
    return named


def check_number(loss: Any) -> float:
    """What the loss function returned without a graph is one number."""
    if np.size(unwrap(loss)) != 1 or np.asarray(unwrap(loss)).dtype.kind not in "biuf":
        shape = f"shape {loss.shape}" if hasattr(loss, "shape") else f"a {type(loss).__name__}"
        raise errors.ArgumentError(f"Trainer: the loss returned {shape}; it must be one number, such as a mean.")
    return float(np.asarray(unwrap(loss)).reshape(()))


def check_loss(loss: Any) -> None:
    """What the loss function returned can be differentiated."""
    if not isinstance(loss, Tensor):
        raise errors.ArgumentError(
            f"Trainer: the loss returned a {type(loss).__name__}, not a Tensor, so there is nothing to differentiate. "
            f"Compute it from the prediction itself, without float(), .item() or .data."
        )
    if loss.size != 1:
        raise errors.ArgumentError(
            f"Trainer: the loss returned shape {loss.shape}; it must be one number. Write reduction='mean'."
        )
    if not loss.requires_grad:
        raise errors.ArgumentError(
            "Trainer: the loss does not depend on any parameter that may be trained. Compute it from the prediction "
            "itself, without .data, .detach() or no_grad() on the way, and leave some parameters with "
            "requires_grad=True."
        )


def check_prediction(prediction: Any) -> Any:
    """What the model returned for a batch is an array with rows."""
    if not getattr(prediction, "shape", ()):
        what = "one number" if hasattr(prediction, "shape") else f"a {type(prediction).__name__}"
        raise errors.ArgumentError(
            f"Trainer: predict puts the rows of all batches together, and for one of them the model returned {what}. "
            f"Call the model itself, in evaluation mode, or let forward return one array with a row per example."
        )
    return unwrap(prediction)


def numbers(name: str, values: Any) -> Any:
    """An array of numbers."""
    if values is None:
        raise errors.ArgumentError(f"Trainer: {name} is None; write an array with a row per example.")
    if isinstance(values, (str, bytes, dict, set)) or (isinstance(values, Dataset) and name == "x"):
        write = "an array of numbers, with a row per example"
        if isinstance(values, Dataset):
            write = "nn.data.DataLoader(dataset, batch_size), which makes batches of it"
        raise errors.wrong_argument("Trainer", name, values, write)
    if isinstance(values, Iterable) and not isinstance(values, (list, tuple)) and not hasattr(values, "shape"):
        raise errors.wrong_argument("Trainer", name, values, "an array; a loader, which gives y too, stands alone")
    try:
        array = np.asarray(unwrap(values))
        kind = f"holds {array.dtype}"
    except ValueError:  # rows of different lengths
        kind = "has rows of different lengths"
    else:
        if array.dtype.kind in "biufc":
            return array
    raise errors.ArgumentError(
        f"Trainer: {name} {kind}; write an array of numbers, with rows of one length and classes as 0, 1, ..."
    )


def pair(data: Any) -> Any:
    """Validation data: x and y."""
    if not (isinstance(data, (tuple, list)) and len(data) == 2):
        raise errors.wrong_argument("Trainer", "validation_data", data, "a pair, validation_data=(x, y), or a loader")
    return data


def sequence(callbacks: Any, kind: type) -> Sequence[Any]:
    """Callbacks: a sequence of instances."""
    if not isinstance(callbacks, Sequence):
        raise errors.wrong_argument("Trainer", "callbacks", callbacks, "a list, callbacks=[...]")
    for callback in callbacks:
        if not isinstance(callback, kind):
            raise errors.wrong_argument("Trainer", "one of the callbacks", callback, "an instance of an nn.Callback")
    return callbacks


def only_for_arrays(**options: Any) -> None:
    """Options that a loader decides itself are not given."""
    for name, value in options.items():
        if value is not None:
            instead = "validation_data=" if name == "validation_split" else "a loader of batches (x, y, weights)"
            raise errors.ArgumentError(f"Trainer: {name} is for arrays, and x is a loader. Write {instead}.")


def split(arrays: Sequence[Any], share: float) -> tuple[list[Any], list[Any]]:
    """The first part of each array, and the last part, which has `share` of the examples."""
    length = len(arrays[0])
    kept = length - round(length * share) if checks.is_number(share) and 0 < share < 1 else 0
    if not 0 < kept < length:
        both = f"a share that leaves some of the {length} examples on each side"
        raise errors.out_of_range("Trainer", "validation_split", share, both)
    return [array[:kept] for array in arrays], [array[kept:] for array in arrays]
