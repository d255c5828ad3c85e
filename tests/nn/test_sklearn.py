"""The estimators: scikit-learn's own checks, its tools, and what a network adds."""

import pickle
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.datasets import make_blobs, make_moons
from sklearn.experimental import enable_halving_search_cv  # noqa: F401  # makes the next import possible
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV, KFold, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import nn
from nn import random as default_random
from nn.errors import ArgumentError, ShapeError
from nn.sklearn import NeuralClassifier, NeuralRegressor, perceptron

FEW = {"max_epochs": 3, "module__hidden": 8, "random_state": 0}


@parametrize_with_checks([NeuralClassifier(), NeuralRegressor()])
def test_scikit_learns_checks(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


def blobs(n: int = 60, classes: int = 3) -> tuple[Any, Any]:
    return make_blobs(n, 4, centers=classes, random_state=0)


def moons(n: int = 200) -> tuple[Any, Any]:
    return make_moons(n, noise=0.1, random_state=0)


def line(n: int = 80, columns: int | None = None) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, 3))
    return x, x @ rng.standard_normal((3, columns or 1)) if columns else x @ [1.0, -2.0, 0.5]


class Net(nn.Module):
    """A module with options, of which the estimator knows the usual ones."""

    def __init__(self, in_features: int, out_features: int, width: int = 4) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(in_features, width), nn.Tanh(), nn.Linear(width, out_features))

    def forward(self, x: Any) -> Any:
        return self.layers(x)


# ------------------------------------------------------------------------------------------------- it learns


def test_a_classifier_without_arguments_learns() -> None:
    assert NeuralClassifier(random_state=0).fit(*moons()).score(*moons()) > 0.98


def test_a_regressor_without_arguments_learns() -> None:
    assert NeuralRegressor(random_state=0).fit(*line()).score(*line()) > 0.95


@pytest.mark.parametrize("labels", [[True, False], ["no", "yes"], [-7, 5], [2.0, 1.0]])
def test_labels_may_be_of_any_kind(labels: list[Any]) -> None:
    x, y = moons(60)
    named = np.array(labels)[y]
    model = NeuralClassifier(**FEW | {"max_epochs": 60}).fit(x, named)
    assert model.classes_.tolist() == sorted(labels)
    assert model.predict(x).dtype == named.dtype
    assert model.score(x, named) > 0.8


def test_objects_are_labels_too() -> None:
    x, y = moons(60)
    model = NeuralClassifier(**FEW).fit(x, np.array(["b", "a"], object)[y])
    assert set(model.predict(x)) <= {"a", "b"}


def test_several_targets_at_once() -> None:
    x, y = line(columns=2)
    model = NeuralRegressor(random_state=0).fit(x, y)
    assert model.predict(x).shape == y.shape
    assert model.score(x, y) > 0.95
    assert model.fit(x, y[:, :1]).predict(x).shape == (80, 1)
    assert model.fit(x, y[:, 0]).predict(x).shape == (80,)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_network_has_the_dtype_of_the_data(dtype: type) -> None:
    x, y = moons(40)
    model = NeuralClassifier(**FEW).fit(x.astype(dtype), y)
    assert {p.dtype for p in model.module_.parameters()} == {np.dtype(dtype)}
    assert model.predict_proba(x.astype(np.float64)).dtype == dtype


def test_images_go_into_convolutions() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((20, 1, 6, 6)).astype(np.float32), np.arange(20) % 2

    def network(rng: Any, out_features: int) -> nn.Module:
        return nn.Sequential(nn.Conv2d(1, 2, 3, rng=rng), nn.Flatten(), nn.Linear(32, out_features, rng=rng))

    assert NeuralClassifier(network, **FEW_OF_ANY).fit(x, y).predict_proba(x).shape == (20, 2)
    assert NeuralClassifier(**FEW).fit(x, y).module_[1].in_features == 36  # the default one flattens


FEW_OF_ANY = {"max_epochs": 3, "random_state": 0}

# ------------------------------------------------------------------------------------------------- the parts


@pytest.mark.parametrize("options", [{"module": Net, "module__width": 7}, {"module": Net(4, 3, 7)}])
def test_a_module_is_a_class_or_an_instance(options: dict[str, Any]) -> None:
    x, y = blobs()
    given = options["module"]
    before = None if isinstance(given, type) else given.state_dict()
    model = NeuralClassifier(**options, **FEW_OF_ANY).fit(x, y)
    assert model.module_.layers[0].weight.shape == (7, 4)
    assert model.score(x, y) == np.mean(model.predict(x) == y)
    if before is not None:
        assert model.module_ is not given
        assert all(np.array_equal(before[name], value) for name, value in given.state_dict().items())


def test_a_layer_is_a_module_too_and_gets_its_widths() -> None:
    x, y = blobs()
    assert NeuralClassifier(nn.Linear, **FEW_OF_ANY).fit(x, y).module_.weight.shape == (3, 4)
    assert NeuralRegressor(nn.Linear, module__bias=False, **FEW_OF_ANY).fit(x, y).module_.bias is None


def test_optimizer_and_criterion_take_their_arguments() -> None:
    x, y = blobs()
    options = {"optimizer": nn.optim.SGD, "optimizer__momentum": 0.5, "lr": 0.3, "criterion__label_smoothing": 0.1}
    model = NeuralClassifier(**options, criterion=nn.CrossEntropyLoss, **FEW).fit(x, y)
    assert type(model.optimizer_) is nn.optim.SGD
    assert model.optimizer_.param_groups[0]["momentum"] == 0.5
    assert model.optimizer_.param_groups[0]["lr"] == 0.3
    assert model.criterion_.label_smoothing == 0.1


def test_probabilities_follow_the_criterion() -> None:
    x, y = moons(60)
    logits = nn.Sequential(nn.Linear(2, 2), nn.LogSoftmax(1))
    for options in [{}, {"criterion": nn.BCEWithLogitsLoss}, {"criterion": nn.NLLLoss(), "module": logits}]:
        model = NeuralClassifier(**options, lr=0.1, random_state=0).fit(x, y)
        probabilities = model.predict_proba(x)
        np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-6)
        np.testing.assert_array_equal(probabilities.argmax(1), model.predict(x))
        assert model.score(x, y) > 0.8


def test_a_regression_module_may_return_one_axis() -> None:
    class Flat(nn.Linear):
        def forward(self, input: Any) -> Any:  # noqa: A002
            return super().forward(input)[:, 0]

    x, y = line()
    model = NeuralRegressor(Flat, lr=0.1, max_epochs=60, random_state=0).fit(x, y)
    assert model.score(x, y) > 0.99
    assert model.predict(x).shape == y.shape


def test_rows_are_held_back_metrics_measured_and_callbacks_called() -> None:
    class Witness(nn.Callback):
        def on_epoch_end(self, trainer: nn.Trainer) -> None:
            met.append(len(trainer.history))

    met: list[int] = []
    x, y = blobs()
    for split in (0.25, KFold(4)):
        model = NeuralClassifier(train_split=split, metrics=["accuracy"], callbacks=[Witness()], **FEW).fit(x, y)
        assert list(model.history_.columns) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert met == [1, 2, 3] * 2
    assert model.n_iter_ == 3


class Backwards(nn.data.DataLoader):
    """A loader of a class of the user's, with an option of its own."""

    def __init__(self, dataset: Any, batch_size: int, step: int = 1) -> None:
        super().__init__(nn.data.Subset(dataset, np.arange(len(dataset))[::step]), batch_size)


def test_iterators_make_the_batches() -> None:
    def seen(batch: Any, rng: np.random.Generator) -> Any:
        met.append(len(batch[0]))
        return batch

    met: list[int] = []
    x, y = blobs()
    whole = NeuralClassifier(**FEW).fit(x, y).predict_proba(x)
    options = {"iterator_train__transform": seen, "iterator_train__drop_last": True, "iterator_train__batch_size": 50}
    NeuralClassifier(**options, **FEW).fit(x, y)
    assert met == [50] * 3
    threads = NeuralClassifier(iterator_train__num_workers=2, iterator_valid__batch_size=7, **FEW).fit(x, y)
    np.testing.assert_allclose(threads.predict_proba(x), whole, rtol=1e-12)
    given = [
        NeuralClassifier(iterator_train=Backwards, iterator_train__step=step, **FEW).fit(x, y).predict_proba(x)
        for step in (1, -1)
    ]
    plain = NeuralClassifier(iterator_train__shuffle=False, batch_size=128, **FEW).fit(x, y).predict_proba(x)
    np.testing.assert_array_equal(given[0], plain)
    np.testing.assert_allclose(given[1], plain)  # one batch, in another order


def test_what_judges_and_predicts_goes_through_the_other_iterator() -> None:
    x, y = blobs()
    options = {"iterator_train__transform": tenfold, "iterator_valid__transform": tenfold}
    inside = NeuralClassifier(**options, train_split=KFold(3), **FEW).fit(x, y)
    outside = NeuralClassifier(train_split=KFold(3), **FEW).fit(10 * x, y)
    np.testing.assert_allclose(inside.predict_proba(x), outside.predict_proba(10 * x))
    np.testing.assert_allclose(inside.history_["val_loss"], outside.history_["val_loss"])
    pickle.loads(pickle.dumps(inside))


def tenfold(batch: Any, rng: np.random.Generator) -> Any:
    return (10 * batch[0], *batch[1:])


def test_callbacks_have_names_and_options() -> None:
    x, y = blobs()
    stopping = nn.callbacks.EarlyStopping
    quick = {"monitor": "loss", "patience": 1, "min_delta": 10.0}
    for callbacks, name in (([("stop", stopping)], "stop"), ([stopping], "EarlyStopping")):
        options = {f"callbacks__{name}__{option}": value for option, value in quick.items()}
        model = NeuralClassifier(callbacks=callbacks, max_epochs=9, random_state=0, **options)
        assert clone(model).get_params() == model.get_params()
        assert model.fit(x, y).n_iter_ == 2
        assert model.set_params(**{f"callbacks__{name}": None}).fit(x, y).n_iter_ == 9
    given = stopping(**quick)
    assert NeuralClassifier(callbacks=[("stop", given)], max_epochs=9, random_state=0).fit(x, y).n_iter_ == 2
    assert NeuralClassifier(callbacks=None, **FEW).fit(x, y).n_iter_ == 3
    search = GridSearchCV(
        NeuralClassifier(callbacks=[("stop", stopping)], callbacks__stop__monitor="loss", **FEW),
        {"callbacks__stop__patience": [1, 2], "iterator_train__shuffle": [False, True]},
        cv=2,
    )
    assert len(search.fit(x, y).cv_results_["params"]) == 4


@pytest.mark.parametrize("hidden", [5, (5,), np.array([5]), np.int64(5)])
@pytest.mark.parametrize("activation", [nn.Tanh, nn.Tanh()])
def test_the_default_networks_options_in_any_form(hidden: Any, activation: Any) -> None:
    kinds = [type(layer).__name__ for layer in perceptron(4, 3, hidden=hidden, activation=activation)]
    assert kinds == ["Flatten", "Linear", "Tanh", "Linear"]
    first, *_, second, _ = perceptron(4, 3, hidden=[5, 5], activation=activation).children()
    assert first is not second


def test_the_estimators_are_found_in_nn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(nn, "sklearn")  # as before anybody has imported it
    assert nn.sklearn.NeuralClassifier is NeuralClassifier
    with pytest.raises(AttributeError, match="module 'nn' has no attribute 'scikit'"):
        _ = nn.scikit


def test_the_default_network() -> None:
    network = perceptron(4, 3, hidden=[8, 5], dropout=0.5, activation=nn.Tanh)
    kinds = [type(layer).__name__ for layer in network]
    assert kinds == [*("Flatten", "Linear", "Tanh", "Dropout", "Linear", "Tanh", "Dropout"), "Linear"]
    assert [layer.out_features for layer in network if isinstance(layer, nn.Linear)] == [8, 5, 3]


# ------------------------------------------------------------------------------------------------- fitting again


def test_the_same_seed_gives_the_same_network_even_without_a_generator_in_its_layers() -> None:
    x, y = blobs()
    before = default_random.default.bit_generator.state
    first, second, other = (
        NeuralClassifier(Net, max_epochs=2, random_state=seed).fit(x, y).predict_proba(x) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)
    assert default_random.default.bit_generator.state == before


class Dropping(nn.Linear):
    """Its dropout has no generator of its own, and lets another thread go first."""

    def forward(self, input: Any) -> Any:  # noqa: A002
        time.sleep(1e-4)
        return super().forward(nn.functional.dropout(input, training=self.training))


def test_threads_do_not_share_the_randomness_of_a_seed() -> None:
    x, y = blobs(200)
    model = NeuralClassifier(Dropping, batch_size=20, **FEW_OF_ANY)
    found = Parallel(4, prefer="threads")(delayed(lambda: clone(model).fit(x, y).predict_proba(x))() for _ in range(8))
    assert len({probabilities.tobytes() for probabilities in found}) == 1


def test_warm_start_goes_on_and_fit_otherwise_begins_anew() -> None:
    x, y = blobs()
    for warm in (True, False):
        model = NeuralClassifier(warm_start=warm, **FEW).fit(x, y)
        network, loss = model.module_, model.history_["loss"][-1]
        model.fit(x, y)
        assert (model.module_ is network) is warm
        assert model.n_iter_ == (6 if warm else 3)
        assert (model.history_["loss"][-1] < loss) is warm


def test_partial_fit_is_an_epoch_of_its_own_and_knows_all_classes() -> None:
    x, y = blobs()
    whole = NeuralClassifier(**FEW).fit(x, y)
    steps = NeuralClassifier(**FEW)
    for _ in range(3):
        steps.partial_fit(x, y, classes=[0, 1, 2])
    np.testing.assert_allclose(steps.predict_proba(x), whole.predict_proba(x))
    only = NeuralClassifier(**FEW).partial_fit(x[y == 1], y[y == 1], classes=[0, 1, 2])
    assert only.predict_proba(x).shape == (60, 3)
    x, y = line()
    assert NeuralRegressor(**FEW).partial_fit(x, y).partial_fit(x, y).n_iter_ == 2


def test_weights_of_rows_count_as_repetitions() -> None:
    x, y = moons(50)
    weights = np.random.default_rng(0).integers(0, 4, 50)
    for estimator in (NeuralClassifier, NeuralRegressor):
        weighted = outputs(estimator(**FEW).fit(x, y, sample_weight=weights), x)
        repeated = outputs(estimator(**FEW).fit(x.repeat(weights, 0), y.repeat(weights)), x)
        np.testing.assert_allclose(weighted, repeated, rtol=1e-9)
        assert not np.allclose(weighted, outputs(estimator(**FEW).fit(x, y), x))
        np.testing.assert_array_equal(weighted, outputs(estimator(**FEW).fit(x, y, sample_weight=2 * weights), x))


def outputs(model: Any, x: Any) -> Any:
    return model.predict_proba(x) if isinstance(model, NeuralClassifier) else model.predict(x)


def test_a_fitted_network_can_be_pickled_and_goes_on_alike() -> None:
    x, y = blobs()
    model = NeuralClassifier(module__dropout=0.2, **FEW).fit(x, y)
    again = pickle.loads(pickle.dumps(model))
    for estimator in (model, again):
        estimator.partial_fit(x, y)
    np.testing.assert_array_equal(model.predict_proba(x), again.predict_proba(x))
    assert not hasattr(clone(model), "module_")
    assert clone(model).get_params() == model.get_params()
    assert clone(model).get_params()["module__dropout"] == 0.2


# ------------------------------------------------------------------------------------------------- scikit-learn's tools


def test_a_grid_search_over_a_pipeline_finds_the_better_network() -> None:
    x, y = moons(120)
    grid = {"neuralclassifier__lr": [1e-5, 0.02], "neuralclassifier__module__hidden": [(8,), (8, 8)]}
    model = NeuralClassifier(max_epochs=30, random_state=0)
    search = GridSearchCV(make_pipeline(StandardScaler(), model), grid, cv=2).fit(x * 100, y)
    assert search.best_params_["neuralclassifier__lr"] == 0.02
    assert search.score(x * 100, y) > 0.8


def test_a_halving_search() -> None:
    x, y = moons(120)
    space = {"lr": [1e-5, 0.02], "module__hidden": [4, 16], "optimizer__weight_decay": [0, 1e-3]}
    search = HalvingRandomSearchCV(NeuralClassifier(**FEW), space, cv=2, random_state=0, min_resources=40)
    assert search.fit(x, y).best_params_.keys() == space.keys()


def test_processes_give_what_one_process_gives() -> None:
    x, y = moons(80)
    scores = [
        cross_val_score(NeuralClassifier(Net, max_epochs=5, random_state=0), x, y, cv=2, n_jobs=n) for n in (1, 2)
    ]
    np.testing.assert_array_equal(*scores)
    assert cross_val_predict(NeuralRegressor(**FEW), x, y, cv=2).shape == (80,)


# ------------------------------------------------------------------------------------------------- what is refused

ERRORS: list[tuple[Callable[..., Any], type[Exception], str]] = [
    (
        lambda x, y: NeuralClassifier(max_epoch=3),
        ArgumentError,
        "Invalid parameter 'max_epoch' for NeuralClassifier. Kn",
    ),
    (lambda x, y: NeuralClassifier(module__=3), ArgumentError, "Invalid parameter 'module__' for NeuralClassifier."),
    (lambda x, y: NeuralClassifier().set_params(hidden=3), ArgumentError, "Invalid parameter 'hidden' for NeuralClass"),
    (lambda x, y: NeuralClassifier(max_epochs=0), ArgumentError, "NeuralClassifier: max_epochs=0; it must be an int"),
    (lambda x, y: NeuralClassifier(batch_size=2.5), ArgumentError, "NeuralClassifier: batch_size=2.5; it must be an"),
    (
        lambda x, y: NeuralClassifier(module__width=3),
        ArgumentError,
        "NeuralClassifier: module__width is no argument of perceptron, which has 'in_features', 'out_features', 'hidd",
    ),
    (
        lambda x, y: NeuralClassifier(Net(4, 3), module__width=3),
        ArgumentError,
        "NeuralClassifier: module is a Net; write a class or a function, which is called with module__width.",
    ),
    (
        lambda x, y: NeuralClassifier("mlp"),
        ArgumentError,
        "NeuralClassifier: module is a str; write what is or returns",
    ),
    (
        lambda x, y: NeuralClassifier(Net(4, 5)),
        ShapeError,
        "NeuralClassifier: the module returns shape (N, 5); it must",
    ),
    (
        lambda x, y: NeuralRegressor(Net(4, 5)),
        ShapeError,
        "NeuralRegressor: the module returns shape (N, 5); it must be",
    ),
    (
        lambda x, y: NeuralClassifier(train_split=2),
        ArgumentError,
        "NeuralClassifier: train_split=2; it must be a share",
    ),
    (
        lambda x, y: NeuralClassifier(train_split="0.1"),
        ArgumentError,
        "NeuralClassifier: train_split='0.1'; it must be",
    ),
    (
        lambda x, y: NeuralClassifier(criterion=nn.BCEWithLogitsLoss),
        ArgumentError,
        "NeuralClassifier: BCEWithLogitsLoss is for two classes, and y has 3. Write criterion=nn.CrossEntropyLoss.",
    ),
    (
        lambda x, y: NeuralClassifier(iterator_train__worker=2),
        ArgumentError,
        "NeuralClassifier: iterator_train__worker is no argument of DataLoader, which has 'dataset', 'batch_size', 'sh",
    ),
    (
        lambda x, y: NeuralClassifier(iterator_valid__shuffle=True),
        ArgumentError,
        "NeuralClassifier: iterator_valid__shuffle=True; it must be False, as every row is predicted in order.",
    ),
    (
        lambda x, y: NeuralClassifier(iterator_valid=Backwards, iterator_valid__step=2, **FEW).fit(x, y).predict(x),
        ShapeError,
        "NeuralClassifier: 30 rows came out for 60: the module or iterator_valid drops or adds some.",
    ),
    (
        lambda x, y: NeuralClassifier(callbacks=nn.callbacks.EarlyStopping()),
        ArgumentError,
        "NeuralClassifier: callbacks is a EarlyStopping; write a list, callbacks=[...].",
    ),
    (
        lambda x, y: NeuralClassifier(callbacks__stop__patience=3),
        ArgumentError,
        "NeuralClassifier: callbacks__stop__patience is of none of the callbacks.",
    ),
    (
        lambda x, y: NeuralClassifier(callbacks=[dict]),
        ArgumentError,
        "NeuralClassifier: callbacks__dict is dict, whose arguments are not known.",
    ),
    (
        lambda x, y: NeuralClassifier(criterion=nn.functional.cross_entropy),
        ArgumentError,
        "NeuralClassifier: criterion is cross_entropy, which cannot be called: missing a required argument: 'input'. W",
    ),
    (lambda x, y: NeuralClassifier(**FEW).fit(x, y, np.zeros(60)), ValueError, ""),
    (
        lambda x, y: NeuralClassifier(**FEW).fit(x, y, -np.ones(60)),
        ValueError,
        "Negative values in data passed to `sam",
    ),
    (lambda x, y: NeuralClassifier(**FEW).partial_fit(x, y), ValueError, "classes must be passed on the first call"),
    (
        lambda x, y: NeuralClassifier(**FEW).partial_fit(x, y, classes=[0, 1]),
        ValueError,
        "y contains previously unseen labels: [np.int64(2)]",
    ),
    (
        lambda x, y: NeuralRegressor(warm_start=True, **FEW).fit(x, y).fit(x, x),
        ShapeError,
        "NeuralRegressor: y was (N,) in the first fit, and is (N, 4) now.",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_errors_say_what_is_wrong(call: Callable[..., Any], kind: type[Exception], message: str) -> None:
    x, y = blobs()
    with pytest.raises(kind) as caught:
        call(x, y).fit(x, y)
    assert str(caught.value).startswith(message)


def test_without_scikit_learn_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("nn.sklearn")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    with pytest.raises(nn.errors.MissingDependencyError, match=r"nn\.sklearn needs the package 'sklearn'"):
        import_module("nn.sklearn")
