"""Tables of vectors."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, seeds, sizes

maximal_norms = st.sampled_from([None, None, 0.5, 2.0])
orders = st.sampled_from([2.0, 1.0, 3.0])


def embedding(draw: Any) -> Case:
    count, width = draw(st.integers(2, 5)), draw(sizes)
    options = {
        "padding_idx": draw(st.sampled_from([None, 0, -1, 1])),
        "max_norm": draw(maximal_norms),
        "norm_type": draw(orders),
        "scale_grad_by_freq": draw(st.booleans()),
    }
    shape = draw(st.sampled_from([(), (1,), (5,), (2, 3), (0,)]))
    return Case((count, width), options, (np.random.default_rng(draw(seeds)).integers(0, count, shape),))


def embedding_bag(draw: Any) -> Case:
    count, width, mode = draw(st.integers(2, 5)), draw(sizes), draw(st.sampled_from(["sum", "mean", "max"]))
    rng = np.random.default_rng(draw(seeds))
    last = draw(st.booleans())
    options = {
        "max_norm": draw(maximal_norms),
        "norm_type": draw(orders),
        "mode": mode,  # with scale_grad_by_freq PyTorch 2.13 divides by the counts of other rows
        "include_last_offset": last,
        "padding_idx": draw(st.sampled_from([None, 0, -1])),
    }
    if draw(st.booleans()):
        inputs: tuple[Any, ...] = (rng.integers(0, count, draw(st.sampled_from([(1, 1), (2, 3), (3, 1)]))),)
        options["include_last_offset"] = False
    else:
        n = draw(st.integers(1, 6))
        inner = np.sort(rng.integers(0, n + 1, draw(st.integers(0, 3))))
        inputs = (rng.integers(0, count, n), np.array([0, *inner, *([n] if last else [])]))
        if mode == "sum" and draw(st.booleans()):
            inputs += (draw(normal(n)),)
    return Case((count, width), options, inputs, orders=1)  # PyTorch has no second derivative of it


ROWS = {"Embedding": drawn(embedding), "EmbeddingBag": drawn(embedding_bag)}
