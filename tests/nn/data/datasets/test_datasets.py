"""The data sets: what they return, read from small stand-ins in their layout, and stand-ins that are wrong."""

import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.data import datasets
from tests.nn.data.datasets.test_idx import idx

# -------------------------------------------------------------------------------------------------------------- points


@pytest.mark.parametrize("name", ["moons", "circles", "spirals", "xor", "ring_of_gaussians"])
def test_points_are_drawn_from_the_generator(name: str) -> None:
    make = getattr(datasets, name)
    noise = {} if name == "ring_of_gaussians" else {"noise": 0.1}
    x, y = make(101, **noise, rng=np.random.default_rng(0))
    assert (x.dtype, x.shape, y.dtype, y.shape) == (np.float32, (101, 2), np.int64, (101,))
    again, labels = make(101, **noise, rng=np.random.default_rng(0))
    assert np.array_equal(x, again)
    assert np.array_equal(y, labels)
    assert not np.array_equal(x, make(101, **noise, rng=np.random.default_rng(1))[0])
    nn.manual_seed(0)
    default = make(101, **noise)[0]
    nn.manual_seed(0)
    assert np.array_equal(make(101, **noise)[0], default)
    with pytest.raises(nn.errors.ArgumentError, match=f"{name}: n=0"):
        make(0)
    with pytest.raises(nn.errors.ArgumentError, match=rf"{name}: (noise|std)=-1"):
        make(10, **{"std" if name == "ring_of_gaussians" else "noise": -1})
    with pytest.raises(nn.errors.ArgumentError, match=rf"{name}: (noise|std)=inf; it must be a finite number"):
        make(10, **{"std" if name == "ring_of_gaussians" else "noise": float("inf")})
    with pytest.raises(nn.errors.ArgumentError, match="rng is a int"):
        make(10, **noise, rng=0)


def test_xor_is_the_truth_table() -> None:
    x, y = datasets.xor()
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == [0, 1, 1, 0]


def test_moons_and_circles_lie_on_their_curves() -> None:
    x, y = datasets.circles(100, noise=0, rng=np.random.default_rng(0))
    assert np.allclose(np.hypot(*x.T), np.where(y, 0.5, 1), atol=1e-6)
    x, y = datasets.moons(100, noise=0, rng=np.random.default_rng(0))
    assert np.allclose(np.hypot(*(x - np.where(y[:, None], [1, 0.5], 0)).T), 1, atol=1e-6)


def test_spirals_turn_and_are_even() -> None:
    x, y = datasets.spirals(300, arms=3, turns=1.5, noise=0, rng=np.random.default_rng(0))
    radius, angle = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    assert np.bincount(y).tolist() == [100, 100, 100]
    turned = angle / (2 * np.pi) - 1.5 * radius - y / 3
    assert np.allclose(turned, np.round(turned), atol=1e-4)
    assert 0.9 < radius.max() <= 1


def test_gaussians_stand_on_a_ring() -> None:
    x, y = datasets.ring_of_gaussians(5000, modes=5, radius=3, std=0.1, rng=np.random.default_rng(0))
    for mode in range(5):
        points = x[y == mode]
        angle = 2 * np.pi * mode / 5
        assert np.allclose(points.mean(axis=0), [3 * np.cos(angle), 3 * np.sin(angle)], atol=0.02)
        assert np.allclose(points.std(axis=0), 0.1, atol=0.01)


def test_digits_are_images() -> None:
    x, y = datasets.digits()
    assert (x.dtype, x.shape, y.dtype) == (np.float32, (1797, 1, 8, 8), np.int64)
    assert (x.min(), x.max()) == (0, 1)
    assert np.bincount(y).min() > 170


# --------------------------------------------------------------------------------------------------------------- files


def images(folder: Path, name: str = "mnist", **changed: Any) -> Path:
    """A folder with five images to train with and three to test with."""
    rng = np.random.default_rng(0)
    parts = {
        "train-images-idx3": rng.integers(0, 256, (5, 28, 28)),
        "train-labels-idx1": np.array([0, 9, 1, 2, 3]),
        "t10k-images-idx3": rng.integers(0, 256, (3, 28, 28)),
        "t10k-labels-idx1": np.array([4, 5, 6]),
    }
    (folder / name).mkdir()
    for key, array in {**parts, **{key.replace("_", "-"): value for key, value in changed.items()}}.items():
        (folder / name / f"{key}-ubyte.gz").write_bytes(gzip.compress(idx(array)))
    return folder


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_images_in_two_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CHAINRULE_DATA", str(images(tmp_path, name)))
    (x, y), (x_test, y_test) = getattr(datasets, name)()
    assert (x.dtype, x.shape, x_test.shape) == (np.float32, (5, 1, 28, 28), (3, 1, 28, 28))
    assert (y.dtype, y.tolist(), y_test.tolist()) == (np.int64, [0, 9, 1, 2, 3], [4, 5, 6])
    pixels = np.random.default_rng(0).integers(0, 256, (5, 28, 28))
    assert np.array_equal(np.rint(x[:, 0] * 255), pixels)
    assert x.max() <= 1
    assert len(datasets.FASHION_CLASSES) == 10


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"train_images_idx3": np.zeros((5, 27, 28))}, "holds uint8(5, 27, 28); it must be uint8(N, 28, 28)."),
        ({"train_images_idx3": np.zeros(5)}, "holds uint8(5,); it must be uint8(N, 28, 28)."),
        ({"t10k_labels_idx1": np.zeros((3, 1))}, "holds uint8(3, 1); it must be uint8(N,)."),
        ({"train_labels_idx1": np.zeros(4)}, "train-labels-idx1-ubyte.gz 4 labels."),
        ({"t10k_labels_idx1": np.array([0, 10, 1])}, "has the label 10; they must be 0..9."),
    ],
)
def test_images_of_another_form_are_named(tmp_path: Path, changed: Any, text: str) -> None:
    with pytest.raises(nn.errors.DataFileError, match=re.escape(text)):
        datasets.mnist(images(tmp_path, **changed))


def file(folder: Path, path: str, content: str | bytes) -> Path:
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_names_are_a_list_of_lines(tmp_path: Path) -> None:
    for end in ("", "\n", "\r\n"):
        assert datasets.names(file(tmp_path, "names/names.txt", f"anna\r\nbob\neve{end}")) == ["anna", "bob", "eve"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("anna\nBob\n", "line 2: 'Bob' is no name in small letters a-z."),
        ("anna\n\nbob", "line 2: '' is no name"),
        ("", "names.txt is empty."),
        (b"\xff\xfe", "names.txt is no text in UTF-8"),
        ("an\0na\n", "names.txt is no text: it has zero bytes."),
    ],
)
def test_what_is_no_list_of_names_is_named(tmp_path: Path, content: Any, text: str) -> None:
    with pytest.raises(nn.errors.DataFileError, match=re.escape(text)):
        datasets.names(file(tmp_path, "names/names.txt", content))


def test_shakespeare_is_one_text(tmp_path: Path) -> None:
    assert datasets.shakespeare(file(tmp_path, "shakespeare/input.txt", "To be,\nor not")) == "To be,\nor not"


CHURN = (
    "RowNumber,CustomerId,Surname,CreditScore,Geography,Gender,Age,Tenure,Balance,NumOfProducts,HasCrCard,"
    "IsActiveMember,EstimatedSalary,Exited\r\n"
    "1,10,Doe?,600,Spain,Male,40,2,0,1,1,0,1000.5,1\r\n"
    "2,11,Roe,700,France,Female,41.5,3,0.25,2,0,1,2000,0\r\n"
)


def test_churn_is_numbers(tmp_path: Path) -> None:
    x, y = datasets.churn(file(tmp_path, "churn/Churn_Modelling.csv", CHURN))
    assert (x.dtype, x.shape, y.dtype) == (np.float32, (2, len(datasets.CHURN_COLUMNS)), np.int64)
    rows = [dict(zip(datasets.CHURN_COLUMNS, row.tolist(), strict=True)) for row in x]
    assert [row["CreditScore"] for row in rows] == [600, 700]
    assert [row["Age"] for row in rows] == [40, 41.5]
    assert [(row["Geography=France"], row["Geography=Germany"], row["Geography=Spain"]) for row in rows] == [
        (0, 0, 1),
        (1, 0, 0),
    ]
    assert [(row["Gender=Female"], row["Gender=Male"]) for row in rows] == [(0, 1), (1, 0)]
    assert [row["EstimatedSalary"] for row in rows] == [1000.5, 2000]
    assert y.tolist() == [1, 0]


def test_admissions_are_numbers(tmp_path: Path) -> None:
    x, y = datasets.admissions(file(tmp_path, "admissions/binary.csv", "admit,gre,gpa,rank\n0,380,3.5,3\n1,660,4,1\n"))
    assert datasets.ADMISSIONS_COLUMNS == ("gre", "gpa", "rank")
    assert x.tolist() == [[380, 3.5, 3], [660, 4, 1]]
    assert (x.dtype, y.dtype, y.tolist()) == (np.float32, np.int64, [0, 1])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            ("Spain", "Portugal"),
            "column Geography, row 1 below the names: 'Portugal'; it must be one of",
        ),
        ((",1\r\n", ",3\r\n"), "column Exited: it must hold 0 and 1, and has 0..3."),
        (("Exited", "Left"), "they must be RowNumber, CustomerId"),
    ],
)
def test_another_table_under_the_name_is_named(tmp_path: Path, change: Any, text: str) -> None:
    with pytest.raises(nn.errors.DataFileError, match=re.escape(text)):
        datasets.churn(file(tmp_path, "churn/Churn_Modelling.csv", CHURN.replace(*change)))
