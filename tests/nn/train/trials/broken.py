"""Broken trainings: each has one of the faults that the doctor knows, as people make them."""

from __future__ import annotations

from typing import Any

import numpy as np

import nn
from autograd import no_grad
from nn.optim.lr_scheduler import OneCycleLR
from nn.train.doctor.findings import Finding
from tests.nn.train.trials import Trial, digits, fit, function, mlp, noise, trial

__all__ = ["BROKEN"]

BROKEN: list[Trial] = []
Findings = list[Finding]
Rng = np.random.Generator
CE = nn.CrossEntropyLoss()


def line(rng: Rng, n: int = 320) -> tuple[Any, Any]:
    """Inputs (N, 3), and targets (N,) that are linear in them."""
    x = noise(rng, n, 3)
    return x, x @ noise(rng, 3) + 1


# -------------------------------------------------------------------------------------------- prediction and target


@trial(BROKEN, "each-with-each")
def mse_of_column_and_row(rng: Rng) -> Findings:
    """A mean squared error of one's own compares predictions (N, 1) with targets (N,)."""
    return fit(mlp(rng, 3, 16, 1), lambda p, t: np.mean((p - t) ** 2), *line(rng))


@trial(BROKEN, "each-with-each")
def mse_of_row_and_column(rng: Rng) -> Findings:
    """The same with predictions (N,) and targets (N, 1)."""
    x, y = line(rng)
    return fit(mlp(rng, 3, 16, 1), lambda p, t: np.mean(np.abs(p[:, 0] - t)), x, y[:, None])


@trial(BROKEN, "each-with-each")
def cross_entropy_of_column_and_row(rng: Rng) -> Findings:
    """A binary cross entropy of one's own multiplies targets (N,) with log-probabilities (N, 1)."""

    def loss(z: Any, t: Any) -> Any:
        p = nn.functional.sigmoid(z)
        return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))

    x, y = line(rng)
    return fit(mlp(rng, 3, 16, 1), loss, x, (y > 1).astype(np.float32))


@trial(BROKEN, "softmax-twice")
def softmax_layer(rng: Rng) -> Findings:
    """The model ends in a Softmax layer and is trained with CrossEntropyLoss."""
    return fit(nn.Sequential(*mlp(rng, 64, 32, 10), nn.Softmax(-1)), CE, *digits(rng))


@trial(BROKEN, "softmax-twice")
def softmax_by_hand(rng: Rng) -> Findings:
    """The same with a softmax written in NumPy."""

    class Model(nn.Module):
        def __init__(self) -> None:
            self.scores = mlp(rng, 64, 32, 10)

        def forward(self, x: Any) -> Any:
            e = np.exp(self.scores(x))
            return e / e.sum(axis=1, keepdims=True)

    return fit(Model(), CE, *digits(rng))


@trial(BROKEN, "sigmoid-twice")
def sigmoid_and_logits(rng: Rng) -> Findings:
    """The model ends in a Sigmoid layer and is trained with BCEWithLogitsLoss."""
    x, y = line(rng)
    model = nn.Sequential(*mlp(rng, 3, 16, 1), nn.Sigmoid())
    return fit(model, nn.BCEWithLogitsLoss(), x, (y > 1).astype(np.float32)[:, None])


@trial(BROKEN, "no-log-probabilities")
def probabilities_in_nll(rng: Rng) -> Findings:
    """NLLLoss is given probabilities."""
    return fit(nn.Sequential(*mlp(rng, 64, 32, 10), nn.Softmax(-1)), nn.NLLLoss(), *digits(rng))


@trial(BROKEN, "labels-outside")
def classes_from_minus_one(rng: Rng) -> Findings:
    """Classes are -1..8, and a cross entropy of one's own takes entries by them."""
    x, y = digits(rng)
    loss = lambda z, t: -np.mean(nn.functional.log_softmax(z, -1)[np.arange(len(t)), t])  # noqa: E731
    return fit(mlp(rng, 64, 32, 10), loss, x, y - 1)


@trial(BROKEN, "labels-outside")
def targets_beyond_sigmoid(rng: Rng) -> Findings:
    """Targets are percentages, 0..100, and the model ends in a sigmoid."""
    x, y = line(rng)
    return fit(nn.Sequential(*mlp(rng, 3, 16, 1), nn.Sigmoid()), nn.MSELoss(), x, 20 * np.abs(y)[:, None])


@trial(BROKEN, "labels-outside")
def targets_beyond_tanh(rng: Rng) -> Findings:
    """Standardised targets, and the model ends in a tanh."""
    x, y = line(rng)
    return fit(nn.Sequential(*mlp(rng, 3, 16, 1), nn.Tanh()), nn.L1Loss(), x, y[:, None])


# --------------------------------------------------------------------------------------------------------- the loop


@trial(BROKEN, "zero-grad")
def no_zero_grad(rng: Rng) -> Findings:
    """A loop of one's own without optimizer.zero_grad()."""
    model, (x, y) = mlp(rng, 64, 32, 10), digits(rng)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.01)
    with nn.train.Doctor(model, optimizer, loss=CE) as doctor:
        for i in range(0, 640, 32):
            loss = CE(model(x[i : i + 32]), y[i : i + 32])
            loss.backward()
            optimizer.step()
    return doctor.findings


@trial(BROKEN, "zero-grad")
def zero_grad_of_another(rng: Rng) -> Findings:
    """The loop clears the gradients of one half of the model only."""
    body, head, (x, y) = mlp(rng, 64, 32), mlp(rng, 32, 10), digits(rng)
    model = nn.Sequential(body, nn.ReLU(), head)
    optimizer = nn.optim.Adam(model.parameters())
    with nn.train.Doctor(model, optimizer, loss=CE) as doctor:
        for i in range(0, 640, 32):
            head.zero_grad()
            loss = CE(model(x[i : i + 32]), y[i : i + 32])
            loss.backward()
            doctor.check(loss, (x[i : i + 32], y[i : i + 32]))
            optimizer.step()
    return doctor.findings


@trial(BROKEN, "train-mode")
def evaluation_in_train_mode(rng: Rng) -> Findings:
    """A loop of one's own tests a model with dropout after each epoch, without model.eval()."""
    model, (x, y) = nn.Sequential(mlp(rng, 64, 32), nn.Dropout(0.5, rng=rng), mlp(rng, 32, 10)), digits(rng)
    optimizer = nn.optim.Adam(model.parameters())
    with nn.train.Doctor(model, optimizer, loss=CE) as doctor:
        for _ in range(2):
            for i in range(0, 512, 32):
                optimizer.zero_grad()
                loss = CE(model(x[i : i + 32]), y[i : i + 32])
                loss.backward()
                doctor.check(loss, (x[i : i + 32], y[i : i + 32]))
                optimizer.step()
            with no_grad():
                _ = np.mean(model(x[512:]).data.argmax(1) == y[512:])
    return doctor.findings


@trial(BROKEN, "train-mode")
def callback_in_train_mode(rng: Rng) -> Findings:
    """A callback runs a model with batch norm over held-back data, without model.eval()."""

    class Test(nn.Callback):
        def on_epoch_end(self, trainer: Any) -> None:
            with no_grad():
                trainer.model(x[512:])

    x, y = digits(rng)
    model = nn.Sequential(mlp(rng, 64, 32), nn.BatchNorm1d(32), nn.ReLU(), mlp(rng, 32, 10))
    return fit(model, CE, x[:512], y[:512], epochs=2, callbacks=[Test()])


@trial(BROKEN, "no-gradient")
def value_taken_out_of_the_graph(rng: Rng) -> Findings:
    """forward takes .data of the first layer's result."""

    class Model(nn.Module):
        def __init__(self) -> None:
            self.body, self.head = mlp(rng, 64, 32), mlp(rng, 32, 10)

        def forward(self, x: Any) -> Any:
            return self.head(np.maximum(self.body(x).data, 0))

    return fit(Model(), CE, *digits(rng))


@trial(BROKEN, "no-gradient")
def layer_that_is_not_called(rng: Rng) -> Findings:
    """A layer is made and never called."""

    class Model(nn.Module):
        def __init__(self) -> None:
            self.body, self.more, self.head = mlp(rng, 64, 32), mlp(rng, 32, 32), mlp(rng, 32, 10)

        def forward(self, x: Any) -> Any:
            return self.head(np.maximum(self.body(x), 0))

    return fit(Model(), CE, *digits(rng))


# ------------------------------------------------------------------------------------------- activations and gradients


@trial(BROKEN, "dead-relu")
def biases_far_below_zero(rng: Rng) -> Findings:
    """The biases of the first layer start at -20."""
    model: Any = mlp(rng, 64, 32, 10)
    nn.init.constant_(model[0].bias, -20.0)
    return fit(model, CE, *digits(rng))


@trial(BROKEN, "dead-relu")
def function_far_below_zero(rng: Rng) -> Findings:
    """A ReLU as a function after a layer whose biases start at -20."""

    class Model(nn.Module):
        def __init__(self) -> None:
            self.body, self.head = nn.Linear(64, 32, rng=rng), nn.Linear(32, 10, rng=rng)
            nn.init.constant_(self.body.bias, -20.0)

        def forward(self, x: Any) -> Any:
            return self.head(np.maximum(self.body(x), 0))

    return fit(Model(), CE, *digits(rng))


@trial(BROKEN, "saturated")
def weights_too_large_for_tanh(rng: Rng) -> Findings:
    """The weights of a net of tanhs are drawn with standard deviation 3."""
    model: Any = mlp(rng, 64, 32, 32, 10, between=nn.Tanh)
    for layer in (model[0], model[2]):
        nn.init.normal_(layer.weight, std=3.0, rng=rng)
    return fit(model, CE, *digits(rng))


@trial(BROKEN, "unscaled-input", "saturated")
def bytes_into_sigmoids(rng: Rng) -> Findings:
    """Pixels 0..255 into a layer of sigmoids."""
    x, y = digits(rng)
    return fit(mlp(rng, 64, 32, 10, between=nn.Sigmoid), CE, 255 * x, y)


@trial(BROKEN, "vanishing-gradient")
def ten_sigmoids(rng: Rng) -> Findings:
    """Ten layers of sigmoids."""
    return fit(mlp(rng, 64, *[32] * 10, 10, between=nn.Sigmoid), CE, *digits(rng))


@trial(BROKEN, "vanishing-gradient")
def weights_too_small(rng: Rng) -> Findings:
    """Six layers whose weights are drawn with standard deviation 0.001."""
    model = mlp(rng, 64, *[32] * 6, 10, between=nn.Tanh)
    for p in model.parameters():
        if p.ndim > 1:
            nn.init.normal_(p, std=0.001, rng=rng)
    return fit(model, CE, *digits(rng), nn.optim.SGD(model.parameters(), lr=0.1))


@trial(BROKEN, "exploding-gradient")
def weights_too_large_for_relu(rng: Rng) -> Findings:
    """Six layers of ReLUs whose weights are drawn with standard deviation 1."""
    model = mlp(rng, 64, *[64] * 6, 10)
    for p in model.parameters():
        if p.ndim > 1:
            nn.init.normal_(p, rng=rng)
    return fit(model, CE, *digits(rng))


@trial(BROKEN, "exploding-gradient")
def recurrence_that_grows(rng: Rng) -> Findings:
    """A recurrent net of 40 steps with ReLUs whose recurrent weights double the state."""

    class Model(nn.Module):
        def __init__(self) -> None:
            self.input, self.state, self.head = mlp(rng, 4, 16), mlp(rng, 16, 16), mlp(rng, 16, 1)
            self.state[0].weight.data = 2 * np.eye(16, dtype=np.float32)

        def forward(self, x: Any) -> Any:
            h = np.zeros((len(x), 16), np.float32)
            for t in range(x.shape[1]):
                h = nn.functional.relu(self.input(x[:, t]) + self.state(h))
            return self.head(h)

    x = noise(rng, 128, 40, 4)
    return fit(Model(), nn.MSELoss(), x, x[:, -1, :1])


@trial(BROKEN, "exploding-gradient")
def chaotic_recurrence(rng: Rng) -> Findings:
    """An RNN of 60 steps whose recurrent weights are an orthogonal matrix times four."""

    class Model(nn.Module):
        def __init__(self) -> None:
            self.cell, self.head = nn.RNN(4, 32, batch_first=True, rng=rng), mlp(rng, 32, 1)
            nn.init.orthogonal_(self.cell.weight_hh_l0, gain=4.0, rng=rng)

        def forward(self, x: Any) -> Any:
            return self.head(self.cell(x)[0][:, -1])

    x = noise(rng, 128, 60, 4)
    return fit(Model(), nn.MSELoss(), x, x[:, -1, :1])


@trial(BROKEN, "unscaled-input")
def years_and_incomes(rng: Rng) -> Findings:
    """Columns in years and in currency, as they are."""
    x, y = line(rng)
    return fit(mlp(rng, 3, 16, 1), nn.MSELoss(), x * [10, 1, 2e4] + [1990, 0, 4e4], y[:, None])


@trial(BROKEN, "unscaled-input")
def tiny_inputs(rng: Rng) -> Findings:
    """Inputs in metres that are micrometres."""
    x, y = line(rng)
    return fit(mlp(rng, 3, 16, 1), nn.MSELoss(), 1e-6 * x, y[:, None])


# ------------------------------------------------------------------------------------------------ what comes of steps


@trial(BROKEN, "learning-rate")
def adam_with_rate_10(rng: Rng) -> Findings:
    """Adam with lr=10."""
    model = mlp(rng, 64, 32, 10)
    return fit(model, CE, *digits(rng), nn.optim.Adam(model.parameters(), lr=10.0))


@trial(BROKEN, "learning-rate", "not-finite")
def descent_that_overflows(rng: Rng) -> Findings:
    """Linear regression with lr=10."""
    model, (x, y) = mlp(rng, 3, 1), line(rng, 3200)
    return fit(model, nn.MSELoss(), x, y[:, None], nn.optim.SGD(model.parameters(), lr=10.0), epochs=1)


@trial(BROKEN, "learning-rate")
def targets_in_thousands(rng: Rng) -> Findings:
    """Linear regression of targets in ten thousands with lr=1.5."""
    model, (x, y) = mlp(rng, 3, 1), line(rng)
    return fit(model, nn.MSELoss(), x, 1e4 * y[:, None], nn.optim.SGD(model.parameters(), lr=1.5))


@trial(BROKEN, "not-finite")
def logarithm_of_what_may_be_negative(rng: Rng) -> Findings:
    """The loss is the logarithm of a prediction that nothing keeps positive."""
    x, _ = line(rng)
    return fit(mlp(rng, 3, 16, 1), lambda p, t: -np.mean(np.log(p[:, 0] - 0.5)), x, x)


@trial(BROKEN, "not-finite")
def root_of_zero(rng: Rng) -> Findings:
    """The loss is finite, its gradient is not: a square root at 0."""
    x, _ = line(rng)
    return fit(mlp(rng, 3, 16, 1), lambda p, t: np.mean(np.sqrt(nn.functional.relu(p[:, 0] - 1))), x, x)


@trial(BROKEN, "not-finite")
def missing_values(rng: Rng) -> Findings:
    """One of the inputs is NaN, in a batch that comes after those that are watched."""
    x, y = line(rng, 1280)
    x[1000, 1] = np.nan
    return fit(mlp(rng, 3, 16, 1), nn.MSELoss(), x, y[:, None], shuffle=False)


@trial(BROKEN, "not-finite")
def nan_in_a_batch_before_the_step(rng: Rng) -> Findings:
    """One of four batches whose gradients are added up is NaN, and TerminateOnNaN ends the training there."""
    x, y = digits(rng, 1280)
    x[1005, 0] = np.nan
    stop = nn.callbacks.TerminateOnNaN()
    return fit(mlp(rng, 64, 16, 10), CE, x, y, batch_size=8, accumulate=4, shuffle=False, callbacks=[stop])


# --------------------------------------------------------------------------------------------------- less plain to see


@trial(BROKEN, "each-with-each")
def error_of_halved_targets(rng: Rng) -> Findings:
    """Predictions (N, 1) are compared with targets (N,) that the loss has scaled."""
    x, y = line(rng)
    return fit(mlp(rng, 3, 16, 1), lambda p, t: np.mean(np.abs(p - t / 2)), x, y)


@trial(BROKEN, "sigmoid-twice")
def sigmoid_in_another_shape(rng: Rng) -> Findings:
    """The result of a sigmoid is squeezed and given to BCEWithLogitsLoss."""
    x, y = line(rng)
    model = function(lambda m, x: np.squeeze(nn.functional.sigmoid(m.body(x)), 1), body=mlp(rng, 3, 16, 1))
    return fit(model, nn.BCEWithLogitsLoss(), x, (y > 1).astype(np.float32))


@trial(BROKEN, "softmax-twice")
def softmax_over_time(rng: Rng) -> Findings:
    """Softmaxes (N, T, C) are turned to (N, C, T) and given to CrossEntropyLoss."""
    layers = {"embed": nn.Embedding(20, 12, rng=rng), "head": nn.Linear(12, 20, rng=rng)}
    model = function(lambda m, x: np.swapaxes(nn.functional.softmax(m.head(m.embed(x)), -1), 1, 2), **layers)
    x = rng.integers(0, 20, (320, 10))
    return fit(model, CE, x, (x + 1) % 20)


@trial(BROKEN, "labels-outside")
def classes_from_one(rng: Rng) -> Findings:
    """Classes are 1..10, and a cross entropy of one's own compares them with 0..9."""
    x, y = digits(rng)
    chosen = lambda z, t: (t[:, None] == np.arange(10)) * nn.functional.log_softmax(z, -1)  # noqa: E731
    return fit(mlp(rng, 64, 32, 10), lambda z, t: -np.mean(np.sum(chosen(z, t), axis=1)), x, y + 1)


@trial(BROKEN, "train-mode")
def evaluation_by_batches(rng: Rng) -> Findings:
    """A loop of one's own tests a model with dropout in batches of the training's size, without model.eval()."""
    (x, y), model = digits(rng, 320), nn.Sequential(*mlp(rng, 64, 32, 10), nn.Dropout(0.2, rng=rng))
    optimizer = nn.optim.Adam(model.parameters())
    with nn.train.Doctor(model, optimizer, loss=CE) as doctor:
        for rows in np.split(np.arange(320), 10):
            optimizer.zero_grad()
            loss = CE(model(x[rows]), y[rows])
            loss.backward()
            doctor.check(loss, (x[rows], y[rows]))
            optimizer.step()
        with no_grad():
            for rows in np.split(np.arange(320), 10):
                model(x[rows])
    return doctor.findings


@trial(BROKEN, "dead-relu")
def rate_that_kills(rng: Rng) -> Findings:
    """Descent with lr=7: the ReLUs, alive at first, are off after a few steps."""
    model = mlp(rng, 64, 32, 32, 10)
    return fit(model, CE, *digits(rng), nn.optim.SGD(model.parameters(), lr=7.0))


@trial(BROKEN, "dead-relu")
def bounded_relus_far_below_zero(rng: Rng) -> Findings:
    """ReLU6 after a layer whose biases start at -20."""
    model = mlp(rng, 64, 32, 10, between=nn.ReLU6)
    model[0].bias.data = np.full(32, -20, np.float32)
    return fit(model, CE, *digits(rng))


@trial(BROKEN, "learning-rate")
def rate_that_explodes(rng: Rng) -> Findings:
    """Descent with lr=100, after whose first step activations explode."""
    model = mlp(rng, 64, 64, 64, 10)
    return fit(model, CE, *digits(rng), nn.optim.SGD(model.parameters(), lr=100.0))


@trial(BROKEN, "schedule")
def schedule_of_steps_once_an_epoch(rng: Rng) -> Findings:
    """OneCycleLR for all steps, given as scheduler=, which is stepped once an epoch."""
    model, (x, y) = mlp(rng, 64, 32, 10), digits(rng)
    optimizer = nn.optim.Adam(model.parameters())
    cycle = OneCycleLR(optimizer, max_lr=0.01, epochs=2, steps_per_epoch=-(-len(x) // 32))
    return fit(model, CE, x, y, optimizer, epochs=2, scheduler=cycle)


@trial(BROKEN, "no-gradient")
def weights_of_zeros(rng: Rng) -> Findings:
    """All the weights of a net of tanhs start at 0, and stay there."""
    model = mlp(rng, 64, 16, 16, 10, between=nn.Tanh)
    for p in model.parameters():
        p.data = np.zeros_like(p.data)
    return fit(model, CE, *digits(rng))


@trial(BROKEN, "no-gradient")
def relu_at_the_end(rng: Rng) -> Findings:
    """The model ends in a ReLU that is off for every example."""
    x, y = line(rng)
    model = nn.Sequential(*mlp(rng, 3, 16, 1), nn.ReLU())
    model[2].bias.data = np.full(1, -20, np.float32)
    return fit(model, nn.MSELoss(), x, np.abs(y)[:, None])


@trial(BROKEN, "saturated")
def lstm_with_large_weights(rng: Rng) -> Findings:
    """The weights of an LSTM are drawn with standard deviation 3."""
    return large_weights(rng, nn.LSTM)


@trial(BROKEN, "saturated")
def gru_with_large_weights(rng: Rng) -> Findings:
    """The weights of a GRU are drawn with standard deviation 3."""
    return large_weights(rng, nn.GRU)


def large_weights(rng: Rng, kind: Any) -> Findings:
    cell = kind(4, 12, batch_first=True, rng=rng)
    for p in cell.parameters():
        p.data = 3 * noise(rng, *p.shape)
    x = noise(rng, 320, 20, 4)
    model = function(lambda m, x: m.head(m.cell(x)[0][:, -1]), cell=cell, head=nn.Linear(12, 1, rng=rng))
    return fit(model, nn.MSELoss(), x, x[:, -1, :1])
