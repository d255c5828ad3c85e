"""Translations of activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn.functional.activation import exponential_linear as exponential_linear_op
from nn.functional.activation import logsigmoid as logsigmoid_op
from nn.functional.activation import mish as mish_op
from nn.functional.activation import sigmoid as sigmoid_op
from nn.functional.activation import silu as silu_op
from nn.functional.activation import softplus as softplus_op
from nn.functional.activation import softsign as softsign_op
from nn.functional.activation import tanh as tanh_op
from nn.functional.activation import tanhshrink as tanhshrink_op
from nn.functional.gelu import normal_gelu as normal_gelu_op
from nn.functional.gelu import tanh_gelu as tanh_gelu_op
from nn.functional.rectifiers import hardshrink as hardshrink_op
from nn.functional.rectifiers import hardsigmoid as hardsigmoid_op
from nn.functional.rectifiers import hardswish as hardswish_op
from nn.functional.rectifiers import hardtanh as hardtanh_op
from nn.functional.rectifiers import leaky_relu as leaky_relu_op
from nn.functional.rectifiers import prelu as prelu_op
from nn.functional.rectifiers import relu as relu_op
from nn.functional.rectifiers import softshrink as softshrink_op
from nn.functional.rectifiers import step as step_op
from nn.functional.rectifiers import threshold as threshold_op
from nn.functional.softmax import gated as gated_op
from nn.functional.softmax import log_softmax_along as log_softmax_along_op
from nn.functional.softmax import softmax_along as softmax_along_op
from nn.onnx.graph import Graph, translates
from nn.onnx.trace import Step

__all__: list[str] = []

SIMPLE = {
    tanh_op: "Tanh",
    sigmoid_op: "Sigmoid",
    softsign_op: "Softsign",
    mish_op: "Mish",
    relu_op: "Relu",
    hardswish_op: "HardSwish",
}


@translates(*SIMPLE)
def simple(graph: Graph, step: Step, x: Any, *_: Any, **__: Any) -> Any:
    return graph.add(SIMPLE[step.op], x)


@translates(silu_op)
def silu(graph: Graph, step: Step, x: Any, *_: Any) -> Any:
    return graph.add("Mul", x, graph.add("Sigmoid", x))


@translates(tanhshrink_op)
def tanhshrink(graph: Graph, step: Step, x: Any) -> Any:
    return graph.add("Sub", x, graph.add("Tanh", x))


@translates(logsigmoid_op)
def logsigmoid(graph: Graph, step: Step, x: Any) -> Any:
    return graph.add("Neg", graph.add("Softplus", graph.add("Neg", x)))


@translates(softplus_op)
def softplus(graph: Graph, step: Step, x: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    rate = np.array(beta, step.value.dtype)
    inside = graph.add("Mul", x, rate)
    y = graph.add("Div", graph.add("Softplus", inside), rate)
    return graph.add("Where", graph.add("Greater", inside, np.array(threshold, step.value.dtype)), x, y)


@translates(exponential_linear_op)
def exponential_linear(graph: Graph, step: Step, x: Any, right: float, left: float, rate: float) -> Any:
    dtype = step.value.dtype
    zero, one = np.zeros((), dtype), np.ones((), dtype)
    below = graph.add("Exp", graph.add("Mul", graph.add("Min", x, zero), np.array(rate, dtype)))
    below = graph.add("Mul", graph.add("Sub", below, one), np.array(left, dtype))
    return graph.add("Add", below, graph.add("Mul", graph.add("Max", x, zero), np.array(right, dtype)))


@translates(normal_gelu_op)
def normal_gelu(graph: Graph, step: Step, x: Any) -> Any:
    dtype = step.value.dtype
    inside = graph.add("Mul", x, np.array(math.sqrt(0.5), dtype))
    if dtype == np.float64:  # onnxruntime has Erf in single precision only
        erf = graph.add("Erf", graph.add("Cast", inside, to=graph.code(np.float32)))
        erf = graph.add("Cast", erf, to=graph.code(dtype))
    else:
        erf = graph.add("Erf", inside)
    return graph.add("Mul", graph.add("Mul", x, np.array(0.5, dtype)), graph.add("Add", erf, np.ones((), dtype)))


@translates(tanh_gelu_op)
def tanh_gelu(graph: Graph, step: Step, x: Any) -> Any:
    dtype = step.value.dtype
    cube = graph.add("Mul", graph.add("Mul", x, x), graph.add("Mul", x, np.array(0.044715, dtype)))
    inside = graph.add("Mul", graph.add("Add", x, cube), np.array(math.sqrt(2 / math.pi), dtype))
    half = graph.add("Mul", x, np.array(0.5, dtype))
    return graph.add("Mul", half, graph.add("Add", graph.add("Tanh", inside), np.ones((), dtype)))


@translates(leaky_relu_op)
def leaky_relu(graph: Graph, step: Step, x: Any, negative_slope: float = 0.01, *_: Any) -> Any:
    return graph.add("LeakyRelu", x, alpha=float(negative_slope))


@translates(prelu_op)
def prelu(graph: Graph, step: Step, x: Any, weight: Any) -> Any:
    behind = max(len(graph.shape(x)) - 2, 0) if weight.size > 1 else 0
    return graph.add("PRelu", x, np.reshape(weight, (-1,) + (1,) * behind))


@translates(hardtanh_op)
def hardtanh(graph: Graph, step: Step, x: Any, low: float = -1.0, high: float = 1.0, *_: Any) -> Any:
    dtype = step.value.dtype
    return graph.add("Clip", x, np.array(low, dtype), np.array(high, dtype))


@translates(hardsigmoid_op)
def hardsigmoid(graph: Graph, step: Step, x: Any, *_: Any) -> Any:
    return graph.add("HardSigmoid", x, alpha=1 / 6, beta=0.5)


@translates(softshrink_op)
def softshrink(graph: Graph, step: Step, x: Any, lambd: float = 0.5) -> Any:
    return graph.add("Shrink", x, bias=float(lambd), lambd=float(lambd))


@translates(hardshrink_op)
def hardshrink(graph: Graph, step: Step, x: Any, lambd: float = 0.5) -> Any:
    return graph.add("Shrink", x, bias=0.0, lambd=float(lambd))


@translates(step_op)
def unit_step(graph: Graph, step: Step, x: Any) -> Any:
    dtype = step.value.dtype
    return graph.add("Cast", graph.add("GreaterOrEqual", x, np.zeros((), dtype)), to=graph.code(dtype))


@translates(threshold_op)
def threshold(graph: Graph, step: Step, x: Any, limit: float, value: float, *_: Any) -> Any:
    dtype = step.value.dtype
    return graph.add("Where", graph.add("Greater", x, np.array(limit, dtype)), x, np.array(value, dtype))


@translates(softmax_along_op)
def softmax_along(graph: Graph, step: Step, x: Any, axis: int) -> Any:
    return graph.add("Softmax", x, axis=axis)


@translates(log_softmax_along_op)
def log_softmax_along(graph: Graph, step: Step, x: Any, axis: int) -> Any:
    return graph.add("LogSoftmax", x, axis=axis)


@translates(gated_op)
def gated(graph: Graph, step: Step, x: Any, axis: int) -> Any:
    value, gate = graph.add("Split", x, count=2, axis=axis, num_outputs=2)
    return graph.add("Mul", value, graph.add("Sigmoid", gate))
