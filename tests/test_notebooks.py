"""The notebooks run, their exercises accept the right answer and refuse a typical wrong one, and no output is stored.

Twelve lessons, and in `systems/` a notebook for each recipe. An exercise is a code cell with two complete sources of
itself in its metadata: `solution` and `wrong`. The cell as it is stored has `...` where the learner writes, and its
assert lets that pass.
"""

import ast
import json
import linecache
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
LESSONS, SYSTEMS = sorted(FOLDER.glob("*.ipynb")), sorted((FOLDER / "systems").glob("*.ipynb"))
NAMES = [
    *("01_graph", "02_backpropagation", "03_neuron", "04_forward_propagation", "05_by_hand", "06_losses"),
    *("07_descent", "08_vanishing", "09_overfitting", "10_second_derivatives", "11_testing_gradients", "12_primitive"),
]
LONGEST = 15  # lines of a cell
FEWEST = 3  # exercises of a notebook
RICH = ("_repr_html_", "_repr_svg_", "_repr_markdown_", "_repr_latex_")

each_notebook = pytest.mark.parametrize("path", LESSONS + SYSTEMS, ids=lambda path: path.stem)


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def is_exercise(cell: dict[str, Any]) -> bool:
    return "solution" in cell["metadata"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Run a cell as a kernel does that began with no variables, in an empty folder.

    It knows the cell's lines, shows the value of the last one, and draws the figures, at `plt.show` and at the end.
    """
    pyplot = pytest.importorskip("matplotlib.pyplot")
    namespace: dict[str, Any] = {"__name__": "__main__"}

    def draw_figures() -> None:
        for number in pyplot.get_fignums():
            pyplot.figure(number).canvas.draw()
        pyplot.close("all")

    def run_cell(source: str) -> None:
        name = f"cell {len(linecache.cache)}"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        body = ast.parse(source, name).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), name, "exec"), namespace)
        if isinstance(last, ast.Expr):
            show(eval(compile(ast.Expression(last.value), name, "eval"), namespace))
        draw_figures()

    monkeypatch.setattr(linecache, "cache", dict(linecache.cache))
    monkeypatch.setattr(pyplot, "show", draw_figures)
    monkeypatch.chdir(tmp_path)
    pyplot.close("all")  # of a test that failed
    return run_cell


def show(value: Any) -> None:
    """Ask a value for everything that a notebook asks it for."""
    repr(value)
    if hasattr(value, "_repr_mimebundle_"):
        value._repr_mimebundle_(include=None, exclude=None)
    for name in RICH:
        getattr(value, name, str)()


def test_the_lessons_are_the_twelve() -> None:
    assert [path.stem for path in LESSONS] == NAMES


@each_notebook
def test_a_notebook_runs_and_its_exercises_tell_right_from_wrong(path: Path, run: Callable[[str], None]) -> None:
    for cell in cells_of(path):
        run("".join(cell["source"]))
        if is_exercise(cell):  # run three times, as a learner does who errs once
            with pytest.raises(AssertionError) as caught:
                run(cell["metadata"]["wrong"])
            assert str(caught.value), f"{cell['id']}: an error without a hint"
            run(cell["metadata"]["solution"])


@each_notebook
def test_there_are_exercises_and_their_answers_are_open(path: Path) -> None:
    exercises = [cell for cell in cells_of(path) if is_exercise(cell)]
    assert len(exercises) >= FEWEST
    for cell in exercises:
        source, metadata = "".join(cell["source"]), cell["metadata"]
        assert "..." in source.partition("assert")[0], f"{cell['id']}: no `...` to be replaced"
        assert len({source, metadata["solution"], metadata["wrong"]}) == 3
        asked = source.partition("assert")[2]
        assert metadata["solution"].endswith(asked), f"{cell['id']}: the solution is to another question"
        assert metadata["wrong"].endswith(asked), f"{cell['id']}: the wrong answer is to another question"


@each_notebook
def test_a_solution_of_each_exercise_stands_at_the_end_folded(path: Path) -> None:
    last = json.loads(path.read_text(encoding="utf-8"))["cells"][-1]
    text = "".join(last["source"])
    assert last["cell_type"] == "markdown"
    assert text.startswith("<details>")
    assert text.endswith("</details>")
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert numbers == list(range(1, 1 + sum(map(is_exercise, cells_of(path)))))


@each_notebook
def test_cells_are_short(path: Path) -> None:
    for cell in cells_of(path):
        assert len(cell["source"]) <= LONGEST, cell["id"]


@each_notebook
def test_a_notebook_is_stored_without_outputs_as_jupyter_writes_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    book = json.loads(text)
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids)
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    assert text == json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    for cell in cells_of(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


def test_a_wrong_answer_a_broken_display_and_a_broken_figure_are_noticed(run: Callable[[str], None]) -> None:
    with pytest.raises(AssertionError, match="twice"):
        run("answer = 1.0\nassert answer is ... or answer == 2, 'x is there twice'")
    with pytest.raises(ZeroDivisionError):
        run("class A:\n    def _repr_svg_(self):\n        return 1 / 0\nA()")
    with pytest.raises(ValueError, match="Expected"):
        run("import matplotlib.pyplot as plt\nplt.title(r'$\\frac{1$')")
    run("plt.close('all')\nassert answer == 1.0")
