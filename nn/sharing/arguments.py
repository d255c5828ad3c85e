"""The constructor arguments of a module, as they would be written to build it again.

A registered class of a user remembers them (`registry.py`). nn's own layers keep them as attributes of the same names,
PyTorch's, so there it is the attributes that are read: a layer whose option was changed later is written as it is now.
The few that are called otherwise are listed here. The dtype is not among the arguments, since the weights bring it, nor
is the generator.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from nn import errors
from nn.layers import (
    Identity,
    ModuleDict,
    ModuleList,
    MultiheadAttention,
    PairwiseDistance,
    ParameterDict,
    ParameterList,
    Sequential,
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)
from nn.module import Module, Parameter
from nn.sharing import registry

__all__ = ["PARTS", "Arguments", "arguments", "names"]

Arguments = tuple[tuple[Any, ...], dict[str, Any]]

LEFT_OUT = {"_freeze", "_weight", "dtype", "inplace", "max_value", "min_value", "rng", "sparse"}
PARTS = (Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict)  # what they hold is all there is to them


def arguments(module: Module) -> Arguments:
    """Positional and named arguments.

    Raises `ModelFileError` where they are not known.
    """
    cls = type(module)
    if registry.OWN.get(cls.__name__) is cls:
        return own(module)
    if registry.ARGUMENTS not in vars(module):
        plain = inspect.signature(cls.__init__).parameters if cls.__init__ is not object.__init__ else {}
        if len(plain) > 1:
            raise errors.ModelFileError(
                f"{cls.__name__}: the module was built before nn.register saw the class, so its arguments are not "
                f"known. Write @nn.register above the class, and build the model then."
            )
        return (), {}
    kept: Arguments = vars(module)[registry.ARGUMENTS]
    return kept


def names(cls: type[Module]) -> list[str]:
    """The arguments with which one of nn's own layers is written."""
    if cls in PARTS or cls is Identity:
        return []
    special = SPECIAL.get(cls, {})
    known = [name for name in inspect.signature(cls).parameters if name not in LEFT_OUT]
    return [name for name in known if name in special or cls is not Transformer]


def own(module: Module) -> Arguments:
    """The arguments of one of nn's own layers, from its attributes."""
    cls = type(module)
    special = SPECIAL.get(cls, {})
    found = {}
    try:
        for name in names(cls):
            value = special[name](module) if name in special else getattr(module, name)
            is_switch = name == "bias" and (value is None or isinstance(value, Parameter))
            found[name] = value is not None if is_switch else value
    except (AttributeError, TypeError, IndexError) as error:  # a part was taken out
        raise errors.ModelFileError(f"{cls.__name__}: its {name!r} cannot be read any more: {error}.") from None
    return (), found


def attribute(path: str) -> Callable[[Any], Any]:
    """The attribute at a path."""

    def get(module: Any) -> Any:
        for name in path.split("."):
            module = getattr(module, name)
        return module

    return get


def there_is(path: str) -> Callable[[Any], bool]:
    """Whether the attribute at a path is not None."""
    return lambda module: attribute(path)(module) is not None


STACKED = {
    "d_model": attribute("self_attn.embed_dim"),
    "nhead": attribute("self_attn.num_heads"),
    "dim_feedforward": attribute("linear1.out_features"),
    "dropout": attribute("dropout.p"),
    "layer_norm_eps": attribute("norm1.eps"),
    "batch_first": attribute("self_attn.batch_first"),
    "bias": there_is("linear1.bias"),
}
SPECIAL: dict[type[Module], dict[str, Callable[[Any], Any]]] = {
    PairwiseDistance: {"p": attribute("norm")},
    MultiheadAttention: {"bias": there_is("in_proj_bias"), "add_bias_kv": there_is("bias_k")},
    TransformerEncoderLayer: STACKED,
    TransformerDecoderLayer: STACKED,
    TransformerEncoder: {"encoder_layer": lambda module: module.layers[0]},
    TransformerDecoder: {"decoder_layer": lambda module: module.layers[0]},
    Transformer: {
        "d_model": attribute("d_model"),
        "nhead": attribute("nhead"),
        "custom_encoder": attribute("encoder"),
        "custom_decoder": attribute("decoder"),
        "batch_first": attribute("batch_first"),
    },
}
