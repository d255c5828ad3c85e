"""What `detect_anomaly` looks at: where a node was made, whether its numbers are finite, whether its inputs changed.

The engine makes one `Origin` per node while it watches, and asks it again on the way back.
"""

from __future__ import annotations

import linecache
import zlib
from typing import Any

import numpy as np

from autograd import errors
from autograd.sightings import caller

__all__ = ["Origin", "verify_gradient"]


class Origin:
    """The user's line that made a node, and the fingerprints of the arrays that the node captured there."""

    __slots__ = ("args", "file", "fingerprints", "line", "op", "values")

    def __init__(self, op: Any, args: tuple[Any, ...], values: list[Any], kwargs: dict[str, Any], data: Any) -> None:
        self.op, self.args, self.values = op, listed([*args, *kwargs.values()]), listed([*values, *kwargs.values()])
        self.file, self.line = caller()
        self.fingerprints = [fingerprint(value) for value in self.values]
        if is_broken(data) and (bool(np.isnan(data).any()) or not self.infinity_passed_in()):
            raise errors.AnomalyError(
                f"{errors.op_name(op)} made {worst(data)}\n  from {self.inputs()}\n{self.where()}"
            )

    def verify(self) -> None:
        """Raise if an array that the node captured is no longer what it was."""
        for arg, value, before in zip(self.args, self.values, self.fingerprints, strict=True):
            if fingerprint(value) != before:
                raise errors.AnomalyError(
                    f"the input {errors.describe(arg)} of {errors.op_name(self.op)} was changed in place after the "
                    f"forward pass had used it; the gradients would be those of other values. "
                    f"Pass a copy, or change it after backward().\n{self.where()}"
                )

    def infinity_passed_in(self) -> bool:
        """Whether an infinity came in as a constant, or from a node that was let through; a leaf's own is not."""
        return any(
            is_broken(value) and bool(np.isinf(value).any())
            for arg, value in zip(self.args, self.values, strict=True)
            if not (hasattr(arg, "op") and arg.op is None)
        )

    def inputs(self) -> str:
        """Each input: its name, what it is, and the range of its numbers."""
        return "; ".join(span(value, arg) for arg, value in zip(self.args, self.values, strict=True))

    def where(self) -> str:
        """The place as Python's tracebacks write it."""
        return f'  File "{self.file}", line {self.line}\n    {linecache.getline(self.file, self.line).strip()}'


def verify_gradient(node: Any, parent: Any, gradient: Any, upstream: Any) -> None:
    """Raise if the gradient that `node` gave to its input `parent`, or the sum with those before, is not finite."""
    if not is_broken(gradient):
        return
    where = "" if node.origin is None else f"; {node.origin.inputs()}\n{node.origin.where()}"
    raise errors.AnomalyError(
        f"the backward pass of {errors.op_name(node.op)} made {worst(gradient)} in the gradient of its input "
        f"{errors.describe(parent)}\n  from g: {span(upstream)}{where}"
    )


def listed(args: Any) -> list[Any]:
    """Arguments with lists and tuples of arrays taken apart."""
    return [item for arg in args for item in (listed(arg) if isinstance(arg, (list, tuple)) else [arg])]


def fingerprint(value: Any) -> int | None:
    """A checksum of an array's bytes; None for what cannot change."""
    return zlib.crc32(np.ascontiguousarray(value).data) if isinstance(value, np.ndarray) and value.size else None


def is_broken(value: Any) -> bool:
    """Whether it is a number or array with an entry that is not finite."""
    value = getattr(value, "_value", value)
    kind = "f" if isinstance(value, float) else getattr(getattr(value, "dtype", None), "kind", "")
    return kind in ("f", "c") and not bool(np.isfinite(value).all())


def worst(value: Any) -> str:
    """The first entry that is not finite, and how many there are."""
    data = np.asarray(getattr(value, "_value", value))
    broken = np.argwhere(~np.isfinite(data))
    first = tuple(int(i) for i in broken[0])
    where = f" at index {first} ({len(broken)} of {data.size} entries)" if data.ndim else ""
    return f"{data[first]}{where}"


def span(value: Any, arg: Any = None) -> str:
    """What it is, and the range of its numbers."""
    data = getattr(value, "_value", value)
    text = errors.describe(value if arg is None else arg)
    if isinstance(data, (np.ndarray, np.generic)) and data.size and data.dtype.kind in "fiu":
        low, high = np.min(data), np.max(data)
        text += f" = {low:.6g}" if data.ndim == 0 else f" in [{low:.6g}, {high:.6g}]"
    return text
