"""Losses where PyTorch is no guide: extremes, conventions, precision, what is ours alone, what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, grad
from nn import functional

INF = np.inf


def narrow(*shape: int) -> Tensor:
    return Tensor(np.linspace(0.1, 0.9, int(np.prod(shape))).reshape(shape).astype(np.float32))


# ------------------------------------------------------------------------------------------------------ ours alone


def test_sse_sums_squared_errors_without_a_half() -> None:
    x, t = np.array([[1.0, 2.0], [3.0, 5.0]]), np.zeros((2, 2))
    assert nn.SSELoss()(x, t) == 39
    assert nn.SSELoss("mean")(x, t) == 19.5
    assert nn.SSELoss(reduction="none")(x, t).tolist() == [5, 34]
    assert nn.SSELoss("none")(x[0], t[0]).tolist() == [1, 4]
    assert grad(lambda x: functional.sse_loss(x, t))(x).tolist() == (2 * x).tolist()


def test_hinge_loss_is_0_where_the_margin_is_kept() -> None:
    x, t = np.array([2.0, 0.5, -3.0, 0.25]), [1, 1, 1, -1]
    assert nn.HingeLoss(reduction="none")(x, t).tolist() == [0, 0.5, 4, 1.25]
    assert nn.HingeLoss(margin=2, reduction="sum")(x, t) == 0 + 1.5 + 5 + 2.25
    assert grad(lambda x: functional.hinge_loss(x, t, reduction="sum"))(x).tolist() == [0, -1, -1, 1]


# -------------------------------------------------------------------------------------------------------- extremes


def test_logarithms_in_the_cross_entropy_of_probabilities_stop_at_minus_100() -> None:
    x, t = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
    assert functional.binary_cross_entropy(x, t, reduction="none").tolist() == [0, 100, 100, 0]
    by_input, by_target = grad(functional.binary_cross_entropy, argnums=(0, 1))(x, t, reduction="sum")
    assert np.allclose(by_input, [0, 1e12, -1e12, 0], rtol=1e-6)
    assert by_target.tolist() == [100, -100, 100, -100]


@pytest.mark.parametrize("pos_weight", [None, np.array([1.0])])
def test_the_cross_entropy_of_logits_is_exact_at_extremes(pos_weight: Any) -> None:
    x, t = np.array([-1000.0, -50.0, 50.0, 1000.0, 1000.0]), np.array([0.0, 0.0, 1.0, 1.0, 0.0])
    with np.errstate(over="raise", invalid="raise"):
        loss = functional.binary_cross_entropy_with_logits(x, t, reduction="none", pos_weight=pos_weight)
        g = grad(functional.binary_cross_entropy_with_logits)(x, t, reduction="sum", pos_weight=pos_weight)
    np.testing.assert_allclose(loss, [0, np.exp(-50.0), np.exp(-50.0), 0, 1000], rtol=1e-14)
    np.testing.assert_allclose(g, [0, np.exp(-50.0), 0, 0, 1], atol=1e-16)


def test_the_soft_margin_does_not_overflow() -> None:
    with np.errstate(over="raise"):
        loss = functional.soft_margin_loss(np.array([-1000.0, 1000.0]), [1, 1], reduction="none")
    assert loss.tolist() == [1000, 0]


def test_a_target_of_0_has_no_divergence_whatever_the_input() -> None:
    x, t = np.array([-INF, -1.0]), np.array([0.0, 1.0])
    assert functional.kl_div(x, t, "none").tolist() == [0, 1]
    assert functional.kl_div(x, np.log(np.array([1e-300, 1.0])) - [INF, 0], "none", log_target=True).tolist() == [0, 1]


def test_classes_that_are_masked_out_count_nothing() -> None:
    x = np.array([[1.0, -INF, 2.0]])
    for target in (np.array([2]), np.array([[0.0, 0.0, 1.0]])):
        loss, g = functional.cross_entropy(x, target), grad(functional.cross_entropy)(x, target)
        np.testing.assert_allclose(loss, np.log1p(np.exp(-1)), rtol=1e-15)
        np.testing.assert_allclose(g, [[1 / (1 + np.e), 0, -1 / (1 + np.e)]], rtol=1e-14)


@pytest.mark.parametrize("size", [1e3, 1e300])
def test_soft_targets_of_large_logits(size: float) -> None:
    x, t = size * np.array([[1.0, -1.0, 0.0]]), np.array([[0.5, 0.25, 0.25]])
    with np.errstate(over="raise", invalid="raise"):
        np.testing.assert_allclose(functional.cross_entropy(x, t), 0.75 * size, rtol=1e-15)
        np.testing.assert_allclose(grad(functional.cross_entropy)(x, t), [[0.5, -0.25, -0.25]], rtol=1e-15)


def test_ignored_examples_count_nothing_even_where_their_loss_is_infinite() -> None:
    x = np.array([[1.0, 2.0], [-INF, 0.0]])
    assert functional.cross_entropy(x, [0, -100]) == functional.cross_entropy(x[:1], [0])
    assert grad(functional.cross_entropy)(x, [0, -100])[1].tolist() == [0, 0]
    assert functional.nll_loss(x, [0, 0], ignore_index=0, reduction="none").tolist() == [0, 0]


def test_the_mean_over_no_examples_is_nan_and_their_sum_is_0() -> None:
    none, weight = np.ones((0, 3)), np.ones(3)
    for loss in (functional.mse_loss, functional.binary_cross_entropy, functional.huber_loss, functional.kl_div):
        assert np.isnan(loss(none, none))
        assert loss(none, none, reduction="sum") == 0
    assert np.isnan(functional.huber_loss(none, none, weight=none))
    assert np.isnan(functional.l1_loss(none, none, weight=none))
    assert np.isnan(functional.triplet_margin_loss(none, none, none))
    for options in ({}, {"weight": weight}, {"label_smoothing": 0.1}, {"weight": weight, "label_smoothing": 0.1}):
        assert np.isnan(functional.cross_entropy(none, [], **options))
        assert functional.cross_entropy(none, [], reduction="sum", **options) == 0


@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}])
@pytest.mark.parametrize("labels", [[-100, -100], [0, 0]])
def test_a_mean_over_examples_that_count_nothing_is_nan_and_moves_nothing(labels: Any, options: Any) -> None:
    x, weight = Tensor(np.arange(6.0).reshape(2, 3)), [0.0, 1.0, 1.0]
    loss = functional.cross_entropy(x, labels, weight, **options)
    loss.backward()
    assert np.isnan(loss.data)
    assert not x.grad.any()


def test_what_is_infinite_or_nan_comes_without_warnings() -> None:
    """Warnings are errors here, as in all tests."""
    x = np.array([np.inf, -np.inf, np.nan, 1e200])
    for loss in (functional.mse_loss, functional.l1_loss, functional.smooth_l1_loss, functional.huber_loss):
        assert grad(loss)(x, x[::-1], reduction="sum").shape == (4,)
    assert np.isposinf(functional.mse_loss(x[3:], -x[3:]))
    assert np.isposinf(functional.poisson_nll_loss(x[3:], x[3:] * 0))
    assert np.isnan(functional.poisson_nll_loss(-np.ones(1), np.ones(1), log_input=False))
    assert np.isnan(functional.kl_div(np.zeros(1), -np.ones(1)))
    assert np.isneginf(grad(functional.kl_div, argnums=1)(np.zeros(1), np.zeros(1)))
    assert np.isnan(grad(functional.cross_entropy)(x[None], [0])).all()
    assert np.isnan(functional.cross_entropy(x[None], np.full((1, 4), 0.25)))


def test_a_class_that_is_masked_out_keeps_every_margin() -> None:
    x = np.array([0.5, -INF, 0.0])
    assert functional.multilabel_margin_loss(x, [0, -1, -1]) == 0.5 / 3
    assert grad(functional.multilabel_margin_loss)(x, [0, -1, -1]).tolist() == [-1 / 3, 0, 1 / 3]


# ----------------------------------------------------------------------------------------------------- conventions


def test_slopes_at_the_margin_are_those_of_the_losing_side() -> None:
    at = np.array([1.0])
    assert grad(lambda x: functional.hinge_loss(x, [1], reduction="sum"))(at) == -1
    assert grad(lambda x: functional.hinge_embedding_loss(x, [-1], reduction="sum"))(at) == -1
    assert grad(lambda x: functional.margin_ranking_loss(x, at, [1], reduction="sum"))(at) == -1
    assert grad(lambda x: functional.multi_margin_loss(x, 0))(np.array([1.0, 0.0])).tolist() == [0, 0]


def test_equal_input_and_target_have_no_slope() -> None:
    for loss in (functional.l1_loss, functional.smooth_l1_loss, functional.huber_loss, functional.mse_loss):
        assert grad(loss)(np.ones(3), np.ones(3)).tolist() == [0, 0, 0]
    assert grad(functional.smooth_l1_loss)(np.ones(2), np.ones(2), beta=0).tolist() == [0, 0]


def test_a_variance_below_its_least_value_still_gets_a_gradient() -> None:
    g = grad(lambda v: functional.gaussian_nll_loss(np.zeros(1), np.ones(1), v, eps=0.1))(np.zeros(1))
    np.testing.assert_allclose(g, 0.5 * (1 / 0.1 - 1 / 0.1**2))


def test_distances_of_equal_vectors_and_angles_of_zero_vectors_have_finite_gradients() -> None:
    x = np.array([[1.0, 2.0]])
    assert grad(lambda a: functional.pairwise_distance(a, x, eps=0).sum())(x).tolist() == [[0, 0]]
    g = grad(lambda a: functional.cosine_similarity(a, x, eps=0.5).sum())(np.zeros((1, 2)))
    np.testing.assert_allclose(g, x / np.sqrt(5) / 0.5)


# ------------------------------------------------------------------------------------------------ precision and cost

SIGNS, COUNTS = [1, -1, 1, -1], np.arange(4)
ONE_NODE: dict[str, Callable[[], Any]] = {
    "mse_loss": lambda: functional.mse_loss(narrow(4), COUNTS),
    "sse_loss": lambda: functional.sse_loss(narrow(4), COUNTS),
    "l1_loss": lambda: functional.l1_loss(narrow(4), np.ones(4)),
    "smooth_l1_loss": lambda: functional.smooth_l1_loss(narrow(4), np.ones(4), beta=np.float64(0.5)),
    "huber_loss": lambda: functional.huber_loss(narrow(4), np.ones(4), delta=np.float64(0.5)),
    "cross_entropy": lambda: functional.cross_entropy(narrow(2, 3), [0, 1], weight=np.ones(3)),
    "smoothed": lambda: functional.cross_entropy(narrow(2, 3), [0, 1], weight=np.ones(3), label_smoothing=0.1),
    "soft": lambda: functional.cross_entropy(narrow(2, 3), np.full((2, 3), 1 / 3)),
    "nll_loss": lambda: functional.nll_loss(narrow(2, 3), [0, 1], weight=np.ones(3)),
    "bce": lambda: functional.binary_cross_entropy(narrow(4), [0, 1, 1, 0], weight=np.ones(4)),
    "bce_with_logits": lambda: functional.binary_cross_entropy_with_logits(
        narrow(4), [0, 1, 1, 0], pos_weight=np.ones(4)
    ),
    "kl_div": lambda: functional.kl_div(narrow(4), np.full(4, 0.25), "batchmean"),
    "poisson": lambda: functional.poisson_nll_loss(narrow(4), COUNTS, full=True, eps=np.float64(1e-8)),
    "gaussian": lambda: functional.gaussian_nll_loss(narrow(4), COUNTS, 1.0, full=True, eps=np.float64(1e-6)),
    "hinge_loss": lambda: functional.hinge_loss(narrow(4), SIGNS, margin=np.float64(1)),
    "hinge_embedding": lambda: functional.hinge_embedding_loss(narrow(4), SIGNS, margin=np.float64(1)),
    "soft_margin": lambda: functional.soft_margin_loss(narrow(4), SIGNS),
    "margin_ranking": lambda: functional.margin_ranking_loss(narrow(4), np.ones(4), SIGNS),
    "multi_margin": lambda: functional.multi_margin_loss(narrow(2, 3), [0, 1], 2, weight=np.ones(3)),
    "multilabel_margin": lambda: functional.multilabel_margin_loss(narrow(2, 3), [[0, 1, -1], [2, -1, -1]]),
    "multilabel_soft_margin": lambda: functional.multilabel_soft_margin_loss(narrow(2, 3), np.ones((2, 3))),
}
SEVERAL: dict[str, Callable[[], Any]] = {
    "weighted": lambda: functional.mse_loss(narrow(4), COUNTS, weight=np.ones(4)),
    "cosine": lambda: functional.cosine_embedding_loss(narrow(2, 3), np.ones((2, 3)), [1, -1]),
    "triplet": lambda: functional.triplet_margin_loss(narrow(2, 3), np.ones((2, 3)), np.zeros((2, 3))),
    "ctc": lambda: functional.ctc_loss(narrow(4, 2, 3), [[1], [2]], [4, 4], [1, 1]),
    "similarity": lambda: functional.cosine_similarity(narrow(2, 3), np.ones((2, 3))).sum(),
}


@pytest.mark.parametrize("name", [*ONE_NODE, *SEVERAL])
def test_a_float32_input_keeps_everything_in_float32(name: str) -> None:
    loss = {**ONE_NODE, **SEVERAL}[name]()
    nodes, seen = [loss], []
    while nodes:
        node = nodes.pop()
        seen.append(node.data.dtype)
        nodes += [parent for parent in node.parents if parent.requires_grad]
    assert set(seen) - {np.dtype(object)} == {np.dtype(np.float32)}  # objects: the two results of ctc_loss


@pytest.mark.parametrize("name", ONE_NODE)
def test_a_loss_is_one_node(name: str) -> None:
    assert all(parent.op is None for parent in ONE_NODE[name]().parents)


def test_a_prediction_in_the_place_of_the_target_decides_the_precision() -> None:
    assert functional.mse_loss(np.zeros(3), narrow(3)).dtype == np.float32
    assert functional.mse_loss([1, 2], [1, 3]) == 0.5


# --------------------------------------------------------------------------------------------------------- weights


def test_weights_are_buffers_in_the_state() -> None:
    loss = nn.BCEWithLogitsLoss(weight=[1, 2], pos_weight=np.array([3.0]))
    assert {name: value.dtype for name, value in loss.state_dict().items()} == {"weight": "f4", "pos_weight": "f8"}
    assert not list(loss.parameters())
    assert nn.CrossEntropyLoss().state_dict() == {}
    loss.load_state_dict({"weight": np.array([4.0, 5.0]), "pos_weight": np.array([6.0])})
    assert loss.weight.tolist() == [4, 5]


def test_a_weighted_mean_of_classes_is_over_their_weights() -> None:
    x, weight = np.log([[0.25, 0.75], [0.5, 0.5]]), [1.0, 3.0]
    assert functional.cross_entropy(x, [0, 1], weight) == pytest.approx((np.log(4) + 3 * np.log(2)) / 4)


# ------------------------------------------------------------------------------------------------- what is refused

LABEL, SHAPE, ARGUMENT = nn.errors.LabelError, nn.errors.ShapeError, nn.errors.ArgumentError
X = np.full((2, 3), 0.5)
CUBE = np.zeros((4, 2, 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.KLDivLoss("batch"), ARGUMENT, "unknown reduction 'batch'. Known are 'batchmean', 'mean', 'sum',"),
        (lambda: nn.L1Loss(reduction=None), ARGUMENT, "unknown reduction None."),  # type: ignore[arg-type]
        (lambda: nn.CrossEntropyLoss(label_smoothing=2), ARGUMENT, "label_smoothing=2; it must be a number, 0 to 1."),
        (lambda: nn.HuberLoss(delta=0), ARGUMENT, "HuberLoss: delta=0; it must be a number above 0."),
        (lambda: nn.SmoothL1Loss(beta=-1), ARGUMENT, "SmoothL1Loss: beta=-1; it must be a number, 0 or more."),
        (lambda: nn.TripletMarginLoss(margin=0), ARGUMENT, "margin=0; it must be a number above 0."),
        (lambda: nn.HingeLoss(margin="1"), ARGUMENT, "margin='1'; it must be a number."),  # type: ignore[arg-type]
        (lambda: nn.MultiMarginLoss(p=3), ARGUMENT, "MultiMarginLoss: p=3; it must be 1 or 2."),
        (lambda: nn.GaussianNLLLoss(eps=0), ARGUMENT, "eps=0; it must be a number above 0."),
        (lambda: nn.NLLLoss(ignore_index=None), ARGUMENT, "NLLLoss: ignore_index=None; it must be an integer."),  # type: ignore[arg-type]
        (lambda: nn.CrossEntropyLoss([1.0], "a"), ARGUMENT, "CrossEntropyLoss: ignore_index='a'; it must be an"),  # type: ignore[arg-type]
        (lambda: functional.cross_entropy(X, [0, 1], ignore_index=1.5), ARGUMENT, "ignore_index=1.5; it must be"),  # type: ignore[arg-type]
        (
            lambda: functional.cross_entropy(X, X, ignore_index=1),
            ARGUMENT,
            "ignore_index=1 names a class, and the target holds probabilities. Leave it out;",
        ),
        (lambda: nn.CTCLoss(blank=-1), ARGUMENT, "CTCLoss: blank=-1; it must be a number, 0 or more."),
        (lambda: nn.CTCLoss(blank="a"), ARGUMENT, "CTCLoss: blank='a'; it must be an integer."),  # type: ignore[arg-type]
        (lambda: nn.TripletMarginLoss(p=-1), ARGUMENT, "TripletMarginLoss: p=-1; it must be a number, 0 or more."),
        (lambda: nn.TripletMarginLoss(eps="a"), ARGUMENT, "eps='a'; it must be a number."),  # type: ignore[arg-type]
        (
            lambda: nn.TripletMarginWithDistanceLoss(distance_function=3)(X, X, X),  # type: ignore[arg-type]
            ARGUMENT,
            "distance_function is a int; write a function of two arrays of vectors.",
        ),
        (lambda: nn.CrossEntropyLoss(["a"]), ARGUMENT, "CrossEntropyLoss: weight is <U1 (1,); it takes real numbers."),
        (lambda: nn.BCEWithLogitsLoss(pos_weight=1j), ARGUMENT, "pos_weight is complex128 (); it takes real numbers."),
        (lambda: functional.binary_cross_entropy(X, X, "a"), ARGUMENT, "weight is <U1 (); it takes real numbers."),
        (lambda: functional.mse_loss([[1], [2, 3]], X), ARGUMENT, "got a list whose rows have different lengths."),
        (lambda: functional.nll_loss(X, [[1], [2, 3]]), ARGUMENT, "got a list whose rows have different lengths."),
        (lambda: functional.mse_loss(X, ["a"]), ARGUMENT, "mse_loss: got <U1 (1,); it takes arrays of real numbers."),
        (lambda: functional.mse_loss(X * 1j, X), ARGUMENT, "got complex128 (2, 3)"),
        (
            lambda: functional.l1_loss(X, X[0]),
            SHAPE,
            "l1_loss: input of shape (2, 3), target of shape (3,); they must be the same.",
        ),
        (
            lambda: functional.binary_cross_entropy_with_logits(X, X.reshape(3, 2)),
            SHAPE,
            "they must be the same. Write target.reshape(input.shape).",
        ),
        (
            lambda: functional.cross_entropy(X, np.eye(3, dtype=int)[:2]),
            LABEL,
            "labels of shape (2, 3); for this input they must be (2,). Write y.argmax(axis=1) for one-hot rows.",
        ),
        (lambda: functional.cross_entropy(1.0, 0), SHAPE, "it must be (C,), (N, C) or (N, C, d1, ...), with C classes"),
        (lambda: functional.cross_entropy(X[:, :0], [0, 0]), SHAPE, "input of shape (2, 0)"),
        (lambda: functional.cross_entropy(X, [0, 1], [1.0]), SHAPE, "weight of shape (1,); with 3 classes it must"),
        (lambda: functional.cross_entropy(X, [0, 1], Tensor(np.ones(3))), ARGUMENT, "weight is traced, but there is"),
        (lambda: functional.nll_loss(X, [0, 7]), LABEL, "label 7; with 3 classes it must be in 0..2, or -100."),
        (
            lambda: functional.binary_cross_entropy(2 * X + 1, X),
            ARGUMENT,
            "the input goes from 2.0 to 2.0; probabilities are in 0..1. Apply a sigmoid, or use",
        ),
        (lambda: functional.binary_cross_entropy_with_logits(X, X * 4), LABEL, "target 2.0; targets are in 0..1"),
        (lambda: functional.binary_cross_entropy(X, X, np.ones(2)), SHAPE, "weight of shape (2,) does not broadcast"),
        (lambda: functional.binary_cross_entropy(X[0], X[0], X), SHAPE, "does not broadcast to the input's shape (3,)"),
        (
            lambda: functional.soft_margin_loss(X[0], [0, 1, 1]),
            LABEL,
            "label 0; labels must be 1 or -1. Write np.where(y > 0, 1, -1) for labels 1 and 0.",
        ),
        (lambda: functional.hinge_loss(X, [1, 1, 1]), SHAPE, "target of shape (3,); for this input it must be (2, 3)."),
        (lambda: functional.margin_ranking_loss(X, X[0], 1), SHAPE, "input1 of shape (2, 3), input2 of shape (3,)"),
        (lambda: functional.multi_margin_loss(CUBE, [0, 1]), SHAPE, "it must be (N, C) or (C,), with C classes."),
        (lambda: functional.multi_margin_loss(X, [0, -1]), LABEL, "label -1; with 3 classes it must be in 0..2."),
        (lambda: functional.multilabel_margin_loss(X[0], [0, 3, -1]), LABEL, "label 3; with 3 classes it must be"),
        (lambda: functional.cosine_embedding_loss(CUBE, CUBE, [1, 1]), SHAPE, "they must be (N, D) or (D,)."),
        (lambda: functional.triplet_margin_loss(X, X, X[0]), SHAPE, "negative of shape (3,); they must be the same."),
        (lambda: functional.gaussian_nll_loss(X, X, X[0]), SHAPE, "var of shape (3,) for an input of shape (2, 3)"),
        (lambda: functional.gaussian_nll_loss(X, X, -1.0), ARGUMENT, "var has the entry -1.0; a variance is 0 or more"),
        (lambda: functional.cosine_similarity(X[0], X[0]), SHAPE, "dim=1 is no axis of shape (3,). Write dim=-1"),
        (lambda: functional.cosine_similarity(X, X.T), SHAPE, "shapes (2, 3) and (3, 2) do not broadcast together."),
        (lambda: nn.PairwiseDistance(p=-1), ARGUMENT, "p=-1; it must be a number, 0 or more."),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)
