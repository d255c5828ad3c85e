"""Autoencoders: shapes, noise that is there in training alone, and the variational bound."""

from __future__ import annotations

import numpy as np
import pytest

from nn.models import Autoencoder, VariationalAutoencoder


def test_it_rebuilds_in_the_range_of_pixels_through_few_numbers() -> None:
    rng = np.random.default_rng(0)
    model, x = Autoencoder(784, 128, 32, rng=rng), rng.random((5, 784), np.float32)
    assert model.encoder(x).shape == (5, 32)
    assert model(x).shape == (5, 784)
    assert 0 < model(x).data.min() < model(x).data.max() < 1
    assert sum(p.size for p in model.parameters()) == 2 * (784 * 128 + 128 * 32) + 128 + 32 + 128 + 784


def test_noise_is_there_in_training_alone_and_takes_the_share_it_is_told() -> None:
    model, x = Autoencoder(1000, 3, noise=0.3, rng=np.random.default_rng(0)), np.ones((100, 1000), np.float32)
    np.testing.assert_allclose(model.corrupted(x).mean(), 0.7, atol=0.006)  # 4 deviations
    assert np.any(model(x).data != model(x).data)
    model.eval()
    np.testing.assert_array_equal(model(x).data, model(x).data)


@pytest.mark.parametrize(("mean", "spread"), [(0.0, 0.0), (1.5, 0.0), (0.0, -1.0), (-0.7, 0.4)])
def test_the_bound_is_the_cost_of_rebuilding_and_the_divergence_of_the_codes(mean: float, spread: float) -> None:
    model, x = VariationalAutoencoder(3, 1, rng=np.random.default_rng(0)), np.array([[0.0, 1.0, 1.0]])
    for p in model.parameters():
        p.data = np.zeros(p.shape)
    model.encoder[0].bias.data = np.array([mean, spread])  # whatever it sees; the decoder says 1/2 of whatever code
    z, dz = np.linspace(-12, 12, 200_001, retstep=True)
    log_q = -0.5 * ((z - mean) / np.exp(spread)) ** 2 - spread
    divergence = np.sum(np.exp(log_q) * (log_q + 0.5 * z**2)) * dz / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(model.nats(x).data, [3 * np.log(2) + divergence], rtol=1e-6)


def test_gradients_reach_mean_and_deviation_through_what_is_drawn() -> None:
    rng = np.random.default_rng(0)
    model, x = VariationalAutoencoder(6, 5, 2, rng=rng).to(np.float64), rng.random((4, 6))

    def cost() -> float:
        model.rng = np.random.default_rng(1)  # the same noise each time
        return float(np.sum(model.nats(x).data))

    model.rng = np.random.default_rng(1)
    np.sum(model.nats(x)).backward()
    for p in model.parameters():
        direction, step = rng.normal(size=p.shape), 1e-6
        found, start = np.sum(p.grad * direction), p.data
        p.data = start + step * direction
        above = cost()
        p.data = start - step * direction
        slope = (above - cost()) / (2 * step)
        p.data = start
        np.testing.assert_allclose(found, slope, rtol=1e-5, atol=1e-7)


def test_samples_are_drawn_anew_each_time() -> None:
    model = VariationalAutoencoder(6, 5, 2, rng=np.random.default_rng(0))
    first, second = model.sample(3).data, model.sample(3).data
    assert first.shape == (3, 6)
    assert np.any(first != second)
    x = np.ones((1, 6), np.float32)
    model.eval()
    np.testing.assert_array_equal(model(x).data, model(x).data)
