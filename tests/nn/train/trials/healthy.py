"""Healthy trainings, also such as look ill: large targets, frozen layers, tiny nets, losses of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np

import nn
from autograd import no_grad
from nn.optim.lr_scheduler import OneCycleLR
from nn.optim.swa_utils import update_bn
from nn.train.doctor.findings import Finding
from tests.nn.train.trials import Trial, digits, fit, function, mlp, noise, trial

__all__ = ["HEALTHY"]

HEALTHY: list[Trial] = []
Findings = list[Finding]
Rng = np.random.Generator
CE = nn.CrossEntropyLoss()


# ----------------------------------------------------------------------------------------------------- kinds of nets


@trial(HEALTHY)
def mlp_of_digits(rng: Rng) -> Findings:
    """A net of ReLUs, Adam with lr=0.01."""
    model = mlp(rng, 64, 64, 10)
    return fit(model, CE, *digits(rng), nn.optim.Adam(model.parameters(), lr=0.01), epochs=2)


@trial(HEALTHY)
def one_cycle_by_steps_and_by_epochs(rng: Rng) -> Findings:
    """OneCycleLR for all steps as a callback that steps it so, then one for the epochs as scheduler=."""
    model, (x, y) = mlp(rng, 64, 64, 10), digits(rng)
    optimizer = nn.optim.Adam(model.parameters())
    by_steps = OneCycleLR(optimizer, max_lr=0.01, epochs=2, steps_per_epoch=-(-len(x) // 32))
    found = fit(model, CE, x, y, optimizer, epochs=2, callbacks=[nn.callbacks.LRScheduler(by_steps, every="step")])
    optimizer = nn.optim.Adam(model.parameters())
    return found + fit(model, CE, x, y, optimizer, epochs=3, scheduler=OneCycleLR(optimizer, 0.01, total_steps=3))


@trial(HEALTHY)
def raw_digits(rng: Rng) -> Findings:
    """The same with inputs 0..16, as scikit-learn has them, and descent with momentum."""
    model, (x, y) = mlp(rng, 64, 64, 10), digits(rng)
    return fit(model, CE, 16 * x, y, nn.optim.SGD(model.parameters(), lr=0.01, momentum=0.9), epochs=2)


@trial(HEALTHY)
def convolutions(rng: Rng) -> Findings:
    """Convolution, batch norm, pooling, dropout."""
    body = [nn.Conv2d(1, 6, 3, rng=rng), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    x, y = digits(rng)
    model = nn.Sequential(*body, nn.Dropout(0.5, rng=rng), nn.Linear(54, 10, rng=rng))
    return fit(model, CE, x.reshape(-1, 1, 8, 8), y, validation_split=0.2)


@trial(HEALTHY)
def lstm_of_sequences(rng: Rng) -> Findings:
    """An LSTM over 30 steps."""
    cell, head = nn.LSTM(4, 12, batch_first=True, rng=rng), nn.Linear(12, 1, rng=rng)
    x = noise(rng, 256, 30, 4)
    return fit(function(lambda m, x: m.head(m.cell(x)[0][:, -1]), cell=cell, head=head), nn.MSELoss(), x, x[:, -1, :1])


@trial(HEALTHY)
def transformer_of_tokens(rng: Rng) -> Findings:
    """A transformer with an embedding of which most rows are never used."""
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, rng=rng), 2)
    layers = {"embed": nn.Embedding(500, 16, rng=rng), "encoder": encoder, "head": nn.Linear(16, 20, rng=rng)}
    x = rng.integers(0, 20, (320, 10))
    return fit(function(lambda m, x: np.swapaxes(m.head(m.encoder(m.embed(x))), 1, 2), **layers), CE, x, (x + 1) % 20)


@trial(HEALTHY)
def eight_layers(rng: Rng) -> Findings:
    """Eight layers of ReLUs with default weights, in which half of the units of a layer may be dead."""
    return fit(mlp(rng, 64, *[64] * 8, 10), CE, *digits(rng))


@trial(HEALTHY)
def three_sigmoids(rng: Rng) -> Findings:
    """Three layers of sigmoids."""
    return fit(mlp(rng, 64, 64, 64, 64, 10, between=nn.Sigmoid), CE, *digits(rng), epochs=2)


@trial(HEALTHY)
def residual_branches_from_zero(rng: Rng) -> Findings:
    """Residual branches whose last weights start at 0, so that the first ones have no gradient in the first step."""
    blocks = {f"block{i}": mlp(rng, 64, 64, 64) for i in range(4)}
    for block in blocks.values():
        nn.init.zeros_(block[2].weight)

    def forward(m: Any, x: Any) -> Any:
        for name in blocks:
            x = x + getattr(m, name)(x)
        return m.head(x)

    return fit(function(forward, **blocks, head=mlp(rng, 64, 10)), CE, *digits(rng))


@trial(HEALTHY)
def residual_branches_that_count_little(rng: Rng) -> Findings:
    """Residual branches that are scaled by 1e-8 at first (as by Touvron et al., 2021): their weights get no more."""
    scales = {f"block{i}": nn.Parameter(np.full(64, 1e-8, np.float32)) for i in range(4)}
    blocks = {name: mlp(rng, 64, 64, 64) for name in scales}
    for name, block in blocks.items():
        block.scale = scales[name]

    def forward(m: Any, x: Any) -> Any:
        x = m.stem(x)
        for name in blocks:
            x = x + getattr(m, name)(x) * scales[name]
        return m.head(x)

    model = function(forward, stem=mlp(rng, 64, 64), **blocks, head=mlp(rng, 64, 10))
    nn.init.orthogonal_(model.get_parameter("stem.0.weight"), gain=4.0, rng=rng)
    return fit(model, CE, *digits(rng), nn.optim.SGD(model.parameters(), lr=0.01))


@trial(HEALTHY)
def rare_events(rng: Rng) -> Findings:
    """A sigmoid at the end whose bias starts at the share of the rare class, a thousandth (Lin et al., 2017)."""
    x, model = noise(rng, 640, 5), mlp(rng, 5, 16, 1)
    nn.init.constant_(model[2].bias, -7.0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.01)
    return fit(nn.Sequential(model, nn.Sigmoid()), nn.BCELoss(), x, x[:, :1] > 2.9, optimizer)


@trial(HEALTHY)
def targets_scaled_by_other_data(rng: Rng) -> Findings:
    """Targets of which some are just beyond the -1..1 of a tanh at the end."""
    x = noise(rng, 320, 3)
    return fit(nn.Sequential(*mlp(rng, 3, 16, 1), nn.Tanh()), nn.MSELoss(), x, 1.05 * np.sin(x[:, :1]))


@trial(HEALTHY)
def autoencoder_that_ends_in_sigmoid(rng: Rng) -> Findings:
    """A sigmoid at the end, which may go to 0 and 1."""
    x = np.round(digits(rng)[0])
    model = nn.Sequential(*mlp(rng, 64, 16, 64), nn.Sigmoid())
    return fit(model, nn.BCELoss(), x, x, nn.optim.Adam(model.parameters(), lr=0.05), epochs=3)


# ----------------------------------------------------------------------------------------------------- regression


@trial(HEALTHY)
def regression_in_thousands(rng: Rng) -> Findings:
    """Linear regression of targets around 3000."""
    x, model = noise(rng, 320, 5), mlp(rng, 5, 1)
    y = 3000 + 1000 * x @ noise(rng, 5, 1)
    return fit(model, nn.MSELoss(), x, y, nn.optim.SGD(model.parameters(), lr=0.05), epochs=2)


@trial(HEALTHY)
def regression_example_by_example(rng: Rng) -> Findings:
    """Batches of one example, whose losses jump by factors of a hundred."""
    x, model = noise(rng, 60, 5), mlp(rng, 5, 1)
    y = 100 * x @ noise(rng, 5, 1)
    return fit(model, nn.MSELoss(), x, y, nn.optim.SGD(model.parameters(), lr=0.02), batch_size=1)


@trial(HEALTHY)
def regression_from_the_solution(rng: Rng) -> Findings:
    """It starts where the loss is next to 0, and can only grow."""
    x, model, w = noise(rng, 320, 5), mlp(rng, 5, 1), noise(rng, 5, 1)
    model[0].weight.data, model[0].bias.data = w.T.copy(), np.zeros(1, np.float32)
    return fit(model, nn.MSELoss(), x, x @ w + 1e-3, nn.optim.Adam(model.parameters(), lr=0.01))


@trial(HEALTHY)
def unscaled_columns_into_batch_norm(rng: Rng) -> Findings:
    """Inputs around 50000 into a model that begins with batch norm."""
    x = noise(rng, 320, 5)
    model = nn.Sequential(nn.BatchNorm1d(5), *mlp(rng, 5, 16, 1, between=nn.Tanh))
    return fit(model, nn.MSELoss(), 1e4 * x + 5e4, x[:, :1])


@trial(HEALTHY)
def bytes_scaled_in_forward(rng: Rng) -> Findings:
    """Pixels 0..255 that the model divides by 255."""
    x, y = digits(rng)
    return fit(function(lambda m, x: m.body(x / 255), body=mlp(rng, 64, 32, 10)), CE, 255 * x, y)


# ------------------------------------------------------------------------------------------------ small, frozen, unused


@trial(HEALTHY)
def exclusive_or(rng: Rng) -> Findings:
    """Four examples, four ReLUs: some are dead for all there is."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    model = nn.Sequential(*mlp(rng, 2, 4, 1), nn.Sigmoid())
    optimizer = nn.optim.Adam(model.parameters(), lr=0.05)
    return fit(model, nn.BCELoss(), x, np.float32([[0], [1], [1], [0]]), optimizer, epochs=40, batch_size=4)


@trial(HEALTHY)
def one_batch(rng: Rng) -> Findings:
    """The same sixteen examples again and again."""
    model, (x, y) = mlp(rng, 64, 64, 10), digits(rng, 16)
    return fit(model, CE, x, y, nn.optim.Adam(model.parameters(), lr=0.01), epochs=60)


@trial(HEALTHY)
def frozen_body(rng: Rng) -> Findings:
    """The first layer is frozen, another head is not used and frozen, too."""
    body, head, other = mlp(rng, 64, 32), mlp(rng, 32, 10), mlp(rng, 32, 3)
    body.requires_grad_(False)
    other.requires_grad_(False)
    return fit(
        function(lambda m, x: m.head(nn.functional.relu(m.body(x))), body=body, head=head, other=other),
        CE,
        *digits(rng),
    )


@trial(HEALTHY)
def layers_left_out_at_random(rng: Rng) -> Findings:
    """A layer that is called in every second batch."""

    def forward(m: Any, x: Any) -> Any:
        x = nn.functional.relu(m.body(x))
        return m.head(x + m.more(x) if rng.random() < 0.5 else x)

    return fit(function(forward, body=mlp(rng, 64, 32), more=mlp(rng, 32, 32), head=mlp(rng, 32, 10)), CE, *digits(rng))


# --------------------------------------------------------------------------------------------------- losses, loops


@trial(HEALTHY)
def quantiles(rng: Rng) -> Findings:
    """A prediction (32, 1) against 32 quantiles, each with each on purpose."""
    q, x = np.linspace(0.1, 0.9, 32, dtype=np.float32), noise(rng, 320, 3)

    def pinball(p: Any, t: Any) -> Any:
        return np.mean(np.maximum(q * (t[:, None] - p), (q - 1) * (t[:, None] - p)))

    return fit(mlp(rng, 3, 1), pinball, x, x[:, 0])


@trial(HEALTHY)
def pairs(rng: Rng) -> Findings:
    """A ranking loss that compares each score with each other one."""
    x = noise(rng, 320, 3)

    def ranking(p: Any, t: Any) -> Any:
        s = p[:, 0]
        return np.mean(np.log1p(np.exp((s - s[:, None]) * np.sign(t[:, None] - t))))

    return fit(mlp(rng, 3, 16, 1), ranking, x, x[:, 0])


@trial(HEALTHY)
def accumulated_gradients(rng: Rng) -> Findings:
    """A loop that adds up the gradients of four batches, and tests in evaluation mode."""
    model, (x, y) = nn.Sequential(mlp(rng, 64, 32), nn.Dropout(0.2, rng=rng), mlp(rng, 32, 10)), digits(rng)
    optimizer = nn.optim.Adam(model.parameters())
    with nn.train.Doctor(model, optimizer, loss=CE) as doctor:
        for i in range(0, 640, 16):
            loss = CE(model(x[i : i + 16]), y[i : i + 16]) / 4
            loss.backward()
            doctor.check(loss, (x[i : i + 16], y[i : i + 16]))
            if i % 64 == 48:
                optimizer.step()
                optimizer.zero_grad(set_to_none=i % 128 == 48)
        with no_grad():
            model.eval()(x)
    return doctor.findings


@trial(HEALTHY)
def generator_and_discriminator(rng: Rng) -> Findings:
    """A GAN: each backward pass of the generator adds to the discriminator's gradients, which are cleared later."""
    one, zero, loss = np.ones((32, 1), np.float32), np.zeros((32, 1), np.float32), nn.BCEWithLogitsLoss()
    make = nn.Sequential(mlp(rng, 4, 16), nn.BatchNorm1d(16), nn.ReLU(), mlp(rng, 16, 2))
    judge = nn.Sequential(mlp(rng, 2, 16), nn.LeakyReLU(0.2), nn.Dropout(0.2, rng=rng), mlp(rng, 16, 1))
    maker, judges = (nn.optim.Adam(m.parameters(), lr=2e-3, betas=(0.5, 0.999)) for m in (make, judge))
    with nn.train.Doctor(make, maker) as first, nn.train.Doctor(judge, judges) as second:
        for _ in range(40):
            angle = rng.uniform(0, 2 * np.pi, 32)
            real = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
            with no_grad():
                fake = make(noise(rng, 32, 4))
            judges.zero_grad()
            cost = loss(judge(real), one) + loss(judge(fake), zero)
            cost.backward()
            second.check(cost)
            judges.step()
            maker.zero_grad()
            cost = loss(judge(make(noise(rng, 32, 4))), one)
            cost.backward()
            first.check(cost)
            maker.step()
    return first.findings + second.findings


@trial(HEALTHY)
def policy(rng: Rng) -> Findings:
    """A policy gradient: losses around 0, of both signs, from actions drawn without a graph."""
    model = mlp(rng, 4, 16, 2, between=nn.Tanh)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    with nn.train.Doctor(model, optimizer) as doctor:
        for _ in range(40):
            states, gains = noise(rng, 20, 4), 10 * noise(rng, 20)
            actions = rng.integers(0, 2, 20)
            optimizer.zero_grad()
            loss = -np.mean(nn.functional.log_softmax(model(states), -1)[np.arange(20), actions] * gains)
            loss.backward()
            doctor.check(loss)
            optimizer.step()
    return doctor.findings


@trial(HEALTHY)
def closures(rng: Rng) -> Findings:
    """LBFGS, which runs the loss several times a step."""
    x, model, loss = noise(rng, 100, 5), mlp(rng, 5, 16, 1, between=nn.Tanh), nn.MSELoss()
    optimizer = nn.optim.LBFGS(model.parameters(), max_iter=6)
    with nn.train.Doctor(model, optimizer, loss=loss) as doctor:

        def closure() -> Any:
            optimizer.zero_grad()
            value = loss(model(x), np.sin(x[:, :1]))
            value.backward()
            doctor.check(value, (x, np.sin(x[:, :1])))
            return value

        for _ in range(4):
            optimizer.step(closure)
    return doctor.findings


@trial(HEALTHY)
def statistics_of_batch_norm(rng: Rng) -> Findings:
    """A callback makes the running statistics of batch norm anew, which runs the model in training mode."""

    class Anew(nn.Callback):
        def on_epoch_end(self, trainer: Any) -> None:
            update_bn([x], trainer.model)

    x, y = digits(rng)
    layers = [mlp(rng, 64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1, rng=rng), mlp(rng, 32, 10)]
    return fit(nn.Sequential(*layers), CE, x, y, epochs=2, callbacks=[Anew()])


# ------------------------------------------------------------------------------------------------------ more nets


@trial(HEALTHY)
def causal_transformer(rng: Rng) -> Findings:
    """A causal transformer whose embedding is its last layer, too."""

    class Model(nn.Module):
        def __init__(self) -> None:
            self.tokens, self.places = nn.Embedding(30, 16, rng=rng), nn.Parameter(0.02 * noise(rng, 12, 16))
            layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True, rng=rng)
            self.encoder, self.norm = nn.TransformerEncoder(layer, 2), nn.LayerNorm(16)

        def forward(self, x: Any) -> Any:
            later = np.triu(np.ones((12, 12), bool), 1)
            z = self.norm(self.encoder(self.tokens(x) + self.places, mask=later))
            return np.swapaxes(z @ self.tokens.weight.T, 1, 2)

    x = np.cumsum(rng.integers(0, 3, (320, 13)), axis=1) % 30
    return fit(Model(), CE, x[:, :-1], x[:, 1:])


@trial(HEALTHY)
def last_step_in_both_directions(rng: Rng) -> Findings:
    """The last step of an LSTM in both directions: backward it has seen one step, and its state no gradient but 0."""
    cell = nn.LSTM(8, 16, num_layers=2, bidirectional=True, batch_first=True, rng=rng)
    x, y = digits(rng)
    model = function(lambda m, x: m.head(m.cell(x)[0][:, -1]), cell=cell, head=nn.Linear(32, 10, rng=rng))
    return fit(model, CE, x.reshape(-1, 8, 8), y)


@trial(HEALTHY)
def lstm_that_remembers(rng: Rng) -> Findings:
    """An LSTM whose biases hold its gates open or shut for hundreds of steps (Tallec and Ollivier, 2018)."""
    cell, times = nn.LSTM(4, 16, batch_first=True, rng=rng), np.log(rng.uniform(1, 500, 16))
    cell.bias_ih_l0.data = np.concatenate([-times, times, np.zeros(32)]).astype(np.float32)
    x = noise(rng, 320, 40, 4)
    model = function(lambda m, x: m.head(m.cell(x)[0][:, -1]), cell=cell, head=nn.Linear(16, 1, rng=rng))
    return fit(model, nn.MSELoss(), x, x[:, 0, :1])


@trial(HEALTHY)
def convolutional_autoencoder(rng: Rng) -> Findings:
    """Convolutions and transposed ones around a narrow middle."""
    down = [nn.Conv2d(1, 8, 3, 2, 1, rng=rng), nn.ReLU(), nn.Conv2d(8, 4, 3, 2, 1, rng=rng), nn.ReLU()]
    up = [nn.ConvTranspose2d(4, 8, 4, 2, 1, rng=rng), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1, rng=rng)]
    x = digits(rng)[0].reshape(-1, 1, 8, 8)
    return fit(nn.Sequential(*down, *up, nn.Sigmoid()), nn.BCELoss(), x, x)


@trial(HEALTHY)
def batch_norm_of_two(rng: Rng) -> Findings:
    """Batch norm over batches of two examples."""
    layers = [nn.Linear(64, 16, rng=rng), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 10, rng=rng)]
    return fit(nn.Sequential(*layers), CE, *digits(rng, 60), batch_size=2)


@trial(HEALTHY)
def several_labels(rng: Rng) -> Findings:
    """Fifty labels an example, of which one in a hundred is there."""
    x, y = noise(rng, 640, 20), (rng.random((640, 50)) < 0.01).astype(np.float32)
    return fit(mlp(rng, 20, 32, 50), nn.BCEWithLogitsLoss(), x, y)


@trial(HEALTHY)
def residual_branches_times_zero(rng: Rng) -> Findings:
    """Residual branches that are multiplied by a parameter that starts at 0 (Bachlechner et al., 2021)."""

    class Model(nn.Module):
        def __init__(self) -> None:
            self.first, self.last = nn.Linear(64, 32, rng=rng), nn.Linear(32, 10, rng=rng)
            self.branches = nn.ModuleList([mlp(rng, 32, 32, 32) for _ in range(3)])
            self.shares = nn.Parameter(np.zeros(3, np.float32))

        def forward(self, x: Any) -> Any:
            z = self.first(x)
            for i, branch in enumerate(self.branches):
                z = z + self.shares[i] * branch(z)
            return self.last(z)

    return fit(Model(), CE, *digits(rng))


@trial(HEALTHY)
def critic_that_takes_five_steps(rng: Rng) -> Findings:
    """A critic takes five steps, each with a batch of a generator with batch norm, for one of the generator."""
    generator = nn.Sequential(mlp(rng, 4, 16), nn.BatchNorm1d(16), nn.ReLU(), mlp(rng, 16, 2))
    critic = mlp(rng, 2, 16, 1)
    maker, judge = (nn.optim.Adam(model.parameters()) for model in (generator, critic))
    with nn.train.Doctor(generator, maker) as doctor:
        for _ in range(20):
            for _ in range(5):
                with no_grad():
                    made = generator(noise(rng, 32, 4))
                judge.zero_grad()
                np.mean(critic(made) - critic(noise(rng, 32, 2) + 2)).backward()
                judge.step()
            maker.zero_grad()
            loss = -np.mean(critic(generator(noise(rng, 32, 4))))
            loss.backward()
            doctor.check(loss)
            maker.step()
    return doctor.findings
