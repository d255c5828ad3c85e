"""The README's Python runs as it stands, from top to bottom, without a warning."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(not README.exists(), reason="there is no README.md")
@pytest.mark.filterwarnings("error")
def test_python_blocks_run_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = README.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    assert blocks, "README.md shows no Python"
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "readme"}
    for block in blocks:
        lines_before = text.count("\n", 0, block.start(1))
        # the empty lines make a traceback point into README.md
        exec(compile("\n" * lines_before + block[1], str(README), "exec"), namespace)
