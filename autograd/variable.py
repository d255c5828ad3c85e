"""`Variable`: a value in the graph as who holds it sees it: its data, its gradient, `backward`, Python's conversions.

`Tensor` adds operators and NumPy's surface to it; nothing else derives from it.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, Never, Self

import numpy as np

from autograd import errors
from autograd.copying import copy_graph, pack_graph
from autograd.engine import backpropagate, order_graph
from autograd.graph import Node, differentiating, is_differentiating, tick, unwrap
from autograd.operands import as_value, starting_gradient

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = ["Handle", "Variable"]

handles = count()


class Handle:
    """What `register_hook` returns; `remove` takes the hook away."""

    def __init__(self, hooks: dict[int, Callable[[Any], Any]], hook: Callable[[Any], Any]) -> None:
        self.hooks, self.key = hooks, next(handles)
        hooks[self.key] = hook

    def remove(self) -> None:
        self.hooks.pop(self.key, None)


class Variable(Node):
    """A node with what its holder reads and sets; see `Tensor`."""

    __slots__ = ()

    def __init__(
        self,
        data: Any,
        *,
        requires_grad: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **unknown: Never,
    ) -> None:
        if unknown:
            raise errors.unknown_keyword("Tensor", unknown, ["requires_grad", "name", "dtype"])
        value = as_value(data, dtype)
        traceable = value.dtype.kind in "fc"
        if requires_grad and not traceable:
            raise errors.DataError(
                f"a Tensor of {value.dtype} cannot require a gradient: derivatives need floating or complex values. "
                f"Write 2.0 instead of 2, or Tensor(data, dtype=float, requires_grad=True)."
            )
        self._value = value
        self.op = self.kwargs = self.values = self.notes = None
        self.args = self.parents = ()
        self._requires_grad = traceable if requires_grad is None else bool(requires_grad)
        self.serial = self.changed = tick()
        if name is not None:
            self.name = name

    # ------------------------------------------------------------------------------------------------ the value

    @property
    def data(self) -> Any:
        """The value: a NumPy scalar or an ndarray (of an inner node, read-only).

        Assigning to a leaf, ``w.data -= 0.1 * w.grad`` included, gives it a new value and marks it as changed, so that
        a graph made before is not run backward with it.
        """
        data = self._value
        if self.op is not None and isinstance(data, np.ndarray):
            data = data.view()
            data.flags.writeable = False
        return data

    @data.setter
    def data(self, value: Any) -> None:
        if self.op is not None:
            raise errors.MutationError(
                f"the value of an inner node ({errors.op_name(self.op)}) cannot be set: it was computed. "
                f"Use the new value in its place, or ag.index_update(t, i, v)."
            )
        if value is not self._value:
            value = as_value(value, self.dtype)
            if value.shape != self.shape:
                raise errors.ShapeError(
                    f"the leaf {errors.describe(self)} cannot take a value of shape {value.shape}: "
                    f"a leaf keeps its shape. Make a new Tensor."
                )
            self._value = value
        self.changed = tick()

    @property
    def shape(self) -> tuple[int, ...]:
        return self._value.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        return self._value.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        return self._value.size  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._value.dtype  # type: ignore[no-any-return]

    @property
    def itemsize(self) -> int:
        return self._value.itemsize  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> int:
        return self._value.nbytes  # type: ignore[no-any-return]

    def item(self, *index: Any) -> float | complex | int | bool:
        """The value of a one-element tensor, or of the entry at `index`, as a Python number."""
        return self._value.item(*index)  # type: ignore[no-any-return]

    def numpy(self) -> Any:
        """The value, as `data`: outside the graph."""
        return self.data

    def tolist(self) -> Any:
        """The value as nested Python lists."""
        return self._value.tolist()

    # --------------------------------------------------------------------------------------------- the gradient

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to this node. Of a leaf it can be set: False freezes it."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if self.op is not None:
            raise errors.MutationError("requires_grad of an inner node cannot be set. Use t.detach() to cut the graph.")
        if value and self.dtype.kind not in "fc":
            raise errors.DataError(f"a Tensor of {self.dtype} cannot require a gradient. Use t.astype(float).")
        self._requires_grad = bool(value)

    @property
    def grad(self) -> Any:
        """The gradient that `backward` has added up here, with the shape and dtype of the value; None before."""
        notes = self.notes
        if notes is not None and (notes.grad is not None or notes.retains_grad):
            return notes.grad
        if self.op is not None:
            warnings.warn(
                f"reading .grad of an inner node ({errors.op_name(self.op)}) that does not keep it: "
                f"call t.retain_grad() or name it, t.named('p'), before backward().",
                stacklevel=2,
            )
        return None

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is None:
            self.zero_grad()
            return
        if np.shape(unwrap(value)) != self.shape:
            raise errors.ShapeError(
                f"a gradient of shape {np.shape(unwrap(value))} does not fit {errors.describe(self)}."
            )
        array = np.asarray(unwrap(value))
        if not np.can_cast(array.dtype, self.dtype, "same_kind"):
            raise errors.DataError(f"a gradient of {array.dtype} does not fit {errors.describe(self)}.")
        self.noted().grad = value if isinstance(value, Node) else array.astype(self.dtype, copy=False)[()]

    def named(self, name: str) -> Self:
        """Give the node a name, for messages and pictures, and have it keep its gradient. Returns the node."""
        self.name = name
        self.retain_grad()
        return self

    def retain_grad(self) -> None:
        """Have an inner node keep its gradient in `grad`, as leaves do."""
        if self.op is not None:
            self.noted().retains_grad = True

    def zero_grad(self) -> None:
        """Forget the gradient."""
        if self.notes is not None:
            self.notes.grad = None

    def register_hook(self, hook: Callable[[Any], Any]) -> Handle:
        """Call `hook` with each gradient that arrives here; what it returns, if not None, takes its place."""
        if not self._requires_grad:
            raise errors.BackwardError("register_hook on a tensor that takes no gradient (requires_grad is False).")
        return Handle(self.noted().hooks, hook)

    def backward(
        self, gradient: Any = None, *, retain_graph: bool = True, create_graph: bool = False, **unknown: Never
    ) -> None:
        """Add the gradient of this value to `grad` of every leaf, and of every inner node that keeps it.

        `gradient`, of this value's shape, weighs the entries of a value that is not a scalar. The graph can be run
        again unless ``retain_graph=False``, which frees its values on the way; with ``create_graph=True`` the gradients
        are Tensors that can be differentiated again. Nothing is written if the pass fails.

        Raises `BackwardError`, `FreedGraphError`, `StaleValueError`.
        """
        if unknown:
            raise errors.unknown_keyword("backward", unknown, ["gradient", "retain_graph", "create_graph"])
        seed = starting_gradient(self, gradient, create_graph)
        order, _ = order_graph([self])
        grads: dict[Node, Any] = {self: seed}
        if create_graph:
            with differentiating():
                found = backpropagate(order, grads, retaining=True, create_graph=True, retain_graph=retain_graph)
        else:
            found = backpropagate(order, grads, retaining=True, retain_graph=retain_graph)
        for node, g in found.items():
            notes = node.noted()
            if notes.grad is None:
                notes.grad = g
            else:
                notes.grad = (notes.grad if create_graph else unwrap(notes.grad)) + g

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Any:
        if self._requires_grad and np.dtype(dtype).hasobject:
            raise errors.python_objects("np.vectorize", self)
        if self._requires_grad:
            raise errors.TracedConversionError(
                f"np.asarray would take {errors.describe(self)} out of the graph and drop its gradient. Write t.data "
                f"for the value. To trace, use the tensor as it is, and write np.stack([a, b]) for np.array([a, b]), "
                f"np.concatenate([a, b]) for np.r_[a, b], np.broadcast_to(t, shape) for np.full(shape, t), a function "
                f"of whole arrays for np.vectorize, and for a function of SciPy's the one in autograd.scipy."
            )
        return np.array(self._value, dtype=dtype, copy=copy)

    # -------------------------------------------------------------------------------------------- Python's protocols

    def __repr__(self) -> str:
        text = np.array2string(np.asarray(self._value), separator=", ", prefix="Tensor(", threshold=200)
        dtype = "" if self.dtype in (np.float64, np.int64, np.bool_) else f", dtype={self.dtype}"
        name = "" if self.name is None else f", name={self.name!r}"
        op = "" if self.op is None else f", op={self.op.__name__}"
        traced = ", requires_grad=False" if self.dtype.kind in "fc" and not self._requires_grad else ""
        return f"Tensor({text}{dtype}{name}{op}{traced})"

    def __len__(self) -> int:
        return len(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __float__(self) -> float:
        return float(self._only_element("float"))

    def __int__(self) -> int:
        return int(self._only_element("int"))

    def __complex__(self) -> complex:
        return complex(self._only_element("complex"))

    def __index__(self) -> int:
        return operator.index(self._value)

    def __format__(self, spec: str) -> str:
        return format(self._value, spec) if spec else str(self)

    def _only_element(self, kind: str) -> Any:
        if self.size != 1:
            raise errors.TracedConversionError(
                f"{kind}() of {errors.describe(self)}: only one element converts. Write t.data or t.sum()."
            )
        if self._requires_grad and kind != "int" and is_differentiating():
            raise errors.TracedConversionError(
                f"{kind}() of {errors.describe(self)} inside a function that is being differentiated would drop its "
                f"gradient. Write np.sin for math.sin, np.stack or ag.index_update to fill an array, t.item() for the "
                f"value."
            )
        return self._value.item()

    def __copy__(self) -> Any:
        if self._is_under_derivative():
            return np.copy(self)
        restore, parts = self.__reduce__()
        return restore(*parts)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return np.copy(self) if self._is_under_derivative() else copy_graph(self, memo)

    def _is_under_derivative(self) -> bool:
        """Whether a copy must stay in the graph: a function that is being differentiated makes it of its argument."""
        return self._requires_grad and is_differentiating()

    def __reduce__(self) -> Any:
        return pack_graph(self)
