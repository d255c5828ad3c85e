"""Architecture as JSON: every layer, user's classes, replaced and shared parts, and what is refused."""

import copy
import json
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import nn
from nn.sharing import architecture, registry
from tests.nn.parity import ROWS
from tests.nn.parity.cases import built

LAYERS = [name for name in ROWS if hasattr(nn, name)]


def again(model: nn.Module) -> nn.Module:
    """The model, written and built."""
    return architecture.build(json.loads(json.dumps(architecture.describe(model), allow_nan=False)))


def signature(model: nn.Module) -> Any:
    return repr(model), {name: value.shape for name, value in model.state_dict().items()}


@pytest.fixture(autouse=True)
def _own_register(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone afterwards."""
    monkeypatch.setattr(registry, "REGISTERED", {})


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_and_loss_is_built_as_it_was(name: str) -> None:
    @settings(max_examples=5, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(ROWS[name])
    def check(case: Any) -> None:
        with warnings.catch_warnings(action="ignore"):
            layer = getattr(nn, name)(*built(nn, case.args), **built(nn, case.kwargs)).float()
            assert signature(again(layer)) == signature(layer)

    check()


def test_every_layer_is_in_a_row() -> None:
    assert {*nn.layers.__all__, *nn.losses.__all__} - {*LAYERS} <= {"ParameterDict"}
    parameters = nn.ParameterDict({"a": np.ones(3, np.float32)})
    assert signature(again(parameters)) == signature(parameters)


def test_a_registered_class_remembers_what_it_was_built_with() -> None:
    @nn.register
    class Net(nn.Module):
        def __init__(self, sizes: list[int], act: Any = nn.ReLU, *, scale: float = 1.0, **more: Any) -> None:
            first, last = sizes.pop(0), sizes.pop()
            self.body = nn.Sequential(nn.Linear(first, last, rng=more.get("rng")), act())
            self.scale = scale

        def forward(self, x: Any) -> Any:
            return self.body(x) * self.scale

    sizes = [3, 4]
    model = Net(sizes, nn.Tanh, scale=np.float32(2), rng=np.random.default_rng(0), table=np.eye(2), dtype=np.float64)
    node = architecture.describe(model)
    assert node["arguments"] == {
        "sizes": [3, 4],
        "act": {"class": "Tanh"},
        "scale": 2.0,
        "rng": {"generator": None},
        "table": {"array": {"dtype": "float64", "shape": [2, 2], "entries": [1.0, 0.0, 0.0, 1.0]}},
        "dtype": {"dtype": "float64"},
    }
    assert sizes == []
    assert signature(again(model)) == signature(model)
    assert architecture.describe(copy.deepcopy(model)) == node


def test_arguments_that_are_modules_are_those_of_the_tree() -> None:
    @nn.register
    class Residual(nn.Module):
        def __init__(self, *inner: nn.Module, act: Any = nn.functional.relu) -> None:
            self.inner = nn.Sequential(*inner)
            self.act = act

        def forward(self, x: Any) -> Any:
            return x + self.act(self.inner(x))

    model = Residual(nn.Linear(3, 3), Residual(nn.Tanh()))
    node = architecture.describe(model)
    assert node["args"] == [{"module": {"at": "inner.0"}}, {"module": {"at": "inner.1"}}]
    assert signature(again(model)) == signature(model)
    model.inner[0] = nn.Linear(3, 3, bias=False)  # the argument is nowhere in the tree now
    assert signature(again(model)) == signature(model)


def test_what_was_replaced_added_or_taken_out_after_building_is_so_again() -> None:
    @nn.register(name="a net")
    class Net(nn.Module):
        def __init__(self) -> None:
            self.body, self.head, self.extra = nn.Linear(4, 3), nn.Linear(3, 10), nn.ReLU()

    model = Net()
    model.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(3, 2))
    model.head[0].p = 0.4
    model.extra = None
    model.added = nn.Tanh()
    built_again = again(model)
    assert signature(built_again) == signature(model)
    assert built_again.extra is None
    chain = nn.Sequential({"a": nn.ReLU(), "b": nn.Linear(2, 2)})
    assert signature(again(chain)) == signature(chain)


def test_a_module_that_is_used_twice_is_one_again() -> None:
    @nn.register
    class Wrapped(nn.Module):
        def __init__(self, inner: nn.Module) -> None:
            self.inner = inner

    shared = nn.Linear(2, 2)
    model = nn.Sequential(shared, nn.Sequential(nn.ReLU(), shared), Wrapped(shared))
    node = architecture.describe(model)
    assert node["modules"]["1"]["modules"]["1"] == {"shared": "0"}
    made = again(model)
    assert made[0] is made[1][1]
    assert made[0] is made[2].inner


def test_a_class_that_is_not_registered_is_named() -> None:
    class Mine(nn.Module):
        pass

    class OfLinear(nn.Linear):
        pass

    with pytest.raises(nn.errors.ModelFileError, match=r"not registered: Mine, OfLinear \(at '0', '1\.0'\)"):
        architecture.describe(nn.Sequential(Mine(), nn.Sequential(OfLinear(1, 1))))


def test_a_module_built_before_its_class_was_registered() -> None:
    class Late(nn.Module):
        def __init__(self, n: int) -> None:
            self.n = n

    model = Late(3)
    nn.register(Late)
    with pytest.raises(nn.errors.ModelFileError, match=r"built before nn\.register saw the class"):
        architecture.describe(model)


def test_ufuncs_are_arguments_by_their_names() -> None:
    @nn.register
    class Net(nn.Module):
        def __init__(self, act: Any) -> None:
            self.act = act

    assert again(Net(np.tanh)).act is np.tanh
    for name in ("load", "__builtins__", [], "no"):
        node = {"class": "Net", "arguments": {"act": {"ufunc": name}}}
        with pytest.raises(nn.errors.ModelFileError, match="stands for no argument"):
            architecture.build(node)


@pytest.mark.parametrize("value", [lambda x: x, object(), np.ones(5000), 1j, {1: 2}, np.ones(1, "datetime64[s]")])
def test_arguments_that_a_file_cannot_hold(value: Any) -> None:
    @nn.register
    class Net(nn.Module):
        def __init__(self, value: Any) -> None:
            pass

    with pytest.raises(
        nn.errors.ModelFileError, match=r"^the module '0': Net was built with .*, which a file cannot hold"
    ):
        architecture.describe(nn.Sequential(Net(value)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (3, "nn.register: 3 is no class of modules"),
        (dict, "is no class of modules"),
        (type("Linear", (nn.Module,), {}), "'Linear' is nn.layers.linear.Linear already"),
    ],
)
def test_what_cannot_be_registered(wrong: Any, message: str) -> None:
    with pytest.raises(nn.errors.ModuleError, match=message):
        nn.register(wrong)


def test_a_registered_class_costs_nothing_in_a_call_and_keeps_its_signature_and_errors() -> None:
    class Net(nn.Module):
        def __init__(self, n: int, m: int = 2) -> None:
            self.n = n

        def forward(self, x: Any) -> Any:
            return x

    forward = Net.forward
    nn.register(Net)
    assert Net.forward is forward
    assert Net.__init__.__wrapped__.__code__.co_varnames[:3] == ("self", "n", "m")
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'n'"):
        Net()  # type: ignore[call-arg]


LINEAR = {"class": "Linear", "arguments": {"in_features": 2, "out_features": 3, "bias": True}}
WRONG = [
    (3, "the model is described by 3, which is no module"),
    ({"class": "Linear", "code": "1"}, "which is no module"),
    ({"class": ["Linear"]}, "'class' is"),
    ({"class": "os.system"}, "class 'os.system', which is not registered"),
    ({"class": "Module"}, "class 'Module', which is not registered"),
    ({"class": "Linear"}, r"Linear\(\) cannot be built: missing a required argument"),
    ({"class": "Linear", "arguments": {"in_features": 2, "out_features": -3}}, "out_features=-3; it must be"),
    ({"class": "Linear", "arguments": {"in_features": 2, "outs": 3}}, "cannot be built: missing|unexpected keyword"),
    ({"class": "Linear", "arguments": {"in_features": {"eval": "1"}}}, "{'eval': '1'} stands for no argument"),
    ({"class": "Linear", "arguments": {"in_features": {"function": "eval"}}}, "stands for no argument"),
    ({"class": "Linear", "arguments": {"in_features": {"dtype": "object"}}}, "stands for no argument"),
    ({"class": "Linear", "arguments": {"in_features": {"class": "Popen"}}}, "stands for no argument"),
    ({"class": "Sequential", "modules": {"forward": LINEAR}}, "'forward' is taken"),
    ({"class": "Sequential", "modules": {"a.b": LINEAR}}, "a string without a dot"),
    ({"class": "Sequential", "modules": {"0": {"shared": "1"}, "1": LINEAR}}, "'1' once more, which does not come"),
    ({"class": "Sequential", "modules": {"0": {"shared": ""}, "1": LINEAR}}, "'' once more"),
    ({"class": "ParameterList", "parameters": {"0": [-1]}}, r"'0' has the shape \[-1\]"),
    ({"class": "TransformerEncoder", "arguments": {"encoder_layer": {"module": {"at": "x.y"}}}}, "described by None"),
]


@pytest.mark.parametrize(("node", "message"), WRONG, ids=range(len(WRONG)))
def test_an_architecture_that_is_none(node: Any, message: str) -> None:
    with pytest.raises(nn.errors.ModelFileError, match=message):
        architecture.build(node)


def test_an_architecture_that_goes_too_deep() -> None:
    node: Any = LINEAR
    for _ in range(100):
        node = {"class": "Sequential", "modules": {"0": node}}
    with pytest.raises(nn.errors.ModelFileError, match="more than 64 modules deep"):
        architecture.build(node)


@pytest.mark.parametrize(
    "node",
    [
        {"class": "Linear", "arguments": {"in_features": 10**12, "out_features": 1, "bias": False}},
        {"class": "Linear", "arguments": {"in_features": 20_000, "out_features": 20_000, "bias": False}},
        {"class": "LayerNorm", "arguments": {"normalized_shape": {"tuple": [10**6, 10**6]}}},
        {"class": "LSTM", "arguments": {"input_size": 1, "hidden_size": 1, "num_layers": 10**9}},
        {"class": "ParameterList", "parameters": {"0": [10**6, 10**6]}},
    ],
)
def test_layers_larger_than_the_weights_are_refused_before_their_memory_is_taken(node: Any) -> None:
    with pytest.raises(
        nn.errors.ModelFileError, match=r"more than the weights are for|more than the file|has the shape"
    ):
        architecture.build(node, {"weight": (3, 3)})


def test_building_leaves_the_default_generator_as_it_is() -> None:
    model = nn.Linear(3, 3)
    state = nn.random.default.bit_generator.state
    again(model)
    assert nn.random.default.bit_generator.state == state


def linear(size: int) -> dict[str, Any]:
    return {"class": "Linear", "arguments": {"in_features": size, "out_features": size, "bias": False}}


TOGETHER = [
    {"class": "Sequential", "modules": {str(i): linear(1000) for i in range(40)}},
    {"class": "ParameterList", "parameters": {str(i): [1000, 1000] for i in range(40)}},
    {
        "class": "Sequential",
        "modules": {
            str(i): {"class": "BatchNorm1d", "arguments": {"num_features": 10**6, "affine": False}} for i in range(40)
        },
    },
]


@pytest.mark.parametrize("node", TOGETHER, ids=range(len(TOGETHER)))
def test_many_layers_that_are_each_small_enough(node: Any) -> None:
    with pytest.raises(nn.errors.ModelFileError, match="all layers together are many times larger than the file"):
        architecture.build(node, {"w": (3,)})


def test_many_copies_of_a_layer() -> None:
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(256, 1, dim_feedforward=512), 2)
    node = json.loads(json.dumps(architecture.describe(encoder)))
    shapes = {name: value.shape for name, value in encoder.state_dict().items()}
    assert signature(architecture.build(node, shapes)) == signature(encoder)
    node["arguments"]["num_layers"] = 90
    with pytest.raises(nn.errors.ModelFileError, match="all layers together are many times larger than the file"):
        architecture.build(node, {**shapes, **{str(i): () for i in range(100)}})


@pytest.mark.parametrize(
    "node",
    [
        {"class": "Transformer", "arguments": {"d_model": 8, "nhead": 1, "num_encoder_layers": 3}},
        {"class": "Linear", "args": [2, 3]},
        {"class": "Sequential", "args": [{"module": {"class": "ReLU"}}]},
    ],
)
def test_arguments_that_are_written_otherwise(node: Any) -> None:
    with pytest.raises(nn.errors.ModelFileError, match="no file is written with"):
        architecture.build(node)


@pytest.mark.parametrize("layers", [None, nn.ModuleList()])
def test_a_layer_without_its_parts_is_refused(layers: Any) -> None:
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 1)
    encoder.layers = layers
    with pytest.raises(nn.errors.ModelFileError, match="TransformerEncoder: its 'encoder_layer' cannot be read any mo"):
        architecture.describe(encoder)
