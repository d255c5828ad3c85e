"""Transfer learning: what is frozen does not move by a bit, a new head learns, parts have rates of their own."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd.graph import unwrap


def network() -> nn.Sequential:
    rng = np.random.default_rng(0)
    body = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5, rng=rng))
    return nn.Sequential({"body": body, "head": nn.Linear(8, 3, rng=rng)})


def data(classes: int = 3) -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    return rng.normal(2, 3, (64, 4)).astype(np.float32), rng.integers(0, classes, 64)


def bits(model: nn.Module) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in model.state_dict().items()}


def fit(model: nn.Module, optimizer: nn.optim.Optimizer, classes: int = 3) -> None:
    nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=optimizer, rng=np.random.default_rng(2)).fit(
        *data(classes), epochs=2, verbose=False
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda p: nn.optim.Adam(p, lr=0.1, weight_decay=0.1),
        lambda p: nn.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1),
    ],
)
def test_frozen_weights_and_statistics_do_not_move_by_a_bit(make: Any) -> None:
    model = network()
    optimizer = make(model.parameters())
    fit(model, optimizer)  # there are gradients and moments now
    nn.freeze(model, "body")
    before = bits(model)
    fit(model, optimizer)
    after = bits(model)
    assert {name for name in after if after[name] != before[name]} == {"head.weight", "head.bias"}
    nn.unfreeze(model, "body")
    fit(model, optimizer)
    assert not {name for name, value in bits(model).items() if value == after[name]}


def test_a_new_head_learns_other_classes_with_a_rate_of_its_own() -> None:
    model = nn.freeze(network())
    model["head" if isinstance(model, nn.ModuleDict) else -1] = nn.Linear(8, 2)
    nn.unfreeze(model, "body.1")
    groups = [{"params": model.head.parameters()}, {"params": model.body[1].parameters(), "lr": 0.0}]
    before = bits(model)
    fit(model, nn.optim.SGD(groups, lr=0.1), 2)
    moved = {name for name, value in bits(model).items() if value != before[name]}
    statistics = {"body.1.running_mean", "body.1.running_var", "body.1.num_batches_tracked"}
    assert moved == {"head.weight", "head.bias", *statistics}


def test_frozen_modules_stay_in_evaluation_mode() -> None:
    model = nn.freeze(network(), "body")
    assert [name for name, module in model.train().named_modules() if module.training] == ["", "head"]
    x = data()[0]
    assert np.array_equal(unwrap(model(x)), unwrap(model.eval()(x)))  # neither batch statistics nor dropout
    nn.unfreeze(model.train())
    assert all(module.training for module in model.modules())


def test_parts_take_the_mode_of_the_model_when_they_are_unfrozen() -> None:
    model = nn.freeze(network(), "body").eval()
    nn.unfreeze(model, "body.1")
    assert not model.body[1].training
    nn.unfreeze(model.train(), "body")
    assert model.body[1].training


def test_a_parameter_alone() -> None:
    model = nn.freeze(network(), "head.bias", "body.0.weight")
    frozen = [name for name, p in model.named_parameters() if not p.requires_grad]
    assert frozen == ["body.0.weight", "head.bias"]
    assert model.head.training
    assert nn.unfreeze(model, "head.bias").head.bias.requires_grad


@pytest.mark.parametrize("function", [nn.freeze, nn.unfreeze])
def test_a_path_that_leads_to_nothing(function: Any) -> None:
    model = network()
    with pytest.raises(nn.errors.ModuleError, match=r"no module or parameter 'bodi'\. There are 'body'"):
        function(model, "head", "bodi")
    assert model.head.weight.requires_grad
    with pytest.raises(nn.errors.ArgumentError, match="a name is a int"):
        function(model, 0)
    with pytest.raises(nn.errors.ArgumentError, match="model is a list"):
        function([model])


def test_a_gradient_that_was_there_is_forgotten() -> None:
    model = network()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    x, y = data()
    nn.functional.cross_entropy(model(x), y).backward()
    before = nn.freeze(model, "head").head.weight.data.copy()
    optimizer.step()
    assert np.array_equal(model.head.weight.data, before)
