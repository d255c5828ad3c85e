"""The CSV reader: columns by their kind, and files that are not what they should be."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.data.datasets import read_csv

COLUMNS: Any = {"a": int, "b": float, "c": ("x", "y"), "d": str}
GOOD = b'a,b,c,d\n1,0.5,x,Smith\n-2,3e2,y,"A, B"\n'


def table(path: Path, content: bytes, **options: Any) -> Any:
    file = path / "t.csv"
    file.write_bytes(content)
    return read_csv(file, COLUMNS, **options)


@pytest.mark.parametrize("content", [GOOD, GOOD.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + GOOD, GOOD + b"\n"])
def test_columns_have_their_kinds(tmp_path: Path, content: bytes) -> None:
    found = table(tmp_path, content)
    assert list(found) == ["a", "b", "c", "d"]
    assert found["a"].tolist() == [1, -2]
    assert found["b"].tolist() == [0.5, 300.0]
    assert found["c"].tolist() == ["x", "y"]
    assert found["d"].tolist() == ["Smith", "A, B"]
    assert [found[name].dtype.kind for name in found] == ["i", "f", "U", "U"]
    assert (found["a"].dtype, found["b"].dtype) == (np.int64, np.float64)


def test_words_that_look_like_nothing_are_words(tmp_path: Path) -> None:
    assert table(tmp_path, b"a,b,c,d\n1,1,x,NA\n1,1,x,null\n")["d"].tolist() == ["NA", "null"]


BAD = {
    "empty": (b"", "has the columns b''; they must be a, b, c, d."),
    "other columns": (b"a,b,c,e\n1,2,x,y\n", "has the columns a, b, c, e; they must be a, b, c, d."),
    "columns turned": (b"b,a,c,d\n1,2,x,y\n", "has the columns b, a, c, d; they must be a, b, c, d."),
    "more columns": (b"a,b,c,d,e\n1,2,x,y,z\n", "has the columns a, b, c, d, e"),
    "no csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "has the columns b'\\x89PNG"),
    "an endless first line": (b"a" * 100_000, "has the columns "),
    "no rows": (b"a,b,c,d\n", "has no rows below its first line."),
    "cut within a row": (GOOD[:-3], "ends within a row: it is truncated, or its last line end is missing."),
    "few cells": (b"a,b,c,d\n1,2,x,y\n1,2\n", "column c, row 2 below the names: ''; it must not be empty."),
    "many cells": (b"a,b,c,d\n1,2,x,y\n1,2,x,y,z\n", "is no CSV file of 4 columns: Error tokenizing data."),
    "many cells everywhere": (b"a,b,c,d\n1,2,x,y,z\n1,2,x,y,z\n", "is no CSV file of 4 columns: its rows have more."),
    "open quotes": (b'a,b,c,d\n1,2,x,"y\n', "is no CSV file of 4 columns"),
    "an empty cell": (b"a,b,c,d\n1,,x,y\n", "column b, row 1 below the names: ''; it must not be empty."),
    "no integer": (b"a,b,c,d\n1,2,x,y\n1.5,2,x,y\n", "column a, row 2 below the names: '1.5'; it must be an integer."),
    "no number": (b"a,b,c,d\n1,two,x,y\n", "column b, row 1 below the names: 'two'; it must be a number."),
    "not finite": (b"a,b,c,d\n1,inf,x,y\n", "column b, row 1 below the names: 'inf'; it must be finite."),
    "not a number": (b"a,b,c,d\n1,nan,x,y\n", "column b, row 1 below the names: 'nan'; it must be finite."),
    "a huge integer": (b"a,b,c,d\n99999999999999999999,2,x,y\n", "column a: an integer of more than 64 bits."),
    "a huger one": (b"a,b,c,d\n" + b"9" * 6000 + b",2,x,y\n", "it must be an integer."),
    "an integer as Python writes it": (
        b"a,b,c,d\n1_0,2,x,y\n",
        "column a, row 1 below the names: '1_0'; it must be an",
    ),
    "no such word": (b"a,b,c,d\n1,2,z,y\n", "column c, row 1 below the names: 'z'; it must be one of x, y."),
    "no UTF-8": (b"a,b,c,d\n1,2,x,\xff\xfe\n", "is no CSV file of 4 columns"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_the_table_is_named(tmp_path: Path, name: str) -> None:
    content, text = BAD[name]
    with pytest.raises(nn.errors.DataFileError, match=re.escape(text)) as caught:
        table(tmp_path, content)
    assert str(caught.value).startswith(str(tmp_path / "t.csv"))


def test_a_file_of_too_many_bytes_is_not_read(tmp_path: Path) -> None:
    size = len(GOOD)
    with pytest.raises(nn.errors.DataFileError, match=rf"t.csv has {size} bytes; at most {size - 1} are read\."):
        table(tmp_path, GOOD, most=size - 1)
    assert len(table(tmp_path, GOOD, most=size)["a"]) == 2


@pytest.mark.parametrize("kind", [bool, 3, "xy"])
def test_a_kind_of_columns_that_is_none_is_named(tmp_path: Path, kind: Any) -> None:
    with pytest.raises(
        nn.errors.ArgumentError, match=r"read_csv: columns\['c'\]=.*; it must be int, float, str, or a li"
    ):
        read_csv(tmp_path / "t.csv", COLUMNS | {"c": kind})
