"""What a row of the table is made of: a case is one call, its arguments drawn from domains away from kinks."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

Domain = Callable[[np.random.Generator, tuple[int, ...]], Any]


def real(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Between 0.3 and 1.7, of either sign: away from zero, and no two equal."""
    return (rng.uniform(0.3, 1.7, shape) * rng.choice([-1.0, 1.0], shape))[()]


def positive(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(0.3, 1.7, shape)


def inner(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Inside (-1, 1), away from zero."""
    return (rng.uniform(0.1, 0.8, shape) * rng.choice([-1.0, 1.0], shape))[()]


def above_one(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(1.2, 2.5, shape)


def even(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Multiples of 0.2; with `odd`, no two arrays tie or come near it."""
    return rng.integers(1, 8, shape) * 0.2 * rng.choice([-1.0, 1.0], shape)


def odd(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return even(rng, shape) + 0.1


def with_zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """As `real`, with a zero in the middle of each row."""
    x = real(rng, shape)
    x[..., shape[-1] // 2] = 0
    return x


def ascending(steps: Any) -> Any:
    """Knots around zero, from their distances."""
    return np.cumsum(steps) - 2.0


def complex_(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return real(rng, shape) + 1j * real(rng, shape)


class Case(NamedTuple):
    """One call: a function of arrays, their shapes and domains."""

    function: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    domains: tuple[Domain, ...]

    def arguments(self, seed: int = 0) -> list[Any]:
        rng = np.random.default_rng(seed)
        return [domain(rng, shape) for domain, shape in zip(self.domains, self.shapes, strict=True)]


def case(function: Callable[..., Any], *shapes: tuple[int, ...], domain: Domain = real) -> Case:
    return Case(function, shapes, (domain,) * len(shapes))


def elementwise_cases(function: Callable[..., Any], *domains: Domain) -> list[Case]:
    """A function of one or two arguments on scalars, arrays, empty arrays and everything that broadcasts."""
    shapes: list[tuple[tuple[int, ...], ...]] = [((),), ((3,),), ((2, 3),), ((0, 2),)]
    if len(domains) == 2:
        shapes = [
            ((), ()),
            ((3,), (3,)),
            ((2, 3), ()),
            ((), (3,)),
            ((2, 1), (1, 3)),
            ((4, 1, 2), (3, 1)),
            ((0, 2), (2,)),
        ]
    return [Case(function, pair, domains) for pair in shapes]


def each(cases: Iterable[Case], attempt: Callable[[Case], None]) -> None:
    """Try every case of a row, also after one that failed, and say which fail.

    A test for each case would say so too, but at 20,000 tests pytest's own work for each costs more than most cases.
    """
    failures: list[Exception] = []
    for i, item in enumerate(cases):
        try:
            attempt(item)
        except Exception as error:  # noqa: BLE001  # raised below
            error.add_note(f"Case {i} of the row, of shapes {item.shapes}.")
            failures.append(error)
    if len(failures) > 1:
        raise ExceptionGroup(f"{len(failures)} cases fail", failures)
    for error in failures:
        raise error


mask = np.array([[True, False, True], [False, False, True]])
