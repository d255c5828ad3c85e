"""The graph: its nodes, and the modes that say what a call leaves behind. `engine.py` builds and runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count, product, starmap
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from numpy import ndarray

from autograd import anomaly
from autograd.containers import like
from autograd.sightings import Sighting, seen

__all__ = [
    "RECORDING",
    "Mode",
    "Node",
    "Notes",
    "Scope",
    "annotate",
    "by_age",
    "detect_anomaly",
    "differentiating",
    "enable_grad",
    "flat_nodes",
    "get_mode",
    "holding",
    "is_differentiating",
    "new_leaf",
    "new_node",
    "no_grad",
    "spelling",
    "tick",
    "traced",
    "unwrap",
]


T = TypeVar("T")


class Mode(NamedTuple):
    """What a call leaves behind: a node of the graph, and with it where in the user's code it was made."""

    recording: bool = True
    watching: bool = False
    annotating: bool = False
    spelling: bool = False


RECORDING = Mode()
MODES = {mode: mode for mode in (*starmap(Mode, product((False, True), repeat=len(Mode._fields))), RECORDING)}
_mode: ContextVar[Mode] = ContextVar("autograd_mode", default=RECORDING)
get_mode = _mode.get
new = object.__new__
tick = count(1).__next__  # one clock: when a node was made, when a leaf was changed
by_age = attrgetter("serial")


_differentiating: ContextVar[bool] = ContextVar("autograd_differentiating", default=False)
is_differentiating = _differentiating.get


@contextmanager
def holding(variable: ContextVar[T], value: T) -> Iterator[None]:
    """Set a variable of this thread or task until the block ends."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def changed_mode(**change: bool) -> Mode:
    """The mode of this thread with a change: always the same object, since the fast paths ask ``is RECORDING``."""
    return MODES[get_mode()._replace(**change)]


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing inside: results are untraced. Also works as a decorator."""
    with holding(_mode, changed_mode(recording=False)):
        yield


@contextmanager
def enable_grad() -> Iterator[None]:
    """Record again inside an outer `no_grad`. Also works as a decorator."""
    with holding(_mode, changed_mode(recording=True)):
        yield


class differentiating:  # noqa: N801  # used as the functions beside it, and a class costs a fifth of them
    """Inside, a function (or a rule) is being differentiated: calls are recorded, and `float(t)` is an error.

    It would drop a gradient that was asked for.
    """

    __slots__ = ("mode", "token")

    def __enter__(self) -> None:
        mode = get_mode()
        self.mode = _mode.set(mode if mode.recording else changed_mode(recording=True))
        self.token = _differentiating.set(True)

    def __exit__(self, *_: object) -> None:
        _differentiating.reset(self.token)
        _mode.reset(self.mode)


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Stop at the first NaN or infinity, forward or backward, and name the call, its inputs and the user's line.

    Inside, every node remembers the file and line that made it and a fingerprint of the arrays that it captured; an
    array that was changed before the backward pass is reported. An infinity that was passed in on purpose as a constant
    (a mask of ``-inf``) is let through. Several times slower; for finding a fault.

    Raises `AnomalyError`.
    """
    with holding(_mode, changed_mode(watching=True)):
        yield


@contextmanager
def annotate() -> Iterator[None]:
    """Remember of each value the line that makes it and the variable that holds it, for the views.

    What is drawn or explained afterwards, outside the block too, has the names and the lines of the program. Each call
    takes some ten microseconds longer. Also works as a decorator.

    After ``with ag.viz.annotate(): slope = x * 3`` an explanation says ``slope = x * 3``; without, ``v1 = x * 3``.
    """
    with seen(), holding(_mode, changed_mode(annotating=True)):
        yield


@contextmanager
def spelling() -> Iterator[None]:
    """Inside, a primitive that has a spelled-out version (`autograd.compile.spelled`) is recorded as what that does."""
    with holding(_mode, changed_mode(recording=True, spelling=True)):
        yield


class Scope(NamedTuple):
    """A module's call, as the node that it returned knows it: what was made since `begun` was made by the module."""

    begun: int
    module: Any
    inner: Scope | None


class Notes:
    """What few nodes carry beside their call: a name, hooks, the gradient that is kept, where they were made."""

    __slots__ = ("grad", "hooks", "name", "origin", "retains_grad", "scope", "sighting")

    def __init__(self) -> None:
        self.name: str | None = None
        self.grad: Any = None
        self.retains_grad = False  # of an inner node; a leaf does
        self.hooks: dict[int, Callable[[Any], Any]] = {}
        self.origin: anomaly.Origin | None = None  # under detect_anomaly: file, line, fingerprints
        self.sighting: Sighting | None = None  # under annotate: the line and the variable
        self.scope: Scope | None = None  # of what a module returned


class Node:
    """One value in the graph and the call that made it; `Tensor` adds NumPy's surface to it."""

    __slots__ = (
        "__weakref__",
        "_requires_grad",
        "_value",  # ndarray or NumPy scalar
        "args",  # the arguments of the call in order, Nodes among them
        "changed",  # leaves: the clock when the value was last changed
        "kwargs",
        "notes",  # None for most
        "op",  # the function that made it; None for a leaf
        "parents",  # the Nodes among the arguments, one per operand
        "serial",  # the clock when it was made
        "values",  # the arguments as arrays; None once freed
    )

    _value: Any
    _requires_grad: bool
    args: tuple[Any, ...]
    changed: int
    kwargs: dict[str, Any] | None
    notes: Notes | None
    op: Callable[..., Any] | None
    parents: tuple[Any, ...]
    serial: int
    values: tuple[Any, ...] | None

    def noted(self) -> Notes:
        """The notes of this node, made if need be."""
        if self.notes is None:
            self.notes = Notes()
        return self.notes

    @property
    def name(self) -> str | None:
        """What the holder calls this value, in messages and pictures."""
        return None if self.notes is None else self.notes.name

    @name.setter
    def name(self, name: str | None) -> None:
        self.noted().name = name

    @property
    def origin(self) -> anomaly.Origin | None:
        """Where it was made, if that was watched."""
        return None if self.notes is None else self.notes.origin


def new_leaf(cls: type[Node], data: Any, requires_grad: bool) -> Any:
    """A node that no call made, around `data` itself (no copy)."""
    node = new(cls)
    node._value = data
    node.op = node.kwargs = node.values = node.notes = None
    node.args = node.parents = ()
    node._requires_grad = requires_grad
    node.serial = node.changed = tick()
    return node


def new_node(
    cls: type[Node], data: Any, op: Any, args: tuple[Any, ...], parents: tuple[Any, ...], values: tuple[Any, ...]
) -> Any:
    """The node of a recorded call."""
    node = new(cls)
    node._value = data
    node.op = op
    node.args = args
    node.parents = parents
    node.values = values
    node.kwargs = node.notes = None
    node._requires_grad = True
    node.serial = tick()
    return node


# ------------------------------------------------------------------------------------------------- nested arguments


def flat_nodes(tree: Any) -> Iterator[Node]:
    """The nodes in nested lists, tuples and dicts, in order."""
    if isinstance(tree, Node):
        yield tree
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from flat_nodes(item)
    elif isinstance(tree, dict):
        yield from flat_nodes(list(tree.values()))


def unwrap(tree: Any) -> Any:
    """The same nested lists, tuples and dicts with values in place of nodes."""
    if tree.__class__ is ndarray:  # the common case, made fast
        return tree
    if isinstance(tree, Node):
        return tree._value
    if isinstance(tree, (list, tuple)):
        return like(tree, [unwrap(item) for item in tree])
    if isinstance(tree, dict):
        return {key: unwrap(value) for key, value in tree.items()}
    return tree


def traced(tree: Any) -> bool:
    """Whether a gradient may flow to a node in the tree."""
    return any(node._requires_grad for node in flat_nodes(tree))
