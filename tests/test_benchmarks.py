"""Every benchmark runs and makes its table; nothing is timed here."""

import pytest

from benchmarks import import_time, long_chain, memory, per_op
from benchmarks.timing import table


@pytest.mark.parametrize("benchmark", [import_time, long_chain, memory, per_op], ids=lambda module: module.__name__)
def test_benchmark_makes_a_table(benchmark) -> None:
    lines = benchmark.report(quick=True).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert lines[0].startswith("## ")
    assert len(rows) > 2
    assert len({row.count("|") for row in rows}) == 1


def test_table_is_markdown() -> None:
    assert table(["", "ms"], [["numpy", "1.0"]]) == "|  | ms |\n| --- | ---: |\n| numpy | 1.0 |"
