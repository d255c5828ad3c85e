"""`Loop`: the epochs and batches of one `fit`, with its callbacks, its progress and its checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from autograd.graph import unwrap
from nn.metrics.epoch import Numbers, Running
from nn.module import mode
from nn.train import randomness, state
from nn.train.accumulate import Group
from nn.train.callbacks.base import Callback, Hooks
from nn.train.checkpoint import Checkpoint
from nn.train.feed import Feed
from nn.train.interrupt import Interrupt
from nn.train.progress import Progress

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["Loop"]


class Loop:
    """One training. Between two steps it may be saved, and another one may go on from there."""

    def __init__(
        self,
        trainer: Trainer,
        feed: Feed,
        callbacks: Sequence[Callback],
        *,
        epochs: int,
        validate: Callable[[], Numbers] | None,
        validation_data: Any,
        accumulate: int,
        clip_norm: float | None,
        checkpoint: Checkpoint | None,
    ) -> None:
        self.trainer, self.feed, self.hooks = trainer, feed, Hooks(callbacks, trainer)
        self.epochs, self.validate, self.validation_data = epochs, validate, validation_data
        self.group, self.clip_norm, self.checkpoint = Group(trainer.loss, accumulate), clip_norm, checkpoint
        self.interrupt, self.running = Interrupt(), Running(trainer.metrics)
        self.generators = {} if checkpoint is None else state.generators(self)

    def run(self) -> None:
        """Train until all epochs are over, a callback stops, or somebody presses Ctrl-C."""
        trainer = self.trainer
        with mode(trainer.model, training=True), self.interrupt:
            self.hooks.on_train_begin()
            try:
                self.run_epochs()
            except BaseException:
                self.hooks.on_exception()
                raise
            if self.interrupt.requested:
                trainer.say(self.interrupted())
            self.hooks.on_train_end()

    def run_epochs(self) -> None:
        """The epochs that are left."""
        trainer = self.trainer
        if self.checkpoint is not None and self.checkpoint.open(self):
            trainer.say(self.resumed())
        while len(trainer.history) < self.epochs and not (trainer.stop_training or self.interrupt.requested):
            self.run_epoch()

    def run_epoch(self) -> None:
        """One epoch, or what is left of it; its numbers are reported unless Ctrl-C comes before it is over."""
        trainer, running, feed, group, hooks = self.trainer, self.running, self.feed, self.group, self.hooks
        trainer.epoch = len(trainer.history) + 1
        if not feed.position:
            hooks.on_epoch_begin()
            if self.checkpoint is not None and not feed.has_state:
                feed.before = randomness.read(self.generators)
        if trainer.compiled is not None:
            trainer.compiled.look(trainer.model, trainer.loss)
        title = f"epoch {trainer.epoch}/{self.epochs}"
        with Progress(title, feed.length, trainer.verbose, done=feed.position) as progress:
            for x, y, weights in feed:
                trainer.batch = (x, y)
                hooks.on_batch_begin()
                loss = trainer.train_step(x, y) if weights is None else trainer.train_step(x, y, weights)
                running.add(loss, unwrap(trainer.prediction), y)
                hooks.on_batch_end()
                if not group.count:
                    trainer.prediction = trainer.last_loss = None  # the graph goes
                progress.advance(running.means)
                if trainer.stop_training:
                    break
                if not group.count and feed.position != feed.length and self.between_steps():
                    return
            if group.count and not trainer.stop_training:
                trainer.take_step()
            trainer.prediction = trainer.last_loss = None
            record = running.values()
            if self.validate is not None:
                record |= {f"val_{name}": value for name, value in self.validate().items()}
            progress.finish(record)
        trainer.history.append(record)
        hooks.on_epoch_end()
        self.begin_anew()

    def between_steps(self) -> bool:
        """Save if it is time; whether Ctrl-C ends the training here."""
        if self.interrupt.requested:
            if self.checkpoint is not None:
                self.checkpoint.save(self)
            return True
        if self.checkpoint is not None:
            self.checkpoint.after_step(self)
        return False

    def begin_anew(self) -> None:
        """The epoch is over."""
        self.running, self.feed.position = Running(self.trainer.metrics), 0
        if self.checkpoint is not None:
            self.checkpoint.save(self)

    # -------------------------------------------------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Any]:
        return state.read(self)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        state.load(self, state_dict)

    def place(self) -> str:
        """Where the training stands, in words."""
        done, batch, length = len(self.trainer.history), self.feed.position, self.feed.length
        if not batch:
            return f"after epoch {done} of {self.epochs}"
        return f"in epoch {done + 1} of {self.epochs}, after batch {batch}" + (f" of {length}" if length else "")

    def resumed(self) -> str:
        """What to say when a training goes on."""
        assert self.checkpoint is not None
        over = len(self.trainer.history) >= self.epochs or self.trainer.stop_training
        folder = self.checkpoint.path.parent
        if over:
            return f"{folder} holds this training, which is over ({self.place()}); for a new one write another folder"
        return f"{folder} holds this training; it goes on {self.place()}"

    def interrupted(self) -> str:
        """What to say after Ctrl-C."""
        more = "" if self.checkpoint is None else "; the same call goes on from there"
        return f"interrupted {self.place()}{more}"
