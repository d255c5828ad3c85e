"""`Interrupt`: Ctrl-C as a wish, which is granted between two steps."""

from __future__ import annotations

import signal
import threading
from typing import Any, Self

__all__ = ["Interrupt"]


class Interrupt:
    """Inside the block, the first Ctrl-C only sets `requested`; the second raises `KeyboardInterrupt`, as usual.

    Outside the main thread, which alone gets signals, and where somebody else handles Ctrl-C, nothing changes.
    """

    def __init__(self) -> None:
        self.requested = False
        self.installed = False

    def __enter__(self) -> Self:
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self.on_signal)
            self.installed = True
        return self

    def __exit__(self, *exception: object) -> None:
        if self.installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def on_signal(self, number: int, frame: Any) -> None:
        if self.requested:
            signal.default_int_handler(number, frame)
        self.requested = True
