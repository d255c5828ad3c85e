"""Shakespeare, letter by letter, by recurrent networks: many inputs, as many outputs."""

from __future__ import annotations

from nn.models import CharacterRNN, LastPlace
from nn.optim import Adam
from nn.optim.lr_scheduler import CosineAnnealingLR
from nn.recipes.run import Run
from nn.recipes.text import Excerpts, by_place, neighbours, next_letter, plays
from nn.sharing import TextInput
from nn.train import Trainer

__all__ = ["run"]

LENGTH, STEPS = 64, 250
TARGETS = {"rnn": 1.90, "gru": 1.80, "lstm": 1.80}


def run(run: Run) -> None:
    """Shakespeare letter by letter by RNN, GRU and LSTM: the LSTM at most 1.80 nats; the bigram model has 2.48."""
    text = plays(run, LENGTH)
    letters, (x, y) = len(text.alphabet), text.test
    print(f"bigram model: {neighbours(text.train[:-1], text.train[1:], text.test, letters):.4f} nats a letter")
    batches = Excerpts(text.train, LENGTH, batch=run.some(32, 8), steps=run.some(STEPS, 5), rng=run.rng)
    for cell, target in TARGETS.items():
        print(f"{cell}:")
        epochs = run.epochs(8)
        model = CharacterRNN(cell, letters, run.some(128, 16), rng=run.rng)
        optimizer = Adam(model.parameters(), lr=3e-3 if cell == "rnn" else 5e-3)
        schedule = CosineAnnealingLR(optimizer, epochs)
        trainer = Trainer(model, loss=by_place, optimizer=optimizer, scheduler=schedule, rng=run.rng)
        trainer.fit(batches, epochs=epochs, clip_norm=1.0, checkpoint=run.checkpoint / cell)
        loss = trainer.evaluate(x, y, batch_size=128)["loss"]
        run.figure(f"{cell}: nats a letter of unseen text", loss, "at most", target)
        tokens = [text.alphabet.index("\n")]
        while len(tokens) < run.some(200, 10):
            tokens.append(next_letter(model, tokens[-LENGTH:], run.rng, warmth=0.8))
        print(text.written(tokens))
    run.plot(trainer.history.plot(), "learning")
    reads = TextInput(text.alphabet, start="\n", length=LENGTH)
    card = {"name": "shakespeare, LSTM", "task": "Which letter comes next?", "data": "Shakespeare's plays, in part"}
    run.save(LastPlace(model), input=reads, classes=[repr(letter) for letter in text.alphabet], card=card)
