"""``model.json``: read strictly, since it may come from anywhere."""

from __future__ import annotations

import json
from typing import Any

from nn import errors

__all__ = ["MOST_BYTES", "read", "written"]

MOST_BYTES = 1 << 22
DEEPEST = 200
KEYS = {"architecture", "card", "classes", "format", "frozen", "input", "output", "shared", "version", "weights"}
FORMAT, VERSION = "chainrule model", 1


def written(**parts: Any) -> bytes:
    """The document as bytes."""
    text = json.dumps({"format": FORMAT, "version": VERSION, **parts}, indent=1, allow_nan=False, ensure_ascii=False)
    try:
        return f"{text}\n".encode()
    except UnicodeEncodeError as error:  # half of a surrogate pair
        raise errors.ModelFileError(f"a text cannot be written as UTF-8: {error}.") from None


def read(data: bytes, source: Any) -> dict[str, Any]:
    """The document, which has all of its parts and no others; raises `ModelFileError`."""
    try:
        document = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=refuse)
        too_deep = depth(document) > DEEPEST
    except RecursionError:
        too_deep = True
    except (ValueError, UnicodeDecodeError) as error:
        raise errors.ModelFileError(f"{source}: model.json is no JSON that is read: {error}.") from None
    if too_deep:
        raise errors.ModelFileError(f"{source}: model.json is nested more than {DEEPEST} levels deep.")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise errors.ModelFileError(f"{source}: model.json is not that of a saved model (format {FORMAT!r}).")
    if document.get("version") != VERSION:
        raise errors.ModelFileError(
            f"{source} is of version {document.get('version')!r}; this release reads version {VERSION}."
        )
    if set(document) != KEYS:
        wrong = sorted(KEYS ^ set(document))
        raise errors.ModelFileError(f"{source}: model.json has too few or too many entries: {', '.join(wrong)}.")
    return document


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, whose names are different."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice in an object")
    return found


def refuse(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def depth(document: Any) -> int:
    """How many objects and lists are inside each other."""
    level, deep = [document], 0
    while level:
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        deep += 1
    return deep
