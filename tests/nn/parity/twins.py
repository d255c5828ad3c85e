"""The other side of what PyTorch does not have as a class: our own losses and optimizers, functions, containers.

Each is its formula in PyTorch's functions; a container is a module that runs through what it holds.
"""

from __future__ import annotations

import operator
from functools import cache
from typing import Any

__all__ = ["CONTAINERS", "layer", "optimizer"]

CONTAINERS = ("ModuleDict", "ModuleList", "ParameterList")


def layer(package: Any, name: str) -> Any:
    """A class of `nn` or `torch.nn`: its own, or one that stands for it."""
    if name.startswith("functional."):
        return of_function(package, name)
    if name in CONTAINERS:
        return holder(package, name)
    return getattr(package, name, None) or losses_and_steps()[name]


def optimizer(name: str) -> Any:
    """A class of `torch.optim`, or one that stands for it."""
    import torch

    return getattr(torch.optim, name, None) or signs()[name]


def of_function(package: Any, name: str) -> Any:
    """A module that calls a function."""
    function = operator.attrgetter(name)(package)

    class Function(package.Module):  # type: ignore[misc,name-defined]
        def forward(self, *inputs: Any, **call: Any) -> Any:
            return function(*inputs, **call)

    return Function


def holder(package: Any, name: str) -> Any:
    """A module that applies the layers in a container, or multiplies by the parameters in it, one after the other."""

    class Holder(package.Module):  # type: ignore[misc,name-defined]
        def __init__(self, *values: Any) -> None:
            super().__init__()
            self.parts = getattr(package, name)(*values)

        def forward(self, x: Any) -> Any:
            for part in self.parts.values() if name == "ModuleDict" else self.parts:
                x = x * part if name == "ParameterList" else part(x)
            return x

    return Holder


@cache
def losses_and_steps() -> dict[str, Any]:
    """Layers and losses that are ours alone."""
    import torch

    class SSELoss(torch.nn.Module):
        def __init__(self, reduction: str = "sum") -> None:
            super().__init__()
            self.reduction = reduction

        def forward(self, x: Any, target: Any) -> Any:
            squares = (x - target) ** 2
            examples = squares.flatten(1).sum(1) if squares.ndim > 1 else squares
            return examples if self.reduction == "none" else getattr(examples, self.reduction)()

    class HingeLoss(torch.nn.Module):
        def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
            super().__init__()
            self.margin, self.reduction = margin, reduction

        def forward(self, x: Any, target: Any) -> Any:
            losses = torch.relu(self.margin - target * x)
            return losses if self.reduction == "none" else getattr(losses, self.reduction)()

    class Step(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            return (x >= 0) + 0 * x  # with a derivative, which is 0

    return {kind.__name__: kind for kind in (SSELoss, HingeLoss, Step)}


@cache
def signs() -> dict[str, Any]:
    """Optimizers that are ours alone."""
    import torch

    class Signs(torch.optim.Optimizer):
        def step(self, closure: Any) -> Any:  # type: ignore[override]
            loss = closure()
            with torch.no_grad():
                for group in self.param_groups:
                    for p in group["params"]:
                        self.move(p, -p.grad if group["maximize"] else p.grad, group)
            return loss

    class Manhattan(Signs):
        def __init__(self, params: Any, lr: float = 1e-3, *, maximize: bool = False) -> None:
            super().__init__(params, {"lr": lr, "maximize": maximize})

        def move(self, p: Any, g: Any, group: Any) -> None:
            p -= group["lr"] * torch.sign(g)

    class Lion(Signs):
        def __init__(
            self,
            params: Any,
            lr: float = 1e-4,
            betas: Any = (0.9, 0.99),
            weight_decay: float = 0,
            *,
            maximize: Any = False,
        ) -> None:
            defaults = {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize}
            super().__init__(params, {**defaults, "decoupled_weight_decay": True})

        def move(self, p: Any, g: Any, group: Any) -> None:
            state, (beta1, beta2) = self.state[p], group["betas"]
            m = state.setdefault("exp_avg", torch.zeros_like(p))
            p -= group["lr"] * (torch.sign(beta1 * m + (1 - beta1) * g) + group["weight_decay"] * p)
            state["exp_avg"] = beta2 * m + (1 - beta2) * g

    return {kind.__name__: kind for kind in (Manhattan, Lion)}
