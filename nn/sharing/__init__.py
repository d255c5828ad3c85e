"""Sharing models: a folder or a zip with architecture, weights and card (`bundle.py`), and transfer learning.

Read `bundle.py` first, then `architecture.py`; `transfer.py` stands alone.
"""

from nn.sharing.bundle import Bundle, load_bundle, load_model, save_model
from nn.sharing.card import Card
from nn.sharing.inputs import ImageInput, TableInput, TextInput
from nn.sharing.registry import register
from nn.sharing.transfer import freeze, unfreeze

__all__ = [
    "Bundle",
    "Card",
    "ImageInput",
    "TableInput",
    "TextInput",
    "freeze",
    "load_bundle",
    "load_model",
    "register",
    "save_model",
    "unfreeze",
]
