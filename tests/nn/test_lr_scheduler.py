"""Schedulers: use, restarts, what is saved, what is refused; `test_parity.py` compares them with PyTorch."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from nn.optim import SGD, Adam, Manhattan
from nn.optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)
from nn.optim.swa_utils import SWALR


def sgd(lr: float = 1.0, **options: Any) -> SGD:
    return SGD([nn.Parameter(1.0)], lr=lr, **options)


def rates(scheduler: Any, steps: int) -> list[float]:
    """The learning rate before the first step and after each."""
    found = scheduler.get_last_lr()
    for _ in range(steps):
        scheduler.step()
        found = [*found, *scheduler.get_last_lr()]
    return found


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda o: StepLR(o, 2, gamma=0.5), [1, 1, 0.5, 0.5, 0.25]),
        (lambda o: MultiStepLR(o, [1, 3, 3], gamma=0.5), [1, 0.5, 0.5, 0.125, 0.125]),
        (lambda o: ConstantLR(o, factor=0.5, total_iters=2), [0.5, 0.5, 1, 1, 1]),
        (lambda o: LinearLR(o, start_factor=0.5, total_iters=2), [0.5, 0.75, 1, 1, 1]),
        (lambda o: LinearLR(o, start_factor=1, end_factor=0, total_iters=4), [1, 0.75, 0.5, 0.25, 0]),
        (lambda o: ExponentialLR(o, 0.5), [1, 0.5, 0.25, 0.125, 0.0625]),
        (lambda o: PolynomialLR(o, total_iters=4, power=2), [1, 9 / 16, 1 / 4, 1 / 16, 0]),
        (lambda o: LambdaLR(o, lambda epoch: 1 / (1 + epoch)), [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]),
        (lambda o: CosineAnnealingLR(o, 2), [1, 0.5, 0, 0.5, 1]),
        (lambda o: CosineAnnealingWarmRestarts(o, 2), [1, 0.5, 1, 0.5, 1]),
        (lambda o: CyclicLR(o, 0, 1, step_size_up=2, cycle_momentum=False), [0, 0.5, 1, 0.5, 0]),
        (lambda o: SequentialLR(o, [ConstantLR(o, 0.1, 9), ExponentialLR(o, 0.5)], [2]), [0.1, 0.1, 1, 0.5, 0.25]),
        (lambda o: SWALR(o, 0.5, anneal_epochs=2), [1, 0.75, 0.5, 0.5, 0.5]),
        (lambda o: SWALR(o, 0.2, anneal_epochs=4, anneal_strategy="linear"), [1, 0.8, 0.6, 0.4, 0.2]),
        (lambda o: CyclicLR(o, 0, 1, step_size_up=1.5, cycle_momentum=False), [0, 2 / 3, 2 / 3, 0, 2 / 3]),
        (
            lambda o: SequentialLR(
                o, [ConstantLR(o, 0.1, 9), SequentialLR(o, [ExponentialLR(o, 0.5), ConstantLR(o, 0.2)], [2])], [1]
            ),
            [0.1, 1, 0.5, 0.2, 0.2],
        ),
        (
            lambda o: SequentialLR(
                o, [ChainedScheduler([ConstantLR(o, 0.1, 9), ExponentialLR(o, 0.5)]), StepLR(o, 1, 0.1)], [2]
            ),
            [0.1, 0.05, 1, 0.1, 0.01],
        ),
        (
            lambda o: SequentialLR(
                o, [StepLR(o, 1, 0.1), ChainedScheduler([ConstantLR(o, 0.1, 9), ExponentialLR(o, 0.5)])], [2]
            ),
            [1, 0.1, 0.1, 0.05, 0.025],
        ),
        (lambda o: ChainedScheduler([StepLR(o, 2, 0.1), ExponentialLR(o, 0.5)]), [1, 0.5, 0.025, 0.0125, 0.000625]),
    ],
)
def test_rates_are_those_of_the_formula(make: Callable[[Any], Any], expected: list[float]) -> None:
    assert rates(make(sgd()), 4) == pytest.approx(expected, abs=1e-15)


def test_one_cycle_rises_and_falls_and_the_momentum_the_other_way() -> None:
    optimizer = Adam([nn.Parameter(1.0)])
    scheduler = OneCycleLR(optimizer, 1.0, total_steps=11, pct_start=0.5, anneal_strategy="linear", div_factor=10)
    found, momenta = [], []
    for _ in range(10):
        found += scheduler.get_last_lr()
        momenta.append(optimizer.param_groups[0]["betas"][0])
        scheduler.step()
    assert found[0] == 0.1
    assert np.argmax(found) == np.argmin(momenta) in (4, 5)
    assert scheduler.get_last_lr() == [pytest.approx(1e-5)]
    scheduler.step()
    with pytest.raises(nn.errors.ArgumentError, match="OneCycleLR: this is step 12, and total_steps is 11"):
        scheduler.step()


def test_warm_restarts_take_fractions_of_epochs() -> None:
    scheduler = CosineAnnealingWarmRestarts(sgd(), T_0=2, T_mult=3)
    scheduler.step(1.5)
    assert scheduler.get_last_lr() == [pytest.approx((1 + np.cos(0.75 * np.pi)) / 2)]
    scheduler.step(5)
    assert scheduler.get_last_lr() == [pytest.approx(0.5)]
    assert scheduler.last_epoch == 5


def test_a_plateau_lowers_the_rate_by_tensors_too() -> None:
    optimizer = sgd()
    scheduler = ReduceLROnPlateau(optimizer, mode="max", factor=0.5, patience=1, cooldown=1)
    for accuracy in (nn.Parameter(0.5), 0.5, np.float32(0.4), float("nan"), 0.5, 0.5):
        scheduler.step(accuracy)
    assert scheduler.get_last_lr() == [0.25]
    assert scheduler.in_cooldown


def test_a_schedule_of_ones_own_is_one_method() -> None:
    class Halved(LRScheduler):
        def get_lr(self) -> list[float]:
            return [lr / 2**self.last_epoch for lr in self.base_lrs]

    assert rates(Halved(sgd()), 2) == [1, 0.5, 0.25]


def test_a_schedule_continues_at_a_given_epoch() -> None:
    group = {"params": [nn.Parameter(1.0)], "initial_lr": 1.0}
    assert rates(LambdaLR(SGD([group], lr=0.3), lambda epoch: 0.5**epoch, last_epoch=2), 1) == [0.125, 0.0625]
    with pytest.raises(nn.errors.ArgumentError, match="StepLR: last_epoch=2 continues a schedule"):
        StepLR(sgd(), 2, last_epoch=2)


def test_functions_are_not_saved_and_the_state_of_another_is_refused() -> None:
    optimizer = sgd()
    state = LambdaLR(optimizer, lambda epoch: 1.0).state_dict()
    assert set(state) == {"base_lrs", "last_epoch", "_last_lr"}
    with pytest.raises(nn.errors.StateDictError, match="does not fit StepLR; nothing was loaded"):
        StepLR(optimizer, 3).load_state_dict(state)
    chain = ChainedScheduler([StepLR(optimizer, 3)])
    with pytest.raises(nn.errors.StateDictError, match="is of 0 schedulers, this ChainedScheduler has 1"):
        chain.load_state_dict(state)
    saved = chain.state_dict()
    optimizer.step()
    chain.step()
    assert saved["_schedulers"][0]["last_epoch"] == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda o: StepLR(o.param_groups, 3),
            "StepLR: optimizer is a list; write an optimizer, such as nn.optim.SGD(model.parameters()).",
        ),
        (lambda o: StepLR(o, 0), "StepLR: step_size=0; it must be an integer, 1 or more."),
        (lambda o: ExponentialLR(o, -1), "ExponentialLR: gamma=-1; it must be a number, 0 or more."),
        (lambda o: ConstantLR(o, 0), "ConstantLR: factor=0; it must be a number above 0, at most 1."),
        (lambda o: LinearLR(o, end_factor=2), "LinearLR: end_factor=2; it must be a number from 0 to 1."),
        (
            lambda o: CyclicLR(o, 0.1, [1, 2]),
            "CyclicLR: max_lr=[1, 2]; it must be a number, 0 or more, or a list of as many as there are groups (1).",
        ),
        (
            lambda o: CyclicLR(o, 0, 1, mode="square"),
            "unknown mode of CyclicLR 'square'. Known are 'triangular', 'triangular2', 'exp_range'.",
        ),
        (
            lambda o: CyclicLR(Manhattan([nn.Parameter(1.0)]), 0, 1),
            "CyclicLR: Manhattan has no momentum to cycle. Write cycle_momentum=False.",
        ),
        (
            lambda o: OneCycleLR(o, -1.0, 5),
            "OneCycleLR: max_lr=-1.0; it must be a number, 0 or more, or a list of as many as there are groups (1).",
        ),
        (lambda o: StepLR(o, 1, last_epoch=-2), "StepLR: last_epoch=-2; it must be an integer, -1 or more."),
        (
            lambda o: MultiStepLR(o, 3),
            "MultiStepLR: milestones=3; it must be a list of epochs, integers, 0 or more.",
        ),
        (
            lambda o: CyclicLR(o, 0, 1, scale_fn=3),
            "CyclicLR: scale_fn is a int; write a function of the cycle or the step.",
        ),
        (lambda o: CyclicLR(o, 0, 1, step_size_up=0), "CyclicLR: step_size_up=0; it must be a number above 0."),
        (lambda o: CyclicLR(o, 0, 1, gamma="a"), "CyclicLR: gamma='a'; it must be a number."),
        (lambda o: OneCycleLR(o, 1.0, 5, anneal_strategy=[]), "unknown anneal_strategy of OneCycleLR []. Known are"),
        (
            lambda o: ReduceLROnPlateau(o).step([1, 2]),
            "ReduceLROnPlateau.step: metrics is a list; write a number, such as a loss.",
        ),
        (lambda o: SequentialLR(o, StepLR(o, 1), []), "SequentialLR takes a list of schedulers, at least one."),
        (
            lambda o: SequentialLR(o, [StepLR(o, 1)] * 3, [5, 3]),
            "SequentialLR: milestones=[5, 3]; it must be epochs in ascending order.",
        ),
        (
            lambda o: StepLR(o, 1).load_state_dict(None),
            "StepLR.load_state_dict: state_dict is a NoneType; write what state_dict() of a scheduler gives.",
        ),
        (lambda o: SWALR(o, 0.1, -1), "SWALR: anneal_epochs=-1; it must be a number, 0 or more."),
        (lambda o: SWALR(o, 0.1, 3, "sin"), "unknown anneal_strategy of SWALR 'sin'. Known are 'cos', 'linear'."),
        (lambda o: OneCycleLR(o, 1.0), "OneCycleLR needs total_steps, or epochs and steps_per_epoch."),
        (lambda o: OneCycleLR(o, 1.0, 5, pct_start=2), "OneCycleLR: pct_start=2; it must be a number from 0 to 1."),
        (lambda o: ReduceLROnPlateau(o, factor=1), "ReduceLROnPlateau: factor=1; it must be below 1."),
        (
            lambda o: ReduceLROnPlateau(o, "low"),
            "unknown mode of ReduceLROnPlateau 'low'. Known are 'min', 'max'.",
        ),
        (lambda o: SequentialLR(o, [], []), "SequentialLR takes a list of schedulers, at least one."),
        (
            lambda o: SequentialLR(o, [StepLR(o, 1)], [3]),
            "SequentialLR: 1 schedulers need 0 milestones, not 1.",
        ),
        (
            lambda o: ChainedScheduler([ReduceLROnPlateau(o)]),
            "ChainedScheduler cannot step a ReduceLROnPlateau, which needs a metric. Step it yourself.",
        ),
        (
            lambda o: SequentialLR(sgd(), [StepLR(o, 1)], []),
            "SequentialLR: the schedulers must be of one optimizer, the one that it is given.",
        ),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(nn.errors.ArgumentError) as caught:
        call(sgd(momentum=0.9))
    assert str(caught.value).startswith(message)
