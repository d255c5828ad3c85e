"""HIPS autograd's `tracer`: primitives, and telling traced values, which are Tensors here, from plain ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any
from weakref import WeakValueDictionary

from autograd import graph
from autograd.calls import bind_nodes
from autograd.containers import CONTAINERS, flatten
from autograd.rules import constant, first_tensor
from autograd.tensor import Tensor
from autograd.trace import Trace, variable

__all__ = [
    "Box",
    "JVPNode",
    "Node",
    "VJPNode",
    "getval",
    "isbox",
    "new_box",
    "notrace_primitive",
    "primitive",
    "register_notrace",
    "trace",
    "trace_stack",
]

Function = Callable[..., Any]

Box = Tensor


class Node:
    """A record of one call in a `trace`; subclasses say what it keeps."""

    __slots__ = ()

    def __init__(
        self,
        value: Any,
        fun: Function,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        parent_argnums: tuple[int, ...],
        parents: tuple[Any, ...],
    ) -> None:
        raise NotImplementedError

    def initialize_root(self, *args: Any, **kwargs: Any) -> None:
        """Set up the node that stands for the input, of which no call was made."""
        raise NotImplementedError

    @classmethod
    def new_root(cls, *args: Any, **kwargs: Any) -> Any:
        root = cls.__new__(cls)
        root.initialize_root(*args, **kwargs)
        return root


class VJPNode(Node):
    """Stands for reverse mode in `register_notrace`, and for the input in `new_box`."""

    __slots__ = ()

    def initialize_root(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: a Tensor is its own node."""


class JVPNode(Node):
    """Stands for forward mode in `register_notrace`; here that is made of reverse mode."""

    __slots__ = ()


def trace(start_node: Any, fun: Function, x: Any) -> tuple[Any, Any]:
    """``(fun(x), node)``: each call on the way becomes a node of the kind of `start_node`, which stands for `x`.

    The nodes are made when the function has returned, in the order of its calls. The last is None where the output does
    not depend on `x`.
    """
    run = Trace(fun, 0, (x,), {})
    nodes: dict[graph.Node, Any] = dict.fromkeys(run.variables, start_node)
    for node in run.order:
        if node not in nodes and node.op is not None:
            inputs = [(i, parent) for i, arg in enumerate(node.args) for parent in graph.flat_nodes(arg)]
            argnums, parents = zip(*[(i, nodes[parent]) for i, parent in inputs if parent in nodes], strict=True)
            new = type(start_node)(node._value, node.op, node.values, node.kwargs or {}, argnums, parents)
            nodes[node] = new
    ends = [nodes[out] for out in run.outputs if isinstance(out, graph.Node) and out in nodes]
    return run.value(), ends[0] if ends else None


class TraceStack:
    """Hands out traces to those who ask for one; a Tensor belongs to none."""

    @contextmanager
    def new_trace(self) -> Iterator[int]:
        yield 0


trace_stack = TraceStack()
BOXES: WeakValueDictionary[int, Tensor] = WeakValueDictionary()  # those of `new_box`, by their serial numbers


def new_box(value: Any, trace: Any, node: Any) -> Tensor:  # noqa: ARG001  # their arguments; a Tensor needs the first
    """A traced value to run a function on, whose gradient `core.backward_pass` returns."""
    box = variable(value, recording=True)
    BOXES[box.serial] = box
    return box


def isbox(x: Any) -> bool:
    """Whether it is a Tensor."""
    return isinstance(x, graph.Node)


def getval(x: Any) -> Any:
    """The plain value of a Tensor, or of nested containers of them; anything else as it is."""
    return graph.unwrap(x)


def notrace_primitive(f_raw: Function) -> Function:
    """`f_raw`, given plain values in place of Tensors: nothing that it does is recorded."""

    @wraps(f_raw)
    def f_wrapped(*args: Any, **kwargs: Any) -> Any:
        return f_raw(*map(getval, args), **kwargs)

    return f_wrapped


def register_notrace(trace_type: type, primitive_fun: Function) -> None:
    """Declare that the derivative of a primitive is zero."""
    if trace_type is not JVPNode:
        constant(primitive_fun)


class Results:
    """How the results of one call are nested. It goes with the call as its last argument, so that rules know it too."""

    structure: Callable[..., Any] | None = None

    def __init__(self, result: Any) -> None:
        self.ready = [result]  # of the run that found it nested

    def flat(self, run: Callable[[], Any]) -> Any:
        """The leaves of the result as one tuple."""
        leaves, self.structure = flatten(self.ready.pop() if self.ready else run())
        return tuple(leaves)

    def nested(self, leaves: Any) -> Any:
        return leaves if self.structure is None else self.structure(leaves)


class NestedResult(Exception):  # noqa: N818  # no error
    """Tells `primitive` that the function, run by the engine, has returned more than an array or a tuple of them."""

    def __init__(self, result: Any) -> None:
        self.result = result


awaited: ContextVar[Function | None] = ContextVar("autograd_awaited_primitive", default=None)  # the engine runs it next


def primitive(f_raw: Function) -> Function:
    """Make a function one node of the graph, with the derivative that `defvjp` or `defjvp` gives it.

    Its arguments and results may be nested lists, tuples and dicts of arrays. Inside it sees plain values.
    """

    @wraps(f_raw)
    def call(*args: Any, **kwargs: Any) -> Any:
        if args and args[-1].__class__ is Results:
            return args[-1].flat(lambda: f_raw(*args[:-1], **kwargs))
        tensor = first_tensor((*args, *kwargs.values()))
        if tensor is None:
            return f_raw(*args, **kwargs) if awaited.get() is not call else unnested(f_raw, args, kwargs)
        if graph.traced(kwargs):
            args, kwargs = bind_nodes(f_raw, args, kwargs)
        try:
            with graph.holding(awaited, call):
                return tensor.__autograd_call__(call, args, kwargs)
        except NestedResult as found:
            results = Results(found.result)
        return results.nested(tensor.__autograd_call__(call, (*args, results), kwargs))

    call.fun = f_raw  # type: ignore[attr-defined]
    return call


def unnested(f_raw: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the function returns to the engine: an array or a tuple of arrays, else `NestedResult`."""
    with graph.holding(awaited, None):  # a call of the same function inside is not the engine's
        result = f_raw(*args, **kwargs)
    if isinstance(result, (list, dict)) or (
        isinstance(result, tuple) and any(isinstance(x, CONTAINERS) for x in result)
    ):
        raise NestedResult(result)
    return result
