"""The Python in the pages of docs/ runs, from the top of each page, and prints the text that follows it."""

import doctest
import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
PAGES = [path for path in sorted(DOCS.glob("*.md")) if BLOCK.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_code_of_a_page_runs_and_prints_what_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "page.py"
    source.write_text("\n".join(block[1] for block in BLOCK.finditer(page.read_text(encoding="utf-8"))))
    namespace = {"__name__": "page"}
    line = 0
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        output = io.StringIO()
        with redirect_stdout(output):
            exec(compile("\n" * line + block[1], str(source), "exec"), namespace)
        line += block[1].count("\n") + 1
        if block[2] is not None:
            matches = doctest.OutputChecker().check_output(block[2], output.getvalue(), doctest.ELLIPSIS)
            assert matches, f"{page.name} shows\n{block[2]}\nand its code prints\n{output.getvalue()}"


def test_the_summary_of_the_comparison_is_that_of_its_page() -> None:
    summary = (DOCS / "testing_gradients.md").read_text(encoding="utf-8")
    full = (DOCS / "gradient_checkers.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:\*\*all\*\*|\*\*of them.*?\*\*|one of 1000) \|(.*)\|$", full, re.MULTILINE)
    assert len(rows) == 4
    for row in rows:
        assert f"|{row}|" in summary, f"docs/testing_gradients.md does not have the row {row}"
