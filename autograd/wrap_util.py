"""`unary_to_nary`: an operator on functions of one argument, made one on functions of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.util import subvals

__all__ = ["get_doc", "get_name", "unary_to_nary", "wraps"]

Function = Callable[..., Any]


def unary_to_nary(unary_operator: Function) -> Function:
    """From ``operator(f, x)`` make ``operator(f, argnum=0)(*args)``; of several arguments `x` is a tuple."""

    @wraps(unary_operator)
    def nary_operator(fun: Function, argnum: Any = 0, *operator_args: Any, **operator_kwargs: Any) -> Function:
        several = isinstance(argnum, (tuple, list))

        @wraps(fun, "{op}_of_{fun}_wrt_argnum_{argnum}", op=get_name(unary_operator), argnum=argnum)
        def nary_f(*args: Any, **kwargs: Any) -> Any:
            def unary_f(x: Any) -> Any:
                places = zip(argnum, x, strict=True) if several else [(argnum, x)]
                return fun(*subvals(args, places), **kwargs)

            x = tuple(args[i] for i in argnum) if several else args[argnum]
            return unary_operator(unary_f, x, *operator_args, **operator_kwargs)

        return nary_f

    return nary_operator


def wraps(
    fun: Function, namestr: str = "{fun}", docstr: str = "{doc}", **kwargs: Any
) -> Callable[[Function], Function]:
    """Give a function the name and docstring of another, by templates."""

    def wrap(f: Function) -> Function:
        f.__name__ = namestr.format(fun=get_name(fun), **kwargs)
        f.__doc__ = docstr.format(fun=get_name(fun), doc=get_doc(fun), **kwargs)
        return f

    return wrap


def get_name(f: Any) -> str:
    return str(getattr(f, "__name__", "[unknown name]"))


def get_doc(f: Any) -> str:
    return getattr(f, "__doc__", None) or ""
