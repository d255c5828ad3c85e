"""Work in pieces on several threads, and products that they share."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from nn import threads


def test_an_error_in_a_thread_is_raised_and_the_pieces_are_shared() -> None:
    pieces = list(range(20))
    assert sorted(chain.from_iterable(threads.in_threads(list, pieces, 3))) == pieces
    with pytest.raises(ZeroDivisionError):
        threads.in_threads(lambda mine: [1 // (3 - piece) for piece in mine], pieces, 3)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        threads.in_threads(lambda mine: [np.float64(1) / np.float64(piece) for piece in mine], pieces, 3)


@pytest.mark.parametrize("shape", [(300, 7, 20), (20, 7, 301), (5, 1000, 3)])
def test_a_large_product_is_shared_by_our_threads_and_then_blas_has_its_own_again(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator, shape: tuple[int, int, int]
) -> None:
    def of_blas() -> list[int]:
        return [library.num_threads for library in threads.libraries().lib_controllers if library.user_api == "blas"]

    m, k, n = shape
    a, b = rng.normal(size=(m, k)), rng.normal(size=(n, k)).T
    before, during = of_blas(), []

    def watched(work: object, pieces: list[slice]) -> None:
        during.append(of_blas())
        in_threads(work, pieces)

    in_threads = threads.in_threads
    monkeypatch.setattr(threads, "in_threads", watched)
    monkeypatch.setattr(threads, "count", lambda: 3)
    monkeypatch.setattr(threads, "LARGE", 1)
    np.testing.assert_allclose(threads.product(a, b), a @ b, atol=1e-13)
    assert threads.product(a.astype(np.float32), b.astype(np.float32)).dtype == np.float32
    assert during[0] == [1] * len(before)
    assert of_blas() == before
