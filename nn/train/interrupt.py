"""`Interrupt`: Ctrl-C as a wish, which is granted between two steps; `interrupts_raise` where it is to end more."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

__all__ = ["Interrupt", "interrupts_raise"]


class Interrupt:
    """Inside the block, the first Ctrl-C only sets `requested`; the second raises `KeyboardInterrupt`, as usual.

    Within `interrupts_raise` the end of the block raises it too. Outside the main thread, which alone gets signals, and
    where somebody else handles Ctrl-C, nothing changes.
    """

    def __init__(self) -> None:
        self.requested = False
        self.before: Any = None

    def __enter__(self) -> Self:
        if in_charge(signal.default_int_handler, raise_interrupt):
            self.before = signal.signal(signal.SIGINT, self.on_signal)
        return self

    def __exit__(self, kind: Any, *exception: object) -> None:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)
            if self.requested and kind is None and self.before is raise_interrupt:
                raise KeyboardInterrupt

    def on_signal(self, number: int, frame: Any) -> None:
        if self.requested:
            signal.default_int_handler(number, frame)
        self.requested = True


@contextmanager
def interrupts_raise() -> Iterator[None]:
    """A block in which Ctrl-C ends more than a training: that finishes its step and saves, and then it raises.

    For scripts, which otherwise would go on with a model whose training is not over.
    """
    if not in_charge(signal.default_int_handler):
        yield
        return
    before = signal.signal(signal.SIGINT, raise_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def raise_interrupt(*_: Any) -> None:
    """Handle Ctrl-C as Python does, under a name of its own, by which `Interrupt` knows what to do in the end."""
    raise KeyboardInterrupt


def in_charge(*handlers: Any) -> bool:
    """Whether this is the main thread, and Ctrl-C is handled by one of these."""
    return threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) in handlers
