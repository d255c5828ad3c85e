"""`Parameter`: a tensor that an optimizer moves. Imported by `module.py`, which finds them among its attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

import numpy as np

from autograd import Tensor
from autograd.graph import holding, tick, unwrap
from nn import errors

__all__ = ["Parameter", "listed", "sized_by", "zero_grads"]

_check: ContextVar[Callable[[int], None] | None] = ContextVar("check_of_sizes", default=None)


@contextmanager
def sized_by(check: Callable[[int], None]) -> Iterator[None]:
    """Inside, `check` is told the size of each parameter before its memory is touched: for files from elsewhere."""
    with holding(_check, check):
        yield


class Parameter(Tensor):
    """A leaf that a module owns and an optimizer moves.

    An array keeps its dtype; numbers and lists become float32, PyTorch's default.
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True, *, name: str | None = None, dtype: Any = None) -> None:
        if dtype is None and not isinstance(data, (np.ndarray, np.generic, Tensor)):
            dtype = np.float32
        if (check := _check.get()) is not None:
            check(np.size(data))
        super().__init__(data, requires_grad=requires_grad, name=name, dtype=dtype)

    def cast_(self, dtype: Any) -> Self:
        """Change the dtype of the value; a gradient that there is, too."""
        self._value = self._value.astype(dtype)
        self.grad = None if self.grad is None else unwrap(self.grad).astype(dtype)
        self.changed = tick()
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Choose whether it is traced: frozen, it gets no gradient."""
        self.requires_grad = requires_grad
        return self

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


def listed(
    what: str, tensors: Any, kinds: tuple[type, ...] = (Tensor,), write: str = "model.parameters()"
) -> list[Any]:
    """One tensor, or several, as a list."""
    if isinstance(tensors, kinds):
        return [tensors]
    found = list(tensors) if isinstance(tensors, Iterable) else [tensors]
    for item in found:
        if not isinstance(item, kinds):
            raise errors.ArgumentError(
                f"{what} takes tensors, not a {type(item).__name__}. Write {what}({write}, ...)."
            )
    return found


def zero_grads(parameters: Iterable[Tensor], set_to_none: bool) -> None:
    """Forget the gradients, or make those that there are 0."""
    for p in parameters:
        p.grad = None if set_to_none or p.grad is None else np.zeros_like(unwrap(p.grad))
