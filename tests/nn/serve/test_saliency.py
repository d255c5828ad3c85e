"""Probabilities and gradients against finite differences; drawings put where MNIST has its digits."""

from typing import Any

import numpy as np
import pytest

import nn
from nn.errors import ArgumentError, ModelFileError
from nn.serve import Service, explain
from nn.serve.centring import centred
from nn.serve.service import UploadError
from nn.sharing import ImageInput, TableInput
from tests.nn.serve.conftest import a_bundle, png, strokes_of


def small(outputs: int, invert: bool = False, flatten: bool = False) -> Any:
    """A model in double precision, so that differences are exact enough, of colour images 4 x 5."""
    rng = np.random.default_rng(0)
    layers = [] if flatten else [nn.Conv2d(3, 2, 3, padding=1, rng=rng), nn.Tanh(), nn.Dropout(), nn.Flatten()]
    model = nn.Sequential(*layers, nn.Linear(60 if flatten else 40, outputs, rng=rng), nn.Tanh())
    for p in model.parameters():
        p.data = p.data.astype(np.float64)
    reads = ImageInput((3, 4, 5), mean=(0.1, 0.2, 0.3), std=(0.5, 2.0, 1.0), invert=invert, flatten=flatten)
    return a_bundle(model, reads)


def score(bundle: Any, brightness: Any, k: int) -> float:
    """What is differentiated, of brightness 0..1 as the model sees it; written out on its own."""
    reads = bundle.input
    x = (brightness - np.reshape(reads.mean, (3, 1, 1))) / np.reshape(reads.std, (3, 1, 1))
    y = np.asarray(bundle.predict(x.reshape(1, -1) if reads.flatten else x[None]))[0]
    return float(y[k] if len(y) > 1 else (y[0] if k else -y[0]))


@pytest.mark.parametrize(
    ("outputs", "invert", "flatten"), [(4, False, False), (4, True, True), (1, False, True), (1, True, False)]
)
def test_the_gradient_is_that_of_finite_differences(outputs: int, invert: bool, flatten: bool) -> None:
    bundle = small(outputs, invert, flatten)
    bundle.model.train()  # which explain does not mind, nor predict: no dropout
    pixels = np.random.default_rng(1).integers(0, 256, (3, 4, 5))
    for k in range(max(outputs, 2)):
        found = explain(bundle, pixels, k)
        assert (found.chosen, found.score) == (k, "logit")
        assert np.sum(found.numbers) == pytest.approx(1)
        differences = np.zeros(pixels.shape)
        for place in np.ndindex(pixels.shape):
            step = np.zeros(pixels.shape)
            step[place] = 1e-5
            ends = [score(bundle, pixels / 255 + sign * step, k) for sign in (1, -1)]
            differences[place] = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose(found.saliency, differences, rtol=1e-4, atol=1e-6)
        assert np.abs(differences).max() > 0.01


def test_without_a_class_it_is_the_likeliest_and_nothing_of_the_model_changes() -> None:
    bundle = a_bundle()
    bundle.model.train()
    before = {name: value.copy() for name, value in bundle.model.state_dict().items()}
    found = explain(bundle, strokes_of((4, 4, 20, 8))[None])
    assert found.chosen == np.argmax(found.numbers)
    assert all(p.grad is None for p in bundle.model.parameters())
    assert all(np.array_equal(before[name], value) for name, value in bundle.model.state_dict().items())
    assert bundle.model.training
    for wrong in (10, -1, 1.5, "x"):
        with pytest.raises(ArgumentError, match="a class, 0 to 9"):
            explain(bundle, strokes_of()[None], wrong)  # type: ignore[arg-type]


def test_values_and_probabilities_have_their_names() -> None:
    image = strokes_of((4, 4, 20, 8))
    values = Service(a_bundle(output="values")).answer(png(image))
    assert (values["score"], values["probabilities"], len(values["values"])) == ("value", None, 10)
    model = nn.Sequential(nn.Linear(784, 3), nn.Softmax(-1))
    assert Service(a_bundle(model, output="probabilities")).answer(png(image))["score"] == "probability"


def test_models_that_cannot_be_shown() -> None:
    with pytest.raises(ModelFileError, match="'model' does not say what it reads"):
        Service(a_bundle(reads=None))
    with pytest.raises(ModelFileError, match="'model' reads rows of the columns a"):
        Service(a_bundle(reads=TableInput(["a"])))
    with pytest.raises(ModelFileError, match="10 numbers for 2 classes"):
        Service(a_bundle(classes=("a", "b")))
    with pytest.raises(ModelFileError, match="10 numbers for 2 classes"):
        Service(a_bundle(classes=("a", "b"), output="values"))
    with pytest.raises(ModelFileError, match="are the most"):
        Service(a_bundle(nn.Flatten(), ImageInput((1, 1000, 1000))))
    with pytest.raises(UploadError, match="reads colour"):
        Service(small(4)).answer(png(strokes_of()), centre=True)


# --------------------------------------------------------------------------------------------------------- centring


BOXES = [(2, 2, 12, 5), (60, 70, 99, 90), (0, 0, 99, 40), (30, 1, 33, 98)]
CORNER = [(10, 10, 50, 22), (10, 10, 22, 40)]  # its mass is not in the middle of its box


@pytest.mark.parametrize("boxes", [*([box] for box in BOXES), CORNER])
@pytest.mark.parametrize("light", [False, True])
def test_strokes_fill_the_box_with_their_mass_in_the_middle(boxes: list[Any], light: bool) -> None:
    image = strokes_of(*boxes, size=100)
    result = centred(255 - image if light else image, 28, 28).astype(float)
    rows, columns = (np.flatnonzero((result > 60).any(axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)
    assert result.max() == 255
    for axis in (0, 1):
        mass = result.sum(1 - axis)
        assert mass @ np.arange(28) / mass.sum() == pytest.approx(14, abs=0.51)


def test_what_is_centred_stays_nearly_as_it_is() -> None:
    once = centred(strokes_of((10, 10, 60, 18), (10, 10, 18, 50), size=100), 28, 28)
    assert np.abs(centred(once, 28, 28).astype(int) - once).mean() < 3


def test_nothing_drawn_is_nothing() -> None:
    for ground in (0, 100, 255):
        assert not centred(np.full((50, 50), ground, np.uint8), 28, 28).any()
    assert not Service(a_bundle()).answer(png(strokes_of()), centre=True)["seen"].count(255)


def test_a_model_of_dark_strokes_sees_the_same_digit() -> None:
    image = strokes_of((4, 10, 24, 14))
    answers = []
    for invert in (False, True):
        service = Service(a_bundle(reads=ImageInput((1, 28, 28), flatten=True, invert=invert)))
        file = png(255 - image if invert else image)
        answers.append([service.answer(file, centre=centre) for centre in (False, True)])
    for plain, turned in zip(*answers, strict=True):
        assert plain["seen"] == turned["seen"]
        np.testing.assert_allclose(plain["probabilities"], turned["probabilities"], rtol=1e-5)
        np.testing.assert_allclose(plain["saliency"], turned["saliency"], rtol=1e-3, atol=1e-6)
