"""Functions of arrays that the tests of `ag.source` write down. The golden tests quote the numbers of these lines."""

from typing import Any

import numpy as np

import autograd as ag

TABLE = np.array([3.0, 1.0, 2.0])


def g(x: Any, y: Any, z: Any) -> Any:
    p = x + y
    return p * z


def regression(params: Any, x: Any, y: Any) -> Any:
    w, b, v = params
    h = np.tanh(x @ w + b)
    r = h @ v - y
    return np.mean(r**2)


def hinge(x: Any) -> Any:
    return np.sum(x) if np.max(x) > 1 else np.sum(2 * x)


def ties(x: Any, y: Any) -> Any:
    return np.sum(np.maximum(x, y)) + np.max(x)


def picked(x: Any, i: Any) -> Any:
    return np.sum(x[i] ** 2) + x[0] * np.sum(x[1:])


def twice(x: Any) -> Any:
    return np.sum(np.exp(x)) + np.sum(np.exp(x) * TABLE) + 0 * 3 + 1 * np.sum(np.negative(-x))


def joined(xs: Any) -> Any:
    return np.sum(np.concatenate([xs["a"], xs["b"][0]]) ** 3)


def solved(a: Any, b: Any) -> Any:
    return np.sum(np.linalg.solve(a, b) * np.linalg.inv(a)[0]) + np.linalg.slogdet(a)[1]


def contracted(x: Any, y: Any) -> Any:
    return np.sum(np.einsum("ij,kj->ik", x, y) ** 2)


def cut(x: Any) -> Any:
    return np.sum(x * ag.stop_gradient(x * x))


@ag.primitive
def horner(x: Any) -> Any:
    y = np.empty_like(x)
    for i, value in enumerate(np.asarray(x)):
        y[i] = value * (value + 2.0)
    return y


ag.vjp_rule(horner, lambda g, y, x: g * (2 * x + 2))


def with_primitive(x: Any) -> Any:
    return np.sum(horner(x) * x)


def weighed(x: Any, y: Any, z: Any) -> Any:
    return np.sum((x + y) * z / 3)


def kept(x: Any) -> Any:
    y = x * 2
    z = ag.index_update(y, 0, 5.0)
    return np.sum(y * z * y[:1])
