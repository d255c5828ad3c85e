"""`save_model` and `load_model`: the same model elsewhere, and files that are hostile, damaged or half there."""

import io
import json
import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.graph import unwrap
from nn.sharing import ImageInput, TableInput, bundle, load_bundle, registry

KINDS = ["m.zip", "folder"]


@nn.register
class Tied(nn.Module):
    """Weights that are one, a buffer, batch statistics."""

    def __init__(self, width: int) -> None:
        self.a, self.b = nn.Linear(width, width), nn.Linear(width, width)
        self.b.weight = self.a.weight
        self.norm = nn.BatchNorm1d(width)
        self.register_buffer("seen", np.zeros(2, np.int64))

    def forward(self, x: Any) -> Any:
        return self.b(self.norm(self.a(x)))


@pytest.fixture
def model() -> Tied:
    model = Tied(3)
    model(np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32))
    return model


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_model_comes_back(kind: str, tmp_path: Path, model: Tied) -> None:
    nn.freeze(model, "norm", "a.bias")
    model.double()
    nn.save_model(model, tmp_path / kind)
    assert model.training
    loaded = nn.load_model(tmp_path / kind)
    assert isinstance(loaded, Tied)
    assert loaded.b.weight is loaded.a.weight
    assert not any(module.training for module in loaded.modules())
    state = model.state_dict()
    assert {k: (v.dtype, v.tobytes()) for k, v in loaded.state_dict().items()} == {
        k: (v.dtype, v.tobytes()) for k, v in state.items()
    }
    assert [p.requires_grad for p in loaded.parameters()] == [p.requires_grad for p in model.parameters()]
    loaded.train()
    assert (loaded.training, loaded.norm.training) == (True, False)
    x = np.ones((2, 3))
    assert np.array_equal(unwrap(loaded.eval()(x)), unwrap(model.eval()(x)))


def test_weights_that_were_untied_or_retied_are_so_again(tmp_path: Path, model: Tied) -> None:
    model.b.weight = nn.Parameter(np.zeros((3, 3), np.float32))
    model.b.bias = model.a.bias
    nn.save_model(model, tmp_path / "m.zip")
    loaded = nn.load_model(tmp_path / "m.zip")
    assert loaded.b.weight is not loaded.a.weight
    assert loaded.b.bias is loaded.a.bias
    assert not loaded.b.weight.data.any()


def test_what_was_saved_with_the_model(tmp_path: Path) -> None:
    card = {
        "name": "Digits",
        "task": "Reads a digit.",
        "figures": {"accuracy": np.float32(0.98766), "size": "8x8"},
        "limits": "Only 8x8.",
    }
    description = ImageInput((1, 8, 8), mean=0.5, std=[0.25], invert=True, flatten=True)
    classes = [*"0123456789"]
    net = nn.Sequential(nn.Linear(64, 10))
    nn.save_model(net, tmp_path / "digits", card=card, input=description, classes=classes)
    found = load_bundle(tmp_path / "digits")
    assert found.card == nn.sharing.Card(**card)  # the float32 is a number as others
    assert found.input == description
    assert (found.classes, found.output) == (tuple(classes), "logits")
    assert sorted(path.suffix for path in (tmp_path / "digits").iterdir()) == [".json", ".md", ".safetensors"]
    page = (tmp_path / "digits" / "README.md").read_text()
    for part in (
        "# Digits",
        "Reads a digit.",
        "| accuracy | 0.9877 |",
        "Only 8x8.",
        "grey images, 8 x 8",
        "0, 1, 2",
        "650",
    ):
        assert part in page
    assert np.allclose(found.probabilities(np.zeros((2, 64), np.float32)).sum(1), 1)


def test_the_same_model_makes_the_same_zip(tmp_path: Path, model: Tied) -> None:
    nn.save_model(model, tmp_path / "m.zip")
    first = (tmp_path / "m.zip").read_bytes()
    nn.save_model(nn.load_model(tmp_path / "m.zip"), tmp_path / "m.zip")
    assert (tmp_path / "m.zip").read_bytes() == first


def test_a_model_that_cannot_be_built_again_is_not_written(tmp_path: Path) -> None:
    @nn.register(name="counts")
    class Counts(nn.Module):
        built = 0

        def __init__(self) -> None:
            Counts.built += 1
            self.w = nn.Parameter(np.zeros(Counts.built))

    with pytest.raises(nn.errors.ModelFileError, match=r"(?s)^the model cannot be built again: .*of another shape: w"):
        nn.save_model(Counts(), tmp_path / "m.zip")
    model = nn.Linear(1, 1)
    model.later = nn.Parameter(1.0)
    with pytest.raises(nn.errors.ModelFileError, match="unexpected: later"):
        nn.save_model(model, tmp_path / "m.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": nn.Linear}, "model is the class Linear"),
        ({"path": 3}, "path is a int"),
        ({"card": {"nam": "x"}}, "unknown entry of a card 'nam'"),
        ({"card": {"name": 3}}, "name is a int; write a text"),
        ({"card": "x"}, "card is a str"),
        ({"card": {"figures": {"a": []}}}, r"figures\['a'\] is a list"),
        ({"card": {"figures": {"a": np.nan}}}, r"figures\['a'\] is a float; write a finite number"),
        ({"input": (1, 8, 8)}, "input is a tuple"),
        ({"classes": "0123"}, "classes is a str"),
        ({"classes": ["a"]}, "two names or more"),
        ({"output": "logit"}, "unknown output 'logit'"),
    ],
)
def test_arguments_of_another_kind(arguments: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(nn.errors.ArgumentError, match=message):
        nn.save_model(**{"model": nn.Linear(1, 1), "path": tmp_path / "m.zip", **arguments})
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------- writing that does not end


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_the_last_good_model_stays_when_writing_fails(
    kind: str, fails_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / kind
    old, new = nn.Linear(2, 2), nn.Linear(2, 2)
    nn.save_model(old, path)
    calls = 0

    def full(fd: int) -> None:
        nonlocal calls
        calls += 1
        if calls == (1 if kind == "m.zip" else fails_at):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        nn.save_model(new, path)
    monkeypatch.undo()
    assert np.array_equal(nn.load_model(path).weight.data, old.weight.data)
    assert not list(tmp_path.rglob(".*"))
    assert len(list(tmp_path.rglob("*.safetensors"))) == (kind == "folder")
    nn.save_model(new, path)
    assert np.array_equal(nn.load_model(path).weight.data, new.weight.data)


def test_other_files_of_a_folder_stay_and_old_weights_go(tmp_path: Path) -> None:
    nn.save_model(nn.Linear(2, 2), tmp_path / "m")
    (tmp_path / "m" / "curve.png").write_bytes(b"")
    nn.save_model(nn.Linear(2, 2), tmp_path / "m")
    assert sorted(path.suffix for path in (tmp_path / "m").iterdir()) == [".json", ".md", ".png", ".safetensors"]


def test_a_readme_of_something_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("my project")
    with pytest.raises(nn.errors.ModelFileError, match=r"has a README\.md of something else"):
        nn.save_model(nn.Linear(2, 2), tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("README.md", "my project")]


@pytest.mark.parametrize("card", [{"task": "\ud800"}, {"figures": {"\udc80": 1}}])
def test_texts_that_are_no_unicode(card: Any, tmp_path: Path) -> None:
    with pytest.raises(nn.errors.ModelFileError, match="a text cannot be written as UTF-8"):
        nn.save_model(nn.Linear(2, 2), tmp_path / "m", card=card)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("classes", [3, "ab", ["a"], [1, 2], {}])
def test_classes_that_are_none(classes: Any, tmp_path: Path) -> None:
    with pytest.raises(nn.errors.ArgumentError, match="two names or more"):
        nn.save_model(nn.Linear(2, 2), tmp_path / "m", classes=classes)


def test_paths_that_are_taken(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.zip").mkdir()
    with pytest.raises(nn.errors.ModelFileError, match="is a file"):
        nn.save_model(nn.Linear(1, 1), tmp_path / "file")
    with pytest.raises(nn.errors.ModelFileError, match="is a folder"):
        nn.save_model(nn.Linear(1, 1), tmp_path / "folder.zip")
    with pytest.raises(FileNotFoundError):
        nn.save_model(nn.Linear(1, 1), tmp_path / "no" / "m.zip")
    with pytest.raises(FileNotFoundError):
        nn.load_model(tmp_path / "none.zip")


# ------------------------------------------------------------------------------------------------------ hostile files


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, change: Callable[[dict[str, bytes]], Any], kind: int = zipfile.ZIP_STORED) -> Path:
    """The zip with other entries."""
    found = entries(path)
    change(found)
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in found.items():
            archive.writestr(name, data)
    return path


def edited(path: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    """The zip with another model.json."""

    def edit(found: dict[str, bytes]) -> None:
        document = json.loads(found["model.json"])
        change(document)
        found["model.json"] = json.dumps(document).encode()

    return rewritten(path, edit)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    nn.save_model(nn.Sequential(nn.Linear(2, 3)), tmp_path / "m.zip")
    return tmp_path / "m.zip"


def refused(path: Path, message: str) -> None:
    with pytest.raises(nn.errors.ModelFileError, match=message):
        nn.load_model(path)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "..\\x", "C:\\x", "a\\..\\x"])
def test_names_that_lead_out(name: str, saved: Path) -> None:
    refused(rewritten(saved, lambda found: found.update({name: b""})), "its name leads out of the model")


def test_a_bomb_is_not_read(saved: Path) -> None:
    bomb = bytes(50 << 20)
    path = rewritten(saved, lambda found: found.update({"model.json": bomb}), zipfile.ZIP_DEFLATED)
    refused(path, r"'model.json' is refused: it would grow from [\d,]+ bytes to 52,428,800")


def test_weights_that_are_all_zero_may_be_compressed(tmp_path: Path) -> None:
    model = nn.Linear(1000, 1000)
    for p in model.parameters():
        p.data[...] = 0
    nn.save_model(model, tmp_path / "m.zip")
    path = rewritten(tmp_path / "m.zip", lambda found: None, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 20_000
    assert not nn.load_model(path).weight.data.any()


def test_a_large_bomb_in_place_of_the_weights_is_not_read(saved: Path) -> None:
    with zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("x.safetensors", "w") as entry:
        for _ in range(257):
            entry.write(bytes(1 << 20))
    refused(saved, r"'x.safetensors' is refused: it would grow from [\d,]+ bytes to 269,484,032")


@pytest.mark.parametrize("bit", [5, 6])
def test_entries_that_zipfile_does_not_read(bit: int, saved: Path) -> None:
    data = bytearray(saved.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1 << bit  # in the directory
    saved.write_bytes(data)
    refused(saved, "'model.json' is damaged")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="a device")
def test_a_device_is_not_read() -> None:
    refused(Path("/dev/null"), "/dev/null is neither a folder nor a file")


def test_a_length_that_lies(saved: Path) -> None:
    data = bytearray(saved.read_bytes())
    place = data.rfind(b"PK\x01\x02")  # the last entry of the directory, model.json
    size = struct.unpack_from("<I", data, place + 24)[0]
    struct.pack_into("<I", data, place + 24, size - 10)
    saved.write_bytes(data)
    refused(saved, "'model.json' is damaged")


def test_an_architecture_of_many_bytes(saved: Path) -> None:
    path = rewritten(saved, lambda found: found.update({"model.json": os.urandom(5 << 20)}))
    refused(path, r"'model.json' has 5,242,880 bytes; 4,194,304 are the most")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_comes_twice(saved: Path) -> None:
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("model.json", b"{}")
    refused(saved, "'model.json' is refused: it comes twice")


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions(kind: int, saved: Path) -> None:
    refused(rewritten(saved, lambda found: None, kind), "compressed in a way that is not read")


def test_what_is_no_zip(tmp_path: Path, saved: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04" + bytes(50))
    refused(tmp_path / "x.zip", "is no zip, or a damaged one")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", r"empty has no 'model.json'")
    rewritten(saved, lambda found: found.pop("model.json"))
    refused(saved, "has no 'model.json'")


def test_weights_that_are_missing_or_others(saved: Path, tmp_path: Path) -> None:
    name = next(name for name in entries(saved) if name.startswith("weights"))
    data = saved.read_bytes()
    refused(rewritten(saved, lambda found: found.update({name: found[name][:-1]})), "is damaged, or not the one")
    saved.write_bytes(data)
    refused(rewritten(saved, lambda found: found.pop(name)), f"has no '{name}'")


def test_zips_that_were_cut_or_changed_anywhere(saved: Path) -> None:
    data = saved.read_bytes()
    rng = np.random.default_rng(0)
    good = nn.load_model(saved).state_dict()
    for i in range(300):
        broken = bytearray(data)
        if i % 3:
            broken[rng.integers(len(data))] ^= 1 << rng.integers(8)
        else:
            del broken[rng.integers(len(data)) :]
        saved.write_bytes(broken)
        try:
            state = nn.load_model(saved).state_dict()
        except nn.errors.ModelFileError:
            continue
        assert all(np.array_equal(value, good[name]) for name, value in state.items())  # times, attributes


def change(**parts: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.update(parts)


DOCUMENTS = [
    (change(format="x"), "not that of a saved model"),
    (change(version=2), "is of version 2; this release reads version 1"),
    (change(extra=1), "too many entries: extra"),
    (lambda document: document.pop("card"), "entries: card"),
    (change(weights={"file": "../../etc/passwd", "sha256": ""}), "the weights are"),
    (change(weights={"file": "/etc/passwd", "sha256": ""}), "the weights are"),
    (change(weights=None), "the weights are None"),
    (change(architecture={"class": "Linear", "arguments": {"in_features": 2, "out_features": 3}}), "builds another"),
    (change(architecture={"class": "ReLU"}), "unexpected: 0"),
    (change(architecture={"class": "Popen", "arguments": {"args": "ls"}}), "'Popen', which is not registered"),
    (change(architecture={}), "described by {}, which is no module"),
    (change(shared=[["0.weight", "0.bias"]]), "shared parameters are"),
    (change(shared=[["0.weight", 1]]), "shared parameters are"),
    (change(shared=1), "shared parameters are None"),
    (change(frozen=[]), r"frozen is \[\]"),
    (change(frozen={"modules": ["x"], "parameters": []}), "a frozen module is 'x'"),
    (change(frozen={"modules": [], "parameters": [[]]}), r"a frozen parameter is \[\]"),
    (change(classes=3), "the classes are 3"),
    (change(output="code"), "the output is 'code'"),
    (change(input={"kind": "code"}), "the input is described by"),
    (change(input={"kind": "image", "shape": [1, 8]}), "ImageInput: shape"),
    (change(input={"kind": "image", "shape": [1, 10**9, 10**9]}), "ImageInput: shape"),
    (change(input={"kind": "image"}), "not those of ImageInput"),
    (change(input={"kind": "table", "columns": ["a"], "eval": 1}), "not those of TableInput"),
    (change(card={"name": 1}), "name is a int"),
    (change(card=[]), "card is a list"),
    (change(card={"figures": {"accuracy": 10**400}}), r"figures\['accuracy'\] is"),
    (change(output=["logits"]), r"the output is \['logits'\]"),
    (change(input={"kind": {}}), "the input is described by"),
    (change(input={"kind": "table", "columns": ["a", "b"], "means": [1, [2]]}), "TableInput: means"),
    (change(input={"kind": "table", "columns": ["a"], "means": [10**400]}), "TableInput: means"),
    (lambda document: document["architecture"]["modules"]["0"].update(modules=3), "'modules' is 3"),
]


@pytest.mark.parametrize(("edit", "message"), DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_a_document_that_is_wrong(edit: Callable[[dict[str, Any]], Any], message: str, saved: Path) -> None:
    refused(edited(saved, edit), message)


TEXTS = [
    (b"[" * 100_000, "nested more than 200 levels deep"),
    (b"[" * 300 + b"]" * 300, "nested more than 200 levels deep"),
    (b'{"format": NaN}', "NaN is no number in JSON"),
    (b'{"format": 1, "format": 1}', "a name comes twice"),
    (b"\xff\xfe", "is no JSON"),
    (b"", "is no JSON"),
    (b"[]", "not that of a saved model"),
    (b'{"format": ' + b"9" * 10_000 + b"}", "is no JSON that is read"),
]


@pytest.mark.parametrize(("text", "message"), TEXTS, ids=range(len(TEXTS)))
def test_a_text_that_is_no_document(text: bytes, message: str, saved: Path) -> None:
    refused(rewritten(saved, lambda found: found.update({"model.json": text})), message)


def test_a_class_that_is_not_registered_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Tied) -> None:
    nn.save_model(model, tmp_path / "m.zip")
    monkeypatch.setattr(registry, "REGISTERED", {})
    message = r"the model is of the class 'Tied', which is not registered\. Import the file that defines it"
    with pytest.raises(nn.errors.ModelFileError, match=message):
        nn.load_model(tmp_path / "m.zip")


@pytest.fixture(autouse=True)
def _own_register() -> Iterator[None]:
    """What a test registers is gone afterwards."""
    before = dict(registry.REGISTERED)
    yield
    registry.REGISTERED.clear()
    registry.REGISTERED.update(before)


def test_probabilities_of_one_logit_and_of_other_shapes() -> None:
    line = nn.Linear(1, 1)
    line.load_state_dict({"weight": [[1.0]], "bias": [0.0]})
    found = bundle.Bundle(line, nn.sharing.Card(), None, ("no", "yes"), "logits")
    p = found.probabilities(np.array([[0.0], [np.log(3)]], np.float32))
    assert np.allclose(p, [[0.5, 0.5], [0.25, 0.75]])
    with pytest.raises(nn.errors.ModelFileError, match=r"returns shape \(1, 1, 1\)"):
        found.probabilities(np.ones((1, 1, 1), np.float32))
    with pytest.raises(nn.errors.ModelFileError, match="returns 2 numbers for 3 classes"):
        found._replace(classes=("a", "b", "c")).probabilities(np.ones((1, 1), np.float32))


def test_a_table_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    description = TableInput(["b", "a"], means=[1, 2], scales=[2, 4])
    file = tmp_path / "x.csv"
    file.write_text("\ufeffa,c, b\n6,x,3\n2,y,1\n", encoding="utf-8")
    assert description.read(file).tolist() == [[1, 1], [0, 0]]
    file.write_text("3,6\n")
    assert description.read(file).tolist() == [[1, 1]]


def test_an_image_is_scaled_and_turned_round(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    image.fromarray(np.array([[0, 255]], np.uint8)).save(tmp_path / "x.png")
    assert ImageInput((1, 1, 2), invert=True).read(tmp_path / "x.png").tolist() == [[[[1, 0]]]]
    x = ImageInput((3, 2, 4), mean=(0, 1, 0), std=0.5, flatten=True).read(tmp_path / "x.png")
    assert (x.shape, x.dtype, x.min(), x.max()) == ((1, 24), np.float32, -2, 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ImageInput((2, 8, 8)),
        lambda: ImageInput((1, 8, 8), mean=np.inf),
        lambda: ImageInput((3, 8, 8), std=(1, 2)),
        lambda: ImageInput((1, 8, 8), std=0),
        lambda: ImageInput((1, 8, 8), invert=1),
        lambda: TableInput([]),
        lambda: TableInput(["a", "a"]),
        lambda: TableInput("ab"),
        lambda: TableInput(["a", "b"], means=[1, 2, 3]),
        lambda: TableInput(["a"], scales=[0]),
    ],
)
def test_inputs_outside_their_range(make: Callable[[], Any]) -> None:
    with pytest.raises(nn.errors.ArgumentError):
        make()


def test_a_zip_of_a_zip_is_none(saved: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(saved, "m.zip")
    saved.write_bytes(buffer.getvalue())
    refused(saved, "has no 'model.json'")
