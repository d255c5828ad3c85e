"""The command line: what it prints, and the small language that it reads."""

import ast
import math
import os
import subprocess
import sys
import warnings
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from autograd import Tensor
from autograd.__main__ import WITH_FILE, main
from autograd.errors import ExpressionError
from autograd.viz.expression import ALONG_AN_AXIS, FUNCTIONS, entries, evaluate, read_values

ROOT = Path(__file__).parents[1]

TEXTBOOK = """\
Forward
  x = 1
  y = 3
  z = -3
  v1 = x + y = 1 + 3 = 4
  f = v1 * z = 4 * -3 = -12

Backward
  df/df = 1
  df/dz = v1 = 4                         (f = v1 * z, so df/dz = v1)
  df/dv1 = z = -3                        (f = v1 * z, so df/dv1 = z)
  df/dx = df/dv1 * dv1/dx = -3 * 1 = -3  (v1 = x + y, so dv1/dx = 1)
  df/dy = df/dv1 * dv1/dy = -3 * 1 = -3  (v1 = x + y, so dv1/dy = 1)
"""

# each expression of x and y = 1, with words of the message
REFUSED = [
    ("x.data", "an attribute at column 1"),
    ("(1).__class__.__bases__[0].__subclasses__()", "this call at column 1"),
    ("x + x.__class__", "an attribute at column 5"),
    ('__import__("os").system("true")', "this call at column 1"),
    ('__import__("os")', "the function '__import__'"),
    ('eval("1")', "the function 'eval'"),
    ("open('/etc/passwd')", "the function 'open'"),
    ("print(x)", "the function 'print'"),
    ("np.exp(x)", "this call at column 1"),
    ("(lambda: x)()", "this call at column 1"),
    ("lambda: x", "a lambda at column 1"),
    ("x[0]", "an index at column 1"),
    ("[x for x in x]", "ListComp at column 1"),
    ("(x for x in x)", "GeneratorExp at column 1"),
    ("{x: 1}", "Dict at column 1"),
    ("[x, x]", "List at column 1"),
    ("(x, x)", "Tuple at column 1"),
    ("'x' * 3", "the constant 'x' at column 1"),
    ('f"{x}"', "a string at column 1"),
    ("b'x'", "the constant b'x'"),
    ("(y := x)", "an assignment at column 2"),
    ("x if x else 1", "if ... else at column 1"),
    ("x < 1", "a comparison at column 1"),
    ("x == x", "a comparison at column 1"),
    ("x and x", "and / or at column 1"),
    ("not x", "the operator not at column 1"),
    ("~x", "the operator ~ at column 1"),
    ("x // 2", "the operator // at column 1"),
    ("x ^ 2", "the operator ^ (a power is **) at column 1"),
    ("x << 2", "the operator << at column 1"),
    ("sin(x, x)", "sin of 2 arguments, which takes 1, at column 1"),
    ("maximum(x)", "maximum of 1 arguments, which takes 2, at column 1"),
    ("sin(x, axis=0)", "the keyword 'axis' of sin"),
    ("sum(x, axis=0, axis=0)", "the keyword 'axis' of sum"),
    ("sum(x, axis=x)", "an axis that is no whole number at column 1"),
    ("sum(x, axis=True)", "an axis that is no whole number at column 1"),
    ("sum(x, axis=10**9)", "an axis that is no whole number at column 1"),
    ("sum(x, keepdims=1)", "the keyword 'keepdims' of sum"),
    ("clip(x, 1)", "clip of 2 arguments, which takes 3, at column 1"),
    ("sum(**x)", "the keyword '**' of sum"),
    ("sum(*x)", "a starred argument at column 5"),
    ("sin", "the function sin without its arguments"),
    ("sin + x", "the function sin without its arguments at column 1"),
    ("x(1)", "the function 'x'"),
    ("x + k", "the name 'k', which has no value (given: x), at column 5"),
    ("é * y + x", "the name 'é', which has no value (given: x), at column 1"),
    ("2*é", "the name 'é', which has no value (given: x), at column 3"),
    ("True", "the constant True at column 1"),
    ("None", "the constant None at column 1"),
    ("...", "the constant ... at column 1"),
    ("2j", "the constant 2j at column 1"),
    ("9**9**9", "a constant that is not a finite number at column 1"),
    ("x * 9**9**9**9", "a constant that is not a finite number at column 8"),
    ("1/0", "a constant that is not a finite number at column 1"),
    ("1e999", "a number too large for a float at column 1"),
    ("9" * 1_000, "a number too large for a float at column 1"),
    ("x;x", "invalid syntax, at column 2"),
    ("x x", "invalid syntax"),
    ("x = 1", "invalid syntax"),
    ("import os", "invalid syntax"),
    ("x +", "invalid syntax"),
    ("(x", "'(' was never closed, at column 1"),
    ("2x", "invalid decimal literal"),
    ("", "invalid syntax"),
    ("x\0", "null"),
    ("x" * 3_000, "an expression has at most 2,000 characters, and this one 3,000"),
    ("(" * 900 + "x" + ")" * 900, "too many nested parentheses"),
    ("sin(" * 150 + "x" + ")" * 150, "nested more than 100 levels deep"),
    ("+".join("x" * 900), "nested more than 100 levels deep"),
    ("x" + " - -" + "-" * 1_900 + "x", "nested"),
    ("1 + 1", "'x' is given a value and does not occur"),
    ("x @ x", "at column 1"),
    ("x @ pi", "at column 1"),
]


def run(*arguments: str, stdout: int = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "error", "-m", "autograd", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": ""}
    return subprocess.run(
        command, stdout=stdout, stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False, env=environment
    )


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The line on stderr of a call that must fail with status 2 and print nothing else."""
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = int(stop.code or 0)
    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert printed.err.startswith("python -m autograd: ")
    assert printed.err.count("\n") == 1
    assert len(printed.err) < 600
    return printed.err


# ----------------------------------------------------------------------------------------------------- what it prints


def test_it_explains_the_textbook_example() -> None:
    done = run("(x + y) * z", "x=1", "y=3", "z=-3")
    assert (done.returncode, done.stdout, done.stderr) == (0, TEXTBOOK, "")


def test_a_wrong_call_of_the_process_exits_with_2() -> None:
    done = run("x.data", "x=1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "python -m autograd: an attribute at column 1 is not in the language of expressions\n"


def test_it_writes_the_drawing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x * x", "x=3", "--dot", str(tmp_path / "g.dot")]) == 0
    assert 'n1 [label="{×|{f = 9|df/df = 1}}"' in (tmp_path / "g.dot").read_text(encoding="utf-8")
    try:
        assert main(["x * x", "--svg", str(tmp_path / "picture"), "x=3"]) == 0
    except AssertionError:
        if "pip install 'chainrule[draw]'" in capsys.readouterr().err:
            pytest.skip("no Graphviz at all")
        raise
    assert ET.parse(tmp_path / "picture.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_code_and_mathematics_are_printed_instead_of_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["(x + y) * z", "x=1", "y=3", "z=-3", "--source"]) == 0
    code = capsys.readouterr().out
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    assert namespace["graph_and_grad"](1.0, 3.0, -3.0) == (-12, (-3, -3, 4))
    assert main(["x ** 2", "x=3", "--latex"]) == 0
    mathematics = capsys.readouterr().out
    assert r"\begin{align*}" in mathematics
    assert "Forward\n  x = 3" not in mathematics
    assert main(["x ** 2", "x=3", "--latex", "--source", "--explain"]) == 0
    printed = capsys.readouterr().out
    assert all(part in printed for part in ["Forward\n  x = 3", mathematics])


def test_a_page_is_written(tmp_path: Path) -> None:
    assert main(["x * x", "x=3", "--html", str(tmp_path / "page")]) == 0
    assert "<!doctype html>" in (tmp_path / "page.html").read_text(encoding="utf-8").lower()


def test_a_drawing_that_cannot_be_written_exits_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x * x", "x=3", "--dot", str(tmp_path / "absent" / "g.dot")]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_an_array_is_explained_by_its_sum(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x * w", "x=[1, 2]", "w=3"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("f is not a scalar: the gradients are those of the sum of its entries.\n")
    assert "df/dw = sum(df/df * x) = 3 " in printed


def test_the_result_is_named_f_unless_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["f * 2", "f=3"]) == 0
    assert "f_ = f * 2 = 3 * 2 = 6" in capsys.readouterr().out
    assert main(["x", "x=3"]) == 0
    assert capsys.readouterr().out == "Forward\n  x = 3\n\nBackward\n  dx/dx = 1\n"


def test_numbers_alone_have_a_value_and_no_gradient(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["2 ** 10 + pi - pi"]) == 0
    assert capsys.readouterr().out.endswith("there is no gradient.\n\nForward\n  f = 1024\n")


@pytest.mark.parametrize(
    ("expression", "last"),
    [
        ("-x", "f = -x = -(-3) = 3"),
        ("-x * 2", "f = v1 * 2 = 3 * 2 = 6"),
        ("-x**2", "f = -v1 = -9"),
        ("-sin(x)", "f = -v1 = -(-0.14112) = 0.14112"),
        ("-1*x", "f = -1 * x = -1 * -3 = 3"),
        ("-(x)", "f = -x = -(-3) = 3"),
        ("--sin(x)", "f = -v2 = -0.14112"),
    ],
)
def test_an_expression_may_begin_with_a_minus(
    expression: str, last: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "g.dot"
    for before in ([], ["--dot", str(path)], [f"--dot={path}"]):
        for dashes in ([], ["--"]):
            assert main([*before, *dashes, expression, "x=-3"]) == 0
            assert f"  {last}\n\nBackward" in capsys.readouterr().out
            assert path.exists() is bool(before)
            path.unlink(missing_ok=True)
    for after in (["x=-3", "--dot", str(path)], ["--dot", str(path), "x=-3"]):
        assert main([expression, *after]) == 0
        assert f"  {last}\n\nBackward" in capsys.readouterr().out
        path.unlink()


def test_after_two_dashes_nothing_is_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--", "--x", "x=3"]) == 0
    assert "f = -v1 = -(-3) = 3" in capsys.readouterr().out
    assert main(["--", "-h", "h=3"]) == 0
    assert "f = -h = -3" in capsys.readouterr().out
    assert "'--dot' is not of the form name=value" in refusal(capsys, "--", "x", "--dot")
    assert "'-x' is not of the form name=value" in refusal(capsys, "x=1", "-x")


def test_a_refused_expression_that_begins_with_a_minus_counts_from_it(capsys: pytest.CaptureFixture[str]) -> None:
    printed = refusal(capsys, "-h(x)", "x=-3")
    assert "the function 'h'" in printed
    assert "at column 2 is not" in printed


@pytest.mark.parametrize("arguments", [["x * x", "x=3"], ["--help"]])
def test_a_reader_who_stops_reading_is_no_error(arguments: list[str]) -> None:
    nobody, pipe = os.pipe()
    os.close(nobody)
    done = run(*arguments, stdout=pipe)
    os.close(pipe)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_nobody_reads_is_drawn_all_the_same(tmp_path: Path) -> None:
    nobody, pipe = os.pipe()
    os.close(nobody)
    done = run("x * x", "x=3", "--dot", str(tmp_path / "g.dot"), stdout=pipe)
    os.close(pipe)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "g.dot").exists()


def test_an_interrupt_is_one_line_and_status_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Tensor) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autograd.__main__.explain", interrupted)
    assert main(["x", "x=1"]) == 130
    assert capsys.readouterr() == ("", "python -m autograd: interrupted\n")


def test_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["-h"])
    assert "EXPR" in capsys.readouterr().out


def test_infinities_that_an_input_leads_to_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log(x)", "x=0"]) == 0
    assert "f = log(x) = log(0) = -inf" in capsys.readouterr().out


# ----------------------------------------------------------------------------------------------------- what it refuses


@pytest.mark.parametrize(("expression", "words"), REFUSED, ids=[text[:24].replace("\0", "0") for text, _ in REFUSED])
def test_what_is_not_in_the_language_is_refused(
    expression: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in refusal(capsys, expression, "x=1")


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("x", "'x' is not of the form name=value"),
        ("=1", "'' cannot be the name of a value"),
        ("1x=1", "'1x' cannot be the name"),
        ("x.y=1", "'x.y' cannot be the name"),
        ("if=1", "'if' cannot be the name"),
        ("sin=1", "'sin' cannot be the name"),
        ("x=", "the value is no number"),
        ("x=one", "the value is no number"),
        ("x=1+1", "the value is no number"),
        ('x="1"', "the value is no number"),
        ("x=true", "the value is no number"),
        ("x=null", "the value is no number"),
        ("x=[true]", "the value is no number"),
        ('x={"a": 1}', "the value is no number"),
        ("x=[[1], [2, 3]]", "the value is no number"),
        ("x=[1, null]", "the value is no number"),
        ("x=" + "[" * 100_000, "the value is no number"),
        ("x=[1" + "0" * 400 + "]", "the value is no number"),
        ("x=nan", "the value must be finite"),
        ("x=inf", "the value must be finite"),
        ("x=[1, NaN]", "the value must be finite"),
        ("x=1e999", "the value must be finite"),
    ],
    ids=lambda text: text[:20],
)
def test_a_wrong_value_is_refused(assignment: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in refusal(capsys, "x", assignment)


def test_missing_extra_and_repeated_names_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the name 'y', which has no value (given: x)" in refusal(capsys, "x + y", "x=1")
    assert "'y' is given a value and does not occur" in refusal(capsys, "x", "x=1", "y=2")
    assert "'x' is given twice" in refusal(capsys, "x", "x=1", "x=1")
    assert "the following arguments are required: EXPR" in refusal(capsys)
    assert "unrecognized arguments: --gif" in refusal(capsys, "x", "x=1", "--gif")


# --------------------------------------------------------------------------------------------------- what it evaluates


NAMES = {"x": 1.5, "y": -0.75, "beta": 3.0}
OPERATORS = st.sampled_from(["+", "-", "*", "/", "**", "%"])


def combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, parts, OPERATORS, parts),
        st.builds("{} {} {}".format, parts, OPERATORS, parts),
        st.builds("-{}".format, parts),
        st.builds("(+{})".format, parts),
        st.builds("{}({})".format, st.sampled_from(["sin", "cos", "tanh", "abs"]), parts),
    )


NUMBERS = st.one_of(st.integers(0, 20).map(str), st.floats(0.1, 9).map(lambda value: f"{value:.3g}"))
EXPRESSIONS = st.recursive(st.one_of(st.sampled_from(sorted(NAMES)), NUMBERS), combined, max_leaves=12)


@given(EXPRESSIONS)
def test_arithmetic_agrees_with_python(expression: str) -> None:
    functions = {"sin": math.sin, "cos": math.cos, "tanh": math.tanh, "abs": math.fabs}  # none takes complex numbers
    numbers = ast.unparse(Floats().visit(ast.parse(expression, mode="eval")))
    try:
        expected = eval(numbers, {"__builtins__": {}, **functions, **NAMES})
    except (ArithmeticError, TypeError, ValueError):
        return
    if isinstance(expected, complex) or not math.isfinite(expected):
        return
    used = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    try:
        value = evaluate(expression, {name: Tensor(NAMES[name], name=name) for name in used & set(NAMES)})
    except ExpressionError as error:  # an infinity on the way: tanh(20 ** 20 * 20 ** 300)
        if "not a finite number" not in str(error):
            raise
        reject()
    np.testing.assert_allclose(value.data if isinstance(value, Tensor) else value, expected, rtol=1e-9, atol=1e-12)


class Floats(ast.NodeTransformer):
    """Integers as floats, as in the language."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant(float(node.value)), node)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_numpys(name: str) -> None:
    arity = FUNCTIONS[name][1]
    data = [np.array([[0.2, 0.6], [0.4, 0.7]]), np.array([[0.3, 0.5], [0.1, 0.9]]), np.array([0.4, 0.5])][:arity]
    if name == "arccosh":
        data = [data[0] + 1]
    values = read_values([f"{letter}={array.tolist()}" for letter, array in zip("abc", data, strict=False)])
    result = evaluate(f"{name}({', '.join(values)})", values)
    assert isinstance(result, Tensor)
    np.testing.assert_array_equal(result.data, getattr(np, name)(*data))


@pytest.mark.parametrize("name", sorted(ALONG_AN_AXIS))
def test_a_function_along_an_axis_is_numpys(name: str) -> None:
    data = np.array([[0.2, 0.6, 0.3], [0.4, 0.7, 0.1]])
    for axis in (0, -1):
        result = evaluate(f"{name}(a, axis={axis})", read_values([f"a={data.tolist()}"]))
        np.testing.assert_array_equal(result.data, getattr(np, name)(data, axis=axis))


def test_names_are_normalised_as_in_python() -> None:
    values = read_values(["ﬁ=2", "µ=3"])
    assert evaluate("ﬁ * µ", values).data == 6


def test_a_given_name_goes_before_a_constant() -> None:
    assert evaluate("e + 1", read_values(["e=2"])).data == 3
    assert evaluate("e", {}) == np.e


def test_columns_count_characters() -> None:
    with pytest.raises(ExpressionError, match=r"'q', which has no value .* at column 10"):
        evaluate("éé + éé\n+q", read_values(["éé=1"]))


def test_line_breaks_are_spaces() -> None:
    assert evaluate(" (x\n + x)\n* 2 ", read_values(["x=3"])).data == 12


@pytest.mark.parametrize(
    "expression", ["outer(outer(x, x), outer(x, x))", "kron(kron(x, x), kron(x, x))", "diag(ravel(outer(x, x)))"]
)
def test_what_would_not_fit_in_memory_is_refused(expression: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = refusal(capsys, expression, f"x={[1] * 40}")
    assert "the result would have 2,560,000 entries, and 1,000,000 is the most (at column 1)" in printed


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_size_of_a_result_is_known_before_it_is_computed(name: str) -> None:
    function, arity = FUNCTIONS[name]
    for shapes in product([(3, 4), (3,), (), (2, 3, 4), (0, 3), (4,), (4, 2), (3, 1), (1, 3)], repeat=arity):
        operands = list(map(np.ones, shapes))
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
                value = function(*operands)
        except ValueError:
            continue
        assert np.size(value) <= max(1, entries(function, *map(np.shape, operands)))


@pytest.mark.parametrize("function", ["mean", "std", "median"])
def test_nothing_is_too_empty(function: str) -> None:
    done = run(f"{function}(x)", "x=[]")
    assert (done.returncode, done.stderr) == (0, "")
    assert "= nan" in done.stdout


@pytest.mark.parametrize("option", ["--explain", "--latex", "--source"])
def test_a_terminal_without_greek_gets_its_numbers(option: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "autograd", "λ * 2", "λ=3", option]
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\u03bb" in done.stdout


@pytest.mark.parametrize("option", WITH_FILE)
@pytest.mark.parametrize("path", ["", ".", "/", "new/", "..", "{folder}"])
def test_a_folder_is_no_file(option: str, path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = path.format(folder=tmp_path)
    assert f"{option} {path!r}: this is the name of a folder" in refusal(capsys, "x", "x=1", option, path)
    assert list(tmp_path.iterdir()) == []


def test_a_suffix_may_be_in_capitals(tmp_path: Path) -> None:
    assert main(["x", "x=1", "--dot", str(tmp_path / "A.DOT")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["A.DOT"]
