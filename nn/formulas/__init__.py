"""What `ag.explain` writes for the derivatives of nn's own functions; imported when it first meets one of these."""

from nn.formulas import activations, layers, losses, rearranging, recurrences

__all__ = ["activations", "layers", "losses", "rearranging", "recurrences"]
