"""The table of derivatives, a chapter per family. Importing it fills the registry in `autograd.rules`."""

from autograd.derivatives import constants, elementwise, indexing, products, reductions, shaping, windows

__all__ = ["constants", "elementwise", "indexing", "products", "reductions", "shaping", "windows"]
