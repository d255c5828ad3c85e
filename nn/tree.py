"""`Tree`: what a module finds in its attributes, and in those of the modules below. The base of `Module`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from nn import errors
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn.module import Module

__all__ = ["Tree", "join"]

T = TypeVar("T")


class Tree:
    """Parameters and modules are the attributes of these types, in the order in which they were first set.

    Buffers are the attributes whose names were registered. A path is the names on the way down, joined by dots.
    """

    def _own(self, kind: type[T]) -> Iterator[tuple[str, T]]:
        """The attributes of this kind, in order."""
        return ((name, value) for name, value in vars(self).items() if isinstance(value, kind))

    def _own_modules(self) -> Iterator[tuple[str, Module]]:
        """The modules among the attributes."""
        return self._own(Tree)  # type: ignore[arg-type]  # nothing but `Module` derives from it

    def _own_buffers(self) -> dict[str, bool]:
        """The names of the buffers, and whether each is persistent."""
        return {name: kept for name, kept in vars(self).get("_buffers", {}).items() if getattr(self, name) is not None}

    # ------------------------------------------------------------------------------------------------------ modules

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """The module itself and all below it with their paths, each before its children."""
        seen: set[Tree] = set()
        stack: list[tuple[str, Any]] = [(prefix, self)]
        while stack:
            path, module = stack.pop()
            if not (remove_duplicate and module in seen):
                seen.add(module)
                yield path, module
                stack += [(join(path, name), child) for name, child in reversed(list(module._own_modules()))]

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """The module itself and all below it."""
        return (module for _, module in self.named_modules(remove_duplicate=remove_duplicate))

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules right below this one; one that has two names comes once."""
        return once(self._own_modules())

    def children(self) -> Iterator[Module]:
        """The modules right below this one."""
        return (module for _, module in self.named_children())

    # ------------------------------------------------------------------------------------------- parameters, buffers

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their paths; a shared one comes once, under its first path."""
        pairs = (
            (join(path, name), p)
            for path, module in self._walk(prefix, recurse, remove_duplicate)
            for name, p in module._own(Parameter)
        )
        return once(pairs) if remove_duplicate else pairs

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, each once."""
        return (p for _, p in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """All buffers with their paths; those of a shared module come once."""
        for path, module in self._walk(prefix, recurse, remove_duplicate):
            for name in module._own_buffers():
                yield join(path, name), getattr(module, name)

    def buffers(self, recurse: bool = True) -> Iterator[Any]:
        """All buffers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _walk(self, prefix: str, recurse: bool, remove_duplicate: bool) -> Iterator[tuple[str, Tree]]:
        return self.named_modules(prefix, remove_duplicate) if recurse else iter([(prefix, self)])

    # ------------------------------------------------------------------------------------------------------ by path

    def get_submodule(self, target: str) -> Module:
        """The module at a path; the empty one is the module itself.

        Raises `ModuleError` if there is none, as the two methods below do.
        """
        return self._at("module", target, dict(self.named_modules(remove_duplicate=False)))

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path."""
        return self._at("parameter", target, dict(self.named_parameters(remove_duplicate=False)))

    def get_buffer(self, target: str) -> Any:
        """The buffer at a path."""
        return self._at("buffer", target, dict(self.named_buffers(remove_duplicate=False)))

    def _at(self, kind: str, path: str, known: dict[str, T]) -> T:
        if path not in known:
            raise errors.no_such_path(type(self).__name__, kind, path, known)
        return known[path]


def join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def once(pairs: Iterator[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """The pairs whose value has not come before."""
    seen: set[T] = set()
    for name, value in pairs:
        if value not in seen:
            seen.add(value)
            yield name, value
