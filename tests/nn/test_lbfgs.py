"""L-BFGS: Rosenbrock's valley, side by side with PyTorch and on its own; the line search's points; the saved state."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from nn.optim import LBFGS
from nn.optim.line_search import Point, strong_wolfe


def rosenbrock(p: Any) -> Any:
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def closure(optimizer: Any, loss: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    return run


@pytest.mark.parametrize("start", [(-1.2, 1.0), (2.0, -2.0), (0.3, 3.0)])
@pytest.mark.parametrize("options", [{}, {"max_eval": 4}, {"history_size": 2}, {"lr": 0.1, "max_iter": 7}])
def test_the_way_through_the_valley_is_that_of_pytorch(start: tuple[float, float], options: dict[str, Any]) -> None:
    """The narrow valley takes the line search through all its branches."""
    torch = pytest.importorskip("torch")
    p, tp = nn.Parameter(np.array(start)), torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    options = {"max_iter": 10, "line_search_fn": "strong_wolfe", **options}
    ours, theirs = LBFGS([p], **options), torch.optim.LBFGS([tp], **options)
    for _ in range(2):
        loss = ours.step(closure(ours, lambda: rosenbrock(p)))
        torch_loss = theirs.step(closure(theirs, lambda: rosenbrock(tp)))
        assert loss.item() == pytest.approx(torch_loss.item(), rel=1e-6)
        np.testing.assert_allclose(p.data, tp.detach().numpy(), rtol=1e-6)
        assert ours.state[p]["func_evals"] == theirs.state[tp]["func_evals"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_minimum_of_the_valley_is_found(dtype: Any) -> None:
    p = nn.Parameter(np.array([-1.2, 1.0], dtype))
    optimizer = LBFGS([p], max_iter=100, line_search_fn="strong_wolfe")
    optimizer.step(closure(optimizer, lambda: rosenbrock(p)))
    np.testing.assert_allclose(p.data, [1, 1], atol=1e-3 if dtype == np.float32 else 1e-4)
    assert p.dtype == dtype


def test_state_continues_where_it_stood() -> None:
    p, other = nn.Parameter(np.array([-1.2, 1.0])), nn.Parameter(np.array(0.5))
    optimizer = LBFGS([p, other], max_iter=4)
    run = closure(optimizer, lambda: rosenbrock(p) * 0.01 + other**2)
    optimizer.step(run)
    q, other_q = copy.deepcopy(p), copy.deepcopy(other)
    twin = LBFGS([q, other_q], max_iter=4)
    saved = optimizer.state_dict()
    twin.load_state_dict(saved)
    optimizer.step(run)
    twin.step(closure(twin, lambda: rosenbrock(q) * 0.01 + other_q**2))
    assert np.array_equal(p.data, q.data)
    assert other.data == other_q.data
    saved["state"][0]["d"] = np.zeros(2)
    with pytest.raises(nn.errors.StateDictError, match=r"of another shape: state\[0\]\['d'\]"):
        twin.load_state_dict(saved)


def test_a_step_at_the_minimum_evaluates_once() -> None:
    p = nn.Parameter(np.array([1.0, 1.0]))
    optimizer = LBFGS([p])
    optimizer.step(closure(optimizer, lambda: rosenbrock(p)))
    assert optimizer.state[p] == {"func_evals": 1, "n_iter": 0}


LINES: list[tuple[Callable[[float], float], Callable[[float], float], float]] = [
    (lambda t: (t - 1) ** 2, lambda t: 2 * (t - 1), 1e-3),
    (lambda t: (t - 1) ** 2, lambda t: 2 * (t - 1), 50.0),
    (lambda t: -np.sin(t), lambda t: -np.cos(t), 4.0),
    (lambda t: t**4 - 3 * t, lambda t: 4 * t**3 - 3, 10.0),
    (lambda t: -t / (t**2 + 2), lambda t: (t**2 - 2) / (t**2 + 2) ** 2, 16.0),  # Moré and Thuente, 1994, the first
]


@pytest.mark.parametrize(("loss", "slope", "first"), LINES)
def test_the_point_found_meets_the_strong_wolfe_conditions(
    loss: Callable[[float], float], slope: Callable[[float], float], first: float
) -> None:
    def at(t: float) -> Point:
        return Point(t, loss(t), None, slope(t))

    found = strong_wolfe(at, at(0.0), first, 1.0, tries=25, tolerance=1e-9)
    assert found.loss <= loss(0) + 1e-4 * found.t * slope(0)
    assert abs(found.slope) <= 0.9 * abs(slope(0))


def test_a_slope_without_end_gives_the_lowest_point_tried() -> None:
    tried = []

    def at(t: float) -> Point:
        tried.append(t)
        return Point(t, -t, None, -1.0)

    assert strong_wolfe(at, Point(0.0, 0.0, None, -1.0), 1.0, 1.0, tries=3, tolerance=1e-9).t == max(tried)
