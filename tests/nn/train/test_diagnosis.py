"""`nn.diagnose`: the table's numbers, its text, its HTML and its plot; the model is left as it was."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.optional import optional
from nn.random import generator
from tests.nn.train.trials import digits, function, mlp, noise


def test_the_numbers_are_root_mean_squares(rng: np.random.Generator) -> None:
    x, t = noise(rng, 8, 3), noise(rng, 8, 2)
    model = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.ReLU(), nn.Linear(4, 2, rng=rng))
    found = nn.diagnose(model, x, t, nn.MSELoss(), lr=0.5)

    hidden = Tensor(model[0](x).data)
    active = np.maximum(hidden, 0).named("active")
    loss = np.mean((active @ model[2].weight.data.T + model[2].bias.data - t) ** 2)
    loss.backward()
    model(x)
    first, relu, last = found.layers
    assert found.loss == pytest.approx(loss.item())
    assert [layer.path for layer in found.layers] == ["0", "1", "2"]
    assert [layer.type for layer in found.layers] == ["Linear", "ReLU", "Linear"]
    assert [layer.shape for layer in found.layers] == [(8, 4), (8, 4), (8, 2)]
    assert first.activation == pytest.approx(np.sqrt(np.mean(hidden.data**2)), rel=1e-5)
    assert first.gradient == pytest.approx(np.sqrt(np.mean(hidden.grad**2)), rel=1e-5)
    assert relu.gradient == pytest.approx(np.sqrt(np.mean(active.grad**2)), rel=1e-5)
    assert relu.dead == np.mean(~np.any(hidden.data > 0, axis=0))
    weights = np.concatenate([model[2].weight.data.ravel(), model[2].bias.data])
    assert last.weight == pytest.approx(np.sqrt(np.mean(weights**2)), rel=1e-5)
    assert last.update == pytest.approx(0.5 * last.weight_gradient / last.weight)
    assert relu.weight is relu.update is first.dead is last.saturated is None


def test_dead_and_saturated_shares() -> None:
    model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4), nn.Sigmoid())
    for layer, bias in [(model[0], [-9, -9, -9, 9]), (model[2], [9, 9, 0, 0]), (model[4], [9, -9, 9, 0])]:
        layer.weight.data, layer.bias.data = np.zeros_like(layer.weight.data), np.array(bias, np.float32)
    layers = nn.diagnose(model, np.ones((3, 2)), np.ones((3, 4))).layers
    assert (layers[1].dead, layers[3].saturated, layers[5].saturated) == (0.75, 0.5, 0.75)


def test_channels_of_a_convolution_are_its_units() -> None:
    model: Any = nn.Sequential(nn.Conv1d(1, 4, 3), nn.BatchNorm1d(4), nn.ReLU(), nn.Flatten(), nn.Linear(24, 2))
    model[1].bias.data = np.array([-9, 0, 0, 0], np.float32)
    layers = nn.diagnose(model, np.random.default_rng(0).normal(size=(5, 1, 8)), np.zeros(5, int)).layers
    assert layers[2].dead == 0.25


def test_activations_that_are_functions_have_rows_too(rng: np.random.Generator) -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            self.body, self.head, self.scale = nn.Linear(64, 8), nn.Linear(8, 10), nn.Parameter(np.ones(3))

        def forward(self, x: Any) -> Any:
            return self.head(np.maximum(self.body(x), 0))

    found = nn.diagnose(Model(), *digits(rng, 32))
    assert [layer.path for layer in found.layers] == ["body", "maximum after 'body' (Linear)", "head", ""]
    assert found.layers[1].dead is not None
    assert [finding.name for finding in found.findings] == ["no-gradient"]


def test_the_text_is_printed_and_the_html_shows_the_same(
    rng: np.random.Generator, capsys: pytest.CaptureFixture[str]
) -> None:
    x, y = digits(rng, 32)
    found = nn.diagnose(nn.Sequential(mlp(rng, 64, 16, 10), nn.Softmax(-1)), 255 * x, y)
    assert capsys.readouterr().out == f"{found}\n"
    assert repr(found) == "<Diagnosis: 4 layers, 2 findings>"
    lines = str(found).splitlines()
    assert lines[0].split()[:6] == ["layer", "type", "output", "activation", "dead", "saturated"]
    assert lines[2].split()[:2] == ["0.1", "ReLU"]
    assert lines[5].startswith("loss ")
    assert [line[:13] for line in lines[6:]] == ["! the input o", "! CrossEntrop"]
    page = found.html
    assert page.count("<tr>") == 1 + len(found.layers)
    assert page.count("<li>") == 2
    assert "&#x27;0.0&#x27; (Linear)" in page


def test_without_a_loss_it_goes_by_the_targets(rng: np.random.Generator) -> None:
    x, y = digits(rng, 32)
    model = mlp(rng, 64, 10)
    assert nn.diagnose(model, x, y).loss == pytest.approx(nn.CrossEntropyLoss()(model(x), y).item())
    t = noise(rng, 32, 10)
    assert nn.diagnose(model, x, t).loss == pytest.approx(nn.MSELoss()(model(x), t).item())


def test_the_model_is_left_as_it_was(rng: np.random.Generator) -> None:
    model: Any = nn.Sequential(nn.Linear(64, 8, rng=rng), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 10))
    model[0].weight.grad = np.ones((8, 64), np.float32)
    before, random = model.state_dict(), generator().bit_generator.state
    nn.diagnose(model, *digits(rng, 32))
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert generator().bit_generator.state == random
    np.testing.assert_array_equal(model[0].weight.grad, np.ones((8, 64)))
    assert model[3].weight.grad is None
    assert all(module._hooks is None for module in model.modules())


def test_the_plot_has_a_panel_for_each_size(rng: np.random.Generator, tmp_path: Path) -> None:
    optional("matplotlib.figure", "plot", "this test")
    model: Any = mlp(rng, 64, 16, 10)
    model[2].weight.requires_grad = False
    figure = nn.diagnose(model, *digits(rng, 32)).plot(tmp_path / "layers.png")
    assert (tmp_path / "layers.png").read_bytes().startswith(b"\x89PNG")
    assert [axes.get_title() for axes in figure.axes] == ["activation", "gradient by the output", "update, lr=0.001"]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["0", "1", "2"]
    assert all(axes.get_xscale() == "log" for axes in figure.axes)


def test_layers_without_any_gradient_are_plotted_without_a_dot() -> None:
    model = nn.Sequential(nn.Linear(2, 2))
    model[0].weight.data, model[0].bias.data = np.zeros((2, 2), np.float32), np.zeros(2, np.float32)
    found = nn.diagnose(model, np.zeros((3, 2)), np.zeros((3, 2)))
    assert "0.0000" in str(found)
    assert found.plot().axes[0].get_xscale() == "linear"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m, x, y: nn.diagnose(m, x, y, "mse"), "diagnose: loss is a str; write a function of prediction and"),
        (lambda m, x, y: nn.diagnose(m, x[:0], y[:0]), "diagnose: x is empty; write an array of numbers, a batch of"),
        (lambda m, x, y: nn.diagnose(m, x, None), "diagnose: y holds object; write an array of numbers"),
    ],
)
def test_what_cannot_be_diagnosed_is_a_named_error(rng: np.random.Generator, call: Any, message: str) -> None:
    with pytest.raises(nn.errors.ArgumentError) as caught:
        call(mlp(rng, 64, 8, 10), *digits(rng, 32))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_the_tanhs_in_a_recurrent_layer_are_seen(rng: np.random.Generator, kind: Any) -> None:
    def share(size: float) -> float | None:
        cell = kind(4, 12, num_layers=2, bidirectional=True, rng=rng)
        for p in cell.parameters():
            p.data = size * p.data
        x = noise(rng, 30, 8, 4)
        loss = lambda p, t: np.mean((p[0] - t) ** 2)  # noqa: E731
        (layer,) = nn.diagnose(cell, x, np.zeros((30, 8, 24)), loss).layers
        return layer.saturated

    assert share(1.0) == 0
    assert (share(20.0) or 0) > 0.5


def test_the_tanhs_of_an_lstm_are_those_of_its_steps(rng: np.random.Generator) -> None:
    cell = nn.LSTM(3, 6, proj_size=2, rng=rng)
    cell.bias_ih_l0.data = np.repeat(np.array([0, 0, 9, 0], np.float32), 6)  # in PyTorch's order the third is the tanh
    packed = nn.utils.rnn.pack_padded_sequence(noise(rng, 5, 4, 3), [5, 3, 3, 1])
    model = function(lambda m, x: m.cell(packed)[0].data, cell=cell)
    (layer,) = nn.diagnose(model, np.ones((1, 1)), np.ones((12, 2)), nn.MSELoss()).layers
    assert layer.saturated == 1
