"""Why a gradient has its shape: the equations of entries, in words, and true when every entry is computed by them."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.viz import explain
from autograd.viz.sentences import shape_lines
from autograd.viz.trace import trace

MATMUL = """\
  C[i, k] = sum_j A[i, j] * B[j, k]
    dL/dA[i, j] = sum_k dL/dC[i, k] * B[j, k] = (dL/dC @ B.T)[i, j]
        (A[i, j] is in C[i, k] for every k: the sum is over k, the last index of B[j, k], and a product sums over the \
first one of its right factor: the transpose)
    dL/dB[j, k] = sum_i dL/dC[i, k] * A[i, j] = (A.T @ dL/dC)[j, k]
        (B[j, k] is in C[i, k] for every i: the sum is over i, the first index of A[i, j], and a product sums over the \
last one of its left factor: the transpose)"""


def named(name: str, *shape: int) -> Tensor:
    return Tensor(np.random.default_rng(len(name)).normal(size=shape), name=name)


def weighed(value: Any) -> Any:
    weights = np.random.default_rng(1).normal(size=np.shape(value))
    return np.sum(value * Tensor(weights, name="w", requires_grad=False)).named("L")


def test_a_matrix_product_and_its_transposes() -> None:
    A, B = named("A", 2, 3), named("BB", 3, 4).named("B")
    text = str(explain(np.sum((A @ B).named("C")).named("L"), shapes=True))
    assert MATMUL in text


def test_the_default_is_short_and_can_be_left_out() -> None:
    x = named("x", 2, 3)
    loss = np.sum(np.tanh(x @ named("w1", 3, 3)) @ named("w2", 3, 3))
    short, full = explain(loss), explain(loss, shapes=True)
    assert len(short.brief) == 3  # the sum, and of one of the two products each side
    assert len(full.brief) == len(full.shapes) == len(short.shapes) == 5
    assert not any(equation.reason for equation in short.brief)
    assert "Why these shapes?" not in str(explain(loss, shapes=False))
    assert "Why these shapes?" not in str(explain(Tensor(2.0) * 3))


def test_broadcasting_is_a_sum() -> None:
    x, b = named("x", 2, 3), named("b", 3)
    found = [e for e in explain(np.sum((x * b).named("y")).named("L"), shapes=True).shapes if "b[j]" in e.forward]
    assert found[0].backward == "dL/db[j] = sum_i dL/dy[i, j] * x[i, j]"
    assert found[0].reason.startswith("b[j] is used for every i: b (3,) was broadcast to (2, 3)")


def test_a_row_that_is_read_twice_gets_both_gradients() -> None:
    x = named("x", 4, 2)
    (found, *_) = explain(np.sum(x[np.array([0, 2, 2])].named("y")).named("L"), shapes=True).shapes[::-1]
    assert found.forward == "y[i, k] = x[index[i], k]"
    assert found.backward == "dL/dx[j, k] = sum of dL/dy[i, k] over the i with index[i] = j"


def test_a_convolutional_layer() -> None:
    layer = nn.Conv2d(1, 2, 3, stride=2, padding=1)
    loss = np.sum(layer(Tensor(np.zeros((1, 1, 4, 4)), name="x")).named("y")).named("L")
    equations = explain(loss, shapes=True).shapes[1:]
    with_places = "over the i, j, k, l with 2 * i + k - 1 = a and 2 * j + l - 1 = b"
    assert {e.forward for e in equations} == {
        "y[n, o, i, j] = sum_c,k,l x[n, c, 2 * i + k - 1, 2 * j + l - 1] * layer.weight[o, c, k, l] + layer.bias[o]"
    }
    assert [e.backward for e in equations] == [
        f"dL/dx[n, c, a, b] = sum_o,k,l dL/dy[n, o, i, j] * layer.weight[o, c, k, l] {with_places}",
        "dL/dlayer.weight[o, c, k, l] = sum_n,i,j dL/dy[n, o, i, j] * x[n, c, 2 * i + k - 1, 2 * j + l - 1]",
        "dL/dlayer.bias[o] = sum_n,i,j dL/dy[n, o, i, j]",
    ]
    assert equations[0].reason.startswith("x[n, c, a, b] is in each window that lies over it")
    assert "y = convolve(x, [layer.weight, layer.bias], stride=2, padding=1) = " in str(explain(loss))


READ = [
    (np.s_[[0, 0]], "y[i, k] = x[index[i], k]", "dL/dx[j, k] = sum of dL/dy[i, k] over the i with index[i] = j"),
    (np.s_[:, [0, 2]], "y[i, k] = x[i, index[k]]", "dL/dx[i, j] = sum of dL/dy[i, k] over the k with index[k] = j"),
    (
        np.s_[np.arange(4), [0, 1, 2, 0]],
        "y[i] = x[index1[i], index2[i]]",
        "dL/dx[j, p] = sum of dL/dy[i] over the i with index1[i] = j and index2[i] = p",
    ),
    (
        np.s_[1:3, [0, 0]],
        "y[i, k] = x[1 + i, index[k]]",
        "dL/dx[j, p] = sum of dL/dy[i, k] over the i and k with 1 + i = j and index[k] = p",
    ),
    (
        np.s_[2, [1, 2]],
        "y[i] = x[2, index[i]]",
        "dL/dx[2, j] = sum of dL/dy[i] over the i with index[i] = j, and 0 elsewhere",
    ),
    (
        np.array([True, False, True, True]),
        "y[i, k] = x[index[i], k]",
        "dL/dx[j, k] = sum of dL/dy[i, k] over the i with index[i] = j",
    ),
    (
        np.eye(4, 3) > 0,
        "y[i] = the i-th entry of x for which the mask holds",
        "dL/dx[mask] = dL/dy, and 0 elsewhere",
    ),
    (np.s_[..., 0], "y[i] = x[i, 0]", "dL/dx[i, 0] = dL/dy[i], and 0 elsewhere"),
    (np.s_[:, None], "y[i, 0, j] = x[i, j]", "dL/dx[i, j] = dL/dy[i, 0, j]"),
    (np.s_[::-1], "y[i, j] = x[3 - i, j]", "dL/dx[3 - i, j] = dL/dy[i, j]"),
]


@pytest.mark.parametrize(("index", "forward", "backward"), READ, ids=[forward for _, forward, _ in READ])
def test_an_index_of_any_kind(index: Any, forward: str, backward: str) -> None:
    loss = np.sum(named("x", 4, 3)[index].named("y")).named("L")
    found = explain(loss, shapes=True).shapes[-1]
    assert (found.forward, found.backward) == (forward, backward)
    assert explain(loss, "latex", shapes=True).latex.count(r"\left(") == explain(loss, "latex").latex.count(r"\right)")


def test_what_the_equation_would_not_say_has_none() -> None:
    x = named("x", 2, 2)
    masked = np.sum(x, axis=0, where=np.array([[True, False], [True, True]]))
    grouped = nn.functional.conv1d(named("i", 1, 4, 3), named("k", 4, 2, 1), groups=2)
    stretched = named("s", 1, 2, 2) @ named("t", 3, 2, 2)
    for t in (masked, grouped, stretched, x @ x):
        assert explain(t, shapes=True).shapes == ()


def test_latex_has_sums_and_indices() -> None:
    A, B = named("A", 2, 3), named("BB", 3, 4).named("B")
    text = str(explain(np.sum((A @ B).named("C")).named("L"), format="latex"))
    assert r"C_{i, k} &= \sum_{j} A_{i, j} \, B_{j, k} \\" in text
    slope = r"\left(\frac{\partial L}{\partial %s}\right)_{%s}"
    assert rf"{slope % ('A', 'i, j')} &= \sum_{{k}} {slope % ('C', 'i, k')} \, B_{{j, k}} = (" in text


# ------------------------------------------------------------------------------------------------------ the equations

CALLS = {
    "matmul": (lambda x, y: x @ y, (2, 3), (3, 4)),
    "matrix by vector": (lambda x, y: x @ y, (2, 3), (3,)),
    "vector by matrix": (lambda x, y: x @ y, (3,), (3, 2)),
    "vectors": (lambda x, y: x @ y, (3,), (3,)),
    "a stack by a matrix": (lambda x, y: x @ y, (2, 3, 4), (4, 2)),
    "einsum": (lambda x, y: np.einsum("ij,kj->ik", x, y), (2, 3), (4, 3)),
    "a row": (lambda x, y: x * y, (2, 3), (3,)),
    "a row less": (lambda x, y: x - y, (2, 3), (3,)),
    "a row read backwards": (lambda x, y: x[::-1] * y, (4,), (4,)),
    "a new axis": (lambda x, y: x[:, None] * y, (3,), (3, 2)),
    "a column": (lambda x, y: x * y, (2, 3), (2, 1)),
    "a number": (lambda x, y: x + y, (2, 3), ()),
    "a sum": (lambda x, y: np.sum(x, axis=1) * y, (2, 3), (2,)),
    "a mean": (lambda x, y: np.mean(x, axis=(0, 2)) * y, (2, 3, 2), (3,)),
    "a mean that keeps axes": (lambda x, y: np.mean(x, axis=0, keepdims=True) + y, (2, 3), (1, 3)),
    "slices": (lambda x, y: x[1:, 0] * y, (3, 2), (2,)),
    "steps": (lambda x, y: x[::2] * y, (5,), (3,)),
    "a transpose": (lambda x, y: x.T * y, (2, 3), (3, 2)),
    "convolve": (np.convolve, (4,), (2,)),
    "convolve the same": (lambda x, y: np.convolve(x, y, "same"), (5,), (3,)),
    "convolve where valid": (lambda x, y: np.convolve(x, y, "valid"), (5,), (2,)),
    "linear": (nn.functional.linear, (4, 3), (2, 3)),
    "conv1d": (lambda x, y: nn.functional.conv1d(x, y, stride=2, padding=1, dilation=2), (2, 3, 7), (2, 3, 2)),
    "conv2d": (lambda x, y: nn.functional.conv2d(x, y, padding=1), (1, 2, 3, 2), (2, 2, 2, 2)),
}


@pytest.mark.parametrize("name", CALLS)
def test_every_entry_is_what_its_equation_says(name: str) -> None:
    call, *shapes = CALLS[name]
    x, y = (Tensor(np.random.default_rng(i).normal(size=shape), name="xy"[i]) for i, shape in enumerate(shapes))
    graph = trace(weighed(call(x, y)), "explain", 100)
    equations, _ = shape_lines(graph)
    values = {vertex.symbol: vertex.value for vertex in graph.vertices}
    values |= {f"dL_d{vertex.symbol}": vertex.grad for vertex in graph.vertices if vertex.grad is not None}
    checked = set()
    for forward, backward, _ in equations:
        backward = backward.removesuffix(", and 0 elsewhere")
        check_entries(forward, values)
        if "[n, c, a" not in backward:
            check_entries(backward.replace("dL/d", "dL_d"), values)
        checked |= {name for name in "xy" if f"/d{name}" in backward}
    assert checked


def check_entries(equation: str, values: dict[str, Any]) -> None:
    """Compute every entry of the left side by the first right side."""
    left, right = equation.split(" = ")[:2]
    name, letters = re.fullmatch(r"(\w+)(?:\[(.*)\])?", left).groups()  # type: ignore[union-attr]
    target, known = values[name], {key: Entries(value) if np.ndim(value) else value for key, value in values.items()}
    over, body = re.fullmatch(r"(?:sum_([\w,]+) )?(.*)", right).groups()  # type: ignore[union-attr]
    lengths = dict(lengths_of(equation, values))
    free = sorted(set(re.findall(r"\b[a-z]\b", letters or "")) & set(lengths))
    for place in product(*(range(lengths[c]) for c in free)):
        at = dict(zip(free, place, strict=True))
        total = 0.0
        for inner in product(*(range(lengths[c]) for c in (over.split(",") if over else []))):
            total += eval(body, {}, known | at | dict(zip(over.split(",") if over else [], inner, strict=True)))
        index = eval(f"({letters},)", {}, at) if letters else ()
        np.testing.assert_allclose(total, target[index], rtol=1e-6, err_msg=equation)


class Entries:
    """An array that is 0 beyond its ends."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __getitem__(self, index: Any) -> Any:
        index = index if isinstance(index, tuple) else (index,)
        inside = all(0 <= i < n for i, n in zip(index, self.value.shape, strict=True))
        return self.value[index] if inside else 0.0


def lengths_of(equation: str, values: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """How long each index is, from the arrays that have it alone in a place."""
    for name, letters in re.findall(r"(\w+)\[([^\]]*)\]", equation):
        for letter, n in zip(letters.split(", "), np.shape(values.get(name, 0)), strict=False):
            if re.fullmatch("[a-z]", letter):
                yield letter, n
