"""Distances and similarities of vectors."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal


def two(draw: Any) -> tuple[Any, Any]:
    """Two arrays that broadcast together."""
    first, second = draw(st.sampled_from([((3,), (3,)), ((4, 3), (4, 3)), ((4, 3), (3,)), ((2, 1, 3), (4, 3))]))
    return draw(normal(*first)), draw(normal(*second))


def cosine(draw: Any) -> Case:
    inputs = two(draw)
    dim = draw(st.integers(-1, max(x.ndim for x in inputs) - 1))
    return Case((), {"dim": dim, "eps": 1e-8}, inputs)


def pairwise(draw: Any) -> Case:
    kwargs = {
        "p": draw(st.sampled_from([1, 2.0, 3, np.inf])),
        "eps": draw(st.sampled_from([1e-6, 0.1])),
        "keepdim": draw(st.booleans()),
    }
    return Case((), kwargs, two(draw))


ROWS = {"CosineSimilarity": drawn(cosine), "PairwiseDistance": drawn(pairwise)}
