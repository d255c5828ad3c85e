"""Convolutions, with all options."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes


def one_or_each(draw: Any, numbers: Any, n: int) -> tuple[Any, tuple[int, ...]]:
    """An option as one number or as a tuple, and what it is along each axis."""
    if draw(st.booleans()):
        number = draw(numbers)
        return number, (number,) * n
    several = tuple(draw(numbers) for _ in range(n))
    return several, several


def images(draw: Any, channels: int, size: tuple[int, ...]) -> Any:
    batch = draw(st.sampled_from([(), (1,), (2,), (3,), (0,)]))
    return draw(normal(*batch, channels, *size))


def convolution(n: int) -> Any:
    def row(draw: Any) -> Case:
        groups = draw(st.sampled_from([1, 1, 2, 3]))
        channels, out = groups * draw(st.integers(1, 3)), groups * draw(st.integers(1, 3))
        kernel_size, kernel = one_or_each(draw, st.integers(1, 3), n)
        dilation_option, dilation = one_or_each(draw, st.integers(1, 2), n)
        mode = draw(st.sampled_from(["zeros", "zeros", "reflect", "replicate", "circular"]))
        spans = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
        kind = draw(st.sampled_from(["number", "valid", "same"]))
        stride, padding, sides = 1, kind, (0,) * n
        if kind == "same":
            sides = tuple(span // 2 for span in spans)
        else:
            stride, _ = one_or_each(draw, st.integers(1, 3), n)
        if kind == "number":
            padding, sides = one_or_each(draw, st.integers(0, 2), n)
        least = [max(1, span - 2 * p, p + 1) for span, p in zip(spans, sides, strict=True)]
        size = tuple(a + draw(st.integers(0, 3)) for a in least)
        options = {"stride": stride, "padding": padding, "dilation": dilation_option, "groups": groups}
        options |= {"bias": draw(st.booleans()), "padding_mode": mode}
        x = draw(normal(*draw(st.sampled_from([(), (1,), (2,), (3,)])), channels, *size))
        if mode == "zeros":
            x = images(draw, channels, size)
        return Case((channels, out, kernel_size), options, (x,))

    return row


def transposed(n: int) -> Any:
    def row(draw: Any) -> Case:
        groups = draw(st.sampled_from([1, 1, 2, 3]))
        channels, out = groups * draw(st.integers(1, 3)), groups * draw(st.integers(1, 3))
        kernel_size, kernel = one_or_each(draw, st.integers(1, 3), n)
        dilation_option, dilation = one_or_each(draw, st.integers(1, 2), n)
        stride_option, stride = one_or_each(draw, st.integers(1, 3), n)
        padding_option, padding = one_or_each(draw, st.integers(0, 2), n)
        extra = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True))
        size = tuple(
            draw(sizes) + max(0, -(-(2 * p - d * (k - 1) - e) // s))
            for k, d, s, p, e in zip(kernel, dilation, stride, padding, extra, strict=True)
        )
        options = {"stride": stride_option, "padding": padding_option, "output_padding": extra, "groups": groups}
        options |= {"bias": draw(st.booleans()), "dilation": dilation_option}
        return Case((channels, out, kernel_size), options, (images(draw, channels, size),))

    return row


ROWS = {
    "Conv1d": drawn(convolution(1)),
    "Conv2d": drawn(convolution(2)),
    "Conv3d": drawn(convolution(3)),
    "ConvTranspose1d": drawn(transposed(1)),
    "ConvTranspose2d": drawn(transposed(2)),
    "ConvTranspose3d": drawn(transposed(3)),
}
