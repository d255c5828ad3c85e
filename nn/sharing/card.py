"""The model card: what a model is for, what it was trained on, how good it is and what it cannot do, as a README."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from nn import checks, errors
from nn.module import Module
from nn.summary import summarize

__all__ = ["Card", "as_card", "readme"]


@dataclass(frozen=True)
class Card:
    """What people want to know of a model before they use it (Mitchell et al., 2019); texts in Markdown.

    `figures` are results by name, such as ``{"test accuracy": 0.98}``.

    Raises `ArgumentError` for what is no text, or no number or text among the figures.
    """

    name: str = "model"
    task: str = ""
    data: str = ""
    figures: dict[str, float | str] = field(default_factory=dict)
    limits: str = ""
    license: str = ""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name != "figures" and not isinstance(value, str):
                raise errors.wrong_argument("Card", name, value, "a text")
        if not isinstance(self.figures, Mapping):
            raise errors.wrong_argument("Card", "figures", self.figures, "a dict, such as {'accuracy': 0.98}")
        figures: Mapping[Any, Any] = self.figures
        for name, value in figures.items():
            known = isinstance(value, str) or checks.is_finite(value)
            if not isinstance(name, str) or not known:
                raise errors.wrong_argument("Card", f"figures[{name!r}]", value, "a finite number or a text")
        plain = {k: v if isinstance(v, (str, bool, int)) else float(v) for k, v in figures.items()}
        object.__setattr__(self, "figures", plain)

    def to_json(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)


def as_card(card: Any) -> Card:
    """A card as it is, or one from a dict of its fields."""
    if card is None or isinstance(card, Card):
        return card or Card()
    known = list(Card.__dataclass_fields__)
    if not isinstance(card, Mapping):
        raise errors.wrong_argument("nn.save_model", "card", card, f"a dict with some of {', '.join(known)}")
    for name in card:
        if name not in known:
            raise errors.unknown_name("entry of a card", name, known)
    return Card(**card)


def readme(card: Card, model: Module, reads: str, answers: str, file: str) -> str:
    """The card as a Markdown page; `reads` and `answers` are about input and output, `file` is where the model is."""
    sections = [
        ("Task", card.task),
        ("Data", card.data),
        ("Figures", "\n".join(["| figure | value |", "| --- | --- |", *rows(card.figures)]) if card.figures else ""),
        ("Limits", card.limits),
        ("Input", reads),
        ("Output", answers),
        ("License", card.license),
        ("Layers", f"```text\n{summarize(model, ())}\n```"),
        ("Use", f'```python\nimport nn\n\nmodel = nn.load_model("{file}")\n```'),
    ]
    parts = [f"## {title}\n\n{text}" for title, text in sections if text]
    return "\n\n".join([f"# {card.name}", *parts]) + "\n"


def rows(figures: Mapping[str, Any]) -> list[str]:
    """Lines of a table."""
    shown = {name: f"{value:.4g}" if isinstance(value, float) else str(value) for name, value in figures.items()}
    return [f"| {name} | {value} |".replace("\n", " ") for name, value in shown.items()]
