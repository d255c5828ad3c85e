"""Containers of layers and parameters: as lists and dicts, as text, in the state; names and paths."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import assert_gradients


def names(module: nn.Module) -> list[str]:
    return [name for name, _ in module.named_children()]


def three() -> list[nn.Module]:
    return [nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)]


@pytest.mark.parametrize("kind", [lambda layers: nn.Sequential(*layers), nn.ModuleList])
def test_lists_of_layers_insert_extend_pop_and_delete_as_lists_do(kind: Callable[..., Any]) -> None:
    layers = three()
    model, expected = kind(layers), list(layers)
    extra = [nn.Tanh() for _ in range(4)]
    for change in (
        lambda x: x.insert(1, extra[0]),
        lambda x: x.insert(-1, extra[1]),
        lambda x: x.extend(extra[2:]),
        lambda x: x.pop(),
        lambda x: x.pop(0),
        lambda x: x.__delitem__(slice(1, 3)),
        lambda x: x.__setitem__(0, layers[0]),
    ):
        change(model)
        change(expected)
        assert list(model) == expected
        assert names(model) == [str(i) for i in range(len(expected))]
    with pytest.raises(IndexError):
        model.insert(9, nn.Tanh())
    with pytest.raises(IndexError):
        model.pop(9)


def test_lists_of_layers_are_added_and_sliced() -> None:
    layers = three()
    chain = nn.Sequential(*layers[:1]) + nn.Sequential(*layers[1:])
    assert isinstance(chain, nn.Sequential)
    assert list(chain) == layers
    chain += [nn.Tanh()]
    assert names(chain) == ["0", "1", "2", "3"]
    part = nn.ModuleList(layers)[1:]
    assert isinstance(part, nn.ModuleList)
    assert names(part) == ["0", "1"]
    both = nn.ModuleList(layers[:1]) + nn.ModuleList(layers[1:])
    assert list(both) == list(nn.ModuleList(layers[:1]) + layers[1:]) == layers
    with pytest.raises(TypeError):
        _ = nn.Sequential() + ["no layers"]  # noqa: RUF005


def test_a_sequential_with_names_keeps_them() -> None:
    model = nn.Sequential({"first": nn.Linear(1, 1), "1": nn.Tanh(), "last": nn.ReLU()})
    del model[1]
    model.insert(1, nn.Sigmoid())
    assert names(model) == ["first", "1", "last"]


def test_a_refused_insertion_changes_nothing() -> None:
    model: Any = nn.Sequential(*three())
    before = list(model)
    with pytest.raises(nn.errors.ModuleError, match="layer '1' is a ufunc, not a Module"):
        model.insert(1, np.tanh)
    assert list(model) == before


def test_a_module_list_has_no_forward() -> None:
    with pytest.raises(NotImplementedError, match="ModuleList has no forward"):
        nn.ModuleList()(1)


def test_a_module_dict_is_a_dict() -> None:
    relu, tanh = nn.ReLU(), nn.Tanh()
    modules = nn.ModuleDict({"relu": relu})
    modules["tanh"] = tanh
    modules.update([("linear", nn.Linear(1, 2))])
    assert list(modules) == list(modules.keys()) == ["relu", "tanh", "linear"]
    assert "tanh" in modules
    assert "forward" not in modules
    assert modules.pop("tanh") is tanh
    assert dict(modules.items())["relu"] is relu
    assert len(list(modules.values())) == len(modules) == 2
    assert list(modules.state_dict()) == ["linear.weight", "linear.bias"]
    for missing in (lambda: modules["x"], lambda: modules.pop("x"), lambda: modules.__delitem__("training")):
        with pytest.raises(KeyError):
            missing()
    modules.clear()
    assert len(modules) == 0


@pytest.mark.parametrize("kind", [nn.ModuleDict, nn.ParameterDict])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("forward", "the name 'forward' is taken by another attribute."),
        ("training", "the name 'training' is taken by another attribute."),
        ("a.b", "the name 'a.b'; it must be a string without a dot."),
        ("", "the name ''; it must be a string without a dot."),
        (3, "the name 3; it must be a string without a dot."),
    ],
)
def test_a_name_may_not_hide_a_method_nor_break_a_path(kind: Any, name: Any, message: str) -> None:
    value = nn.ReLU() if kind is nn.ModuleDict else np.ones(2)
    with pytest.raises(nn.errors.ModuleError) as caught:
        kind()[name] = value
    assert str(caught.value) == f"{kind.__name__}: {message}"


def test_parameters_in_a_list_and_in_a_dict_are_found_and_trained() -> None:
    listed = nn.ParameterList([np.ones(2), nn.Parameter([1.0, 2.0])])
    listed.append(3.0)
    listed[0] = np.zeros((2, 2), np.float32)
    listed += [np.ones(1)]
    assert [p.shape for p in listed] == [(2, 2), (2,), (), (1,)]
    assert len(listed[1:3]) == 2
    assert list(listed.state_dict()) == ["0", "1", "2", "3"]
    with pytest.raises(IndexError):
        listed[4] = np.ones(1)
    named = nn.ParameterDict({"a": np.ones(2, np.float32)})
    named["b"] = nn.Parameter([1.0])
    assert list(named.items()) == list(named.named_parameters())
    assert named.pop("a").shape == (2,)
    assert list(named) == ["b"]
    assert "a" not in named
    assert len(list(named.values())) == len(named.keys()) == len(named) == 1
    assert repr(listed[:2]) == (
        "ParameterList(\n"
        "    (0): Parameter containing: [float32 of size 2x2]\n"
        "    (1): Parameter containing: [float32 of size 2]\n"
        ")"
    )


class Chosen(nn.Module):
    """Uses a list and a dict of parameters."""

    def __init__(self) -> None:
        self.listed = nn.ParameterList([np.ones(2), np.ones(2)])
        self.named = nn.ParameterDict({"a": np.ones(2)})

    def forward(self, x: Any) -> Any:
        return x * self.listed[1] * self.named["a"] + sum(self.listed)


def test_containers_of_parameters_hold_what_takes_their_place() -> None:
    """Values that were no `Parameter` were not found: an IndexError in `functional_call` and `ag.source`."""
    model, x = Chosen(), np.array([3.0, 4.0])
    values = {"listed.1": np.array([2.0, 5.0]), "named.a": ag.Tensor([0.5, 1.0])}
    np.testing.assert_array_equal(nn.functional_call(model, values, x).data, [3 * 2 * 0.5 + 3, 4 * 5 + 6])
    assert_gradients(model, x)


def test_text_is_that_of_pytorch() -> None:
    torch = pytest.importorskip("torch")

    def containers(package: Any) -> list[Any]:
        blocks = [package.Sequential(package.Linear(2, 2), package.ReLU()) for _ in range(3)]
        model = package.ModuleList([package.Tanh(), *blocks, package.Identity()])
        layers = package.ModuleDict({"a": package.GELU(), "list": model})
        return [
            model,
            layers,
            package.ModuleList(),
            package.ModuleDict(),
            package.Sequential(),
            package.ParameterList(),
        ]

    for ours, theirs in zip(containers(nn), containers(torch.nn), strict=True):
        assert repr(ours) == repr(theirs)
        assert list(ours.state_dict()) == list(theirs.state_dict())


# ------------------------------------------------------------------------------------------------- names and paths


def test_parts_are_found_by_their_path() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.PReLU()))
    model[1].register_buffer("mean", np.zeros(2))
    assert model.get_submodule("1.0") is model[1][0]
    assert model.get_submodule("") is model
    assert model.get_parameter("0.bias") is model[0].bias
    assert model.get_buffer("1.mean") is model[1].mean
    assert [b.shape for b in model.buffers()] == [(2,)]
    with pytest.raises(nn.errors.ModuleError) as caught:
        model.get_parameter("0.wieght")
    assert str(caught.value) == "Sequential has no parameter '0.wieght'. There are '0.weight', '1.0.weight'."
    with pytest.raises(AttributeError, match="Sequential has no module '2'"):
        model.get_submodule("2")


def test_registering_is_setting_an_attribute() -> None:
    module = nn.Module()
    module.register_parameter("weight", nn.Parameter([1.0]))
    module.register_parameter("bias", None)
    module.add_module("child", nn.Linear(1, 1))
    module.register_module("other", None)
    assert [name for name, _ in module.named_parameters()] == ["weight", "child.weight", "child.bias"]
    assert module.bias is None
    assert module.other is None
    with pytest.raises(
        nn.errors.ModuleError, match=r"^Module: 'x' is a ndarray, not a Parameter\. Write a Parameter or"
    ):
        module.register_parameter("x", np.ones(1))  # type: ignore[arg-type]
    with pytest.raises(nn.errors.ModuleError, match=r"^Module: the name 'eval' is taken by another attribute\.$"):
        module.register_buffer("eval", np.ones(1))


def test_shared_parameters_come_under_all_their_names_if_asked_for() -> None:
    shared = nn.Linear(1, 1, bias=False)
    model = nn.Sequential(shared, shared)
    assert [name for name, _ in model.named_parameters()] == ["0.weight"]
    assert [name for name, _ in model.named_parameters(remove_duplicate=False)] == ["0.weight", "1.weight"]
    assert list(model.state_dict(prefix="net.")) == ["net.0.weight", "net.1.weight"]


def test_apply_goes_through_the_children_in_order() -> None:
    met: list[str] = []
    nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.Tanh()), nn.ReLU()).apply(lambda m: met.append(type(m).__name__))
    assert met == ["Linear", "Tanh", "Sequential", "ReLU", "Sequential"]


def test_loading_what_is_no_array_is_listed_with_the_rest() -> None:
    layer = nn.Linear(2, 1)
    before = layer.state_dict()
    with pytest.raises(nn.errors.StateDictError) as caught:
        layer.load_state_dict({"weight": "text", "bias": np.ones(2), "more": None})
    assert str(caught.value) == (
        "the state dict does not fit Linear; nothing was loaded.\n"
        "  unexpected: more\n"
        "  of another shape: bias (2,), here (1,)\n"
        "  no arrays of numbers: weight (<U4 for float32)"
    )
    with pytest.raises(
        nn.errors.ArgumentError, match=r"^Linear\.load_state_dict: state_dict is a str; write a dict of"
    ):
        layer.load_state_dict("weights.safetensors")  # type: ignore[arg-type]
    for key, value in layer.state_dict().items():
        assert np.array_equal(value, before[key])
