"""Attention with several heads."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, seeds

lengths = st.integers(1, 4)
kinds = st.sampled_from([None, "bool", "number"])


def masks(draw: Any, batch: int | None, heads: int, length: int, keys: int) -> dict[str, Any]:
    """Masks of any kind that leave each query its first key."""
    rng, found = np.random.default_rng(draw(seeds)), {}
    shape = draw(st.sampled_from([(length, keys), ((batch or 1) * heads, length, keys)]))
    kind, padding_kind = (
        draw(st.sampled_from([None, "bool", "number"])),
        draw(st.sampled_from([None, "bool", "number"])),
    )
    if kind is not None:
        found["attn_mask"] = mask(rng, kind, shape)
    if padding_kind is not None:
        found["key_padding_mask"] = mask(rng, padding_kind, (keys,) if batch is None else (batch, keys))
    return found


def mask(rng: np.random.Generator, kind: str, shape: tuple[int, ...]) -> Any:
    blocked = rng.random(shape) < 0.4
    blocked[..., 0] = False
    return blocked if kind == "bool" else np.where(blocked, -np.inf, rng.normal(size=shape))


def multi_head(draw: Any) -> Case:
    heads = draw(st.integers(1, 3))
    width = heads * draw(st.integers(1, 3))
    one = draw(st.sampled_from(["self", "memory", "apart"]))  # which of query, key and value are the same array
    options = {
        "bias": draw(st.booleans()),
        "add_bias_kv": draw(st.booleans()),
        "add_zero_attn": draw(st.booleans()),
        "batch_first": draw(st.booleans()),
    }
    kdim = vdim = width
    if one == "apart":
        kdim, vdim = draw(st.sampled_from([width, 2])), draw(st.sampled_from([width, 3]))
        options |= {"kdim": draw(st.sampled_from([kdim] + [None] * (kdim == width))), "vdim": vdim}
    batch = draw(st.sampled_from([None, 1, 2]))
    length = draw(lengths)
    keys = length if one == "self" else draw(lengths)

    def array(places: int, size: int) -> Any:
        shape = (places,) if batch is None else (batch, places) if options["batch_first"] else (places, batch)
        return draw(normal(*shape, size))

    query = array(length, width)
    key = query if one == "self" else array(keys, kdim)
    value = key if one in ("self", "memory") else array(keys, vdim)
    call = {
        "need_weights": draw(st.booleans()),
        "average_attn_weights": draw(st.booleans()),
        **masks(draw, batch, heads, length, keys),
    }
    if draw(st.integers(0, 3)) == 0:
        call |= {"attn_mask": np.triu(np.ones((length, keys), bool), 1), "is_causal": True}
    return Case((width, heads), options, (query, key, value), call)


def scaled_dot_product(draw: Any) -> Case:
    """The mask of numbers is an input, and differentiated."""
    lead, length, keys = draw(st.lists(lengths, max_size=2)), draw(lengths), draw(lengths)
    width, values = draw(lengths), draw(lengths)
    groups = draw(st.sampled_from([1, 2])) if len(lead) == 2 else 1  # heads of the query for each of the others
    heads = [*lead[:-1], lead[-1] * groups] if lead else []
    shapes = [(*heads, length, width), (*lead, keys, width), (*lead, keys, values)]
    kind = draw(st.sampled_from([None, "bool", "number", "causal"]))
    inputs = [draw(normal(*shape)) for shape in shapes]
    call = {"scale": draw(st.sampled_from([None, 0.7])), "enable_gqa": groups > 1, "is_causal": kind == "causal"}
    if kind in ("bool", "number"):
        given = mask(np.random.default_rng(draw(seeds)), kind, (*heads[1:], length, keys))
        inputs += [given if kind == "number" else ~given]
    return Case((), {}, tuple(inputs), call)


ROWS = {"MultiheadAttention": drawn(multi_head), "functional.scaled_dot_product_attention": drawn(scaled_dot_product)}
