"""Side by side with PyTorch: the tables in ``parity/``, starting weights, names."""

import inspect
import operator
from typing import Any, get_overloads

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import grad
from nn.layers.container import Sequential
from nn.stateless import functional_call
from tests.conftest import few
from tests.nn.parity import ROWS, optimizers, schedulers, twins
from tests.nn.parity.cases import compared
from tests.nn.parity.training import TRAINING, Row

torch = pytest.importorskip("torch")
TOLERANCE: Any = {"rtol": 1e-12, "atol": 1e-12}


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


def assert_close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), **TOLERANCE)


def pair_of_linears(rng: np.random.Generator, bias: bool = True) -> tuple[nn.Linear, Any]:
    ours = nn.Linear(3, 5, bias, dtype=np.float64, rng=rng)
    theirs = torch.nn.Linear(3, 5, bias, dtype=torch.float64)
    theirs.load_state_dict({name: torch.tensor(value) for name, value in ours.state_dict().items()})
    return ours, theirs


def is_layer(item: Any) -> bool:
    return isinstance(item, type) and issubclass(item, nn.Module)


def parameters(function: Any, without: set[str]) -> list[tuple[str, Any]]:
    """The parameters of a function with their defaults, in order."""
    given = inspect.signature(function).parameters.values()
    return [(p.name, getattr(p.default, "__name__", p.default)) for p in given if p.name not in {"self", *without}]


def test_every_layer_and_loss_is_in_the_table() -> None:
    modules = {name for name in nn.__all__ if is_layer(getattr(nn, name))}
    assert modules - {"Module", "ParameterDict"} == {name for name in ROWS if "." not in name}


@pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")  # PyTorch's: it copies the input
@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
@few
def test_a_part_is_that_of_pytorch(name: str, data: Any) -> None:
    """Values, gradients of inputs and parameters, second derivatives, both precisions; text, state and weights."""
    case = data.draw(ROWS[name])
    assert max(compared(name, case)) < case.tolerance
    assert max(compared(name, case._replace(orders=1), np.float32)) < 1e-4


@pytest.mark.parametrize(
    "name", [name for name in ROWS if "." not in name and name not in (*twins.CONTAINERS, "Sequential")]
)
def test_a_constructor_takes_the_arguments_of_pytorch_in_its_order(name: str) -> None:
    """Up to PyTorch's deprecated ones and the device; what we add can only be given by keyword."""
    theirs = twins.layer(torch.nn, name).__init__
    overloads = get_overloads(theirs)  # the first names its parameters where the function itself takes anything
    assert parameters(getattr(nn, name).__init__, {"dtype", "rng"}) == parameters(
        overloads[0] if overloads else theirs, {"device", "dtype", "size_average", "reduce"}
    )


@pytest.mark.parametrize(
    "name", [name for name in sorted(ROWS) if hasattr(torch.nn, name) and name not in twins.CONTAINERS]
)
def test_a_call_takes_the_arguments_of_pytorch_by_their_names(name: str) -> None:
    ours, theirs = (inspect.signature(getattr(package, name).forward).parameters for package in (nn, torch.nn))
    assert [key for key in ours if key != "rng"] == list(theirs)


def test_second_derivatives_of_a_network(rng: np.random.Generator) -> None:
    """The gradient of a gradient's squared norm: it goes through every pair of rules in the network."""
    linears = [pair_of_linears(rng), pair_of_linears(rng)]
    ours = Sequential(linears[0][0], nn.Tanh(), nn.Linear(5, 3, dtype=np.float64, rng=rng), nn.Sigmoid(), linears[1][0])
    theirs = torch.nn.Sequential(
        linears[0][1], torch.nn.Tanh(), torch.nn.Linear(5, 3, dtype=torch.float64), torch.nn.Sigmoid(), linears[1][1]
    )
    theirs.load_state_dict({name: torch.tensor(value) for name, value in ours.state_dict().items()})
    data, labels = rng.normal(size=(6, 3)), rng.integers(0, 5, 6)

    def squared_norm(parameters: dict[str, Any]) -> Any:
        gradients = grad(lambda p: nn.functional.cross_entropy(functional_call(ours, p, data), labels))(parameters)
        return sum((g * g).sum() for g in gradients.values())

    result = grad(squared_norm)(ours.state_dict())
    loss = torch.nn.functional.cross_entropy(theirs(torch.tensor(data)), torch.tensor(labels))
    gradients = torch.autograd.grad(loss, list(theirs.parameters()), create_graph=True)
    expected = torch.autograd.grad(sum((g * g).sum() for g in gradients), list(theirs.parameters()))
    for g, tg in zip(result.values(), expected, strict=True):
        assert_close(g, tg)
        assert np.abs(g).max() > 1e-6


def as_tensors(tree: Any) -> Any:
    """Nested dicts and lists with PyTorch's tensors in place of arrays."""
    if isinstance(tree, dict):
        return {key: as_tensors(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [as_tensors(value) for value in tree]
    return torch.tensor(tree) if isinstance(tree, np.ndarray) else tree


TRAINING_ROWS = [row for rows in TRAINING.values() for row in rows]
LEFT_OUT = {"foreach", "fused", "capturable", "differentiable", "device"}


@pytest.mark.parametrize("row", TRAINING_ROWS, ids=lambda row: row.path)
@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step", "ignore:Converting a tensor")
@given(data=st.data())
@few
def test_what_trains_goes_the_way_of_pytorch(row: Row, data: Any) -> None:
    """Optimizers over 10 steps, schedulers over 30, their states; clipped gradients; averages of weights."""
    assert row.compared(*data.draw(row.drawn)) < 1e-9


@pytest.mark.parametrize("name", optimizers.ROWS)
def test_an_optimizer_in_float32_is_near_that_of_pytorch(name: str) -> None:
    options = {"max_iter": 1} if name == "LBFGS" else {}
    assert optimizers.compared_optimizer(name, options, {}, np.float32) < 1e-4


@pytest.mark.parametrize("to_torch", [False, True])
@pytest.mark.parametrize("name", optimizers.ROWS)
@pytest.mark.filterwarnings("ignore:Converting a tensor")
def test_an_optimizer_continues_from_the_state_of_pytorch_and_the_reverse(
    rng: np.random.Generator, name: str, to_torch: bool
) -> None:
    ours, theirs = optimizers.pair_of_networks(rng)
    options = {"max_iter": 2} if name == "LBFGS" else {"momentum": 0.9} if name == "SGD" else {}
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))

    def torch_closure() -> Any:
        torch_optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(theirs(torch.tensor(x)), torch.tensor(y))
        loss.backward()
        return loss

    def closure() -> Any:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(ours(x), y)
        loss.backward()
        return loss

    with optimizers.exact_numbers():
        torch_optimizer = twins.optimizer(name)(theirs.parameters(), **options)
        optimizer = getattr(nn.optim, name)(ours.parameters(), **({} if not to_torch else options))
        for _ in range(3):
            optimizer.step(closure) if to_torch else torch_optimizer.step(torch_closure)
        if to_torch:
            torch_optimizer = twins.optimizer(name)(theirs.parameters())
            torch_optimizer.load_state_dict(as_tensors(optimizer.state_dict()))
            theirs.load_state_dict(as_tensors(ours.state_dict()))
        else:
            optimizer.load_state_dict(torch_optimizer.state_dict())
            ours.load_state_dict(theirs.state_dict())
        for _ in range(2):
            torch_optimizer.step(torch_closure)
            optimizer.step(closure)
    for p, tp in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_close(p.data, tp)


def test_every_optimizer_and_scheduler_is_in_the_table() -> None:
    ours = {name for name in nn.optim.__all__ if isinstance(getattr(nn.optim, name), type)}
    assert ours - {"Optimizer"} == set(optimizers.ROWS)
    assert {*nn.optim.lr_scheduler.__all__, "SWALR"} - {"LRScheduler"} == set(schedulers.ROWS)


@pytest.mark.parametrize("path", [row.path for row in TRAINING_ROWS] + ["optim.swa_utils.AveragedModel"])
def test_what_trains_takes_the_arguments_of_pytorch(path: str) -> None:
    """In PyTorch's order, up to what is about devices and kernels, and `maximize`, which is given by keyword."""
    package, name = path.rsplit(".", 1)
    ours = getattr(operator.attrgetter(package)(nn), name)
    torch_package = operator.attrgetter("nn.utils" if package == "utils" else package)(torch)
    theirs = twins.optimizer(name) if package == "optim" else getattr(torch_package, name)
    assert parameters(ours, LEFT_OUT | {"kernels"}) == parameters(theirs, LEFT_OUT)


@pytest.mark.parametrize("name", optimizers.ROWS)
def test_an_optimizer_takes_the_keywords_of_pytorch_for_its_kernels(name: str) -> None:
    if name != "LBFGS":  # which has none in PyTorch either
        options: Any = {"foreach": False, "fused": True, "capturable": False, "differentiable": False}
        assert "fused" not in getattr(nn.optim, name)([nn.Parameter(1.0)], **options).defaults
    with pytest.raises(TypeError, match="unexpected keyword argument 'learning_rate'"):
        getattr(nn.optim, name)([nn.Parameter(1.0)], learning_rate=1.0)


def test_repr_names_and_state_keys_are_those_of_pytorch() -> None:
    def network(package: Any) -> Any:
        return package.Sequential(
            package.Linear(4, 3),
            package.Sequential(package.ReLU(inplace=False), package.Linear(3, 2, bias=False)),
            package.Dropout(0.1, inplace=False),
            package.Tanh(),
        )

    ours, theirs = network(nn), network(torch.nn)
    assert repr(ours) == repr(theirs)
    assert [name for name, _ in ours.named_modules()] == [name for name, _ in theirs.named_modules()]
    assert {k: v.shape for k, v in ours.state_dict().items()} == {k: v.shape for k, v in theirs.state_dict().items()}
    assert all(value.dtype == np.float32 for value in ours.state_dict().values())
    ours.load_state_dict(theirs.state_dict())
    x = np.ones((2, 4), np.float32)
    ours.eval(), theirs.eval()
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-5)


FILLS = ["xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "uniform_", "normal_"]


@pytest.mark.parametrize("name", FILLS)
def test_starting_weights_have_the_distribution_of_pytorch(rng: np.random.Generator, name: str) -> None:
    p = nn.Parameter(np.zeros((300, 200)))
    assert getattr(nn.init, name)(p, rng=rng) is p
    expected = getattr(torch.nn.init, name)(torch.zeros(300, 200, dtype=torch.float64)).numpy()
    quantiles = [0.01, 0.25, 0.5, 0.75, 0.99]
    width = np.ptp(np.quantile(expected, quantiles))
    np.testing.assert_allclose(np.quantile(p.data, quantiles), np.quantile(expected, quantiles), atol=0.02 * width)


def test_linear_starts_with_the_distribution_of_pytorch(rng: np.random.Generator) -> None:
    ours, theirs = nn.Linear(200, 3000, rng=rng), torch.nn.Linear(200, 3000)
    quantiles = np.linspace(0, 1, 11)
    for p, tp in zip(ours.parameters(), theirs.parameters(), strict=True):
        expected = np.quantile(tp.detach().numpy(), quantiles)
        np.testing.assert_allclose(np.quantile(p.data, quantiles), expected, atol=0.1 / np.sqrt(200))


@pytest.mark.parametrize("nonlinearity", ["linear", "sigmoid", "tanh", "relu", "leaky_relu"])
def test_gains_are_those_of_pytorch(nonlinearity: str) -> None:
    assert nn.init.calculate_gain(nonlinearity) == pytest.approx(torch.nn.init.calculate_gain(nonlinearity), rel=1e-15)
