"""`copy.deepcopy` and `pickle` of tensors: a leaf alone, or a node with the graph behind it.

A graph is copied from its oldest node to its newest, so that nothing recurses and a copy can be run backward as the
original can. Used by `Tensor` alone.
"""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

from autograd.graph import Node, by_age, flat_nodes, tick
from autograd.optional import load_chapters

__all__ = ["copy_graph", "pack_graph"]

FIELDS = ("_value", "_requires_grad", "kwargs", "op", "values")
NOTED = ("grad", "name", "retains_grad")


class Reference(NamedTuple):
    """Stands for a node inside the packed arguments of another: its place in the list."""

    place: int


def history(root: Node) -> list[Node]:
    """`root` and all that it was made from, oldest first."""
    seen, order = {root}, [root]
    for node in order:  # grows while it is walked
        new = [parent for parent in dict.fromkeys(node.parents) if parent not in seen]
        seen.update(new)
        order += new
    return sorted(order, key=by_age)


def state_of(node: Node) -> dict[str, Any]:
    """What is copied of a node; of its notes not the hooks."""
    state = {field: getattr(node, field) for field in FIELDS}
    return state if node.notes is None else state | {"notes": {field: getattr(node.notes, field) for field in NOTED}}


def restore(cls: type[Node], state: dict[str, Any], args: tuple[Any, ...]) -> Node:
    """A node with this state, made now."""
    node = cls.__new__(cls)
    for field in FIELDS:
        setattr(node, field, state[field])
    node.args, node.parents = args, tuple(flat_nodes(args))
    node.notes = None
    for field, value in state.get("notes", {}).items():
        setattr(node.noted(), field, value)
    node.serial = node.changed = tick()
    return node


def copy_graph(root: Node, memo: dict[int, Any]) -> Any:
    """The work of ``copy.deepcopy``; hooks are not copied."""
    for node in history(root):
        if id(node) not in memo:
            memo[id(node)] = restore(type(node), copy.deepcopy(state_of(node), memo), copy.deepcopy(node.args, memo))
    for leaf in stale_leaves(history(root)):
        memo[id(leaf)].changed = tick()
    return memo[id(root)]


def stale_leaves(nodes: list[Node]) -> list[Node]:
    """The leaves that were changed after a node had used them: a copy of such a graph must not run backward either."""
    return [leaf for node in nodes for leaf in node.parents if leaf.op is None and leaf.changed > node.serial]


def pack_graph(root: Node) -> Any:
    """The work of ``pickle``; hooks are not kept. Leaves stay objects of their own, shared within one pickle."""
    if root.op is None:
        return restore, (type(root), state_of(root), ())
    nodes = history(root)
    places = {node: Reference(place) for place, node in enumerate(nodes)}
    packed = [
        node if node.op is None else (type(node), state_of(node), substitute(node.args, places)) for node in nodes
    ]
    return unpack_graph, (packed, [places[leaf].place for leaf in stale_leaves(nodes)])


def unpack_graph(packed: list[Any], stale: list[int]) -> Node:
    load_chapters()  # loading the functions of the graph has imported their packages
    nodes: list[Node] = []
    for item in packed:
        nodes.append(item if isinstance(item, Node) else restore(item[0], item[1], resolve(item[2], nodes)))
    for place in stale:
        nodes[place].changed = tick()
    return nodes[-1]


def substitute(tree: Any, places: dict[Node, Reference]) -> Any:
    """The same nested arguments with references in place of nodes."""
    if isinstance(tree, Node):
        return places[tree]
    if type(tree) is dict:
        return {key: substitute(item, places) for key, item in tree.items()}
    return type(tree)(substitute(item, places) for item in tree) if type(tree) in (list, tuple) else tree


def resolve(tree: Any, nodes: list[Node]) -> Any:
    """The inverse of `substitute`."""
    if isinstance(tree, Reference):
        return nodes[tree.place]
    if type(tree) is dict:
        return {key: resolve(item, nodes) for key, item in tree.items()}
    return type(tree)(resolve(item, nodes) for item in tree) if type(tree) in (list, tuple) else tree
