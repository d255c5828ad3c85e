"""`save_model` and `load_model`: architecture, weights and model card in one folder or one zip.

``model.json`` has the architecture and what belongs to it, a safetensors file the weights, ``README.md`` the card.
There is nothing in them to be executed: only classes are built that are nn's own or were registered (`registry.py`).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import safetensors.numpy

from autograd import no_grad
from autograd.graph import unwrap
from nn import errors, functional, io
from nn.module import Module, Parameter, mode
from nn.sharing import architecture, document, inputs
from nn.sharing.archive import read_files, write_files
from nn.sharing.card import Card, as_card, readme
from nn.sharing.inputs import Input
from nn.sharing.transfer import frozen
from nn.state import places

__all__ = ["Bundle", "load_bundle", "load_model", "save_model"]

OUTPUTS = {
    "logits": "logits, of which softmax makes probabilities (of a single one, sigmoid)",
    "probabilities": "probabilities",
    "values": "values",
}
WEIGHTS = re.compile(r"weights-[0-9a-f]{16}\.safetensors")


class Bundle(NamedTuple):
    """A saved model and what was saved with it."""

    model: Module
    card: Card
    input: Input | None
    classes: tuple[str, ...] | None
    output: str

    def predict(self, x: Any) -> Any:
        """What the model returns for a batch of prepared inputs, in evaluation mode."""
        with no_grad(), mode(self.model, training=False):
            return unwrap(self.model(x))

    def probabilities(self, x: Any) -> Any:
        """The probabilities of the classes, (N, classes); of one logit, those of the two.

        Raises `ModelFileError` for outputs that are not one number for each class.
        """
        return self.probabilities_of(self.predict(x))

    def probabilities_of(self, outputs: Any) -> Any:
        """The same, of what the model has returned."""
        y = np.asarray(outputs)
        y = y[:, None] if y.ndim == 1 else y
        if y.ndim != 2:
            raise errors.ModelFileError(f"the model returns shape {y.shape}; for classes it must be (N, classes).")
        if y.shape[1] == 1:
            p = y if self.output == "probabilities" else unwrap(functional.sigmoid(y))
            y = np.concatenate([1 - p, p], axis=1)
        elif self.output == "logits":
            y = unwrap(functional.softmax(y, -1))
        if self.classes is not None and y.shape[1] != len(self.classes):
            raise errors.ModelFileError(f"the model returns {y.shape[1]} numbers for {len(self.classes)} classes.")
        return y


# -------------------------------------------------------------------------------------------------------------- save


def save_model(
    model: Module,
    path: str | os.PathLike[str],
    *,
    card: Card | Mapping[str, Any] | None = None,
    input: Input | None = None,  # noqa: A002
    classes: Sequence[str] | None = None,
    output: str = "logits",
) -> None:
    """Write a model, so that `load_model` builds it elsewhere, into a zip (a path that ends in .zip) or a folder.

    `card` says what the model is for, `input` what it reads, `classes` what its outputs are called, and `output` what
    they are: "logits", "probabilities" or "values". All this is for people and for ``python -m nn predict``. Generators
    are not written: dropout of the loaded model draws from the default one.

    The model is built once from what is to be written, and only if that is the same model is it written. A zip, or in a
    folder the model that was there, is replaced at once or not at all.

    Raises `ModelFileError` for a model that cannot be written, `ArgumentError` for arguments of another kind, and
    `OSError`.
    """
    if not isinstance(model, Module):
        raise errors.wrong_argument("nn.save_model", "model", model, "a module")
    if not (input is None or isinstance(input, Input)):
        raise errors.wrong_argument(
            "nn.save_model", "input", input, "nn.sharing.ImageInput(...), TableInput(...) or TextInput(...)"
        )
    names = checked_classes(classes)
    if output not in [*OUTPUTS]:
        raise errors.unknown_name("output", output, OUTPUTS)
    card, path = as_card(card), io.path_of("nn.save_model", path)
    arrays = io.as_arrays(model.state_dict())
    weights = safetensors.numpy.save(arrays)
    digest = hashlib.sha256(weights).hexdigest()
    file = f"weights-{digest[:16]}.safetensors"
    parts = {
        "card": card.to_json(),
        "input": None if input is None else inputs.to_json(input),
        "classes": names,
        "output": output,
        "weights": {"file": file, "sha256": digest},
        "frozen": frozen(model),
        "shared": architecture.shared_parameters(model),
        "architecture": architecture.describe(model),
    }
    data = document.written(**parts)
    rebuilt(document.read(data, "the model"), arrays, "the model cannot be built again")
    answers = OUTPUTS[output] + (f": {', '.join(names)}" if names else "")
    page = readme(card, model, "" if input is None else str(input), answers, path.name)
    before = old_weights(path)
    # the document last: it names the weights, so a folder holds the old model or the new one at any moment
    useless = before
    try:
        write_files(path, {file: weights, "README.md": page.encode(errors="replace"), "model.json": data})
    except BaseException:
        useless = file
        raise
    finally:
        if useless and before != file and path.is_dir():
            (path / useless).unlink(missing_ok=True)


def checked_classes(classes: Any) -> list[str] | None:
    """The names of classes as a list."""
    if classes is None:
        return None
    names = [*classes] if isinstance(classes, Iterable) and not isinstance(classes, str) else []
    if len(names) < 2 or not all(isinstance(name, str) for name in names):
        raise errors.wrong_argument("nn.save_model", "classes", classes, "two names or more, such as ['cat', 'dog']")
    return names


def old_weights(path: Path) -> str | None:
    """The weights of the model that is in a folder, if there is one."""
    try:
        files = read_files(path)
        found = document.read(files.read("model.json", document.MOST_BYTES), path)
        return weights_of(found, path)[0] if path.is_dir() else None
    except (errors.ModelFileError, OSError):
        return None


# -------------------------------------------------------------------------------------------------------------- load


def load_model(path: str | os.PathLike[str]) -> Module:
    """The model in a folder or a zip that `save_model` wrote, in evaluation mode.

    Files from elsewhere are safe to load as far as the registered classes are: nothing else is built, and sizes are
    looked at before memory is taken.

    Raises `ModelFileError` for what is no such folder or zip, or a damaged one, and `OSError`.
    """
    return load_bundle(path).model


def load_bundle(path: str | os.PathLike[str]) -> Bundle:
    """The model and what was saved with it; as `load_model`."""
    files = read_files(io.path_of("nn.load_model", path))
    found = document.read(files.read("model.json", document.MOST_BYTES), path)
    file, digest = weights_of(found, path)
    data = files.read(file)
    if hashlib.sha256(data).hexdigest() != digest:
        raise errors.ModelFileError(f"{path}: {file!r} is damaged, or not the one that model.json was written with.")
    try:
        arrays = io.parsed(data, f"{path}: {file}")
    except errors.WeightsFileError as error:
        raise errors.ModelFileError(str(error)) from None
    classes = found["classes"]
    if classes is not None and not (isinstance(classes, list) and all(isinstance(name, str) for name in classes)):
        raise errors.ModelFileError(f"{path}: the classes are {classes!r}"[:200] + ".")
    if found["output"] not in [*OUTPUTS]:
        raise errors.ModelFileError(f"{path}: the output is {found['output']!r}"[:200] + f"; known are {[*OUTPUTS]}.")
    description = None if found["input"] is None else inputs.from_json(found["input"])
    try:
        card = as_card(found["card"])
    except errors.ArgumentError as error:
        raise errors.ModelFileError(f"{path}: {error}") from None
    model = rebuilt(found, arrays, str(path))
    return Bundle(model, card, description, None if classes is None else tuple(classes), found["output"])


def weights_of(found: dict[str, Any], path: Any) -> tuple[str, str]:
    """The name of the weights' file, and its SHA-256."""
    match found["weights"]:
        case {"file": str(file), "sha256": str(digest)} if WEIGHTS.fullmatch(file):
            return file, digest
    raise errors.ModelFileError(f"{path}: the weights are {found['weights']!r}"[:200] + ".")


def rebuilt(found: dict[str, Any], arrays: Mapping[str, Any], what: str) -> Module:
    """The model that a document describes, with these weights, in evaluation mode."""
    try:
        model = architecture.build(found["architecture"], {name: array.shape for name, array in arrays.items()})
        tie(model, found["shared"])
        architecture.dtypes(model, arrays)
        model.load_state_dict(arrays)
        match found["frozen"]:
            case {"modules": list(modules), "parameters": list(parameters)}:
                freeze_again(model, modules, parameters)
            case other:
                raise errors.ModelFileError(f"frozen is {other!r}"[:200] + ".")
    except (errors.ModelFileError, errors.StateDictError) as error:
        raise errors.ModelFileError(f"{what}: {error}") from None
    return model.eval()


def tie(model: Module, groups: Any) -> None:
    """Have just these parameters be one, each group of paths."""
    where = places(model)
    for paths in architecture.shared_parameters(model):
        for path in paths[1:]:
            module, name = where[path]
            setattr(module, name, Parameter(getattr(module, name).data))
    for group in groups if isinstance(groups, list) else [None]:
        names = group if isinstance(group, list) else []
        found = [getattr(*where[name]) for name in names if isinstance(name, str) and name in where]
        fits = all(isinstance(p, Parameter) and p.shape == found[0].shape for p in found)
        if not found or len(found) != len(names) or not fits:
            raise errors.ModelFileError(f"shared parameters are {group!r}"[:200] + ", which are none of this model.")
        for name in names[1:]:
            setattr(*where[name], found[0])


def freeze_again(model: Module, modules: list[Any], parameters: list[Any]) -> None:
    """Freeze what was frozen, and nothing below it that was not."""
    known = dict(model.named_modules())
    own = dict(model.named_parameters())
    for kind, names, there in (("module", modules, known), ("parameter", parameters, own)):
        for name in names:
            if not isinstance(name, str) or name not in there:
                raise errors.ModelFileError(f"a frozen {kind} is {name!r}"[:200] + ", which is none of this model.")
    for name in modules:
        known[name]._frozen = True
    for name, p in own.items():
        p.requires_grad = name not in parameters
