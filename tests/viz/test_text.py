"""How values, names and calls are written."""

import operator

import numpy as np
import pytest

from autograd.viz.text import atom, call_text, factor, index_text, number, printable, short, value_range


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-12.0, "-12"),
        (-0.0, "0"),
        (1 / 3, "0.333333"),
        (np.float32(0.1), "0.1"),
        (1e-20, "1e-20"),
        (np.nan, "nan"),
        (-np.inf, "-inf"),
        (7, "7"),
        (True, "True"),
        (1 - 2j, "(1-2j)"),
        (1234567.0, "1234567"),
        (np.float64(-123456789012345), "-123456789012345"),
        (1e15, "1000000000000000"),
        (2e15, "2e+15"),
        (1234567.5, "1.23457e+06"),
        (1234567 + 7654321j, "(1234567+7654321j)"),
        (complex(0, np.nan), "(0+nanj)"),
    ],
)
def test_numbers_have_six_digits_and_integers_all(value: complex, text: str) -> None:
    assert number(value) == text


def test_small_arrays_are_written_out_and_large_ones_summed_up() -> None:
    assert short(np.array([[1.0, -2.5], [0.0, 4.0]])) == "[[1, -2.5], [0, 4]]"
    assert short(np.arange(12.0).reshape(3, 4)) == "float64[3, 4] in [0, 11]"
    assert short(np.ones((3, 4), np.float32)) == "float32[3, 4] all 1"


def test_the_range_of_an_array_counts_nan() -> None:
    assert value_range(np.array([np.nan, 1.0, 5.0, np.nan])) == "in [1, 5], 2 nan"
    assert value_range(np.full(3, np.nan)) == "all nan"
    assert value_range(np.array([-np.inf, 1.0])) == "in [-inf, 1]"
    assert value_range(np.zeros((0, 3))) == "empty"
    assert value_range(np.array([3 + 4j, 1j])) == "of modulus in [1, 5]"


def test_names_stay_on_one_line_and_within_bounds() -> None:
    assert printable(" a\n\tb ") == "a b"
    assert printable("a\x00b\x1b[1m") == "a\ufffdb\ufffd[1m"
    assert printable("\u202eevil") == "\ufffdevil"
    assert printable("משקל") == "משקל"
    assert len(printable("w" * 500)) == 60


@pytest.mark.parametrize(
    ("text", "operand", "multiplier"),
    [
        ("x", "x", "x"),
        ("-3", "(-3)", "-3"),
        ("sin(x + 1)", "sin(x + 1)", "sin(x + 1)"),
        ("[1, 2]", "[1, 2]", "[1, 2]"),
        ("1 - y ** 2", "(1 - y ** 2)", "(1 - y ** 2)"),
        ("-z / y", "(-z / y)", "-(z / y)"),
        ("1e+16", "1e+16", "1e+16"),
    ],
)
def test_parentheses_stand_where_they_are_needed(text: str, operand: str, multiplier: str) -> None:
    assert atom(text) == operand
    assert factor(text) == multiplier


def test_calls_read_like_python() -> None:
    assert call_text(np.add, ["x", "y"], {}) == "x + y"
    assert call_text(np.power, ["-3", "2"], {}) == "(-3) ** 2"
    assert call_text(np.negative, ["x"], {}) == "-x"
    assert call_text(np.negative, ["-3"], {}) == "-(-3)"
    assert call_text(np.sum, ["x"], {"axis": (0, 1), "keepdims": True}) == "sum(x, axis=(0, 1), keepdims=True)"
    assert call_text(np.linalg.inv, ["x"], {}) == "linalg.inv(x)"
    assert call_text(operator.getitem, ["x", "1:3"], {}) == "x[1:3]"


def test_indices_read_like_python() -> None:
    assert index_text((slice(1, None), ..., None, slice(None, None, -1), 2), bare=True) == "1:, ..., None, ::-1, 2"
    assert index_text((3,)) == "(3,)"
    assert index_text(np.array([0, 2])) == "[0, 2]"


def test_parameters_show_no_address() -> None:
    assert index_text([np.float32, np.dtype(float), "F", object()]) == "[float32, float64, 'F', object]"
