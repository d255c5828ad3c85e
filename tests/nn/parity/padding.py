"""Padding layers."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal


def padding(n: int, kind: str) -> Callable[[Any], Case]:
    def case(draw: Any) -> Case:
        sizes = [draw(st.integers(3, 4)) for _ in range(n)]
        widths = st.integers(0, 2) if kind == "Circular" else st.integers(-1, 2)  # PyTorch wraps what it has cut off
        width = draw(widths | st.tuples(*[widths] * (2 * n)))
        value = (draw(st.sampled_from([0.0, 2.5])),) if kind == "Constant" else ()
        batch = draw(st.sampled_from([(), (1,), (2,)]))
        return Case((width, *value), {}, (draw(normal(*batch, draw(st.integers(1, 2)), *sizes)),))

    return case


KINDS = ("Zero", "Constant", "Reflection", "Replication", "Circular")
ROWS = {f"{kind}Pad{n}d": drawn(padding(n, kind)) for kind in KINDS for n in (1, 2, 3)}
