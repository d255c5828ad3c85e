"""How the packages are laid out: which way imports point, what is public, what an import loads, what lies where.

Read `LAYERS` first: it is the architecture.
"""

import ast
import importlib
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]

# From the bottom up. A module imports from its own entry and from the layers below; not from above, nor from the other
# entries of its layer. An entry is a module, or a package with all in it that has no entry of its own.
LAYERS = [
    ["autograd.errors", "autograd.containers", "autograd.sightings"],
    ["autograd.rules", "autograd.formulas", "autograd.anomaly", "autograd.optional"],
    ["autograd.graph", "autograd.derivatives"],
    ["autograd.calls", "autograd.contributions"],
    ["autograd.engine"],
    ["autograd.copying", "autograd.operands"],
    ["autograd.variable"],
    ["autograd.tensor"],
    ["autograd.trace"],
    ["autograd.functional", "autograd.recompute"],
    ["autograd.viz.text"],
    ["autograd.viz.naming"],
    ["autograd.viz.trace"],  # the model that views and code are made of
    ["autograd.compile"],
    ["autograd.testing", "autograd.viz"],
    ["autograd"],  # the public names and the command line; whatever is not listed is here
    # the compatibility wing: HIPS autograd's names over the engine, which knows nothing of them
    ["autograd.numpy", "autograd.tracer", "autograd.util"],
    ["autograd.extend", "autograd.wrap_util", "autograd.builtins"],
    ["autograd.core"],
    ["autograd.differential_operators", "autograd.misc", "autograd.scipy", "autograd.test_util"],
    ["nn"],
    ["nn.serve"],  # the web page, which nothing but the command line imports
    ["nn.__main__"],
]
PUBLIC = [
    "autograd",
    "autograd.testing",
    "autograd.testing.strategies",
    "autograd.viz",
    "nn",
    "nn.data",
    "nn.data.augment",
    "nn.data.datasets",
    "nn.functional",
    "nn.metrics",
    "nn.models",
    "nn.onnx",
    "nn.optim",
    "nn.optim.lr_scheduler",
    "nn.serve",
    "nn.sharing",
    "nn.sklearn",
    "nn.utils",
]
TOP_LEVEL = {
    *("autograd", "nn", "tests", "notebooks", "benchmarks", "docs"),
    *("pyproject.toml", "Makefile", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"),
}
LAZY = "autograd.optional"  # the one module whose functions import,
PLUGIN = "autograd.testing.pytest_chainrule"  # beside what pytest loads at every start, before anybody needs NumPy


class Import(NamedTuple):
    """One import of a module of ours."""

    importer: str
    imported: str
    line: int
    for_types_only: bool

    def __str__(self) -> str:
        return f"{path_of(self.importer).relative_to(ROOT)}:{self.line} imports {self.imported}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Every module of both packages, by its dotted name."""
    return {module_name(path): path for package in ("autograd", "nn") for path in (ROOT / package).rglob("*.py")}


def path_of(module: str) -> Path:
    return modules()[module]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def base_of(node: ast.ImportFrom, importer: str) -> str:
    """The dotted name after `from`, made absolute."""
    if not node.level:
        return node.module or ""
    inside = importer.split(".")
    package = inside[: len(inside) - node.level + (path_of(importer).name == "__init__.py")]
    return ".".join([*package, *([node.module] if node.module else [])])


def imported_modules(node: ast.Import | ast.ImportFrom, importer: str) -> Iterator[str]:
    """The modules that a statement imports: of `from autograd import errors` the submodule."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = base_of(node, importer)
    for alias in node.names:
        submodule = f"{base}.{alias.name}"
        yield submodule if submodule in modules() else base


@cache
def imports() -> tuple[Import, ...]:
    """Every import of a module of ours by a module of ours."""
    found: list[Import] = []
    for importer, path in modules().items():
        tree = tree_of(path)
        for_types = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            for statement in node.body
            for inner in ast.walk(statement)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                ours = [name for name in imported_modules(node, importer) if name in modules() and name != importer]
                found += [Import(importer, name, node.lineno, node in for_types) for name in ours]
    return tuple(found)


def place(module: str) -> tuple[int, str]:
    """The layer of a module, and its entry there: the longest that fits."""
    entries = [(layer, entry) for layer, names in enumerate(LAYERS) for entry in names]
    return max(
        ((layer, entry) for layer, entry in entries if module == entry or module.startswith(f"{entry}.")),
        key=lambda found: len(found[1]),
    )


def test_imports_point_down_the_layers() -> None:
    wrong = []
    for found in imports():
        (layer, entry), (layer_below, entry_below) = place(found.importer), place(found.imported)
        if entry != entry_below and layer_below >= layer:
            wrong.append(f"{found}, but {entry_below} (layer {layer_below}) is not below {entry} (layer {layer})")
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_itself_through_others() -> None:
    graph: dict[str, set[str]] = {module: set() for module in modules()}
    for found in imports():
        if not found.for_types_only:
            graph[found.importer].add(found.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("imports go round: " + " -> ".join(reversed(error.args[1])))


def test_layers_name_no_module_twice() -> None:
    entries = [entry for names in LAYERS for entry in names]
    assert len(entries) == len(set(entries))


def lazy_imports(tree: ast.Module) -> Iterator[int]:
    """Lines of imports inside functions. A package's `__getattr__` may call import_module to load its lazy names."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                match node:
                    case ast.Import() | ast.ImportFrom():
                        yield node.lineno
                    case ast.Call(
                        func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module")
                    ):
                        if getattr(function, "name", "") != "__getattr__":
                            yield node.lineno


def test_imports_stand_at_the_top_of_a_module() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports inside a function; an optional dependency is loaded with {LAZY}"
        for module, path in modules().items()
        if module not in (LAZY, PLUGIN)
        for line in lazy_imports(tree_of(path))
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_says_what_is_in_it() -> None:
    paths = [*modules().values(), *(ROOT / "benchmarks").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    silent = [
        str(path.relative_to(ROOT)) for path in paths if path.stat().st_size and not ast.get_docstring(tree_of(path))
    ]
    assert not silent, f"no docstring: {silent}"


def public_names(module: str) -> set[str]:
    """Names without an underscore that a module defines, and those that a package takes from ours; submodules too."""
    path, names = path_of(module), set[str]()
    for node in tree_of(path).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    statements = ast.walk(tree_of(path)) if path.name == "__init__.py" else []
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and base_of(statement, module) in modules():
            for part in statement.names:
                starred = importlib.import_module(base_of(statement, module)).__all__ if part.name == "*" else []
                names |= {*starred} if starred else {part.asname or part.name}
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("name", PUBLIC)
def test_all_lists_the_public_names(name: str) -> None:
    if name not in modules():
        pytest.skip(f"there is no {name} yet")
    module = importlib.import_module(name)
    listed = module.__all__
    assert len(listed) == len(set(listed))
    assert [public for public in listed if not hasattr(module, public)] == []
    # of `from autograd.viz import draw` only the value tells whether it is the function or the file of that name
    submodules = {public for public in dir(module) if isinstance(getattr(module, public), ModuleType)}
    assert set(listed) - submodules == public_names(name) - submodules


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_packages_are_marked_as_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").exists()


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert importlib.import_module("autograd").__version__ == project["version"]


def test_import_autograd_loads_numpy_and_nothing_heavier() -> None:
    program = (
        "import sys, numpy; before = set(sys.modules); import autograd; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    loaded = set(result.stdout.split()) - sys.stdlib_module_names - {"autograd", "numpy"}
    assert not loaded, f"import autograd also loads {sorted(loaded)}"


def tracked_files() -> list[str]:
    """What git would commit, new files included; empty where this is no checkout."""
    try:
        listing = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    return listing.stdout.splitlines()


def test_top_level_holds_only_what_belongs_there() -> None:
    files = tracked_files()
    if not files:
        pytest.skip("not a git checkout")
    entries = {file.split("/")[0] for file in files}
    assert {entry for entry in entries if not entry.startswith(".")} <= TOP_LEVEL
