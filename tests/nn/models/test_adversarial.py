"""The players of a generative adversarial network: shapes, ranges, and that examples are judged one by one."""

from __future__ import annotations

import numpy as np
import pytest

from nn import errors
from nn.models import Discriminator, Generator


def test_the_generator_makes_images_of_numbers() -> None:
    rng = np.random.default_rng(0)
    images = Generator(16, 4, rng)(rng.standard_normal((5, 16), np.float32)).data
    assert images.shape == (5, 1, 28, 28)
    assert images.dtype == np.float32
    assert 0 < images.min() < images.max() < 1


def test_the_discriminator_judges_each_image_by_itself() -> None:
    rng = np.random.default_rng(0)
    model, x = Discriminator(4, rng=rng).eval(), rng.random((6, 1, 28, 28), np.float32)
    assert model(x).shape == (6, 1)
    np.testing.assert_allclose(model(x).data[2:3], model(x[2:3]).data, rtol=1e-5, atol=1e-6)


def test_the_discriminator_adds_how_well_an_image_fits_its_class() -> None:
    rng = np.random.default_rng(0)
    model, x, y = Discriminator(4, 10, rng).eval(), rng.random((6, 1, 28, 28), np.float32), np.array([3, 0, 9, 3, 1, 2])
    features = model.features(x).data
    expected = features @ model.verdict.weight.data.T + model.verdict.bias.data
    expected += np.sum(features * model.fit.weight.data[y], axis=1, keepdims=True)
    np.testing.assert_allclose(model(x, y).data, expected, rtol=1e-5, atol=1e-6)


def test_a_discriminator_of_classes_says_that_it_was_given_none() -> None:
    with pytest.raises(errors.ArgumentError, match=r"Discriminator: y is .*; write the classes \(N,\) of the images"):
        Discriminator(4, 10)(np.zeros((2, 1, 28, 28), np.float32))
