"""L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Tensor, enable_grad
from autograd.graph import unwrap
from nn import checks, errors
from nn.optim.line_search import Point, strong_wolfe
from nn.optim.optimizer import Optimizer
from nn.optim.options import check_not_negative
from nn.optim.pieces import plain
from nn.optim.state import UNREADABLE, Fitted
from nn.state import as_numbers

__all__ = ["LBFGS"]

LINE_SEARCHES: tuple[Any, ...] = ("strong_wolfe", None)
# what the state holds
NUMBERS = {"func_evals": int, "n_iter": int, "t": float, "H_diag": float, "prev_loss": float, "ro": float}
VECTORS = ("d", "prev_flat_grad", "old_dirs", "old_stps")
LISTS = ("ro", "old_dirs", "old_stps")


class LBFGS(Optimizer):
    """Limited-memory BFGS (Nocedal and Wright, 2006, algorithms 7.4 and 7.5): quasi-Newton steps on full batches.

    A `step` takes a closure that clears the gradients, calls `backward` and returns the loss, and does up to `max_iter`
    iterations of ``p -= t * H g`` with about `max_eval` (``max_iter * 5 // 4``) calls of it. H, the inverse Hessian,
    is made of the last `history_size` changes of p and g. ``line_search_fn="strong_wolfe"`` finds t from `lr` on, None
    takes `lr` (the first time, lr / sum(|g|) if that is less). It ends early where no entry of the gradient is above
    `tolerance_grad`, or the loss or the parameters change by less than `tolerance_change`.

    All parameters are in one group.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        checks.at_least_one("LBFGS", max_iter=max_iter)
        super().__init__(
            params,
            {
                "lr": lr,
                "max_iter": max_iter,
                "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
                "tolerance_grad": tolerance_grad,
                "tolerance_change": tolerance_change,
                "history_size": history_size,
                "line_search_fn": line_search_fn,
            },
        )

    def add_param_group(self, group: Any) -> None:
        if self.param_groups:
            raise errors.ArgumentError("LBFGS has one group of parameters: its H is about all of them together.")
        super().add_param_group(group)

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative("LBFGS", options, "lr", "tolerance_grad", "tolerance_change")
        checks.at_least_one("LBFGS", **{name: options[name] for name in ("max_iter", "max_eval", "history_size")})
        if options["line_search_fn"] not in LINE_SEARCHES:
            raise errors.unknown_name("line search of LBFGS", options["line_search_fn"], LINE_SEARCHES)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Do up to `max_iter` iterations; returns the loss before the first."""
        if closure is None:
            raise errors.ArgumentError(
                "LBFGS evaluates the loss several times a step: write optimizer.step(closure), where closure() calls "
                "optimizer.zero_grad() and loss.backward(), and returns the loss."
            )
        (group,) = self.param_groups
        lr, tolerance = float(plain(group["lr"])), group["tolerance_change"]
        state = self.state.setdefault(group["params"][0], {"func_evals": 0, "n_iter": 0})
        evaluations = 0

        def evaluate() -> tuple[Any, Any]:
            nonlocal evaluations
            with enable_grad():
                loss = closure()
            evaluations += 1
            state["func_evals"] += 1
            return loss, flat([np.zeros_like(p.data) if p.grad is None else p.grad for p in group["params"]])

        def point(t: float) -> Point:
            self.place(x + t * d)
            loss, g = evaluate()
            return Point(t, float(unwrap(loss)), g, float(g @ d))

        given, g = evaluate()
        loss = float(unwrap(given))
        iterations = group["max_iter"] if largest(g) > group["tolerance_grad"] else 0
        for iteration in range(1, iterations + 1):
            state["n_iter"] += 1
            d = direction(state, g, group["history_size"])
            t = lr if state["n_iter"] > 1 else min(1.0, 1.0 / float(np.abs(g).sum())) * lr
            state.update(d=d, t=t, prev_flat_grad=g, prev_loss=loss)
            here = Point(0.0, loss, g, float(g @ d))
            if here.slope > -tolerance:
                break
            x = flat([p.data for p in group["params"]])
            if group["line_search_fn"] is not None:
                left = group["max_eval"] - evaluations
                found = strong_wolfe(point, here, t, largest(d), tries=left, tolerance=tolerance)
                t, loss, g, _ = found
                state["t"] = t
                self.place(x + t * d)
            else:
                self.place(x + t * d)
                if iteration < iterations:  # what the last step led to is the next closure's to find out
                    new, g = evaluate()
                    loss = float(unwrap(new))
            if (
                evaluations >= group["max_eval"]
                or largest(g) <= group["tolerance_grad"]
                or largest(d) * abs(t) <= tolerance
                or abs(loss - here.loss) < tolerance
            ):
                break
        return given

    def place(self, x: Any) -> None:
        """Give the parameters the values in a flat array."""
        for p in self.param_groups[0]["params"]:
            value, x = x[: p.size], x[p.size :]
            p.data = value.reshape(p.shape)

    def fitted(self, p: Tensor, state: dict[str, Any], options: dict[str, Any]) -> Fitted:
        """The one state, which is about all parameters together."""
        shape, found = (sum(q.size for q in options["params"]),), {}
        misshaped, unreadable = [], []
        for name, value in state.items():
            if value is None or name not in (*NUMBERS, *VECTORS):
                continue
            vector = name in VECTORS
            try:
                items = [
                    as_numbers(item, p.dtype if vector else np.dtype(float))
                    for item in (value if name in LISTS else [value])
                ]
            except UNREADABLE:
                unreadable.append(name)
                continue
            if any(item.shape != (shape if vector else ()) for item in items):
                misshaped.append(name)
                continue
            items = items if vector else [NUMBERS[name](item) for item in items]
            found[name] = items if name in LISTS else items[0]
        wrong = {*misshaped, *unreadable}
        known = {*NUMBERS, *VECTORS, "al"}  # the last is room that PyTorch computes in
        missing = [n for n in (*NUMBERS, *VECTORS) if n not in found and n not in wrong] if found.get("n_iter") else []
        return Fitted(found, missing, [name for name in state if name not in known], misshaped, unreadable)


def flat(arrays: list[Any]) -> Any:
    """One array of all, copied."""
    return np.concatenate([np.ravel(unwrap(array)) for array in arrays])


def largest(x: Any) -> float:
    """The largest absolute value, 0 of none."""
    return float(np.max(np.abs(x), initial=0))


def direction(state: dict[str, Any], g: Any, history_size: int) -> Any:
    """``-H g``, after the last step's changes of p and g have come into H: the two-loop recursion (algorithm 7.4)."""
    if state["n_iter"] == 1:
        state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1.0)
        return -g
    steps, changes, ro = state["old_stps"], state["old_dirs"], state["ro"]
    y, s = g - state["prev_flat_grad"], state["d"] * state["t"]
    curvature = float(y @ s)
    if curvature > 1e-10:
        for memory, new in ((changes, y), (steps, s), (ro, 1 / curvature)):
            memory.append(new)
            del memory[:-history_size]
        state["H_diag"] = curvature / float(y @ y)
    q = -g
    weights = []
    for y, s, r in zip(reversed(changes), reversed(steps), reversed(ro), strict=True):
        weights.append(r * float(s @ q))
        q -= weights[-1] * y
    q *= state["H_diag"]
    for y, s, r in zip(changes, steps, ro, strict=True):
        q += (weights.pop() - r * float(y @ q)) * s
    return q
