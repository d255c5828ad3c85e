"""`Module.summary` with inputs: shapes, counts, operations by hand, and nothing left behind."""

import numpy as np
import pytest

import nn

# layer, the shapes that it is called with, and its operations counted by hand
BY_HAND = [
    (nn.Linear(3, 4), [(2, 3)], 2 * 4 * (3 + 3 - 1 + 1 + 1)),  # 3 products, 2 sums and the first, then the bias
    (nn.Linear(3, 4, bias=False), [(5, 2, 3)], 10 * 4 * 6),
    (nn.Bilinear(2, 3, 4), [(5, 2), (5, 3)], 5 * 4 * (2 * 2 * 3 + 2 * 2 + 1)),
    (nn.Conv2d(3, 8, 3, padding=1), [(1, 3, 4, 5)], 4 * 5 * 8 * (2 * 27 + 1)),
    (nn.Conv1d(4, 6, 3, groups=2, bias=False), [(2, 4, 7)], 2 * 6 * 5 * (2 * 2 * 3)),
    (nn.ConvTranspose2d(3, 2, 2, stride=2), [(1, 3, 4, 4)], 2 * 48 * 2 * 4 + 2 * 8 * 8),
    (nn.BatchNorm1d(3), [(4, 3)], 2 * 12),
    (nn.LayerNorm(6), [(4, 6)], 24 * 7),
    (nn.RMSNorm(6), [(4, 6)], 24 * 4),
    (nn.GroupNorm(2, 4, affine=False), [(3, 4, 5)], 60 * 5),
    (nn.MaxPool2d(2), [(1, 3, 4, 4)], 3 * 4 * 3),
    (nn.AvgPool1d(3), [(1, 2, 9)], 2 * 3 * 3),
    (nn.AdaptiveAvgPool2d(1), [(1, 3, 4, 4)], 48),
    (nn.ReLU(), [(2, 5)], 10),
    (nn.Softmax(-1), [(2, 5)], 50),
    (nn.Dropout(0.5), [(2, 5)], 0),
    (nn.LSTM(3, 4), [(5, 2, 3)], 10 * (16 * (6 + 8 + 1 + 2) + 9 * 4)),
    (nn.GRU(3, 4, bias=False, bidirectional=True), [(5, 2, 3)], 2 * 10 * (12 * (6 + 8 + 1) + 8 * 4)),
    (nn.RNNCell(3, 4), [(2, 3)], 2 * (4 * (6 + 8 + 1 + 2) + 4)),
    (
        nn.MultiheadAttention(4, 2, bias=False, batch_first=True),
        [(3, 5, 4), (3, 6, 4), (3, 6, 4)],
        3 * (2 * 5 * 4 * 8 + 2 * 6 * 4 * 8 + 2 * 2 * 5 * 6 * 4 + 5 * 5 * 6 * 2),
    ),
]


@pytest.mark.parametrize(("layer", "shapes", "count"), BY_HAND, ids=lambda value: type(value).__name__)
def test_operations_are_those_counted_by_hand(layer: nn.Module, shapes: list[tuple[int, ...]], count: int) -> None:
    assert layer.summary(*shapes).flops == count


def test_every_layer_has_a_formula_or_layers_below() -> None:
    containers = {"ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"}
    composed = {name for name in nn.layers.__all__ if name.startswith("Transformer")}
    assert {*nn.layers.__all__} - containers - composed <= {*nn.flops.FORMULAE}


class Two(nn.Module):
    """Two inputs, a layer that is called twice, dropout, and a buffer that every call changes."""

    def __init__(self) -> None:
        self.a = nn.Linear(3, 4)
        self.b = nn.Linear(4, 4)
        self.again = self.b
        self.norm = nn.BatchNorm1d(4)
        self.drop = nn.Dropout(0.5, rng=np.random.default_rng(0))
        self.register_buffer("calls", np.zeros(1))

    def forward(self, x: object, y: object) -> object:
        self.calls += 1
        nn.functional.dropout(np.ones(3), 0.5, True)  # draws whatever the mode is
        return self.drop(self.norm(self.b(self.b(self.a(x))))) + y


@pytest.mark.parametrize("words", [(2, 5), [2, 5]])
def test_a_model_of_words_is_called_with_integers(words: object) -> None:
    model = nn.Sequential(nn.Embedding(10, 4), nn.Flatten(), nn.Linear(20, 3))
    assert model.summary(words).rows[-1].output == (2, 3)
    model.register_parameter("places", nn.Parameter(np.zeros(3, np.float32)))
    assert model.summary(words).rows[-1].output == (2, 3)
    assert nn.EmbeddingBag(10, 4).summary(words).rows[0].output == (2, 4)


def test_several_inputs_and_a_layer_that_is_shared_and_called_twice() -> None:
    model = Two()
    model.a.requires_grad_(False)
    summary = model.summary((2, 3), np.ones((2, 4), np.float32))
    rows = {row.path: row for row in summary.rows}
    assert list(rows) == ["", "a", "b", "norm", "drop"]
    assert rows["b"].calls == 2
    assert rows["b"].flops == 2 * 2 * 4 * 9
    assert rows["b"].output == (2, 4)
    assert (summary.total_params, summary.trainable_params) == (16 + 20 + 8, 28)
    assert summary.flops == 2 * 4 * 7 + 2 * 2 * 4 * 9 + 2 * 8
    assert summary.param_bytes == 4 * 44
    assert summary.output_bytes == 5 * 8 * 4
    assert "(2, 4) x2" in summary


def test_nothing_is_left_behind() -> None:
    model = Two()
    model.norm.eval()
    modes = [module.training for module in model.modules()]
    state, rng = model.state_dict(), model.drop.rng.bit_generator.state
    nn.manual_seed(3)
    expected = nn.random.default.bit_generator.state
    buffer = model.calls
    model.summary((2, 3), (2, 4))
    assert [module.training for module in model.modules()] == modes
    assert all(np.array_equal(value, state[name]) for name, value in model.state_dict().items())
    assert model.calls is buffer
    assert model.drop.rng.bit_generator.state == rng
    assert nn.random.default.bit_generator.state == expected
    assert not any(module._hooks.after for module in model.modules())


def test_hooks_and_modes_are_put_back_after_an_error() -> None:
    model = nn.Sequential(nn.Linear(3, 2))
    with pytest.raises(nn.errors.ShapeError, match="last axis must be 3"):
        model.summary((1, 4))
    assert model.training
    assert not model[0]._hooks.after


def test_the_table() -> None:
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 2), nn.ReLU()), nn.Flatten())
    model[0][0].bias.requires_grad = False
    assert str(model.summary((4, 3))) == (
        "layer  type        output  parameters  trained  FLOPs  memory\n"
        "       Sequential  (4, 2)           0               0     0 B\n"
        "0      Sequential  (4, 2)           0               0     0 B\n"
        "  0    Linear      (4, 2)           8     part     56    32 B\n"
        "  1    ReLU        (4, 2)           0               8    32 B\n"
        "1      Flatten     (4, 2)           0               0    32 B\n"
        "8 parameters, 6 of them trained\n"
        "64 FLOPs forward, a multiply-add being 2\n"
        "memory: 32 B params, 0 B buffers, 96 B outputs"
    )


def test_a_class_without_a_formula_is_named() -> None:
    class Cube(nn.Module):
        def forward(self, x: object) -> object:
            return x**3

    summary = nn.Sequential(Cube(), nn.ReLU()).summary((2, 3))
    assert (summary.flops, summary.uncounted) == (6, ("Cube",))
    assert summary.endswith("\nFLOPs not known, not counted: Cube")


def test_integers_for_an_embedding_are_asked_for_by_dtype() -> None:
    assert nn.Embedding(5, 3).summary((2, 4), dtype=np.int64).rows[0].output == (2, 4, 3)


@pytest.mark.parametrize("x", ["(1, 3)", (1, -3), 3, ()])
def test_an_input_that_is_no_array_and_no_shape(x: object) -> None:
    with pytest.raises(nn.errors.ArgumentError, match=r"^Linear\.summary: an input is an? .*; write an array, or"):
        nn.Linear(3, 1).summary(x)


def test_a_parameter_that_two_layers_share_counts_once() -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    summary = model.summary((1, 3))
    assert [row.parameters for row in summary.rows] == [0, 12, 3]
    assert summary.total_params == 15
    assert summary.param_bytes == 60
