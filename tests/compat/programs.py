"""Programs as users of HIPS autograd write them. Each returns numbers; `recorded.py` holds those of the real one.

The file runs on either: ``python programs.py`` prints what goes into `recorded.py`.
"""

import time
from itertools import pairwise

import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import (
    checkpoint,
    elementwise_grad,
    grad,
    grad_and_aux,
    hessian,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    tensor_jacobian_product,
    value_and_grad,
)
from autograd.builtins import dict as adict
from autograd.builtins import isinstance as aisinstance
from autograd.builtins import list as alist
from autograd.builtins import tuple as atuple
from autograd.extend import defjvp, defvjp, primitive
from autograd.misc import flatten
from autograd.misc.fixed_points import fixed_point
from autograd.misc.flatten import flatten_func
from autograd.misc.optimizers import adam, rmsprop, sgd


def logistic_regression():
    rs = npr.RandomState(0)
    inputs, targets = rs.randn(30, 4), rs.rand(30) > 0.5

    def sigmoid(x):
        return 0.5 * (np.tanh(x / 2.0) + 1)

    def training_loss(weights):
        predictions = sigmoid(np.dot(inputs, weights))
        return -np.sum(np.log(predictions * targets + (1 - predictions) * (1 - targets)))

    gradient = grad(training_loss)
    weights = np.zeros(4)
    for _ in range(50):
        weights -= gradient(weights) * 0.01
    return [weights, training_loss(weights)]


def neural_network():
    rs = npr.RandomState(1)
    sizes = [5, 8, 3]
    images, labels = rs.randn(20, 5), np.eye(3)[rs.randint(3, size=20)]
    start = [(0.1 * rs.randn(m, n), 0.1 * rs.randn(n)) for m, n in pairwise(sizes)]

    def logsumexp(x, axis):
        top = np.max(x, axis=axis, keepdims=True)
        return top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True))

    def predict(params, inputs):
        for W, b in params:
            outputs = np.dot(inputs, W) + b
            inputs = np.tanh(outputs)
        return outputs - logsumexp(outputs, axis=1)

    def l2_norm(params):
        flattened, _ = flatten(params)
        return np.dot(flattened, flattened)

    def objective(params, i):
        return -np.sum(predict(params, images) * labels) + 0.1 * l2_norm(params)

    seen = []
    params = adam(
        grad(objective), start, step_size=0.01, num_iters=30, callback=lambda p, i, g: seen.append(objective(p, i))
    )
    return [seen[-1], len(seen), params[0][0], params[-1][1], l2_norm(params)]


def recurrent_network():
    rs = npr.RandomState(2)
    sequence, targets = rs.randn(12, 3, 4), rs.randn(12, 3, 2)
    params = {
        "init hiddens": 0.1 * rs.randn(1, 6),
        "change": 0.1 * rs.randn(4 + 6 + 1, 6),
        "predict": 0.1 * rs.randn(6 + 1, 2),
    }

    def concat_and_multiply(weights, *args):
        cat_state = np.hstack((*args, np.ones((args[0].shape[0], 1))))
        return np.dot(cat_state, weights)

    def loss(params):
        hiddens = np.repeat(params["init hiddens"], sequence.shape[1], axis=0)
        total = 0.0
        for inputs, target in zip(sequence, targets):  # noqa: B905
            hiddens = np.tanh(concat_and_multiply(params["change"], inputs, hiddens))
            total = total + np.sum((concat_and_multiply(params["predict"], hiddens) - target) ** 2)
        return total

    trained = rmsprop(lambda p, i: grad(loss)(p), params, num_iters=10, step_size=0.01)
    return [trained[key] for key in sorted(trained)] + [loss(trained)]


def lstm():
    rs = npr.RandomState(3)
    sequence = rs.randn(8, 2, 3)
    names = ["change", "forget", "ingate", "outgate"]
    params = {name: 0.3 * rs.randn(3 + 4 + 1, 4) for name in names}
    params["init cells"] = 0.1 * rs.randn(1, 4)

    def sigmoid(x):
        return 0.5 * (np.tanh(x) + 1.0)

    def run(params):
        hiddens = np.repeat(np.zeros((1, 4)), 2, axis=0)
        cells = np.repeat(params["init cells"], 2, axis=0)
        output = [hiddens]
        for inputs in sequence:
            state = np.concatenate([inputs, hiddens, np.ones((2, 1))], axis=1)
            change = np.tanh(np.dot(state, params["change"]))
            forget, ingate, outgate = (sigmoid(np.dot(state, params[n])) for n in names[1:])
            cells = cells * forget + ingate * change
            hiddens = outgate * np.tanh(cells)
            output.append(hiddens)
        return np.sum(np.stack(output) ** 2)

    value, gradient = value_and_grad(run)(params)
    return [value, *(gradient[key] for key in sorted(gradient))]


def fluid():
    """Advection and projection on a grid, by np.roll."""
    rs = npr.RandomState(4)
    target = rs.rand(8, 8)

    def project(vx, vy):
        p = np.zeros(vx.shape)
        h = 1.0 / vx.shape[0]
        div = (
            -0.5
            * h
            * (np.roll(vx, -1, axis=0) - np.roll(vx, 1, axis=0) + np.roll(vy, -1, axis=1) - np.roll(vy, 1, axis=1))
        )
        for _ in range(5):
            p = (
                div + np.roll(p, 1, axis=0) + np.roll(p, -1, axis=0) + np.roll(p, 1, axis=1) + np.roll(p, -1, axis=1)
            ) / 4.0
        vx = vx - 0.5 * (np.roll(p, -1, axis=0) - np.roll(p, 1, axis=0)) / h
        vy = vy - 0.5 * (np.roll(p, -1, axis=1) - np.roll(p, 1, axis=1)) / h
        return vx, vy

    def advect(f, vx, vy):
        rows, cols = f.shape
        cell_ys, cell_xs = np.meshgrid(np.arange(rows), np.arange(cols))
        center_xs, center_ys = (cell_xs - vx).ravel(), (cell_ys - vy).ravel()
        left, top = np.floor(center_xs).astype(int), np.floor(center_ys).astype(int)
        rw, bw = center_xs - left, center_ys - top
        left, right = np.mod(left, rows), np.mod(left + 1, rows)
        top, bottom = np.mod(top, cols), np.mod(top + 1, cols)
        flat = (1 - rw) * ((1 - bw) * f[left, top] + bw * f[left, bottom]) + rw * (
            (1 - bw) * f[right, top] + bw * f[right, bottom]
        )
        return np.reshape(flat, (rows, cols))

    def objective(params):
        vx, vy = np.reshape(params, (2, 8, 8))
        smoke = np.array(target.T)
        for _ in range(3):
            vx, vy = project(advect(vx, vx, vy), advect(vy, vx, vy))
            smoke = advect(smoke, vx, vy)
        return np.mean((target - smoke) ** 2)

    value, gradient = value_and_grad(objective)(0.3 * rs.randn(128))
    return [value, gradient]


def runge_kutta():
    """The gradient of an ODE's end through its steps."""

    def field(y, t, theta):
        true_A = np.reshape(theta, (2, 2))
        return np.dot(y**3, true_A)

    def end(theta):
        y, h = np.array([2.0, 0.1]), 0.05
        for i in range(20):
            k1 = field(y, i * h, theta)
            k2 = field(y + h / 2 * k1, i * h, theta)
            k3 = field(y + h / 2 * k2, i * h, theta)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + field(y + h * k3, i * h, theta))
        return y

    theta = np.array([-0.1, 2.0, -2.0, -0.1])
    return [end(theta), jacobian(end)(theta)]


def gaussian_process():
    rs = npr.RandomState(5)
    X, y = np.sort(rs.rand(12, 1), axis=0), rs.randn(12)

    def rbf(params, x, xp):
        scaled = (np.expand_dims(x, 1) - np.expand_dims(xp, 0)) / np.exp(params[1:])
        return np.exp(params[0]) * np.exp(-0.5 * np.sum(scaled**2, axis=2))

    def log_marginal(params):
        mean, scales, noise = params[0], params[1:3], np.exp(params[3])
        cov = rbf(scales, X, X) + noise * np.eye(12)
        residual = y - mean
        _, logdet = np.linalg.slogdet(cov)
        return -0.5 * (np.dot(residual, np.linalg.solve(cov, residual)) + logdet + 12 * np.log(2 * np.pi))

    params = np.array([0.1, -0.2, -1.0, -2.0])
    return [log_marginal(params), grad(log_marginal)(params), hessian(log_marginal)(params)]


def variational_inference():
    """Black-box stochastic variational inference by the reparameterization trick."""
    D = 2

    def log_density(x, t):
        mu, log_sigma = x[:, 0], x[:, 1]
        return -0.5 * (log_sigma / 1.35) ** 2 - 0.5 * (mu / np.exp(log_sigma)) ** 2 - log_sigma

    rs = npr.RandomState(6)

    def objective(params, t):
        mean, log_std = params[:D], params[D:]
        samples = rs.randn(50, D) * np.exp(log_std) + mean
        entropy = 0.5 * D * (1.0 + np.log(2 * np.pi)) + np.sum(log_std)
        return -(entropy + np.mean(log_density(samples, t)))

    start = np.concatenate([np.array([-1.0, -1.0]), -5 * np.ones(D)])
    return [adam(grad(objective), start, step_size=0.1, num_iters=40)]


def bayesian_neural_network():
    rs = npr.RandomState(7)
    shapes = [(1, 6), (6, 1)]
    num_weights = sum((m + 1) * n for m, n in shapes)
    inputs = np.linspace(-2, 2, 10)[:, None]
    targets = np.cos(inputs) + 0.1 * rs.randn(10, 1)

    def unpack_layers(weights):
        num_sets = len(weights)
        for m, n in shapes:
            yield weights[:, : m * n].reshape((num_sets, m, n)), weights[:, m * n : m * n + n].reshape((num_sets, 1, n))
            weights = weights[:, (m + 1) * n :]

    def predictions(weights, inputs):
        inputs = np.expand_dims(inputs, 0)
        for W, b in unpack_layers(weights):
            outputs = np.einsum("mnd,mdo->mno", inputs, W) + b
            inputs = np.sin(outputs)
        return outputs

    def logprob(weights):
        log_prior = -0.1 * np.sum(weights**2, axis=1)
        log_lik = -np.sum((predictions(weights, inputs) - targets) ** 2, axis=1)[:, 0] / 0.01
        return log_prior + log_lik

    weights = 0.3 * rs.randn(4, num_weights)
    return [logprob(weights), elementwise_grad(logprob)(weights)]


def rosenbrock():
    from scipy.optimize import minimize

    def f(x):
        return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2

    x0 = np.array([-1.2, 1.0])
    products = hessian_vector_product(f)
    result = minimize(value_and_grad(f), x0, jac=True, method="Newton-CG", hessp=lambda x, v: products(x, v), tol=1e-10)
    return [result.x, hessian(f)(x0), products(x0, np.array([1.0, 2.0])), make_hvp(f)(x0)[0](np.array([1.0, 2.0]))]


def define_gradient():
    @primitive
    def logsumexp(x):
        max_x = np.max(x)
        return max_x + np.log(np.sum(np.exp(x - max_x)))

    def logsumexp_vjp(ans, x):
        x_shape = x.shape
        return lambda g: np.full(x_shape, g) * np.exp(x - np.full(x_shape, ans))

    defvjp(logsumexp, logsumexp_vjp)

    def example(y):
        z = y**2
        return logsumexp(z)

    x = npr.RandomState(8).randn(6)
    return [grad(example)(x), hessian(example)(x), elementwise_grad(grad(example))(x)]


def containers_in_primitives():
    @primitive
    def stats(params, scale=1.0):
        return {
            "total": scale * np.sum(params["w"] * params["b"][0]),
            "parts": [params["w"] ** 2, params["b"][1] * scale],
        }

    def stats_vjp(ans, params, scale=1.0):
        w, (b, _) = params["w"], params["b"]
        return lambda g: {
            "w": g["total"] * scale * b + g["parts"][0] * 2 * w,
            "b": (g["total"] * scale * w, g["parts"][1] * scale),
        }

    defvjp(stats, stats_vjp)

    def loss(params):
        out = stats(params, scale=3.0)
        return out["total"] ** 2 + np.sum(out["parts"][0] * out["parts"][1])

    params = {"w": np.array([1.0, 2.0]), "b": (np.array([0.5, -0.5]), np.array([3.0, 4.0]))}
    g = grad(loss)(params)
    return [g["w"], g["b"][0], g["b"][1]]


def argnums_of_rules():
    @primitive
    def powers(scale, x, y):
        return scale * x**2 * y

    defvjp(
        powers,
        lambda ans, scale, x, y: lambda g: g * scale * 2 * x * y,
        lambda ans, scale, x, y: lambda g: g * scale * x**2,
        argnums=(1, 2),
    )
    defjvp(
        powers,
        lambda g, ans, scale, x, y: g * scale * 2 * x * y,
        lambda g, ans, scale, x, y: g * scale * x**2,
        argnums=(1, 2),
    )
    f = lambda x, y: np.sum(powers(2.0, x, y) * np.sin(x))  # noqa: E731
    x, y = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    gx, gy = grad(f, (0, 1))(x, y)
    return [gx, gy, grad(f, argnum=1)(x, y), hessian(f)(x, y), make_jvp(f)(x, y)(x)[1]]


def control_flow():
    def f(x):
        y = x
        while np.sum(y) < 100:
            y = y * 1.5 if y[0] > 1 else y + x**2
        return np.log(y[1]) if y[1] > y[0] else y[0] * y[1]

    x = np.array([0.3, 0.7])
    return [f(x), grad(f)(x), hessian(f)(x)]


def tanh_derivatives():
    def tanh(x):
        return (1.0 - np.exp(-2 * x)) / (1.0 + np.exp(-(2 * x)))

    x = np.linspace(-3, 3, 7)
    result, f = [], tanh
    for _ in range(5):
        f = elementwise_grad(f)
        result.append(f(x))
    return result


def arrays_from_parts():
    def rotation(angle):
        c, s = np.cos(angle), np.sin(angle)
        return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])

    def arm(angles):
        position = np.array([1.0, 0.0, 0.0])
        for angle in angles:
            position = np.dot(rotation(angle), position) + np.array([1.0, angle, 0])
        return position

    angles = np.array([0.1, 0.2, 0.3])
    smallest = grad(
        lambda x: np.min([np.sum(x**2), np.sum(x), x[0]]) + np.sum([x[1], x[2] ** 2]) + np.mean([x[0], x[1]])
    )
    copies = grad(lambda x: np.sum(np.array(x, ndmin=2) * np.array([x, 2 * x])) + np.sum(np.r_[x, x[0]] ** 3))
    return [arm(angles), jacobian(arm)(angles), smallest(angles), copies(angles)]


def generative_model():
    rs = npr.RandomState(9)
    noise, data = rs.randn(10, 2), rs.randn(10, 3)
    gen = [(0.5 * rs.randn(2, 4), rs.randn(4)), (0.5 * rs.randn(4, 3), rs.randn(3))]
    dsc = [(0.5 * rs.randn(3, 4), rs.randn(4)), (0.5 * rs.randn(4, 1), rs.randn(1))]

    def relu(x):
        return np.maximum(0, x)

    def net(params, inputs):
        for W, b in params[:-1]:
            inputs = relu(np.dot(inputs, W) + b)
        W, b = params[-1]
        return np.dot(inputs, W) + b

    def logsigmoid(x):
        return x - np.logaddexp(0, x)

    def objective(gen, dsc):
        samples = np.concatenate([net(gen, noise), data], axis=0)
        scores = logsigmoid(net(dsc, samples))
        weights = np.concatenate([-np.ones((10, 1)), np.ones((10, 1))], axis=0)
        return np.mean(scores * weights)

    flat_gen, unflatten = flatten(gen)
    both = grad(objective, (0, 1))(gen, dsc)
    return [flatten(both[0])[0], flatten(both[1])[0], unflatten(2 * flat_gen)[1][0]]


def convolutional_network():
    rs = npr.RandomState(10)
    images, filters, dense = rs.randn(3, 1, 8, 8), rs.randn(1, 2, 3, 3), rs.randn(2 * 3 * 3, 4)

    def conv(x, w):
        out = 0
        for i in range(3):
            for j in range(3):
                out = out + np.einsum("bchw,cd->bdhw", x[:, :, i : i + 6, j : j + 6], w[:, :, i, j])
        return out

    def pool(x):
        b, c, h, w = x.shape
        return np.max(np.max(x.reshape((b, c, h // 2, 2, w // 2, 2)), axis=3), axis=4)

    def loss(filters, dense):
        hidden = np.tanh(pool(conv(images, filters))).reshape((3, -1))
        return np.sum(np.tensordot(hidden, dense, axes=[[1], [0]]) ** 2)

    g = grad(loss, (0, 1))(filters, dense)
    return [g[0], g[1]]


def mixture_of_gaussians():
    rs = npr.RandomState(11)
    data = rs.randn(15, 2)
    params = {"log proportions": rs.randn(3), "means": rs.randn(3, 2), "log scales": 0.1 * rs.randn(3, 2)}

    def log_likelihood(params):
        proportions = params["log proportions"] - np.log(np.sum(np.exp(params["log proportions"])))
        cluster = []
        for p, mean, scale in zip(proportions, params["means"], params["log scales"]):  # noqa: B905
            cluster.append(p - np.sum(scale) - 0.5 * np.sum(((data - mean) / np.exp(scale)) ** 2, axis=1))
        cluster = np.vstack(cluster)
        top = np.max(cluster, axis=0)
        return np.sum(top + np.log(np.sum(np.exp(cluster - top), axis=0)))

    flat, unflatten = flatten(params)
    objective = lambda x: -log_likelihood(unflatten(x))  # noqa: E731
    return [grad(objective)(flat), make_hvp(objective)(flat)[0](np.ones(len(flat)))]


def fixed_points():
    def newton_sqrt(a):
        return lambda x: 0.5 * (x + a / x)

    def distance(x, y):
        return np.max(np.abs(x - y))

    root = lambda a: fixed_point(newton_sqrt, a, 1.0, distance, 1e-12)  # noqa: E731
    rs = npr.RandomState(12)
    W, b = 0.2 * rs.randn(4, 4), rs.randn(4)
    layer = lambda params: lambda x: np.tanh(np.dot(params[0], x) + params[1])  # noqa: E731
    norm = lambda W, b: np.sum(fixed_point(layer, atuple((W, b)), np.zeros(4), distance, 1e-13) ** 2)  # noqa: E731
    gW, gb = grad(norm, (0, 1))(W, b)
    return [root(2.0), grad(root)(2.0), grad(grad(root))(2.0), gW, gb]


def operators():
    x, v = np.array([0.5, -1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    f = lambda x: np.sum(x**3) * x[0]  # noqa: E731
    h = lambda x: np.array([x[0] * x[1], np.sin(x[2]), np.sum(x)])  # noqa: E731
    vjp, ans = make_vjp(h)(x)
    return [
        vjp(v),
        ans,
        make_jvp(h)(x)(v)[1],
        make_ggnvp(h)(x)(v),
        make_ggnvp(h, lambda y: np.sum(y**4))(x)(v),
        hessian_tensor_product(f)(x, v),
        tensor_jacobian_product(h)(x, v),
        *grad_and_aux(lambda x: (f(x), x**2))(x),
        holomorphic_grad(lambda z: z**3 + np.exp(z))(1.0 + 2.0j),
        grad(checkpoint(f))(x),
        hessian(h)(x),
    ]


def containers():
    def f(tree):
        assert aisinstance(tree["a"], np.ndarray)
        assert aisinstance(tree["b"], (list, tuple))
        made = alist([tree["a"], tree["b"][0]])
        named = adict(first=made[0], second=atuple((made[1], 2.0)))
        return np.sum(named["first"] * named["second"][0]) * named["second"][1]

    tree = {"a": np.array([1.0, 2.0]), "b": [np.array([3.0, 4.0]), 5.0]}
    g = grad(f)(tree)
    flat_f, _, flat_example = flatten_func(lambda p: {"out": p["a"] * p["b"][0], "sum": p["b"][1] ** 2}, tree)
    trained = sgd(lambda p, i: grad(f)(p), tree, num_iters=3, step_size=0.1)
    return [g["a"], g["b"][0], g["b"][1], flat_f(flat_example), jacobian(flat_f)(flat_example), flatten(trained)[0]]


def spectral():
    """Power iteration, and the gradient of what it finds."""
    rs = npr.RandomState(13)
    A = rs.randn(4, 4)

    def largest(A):
        S, v = np.dot(A, A.T), np.ones(4)
        for _ in range(30):
            v = np.dot(S, v)
            v = v / np.sqrt(np.sum(v**2))
        return np.dot(v, np.dot(S, v))

    return [largest(A), grad(largest)(A)]


PROGRAMS = {
    name: program
    for name, program in list(globals().items())
    if callable(program) and getattr(program, "__module__", None) == __name__
}


def fingerprint(program):
    """What the program returns, in few numbers: how many there are, their norm, two weighted sums, the first five."""
    flat = np.concatenate([np.ravel(part) for part in program()])
    flat = np.concatenate([np.real(flat), np.imag(flat)])
    places = np.arange(len(flat))
    sums = [len(flat), np.sqrt(np.sum(flat**2)), np.sum(flat * np.cos(places)), np.sum(flat * np.sin(2.0 * places))]
    return [float(x) for x in [*sums, *flat[:5]]]


if __name__ == "__main__":
    for name, program in PROGRAMS.items():
        start = time.perf_counter()
        result = fingerprint(program)
        seconds = time.perf_counter() - start
        print(f'    "{name}": [{", ".join(format(x, ".13g") for x in result)}],  # {seconds:.4f} s', flush=True)
