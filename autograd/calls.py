"""The arguments of a call, brought into the one form that rules know: values in their places, the rest by keyword.

Used by `engine.record` and `engine.call`.
"""

from __future__ import annotations

from functools import cache
from inspect import signature
from typing import Any

import numpy as np

from autograd import errors
from autograd.graph import traced, unwrap
from autograd.rules import PLAIN, RULES, rule_keywords

__all__ = ["bind_nodes", "given", "name_out", "require_keywords", "require_known", "snapshot"]

UNSIGNED = {np.dot: (2, ()), np.concatenate: (2, ())}  # where NumPy's C functions have no signature, before NumPy 2.4


def name_out(op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Give a positional ``out``, and what comes after it, by keyword: rules do not have it."""
    found = place_of_out(op)
    if found is None or len(args) <= found[0]:
        return args, kwargs
    place, names = found
    return args[:place], {"out": args[place], **dict(zip(names, args[place + 1 :], strict=False)), **kwargs}


@cache
def place_of_out(op: Any) -> tuple[int, tuple[str, ...]] | None:
    """The place of the positional parameter `out` of a NumPy function, and the names of those after it."""
    if (getattr(op, "__module__", None) or "").split(".")[0] != "numpy":
        return None  # a user's function may mean by `out` what it likes
    try:
        parameters = list(signature(op).parameters.values())
    except (TypeError, ValueError):  # a built-in without a signature
        return UNSIGNED.get(op)
    names = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
    return (names.index("out"), tuple(names[names.index("out") + 1 :])) if "out" in names else None


def given(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keywords without those that are ``np._NoValue``, by which NumPy says that one is not given."""
    return {key: value for key, value in kwargs.items() if value is not np._NoValue}


def bind_nodes(op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Move traced nodes given by keyword to their positions, where the rules look for them; drop ``out=None``."""
    if "out" not in kwargs and PLAIN.issuperset(map(type, kwargs.values())):  # the common case, made fast
        return args, kwargs
    kwargs = {key: x if traced(x) else unwrap(x) for key, x in given(snapshot(kwargs)).items() if key != "out"}
    keyword = next((key for key, value in kwargs.items() if traced(value)), None)
    if keyword is None:
        return args, kwargs
    try:
        bound = signature(op).bind(*args, **kwargs)
    except (TypeError, ValueError):
        bound = None
    if bound is None or traced(bound.kwargs):
        raise errors.NoRuleError(
            f"{errors.op_name(op)} has no derivative with respect to its keyword {keyword!r}, which is traced. "
            f"Pass a constant there: {keyword}=t.data"
        )
    return bound.args, bound.kwargs


def require_keywords(op: Any, kwargs: dict[str, Any]) -> None:
    """Raise if the rule of the function does not know a keyword."""
    require_known(op, next(filter(None, RULES[op]), None), kwargs)


def require_known(op: Any, rule: Any, kwargs: dict[str, Any]) -> None:
    """Raise if `rule`, which the function is derived by or rewritten as, does not know a keyword."""
    known = rule_keywords(rule)
    if known is not None and not known.issuperset(kwargs):
        errors.check_keywords(op, kwargs)
        keyword = min(set(kwargs) - known)
        raise errors.refused(op, f"with {keyword}= has no derivative rule", f"it without {keyword}=, or t.data")


def snapshot(tree: Any) -> Any:
    """The same nested lists, tuples and dicts anew: a list that the caller changes later does not change the graph."""
    if type(tree) in (list, tuple):
        return type(tree)([snapshot(item) for item in tree])
    return {key: snapshot(value) for key, value in tree.items()} if type(tree) is dict else tree
