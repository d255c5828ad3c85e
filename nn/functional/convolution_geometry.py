"""The options of a convolution, checked, as the geometry that the kernels take."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from nn import checks, errors
from nn.functional.windows import Axis, Geometry

__all__ = ["AXES", "both_sides", "forward_geometry", "transposed_geometry"]

AXES = {1: "L", 2: "HW", 3: "DHW"}


def both_sides(
    what: str, padding: Any, kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...]
) -> tuple[tuple[int, int], ...]:
    """How much is added before and after each axis; "same" keeps the size, with an odd one after."""
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if padding == "same":
        if set(stride) != {1}:
            raise errors.ArgumentError(f"{what}: padding='same' with stride={stride}; it is for stride 1 only.")
        totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)
    if isinstance(padding, str):
        raise errors.unknown_name("padding", padding, ("same", "valid"), ", or numbers")
    return tuple((p, p) for p in checks.several(what, "padding", padding, len(kernel), 0))


@lru_cache(maxsize=256)
def forward_geometry(
    what: str, size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Geometry:
    """The geometry of a convolution, checked."""
    n = len(kernel)
    stride, dilation = checks.several(what, "stride", stride, n, 1), checks.several(what, "dilation", dilation, n, 1)
    axes = []
    sides = both_sides(what, padding, kernel, stride, dilation)
    for i, (length, k, s, (before, after), d) in enumerate(zip(size, kernel, stride, sides, dilation, strict=True)):
        padded, extent = length + before + after, d * (k - 1) + 1
        if extent > padded:
            raise errors.ShapeError(
                f"{what}: the kernel spans {extent} along {AXES[n][i]}, the input {padded}, padding included "
                f"(input {size}, kernel {kernel}, dilation {dilation}, padding {sides}). Give it more padding, or a "
                f"smaller kernel."
            )
        axes.append(Axis(length, k, s, d, -before, (padded - extent) // s + 1))
    return Geometry(tuple(axes), groups)


@lru_cache(maxsize=256)
def transposed_geometry(
    what: str, size: Any, kernel: Any, stride: Any, padding: Any, output_padding: Any, dilation: Any, groups: int
) -> Geometry:
    """The geometry of the convolution that this one transposes: its output is what goes in here. Checked."""
    n = len(kernel)
    stride, dilation = checks.several(what, "stride", stride, n, 1), checks.several(what, "dilation", dilation, n, 1)
    padding = checks.several(what, "padding", padding, n)
    extra = checks.several(what, "output_padding", output_padding, n)
    axes = []
    for i, (length, k, s, p, e, d) in enumerate(zip(size, kernel, stride, padding, extra, dilation, strict=True)):
        if e >= max(s, d):
            raise errors.out_of_range(
                what, "output_padding", extra, f"below the stride {stride} or dilation {dilation}"
            )
        out = (length - 1) * s - 2 * p + d * (k - 1) + e + 1
        if out < 1:
            raise errors.ShapeError(
                f"{what}: the output would have size {out} along {AXES[n][i]} (input {size}, kernel {kernel}, stride "
                f"{stride}, padding {padding}, dilation {dilation}). Give it less padding."
            )
        axes.append(Axis(out, k, s, d, -p, length))
    return Geometry(tuple(axes), groups)
