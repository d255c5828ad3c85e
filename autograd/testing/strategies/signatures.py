"""The strategy for the arguments of a function, read from its signature: annotations, defaults and names.

A maker takes a strategy for shapes and gives one for values: arrays are made last, when it is known what they must
broadcast to.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import Parameter
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np
from numpy.typing import ArrayLike

from autograd import errors
from autograd.tensor import Tensor
from autograd.testing.strategies.base import composed, nps, st
from autograd.testing.strategies.numbers import numbers
from autograd.testing.strategies.values import HIGHEST, LOWEST, arrays, narrower, small_shapes

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from autograd.testing.strategies.base import Draw

    Maker = Callable[[SearchStrategy[tuple[int, ...]]], SearchStrategy[Any]]

__all__ = ["grad_inputs"]

COUNTS = 0, 3  # what integers are drawn from: counts, exponents
ARRAYS = (np.ndarray, ArrayLike, Tensor, Any, object)
SPELLED = {"float": float, "complex": complex, "int": int, "bool": bool}  # annotations that cannot be evaluated
SPELLED |= dict.fromkeys(["ndarray", "NDArray", "ArrayLike", "Tensor", "Any"], np.ndarray)
NAMED = {"n": int, "k": int, "order": int, "degree": int, "keepdims": bool, "rng": np.random.Generator}
NAMED |= dict.fromkeys(["mask", "where", "condition"], np.typing.NDArray[np.bool_])
UNDECIDABLE = {"axis", "axes", "dim", "shape", "dtype", "index", "indices", "key", "out"}  # depend on other arguments


def grad_inputs(f: Callable[..., Any], /, **overrides: Any) -> SearchStrategy[tuple[Any, ...]]:
    """Draw a tuple of arguments for `f`, from its signature; `overrides` are strategies or values by parameter name.

    A parameter without annotation, or annotated as an array, gets a float64 array without empty axes; all arrays
    broadcast together. ``float``, ``complex`` and ``bool`` give such a number, ``int`` one from 0 to 3;
    ``tuple``, ``list``, ``dict`` (of strings), named tuples, typed dicts, unions and literals are drawn part by part;
    ``Annotated[float, away_from(0)]`` brings its own strategy. A default that is a float is drawn as well, any other is
    kept. Of a ufunc the operands are called ``x``, or ``x1`` and ``x2``.

    Raises `DataError` where a parameter says too little (``*args``, an axis, an unknown annotation), and
    `UnknownKeywordError` for an override that `f` has no parameter for.

    >>> from hypothesis import given
    >>> from autograd.testing import gradcheck
    >>> from autograd.testing.strategies import away_from
    >>> def quotient(x, y: float, *, eps=1e-6):
    ...     return x / (y + eps)
    >>> @given(grad_inputs(quotient, y=away_from(0, by=1)))
    ... def test_quotient(args):
    ...     assert gradcheck(quotient, *args)
    >>> test_quotient()
    """
    if isinstance(f, np.ufunc):
        makers, shapes = plan_ufunc(f, overrides)
    else:
        makers = plan(f, overrides)
        shapes = small_shapes(1, 4).map(lambda shape: [narrower(shape)] * len(makers))
    return composed("grad_inputs", draw_arguments, makers, shapes)


def draw_arguments(draw: Draw, makers: list[tuple[Maker, bool]], shapes: Any) -> tuple[Any, ...]:
    arguments: list[Any] = []
    for (maker, several), sizes in zip(makers, draw(shapes), strict=True):
        value = draw(maker(sizes))
        arguments += value if several else [value]
    return tuple(arguments)


def plan_ufunc(f: np.ufunc, overrides: dict[str, Any]) -> tuple[list[tuple[Maker, bool]], Any]:
    """A maker for each operand, and their shapes: what broadcasts, or what fits a signature such as matmul's."""
    names = ["x"] if f.nin == 1 else [f"x{i + 1}" for i in range(f.nin)]
    check_overrides(f, overrides, names)
    makers = [(as_maker(overrides[name]) if name in overrides else from_type(np.ndarray), False) for name in names]
    known = {"signature": f.signature} if f.signature else {"num_shapes": f.nin}
    fitting = nps.mutually_broadcastable_shapes(**known, max_dims=2, max_side=3)
    return makers, fitting.map(lambda drawn: [st.just(shape) for shape in drawn.input_shapes])  # type: ignore[return-value]


def plan(f: Callable[..., Any], overrides: dict[str, Any]) -> list[tuple[Maker, bool]]:
    """A maker for each positional parameter up to the last that has to be given, and whether it makes several."""
    try:
        signature = inspect.signature(f, eval_str=True)
    except (NameError, AttributeError, SyntaxError):  # names imported for type checkers alone
        signature = inspect.signature(f)
    except (TypeError, ValueError) as error:
        raise errors.DataError(
            f"grad_inputs({errors.op_name(f)}): it has no Python signature. Wrap it: lambda x, y: f(x, y)."
        ) from error
    check_overrides(f, overrides, signature.parameters)
    planned, needed = [], 0
    for parameter in signature.parameters.values():
        maker = maker_for(f, parameter, overrides)
        if maker is not None:
            planned.append((maker, parameter.kind is Parameter.VAR_POSITIONAL))
            needed = len(planned) if is_drawn(parameter, overrides) else needed
    return planned[:needed]


def check_overrides(f: Any, overrides: dict[str, Any], names: Iterable[str]) -> None:
    if unknown := [name for name in overrides if name not in names]:
        raise errors.unknown_keyword(f"grad_inputs({errors.op_name(f)})", unknown, names)


def is_drawn(parameter: Parameter, overrides: dict[str, Any]) -> bool:
    """Whether the parameter gets anything but its default."""
    return parameter.name in overrides or parameter.default is Parameter.empty or isinstance(parameter.default, float)


def maker_for(f: Any, parameter: Parameter, overrides: dict[str, Any]) -> Maker | None:
    """What makes values for one parameter; None where it is left out."""
    name, kind, default = parameter.name, parameter.kind, parameter.default
    if kind is Parameter.VAR_KEYWORD or (kind is Parameter.KEYWORD_ONLY and default is not Parameter.empty):
        if name in overrides:
            raise undecided(f, name, "is passed by keyword, and these are positional arguments", "functools.partial")
        return None
    if kind is Parameter.KEYWORD_ONLY:
        raise undecided(f, name, "has to be passed by keyword", f"functools.partial({errors.op_name(f)}, {name}=...)")
    if name in overrides:
        return as_maker(overrides[name])
    if kind is Parameter.VAR_POSITIONAL:
        raise undecided(f, name, "takes any number of arguments", example(f, name, "st.tuples(arrays(), arrays())"))
    if isinstance(default, float):
        return lambda _: st.just(default) | number(float)
    if default is not Parameter.empty:
        return as_maker(default)
    if parameter.annotation is Parameter.empty and name in UNDECIDABLE:
        raise undecided(f, name, "depends on other arguments", example(f, name, "st.just(...)"))
    hint = NAMED.get(name, np.ndarray) if parameter.annotation is Parameter.empty else parameter.annotation
    if (maker := from_type(hint)) is None:
        raise undecided(f, name, f"has the annotation {spelling(hint)}", example(f, name, "away_from(0)"))
    return maker


def undecided(f: Any, name: str, reason: str, instead: str) -> errors.DataError:
    """The error that names the parameter, says why nothing can be drawn for it, and what to write."""
    return errors.DataError(
        f"grad_inputs({errors.op_name(f)}) cannot tell what to draw for {name!r}: it {reason}. Write {instead} instead."
    )


def example(f: Any, name: str, value: str) -> str:
    return f"grad_inputs({errors.op_name(f)}, {name}={value})"


def spelling(hint: Any) -> str:
    return hint.__qualname__ if isinstance(hint, type) else str(hint)


def as_maker(value: Any) -> Maker:
    """A given strategy, or a value that is always the same."""
    return lambda _: value if isinstance(value, st.SearchStrategy) else st.just(value)


def number(kind: type) -> SearchStrategy[Any]:
    low, high = COUNTS if issubclass(kind, int | np.integer) else (LOWEST, HIGHEST)
    return numbers(np.dtype(kind), low, high).map(kind)


def from_type(hint: Any) -> Maker | None:
    """What makes values of an annotated type; None where it is unknown."""
    if isinstance(hint, str):
        hint = SPELLED.get(hint.split("[")[0].split(".")[-1], hint)
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        own = [extra for extra in parts[1:] if isinstance(extra, st.SearchStrategy)]
        return as_maker(own[0]) if own else from_type(parts[0])
    if origin is np.ndarray or hint in ARRAYS:
        return array_of(scalar_type(parts))
    if origin is Literal:
        return lambda _: st.sampled_from(parts)
    if hint is None or hint is types.NoneType:
        return as_maker(None)
    if hint is np.random.Generator:
        return lambda _: st.builds(np.random.default_rng, st.integers(0, 9))
    if isinstance(hint, type) and origin is None and (hint in SPELLED.values() or hint in np.sctypeDict.values()):
        return lambda _: number(hint)
    return from_parts(hint, origin, parts)


def from_parts(hint: Any, origin: Any, parts: tuple[Any, ...]) -> Maker | None:
    """What makes unions and containers, whose parts are annotated."""
    if origin is tuple and parts[-1:] == (Ellipsis,):
        return combined(parts[:1], lambda item: st.lists(item, min_size=1, max_size=3).map(tuple))
    if origin in (list, Sequence, Iterable):
        return combined(parts, lambda item: st.lists(item, min_size=1, max_size=3))
    if origin in (dict, Mapping) and parts[0] is str:
        keys = st.sampled_from(["a", "b", "c"])
        return combined(parts[1:], lambda item: st.dictionaries(keys, item, min_size=1))
    if origin in (Union, types.UnionType):
        return combined(parts, st.one_of)
    if origin is tuple:
        return combined(parts, st.tuples)
    if typing.is_typeddict(hint) or hasattr(hint, "_fields"):
        fields = typing.get_type_hints(hint, include_extras=True)
        build = st.fixed_dictionaries if typing.is_typeddict(hint) else lambda kinds: st.builds(hint, **kinds)
        return combined(fields.values(), lambda *items: build(dict(zip(fields, items, strict=True))))
    return None


def combined(hints: Iterable[Any], combine: Callable[..., Any]) -> Maker | None:
    """A container from its parts; None where a part is unknown."""
    makers = [from_type(hint) for hint in hints]
    known = [maker for maker in makers if maker is not None]
    return None if len(known) < len(makers) else lambda shapes: combine(*[maker(shapes) for maker in known])


def scalar_type(parts: tuple[Any, ...]) -> Any:
    """The scalar type in ``NDArray[np.float32]``; of an abstract one, a type that is of its kind."""
    kind = next(iter(get_args(parts[1])), Any) if len(parts) > 1 else Any
    if kind in np.sctypeDict.values():
        return kind
    abstract = {np.complexfloating: np.complex128, np.integer: np.int64, np.signedinteger: np.int64}
    return abstract.get(kind, np.float64)


def array_of(kind: Any) -> Maker:
    low, high = COUNTS if np.dtype(kind).kind in "iu" else (LOWEST, HIGHEST)
    return lambda shapes: arrays(kind, shapes, min_value=low, max_value=high)
