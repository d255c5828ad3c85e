"""Work in pieces on all processors: NumPy's loops release the lock, so that plain threads run at the same time.

Products that are too small for BLAS's own threads, and elementwise passes over pieces that stay in cache, gain by it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import cache
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

__all__ = ["count", "in_threads", "product"]

T = TypeVar("T")
R = TypeVar("R")

LARGE = 2**27  # multiplications of a product that our threads share, in place of those of BLAS


@cache
def count() -> int:
    """How many threads work: as many as there are processors, or as OPENBLAS_NUM_THREADS or OMP_NUM_THREADS says."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        if os.environ.get(name, "").isdecimal():
            return max(1, int(os.environ[name]))
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, count() - 1), thread_name_prefix="nn")


@cache
def libraries() -> ThreadpoolController:
    """BLAS as NumPy has loaded it."""
    return ThreadpoolController()


if hasattr(os, "register_at_fork"):  # threads do not survive a fork
    os.register_at_fork(after_in_child=pool.cache_clear)


def in_threads(work: Callable[[Iterator[T]], R], pieces: Sequence[T], limit: int | None = None) -> list[R]:
    """Call `work` in several threads, this one among them, at most `limit`; return what each call returned.

    Each call takes an iterator over pieces: what one has taken, no other gets. So buffers are made once in a thread,
    and a thread that does not come to start on a busy machine is not waited for. Each works in a copy of the caller's
    context, which `numpy.errstate` is a part of.
    """
    shared = iter(pieces)
    others = min(count() if limit is None else limit, len(pieces)) - 1
    if others < 1:
        return [work(shared)]
    waiting = [pool().submit(copy_context().run, work, shared) for _ in range(others)]
    try:
        results = [work(shared)]
    finally:
        started = [future for future in waiting if not future.cancel()]
        wait(started)  # also after an error, so that nobody goes on to write
    return results + [future.result() for future in started]


def product(a: Any, b: Any) -> Any:
    """``a @ b`` of two matrices; our threads compute large ones.

    A thread of OpenBLAS goes on asking for work for 25 ms after a product. What follows, a convolution say, then shares
    a processor with it: this made a step of a convolutional network 1.3 times as long.
    """
    rows, columns = len(a), b.shape[1]
    plain = type(a) is np.ndarray and type(b) is np.ndarray and a.size * columns >= LARGE
    if not plain or count() == 1:
        return a @ b
    out = np.empty((rows, columns), np.result_type(a, b))
    edges = [max(out.shape) * i // count() for i in range(count() + 1)]

    def work(mine: Iterator[slice]) -> None:
        for part in mine:
            if rows > columns:
                np.matmul(a[part], b, out=out[part])
            else:
                np.matmul(a, b[:, part], out=out[:, part])

    with libraries().limit(limits=1, user_api="blas"):
        in_threads(work, list(map(slice, edges, edges[1:])))
    return out
