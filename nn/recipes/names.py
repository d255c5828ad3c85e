"""First names, letter by letter: what one letter says of the next, and what all before it say."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Any

import numpy as np

from nn import functional
from nn.data.datasets import names
from nn.models import CharacterRNN, LastPlace
from nn.optim import Adam
from nn.optim.lr_scheduler import CosineAnnealingLR
from nn.recipes.pictures import blank
from nn.recipes.run import Run
from nn.recipes.text import by_place, neighbours, next_letter
from nn.sharing import TextInput
from nn.train import Trainer

__all__ = ["one_to_many", "one_to_one"]

LETTERS = f".{ascii_lowercase}"  # the dot is where a name begins, and where it ends
NOTHING = -100  # the label of a place that does not count
CELLS = ("rnn", "gru", "lstm")


def one_to_one(run: Run) -> None:
    """A recurrent network that sees one letter of a name: it finds the bigram table, to within 0.01 nats."""
    (x, y), test = (alone(*part) for part in split(run))
    bigram = neighbours(x, y, test, len(LETTERS))
    print(f"bigram table: {bigram:.4f} nats a letter")
    for cell in CELLS:
        trainer = trained(run, cell, x, y, epochs=5, batch_size=512)
        nats = by_place(trainer.predict(test[0], batch_size=4096), test[1])
        run.figure(f"{cell}: nats above the bigram table", float(nats) - bigram, "at most", 0.01)
    run.plot(tables(x, y, trainer), "tables")
    save(run, trainer, 1, "What follows a letter of a first name?")


def one_to_many(run: Run) -> None:
    """First names from a first letter, by RNN, GRU and LSTM: at most 2.10 nats a letter; the bigram model has 2.45."""
    (x, y), test = split(run)
    print(f"bigram model: {neighbours(x, y, test, len(LETTERS)):.4f} nats a letter")
    for cell in CELLS:
        trainer = trained(run, cell, x, y, epochs=5, batch_size=128)
        nats = by_place(trainer.predict(test[0], batch_size=512), test[1])
        run.figure(f"{cell}: nats a letter of unseen names", nats, "at most", 2.10)
        print(*(name_from(trainer.model, letter, run.rng) for letter in "abcdefghijklm"))
    run.plot(trainer.history.plot(), "learning")
    save(run, trainer, x.shape[1], "Which letter comes next in a first name?")


def tables(x: Any, y: Any, trainer: Trainer) -> Any:
    """How often each letter follows each: as counted, and as a network has learned it."""
    counts = np.ones((len(LETTERS), len(LETTERS)))
    np.add.at(counts, (x, y), 1)
    learned = functional.softmax(trainer.predict(np.arange(len(LETTERS))[:, None])[:, 0], -1)
    figure = blank(11, 6.2)
    shown = {"counted": counts / counts.sum(axis=1, keepdims=True), "learned": learned}
    for axes, (title, table) in zip(figure.subplots(1, 2), shown.items(), strict=True):
        axes.imshow(table, cmap="Blues", vmin=0, vmax=0.4)
        axes.set(title=title, xlabel="next letter", ylabel="letter")
        axes.set(xticks=range(len(LETTERS)), xticklabels=LETTERS, yticks=range(len(LETTERS)), yticklabels=LETTERS)
    return figure


def split(run: Run) -> Any:
    """Names to train with and a tenth to test with: each the letters (N, T), and those one place on, labelled."""
    known = run.load(names)
    length = max(map(len, known)) + 1
    x, y = np.zeros((len(known), length), np.int64), np.full((len(known), length), NOTHING)
    for row, name in enumerate(known):
        letters = [LETTERS.index(letter) for letter in name]
        x[row, 1 : len(name) + 1] = letters
        y[row, : len(name) + 1] = [*letters, 0]
    order, held_back = run.rng.permutation(len(known)), len(known) // 10
    return [(x[rows], y[rows]) for rows in (order[held_back:], order[:held_back])]


def alone(x: Any, y: Any) -> tuple[Any, Any]:
    """Each letter as a sequence of its own, and the one after it: both (M, 1)."""
    return x[y != NOTHING][:, None], y[y != NOTHING][:, None]


def trained(run: Run, cell: str, x: Any, y: Any, *, epochs: int, batch_size: int) -> Trainer:
    """A network with this cell that says at each place which letter comes next."""
    print(f"{cell}:")
    epochs = run.epochs(epochs)
    model = CharacterRNN(cell, len(LETTERS), run.some(128, 16), rng=run.rng)
    optimizer = Adam(model.parameters(), lr=5e-3)
    schedule = CosineAnnealingLR(optimizer, epochs)
    trainer = Trainer(model, loss=by_place, optimizer=optimizer, scheduler=schedule, rng=run.rng)
    trainer.fit(x, y, epochs=epochs, batch_size=batch_size, clip_norm=1.0, checkpoint=run.checkpoint / cell)
    return trainer


def name_from(model: Any, letter: str, rng: np.random.Generator) -> str:
    """A name that begins with a letter: each letter that is drawn is read in its turn, until the dot."""
    tokens = [0, LETTERS.index(letter)]
    while (token := next_letter(model, tokens, rng)) and len(tokens) < 20:
        tokens.append(token)
    return "".join(LETTERS[token] for token in tokens[1:])


def save(run: Run, trainer: Trainer, length: int, task: str) -> None:
    """Keep what says how a beginning goes on."""
    reads = TextInput(LETTERS, start=".", length=length)
    card = {"name": "names", "task": task, "data": "32,033 first names"}
    run.save(LastPlace(trainer.model), input=reads, classes=[*LETTERS], card=card)
