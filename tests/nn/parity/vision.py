"""Images resized and rearranged.

PyTorch's own gradient does not fit its values where mode "nearest" has a factor that gives the same or the double size
without being 1 or 2; such factors are not drawn.
"""

import math
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal

MODES = {
    1: ["nearest", "nearest-exact", "linear", "area"],
    2: ["nearest", "nearest-exact", "bilinear", "bicubic", "area"],
    3: ["nearest", "nearest-exact", "trilinear", "area"],
}
factors = st.sampled_from([0.5, 0.7, 1.0, 1.3, 2.0, 2.5])


def targets(draw: Any, sizes: list[int]) -> dict[str, Any]:
    """A size or a factor, for all axes or one for each."""
    n = len(sizes)
    if draw(st.booleans()):
        return {"size": draw(st.integers(1, 7) | st.tuples(*[st.integers(1, 7)] * n))}
    factor = draw(factors | st.tuples(*[factors] * n))
    for size, f in zip(sizes, factor if isinstance(factor, tuple) else (factor,) * n, strict=True):
        assume(math.floor(size * f) not in (0, size, 2 * size) or f in (1.0, 2.0))
    return {"scale_factor": factor}


def upsample(draw: Any) -> Case:
    n = draw(st.integers(1, 3))
    sizes, mode = [draw(st.integers(1, 5)) for _ in range(n)], draw(st.sampled_from(MODES[n]))
    options = targets(draw, sizes) | {"mode": mode}
    if mode.endswith(("linear", "cubic")):
        options["align_corners"] = draw(st.sampled_from([None, True, False]))
    if "scale_factor" in options:
        options["recompute_scale_factor"] = draw(st.sampled_from([None, True, False]))
    return Case((), options, (draw(normal(draw(st.integers(1, 2)), 2, *sizes)),))


def upsampling_2d(draw: Any) -> Case:
    sizes = [draw(st.integers(1, 5)) for _ in range(2)]
    return Case((), targets(draw, sizes), (draw(normal(1, 2, *sizes)),))


def pixel_shuffle(draw: Any) -> Case:
    r = draw(st.integers(1, 3))
    batch = draw(st.sampled_from([(), (2,), (2, 3)]))
    return Case((r,), {}, (draw(normal(*batch, 2 * r * r, 2, 3)),))


def pixel_unshuffle(draw: Any) -> Case:
    r = draw(st.integers(1, 3))
    batch = draw(st.sampled_from([(), (2,), (2, 3)]))
    return Case((r,), {}, (draw(normal(*batch, 2, 2 * r, 3 * r)),))


def channel_shuffle(draw: Any) -> Case:
    groups = draw(st.integers(1, 3))
    return Case((groups,), {}, (draw(normal(2, 2 * groups, 2, 3)),), orders=1)


ROWS = {
    "Upsample": drawn(upsample),
    "UpsamplingNearest2d": drawn(upsampling_2d),
    "UpsamplingBilinear2d": drawn(upsampling_2d),
    "PixelShuffle": drawn(pixel_shuffle),
    "PixelUnshuffle": drawn(pixel_unshuffle),
    "ChannelShuffle": drawn(channel_shuffle),
}
