"""What the words in formulas compute, written for the tests from their meaning: loops, dense matrices, NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg
from scipy import special, stats

from autograd.contributions import fit
from autograd.derivatives import fft as transforms
from autograd.derivatives import series
from autograd.derivatives.decompositions import svd_gradient
from autograd.derivatives.interpolation import steepness
from autograd.derivatives.linalg import pinv_vjp
from autograd.derivatives.polynomials import numerator_vjp
from autograd.rules import RULES
from autograd.rules import pick as pick_result
from autograd.viz.formulas.lookup import Call
from nn import functional
from nn.functional.attention_kernel import attention_weights

__all__ = ["of_call", "plain_words", "scipy_words"]


def transposed(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def along_axis(function: Callable[..., Any], axis: int, *arrays: Any) -> Any:
    """`function` of each row of the arrays."""
    moved = [np.moveaxis(np.asarray(x), axis, -1) for x in arrays]
    rows = [x.reshape(-1, x.shape[-1]) for x in moved]
    if not rows[0].size:
        return np.moveaxis(moved[-1], -1, axis)
    out = np.array([function(*row) for row in zip(*rows, strict=True)])
    return np.moveaxis(out.reshape(*moved[0].shape[:-1], -1), -1, axis)


def flat_or(axis: Any, function: Callable[..., Any], *arrays: Any) -> Any:
    if axis is None or np.ndim(arrays[0]) == 0:
        return along_axis(function, 0, *map(np.ravel, arrays))
    return along_axis(function, axis, *arrays)


def product_before(x: Any) -> Any:
    return np.array([np.prod(x[:k]) for k in range(len(x))])


def sum_after(x: Any, g: Any) -> Any:
    out = np.zeros_like(g)
    for k in range(len(x) - 1, -1, -1):
        out[k] = g[k] + (x[k + 1] * out[k + 1] if k + 1 < len(x) else 0)
    return out


def recurrence(a: Any, b: Any) -> Any:
    out = np.array(b)
    for k in range(1, len(a)):
        out[k] = b[k] + a[k] * out[k - 1]
    return out


def recurrence_back(a: Any, b: Any) -> Any:
    out = np.array(b)
    for k in range(len(a) - 2, -1, -1):
        out[k] = b[k] + a[k + 1] * out[k + 1]
    return out


def running_shares(g: Any, x: Any, z: Any) -> Any:
    out = np.zeros_like(g)
    for k in range(len(x)):
        same = np.flatnonzero(x[: k + 1] == z[k])
        out[same] += g[k] / max(len(same), 1)
    return out


def moved_on(x: Any, axis: int) -> Any:
    return along_axis(lambda row: np.concatenate([[0], row[:-1]]), axis, x)


def others(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if axis is None:
        flat = np.ravel(x)
        return np.array([np.prod(np.delete(flat, i)) for i in range(flat.size)]).reshape(np.shape(x))
    axes = axis if isinstance(axis, tuple) else (axis,)
    out = np.empty_like(x)
    for index in np.ndindex(x.shape):
        line = tuple(slice(None) if i in {a % x.ndim for a in axes} else n for i, n in enumerate(index))
        rest = np.array(x)
        rest[index] = 1
        out[index] = np.prod(rest[line])
    return out


def in_segments(g: Any, indices: Any, axis: int, n: int) -> Any:
    out = np.zeros((n, *np.moveaxis(g, axis, 0).shape[1:]))
    for row, start, end in zip(np.moveaxis(g, axis, 0), indices, [*indices[1:], n], strict=False):
        out[start : max(end, start + 1)] += row
    return np.moveaxis(out, 0, axis)


def diagonal_matrix(w: Any) -> Any:
    return w[..., None] * np.eye(w.shape[-1])


def stacked_diagonal(m: Any) -> Any:
    return np.diagonal(m, axis1=-2, axis2=-1)[..., None, :]


def gaps(w: Any) -> Any:
    apart = w[..., None, :] - w[..., :, None]
    return np.where(np.abs(apart) < 1e-9, 0, 1 / np.where(np.abs(apart) < 1e-9, 1, apart))


def half_lower(m: Any) -> Any:
    return np.tril(m) - np.tril(np.triu(m)) / 2


def mirrored(m: Any) -> Any:
    return np.tril(m) + transposed(np.tril(m, -1))


def folded(m: Any, triangle: str) -> Any:
    whole = m + np.conj(transposed(m))
    part = np.tril(whole, -1) if triangle == "L" else np.triu(whole, 1)
    return part + np.real(m) * np.eye(m.shape[-1])


def with_values(x: Any, s: Any) -> Any:
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return np.conj(u * np.asarray(s)[..., None, :]) @ np.conj(vh)


def with_ones(x: Any, which: str) -> Any:
    s = np.linalg.svd(x, compute_uv=False)
    return with_values(x, s > 0 if which == "all" else s == (s.max() if which == "largest" else s.min()))


def cofactors(x: Any) -> Any:
    out = np.empty_like(x)
    for *stack, i, j in np.ndindex(x.shape):
        minor = np.delete(np.delete(x[tuple(stack)], i, 0), j, 1)
        out[(*stack, i, j)] = (-1) ** (i + j) * np.linalg.det(minor)
    return out


def without(g: Any, index: Any) -> Any:
    out = np.array(g)
    out[index] = 0
    return out


def to_knots(g: Any, x: Any, xp: Any) -> Any:
    total = np.zeros(np.shape(xp), np.result_type(g))
    for gi, xi in zip(np.ravel(np.broadcast_to(g, np.shape(x))), np.ravel(x), strict=True):
        if xp[0] <= xi <= xp[-1]:
            total += gi * np.array([np.interp(xi, xp, unit) for unit in np.eye(len(xp))])
    return total


def overlapped(g: Any, call: Call) -> Any:
    out = np.zeros(np.shape(call.item), np.result_type(call.item))
    view = np.lib.stride_tricks.sliding_window_view(
        out, call.values["window_shape"], call.values["axes"], writeable=True
    )
    for index in np.ndindex(view.shape):
        view[index] += g[index]
    return out


def plain_words() -> dict[str, Any]:
    """Those that need to know nothing but their arguments, and NumPy's functions."""
    known: dict[str, Any] = {name: getattr(np, name) for name in dir(np) if not name.startswith("_")}
    return known | {
        "len": len,
        "product_before": lambda x, axis=None: flat_or(axis, product_before, x),
        "sum_after": lambda x, g, axis=None: flat_or(axis, sum_after, x, g),
        "recurrence": lambda a, b, axis, back: along_axis(recurrence_back if back else recurrence, axis, a, b),
        "running_shares": lambda g, x, z, axis: along_axis(running_shares, axis, g, x, z),
        "moved_on": moved_on,
        "others": others,
        "diagonal_matrix": diagonal_matrix,
        "stacked_diagonal": stacked_diagonal,
        "gaps": gaps,
        "half_lower": half_lower,
        "symmetric": lambda m: (m + transposed(m)) / 2,
        "mirrored": mirrored,
        "folded": folded,
        "with_values": with_values,
        "with_ones": with_ones,
        "cofactors": cofactors,
        "without": without,
        "slope": steepness,
        "to_knots": to_knots,
        "windows": np.lib.stride_tricks.sliding_window_view,
        "resized": lambda g, x, axis: transforms.resized(g, x.shape[axis], axis % x.ndim),
        "twice": lambda g, n, axis: transforms.counted(g, n, axis, 2),
    }


def of_call(call: Call, g: Any) -> dict[str, Any]:
    """Those that stand for a part of the rule itself, or need the call."""
    vertex, values = call.edge.target, call.values

    def by_rule(*_: Any) -> Any:
        rule = list(RULES[vertex.op][: call.position + 1])[-1]  # type: ignore[index]
        given = [value_of(argument) for argument in vertex.arguments]
        found = rule(g, vertex.value, *given, **vertex.keywords)
        return found[call.place] if isinstance(found, (list, tuple)) else fit(found, call.item, vertex.op)

    def put_at(*_: Any) -> Any:
        out = np.zeros_like(call.item, dtype=None if vertex.op is pick_result else np.result_type(g))
        if vertex.op is pick_result:
            out[values["i"]] = g
        else:
            np.add.at(out, values["index"], g)
        return out

    return {
        **dict.fromkeys(("to_order", "last_of"), by_rule),
        **dict.fromkeys(
            (
                "norm_back",
                "cond_back",
                "qr_back",
                "cholesky_back",
                "svd_back",
                "eigenvalues_back",
                "frechet_back",
                "logm_back",
            ),
            by_rule,
        ),
        **dict.fromkeys(
            ("put_back", "to_ranks", "pullback", "transformed_back", "log_sum_back", "banded_back"), by_rule
        ),
        **nn_words(call),
        **dict.fromkeys(BY_RULE, by_rule),
        "margins": lambda _: by_rule() / share_of(g, call),
        "posteriors": lambda _: -by_rule() / np.reshape(g[0], (-1, 1)),
        "bias_of": lambda _: 0,
        "scores_back": lambda gw: scores_back(gw, call),
        "weights": lambda q, k: attention_weights([q, k, None], values["scale"], values["causal"]),
        "put_at": put_at,
        "slope_of": lambda *_: by_rule() / g,
        "pinv_back": lambda h, a: by_rule() if vertex.op is np.linalg.pinv else pinv_vjp(h, np.linalg.pinv(a), a),
        "divided_back": lambda g, u, v: numerator_vjp(g, vertex.value, u, v),
        "unbanded": lambda ab: unbanded(ab, *values["bands"]),
        "vectors": lambda x: np.linalg.eigh(x, values.get("UPLO", "L"))[1],
        "turned_back": lambda g, z: svd_gradient(g[0], np.zeros_like(g[1]), g[2], *z),
        "in_segments": lambda g, indices, axis: in_segments(g, indices, axis, np.shape(call.item)[axis]),
        "overlap_add": lambda g: overlapped(g, call),
    }


def share_of(g: Any, call: Call) -> Any:
    return g / (np.size(call.x) // np.shape(call.x)[-1]) if call.reduction == "mean" else np.expand_dims(g, -1)


def scores_back(gw: Any, call: Call) -> Any:
    p = attention_weights([call.query, call.key, None], call.values["scale"], call.values["causal"])
    return p * (gw - np.sum(gw * p, axis=-1, keepdims=True))


def value_of(argument: Any) -> Any:
    if hasattr(argument, "source"):
        return argument.source.value
    return [value_of(item) for item in argument] if isinstance(argument, list) else argument


# ------------------------------------------------------------------------------------------------------------------- nn


def onehot(labels: Any, x: Any) -> Any:
    axis = 1 if np.ndim(x) > 1 else 0
    return np.moveaxis(np.eye(np.shape(x)[axis])[labels], -1, axis)


def softmax(x: Any) -> Any:
    return special.softmax(x, axis=1 if np.ndim(x) > 1 else 0)


def nn_words(call: Call) -> dict[str, Any]:
    """nn's functions by their names; what is normalized together comes from the call."""
    values = call.values
    value = next((values[name] for name in ("x", "logits", "input") if name in values), None)

    def average(g: Any) -> Any:
        if "axes" in values:
            return np.mean(g, axis=tuple(range(-values["axes"], 0)), keepdims=True)
        if not values["groups"]:
            return np.mean(g, axis=(0, *range(2, g.ndim)), keepdims=True)
        grouped = g.reshape(g.shape[0], values["groups"], -1)
        return np.broadcast_to(np.mean(grouped, axis=2, keepdims=True), grouped.shape).reshape(g.shape)

    def centred(x: Any) -> Any:
        return x - average(x) if values.get("centred", True) else x

    def deviation(x: Any) -> Any:
        return np.sqrt(average(centred(x) ** 2) + values["eps"])

    def rows(x: Any) -> Any:
        return np.reshape(x, (-1, np.shape(x)[-1]))

    def second_half(x: Any) -> Any:
        return np.split(x, 2, values["axis"])[1]

    def rows_added(g: Any, indices: Any) -> Any:
        total = np.zeros(np.shape(call.item))
        np.add.at(total, indices, g)
        return total

    return {
        "sigmoid": special.expit,
        "softplus": lambda x: np.logaddexp(x, 0),
        "normal_cdf": special.ndtr,
        "inner_tanh": lambda x: np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)),
        "second_half": second_half,
        "softmax": softmax,
        "log_softmax": lambda x: np.log(softmax(x)),
        "onehot": lambda labels: onehot(labels, value),
        "softmax_back": lambda g, x: (
            softmax(x) * (g - np.sum(g * softmax(x), 1 if np.ndim(x) > 1 else 0, keepdims=True))
        ),
        "average": average,
        "deviation": deviation,
        "unit": lambda x: centred(x) / deviation(x),
        "rows": rows,
        "rows_added": rows_added,
        "pixel_shuffle": functional.pixel_shuffle,
        "pixel_unshuffle": functional.pixel_unshuffle,
        "channel_shuffle": functional.channel_shuffle,
        "update_gate": lambda p: special.expit(p[len(p) // 6 : len(p) // 3] + p[2 * len(p) // 3 : 5 * len(p) // 6]),
    }


BY_RULE = (  # words for what is a computation of many steps: the rule is its own definition
    *("gates_back", "through_time", "attention_back", "normalization_back", "posteriors_back", "adjoint"),
    *("to_largest", "at_largest", "over_windows", "window_means", "entries_at", "put_into", "unpadded"),
    *("resampled_back", "margins_by_rule", "spread", "convolved", "correlated"),
)

# ---------------------------------------------------------------------------------------------------------------- SciPy


def scipy_words() -> dict[str, Any]:
    """SciPy's functions by their names, and the words of its chapters."""
    known: dict[str, Any] = {name: getattr(special, name) for name in dir(special) if not name.startswith("_")}
    known |= {f"{name}_pdf": getattr(stats, name).pdf for name in ("norm", "t", "beta", "gamma", "chi2")}
    return known | {
        "poisson_pmf": stats.poisson.pmf,
        "solve_triangular": solve_triangle,
        "frechet": lambda a, e: stacked(scipy.linalg.expm_frechet, a, e),
        "solve_sylvester": lambda a, b, q: stacked(scipy.linalg.solve_sylvester, a, b, q),
        "stein": lambda a, b, q: stacked(stein, a, b, q),
        "precision": lambda cov, singular=False: np.linalg.pinv(np.tril(cov) + np.tril(cov, -1).T),
        "covariance_back": covariance_back,
        "hazard": lambda x: stats.norm.pdf(x) / stats.norm.cdf(x),
        "sinc_derivative": series.sinc_derivative,
        "i0_derivative": series.i0_derivative,
        "sliding": sliding,
    }


def stacked(function: Callable[..., Any], *matrices: Any) -> Any:
    """`function` of each matrix of the stacks."""
    ahead = np.broadcast_shapes(*(np.shape(m)[:-2] for m in matrices))
    matrices = tuple(np.broadcast_to(m, ahead + np.shape(m)[-2:]) for m in matrices)
    if not ahead:
        found = function(*matrices)
        return found[1] if isinstance(found, tuple) else found
    return np.stack([stacked(function, *one) for one in zip(*matrices, strict=True)])


def solve_triangle(a: Any, g: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    a = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        a = a * (1 - np.eye(a.shape[-1])) + np.eye(a.shape[-1])
    return np.linalg.solve(transposed(a) if trans else a, g)


def unbanded(ab: Any, lower: int, upper: int) -> Any:
    n = ab.shape[-1]
    out = np.zeros((n, n), ab.dtype)
    for i, j in np.ndindex(n, n):
        if -lower <= j - i <= upper:
            out[i, j] = ab[upper + i - j, j]
    return out


def stein(a: Any, b: Any, q: Any) -> Any:
    n = q.size
    return np.linalg.solve(np.eye(n) - np.kron(a, b), np.ravel(q)).reshape(q.shape)


def covariance_back(g: Any, d: Any, p: Any) -> Any:
    rows, weights = (d @ p).reshape(-1, len(p)), np.reshape(g, (-1, 1))
    return (rows.T @ (weights * rows) - np.sum(g) * p) / 2


def sliding(x: Any, w: Any) -> Any:
    n = x.ndim - 2
    view = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=tuple(range(2, 2 + n)))
    o, k = "opq"[:n], "klm"[:n]
    return np.einsum(f"id{o}{k},jd{k}->ij{o}", view, w)
