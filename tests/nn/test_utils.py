"""`nn.utils` and averages of weights: their own behaviour; `test_parity.py` compares them with PyTorch."""

import pickle
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_ema_multi_avg_fn, update_bn
from nn.utils import (
    clip_grad_norm_,
    clip_grad_value_,
    get_total_norm,
    parameters_to_vector,
    vector_to_parameters,
)


def with_gradients(*gradients: Any) -> list[nn.Parameter]:
    parameters = [nn.Parameter(np.zeros(np.shape(g), np.float32)) for g in gradients]
    for p, g in zip(parameters, gradients, strict=True):
        p.grad = g
    return parameters


def test_gradients_are_scaled_to_the_norm_in_place_and_keep_their_dtype() -> None:
    p, scalar = with_gradients([3.0, 0.0], 4.0)
    array = p.grad
    norm = clip_grad_norm_([p, scalar, nn.Parameter(1.0)], 2.5)
    assert norm == pytest.approx(5)
    assert np.shares_memory(p.grad, array)
    assert array.tolist() == pytest.approx([1.5, 0])
    assert scalar.grad == pytest.approx(2)
    assert p.grad.dtype == scalar.grad.dtype == norm.dtype == np.float32


def test_small_gradients_are_left_as_they_are() -> None:
    (p,) = with_gradients([0.1, -0.2])
    before = p.grad.copy()
    clip_grad_norm_(p, 1.0)
    clip_grad_value_(p, 1.0)
    assert np.array_equal(p.grad, before)


def test_a_norm_that_is_not_finite_is_an_error_where_asked_for() -> None:
    parameters = with_gradients([np.inf, 1.0])
    with pytest.raises(nn.errors.ArgumentError, match="of the gradients is inf: they cannot be clipped"):
        clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)
    clip_grad_norm_(parameters, 1.0)
    assert np.isnan(parameters[0].grad[0])
    assert parameters[0].grad[1] == 0


def test_the_norm_of_float16_does_not_overflow() -> None:
    p = nn.Parameter(np.zeros(1000, np.float16))
    p.grad = np.full(1000, 1e4, np.float16)
    assert clip_grad_norm_(p, 1.0, foreach=False) == pytest.approx(1e4 * np.sqrt(1000), rel=1e-3)
    assert p.grad.dtype == np.float16
    assert np.linalg.norm(p.grad.astype(float)) == pytest.approx(1, rel=1e-2)


def test_the_largest_norm_has_a_name() -> None:
    assert get_total_norm([np.array([3.0, -4.0])], "inf") == 4


def test_no_gradients_have_norm_zero() -> None:
    assert get_total_norm([]) == 0
    assert clip_grad_norm_([nn.Parameter(1.0)], 1.0) == 0


def test_a_traced_gradient_is_clipped_by_value() -> None:
    p = nn.Parameter(np.array([3.0, 4.0]))
    (p * p).sum().backward(create_graph=True)
    clip_grad_norm_(p, 1.0)
    assert np.linalg.norm(p.grad) == pytest.approx(1)
    assert not isinstance(p.grad, Tensor)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: clip_grad_norm_(p, -1.0), "clip_grad_norm_: max_norm=-1.0; it must be a number, 0 or more."),
        (lambda p: clip_grad_value_(p, None), "clip_grad_value_: clip_value=None; it must be a number, 0 or more."),
        (
            lambda p: clip_grad_norm_(nn.Linear(1, 1), 1.0),
            "clip_grad_norm_ takes tensors, not a Linear. Write clip_grad_norm_(model.parameters(), ...).",
        ),
        (
            lambda p: get_total_norm([None]),
            "get_total_norm takes tensors, not a NoneType. Write get_total_norm([p.grad for p in parameters], ...).",
        ),
        (
            lambda p: parameters_to_vector(3),
            "parameters_to_vector takes tensors, not a int. Write parameters_to_vector(model.parameters(), ...).",
        ),
        (lambda p: get_total_norm(p, "2"), "get_total_norm: norm_type='2'; it must be a number or inf."),
        (
            lambda p: AveragedModel(nn.Tanh(), avg_fn=get_ema_avg_fn(), multi_avg_fn=get_ema_multi_avg_fn()),
            "AveragedModel takes avg_fn or multi_avg_fn, not both.",
        ),
        (
            lambda p: get_ema_multi_avg_fn(1.5),
            "an exponential moving average: decay=1.5; it must be a number from 0 to 1.",
        ),
    ],
)
def test_errors_say_what_is_wrong(call: Any, message: str) -> None:
    with pytest.raises(nn.errors.ArgumentError) as caught:
        call(with_gradients([1.0])[0])
    assert str(caught.value) == message


def test_parameters_become_a_vector_that_gradients_flow_through_and_come_back() -> None:
    model = nn.Linear(3, 2)
    vector = parameters_to_vector(model.parameters())
    (vector**2).sum().backward()
    assert vector.shape == (8,)
    np.testing.assert_allclose(model.bias.grad, 2 * model.bias.data)
    vector_to_parameters(np.arange(8.0), model.parameters())
    assert model.weight.data.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert model.bias.data.tolist() == [6, 7]
    assert model.weight.dtype == np.float32
    with pytest.raises(nn.errors.ShapeError, match=r"the vector has shape \(7,\); it must be \(8,\)"):
        vector_to_parameters(np.arange(7.0), model.parameters())


class Counted(nn.Module):
    """A scalar parameter, a buffer of floats and one of integers."""

    def __init__(self) -> None:
        self.weight = nn.Parameter(1.0)
        self.register_buffer("mean", np.zeros(2, np.float32))
        self.register_buffer("count", np.array(0))

    def forward(self, x: Any) -> Any:
        return x * self.weight


@pytest.mark.parametrize("use_buffers", [False, True])
def test_an_average_is_of_weights_and_takes_buffers_as_asked(use_buffers: bool) -> None:
    model = Counted()
    average = AveragedModel(model, use_buffers=use_buffers)
    for value in (1.0, 2.0, 6.0):
        model.weight.data = value
        model.mean = np.full(2, value, np.float32)
        model.count = np.array(int(value))
        average.update_parameters(model)
    assert average(1.0).item() == 3
    assert average.module.mean.tolist() == ([3, 3] if use_buffers else [6, 6])
    assert average.module.mean is not model.mean
    assert average.module.weight.dtype == average.module.mean.dtype == np.float32
    assert average.module.count.dtype == int
    assert model.weight.data == 6
    assert average.state_dict()["n_averaged"] == 3


def test_an_average_continues_from_its_state() -> None:
    model = nn.Linear(2, 1)
    averages = [AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.5)) for _ in range(2)]
    averages[0].update_parameters(model)
    averages[1].load_state_dict(averages[0].state_dict())
    model.weight.data += 1
    for average in averages:
        average.update_parameters(model)
    assert np.array_equal(averages[0].module.weight.data, averages[1].module.weight.data)
    with pytest.raises(nn.errors.ModuleError, match="parameters are not like those of the model"):
        averages[0].update_parameters(nn.Linear(3, 1))


def test_the_statistics_of_batch_norm_are_made_anew(rng: np.random.Generator) -> None:
    model = nn.Sequential(nn.BatchNorm1d(3, momentum=0.3, dtype=np.float64), nn.Linear(3, 2), nn.BatchNorm1d(2)).eval()
    model[0].running_mean[...] = 7
    batches = [rng.normal(size=(n, 3)) for n in (5, 2)]
    update_bn([(x, None) for x in batches], model)
    np.testing.assert_allclose(model[0].running_mean, np.mean([x.mean(axis=0) for x in batches], axis=0))
    np.testing.assert_allclose(model[0].running_var, np.mean([x.var(axis=0, ddof=1) for x in batches], axis=0))
    assert not any(module.training for module in model.modules())
    assert [model[0].momentum, model[2].momentum] == [0.3, 0.1]
    assert model[2].num_batches_tracked == 2
    with pytest.raises(nn.errors.ShapeError):
        update_bn([batches[0], batches[0][:1]], model)
    assert (model.training, model[0].momentum) == (False, 0.3)
    update_bn(iter(()), nn.Tanh())  # no layer, no data


@pytest.mark.parametrize("options", [{}, {"multi_avg_fn": get_ema_multi_avg_fn(0.5)}, {"avg_fn": get_ema_avg_fn(0.5)}])
def test_an_average_can_be_pickled(options: Any) -> None:
    model = nn.Linear(2, 1)
    average = AveragedModel(model, **options)
    average.update_parameters(model)
    model.weight.data = model.weight.data + 1
    other = pickle.loads(pickle.dumps(average))
    for one in (average, other):
        one.update_parameters(model)
    assert np.array_equal(average.module.weight.data, other.module.weight.data)
    assert not np.array_equal(average.module.weight.data, model.weight.data)
