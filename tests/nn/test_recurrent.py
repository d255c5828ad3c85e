"""Recurrent layers: packed sequences beside PyTorch's, what is one node, dropout between layers, errors."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor
from nn import errors, functional
from nn.utils.rnn import (
    PackedSequence,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpack_sequence,
    unpad_sequence,
)
from tests.conftest import few
from tests.nn.parity.cases import difference, gradients, leaves, torch_gradients

LAYERS = ["RNN", "LSTM", "GRU"]


def states_of(name: str, *shape: int, rng: np.random.Generator) -> list[np.ndarray]:
    return [rng.normal(size=shape) for _ in range(2 if name == "LSTM" else 1)]


# ------------------------------------------------------------------------------------------------ packed sequences


@pytest.mark.parametrize("name", LAYERS)
@given(data=st.data())
@few
def test_lengths_are_respected_as_by_pytorch(name: str, data: Any) -> None:
    """Outputs, last states, first and second derivatives; both directions, several layers, sorted or not."""
    torch = pytest.importorskip("torch")
    from torch.nn.utils import rnn as theirs_rnn

    flags = st.booleans()
    kwargs = {"num_layers": data.draw(st.integers(1, 2)), "bidirectional": data.draw(flags), "bias": data.draw(flags)}
    first, in_order = data.draw(flags), data.draw(flags)
    lengths = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    lengths = sorted(lengths, reverse=True) if in_order else lengths
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    theirs = getattr(torch.nn, name)(3, 2, batch_first=first, **kwargs).double()
    ours = getattr(nn, name)(3, 2, batch_first=first, **kwargs).double()
    ours.load_state_dict(theirs.state_dict())
    batch, runs = len(lengths), kwargs["num_layers"] * (1 + kwargs["bidirectional"])
    x = rng.normal(size=(batch, 4, 3) if first else (4, batch, 3))
    states = states_of(name, runs, batch, 2, rng=rng)

    def run(layer: Any, package: Any, x: Any, states: list[Any]) -> list[Any]:
        packed = package.pack_padded_sequence(x, lengths, batch_first=first, enforce_sorted=in_order)
        y, last = layer(packed, tuple(states) if len(states) > 1 else states[0])
        y, found = package.pad_packed_sequence(y, batch_first=first, padding_value=7.0, total_length=5)
        assert list(found) == lengths
        return [y, *leaves(last)]

    inputs = [Tensor(a) for a in [x, *states]]
    torch_inputs = [torch.tensor(a, requires_grad=True) for a in [x, *states]]
    y = run(ours, nn.utils.rnn, inputs[0], inputs[1:])
    ty = run(theirs, theirs_rnn, torch_inputs[0], torch_inputs[1:])
    variables, torch_variables = [*inputs, *ours.parameters()], [*torch_inputs, *theirs.parameters()]
    weights = [rng.normal(size=t.shape) for t in y]
    plain = gradients(y, variables, weights, False)
    g, tg = gradients(y, variables, weights, True), torch_gradients(ty, torch_variables, weights, True)
    directions = [rng.normal(size=t.shape) for t in g]
    gg, tgg = gradients(g, variables, directions, True), torch_gradients(tg, torch_variables, directions, False)
    for mine, its in ((y, ty), (plain, tg), (g, tg), (gg, tgg)):
        assert max(map(difference, mine, its)) < 1e-9


def test_packing_leaves_out_the_padding_and_sorts() -> None:
    x = np.array([[1, 2, 0], [3, 0, 0], [4, 5, 6]])
    packed = pack_padded_sequence(x, [2, 1, 3], batch_first=True, enforce_sorted=False)
    assert packed.data.tolist() == [4, 1, 3, 5, 2, 6]
    assert packed.batch_sizes.tolist() == [3, 2, 1]
    assert packed.sorted_indices.tolist() == [2, 0, 1]
    assert packed.unsorted_indices.tolist() == [1, 2, 0]
    padded, lengths = pad_packed_sequence(packed, batch_first=True)
    assert padded.tolist() == x.tolist()
    assert lengths.tolist() == [2, 1, 3]
    assert pad_packed_sequence(packed, padding_value=9, total_length=4)[0].T.tolist() == [
        [1, 2, 9, 9],
        [3, 9, 9, 9],
        [4, 5, 6, 9],
    ]


def test_sequences_come_back_as_they_were_packed(rng: np.random.Generator) -> None:
    sequences = [rng.normal(size=(n, 2)) for n in (2, 4, 1)]
    for back in (
        unpack_sequence(pack_sequence(sequences, enforce_sorted=False)),
        unpad_sequence(pad_sequence(sequences), [2, 4, 1]),
        unpad_sequence(pad_sequence(sequences, batch_first=True), [2, 4, 1], batch_first=True),
    ):
        assert all(np.array_equal(a, b) for a, b in zip(back, sequences, strict=True))
    left = pad_sequence(sequences, padding_value=5, padding_side="left")
    assert np.array_equal(left[:, 0], np.concatenate([np.full((2, 2), 5), sequences[0]]))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: pack_padded_sequence(x, [1, 2]), r"lengths of shape \(2,\) .* integers of shape \(3,\)"),
        (lambda x: pack_padded_sequence(x, [1.0, 1.0, 1.0]), "dtype float64"),
        (lambda x: pack_padded_sequence(x, [2, 1, 0]), r"each must be in 1\.\.4"),
        (lambda x: pack_padded_sequence(x, [5, 1, 1]), r"each must be in 1\.\.4"),
        (lambda x: pack_padded_sequence(x, [1, 2, 3]), "enforce_sorted=False"),
        (lambda x: pad_packed_sequence(pack_padded_sequence(x, [3, 2, 1]), total_length=2), "it must be 3 or more"),
        (lambda x: pad_packed_sequence(pack_padded_sequence(x, [3, 2, 1]), total_length="a"), "it must be 3 or more"),
        (lambda x: pad_packed_sequence(x), "sequence is a ndarray; write what pack_padded_sequence returns"),
        (lambda x: pack_padded_sequence([1, 2], [1]), "pack_padded_sequence: the input is a list"),
        (lambda x: pad_sequence([]), "no sequences"),
        (lambda x: pad_sequence(None), "no sequences"),
        (lambda x: pad_sequence([[1, 2], [3]]), "pad_sequence: the input is a list"),
        (lambda x: unpad_sequence(x, [1, 2]), r"integers of shape \(3,\)"),
        (lambda x: unpad_sequence(x, ["a", "b", "c"]), "lengths of shape"),
        (lambda x: pad_sequence([x], padding_side="top"), "unknown padding_side 'top'"),
    ],
)
def test_errors_of_packing_say_what_fits(call: Any, text: str) -> None:
    with pytest.raises(errors.ArgumentError, match=text):
        call(np.zeros((4, 3, 2)))


def test_sequences_that_are_padded_differ_in_length_alone() -> None:
    for wrong in (np.zeros((2, 4)), np.zeros(2), np.array(1.0)):
        with pytest.raises(errors.ShapeError, match="must be the same but for the first axis"):
            pad_sequence([np.zeros((2, 3)), wrong])
    with pytest.raises(errors.ShapeError, match=r"got shape \(3,\); it must be \(time, batch, ...\)"):
        pack_padded_sequence(np.zeros(3), [1])


# -------------------------------------------------------------------------------------------------------- the layers


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_its_cell_in_a_loop(name: str, rng: np.random.Generator) -> None:
    """Over more rows than go into a block."""
    layer, cell = getattr(nn, name)(3, 4, dtype=np.float64), getattr(nn, name + "Cell")(3, 4, dtype=np.float64)
    cell.load_state_dict({key.removesuffix("_l0"): value for key, value in layer.state_dict().items()})
    x = Tensor(rng.normal(size=(5, 500, 3)))
    states = states_of(name, 500, 4, rng=rng)
    h: Any = tuple(states) if name == "LSTM" else states[0]
    y, last = layer(x, tuple(s[None] for s in states) if name == "LSTM" else states[0][None])
    (y * y).sum().backward()
    expected, x.grad = x.grad, None
    outputs = []
    for t in range(5):
        h = cell(x[t], h)
        outputs.append(h[0] if name == "LSTM" else h)
    z = np.stack(outputs)
    np.testing.assert_allclose(z.data, y.data, rtol=1e-12, atol=1e-12)
    for a, b in zip(leaves(last), leaves(h), strict=True):
        np.testing.assert_allclose(a.data[0], b.data, rtol=1e-12, atol=1e-12)
    (z * z).sum().backward()
    np.testing.assert_allclose(x.grad, expected, rtol=1e-9, atol=1e-12)
    for p, q in zip(layer.parameters(), cell.parameters(), strict=True):
        np.testing.assert_allclose(p.grad, q.grad, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_a_sequence_is_one_node(name: str) -> None:
    layer = getattr(nn, name)(3, 4)
    y, _ = layer(np.ones((50, 2, 3), np.float32))
    ops, stack = set(), [y]
    while stack:
        node = stack.pop()
        ops.add(node)
        stack += node.parents
    assert sum(node.op is not None for node in ops) <= 4  # the recurrence, what is picked from it, and its shape


@pytest.mark.parametrize("name", LAYERS)
def test_float32_stays_float32(name: str) -> None:
    layer = getattr(nn, name)(3, 4, bidirectional=True)
    x = Tensor(np.ones((5, 2, 3), np.float32))
    y, last = layer(x)
    assert {t.dtype for t in [y, *leaves(last)]} == {np.dtype(np.float32)}
    (y * y).sum().backward()
    assert {p.grad.dtype for p in [x, *layer.parameters()]} == {np.dtype(np.float32)}
    assert layer(np.ones((5, 2, 3), int))[0].dtype == np.float32  # whole numbers count as numbers


@pytest.mark.parametrize("name", LAYERS)
def test_a_batch_may_be_empty(name: str) -> None:
    y, last = getattr(nn, name)(3, 4)(np.zeros((5, 0, 3), np.float32))
    assert y.shape == (5, 0, 4)
    assert {t.shape for t in leaves(last)} == {(1, 0, 4)}


def test_dropout_acts_between_layers_in_training_alone() -> None:
    x = np.ones((6, 40, 3), np.float32)
    layer = nn.GRU(3, 5, num_layers=2, dropout=0.5, rng=np.random.default_rng(0))
    a, b = layer(x)[0].data, layer(x)[0].data
    assert not np.array_equal(a, b)
    assert np.ptp(a, axis=1).max() > 0  # sequences that are equal differ
    layer.eval()
    assert np.array_equal(layer(x)[0].data, layer(x)[0].data)
    assert np.ptp(layer(x)[0].data, axis=1).max() < 1e-6


def test_dropout_in_a_single_layer_is_warned_about() -> None:
    with pytest.warns(UserWarning, match=r"LSTM: dropout=0.5 acts between layers"):
        nn.LSTM(3, 4, dropout=0.5)


@pytest.mark.parametrize("name", [*LAYERS, *(f"{name}Cell" for name in LAYERS)])
def test_starting_weights_are_uniform_within_the_bound(name: str, rng: np.random.Generator) -> None:
    layer = getattr(nn, name)(50, 100, rng=rng)
    for p in layer.parameters():
        assert p.dtype == np.float32
        assert np.abs(p.data).max() <= 0.1
        assert abs(p.data.std() - 0.1 / np.sqrt(3)) < 0.005


FUNCTIONS = {
    functional.rnn: (1, (5, 2, 3)),
    functional.rnn_cell: (1, (2, 3)),
    functional.lstm: (4, (5, 2, 3)),
    functional.lstm_cell: (4, (2, 3)),
    functional.gru: (3, (5, 2, 3)),
    functional.gru_cell: (3, (2, 3)),
}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_functions_name_arrays_that_do_not_fit(function: Any) -> None:
    gates, shape = FUNCTIONS[function]
    rows, two = gates * 4, gates == 4

    def call(**other: Any) -> Any:
        given = {"input": np.zeros(shape), "h": np.zeros((2, 4)), "w_ih": np.zeros((rows, 3))}
        given |= {"w_hh": np.zeros((rows, 4)), "b_ih": np.zeros(rows), "b_hh": np.zeros(rows), **other}
        h = given.pop("h")
        return function(given.pop("input"), (h, h) if two else h, *given.values())

    call()
    wrong = {"input": (2, 5), "h": (2, 3), "w_ih": (rows, 2), "w_hh": (rows + 1, 4), "b_ih": (1,), "b_hh": (rows, 1)}
    for name, bad in wrong.items():
        for value in (np.zeros(bad), None, "text"):
            got = rf"{name} {re.escape(str(bad))}" if isinstance(value, np.ndarray) else "got input"
            with pytest.raises(errors.ShapeError, match=rf"^{function.__name__}: got .*{got.removeprefix('got ')}"):
                call(**{name: value})
    with pytest.raises(errors.ArgumentError, match=rf"^{function.__name__}: an input is of int64\. Write"):
        call(input=np.zeros(shape, int))
    with pytest.raises(errors.ArgumentError, match=rf"^{function.__name__}: the input is an array of <U1"):
        call(input=np.full(shape, "a"))


def test_integers_as_input_and_state_are_cast() -> None:
    for layer, state in ((nn.GRU(3, 4), (1, 4)), (nn.RNNCell(3, 4), (2, 4))):
        y = layer(np.ones((2, 3), int), np.ones(state, int))
        assert (y[0] if isinstance(y, tuple) else y).dtype == np.float32


def test_a_cell_may_be_checked_by_a_complex_step(rng: np.random.Generator) -> None:
    cell, x = nn.GRUCell(3, 4, dtype=np.float64, rng=rng), rng.normal(size=(2, 3))
    weights = {name: p.data.astype(complex) for name, p in cell.named_parameters()}
    y = nn.functional_call(cell, weights, x + 1e-30j)
    tensor = Tensor(x)
    cell(tensor).backward(np.ones((2, 4)))
    np.testing.assert_allclose(np.sum(y.imag) / 1e-30, np.sum(tensor.grad), rtol=1e-12)


def test_weights_are_listed_by_run() -> None:
    layer = nn.LSTM(3, 4, 2, bidirectional=True, proj_size=2)
    layer.flatten_parameters()
    assert [len(weights) for weights in layer.all_weights] == [5] * 4
    assert [p for weights in layer.all_weights for p in weights] == list(layer.parameters())
    assert [len(weights) for weights in nn.GRU(3, 4, bias=False).all_weights] == [2]


def test_saturated_gates_give_no_warning() -> None:
    layer = nn.LSTM(1, 1)
    y, _ = layer(Tensor(np.array([[[1e30]], [[-1e30]]], np.float32)))
    y.sum().backward()
    assert np.all(np.isfinite(y.data))


# -------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: nn.RNN(0, 4), errors.ArgumentError, r"RNN: input_size=0; it must be an integer, 1 or more"),
        (lambda: nn.GRU(3, 4, num_layers=0), errors.ArgumentError, "num_layers=0"),
        (lambda: nn.LSTM(3, 4, dropout=2), errors.ArgumentError, "dropout=2; it must be a probability"),
        (lambda: nn.LSTM(3, 4, proj_size=4), errors.ArgumentError, "proj_size=4; it must be .* below hidden_size=4"),
        (lambda: nn.LSTM(3, 4, proj_size=-1), errors.ArgumentError, "proj_size=-1"),
        (lambda: nn.LSTM(3, 4, proj_size=2)(np.zeros((5, 3)), [np.zeros((1, 4))] * 2), errors.ShapeError, r"\(1, 2\)"),
        (lambda: nn.RNN(3, 4)(np.zeros((5, 3), complex)), errors.ArgumentError, "an input is of complex128"),
        (lambda: nn.GRUCell(3, 4)(np.full((5, 3), "a")), errors.ArgumentError, "the input is an array of <U1"),
        (lambda: nn.RNN(3, 4)(np.zeros((5, 3)), np.zeros((1, 4), complex)), errors.ArgumentError, "of complex128"),
        (lambda: nn.RNN(3, 4)(PackedSequence(np.zeros((0, 3)), [])), errors.ShapeError, r"batch_sizes=\[\] for 0 rows"),
        (lambda: nn.RNN(3, 4)(PackedSequence([1.0], [1])), errors.ArgumentError, "the input is a list"),
        (lambda: nn.RNN(3, 4, nonlinearity="sin"), errors.ArgumentError, "unknown nonlinearity 'sin'"),
        (lambda: nn.RNNCell(3, 4, nonlinearity="sin"), errors.ArgumentError, "unknown nonlinearity 'sin'"),
        (lambda: nn.GRUCell(3, -1), errors.ArgumentError, "hidden_size=-1"),
        (lambda: nn.GRU(3, 4)(np.zeros((5, 2, 2))), errors.ShapeError, r"GRU\(3, 4\): got shape \(5, 2, 2\); the last"),
        (lambda: nn.GRU(3, 4)(np.zeros(3)), errors.ShapeError, r"it must be \(time, batch, 3\) or \(time, 3\)"),
        (lambda: nn.GRU(3, 4)(np.zeros((0, 2, 3))), errors.ShapeError, "at least one step"),
        (lambda: nn.GRU(3, 4)([[1.0] * 3]), errors.ArgumentError, "the input is a list"),
        (
            lambda: nn.GRU(3, 4)(np.zeros((5, 2, 3)), np.zeros((2, 4))),
            errors.ShapeError,
            r"a state of shape \(2, 4\); it must be \(1, 2, 4\)",
        ),
        (lambda: nn.LSTM(3, 4)(np.zeros((5, 2, 3)), np.zeros((1, 2, 4))), errors.ArgumentError, r"a pair \(h, c\)"),
        (lambda: nn.LSTMCell(3, 4)(np.zeros((2, 3)), 0), errors.ArgumentError, r"a pair \(h, c\)"),
        (lambda: nn.RNNCell(3, 4)(np.zeros((2, 3)), 0), errors.ShapeError, r"got a int as state; it must be \(2, 4\)"),
        (lambda: nn.RNNCell(3, 4)(np.zeros((2, 5))), errors.ShapeError, r"got shape \(2, 5\); the last axis must be 3"),
        (lambda: nn.RNNCell(3, 4)(np.zeros((2, 1, 3))), errors.ShapeError, r"it must be \(batch, 3\) or \(3,\)"),
        (lambda: nn.RNN(3, 4)(PackedSequence(np.zeros((5, 2)), np.array([3, 2]))), errors.ShapeError, "must be 3"),
        (
            lambda: nn.GRU(3, 4)(PackedSequence(np.zeros((5, 3)), np.array([2, 3]))),
            errors.ShapeError,
            r"batch_sizes=\[2, 3\] for 5 rows; they must add up to the rows and never increase",
        ),
        (
            lambda: functional.lstm_cell(np.zeros((2, 3)), np.zeros((2, 4)), None, None),
            errors.ArgumentError,
            r"lstm_cell: the state is a pair \(h, c\), not a ndarray",
        ),
        (
            lambda: functional.rnn(np.zeros((5, 2, 3)), np.zeros((2, 4)), None, None, nonlinearity="sin"),
            errors.ArgumentError,
            "unknown nonlinearity",
        ),
    ],
)
def test_errors_say_what_fits(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()


def test_the_views_of_a_graph_say_how_many_steps_there_are() -> None:
    net = nn.RNN(2, 3, bidirectional=True)
    said = str(ag.explain(np.sum(net(np.ones((4, 1, 2), np.float32))[0]), shapes=False))
    assert ", 4 steps, " in said
    assert ", 4 steps backwards, " in said
