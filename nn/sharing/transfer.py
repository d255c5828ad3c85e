"""Transfer learning: `freeze` and `unfreeze` parts of a model.

A head is replaced by an assignment, ``model.head = nn.Linear(64, 3)`` or ``model[-1] = ...``, and parts get rates of
their own by the optimizer's groups.
"""

from __future__ import annotations

from typing import Any, TypeVar

from nn import errors
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["freeze", "frozen", "unfreeze"]

M = TypeVar("M", bound=Module)


def freeze(model: M, *names: str) -> M:
    """Have a model, or the modules and parameters of these paths, not trained; return the model.

    Their parameters get no gradient and forget the one they have, so that an optimizer leaves them, decay included, as
    they are, and frozen modules stay in evaluation mode whatever `train` says: batch normalization keeps its
    statistics, dropout lets everything pass.

    Raises `ModuleError` for a path that leads to nothing.

    >>> from nn import Linear, Sequential
    >>> model = freeze(Sequential(Linear(4, 8), Linear(8, 2)), "0", "1.bias")
    >>> [name for name, p in model.named_parameters() if p.requires_grad]
    ['1.weight']
    """
    for part in parts(model, names):
        for p in [part] if isinstance(part, Parameter) else part.parameters():
            p.requires_grad, p.grad = False, None
        for module in () if isinstance(part, Parameter) else part.modules():
            module._frozen, module.training = True, False
    return model


def unfreeze(model: M, *names: str) -> M:
    """Have a model, or the modules and parameters of these paths, trained again, in the mode of the model.

    Raises `ModuleError` for a path that leads to nothing.
    """
    found = parts(model, names)
    training = model.training if names and not model._frozen else True
    for part in found:
        for p in [part] if isinstance(part, Parameter) else part.parameters():
            p.requires_grad = True
        for module in () if isinstance(part, Parameter) else part.modules():
            module._frozen, module.training = False, training
    return model


def parts(model: Any, names: tuple[str, ...]) -> list[Any]:
    """The modules and parameters at these paths; without any, the model."""
    if not isinstance(model, Module):
        raise errors.wrong_argument("nn.freeze", "model", model, "a module, then paths: nn.freeze(model, 'features')")
    known: dict[str, Any] = {
        **dict(model.named_parameters(remove_duplicate=False)),
        **dict(model.named_modules(remove_duplicate=False)),
    }
    for name in names:
        if not isinstance(name, str):
            raise errors.wrong_argument(
                "nn.freeze", "a name", name, "the path of a module or parameter, such as 'head'"
            )
        if name not in known:
            raise errors.no_such_path(
                type(model).__name__, "module or parameter", name, [path for path in known if path]
            )
    return [known[name] for name in names] if names else [model]


def frozen(model: Module) -> dict[str, list[str]]:
    """The paths of the modules and parameters that are frozen."""
    return {
        "modules": [path for path, module in model.named_modules() if module._frozen],
        "parameters": [path for path, p in model.named_parameters() if not p.requires_grad],
    }
