"""Results in order from threads that work ahead."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

__all__ = ["ahead"]

local = threading.local()  # which of the threads one is in


def ahead(function: Callable[[int], Any], indices: range, workers: int, waiting: int) -> Generator[Any, None, None]:
    """``function(i)`` for each index, in order, computed by `workers` threads, at most `waiting` ahead of the consumer.

    The bound is kept by what is handed to the threads, so that none of them ever waits for the consumer: however the
    consumer ends (at the end, by a break, an error or garbage collection, or with the interpreter), they have nothing
    left to do, and end too. The consumer's context, such as ``np.errstate``, holds in them.
    """
    if not workers:
        for i in indices:
            yield function(i)
        return
    mark = object()
    executor = ThreadPoolExecutor(workers, "DataLoader", initializer=setattr, initargs=(local, "mark", mark))
    pending: deque[Future[Any]] = deque()
    rest = iter(indices)
    try:
        for i in rest:
            pending.append(executor.submit(copy_context().run, function, i))
            if len(pending) > waiting:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        # the garbage collector may run this in one of the threads, which cannot wait for itself
        executor.shutdown(wait=getattr(local, "mark", None) is not mark, cancel_futures=True)
