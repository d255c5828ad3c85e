"""Layers of transformers, stacks of them, and the whole."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.nn.parity.attention import mask, masks
from tests.nn.parity.cases import Case, Part, drawn, normal, seeds


def layer(draw: Any, batch_first: bool) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Sizes and options of a layer."""
    heads = draw(st.integers(1, 2))
    sizes = heads * draw(st.integers(3, 4)), heads, draw(st.integers(1, 4))  # a norm over two numbers is all rounding
    return sizes, {
        "dropout": draw(st.sampled_from([0.0, 0.3])),
        "activation": draw(st.sampled_from(["relu", "gelu"])),
        "layer_norm_eps": draw(st.sampled_from([1e-5, 0.1])),
        "batch_first": batch_first,
        "norm_first": draw(st.booleans()),
        "bias": draw(st.booleans()),
    }


def array(draw: Any, batch: int | None, places: int, width: int, batch_first: bool) -> Any:
    shape = (places,) if batch is None else (batch, places) if batch_first else (places, batch)
    return draw(normal(*shape, width))


def encoder_masks(draw: Any, name: str, batch: int | None, heads: int, length: int) -> dict[str, Any]:
    found = masks(draw, batch, heads, length, length)
    names = {"attn_mask": name, "key_padding_mask": "src_key_padding_mask"}
    if draw(st.integers(0, 3)) == 0:
        found["attn_mask"] = np.triu(np.ones((length, length), bool), 1)
        return {names[key]: value for key, value in found.items()} | {"is_causal": True}
    return {names[key]: value for key, value in found.items()}


def encoder_layer(draw: Any) -> Case:
    batch_first, batch, length = draw(st.booleans()), draw(st.sampled_from([None, 1, 2])), draw(st.integers(1, 3))
    sizes, options = layer(draw, batch_first)
    x = array(draw, batch, length, sizes[0], batch_first)
    return Case(
        sizes, options, (x,), encoder_masks(draw, "src_mask", batch, sizes[1], length), training=not options["dropout"]
    )


def encoder(draw: Any) -> Case:
    batch_first, batch, length = draw(st.booleans()), draw(st.sampled_from([None, 1, 2])), draw(st.integers(1, 3))
    sizes, options = layer(draw, batch_first)
    part, norm = (
        Part("TransformerEncoderLayer", sizes, options),
        draw(st.sampled_from([None, Part("LayerNorm", sizes[:1])])),
    )
    call = encoder_masks(draw, "mask", batch, sizes[1], length)
    x = array(draw, batch, length, sizes[0], batch_first)
    return Case(
        (part, draw(st.integers(1, 2))),
        {"norm": norm, "enable_nested_tensor": False},
        (x,),
        call,
        training=not options["dropout"],
    )


def decoder_masks(draw: Any, batch: int | None, heads: int, length: int, keys: int) -> dict[str, Any]:
    own, memory = masks(draw, batch, heads, length, length), masks(draw, batch, heads, length, keys)
    found = {f"tgt_{name.removeprefix('attn_')}": value for name, value in own.items()}
    found |= {f"memory_{name.removeprefix('attn_')}": value for name, value in memory.items()}
    if draw(st.integers(0, 3)) == 0:
        found |= {"tgt_mask": np.triu(np.ones((length, length), bool), 1), "tgt_is_causal": True}
    return found


def decoder_layer(draw: Any) -> Case:
    batch_first, batch = draw(st.booleans()), draw(st.sampled_from([None, 1, 2]))
    length, keys = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    sizes, options = layer(draw, batch_first)
    inputs = tuple(array(draw, batch, n, sizes[0], batch_first) for n in (length, keys))
    call = decoder_masks(draw, batch, sizes[1], length, keys)
    return Case(sizes, options, inputs, call, training=not options["dropout"])


def decoder(draw: Any) -> Case:
    case = decoder_layer(draw)
    norm = draw(st.sampled_from([None, Part("LayerNorm", case.args[:1])]))
    part = Part("TransformerDecoderLayer", case.args, case.kwargs)
    return case._replace(args=(part, draw(st.integers(1, 2))), kwargs={"norm": norm})


def transformer(draw: Any) -> Case:
    batch_first, batch = draw(st.booleans()), draw(st.sampled_from([None, 1, 2]))
    keys, length = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    (width, heads, hidden), options = layer(draw, batch_first)
    inputs = tuple(array(draw, batch, n, width, batch_first) for n in (keys, length))
    call = decoder_masks(draw, batch, heads, length, keys)
    if draw(st.booleans()):
        call["src_mask"] = mask(np.random.default_rng(draw(seeds)), "bool", (keys, keys))
    args = (width, heads, draw(st.integers(1, 2)), draw(st.integers(1, 2)), hidden)
    return Case(args, options, inputs, call, training=not options["dropout"])


ROWS = {
    "Transformer": drawn(transformer),
    "TransformerDecoder": drawn(decoder),
    "TransformerDecoderLayer": drawn(decoder_layer),
    "TransformerEncoder": drawn(encoder),
    "TransformerEncoderLayer": drawn(encoder_layer),
}
