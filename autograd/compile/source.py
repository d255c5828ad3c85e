"""`source`: the value and the gradients of a function as one straight-line NumPy function.

Read `program.py` and `symbol.py` first (what is noted while a function runs), then `recording.py`, `simplify.py`,
`spelling.py`, `layout.py` and `text.py` (how it becomes text). `highlight.py` colours it.
"""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from itertools import count
from typing import Any

import numpy as np

from autograd.compile.arguments import Argument, arguments_of, parameter_names
from autograd.compile.highlight import highlighted
from autograd.compile.listing import Listing, listing
from autograd.compile.model import Training, is_loss, is_model
from autograd.compile.program import Step
from autograd.compile.recording import Recording, pulled
from autograd.compile.spelled import WATCHED, drawing
from autograd.compile.symbol import Symbol, as_step
from autograd.compile.text import Result, Written, written
from autograd.containers import flatten
from autograd.errors import SourceError
from autograd.functional import one_for
from autograd.graph import Node, differentiating, holding, spelling
from autograd.tensor import Tensor

__all__ = ["LIMIT", "Listing", "Source", "listing", "source"]

LIMIT = 20_000
numbers = count(1)


class Source:
    """The text of a function, which `str` gives, and the `function` itself.

    `constants` are arrays that the program used and that are too large for a text: keyword arguments of the text, with
    which `function` is called already.
    """

    def __init__(self, text: str, name: str, constants: dict[str, Any]) -> None:
        self.text, self.name, self.constants = text, name, constants

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The function of the text, compiled; an error in it shows its line."""
        file = f"<ag.source {next(numbers)}>"
        linecache.cache[file] = (len(self.text), None, self.text.splitlines(keepends=True), file)
        names: dict[str, Any] = {"__name__": "source"}
        exec(compile(self.text, file, "exec"), names)
        function = names[self.name]
        return partial(function, **self.constants) if self.constants else function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return highlighted(self.text)


def source(f: Callable[..., Any], *args: Any, argnums: Any = None, limit: int = LIMIT) -> Source:
    """The value of ``f(*args)`` and its gradients, as one straight-line function that needs nothing but NumPy.

    The function takes what `f` takes and returns what ``value_and_grad(f, argnums)`` returns: the value, and the
    gradient with respect to the argument, or a tuple of them for several. `argnums` says which; if it is None, all that
    hold floating numbers. It keeps the user's names; above each block stands the line of `f` that it is for. It is for
    arguments of the same shapes and dtypes: branches (``if x > 0``) and loops are written as they went, with an
    ``assert`` for each branch that the values decide.

    ``source(model, loss, x, y)`` writes a training step of an `nn.Module`: a function of ``params``, a dict of arrays
    by path as ``model.state_dict()``, of ``buffers`` if there are any, of the inputs and of what the loss compares them
    with. It returns the loss, a dict of the gradients of the trained parameters, and the moved buffers if there are
    any. Where the model draws (dropout), it takes generators too, ``rng``, and draws from them at every call.

    Raises `SourceError` for what no NumPy code can be written for, or more than `limit` calls; `OutputError` if `f`
    does not return one real number, `DataError` for an integer argument.

    >>> import autograd as ag
    >>> def g(x, y, z):
    ...     p = x + y
    ...     return p * z
    >>> value, gradients = ag.source(g, 1.0, 3.0, -3.0).function(1.0, 3.0, -3.0)
    >>> value, gradients
    (-12.0, (-3.0, -3.0, 4.0))
    """
    if not callable(f):
        raise SourceError(f"source(f, *args) writes a function, not a {type(f).__name__}: ag.source(f, x, y).")
    if is_model(f) and not is_loss(f, args):
        return step_of_training(f, args, limit)
    names = parameter_names(f, len(args))
    name = name_of(f)
    recording = Recording(limit, code_of(f), title=f"{name}({', '.join(names)})")
    call, variables, arguments = arguments_of(recording, names, args, argnums)
    with undisturbed(f, args):
        value, gradients = recorded(recording, lambda: f(*call), variables)
    differentiated = [argument for argument in arguments if argument.differentiated]
    trees = split(gradients, differentiated)
    single = len(trees) == 1 and not isinstance(argnums, (tuple, list))
    targets = [leaf for argument in differentiated for leaf in argument.leaves]
    result = Result(value, trees[0] if single else tuple(trees), targets)
    doc = described(name, differentiated)
    return made(written(recording.program, name, arguments, result, names_in(f), doc, recording.rngs))


def step_of_training(model: Any, args: tuple[Any, ...], limit: int) -> Source:
    """The loss and the gradients of all parameters."""
    recording = Recording(limit, code_of(model), model)
    training = Training(recording, model, args)
    with undisturbed(training.loss, args):
        value, gradients = recorded(recording, training.run, training.variables)
    found = dict(zip(training.trained, gradients, strict=True))
    more = [training.changed] if training.changed else []
    doc = "The loss, and its gradient with respect to each parameter, by path."
    result = Result(value, found, list(training.trained.values()), more)
    return made(written(recording.program, "loss", training.arguments, result, {}, doc, recording.rngs))


def states(generators: list[np.random.Generator]) -> list[str]:
    """The states of generators, and that of NumPy's own."""
    legacy = np.random.get_state()  # noqa: NPY002  # what users draw from
    return [str(legacy), *(str(rng.bit_generator.state) for rng in generators)]


@contextmanager
def undisturbed(f: Any, args: tuple[Any, ...]) -> Iterator[None]:
    """Raise if the function in the block draws random numbers that the text would hold as they are."""
    try:
        around = inspect.getclosurevars(f)
        found = [*around.globals.values(), *around.nonlocals.values(), *args]
    except (TypeError, ValueError):
        found = list(args)
    generators = [*WATCHED, *(x for x in found if isinstance(x, np.random.Generator))]
    before = states(generators)
    yield
    if states(generators) != before:
        raise SourceError(
            "the function draws random numbers, which source would write down as they came. Draw them outside and make "
            "them an argument, or draw with autograd.compile.drawn(function, *args, rng=rng)."
        )


def made(text: Written) -> Source:
    return Source(text.text, text.name, text.given)


def recorded(recording: Recording, run: Callable[[], Any], variables: list[Tensor]) -> tuple[Any, list[Any]]:
    """The value that `run` returns, in its containers, and the gradients of the variables: as steps, or constants."""
    with spelling(), differentiating(), holding(drawing, recording.draw), np.errstate(all="ignore"):
        outputs, rebuild = flatten(run())
        recording.at = recording.here()._replace(phase="backward")
        recording.close()
        seed = Symbol(recording.program, recording.program.constant(as_value(one_for(outputs))))
        found = pulled(outputs, [seed], variables, recording.taken)
    return rebuild([as_step(out) for out in outputs]), [as_step(g) for g in found]


def as_value(x: Any) -> Any:
    return x.value if isinstance(x, Symbol) else x


def split(gradients: list[Any], arguments: list[Argument]) -> list[Any]:
    """The gradients in the containers of the arguments."""
    rest = iter(gradients)
    trees = []
    for argument in arguments:
        leaves, rebuild = flatten(argument.tree)
        trees.append(rebuild([next(rest) if isinstance(leaf, Step) else None for leaf in leaves]))
    return trees


def described(name: str, arguments: list[Argument]) -> str:
    """The docstring: what is returned, and for which shapes."""
    parts = []
    for argument in arguments:
        kinds = [f"{leaf.value.dtype}{list(leaf.value.shape) if leaf.value.shape else ''}" for leaf in argument.leaves]
        parts.append(f"{argument.name} ({', '.join(kinds[:3])}{', ...' if len(kinds) > 3 else ''})")
    more = parts[:6] + (["..."] if len(parts) > 6 else [])
    return f"The value of {name}, and its gradient with respect to {', '.join(more)}."


def name_of(f: Callable[..., Any]) -> str:
    name = getattr(f, "__name__", "")
    return name if name.isidentifier() else "f"


def code_of(f: Callable[..., Any]) -> Any:
    """The code of a function, of what a partial one calls, or of the class whose instances are called."""
    while isinstance(f, partial):
        f = f.func
    f = inspect.unwrap(f)
    called = f if hasattr(f, "__code__") else getattr(type(f), "forward", type(f).__call__)
    return getattr(called, "__code__", None)


def names_in(f: Callable[..., Any]) -> dict[int, str]:
    """The variables around the function that hold arrays, by these: its constants have these names."""
    try:
        around = inspect.getclosurevars(f)
    except (TypeError, ValueError):
        return {}
    found = {**around.globals, **around.nonlocals}.items()
    return {id(x._value if isinstance(x, Node) else x): k for k, x in found if isinstance(x, (np.ndarray, Node))}
