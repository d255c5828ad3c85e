"""The Fourier transforms against their matrices, and what they do at the edges."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor

OF_REAL = ["rfft", "ihfft"]
NORMS = [None, "backward", "ortho", "forward"]


def transposed(f: Any, x: Any, w: Any) -> Any:
    """The gradient of sum(w * f(x)), from what the linear function `f` makes of each unit vector."""
    directions = np.eye(x.size).reshape(x.size, *x.shape)
    real = [np.sum(w * f(e)).real for e in directions]
    if not np.iscomplexobj(x):
        return np.reshape(real, x.shape)
    imaginary = [np.sum(w * f(1j * e)).real for e in directions]
    return np.reshape(real, x.shape) - 1j * np.reshape(imaginary, x.shape)


def drawn(rng: np.random.Generator, shape: tuple[int, ...], is_complex: bool) -> Any:
    return rng.normal(size=shape) + (1j * rng.normal(size=shape) if is_complex else 0)


def assert_transposed(f: Any, x: Any, rng: np.random.Generator) -> None:
    value, pullback = ag.vjp(f, x)
    w = drawn(rng, value.shape, np.iscomplexobj(value))
    np.testing.assert_allclose(pullback(w), transposed(f, x, w), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_along_one_axis_the_gradient_is_the_transpose(name: str, norm: str | None) -> None:
    rng = np.random.default_rng(3)
    transform = getattr(np.fft, name)
    for is_complex in [False] if name in OF_REAL else [False, True]:
        for length in (1, 2, 5, 6):
            for n in (1, 2, 3, 4, 5, 8, 9, *([] if length == 1 and name in ("irfft", "hfft") else [None])):
                assert_transposed(lambda x, n=n: transform(x, n, -1, norm), drawn(rng, (2, length), is_complex), rng)
                assert_transposed(
                    lambda x, n=n: transform(x, n, axis=0, norm=norm), drawn(rng, (length, 2), is_complex), rng
                )


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", ["fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"])
def test_along_several_axes_the_gradient_is_the_transpose(name: str, norm: str | None) -> None:
    rng = np.random.default_rng(4)
    transform = getattr(np.fft, name)
    x = drawn(rng, (2, 3, 4), not name.startswith("rf"))
    plans = [(None, (0, 1)), ((4, 3), (0, 2)), ((5, 2, 3), (-1, 0, 1)), ((-1, 6), (1, 0)), ((7,), (1,)), (None, (1, 1))]
    for s, axes in plans:
        assert_transposed(lambda x, s=s, axes=axes: transform(x, s, axes, norm), x, rng)
    assert_transposed(lambda x: transform(x, norm=norm), x, rng)


def test_an_axis_named_twice_with_two_lengths_is_undone_in_order() -> None:
    rng = np.random.default_rng(5)
    for name in ("fftn", "ifftn", "irfftn"):
        for s in ((3, 6), (6, 3), (2, 2)):
            x = drawn(rng, (4, 2), True)
            assert_transposed(lambda x, s=s, name=name: getattr(np.fft, name)(x, s, (0, 0)), x, rng)


def test_what_a_real_result_ignores_has_derivative_zero() -> None:
    x = np.array([1 + 2j, 3 - 1j, 2 + 5j])
    for transform in (np.fft.irfft, np.fft.hfft):
        even = ag.grad(lambda x, f=transform: np.sum(f(x, 4) * np.array([1.0, 2.0, 4.0, 8.0])))(x)
        odd = ag.grad(lambda x, f=transform: np.sum(f(x, 5) * np.array([1.0, 2.0, 4.0, 8.0, 16.0])))(x)
        assert even[0].imag == even[2].imag == odd[0].imag == 0
        assert even[1].imag != 0
        assert odd[2].imag != 0


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fft2", "irfftn"])
def test_single_precision_stays_single(name: str) -> None:
    transform = getattr(np.fft, name)
    x = Tensor(np.ones((3, 4), np.float32))
    y = transform(x)
    assert y.dtype == transform(x.data).dtype
    assert y.dtype in (np.float32, np.complex64)
    (g,) = (ag.vjp(transform, x.data)[1](np.ones(y.shape, y.dtype)),)
    assert g.dtype == np.float32


def test_power_of_a_signal_is_that_of_its_spectrum() -> None:
    x = np.random.default_rng(6).normal(size=32)
    g = ag.grad(lambda x: np.sum(np.abs(np.fft.fft(x, norm="ortho")) ** 2))(x)
    np.testing.assert_allclose(g, 2 * x, rtol=1e-13)
    hessian = ag.hessian(lambda x: np.sum(np.abs(np.fft.fft(x, norm="ortho")) ** 2))(x)
    np.testing.assert_allclose(hessian, 2 * np.eye(32), atol=1e-13)


def test_a_whole_convolution_by_transforms_is_the_convolution() -> None:
    rng = np.random.default_rng(7)
    x, v, w = rng.normal(size=9), rng.normal(size=4), rng.normal(size=12)

    def by_transforms(x: Any, v: Any) -> Any:
        return np.sum(w * np.fft.irfft(np.fft.rfft(x, 12) * np.fft.rfft(v, 12), 12))

    direct = ag.grad(lambda x, v: np.sum(w * np.convolve(x, v)), argnums=(0, 1))(x, v)
    for g, expected in zip(ag.grad(by_transforms, argnums=(0, 1))(x, v), direct, strict=True):
        np.testing.assert_allclose(g, expected, rtol=1e-12, atol=1e-13)


def test_shift_and_its_inverse_undo_each_other() -> None:
    x = Tensor(np.arange(15.0).reshape(3, 5))
    np.testing.assert_array_equal(np.fft.ifftshift(np.fft.fftshift(x)).data, x.data)


def test_lengths_and_axes_that_do_not_fit_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="Shape and axes have different lengths"):
        np.fft.rfftn(Tensor([1.0, 2.0]), s=(2, 2), axes=(0,))
