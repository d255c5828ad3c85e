"""ONNX files do what the model does: run in onnxruntime, with other values and other batches; and what is refused."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.graph import unwrap

pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

RNG = np.random.default_rng(0)
IMAGE, ROWS, SEQUENCE, FLAT = (3, 4, 8, 8), (3, 6), (5, 3, 4), (3, 5, 4)


def normal(shape: tuple[int, ...]) -> Any:
    return RNG.normal(size=shape).astype(np.float32)


def trained(model: nn.Module) -> nn.Module:
    """With statistics and weights that are not those of the start."""
    for buffer in model.buffers():
        if buffer.dtype.kind == "f":
            buffer[...] = RNG.uniform(0.5, 2, buffer.shape)
    for p in model.parameters():
        p.data = (p.data + RNG.normal(0, 0.1, p.shape)).astype(p.dtype)
    return model


def leaves(tree: Any) -> list[Any]:
    return [leaf for item in tree for leaf in leaves(item)] if isinstance(tree, tuple) else [np.asarray(unwrap(tree))]


def check(model: nn.Module, path: Path, *inputs: Any, batch_axis: int | None = 0) -> Any:
    nn.onnx.export(trained(model), path, *inputs, batch_axis=batch_axis)
    session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
    axis = batch_axis or 0
    for count in (1, 3, 7) if batch_axis is not None else (None,):
        others = []
        for x in inputs:
            shape = x.shape if count is None else (*x.shape[:axis], count, *x.shape[axis + 1 :])
            others.append(RNG.permutation(np.resize(x, shape).ravel()).reshape(shape))
        got = session.run(None, {arg.name: x for arg, x in zip(session.get_inputs(), others, strict=True)})
        model.eval()
        for a, b in zip(got, leaves(model(*others)), strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    return session


LAYERS: list[tuple[nn.Module, tuple[int, ...]]] = [
    (nn.Linear(6, 2), ROWS),
    (nn.Linear(8, 2, bias=False), IMAGE),
    (nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), IMAGE),
    (nn.Conv2d(4, 6, (2, 3), padding="same", bias=False), IMAGE),
    (nn.Conv1d(5, 2, 3, dilation=1, padding=2), FLAT),
    (nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1), IMAGE),
    (nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True), IMAGE),
    (nn.MaxPool1d(2), FLAT),
    (nn.AvgPool2d(3, stride=2, padding=1), IMAGE),
    (nn.AvgPool2d(3, padding=1, count_include_pad=False), IMAGE),
    (nn.AdaptiveAvgPool2d(1), IMAGE),
    (nn.AdaptiveAvgPool2d((2, 4)), IMAGE),
    (nn.AdaptiveMaxPool2d(2), IMAGE),
    (nn.BatchNorm1d(6), ROWS),
    (nn.BatchNorm2d(4), IMAGE),
    (nn.InstanceNorm2d(4, affine=True), IMAGE),
    (nn.GroupNorm(2, 4), IMAGE),
    (nn.LayerNorm((8, 8)), IMAGE),
    (nn.LayerNorm(6, bias=False), ROWS),
    (nn.RMSNorm(6), ROWS),
    (nn.LocalResponseNorm(2), IMAGE),
    (nn.Flatten(), IMAGE),
    (nn.Flatten(0, 1), IMAGE),
    (nn.Unflatten(1, (2, 2)), IMAGE),
    (nn.ZeroPad2d((1, 0, 2, 1)), IMAGE),
    (nn.PixelShuffle(2), IMAGE),
    (nn.Dropout(0.9), ROWS),
    (nn.GLU(1), IMAGE),
    (nn.Softmax(1), IMAGE),
    (nn.LogSoftmax(-1), ROWS),
    (nn.PReLU(4), IMAGE),
    (nn.PReLU(), ROWS),
    (nn.GELU(), ROWS),
    (nn.GELU("tanh"), ROWS),
    (nn.Softplus(2.0, 1.0), ROWS),
    (nn.ELU(0.7), ROWS),
    (nn.LeakyReLU(0.3), ROWS),
    (nn.Hardtanh(-0.5, 0.7), ROWS),
    (nn.Softshrink(0.3), ROWS),
    (nn.Hardshrink(0.3), ROWS),
    (nn.Threshold(0.1, -2.0), ROWS),
    *((getattr(nn, name)(), ROWS) for name in ("ReLU", "ReLU6", "Sigmoid", "Tanh", "SiLU", "Mish", "SELU", "CELU")),
    *((getattr(nn, name)(), ROWS) for name in ("Hardsigmoid", "Hardswish", "LogSigmoid", "Softsign", "Tanhshrink")),
    (nn.Step(), ROWS),
    (nn.Conv2d(4, 2, 3, padding=1, padding_mode="reflect"), IMAGE),
    (nn.Conv1d(5, 2, 3, padding="same", padding_mode="circular"), FLAT),
    (nn.ReplicationPad2d((1, 2, 0, 3)), IMAGE),
    (nn.AdaptiveAvgPool2d((3, 4)), IMAGE),
    (nn.AdaptiveMaxPool2d((3, 5)), IMAGE),
    (nn.BatchNorm2d(4, track_running_stats=False), IMAGE),
    *((nn.Upsample(scale_factor=2, mode=mode), IMAGE) for mode in ("nearest", "bilinear", "bicubic", "area")),
    (nn.Upsample(size=(5, 3), mode="bilinear", align_corners=True), IMAGE),
    (nn.PixelUnshuffle(2), IMAGE),
    (nn.ChannelShuffle(2), IMAGE),
    (nn.LSTM(4, 3, batch_first=True), FLAT),
    (nn.GRU(4, 3, num_layers=2, bidirectional=True, batch_first=True), FLAT),
    (nn.RNN(4, 3, nonlinearity="relu", batch_first=True, bias=False), FLAT),
    (nn.GRUCell(6, 4), ROWS),
    (nn.GRUCell(6, 4, bias=False), ROWS),
    (nn.TransformerEncoderLayer(4, 2, 8, batch_first=True, activation="gelu"), FLAT),
    (nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, batch_first=True, norm_first=True), 2), FLAT),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: type(value).__name__)
def test_a_layer_does_the_same(layer: nn.Module, shape: tuple[int, ...], tmp_path: Path) -> None:
    check(layer, tmp_path / "m.onnx", normal(shape))


@pytest.mark.parametrize(
    "layer", [nn.LSTM(4, 3, bidirectional=True), nn.GRU(4, 3), nn.TransformerEncoderLayer(4, 2, 8), nn.RNN(4, 2)]
)
def test_a_batch_along_the_second_axis(layer: nn.Module, tmp_path: Path) -> None:
    check(layer, tmp_path / "m.onnx", normal(SEQUENCE), batch_axis=1)


class Mixed(nn.Module):
    """What people write in `forward`: arithmetic, indexing, reductions, two inputs, several outputs."""

    def __init__(self) -> None:
        self.table = nn.Embedding(10, 4)
        self.line = nn.Linear(4, 4)
        self.scale = nn.Parameter(np.float32(0.5))

    def forward(self, words: Any, x: Any) -> Any:
        h = self.table(words)
        y = np.concatenate([h, x[:, None, :4]], axis=1) * self.scale
        y = np.tanh(self.line(y)) / np.sqrt(4) + y.mean(axis=(1, 2), keepdims=True) ** 2
        weights = nn.functional.softmax(y @ np.swapaxes(y, 1, 2), dim=-1)
        z = (weights @ y).max(axis=1).reshape(len(x), -1)
        return z, (np.stack([z[:, 0], z[:, -1]], 1), -np.exp(z[..., ::2].T).T + 2 * z.sum(1)[:, None])


def test_a_model_with_a_forward_of_its_own(tmp_path: Path) -> None:
    words = RNG.integers(0, 10, (3, 5))
    session = check(Mixed(), tmp_path / "m.onnx", words, normal(ROWS))
    assert [(x.name, x.shape) for x in session.get_inputs()] == [("input", ["batch", 5]), ("input_1", ["batch", 6])]
    assert [y.name for y in session.get_outputs()] == ["output", "output_1", "output_2"]


def test_a_convolutional_network_and_what_predict_returns(tmp_path: Path) -> None:
    model = trained(
        nn.Sequential(nn.Conv2d(4, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 3))
    )
    nn.onnx.export(model, tmp_path / "m.onnx", normal(IMAGE))
    assert model.training
    x = normal((50, *IMAGE[1:]))
    trainer = nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=nn.optim.SGD(model.parameters(), lr=0.1))
    session = runtime.InferenceSession(tmp_path / "m.onnx", providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(None, {"input": x})[0], trainer.predict(x), rtol=1e-5, atol=1e-5)


def test_frozen_parts_and_double_precision(tmp_path: Path) -> None:
    model = nn.freeze(nn.Sequential(nn.Linear(6, 4), nn.BatchNorm1d(4), nn.Tanh()), "0")
    check(model, tmp_path / "m.onnx", normal(ROWS))
    check(model.double(), tmp_path / "m.onnx", normal(ROWS).astype(np.float64))


def test_a_fixed_batch(tmp_path: Path) -> None:
    class Fixed(nn.Module):
        def forward(self, x: Any) -> Any:
            return x + np.arange(3, dtype=np.float32)[:, None]

    with pytest.raises(nn.errors.ExportError, match=r"does not run with another batch: .* Write batch_axis=None"):
        nn.onnx.export(Fixed(), tmp_path / "m.onnx", normal(ROWS))
    session = check(Fixed(), tmp_path / "m.onnx", normal(ROWS), batch_axis=None)
    assert session.get_inputs()[0].shape == [3, 6]


def module(function: Callable[..., Any]) -> nn.Module:
    class Own(nn.Module):
        def forward(self, *inputs: Any) -> Any:
            return function(*inputs)

    return Own()


FUNCTIONS: list[tuple[Callable[..., Any], tuple[int, ...]]] = [
    (lambda x: x / len(x) + x.shape[0] * x.sum(0), ROWS),
    (lambda x: x.std(1) + np.var(x, axis=(0, 1)) + np.var(x, axis=1, ddof=1), ROWS),
    (lambda x: x / np.linalg.norm(x, axis=-1, keepdims=True) + np.linalg.norm(x, 1, axis=0), ROWS),
    (lambda x: np.cumsum(x, axis=1) + np.flip(x, 1) + x[:, ::-1], ROWS),
    (lambda x: np.einsum("bij,bkj->bik", x, x), FLAT),
    (lambda x: np.clip(x, -0.5, None) + np.clip(x, 0, 1), ROWS),
    (lambda x: np.pad(x, ((0, 0), (1, 2)), constant_values=3), ROWS),
    (lambda x: x[:, [0, -1, 2]] + x[..., np.array([1, 1, 5])], ROWS),
    (lambda x: np.take(x, np.array([[0, 1], [3, 2]]), axis=2), FLAT),
    (lambda x: x[:, np.arange(5) > 2], FLAT),
    (lambda x: np.log1p(abs(x)) + np.expm1(x) + np.log2(abs(x) + 1) + np.exp2(x) + np.logaddexp(x, 0), ROWS),
    (lambda x: np.arcsin(np.tanh(x)) + np.arcsinh(x) + np.arctanh(np.tanh(x)) + (+x), ROWS),
    (lambda x: nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True), FLAT),
    (lambda x: nn.functional.scaled_dot_product_attention(x, x, x), IMAGE),
    (lambda x: nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=np.tri(8, dtype=bool)), IMAGE),
    (lambda x: x + np.broadcast_to(np.arange(6, dtype=np.float32), x.shape), ROWS),
    (lambda x: x / np.sqrt(4) @ np.ones((6, 2), np.float32), ROWS),  # float64, as NumPy makes it
]


@pytest.mark.parametrize(("function", "shape"), FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_functions_in_forward(function: Callable[..., Any], shape: tuple[int, ...], tmp_path: Path) -> None:
    check(module(function), tmp_path / "m.onnx", normal(shape))


class Words(nn.Module):
    """A GPT in small: positions, a mask, weights of attention that are asked for, a head that shares its weights."""

    def __init__(self, **options: Any) -> None:
        self.table, self.places = nn.Embedding(10, 4, padding_idx=0), nn.Embedding(8, 4)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.norm, self.head = nn.LayerNorm(4), nn.Linear(4, 10, bias=False)
        self.head.weight = self.table.weight
        self.options = options

    def forward(self, words: Any) -> Any:
        batch, length = words.shape
        x = self.table(words) + self.places(np.broadcast_to(np.arange(length), (batch, length)))
        later = np.triu(np.ones((length, length), bool), 1)
        y, _ = self.attention(x, x, x, attn_mask=later, **self.options)
        scores = np.where(later, -np.inf, y @ np.swapaxes(x, 1, 2) / np.sqrt(4))
        return self.head(self.norm(x + nn.functional.softmax(scores, -1) @ y))


@pytest.mark.parametrize("options", [{}, {"need_weights": False}, {"need_weights": False, "is_causal": True}])
@pytest.mark.parametrize("words", [np.zeros((1, 5), np.int64), RNG.integers(0, 10, (3, 5))])
def test_a_model_of_words(options: dict[str, Any], words: Any, tmp_path: Path) -> None:
    model = Words(**options)
    nn.onnx.export(model, tmp_path / "m.onnx", words)
    session = runtime.InferenceSession(tmp_path / "m.onnx", providers=["CPUExecutionProvider"])
    words = RNG.integers(0, 10, (4, 5))
    model.eval()
    np.testing.assert_allclose(session.run(None, {"input": words})[0], unwrap(model(words)), rtol=1e-5, atol=1e-5)


def test_gelu_in_double_precision(tmp_path: Path) -> None:
    nn.onnx.export(nn.Sequential(nn.Linear(6, 2), nn.GELU()).double(), tmp_path / "m.onnx", np.ones((2, 6)))


HIDDEN: list[tuple[Callable[..., Any], Any]] = [
    (lambda x: np.where(x > 0, x, 0.1 * x), np.zeros((1, 6), np.float32)),
    (lambda x: np.where(x > 0, x, 0.1 * x), np.ones((3, 6), np.float32)),
    (lambda x: x * (x > 0.5), np.zeros((1, 6), np.float32)),
    (lambda x: x * 2 if np.max(x) > 0 else x + 2, np.zeros((1, 6), np.float32)),
    (lambda words: (words == 0) * nn.Parameter(np.ones(6, np.float32)), np.arange(1, 7)[None]),
    (lambda words: (words == 0) * nn.Parameter(np.ones(6, np.float32)), np.zeros((1, 6), np.int64)),
]


@pytest.mark.parametrize(("function", "x"), HIDDEN, ids=range(len(HIDDEN)))
@pytest.mark.parametrize("axis", [0, None])
def test_masks_are_found_whatever_the_example_is(
    function: Callable[..., Any], x: Any, axis: int | None, tmp_path: Path
) -> None:
    with pytest.raises(nn.errors.ExportError, match=r"depends on the inputs' values|does other things for"):
        nn.onnx.export(module(function), tmp_path / "m.onnx", x, batch_axis=axis)


def test_a_model_that_takes_probabilities_alone(tmp_path: Path) -> None:
    def entropy(p: Any) -> Any:
        if np.min(p) < 0:
            raise nn.errors.ArgumentError("no probability")
        return -p * np.log(p)

    check(module(entropy), tmp_path / "m.onnx", RNG.uniform(0.1, 1, (3, 2)).astype(np.float32))


@pytest.mark.parametrize("axis", [-1, 1.5, "0", True])
def test_a_batch_axis_that_is_none(axis: Any, tmp_path: Path) -> None:
    with pytest.raises(nn.errors.ArgumentError, match="batch_axis="):
        nn.onnx.export(nn.Linear(6, 2), tmp_path / "m.onnx", normal(ROWS), batch_axis=axis)


REFUSED = [
    (lambda x: np.where(x.data > 0, x, 0), "depends on the inputs' values without being recorded"),
    (lambda x: x * x.data.mean(), "depends on the inputs' values without being recorded"),
    (lambda x: x * 2 if len(x) == 2 else x + 2, "the model does other things for other inputs"),
    (lambda x: np.sort(x, axis=1), "sort has no translation into ONNX. There are translations of"),
    (lambda x: x[np.array([0, 1]), np.array([0, 1])], "except by one alone or beside slices"),
    (lambda x: x[:, 0, np.array([0, 1])] if x.ndim > 2 else x[0, [0, 1]], "except by one alone or beside slices"),
    (lambda x: np.cumsum(x), "cumsum has no translation into ONNX of all entries in one row"),
    (lambda x: np.linalg.norm(x, np.inf, axis=1), "of order inf"),
    (lambda x: (x, "a"), "the model returns 'a', which is no array"),
    (lambda x: None, "the model returns None, which is no array"),
    (lambda x: np.arange(len(x))[:, None] * x, "numbers that depend on the size of the batch"),
]


@pytest.mark.parametrize(("function", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused(function: Callable[..., Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(nn.errors.ExportError, match=message):
        nn.onnx.export(module(function), tmp_path / "m.onnx", normal(ROWS))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.LSTM(4, 3, proj_size=2, batch_first=True), FLAT),
    ],
)
def test_layers_without_a_translation(layer: nn.Module, shape: tuple[int, ...], tmp_path: Path) -> None:
    with pytest.raises(nn.errors.ExportError, match="has no translation into ONNX"):
        nn.onnx.export(layer, tmp_path / "m.onnx", normal(shape))


@pytest.mark.parametrize("inputs", [(), ([[1.0]],), (np.array("a"),), (np.float32(1),), (np.ones((0, 2)),)])
def test_inputs_that_are_none(inputs: tuple[Any, ...], tmp_path: Path) -> None:
    with pytest.raises(nn.errors.ArgumentError, match="an array of numbers with a batch"):
        nn.onnx.export(nn.Linear(2, 1), tmp_path / "m.onnx", *inputs)
    with pytest.raises(nn.errors.ArgumentError, match="model is the class"):
        nn.onnx.export(nn.Linear, tmp_path / "m.onnx", *inputs)  # type: ignore[arg-type]


def test_integers_that_are_changed_behind_the_graph(tmp_path: Path) -> None:
    table = nn.Embedding(10, 4)
    with pytest.raises(nn.errors.ExportError, match="depends on the inputs' values without being recorded"):
        nn.onnx.export(module(lambda x: table(x % 5)), tmp_path / "m.onnx", np.arange(6).reshape(2, 3), batch_axis=None)


def test_without_onnx_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(nn.errors.MissingDependencyError, match=r"chainrule\[onnx\]"):
        nn.onnx.export(nn.Linear(6, 2), tmp_path / "m.onnx", normal(ROWS))


def test_smaller_integers_and_an_input_that_does_not_fit(tmp_path: Path) -> None:
    check(nn.Embedding(10, 4), tmp_path / "m.onnx", np.arange(6, dtype=np.int32).reshape(2, 3))
    with pytest.raises(nn.errors.ShapeError, match="the last axis must be 2"):
        nn.onnx.export(nn.Linear(2, 1), tmp_path / "m.onnx", normal(ROWS))
