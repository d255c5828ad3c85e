"""The pages that `make docs` writes are complete, and say what holds."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, errors
from nn.recipes.catalogue import RECIPES
from tests.autograd.table import ROWS

ROOT = Path(__file__).parents[1]


def generator(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


COVERAGE, GALLERY, SYSTEMS = generator("numpy_coverage"), generator("gallery"), generator("systems")
ROW = re.compile(r"^\| `(np\..*?)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
PAGE = COVERAGE.PAGE.read_text(encoding="utf-8")
WRITTEN_WITH = re.search(r"with NumPy (\d+\.\d+)", PAGE)[1]  # type: ignore[index]


def test_every_public_function_of_numpy_is_a_rule_a_constant_or_refused() -> None:
    assert [row.name for row in COVERAGE.rows() if row.kind == "unknown"] == []


def test_the_page_says_what_the_registry_says() -> None:
    written = {name: (kind, note) for name, kind, note in ROW.findall(PAGE)}
    for name, kind, note in COVERAGE.rows():
        if name in written or np.__version__.startswith(WRITTEN_WITH):  # an older or newer NumPy has others
            assert written[name] == (kind, COVERAGE.cell(note)), f"{name} has changed: make docs"


def test_the_page_of_checks_has_a_row_for_every_function_that_has_one_in_the_tests() -> None:
    page = (COVERAGE.PAGE.parent / "rule_checks.md").read_text(encoding="utf-8")
    written = set(re.findall(r"^\| `(.*?)` \|", page, re.MULTILINE))
    names = {errors.op_name(function) for function in ROWS}
    assert names <= written, f"{sorted(names - written)}: make docs"


def test_the_gallery_shows_what_the_views_say() -> None:
    assert GALLERY.PAGE.read_text(encoding="utf-8") == GALLERY.page(), "a view has changed: make docs"
    for example in GALLERY.EXAMPLES:
        for suffix in (".svg", "-dark.svg", ".html"):
            assert (GALLERY.FOLDER / f"{example.name}{suffix}").stat().st_size > 1_000


def test_the_page_of_systems_shows_every_recipe_as_it_was_recorded() -> None:
    kept = SYSTEMS.records()
    assert sorted(kept) == sorted(RECIPES), "a recipe was never run: make systems"
    assert SYSTEMS.PAGE.read_text(encoding="utf-8") == SYSTEMS.page(kept)
    for record in kept.values():
        assert not record["quick"]
        assert record["figures"]


def test_every_recipe_has_a_notebook() -> None:
    for name in RECIPES:
        assert (SYSTEMS.PAGE.parent / SYSTEMS.notebook(name)).exists(), name


TAKE_NO_ARRAY = [
    pytest.param(function, id=name)
    for name, function in COVERAGE.functions()
    if COVERAGE.row(name, function).note in (COVERAGE.FROM_NUMBERS, COVERAGE.READS)
]


@pytest.mark.parametrize("function", TAKE_NO_ARRAY)
def test_a_function_that_takes_no_array_does_not_lose_a_gradient(function: Any) -> None:
    with pytest.raises((errors.AutogradError, TypeError, ValueError, AttributeError)):
        function(Tensor(np.ones((2, 2))))
