"""HIPS autograd's stand-ins for Python's built-in types. Traced values live in ordinary containers here."""

from __future__ import annotations

import builtins
import operator
from abc import ABC
from typing import Any

from autograd.tracer import notrace_primitive

__all__ = ["DictBox", "SequenceBox", "container_take", "dict", "isinstance", "list", "make_sequence", "tuple", "type"]

dict, list, tuple = builtins.dict, builtins.list, builtins.tuple
dict_, isinstance_, list_, tuple_, type_ = dict, builtins.isinstance, list, tuple, builtins.type
DictBox = dict
isinstance = notrace_primitive(builtins.isinstance)
type = notrace_primitive(builtins.type)


class SequenceBox(ABC):  # noqa: B024  # has no methods: for annotations and `isinstance`
    """A list or a tuple."""


SequenceBox.register(list)
SequenceBox.register(tuple)
container_take = operator.getitem


def make_sequence(seq_type: Any, *args: Any) -> Any:
    """A list or tuple of the arguments."""
    return seq_type(args)
