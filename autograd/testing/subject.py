"""What is checked: a function at a point, seen as a map from one vector of real numbers to another.

`Subject` takes arguments apart (nested, complex, models with their parameters) and numbers their entries; the rest of
the checker sees vectors. A complex entry is two coordinates. Outputs are reduced by random weights w, so the gradient
under test is that of ``sum(w * f(x))``.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple

import numpy as np

from autograd.containers import flatten
from autograd.errors import DataError
from autograd.functional import jvp, vjp
from autograd.graph import no_grad
from autograd.testing.arguments import (
    argument_names,
    as_array,
    call_model,
    is_model,
    nothing_to_differentiate,
    parts,
    paths,
)
from autograd.testing.differences import Vector

__all__ = ["Leaf", "Run", "Subject", "precise", "real_vector", "widened"]


class Leaf(NamedTuple):
    """One array to differentiate by: its name, its value as given, and where its coordinates begin."""

    name: str
    argument: int
    value: Any
    start: int

    @property
    def stride(self) -> int:
        """How many coordinates an entry has."""
        return 2 if self.value.dtype.kind == "c" else 1

    @property
    def coordinates(self) -> slice:
        return slice(self.start, self.start + self.stride * self.value.size)

    def name_of(self, index: tuple[int, ...]) -> str:
        return f"{self.name}[{', '.join(map(str, index))}]" if index else self.name


class Run(NamedTuple):
    """One run at the point: the outputs, the weights of their sum, and its gradient under test, one per leaf."""

    outputs: list[Any]
    weights: list[Any]
    gradients: list[Any]

    @property
    def gradient(self) -> Vector:
        """The gradient by the coordinates: of a complex entry by its real, and by its imaginary part."""
        return real_vector([np.conj(g) for g in self.gradients])

    @property
    def floating(self) -> list[tuple[Any, Any]]:
        """The outputs that have a gradient, with their weights."""
        return [(out, w) for out, w in zip(self.outputs, self.weights, strict=True) if out.dtype.kind in "fc"]


class Subject:
    """A function and its arguments, ready to be evaluated and differentiated at the point and beside it.

    `gradient` is the function that is under test; None means this engine's own. `calls` counts the evaluations of `f`.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        gradient: Callable[..., Any] | None,
        names: list[str] | None = None,
    ) -> None:
        self.function, self.gradient = f, gradient
        self.calls = 0
        self.raised: Exception | None = None
        if names is None:
            names = argument_names(getattr(f, "forward", f) if is_model(f) else f, args)
        if is_model(f):
            self.function, args, names = call_model, (f, *args), ["", *names]
        # a model is copied: its buffers may change at every call
        args = tuple(copy.deepcopy(arg) if is_model(arg) else arg for arg in args)
        self.given, self.rebuild = flatten(list(args))
        self.leaves: list[Leaf] = []
        self.holders: list[tuple[int, str | None]] = []  # for each leaf: its place, and the parameter if it is a model
        labels = [label for arg, name in zip(args, names, strict=True) for label in paths(arg, name)]
        owners = [i for i, arg in enumerate(args) for _ in paths(arg, "")]
        start = 0
        for place, (item, label, owner) in enumerate(zip(self.given, labels, owners, strict=True)):
            for key, value in parts(item):
                name = ".".join(filter(None, [label, key]))
                leaf = Leaf(name, owner, value, start)
                self.leaves.append(leaf)
                self.holders.append((place, key))
                start = leaf.coordinates.stop
        self.others = [
            (label, item, item.copy())
            for item, label in zip(self.given, labels, strict=True)
            if isinstance(item, np.ndarray) and item.dtype.kind not in "fc"
        ]
        self.size = start
        self.wide = True  # whether f is evaluated in float64
        if not self.leaves:
            raise nothing_to_differentiate(f, self.given)

    # -------------------------------------------------------------------------------------------------- vectors

    @property
    def point(self) -> Vector:
        return np.concatenate([coordinates_of(widened(leaf.value)) for leaf in self.leaves])

    def split(self, x: Vector) -> list[Any]:
        """A vector as one array per leaf."""
        return [
            (flat.view(np.complex128) if leaf.stride == 2 else flat).reshape(leaf.value.shape).copy()[()]
            for leaf, flat in ((leaf, x[leaf.coordinates]) for leaf in self.leaves)
        ]

    def values_at(self, x: Vector) -> list[Any]:
        """The arguments at a vector: in float64, or as given where `f` does not take that."""
        values = self.split(x)
        if self.wide:
            return values
        return [value.astype(leaf.value.dtype) for leaf, value in zip(self.leaves, values, strict=True)]

    def given_values(self) -> list[Any]:
        """The arguments at the point and at the dtype given, copied."""
        return [np.array(leaf.value)[()] for leaf in self.leaves]  # keeps the layout in memory

    def jittered(self, size: float, rng: np.random.Generator) -> list[Any]:
        """The arguments at a point beside, by a random fraction of each entry up to `size`."""
        return self.values_at(self.point * (1 + size * rng.uniform(-1, 1, self.size)))

    def other_arrays_changed(self) -> list[str]:
        """The names of arguments that are not differentiated and no longer what they were."""
        return [name for name, item, before in self.others if not np.array_equal(item, before)]

    def representable(self, x: Vector) -> Vector:
        """The vector that `f` sees: rounded to the dtype in which it is evaluated."""
        return x if self.wide else real_vector(self.values_at(x))

    # -------------------------------------------------------------------------------------------------- the function

    def call(self, *values: Any) -> Any:
        """`f` with `values` in place of its leaves."""
        given = list(self.given)
        with ExitStack() as stack:
            substitutes: dict[int, dict[str, Any]] = {}
            for (place, key), value in zip(self.holders, values, strict=True):
                if key is None:
                    given[place] = value
                else:
                    substitutes.setdefault(place, {})[key] = value
            for place, parameters in substitutes.items():
                stack.enter_context(given[place].substituted(parameters))
            self.calls += 1
            return self.function(*self.rebuild(given))

    def outputs(self, values: list[Any]) -> list[Any]:
        """What `f` returns, as arrays, without a graph."""
        with no_grad():
            return [as_array(out) for out in flatten(self.call(*values))[0]]

    def evaluate(self, x: Vector) -> Vector | None:
        """The outputs at a vector, None where `f` raises or returns something else than at the point."""
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                return real_vector([out for out in self.outputs(self.values_at(x)) if out.dtype.kind in "fc"])
        except Exception as error:  # noqa: BLE001  # whatever f does away from its point is a finding, not our failure
            self.raised = error
            return None

    def along_imaginary(self, direction: Vector) -> Vector | None:
        """The outputs at ``x + i * direction`` as complex numbers, if `f` takes that without complaint."""
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("error")
                outputs = self.outputs(self.values_imaginary(direction))
        except Exception:  # noqa: BLE001  # see above; here it means that there is no complex step
            return None
        return np.concatenate([np.ravel(out) for out in outputs if out.dtype.kind in "fc"])

    def values_imaginary(self, direction: Vector) -> list[Any]:
        return [x + 1j * part for x, part in zip(self.split(self.point), self.split(direction), strict=True)]

    # -------------------------------------------------------------------------------------------------- its gradient

    def pull(self, values: list[Any], weights: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
        """The outputs, and the gradients under test of the weighted sum, computed twice."""
        if self.gradient is not None:
            outputs = self.outputs(values)
            first, again = (self.given_gradient(values, outputs, weights) for _ in range(2))
            return outputs, first, again
        value, pullback = vjp(self.call, *values)
        outputs, rebuild = flatten(value)
        first, again = (pullback(rebuild([w[()] for w in weights])) for _ in range(2))
        if len(values) == 1:
            first, again = [first], [again]
        return [np.asarray(out) for out in outputs], [np.asarray(g) for g in first], [np.asarray(g) for g in again]

    def run(self, values: list[Any], weights: list[Any]) -> Run:
        """`pull`, as one run."""
        outputs, gradients, _ = self.pull(values, weights)
        return Run(outputs, weights, gradients)

    def gradient_beside(self, values: list[Any], weights: list[Any]) -> Vector:
        """The gradient at another point; NaN where `f` or the gradient raises there."""
        try:
            return self.run(values, weights).gradient
        except Exception:  # noqa: BLE001  # see `evaluate`
            return np.full(self.size, np.nan)

    def push(self, values: list[Any], tangents: list[Any]) -> list[Any]:
        """The tangents of the outputs, forward."""
        return [np.asarray(out) for out in flatten(jvp(self.call, tuple(values), tuple(tangents))[1])[0]]

    def given_gradient(self, values: list[Any], outputs: list[Any], weights: list[Any]) -> list[Any]:
        """What the function that the user gave returns, contracted with the weights where it is a Jacobian."""
        found = self.raw_gradient(values)
        if not self.weighted(found, outputs) or any(g.dtype.kind not in "fc" for g in found):
            return found
        (out,), (w,) = outputs, weights
        return [np.tensordot(w.astype(np.result_type(g, "e")), g, out.ndim) for g in found]

    def takes_weights(self, values: list[Any], outputs: list[Any]) -> bool:
        """Whether the gradient is that of any weighted sum; a function that was given may know the plain sum only."""
        return self.gradient is None or self.weighted(self.raw_gradient(values), outputs)

    def weighted(self, found: list[Any], outputs: list[Any]) -> bool:
        """Whether these are Jacobians, of shape ``output.shape + argument.shape``; a scalar has a gradient instead."""
        if len(outputs) != 1 or not outputs[0].ndim:
            return False
        return [g.shape for g in found] == [outputs[0].shape + leaf.value.shape for leaf in self.leaves]

    def raw_gradient(self, values: list[Any]) -> list[Any]:
        """What the function that the user gave returns for the leaves."""
        assert self.gradient is not None
        given = list(self.given)
        for (place, key), value in zip(self.holders, values, strict=True):
            if key is not None:
                raise DataError("gradcheck(grad=...) takes arrays, not a model: pass its parameters as a dict.")
            given[place] = value
        found = flatten(self.gradient(*self.rebuild(given)))[0]
        if len(found) == len(given) != len(values):
            found = [found[place] for place, _ in self.holders]
        if len(found) != len(values):
            raise DataError(
                f"grad= returned {len(found)} arrays for {len(values)} floating arguments. It is called as f is, and "
                f"returns the gradient of its one argument, or a tuple with the gradient of each."
            )
        return [np.zeros_like(v) if g is None else as_array(g) for g, v in zip(found, values, strict=True)]


# ------------------------------------------------------------------------------------------------------------- arrays


def widened(value: Any) -> Any:
    return value.astype(np.complex128 if value.dtype.kind == "c" else np.float64)


def precise(value: Any) -> float:
    """The machine epsilon of an array's dtype."""
    return float(np.finfo(value.dtype).eps) if value.dtype.kind in "fc" else 0.0


def coordinates_of(value: Any) -> Vector:
    """The entries of a float64 or complex128 array as real numbers, real and imaginary part by turns."""
    flat: Vector = np.ascontiguousarray(value).reshape(-1).view(np.float64)
    return flat


def real_vector(values: list[Any]) -> Vector:
    """Arrays of any precision, as one vector of real numbers."""
    return np.concatenate([coordinates_of(widened(np.asarray(value))) for value in values] or [np.zeros(0)])
