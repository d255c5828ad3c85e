"""Weights in files: there and back, with PyTorch both ways, damaged and hostile files, interrupted writing."""

import io
import json
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Tensor
from tests.conftest import few


def network(package: Any) -> Any:
    return package.Sequential(
        package.Linear(3, 4), package.PReLU(4), package.Sequential(package.GELU(), package.Linear(4, 2, bias=False))
    )


def test_a_model_there_and_back(tmp_path: Path) -> None:
    ours, other = network(nn), network(nn)
    path = tmp_path / "model.safetensors"
    nn.save(ours, path)
    nn.save(ours, str(path))  # over the one that is there
    other.load_state_dict(nn.load(path))
    for key, value in ours.state_dict().items():
        assert np.array_equal(other.state_dict()[key], value)
    assert [file.name for file in tmp_path.iterdir()] == ["model.safetensors"]


DTYPES = ["?", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]


def test_arrays_keep_dtype_shape_and_values(tmp_path: Path) -> None:
    arrays = {f"{dtype} {shape}": np.ones(shape, dtype) for dtype in DTYPES for shape in [(), (0, 3), (2, 1, 3)]}
    arrays |= {
        "turned": np.arange(6.0).reshape(2, 3).T,
        "reversed": np.arange(5)[::-1],
        "other": np.arange(3, dtype=">f8"),
    }
    path = tmp_path / "arrays"
    nn.save({**arrays, "tensor": Tensor([1.0, 2.0]), "number": 3.5}, path)
    loaded = nn.load(path)
    assert set(loaded) == {*arrays, "tensor", "number"}
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype.newbyteorder("=")
        assert np.array_equal(loaded[name], array)
        assert loaded[name].shape == array.shape
        assert loaded[name].flags.writeable
    assert loaded["number"] == 3.5
    assert loaded["tensor"].tolist() == [1, 2]


def test_pytorch_reads_what_is_written_and_the_reverse(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    ours, theirs, path = network(nn), network(torch.nn), tmp_path / "model.safetensors"
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    save_file(theirs.state_dict(), path)
    ours.load_state_dict(nn.load(path))
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-5, atol=1e-6)
    ours[0].weight.data *= 2
    nn.save(ours, path)
    theirs.load_state_dict(load_file(path))
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_half_precision_of_pytorch_is_read(name: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    half = torch.randn(3, 4).to(getattr(torch, name))
    save_file({"weight": half, "bias": half[:, 0].clone()}, tmp_path / "half")
    loaded = nn.load(tmp_path / "half")
    assert loaded["weight"].dtype == (np.float16 if name == "float16" else np.float32)
    assert np.array_equal(loaded["weight"], half.float().numpy())
    layer = nn.Linear(4, 3)
    layer.load_state_dict(loaded)
    assert layer.weight.dtype == np.float32


# --------------------------------------------------------------------------------------------------- what is refused


def file_of(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
HOSTILE = {
    "empty": b"",
    "short": b"\x01\x02",
    "a header longer than the file": struct.pack("<Q", 2**40) + b"{}",
    "a header of all memory": struct.pack("<Q", 2**64 - 1) + b"{}",
    "no JSON": file_of(b"not json"),
    "no dict": file_of([1, 2]),
    "deep": file_of(b"[" * 100_000),
    "data missing": file_of({"a": ENTRY}),
    "data left over": file_of({"a": ENTRY}, bytes(80)),
    "data beyond the end": file_of({"a": {**ENTRY, "data_offsets": [0, 2**60]}}, bytes(8)),
    "offsets reversed": file_of({"a": {**ENTRY, "data_offsets": [8, 0]}}, bytes(8)),
    "overlap": file_of({"a": ENTRY, "b": ENTRY}, bytes(8)),
    "a shape that does not fit": file_of({"a": {**ENTRY, "shape": [3]}}, bytes(8)),
    "a shape that overflows": file_of({"a": {**ENTRY, "shape": [2**33, 2**33]}}, bytes(8)),
    "a negative shape": file_of({"a": {**ENTRY, "shape": [-2]}}, bytes(8)),
    "too many axes": file_of({"a": {**ENTRY, "shape": [2] + [1] * 64}}, bytes(8)),
    "a huge shape of no entries": file_of({"a": {**ENTRY, "shape": [2**62, 0], "data_offsets": [0, 0]}}),
    "an unknown dtype": file_of({"a": {**ENTRY, "dtype": "O"}}, bytes(8)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_damaged_files_are_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(nn.errors.WeightsFileError) as caught:
        nn.load(path)
    assert str(caught.value).startswith(f"{path} is no whole safetensors file ({len(HOSTILE[name])} bytes): ")
    assert str(caught.value).endswith(" Nothing was loaded.")


def saved() -> bytes:
    buffer = io.BytesIO()
    buffer.write(file_of({"a": ENTRY, "b": {**ENTRY, "data_offsets": [8, 16]}}, np.arange(4, dtype="f4").tobytes()))
    return buffer.getvalue()


@given(length=st.integers(0, len(saved()) - 1))
@few
def test_a_file_cut_anywhere_is_refused(length: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("cut") / "file"
    path.write_bytes(saved()[:length])
    with pytest.raises(nn.errors.WeightsFileError):
        nn.load(path)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return Path.touch, (tmp_path / "sprung",)

    path = tmp_path / "model.pt"
    path.write_bytes(pickle.dumps({"weight": Trap()}))
    with pytest.raises(nn.errors.WeightsFileError) as caught:
        nn.load(path)
    assert str(caught.value) == (
        f"{path} looks like a pickle, as torch.save writes it. Pickles can run any code and are not read. "
        f"Where the file comes from, write safetensors.torch.save_file(model.state_dict(), path)."
    )
    assert not (tmp_path / "sprung").exists()


def test_dtypes_without_a_numpy_dtype_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    one_byte = {"dtype": "F8_E4M3", "shape": [1]}
    path.write_bytes(
        file_of({"b": {**one_byte, "data_offsets": [0, 1]}, "a": {**one_byte, "data_offsets": [1, 2]}}, bytes(2))
    )
    with pytest.raises(
        nn.errors.WeightsFileError, match=r"has dtypes that NumPy has not: a \(F8_E4M3\), b \(F8_E4M3\)\."
    ):
        nn.load(path)


def test_a_file_of_another_model_is_listed_and_leaves_the_model_as_it_was(tmp_path: Path) -> None:
    path, model = tmp_path / "file", network(nn)
    before = model.state_dict()
    nn.save({"0.weight": np.ones((4, 3)), "0.bias": np.ones(5), "else": np.ones(1)}, path)
    with pytest.raises(nn.errors.StateDictError) as caught:
        model.load_state_dict(nn.load(path))
    assert str(caught.value) == (
        "the state dict does not fit Sequential; nothing was loaded.\n"
        "  missing: 1.weight, 2.1.weight\n"
        "  unexpected: else\n"
        "  of another shape: 0.bias (5,), here (4,)"
    )
    for key, value in model.state_dict().items():
        assert np.array_equal(value, before[key])


def test_what_is_no_array_is_listed_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    wrong = {
        "a": np.ones(2),
        "text": "b",
        "nested": {"c": 1},
        4: np.ones(1),
        "complex": np.ones(1, complex),
        "none": None,
        "ragged": [[1.0], [2.0, 3.0]],
        "__metadata__": np.ones(1),
    }
    with pytest.raises(nn.errors.WeightsFileError) as caught:
        nn.save(wrong, path)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "nothing was written; no arrays of numbers: text (str), nested (dict), the name 4, which is no string, "
        "complex (complex128), none (object), ragged (list), "
        "the name '__metadata__', which means something else in the format."
    )
    with pytest.raises(nn.errors.WeightsFileError, match=r"takes a Module or a dict of arrays by name, not a list\."):
        nn.save([np.ones(1)], path)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_save_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    nn.save({"a": np.ones(2)}, path)

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        nn.save({"a": np.zeros(2)}, path)
    assert nn.load(path)["a"].tolist() == [1, 1]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", [nn.load, lambda path: nn.save({}, path)])
def test_a_path_is_a_path(call: Any) -> None:
    with pytest.raises(
        nn.errors.ArgumentError, match=r"^nn\.(load|save): path is a NoneType; write the path of a file\.$"
    ):
        call(None)


def test_a_missing_file_or_folder_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / "none")
    with pytest.raises(FileNotFoundError):
        nn.save({}, tmp_path / "none" / "file")
    nn.save({}, tmp_path / "nothing")
    assert nn.load(tmp_path / "nothing") == {}
