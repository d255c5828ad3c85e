"""Convolutions beside the parity table: pieces and threads, large and small shapes, dtypes, errors."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional, threads
from nn.errors import ArgumentError, ShapeError
from nn.functional import convolution_kernels, windows

F = functional


def direct(x: Any, w: Any, b: Any, stride: int = 1, padding: int = 0, dilation: int = 1) -> Any:
    """A convolution of images, straight from its definition."""
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    (kh, kw), (h, w_) = w.shape[2:], x.shape[2:]
    oh, ow = ((n - dilation * (k - 1) - 1) // stride + 1 for n, k in ((h, kh), (w_, kw)))
    y = np.zeros((len(x), len(w), oh, ow), x.dtype)
    for i in range(oh):
        for j in range(ow):
            seen = x[:, :, i * stride :: dilation, j * stride :: dilation][:, :, :kh, :kw]
            y[:, :, i, j] = np.tensordot(seen, w, ((1, 2, 3), (1, 2, 3))) + b
    return y


@pytest.mark.parametrize("cached", [1, 3000, 1 << 30])
@pytest.mark.parametrize("thin", [0, 10**6])
@pytest.mark.parametrize("small", [1, 2000, 10**6])
@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 0, 1), (1, 2, 2), (2, 1, 1), (3, 2, 2)])
def test_pieces_bands_blocks_and_threads_change_nothing(
    rng: np.random.Generator,
    monkeypatch: pytest.MonkeyPatch,
    cached: int,
    thin: int,
    small: int,
    stride: int,
    padding: int,
    dilation: int,
) -> None:
    x, w, b = rng.normal(size=(5, 3, 11, 9)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    tensors = [Tensor(a) for a in (x, w, b)]
    y = F.conv2d(*tensors, **options)
    g = rng.normal(size=y.shape)
    y.backward(g)
    np.testing.assert_allclose(y.data, direct(x, w, b, **options), atol=1e-12)
    for name, value in (("CACHED", cached), ("THIN", thin)):
        monkeypatch.setattr(windows, name, value)
    monkeypatch.setattr(convolution_kernels, "CACHED", cached)
    for name, value in (("SMALL", small), ("WORTH", 1)):
        monkeypatch.setattr(convolution_kernels, name, value)
    monkeypatch.setattr(convolution_kernels, "count", lambda: 3)
    others = [Tensor(a) for a in (x, w, b)]
    again = F.conv2d(*others, **options)
    again.backward(g)
    np.testing.assert_allclose(again.data, y.data, atol=1e-12)
    for t, other in zip(tensors, others, strict=True):
        np.testing.assert_allclose(other.grad, t.grad, atol=1e-11)


@pytest.mark.parametrize("layer", [nn.Conv2d(3, 4, 3, padding=1), nn.ConvTranspose2d(3, 4, 3, stride=2)], ids=repr)
def test_float32_stays_float32_and_layout_does_not_matter(rng: np.random.Generator, layer: Any) -> None:
    x = rng.normal(size=(2, 3, 6, 5)).astype(np.float32)
    results = []
    for image in (x, np.asfortranarray(x), x.transpose(0, 2, 3, 1).copy().transpose(0, 3, 1, 2)):
        t = Tensor(image)
        y = layer(t)
        (y * y).sum().backward()
        assert y.dtype == t.grad.dtype == layer.weight.grad.dtype == layer.bias.grad.dtype == np.float32
        results.append((y.data, t.grad, layer.weight.grad))
        layer.zero_grad()
    for result in results[1:]:
        for a, b in zip(result, results[0], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


def test_a_layer_is_one_node_and_the_input_without_gradient_gets_none(rng: np.random.Generator) -> None:
    layer = nn.Conv2d(1, 2, 3)
    y = layer(rng.normal(size=(2, 1, 5, 5)).astype(np.float32))
    assert set(y.parents) == {layer.weight, layer.bias}


def test_memory_is_that_of_the_result_and_a_few_megabytes(rng: np.random.Generator) -> None:
    """Not that of the matrix of all windows, which would be 170 MB here."""
    x = Tensor(rng.normal(size=(64, 32, 50, 50)).astype(np.float32))
    layer = nn.Conv2d(32, 8, 3)
    tracemalloc.start()
    y = layer(x)
    y.backward(np.ones_like(y.data))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * y.data.nbytes + x.data.nbytes + threads.count() * 16 * 2**20


def test_a_kernel_smaller_than_its_stride_leaves_inputs_out() -> None:
    x = Tensor(np.arange(8.0).reshape(1, 1, 8))
    y = F.conv1d(x, np.ones((1, 1, 1)), stride=3)
    assert y.data.tolist() == [[[0, 3, 6]]]
    y.sum().backward()
    assert x.grad.tolist() == [[[1, 0, 0, 1, 0, 0, 1, 0]]]


def test_unfold_and_fold_are_those_of_pytorch(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    x = rng.normal(size=(2, 3, 6, 5))
    options: dict[str, Any] = {"kernel_size": (2, 3), "dilation": (2, 1), "padding": 1, "stride": (1, 2)}
    t = Tensor(x)
    columns = F.unfold(t, **options)
    expected = torch.nn.functional.unfold(torch.tensor(x), **options)
    np.testing.assert_allclose(columns.data, expected.numpy(), atol=1e-12)
    back = F.fold(columns, (6, 5), **options)
    np.testing.assert_allclose(back.data, torch.nn.functional.fold(expected, (6, 5), **options).numpy(), atol=1e-12)
    (columns * columns).sum().backward()
    np.testing.assert_allclose(t.grad, 2 * back.data, atol=1e-12)
    np.testing.assert_allclose(F.unfold(x[0], **options), expected[0].numpy(), atol=1e-12)
    np.testing.assert_allclose(F.fold(columns.data[0], [6, 5], **options), back.data[0], atol=1e-12)


def test_output_size_chooses_among_the_sizes_that_a_stride_allows(rng: np.random.Generator) -> None:
    layer, x = nn.ConvTranspose2d(2, 3, 3, stride=2), rng.normal(size=(1, 2, 4, 4)).astype(np.float32)
    assert layer(x).shape == (1, 3, 9, 9)
    assert layer(x, output_size=(10, 9)).shape == (1, 3, 10, 9)
    assert layer(x, (1, 3, 9, 10)).shape == (1, 3, 9, 10)
    with pytest.raises(ArgumentError, match=r"output_size=\(11, 9\); it must be from \(9, 9\) to \(10, 10\)"):
        layer(x, (11, 9))


def test_starting_weights_have_the_distribution_of_pytorch(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    for name, args in (("Conv2d", (20, 200, 5)), ("ConvTranspose1d", (200, 50, 20))):
        ours, theirs = getattr(nn, name)(*args, rng=rng), getattr(torch.nn, name)(*args)
        for p, tp in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert p.dtype == np.float32
            quantiles = [0, 0.25, 0.5, 0.75, 1]
            expected = np.quantile(tp.detach().numpy(), quantiles)
            np.testing.assert_allclose(np.quantile(p.data, quantiles), expected, atol=0.3 * expected[-1])


def zeros(*shape: int) -> Any:
    return np.zeros(shape, np.float32)


IMAGE, KERNEL = np.ones((1, 2, 4, 4)), np.ones((2, 2, 3, 3))
ERRORS: list[tuple[Any, type[Exception], str]] = [
    (lambda: nn.Conv2d(0, 2, 3), ArgumentError, "Conv2d: in_channels=0; it must be an integer, 1 or more"),
    (lambda: nn.Conv2d(4, 6, 3, groups=3), ArgumentError, "Conv2d: in_channels=4; it must be divisible by groups=3"),
    (lambda: nn.Conv2d(3, 4, 3, groups=3), ArgumentError, "Conv2d: out_channels=4; it must be divisible by groups=3"),
    (lambda: nn.Conv2d(1, 2, (3,)), ArgumentError, r"Conv2d: kernel_size=\(3,\); it must be an integer, or 2 of them"),
    (
        lambda: nn.ConvTranspose1d(2, 2, 2)(IMAGE[..., 0], output_size=5),
        ArgumentError,
        r"output_size=5; .* \(5,\)",
    ),
    (lambda: nn.ConvTranspose1d(2, 2, 2)(IMAGE[..., 0], output_size=["5"]), ArgumentError, r"output_size=\['5'\]"),
    (lambda: nn.Conv2d(1, 2, "3"), ArgumentError, "Conv2d: kernel_size='3'; it must be an integer, 1 or more"),
    (lambda: functional.conv2d(IMAGE, KERNEL, [0.0, 0.0]), ArgumentError, "conv2d: the bias is a list"),
    (lambda: functional.conv2d(IMAGE, np.ones(2)), ShapeError, r"conv2d: weight of shape \(2,\); it must have 4 axes"),
    (lambda: functional.conv2d(IMAGE, KERNEL, stride=np.array([1.0, 1.0])), ArgumentError, "it must be an integer"),
    (lambda: functional.conv_transpose2d(IMAGE, KERNEL, groups=None), ArgumentError, "groups=None"),
    (lambda: nn.Conv2d(1, 2, 0), ArgumentError, "kernel_size=0; it must be an integer, 1 or more, or 2 of them"),
    (lambda: nn.Conv2d(1, 2, (3, 3, 3)), ArgumentError, r"kernel_size=\(3, 3, 3\); .* or 2 of them"),
    (lambda: nn.Conv1d(1, 2, 2.5), ArgumentError, "kernel_size=2.5; it must be an integer, 1 or more"),
    (lambda: nn.Conv2d(1, 2, 3, stride=0), ArgumentError, "stride=0"),
    (lambda: nn.Conv2d(1, 2, 3, padding=-1), ArgumentError, "padding=-1; it must be an integer, 0 or more"),
    (lambda: nn.Conv2d(1, 2, 3, padding="full"), ArgumentError, "unknown padding 'full'. Known are 'same', 'valid'"),
    (lambda: nn.Conv2d(1, 2, 3, 2, "same"), ArgumentError, "padding='same' with stride=.2, 2.; it is for stride 1"),
    (lambda: nn.Conv2d(1, 2, 3, padding_mode="edge"), ArgumentError, "unknown padding_mode 'edge'"),
    (lambda: nn.ConvTranspose2d(1, 2, 3, padding_mode="reflect"), ArgumentError, "'zeros', the only one"),
    (lambda: nn.ConvTranspose2d(1, 2, 3, padding="same"), ArgumentError, "padding='same'; it must be numbers"),
    (
        lambda: nn.Conv2d(3, 2, 3)(zeros(2, 4, 5, 5)),
        ShapeError,
        r"stride=\(1, 1\)\): got shape \(2, 4, 5, 5\); it must",
    ),
    (lambda: nn.Conv2d(3, 2, 3)(zeros(5, 5)), ShapeError, r"it must be \(N, 3, H, W\) or \(3, H, W\)"),
    (lambda: nn.Conv2d(3, 2, 3)([1.0]), ArgumentError, "the input is a list"),
    (
        lambda: nn.Conv2d(1, 2, 3)(zeros(1, 1, 2, 5)),
        ShapeError,
        "the kernel spans 3 along H, the input 2, padding incl",
    ),
    (lambda: nn.Conv1d(1, 2, 3, dilation=4)(zeros(1, 1, 8)), ShapeError, "the kernel spans 9 along L, the input 8"),
    (lambda: nn.Conv2d(1, 2, 3, padding=2, padding_mode="reflect")(zeros(1, 1, 2, 2)), ShapeError, "too few entries"),
    (lambda: nn.ConvTranspose2d(1, 1, 2, padding=2)(zeros(1, 1, 2, 2)), ShapeError, "would have size -1 along H"),
    (lambda: nn.ConvTranspose2d(1, 1, 2, 2, output_padding=2)(zeros(1, 1, 2, 2)), ArgumentError, "below the stride"),
    (lambda: F.conv2d(zeros(1, 2, 4, 4), zeros(3, 2, 3)), ShapeError, r"weight of shape \(3, 2, 3\); it must have 4"),
    (lambda: F.conv2d(zeros(1, 2, 4, 4), zeros(3, 2, 3, 3), zeros(2)), ShapeError, r"bias of shape \(2,\); it must be"),
    (lambda: F.conv2d(zeros(1, 4, 4, 4), zeros(3, 2, 3, 3), groups=2), ArgumentError, "groups=2; it must be a divisor"),
    (lambda: F.conv1d(zeros(2, 1, 0), zeros(1, 1, 2), padding=3), ShapeError, "there is nothing to convolve along L"),
    (lambda: F.fold(zeros(1, 5, 4), 3, 2), ShapeError, r"must be \(N, C \* 4, 4\)"),
]


@pytest.mark.parametrize(("call", "kind", "text"), ERRORS)
def test_what_cannot_be_computed_is_a_named_error(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
