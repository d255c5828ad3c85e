"""What a check found: a verdict overall and per entry, a table of what is wrong, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

__all__ = ["Entry", "GradcheckReport", "Verdict", "counted"]

SHOWN = 20  # rows of a table


class Verdict(StrEnum):
    """PASS: agrees. FAIL: does not, or the function broke a promise. INCONCLUSIVE: numbers cannot tell, and why."""

    PASS = "PASS"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True)
class Entry:
    """One entry that was measured: the gradient under test, what differences say, and their error.

    `argument` is its position, `name` how Python would write the entry: ``x[0, 3]``. `kink` holds the slopes to both
    sides where they differ. `reason` says what is wrong or what could not be told.
    """

    argument: int
    name: str
    index: tuple[int, ...]
    verdict: Verdict
    analytic: complex
    numeric: complex
    error: float
    kink: tuple[float, float] | None = None
    reason: str = ""

    @property
    def ratio(self) -> complex:
        """Analytic over numeric; NaN where that is 0."""
        return self.analytic / self.numeric if self.numeric else float("nan")

    @property
    def relative_difference(self) -> float:
        size = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / size if size else 0.0

    def row(self) -> tuple[str, ...]:
        if self.kink is not None:
            return self.name, f"{self.analytic:.9g}", f"{self.kink[0]:.6g} to {self.kink[1]:.6g}", ""
        return self.name, f"{self.analytic:.9g}", f"{self.numeric:.9g} ± {self.error:.1e}", f"{self.ratio:.6g}"


@dataclass
class GradcheckReport:
    """What `gradcheck` found. True if everything passed; as text, a table of what did not.

    `verdicts` holds for each differentiated array, by name, an array of `Verdict` in its shape; `entries` those entries
    that were measured one by one. `problems` are broken promises (each makes the verdict FAIL), `doubts` what kept the
    check from telling, `notes` what a reader should know. `causes` name what is likely wrong; `culprit` the recorded
    operation whose rule is wrong, with its line. `checked` counts entries, `evaluations` the calls of the function.
    """

    order: int = 1
    checked: int = 0
    evaluations: int = 0
    verdicts: dict[str, Any] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    culprit: str = ""

    @property
    def failures(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.verdict is Verdict.FAIL]

    @property
    def inconclusive(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.verdict is Verdict.INCONCLUSIVE]

    @property
    def kinks(self) -> list[Entry]:
        """Entries at a kink whose gradient lies between the slopes to both sides."""
        return [entry for entry in self.entries if entry.kink is not None and entry.verdict is Verdict.PASS]

    def count(self, verdict: Verdict) -> int:
        """How many entries have a verdict, listed or not."""
        return sum(int(np.count_nonzero(verdicts == verdict)) for verdicts in self.verdicts.values())

    @property
    def verdict(self) -> Verdict:
        if self.problems or self.count(Verdict.FAIL):
            return Verdict.FAIL
        return Verdict.INCONCLUSIVE if self.doubts or self.count(Verdict.INCONCLUSIVE) else Verdict.PASS

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASS

    @property
    def largest(self) -> float:
        """The largest relative difference among the entries that could be measured, are not 0, and have no kink."""
        measured = (e for e in self.entries if e.kink is None and e.numeric and e.error <= 1e-2 * abs(e.numeric))
        return max((entry.relative_difference for entry in measured), default=0.0)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return "\n".join([self.headline(), *self.details()])

    def headline(self) -> str:
        what = "gradient" if self.order == 1 else f"gradient of order {self.order}"
        cost = counted(self.evaluations, "evaluation", "evaluations")
        if self.verdict is Verdict.PASS:
            measured = f", largest relative difference {self.largest:.1e}" if self.entries else ""
            return f"PASS: {what}, {counted(self.checked, 'entry', 'entries')}{measured}, {cost}"
        counts = [
            f"{self.count(verdict)} of {counted(self.checked, 'entry', 'entries')} {text}"
            for verdict, text in ((Verdict.FAIL, "wrong"), (Verdict.INCONCLUSIVE, "inconclusive"))
            if self.count(verdict)
        ]
        return f"{self.verdict}: {', '.join([what, *counts, cost])}"

    def details(self) -> list[str]:
        lines = [*self.problems, *table(self.failures)]
        lines += [f"likely cause: {cause}" for cause in self.causes]
        if self.culprit:
            lines.append(self.culprit)
        lines += self.doubts
        reasons: dict[str, list[str]] = {}
        for entry in self.inconclusive:
            reasons.setdefault(entry.reason, []).append(entry.name)
        lines += [f"inconclusive at {listed(names)}: {reason}" for reason, names in reasons.items()]
        if self.kinks:
            sides = [f"{e.name} ({e.kink[0]:.4g} to {e.kink[1]:.4g})" for e in self.kinks if e.kink]
            lines.append(f"kinks, the gradient is between the slopes to both sides: {listed(sides)}")
        return lines + self.notes


def counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def listed(names: list[str], limit: int = 6) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def table(entries: list[Entry]) -> list[str]:
    """The worst of the entries that are wrong, in columns."""
    if not entries:
        return []
    worst = sorted(entries, key=lambda entry: -np.nan_to_num(entry.relative_difference, nan=np.inf))[:SHOWN]
    shown = [entry for entry in entries if entry in worst]
    rows = [("entry", "analytic", "numeric", "analytic / numeric"), *(entry.row() for entry in shown)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    return lines + ([f"  and {len(entries) - SHOWN} more"] if len(entries) > SHOWN else [])
