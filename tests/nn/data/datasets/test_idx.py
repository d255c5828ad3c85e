"""The idx reader: every type, packed or not, and files that lie."""

import gzip
import re
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn.data.datasets import read_idx
from tests.conftest import few

CODES = {"u1": 0x08, "i1": 0x09, ">i2": 0x0B, ">i4": 0x0C, ">f4": 0x0D, ">f8": 0x0E}


def header(shape: Any, code: int = 0x08) -> bytes:
    return struct.pack(f">HBB{len(shape)}I", 0, code, len(shape), *shape)


def idx(array: Any, code: str = "u1") -> bytes:
    return header(array.shape, CODES[code]) + array.astype(code).tobytes()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4), (0, 28, 28)])
def test_arrays_of_every_type(tmp_path: Path, code: str, shape: Any) -> None:
    array = np.random.default_rng(0).integers(0, 100, shape).astype(code)
    path = tmp_path / "data"
    for packed in (False, True):
        path.write_bytes(gzip.compress(idx(array, code)) if packed else idx(array, code))
        found = read_idx(str(path))
        assert found.dtype == np.dtype(code).newbyteorder("=")
        assert found.dtype.isnative
        assert found.shape == shape
        assert np.array_equal(found, array)
        assert found.flags.writeable


GOOD = idx(np.arange(24).reshape(2, 3, 4))
HUGE = header((2**32 - 1, 2**32 - 1, 2**32 - 1))
BAD = {
    "empty": (b"", "it is empty"),
    "short": (b"\0\0\x08", "it begins with the bytes 00 00 08"),
    "other magic": (b"PK\3\4" + GOOD, "it begins with the bytes 50 4b 03 04, which no idx file does"),
    "other type": (b"\0\0\x0a\1\0\0\0\1\0", "it begins with the bytes 00 00 0a 01"),
    "many axes": (b"\0\0\x08\xff" + b"\0" * 2000, "its header speaks of 255 axes; at most 8 are read"),
    "no header": (GOOD[:10], "it ends within its header"),
    "huge": (HUGE + b"\0" * 100, "its header promises uint8(4294967295, 4294967295, 4294967295)"),
    "huge and nothing": (header((0, 2**32 - 1, 2**32 - 1, 2**32 - 1)), "its header promises the shape (0, 4294967295"),
    "large": (header((2**30,)) + b"\0" * 100, "its header promises uint8(1073741824,)"),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", BAD)
def test_a_file_that_lies_is_named_before_memory_is_taken(tmp_path: Path, name: str, packed: bool) -> None:
    content, text = BAD[name]
    path = tmp_path / "data.gz"
    path.write_bytes(gzip.compress(content) if packed else content)
    tracemalloc.start()
    try:
        with pytest.raises(nn.errors.DataFileError, match=re.escape(f"{path} is no whole idx file: {text}")):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()


def test_too_few_and_too_many_values_are_named(tmp_path: Path) -> None:
    path = tmp_path / "data"
    cases = {
        GOOD[:-1]: "its header promises uint8(2, 3, 4), 40 bytes with it, of 39 bytes",
        GOOD + b"\0": "its header promises uint8(2, 3, 4), 40 bytes with it, of 41 bytes",
        gzip.compress(GOOD[:-1]): "its header promises 24 bytes of values, and 23 are there",
        gzip.compress(GOOD + b"\0"): "its header promises 24 bytes of values, and there are more",
    }
    for content, text in cases.items():
        path.write_bytes(content)
        with pytest.raises(nn.errors.DataFileError, match=re.escape(text)):
            read_idx(path)


@few
@given(st.data())
def test_a_packed_file_cut_or_changed_anywhere_is_named(tmp_path_factory: Any, data: st.DataObject) -> None:
    whole = gzip.compress(GOOD, mtime=0)
    path = tmp_path_factory.mktemp("idx") / "data"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(nn.errors.DataFileError, match="is no whole idx file"):
        read_idx(path)
    at = data.draw(st.integers(10, len(whole) - 1))  # the gzip header has a time and a name, which may be any
    path.write_bytes(whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :])
    with pytest.raises(nn.errors.DataFileError, match="is no whole idx file"):
        read_idx(path)


def test_a_file_that_is_not_there_is_pythons_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "none")
