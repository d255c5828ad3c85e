"""Modules: what they find in their attributes, modes, state, copies, text."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.errors import AutogradError, DataError
from nn.module import mode


class Block(nn.Module):
    """Two linears, one used twice, a parameter of its own, a buffer."""

    mean: Any

    def __init__(self) -> None:
        self.first = nn.Linear(3, 3)
        self.scale = nn.Parameter([1.0, 2.0, 3.0])
        self.second = nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.2))
        self.again = self.first
        self.register_buffer("mean", np.zeros(3))
        self.register_buffer("scratch", np.ones(1), persistent=False)

    def forward(self, x: Any) -> Any:
        return self.second(self.again(self.first(x) * self.scale) - self.mean)


def test_parameters_come_in_the_order_of_definition_and_each_once() -> None:
    names = [name for name, _ in Block().named_parameters()]
    assert names == ["scale", "first.weight", "first.bias", "second.0.weight", "second.0.bias"]
    assert len(list(Block().parameters(recurse=False))) == 1


def test_modules_and_children_come_each_once() -> None:
    block = Block()
    assert [name for name, _ in block.named_modules()] == ["", "first", "second", "second.0", "second.1"]
    assert list(block.children()) == [block.first, block.second]
    assert [*block.modules(remove_duplicate=False)].count(block.first) == 2


def test_buffers_have_paths() -> None:
    assert [name for name, _ in nn.Sequential(Block()).named_buffers()] == ["0.mean", "0.scratch"]


def test_parameters_of_numbers_are_float32_and_of_arrays_keep_their_dtype() -> None:
    assert nn.Parameter([1, 2]).dtype == nn.Parameter(1.0).dtype == np.float32
    assert nn.Parameter(np.ones(2)).dtype == np.float64
    assert nn.Parameter(np.ones(2), dtype=np.float32).dtype == np.float32
    assert {p.dtype for p in nn.Linear(2, 2).parameters()} == {np.dtype("f4")}
    assert {p.dtype for p in nn.Linear(2, 2, dtype=np.float64).parameters()} == {np.dtype("f8")}
    with pytest.raises(DataError, match="cannot require a gradient"):
        nn.Parameter(np.arange(3))


def test_a_parameter_may_be_frozen_from_the_start() -> None:
    assert not nn.Parameter([1.0], requires_grad=False).requires_grad


def test_a_parameter_cannot_be_replaced_by_what_would_not_be_trained() -> None:
    layer: Any = nn.Linear(2, 2)
    with pytest.raises(nn.errors.ModuleError) as caught:
        layer.weight = np.ones((2, 2))
    assert str(caught.value) == (
        "Linear.weight is a Parameter, and a ndarray in its place would not be trained. "
        "Write module.weight.data = value for a new value, or module.weight = nn.Parameter(value)."
    )
    layer.weight = new = nn.Parameter(np.ones((2, 2)))
    layer.bias = None
    assert list(layer.parameters()) == [new]


def test_a_module_without_forward_says_so() -> None:
    with pytest.raises(NotImplementedError, match=r"Module has no forward: define `def forward\(self, x\)`"):
        nn.Module()(1)


def test_train_eval_and_requires_grad_reach_every_module() -> None:
    block = Block()
    assert block.training
    assert block.eval() is block
    assert not any(module.training for module in block.modules())
    assert all(module.training for module in block.train().modules())
    assert not any(p.requires_grad for p in block.requires_grad_(False).parameters())


def test_mode_is_put_back_per_module_even_after_an_error() -> None:
    block = Block()
    block.second.eval()

    def fail() -> None:
        with mode(block, training=True):
            assert block.second[1].training
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert block.training
    assert not block.second[1].training


def test_zero_grad_forgets_all_gradients() -> None:
    block = Block()
    block(np.ones((2, 3))).sum().backward()
    assert all(p.grad is not None for p in block.parameters())
    for owner in (block, nn.optim.SGD(block.parameters())):
        block(np.ones((2, 3))).sum().backward()
        owner.zero_grad(set_to_none=False)
        assert all(not p.grad.any() for p in block.parameters())
        owner.zero_grad(set_to_none=True)
        assert all(p.grad is None for p in block.parameters())


def test_apply_meets_children_first() -> None:
    met: list[nn.Module] = []
    block = Block()
    assert block.apply(met.append) is block
    assert set(met) == set(block.modules())
    assert met[-1] is block
    assert met.index(block.second[0]) < met.index(block.second)


def test_sequential_is_a_list_of_layers() -> None:
    first, relu, last = nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)
    model = nn.Sequential(first, relu).append(last)
    assert (len(model), list(model), model[-1], model[1]) == (3, [first, relu, last], last, relu)
    assert isinstance(model[:2], nn.Sequential)
    assert list(model[1:].state_dict()) == ["2.weight", "2.bias"]
    model[1] = nn.Tanh()
    assert isinstance(model[1], nn.Tanh)
    assert list(nn.Sequential({"a": first, "b": relu}).state_dict()) == ["a.weight", "a.bias"]


def test_sequential_refuses_a_class_in_place_of_a_layer() -> None:
    with pytest.raises(nn.errors.ModuleError) as caught:
        nn.Sequential(nn.Linear(1, 1), nn.ReLU)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "Sequential: layer '1' is a type, not a Module. Write nn.ReLU() for nn.ReLU, nn.Tanh() for np.tanh, "
        "nn.Sequential(*layers) for a list, a class with `forward` for a function."
    )


def test_sequential_never_loses_a_layer() -> None:
    model: Any = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    before = list(model)
    for change in (lambda: model.append(np.tanh), lambda: model.__setitem__(0, lambda x: x)):
        with pytest.raises(nn.errors.ModuleError, match=r"^Sequential: layer '[02]' is a \w+, not a Module\."):
            change()
    assert list(model) == before


def test_append_after_slicing_takes_a_free_number() -> None:
    tail = nn.Sequential(nn.Linear(1, 1), nn.Tanh(), nn.Linear(1, 1))[1:]
    assert [name for name, _ in tail.append(nn.ReLU()).named_children()] == ["1", "2", "3"]


def test_a_layer_cannot_be_replaced_by_what_is_no_layer() -> None:
    block: Any = Block()
    first = block.first
    with pytest.raises(nn.errors.ModuleError) as caught:
        block.first = np.tanh
    assert str(caught.value) == (
        "Block.first is a Module, and a ufunc in its place would not be one of its layers. "
        "Write a Module, such as nn.ReLU() for nn.ReLU, or None."
    )
    assert block.first is first
    block.first = None
    assert block.first is None


def test_sequential_says_which_layer_was_given_the_wrong_shape() -> None:
    with pytest.raises(nn.errors.ShapeError) as caught:
        nn.Sequential(nn.ReLU(), nn.Linear(3, 2))(np.ones((4, 5)))
    text = "Linear(in_features=3, out_features=2, bias=True): got shape (4, 5); the last axis must be 3."
    assert str(caught.value) == f"model[1] {text}"
    named = nn.Sequential({"a": nn.Identity(), "b": nn.Sequential(nn.ReLU(), nn.Linear(3, 2))})
    with pytest.raises(nn.errors.ShapeError) as caught:
        named(np.ones((4, 5)))
    assert str(caught.value) == f"model[1][1] {text}"


class Wrapped(nn.Module):
    """A model with a Sequential of its own."""

    def __init__(self, *layers: nn.Module) -> None:
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Any) -> Any:
        return self.layers(x)


@pytest.mark.parametrize(
    ("layers", "x", "text"),
    [
        ([nn.Embedding(4, 2)], np.array([5]), "model[0] embedding: index 5 in a table of 4 rows; "),
        ([nn.LSTM(3, 2)], np.ones((4, 5)), "model[0] LSTM(3, 2): got shape (4, 5); the last axis must be 3."),
        ([nn.ReLU(), Wrapped(nn.Linear(3, 2))], np.ones((4, 5)), "model[1] Wrapped: model[0] Linear(in_features=3, "),
        (
            [nn.Identity(), nn.Linear(3, 2)],
            "abc",
            "model[1] Linear(in_features=3, out_features=2, bias=True): the input ",
        ),
    ],
)
def test_every_error_of_a_layer_starts_with_its_place(layers: list[nn.Module], x: Any, text: str) -> None:
    with pytest.raises(AutogradError) as caught:
        nn.Sequential(*layers)(x)
    assert str(caught.value).startswith(text)


# ------------------------------------------------------------------------------------------------------------- state


def test_state_goes_there_and_back_and_shares_no_memory() -> None:
    block, other = Block(), Block()
    block.mean = np.array([1.0, 2.0, 3.0])
    state = block.state_dict()
    assert "again.weight" in state
    assert "scratch" not in state
    other.load_state_dict(state)
    for values in (state, other.state_dict()):
        for key, value in block.state_dict().items():
            assert np.array_equal(values[key], value)
    for model in (block, other):
        model.first.weight.data += 1
        model.mean += 1
        assert np.array_equal(state["first.weight"] + 1, model.first.weight.data)
        assert (state["mean"] + 1).tolist() == model.mean.tolist()


def test_loading_keeps_the_parameter_and_its_dtype() -> None:
    layer: Any = nn.Linear(2, 2)
    weight = layer.weight
    layer.load_state_dict({"weight": np.eye(2), "bias": Tensor([0.0, 1.0])})
    assert layer.weight is weight
    assert weight.dtype == np.float32
    assert weight.data.tolist() == [[1, 0], [0, 1]]
    assert layer.bias.data.tolist() == [0, 1]


def test_loading_lists_all_that_does_not_fit_and_loads_nothing() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    before = model.state_dict()
    state = {**before, "0.weight": np.ones((3, 4)), "0.bias": np.ones(3), "extra": np.ones(1), "more": np.ones(1)}
    del state["1.weight"], state["1.bias"]
    with pytest.raises(nn.errors.StateDictError) as caught:
        model.load_state_dict(state)
    assert str(caught.value) == (
        "the state dict does not fit Sequential; nothing was loaded.\n"
        "  missing: 1.weight, 1.bias\n"
        "  unexpected: extra, more\n"
        "  of another shape: 0.weight (3, 4), here (3, 2)"
    )
    for key, value in model.state_dict().items():
        assert np.array_equal(value, before[key])


def test_what_was_passed_over_is_shown() -> None:
    layer = nn.Linear(1, 1)
    assert repr(layer.load_state_dict(layer.state_dict())) == "<All keys matched successfully>"
    assert repr(layer.load_state_dict({"x": 1}, strict=False)) == (
        "LoadReport(missing_keys=['weight', 'bias'], unexpected_keys=['x'])"
    )


def test_a_deleted_buffer_is_gone() -> None:
    module: Any = nn.Module()
    module.register_buffer("mean", np.zeros(2))
    del module.mean
    assert list(module.state_dict()) == []
    module.mean = np.ones(2)  # an attribute like any other
    assert list(module.buffers()) == []
    with pytest.raises(nn.errors.ModuleError, match=r"^Module: 'name' is a str, not an array\.$"):
        module.register_buffer("name", "text")


def test_loading_without_strict_passes_over_keys_but_not_over_shapes() -> None:
    layer: Any = nn.Linear(2, 3)
    report = layer.load_state_dict({"bias": np.ones(3), "other": np.ones(1)}, strict=False)
    assert report == (["weight"], ["other"])
    assert layer.bias.data.tolist() == [1, 1, 1]
    with pytest.raises(nn.errors.StateDictError, match=r"of another shape: bias \(4,\), here \(3,\)$"):
        layer.load_state_dict({"bias": np.ones(4)}, strict=False)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_of_a_trained_model_have_gradients_of_their_own(duplicate: Any, rng: np.random.Generator) -> None:
    block, x = Block().eval(), rng.normal(size=(4, 3)).astype(np.float32)
    block(x).sum().backward()
    twin = duplicate(block)
    assert twin.first is twin.again
    for p in block.parameters():
        assert not {id(p)} & {id(q) for q in twin.parameters()}
    expected = [p.grad.copy() for p in block.parameters()]
    twin.zero_grad()
    (2 * twin(x).sum()).backward()
    for p, q, g in zip(block.parameters(), twin.parameters(), expected, strict=True):
        assert type(q) is nn.Parameter
        assert np.array_equal(p.grad, g)
        np.testing.assert_allclose(q.grad, 2 * g, rtol=1e-5)
    nn.optim.SGD(twin.parameters(), lr=1.0).step()
    assert not np.array_equal(twin.scale.data, block.scale.data)


# ----------------------------------------------------------------------------------------------- functional, as text


def test_functional_call_uses_other_values_and_puts_the_own_ones_back(rng: np.random.Generator) -> None:
    block, x = Block().eval(), rng.normal(size=(4, 3))
    own, expected = dict(block.named_parameters()), block(x).data
    values = {name: 2 * p.data for name, p in own.items()}
    changed = nn.functional_call(block, values, x)
    for p in block.parameters():
        p.data *= 2
    np.testing.assert_allclose(changed, block(x).data)
    assert not np.allclose(changed, expected)
    with pytest.raises(nn.errors.ShapeError):
        nn.functional_call(block, values, x[:, :2])
    assert dict(block.named_parameters()) == own


def test_functional_call_names_an_unknown_parameter() -> None:
    with pytest.raises(nn.errors.ArgumentError, match=r"^unknown parameter 'w'\. Known are 'weight', 'bias'\.$"):
        nn.functional_call(nn.Linear(1, 1), {"w": 1}, np.ones(1))


def test_summary_lists_shapes_and_counts_a_shared_layer_once() -> None:
    shared = nn.Linear(4, 4)
    model = nn.Sequential(nn.Linear(1000, 4), shared, nn.ReLU(), shared)
    model[0].requires_grad_(False)
    assert str(model.summary()) == (
        "layer  type    shapes                       parameters\n"
        "0      Linear  weight (4, 1000), bias (4,)       4,004\n"
        "1      Linear  weight (4, 4), bias (4,)             20\n"
        "2      ReLU                                          0\n"
        "4,024 parameters, 20 of them trained"
    )
    assert repr(model.summary()) == "<Summary: 4 modules, 4,024 parameters>"


def test_repr_shows_the_tree() -> None:
    model = nn.Sequential(nn.Linear(2, 1), nn.Sequential(nn.Dropout(0.1)))
    assert repr(model) == (
        "Sequential(\n"
        "  (0): Linear(in_features=2, out_features=1, bias=True)\n"
        "  (1): Sequential(\n"
        "    (0): Dropout(p=0.1, inplace=False)\n"
        "  )\n"
        ")"
    )
    assert repr(nn.Parameter([1.0])).startswith("Parameter containing:\nTensor([1.]")


@pytest.mark.parametrize("dtype", ["banana", int, "int8"])
def test_a_model_is_cast_to_a_floating_dtype(dtype: Any) -> None:
    with pytest.raises(nn.errors.ArgumentError, match=r"Linear: dtype=.*; it must be a floating dtype"):
        nn.Linear(2, 1).to(dtype)
