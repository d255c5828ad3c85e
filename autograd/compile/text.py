"""The text of the function: its head, the arguments taken apart, the blocks, the return."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compile.arguments import Argument, key_text
from autograd.compile.helpers import Helpers, is_opaque
from autograd.compile.identifiers import Names, identifier
from autograd.compile.layout import Layout, Line
from autograd.compile.operations import draw
from autograd.compile.program import Program, Step
from autograd.compile.simplify import Simplifier, living
from autograd.containers import flatten

__all__ = ["Result", "Written", "written"]


class Result:
    """What the text returns: the value, the gradients of the `targets` in a tree, and other trees of steps."""

    def __init__(self, value: Any, gradients: Any, targets: Sequence[Step], more: Sequence[Any] = ()) -> None:
        self.value, self.gradients, self.targets, self.more = value, gradients, targets, list(more)


class Written:
    """A text, its lines, the arrays that it is given beside its arguments, and what has become of each step."""

    def __init__(self, lines: list[Line], name: str, given: dict[str, Any], new: dict[Step, Step]) -> None:
        self.lines, self.name, self.given, self.new = lines, name, given, new
        self.text = "\n".join(line.text for line in lines) + "\n"


def written(
    program: Program,
    name: str,
    arguments: list[Argument],
    result: Result,
    known: dict[int, str],
    doc: str,
    rngs: Sequence[str] = (),
) -> Written:
    """The shortest program for the result, as text."""
    simplifier = Simplifier()
    for step in program.steps:
        simplifier.take(step)
    new = simplifier.new
    outputs = simplifier.renewed([result.value, result.gradients, result.more])
    steps = living(simplifier.steps, Layout.roots(outputs))
    names, helpers = Names(), Helpers()
    for step in steps:
        if step.op is draw or is_opaque(step.op):
            helpers.add(step.args[0] if step.op is draw else step.op)
    names.taken.update(helpers.owners, (text.split()[-1] for text in helpers.imports))
    function = names.take(identifier(f"{name}_and_grad", "f"))
    names.taken.update(rngs)
    heads = [names.take(argument.name) for argument in arguments]
    layout = Layout(names, steps, outputs, known)
    unpacked = [line for head, arg in zip(heads, arguments, strict=True) for line in taken_apart(layout, head, arg)]
    name_gradients(layout, program, new, outputs, result.targets)
    for step in steps:
        layout.write(step)
    ends = returned(layout, outputs)
    head = signature(function, [*heads, *rngs], list(layout.given))
    body = [Line(f'    """{doc}"""'), *map(indented, unpacked), *commented(layout.lines), *map(indented, ends)]
    top = list(helpers.imports)
    if any("scipy.special." in line.text for line in layout.lines):
        top.append("import scipy.special")
    top += [line for text in helpers.texts.values() for line in ("", "", *text.splitlines())]
    constants = [f"{key} = {text}" for key, text in layout.constants.items()]
    above = [*top, *((["", ""] if helpers.texts else [""]) + constants if constants else []), "", ""]
    return Written([*map(Line, above), Line(head), *body], function, layout.given, new)


def signature(name: str, heads: list[str], given: list[str]) -> str:
    return f"def {name}({', '.join([*heads, *(['*', *given] if given else [])])}):"


def indented(line: Line) -> Line:
    return Line(f"    {line.text}", line.place, line.steps)


def commented(lines: list[Line]) -> list[Line]:
    """The lines with a comment above each block."""
    found: list[Line] = []
    before: Any = None
    for line in lines:
        assert line.place is not None
        here = line.place.phase, line.place.comment
        if here != before:
            before = here
            lead = "back through " if line.place.phase == "backward" else ""
            if line.place.comment:
                found.append(Line(f"    # {lead}{line.place.comment}", line.place))
        found.append(indented(line))
    return found


def taken_apart(layout: Layout, head: str, argument: Argument) -> list[Line]:
    """The lines that name the arrays in a parameter, as far as they are used."""
    if isinstance(argument.tree, Step):
        layout.named[argument.tree] = head
        return []
    if not argument.is_nested:
        plain = argument.given is None or isinstance(argument.given, (bool, int, float, complex, str))
        message = f"written for {head}={argument.given!r}"
        equal = "is" if argument.given is None or isinstance(argument.given, bool) else "=="
        return [Line(f"assert {head} {equal} {argument.given!r}, {message!r}")] if plain else []
    used = [(path, step) for path, step in argument.paths() if layout.uses[step]]
    found = []
    for path, step in used:
        path = head + path[len(argument.name) :]
        layout.named[step] = layout.names.take(step.name or wanted_name(argument, path))
        found.append((layout.named[step], path))
    text = f"{', '.join(name for name, _ in found)} = {head}"
    flat = isinstance(argument.tree, (list, tuple)) and all(isinstance(item, Step) for item in argument.tree)
    if flat and len(used) == len(argument.leaves) > 1 and len(text) < 90:
        return [Line(text)]
    return [Line(f"{name} = {path}") for name, path in found]


def wanted_name(argument: Argument, path: str) -> str:
    """A name from a path: that of a key, or the parameter's with a number."""
    keys = path.replace("]", "").split("[")
    last = keys[-1].strip("'\"")
    if keys[-1] != last and len(keys) == 2:
        return identifier(last.replace(".", "_"), argument.name if argument.name != "params" else "model")
    return identifier("_".join(key.strip("'\"") for key in keys))


def name_gradients(
    layout: Layout, program: Program, new: dict[Step, Step], outputs: list[Any], targets: Sequence[Step]
) -> None:
    """Call the gradient of what has a name by that name: ``dh``."""
    root = flatten(outputs[0])[0][0]
    if isinstance(root, Step) and root.op is not None and not root.name:
        root.name = "out"
    pairs = [*zip(flatten(outputs[1])[0], targets, strict=True)]
    pairs += [(new[g], new[step]) for g, step in program.gradients.items() if g in new and step in new]
    done: set[Step] = set()  # of a second gradient of a step, a part of it came through a variable of an inner `grad`
    for g, step in pairs:
        name = None if step in done else layout.named.get(step) or step.name
        done.add(step)
        if name and isinstance(g, Step) and g.place.phase == "backward" and not g.name and not g.is_constant:
            layout.gradients.setdefault(g, f"d{name}")


def returned(layout: Layout, outputs: list[Any]) -> list[Line]:
    """The return statement; a gradient of nested arguments is nested as they are."""
    value, gradients, more = outputs
    parts = [tree_text(layout, value), tree_text(layout, gradients), *(tree_text(layout, tree) for tree in more)]
    text = f"return {', '.join(parts)}"
    if len(text) <= 96 or parts[1][0] not in "[{(":
        return [Line(text)]
    lines = []
    for i, part in enumerate(parts[1:]):
        name = layout.names.take("grads" if i == 0 else "buffers")
        lines += wrapped(f"{name} = ", part)
        parts[i + 1] = name
    return [*map(Line, lines), Line(f"return {', '.join(parts)}")]


def wrapped(start: str, text: str) -> list[str]:
    """A dict, list or tuple, an entry on each line."""
    items, depth, begin = [], 0, 1
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "," and depth == 1:
            items.append(text[begin:i].strip())
            begin = i + 1
    last = text[begin:-1].strip()
    items += [last] if last else []
    return [start + text[0], *(f"    {item}," for item in items), text[-1]]


def tree_text(layout: Layout, tree: Any) -> str:
    """Steps in nested containers as an expression."""
    if isinstance(tree, Step):
        return layout.reference(tree).text
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key_text(key)}: {tree_text(layout, value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, (list, tuple)):
        items = ", ".join(tree_text(layout, item) for item in tree)
        return f"[{items}]" if isinstance(tree, list) else f"({items},)" if len(tree) == 1 else f"({items})"
    return layout.speller.value(tree if isinstance(tree, (np.ndarray, np.generic)) else np.asarray(tree)).text
