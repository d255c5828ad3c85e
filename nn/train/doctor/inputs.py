"""What is wrong with what comes into the model: numbers of a size that its first layer is not made for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograd.graph import unwrap
from nn.layers.batch_norm import ChannelNorm
from nn.layers.embedding import Table
from nn.layers.group_norm import GroupNorm
from nn.layers.normalization import LastAxes
from nn.train.doctor.findings import Finding
from nn.train.doctor.observing import Step
from nn.train.doctor.thresholds import LARGE_INPUT, SMALL_INPUT

__all__ = ["check_inputs"]


def check_inputs(step: Step) -> Iterator[Finding]:
    """The input of the first layer with parameters: whatever is done to the data before counts."""
    call = next((call for call in step.calls if call.parameters), None)
    if call is None or isinstance(call.layer, (Table, ChannelNorm, GroupNorm, LastAxes)):
        return
    x = unwrap(call.input)
    if not isinstance(x, np.ndarray) or x.ndim < 2 or not x.size or x.dtype.kind not in "fiu":
        return
    x = x.astype(np.float64)
    largest = float(np.max(np.abs(x)))
    columns = np.sqrt(np.mean(np.square(x), axis=0)) if x.ndim == 2 else np.sqrt(np.mean(np.square(x)))
    if np.isfinite(largest) and np.max(columns) > LARGE_INPUT:
        which = f"column {int(np.argmax(columns))}" if x.ndim == 2 else "the input"
        yield Finding(
            "unscaled-input",
            f"the input of layer {call.title} goes from {x.min():.4g} to {x.max():.4g} ({which} has a root mean square "
            f"of {np.max(columns):.3g}), and layers are initialised for about 1. Standardise the columns "
            f"(sklearn.preprocessing.StandardScaler), divide images by 255, or begin with a BatchNorm layer.",
        )
    elif 0 < largest < SMALL_INPUT:
        yield Finding(
            "unscaled-input",
            f"the largest entry in the input of layer {call.title} is {largest:.2g}, so that the layer sees little but "
            f"its bias. Standardise the columns (sklearn.preprocessing.StandardScaler).",
        )
