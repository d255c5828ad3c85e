"""np.linalg against PyTorch, which is an independent implementation: first and second derivatives, real and complex."""

from typing import Any

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")

Matrices = dict[str, Any]

SQUARE: Matrices = {
    "inv": lambda la, x: la.inv(x),
    "det": lambda la, x: la.det(x),
    "slogdet": lambda la, x: la.slogdet(x)[0] * la.slogdet(x)[1],
    "solve": lambda la, x: la.solve(x, x @ x),
    "matrix_power": lambda la, x: la.matrix_power(x, 5) + la.matrix_power(x, -2),
    "cholesky": lambda la, x: la.cholesky(x @ x.mT.conj()),
    "eigvalsh": lambda la, x: la.eigvalsh(x + x.mT.conj()),
    "eigh": lambda la, x: abs(la.eigh(x + x.mT.conj())[1]) ** 2,
    "eigvals": lambda la, x: la.eigvals(x).sum(-1) ** 2,
    "eig": lambda la, x: (abs(la.eig(x)[1]) ** 4).sum(-1),
    "cond 1": lambda la, x: la.cond(x, 1) if la is np.linalg else la.matrix_norm(x, 1) * la.matrix_norm(la.inv(x), 1),
}
RECTANGULAR: Matrices = {
    "pinv": lambda la, x: la.pinv(x),
    "svdvals": lambda la, x: la.svdvals(x),
    "left vectors": lambda la, x: abs(la.svd(x, full_matrices=False)[0]) ** 2,
    "right vectors": lambda la, x: abs(la.svd(x, full_matrices=False)[2]) ** 2,
    "polar": lambda la, x: outer_factors(*la.svd(x, full_matrices=False)),
    "qr": lambda la, x: la.qr(x)[0][..., :3] + x[..., :3] * la.qr(x)[1][..., :1, :3],
    "cond": lambda la, x: la.cond(x),
    **{f"norm {p}": lambda la, x, p=p: la.matrix_norm(x, ord=p) for p in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)},
}
MATRICES: Matrices = {
    "lstsq": lambda la, x: la.lstsq(x, x[:, :2] ** 2)[0],
    "multi_dot": lambda la, x: la.multi_dot([x[0], x.mT, x, x.mT[:, 0]]),
}
VECTORS: Matrices = {
    **{f"norm {p}": lambda la, x, p=p: la.vector_norm(x, ord=p) for p in (0.5, 1, 2, 3, -1, np.inf, -np.inf)},
}
NOT_BY_PYTORCH = {("qr", (3, 4))}
CASES = [
    pytest.param(f, shape, kind, id=f"{name}-{shape}-{kind}")
    for functions, shapes in (
        (SQUARE, ((3, 3), (2, 3, 3))),
        (RECTANGULAR, ((3, 3), (4, 3), (2, 4, 3), (3, 4))),
        (MATRICES, ((3, 3), (4, 3), (3, 4))),
        (VECTORS, ((2, 3),)),
    )
    for name, f in functions.items()
    for shape in shapes
    for kind in ("real", "complex")
    if (name, shape) not in NOT_BY_PYTORCH
]


def matrices(shape: tuple[int, ...], kind: str, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape) + (1j * rng.normal(size=shape) if kind == "complex" else 0)
    return x + np.eye(*shape[-2:]) * (2 + np.arange(shape[-1]))


def outer_factors(u: Any, s: Any, vh: Any) -> Any:
    return u @ vh


@pytest.mark.parametrize(("function", "shape", "kind"), CASES)
def test_gradients_and_their_derivatives_are_pytorchs(function: Any, shape: tuple[int, ...], kind: str) -> None:
    x, direction = matrices(shape, kind, 1), matrices(shape, kind, 2)
    value = np.asarray(function(np.linalg, x))
    weights = np.random.default_rng(3).normal(size=value.shape) * (1 + 0.5j if value.dtype.kind == "c" else 1)

    def slope(x: Any) -> Any:
        return np.sum(np.real(ag.grad(lambda x: np.sum(np.real(weights * function(np.linalg, x))))(x) * direction))

    t = torch.tensor(x, requires_grad=True)
    loss = torch.sum(torch.real(torch.tensor(weights) * function(torch.linalg, t)))
    (g,) = torch.autograd.grad(loss, t, create_graph=True)
    (h,) = torch.autograd.grad(torch.sum(torch.real(g.conj() * torch.tensor(direction))), t)

    ours = ag.grad(lambda x: np.sum(np.real(weights * function(np.linalg, x))))(x)
    np.testing.assert_allclose(ours, g.numpy(force=True).conj(), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(ag.grad(slope)(x), h.numpy(force=True).conj(), rtol=1e-8, atol=1e-8)
