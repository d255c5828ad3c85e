"""What is wrong with the schedule of learning rates: one that was made for steps, and is stepped once an epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nn.train.doctor.findings import Finding

__all__ = ["check_schedule"]


def check_schedule(schedule: Any, epochs: int, batches: int | None) -> Iterator[Finding]:
    """A trainer's `schedule`, which it steps after each of the `epochs`, of so many batches if that is known."""
    steps = getattr(schedule, "total_steps", None)
    if isinstance(steps, int) and batches is not None and batches > 1 and steps >= epochs * batches:
        yield Finding(
            "schedule",
            f"{type(schedule).__name__} was made for {steps:,} steps, and scheduler= steps it once an epoch, {epochs} "
            f"times: the learning rate stays near its start. Write "
            f'fit(..., callbacks=[nn.callbacks.LRScheduler(schedule, every="step")]) in its place.',
        )
