"""Derivatives of products: matmul, einsum, and what is written in terms of them."""

import math
import operator
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd import errors
from autograd.derivatives.shaping import as_array, astype
from autograd.rules import composition, primitive, vjp_rule

LETTERS = ascii_uppercase + ascii_lowercase  # in the order in which NumPy sorts an implicit output


def transposed(x: Any) -> Any:
    return x.mT


def matmul_left(g: Any, z: Any, x: Any, y: Any) -> Any:
    if y.ndim == 1:
        return np.expand_dims(g, -1) * y
    if x.ndim == 1 and y.ndim > 2:
        return np.matmul(y, np.expand_dims(g, -1))[..., 0]
    return np.matmul(g, transposed(y))


def matmul_right(g: Any, z: Any, x: Any, y: Any) -> Any:
    if x.ndim == 1:
        return np.expand_dims(x, -1) * np.expand_dims(g, -2) if y.ndim > 1 else g * x
    if y.ndim == 1 and x.ndim > 2:
        return np.matmul(transposed(x), np.expand_dims(g, -1))[..., 0]
    if y.ndim == 2 < x.ndim:  # one product over all rows, instead of a stack of products that is then summed
        rows = math.prod(x.shape[:-1])
        return np.matmul(transposed(np.reshape(x, (rows, x.shape[-1]))), np.reshape(g, (rows, g.shape[-1])))
    return np.matmul(transposed(x), g)


vjp_rule(np.matmul, matmul_left, matmul_right)


@composition(np.dot)
def dot(a: Any, b: Any, out: None = None) -> Any:
    a, b = as_array(a), as_array(b)
    left, right = a.ndim, b.ndim
    if left == 0 or right == 0:
        return np.multiply(a, b)
    if left <= 2 and right <= 2:
        return operator.matmul(a, b)
    return np.tensordot(a, b, (-1, -1 if right == 1 else -2))


@composition(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """One matrix product: the summed axes last in `a` and first in `b`, the others flattened."""
    if np.ndim(axes) == 0:
        left, right = list(range(np.ndim(a) - axes, np.ndim(a))), list(range(axes))
    else:
        left, right = ([side] if np.ndim(side) == 0 else list(side) for side in axes)
    left = [normalize_axis_index(axis, np.ndim(a)) for axis in left]
    right = [normalize_axis_index(axis, np.ndim(b)) for axis in right]
    if [np.shape(a)[axis] for axis in left] != [np.shape(b)[axis] for axis in right]:
        raise ValueError("shape-mismatch for sum")
    rows = [axis for axis in range(np.ndim(a)) if axis not in left]
    columns = [axis for axis in range(np.ndim(b)) if axis not in right]
    height, width = [np.shape(a)[axis] for axis in rows], [np.shape(b)[axis] for axis in columns]
    summed = math.prod(np.shape(a)[axis] for axis in left)
    a = np.reshape(np.transpose(a, rows + left), (math.prod(height), summed))
    b = np.reshape(np.transpose(b, right + columns), (summed, math.prod(width)))
    return np.reshape(np.matmul(a, b), height + width)


@composition(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    a, b = as_array(a), as_array(b)
    return np.multiply(a, b) if a.ndim == 0 or b.ndim == 0 else np.tensordot(a, b, (-1, -1))


composition(np.outer)(lambda a, b, out=None: np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1)))
composition(np.vdot)(lambda a, b, /: np.matmul(conjugated(np.ravel(a)), np.ravel(b)))


def conjugated(x: Any) -> Any:
    """The complex conjugate, without a node or a cast for what is real."""
    return np.conjugate(x) if np.iscomplexobj(x) else x


@composition(np.vecdot)
def vecdot(x: Any, y: Any, /, *, axis: int = -1) -> Any:
    x, y = np.moveaxis(x, axis, -1), np.moveaxis(y, axis, -1)
    return np.matmul(np.expand_dims(conjugated(x), -2), np.expand_dims(y, -1))[..., 0, 0]


@composition(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    last = np.moveaxis(a, (axis1, axis2), (-2, -1))
    i = np.arange(np.diagonal(np.empty(last.shape[-2:]), offset).size)
    return last[..., i - min(offset, 0), i + max(offset, 0)]


@composition(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


def matrices(x: Any) -> Any:
    """`x`, if it is a matrix or a stack of them."""
    if np.ndim(x) < 2:
        raise ValueError("the matrix does not have enough dimensions: it takes 2 or more")
    return x


if hasattr(np, "matvec"):  # NumPy 2.2
    composition(np.matvec)(lambda x, y, /: np.matmul(matrices(x), np.expand_dims(y, -1))[..., 0])
    composition(np.vecmat)(lambda x, y, /: np.matmul(np.expand_dims(conjugated(x), -2), matrices(y))[..., 0, :])


@composition(np.kron)
def kron(a: Any, b: Any) -> Any:
    """Axes of `a` and `b` in pairs, multiplied, and each pair flattened."""
    ndim = max(np.ndim(a), np.ndim(b))
    wide, narrow = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    a = np.reshape(a, [n for size in wide for n in (size, 1)])
    b = np.reshape(b, [n for size in narrow for n in (1, size)])
    return np.reshape(np.multiply(a, b), [m * n for m, n in zip(wide, narrow, strict=True)])


@composition(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """Vectors of length 2 lie in the plane; of two such there is only the third component."""
    if axis is not None:
        axisa, axisb, axisc = (axis,) * 3
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if not {2, 3}.issuperset((a.shape[-1], b.shape[-1])):
        raise ValueError("incompatible dimensions for cross product\n(dimension must be 2 or 3)")
    third = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    if a.shape[-1] == b.shape[-1] == 2:
        return third
    if a.shape[-1] == 2:
        first, second = a[..., 1] * b[..., 2], -(a[..., 0] * b[..., 2])
    elif b.shape[-1] == 2:
        first, second = -(a[..., 2] * b[..., 1]), a[..., 2] * b[..., 0]
    else:
        first = a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1]
        second = a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2]
    return np.stack([first, second, third], axis=normalize_axis_index(axisc, third.ndim + 1))


# ------------------------------------------------------------------------------------------ names of the array standard


composition(np.linalg.matmul)(lambda x1, x2, /: operator.matmul(x1, x2))
composition(np.linalg.tensordot)(lambda x1, x2, /, *, axes=2: np.tensordot(x1, x2, axes))
composition(np.linalg.vecdot)(lambda x1, x2, /, *, axis=-1: vecdot(x1, x2, axis=axis))
composition(np.linalg.matrix_transpose)(lambda x, /: np.matrix_transpose(x))
composition(np.linalg.diagonal)(lambda x, /, *, offset=0: np.diagonal(x, offset, -2, -1))
composition(np.linalg.trace)(lambda x, /, *, offset=0, dtype=None: np.trace(x, offset, -2, -1, dtype))


@composition(np.linalg.outer)
def _(x1: Any, x2: Any, /) -> Any:
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ValueError(f"Input arrays must be one-dimensional, but they are {np.ndim(x1)=} and {np.ndim(x2)=}.")
    return np.outer(x1, x2)


@composition(np.linalg.cross)
def _(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    if np.shape(x1)[axis] != 3 or np.shape(x2)[axis] != 3:
        raise ValueError("Both input arrays must be (arrays of) 3-dimensional vectors.")
    return np.cross(x1, x2, axis=axis)


# ------------------------------------------------------------------------------------------------------------- einsum


@primitive
def einsum(subscripts: str, *operands: Any, optimize: Any = None) -> Any:
    """`numpy.einsum` with every index spelled out, as in ``ij,jk->ik``."""
    large = len(operands) == 2 and multiplications(subscripts, operands) > 20_000
    return np.einsum(subscripts, *operands, optimize=large or len(operands) > 2 if optimize is None else optimize)


def multiplications(subscripts: str, operands: tuple[Any, ...]) -> int:
    """How many multiplications a plain loop over all indices makes.

    NumPy's takes a nanosecond for each. With `optimize` it spends ten microseconds on finding out whether BLAS can do
    it, up to fifteen times faster.
    """
    lengths: dict[str, int] = {}
    for term, operand in zip(subscripts.split("->", maxsplit=1)[0].split(","), operands, strict=True):
        lengths.update(zip(term, np.shape(operand), strict=True))
    return math.prod(lengths.values())


def einsum_vjp(position: int, g: Any, y: Any, subscripts: str, *operands: Any, optimize: Any = None) -> Any:
    """Swap the operand with the result: of ``ij,jk->ik`` the gradient of the first operand is ``ik,jk->ij``.

    An index that occurs in this operand alone is spread by ones, and one that occurs in it twice by an identity matrix.
    """
    inputs, output = subscripts.split("->")
    terms = inputs.split(",")
    x, term = operands[position - 1], terms[position - 1]
    others = [operand for i, operand in enumerate(operands) if i != position - 1]
    known = [output, *(other for i, other in enumerate(terms) if i != position - 1)]
    lengths: dict[str, int] = {}  # of each letter elsewhere: an index of length 1 is broadcast
    for other, operand in zip(known, [g, *others], strict=True):
        for letter, n in zip(other, np.shape(operand), strict=True):
            lengths[letter] = max(n, lengths.get(letter, n))
    target = ""
    for axis, letter in enumerate(term):
        if letter in target:
            fresh = spare_letters("".join(known) + term + target)[0]
            known.append(letter + fresh)
            others.append(np.eye(x.shape[axis], dtype=x.dtype))
            letter = fresh
        elif letter not in lengths or lengths[letter] == 1 != x.shape[axis]:
            known.append(letter)
            others.append(np.ones(x.shape[axis], dtype=x.dtype))
        target += letter
    if not isinstance(optimize, (bool, str)):  # a path is for these operands only
        return einsum(f"{','.join(known)}->{target}", g, *others)
    return einsum(f"{','.join(known)}->{target}", g, *others, optimize=optimize)


vjp_rule(einsum, None, each=einsum_vjp)


@composition(np.einsum)
def _(
    *operands: Any,
    out: None = None,
    optimize: Any = None,
    dtype: Any = None,
    casting: Any = "safe",
    order: Any = "K",
    **kwargs: Any,
) -> Any:
    """Rewrite every form that NumPy takes with all indices spelled out."""
    if kwargs:
        raise errors.unknown_keyword("np.einsum of a Tensor", kwargs, ["optimize", "dtype", "casting", "order"])
    subscripts, arrays = lettered(operands)
    arrays = [as_array(x) for x in arrays]
    if dtype is not None:
        if not all(np.can_cast(x.dtype, dtype, casting) for x in arrays):
            raise TypeError(f"Iterator operand cannot be cast to {np.dtype(dtype)} according to the rule {casting!r}")
        arrays = [astype(x, np.dtype(dtype)) for x in arrays]
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(arrays):
        raise ValueError(f"np.einsum: {len(terms)} terms in {subscripts!r} for {len(arrays)} operands")
    for term in (*terms, output):
        if "." in term.replace("...", "", 1):
            raise ValueError(f"np.einsum: {term!r} contains a '.' that is not part of one ellipsis ('...')")
    spare = spare_letters(subscripts)
    widths = [
        np.ndim(x) - len(term.replace("...", "")) if "..." in term else 0 for term, x in zip(terms, arrays, strict=True)
    ]
    rest = "".join(spare[: max(widths)])
    if arrow and rest and "..." not in output:
        raise ValueError(f"np.einsum: the output {output!r} has no '...' for the {len(rest)} axes that it stands for")
    terms = [term.replace("...", rest[len(rest) - n :]) for term, n in zip(terms, widths, strict=True)]
    if arrow:
        output = output.replace("...", rest)
    else:
        letters = "".join(terms)
        output = rest + "".join(sorted(c for c in set(letters) - set(rest) if letters.count(c) == 1))
    keywords = {} if optimize is None else {"optimize": optimize}
    return einsum(f"{','.join(terms)}->{output}", *arrays, **keywords)


def lettered(operands: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """Subscripts and arrays; ``einsum(x, [0, 1], y, [1, 2], [0, 2])`` is rewritten with letters."""
    if isinstance(operands[0], str):
        return operands[0], list(operands[1:])
    if len(operands) < 2:
        raise ValueError("must provide at least an operand and a subscripts list to einsum")

    def text(axes: Any) -> str:
        if not all(axis is Ellipsis or 0 <= axis < len(LETTERS) for axis in axes):
            raise ValueError(f"np.einsum: each subscript in {axes!r} must be one of 0 to {len(LETTERS) - 1}")
        return "".join("..." if axis is Ellipsis else LETTERS[axis] for axis in axes)

    arrays, terms = operands[: len(operands) // 2 * 2 : 2], operands[1::2]
    left = ",".join(map(text, terms))
    return (left + "->" + text(operands[-1]) if len(operands) % 2 else left), list(arrays)


def spare_letters(used: str) -> list[str]:
    return [letter for letter in LETTERS if letter not in used]
