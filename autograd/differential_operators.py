"""HIPS autograd's operators on functions; those that it shares with this engine are the engine's own."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any

import numpy as np

from autograd.containers import flatten
from autograd.core import make_jvp as _make_jvp
from autograd.core import make_vjp as _make_vjp  # geomstats imports it from here
from autograd.extend import vspace
from autograd.functional import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.graph import unwrap
from autograd.recompute import checkpoint
from autograd.wrap_util import unary_to_nary

__all__ = [
    "checkpoint",
    "deriv",
    "egrad",
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "jacobian",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_jvp_reversemode",
    "make_vjp",
    "multigrad_dict",
    "tensor_jacobian_product",
    "value_and_grad",
    "vector_jacobian_product",
]

Function = Callable[..., Any]

egrad = elementwise_grad  # as most programs import it
make_vjp = unary_to_nary(_make_vjp)
make_jvp = unary_to_nary(_make_jvp)


@unary_to_nary
def make_jvp_reversemode(fun: Function, x: Any) -> Function:
    """A function from a direction to the derivative along it."""
    return lambda v: jvp(fun, (x,), (v,))[1]


@unary_to_nary
def deriv(fun: Function, x: Any) -> Any:
    """The derivative along the direction of all ones."""
    return jvp(fun, (x,), (vspace(x).ones(),))[1]


@unary_to_nary
def holomorphic_grad(fun: Function, x: Any) -> Any:
    """The complex derivative of a holomorphic function."""
    if not vspace(x).iscomplex:
        warnings.warn("the input of holomorphic_grad is not complex", stacklevel=3)
    return grad(lambda z: np.real(fun(z)))(x)


def grad_named(fun: Function, argname: str) -> Function:
    """The gradient with respect to the argument of this name, which is given by position."""
    return grad(fun, list(signature(fun).parameters).index(argname))


@unary_to_nary
def grad_and_aux(fun: Function, x: Any) -> tuple[Any, Any]:
    """Of a function that returns two things: the gradient of the first, and the second as it is."""
    (value, aux), pullback = vjp(lambda x: tuple(fun(x)), x)
    leaves, structure = flatten(unwrap(aux))
    return pullback((np.ones_like(unwrap(value)), structure([np.zeros_like(leaf) for leaf in leaves]))), aux


@unary_to_nary
def make_hvp(fun: Function, x: Any) -> tuple[Function, Any]:
    """``(product, gradient)``: `product` multiplies a vector by the Hessian of a scalar function."""
    return _make_vjp(grad(fun), x)


def hessian_tensor_product(fun: Function, argnum: Any = 0) -> Function:
    """A function of ``(*args, tensor)``: the Hessian times a tensor of the argument's shape."""

    def product(*args: Any, **kwargs: Any) -> Any:
        *inputs, tensor = args
        return unary_to_nary(lambda f, x: hvp(f, x, tensor))(fun, argnum)(*inputs, **kwargs)

    return product


hessian_vector_product = hessian_tensor_product


def tensor_jacobian_product(fun: Function, argnum: Any = 0) -> Function:
    """A function of ``(*args, tensor)``: the tensor, summed over all its axes, times the Jacobian."""

    def product(*args: Any, **kwargs: Any) -> Any:
        *inputs, tensor = args

        def weighed(*inputs: Any, **kwargs: Any) -> Any:
            return np.tensordot(tensor, fun(*inputs, **kwargs), np.ndim(tensor))

        return jacobian(weighed, argnum)(*inputs, **kwargs)

    return product


vector_jacobian_product = tensor_jacobian_product


def half_square(x: Any) -> Any:
    return np.sum(x**2, axis=-1) / 2


def make_ggnvp(f: Function, g: Function = half_square, f_argnum: Any = 0) -> Function:
    """The generalised Gauss-Newton matrix of ``g(f(x))`` times a vector: Jacobians of `f` around the Hessian of `g`."""

    @unary_to_nary
    def at(f: Function, x: Any) -> Function:
        y, pullback = vjp(f, x)
        return lambda v: pullback(hvp(g, y, jvp(f, (x,), (v,))[1]))

    product: Function = at(f, f_argnum)
    return product


def multigrad_dict(fun: Function) -> Function:
    """The gradients with respect to all arguments, in a dict by name."""
    parameters = signature(fun).parameters.values()

    def gradients(*args: Any, **kwargs: Any) -> OrderedDict[str, Any]:
        bound = signature(fun).bind(*args, **kwargs)
        bound.apply_defaults()

        def of_dict(given: dict[str, Any]) -> Any:
            positional: list[Any] = []
            by_name: dict[str, Any] = {}
            for parameter in parameters:
                value = given[parameter.name]
                if parameter.kind is Parameter.VAR_POSITIONAL:
                    positional += value
                elif parameter.kind is Parameter.VAR_KEYWORD:
                    by_name |= value
                elif parameter.kind is Parameter.KEYWORD_ONLY:
                    by_name[parameter.name] = value
                else:
                    positional.append(value)
            return fun(*positional, **by_name)

        return OrderedDict(grad(of_dict)(dict(bound.arguments)))

    return gradients
