"""Every layer and loss against finite differences, first and second order; every optimizer by what it does.

A layer, loss or optimizer without a row here fails a test.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd.testing import assert_gradients
from autograd.testing.strategies import arrays, away_from
from nn import optim
from nn.losses import Loss
from tests.conftest import few

HUNDREDTHS = st.integers(-300, 300).map(lambda n: n / 100)  # a product of tiny numbers is nothing in float32
ANY = arrays([np.float32, np.float64], elements=HUNDREDTHS)
BATCHES = arrays([np.float32, np.float64], shapes=[(1, 3), (4, 3), (2, 5, 3)], elements=HUNDREDTHS)
OFF_KINK = away_from(0, min_value=-3, max_value=3, shapes=[(), (4,), (2, 3)])
LOGITS = arrays([np.float64], shapes=[(1, 3), (4, 3)], min_value=-6, max_value=6)

LAYERS: dict[type[nn.Module], list[tuple[nn.Module, Any]]] = {
    nn.Linear: [(nn.Linear(3, 2), BATCHES), (nn.Linear(3, 2, bias=False), BATCHES)],
    nn.ReLU: [(nn.ReLU(), OFF_KINK)],
    nn.Sigmoid: [(nn.Sigmoid(), ANY)],
    nn.Tanh: [(nn.Tanh(), ANY)],
    nn.Dropout: [(nn.Dropout(0.5).eval(), ANY)],
    nn.Sequential: [(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)), BATCHES)],
}
LOSSES: dict[type[Loss], Any] = {
    nn.MSELoss: lambda x: x * 0.5 + 1,
    nn.CrossEntropyLoss: lambda x: np.arange(len(x)) % x.shape[1],
}
OPTIMIZERS = {
    optim.SGD: [{"lr": 0.1}, {"lr": 0.05, "momentum": 0.9, "nesterov": True}, {"lr": 0.1, "weight_decay": 0.01}],
    optim.Adam: [{"lr": 0.1}, {"lr": 0.1, "betas": (0.8, 0.9)}],
}


def public(package: Any, base: type) -> set[type]:
    found = {vars(package)[name] for name in package.__all__}
    return {item for item in found if isinstance(item, type) and issubclass(item, base) and item is not base}


def test_every_layer_loss_and_optimizer_has_a_row() -> None:
    losses = public(nn, Loss)
    assert public(nn, nn.Module) - losses == set(LAYERS)
    assert losses == set(LOSSES)
    assert public(optim, optim.Optimizer) == set(OPTIMIZERS)


@pytest.mark.parametrize(("layer", "inputs"), [pair for rows in LAYERS.values() for pair in rows], ids=repr)
@given(data=st.data())
@few
def test_a_layer_by_its_input_and_its_parameters(layer: nn.Module, inputs: Any, data: Any) -> None:
    x = data.draw(inputs)
    assert_gradients(layer, x, order=2)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("kind", LOSSES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@few
def test_a_loss_by_its_input(kind: type[Loss], reduction: str, data: Any) -> None:
    x = data.draw(LOGITS)
    target = LOSSES[kind](x)
    loss = kind(reduction=reduction)
    assert_gradients(lambda x: loss(x, target), x, order=2)


@pytest.mark.parametrize(
    ("kind", "options"), [(kind, options) for kind, rows in OPTIMIZERS.items() for options in rows], ids=str
)
@given(start=arrays([np.float64], shapes=[(3,)], min_value=-2, max_value=2))
@few
def test_an_optimizer_goes_downhill_to_the_minimum_of_a_bowl(kind: Any, options: dict[str, Any], start: Any) -> None:
    w = nn.Parameter(start)
    optimizer = kind([w], **options)
    for _ in range(300):
        optimizer.zero_grad()
        loss = ((w - 1) ** 2 * np.array([1.0, 2.0, 0.5])).sum()
        loss.backward()
        optimizer.step()
    assert np.max(np.abs(w.data - 1)) < 0.05
