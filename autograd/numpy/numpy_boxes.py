"""`ArrayBox`: what HIPS autograd puts around a traced array. Here that is a `Tensor`."""

from autograd.tensor import Tensor

__all__ = ["ArrayBox", "Box"]

ArrayBox = Box = Tensor
