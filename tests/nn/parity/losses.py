"""Losses."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, seeds, sizes

reductions = st.sampled_from(["mean", "sum", "none"])


def of_two(draw: Any) -> Case:
    """An input and a target of its shape, both differentiated."""
    shape = draw(st.lists(sizes, max_size=3))
    return Case((), {"reduction": draw(reductions)}, (draw(normal(*shape)), draw(normal(*shape))))


def cross_entropy(draw: Any) -> Case:
    n, classes = draw(sizes), draw(sizes)
    labels = np.random.default_rng(draw(seeds)).integers(0, classes, n)
    return Case((), {"reduction": draw(reductions)}, (draw(normal(n, classes, scale=3)), labels))


ROWS = {"MSELoss": drawn(of_two), "CrossEntropyLoss": drawn(cross_entropy)}
