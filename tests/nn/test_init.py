"""Starting values: distributions next to PyTorch's, patterns, what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from nn import init

SIZES = [(6, 4), (4, 6), (5, 2, 3)]


@pytest.mark.parametrize("shape", SIZES)
def test_orthogonal_rows_or_columns(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    p = nn.Parameter(np.zeros(shape))
    assert init.orthogonal_(p, gain=2.0, rng=rng) is p
    matrix = p.data.reshape(shape[0], -1)
    smaller = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(smaller, 4 * np.eye(len(smaller)), atol=1e-12)


def test_orthogonal_is_uniform_over_rotations(rng: np.random.Generator) -> None:
    """Every entry of such a matrix has mean 0 and mean square 1 / n; without a choice of signs the diagonal has not."""
    drawn = np.array([init.orthogonal_(np.zeros((3, 3)), rng=rng) for _ in range(2000)])
    np.testing.assert_allclose(drawn.mean(axis=0), 0, atol=0.06)
    np.testing.assert_allclose((drawn**2).mean(axis=0), 1 / 3, atol=0.04)


@pytest.mark.parametrize(("a", "b"), [(-2.0, 2.0), (-0.5, 3.0), (1.0, 1.5), (-9.0, -1.0), (0.0, np.inf)])
def test_truncated_normal_has_the_moments_of_that_distribution(a: float, b: float, rng: np.random.Generator) -> None:
    stats = pytest.importorskip("scipy.stats")
    values = init.trunc_normal_(np.zeros(40000), 0.5, 2.0, a, b, rng=rng)
    assert a <= values.min() < values.max() <= b
    expected = stats.truncnorm((a - 0.5) / 2, (b - 0.5) / 2, 0.5, 2.0)
    assert stats.kstest(values, expected.cdf).pvalue > 1e-4


def test_truncated_normal_far_in_the_tail(rng: np.random.Generator) -> None:
    values = init.trunc_normal_(np.zeros(1000), a=30.0, b=1e9, rng=rng)
    assert 30 <= values.min() < values.max() < 31


def test_sparse_columns(rng: np.random.Generator) -> None:
    values = init.sparse_(nn.Parameter(np.zeros((50, 200))), 0.33, std=0.5, rng=rng).data
    assert set((values == 0).sum(axis=0)) == {17}
    assert np.std(values[values != 0]) == pytest.approx(0.5, rel=0.03)
    assert abs((values == 0).mean(axis=1) - 0.34).max() < 0.15


def test_lecun_has_the_variance_of_one_over_the_fan_in(rng: np.random.Generator) -> None:
    for fill in (init.lecun_normal_, init.lecun_uniform_):
        values = fill(np.zeros((300, 8, 5, 5)), rng=rng)
        assert np.var(values) == pytest.approx(1 / 200, rel=0.03)
    assert np.max(np.abs(values)) <= np.sqrt(3 / 200)


def test_identities_pass_their_input_on(rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 3)).astype(np.float32)
    layer = nn.Linear(3, 5, bias=False)
    init.eye_(layer.weight)
    np.testing.assert_array_equal(layer(x).data, np.pad(x, ((0, 0), (0, 2))))


FILLS: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    ("eye_", (3, 4), {}),
    ("dirac_", (4, 3, 5), {}),
    ("dirac_", (6, 2, 3, 4), {"groups": 3}),
    ("dirac_", (2, 3, 3, 3, 2), {"groups": 2}),
    ("ones_", (2, 2), {}),
    ("constant_", (2, 2), {"val": 0.3}),
]


@pytest.mark.parametrize(("name", "shape", "options"), FILLS)
def test_patterns_are_those_of_pytorch(name: str, shape: tuple[int, ...], options: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    ours = getattr(init, name)(nn.Parameter(np.full(shape, 9.0)), **options).data
    assert np.array_equal(ours, getattr(torch.nn.init, name)(torch.full(shape, 9.0).double(), **options).numpy())


RANDOM: list[tuple[str, dict[str, Any]]] = [
    ("trunc_normal_", {}),
    ("trunc_normal_", {"mean": 1.0, "std": 0.5, "a": 0.2, "b": 3.0}),
    ("orthogonal_", {"gain": 1.5}),
    ("sparse_", {"sparsity": 0.1}),
]


@pytest.mark.parametrize(("name", "options"), RANDOM)
def test_distributions_are_those_of_pytorch(name: str, options: dict[str, Any], rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    ours = getattr(init, name)(nn.Parameter(np.zeros((300, 200))), **options, rng=rng).data
    theirs = getattr(torch.nn.init, name)(torch.zeros(300, 200, dtype=torch.float64), **options).numpy()
    quantiles = [0.01, 0.25, 0.5, 0.75, 0.99]
    width = np.ptp(np.quantile(theirs, quantiles))
    np.testing.assert_allclose(np.quantile(ours, quantiles), np.quantile(theirs, quantiles), atol=0.02 * width)


def test_names_and_arguments_are_those_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    import inspect

    for name in init.__all__:
        theirs = getattr(torch.nn.init, name, None)
        if theirs is None:
            assert name.startswith("lecun")
            continue
        arguments = [
            {p.name: p.default for p in inspect.signature(f).parameters.values() if p.name not in {"rng", "generator"}}
            for f in (getattr(init, name), theirs)
        ]
        assert arguments[0] == arguments[1], name


@pytest.mark.parametrize("name", ["linear", "conv2d", "conv_transpose3d", "selu", "relu"])
def test_gains(name: str) -> None:
    torch = pytest.importorskip("torch")
    assert init.calculate_gain(name) == torch.nn.init.calculate_gain(name)
    assert init.calculate_gain("leaky_relu", 0.3) == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", 0.3))


def test_the_same_seed_gives_the_same_numbers() -> None:
    for fill in (
        init.trunc_normal_,
        init.orthogonal_,
        init.lecun_normal_,
        lambda p, rng: init.sparse_(p, 0.5, rng=rng),
    ):
        a, b = (fill(np.zeros((4, 3)), rng=np.random.default_rng(5)) for _ in range(2))
        assert np.array_equal(a, b)
        assert a.any()


@pytest.mark.parametrize("shape", [(3, 0), (0, 3)])
def test_a_weight_may_be_empty(shape: tuple[int, ...]) -> None:
    for fill in (init.xavier_normal_, init.kaiming_uniform_, init.lecun_normal_, init.orthogonal_, init.normal_):
        assert fill(np.zeros(shape)).shape == shape


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: init.eye_(nn.Parameter(np.zeros(3))),
            nn.errors.ShapeError,
            "eye_: a weight of shape (3,); it must have 2 axes.",
        ),
        (
            lambda: init.dirac_(nn.Parameter(np.zeros((3, 3)))),
            nn.errors.ShapeError,
            "dirac_: a weight of shape (3, 3); it must have 3 to 5 axes.",
        ),
        (
            lambda: init.dirac_(nn.Parameter(np.zeros((3, 3, 1))), groups=2),
            nn.errors.ShapeError,
            "dirac_: a weight of shape (3, 3, 1) does not divide into 2 groups.",
        ),
        (
            lambda: init.orthogonal_(nn.Parameter(np.zeros(3))),
            nn.errors.ShapeError,
            "orthogonal_: a weight of shape (3,); it must have 2 or more axes.",
        ),
        (
            lambda: init.trunc_normal_(np.zeros(3), a=1.0, b=0.0),
            nn.errors.ArgumentError,
            "trunc_normal_: a=1.0; it must be below b=0.0.",
        ),
        (
            lambda: init.trunc_normal_(np.zeros(3), std=0.0),
            nn.errors.ArgumentError,
            "trunc_normal_: std=0.0; it must be a number above 0.",
        ),
        (
            lambda: init.sparse_(np.zeros((3, 3)), 1.5),
            nn.errors.ArgumentError,
            "sparse_: sparsity=1.5; it must be a fraction, 0 to 1.",
        ),
        (
            lambda: init.uniform_(np.zeros(3), 3.0, 1.0),
            nn.errors.ArgumentError,
            "uniform_: a=3.0; it must be a number, at most b=1.0.",
        ),
        (
            lambda: init.normal_(np.zeros(3), std=-1.0),
            nn.errors.ArgumentError,
            "normal_: std=-1.0; it must be a number, 0 or more.",
        ),
        (
            lambda: init.xavier_normal_(np.zeros((3, 2)), gain=-1.0),
            nn.errors.ArgumentError,
            "xavier: gain=-1.0; it must be a number, 0 or more.",
        ),
        (
            lambda: init.uniform_(np.zeros(3, int)),
            nn.errors.ArgumentError,
            "uniform_: an input is of int64. Write x.astype(np.float32).",
        ),
        (
            lambda: init.kaiming_uniform_([[1.0]]),
            nn.errors.ArgumentError,
            "fan in and fan out: the input is a list, not an array or a Tensor. Write np.array(x, np.float32).",
        ),
        (
            lambda: init.zeros_(nn.Linear(1, 1)),
            nn.errors.ArgumentError,
            "constant_: the input is a Linear, not an array or a Tensor. Write np.array(x, np.float32).",
        ),
        (
            lambda: init.calculate_gain("leaky_relu", "a"),  # type: ignore[arg-type]
            nn.errors.ArgumentError,
            "calculate_gain: param='a'; it must be a number.",
        ),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
