"""`ag.source`: what the text says, and that it computes what `value_and_grad` does."""

import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import autograd as ag
import nn
from autograd.compile.source import Source
from autograd.containers import flatten
from autograd.errors import DataError, OutputError, SourceError, TracedConversionError
from autograd.testing.programs import Program
from autograd.testing.strategies import programs
from tests.autograd.table import CHAPTERS
from tests.compile import programs as cases

RNG = np.random.default_rng(0)
A, B, C = RNG.normal(size=(3, 3)), RNG.normal(size=(4, 3)), RNG.normal(size=3)

#: Of these some rows have no text: counts of what falls where, places among lists of arrays, a period that is traced.
REFUSED = {
    *("histogram", "histogram2d", "histogramdd", "quantile", "percentile"),
    *("nanmedian", "nanquantile", "nanpercentile", "piecewise", "interp"),
}


def body(source: Source) -> str:
    """The text from the line after the docstring on."""
    return source.text.split('"""\n')[-1]


def assert_same(f: Callable[..., Any], *args: Any, argnums: Any = None, others: tuple[Any, ...] = ()) -> Source:
    """The text computes what the engine does: for these arguments and for others of the same shapes."""
    source = ag.source(f, *args, argnums=argnums)
    for given_ in (args, *others):
        if argnums is None:
            places = [i for i, x in enumerate(given_) if any(np.asarray(v).dtype.kind in "fc" for v in flatten(x)[0])]
        else:
            places = argnums
        expected = ag.value_and_grad(f, tuple(places) if len(places) > 1 else places[0])(*given_)
        got = source(*given_)
        for x, y in zip(flatten(got)[0], flatten(expected)[0], strict=True):
            assert np.shape(x) == np.shape(y)
            assert np.asarray(x).dtype == np.asarray(y).dtype
            tolerance = 1e-4 if np.asarray(y).dtype == np.float32 else 1e-11
            np.testing.assert_allclose(x, y, rtol=tolerance, atol=tolerance)
    return source


# ------------------------------------------------------------------------------------------------------------ the text


def test_the_product_of_a_sum_reads_as_in_the_textbook() -> None:
    assert str(ag.source(cases.g, 1.0, 3.0, -3.0)) == (
        "import numpy as np\n"
        "\n"
        "\n"
        "def g_and_grad(x, y, z):\n"
        '    """The value of g, and its gradient with respect to x (float64), y (float64), z (float64)."""\n'
        "    # line 13: p = x + y\n"
        "    p = x + y\n"
        "    # line 14: return p * z\n"
        "    out = p * z\n"
        "    return out, (z, z, p)\n"
    )


def test_names_are_kept_and_gradients_are_named_after_them() -> None:
    source = ag.source(cases.regression, [A, C, C], B, RNG.normal(size=4), argnums=0)
    assert body(source) == (
        "    w, b, v = params\n"
        "    # line 19: h = np.tanh(x @ w + b)\n"
        "    h = np.tanh(x @ w + b)\n"
        "    # line 20: r = h @ v - y\n"
        "    r = h @ v - y\n"
        "    # line 21: return np.mean(r**2)\n"
        "    out = np.mean(r ** 2)\n"
        "    # back through line 21: return np.mean(r**2)\n"
        "    dr = 0.25 * (2 * r)\n"
        "    # back through line 20: r = h @ v - y\n"
        "    dh = np.expand_dims(dr, -1) * v\n"
        "    dv = h.T @ dr\n"
        "    # back through line 19: h = np.tanh(x @ w + b)\n"
        "    v1 = dh - dh * h ** 2\n"
        "    db = np.sum(v1, axis=0)\n"
        "    dw = x.T @ v1\n"
        "    return out, [dw, db, dv]\n"
    )


def test_a_function_of_nn_has_its_own_lines_and_one_without_code_its_call() -> None:
    text = ag.source(nn.functional.mse_loss, C, C + 1).text
    assert re.search(
        r"    # line \d+: return squared_error\(input, target, reduction\)\n    v1 = input - target\n", text
    )
    assert "    # back through line " in text
    text = ag.source(np.sin, 1.0).text
    assert "    # sin(x)\n    out = np.sin(x)\n    # back through sin(x)\n    dx = np.cos(x)\n" in text


def test_the_gradient_of_an_argument_has_its_name_where_a_part_comes_through_an_inner_gradient() -> None:
    source = assert_same(lambda x: np.sum(ag.grad(lambda u: np.sum(u**3))(x) * x), C, others=((C + 1,),))
    assert source.text.splitlines()[-1] == "    return out, dx"


def test_a_loss_module_is_a_function() -> None:
    source = assert_same(nn.MSELoss(), C, C + 1)
    assert "(input, target):" in source.text
    with pytest.raises(SourceError, match=r"source\(model, loss, x, y\) takes"):
        ag.source(nn.Linear(3, 2), C)


def test_partial_functions_and_instances_have_the_lines_of_their_code() -> None:
    class Line:
        def __call__(self, x: Any) -> Any:
            return np.sum(x * 2)

    def two(y: Any, x: Any) -> Any:
        return np.sum(x * y)

    for f in (Line(), partial(partial(two), 2.0)):
        assert re.search(r"\n    # line \d+: return", ag.source(f, C).text)


def test_a_line_of_another_cell_is_named_as_that() -> None:
    names: dict[str, Any] = {"np": np}
    cells = "def h(u):\n    return np.exp(u)", "def f(x):\n    return np.sum(h(x) * x)"
    for number, cell in enumerate(cells):
        exec(compile(cell, f"/tmp/ipykernel_{number}/{number}.py", "exec"), names)
    text = ag.source(names["f"], C).text
    assert "    # another cell, line 2\n    v1 = np.exp(x)\n    # line 2\n" in text


def test_a_model_of_the_user_has_the_lines_of_its_forward() -> None:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner, self.scale = nn.Linear(3, 2), nn.Parameter(np.array(2.0))

        def forward(self, x: Any) -> Any:
            h = self.inner(x)
            return h * self.scale

    text = ag.source(Scaled(), nn.MSELoss(), A, A[:, :2]).text
    comments = re.findall(r"# (.*)", re.sub(r"\d+", "9", text))
    assert comments == [
        *("inner: Linear", "Scaled, line 9: return h * self.scale", "the loss", "back through the loss"),
        *("back through Scaled, line 9: return h * self.scale", "back through inner: Linear"),
    ]


def test_common_calls_are_shared_and_identities_are_gone() -> None:
    lines = body(ag.source(cases.twice, C)).splitlines()
    text = "\n".join(line for line in lines if not line.strip().startswith("#"))
    assert text.count("np.exp(x)") == 1
    assert "np.sum(x)" in text
    for trace_of_identity in ("-(-", "0 *", "+ 0", " 1 *", "1.0 *"):
        assert trace_of_identity not in text


def test_a_branch_that_values_decide_is_held_by_an_assert() -> None:
    source = ag.source(cases.hinge, np.array([0.0, 2.0]))
    assert "assert np.max(x) > 1, 'written for the branch that was taken in line 25" in str(source)
    assert source(np.array([3.0, 0.0]))[0] == 3.0
    with pytest.raises(AssertionError, match=r"written for the branch that was taken in line 25: return np\.sum"):
        source(np.array([0.0, 0.0]))


def test_the_text_needs_nothing_but_numpy(tmp_path: Any) -> None:
    source = ag.source(cases.regression, [A, C, C], B, RNG.normal(size=4), argnums=0)
    call = "regression_and_grad([np.ones((3, 3)), np.ones(3), np.ones(3)], np.ones((4, 3)), np.ones(4))"
    file = tmp_path / "alone.py"
    file.write_text(f"{source}\nprint({call}[0])\nimport sys\nassert 'autograd' not in sys.modules\n", encoding="utf-8")
    run = subprocess.run([sys.executable, "-I", str(file)], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert float(run.stdout) == pytest.approx(float(source([np.ones((3, 3)), C * 0 + 1, C * 0 + 1], B * 0 + 1, 1.0)[0]))


def test_the_text_is_the_same_every_time() -> None:
    first, second = (str(ag.source(cases.solved, A, C)) for _ in range(2))
    assert first == second


def test_a_notebook_shows_it_in_colours_and_escaped() -> None:
    html = ag.source(cases.hinge, np.array([0.0, 2.0]))._repr_html_()
    assert '<span style="color: #8f5fe8">def</span> hinge_and_grad' in html
    assert "np.max(x) &gt; 1" in html
    assert html.count("<span") == html.count("</span>")


def test_names_that_no_text_can_hold_become_others() -> None:
    def f(np: Any, größe: Any) -> Any:  # noqa: PLC2401  # what is tested
        return (np + größe["</script>\n'\u202e"]) * 2

    source = ag.source(f, 1.0, {"</script>\n'\u202e": 2.0})
    assert "\u202e" not in str(source)
    assert "def f_and_grad(np_2, größe):" in str(source)
    value, (gx, gy) = source(1.0, {"</script>\n'\u202e": 2.0})
    assert (value, gx, gy) == (6.0, 2.0, {"</script>\n'\u202e": 2.0})


def test_large_arrays_around_the_function_become_arguments_that_it_has() -> None:
    weights = RNG.normal(size=(500, 3))
    source = ag.source(lambda x: np.sum(weights @ x), C)
    assert "def f_and_grad(x, *, weights):" in str(source)
    assert source.constants["weights"] is weights
    np.testing.assert_allclose(source(C)[1], weights.sum(0))


def test_smaller_ones_are_constants_with_their_names() -> None:
    assert "TABLE = np.array([3.0, 1.0, 2.0])\n\n\ndef twice_and_grad(x):" in str(ag.source(cases.twice, C))


def test_a_primitive_in_numpy_is_copied_above_the_text() -> None:
    source = assert_same(cases.with_primitive, C, others=((2 * C,),))
    assert "def horner(x):\n    y = np.empty_like(x)\n" in str(source)


def test_what_is_cut_off_from_gradients_stays_cut() -> None:
    source = assert_same(cases.cut, C, others=((2 * C,),))
    assert "return out, x * x" in body(source) or "return out, v1" in body(source)


# ---------------------------------------------------------------------------------------------------- what it computes


@pytest.mark.parametrize(
    ("f", "args", "others"),
    [
        (cases.g, (1.0, 3.0, -3.0), (2.0, 5.0, 7.0)),
        (cases.weighed, (A, C, np.float32(2)), (B[:3], C + 1, np.float32(3))),
        (cases.weighed, (A.astype(np.float32), np.float32(2), C.astype(np.float32)), None),
        (cases.weighed, (C[:0], C[:0], 1.0), None),
        (cases.ties, (C, np.where(C > 0, C, 1.0)), (np.ones(3), np.ones(3))),
        (cases.picked, (C, np.array([0, 2, 2])), (2 * C, np.array([1, 1, 0]))),
        (cases.joined, ({"a": C, "b": [C[:2]]},), ({"a": 2 * C, "b": [C[1:]]},)),
        (cases.solved, (A, C), (A.T + np.eye(3), C + 1)),
        (cases.contracted, (A, B), (2 * A, B - 1)),
        (cases.kept, (C,), (2 * C,)),
    ],
)
def test_it_computes_what_value_and_grad_does(f: Any, args: Any, others: Any) -> None:
    assert_same(f, *args, others=() if others is None else (others,))


@settings(max_examples=60)
@given(programs(scalar=True))
def test_random_programs(program: Program) -> None:
    try:
        assert_same(program, *program.inputs, argnums=tuple(range(len(program.inputs))))
    except SourceError as error:  # a loop over values, which is refused and says so
        assert "source" in str(error)  # noqa: PT017  # a few of the strategy's programs


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.__name__.rsplit(".", 1)[-1])
def test_every_function_with_a_derivative(chapter: Any) -> None:
    for function, rows in chapter.ROWS.items():
        for row in rows:
            args = row.arguments(0)
            places = tuple(range(len(args)))

            def f(*x: Any, row: Any = row) -> Any:
                out = row.function(*x)
                parts = out if isinstance(out, (list, tuple)) else [out]
                return sum(np.sum(np.sin(np.real(part)) + np.imag(part) ** 2) for part in parts)

            try:
                expected = ag.value_and_grad(f, places)(*args)
            except Exception:  # noqa: BLE001  # rows about errors are no business of this test
                continue
            try:
                got = ag.source(f, *args, argnums=places)(*args)
            except SourceError:
                assert getattr(function, "__name__", "") in REFUSED, function
                continue
            for x, y in zip(flatten(got)[0], flatten(expected)[0], strict=True):
                assert np.asarray(x).dtype == np.asarray(y).dtype
                np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-11, err_msg=str(function))


def test_a_shape_that_values_decide_is_held_by_an_assert() -> None:
    source = assert_same(
        lambda x: np.mean(x[x > 0]), np.array([1.0, -1.0, 2.0]), others=((np.array([-1.0, 1.0, 3.0]),),)
    )
    with pytest.raises(AssertionError, match="written for"):
        source(np.ones(3))


# ----------------------------------------------------------------------------------------------------------- bad input


def test_what_is_refused_says_what_to_write() -> None:
    table = np.arange(3.0)
    with pytest.raises(OutputError, match="one real number"):
        ag.source(lambda x: 2 * x, C)
    with pytest.raises(DataError, match=r"Write 2\.0 instead of 2"):
        ag.source(lambda x: 2 * x, 2)
    with pytest.raises(TracedConversionError, match="float"):
        ag.source(lambda x: np.sum(x) * float(x[0]), C)
    with pytest.raises(SourceError, match=r"x\[i\] for x\[int\(i\)\]"):
        ag.source(lambda x: x[int(np.argmax(x))], C)
    with pytest.raises(SourceError, match="make the table an argument"):
        ag.source(lambda x, i: np.sum(x * table[i]), C, np.array([0, 1, 1]))
    with pytest.raises(SourceError, match="draws random numbers"):
        ag.source(lambda x: np.sum(x * np.random.rand(3)), C)  # noqa: NPY002  # what a user may write
    with pytest.raises(SourceError, match="writes a function, not a str"):
        ag.source("x + y", 1.0)  # type: ignore[arg-type]


def test_a_primitive_that_cannot_be_copied_is_named() -> None:
    class Box:
        value = 2.0

    box = Box()

    @ag.primitive
    def doubled(x: Any) -> Any:
        return np.asarray(x) * box.value

    ag.vjp_rule(doubled, lambda g, y, x: g * 2)
    with pytest.raises(SourceError, match=r"cannot write doubled.*it uses box, a Box.*spelled\(doubled\)"):
        ag.source(lambda x: np.sum(doubled(x)), C)


def test_a_program_beyond_the_limit_is_refused_before_it_is_run_to_its_end() -> None:
    runs = []

    def long(x: Any) -> Any:
        for i in range(10**9):
            x = x * 1.01
            runs.append(i)
        return x

    with pytest.raises(SourceError, match="at most 100 calls"):
        ag.source(long, 1.0, limit=100)
    assert len(runs) < 101


def test_a_function_that_no_argument_reaches_has_zeros() -> None:
    value, gradient = ag.source(lambda x: 3.0, C)(C)
    assert value == 3.0
    assert gradient.tolist() == [0, 0, 0]


def test_arguments_that_are_no_arrays_are_held_by_asserts() -> None:
    source = ag.source(lambda x, n: np.sum(x) ** n, C, 3)
    assert "assert n == 3, 'written for n=3'" in str(source)
    with pytest.raises(AssertionError, match="written for n=3"):
        source(C, 2)
