"""Optimizers: their papers' formulas, groups, state, what is refused; `test_parity.py` compares them with PyTorch."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, no_grad
from autograd.errors import StaleValueError
from nn.optim import LBFGS, SGD, Adam, Lion, Manhattan, Rprop
from nn.optim.pieces import PIECE


def step(optimizer: nn.optim.Optimizer, *parameters: Tensor) -> None:
    optimizer.zero_grad()
    sum((p * p * p).sum() for p in parameters).backward()
    optimizer.step()


def sgd_formula(
    p: Any,
    gradients: list[Any],
    lr: float,
    momentum: float = 0,
    dampening: float = 0,
    weight_decay: float = 0,
    nesterov: bool = False,
) -> Any:
    """Sutskever et al., 2013, as PyTorch writes it."""
    v: Any = None
    for g in gradients:
        d = g + weight_decay * p
        v = d if v is None else momentum * v + (1 - dampening) * d
        p = p - lr * (d + momentum * v if nesterov else v)
    return p


def adam_formula(
    p: Any,
    gradients: list[Any],
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
) -> Any:
    """Kingma and Ba, 2015, algorithm 1."""
    m = v = np.zeros_like(p)
    for t, g in enumerate(gradients, start=1):
        d = g + weight_decay * p
        m = betas[0] * m + (1 - betas[0]) * d
        v = betas[1] * v + (1 - betas[1]) * d**2
        p = p - lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
    return p


def lion_formula(
    p: Any, gradients: list[Any], lr: float, betas: tuple[float, float] = (0.9, 0.99), weight_decay: float = 0
) -> Any:
    """Chen et al., 2023, algorithm 2."""
    m = np.zeros_like(p)
    for g in gradients:
        p = p - lr * (np.sign(betas[0] * m + (1 - betas[0]) * g) + weight_decay * p)
        m = betas[1] * m + (1 - betas[1]) * g
    return p


def manhattan_formula(p: Any, gradients: list[Any], lr: float, maximize: bool = False) -> Any:
    return p + (lr if maximize else -lr) * sum(np.sign(g) for g in gradients)


@pytest.mark.parametrize(
    ("make", "formula", "options"),
    [
        (Lion, lion_formula, {"lr": 0.1}),
        (Lion, lion_formula, {"lr": 0.1, "betas": (0.5, 0.7), "weight_decay": 0.3}),
        (Manhattan, manhattan_formula, {"lr": 0.1}),
        (Manhattan, manhattan_formula, {"lr": 0.1, "maximize": True}),
        (SGD, sgd_formula, {"lr": 0.1}),
        (SGD, sgd_formula, {"lr": 0.1, "weight_decay": 0.2}),
        (SGD, sgd_formula, {"lr": 0.1, "momentum": 0.9}),
        (SGD, sgd_formula, {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.2}),
        (SGD, sgd_formula, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.2}),
        (Adam, adam_formula, {"lr": 0.1}),
        (Adam, adam_formula, {"lr": 0.1, "betas": (0.7, 0.95), "eps": 1e-2, "weight_decay": 0.2}),
    ],
)
def test_steps_are_those_of_the_paper_and_leave_the_gradient_alone(
    rng: np.random.Generator, make: Any, formula: Callable[..., Any], options: dict[str, Any]
) -> None:
    start, gradients = rng.normal(size=(2, 3)), [rng.normal(size=(2, 3)) for _ in range(5)]
    p = nn.Parameter(start.copy())
    optimizer = make([p], **options)
    for g in gradients:
        p.grad = g.copy()
        optimizer.step()
        assert np.array_equal(p.grad, g)
    np.testing.assert_allclose(p.data, formula(start, gradients, **options), rtol=1e-12)


EVERY = [
    (name, options)
    for name, options in [
        ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
        ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        ("Adagrad", {"initial_accumulator_value": 0.1}),
        ("Adadelta", {}),
        ("RMSprop", {"momentum": 0.9, "centered": True}),
        ("Adam", {"amsgrad": True, "weight_decay": 0.1, "maximize": True}),
        ("AdamW", {}),
        ("Adamax", {}),
        ("NAdam", {"decoupled_weight_decay": True, "weight_decay": 0.1}),
        ("RAdam", {"betas": (0.5, 0.6)}),
        ("Rprop", {}),
        ("Lion", {"weight_decay": 0.1}),
        ("Manhattan", {}),
    ]
]
every = pytest.mark.parametrize(("name", "options"), EVERY)


@every
def test_a_large_parameter_moves_as_its_entries_do_on_their_own(
    rng: np.random.Generator, name: str, options: dict[str, Any]
) -> None:
    """Pieces, their ends and the numbers of the state: a step counts once, however many pieces there are."""
    piece = PIECE // 8  # of numbers with 8 bytes
    size = 2 * piece + 3
    start, gradients = rng.normal(size=size), [rng.normal(size=size) for _ in range(3)]
    chosen = [0, piece - 1, piece, 2 * piece, size - 1]
    whole, few = nn.Parameter(start), nn.Parameter(start[chosen])
    optimizers = [getattr(nn.optim, name)([p], **options) for p in (whole, few)]
    for g in gradients:
        whole.grad, few.grad = g, g[chosen]
        for optimizer in optimizers:
            optimizer.step()
    assert np.array_equal(whole.data[chosen], few.data)
    assert not np.any(whole.data == start)


@every
def test_a_parameter_may_lie_in_memory_as_it_likes(
    rng: np.random.Generator, name: str, options: dict[str, Any]
) -> None:
    values, gradients = rng.normal(size=(3, 4)), [rng.normal(size=(3, 4)) for _ in range(3)]
    plain, other = nn.Parameter(values), nn.Parameter(np.asfortranarray(values))
    other.data.flags.writeable = False
    optimizers = [getattr(nn.optim, name)([p], **options) for p in (plain, other)]
    for g in gradients:
        plain.grad, other.grad = g, np.asfortranarray(g)
        for optimizer in optimizers:
            optimizer.step()
    assert np.array_equal(plain.data, other.data)


@every
def test_every_state_continues_where_it_stood(name: str, options: dict[str, Any]) -> None:
    p = nn.Parameter([1.0, 2.0])
    optimizer = getattr(nn.optim, name)([p], **options)
    for _ in range(2):
        step(optimizer, p)
    q = copy.deepcopy(p)
    other = getattr(nn.optim, name)([q])
    other.load_state_dict(optimizer.state_dict())
    for _ in range(3):
        step(optimizer, p)
        step(other, q)
    assert np.array_equal(p.data, q.data)
    assert p.dtype == np.float32


def test_an_algorithm_of_ones_own_may_be_written_as_for_pytorch() -> None:
    class Heavy(nn.optim.Optimizer):
        def __init__(self, params: Any, lr: float) -> None:
            super().__init__(params, {"lr": lr})

        def step(self, closure: Any = None) -> None:
            for group in self.param_groups:
                for p in group["params"]:
                    state = self.state[p]
                    state["v"] = 0.5 * state.get("v", 0) + p.grad
                    p.data = p.data - group["lr"] * state["v"]

    p = nn.Parameter([1.0])
    optimizer = Heavy([p], lr=0.1)
    for _ in range(2):
        p.grad = np.ones(1, np.float32)
        optimizer.step()
    assert p.data == pytest.approx(1 - 0.1 - 0.15)
    assert optimizer.state_dict()["state"][0]["v"] == 1.5


def test_a_closure_makes_the_gradients_and_its_loss_is_returned() -> None:
    p = nn.Parameter([3.0])

    def closure() -> Any:
        p.grad = None
        loss = (p * p).sum()
        loss.backward()
        return loss

    with no_grad():
        assert SGD([p], lr=0.5).step(closure).item() == 9
    assert p.data[0] == 0


def test_a_learning_rate_of_numpy_leaves_float32_alone() -> None:
    plain, other = nn.Parameter([1.0, 2.0]), nn.Parameter([1.0, 2.0])
    optimizers = (
        Adam([plain], lr=0.1, betas=(0.8, 0.9)),
        Adam([other], lr=np.float64(0.1), betas=(np.float64(0.8), 0.9)),
    )
    for optimizer, p in zip(optimizers, (plain, other), strict=True):
        step(optimizer, p)
    assert np.array_equal(plain.data, other.data)


def test_repr_shows_the_groups() -> None:
    assert (
        repr(Manhattan([nn.Parameter(1.0)], lr=0.5))
        == "Manhattan (\nParameter Group 0\n    lr: 0.5\n    maximize: False\n)"
    )


def test_a_parameter_without_gradient_stays_where_it_is() -> None:
    used, unused = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = Adam([used, unused], lr=0.1, weight_decay=1.0)
    step(optimizer, used)
    assert used.data[0] != 1
    assert unused.data[0] == 1
    assert list(optimizer.state) == [used]


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, momentum=0.9, nesterov=True), lambda p: Adam(p, 0.1)])
def test_scalars_and_float32_keep_their_kind(make: Callable[..., Any]) -> None:
    scalar, array = nn.Parameter(1.0), nn.Parameter([1.0, 2.0])
    optimizer = make([scalar, array])
    for _ in range(3):
        step(optimizer, scalar, array)
    assert type(scalar.data) is np.float32
    assert array.dtype == np.float32
    assert scalar.data == pytest.approx(array.data[0])
    assert all(np.asarray(value).dtype in (np.float32, int) for s in optimizer.state.values() for value in s.values())


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, momentum=0.9, weight_decay=0.1), lambda p: Adam(p, 0.1)])
def test_a_step_changes_the_array_in_place_and_leaves_the_gradient_alone(make: Callable[..., Any]) -> None:
    p = nn.Parameter([1.0, 2.0])
    array, optimizer = p.data, make([p])
    for _ in range(2):
        step(optimizer, p)
        assert p.data is array
    expected = p.grad.copy()
    optimizer.step()
    assert np.array_equal(p.grad, expected)


def test_a_step_between_forward_and_backward_is_noticed() -> None:
    p = nn.Parameter([1.0])
    optimizer = SGD([p], lr=0.1)
    step(optimizer, p)
    loss = (p * p).sum()
    optimizer.step()
    with pytest.raises(StaleValueError, match="was changed after"):
        loss.backward()


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, momentum=0.9), lambda p: Adam(p, 0.1)])
def test_state_continues_where_it_stood(make: Callable[..., Any]) -> None:
    p = nn.Parameter([1.0, 2.0])
    optimizer = make([p])
    step(optimizer, p)
    q = copy.deepcopy(p)
    other = make([q])
    other.param_groups[0]["lr"] = 5.0
    state = optimizer.state_dict()
    other.load_state_dict(state)
    for _ in range(3):
        step(optimizer, p)
        step(other, q)
    assert np.array_equal(p.data, q.data)
    assert state["param_groups"][0]["params"] == [0]
    assert not np.array_equal(next(iter(optimizer.state.values())).get("exp_avg", 0), state["state"][0].get("exp_avg"))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
def test_a_copy_moves_its_own_parameters_by_its_own_state(copied: Callable[[Any], Any]) -> None:
    p = nn.Parameter(np.ones(3))
    optimizer = nn.optim.Adam([p], lr=0.1)
    p.grad = np.array([1.0, 2.0, 3.0])
    optimizer.step()
    before = p.data.copy()
    q, other = copied((p, optimizer))
    other.step()
    np.testing.assert_array_equal(p.data, before)
    optimizer.step()
    np.testing.assert_array_equal(q.data, p.data)
    np.testing.assert_array_equal(other.state[q]["exp_avg"], optimizer.state[p]["exp_avg"])


@pytest.mark.parametrize("place", ["state", "parameter"])
def test_arrays_that_are_put_in_the_place_of_others_are_used(place: str) -> None:
    p, q = nn.Parameter(np.ones(3)), nn.Parameter(np.ones(3))
    first, second = (nn.optim.SGD([x], lr=0.1, momentum=0.9) for x in (p, q))
    p.grad = q.grad = np.array([1.0, 2.0, 3.0])
    first.step()
    second.step()
    if place == "state":
        first.state[p]["momentum_buffer"] = np.zeros(3)
        second.state[q]["momentum_buffer"][...] = 0
    else:
        p.data = p.data + 1
        q.data += 1
    first.step()
    second.step()
    np.testing.assert_array_equal(p.data, q.data)


def test_state_of_other_groups_is_refused() -> None:
    optimizer, other = SGD([nn.Parameter(1.0)]), SGD([nn.Parameter(1.0), nn.Parameter(1.0)])
    with pytest.raises(nn.errors.StateDictError) as caught:
        other.load_state_dict(optimizer.state_dict())
    assert str(caught.value) == ("the state dict has groups of [1] parameters, this SGD of [2]; nothing was loaded.")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda state: state.pop("exp_avg"), "missing: state[0]['exp_avg']"),
        (lambda state: state.update(momentum_buffer=np.zeros(2)), "unexpected: state[0]['momentum_buffer']"),
        (lambda state: state.update(exp_avg=np.zeros(3)), "of another shape: state[0]['exp_avg']"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_nothing_is_loaded(
    change: Callable[[dict[str, Any]], Any], wrong: str
) -> None:
    p = nn.Parameter([1.0, 2.0])
    optimizer = Adam([p])
    step(optimizer, p)
    saved = optimizer.state_dict()
    change(saved["state"][0])
    saved["param_groups"][0]["lr"] = 7.0
    with pytest.raises(nn.errors.StateDictError) as caught:
        optimizer.load_state_dict(saved)
    assert str(caught.value) == f"the state dict does not fit Adam; nothing was loaded.\n  {wrong}"
    assert optimizer.param_groups[0]["lr"] == 1e-3
    saved["param_groups"][0]["lr"] = -1
    with pytest.raises(nn.errors.ArgumentError, match="Adam: lr=-1"):
        optimizer.load_state_dict(saved)


@pytest.mark.parametrize(
    "state_dict",
    [
        None,
        3,
        {},
        {"state": {}},
        {"state": None, "param_groups": []},
        {"state": {0: 3}, "param_groups": [{"params": [0]}]},
        {"state": {}, "param_groups": [{}]},
        {"state": {}, "param_groups": [{"params": "0"}]},
    ],
)
def test_what_is_no_state_is_refused(state_dict: Any) -> None:
    with pytest.raises(nn.errors.StateDictError, match=r"Adam\.load_state_dict takes what state_dict"):
        Adam([nn.Parameter(1.0)]).load_state_dict(state_dict)


def test_everything_in_a_state_that_does_not_fit_is_listed() -> None:
    p = nn.Parameter([1.0, 2.0])
    optimizer = Adam([p])
    step(optimizer, p)
    saved = optimizer.state_dict()
    saved["state"][0].update(exp_avg="a", exp_avg_sq=np.ones(2) * 1j, step=[[1], [2, 3]])
    saved["state"][7] = {"step": 1}
    with pytest.raises(nn.errors.StateDictError) as caught:
        optimizer.load_state_dict(saved)
    assert str(caught.value).splitlines()[1:] == [
        "  unexpected: state[7]",
        "  no arrays of numbers: state[0]['step'], state[0]['exp_avg'], state[0]['exp_avg_sq']",
    ]


@every
def test_a_step_may_diverge_without_warnings(name: str, options: dict[str, Any]) -> None:
    for g in (1e30, np.inf, np.nan, 1e-30):
        p = nn.Parameter([1.0])
        optimizer = getattr(nn.optim, name)([p], **options)
        for _ in range(2):
            p.grad = np.array([g], np.float32)
            optimizer.step()


def test_adagrad_has_a_state_for_parameters_without_gradient_as_pytorch_has() -> None:
    p, unused = nn.Parameter([1.0]), nn.Parameter(np.asfortranarray(np.ones((2, 3))))
    optimizer = nn.optim.Adagrad([p, unused], initial_accumulator_value=0.5)
    step(optimizer, p)
    state = optimizer.state_dict()["state"]
    assert (state[0]["step"], state[1]["step"]) == (1, 0)
    assert state[1]["sum"].tolist() == [[0.5] * 3] * 2


@pytest.mark.parametrize("make", [Adam, nn.optim.AdamW, nn.optim.NAdam, nn.optim.RAdam, nn.optim.Adamax])
def test_a_mean_that_fades_is_never_subnormal_which_would_be_slow(make: Callable[..., Any]) -> None:
    gradient = np.random.default_rng(0).standard_normal(50)
    single, double = (Tensor(gradient.astype(dtype), requires_grad=True) for dtype in (np.float32, np.float64))
    one, other = make([single], lr=0.01), make([double], lr=0.01)
    for step in range(1100):
        for p, optimizer in ((single, one), (double, other)):
            p.grad = Tensor(gradient.astype(p.dtype) * (step == 0))
            optimizer.step()
        m = np.abs(one.state[single]["exp_avg"])
        assert not np.any((m > 0) & (m < np.finfo(np.float32).tiny))
    assert not m.any()
    np.testing.assert_allclose(single.data, double.data, rtol=1e-4, atol=1e-5)  # where the double's mean still fades
    assert other.state[double]["exp_avg"].any()


def test_a_frozen_parameter_is_left_alone() -> None:
    free, frozen = nn.Parameter([1.0]), nn.Parameter([1.0])
    assert frozen.requires_grad_(False) is frozen
    optimizer = Adam([free, frozen], lr=0.1, weight_decay=1.0)
    step(optimizer, free, frozen)
    assert free.data[0] != 1
    assert frozen.data[0] == 1
    step(optimizer, frozen.requires_grad_())
    assert frozen.data[0] != 1


def test_gradients_that_are_traced_are_used_by_value() -> None:
    p = nn.Parameter([2.0])
    (p * p).sum().backward(create_graph=True)
    SGD([p], lr=0.5).step()
    assert p.data.tolist() == [0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: SGD([p], lr=-1), "SGD: lr=-1; it must be a number, 0 or more."),
        (lambda p: SGD([{"params": [p], "momentum": -0.5}]), "SGD: momentum=-0.5; it must be a number, 0 or more."),
        (lambda p: SGD([p], lr=float("nan")), "SGD: lr=nan; it must be a number, 0 or more."),
        (lambda p: SGD([p], nesterov=True), "SGD: nesterov=True needs a momentum above 0 and dampening=0."),
        (lambda p: Adam([p], weight_decay=-1), "Adam: weight_decay=-1; it must be a number, 0 or more."),
        (
            lambda p: Adam([p], betas=(0.9, 1.0)),
            "Adam: betas=(0.9, 1.0); it must be two numbers, each at least 0 and below 1.",
        ),
        (
            lambda p: Adam([]),
            "Adam got no parameters. model.parameters() is an iterator: call it anew each time.",
        ),
        (
            lambda p: SGD(nn.Linear(1, 1)),  # type: ignore[arg-type]
            "SGD takes a list of parameters, not a Linear. Write SGD(model.parameters(), ...).",
        ),
        (lambda p: SGD([p, np.ones(1)]), "SGD moves leaf tensors, not a ndarray."),
        (lambda p: SGD([Tensor(1j)]), "SGD moves real floating parameters; one is complex128."),
        (lambda p: nn.optim.Adadelta([p], rho=1.5), "Adadelta: rho=1.5; it must be a number from 0 to 1."),
        (
            lambda p: Rprop([p], etas=(0.5, 0.9)),
            "Rprop: etas=(0.5, 0.9); it must be two numbers, one between 0 and 1, one above 1.",
        ),
        (
            lambda p: Rprop([p], step_sizes=(1, 0)),
            "Rprop: step_sizes=(1, 0); it must be the smallest and the largest step, 0 or more.",
        ),
        (lambda p: LBFGS([p], max_iter=0), "LBFGS: max_iter=0; it must be an integer, 1 or more."),
        (
            lambda p: LBFGS([p], line_search_fn="armijo"),
            "unknown line search of LBFGS 'armijo'. Known are 'strong_wolfe', None.",
        ),
        (
            lambda p: LBFGS([{"params": [p]}, {"params": [nn.Parameter(1.0)]}]),
            "LBFGS has one group of parameters: its H is about all of them together.",
        ),
        (
            lambda p: LBFGS([p]).step(),
            (
                "LBFGS evaluates the loss several times a step: write optimizer.step(closure), where closure() calls "
                "optimizer.zero_grad() and loss.backward(), and returns the loss."
            ),
        ),
        (lambda p: SGD([{"params": p}, {"params": [p]}]), "SGD was given a parameter twice (shape ())."),
        (lambda p: SGD([p, p]), "SGD was given a parameter twice (shape ())."),
        (
            lambda p: SGD([{"params": [p], "learning_rate": 1}]),
            (
                "unknown option of SGD 'learning_rate'. "
                "Known are 'lr', 'momentum', 'dampening', 'weight_decay', 'nesterov', 'maximize'."
            ),
        ),
        (
            lambda p: SGD([{"lr": 0.1}]),
            "SGD: a group is a dict with the key 'params', not one with the keys 'lr'.",
        ),
        (
            lambda p: SGD([{"params": []}, p]),
            "SGD: a group is a dict with the key 'params', not a Parameter.",
        ),
        (
            lambda p: SGD({p}),
            "SGD: params is a set; write a list of parameters, in an order that stays.",
        ),
        (
            lambda p: SGD([{"params": 3}]),
            "SGD: params is a int; write a list of parameters, in an order that stays.",
        ),
        (
            lambda p: Lion([p], differentiable=True),
            (
                "Lion: differentiable=True; a step changes arrays in place and is not recorded. For the derivative of "
                "training steps write them as a function of the parameters, with autograd.grad."
            ),
        ),
        (lambda p: SGD([p], lr="0.1"), "SGD: lr='0.1'; it must be a number, 0 or more."),  # type: ignore[arg-type]
        (lambda p: SGD([p], dampening=None), "SGD: dampening=None; it must be a number, 0 or more."),  # type: ignore[arg-type]
        (
            lambda p: Adam([p], betas=0.9),  # type: ignore[arg-type]
            "Adam: betas=0.9; it must be two numbers, each at least 0 and below 1.",
        ),
        (
            lambda p: Adam([p], betas=(0.9, "1")),  # type: ignore[arg-type]
            "Adam: betas=(0.9, '1'); it must be two numbers, each at least 0 and below 1.",
        ),
        (
            lambda p: Adam([p], betas=(0.9, 0.9, 0.9)),  # type: ignore[arg-type]
            "Adam: betas=(0.9, 0.9, 0.9); it must be two numbers, each at least 0 and below 1.",
        ),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(nn.errors.ArgumentError) as caught:
        call(nn.Parameter(1.0))
    assert str(caught.value) == message
