"""`ag.source` of models: a training step in plain NumPy, the primitives of `nn` spelled out."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F  # noqa: N812  # PyTorch's name for it
from autograd.compile.source import Source
from autograd.errors import SourceError

RNG = np.random.default_rng(0)
LABELS = np.array([0, 2, 1, 1])


def normal(*shape: int) -> Any:
    return RNG.normal(size=shape)


class Recurrent(nn.Module):
    def __init__(self, layer: Callable[..., Any]) -> None:
        self.layer, self.head = layer(3, 4, batch_first=True), nn.Linear(4, 3)

    def forward(self, x: Any) -> Any:
        return self.head(self.layer(x)[0][:, -1])


class Block(nn.Module):
    def __init__(self) -> None:
        self.embedding = nn.Embedding(7, 8)
        self.block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True, norm_first=True)
        self.head = nn.Linear(8, 7)

    def forward(self, x: Any) -> Any:
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        return np.reshape(self.head(self.block(self.embedding(x), src_mask=mask, is_causal=True)), (-1, 7))


def step(source: Source, model: Any, data: list[Any], seed: int) -> Any:
    """What the text returns for the parameters and buffers that the model has."""
    head = next(line for line in str(source).splitlines() if line.startswith("def loss_and_grad"))
    given: list[Any] = [{path: p.data for path, p in model.named_parameters()}]
    given += [{path: np.array(b) for path, b in model.named_buffers()}] if "buffers" in head else []
    generators = [copy.deepcopy(nn.manual_seed(seed))] if "rng" in head else []
    return source(*given, *data, *generators)


@pytest.mark.parametrize(
    ("model", "x", "y"),
    [
        (nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3)), normal(4, 5), LABELS),
        (nn.Sequential(nn.Linear(5, 8), nn.Dropout(0.3), nn.Tanh(), nn.Linear(8, 3)), normal(4, 5), LABELS),
        (
            nn.Sequential(
                *(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.Flatten(), nn.Linear(64, 3)),
            ),
            normal(4, 1, 8, 8),
            LABELS,
        ),
        (Recurrent(nn.LSTM), normal(4, 5, 3), LABELS),
        (Recurrent(nn.GRU), normal(4, 5, 3), LABELS),
        (Recurrent(nn.RNN), normal(4, 5, 3), LABELS),
        (Block(), RNG.integers(0, 7, (2, 5)), RNG.integers(0, 7, 10)),
    ],
    ids=["mlp", "dropout", "cnn", "lstm", "gru", "rnn", "transformer"],
)
def test_a_training_step_is_that_of_the_model(model: Any, x: Any, y: Any) -> None:
    x = x.astype(np.float32) if x.dtype.kind == "f" else x
    buffers = {path: np.array(b) for path, b in model.named_buffers()}
    source = ag.source(model, nn.CrossEntropyLoss(), x, y)
    assert all(np.array_equal(b, buffers[path]) for path, b in model.named_buffers())
    loss, gradients, *moved = step(source, model, [x, y], seed=3)
    nn.manual_seed(3)
    expected = nn.CrossEntropyLoss()(model(x), y)
    expected.backward()
    assert loss.dtype == np.float32
    np.testing.assert_allclose(loss, expected.data, rtol=1e-5)
    for path, p in model.named_parameters():
        assert gradients[path].dtype == p.dtype
        np.testing.assert_allclose(gradients[path], p.grad, rtol=1e-3, atol=1e-6)
    for path, b in model.named_buffers():
        np.testing.assert_allclose(moved[0][path], b, rtol=1e-5)


def test_layers_are_named_and_a_layer_is_a_line() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))
    text = str(ag.source(model, nn.MSELoss(), np.ones((4, 2), np.float32), np.ones((4, 2), np.float32)))
    assert (
        "    # 0: Linear\n"
        "    v1 = x @ model_0_weight.T + model_0_bias\n"
        "    # 1: ReLU\n"
        "    v2 = np.maximum(v1, 0)\n"
        "    # 2: Linear\n"
    ) in text
    assert "    # back through 0: Linear\n    dmodel_0_bias = np.sum(" in text


def test_dropout_draws_anew_at_every_call() -> None:
    model = nn.Sequential(nn.Linear(5, 8), nn.Dropout(0.5), nn.Linear(8, 3))
    x = normal(4, 5).astype(np.float32)
    source, rng = ag.source(model, nn.CrossEntropyLoss(), x, LABELS), np.random.default_rng(0)
    params = {path: p.data for path, p in model.named_parameters()}
    assert "def loss_and_grad(params, x, y, rng):" in str(source)
    assert source(params, x, LABELS, rng)[0] != source(params, x, LABELS, rng)[0]


def test_frozen_parameters_have_no_gradient() -> None:
    model = nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 3))
    model[0].requires_grad_(False)
    x = normal(4, 5).astype(np.float32)
    source = ag.source(model, nn.CrossEntropyLoss(), x, LABELS)
    gradients = source({path: p.data for path, p in model.named_parameters()}, x, LABELS)[1]
    assert list(gradients) == ["1.weight", "1.bias"]


def test_the_loss_is_asked_for() -> None:
    with pytest.raises(SourceError, match=r"source\(model, loss, x, y\) takes the model, a loss"):
        ag.source(nn.Linear(2, 1), np.ones((3, 2)))


X, IMAGES = normal(4, 3), normal(2, 4, 6, 5)
FUNCTIONS: dict[str, tuple[Callable[..., Any], list[Any]]] = {
    **{
        name: (lambda x, name=name: getattr(F, name)(x), [X])
        for name in (
            *("relu", "leaky_relu", "sigmoid", "tanh", "gelu", "silu", "softplus", "elu", "selu", "mish", "hardtanh"),
            *("hardswish", "hardsigmoid", "logsigmoid", "softsign", "celu", "tanhshrink", "softshrink", "hardshrink"),
        )
    },
    "softmax": (lambda x: F.softmax(x, 1), [X]),
    "log_softmax": (lambda x: F.log_softmax(x, 1), [X]),
    "glu": (F.glu, [normal(3, 4)]),
    "nll_loss": (lambda x, y: F.nll_loss(F.log_softmax(x, 1), y), [X, LABELS]),
    "soft cross_entropy": (F.cross_entropy, [X, np.abs(normal(4, 3))]),
    "huber_loss": (F.huber_loss, [X, normal(4, 3)]),
    "binary_cross_entropy": (F.binary_cross_entropy_with_logits, [X, normal(4, 3)]),
    "linear": (F.linear, [normal(2, 4, 3), normal(5, 3), normal(5)]),
    "layer_norm": (lambda x, w, b: F.layer_norm(x, (3,), w, b), [X, normal(3), normal(3)]),
    "rms_norm": (lambda x, w: F.rms_norm(x, (3,), w), [X, normal(3)]),
    "batch_norm": (lambda x, w, b: F.batch_norm(x, None, None, w, b, True), [IMAGES, normal(4), normal(4)]),
    "group_norm": (lambda x, w, b: F.group_norm(x, 2, w, b), [IMAGES, normal(4), normal(4)]),
    "conv1d": (lambda x, w, b: F.conv1d(x, w, b, stride=2, padding=1), [normal(2, 3, 7), normal(4, 3, 3), normal(4)]),
    "grouped conv2d": (
        lambda x, w: F.conv2d(x, w, None, padding=1, groups=2, dilation=2, stride=2),
        [IMAGES, normal(4, 2, 3, 2)],
    ),
    "conv_transpose2d": (
        lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2, padding=1),
        [IMAGES, normal(4, 3, 3, 3), normal(3)],
    ),
    "max_pool2d": (lambda x: F.max_pool2d(x, 3, 2, 1), [np.round(IMAGES)]),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, 2), [IMAGES]),
    "adaptive_avg_pool2d": (lambda x: F.adaptive_avg_pool2d(x, 1), [IMAGES]),
    "embedding": (F.embedding, [np.array([0, 2, 2]), normal(4, 3)]),
    "attention": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True),
        [normal(2, 4, 3), normal(2, 4, 3), normal(2, 4, 3)],
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_spelled_out(name: str) -> None:
    function, args = FUNCTIONS[name]
    places = tuple(i for i, x in enumerate(args) if x.dtype.kind == "f")

    def f(*x: Any) -> Any:
        return np.sum(np.sin(function(*x)))

    source = ag.source(f, *args, argnums=places)
    for scale in (1.0, 0.7):
        given = [x * scale if x.dtype.kind == "f" else x for x in args]
        value, gradients = source(*given)
        expected, slopes = ag.value_and_grad(f, places)(*given)
        np.testing.assert_allclose(value, expected, rtol=1e-10)
        for gradient, slope in zip(gradients, slopes, strict=True):
            np.testing.assert_allclose(gradient, slope, rtol=1e-8, atol=1e-10)
