"""Vector spaces: what the values of one structure, shape and dtype have in common. Used by `autograd.extend`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from autograd.containers import CONTAINERS, flatten
from autograd.graph import unwrap

__all__ = ["ArrayVSpace", "ComplexArrayVSpace", "ContainerVSpace", "VSpace", "vspace"]


class VSpace:
    """The space that `value` is in: an array, or nested lists, tuples and dicts of them.

    Operations take values and Tensors, and give their results in the same structure.
    """

    mappings: ClassVar[dict[type, Callable[[Any], VSpace]]] = {}

    def __init__(self, value: Any) -> None:
        leaves, self.structure = flatten(unwrap(value))
        arrays = [np.asarray(leaf) for leaf in leaves]
        self.parts = [(array.shape, array.dtype) for array in arrays]
        self.iscomplex = any(array.dtype.kind == "c" for array in arrays)

    @classmethod
    def register(cls, value_type: type, vspace_maker: Callable[[Any], VSpace] | None = None) -> None:
        """Have `vspace` use this class, or `vspace_maker`, for values of a type."""
        VSpace.mappings[value_type] = vspace_maker or cls

    @property
    def size(self) -> int:
        """How many real numbers a value holds."""
        return sum(int(np.prod(shape)) * (2 if dtype.kind == "c" else 1) for shape, dtype in self.parts)

    def zeros(self) -> Any:
        return self.structure([np.zeros(*part) for part in self.parts])

    def ones(self) -> Any:
        """All ones; ``1 + 1j`` where complex."""
        return self.structure(
            [np.full(shape, 1 + 1j if dtype.kind == "c" else 1, dtype) for shape, dtype in self.parts]
        )

    def randn(self) -> Any:
        """Standard normal numbers from NumPy's global generator."""
        return self.structure([normal(shape, dtype) for shape, dtype in self.parts])

    def standard_basis(self) -> Iterator[Any]:
        for place, (shape, dtype) in enumerate(self.parts):
            for index in np.ndindex(shape):
                for unit in (1, 1j) if dtype.kind == "c" else (1,):
                    arrays = [np.zeros(*part) for part in self.parts]
                    arrays[place][index] = unit
                    yield self.structure(arrays)

    def add(self, x: Any, y: Any) -> Any:
        return self.combine(lambda a, b: a + b, x, y)

    def mut_add(self, x: Any, y: Any) -> Any:
        """The sum; nothing is changed in place here. `x` may be None."""
        return self.add(self.zeros() if x is None else x, y)

    def scalar_mul(self, x: Any, a: Any) -> Any:
        return self.combine(lambda entry: entry * a, x)

    def covector(self, x: Any) -> Any:
        """The complex conjugate."""
        return self.combine(lambda a: np.conj(a) if a.dtype.kind == "c" else a, x)

    def inner_prod(self, x: Any, y: Any) -> Any:
        products = [np.sum(np.real(np.conj(a) * b)) for a, b in zip(flatten(x)[0], flatten(y)[0], strict=True)]
        return sum(products[1:], products[0]) if products else 0.0

    def combine(self, function: Callable[..., Any], *values: Any) -> Any:
        """Apply a function leaf by leaf."""
        return self.structure([function(*leaves) for leaves in zip(*[flatten(v)[0] for v in values], strict=True)])

    def __eq__(self, other: object) -> bool:
        return (
            type(self) is type(other)
            and self.__dict__ | {"structure": 0} == other.__dict__ | {"structure": 0}
            and (self.structure.tree == other.structure.tree)
        )

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.structure([f'{dtype}{list(shape)}' for shape, dtype in self.parts])})"


class ContainerVSpace(VSpace):
    """The space of nested lists, tuples and dicts."""


class ArrayVSpace(VSpace):
    """The space of arrays of one shape and dtype."""

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        ((self.shape, self.dtype),) = self.parts

    @property
    def ndim(self) -> int:
        return len(self.shape)


class ComplexArrayVSpace(ArrayVSpace):
    """The same for complex arrays."""


def normal(shape: tuple[int, ...], dtype: Any) -> Any:
    numbers = np.random.standard_normal(shape)  # noqa: NPY002  # the seed of HIPS autograd's users
    if dtype.kind == "c":
        numbers = numbers + 1j * np.random.standard_normal(shape)  # noqa: NPY002
    return np.asarray(numbers, dtype)


def vspace(value: Any) -> VSpace:
    """The vector space that a value is in."""
    value = unwrap(value)
    if type(value) in VSpace.mappings:
        return VSpace.mappings[type(value)](value)
    for leaf in flatten(value)[0]:
        if isinstance(leaf, int | str) or np.asarray(leaf).dtype.kind not in "biufc":
            raise TypeError(f"there is no vector space for {leaf!r}, of type {type(leaf).__name__}")
    if isinstance(value, CONTAINERS):
        return ContainerVSpace(value)
    return ComplexArrayVSpace(value) if np.iscomplexobj(value) else ArrayVSpace(value)
