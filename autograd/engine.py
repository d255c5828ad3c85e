"""The engine: record a call as a node, order the graph, run it backward.

Read `Node` in ``graph.py``, then here `call` and `record` (forward), then `order_graph` and `backpropagate` (backward).
A backward pass walks the nodes from the newest to the oldest, which is a topological order because a node is always
made after its inputs; nothing recurses, so a chain may have a million nodes. `tensor.py` and `functional.py` stand on
this.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import anomaly, errors
from autograd.calls import bind_nodes, given, name_out, require_keywords, require_known, snapshot
from autograd.containers import CONTAINERS, like
from autograd.contributions import accumulate, add_entries, fit, hooked, leads, own, spread
from autograd.graph import RECORDING, Node, by_age, flat_nodes, get_mode, new_leaf, new_node, traced, unwrap
from autograd.optional import load_chapters
from autograd.rules import COMPOSITIONS, CONSTANTS, RULES, Entries, expect_several, packed, pick
from autograd.sightings import witness

__all__ = ["backpropagate", "call", "leading_to", "order_graph", "record", "require_fresh"]

ndarray = np.ndarray

# ---------------------------------------------------------------------------------------------------------- forward


def call(cls: type[Node], op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call `op`, some of whose arguments are Nodes, and record it if a gradient may flow through it."""
    if len(args) > 2:
        args, kwargs = name_out(op, args, kwargs)
    if kwargs.get("out") is not None:
        raise errors.MutationError(
            f"{errors.op_name(op)}(..., out=...) would change a node in place. Use the value that the call returns."
        )
    if op in RULES and not (kwargs and op in COMPOSITIONS and traced(list(kwargs.values()))):
        return record(cls, op, args, kwargs)
    if op in COMPOSITIONS:  # beside a rule it is for keywords that are traced
        rewrite, kwargs = COMPOSITIONS[op], given(kwargs)
        try:
            return rewrite(*args, **kwargs)
        except (ValueError, TypeError, IndexError) as error:
            explain(error, op, rewrite, args, kwargs)
            raise
    if op not in CONSTANTS and load_chapters():
        return call(cls, op, args, kwargs)
    if op in CONSTANTS or not get_mode().recording or not traced((args, kwargs)):
        return op(*unwrap(args), **unwrap(kwargs))
    raise errors.no_rule(op)


def record(cls: type[Node], op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run `op` on the values of `args`; return its result as a node, or as an untraced leaf."""
    if kwargs:
        args, kwargs = bind_nodes(op, args, kwargs)
    parents: list[Node] = []
    values: list[Any] = []
    flows = False  # whether a gradient flows to any of the parents
    for arg in args:
        if isinstance(arg, Node):
            parents.append(arg)
            values.append(arg._value)
            flows = flows or arg._requires_grad
        elif isinstance(arg, CONTAINERS):
            args = snapshot(args)
            parents = list(flat_nodes(args))
            values = [unwrap(arg) for arg in args]
            flows = traced(parents)
            break
        else:
            values.append(arg)
    if kwargs and flows:
        require_keywords(op, kwargs)
    try:
        data = op(*values, **kwargs)
    except (ValueError, TypeError, IndexError) as error:
        explain(error, op, op, args, kwargs)
        raise
    if data.__class__ is not ndarray:
        if isinstance(data, tuple):
            return several(cls, op, args, kwargs, parents, values, data)
        if not hasattr(data, "dtype"):
            result, data = data, np.asarray(data)  # a primitive may return a Python number
            if data.dtype == object:
                raise errors.no_array(op, result)
    if not data.ndim:
        data = data[()]
    mode = get_mode()
    origin = anomaly.Origin(op, args, values, kwargs, data) if mode is not RECORDING and mode.watching else None
    if not flows or not (mode is RECORDING or mode.recording):
        return new_leaf(cls, data, requires_grad=False)
    if data.dtype.kind not in "fc":
        if data.dtype.kind not in "biu":
            raise errors.no_numbers(op, args, data.dtype)
        return data  # an integer or boolean result is a constant: its derivative is zero
    if len(args) > len(RULES[op]):
        require_rules(op, args)
    node = new_node(cls, data, op, args, tuple(parents), tuple(values))
    if kwargs:
        node.kwargs = kwargs
    if mode is not RECORDING:
        if origin is not None:
            node.noted().origin = origin
        if mode.annotating:
            annotated(node)
    return node


def several(
    cls: type[Node],
    op: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    parents: list[Node],
    values: list[Any],
    results: tuple[Any, ...],
) -> Any:
    """The results of a call that gives a tuple: one node holds them all, and each is picked from it.

    An integer among them (``np.where(mask)``, the rank of a matrix) is a plain NumPy value.
    """
    results = like(results, [(x if hasattr(x, "dtype") else np.asarray(x))[()] for x in results])
    mode = get_mode()
    origins = [anomaly.Origin(op, args, values, kwargs, result) for result in results if mode.watching]
    for result in results:
        if result.dtype.kind not in "biufc":
            raise errors.no_numbers(op, args, result.dtype)
    if all(result.dtype.kind in "biu" for result in results):
        return results
    if not mode.recording or not traced(parents):
        return like(results, [new_leaf(cls, x, False) if x.dtype.kind in "fc" else x for x in results])
    expect_several(op)
    require_rules(op, args)
    whole = new_node(cls, packed(results), op, args, tuple(parents), tuple(values))
    whole.kwargs = kwargs or None
    if origins:
        whole.noted().origin = origins[0]
    if mode.annotating:
        annotated(whole)
    return like(results, [record(cls, pick, (whole, i), {}) for i in range(len(results))])


def annotated(node: Node) -> None:
    """Let the witness of an `annotate` block see a node that has just been made."""
    by = witness()
    if by is not None:
        node.noted().sighting = by.see(node)


def require_rules(op: Any, args: tuple[Any, ...]) -> None:
    """Raise if an argument is traced that comes after those which the rules of the function are about."""
    known = len(RULES[op])
    for position, arg in enumerate(args[known:], known):
        if traced(arg):
            raise errors.no_rule(op, position)


def explain(error: Exception, op: Any, function: Any, args: Any, kwargs: dict[str, Any]) -> None:
    """Say in an error of `function`, by which `op` was computed, that it was `op` on `args`."""
    if type(error) is ValueError:
        raise errors.shape_mismatch(op, args, error) from error
    if type(error) is TypeError and kwargs:
        errors.check_keywords(op, kwargs)
        if function is not op:
            require_known(op, function, kwargs)
    error.add_note(f"in {errors.op_name(op)} of {errors.describe_all(args)}")


# --------------------------------------------------------------------------------------------------------- backward


def require_fresh(order: list[Node]) -> None:
    """Raise `StaleValueError` if a leaf was changed after a node of `order` had used it."""
    for node in order:
        for parent in node.parents:
            if parent.op is None and parent.changed > node.serial:
                raise errors.stale_leaf(parent, node)


def order_graph(roots: list[Node], floor: int = 0) -> tuple[list[Node], list[Node]]:
    """The calls that `roots` were made by, oldest first; and where they begin: traced leaves, nodes older than `floor`.

    Raises `FreedGraphError` and `StaleValueError`.
    """
    seen = set(roots)
    order = [root for root in roots if root.op is not None and root.serial >= floor]
    begin = [root for root in roots if root.op is None or root.serial < floor]
    for node in order:  # grows while it is walked
        if node.values is None:
            raise errors.freed_graph(node)
        for parent in node.parents:
            if parent.op is None:
                if parent.changed > node.serial:
                    raise errors.stale_leaf(parent, node)
                if parent._requires_grad and parent not in seen:
                    seen.add(parent)
                    begin.append(parent)
            elif parent not in seen:
                seen.add(parent)
                if parent.serial < floor:
                    begin.append(parent)
                else:
                    order.append(parent)
    order.sort(key=by_age)
    return order, begin


def backpropagate(
    order: list[Node],
    grads: dict[Node, Any],
    live: set[Node] | None = None,
    *,
    retaining: bool = False,
    create_graph: bool = False,
    retain_graph: bool = True,
    closed: bool = False,
) -> dict[Node, Any]:
    """Run the chain rule through `order` (from `order_graph`; consumed); return the gradients that come out of it.

    `grads` holds the gradients to start from (consumed). They flow to the nodes in `live` (from `leading_to`); without
    it, to all that require one. What arrives at nodes that are not in `order` is the result, and with `retaining` what
    passes nodes that retain their gradient. Of the results no two share memory, nor does one with a starting gradient.
    Of a `closed` graph, which nothing else depends on, the values are constants: with `create_graph` the rules then get
    Tensors for gradients alone.

    A gradient is kept until its node is reached, by then complete: every consumer is newer and was met before. The
    first contribution is stored as it comes (it may be a view, or belong to another node), a second makes a new array,
    and only into such an array of our own further ones are added in place.
    """
    found: dict[Node, Any] = {}
    owned: set[Node] | None = None if create_graph else set()
    taken = {id(g) for g in grads.values()}
    watching = get_mode().watching
    while order:
        node = order.pop()
        g = grads.pop(node, None)
        if g is None:
            continue
        notes = node.notes
        if notes is not None:
            if notes.hooks:
                g = hooked(node, g, create_graph)
                taken.add(id(g))
            if notes.retains_grad and retaining:
                found[node] = own(g, taken)
            if notes.origin is not None:
                notes.origin.verify()
        values, kwargs, y = node.values, node.kwargs, node._value
        assert values is not None  # `order_graph` lets no freed graph through
        inputs = values
        if create_graph and not closed:
            inputs, y = node.args, node
        arity = 3 if kwargs else len(inputs)
        arguments = (g, y, *inputs) if arity > 2 else ()
        for arg, value, vjp in zip(node.args, values, RULES[node.op]):  # noqa: B905  # a keyword costs 0.1 us here
            if isinstance(arg, Node):
                if vjp is None or (not arg._requires_grad if live is None else arg not in live):
                    continue
                if arity == 1:  # spelled out: a call with a star costs a tenth of a microsecond more
                    gx = vjp(g, y, inputs[0])
                elif arity == 2:
                    gx = vjp(g, y, inputs[0], inputs[1])
                else:
                    gx = vjp(*arguments, **kwargs) if kwargs else vjp(*arguments)
                if not (gx.__class__ is value.__class__ and gx.shape == value.shape and gx.dtype is value.dtype):
                    if gx.__class__ is Entries and owned is not None and not watching:
                        add_entries(grads, arg, gx, value, owned)
                        continue
                    gx = fit(gx, value, node.op)
                if arg not in grads:
                    grads[arg] = gx
                elif owned and arg in owned:
                    grads[arg] += gx
                else:
                    accumulate(grads, arg, gx, owned)
                if watching:
                    anomaly.verify_gradient(node, arg, grads[arg], g)
            elif isinstance(arg, CONTAINERS) and vjp and any(leads(item, live) for item in flat_nodes(arg)):
                for item, part, gx in spread(arg, value, vjp(g, y, *inputs, **(kwargs or {})), node.op):
                    if leads(item, live):
                        accumulate(grads, item, fit(gx, part, node.op), owned)
                        if watching:
                            anomaly.verify_gradient(node, item, grads[item], g)
        if not retain_graph:
            node.values, node.args, node.parents = None, (), ()
    for node, g in grads.items():
        if node.notes is not None and node.notes.hooks:
            g = hooked(node, g, create_graph)
        found[node] = own(g, taken)
    return found


def leading_to(targets: set[Node], order: list[Node]) -> set[Node]:
    """The nodes of `order`, oldest first, that were made from `targets`, and these."""
    live = set(targets)
    for node in order:
        if not live.isdisjoint(node.parents):
            live.add(node)
    return live
