"""The README's Python runs as it stands, from top to bottom, without a warning, and prints what it says."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
# what is printed begins with a number, a bracket, a quote or a capital; a comment in words with a small letter
RESULT = re.compile(r"^\s*print\(.*\)  # (?=[-+.\d\[({'\"A-Z])(.*?)(?:,? ?\.\.\.)?$", re.MULTILINE)


def run_block(code: str, namespace: dict[str, Any], lines_before: int = 0) -> int:
    """Run a block, require the results that its comments show, in their order, and return how many these are."""
    output = io.StringIO()
    with redirect_stdout(output):
        # the empty lines make a traceback point into README.md
        exec(compile("\n" * lines_before + code, str(README), "exec"), namespace)
    rest = output.getvalue()
    results = RESULT.findall(code)
    for result in results:
        assert result in rest, f"the README says {result!r}, and its code prints {rest!r}"
        rest = rest.partition(result)[2]
    return len(results)


@pytest.mark.skipif(not README.exists(), reason="there is no README.md")
@pytest.mark.filterwarnings("error")
def test_python_blocks_run_in_order_and_print_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = README.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "readme"}
    results = 0
    accuracies = []
    for block in BLOCK.finditer(text):
        results += run_block(block[1], namespace, text.count("\n", 0, block.start(1)))
        if re.search(r"^trainer = ", block[1], re.MULTILINE):
            accuracies.append(namespace["trainer"].evaluate(namespace["x_test"], namespace["y_test"])["accuracy"])
    assert results, "README.md shows no result of its Python"
    if re.search(r"97\s?%", text):
        assert accuracies, "README.md promises 97 % and trains nothing"
        assert min(accuracies) >= 0.97


@pytest.mark.parametrize(
    ("code", "results"),
    [
        ("print(1 + 1, -3.5)  # 2 -3.5\n", 1),
        ("print('PASS: all', 7)  # PASS: ...\nprint([1, 2])  # [1, ...\n", 2),
        ("print(1)  # the number of things\n", 0),
        ("x = 1  # 2\n", 0),
    ],
)
def test_a_shown_result_is_required(code: str, results: int) -> None:
    assert run_block(code, {}) == results


@pytest.mark.parametrize(
    "code",
    [
        "print(1 + 1)  # 3\n",
        "print('PASS: 1')  # PASS: 2, ...\n",
        "print(1)  # 2\nprint(2)  # 1\n",
    ],
)
def test_a_result_that_is_not_printed_fails(code: str) -> None:
    with pytest.raises(AssertionError, match="the README says"):
        run_block(code, {})
