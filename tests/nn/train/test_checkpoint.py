"""Checkpoints: what is resumed, when they are written, what is refused, and disks that are full."""

import errno
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open

import nn
from nn.optim import lr_scheduler
from nn.train.interrupt import interrupts_raise
from nn.train.pack import pack, unpack

N, BATCH = 20, 4  # five batches an epoch


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """These programs end by exceptions, and the machine goes on: nothing has to be on the disk itself."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def data() -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(N, 3)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(int)


def a_trainer(optimizer: Any = None, scheduler: Any = None, rng: Any = None, width: int = 6) -> nn.Trainer:
    nn.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, width), nn.Tanh(), nn.Dropout(0.2), nn.Linear(width, 2))
    made = (optimizer or nn.optim.Adam)(model.parameters(), lr=0.01)
    schedule = None if scheduler is None else scheduler(made)
    rng = np.random.default_rng(4) if rng is None else rng
    return nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=made, scheduler=schedule, rng=rng)


class Crash(Exception):  # noqa: N818  # not an error of the training
    pass


def crashing(trainer: nn.Trainer, at: int) -> nn.Trainer:
    """The trainer; its program ends in the middle of its `at`-th step."""
    step = trainer.optimizer.step

    def stop_at(*args: Any) -> Any:
        if trainer.step == at - 1:
            raise Crash
        return step(*args)

    trainer.optimizer.step = stop_at  # type: ignore[method-assign]
    return trainer


def run(trainer: nn.Trainer, folder: Path | None = None, *, every: int = 1, epochs: int = 3, **options: Any) -> Any:
    kept = None if folder is None else nn.Checkpoint(folder, every_steps=every)
    options = {"batch_size": BATCH, "verbose": False, **options}
    return trainer.fit(*data(), epochs=epochs, checkpoint=kept, **options)


def state(trainer: nn.Trainer) -> dict[str, Any]:
    return trainer.model.state_dict()


def assert_same(found: nn.Trainer, expected: nn.Trainer) -> None:
    assert found.history.columns == expected.history.columns
    for name, value in state(expected).items():
        np.testing.assert_array_equal(state(found)[name], value)


OPTIMIZERS = [
    *(nn.optim.SGD, nn.optim.Adagrad, nn.optim.Adadelta, nn.optim.RMSprop, nn.optim.Adam, nn.optim.AdamW),
    *(nn.optim.Adamax, nn.optim.NAdam, nn.optim.RAdam, nn.optim.Lion, nn.optim.Rprop),
    lambda p, lr: nn.optim.SGD(p, lr=lr, momentum=0.9, nesterov=True),
    lambda p, lr: nn.optim.Adam(p, lr=lr, amsgrad=True),
    lambda p, lr: nn.optim.RMSprop(p, lr=lr, momentum=0.9, centered=True),
    lambda p, lr: nn.optim.Adam([{"params": [q], "lr": lr * (1 + i)} for i, q in enumerate(p)]),
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_is_resumed(tmp_path: Path, optimizer: Any) -> None:
    whole, resumed = a_trainer(optimizer), a_trainer(optimizer)
    run(whole)
    with pytest.raises(Crash):
        run(crashing(a_trainer(optimizer), 8), tmp_path)
    run(resumed, tmp_path)
    assert_same(resumed, whole)


SCHEDULERS: dict[str, Any] = {
    "StepLR": lambda o: lr_scheduler.StepLR(o, 2),
    "MultiStepLR": lambda o: lr_scheduler.MultiStepLR(o, [3, 7, 7]),
    "ConstantLR": lambda o: lr_scheduler.ConstantLR(o),
    "LinearLR": lambda o: lr_scheduler.LinearLR(o),
    "ExponentialLR": lambda o: lr_scheduler.ExponentialLR(o, 0.9),
    "PolynomialLR": lambda o: lr_scheduler.PolynomialLR(o, 10),
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(o, lambda step: 1 / (1 + step)),
    "MultiplicativeLR": lambda o: lr_scheduler.MultiplicativeLR(o, lambda step: 0.9),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, 10),
    "CosineAnnealingWarmRestarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 4),
    "CyclicLR": lambda o: lr_scheduler.CyclicLR(o, 0.001, 0.01, 3, cycle_momentum=False),
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(o, 0.02, 20),
    "SequentialLR": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.ConstantLR(o), lr_scheduler.ExponentialLR(o, 0.8)], milestones=[7]
    ),
    "ChainedScheduler": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(o), lr_scheduler.ExponentialLR(o, 0.8)]
    ),
    "ReduceLROnPlateau": lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=0, mode="max"),
}


def test_all_schedulers_are_here() -> None:
    assert {*SCHEDULERS, "LRScheduler"} == set(lr_scheduler.__all__)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_every_schedule_is_resumed(tmp_path: Path, name: str) -> None:
    def schedule(optimizer: Any) -> Any:
        every = "epoch" if name == "ReduceLROnPlateau" else "step"
        return nn.callbacks.LRScheduler(SCHEDULERS[name](optimizer), every=every)

    whole, resumed = a_trainer(None, schedule), a_trainer(None, schedule)
    run(whole)
    with pytest.raises(Crash):
        run(crashing(a_trainer(None, schedule), 8), tmp_path)
    run(resumed, tmp_path)
    assert_same(resumed, whole)
    assert resumed.optimizer.param_groups[0]["lr"] == whole.optimizer.param_groups[0]["lr"]


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_every_kind_of_generator_is_resumed(tmp_path: Path, kind: str) -> None:
    def make() -> nn.Trainer:
        return a_trainer(rng=np.random.Generator(getattr(np.random, kind)(3)))

    whole, resumed = make(), make()
    run(whole)
    with pytest.raises(Crash):
        run(crashing(make(), 8), tmp_path)
    run(resumed, tmp_path)
    assert_same(resumed, whole)


def test_it_is_resumed_wherever_it_was_cut_off(tmp_path: Path) -> None:
    whole = a_trainer()
    run(whole, epochs=2)
    for at in range(1, 11):
        for every in (1, 3):
            folder = tmp_path / f"{at}-{every}"
            with pytest.raises(Crash):
                run(crashing(a_trainer(), at), folder, every=every, epochs=2)
            resumed = a_trainer()
            run(resumed, folder, every=every, epochs=2)
            assert_same(resumed, whole)


def test_accumulated_batches_are_saved_between_steps_alone(tmp_path: Path) -> None:
    whole, resumed = a_trainer(), a_trainer()
    run(whole, accumulate=2)
    with pytest.raises(Crash):
        run(crashing(a_trainer(), 5), tmp_path, accumulate=2)
    run(resumed, tmp_path, accumulate=2)
    assert_same(resumed, whole)


def test_buffers_that_are_not_in_the_state_are_resumed(tmp_path: Path) -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            self.register_buffer("seen", np.zeros((), np.float32), persistent=False)

        def forward(self, x: Any) -> Any:
            if self.training:
                self.seen = self.seen + np.float32(1)
            return x * (1 / (1 + self.seen))

    def make() -> nn.Trainer:
        nn.manual_seed(0)
        model = nn.Sequential(Counting(), nn.Linear(3, 2))
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
        return nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=optimizer)

    whole, resumed = make(), make()
    run(whole)
    with pytest.raises(Crash):
        run(crashing(make(), 8), tmp_path)
    run(resumed, tmp_path)
    assert_same(resumed, whole)
    assert resumed.model[0].seen == 15  # type: ignore[index]


def test_without_a_seed_the_first_weights_are_kept_too(tmp_path: Path) -> None:
    def make() -> nn.Trainer:
        nn.random.default.bit_generator.state = np.random.default_rng().bit_generator.state
        model = nn.Linear(3, 2)
        return nn.Trainer(
            model, loss=nn.CrossEntropyLoss(), optimizer=nn.optim.SGD(model.parameters(), lr=0.0), rng=None
        )

    first, resumed = make(), make()
    with pytest.raises(Crash):
        run(crashing(first, 1), tmp_path)
    assert not np.array_equal(first.model.weight.data, resumed.model.weight.data)  # type: ignore[attr-defined]
    run(resumed, tmp_path)
    np.testing.assert_array_equal(first.model.weight.data, resumed.model.weight.data)  # type: ignore[attr-defined]


def test_it_is_one_safetensors_file_without_leftovers(tmp_path: Path) -> None:
    (tmp_path / ".checkpoint.safetensors.01234567").write_bytes(b"half")  # of a process that was killed
    (tmp_path / "notes.txt").write_text("mine")
    run(a_trainer(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint.safetensors", "notes.txt"]
    with safe_open(tmp_path / "checkpoint.safetensors", "numpy") as file:
        assert {"model.0.weight", "optimizer.1.state.0.exp_avg"} <= set(file.keys())


def test_the_same_call_on_a_finished_training_trains_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, again, longer = a_trainer(), a_trainer(), a_trainer()
    run(whole, tmp_path)
    run(again, tmp_path, verbose=True)
    assert_same(again, whole)
    assert capsys.readouterr().out == (
        f"{tmp_path} holds this training, which is over (after epoch 3 of 3); for a new one write another folder\n"
    )
    run(longer, tmp_path, epochs=5)
    straight = a_trainer()
    run(straight, epochs=5)
    assert_same(longer, straight)


def test_early_stopping_is_resumed_and_stays_stopped(tmp_path: Path) -> None:
    def stopping() -> dict[str, Any]:
        return {"callbacks": [nn.callbacks.EarlyStopping("loss", mode="max", patience=2)], "epochs": 9}

    whole, resumed, again = a_trainer(), a_trainer(), a_trainer()
    run(whole, **stopping())
    assert len(whole.history) == 3
    with pytest.raises(Crash):
        run(crashing(a_trainer(), 13), tmp_path, **stopping())
    run(resumed, tmp_path, **stopping())
    assert_same(resumed, whole)
    run(again, tmp_path, **stopping())
    assert_same(again, whole)


def test_a_callback_of_the_users_is_resumed(tmp_path: Path) -> None:
    class Counter(nn.Callback):
        count = 0

        def on_batch_end(self, trainer: nn.Trainer) -> None:
            self.count += 1

        def state_dict(self) -> dict[str, Any]:
            return {"count": self.count}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            self.count = state_dict["count"]

    with pytest.raises(Crash):
        run(crashing(a_trainer(), 8), tmp_path, callbacks=[Counter()])
    counter = Counter()
    run(a_trainer(), tmp_path, callbacks=[counter])
    assert counter.count == 15


def test_callbacks_without_a_state_may_come_and_go(tmp_path: Path) -> None:
    whole, resumed = a_trainer(), a_trainer()
    run(whole)
    with pytest.raises(Crash):
        run(crashing(a_trainer(), 8), tmp_path, callbacks=[nn.callbacks.TerminateOnNaN()])
    run(resumed, tmp_path, callbacks=[nn.callbacks.CSVLogger(tmp_path / "log.csv"), nn.callbacks.LambdaCallback()])
    assert_same(resumed, whole)


def test_the_randomness_of_validation_is_resumed(tmp_path: Path) -> None:
    class Shuffled:
        def __init__(self) -> None:
            self.rng = np.random.default_rng(9)

        def __iter__(self) -> Iterator[Any]:
            x, y = data()
            rows = self.rng.permutation(len(x))[:4]
            yield x[rows], y[rows]

    whole, resumed = a_trainer(), a_trainer()
    run(whole, validation_data=Shuffled())
    with pytest.raises(Crash):
        run(crashing(a_trainer(), 8), tmp_path, validation_data=Shuffled())
    run(resumed, tmp_path, validation_data=Shuffled())
    assert_same(resumed, whole)


def test_a_resumed_training_says_where_it_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Crash):
        run(crashing(a_trainer(), 8), tmp_path)
    run(a_trainer(), tmp_path, verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{tmp_path} holds this training; it goes on in epoch 2 of 3, after batch 2 of 5"
    assert [line[:9] for line in lines[1:]] == ["epoch 2/3", "epoch 3/3"]


def test_time_and_steps_say_when_it_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[int] = []
    save = nn.Checkpoint.save
    monkeypatch.setattr(nn.Checkpoint, "save", lambda self, loop: (saved.append(loop.trainer.step), save(self, loop)))
    for options, expected in [
        ({"every_steps": 2}, [0, 2, 4, 5, 7, 9, 10]),
        ({}, [0, 5, 10]),
        ({"every_seconds": 0.0}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ({"every_seconds": None}, [0, 5, 10]),
    ]:
        saved.clear()
        folder = tmp_path / str(options)
        a_trainer().fit(*data(), epochs=2, batch_size=4, verbose=False, checkpoint=nn.Checkpoint(folder, **options))
        assert saved == expected


# ------------------------------------------------------------------------------------------------------------ Ctrl-C


@pytest.fixture
def control_c() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler  # as it was
    signal.signal(signal.SIGINT, before)


def pressing(*steps: int) -> Any:
    """Press Ctrl-C while the batches after these steps are computed."""

    left = set(steps)

    def press(trainer: nn.Trainer) -> None:
        if trainer.step in left:
            left.remove(trainer.step)
            os.kill(os.getpid(), signal.SIGINT)

    return nn.callbacks.LambdaCallback(on_batch_begin=press)


@pytest.mark.usefixtures("control_c")
def test_control_c_finishes_the_batch_saves_and_returns_the_history(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = a_trainer()
    run(whole)
    stopped = a_trainer()
    ended = nn.callbacks.LambdaCallback(on_train_end=lambda trainer: print("end"))
    options: Any = {"verbose": True, "every": 100}
    history = run(stopped, tmp_path, **options, callbacks=[pressing(7), ended])
    assert stopped.step == 8
    assert history is stopped.history
    assert len(history) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "interrupted in epoch 2 of 3, after batch 3 of 5; the same call goes on from there",
        "end",
    ]
    resumed = a_trainer()
    run(resumed, tmp_path, **options, callbacks=[pressing(), ended])
    assert_same(resumed, whole)


@pytest.mark.usefixtures("control_c")
def test_control_c_waits_for_a_step_of_accumulated_batches_and_for_the_end_of_an_epoch(tmp_path: Path) -> None:
    stopped = a_trainer()
    run(stopped, tmp_path, accumulate=2, callbacks=[pressing(1)])
    assert stopped.step == 2
    stopped = a_trainer()
    assert len(run(stopped, callbacks=[pressing(4)])) == 1  # the last batch of the first of three epochs
    assert stopped.step == 5


@pytest.mark.usefixtures("control_c")
def test_a_second_control_c_ends_at_once() -> None:
    def twice(trainer: nn.Trainer) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    t = a_trainer()
    with pytest.raises(KeyboardInterrupt):
        run(t, callbacks=[nn.callbacks.LambdaCallback(on_batch_begin=twice)])
    assert t.step == 0


@pytest.mark.usefixtures("control_c")
def test_where_interrupts_raise_the_step_is_finished_and_saved_first(tmp_path: Path) -> None:
    whole = a_trainer()
    run(whole)
    stopped = a_trainer()
    with pytest.raises(KeyboardInterrupt), interrupts_raise():
        run(stopped, tmp_path, every=100, callbacks=[pressing(7)])
    assert stopped.step == 8
    resumed = a_trainer()
    run(resumed, tmp_path, every=100, callbacks=[pressing()])
    assert_same(resumed, whole)


def test_a_thread_trains_without_handling_signals() -> None:
    t = a_trainer()
    thread = threading.Thread(target=lambda: run(t))
    thread.start()
    thread.join()
    assert len(t.history) == 3


# ------------------------------------------------------------------------------------------------- disks and mismatch


def test_a_full_disk_is_a_named_error_and_the_last_checkpoint_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, resumed = a_trainer(), a_trainer()
    run(whole)
    with monkeypatch.context() as patch:

        def full(trainer: nn.Trainer) -> None:
            if trainer.step == 7:
                patch.setattr(os, "fsync", fail)

        def fail(_: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        filling = nn.callbacks.LambdaCallback(on_batch_end=full)
        with pytest.raises(nn.errors.CheckpointError) as caught:
            run(a_trainer(), tmp_path, callbacks=[filling])
    assert str(caught.value) == (
        f"checkpoint: {tmp_path / 'checkpoint.safetensors'} cannot be written: No space left on device. The one before "
        f"stays as it is."
    )
    assert isinstance(caught.value, OSError)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.safetensors"]
    run(resumed, tmp_path, callbacks=[nn.callbacks.LambdaCallback()])
    assert_same(resumed, whole)


@pytest.mark.parametrize(
    ("what", "options"),
    [
        ("checkpoint", lambda path: {"checkpoint": path}),
        ("ModelCheckpoint", lambda path: {"callbacks": [nn.callbacks.ModelCheckpoint(path / "weights.safetensors")]}),
        ("CSVLogger", lambda path: {"callbacks": [nn.callbacks.CSVLogger(path / "log.csv")]}),
    ],
)
def test_a_folder_that_cannot_be_written_is_a_named_error(tmp_path: Path, what: str, options: Any) -> None:
    (tmp_path / "file").write_text("")
    t = a_trainer()
    with pytest.raises(nn.errors.CheckpointError, match=rf"^{what}: .* cannot be written: Not a directory\.$"):
        t.fit(*data(), verbose=False, **options(tmp_path / "file" / "run"))
    assert t.step == (0 if what == "checkpoint" else 1)  # before any work, or after the first epoch


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    run(a_trainer(), tmp_path)
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(nn.errors.WeightsFileError, match=r"is no whole safetensors file \(300 bytes\)"):
        run(a_trainer(), tmp_path)
    nn.save({"weight": np.ones(2)}, path)
    with pytest.raises(nn.errors.WeightsFileError, match=r"is no checkpoint of a training, or one of another version"):
        run(a_trainer(), tmp_path)


def other_data(tmp_path: Path) -> None:
    x, y = data()
    a_trainer().fit(x[:9], y[:9], batch_size=4, verbose=False, checkpoint=tmp_path)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda folder: run(a_trainer(nn.optim.SGD), folder),
            (
                "the checkpoint is of another training: the optimizer was Adam, and is SGD. Resume with the same call, "
                "or begin in another folder."
            ),
        ),
        (
            lambda folder: run(a_trainer(), folder, callbacks=[nn.callbacks.EarlyStopping("loss")]),
            (
                "the checkpoint is of another training: the list of callbacks with a state was [], and is "
                "['EarlyStopping']."
            ),
        ),
        (
            lambda folder: run(a_trainer(), folder, accumulate=2),
            "the checkpoint is of another training: accumulate was 1, and is 2.",
        ),
        (
            lambda folder: run(a_trainer(), folder, batch_size=5),
            (
                "the checkpoint is of a training with 5 batches an epoch, and these data give 4. Resume with the same "
                "data and batch_size, or begin in another folder."
            ),
        ),
        (other_data, "the checkpoint is of a training with 5 batches an epoch, and these data give 3."),
        (lambda folder: run(a_trainer(width=7), folder), "the state dict does not fit Sequential; nothing was loaded."),
        (
            lambda folder: run(a_trainer(rng=np.random.Generator(np.random.MT19937())), folder),
            "this is no state of a DataLoader with a generator of the kind MT19937",
        ),
    ],
)
def test_another_training_is_refused(tmp_path: Path, call: Any, message: str) -> None:
    run(a_trainer(), tmp_path)
    before = (tmp_path / "checkpoint.safetensors").read_bytes()
    with pytest.raises(nn.errors.StateDictError) as caught:
        call(tmp_path)
    assert str(caught.value).startswith(message)
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == before


def test_options_outside_their_range_are_refused() -> None:
    with pytest.raises(nn.errors.ArgumentError, match=r"^Checkpoint: every_steps=0; it must be an integer, 1 or more"):
        nn.Checkpoint("run", every_steps=0)
    with pytest.raises(nn.errors.ArgumentError, match=r"^Checkpoint: every_seconds=-1; it must be a number, 0 or more"):
        nn.Checkpoint("run", every_seconds=-1)


# ------------------------------------------------------------------------------------------------------------- trees


def test_trees_come_back_bit_by_bit() -> None:
    tree = {
        "numbers": [1, -(2**127), 0.1, float("inf"), True, None, "text"],
        3: (np.float32(0.1), np.arange(6).reshape(2, 3).T, np.zeros((0, 2), bool)),
        "nested": {"a": {"array": np.float16(2.5)}, "b": [[], {}, ()]},
    }
    arrays: dict[str, Any] = {}
    found = unpack(pack(tree, arrays), arrays)
    assert repr(found) == repr(tree)
    assert type(found[3][0]) is np.float32
    assert np.isnan(unpack(pack(float("nan"), {}), {}))


def test_a_state_that_cannot_be_kept_is_refused_by_its_name(tmp_path: Path) -> None:
    class Careless(nn.Callback):
        def state_dict(self) -> dict[str, Any]:
            return {"files": [Path("a"), {1, 2}]}

    with pytest.raises(nn.errors.StateDictError) as caught:
        run(a_trainer(), tmp_path, callbacks=[Careless()])
    assert str(caught.value) == (
        "the state 'callbacks.0.1.files.0' is a PosixPath; "
        "a checkpoint takes numbers, strings, arrays, lists and dicts."
    )
