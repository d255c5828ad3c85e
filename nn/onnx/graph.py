"""The ONNX graph that is being built: its nodes, constants and names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import op_name
from autograd.optional import optional
from nn import errors
from nn.onnx.trace import Batch, Full, Input, Opaque, Ref, Rows, Step, Trace

__all__ = ["OPSET", "TRANSLATIONS", "Graph", "translates"]

OPSET = 18
TRANSLATIONS: dict[Any, Callable[..., Any]] = {}


def translates(*ops: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function of the graph, the step and the arguments, as the translation of operations.

    It returns the name of the result, or a tuple of names for the first results of several.
    """

    def put(function: Callable[..., Any]) -> Callable[..., Any]:
        for op in ops:
            TRANSLATIONS[op] = function
        return function

    return put


class Graph:
    """Nodes and constants, and the names of the steps' results."""

    def __init__(self, trace: Trace, batch_axis: int | None) -> None:
        self.trace, self.batch_axis = trace, batch_axis
        self.onnx = optional("onnx", "onnx", "nn.onnx.export")
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        self.inputs = [f"input_{i}" if i else "input" for i in range(len(trace.inputs))]
        self.results: list[Any] = []
        self.count = 0

    def run(self) -> None:
        """Translate every step."""
        for step in self.trace.steps:
            if step.op not in TRANSLATIONS:
                known = sorted({op_name(op) for op in TRANSLATIONS})
                raise errors.ExportError(
                    f"{op_name(step.op)} has no translation into ONNX. There are translations of {', '.join(known)}."
                )
            try:
                self.results.append(TRANSLATIONS[step.op](self, step, *step.args, **step.kwargs))
            except (TypeError, IndexError, AttributeError) as error:
                raise errors.ExportError(
                    f"{op_name(step.op)} has no translation into ONNX with these arguments: {error}"
                ) from error

    def add(self, kind: str, *inputs: Any, count: int = 1, **attributes: Any) -> Any:
        """A node of names and constants; returns the name of its result, or a tuple of names of several."""
        self.count += 1
        names = [self.name(x) for x in inputs]
        outputs = [f"{kind.lower()}_{self.count}" + (f"_{i}" if i else "") for i in range(count)]
        self.nodes.append(self.onnx.helper.make_node(kind, names, outputs, name=f"{kind}_{self.count}", **attributes))
        return outputs[0] if count == 1 else tuple(outputs)

    def name(self, value: Any, dtype: Any = None) -> str:
        """The name of a value: of a result, an input, or a constant, which is added; "" for None."""
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, Ref):
            found = self.results[value.step]
            return str(found if isinstance(found, str) else found[0])
        if isinstance(value, Input):
            return self.inputs[value.number]
        if isinstance(value, Full):
            return str(self.add("Expand", self.name(np.asarray(value.value)), self.sizes(value.shape)))
        if isinstance(value, Batch):
            return str(self.add("Squeeze", self.sizes((value,)), self.ints(0)))
        if isinstance(value, (Rows, Opaque)):
            raise errors.ExportError("numbers that depend on the size of the batch have no translation into ONNX.")
        array = np.asarray(value, dtype)
        if array.dtype.kind not in "biuf":
            raise errors.ExportError(f"a constant of {array.dtype} has no translation into ONNX.")
        for name, known in self.constants.items():
            if known is value:
                return name
        name = f"constant_{len(self.constants)}"
        self.constants[name] = array if dtype is not None or not isinstance(value, np.ndarray) else value
        return name

    def of(self, value: Any, dtype: Any) -> Any:
        """An operand in a dtype, cast if need be; a name is in it already."""
        if isinstance(value, str):
            return value
        own = self.dtype(value)
        if isinstance(value, (Rows, Opaque)):
            return self.name(value)
        if own is None or not isinstance(value, (Ref, Input, Full, Batch)):
            return self.name(np.asarray(value, dtype))
        return self.name(value) if own == dtype else self.add("Cast", value, to=self.code(dtype))

    def dtype(self, value: Any) -> Any:
        """The dtype of a value; None of a Python number."""
        if isinstance(value, Ref):
            return self.trace.steps[value.step].value.dtype
        if isinstance(value, Input):
            return self.trace.inputs[value.number].dtype
        if isinstance(value, Batch):
            return np.dtype(np.int64)
        return np.asarray(value.value).dtype if isinstance(value, Full) else getattr(value, "dtype", None)

    def shape(self, value: Any) -> tuple[Any, ...]:
        """The shape of a value, with `Batch` where it depends on the batch."""
        if isinstance(value, Ref):
            return self.trace.steps[value.step].shape
        if isinstance(value, Input):
            return self.trace.shapes[value.number]
        return value.shape if isinstance(value, Full) else np.shape(value)

    def code(self, dtype: Any) -> int:
        return int(self.onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def ints(self, *values: int) -> str:
        """A constant list of integers."""
        return self.name(np.array(values, np.int64))

    def reshape(self, value: Any, shape: tuple[Any, ...]) -> str:
        """A value in another shape, of which at most one size depends on the batch, or all of them."""
        depends = [n for n in shape if isinstance(n, Batch)]
        if len(depends) > 1:
            return str(self.add("Reshape", value, self.sizes(shape)))
        return str(self.add("Reshape", value, self.ints(*(-1 if isinstance(n, Batch) else n for n in shape))))

    def sizes(self, shape: tuple[Any, ...]) -> str:
        """A shape as a tensor, the batch being that of the first input."""
        if not any(isinstance(n, Batch) for n in shape):
            return self.ints(*shape)
        axis = self.batch_axis or 0
        batch = self.add("Shape", self.inputs[0], start=axis, end=axis + 1)
        parts = [self.add("Mul", batch, self.ints(n.each)) if isinstance(n, Batch) else self.ints(n) for n in shape]
        return str(self.add("Concat", *parts, axis=0))

    def refuse(self, step: Step, why: str) -> errors.ExportError:
        return errors.ExportError(f"{op_name(step.op)} has no translation into ONNX {why}.")
