"""`const_graph`: run a function once, and from then on only the calls that it recorded."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from autograd.containers import flatten
from autograd.graph import Node, unwrap
from autograd.rules import pick
from autograd.trace import Trace

__all__ = ["const_graph"]

Function = Callable[..., Any]


def const_graph(fun: Function, *args: Any, **kwargs: Any) -> Function:
    """`fun`, with the leading `args` and the `kwargs` filled in, whose Python code runs at the first call alone.

    Later calls repeat its NumPy calls on other arguments of the same structure; branches and loops stay as they were.
    """
    recorded: list[Trace] = []

    @wraps(fun)
    def replayed(*inputs: Any) -> Any:
        if not recorded:
            recorded.append(Trace(lambda *given: fun(*args, *given, **kwargs), tuple(range(len(inputs))), inputs, {}))
            if not recorded[0].order:
                raise ValueError("const_graph: the output does not depend on the inputs")
        trace = recorded[0]
        known: dict[Node, Any] = dict(zip(trace.variables, flatten(inputs)[0], strict=True))
        for node in trace.order:
            if node not in known and node.op is not None:
                known[node] = again(node, known)
        return trace.rebuild_output([known.get(x, unwrap(x)) if isinstance(x, Node) else x for x in trace.outputs])

    return replayed


def again(node: Node, known: dict[Node, Any]) -> Any:
    """The call of a node on new values of the nodes among its arguments."""
    new = substituted(node.args, known)
    if node.op is pick:  # the results of a call that is repeated are no node but a tuple
        return new[0][new[1]]
    assert node.op is not None
    return node.op(*new, **(node.kwargs or {}))


def substituted(tree: Any, known: dict[Node, Any]) -> Any:
    if isinstance(tree, Node):
        return known.get(tree, tree._value)
    if isinstance(tree, (list, tuple)):
        return type(tree)([substituted(item, known) for item in tree])
    return {key: substituted(item, known) for key, item in tree.items()} if isinstance(tree, dict) else tree
