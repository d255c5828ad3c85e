"""`export`: a model as an ONNX file."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.errors import MissingDependencyError
from autograd.graph import unwrap
from autograd.optional import optional
from nn import checks, errors, files, io
from nn.module import Module, mode
from nn.onnx import activations, arrays, attention, layers, recurrent, shapes
from nn.onnx.graph import OPSET, Graph
from nn.onnx.trace import Batch, Full, Input, Ref, leaves, one_more, record

__all__ = ["export"]

CHAPTERS = (activations, arrays, attention, layers, recurrent, shapes)  # the translations, which register themselves
IR_VERSION = 9  # what goes with the opset; newer ones are refused by older programs


def export(model: Module, path: str | os.PathLike[str], *inputs: Any, batch_axis: int | None = 0) -> None:
    """Write what a model does in evaluation mode with such inputs as an ONNX file; needs the extra ``onnx``.

    The inputs are examples, whose values do not matter; the file takes batches of any size along `batch_axis` (of a
    recurrent layer that is not ``batch_first`` 1), or with None of this size only. Inputs are called "input",
    "input_1", ..., outputs "output", "output_1", .... Where onnxruntime is installed the file is run once before it is
    written, and has to return what the model does.

    Raises `ExportError` for a model that has no translation, `ArgumentError` for an input that is no array, `OSError`.
    """
    if not isinstance(model, Module):
        raise errors.wrong_argument("nn.onnx.export", "model", model, "a module")
    if not (batch_axis is None or checks.is_whole(batch_axis, 0)):
        raise errors.out_of_range("nn.onnx.export", "batch_axis", batch_axis, "None, or an axis from 0 on")
    for x in inputs or (None,):
        if not hasattr(x, "shape") or x.dtype.kind not in "biuf" or x.ndim <= (batch_axis or 0) or not x.size:
            raise errors.wrong_argument("nn.onnx.export", "an input", x, "an array of numbers with a batch")
    target = io.path_of("nn.onnx.export", path)
    optional("onnx", "onnx", "nn.onnx.export")
    trace = record(model, inputs, batch_axis)
    graph = Graph(trace, batch_axis)
    graph.run()
    data = written(graph, type(model).__name__)
    own = [np.asarray(unwrap(x)) for x in inputs]
    batches = [own] if batch_axis is None else [own, [one_more(x, batch_axis) for x in own]]
    verify(data, model, batches, graph.inputs)
    files.replace(target, data)


def written(graph: Graph, name: str) -> bytes:
    """The file of a graph whose steps were translated.

    Raises `ExportError` where it is none that others would read.
    """
    trace, helper = graph.trace, graph.onnx.helper
    found = [item for item in leaves_of(trace.output) if item is not None]
    wrong = [item for item in found if not isinstance(item, (Ref, Input, Full, np.ndarray))]
    if wrong or not found:
        raise errors.ExportError(f"the model returns {wrong[0] if wrong else None!r}"[:200] + ", which is no array.")
    infos = []
    for i, value in enumerate(found):
        output = f"output_{i}" if i else "output"
        graph.nodes.append(helper.make_node("Identity", [graph.name(value)], [output], name=output))
        infos.append(info(graph, output, graph.dtype(value), graph.shape(value)))
    takes = [info(graph, *of) for of in zip(graph.inputs, [x.dtype for x in trace.inputs], trace.shapes, strict=True)]
    from_array = graph.onnx.numpy_helper.from_array
    constants = [from_array(np.ascontiguousarray(v).reshape(v.shape), k) for k, v in graph.constants.items()]
    made = helper.make_graph(graph.nodes, name, takes, infos, constants)
    opset = helper.make_opsetid("", OPSET)
    whole = helper.make_model(made, opset_imports=[opset], ir_version=IR_VERSION, producer_name="chainrule")
    try:
        graph.onnx.checker.check_model(whole, full_check=True)
        data: bytes = whole.SerializeToString()
    except Exception as error:
        raise errors.ExportError(f"the model does not make a valid ONNX file: {error}") from error
    return data


def leaves_of(tree: Any) -> list[Any]:
    """The values in nested outputs, in order."""
    if isinstance(tree, (Ref, Input, Full)):
        return [tree]
    if isinstance(tree, dict):
        tree = list(tree.values())
    return [leaf for item in tree for leaf in leaves_of(item)] if isinstance(tree, (tuple, list)) else [tree]


def info(graph: Graph, name: str, dtype: Any, shape: tuple[Any, ...]) -> Any:
    """The type of an input or output."""
    sizes = [("batch" if n.each == 1 else f"{n.each}*batch") if isinstance(n, Batch) else n for n in shape]
    return graph.onnx.helper.make_tensor_value_info(name, graph.code(dtype), sizes)


def verify(data: bytes, model: Module, batches: list[list[Any]], names: list[str]) -> None:
    """Run the file, where that can be done, and compare."""
    try:
        runtime = optional("onnxruntime", "onnx", "a check of what nn.onnx.export writes")
    except MissingDependencyError:
        return
    for inputs in batches:  # of two sizes, lest one be written as a number
        try:
            session = runtime.InferenceSession(data, providers=["CPUExecutionProvider"])
            got = session.run(None, dict(zip(names, inputs, strict=True)))
        except Exception as error:
            raise errors.ExportError(f"onnxruntime does not run the model: {error}") from error
        with no_grad(), mode(model, training=False):
            wanted = [np.asarray(unwrap(y)) for y in leaves(model(*inputs)) if y is not None]
        for a, b in zip(got, wanted, strict=True):
            near = 1e-3 if b.dtype == np.float32 else 1e-2 if b.dtype == np.float16 else 1e-6
            if a.shape != b.shape or not np.allclose(a, b, rtol=near, atol=near, equal_nan=True):
                raise errors.ExportError("onnxruntime does not return what the model does: please report the model.")
