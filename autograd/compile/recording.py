"""Run a function on symbols, and its rules after it: what comes out is the program of its value and gradients.

`Recording` says of each step where the user's program was, and what the user calls it. `source.py` and `listing.py`
stand on this.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Sequence
from types import CodeType, FrameType
from typing import Any

import numpy as np

from autograd.compile.program import Place, Program, Step
from autograd.compile.symbol import Symbol
from autograd.engine import backpropagate, leading_to, order_graph
from autograd.graph import Node, new_leaf
from autograd.sightings import Sighting, Witness, user_frames, variables_of
from autograd.tensor import Tensor
from autograd.trace import traced_among
from autograd.viz.text import printable

__all__ = ["Gradients", "Recording", "leaf_of", "pulled", "step_behind"]


def leaf_of(program: Program, step: Step) -> Tensor:
    """A traced leaf that stands for an argument."""
    return new_leaf(Tensor, Symbol(program, step), requires_grad=True)  # type: ignore[no-any-return]


def step_behind(value: Any) -> Step | None:
    """The step of a symbol, or of the one in a Tensor."""
    value = value._value if isinstance(value, Node) else value
    return value.step if isinstance(value, Symbol) else None


class Reader(Witness):
    """A witness to which a step is what a variable holds, in a Tensor or as it is."""

    def look(self, frames: list[FrameType]) -> None:
        for frame in frames:
            for name, value in variables_of(frame):
                step = step_behind(value) if isinstance(value, (Node, Symbol)) else None
                sighting = None if step is None else self.made.get(step)
                if sighting is not None and (frame in sighting.frames or sighting.line == 0):
                    rank = sighting.frames.index(frame) if sighting.line else 0
                    sighting.name = name
                    sighting.frames = sighting.frames[:rank] if rank else []
                    sighting.line = sighting.line or -1  # an argument keeps the first name


class Recording:
    """The program of one run, and where in the user's program each step was made."""

    def __init__(self, limit: int, code: CodeType | None = None, model: Any = None, title: str = "") -> None:
        self.code, self.home = code, None if code is None else code.co_filename
        self.title = title  # stands above what has no line of the function
        self.outermost = next(user_frames(sys._getframe(1)), None)
        self.reader = Reader(self.outermost)
        self.paths = (
            {} if model is None else {id(module): where(path, module) for path, module in model.named_modules()}
        )
        self.at: Place | None = None
        self.generators: dict[int, str] = {}
        self.last: Sighting | None = None
        self.program = Program(self.here, limit, self.made)

    def argument(self, value: Any, name: str | None) -> Step:
        """An input; without a name it gets that of the variable that holds it first."""
        step = self.program.input(value, name)
        if name is None:
            sighting = Sighting([sys._getframe()])
            sighting.frames, sighting.line = [], 0
            self.reader.made[step] = sighting
        return step

    def here(self) -> Place:
        """The place of the next step: in the user's source while the function runs."""
        if self.at is not None:
            return self.at
        frames = [frame for frame in user_frames(sys._getframe(1), self.outermost) if frame is not self.outermost]
        frames = frames or self.own_frames()
        self.reader.frames.update(dict.fromkeys(frames))
        self.reader.look(frames)
        sighting = Sighting(frames) if frames else None
        path, line_is_inside = self.module_path(frames)
        place = self.place_of(sighting if line_is_inside else None, path)
        self.last = sighting
        return place

    def own_frames(self) -> list[FrameType]:
        """The frame of a function that is nn's, and no user's."""
        frame: FrameType | None = sys._getframe(1) if self.code and not self.paths else None
        while frame is not None and frame is not self.outermost:
            if frame.f_code is self.code:
                return [frame]
            frame = frame.f_back
        return []

    def made(self, step: Step) -> None:
        """Remember the step that was just made, so that a variable can name it."""
        if self.at is None and self.last is not None:
            self.reader.made[step] = self.last

    def place_of(self, sighting: Sighting | None, path: str | None) -> Place:
        if sighting is not None:
            where = "" if sighting.file == self.home else f"{file_text(sighting.file)}, "
            text = printable_line(sighting.text)
            line = f"{where}line {sighting.line}" + (f": {text}" if text else "")
            return Place("forward", (sighting.file, sighting.line, path), f"{path}, {line}" if path else line)
        return Place("forward", path, path or ("the loss" if self.paths else self.title))

    def module_path(self, lines: list[FrameType]) -> tuple[str | None, bool]:
        """The innermost module of the model in which the program is, and whether a line of the user's is in it."""
        frame: FrameType | None = sys._getframe(1)
        inside = not self.paths
        while self.paths and frame is not None and frame is not self.outermost:
            inside = inside or frame in lines
            if frame.f_code.co_name == "forward" and (path := self.paths.get(id(frame.f_locals.get("self")))):
                return path, inside
            frame = frame.f_back
        return None, inside

    @property
    def rngs(self) -> list[str]:
        """What the text calls the generators that were drawn from."""
        return list(self.generators.values())

    def draw(self, function: Callable[..., Any], args: tuple[Any, ...], rng: np.random.Generator) -> Any:
        """Note that a function drew from a generator, which stays as it is: the text draws, not its writing."""
        name = self.generators.setdefault(id(rng), "rng" if not self.generators else f"rng{len(self.generators) + 1}")
        step = self.program.drawn(function, args, name, function(*args, copy.deepcopy(rng)))
        return Symbol(self.program, step)

    def taken(self, node: Node, g: Any) -> None:
        """The gradient of a node is complete, and goes through its rule next."""
        step, made = step_behind(node), step_behind(g)
        if step is not None:
            if made is not None:
                self.program.gradients.setdefault(made, step)
            self.at = step.place._replace(phase="backward", owner=step)
            assert node.values is not None
            node.values = tuple([self.constant(value) for value in node.values])

    def constant(self, value: Any) -> Any:
        """An array of numbers as a symbol, so that a rule may index it with one; anything else as it is."""
        if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "fc":
            return Symbol(self.program, self.program.constant(value))
        return value

    def close(self) -> None:
        """Give the steps the names of the variables that held them."""
        self.reader.look(list(self.reader.frames))
        for step, sighting in self.reader.made.items():
            step.name = step.name or sighting.name
        self.reader.made, self.reader.frames = {}, {}


def where(path: str, module: Any) -> str:
    """A module in a comment: its path and class."""
    return printable_line(f"{path}: {type(module).__name__}" if path else type(module).__name__)


def file_text(file: str) -> str:
    """A file in a comment, without its folder; a cell of a notebook is none."""
    is_cell = "ipykernel_" in file or file.startswith("<ipython-input")
    return "another cell" if is_cell else printable(file.replace("\\", "/").rsplit("/", 1)[-1])


def printable_line(text: str) -> str:
    """A line of source in a comment: nothing in it may end the comment or turn its reading direction."""
    text = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return text if len(text) <= 90 else text[:89] + "…"


class Gradients(dict[Node, Any]):
    """The gradients of a backward pass; says whose is taken next, so that steps know for what they are made."""

    def __init__(
        self, start: dict[Node, Any], taken: Callable[[Node, Any], None], brought: Callable[[Node, Any], None] | None
    ) -> None:
        super().__init__(start)
        self.taken, self.brought = taken, brought

    def __setitem__(self, node: Node, g: Any) -> None:
        super().__setitem__(node, g)
        if self.brought is not None:
            self.brought(node, g)

    def pop(self, node: Node, *default: Any) -> Any:
        g = super().pop(node, *default)
        if g is not None:
            self.taken(node, g)
        return g


def pulled(
    outputs: list[Any],
    seeds: list[Any],
    variables: Sequence[Tensor],
    taken: Callable[[Node, Any], None],
    brought: Callable[[Node, Any], None] | None = None,
) -> list[Any]:
    """The gradients of the variables: the engine's own pass, on symbols; zeros where none arrives.

    `taken` is told of each gradient when it is complete, `brought` of the sum so far whenever something is added to it.
    """
    start: dict[Node, Any] = {}
    for out, seed in zip(outputs, seeds, strict=True):
        if isinstance(out, Node) and out._requires_grad:
            start[out] = start[out] + seed if out in start else seed
    order, _ = order_graph(traced_among(outputs))
    live = leading_to(set(variables), order)
    order = [node for node in order if node in live]
    found = backpropagate(order, Gradients(start, taken, brought), live)
    return [found[v] if v in found else np.zeros(v.shape, v.dtype)[()] for v in variables]
