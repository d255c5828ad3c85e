"""Formulas of SciPy's elementary functions: logistic, entropies, powers, Box-Cox, degrees, robust losses; softmax."""

from __future__ import annotations

from autograd.derivatives.scipy.common import special
from autograd.derivatives.scipy.elementary import log1p_ratio
from autograd.derivatives.scipy.sums import log_softmax, log_sum, softmax
from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call
from autograd.viz.formulas.reductions import restored

formula(special.exp2, x="z * log(2)")
formula(special.exp10, x="z * log(10)")
formula(special.expm1, x="z + 1")
formula(special.log1p, x="1 / (1 + x)")
formula(special.cosm1, x="-sin(x)")
formula(special.cbrt, x="1 / (3 * z ** 2)")
formula(special.powm1, x="y * x ** (y - 1)", y="(z + 1) * log(x)")

# logistic
formula(special.expit, x="z * (1 - z)")
formula(special.log_expit, x="expit(-x)")
formula(special.logit, x="1 / (x * (1 - x))")

# entropies
formula(special.xlogy, x="log(y)", y="x / y")
formula(special.xlog1py, x="log1p(y)", y="x / (1 + y)")
formula(special.entr, x="-log(x) - 1")
formula(special.rel_entr, x="log(x / y) + 1", y="-x / y")
formula(special.kl_div, x="log(x / y)", y="1 - x / y")

# degrees
formula(special.sindg, x="pi / 180 * cosdg(x)")
formula(special.cosdg, x="-pi / 180 * sindg(x)")
formula(special.tandg, x="pi / 180 * (1 + z ** 2)")
formula(special.cotdg, x="-pi / 180 * (1 + z ** 2)")
formula(special.radian, d="pi / 180", m="pi / 10800", s="pi / 648000")

# robust losses
formula(special.huber, delta="maximum(abs(r) - delta, 0)", r="clip(r, -delta, delta)")
formula(
    special.pseudo_huber,
    delta="(hypot(delta, r) - delta) ** 2 / hypot(delta, r)",
    r="delta * r / hypot(delta, r)",
)

# Box-Cox
formula(log1p_ratio, t="(1 / (1 + t) - z) / t")
formula(special.exprel, x="(exp(x) - z) / x")
formula(special.boxcox, x="x ** (lmbda - 1)", lmbda="(x ** lmbda * log(x) - z) / lmbda")
formula(special.boxcox1p, x="(1 + x) ** (lmbda - 1)", lmbda="((1 + x) ** lmbda * log1p(x) - z) / lmbda")
formula(special.inv_boxcox, y="z / (1 + lmbda * y)", lmbda="z * (y / (1 + lmbda * y) - log(z)) / lmbda")
formula(
    special.inv_boxcox1p,
    y="(1 + z) / (1 + lmbda * y)",
    lmbda="(1 + z) * (y / (1 + lmbda * y) - log1p(z)) / lmbda",
)

# ---------------------------------------------------------------------------------------------- sums in the exponent


def share(call: Call) -> tuple[str, str]:
    """What flows back and the result, with the axes of the sum put back."""
    return restored(call, "g"), restored(call, "z")


def of_entries(call: Call) -> str:
    g, z = share(call)
    return with_sign(call, f"{g} * exp(a - {z})" if call.b is None else f"{g} * b * exp(a - {z})")


def of_weights(call: Call) -> str:
    g, z = share(call)
    return with_sign(call, f"{g} * exp(a - {z})")


def with_sign(call: Call, text: str) -> str:
    return "log_sum_back(g, a, b)" if call.values["return_sign"] else text


formula(log_sum, a=of_entries, b=of_weights)
formula(softmax, x=lambda call: f"z * (g - {summed(call, 'g * z')})", axis=None)
formula(log_softmax, x=lambda call: f"g - exp(z) * {summed(call, 'g')}", axis=None)
word("log_sum_back", "log_sum_back(g, a, b) is g times the share of each entry in sum(b * exp(a))")


def summed(call: Call, text: str) -> str:
    """The sum along the axis of the call, which stays."""
    axis = call.values.get("axis")
    return f"sum({text})" if axis is None else f"sum({text}, axis={axis}, keepdims=True)"
