"""The recipe `deep`: the gradients of its networks, layer by layer."""

from __future__ import annotations

import numpy as np

from nn.layers import LayerNorm, Linear
from nn.models import MLP
from nn.recipes import deep


def test_the_gradient_norm_of_each_layer_is_that_of_its_weight() -> None:
    rng = np.random.default_rng(0)
    model = MLP(3, 4, 2, activation="sigmoid", rng=rng)
    x, y = rng.normal(size=(5, 3)).astype(np.float32), np.arange(5) % 2
    norms = deep.gradient_norms(model, x, y)
    assert norms == [float(np.linalg.norm(model[i].weight.grad)) for i in (0, 2)]
    assert norms == deep.gradient_norms(model, x, y)  # they are not added up


def test_twenty_layers_of_sigmoids_lose_the_gradient_and_normalized_ones_keep_it() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.random((64, 64), dtype=np.float32), np.arange(64) % 10
    of_sigmoids = deep.gradient_norms(MLP(*deep.SIZES, activation="sigmoid", rng=rng), x, y)
    of_norms = deep.gradient_norms(deep.normalized(rng), x, y)
    assert len(of_sigmoids) == len(of_norms) == 20
    assert of_sigmoids == sorted(of_sigmoids)
    assert of_sigmoids[0] < 1e-6 * of_sigmoids[-1]
    assert of_norms[0] > 0.1 * of_norms[-1]


def test_the_normalized_network_ends_in_logits() -> None:
    model = deep.normalized(np.random.default_rng(0))
    assert isinstance(model[-1], Linear)
    assert sum(isinstance(layer, LayerNorm) for layer in model) == 19
