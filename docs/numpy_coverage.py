"""Write numpy_coverage.md: what becomes of a traced array in every public function of NumPy.

``make docs`` runs this. `rows` reads the registry of rules, so that a page that is out of date fails
tests/test_generated_pages.py; what the registry cannot know, which functions take no array, stands in `PLAIN`.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, errors
from autograd.rules import COMPOSITIONS, CONSTANTS, REFUSED, RULES

PAGE = Path(__file__).parent / "numpy_coverage.md"
MODULES = (np, np.linalg, np.fft)

# The functions that never get an array to differentiate, and why.
FROM_NUMBERS, READS = "makes an array from plain numbers", "reads a file, text, a buffer or an iterator"
PLAIN = {
    FROM_NUMBERS: """
        np.arange np.bartlett np.blackman np.diag_indices np.empty np.eye np.fromfunction np.hamming np.hanning
        np.identity np.indices np.kaiser np.mask_indices np.ones np.tri np.tril_indices np.triu_indices np.zeros
        np.fft.fftfreq np.fft.rfftfreq""",
    READS: """
        np.from_dlpack np.frombuffer np.fromfile np.fromiter np.fromregex np.fromstring np.genfromtxt np.load
        np.loadtxt""",
    "is about types, texts, dates or settings": """
        np.base_repr np.binary_repr np.busday_count np.busday_offset np.datetime_as_string np.datetime_data np.errstate
        np.format_float_positional np.format_float_scientific np.get_include np.get_printoptions np.getbufsize
        np.geterr np.geterrcall np.info np.is_busday np.isdtype np.isfortran np.isscalar np.issubdtype np.iterable
        np.mintypecode np.printoptions np.promote_types np.set_printoptions np.setbufsize np.seterr np.seterrcall
        np.show_config np.show_runtime np.test np.typename""",
    "makes a function or an iterator": "np.frompyfunc np.nested_iters",
}

# Those which NumPy does not dispatch: they convert to an array, and a traced Tensor refuses that.
CONVERTING: dict[str, Callable[[Any], Any]] = {
    "np.array": np.array,
    "np.asanyarray": np.asanyarray,
    "np.asarray": np.asarray,
    "np.asarray_chkfinite": np.asarray_chkfinite,
    "np.ascontiguousarray": np.ascontiguousarray,
    "np.asfortranarray": np.asfortranarray,
    "np.asmatrix": np.asmatrix,
    "np.bmat": lambda t: np.bmat([[t]]),
    "np.full": lambda t: np.full(t.shape, t),
    "np.require": np.require,
    "np.vectorize": np.vectorize(float),
}


ALIASES = {"np.row_stack": np.vstack}  # NumPy warns of the old name, and calls the other


class Row(NamedTuple):
    """One function: its name and, in a word or with the reason, what becomes of a traced array."""

    name: str
    kind: str
    note: str


def functions() -> Iterator[tuple[str, Any]]:
    """The public functions, by name, `vectorize` among them although it is a class."""
    for module in MODULES:
        for name in sorted(module.__all__):
            function = getattr(module, name)
            if callable(function) and (not isinstance(function, type) or function is np.vectorize):
                yield f"np{module.__name__.removeprefix('numpy')}.{name}", function


def row(name: str, function: Any) -> Row:
    """What becomes of a traced array in this function."""
    function = ALIASES.get(name, function)
    if function in RULES:
        return Row(name, "rule", "")
    if function in REFUSED:
        return Row(name, "refused", message(COMPOSITIONS[function]))
    if function in COMPOSITIONS:
        return Row(name, "rule", "in terms of others")
    if function in CONSTANTS:
        return Row(name, "constant", "")
    if name in CONVERTING:
        return Row(name, "refused", message(CONVERTING[name], Tensor([1.0])))
    for reason, names in PLAIN.items():
        if name in names.split():
            return Row(name, "no array", reason)
    return Row(name, "unknown", "")


def message(call: Callable[..., Any], *args: Any) -> str:
    """What the error says that this call raises."""
    try:
        with warnings.catch_warnings(action="ignore"):  # np.asmatrix is on its way out
            call(*args)
    except errors.AutogradError as error:
        return str(error)
    raise AssertionError(f"{call} is listed as refused, and takes a traced array")


def rows() -> list[Row]:
    """A row per function."""
    return [row(name, function) for name, function in functions()]


def page() -> str:
    """The page, in Markdown."""
    table = rows()
    counts = Counter(kind for _, kind, _ in table)
    lines = [
        "# NumPy's functions",
        "",
        "What becomes of a traced array in every public function of `numpy`, `numpy.linalg` and `numpy.fft`. The",
        f"page is written by `make docs`, with NumPy {np.__version__}, from the registry; a test holds it true.",
        "",
        "- **rule**: the function has a derivative, to any order; _in terms of others_ that have a rule of their own.",
        "- **constant**: the derivative is zero wherever it exists; the result is a plain NumPy value.",
        "- **refused**: an error that says why, and what to write instead.",
        "- **no array**: the function never gets one to differentiate.",
        "",
        ", ".join(f"{kind}: {count}" for kind, count in sorted(counts.items())) + ".",
        "",
        "| function | | |",
        "| --- | --- | --- |",
        *(f"| `{name}` | {kind} | {cell(note)} |" for name, kind, note in table),
    ]
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
