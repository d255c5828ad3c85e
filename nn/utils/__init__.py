"""Helpers around models, under PyTorch's names."""

from nn.utils import rnn

__all__ = ["rnn"]
