"""The training doctor: what it says of broken trainings, that it is silent about healthy ones, that it leaves no trace.

The trainings are in `trials/`.
"""

import copy
import pickle
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import no_grad
from nn.errors import TrainingWarning
from nn.train import Doctor
from nn.train.doctor import thresholds
from nn.train.doctor.activations import Activations, is_dead
from nn.train.doctor.gradients import Gradients, rms
from nn.train.doctor.losses import diverging
from tests.nn.train.trials import Trial, digits, mlp, noise
from tests.nn.train.trials.broken import BROKEN
from tests.nn.train.trials.healthy import HEALTHY

CE = nn.CrossEntropyLoss()


def run(trial: Trial, seed: int = 0) -> tuple[Any, list[warnings.WarningMessage]]:
    """What the doctor found, and what it warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = trial.run(np.random.default_rng(seed))
    return found, [warning for warning in caught if warning.category is TrainingWarning]


def trained(model: nn.Module, x: Any, y: Any, *, loss: Any = CE, lr: float = 1e-3, **options: Any) -> nn.Trainer:
    """A trainer that has fitted the model, with what it says recorded but not raised."""
    doctor = options.pop("doctor", True)
    optimizer = nn.optim.Adam(model.parameters(), lr=lr)
    trainer = nn.Trainer(model, loss=loss, optimizer=optimizer, rng=np.random.default_rng(0), doctor=doctor)
    with warnings.catch_warnings(action="ignore"):
        trainer.fit(x, y, verbose=False, **{"epochs": 1, **options})
    return trainer


def hooks(model: nn.Module) -> list[Any]:
    of_parameters = [p.notes.hooks for p in model.parameters() if p.notes is not None and p.notes.hooks]
    return [module for module in model.modules() if module._hooks is not None] + of_parameters


# -------------------------------------------------------------------------------------------------------------- trials


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("trial", BROKEN, ids=lambda trial: trial.name)
def test_a_broken_training_is_diagnosed_and_nothing_else_is_said(trial: Trial, seed: int) -> None:
    found, said = run(trial, seed)
    assert {finding.name for finding in found} == trial.expected
    assert [str(warning.message) for warning in said] == [f"{f.text} [{f.name}]" for f in found]
    assert all("/trials/" in warning.filename.replace("\\", "/") for warning in said), "not at the user's line"


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("trial", HEALTHY, ids=lambda trial: trial.name)
def test_of_a_healthy_training_nothing_is_said(trial: Trial, seed: int) -> None:
    assert run(trial, seed) == ([], [])


def test_there_are_as_many_trials_as_the_issue_asks_for() -> None:
    assert len(BROKEN) >= 12
    assert len(HEALTHY) >= 6
    assert len({trial.name for trial in [*BROKEN, *HEALTHY]}) == len(BROKEN) + len(HEALTHY)


REMEDIES = {
    "each-with-each": r"np\.subtract of shapes \(32, 1\) and \(32,\) gave \(32, 32\).*target\.reshape\(-1, 1\)",
    "softmax-twice": r"^CrossEntropyLoss takes logits.*Leave the softmax out",
    "sigmoid-twice": r"^BCEWithLogitsLoss takes logits.*use nn\.BCELoss\(\)",
    "no-log-probabilities": r"given 0\.\d+\. Apply nn\.LogSoftmax\(-1\)",
    "labels-outside": r"labels go from -1 to 8, and a negative one counts from the last of the 10 classes",
    "zero-grad": r"Write optimizer\.zero_grad\(\) before loss\.backward\(\)",
    "train-mode": r"Write model\.eval\(\) before",
    "no-gradient": r"in 20 batches: body\.0\.weight, body\.0\.bias\. .*\.detach\(\).*requires_grad = False",
    "dead-relu": r"0 for each of 320 rows.*'1' \(ReLU\): 100%.*LeakyReLU",
    "saturated": r"'1' \(Tanh\): \d\d%, '3' \(Tanh\): \d\d%\. Scale the inputs",
    "unscaled-input": r"layer '0' \(Linear\) goes from 0 to 255 .*root mean square of \d+\).*divide images by 255",
    "vanishing-gradient": r"in 20\.weight to 0\.weight: \de-\d\d, 2\.weight",
    "exploding-gradient": r"a hidden layer is \de\+\d\d times as large as the input.*xavier_uniform_",
    "learning-rate": r"changes the weights by \d+% of their size.*the learning rate of 10 is too large\. Divide",
    "schedule": r"OneCycleLR was made for \d+ steps, and scheduler= steps it once an epoch, 2 times.*every=\"step\"",
    "not-finite": r"the loss is nan; the batch is kept as doctor\.batch\. .*np\.log made nan at index",
}


@pytest.mark.parametrize("name", REMEDIES)
def test_a_finding_says_where_and_what_to_write(name: str) -> None:
    trial = next(trial for trial in BROKEN if name in trial.expected and trial.name != "descent_that_overflows")
    [text] = [finding.text for finding in run(trial)[0] if finding.name == name]
    assert re.search(REMEDIES[name], text, re.DOTALL), text


def test_every_finding_has_a_trial() -> None:
    assert {name for trial in BROKEN for name in trial.expected} == set(REMEDIES)


def test_classes_that_the_losses_know_to_be_wrong_are_an_error(rng: np.random.Generator) -> None:
    x, y = digits(rng, 64)
    model = mlp(rng, 64, 10)
    with pytest.raises(nn.errors.LabelError, match="10"):
        trained(model, x, y + 1)
    assert hooks(model) == []


# ----------------------------------------------------------------------------------------------------------- no traces


def everything() -> nn.Sequential:
    rng = np.random.default_rng(0)
    layers = [nn.Linear(64, 16, rng=rng), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3, rng=rng)]
    return nn.Sequential(*layers, nn.Linear(16, 10, rng=rng))


def test_training_with_the_doctor_gives_the_same_weights_to_the_bit(rng: np.random.Generator) -> None:
    x, y = digits(rng, 320)
    with_doctor, without = (trained(everything(), x, y, doctor=doctor, epochs=3).model for doctor in (True, False))
    for name, value in with_doctor.state_dict().items():
        np.testing.assert_array_equal(value, without.state_dict()[name])


def test_looking_for_a_nan_leaves_buffers_gradients_and_generators_as_they_were(rng: np.random.Generator) -> None:
    x, y = digits(rng, 320)

    def loss(z: Any, t: Any) -> Any:
        return CE(z, t) + 0 * np.mean(np.log(z))

    with_doctor, without = (trained(everything(), x, y, loss=loss, doctor=doctor).model for doctor in (True, False))
    for name, value in with_doctor.state_dict().items():
        np.testing.assert_array_equal(value, without.state_dict()[name])
    assert with_doctor[3].rng.random() == without[3].rng.random()


def test_its_hooks_are_gone_from_the_layers_after_the_first_batches(rng: np.random.Generator) -> None:
    x, y = digits(rng, 640)
    counts = []

    class Count(nn.Callback):
        def on_batch_end(self, trainer: Any) -> None:
            counts.append(len(hooks(trainer.model)))

    model = mlp(rng, 64, 16, 10)
    trained(model, x, y, batch_size=16, callbacks=[Count()])
    assert counts[: thresholds.BATCHES - 1] == [3] * (thresholds.BATCHES - 1)
    assert counts[thresholds.BATCHES - 1 :] == [0] * (41 - thresholds.BATCHES)
    assert hooks(model) == []


def test_an_error_in_a_loop_takes_the_hooks_away_too(rng: np.random.Generator) -> None:
    model = everything()

    def loop() -> None:
        with Doctor(model):
            assert hooks(model)
            raise KeyError

    with pytest.raises(KeyError):
        loop()
    assert hooks(model) == []


def test_hooks_of_others_stay(rng: np.random.Generator) -> None:
    x, y = digits(rng, 64)
    model, calls = mlp(rng, 64, 10), []
    handle = model[0].register_forward_hook(lambda *_: calls.append(1))
    trained(model, x, y)
    assert len(calls) == 2
    assert len(hooks(model)) == 1
    handle.remove()


def test_it_keeps_no_forward_pass_alive(rng: np.random.Generator) -> None:
    model, x = everything(), noise(rng, 8, 64)
    with Doctor(model) as doctor:
        for _ in range(5):
            model(x)
        assert doctor.hooked is not None
        assert doctor.hooked.taken() == []


def test_a_model_that_is_watched_can_be_pickled_and_what_comes_of_it_is_not_watched(rng: np.random.Generator) -> None:
    x, y = digits(rng, 32)
    model = everything()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    with Doctor(model, optimizer, loss=CE) as doctor:
        copied = pickle.loads(pickle.dumps(model))
        loss = CE(copied(x), y)
        loss.backward()
        assert doctor.hooked is not None
        assert doctor.hooked.calls == []
        assert doctor.modes is not None
        assert doctor.modes.sizes == set()
    for name, value in model.state_dict().items():
        assert copied.state_dict()[name].shape == value.shape


def test_a_deep_copy_is_not_watched(rng: np.random.Generator) -> None:
    model, x = everything(), noise(rng, 8, 64)
    with Doctor(model) as doctor:
        y = copy.deepcopy(model)(x)
        assert doctor.hooked is not None
        assert doctor.hooked.taken() == []
        assert y.shape == (8, 10)


def test_without_the_doctor_nothing_is_said_or_hooked(rng: np.random.Generator) -> None:
    x, y = digits(rng, 128)
    model = nn.Sequential(mlp(rng, 64, 10), nn.Softmax(-1))
    trainer = nn.Trainer(model, loss=CE, optimizer=nn.optim.SGD(model.parameters()), doctor=False)
    trainer.fit(x, y, epochs=1, verbose=False)  # a warning would be an error here
    assert trainer.doctor is None


# ------------------------------------------------------------------------------------------------------ once, and NaN


def test_what_was_said_is_not_said_again_in_the_next_fit(rng: np.random.Generator) -> None:
    x, y = digits(rng, 128)
    model = nn.Sequential(mlp(rng, 64, 10), nn.Softmax(-1))
    trainer = nn.Trainer(model, loss=CE, optimizer=nn.optim.SGD(model.parameters()))
    with pytest.warns(TrainingWarning, match="softmax"):
        trainer.fit(x, y, epochs=1, verbose=False)
    trainer.fit(x, y, epochs=1, verbose=False)  # a warning would be an error here
    assert [finding.name for finding in trainer.doctor.findings] == ["softmax-twice"]


def test_the_batch_whose_loss_is_nan_is_kept(rng: np.random.Generator) -> None:
    x, y = digits(rng, 960)
    x[900] = np.nan
    trainer = trained(mlp(rng, 64, 10), x, y, shuffle=False)
    assert trainer.doctor is not None
    [finding] = trainer.doctor.findings
    np.testing.assert_array_equal(trainer.doctor.batch[0], x[896:928])
    np.testing.assert_array_equal(trainer.doctor.batch[1], y[896:928])
    assert finding.text.endswith("x itself is not finite, in 1 rows, the first of which is 4")


@pytest.mark.parametrize("stop", [[], [nn.callbacks.TerminateOnNaN()]])
@pytest.mark.parametrize("rows", [range(40, 44), range(1000, 1004)])  # watched, and not watched any more
def test_of_batches_that_are_added_up_the_one_whose_loss_is_nan_is_kept(
    rng: np.random.Generator, rows: range, stop: list[nn.Callback]
) -> None:
    x, y = digits(rng, 1280)
    x[list(rows)] = np.nan
    options = {"batch_size": 8, "accumulate": 4, "shuffle": False, "callbacks": stop}
    trainer = trained(mlp(rng, 64, 16, 10), x, y, **options)
    assert trainer.doctor is not None
    assert [finding.name for finding in trainer.doctor.findings] == ["not-finite"]
    np.testing.assert_array_equal(trainer.doctor.batch[0], x[rows[0] : rows[0] + 8])


def test_the_line_of_the_call_that_made_a_nan_is_named(rng: np.random.Generator) -> None:
    def loss(z: Any, t: Any) -> Any:
        return np.mean(np.sqrt(z))  # the line

    trainer = trained(mlp(rng, 64, 10), *digits(rng, 64), loss=loss)
    assert trainer.doctor is not None
    text = trainer.doctor.findings[0].text
    assert "np.sqrt made nan at index" in text
    assert text.endswith("return np.mean(np.sqrt(z))  # the line")


def test_a_nan_in_the_backward_pass_is_found_before_the_weights_are_broken(rng: np.random.Generator) -> None:
    def loss(z: Any, t: Any) -> Any:
        return np.mean(np.sqrt(nn.functional.relu(z) * 0))

    trainer = trained(mlp(rng, 64, 10), *digits(rng, 32), loss=loss)
    assert trainer.doctor is not None
    text = trainer.doctor.findings[0].text
    assert text.startswith(
        "gradients are not finite (0.weight, 0.bias); the batch is kept as doctor.batch. the backward"
    )
    assert "pass of np.sqrt made inf" in text


def test_parameters_that_were_broken_before_are_named(rng: np.random.Generator) -> None:
    model = mlp(rng, 64, 10)
    model[0].bias.data[3] = np.nan
    trainer = trained(model, *digits(rng, 32))
    assert trainer.doctor is not None
    assert (
        "parameters were not finite before it (0.bias): the step before broke them" in trainer.doctor.findings[0].text
    )


def test_in_a_loop_without_the_loss_function_the_call_is_found_in_the_graph(rng: np.random.Generator) -> None:
    model, x = mlp(rng, 64, 10), noise(rng, 32, 64)
    before = x.copy()
    with warnings.catch_warnings(action="ignore"), Doctor(model) as doctor:
        loss = np.mean(np.log(model(x) - 5))
        loss.backward()
        doctor.check(loss, (x, None))
    x[:] = 0  # the next batch, in the same array
    np.testing.assert_array_equal(doctor.batch[0], before)
    assert "np.log made nan at index (0, 0) (320 of 320 entries) from float32 (32, 10) in [" in doctor.findings[0].text


# --------------------------------------------------------------------------------------------------- what it judges by


def grows(losses: list[float], ratio: float, rows: int = 32) -> bool:
    return bool(list(diverging(losses, [ratio] * len(losses), [], rows=rows)))


def test_a_loss_that_grows_is_divergence_only_after_long_steps() -> None:
    losses = [1.0, 2.0, 4.0, 20.0, 20.0, 20.0, 20.0, 20.0]
    assert grows(losses, 0.2)
    assert not grows(losses, 0.05)
    assert not grows(losses[:-1], 0.2), "five in a row"
    assert not grows([-0.1, *losses], 0.2), "a loss that may be negative has no size to compare"


def test_a_first_loss_that_is_small_by_chance_is_none_to_compare_with() -> None:
    losses = [0.001, 1.0, 2.0, 1.0, 0.5, 1.0, 1.0]
    assert not grows(losses, 0.2, rows=1)
    assert grows(losses, 0.2, rows=32)


def test_an_overflow_is_divergence_if_the_loss_grew_before() -> None:
    assert grows([1.0, 50.0, 1e9, np.inf], 1.0)
    assert not grows([1.0, 1.0, np.nan], 1.0)


def test_units_are_dead_if_no_batch_turned_them_on() -> None:
    def found(batches: list[Any]) -> list[str]:
        model = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
        model[0].weight.data, model[0].bias.data = np.ones((8, 1), np.float32), np.zeros(8, np.float32)
        with warnings.catch_warnings(action="ignore"), Doctor(model) as doctor:
            for x in batches:
                loss = np.mean((model(x) - 1) ** 2)
                loss.backward()
                doctor.check(loss)
        return [finding.name for finding in doctor.findings]

    off, on = -np.ones((50, 1), np.float32), np.ones((50, 1), np.float32)
    assert found([off] * 6) == ["dead-relu"]
    assert found([on] + [off] * 6) == []
    assert found([off] * 4) == [], "too few batches"
    assert found([off[:20]] * 6) == [], "too few rows"


def test_units_that_died_in_training_are_dead() -> None:
    seen = Activations()
    for number in range(20):
        seen.rows.append(32)
        seen.on.setdefault("0", {})[number + 1] = np.full(16, number < 9)
    assert [finding.name for finding in seen.findings()] == ["dead-relu"]
    seen.on["0"][11] = np.ones(16, bool)
    assert list(seen.findings()) == []


def test_small_batches_are_watched_until_there_are_enough_rows() -> None:
    seen = Activations()
    seen.rows = [12] * 20
    assert seen.window() == 17, "200 rows, in more than ten batches"
    seen.rows = [100] * 4
    assert seen.window() == 0, "too few batches"
    seen.rows = [4] * 20
    assert seen.window() == 0, "too few rows"


def test_of_few_units_all_must_be_dead() -> None:
    assert is_dead(np.zeros(3, bool))
    assert not is_dead(np.arange(7) > 5)
    assert is_dead(np.arange(20) > 17)
    assert not is_dead(np.arange(20) > 12)


@pytest.mark.parametrize(
    ("sizes", "vanishes"),
    [
        ([1e-9, 1e-4, 1.0], True),
        ([0.0, 1e-9, 1.0], True),  # what float32 has rounded to 0 is before what is next to it
        ([0.1, 1e-9, 1.0], False),  # a residual branch that counts little: the first layer learns
        ([0.0, 0.1, 1.0], False),  # a branch that is switched off
        ([1.0, 1e-9, 1e-9], False),  # the last layers get least: that is not lost on the way back
    ],
)
def test_a_gradient_vanishes_if_the_first_layer_gets_next_to_none(
    rng: np.random.Generator, sizes: list[float], vanishes: bool
) -> None:
    gradients = Gradients(mlp(rng, 2, 2, 2, 2))
    paths = ["0.weight", "2.weight", "4.weight"]
    gradients.order = {path: i for i, path in enumerate(paths)}
    gradients.largest = dict(zip(paths, sizes, strict=True))
    assert bool(list(gradients.vanishing())) is vanishes


def test_rows_of_an_embedding_that_were_not_used_do_not_make_its_gradient_small() -> None:
    assert rms(np.array([3.0, 0.0, 0.0, -3.0]), nonzero=True) == pytest.approx(3.0)
    assert rms(np.array([3.0, 0.0, 0.0, -3.0])) == pytest.approx(3 / np.sqrt(2))
    assert rms(np.full(4, 1e30, np.float32)) == pytest.approx(1e30)
    assert rms(np.full(4, 1e-30, np.float32)) == pytest.approx(1e-30)
    assert rms(np.zeros(0)) == 0


# ------------------------------------------------------------------------------------------------- loops of one's own


def test_a_loss_without_a_gradient_is_an_evaluation_in_training_mode(rng: np.random.Generator) -> None:
    model, (x, y) = everything(), digits(rng, 32)
    with Doctor(model, loss=CE) as doctor:
        model.eval()
        with no_grad():
            doctor.check(CE(model(x), y))
        assert doctor.findings == []
        model.train()
        with no_grad(), pytest.warns(TrainingWarning, match=r"model\.eval\(\)"):
            doctor.check(CE(model(x), y))


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda model, loss: Doctor(nn.Linear), "Doctor: model is the class Linear; write an nn.Module"),
        (lambda model, loss: Doctor(model, "adam"), "Doctor: optimizer is a str; write an optimizer"),
        (lambda model, loss: Doctor(model, batches=0), "Doctor: batches=0; it must be an integer, 1 or more"),
        (lambda model, loss: Doctor().__enter__(), "Doctor: no model to look at"),
        (lambda model, loss: Doctor(model).check(loss), "Doctor.check: the doctor is not there. Write `with"),
        (lambda model, loss: checked(model, 0.5), "Doctor.check: loss is a float; write the Tensor of one number"),
        (lambda model, loss: checked(model, model(np.ones((2, 64)))), "Doctor.check: loss is a Tensor; write"),
        (lambda model, loss: nn.diagnose(nn.Linear, 0, 0), "diagnose: model is the class Linear"),
        (lambda model, loss: nn.diagnose(model, np.ones((2, 64)), [0, 1], lr=-1), "diagnose: lr=-1"),
        (
            lambda model, loss: nn.diagnose(model, np.ones((2, 64)), [0, 1], lambda p, t: p),
            "diagnose: the loss is a Tensor",
        ),
    ],
)
def test_wrong_use_is_a_named_error(use: Callable[..., Any], message: str) -> None:
    model = everything()
    with pytest.raises(nn.errors.ArgumentError, match=re.escape(message)):
        use(model, CE(model(np.ones((2, 64), np.float32)), np.array([0, 1])))
    assert hooks(model) == []


def checked(model: nn.Module, loss: Any) -> None:
    with Doctor(model) as doctor:
        doctor.check(loss)


def test_the_page_about_it_has_every_trial() -> None:
    page = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text(encoding="utf-8")
    missing = [trial.name for trial in [*BROKEN, *HEALTHY] if f"| {trial.what} |" not in page]
    assert not missing, "run `make docs`"
    assert "20 of 20" in page
    assert "| 1 of 20 |" not in page, "a false alarm, or a fault that is hardly found"
