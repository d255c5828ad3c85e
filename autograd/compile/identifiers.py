"""Names that Python takes: of what users name, whatever it is, an identifier that nothing else has."""

from __future__ import annotations

import keyword
import unicodedata
from itertools import count

__all__ = ["Names", "identifier"]

LONGEST = 40
RESERVED = frozenset({"np", "scipy", "bool", "slice", "complex", "float", "int", *keyword.kwlist})  # what the text uses


def identifier(name: str, start: str = "v") -> str:
    """The name with ``_`` for what an identifier cannot hold; in the form in which Python reads it."""
    text = "".join(c if f"_{c}".isidentifier() else "_" for c in unicodedata.normalize("NFKC", name))[:LONGEST]
    return text if text.isidentifier() else f"{start}_{text}"


class Names:
    """Hands out identifiers, each once."""

    def __init__(self) -> None:
        self.taken: set[str] = set(RESERVED)
        self.numbers = {letter: count(1) for letter in "vC"}

    def take(self, wanted: str) -> str:
        """The wanted name, or that with a number."""
        wanted = identifier(wanted)
        numbered = (f"{wanted}_{i}" for i in count(2))
        name = wanted
        while name in self.taken:
            name = next(numbered)
        self.taken.add(name)
        return name

    def fresh(self, letter: str = "v") -> str:
        """v1, v2, ..."""
        name = next(name for i in self.numbers[letter] if (name := f"{letter}{i}") not in self.taken)
        self.taken.add(name)
        return name
