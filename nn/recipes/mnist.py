"""MNIST by networks of growing size: a hidden layer, a convolution, two with normalization and augmentation."""

from __future__ import annotations

from typing import Any

from nn import init
from nn.data import DataLoader, TensorDataset, augment, datasets
from nn.layers import Linear
from nn.losses import CrossEntropyLoss
from nn.metrics import confusion_matrix
from nn.models import MLP, SmallCNN, TutorialCNN
from nn.module import Module
from nn.optim import Adam
from nn.optim.lr_scheduler import ExponentialLR, OneCycleLR
from nn.recipes.run import Run
from nn.sharing import ImageInput
from nn.train import Trainer
from nn.train.callbacks import LRScheduler

__all__ = ["augmented", "cnn", "convolutional", "mlp"]

#: Images shifted by up to two pixels and turned by up to ten degrees.
MOVED = augment.Compose(augment.shift, augment.rotate)


def mlp(run: Run) -> None:
    """MNIST by 784-128-10 with dropout 0.2, 5 epochs of Adam: test accuracy at least 0.978."""
    (x, y), test = flat(run.load(datasets.mnist))
    model = MLP(784, 128, 10, dropout=0.2, rng=run.rng)
    for layer in (layer for layer in model if isinstance(layer, Linear)):  # larger weights learn faster at first
        init.xavier_uniform_(layer.weight, rng=run.rng)
    trainer = slower(model, run, epochs := run.epochs(5))
    trainer.fit(x, y, epochs=epochs, validation_data=test, checkpoint=run.checkpoint)
    report(run, trainer, test, 0.978)


def cnn(run: Run) -> None:
    """MNIST by one convolution of 32 kernels, 2 epochs of Adam: test accuracy at least 0.9833."""
    train, test = run.load(datasets.mnist)
    report(run, convolutional(run, train, test), test, 0.9833)


def augmented(run: Run) -> None:
    """MNIST by two convolutions, dropout and images shifted and turned, 10 epochs: test accuracy at least 0.993."""
    (x, y), test = run.load(datasets.mnist)
    epochs, size = run.epochs(10), 128
    model = SmallCNN(run.rng)
    optimizer = Adam(model.parameters(), lr=1e-3)
    schedule = OneCycleLR(optimizer, max_lr=4e-3, epochs=epochs, steps_per_epoch=-(-len(x) // size))
    loader = DataLoader(TensorDataset(x, y), size, shuffle=True, rng=run.rng, transform=MOVED, num_workers=1)
    trainer = Trainer(model, loss=CrossEntropyLoss(), optimizer=optimizer, metrics=["accuracy"], rng=run.rng)
    cycle = [LRScheduler(schedule, every="step")]
    trainer.fit(loader, epochs=epochs, validation_data=test, callbacks=cycle, checkpoint=run.checkpoint)
    report(run, trainer, test, 0.993)


def convolutional(run: Run, train: Any, test: Any) -> Trainer:
    """The trainer of the network with one convolution, after its training."""
    trainer = slower(TutorialCNN(run.rng), run, epochs := run.epochs(2))
    trainer.fit(*train, epochs=epochs, validation_data=test, checkpoint=run.checkpoint)
    return trainer


def slower(model: Module, run: Run, epochs: int) -> Trainer:
    """A trainer with Adam whose steps become smaller from epoch to epoch, a tenth in the last."""
    optimizer = Adam(model.parameters(), lr=2e-3)
    schedule = ExponentialLR(optimizer, 0.1 ** (1 / max(1, epochs - 1)))
    return Trainer(
        model, loss=CrossEntropyLoss(), optimizer=optimizer, metrics=["accuracy"], scheduler=schedule, rng=run.rng
    )


def flat(split: Any) -> Any:
    """Both halves of a data set with an image as a row."""
    return [(x.reshape(len(x), -1), y) for x, y in split]


def report(run: Run, trainer: Trainer, test: Any, target: float) -> None:
    """The accuracy, what is taken for what, and the model."""
    x, y = test
    run.figure("test accuracy", trainer.evaluate(x, y)["accuracy"], "at least", target)
    names = [str(digit) for digit in range(10)]
    table = confusion_matrix(trainer.predict(x), y, names=names)
    run.plot(table.plot(), "confusion")
    run.plot(trainer.history.plot(), "learning")
    model: Module = trainer.model
    reads = ImageInput((1, 28, 28), flatten=x.ndim == 2, invert=False)
    run.save(model, input=reads, classes=names, card={"name": "mnist", "data": "MNIST, 60,000 images"})
