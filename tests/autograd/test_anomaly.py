"""`detect_anomaly`: the first NaN or infinity, and arrays changed behind the graph's back."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, errors


@pytest.fixture(autouse=True)
def quiet():
    with np.errstate(all="ignore"):
        yield


def message_of(call):
    with pytest.raises(errors.AnomalyError) as caught, ag.detect_anomaly():
        call()
    return str(caught.value)


def test_the_forward_call_is_named_with_its_inputs_and_line():
    x = Tensor([2.0, 0.0, -1.0], name="x")
    text = message_of(lambda: np.log(x))  # the line that is quoted
    assert "np.log made -inf at index (1,) (2 of 3 entries)" in text
    assert "from 'x' float64 (3,) in [-1, 2]" in text
    assert "test_anomaly.py" in text
    assert "text = message_of(lambda: np.log(x))  # the line that is quoted" in text


def test_the_backward_call_is_named():
    x = Tensor([0.0, 4.0], name="x")
    text = message_of(lambda: np.sum(np.sqrt(x)).backward())
    assert (
        "the backward pass of np.sqrt made inf at index (0,) (1 of 2 entries) in the gradient of its input 'x'" in text
    )
    assert "np.sum(np.sqrt(x)).backward()" in text


def test_scalars_and_lists_of_operands_are_described():
    assert "np.divide made inf" in message_of(lambda: 1.0 / Tensor(0.0, name="d"))
    assert "from 1.0; 'd' float64 scalar = 0" in message_of(lambda: 1.0 / Tensor(0.0, name="d"))
    assert "np.concatenate made nan at index (1,)" in message_of(lambda: np.concatenate([Tensor([1.0]), [np.nan]]))


def test_the_line_is_the_users_when_a_layer_makes_the_call():
    layer = nn.Sequential(nn.Linear(1, 1), nn.Tanh())
    text = message_of(lambda: layer(Tensor([[np.nan]])))
    assert "test_anomaly.py" in text
    assert "layer(Tensor([[np.nan]]))" in text


def test_without_recording_the_forward_pass_is_watched_too():
    def evaluate():
        with ag.no_grad():
            np.log(Tensor(0.0))

    assert "np.log made -inf" in message_of(evaluate)


def test_an_infinity_passed_in_on_purpose_is_let_through():
    with ag.detect_anomaly():
        masked = np.where(np.array([True, False]), Tensor([1.0, 2.0]), -np.inf)
        weights = np.exp(masked - np.max(masked))
        np.sum(weights / np.sum(weights)).backward()


def test_the_infinity_of_a_leaf_is_not_let_through():
    assert "np.multiply made inf" in message_of(lambda: Tensor(np.inf) * 2)


def test_a_constant_changed_before_backward_is_reported_with_the_line():
    x, c = Tensor([1.0, 2.0]), np.ones(2)

    def run():
        y = np.sum(x * c)  # captures c
        c[0] = 5
        y.backward()

    text = message_of(run)
    assert "the input float64 (2,) of np.multiply was changed in place after the forward pass had used it" in text
    assert "y = np.sum(x * c)  # captures c" in text
    assert x.grad is None


def test_a_leaf_written_to_behind_the_graphs_back_is_reported():
    x = Tensor([1.0, 2.0], name="x")

    def run():
        y = np.sum(x * x)
        x.data[0] = 5
        y.backward()

    assert "the input 'x' float64 (2,) of np.multiply was changed in place" in message_of(run)


def test_an_array_changed_after_the_block_is_still_reported():
    x, c = Tensor([1.0, 2.0]), np.ones(2)
    with ag.detect_anomaly():
        y = np.sum(x * c)
    c[0] = 5
    with pytest.raises(errors.AnomalyError, match="was changed in place"):
        y.backward()


def test_healthy_code_passes_and_outside_the_block_nothing_is_watched():
    x = Tensor([1.0, 2.0])
    with ag.detect_anomaly():
        np.sum(np.log(x) * x[0]).backward()
    assert np.log(Tensor(0.0)).data == -np.inf
    assert (x * 2).notes is None


def test_keyword_arrays_and_constants_are_watched_too():
    x, mask = Tensor([1.0, 2.0]), np.array([True, True])

    def run():
        y = np.sum(x * x, where=mask)
        mask[:] = False
        y.backward()

    assert "was changed in place" in message_of(run)
    with ag.detect_anomaly():
        np.sum(np.exp(np.pad(x, 1, constant_values=-np.inf))).backward()


def test_an_overflow_in_the_cast_of_a_gradient_is_found():
    x = Tensor(np.float16(1))
    assert "made inf in the gradient of its input float16" in message_of(lambda: (x * np.float64(1e6)).backward())


def test_a_graph_made_before_the_block_is_watched_on_the_way_back():
    x = Tensor([0.0, 1.0])
    y = np.sum(np.sqrt(x))
    assert "the backward pass of np.sqrt made inf" in message_of(y.backward)


def test_gradients_of_lists_are_watched():
    x = Tensor([0.0])
    y = np.sum(np.concatenate([x, x]) ** 0.5)
    assert "made inf" in message_of(y.backward)


def test_a_change_of_any_entry_is_seen():
    x, c = Tensor(np.ones(5)), np.ones(5)

    def run():
        y = np.sum(x * c)
        c[3] = 0
        y.backward()

    assert "was changed in place" in message_of(run)
