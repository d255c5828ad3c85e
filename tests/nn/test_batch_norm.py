"""Normalization by channels: running statistics, work in pieces, state, what is refused."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional
from nn.functional import normalizing

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("momentum", [0.1, None, 1.0])
@pytest.mark.parametrize("name", ["BatchNorm1d", "InstanceNorm1d"])
def test_running_statistics_move_as_those_of_pytorch(name: str, momentum: Any, rng: np.random.Generator) -> None:
    momentum = 0.3 if name == "InstanceNorm1d" and momentum is None else momentum
    ours = getattr(nn, name)(3, momentum=momentum, affine=True, track_running_stats=True, dtype=np.float64)
    theirs = getattr(torch.nn, name)(3, momentum=momentum, affine=True, track_running_stats=True, dtype=torch.float64)
    for i in range(4):
        x = rng.normal(i, i + 1, (5, 3, 4))
        np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-12, atol=1e-12)
    for key, value in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[key], value.numpy(), rtol=1e-13)
    ours.eval(), theirs.eval()
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-12, atol=1e-12)


def test_running_statistics_change_in_place_and_in_training_only(rng: np.random.Generator) -> None:
    layer = nn.BatchNorm2d(2)
    mean, var, count = layer.running_mean, layer.running_var, layer.num_batches_tracked
    x = rng.normal(3, 2, (4, 2, 3, 3)).astype(np.float32)
    layer(x)
    assert (layer.running_mean is mean, layer.running_var is var, layer.num_batches_tracked is count) == (True,) * 3
    assert int(count) == 1
    np.testing.assert_allclose(mean, 0.1 * x.mean(axis=(0, 2, 3)), rtol=1e-5)
    before = layer.state_dict()
    layer.eval()(x)
    assert all(np.array_equal(before[key], value) for key, value in layer.state_dict().items())


def test_a_call_that_is_refused_counts_no_batch() -> None:
    layer = nn.BatchNorm1d(3)
    with pytest.raises(nn.errors.ShapeError, match="more than 1 value"):
        layer(np.ones((1, 3), np.float32))
    assert int(layer.num_batches_tracked) == 0


def test_state_has_the_dtypes_of_pytorch_and_loads_them() -> None:
    ours, theirs = nn.BatchNorm2d(3), torch.nn.BatchNorm2d(3)
    theirs(torch.randn(4, 3, 2, 2))
    assert {k: (v.dtype.name, v.shape) for k, v in ours.state_dict().items()} == {
        k: (str(v.dtype).removeprefix("torch."), tuple(v.shape)) for k, v in theirs.state_dict().items()
    }
    ours.load_state_dict(theirs.state_dict())
    assert int(ours.num_batches_tracked) == 1
    assert ours.num_batches_tracked.dtype == np.int64
    np.testing.assert_array_equal(ours.running_var, theirs.running_var.numpy())
    ours(np.random.default_rng(0).normal(size=(4, 3, 2, 2)).astype(np.float32))
    assert int(ours.num_batches_tracked) == 2
    assert ours.double().running_mean.dtype == np.float64
    assert ours.num_batches_tracked.dtype == np.int64


def test_reset_forgets_what_was_seen_and_learned(rng: np.random.Generator) -> None:
    layer = nn.BatchNorm1d(3)
    fresh = copy.deepcopy(layer).state_dict()
    layer(rng.normal(size=(4, 3)).astype(np.float32))
    layer.weight.data = layer.weight.data + 1
    layer.reset_parameters()
    assert all(np.array_equal(fresh[key], value) for key, value in layer.state_dict().items())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "shape"),
    [
        *[("batch_norm", shape) for shape in [(48, 17, 24, 24), (700, 700), (9, 4, 30000)]],
        *[("group_norm", shape) for shape in [(48, 17, 24, 24), (700, 700), (9, 4, 30000)]],
        *[("instance_norm", shape) for shape in [(48, 17, 24, 24), (9, 4, 30000)]],
    ],
)
def test_large_inputs_are_normalized_in_pieces(name: str, shape: Any, dtype: Any, rng: np.random.Generator) -> None:
    channels = shape[1]
    x = rng.normal(5, 3, shape).astype(dtype)
    weight, bias = rng.normal(size=(2, channels)).astype(dtype)
    before: tuple[Any, ...] = {"batch_norm": (None, None), "group_norm": (1 if channels % 2 else 2,)}.get(
        name, (None, None)
    )
    after: tuple[Any, ...] = {"batch_norm": (True,)}.get(name, ())
    tensors = [Tensor(a) for a in (x, weight, bias)]
    theirs = [torch.tensor(a, requires_grad=True) for a in (x, weight, bias)]
    y = getattr(functional, name)(tensors[0], *before, *tensors[1:], *after)
    expected = getattr(torch.nn.functional, name)(theirs[0], *before, *theirs[1:], *after)
    g = rng.normal(size=shape).astype(dtype)
    y.backward(g)
    expected.backward(torch.tensor(g))
    assert y.dtype == dtype
    tolerance = 1e-4 if dtype == np.float32 else 1e-11
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=tolerance, atol=tolerance)
    for ours, t in zip(tensors, theirs, strict=True):
        scale = float(np.abs(t.grad.numpy()).max())
        np.testing.assert_allclose(ours.grad, t.grad.numpy(), rtol=tolerance, atol=tolerance * scale)
    assert x.size > 3 * normalizing.PIECE


def test_a_large_mean_costs_no_digits(rng: np.random.Generator) -> None:
    x = rng.normal(1e4, 1, (64, 3)).astype(np.float32)
    y = functional.batch_norm(x, None, None, training=True)
    exact = x.astype(float)
    exact = (exact - exact.mean(axis=0)) / np.sqrt(exact.var(axis=0) + 1e-5)
    np.testing.assert_allclose(y, exact, atol=2e-3)


def test_a_model_with_batch_norm_learns_and_evaluates(rng: np.random.Generator) -> None:
    model = nn.Sequential(nn.Linear(2, 16, rng=rng), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 2, rng=rng))
    x = rng.normal(size=(200, 2)).astype(np.float32)
    labels = (x[:, 0] * x[:, 1] > 0).astype(int)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(100):
        optimizer.zero_grad()
        functional.cross_entropy(model(x), labels).backward()
        optimizer.step()
    assert np.mean(model.eval()(x).data.argmax(axis=1) == labels) > 0.9


ONES = np.ones((2, 4, 3), np.float32)
REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.BatchNorm1d(0), nn.errors.ArgumentError, "BatchNorm1d: num_features=0"),
    (lambda: nn.BatchNorm1d(4, eps=0), nn.errors.ArgumentError, "BatchNorm1d: eps=0; it must be a number above 0"),
    (
        lambda: nn.BatchNorm1d(4, momentum=2),
        nn.errors.ArgumentError,
        "momentum=2; it must be a number, 0 to 1",
    ),
    (lambda: nn.GroupNorm(3, 4), nn.errors.ArgumentError, "num_groups=3; it must be a divisor of num_channels=4"),
    (lambda: nn.BatchNorm1d(3)(ONES), nn.errors.ShapeError, r"got shape \(2, 4, 3\), 4 channels; there must be 3"),
    (lambda: nn.BatchNorm2d(4)(ONES), nn.errors.ShapeError, r"got shape \(2, 4, 3\); it must be \(N, C, H, W\)"),
    (lambda: nn.InstanceNorm1d(3)(ONES), nn.errors.ShapeError, "4 channels; there must be 3"),
    (lambda: nn.InstanceNorm1d(4)(ONES[..., :1]), nn.errors.ShapeError, "more than 1 value"),
    (lambda: nn.GroupNorm(2, 6)(ONES), nn.errors.ShapeError, r"it must be \(N, 6\)"),
    (lambda: nn.GroupNorm(4, 4)(ONES[:1, :, 0]), nn.errors.ShapeError, "one value in each of 4 groups has no variance"),
    (lambda: nn.LocalResponseNorm(0), nn.errors.ArgumentError, "LocalResponseNorm: size=0"),
    (lambda: nn.LocalResponseNorm(2)(np.ones((2, 3))), nn.errors.ShapeError, r"it must be \(N, C, \*spatial\)"),
    (lambda: functional.batch_norm(ONES, None, None), nn.errors.ArgumentError, "needs running_mean and running_var"),
    (
        lambda: functional.batch_norm(ONES, None, None, np.ones(3), training=True),
        nn.errors.ShapeError,
        r"4 channels, and a parameter or statistic of shape \(3,\); it must be \(4,\)",
    ),
    (lambda: functional.batch_norm(ONES, None, None, [1.0] * 4, training=True), nn.errors.ArgumentError, "is a list"),
    (
        lambda: functional.batch_norm(ONES, None, None, training=True, momentum=None),
        nn.errors.ArgumentError,
        "batch_norm: momentum=None; it must be a number",
    ),
    (lambda: functional.instance_norm(ONES, momentum="0"), nn.errors.ArgumentError, "instance_norm: momentum='0'"),
    (lambda: nn.LocalResponseNorm(2)(ONES.astype(int)), nn.errors.ArgumentError, "got int64; write x.astype"),
    (lambda: nn.LocalResponseNorm(2, k="1"), nn.errors.ArgumentError, "LocalResponseNorm: k='1'; it must be a number"),
    (lambda: functional.local_response_norm(ONES, 2, None), nn.errors.ArgumentError, "alpha=None; it must be a number"),
    (lambda: functional.batch_norm(ONES.astype(int), None, None), nn.errors.ArgumentError, "got int64; write x.astype"),
]


@pytest.mark.parametrize(("call", "kind", "text"), REFUSED)
def test_what_does_not_fit_is_named(call: Callable[[], Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()


@pytest.mark.parametrize(
    ("name", "shape"),
    [("BatchNorm1d", (0, 3)), ("BatchNorm1d", (0, 3, 4)), ("BatchNorm1d", (2, 3, 0)), ("InstanceNorm1d", (2, 3, 0))],
)
def test_of_nothing_comes_nothing_and_the_running_statistics_stay(name: str, shape: tuple[int, ...]) -> None:
    ours, theirs = getattr(nn, name)(3, affine=True), getattr(torch.nn, name)(3, affine=True)
    x, tx = Tensor(np.ones(shape, np.float32)), torch.ones(shape, requires_grad=True)
    assert ours(x).shape == tuple(theirs(tx).shape)
    for key, value in theirs.state_dict().items():
        assert np.array_equal(ours.state_dict()[key], value.numpy())


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        *((nn.BatchNorm1d(4), (3, 4)), (nn.InstanceNorm1d(3), (2, 3, 4)), (nn.GroupNorm(1, 3), (2, 3, 4))),
        *((nn.LayerNorm(4), (2, 4)), (nn.RMSNorm(4), (2, 4))),
    ],
    ids=repr,
)
def test_a_variance_that_overflows_gives_zeros_without_a_warning(layer: Any, shape: tuple[int, ...]) -> None:
    x = Tensor(1e30 * np.arange(24)[: np.prod(shape)].reshape(shape), dtype=np.float32)
    y = layer(x)
    y.backward(np.ones(shape, np.float32))
    assert not y.data.any()
    assert not x.grad.any()


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        *((nn.BatchNorm1d(4), (9, 4)), (nn.InstanceNorm1d(3, affine=True), (2, 3, 4)), (nn.GroupNorm(1, 3), (2, 3, 4))),
        *((nn.LayerNorm(64), (2, 64)), (nn.RMSNorm(64), (2, 64))),
    ],
    ids=repr,
)
@pytest.mark.parametrize("size", [1e-3, 300.0])
def test_float16_is_rounded_from_float32(layer: Any, shape: Any, size: float, rng: np.random.Generator) -> None:
    """Squares above 256 would overflow, and eps is that of float32."""
    x, results = (size * rng.normal(size=shape)).astype(np.float16), []
    for dtype in (np.float16, np.float32):
        t = Tensor(x.astype(dtype))
        y = copy.deepcopy(layer).to(dtype)(t)
        y.backward(np.linspace(0, 1, x.size).reshape(shape).astype(dtype))
        assert y.dtype == t.grad.dtype == dtype
        results.append((y.data, t.grad))
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-3, atol=2e-3 * np.abs(b).max())
