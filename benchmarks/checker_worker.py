"""One gradient checker on the published cases, in a process of its own; prints its verdicts as JSON.

`gradient_checkers` starts it as ``python -P benchmarks/checker_worker.py NAME [EVERY]``, with the interpreter that has
the checker. One peer's package is called autograd like ours, so this project comes last on the path, or first for our
own checker. Each checker gets a case as a custom function with a custom rule, and runs with its default settings; that
of HIPS on all arguments, where its default is the first.
"""

from __future__ import annotations

import inspect
import json
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["CHECKERS", "run"]

ROOT = str(Path(__file__).parents[1])
SEED = 0  # of the checkers that draw directions from a global generator
Check = Callable[[Any], str]
REPAIRED_KINDS = ("shape alone", "dtype alone")


def outcome(passed: Any) -> str:
    return "accepted" if passed else "refused"


def each_gradient(rule: Callable[..., Any], count: int) -> Iterable[Callable[..., Any]]:
    """A rule that gives all gradients as one function per gradient."""
    return [lambda *args, i=i: rule(*args)[i] for i in range(count)]


def is_repaired(case: Any, gradients_at: Callable[[Any], Iterable[Any]]) -> bool:
    """Whether the system behind a checker makes a right gradient of a rule whose shape or dtype alone is wrong.

    Accepting that is right too: what its users get is the right gradient.
    """
    if case.kind not in REPAIRED_KINDS:
        return False
    g = np.ones_like(case.f(*case.args))
    pairs = zip(gradients_at(g), case.repair(g, *case.args), strict=True)
    return all(
        got.shape == np.shape(want) and got.dtype == np.asarray(want).dtype and np.allclose(got, want)
        for got, want in pairs
    )


def of_chainrule() -> tuple[str, Check]:
    """`autograd.testing.gradcheck` of an `ag.primitive` with an `ag.vjp_rule`."""
    sys.path.insert(0, ROOT)
    ag, testing = import_module("autograd"), import_module("autograd.testing")

    def custom(case: Any) -> Any:
        f = ag.primitive(case.f)
        if case.second is None:
            rules = each_gradient(lambda g, _, *args: case.vjp(g, *args), len(case.args))
        else:
            first = ag.primitive(lambda g, x: case.vjp(g, x)[0])
            ag.vjp_rule(first, *each_gradient(lambda gg, _, g, x: case.second(gg, g, x), 2))
            rules = [lambda g, _, x: first(g, x)]
        ag.vjp_rule(f, *rules)
        return f

    def check(case: Any) -> str:
        f = custom(case)
        report = testing.gradcheck(f, *case.args, order=case.order, raise_on_failure=False)
        if report and is_repaired(case, lambda g: map(np.asarray, in_tuple(ag.vjp(f, *case.args)[1](g)))):
            return "repaired"
        return verdict_of(report)

    return f"chainrule {ag.__version__}", check


def of_chainrule_by_hand() -> tuple[str, Check]:
    """``gradcheck(f, *args, grad=...)``: `f` a random combination of the outputs, `grad` its gradients by the rule."""
    version, _ = of_chainrule()
    gradcheck = import_module("autograd.testing").gradcheck
    if "grad" not in inspect.signature(gradcheck).parameters:
        raise ImportError("this gradcheck takes no gradients written by hand")

    def check(case: Any) -> str:
        if case.order == 2:
            return "not asked"
        out = np.asarray(case.f(*case.args))
        weights = np.random.default_rng(SEED).uniform(0.5, 1.5, out.shape).astype(out.dtype)

        def f(*args: Any) -> Any:
            return np.sum(weights * case.f(*args)).real

        def grad(*args: Any) -> Any:
            gradients = case.vjp(weights, *args)
            return gradients if len(args) > 1 else gradients[0]

        return verdict_of(gradcheck(f, *case.args, grad=grad, raise_on_failure=False))

    return version, check


def in_tuple(gradients: Any) -> tuple[Any, ...]:
    return gradients if isinstance(gradients, tuple) else (gradients,)


def verdict_of(report: Any) -> str:
    inconclusive = getattr(getattr(report, "verdict", None), "name", "") == "INCONCLUSIVE"
    return "inconclusive" if inconclusive else outcome(report)


def of_hips() -> tuple[str, Check]:
    """`autograd.test_util.check_grads` of a `primitive` with a `defvjp`."""
    sys.path.append(ROOT)
    extend, test_util = import_module("autograd.extend"), import_module("autograd.test_util")
    version = import_module("importlib.metadata").version("autograd")

    def custom(f: Any, rule: Callable[..., Any], count: int) -> Any:
        """`rule` takes the upstream gradient and the arguments."""
        function = extend.primitive(f)
        makers = [lambda ans, *args, r=r: lambda g: r(g, *args) for r in each_gradient(rule, count)]  # noqa: ARG005 HIPS's signature
        extend.defvjp(function, *makers)
        return function

    def check(case: Any) -> str:
        np.random.seed(SEED)  # noqa: NPY002 the generator that HIPS uses
        rule = case.vjp
        if case.second is not None:
            first = custom(lambda g, x: case.vjp(g, x)[0], case.second, 2)
            rule = lambda g, x: (first(g, x),)  # noqa: E731 of two rules the other
        f = custom(case.f, rule, len(case.args))
        argnum = tuple(range(len(case.args))) if len(case.args) > 1 else 0
        try:
            test_util.check_grads(f, argnum, modes=["rev"], order=case.order)(*case.args)
        except AssertionError:
            return "refused"
        return "accepted"

    return f"HIPS autograd {version}", check


def of_pytorch(fast: bool) -> tuple[str, Check]:
    """`torch.autograd.gradcheck` of an `autograd.Function` that calls NumPy."""
    sys.path.append(ROOT)
    torch = import_module("torch")
    tools = import_module("torch.autograd.gradcheck")

    def array(x: Any) -> Any:
        return x.detach().resolve_conj().numpy().copy()

    def tensor(x: Any) -> Any:
        return torch.from_numpy(np.array(x))

    def custom(f: Any, rule: Callable[..., Any]) -> Any:
        """`rule` takes the upstream gradient and the arguments, all tensors."""

        class Custom(torch.autograd.Function):  # type: ignore[misc, name-defined]
            @staticmethod
            def forward(ctx: Any, *args: Any) -> Any:
                ctx.save_for_backward(*args)
                return tensor(f(*map(array, args)))

            @staticmethod
            def backward(ctx: Any, g: Any) -> Any:
                return rule(g, *ctx.saved_tensors)

        return Custom.apply

    def in_tensors(rule: Callable[..., Any]) -> Callable[..., Any]:
        """PyTorch's gradients are the conjugates of everybody else's."""
        return lambda g, *args: tuple(tensor(np.conj(gx)) for gx in rule(np.conj(array(g)), *map(array, args)))

    def check(case: Any) -> str:
        torch.manual_seed(SEED)
        rule = in_tensors(case.vjp)
        if case.second is not None:
            rule = custom(lambda g, x: case.vjp(g, x)[0], in_tensors(case.second))
        f = custom(case.f, rule)
        args = [tensor(x).requires_grad_() for x in case.args]
        try:
            tools.gradcheck(f, args, fast_mode=fast)
            if case.order == 2:
                tools.gradgradcheck(f, args, fast_mode=fast)
        except tools.GradcheckError:
            return "refused"
        repaired = is_repaired(case, lambda g: map(array, torch.autograd.grad(f(*args), args, tensor(g))))
        return "repaired" if repaired else "accepted"

    return f"PyTorch {torch.__version__.split('+')[0]}", check


def of_jax() -> tuple[str, Check]:
    """`jax.test_util.check_grads` of a `jax.custom_vjp` around a `jax.pure_callback`."""
    sys.path.append(ROOT)
    jax, test_util = import_module("jax"), import_module("jax.test_util")
    jax.config.update("jax_enable_x64", True)

    def callback(f: Callable[..., Any], *example: Any) -> Any:
        """`f`, which returns one array or a tuple of them, as a function that JAX can call: it asks for the shapes."""
        shape = jax.tree.map(lambda x: jax.ShapeDtypeStruct(np.shape(x), np.asarray(x).dtype), f(*example))

        def plain(*args: Any) -> Any:
            return jax.tree.map(np.asarray, f(*map(np.asarray, args)))

        return lambda *args: jax.pure_callback(plain, shape, *args)

    def custom(f: Any, rule: Callable[..., Any]) -> Any:
        """`rule` takes the upstream gradient and the arguments, JAX's arrays all."""
        function = jax.custom_vjp(f)
        function.defvjp(lambda *args: (function(*args), args), lambda args, g: rule(g, *args))
        return function

    def check(case: Any) -> str:
        g = np.ones_like(case.f(*case.args))
        rule = callback(case.vjp, g, *case.args)
        if case.second is not None:
            first = callback(lambda g, x: case.vjp(g, x)[0], g, *case.args)
            of_first = custom(first, callback(case.second, np.ones_like(case.args[0]), g, *case.args))
            rule = lambda g, x: (of_first(g, x),)  # noqa: E731 of two rules the other
        f = custom(callback(case.f, *case.args), rule)
        args = [jax.numpy.asarray(x) for x in case.args]
        try:
            test_util.check_grads(f, args, order=case.order, modes=["rev"])
        except AssertionError:
            return "refused"
        return "repaired" if is_repaired(case, lambda g: map(np.asarray, jax.vjp(f, *args)[1](g))) else "accepted"

    return f"JAX {jax.__version__}", check


CHECKERS: dict[str, Callable[[], tuple[str, Check]]] = {
    "chainrule": of_chainrule,
    "by-hand": of_chainrule_by_hand,
    "hips": of_hips,
    "pytorch": lambda: of_pytorch(fast=False),
    "pytorch-fast": lambda: of_pytorch(fast=True),
    "jax": of_jax,
}


def judge(check: Check, case: Any, errors: dict[str, str]) -> str:
    """The verdict of `check` on a case; "error" where it raised something else than its own."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return check(case)
        except Exception:  # noqa: BLE001 whatever it raises is what its users see
            errors[case.name] = traceback.format_exc(limit=-1)
            return "error"


def repaired(case: Any) -> Any:
    """A wrong case with the correct rule in its place."""
    return replace(case, **{"vjp" if case.second is None else "second": case.repair})


def run(name: str, every: int = 1) -> dict[str, Any]:
    """Version and verdicts of a checker on every case, or on every tenth; of wrong cases, on the repaired ones too."""
    version, check = CHECKERS[name]()
    cases = import_module("benchmarks.gradient_cases")
    start, errors = time.perf_counter(), dict[str, str]()
    verdicts = {
        case.name: judge(check, case, errors) for case in [*cases.CORRECT, *cases.WRONG, *cases.ONE_ZEROED][::every]
    }
    repairs = {case.name: judge(check, repaired(case), {}) for case in cases.WRONG if case.name in verdicts}
    seconds = time.perf_counter() - start
    return {"version": version, "verdicts": verdicts, "repairs": repairs, "errors": errors, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], *map(int, sys.argv[2:]))))
