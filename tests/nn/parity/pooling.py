"""Pooling, in all of its geometry; and unpooling."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, seeds

batches = st.sampled_from([(), (1,), (2,), (0,)])


def each(draw: Any, n: int, numbers: Any) -> Any:
    """A number for all of the axes, or one for each."""
    return draw(st.one_of(numbers, st.tuples(*[numbers] * n)))


def spread(value: Any, n: int) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) * n


def images(draw: Any, sizes: list[int], empty: bool = True) -> Any:
    """(N, C, *sizes) or (C, *sizes) of distinct numbers, or of few different ones: with ties."""
    batch = draw(batches if empty else batches.filter(lambda shape: shape != (0,)))
    x = draw(normal(*batch, draw(st.integers(1, 3)), *sizes))
    return np.round(x) if draw(st.booleans()) else x


def max_pool(n: int) -> Callable[[Any], Case]:
    def case(draw: Any) -> Case:
        kernel, stride = each(draw, n, st.integers(1, 3)), draw(st.none() | st.integers(1, 3))
        dilation = each(draw, n, st.integers(1, 2))
        spans = [(k - 1) * d + 1 for k, d in zip(spread(kernel, n), spread(dilation, n), strict=True)]
        padding = draw(st.integers(0, min(min(spread(kernel, n)) // 2, min(spans) // 2)))
        sizes = [draw(st.integers(max(1, span - padding), span + 4)) for span in spans]
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        options |= {"ceil_mode": draw(st.booleans()), "return_indices": draw(st.booleans())}
        return Case((kernel,), options, (images(draw, sizes),))

    return case


def avg_pool(n: int) -> Callable[[Any], Case]:
    def case(draw: Any) -> Case:
        kernel = each(draw, n, st.integers(1, 3))
        padding = draw(st.integers(0, min(spread(kernel, n)) // 2))
        room = 0 if n == 3 else padding  # PyTorch refuses volumes that only fit with their padding
        sizes = [draw(st.integers(max(1, k - room), k + 4)) for k in spread(kernel, n)]
        options = {"stride": draw(st.none() | st.integers(1, 3)), "padding": padding}
        options |= {"ceil_mode": draw(st.booleans()), "count_include_pad": draw(st.booleans())}
        if n > 1:
            options["divisor_override"] = draw(st.none() | st.integers(1, 5))
        return Case((kernel,), options, (images(draw, sizes),))

    return case


def adaptive(n: int, largest: bool) -> Callable[[Any], Case]:
    def case(draw: Any) -> Case:
        sizes = [draw(st.integers(1, 7)) for _ in range(n)]
        one = st.integers(1, 5)
        out = draw(one if n == 1 else one | st.tuples(*[one | st.none()] * n))
        options = {"return_indices": draw(st.booleans())} if largest else {}
        return Case((out,), options, (images(draw, sizes),))

    return case


def unpool(n: int) -> Callable[[Any], Case]:
    def case(draw: Any) -> Case:
        kernel, sizes = draw(st.integers(1, 3)), [draw(st.integers(1, 3)) for _ in range(n)]
        x = images(draw, sizes, empty=False)
        planes = x.shape[: x.ndim - n]
        rng = np.random.default_rng(draw(seeds))
        count = int(np.prod(sizes))
        places = rng.permuted(np.tile(np.arange(count * kernel**n), (*planes, 1)), axis=-1)
        indices = places[..., :count].reshape(x.shape)
        call = {"output_size": [size * kernel for size in sizes]} if draw(st.booleans()) else {}
        return Case((kernel,), {}, (x, indices), call)

    return case


ROWS = {
    **{f"MaxPool{n}d": drawn(max_pool(n)) for n in (1, 2, 3)},
    **{f"AvgPool{n}d": drawn(avg_pool(n)) for n in (1, 2, 3)},
    **{f"AdaptiveMaxPool{n}d": drawn(adaptive(n, True)) for n in (1, 2, 3)},
    **{f"AdaptiveAvgPool{n}d": drawn(adaptive(n, False)) for n in (1, 2, 3)},
    **{f"MaxUnpool{n}d": drawn(unpool(n)) for n in (1, 2, 3)},
}
