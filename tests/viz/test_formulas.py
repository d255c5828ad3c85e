"""Every formula is true: evaluated as Python, it gives what the rule gives. And every rule has one."""

import re
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import numpy as np
import pytest

import autograd as ag
import autograd.misc.fixed_points
import autograd.viz
from autograd import Tensor
from autograd import rules as registry
from autograd.contributions import fit
from autograd.errors import ViewError
from autograd.formulas import FORMULAS, WORDS, Formula
from autograd.rules import RULES, EveryArgument
from autograd.viz.formulas.lookup import has_upstream, text_for
from autograd.viz.trace import Edge, trace
from tests.autograd.table import ROWS
from tests.nn.test_functional import PROPERTIES
from tests.viz.words import of_call, plain_words, scipy_words

SCIPY = scipy_words()
KNOWN = SCIPY | plain_words()


def weighed(value: Any) -> Any:
    """A number that hears from every entry of a result, each with a weight of its own."""
    if isinstance(value, (tuple, list)):
        return sum(map(weighed, value[1:]), start=weighed(value[0]))
    rng = np.random.default_rng(3)
    weights = rng.uniform(0.5, 1.5, np.shape(value)) * (1 + 0.7j if np.iscomplexobj(value) else 1)
    return np.sum(np.real(value * weights))


def edges_of(root: Any) -> Iterator[Edge]:
    for vertex in trace(root, "explain", 10_000).vertices:
        yield from (edge for edge in vertex.edges if edge.contribution is not None)


def evaluated(edge: Edge) -> Any:
    """What the formula of an edge gives."""
    found = text_for(edge)
    if found is None:  # only what is in a list of numbers that is broadcast
        assert not any(edge is argument for argument in edge.target.arguments), f"no formula for {edge.target.op}"
        return edge.contribution, ""
    text, call = found
    packed = edge.target.value.dtype == object if hasattr(edge.target.value, "dtype") else False
    g = list(edge.target.grad) if packed else edge.target.grad
    if packed:
        g = [np.zeros_like(z) if isinstance(gi, int) else gi for gi, z in zip(g, edge.target.value, strict=True)]
    names = KNOWN | of_call(call, edge.target.grad) | call.values | {"g": g, "ones": np.ones(np.shape(call.item))}
    text = text if has_upstream(text) or packed else f"g * ({text})"
    text = re.sub(r"(?<![.\w])(\w+)\(", lambda call: f"{call[1]}_(", text)  # `where` is a keyword, too
    names |= {f"{name}_": function for name, function in (KNOWN | of_call(call, edge.target.grad)).items()}
    text = "put_at_(g)" if text.startswith("put_at_(g, ") else text
    try:
        with np.errstate(all="ignore"):
            return fit(np.asarray(eval(text, {}, names))[()], edge.source.value, edge.target.op), text
    except Exception as error:
        raise AssertionError(f"{edge.target.op}: {text}: {error!r}") from error


def check(root: Any) -> None:
    for edge in edges_of(root):
        if edge.source.value.dtype == object:
            continue
        value, text = evaluated(edge)
        scale = float(np.max(np.abs(edge.contribution), initial=1e-3))
        np.testing.assert_allclose(
            value, edge.contribution, rtol=1e-7, atol=1e-8 * scale, err_msg=f"{edge.target.op}: {text}"
        )


@pytest.mark.parametrize("function", ROWS, ids=lambda f: getattr(f, "__name__", "method"))
def test_a_formula_gives_what_the_rule_gives(function: Any) -> None:
    for case in ROWS[function]:
        check(weighed(case.function(*map(Tensor, case.arguments()))))


@pytest.mark.parametrize(
    ("function", "call", "shapes"),
    PROPERTIES,
    ids=[f"{function.__name__}-{i}" for i, (function, _, _) in enumerate(PROPERTIES)],
)
def test_a_formula_of_nn_gives_what_the_rule_gives(function: Any, call: Any, shapes: Any) -> None:
    rng = np.random.default_rng(5)
    check(weighed(call(*(Tensor(rng.normal(size=shape)) for shape in shapes))))


# ------------------------------------------------------------------------------------------------------- completeness


def package_of(function: Any) -> str:
    return (getattr(function, "__module__", None) or "numpy").split(".")[0]


def raises(rule: Any) -> bool:
    """Whether a rule only says that there is no derivative."""
    return "without_derivative" in getattr(rule, "__qualname__", "")


def unexplained() -> Iterator[str]:
    """The arguments of functions in the registry that have a rule and no formula."""
    text_for(next(edges_of(Tensor(1.0) * 2)))  # loads the chapters
    for function, rules in RULES.items():
        inner = isinstance(function, FunctionType) and function.__code__.co_filename == registry.__file__
        ours = package_of(function) in ("numpy", "scipy", "_operator") or function.__module__.startswith(OURS)
        if not ours or (package_of(function) == "numpy" and inner):
            continue  # made by a test, or a function of NumPy's that a test wrapped
        known = FORMULAS.get(function)
        if known is None or isinstance(rules, EveryArgument):
            if known is None or known.each is None:
                yield f"{function}"
            continue
        texts = list(known.texts.values()) + [known.each] * len(rules)
        for place, (rule, text) in enumerate(zip(rules, texts, strict=False)):
            if rule is not None and text is None and not raises(rule):
                yield f"{function}, argument {place}"


OURS = ("autograd.derivatives", "autograd.rules", "autograd.recompute", "autograd.misc", "autograd.scipy", "nn.")


def test_every_rule_of_the_registry_has_its_formula() -> None:
    assert list(unexplained()) == []
    assert len(RULES) > 400


def test_every_formula_is_of_a_function_that_has_a_rule() -> None:
    list(unexplained())
    assert [function for function in FORMULAS if function not in RULES] == []


def test_every_function_in_a_formula_is_known_or_explained() -> None:
    list(unexplained())
    known = set(dir(np)) | set(SCIPY) | {"len"}
    for function, (texts, each) in FORMULAS.items():
        for text in [*texts.values(), each]:
            called = re.findall(r"(?<![.\w])(\w+)\(", text) if isinstance(text, str) else ()
            assert set(called) <= known | set(WORDS), f"{function}: {text}"


def test_words_are_explained_once_where_they_occur() -> None:
    x = Tensor([[1.0, 2.0], [2.0, 5.0]], name="x")
    text = str(ag.explain(np.sum(np.linalg.eigh(x)[1])))
    assert text.count("gaps(w)[i, j] = 1 / (w[j] - w[i]), and 0 where these are equal") == 1
    assert "Where" not in str(ag.explain(np.sum(np.tanh(x))))


def test_ones_own_formula_is_shown_and_a_wrong_one_refused() -> None:
    @ag.primitive
    def cube(x: Any) -> Any:
        return x**3

    ag.vjp_rule(cube, lambda g, y, x: g * 3 * x**2)
    ag.viz.formula(cube, x="3 * x ** 2")
    assert "dy/dx = 3 * x ** 2 = 12" in str(ag.explain(cube(Tensor(2.0, name="x")).named("y")))
    with pytest.raises(ViewError, match=r"formula\(cube, ...\): '3 x' is no expression. Write it as in Python"):
        ag.viz.formula(cube, x="3 x")
    with pytest.raises(ViewError, match=r"\(cube, ...\): an argument is called 'z', and g stands for the upstream"):
        ag.viz.formula(cube, z="3 * z ** 2")
    del FORMULAS[cube], RULES[cube]


def test_a_formula_that_is_false_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMULAS, np.tanh, Formula({"x": "1 - z"}))
    with pytest.raises(AssertionError, match="1 - z"):
        check(weighed(np.tanh(Tensor([0.3]))))
