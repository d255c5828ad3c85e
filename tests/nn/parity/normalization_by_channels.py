"""Batch, group, instance and local response normalization."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal

eps = st.sampled_from([1e-5, 1e-2])
lengths = st.integers(1, 3)


def flags(draw: Any, *names: str) -> dict[str, Any]:
    return {name: draw(st.booleans()) for name in names}


def batch_norm(n: int) -> Callable[[Any], Case]:
    def case(draw: Any) -> Case:
        channels, training = draw(st.integers(1, 3)), draw(st.booleans())
        spatial = [draw(lengths) for _ in range(n if n > 1 else draw(st.integers(0, 1)))]
        options = {"eps": draw(eps), "momentum": draw(st.sampled_from([None, 0.1, 0.7]))}
        options |= flags(draw, "affine", "track_running_stats", "bias")
        x = draw(normal(draw(st.sampled_from([0, 2, 3])), channels, *spatial, scale=2)) + 1
        return Case((channels,), options, (x,), training=training)

    return case


def group_norm(draw: Any) -> Case:
    groups = draw(st.integers(1, 3))
    channels = groups * draw(st.integers(1, 2))
    spatial = [draw(st.integers(2, 3)) for _ in range(draw(st.integers(1, 3)))]
    options = {"eps": draw(eps), **flags(draw, "affine", "bias")}
    x = draw(normal(draw(st.integers(0, 3)), channels, *spatial)) + 1
    return Case((groups, channels), options, (x,))


def instance_norm(n: int) -> Callable[[Any], Case]:
    def case(draw: Any) -> Case:
        channels, batch = draw(st.integers(1, 3)), draw(st.sampled_from([(), (1,), (3,)]))
        options = {"eps": draw(eps), "momentum": draw(st.sampled_from([0.1, 0.7]))}
        options |= flags(draw, "affine", "track_running_stats", "bias")
        x = draw(normal(*batch, channels, *[draw(st.integers(2, 3)) for _ in range(n)])) + 1
        return Case((channels,), options, (x,), training=draw(st.booleans()))

    return case


def local_response_norm(draw: Any) -> Case:
    options = {"alpha": draw(st.sampled_from([1e-4, 0.5])), "beta": 0.6, "k": draw(st.sampled_from([1.0, 2.0]))}
    spatial = [draw(lengths) for _ in range(draw(st.integers(1, 3)))]
    return Case((draw(st.integers(1, 5)),), options, (draw(normal(draw(lengths), draw(lengths), *spatial)),))


ROWS = {
    **{f"BatchNorm{n}d": drawn(batch_norm(n)) for n in (1, 2, 3)},
    "GroupNorm": drawn(group_norm),
    **{f"InstanceNorm{n}d": drawn(instance_norm(n)) for n in (1, 2, 3)},
    "LocalResponseNorm": drawn(local_response_norm),
}
