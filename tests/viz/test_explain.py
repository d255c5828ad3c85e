"""The chain rule in words: exact texts."""

import inspect
import re
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.errors import DataError, FreedGraphError, ViewError
from autograd.viz import explain

TEXTBOOK = """\
Forward
  x = 1
  y = 3
  z = -3
  p = x + y = 1 + 3 = 4
  g = p * z = 4 * -3 = -12

Backward
  dg/dg = 1
  dg/dz = p = 4                        (g = p * z, so dg/dz = p)
  dg/dp = z = -3                       (g = p * z, so dg/dp = z)
  dg/dx = dg/dp * dp/dx = -3 * 1 = -3  (p = x + y, so dp/dx = 1)
  dg/dy = dg/dp * dp/dy = -3 * 1 = -3  (p = x + y, so dp/dy = 1)"""

USED_TWICE = """\
Forward
  x = 3
  y = 2
  v1 = x * y = 3 * 2 = 6
  f = v1 + x = 6 + 3 = 9

Backward
  df/df = 1
  df/dv1 = 1                                   (f = v1 + x, so df/dv1 = 1)
  df/dx = df/dv1 * dv1/dx + 1 = 1 * 2 + 1 = 3  (v1 = x * y, so dv1/dx = y; f = v1 + x, so df/dx = 1)
  df/dy = df/dv1 * dv1/dy = 1 * 3 = 3          (v1 = x * y, so dv1/dy = x)"""

CONSTANTS = """\
Forward
  x = 0.5
  k = 3
  v1 = x * k = 0.5 * 3 = 1.5
  v2 = v1 ** 3 = 1.5 ** 3 = 3.375
  f = tanh(v2) = tanh(3.375) = 0.997661

Backward
  df/df = 1
  df/dv2 = 1 - f ** 2 = 0.00467257                           (f = tanh(v2), so df/dv2 = 1 - f ** 2)
  df/dv1 = df/dv2 * dv2/dv1 = 0.00467257 * 6.75 = 0.0315398  (v2 = v1 ** 3, so dv2/dv1 = 3 * v1 ** 2)
  df/dx = df/dv1 * dv1/dx = 0.0315398 * 3 = 0.0946195        (v1 = x * k, so dv1/dx = k)"""

ARRAYS = """\
Forward
  W = [[1, 2], [3, 4]]
  b = 0.5
  v1 = W @ [1, -1] = [[1, 2], [3, 4]] @ [1, -1] = [-1, -1]
  v2 = v1 + b = [-1, -1] + 0.5 = [-0.5, -0.5]
  v3 = exp(v2) = exp([-0.5, -0.5]) = [0.606531, 0.606531]
  L = mean(v3) = mean([0.606531, 0.606531]) = 0.606531

Backward
  dL/dL = 1
  dL/dv3 = ones / 2 = [0.5, 0.5]               (L = mean(v3))
  dL/dv2 = dL/dv3 * v3 = [0.303265, 0.303265]  (v3 = exp(v2))
  dL/db = sum(dL/dv2) = 0.606531               (v2 = v1 + b, summed where b was broadcast)
  dL/dv1 = dL/dv2 = [0.303265, 0.303265]       (v2 = v1 + b)
  dL/dW = outer(dL/dv1, [1, -1]) = [[0.303265, -0.303265], [0.303265, -0.303265]]
      (v1 = W @ [1, -1])

Why these shapes?
  L = sum_i v3[i] / 2
    dL/dv3[i] = 1 / 2
  v2[i] = v1[i] + b
    dL/db = sum_i dL/dv2[i]
  v1[i] = sum_j W[i, j] * A[j], where A = [1, -1]
    dL/dW[i, j] = dL/dv1[i] * A[j] = outer(dL/dv1, A)[i, j]"""

EXTREMUM = """\
m is not a scalar: the gradients are those of the sum of its entries.

Forward
  x = [1, 5]
  y = [3, 2]
  m = maximum(x, y) = maximum([1, 5], [3, 2]) = [3, 5]

Backward
  dm/dm = [1, 1]
  dm/dx = dm/dm * ((x > y) + (x == y) / 2) = [0, 1]  (m = maximum(x, y))
  dm/dy = dm/dm * ((y > x) + (x == y) / 2) = [1, 0]  (m = maximum(x, y))"""


def textbook() -> Any:
    x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    return ((x + y).named("p") * z).named("g")


def test_the_textbook_example() -> None:
    assert str(explain(textbook())) == TEXTBOOK


def test_a_value_used_twice_sums_its_terms() -> None:
    x, y = Tensor(3.0, name="x"), Tensor(2.0, name="y")
    assert str(explain((x * y + x).named("f"))) == USED_TWICE


def test_both_operands_of_one_call_are_spelled_out() -> None:
    a = Tensor(2.0, name="a")
    line, reason = explain((a / a).named("f")).backward[-1]
    assert line == "df/da = 1 / a + -f / a = 0.5 + -0.5 = 0"
    assert reason == "f = a / a, so df/da = 1 / a + -f / a"


def test_constants_are_written_where_they_are_used() -> None:
    x, k = Tensor(0.5, name="x"), Tensor(3.0, name="k", requires_grad=False)
    assert str(explain(np.tanh((x * k) ** 3).named("f"))) == CONSTANTS


def test_arrays_show_short_values_and_whole_array_formulas() -> None:
    W, b = Tensor([[1.0, 2.0], [3.0, 4.0]], name="W"), Tensor(0.5, name="b")
    assert str(explain(np.mean(np.exp(W @ np.array([1.0, -1.0]) + b)).named("L"))) == ARRAYS


def test_large_arrays_are_summed_up() -> None:
    x = Tensor(np.arange(12.0).reshape(3, 4), name="x")
    lines = str(explain((x * np.ones((3, 4))).named("y"))).splitlines()
    assert lines[0] == "y is not a scalar: the gradients are those of the sum of its entries."
    assert "  c1 = float64[3, 4] all 1" in lines
    assert "  y = x * c1 = float64[3, 4] in [0, 11]" in lines
    assert "  dy/dx = dy/dy * c1 = float64[3, 4] all 1  (y = x * c1)" in lines


def without_formula() -> Any:
    """max(x, y), a function of ours that no formula was written for."""
    larger = ag.primitive(lambda x, y: np.maximum(x, y))
    ag.vjp_rule(larger, lambda g, z, x, y: g * (x > y), lambda g, z, x, y: g * (y > x))
    larger.__name__ = "larger"
    return larger


def test_a_function_without_a_formula_shows_its_number() -> None:
    x, y = Tensor(1.0, name="x"), Tensor(3.0, name="y")
    backward = dict(explain(without_formula()(x, y).named("m")).backward)
    assert backward["dm/dy = 1"] == "m = larger(x, y), so dm/dy = 1"
    assert backward["dm/dx = 0"] == "m = larger(x, y), so dm/dx = 0"


def test_a_function_of_arrays_without_a_formula_shows_its_number() -> None:
    """At the root, ``dm/dm * dm/dx`` would say that dm/dx is dm/dx."""
    x, y = Tensor([1.0, 5.0], name="x"), Tensor([3.0, 2.0], name="y")
    backward = explain(without_formula()(x, y).named("m")).backward
    assert backward[1:] == (("dm/dx = [0, 1]", "m = larger(x, y)"), ("dm/dy = [1, 0]", "m = larger(x, y)"))


def test_a_choice_is_a_comparison() -> None:
    x, y = Tensor([1.0, 5.0], name="x"), Tensor([3.0, 2.0], name="y")
    m: Any = np.maximum(x, y)
    assert str(explain(m.named("m"))) == EXTREMUM


def test_an_array_used_twice_in_a_list_gets_the_gradients_of_both_places() -> None:
    a = Tensor([1.0, 2.0], name="a")
    pair: Any = np.concatenate([a, a])
    line, reason = explain(np.sum(pair.named("p") * np.array([1.0, 2.0, 3.0, 4.0])).named("s")).backward[-1]
    assert line == "ds/da = ds/dp[0:2] + ds/dp[2:4] = [4, 6]"
    assert reason == "p = concatenate([a, a])"


def test_a_single_long_equation_has_its_reason_below() -> None:
    x = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], name="a name of many letters")
    y: Any = np.exp(x)
    lines = str(explain(y.named("another name of many letters"))).splitlines()
    assert lines[-2].startswith("  danother name of many letters/da name of many letters = ")
    assert len(lines[-2]) > 66
    assert lines[-1] == "      (another name of many letters = exp(a name of many letters))"


def test_a_function_of_ones_own_is_explained() -> None:
    @ag.primitive
    def cube(x: Any) -> Any:
        return x**3

    ag.vjp_rule(cube, lambda g, y, x: g * 3 * x**2)
    text = str(explain(cube(Tensor(2.0, name="x")).named("y")))
    assert "y = cube(x) = cube(2) = 8" in text
    assert "dy/dx = 12" in text


def test_a_sum_of_many_terms_is_shortened() -> None:
    x = Tensor(1.0, name="x")
    total = x * 1
    for i in range(9):
        total = total + x * (i + 2)
    line, reason = explain(total.named("f")).backward[-1]
    assert line.endswith("+ ... (10 terms) ... + 1 * 10 = 55")
    assert len(line) < 200
    assert len(reason) < 200


def test_a_gradient_that_does_not_flow_is_said_to_be_zero() -> None:
    keep_first = ag.primitive(lambda a, b: a + 0 * b)
    ag.vjp_rule(keep_first, lambda g, y, a, b: g, None)
    x, y = Tensor(1.0, name="x"), Tensor(2.0, name="y")
    assert ("df/dy = 0", "no gradient flows from f to y") in explain(keep_first(x, y).named("f")).backward


def test_a_leaf_alone_and_an_untraced_tensor() -> None:
    assert str(explain(Tensor(2.0, name="x"))) == "Forward\n  x = 2\n\nBackward\n  dx/dx = 1"
    untraced = Tensor(2.0, name="c", requires_grad=False)
    assert str(explain(untraced)) == "No traced input leads to c: there is no gradient.\n\nForward\n  c = 2"


def test_nan_is_shown() -> None:
    y: Any = np.sin(Tensor(np.nan, name="x"))
    assert "dy/dx = cos(x) = nan" in str(explain(y.named("y")))


def test_complex_numbers_keep_their_parentheses() -> None:
    z = Tensor(1 + 2j, name="z")
    assert "w = z * z = (1+2j) * (1+2j) = (-3+4j)" in str(explain((z * z).named("w")))


def test_an_unnamed_graph_gets_symbols() -> None:
    lines = explain(np.exp(Tensor(0.0)) * 2).forward
    assert lines == ("x1 = 0", "v1 = exp(x1) = exp(0) = 1", "v2 = v1 * 2 = 1 * 2 = 2")


def test_a_hostile_name_stays_on_its_line() -> None:
    x = Tensor(1.0, name="x\n  dg/dx = 7 \x1b[31m`")
    assert len(str(explain(-x)).splitlines()) == 7
    assert "\x1b" not in str(explain(-x))
    assert "- `` x dg/dx = 7 \ufffd[31m` = 1 ``" in explain(-x).markdown


def test_markdown_shows_every_equation_as_code() -> None:
    text = str(explain(textbook(), format="markdown"))
    assert text.startswith("**Forward**\n\n- `x = 1`\n")
    assert "- `dg/dz = p = 4` because `g = p * z, so dg/dz = p`" in text
    assert explain(textbook())._repr_markdown_() == text


def test_a_notebook_sets_the_mathematics_that_was_asked_for() -> None:
    text = explain(textbook(), format="latex")._repr_markdown_()
    assert text.startswith("**Forward**\n\n$$\n\\begin{aligned}\nx &= 1 ")
    assert text.count("$$") == 4
    assert "align*" not in text
    x = Tensor([1.0, 2.0], name="</script><b>$a$")
    text = explain(np.sum(x[[0, 0]]), format="latex")._repr_markdown_()
    assert r"\text{{<}/script>{<}b>{\$}a{\$}}" in text
    assert text.count("$$") == 6
    assert text.endswith("\n\n- `put_at(g, [i]) is 0 but for the entries [i], which g is added to`")


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_a_note_holds_no_html_in_a_notebook(form: str) -> None:
    alone = Tensor(1.0, name="<b>_x_", requires_grad=False)
    text = explain(alone, form)._repr_markdown_()
    assert text.startswith("No traced input leads to \\<b\\>\\_x\\_: there is no gradient.\n\n**Forw")


def test_a_stack_of_products_is_summed_over_where_one_factor_is_used_again() -> None:
    a, b = Tensor(np.ones((5, 2, 3)), name="a"), Tensor(np.ones((3, 4)), name="b")
    c = Tensor(np.ones((5, 1, 2, 3)), name="c")
    assert "/db = sum(a.mT @ dv2/dv1, axis=0) = float64[3, 4] all 10" in str(explain(np.sum(a @ b)))
    d = Tensor(np.ones((4, 3, 2)), name="d")
    assert "/dc = sum(dv2/dv1 @ d.mT, axis=1, keepdims=True) = float64[5, 1, 2, 3]" in str(explain(np.sum(c @ d)))
    v = Tensor(np.ones(3), name="v")
    assert "/dv = sum((a.mT @ expand_dims(dv2/dv1, -1))[..., 0], axis=0) = [10, 10, 10]" in str(explain(np.sum(a @ v)))


def test_a_choice_is_summed_over_where_it_was_broadcast() -> None:
    x = Tensor([1.0, 2.0, 3.0], name="x")
    assert "/dx = sum(where([[True], [False]], dv2/dv1, 0), axis=0) = [1, 1, 1]" in str(
        explain(np.sum(np.where(np.array([[True], [False]]), x, 0.0)))
    )


def test_what_is_subtracted_has_its_sign_in_the_equation_of_its_entries() -> None:
    x, m = Tensor(np.ones((2, 3)), name="x"), Tensor(np.ones((2, 1)), name="m")
    assert "dv2/dm[i, 0] = sum_j -dv2/dv1[i, j]\n" in str(explain(np.sum(x - m), shapes=True))


LATEX = r"""\textbf{Forward}
\begin{align*}
x &= 1 \\
y &= 3 \\
z &= -3 \\
p &= x + y = 1 + 3 = 4 \\
g &= p \cdot z = 4 \cdot \left(-3\right) = -12
\end{align*}

\textbf{Backward}
\begin{align*}
\frac{\partial g}{\partial g} &= 1 \\
\frac{\partial g}{\partial z} &= p = 4 \\
\frac{\partial g}{\partial p} &= z = -3 \\
\frac{\partial g}{\partial x} &= \frac{\partial g}{\partial p} \cdot \frac{\partial p}{\partial x} \
= \left(-3\right) \cdot 1 = -3 \\
\frac{\partial g}{\partial y} &= \frac{\partial g}{\partial p} \cdot \frac{\partial p}{\partial y} \
= \left(-3\right) \cdot 1 = -3
\end{align*}""".replace("\\\n= ", "= ")

# an expression of x = 2, the named array W_1 and the hostile k, and a line of its LaTeX
SET = [
    (lambda x, W, k: x**3, r"v_{1} &= x^{3} = 2^{3} = 8"),
    (lambda x, W, k: x**3, r"\frac{\partial v_{1}}{\partial v_{1}} &= 1"),
    (lambda x, W, k: -1 / (x - 3) ** 2, r"v_{2} &= v_{1}^{2} = \left(-1\right)^{2} = 1"),
    (lambda x, W, k: x * 1234567, r"v_{1} &= x \cdot 1234567 = 2 \cdot 1234567 = 2469134"),
    (lambda x, W, k: x * 1234567.75, r"v_{1} &= x \cdot \left(1.23457 \cdot 10^{6}\right) = "),
    (lambda x, W, k: x * 1234567.75, r"\right) = 2.46914 \cdot 10^{6}"),
    (
        lambda x, W, k: x * 2j,
        r"v_{1} &= x \cdot \left(0 + 2\mathrm{i}\right) = 2 \cdot \left(0 + 2\mathrm{i}\right) = 0 + 4\mathrm{i}",
    ),
    (
        lambda x, W, k: np.log(x * 0),
        r"v_{2} &= \log\left(v_{1}\right) = \log\left(0\right) = -\infty",
    ),
    (lambda x, W, k: x / k, r"v_{1} &= \frac{x}{\text{k\_\%\textbackslash{}\{\&S0}} = \frac{2}{4} = 0.5"),
    (
        lambda x, W, k: W @ np.array([1.0, -1.0]),
        r"v_{1} &= \text{W\_1} \, \begin{bmatrix} 1 & -1 \end{bmatrix} = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
    ),
    (lambda x, W, k: W @ np.array([1.0, -1.0]), r"= \begin{bmatrix} -1 & -1 \end{bmatrix}"),
    (
        lambda x, W, k: W[0],
        r"v_{1} &= \text{W\_1}_{0} = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}_{0} = \begin{bmatrix} 1 & 2 ",
    ),
    (lambda x, W, k: (W + 1)[0], r"v_{2} &= \left(v_{1}\right)_{0} = "),
    (
        lambda x, W, k: np.where(np.array([True, False]), W, 0),
        r"\left(\begin{bmatrix} \text{True} & \text{False} \end{bmatrix}, \text{W\_1}, 0\right)",
    ),
    (lambda x, W, k: np.tile(W, 9), r"= \text{float64[2, 18] in [1, 4]}"),
    (lambda x, W, k: np.sum(W, axis=0), r"v_{1} &= \operatorname{sum}\left(\text{W\_1}, \text{axis=0}\right)"),
]


def test_latex_aligns_the_equations() -> None:
    text = explain(textbook(), format="latex")
    assert str(text) == text.latex == LATEX
    assert text.text == TEXTBOOK


@pytest.mark.parametrize(("function", "line"), SET, ids=[line[:30] for _, line in SET])
def test_latex_sets_names_numbers_and_arrays(function: Any, line: str) -> None:
    x, W = Tensor(2.0, name="x"), Tensor([[1.0, 2.0], [3.0, 4.0]], name="W_1")
    k = Tensor(4.0, name="k_%\\{&S0")
    with np.errstate(all="ignore"):
        text = str(explain(function(x, W, k), format="latex"))
    assert line in text
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")


def test_the_lines_of_the_program_stand_above_what_they_computed() -> None:
    x, w = Tensor(2.0, name="x"), Tensor(3.0, name="w")
    with ag.viz.annotate():
        h = x * w + 1  # two values
        loss = h * h
    forward = explain(loss, lines=True).forward
    assert [line for line in forward if line.startswith("#")] == [
        f"# test_explain.py:{number}: {text}"
        for number, text in (
            (lines_above(2), "h = x * w + 1  # two values"),
            (lines_above(1), "loss = h * h"),
        )
    ]
    assert forward[2].startswith("# ")
    assert forward[3] == "v1 = x * w = 2 * 3 = 6"
    assert not any(line.startswith("#") for line in explain(loss).forward)


def lines_above(n: int) -> int:
    """The number of the line so many above the assignment of `forward` in the test above."""
    source, start = inspect.getsourcelines(test_the_lines_of_the_program_stand_above_what_they_computed)
    return start + next(i for i, line in enumerate(source) if "forward = explain" in line) - n


OUTSIDE = [
    lambda x: np.sum(np.linalg.svd(x)[1]),
    lambda x: np.sum(np.where(x > 1, np.max(x, axis=0), np.sqrt(abs(x)))[:, 0]),
    lambda x: np.mean(np.convolve(x[0], x[1], "same")),
    lambda x: np.sum(x[np.array([0, 1, 1])] % 2 * 1e-9),
    lambda x: np.prod(np.concatenate([x, x], axis=1) ** -0.5),
]


@pytest.mark.parametrize("function", OUTSIDE)
def test_latex_is_balanced(function: Any) -> None:
    """Braces, environments, and delimiters that grow; KaTeX has taken every formula of the registry."""
    x = Tensor([[1.0, 2.0], [3.0, 0.5]], name="x_%{")
    text = str(explain(function(x), format="latex", shapes=True))
    plain = text.replace(r"\{", "").replace(r"\}", "")
    depth = 0
    for character in plain:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    assert plain.count(r"\left") == plain.count(r"\right")
    environments = re.findall(r"\\(begin|end){([a-z*]+)}", plain)
    opened = []
    for kind, name in environments:
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert opened == []


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ViewError, match="explain\\(t, format='html'\\): the formats are 'text', 'markdown', 'latex'"):
        explain(textbook(), format="html")


def test_repr_is_the_text() -> None:
    assert repr(explain(textbook())) == TEXTBOOK


def test_the_words_are_the_same_after_backward() -> None:
    g = textbook()
    g.backward()
    assert str(explain(g)) == TEXTBOOK


def test_a_freed_graph_and_a_plain_number_are_refused() -> None:
    g = textbook()
    g.backward(retain_graph=False)
    with pytest.raises(FreedGraphError):
        explain(g)
    with pytest.raises(DataError, match=r"explain\(t\) shows the graph behind a Tensor"):
        explain(3.0)


def test_a_chain_of_a_hundred_thousand_is_refused_at_once() -> None:
    t = Tensor(1.0)
    for _ in range(100_000):
        t = -t
    with pytest.raises(ViewError, match=r"explain\(t\) shows at most 5,000 values, and this graph has 100,001"):
        explain(t)
