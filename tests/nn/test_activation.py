"""Activations where PyTorch is no guide, or by example: kinks, extremes, large arrays, what is refused."""

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional as F  # noqa: N812
from nn.functional import pieces

SMOOTH = [
    *(F.celu, F.elu, F.gelu, F.logsigmoid, F.mish, F.selu, F.sigmoid, F.silu, F.softplus, F.softsign, F.tanh),
    F.tanhshrink,
]
KINKED = [F.hardshrink, F.hardsigmoid, F.hardswish, F.hardtanh, F.leaky_relu, F.relu, F.relu6, F.softshrink, F.step]


def tanh_form(x: Any) -> Any:
    return F.gelu(x, "tanh")


ELEMENTWISE = [*SMOOTH, *KINKED, tanh_form]


@pytest.mark.parametrize(
    ("function", "kinks", "slopes"),
    [
        (F.relu, [0], [0]),
        (F.relu6, [0, 6], [0, 0]),
        (lambda x: F.leaky_relu(x, 0.1), [0], [0.1]),
        (lambda x: F.elu(x, 2.0), [0], [2]),
        (lambda x: F.celu(x, 2.0), [0], [1]),
        (F.selu, [0], [1.0507009873554805 * 1.6732632423543772]),
        (F.hardtanh, [-1, 1], [0, 0]),
        (F.hardsigmoid, [-3, 3], [0, 0]),
        (F.hardswish, [-3, 3], [0, 1]),
        (F.softshrink, [-0.5, 0, 0.5], [0, 0, 0]),
        (F.hardshrink, [-0.5, 0, 0.5], [0, 0, 0]),
        (lambda x: F.threshold(x, 2.0, -1.0), [2], [0]),
        (lambda x: F.prelu(x, np.array([0.3])), [0], [0.3]),
        (F.step, [-1, 0, 1], [0, 0, 0]),
        (F.softsign, [0], [1]),
        (F.gelu, [0], [0.5]),
    ],
)
def test_slopes_at_kinks(function: Callable[..., Any], kinks: list[float], slopes: list[float]) -> None:
    x = Tensor(np.array(kinks, float))
    function(x).sum().backward()
    assert x.grad.tolist() == slopes


def test_step_fires_from_0_on_and_passes_no_gradient() -> None:
    layer = nn.Sequential(nn.Linear(1, 1), nn.Step())
    layer[0].load_state_dict({"weight": [[1.0]], "bias": [0.0]})
    y = layer(np.array([[-1.0], [-0.0], [2.0]], np.float32))
    assert y.data.tolist() == [[0], [1], [1]]
    assert y.dtype == np.float32
    y.sum().backward()
    assert layer[0].weight.grad.tolist() == [[0]]


@pytest.mark.parametrize("function", ELEMENTWISE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_numbers_overflow_nowhere(function: Callable[..., Any], dtype: Any) -> None:
    size = float(np.finfo(dtype).max) / 8
    x = Tensor(np.array([-size, -1000, -90, -20, 20, 90, 1000, size], dtype))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y = function(x)
        y.backward(np.ones_like(x.data))
    assert y.dtype == x.grad.dtype == dtype
    assert np.isfinite(y.data).all()
    assert np.isfinite(x.grad).all()


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_nan_stays_nan_unless_it_is_compared(function: Callable[..., Any]) -> None:
    y = function(np.array([np.nan], np.float32))
    assert y == 0 if function is F.step else np.isnan(y)


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_integers_lists_and_numbers_are_taken(function: Callable[..., Any]) -> None:
    x = np.array([0, 1, 200], np.uint8)
    expected = function(x.astype(float))
    for given in (x, x.astype(int), [0, 1, 200]):
        np.testing.assert_allclose(function(given), expected, rtol=1e-3 if function is F.tanh else 1e-12)
    assert F.relu(x).dtype == np.uint8


# ------------------------------------------------------------------------------------------------------ large arrays


ORDERS: dict[str, Callable[[Any], Any]] = {
    "rows": lambda x: x,
    "columns": lambda x: np.asfortranarray(x),
    "channels last": lambda x: np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1),
    "with gaps": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("function", [*ELEMENTWISE, lambda x: F.softmax(x, -1), lambda x: F.log_softmax(x, 1)])
def test_pieces_give_what_the_whole_gives(
    function: Callable[..., Any], order: str, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pieces of 64 numbers."""
    data = ORDERS[order](rng.normal(0, 3, (5, 7, 11)).astype(np.float32))
    g = rng.normal(size=data.shape).astype(np.float32)

    def value_and_gradients() -> list[Any]:
        results = []
        for gradient in (g, ORDERS[order](g), np.broadcast_to(np.float32(1), g.shape)):
            x = Tensor(data)
            y = function(x)
            y.backward(gradient)
            results += [y.data, x.grad]
        return results

    whole = value_and_gradients()
    monkeypatch.setattr(pieces, "PIECE", 64)
    for a, b in zip(value_and_gradients(), whole, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


def test_large_arrays_take_the_way_of_pieces(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    def twice(x: Any) -> Any:
        sizes.append(x.size)
        return 2 * x

    monkeypatch.setattr(pieces, "PIECE", 64)
    x = rng.normal(size=(10, 20))
    assert np.array_equal(pieces.in_pieces(twice, x), 2 * x)
    assert sorted(sizes) == [8, 64, 64, 64]


def test_an_error_in_a_piece_is_that_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(x: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(pieces, "PIECE", 4)
    with pytest.raises(ZeroDivisionError):
        pieces.in_pieces(fail, np.ones(100))


# -------------------------------------------------------------------------------------------------------------- GELU


def exact_gelu(x: float) -> Any:
    return mpmath.mpf(x) * mpmath.ncdf(mpmath.mpf(x))


def test_gelu_is_exact_to_the_last_bits_in_float64() -> None:
    x = np.concatenate([np.linspace(-37, 9, 800), np.geomspace(1e-300, 1, 50), -np.geomspace(1e-300, 1, 50)])
    with mpmath.workdps(40):
        exact = [exact_gelu(v) for v in x.tolist()]
        error = [abs((y - e) / e) for y, e in zip(F.gelu(x).tolist(), exact, strict=True)]
    assert max(error[800:]) < 4e-16  # near 0
    assert max(e / max(1, v * v) for e, v in zip(error, x, strict=True)) < 1e-15  # exp(-x^2 / 2) magnifies rounding


def test_gelu_in_float32_is_closer_than_float32_can_tell() -> None:
    x = np.linspace(-12, 12, 20001).astype(np.float32)
    exact = F.gelu(x.astype(np.float64))
    assert F.gelu(x).dtype == np.float32
    assert np.max(np.abs(F.gelu(x) - exact) / np.maximum(1, np.abs(exact))) < 3e-7


def test_gelu_has_the_slope_of_its_value_at_and_near_0() -> None:
    x = Tensor(np.array([0.0, 1e-310, -1e-310, 1e-30, 1.0]))
    F.gelu(x).sum().backward()
    density = math.exp(-0.5) / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(
        x.grad, [0.5, 0.5, 0.5, 0.5, 0.5 * (1 + math.erf(1 / math.sqrt(2))) + density], rtol=1e-14
    )


def test_sigmoid_keeps_its_tail() -> None:
    np.testing.assert_allclose(F.sigmoid(np.array([-700.0, -40.0])), [math.exp(-700), math.exp(-40)], rtol=1e-15)


# ----------------------------------------------------------------------------------------------------------- softmax


def test_softmax_of_masked_entries_is_0_and_has_no_gradient() -> None:
    x = Tensor(np.array([[0.0, -np.inf, 1e4]]))
    y = F.softmax(x, 1)
    y[0, 2].backward()
    assert y.data.tolist() == [[0, 0, 1]]
    assert x.grad.tolist() == [[0, 0, 0]]


def test_softmax_without_an_axis_warns_and_takes_that_of_pytorch() -> None:
    for shape, axis in [((3,), 0), ((2, 3), 1), ((2, 3, 1), 0), ((1, 3, 1, 2), 1)]:
        with pytest.warns(UserWarning, match=rf"^softmax: no dim was given, and {axis} is taken; write dim={axis} or"):
            y = nn.Softmax()(np.ones(shape))
        np.testing.assert_allclose(y, 1 / shape[axis])


def test_softmax_casts_before_if_asked_to() -> None:
    assert F.softmax(np.ones(3, np.float32), 0, dtype=np.float64).dtype == np.float64
    assert F.log_softmax(np.ones(3, np.float32), 0).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: nn.Softmax(2)(np.ones((2, 3))),
            nn.errors.ShapeError,
            "softmax: dim=2, input of shape (2, 3); dim must be in -2..1.",
        ),
        (lambda: nn.Softmax("a"), nn.errors.ArgumentError, "Softmax: dim='a'; it must be an integer."),
        (
            lambda: nn.GLU()(np.ones((2, 3))),
            nn.errors.ShapeError,
            "glu: the axis -1 of the shape (2, 3) must have an even length.",
        ),
        (
            lambda: nn.Softmax2d()(np.ones((2, 3))),
            nn.errors.ShapeError,
            "Softmax2d(): got shape (2, 3); it takes (N, C, H, W) or (C, H, W).",
        ),
        (
            lambda: nn.GELU("exact"),
            nn.errors.ArgumentError,
            "unknown approximate 'exact'. Known are 'none', 'tanh'.",
        ),
        (lambda: nn.CELU(0), nn.errors.ArgumentError, "CELU: alpha=0; it must be a number other than 0."),
        (lambda: nn.Softplus(0), nn.errors.ArgumentError, "Softplus: beta=0; it must be a number other than 0."),
        (lambda: nn.ELU("1"), nn.errors.ArgumentError, "ELU: alpha='1'; it must be a number."),
        (
            lambda: nn.Hardtanh(1, -1),
            nn.errors.ArgumentError,
            "Hardtanh: min_val=1; it must be below max_val=-1.",
        ),
        (lambda: nn.Softshrink(-1), nn.errors.ArgumentError, "Softshrink: lambd=-1; it must be a number, 0 or more."),
        (lambda: nn.PReLU(0), nn.errors.ArgumentError, "PReLU: num_parameters=0; it must be an integer, 1 or more."),
        (
            lambda: nn.PReLU(3)(np.ones((2, 4))),
            nn.errors.ShapeError,
            (
                "prelu: weight of shape (3,) for an input of shape (2, 4); it must be (1,), "
                "or one slope for each of the channels, axis 1 of the input."
            ),
        ),
        (
            lambda: F.silu(np.ones(2), inplace=True),
            nn.errors.ArgumentError,
            (
                "silu: inplace=True; nodes are never changed in place, as their values serve the backward pass. "
                "Write inplace=False, or leave it out."
            ),
        ),
        (
            lambda: nn.Flatten(1, 0)(np.ones((2, 3))),
            nn.errors.ShapeError,
            "Flatten(start_dim=1, end_dim=0): got shape (2, 3), in which axis 0 does not come after 1.",
        ),
        (
            lambda: nn.Flatten(3)(np.ones((2, 3))),
            nn.errors.ShapeError,
            "Flatten(start_dim=3, end_dim=-1): got shape (2, 3), which has no axis 3.",
        ),
        (
            lambda: nn.Unflatten(1, (2, 2))(np.ones((2, 3))),
            nn.errors.ShapeError,
            "Unflatten(dim=1, unflattened_size=(2, 2)): got shape (2, 3), whose axis 1 has the length 3.",
        ),
        (
            lambda: nn.Unflatten(1, (-1, -1)),
            nn.errors.ArgumentError,
            "Unflatten: unflattened_size=(-1, -1); it must be lengths, at most one of them -1.",
        ),
        (
            lambda: nn.Unflatten(1, 3),
            nn.errors.ArgumentError,
            "Unflatten: unflattened_size=3; it must be a tuple of integers.",
        ),
        (
            lambda: nn.Bilinear(2, 3, 1)(np.ones((4, 2)), np.ones((5, 3))),
            nn.errors.ShapeError,
            (
                "Bilinear(in1_features=2, in2_features=3, out_features=1, bias=True): got shapes (4, 2) and (5, 3); "
                "all axes but the last must be the same."
            ),
        ),
        (
            lambda: nn.Bilinear(2, 3, 1)(np.ones((4, 2)), np.ones((4, 2))),
            nn.errors.ShapeError,
            (
                "Bilinear(in1_features=2, in2_features=3, out_features=1, bias=True): got shape (4, 2); "
                "the last axis must be 3."
            ),
        ),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


ALONG = [F.softmax, F.log_softmax, F.softmin]


@pytest.mark.parametrize("function", [*SMOOTH, *KINKED, F.glu, *(lambda x, f=f: f(x, -1) for f in ALONG)])
@pytest.mark.parametrize("x", [None, "abc", np.array(["a", "b"]), np.array([None, 1])], ids=str)
def test_what_is_no_number_is_refused(function: Any, x: Any) -> None:
    with pytest.raises(nn.errors.ArgumentError, match="an activation: the input is an array of"):
        function(x)


@pytest.mark.parametrize("function", ALONG)
@pytest.mark.parametrize("x", [[[1, 2], [4, 3]], np.array([[1, 2], [4, 3]], np.int8), np.array([[True], [False]])])
def test_integers_and_lists_are_taken_as_floats(function: Any, x: Any) -> None:
    y = function(x, 0)
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, function(np.array(x, float), 0))
    np.testing.assert_array_equal(F.glu(x, 0), F.glu(np.array(x, float), 0))
    assert F.tanh(x).dtype == np.float64


@pytest.mark.parametrize("function", [*SMOOTH, *KINKED[:-1], F.glu])
def test_infinities_neither_warn_nor_hide_the_slope(function: Any) -> None:
    """Warnings are errors here. Above all kinks the slope of a line is that of the line, not 0 times infinity."""
    x = Tensor([np.inf, -np.inf, 1e300, -1e300])
    function(x).backward(np.ones(2 if function is F.glu else 4))
    if function in (F.relu, F.leaky_relu, F.elu, F.celu, F.hardswish):
        assert x.grad[0] == x.grad[2] == 1


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: F.softmax(x, 0.5), "softmax: dim=0.5; it must be an integer"),
        (lambda x: F.glu(x, None), "glu: dim=None; it must be an integer"),
        (lambda x: F.softmax(x, 0, dtype="int"), "softmax: dtype='int'; it must be a floating dtype"),
        (lambda x: F.softmax(x, 0, dtype="half-ish"), "it must be a floating dtype"),
        (lambda x: F.leaky_relu(x, "0.1"), "leaky_relu: negative_slope='0.1'; it must be a number"),
        (lambda x: F.elu(x, None), "elu: alpha=None; it must be a number"),
        (lambda x: F.softplus(x, 1.0, None), "softplus: threshold=None; it must be a number"),
        (lambda x: F.hardtanh(x, None), "hardtanh: min_val=None; it must be a number"),
        (lambda x: F.hardtanh(x, 0.0, "1"), "hardtanh: max_val='1'; it must be a number"),
        (lambda x: F.hardshrink(x, None), "hardshrink: lambd=None; it must be a number"),
        (lambda x: F.threshold(x, None, 0.0), "threshold: threshold=None; it must be a number"),
        (lambda x: F.threshold(x, 0.0, "0"), "threshold: value='0'; it must be a number"),
        (lambda x: F.prelu(x, 0.25), "prelu: the weight is a float, not an array"),
    ],
)
def test_options_of_another_kind_are_named(call: Callable[[Any], Any], text: str) -> None:
    with pytest.raises(nn.errors.ArgumentError, match=text):
        call(np.ones((2, 2)))


@pytest.mark.parametrize("function", [*SMOOTH, *KINKED, F.glu, tanh_form, *(lambda x, f=f: f(x, -1) for f in ALONG)])
def test_float16_is_rounded_from_float32(function: Any) -> None:
    """Exponentials overflow in float16 from 12 on, squares from 256 on: nothing of that shows."""
    x = np.array([12, -12, 300, -300, 50, 0.5, 6e4, -1], np.float16)
    half, single = Tensor(x), Tensor(x.astype(np.float32))
    results = []
    for t in (half, single):
        y = function(t)
        y.backward(np.linspace(0.5, 1, len(y.data)).astype(t.dtype))
        results.append((y.data, t.grad))
    for a, b in zip(*results, strict=True):
        assert a.dtype == np.float16
        np.testing.assert_allclose(a, b.astype(np.float16), rtol=2e-3, atol=1e-3)
