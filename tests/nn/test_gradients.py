"""Every layer and loss against finite differences, first and second order; every optimizer by what it does.

A layer, loss or optimizer without a row here fails a test.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd.testing import assert_gradients
from autograd.testing.strategies import arrays, away_from
from nn import optim
from nn.losses.base import Loss
from tests.conftest import few

HUNDREDTHS = st.integers(-300, 300).map(lambda n: n / 100)  # a product of tiny numbers is nothing in float32
ANY = arrays([np.float32, np.float64], elements=HUNDREDTHS)
BATCHES = arrays([np.float32, np.float64], shapes=[(1, 3), (4, 3), (2, 5, 3)], elements=HUNDREDTHS)
DOUBLE = BATCHES.map(np.float64)  # of the curvature of a softmax float32 has few digits, near 1 and near equality
OFF_KINK = away_from(0, min_value=-3, max_value=3, shapes=[(), (4,), (2, 3)])

VECTORS = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).normal(size=(4, 3)))


class Both(nn.Module):
    """A layer of two inputs, both made of one."""

    def __init__(self, layer: nn.Module) -> None:
        self.layer = layer

    def forward(self, x: Any) -> Any:
        return self.layer(x, np.flip(x) * 0.7 + 2)


SEQUENCES = arrays([np.float64], shapes=[(3, 3), (2, 1, 3), (3, 2, 3)], elements=HUNDREDTHS)
STEPS = arrays([np.float64], shapes=[(3,), (2, 3)], elements=HUNDREDTHS)
SIGNALS = away_from(0, shapes=[(1, 2, 4), (2, 5)], min_value=-3, max_value=3)
IMAGES = away_from(0, shapes=[(2, 2, 3, 4), (2, 3, 3)], min_value=-3, max_value=3)
VOLUMES = away_from(0, shapes=[(1, 2, 2, 3, 2)], min_value=-3, max_value=3)

PICTURES = arrays([np.float64], shapes=[(2, 3, 1, 2), (3, 2, 2)], elements=HUNDREDTHS)
EVEN = arrays([np.float32, np.float64], shapes=[(2,), (4, 3)], elements=HUNDREDTHS)
BETWEEN = away_from(0, min_value=-2.5, max_value=2.5, by=0.6, shapes=[(), (4,), (2, 3)])
CONTAINERS = {nn.ModuleDict, nn.ModuleList, nn.ParameterDict, nn.ParameterList}  # no layers: they have no forward


def distinct(*shape: int) -> Any:
    """Numbers that are apart by more than a step of finite differences, in drawn order: no ties, no kinks."""
    size = int(np.prod(shape))
    return st.permutations(range(size)).map(lambda order: np.array(order, float).reshape(shape) / size - 0.4)


def unpooled(n: int) -> tuple[nn.Module, Any]:
    """A layer that takes maxima, with the indices that `MaxPool` gives in one place of each window."""
    layer = getattr(nn, f"MaxUnpool{n}d")(2)
    indices = getattr(nn.functional, f"max_pool{n}d")(np.arange(4.0**n).reshape(1, *(4,) * n), 2, return_indices=True)[
        1
    ]
    return Fixed(layer, indices), distinct(1, *(2,) * n)


class Fixed(nn.Module):
    """A layer with further arguments given."""

    def __init__(self, layer: nn.Module, *args: Any) -> None:
        self.layer, self.args = layer, args

    def forward(self, x: Any) -> Any:
        return self.layer(x, *self.args)


def of_spatial_axes(name: str, *args: Any, n: Any = (1, 2, 3), size: int = 4, **kwargs: Any) -> dict[Any, Any]:
    """Rows of the layers of one name for 1, 2 and 3 axes; the last over small images."""
    rows: dict[Any, Any] = {}
    for axes in n:
        kind = getattr(nn, f"{name}{axes}d")
        rows[kind] = [(kind(*args, **kwargs), distinct(1, 2, *(size if axes < 3 else 3,) * axes))]
    return rows


def of_channels(name: str, **kwargs: Any) -> dict[Any, Any]:
    """Rows of normalizations of two channels, in training and evaluation."""
    rows: dict[Any, Any] = {}
    for axes in (1, 2, 3):
        kind = getattr(nn, f"{name}{axes}d")
        inputs = distinct(2, 2, *(3, 2, 2)[:axes])
        training, evaluation = kind(2, eps=0.1, **kwargs), kind(2, affine=True, track_running_stats=True).eval()
        rows[kind] = [(Repeatable(training), inputs), (evaluation, inputs)]
    return rows


class Repeatable(nn.Module):
    """A layer whose running statistics do not move."""

    def __init__(self, layer: nn.Module) -> None:
        self.layer = layer

    def forward(self, x: Any) -> Any:
        state = self.layer.state_dict()
        y = self.layer(x)
        for name in state.keys() & {"running_mean", "running_var", "num_batches_tracked"}:
            setattr(self.layer, name, state[name])
        return y


TINY_IMAGES = distinct(1, 2, 3, 3)
APART = np.array([[-2, 0, 3], [1, -3, 2]])  # so that no row is constant and no two are equal
SPREAD = arrays([np.float64], shapes=[(2, 3)], min_value=-1, max_value=1).map(lambda x: x + APART)
INDICES = arrays([np.int64], shapes=[(1, 3), (2, 2)], min_value=0, max_value=3)
EXACT: Any = {"dtype": np.float64, "rng": np.random.default_rng(0)}
SOFT: Any = {**EXACT, "layer_norm_eps": 1.0}  # so that little cancels
TINY: Any = (3, 1, 1, 0.0, np.tanh)  # a transformer's width, heads, inner width, dropout, activation


class Attending(nn.Module):
    """A layer that takes several sequences, given the same one for each."""

    def __init__(self, layer: nn.Module) -> None:
        self.layer = layer

    def forward(self, x: Any) -> Any:
        return self.layer(x, x, x)[0] if isinstance(self.layer, nn.MultiheadAttention) else self.layer(x, x)


LAYERS: dict[type[nn.Module], list[tuple[nn.Module, Any]]] = {
    nn.Linear: [(nn.Linear(3, 2), BATCHES), (nn.Linear(3, 2, bias=False), BATCHES)],
    nn.Conv1d: [(nn.Conv1d(2, 3, 2, padding="same"), SIGNALS)],
    nn.Conv2d: [
        (nn.Conv2d(2, 2, 3, stride=2, padding=1, groups=2), IMAGES),
        (nn.Conv2d(2, 1, (1, 2), dilation=2, bias=False, padding_mode="circular", padding=(0, 1)), IMAGES),
    ],
    nn.Conv3d: [(nn.Conv3d(2, 1, (1, 2, 2), padding=(0, 1, 0)), VOLUMES)],
    nn.ConvTranspose1d: [(nn.ConvTranspose1d(2, 2, 2, stride=3, output_padding=1), SIGNALS)],
    nn.ConvTranspose2d: [(nn.ConvTranspose2d(2, 2, 2, stride=2, padding=1, groups=2), IMAGES)],
    nn.ConvTranspose3d: [(nn.ConvTranspose3d(2, 1, (1, 2, 1), bias=False), VOLUMES)],
    nn.Bilinear: [(Both(nn.Bilinear(3, 3, 2)), VECTORS)],
    **{kind: [(kind(), OFF_KINK)] for kind in (nn.CELU, nn.ELU, nn.LeakyReLU, nn.PReLU, nn.ReLU, nn.SELU)},
    **{kind: [(kind(), ANY)] for kind in (nn.LogSigmoid, nn.Mish, nn.SiLU, nn.Sigmoid, nn.Tanh, nn.Tanhshrink)},
    **{kind: [(kind(), BETWEEN)] for kind in (nn.Hardsigmoid, nn.Hardswish, nn.ReLU6, nn.Hardshrink, nn.Softshrink)},
    **{kind: [(kind(0), DOUBLE), (kind(-1), DOUBLE)] for kind in (nn.Softmax, nn.LogSoftmax, nn.Softmin)},
    nn.Flatten: [(nn.Flatten(0), BATCHES), (nn.Flatten(), BATCHES)],
    nn.GELU: [(nn.GELU(), ANY), (nn.GELU("tanh"), ANY)],
    nn.GLU: [(nn.GLU(0), EVEN)],
    nn.Hardtanh: [(nn.Hardtanh(0.0, 6.0), BETWEEN)],
    nn.Identity: [(nn.Identity(), ANY)],
    nn.Softmax2d: [(nn.Softmax2d(), PICTURES)],
    nn.Softplus: [(nn.Softplus(), ANY), (nn.Softplus(2.0), ANY)],
    nn.Softsign: [(nn.Softsign(), OFF_KINK)],
    nn.Step: [(nn.Step(), OFF_KINK)],
    nn.Threshold: [(nn.Threshold(0.0, 2.0), OFF_KINK)],
    nn.Unflatten: [(nn.Unflatten(-1, (3, 1)), BATCHES)],
    nn.CosineSimilarity: [(Both(nn.CosineSimilarity(dim=-1)), VECTORS)],
    nn.Dropout: [(nn.Dropout(0.5).eval(), ANY)],
    nn.PairwiseDistance: [(Both(nn.PairwiseDistance(p=3)), VECTORS)],
    nn.RNN: [(nn.RNN(3, 2, bidirectional=True), SEQUENCES)],
    nn.LSTM: [(nn.LSTM(3, 2, num_layers=2), SEQUENCES), (nn.LSTM(3, 2, bias=False, bidirectional=True), SEQUENCES)],
    nn.GRU: [(nn.GRU(3, 2, num_layers=2), SEQUENCES), (nn.GRU(3, 2, bias=False, bidirectional=True), SEQUENCES)],
    nn.RNNCell: [(nn.RNNCell(3, 2), STEPS)],
    nn.LSTMCell: [(nn.LSTMCell(3, 2), STEPS)],
    nn.GRUCell: [(nn.GRUCell(3, 2), STEPS)],
    nn.AlphaDropout: [(nn.AlphaDropout(0.5).eval(), ANY)],
    nn.FeatureAlphaDropout: [(nn.FeatureAlphaDropout(0.5).eval(), BATCHES)],
    nn.Dropout1d: [(nn.Dropout1d(0.5).eval(), BATCHES.filter(lambda x: x.ndim > 1))],
    nn.Dropout2d: [(nn.Dropout2d(0.5).eval(), TINY_IMAGES)],
    nn.Dropout3d: [(nn.Dropout3d(0.5).eval(), TINY_IMAGES)],
    **of_spatial_axes("MaxPool", 2, padding=1, ceil_mode=True),
    **of_spatial_axes("AvgPool", 2, 1, 1, count_include_pad=False),
    **of_spatial_axes("AdaptiveMaxPool", 2, size=5),
    **of_spatial_axes("AdaptiveAvgPool", 2, size=5),
    **{getattr(nn, f"MaxUnpool{n}d"): [unpooled(n)] for n in (1, 2, 3)},
    **of_channels("BatchNorm"),
    **of_channels("InstanceNorm", affine=True),
    nn.GroupNorm: [(nn.GroupNorm(2, 4, eps=0.1), distinct(2, 4, 3)), (nn.GroupNorm(1, 4, eps=0.1), distinct(2, 4))],
    nn.LocalResponseNorm: [(nn.LocalResponseNorm(2, alpha=0.5), distinct(1, 3, 2))],
    **of_spatial_axes("ZeroPad", 1),
    **of_spatial_axes("ConstantPad", 1, 0.5),
    **of_spatial_axes("ReflectionPad", 2),
    **of_spatial_axes("ReplicationPad", 2),
    **of_spatial_axes("CircularPad", 2),
    nn.Upsample: [
        (nn.Upsample(scale_factor=2), TINY_IMAGES),
        (nn.Upsample(size=(5, 2), mode="bilinear"), TINY_IMAGES),
        (nn.Upsample(size=4, mode="bicubic", align_corners=True), TINY_IMAGES),
        (nn.Upsample(size=2, mode="area"), TINY_IMAGES),
    ],
    nn.UpsamplingNearest2d: [(nn.UpsamplingNearest2d(scale_factor=2), TINY_IMAGES)],
    nn.UpsamplingBilinear2d: [(nn.UpsamplingBilinear2d(scale_factor=2), TINY_IMAGES)],
    nn.PixelShuffle: [(nn.PixelShuffle(2), distinct(1, 4, 2, 1))],
    nn.PixelUnshuffle: [(nn.PixelUnshuffle(2), distinct(2, 2, 4))],
    nn.ChannelShuffle: [(nn.ChannelShuffle(2), distinct(1, 4, 2))],
    nn.LayerNorm: [
        (nn.LayerNorm(3, 0.1, dtype=np.float64), SPREAD),
        (nn.LayerNorm(3, 0.1, bias=False, dtype=np.float64), SPREAD),
    ],
    nn.RMSNorm: [(nn.RMSNorm(3, 0.1, dtype=np.float64), SPREAD)],
    nn.Embedding: [(nn.Embedding(4, 2, **EXACT), INDICES)],
    nn.EmbeddingBag: [(nn.EmbeddingBag(4, 2, mode=mode, **EXACT), INDICES) for mode in ("mean", "sum")],
    nn.MultiheadAttention: [(Attending(nn.MultiheadAttention(3, 1, add_zero_attn=True, **EXACT)), SPREAD)],
    nn.TransformerEncoderLayer: [(nn.TransformerEncoderLayer(*TINY, **SOFT), SPREAD)],
    nn.TransformerDecoderLayer: [(Attending(nn.TransformerDecoderLayer(*TINY, **SOFT)), SPREAD)],
    nn.TransformerEncoder: [(nn.TransformerEncoder(nn.TransformerEncoderLayer(*TINY, **SOFT), 1), SPREAD)],
    nn.TransformerDecoder: [(Attending(nn.TransformerDecoder(nn.TransformerDecoderLayer(*TINY, **SOFT), 1)), SPREAD)],
    nn.Transformer: [(Attending(nn.Transformer(3, 1, 1, 1, *TINY[2:], **SOFT)), SPREAD)],
    nn.Sequential: [(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)), BATCHES)],
}
WEIGHTS = np.array([0.5, 1.0, 2.0])


def classes(x: Any) -> Any:
    return np.arange(len(x)) % 3


def signs(x: Any) -> Any:
    return np.where(np.arange(len(x)) % 2, 1, -1)


def probabilities(x: Any) -> Any:
    return nn.functional.sigmoid(x) * 0.9 + 0.05


def sequences(x: Any) -> tuple[Any, ...]:
    """Log-probabilities of three classes in five steps, and what they should spell."""
    rows = np.stack([x * w for w in (0.3, -0.2, 0.5, 0.1, -0.4)])
    n = len(x)
    return nn.functional.log_softmax(rows, -1), np.tile([1, 2, 2], (n, 1)), np.full(n, 5), np.arange(n) % 3 + 1


# options, and the arguments of the call for an input (N, 3); what depends on the input there is differentiated too
LOSSES: dict[type[Loss], tuple[dict[str, Any], Callable[[Any], tuple[Any, ...]]]] = {
    nn.BCELoss: ({"weight": WEIGHTS}, lambda x: (probabilities(x), probabilities(x + 1))),
    nn.BCEWithLogitsLoss: ({"pos_weight": WEIGHTS}, lambda x: (x, probabilities(x * 0.3))),
    nn.CTCLoss: ({}, sequences),
    nn.CosineEmbeddingLoss: ({"margin": -0.9}, lambda x: (x, 1 + x * x, signs(x))),
    nn.CrossEntropyLoss: ({"weight": WEIGHTS, "label_smoothing": 0.1}, lambda x: (x, classes(x))),
    nn.GaussianNLLLoss: ({"full": True}, lambda x: (x, x * 0.5 + 1, np.exp(x))),
    nn.HingeEmbeddingLoss: ({}, lambda x: (x.sum(axis=1), signs(x))),
    nn.HingeLoss: ({}, lambda x: (x.sum(axis=1), signs(x))),
    nn.HuberLoss: ({"delta": 0.7}, lambda x: (x, x * 0.5 + 1)),
    nn.KLDivLoss: ({}, lambda x: (x, probabilities(x))),
    nn.L1Loss: ({}, lambda x: (x, x * 0.5 + 1)),
    nn.MSELoss: ({}, lambda x: (x, x * 0.5 + 1)),
    nn.MarginRankingLoss: ({"margin": 0.4}, lambda x: (x[:, 0], x[:, 1], signs(x))),
    nn.MultiLabelMarginLoss: ({}, lambda x: (x, np.tile([2, 0, -1], (len(x), 1)))),
    nn.MultiLabelSoftMarginLoss: ({"weight": WEIGHTS}, lambda x: (x, x * 0.5)),
    nn.MultiMarginLoss: ({"p": 2, "weight": WEIGHTS}, lambda x: (x, classes(x))),
    nn.NLLLoss: ({"weight": WEIGHTS}, lambda x: (nn.functional.log_softmax(x, -1), classes(x))),
    nn.PoissonNLLLoss: ({"full": True}, lambda x: (x, np.exp(x * 0.5 + 0.7))),
    nn.SSELoss: ({}, lambda x: (x, x * 0.5 + 1)),
    nn.SmoothL1Loss: ({"beta": 0.7}, lambda x: (x, x * 0.5 + 1)),
    nn.SoftMarginLoss: ({}, lambda x: (x.sum(axis=1), signs(x))),
    nn.TripletMarginLoss: ({"p": 3, "swap": True}, lambda x: (x, x * x, x + 2)),
    nn.TripletMarginWithDistanceLoss: ({}, lambda x: (x, x * x, x + 2)),
}
OPTIMIZERS = {
    optim.SGD: [{"lr": 0.1}, {"lr": 0.05, "momentum": 0.9, "nesterov": True}, {"lr": 0.1, "weight_decay": 0.01}],
    optim.Adagrad: [{"lr": 0.5}],
    optim.Adadelta: [{"lr": 0.3, "eps": 0.1}],
    optim.RMSprop: [{"lr": 0.02}, {"lr": 0.005, "momentum": 0.5, "centered": True}],
    optim.Adam: [{"lr": 0.1}, {"lr": 0.1, "betas": (0.8, 0.9)}, {"lr": 0.1, "amsgrad": True}],
    optim.AdamW: [{"lr": 0.1}],
    optim.Adamax: [{"lr": 0.1}],
    optim.NAdam: [{"lr": 0.05, "betas": (0.8, 0.9)}],
    optim.RAdam: [{"lr": 0.1}],
    optim.Lion: [{"lr": 0.02, "betas": (0.5, 0.5)}],
    optim.Manhattan: [{"lr": 0.02}],
    optim.Rprop: [{}],
    optim.LBFGS: [{}, {"line_search_fn": "strong_wolfe"}],
}


def public(package: Any, base: type) -> set[type]:
    found = {vars(package)[name] for name in package.__all__}
    return {item for item in found if isinstance(item, type) and issubclass(item, base) and item is not base}


def test_every_layer_loss_and_optimizer_has_a_row() -> None:
    losses = public(nn, Loss)
    assert public(nn, nn.Module) - losses - CONTAINERS == set(LAYERS)
    assert losses == set(LOSSES)
    assert public(optim, optim.Optimizer) == set(OPTIMIZERS)


@pytest.mark.parametrize(("layer", "inputs"), [pair for rows in LAYERS.values() for pair in rows], ids=repr)
@given(data=st.data())
@few
def test_a_layer_by_its_input_and_its_parameters(layer: nn.Module, inputs: Any, data: Any) -> None:
    x = data.draw(inputs)
    assert_gradients(layer, x, order=2)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("kind", LOSSES, ids=lambda kind: kind.__name__)
@given(n=st.sampled_from([1, 4]), seed=st.integers(0, 2**32 - 1))
@few
def test_a_loss_by_its_inputs(kind: type[Loss], reduction: str, n: int, seed: int) -> None:
    off_kinks = [0.04, 0.057, 0.083]  # with eighths, also in sums, differences and halves
    x = np.random.default_rng(seed).integers(-24, 24, (n, 3)) / 8 + off_kinks
    options, arguments = LOSSES[kind]
    loss = kind(**options, reduction=reduction)
    assert_gradients(lambda x: loss(*arguments(x)), x, order=2)


@pytest.mark.parametrize(
    ("kind", "options"), [(kind, options) for kind, rows in OPTIMIZERS.items() for options in rows], ids=str
)
@given(start=arrays([np.float64], shapes=[(3,)], min_value=-2, max_value=2))
@few
def test_an_optimizer_goes_downhill_to_the_minimum_of_a_bowl(kind: Any, options: dict[str, Any], start: Any) -> None:
    w = nn.Parameter(start)
    optimizer = kind([w], **options)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = ((w - 1) ** 2 * np.array([1.0, 2.0, 0.5])).sum()
        loss.backward()
        return loss

    for _ in range(300):
        optimizer.step(closure)
    assert np.max(np.abs(w.data - 1)) < 0.05
