"""Functions and layers where PyTorch is no guide: kinks, extremes, dropout, and what is refused."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, grad, hessian
from autograd.rules import RULES
from autograd.testing import gradcheck
from nn import functional
from nn.functional import (
    attention_kernel,
    convolution,
    normalization,
    normalizing,
    padding,
    pooling,
    pooling_windows,
    resampling,
    unpooling,
)
from nn.functional.activation import exponential_linear
from nn.functional.attention_kernel import attention, attention_weights
from nn.functional.cells import gru_products, gru_update, preactivation
from nn.functional.embedding import rows_added, rows_of
from nn.functional.gelu import normal_cdf, normal_gelu, tanh_gelu
from nn.functional.gru import gru_steps
from nn.functional.heads import Heads
from nn.functional.lstm import lstm_steps
from nn.functional.resampling import Table
from nn.functional.rnn import rnn_steps
from nn.functional.softmax import gated, log_softmax_along, softmax_along
from nn.functional.windows import Axis, Geometry
from nn.hooks import gate
from tests.nn import loss_properties


def test_relu_has_derivative_0_at_0() -> None:
    x = Tensor([-1.0, -0.0, 0.0, 2.0])
    functional.relu(x).sum().backward()
    assert x.grad.tolist() == [0, 0, 0, 1]


def test_relu_has_second_derivative_0() -> None:
    assert np.all(hessian(lambda x: functional.relu(x).sum() + (x * x).sum())(np.array([-1.0, 2.0])) == 2 * np.eye(2))


def test_sigmoid_at_extremes_is_exact_and_does_not_overflow() -> None:
    with np.errstate(over="raise", invalid="raise"):
        y = functional.sigmoid(np.array([-1000.0, -50.0, 0.0, 50.0, 1000.0]))
    np.testing.assert_allclose(y, [0, np.exp(-50.0), 0.5, 1, 1], rtol=1e-15)


def test_sigmoid_is_float32_for_float32() -> None:
    assert functional.sigmoid(np.ones(2, np.float32)).dtype == np.float32


def away_from_0(x: Any) -> Any:
    return x + np.sign(x)


GEOMETRY = Geometry((Axis(5, 2, 2, 1, -1, 3), Axis(4, 2, 1, 2, 0, 2)), groups=2)
OPTIONS: dict[str, Any] = {"stride": (2, 1), "padding": (1, 0), "dilation": (1, 2), "groups": 2}


def kernel_and_bias(g: Any, x: Any) -> Any:
    weight, bias = convolution.correlate(g, x, GEOMETRY, True)
    return np.concatenate([np.ravel(weight), bias])


def spread_out(x: Any) -> Any:
    """The numbers moved apart in their order, so that there are no ties within a step of finite differences."""
    return x + 0.1 * np.argsort(np.argsort(x.data if hasattr(x, "data") else x, axis=None)).reshape(x.shape)


def normalized(x: Any, weight: Any = None, bias: Any = None, *, groups: int) -> Any:
    return normalizing.normalized([x, weight, bias], groups, 0.1)[0]


def gradient_of_normalized(g: Any, x: Any, weight: Any = None, *, groups: int) -> Any:
    """All three gradients in one row, as a function of all that they depend on."""
    _, mean, var = normalizing.normalized([x.data if isinstance(x, Tensor) else x, None, None], groups, 0.1)
    parts = normalizing.gradient([g, x, weight], mean, var, groups, 0.1)
    return np.concatenate([np.ravel(part) for part in parts])


def gradients_by_rows(g: Any, x: Any, weight: Any = None, bias: Any = None, *, centred: bool) -> Any:
    """All gradients in one row, as a function of all that they depend on."""
    _, statistics = normalization.normalized([ag.stop_gradient(x), None, None], 1, 0.1, centred)
    parts = normalization.gradients([g, x, weight, bias], statistics, 1, 0.1, centred)
    return np.concatenate([np.ravel(part) for part in parts])


def gradients_of_attention(heads: Heads, g: Any, *arrays: Any) -> Any:
    values = attention([ag.stop_gradient(x) for x in arrays], None, None, heads, 0.7, True)
    parts = attention_kernel.gradients([g, *arrays], *values, None, None, heads, 0.7, True)
    return np.concatenate([np.ravel(part) for part in parts])


IMAGE = np.random.default_rng(0).normal(size=(2, 4, 5))
WINDOWS = (pooling_windows.Axis(4, 3, 2, 2, 1), pooling_windows.Axis(5, 2, 3, 0))  # one with padding, one adaptive
TABLE = Table(np.array([[0, 1], [2, 2], [0, 2]]), np.array([[0.5, 0.3], [1.0, 0.2], [0.1, -2.0]]), 4)
PLACES = np.array([[3, 0], [1, 2]])

# the function that has the rule, a call of it, the shapes of its arguments
PROPERTIES: list[tuple[Any, Callable[..., Any], list[tuple[int, ...]]]] = [
    (functional.relu, lambda x: functional.relu(away_from_0(x)), [(3, 2)]),
    (functional.sigmoid, functional.sigmoid, [(3, 2)]),
    (functional.tanh, functional.tanh, [(3, 2)]),
    *((f, f, [(3, 2)]) for f in (functional.logsigmoid, functional.mish, functional.silu, functional.tanhshrink)),
    *((f, f, [(3, 2)]) for f in (functional.softplus, functional.softsign, functional.hardsigmoid)),
    *((f, lambda x, f=f: f(away_from_0(x)), [(3, 2)]) for f in (functional.leaky_relu, functional.hardswish)),
    (functional.prelu, lambda x, w: functional.prelu(away_from_0(x), w), [(4, 3, 2), (3,)]),
    (functional.prelu, lambda x, w: functional.prelu(away_from_0(x), w), [(4,), (1,)]),
    (functional.hardtanh, lambda x: functional.hardtanh(x, -9, 9), [(3, 2)]),
    *((f, lambda x, f=f: f(away_from_0(x)), [(3, 2)]) for f in (functional.softshrink, functional.hardshrink)),
    (functional.threshold, lambda x: functional.threshold(away_from_0(x), 0.0, 3.0), [(3, 2)]),
    (functional.step, lambda x: functional.step(away_from_0(x)) + x, [(3, 2)]),
    (exponential_linear, lambda x: functional.elu(away_from_0(x), 0.7), [(3, 2)]),
    (exponential_linear, lambda x: functional.celu(x, 0.7) + functional.selu(away_from_0(x)), [(3, 2)]),
    (normal_gelu, functional.gelu, [(3, 2)]),
    (normal_cdf, normal_cdf, [(3, 2)]),
    (tanh_gelu, lambda x: functional.gelu(x, "tanh"), [(3, 2)]),
    (softmax_along, lambda x: functional.softmax(x, 1), [(3, 4, 2)]),
    (log_softmax_along, lambda x: functional.log_softmax(x, 0), [(3, 2)]),
    (gated, lambda x: functional.glu(x, 1), [(3, 4, 2)]),
    (gate, lambda x, y: np.sum(gate([x, y], lambda g: [g[0], g[1]])[0] * y), [(3,), (3,)]),
    (functional.linear, functional.bilinear, [(3,), (2,), (4, 3, 2), (4,)]),
    (functional.linear, functional.linear, [(3,), (2, 3), (2,)]),
    (functional.linear, functional.linear, [(4, 3), (2, 3), (2,)]),
    (functional.linear, functional.linear, [(2, 4, 3), (2, 3)]),
    (normalization.normalized, lambda *a: functional.layer_norm(a[0], 3, *a[1:]), [(4, 3), (3,), (3,)]),
    (normalization.normalized, lambda x: functional.layer_norm(x, (2, 3)), [(2, 2, 3)]),
    (normalization.normalized, lambda x, w: functional.rms_norm(x, 3, w), [(2, 2, 3), (3,)]),
    (normalization.gradients, partial(gradients_by_rows, centred=True), [(4, 3), (4, 3), (3,), (3,)]),
    (normalization.gradients, partial(gradients_by_rows, centred=True), [(4, 3), (4, 3)]),
    (normalization.gradients, partial(gradients_by_rows, centred=False), [(4, 3), (4, 3), (3,)]),
    (rows_of, lambda w: functional.embedding([2, 0, 0], w), [(3, 2)]),
    (rows_added, lambda x: rows_added(x, np.array([1, 1, 0]), 3), [(3, 2)]),
    (attention, functional.scaled_dot_product_attention, [(2, 3, 2), (2, 4, 2), (2, 4, 1)]),
    (attention, lambda *a: functional.scaled_dot_product_attention(*a, is_causal=True), [(3, 2), (3, 2), (3, 2)]),
    (attention_kernel.gradients, partial(gradients_of_attention, Heads()), [(2, 3, 4)] * 4),
    (attention_kernel.gradients, partial(gradients_of_attention, Heads(2, True, (3,))), [(2, 3, 4), (2, 3, 12)]),
    (attention_weights, functional.scaled_dot_product_attention, [(2, 3, 2), (4, 2), (4, 1), (3, 4)]),
    *loss_properties.PROPERTIES,
    (rnn_steps, functional.rnn, [(3, 2, 3), (2, 4), (4, 3), (4, 4), (4,), (4,)]),
    (lstm_steps, lambda x, h, c, *w: functional.lstm(x, (h, c), *w), [(3, 2, 3), (2, 1), (2, 1), (4, 3), (4, 1)]),
    (
        lstm_steps,
        lambda x, h, c, *w: functional.lstm(x, (h, c), *w[:2], None, None, w[2]),
        [(3, 2, 3), (2, 1), (2, 2), (8, 3), (8, 1), (1, 2)],
    ),
    (gru_steps, functional.gru, [(3, 2, 3), (2, 1), (3, 3), (3, 1), (3,), (3,)]),
    (preactivation, functional.rnn_cell, [(2, 3), (2, 4), (4, 3), (4, 4), (4,), (4,)]),
    (gru_products, gru_products, [(2, 3), (2, 1), (3, 3), (3, 1), (3,), (3,)]),
    (gru_update, functional.gru_cell, [(2, 3), (2, 1), (3, 3), (3, 1), (3,), (3,)]),
    (convolution.convolve, lambda *x: functional.conv2d(*x, **OPTIONS), [(2, 4, 5, 4), (2, 2, 2, 2), (2,)]),
    (
        convolution.convolve_transposed,
        lambda *x: functional.conv_transpose2d(*x, **OPTIONS),
        [(1, 2, 3, 2), (2, 2, 2, 2), (4,)],
    ),
    (convolution.correlate, kernel_and_bias, [(2, 2, 3, 2), (2, 4, 5, 4)]),
    (pooling.max_pool, lambda x: pooling.max_pool(spread_out(x), WINDOWS), [(2, 4, 5)]),
    (pooling.max_spread, lambda g: pooling.max_spread(g, IMAGE[:, :3, :2], IMAGE, WINDOWS), [(2, 3, 2)]),
    (pooling.max_gather, lambda v: pooling.max_gather(v, IMAGE, WINDOWS), [(2, 4, 5)]),
    (pooling.avg_pool, lambda x: pooling.avg_pool(x, WINDOWS, 3), [(2, 4, 5)]),
    (pooling.avg_spread, lambda g: pooling.avg_spread(g, WINDOWS, 3), [(2, 3, 2)]),
    (unpooling.unpool, lambda x: unpooling.unpool(x, PLACES, (4,)), [(2, 2)]),
    (unpooling.take_entries, lambda x: unpooling.take_entries(x, PLACES, 1), [(2, 4)]),
    *[
        (function, partial(call, groups=groups), shapes)
        for groups in (0, 2)
        for function, call, shapes in (
            (normalizing.normalized, normalized, [(2, 4, 3), (4,), (4,)]),
            (normalizing.normalized, normalized, [(3, 2, 20)]),
            (normalizing.gradient, gradient_of_normalized, [(2, 4, 3), (2, 4, 3), (4,)]),
            (normalizing.gradient, gradient_of_normalized, [(2, 2, 20), (2, 2, 20)]),
        )
    ],
    (normalizing.scaled, normalizing.scaled, [(2, 3, 2), (3, 1), (3, 1)]),
    (resampling.resample, lambda x: resampling.resample(x, (TABLE, TABLE._replace(weights=None))), [(2, 4, 4)]),
    (padding.pad_constant, lambda x: padding.pad_constant(x, ((1, 2), (-1, 1)), 3.0), [(2, 3)]),
    (functional.pixel_shuffle, lambda x: functional.pixel_shuffle(x, 2), [(1, 8, 2, 3)]),
    (functional.pixel_unshuffle, lambda x: functional.pixel_unshuffle(x, 2), [(1, 2, 4, 6)]),
    (functional.channel_shuffle, lambda x: functional.channel_shuffle(x, 2), [(1, 6, 2)]),
]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("f", "call", "shapes"), PROPERTIES)
def test_rules_agree_with_finite_differences(
    rng: np.random.Generator, f: Any, call: Callable[..., Any], shapes: list[tuple[int, ...]], order: int
) -> None:
    gradcheck(call, *(rng.normal(size=shape) for shape in shapes), order=order, rng=rng)


def test_every_rule_of_nn_has_a_property() -> None:
    ours = {f for f in RULES if (getattr(f, "__module__", None) or "").split(".")[0] == "nn"}
    assert functional.linear in ours
    assert ours <= {f for f, _, _ in PROPERTIES}


def test_fans_count_the_kernel() -> None:
    assert nn.init.fans(nn.Parameter(np.zeros((8, 4, 3, 5)))) == {"fan_in": 4 * 15, "fan_out": 8 * 15}


def test_kaiming_scales_by_the_fan_in_of_four_axes(rng: np.random.Generator) -> None:
    p = nn.init.kaiming_normal_(nn.Parameter(np.zeros((300, 4, 3, 5))), nonlinearity="relu", rng=rng)
    assert np.std(p.data) == pytest.approx(np.sqrt(2 / 60), rel=0.02)


@pytest.mark.parametrize("size", [1.0, 1e3, 1e300])
def test_cross_entropy_of_large_logits_is_finite_and_right(size: float) -> None:
    logits = size * np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]])
    with np.errstate(over="raise", invalid="raise"):
        loss = functional.cross_entropy(logits, [0, 0], reduction="none")
        g = grad(lambda x: functional.cross_entropy(x, [0, 0], reduction="sum"))(logits)
    tail = np.log(np.exp(-2 * min(size, 300)) + np.exp(-min(size, 300)) + 1)
    np.testing.assert_allclose(loss, [tail, tail + 2 * size], rtol=1e-15)
    np.testing.assert_allclose(g.sum(axis=1), 0, atol=1e-15)
    if size > 1:
        assert g.tolist() == [[0, 0, 0], [-1, 1, 0]]


def test_cross_entropy_takes_labels_of_any_integer_dtype() -> None:
    logits = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
    losses = [functional.cross_entropy(logits, np.array([2, 0], dtype)) for dtype in ("i1", "u1", "i8", "u8")]
    losses += [functional.cross_entropy(logits, [2, 0]), functional.cross_entropy(Tensor(logits), Tensor([2, 0])).data]
    assert len(set(losses)) == 1


def test_losses_keep_float32() -> None:
    x = Tensor(np.ones((2, 3)), dtype=np.float32)
    for loss in (functional.cross_entropy(x, [0, 1]), functional.mse_loss(x, np.zeros((2, 3), np.float32))):
        assert loss.dtype == np.float32


# ---------------------------------------------------------------------------------------------------------- dropout


def test_dropout_zeroes_the_share_p_and_scales_the_rest(rng: np.random.Generator) -> None:
    y = functional.dropout(np.ones((200, 500), np.float32), 0.3, rng=rng)
    assert y.dtype == np.float32
    np.testing.assert_allclose(np.unique(y), [0, 1 / 0.7], rtol=1e-6)
    assert abs(np.mean(y == 0) - 0.3) < 0.01


def test_dropout_lets_gradients_through_where_it_lets_values_through(rng: np.random.Generator) -> None:
    x = Tensor(np.ones(100))
    y = functional.dropout(x, 0.5, rng=rng)
    y.sum().backward()
    assert set(y.data) == {0.0, 2.0}
    assert np.array_equal(x.grad, y.data)


def test_dropout_does_nothing_in_evaluation() -> None:
    layer, x = nn.Dropout(0.5), Tensor(np.ones(10))
    assert layer.eval()(x) is x
    assert layer.train()(x) is not x


def test_dropout_with_p_1_gives_zeros_and_with_p_0_the_input() -> None:
    x = Tensor(np.ones(10))
    with warnings.catch_warnings(action="error"):
        assert np.all(nn.Dropout(1)(x).data == 0)
    assert nn.Dropout(0)(x) is x


def test_dropout_draws_anew_from_its_rng_each_time() -> None:
    first, second = (nn.Dropout(0.5, rng=np.random.default_rng(1)) for _ in range(2))
    x = np.ones(50)
    once, again = first(x), first(x)
    assert not np.array_equal(once, again)
    assert np.array_equal(second(x), once)


def test_manual_seed_repeats_what_has_no_rng_of_its_own() -> None:
    def draw() -> tuple[Any, Any]:
        nn.manual_seed(3)
        return nn.Linear(4, 4).weight.data, nn.Dropout(0.5)(np.ones(50))

    for first, second in zip(draw(), draw(), strict=True):
        assert np.array_equal(first, second)


# --------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: nn.Linear(3, 2)(np.ones((4, 5))),
            nn.errors.ShapeError,
            "Linear(in_features=3, out_features=2, bias=True): got shape (4, 5); the last axis must be 3.",
        ),
        (
            lambda: nn.Linear(3, 2)([[1.0, 2.0, 3.0]]),
            nn.errors.ArgumentError,
            (
                "Linear(in_features=3, out_features=2, bias=True): the input is a list, not an array or a Tensor. "
                "Write np.array(x, np.float32)."
            ),
        ),
        (
            lambda: nn.Sequential(nn.Dropout(0.5))(3.0),
            nn.errors.ArgumentError,
            "model[0] dropout: the input is a float, not an array or a Tensor. Write np.array(x, np.float32).",
        ),
        (
            lambda: nn.Linear(0, 3),
            nn.errors.ArgumentError,
            "Linear: in_features=0; it must be an integer, 1 or more.",
        ),
        (
            lambda: nn.Linear(3, -1),
            nn.errors.ArgumentError,
            "Linear: out_features=-1; it must be an integer, 1 or more.",
        ),
        (
            lambda: nn.Linear(3, 2.0),  # type: ignore[arg-type]
            nn.errors.ArgumentError,
            "Linear: out_features=2.0; it must be an integer, 1 or more.",
        ),
        (
            lambda: nn.ReLU(inplace=True),
            nn.errors.ArgumentError,
            (
                "ReLU: inplace=True; nodes are never changed in place, as their values serve the backward pass. "
                "Write inplace=False, or leave it out."
            ),
        ),
        (
            lambda: nn.Dropout(0.1, True),
            nn.errors.ArgumentError,
            (
                "Dropout: inplace=True; nodes are never changed in place, as their values serve the backward pass. "
                "Write inplace=False, or leave it out."
            ),
        ),
        (lambda: nn.Dropout("0.5"), nn.errors.ArgumentError, "Dropout: p='0.5'; it must be a probability, 0 to 1."),
        (lambda: nn.Dropout(1.5), nn.errors.ArgumentError, "Dropout: p=1.5; it must be a probability, 0 to 1."),
        (
            lambda: functional.dropout(np.ones(3), -0.1),
            nn.errors.ArgumentError,
            "dropout: p=-0.1; it must be a probability, 0 to 1.",
        ),
        (
            lambda: nn.MSELoss(reduction="avg"),
            nn.errors.ArgumentError,
            "unknown reduction 'avg'. Known are 'mean', 'sum', 'none'.",
        ),
        (
            lambda: functional.mse_loss(np.ones((8, 1)), np.ones(8)),
            nn.errors.ShapeError,
            (
                "mse_loss: input of shape (8, 1), target of shape (8,); they must be the same. "
                "Write target.reshape(input.shape)."
            ),
        ),
        (
            lambda: functional.cross_entropy(np.ones(3), [0]),
            nn.errors.LabelError,
            "cross_entropy: labels of shape (1,); for this input they must be ().",
        ),
        (
            lambda: functional.cross_entropy(np.ones((2, 3)), [0.0, 1.0]),
            nn.errors.LabelError,
            (
                "cross_entropy takes class indices, integers of shape (2,), not float64 (2,). "
                "Write y.astype(int) for labels, y.argmax(axis=1) for one-hot rows."
            ),
        ),
        (
            lambda: functional.cross_entropy(np.ones((2, 3)), [0, 1, 2]),
            nn.errors.LabelError,
            "cross_entropy: labels of shape (3,); for this input they must be (2,).",
        ),
        (
            lambda: functional.cross_entropy(np.ones((2, 3)), [0, 3]),
            nn.errors.LabelError,
            "cross_entropy: label 3; with 3 classes it must be in 0..2, or -100.",
        ),
        (
            lambda: functional.cross_entropy(np.ones((2, 3)), [-1, 2]),
            nn.errors.LabelError,
            "cross_entropy: label -1; with 3 classes it must be in 0..2, or -100.",
        ),
        (
            lambda: nn.init.calculate_gain("swish"),
            nn.errors.ArgumentError,
            (
                "unknown nonlinearity 'swish'. Known are 'linear', 'conv1d', 'conv2d', 'conv3d', 'conv_transpose1d', "
                "'conv_transpose2d', 'conv_transpose3d', 'sigmoid', 'tanh', 'relu', 'selu', 'leaky_relu'."
            ),
        ),
        (
            lambda: nn.init.kaiming_normal_(nn.Parameter([1.0])),
            nn.errors.ShapeError,
            "fan in and fan out need a weight of shape (out, in, ...), not (1,).",
        ),
        (
            lambda: nn.init.kaiming_normal_(nn.Parameter([[1.0]]), mode="fan"),
            nn.errors.ArgumentError,
            "unknown mode 'fan'. Known are 'fan_in', 'fan_out'.",
        ),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_errors_are_those_that_pytorch_users_catch() -> None:
    for error in (nn.errors.ArgumentError, nn.errors.LabelError, nn.errors.ShapeError):
        assert issubclass(error, ValueError)
    assert issubclass(nn.errors.StateDictError, RuntimeError)
