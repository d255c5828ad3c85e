"""Every rule of the registry by property: any values, any shapes that broadcast, any layout, first and second order.

`test_derivatives.py` tries each rule once; this draws. A few examples here, many in `make fuzz`.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd.testing import assert_gradients
from autograd.testing.strategies import arrays, axes, broadcastable, indices
from tests.autograd.table import ROWS
from tests.autograd.table.cases import Case, above_one, each, even, inner, odd, positive, real
from tests.autograd.table.elementwise import ONE_ARGUMENT, TWO_ARGUMENTS
from tests.conftest import FUZZING, few

RANGES = {real: (0.3, 1.7), positive: (0.3, 1.7), inner: (0.1, 0.8), above_one: (1.2, 2.5)}
SIGNED = {real, inner}
ELEMENTWISE = {
    function: tuple(domains if isinstance(domains, tuple) else (domains,))
    for function, domains in {**ONE_ARGUMENT, **TWO_ARGUMENTS}.items()
}
JUMPING = {np.remainder, np.fmod, np.divmod}  # wherever one argument is a multiple of the other
SEEDS = range(1, 201 if FUZZING else 2)  # 0 is that of test_derivatives.py, entry by entry; odd ones by projections
QUOTIENTS = {**dict.fromkeys(JUMPING, np.divide), **{f.outer: np.divide.outer for f in JUMPING}}
DRAWN = {  # but those whose arguments must not come near each other
    f: domains for f, domains in ELEMENTWISE.items() if f not in JUMPING and not {even, odd} & set(domains)
}
REDUCTIONS = [np.sum, np.mean, np.var, np.std, np.prod, np.cumsum, np.cumprod]


def within(domain: Any, dtypes: Any = (np.float64, np.float32)) -> Any:
    """Arrays of any shape and layout inside a domain of the table."""
    low, high = RANGES[domain]
    return arrays(dtypes, min_value=-high if domain in SIGNED else low, max_value=high)


def inside(domain: Any, x: Any) -> Any:
    """`x`, moved off the gap that a domain leaves around zero."""
    low, _ = RANGES[domain]
    return np.copysign(np.maximum(np.abs(x), low), x) if domain in SIGNED else x


@pytest.mark.parametrize("function", ROWS, ids=lambda function: getattr(function, "__name__", "method"))
@pytest.mark.parametrize("seed", SEEDS)
def test_at_any_values(function: Any, seed: int) -> None:
    def attempt(item: Case) -> None:
        args = item.arguments(seed)
        if function in QUOTIENTS:  # not so near a jump that there is hardly room for a step
            quotients = QUOTIENTS[function](*args)
            if np.any(np.abs(quotients - np.rint(quotients)) < 0.02):
                return
        assert_gradients(item.function, *args, order=2, samples=None if seed % 2 == 0 else 1)

    each(ROWS[function], attempt)


@pytest.mark.parametrize("function", [f for f, domains in DRAWN.items() if len(domains) == 1], ids=lambda f: f.__name__)
@given(data=st.data())
@few
def test_of_one_argument_at_any_array(function: Any, data: Any) -> None:
    (domain,) = DRAWN[function]
    assert_gradients(function, inside(domain, data.draw(within(domain))), order=2)


@pytest.mark.parametrize("function", [f for f, domains in DRAWN.items() if len(domains) == 2], ids=lambda f: f.__name__)
@given(data=st.data())
@few
def test_of_two_arguments_at_any_arrays_that_broadcast(function: Any, data: Any) -> None:
    pair = data.draw(broadcastable(2, np.float64, min_value=0.3, max_value=1.7))
    x, y = (inside(domain, np.clip(a, *RANGES[domain])) for domain, a in zip(DRAWN[function], pair, strict=True))
    assert_gradients(function, x, y, order=2)


@pytest.mark.parametrize("function", REDUCTIONS, ids=lambda f: f.__name__)
@given(data=st.data())
@few
def test_reductions_over_any_axes(function: Any, data: Any) -> None:
    x = data.draw(arrays(np.float64, min_value=-2, max_value=2))
    axis = data.draw(axes(x.shape, allow_tuple=function not in (np.cumsum, np.cumprod)))
    assume(x.size or function in (np.sum, np.prod, np.cumsum, np.cumprod))
    assume(function is not np.std or np.all(np.std(x, axis=axis) > 0.1))  # at 0 it has a kink
    assert_gradients(lambda x: function(x, axis=axis), x, order=2)


@given(data=st.data())
@few
def test_any_index(data: Any) -> None:
    x = data.draw(arrays(np.float64, min_value=-2, max_value=2))
    index = data.draw(indices(x.shape))
    assert_gradients(lambda x: x[index] ** 2, x, order=2)
