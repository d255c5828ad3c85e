"""Tables of vectors that are read by number."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from nn import checks, errors, functional, init
from nn.functional.embedding import place, refuse_sparse
from nn.module import Module, Parameter

__all__ = ["Embedding", "EmbeddingBag"]


class Table(Module):
    """A table of vectors, `weight` (num_embeddings, embedding_dim), drawn normally, with zeros at `padding_idx`."""

    num_embeddings: int
    embedding_dim: int

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        max_norm: float | None,
        norm_type: float,
        scale_grad_by_freq: bool,
        sparse: bool,
        weight: Any,
        freeze: bool,
        dtype: Any,
        rng: np.random.Generator | None,
    ) -> None:
        what = type(self).__name__
        checks.at_least_one(what, num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        refuse_sparse(what, sparse)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = place(what, padding_idx, num_embeddings)
        if max_norm is not None:
            checks.not_negative(what, max_norm=max_norm)
        checks.number(what, norm_type=norm_type)
        self.max_norm, self.norm_type, self.scale_grad_by_freq = max_norm, norm_type, scale_grad_by_freq
        if weight is None:
            self.weight = Parameter(np.zeros((num_embeddings, embedding_dim)), not freeze, dtype=dtype)
            self.reset_parameters(rng)
        elif np.shape(weight) == (num_embeddings, embedding_dim):
            self.weight = Parameter(weight, not freeze)
        else:
            raise errors.ShapeError(
                f"{what}: weight of shape {np.shape(weight)}; it must be {(num_embeddings, embedding_dim)}."
            )

    def reset_parameters(self, rng: np.random.Generator | None = None) -> None:
        """Draw a new table."""
        init.normal_(self.weight, rng=rng)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    @classmethod
    def sizes(cls, embeddings: Any) -> tuple[int, int]:
        """The number of rows and the width of a table."""
        if np.ndim(embeddings) != 2:
            raise errors.ShapeError(f"{cls.__name__}: embeddings of shape {np.shape(embeddings)}, not (count, width).")
        count, width = np.shape(embeddings)
        return count, width

    def options(self, **more: tuple[Any, Any]) -> str:
        """The sizes, and those options, given with their defaults, that are others."""
        shown = [str(self.num_embeddings), str(self.embedding_dim)]
        shown += [f"{name}={value!r}" for name, (value, default) in more.items() if value != default]
        return ", ".join(shown)


class Embedding(Table):
    """``weight[x]``: integers of any shape (...) to vectors (..., embedding_dim).

    `weight` is (num_embeddings, embedding_dim), float32 unless `dtype` says otherwise, drawn from the standard normal
    distribution by `rng` or the default generator of `nn.manual_seed`. The row `padding_idx` starts as zeros and gets
    no gradient. With `max_norm`, rows that are read and whose `norm_type`-norm is larger are scaled down to it first.
    With `scale_grad_by_freq` the gradient of a row is divided by how often the row is read.

    Raises `ArgumentError` for a size below 1, for PyTorch's ``sparse=True``, and for an input that is not integers in
    0..num_embeddings-1.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
        _freeze: bool = False,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(
            num_embeddings,
            embedding_dim,
            padding_idx,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            sparse,
            _weight,
            _freeze,
            dtype,
            rng,
        )

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Self:
        """A layer with this table, (count, width), which is not trained unless `freeze` is False."""
        count, width = cls.sizes(embeddings)
        options: Any = (max_norm, norm_type, scale_grad_by_freq, sparse, embeddings, freeze)
        return cls(count, width, padding_idx, *options)

    def forward(self, input: Any) -> Any:
        return functional.embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq
        )

    def extra_repr(self) -> str:
        return self.options(
            padding_idx=(self.padding_idx, None),
            max_norm=(self.max_norm, None),
            norm_type=(self.norm_type, 2),
            scale_grad_by_freq=(self.scale_grad_by_freq, False),
        )


class EmbeddingBag(Table):
    """The rows of each bag of integers, averaged, summed, or the largest entries of them: (bags, embedding_dim).

    Takes (bags, n), or (n,) and `offsets`, the first place of each bag, with n as the last entry if
    `include_last_offset`. `mode` is "mean", "sum" or "max"; `per_sample_weights`, shaped as the input, multiply the
    rows in the mode "sum". The row `padding_idx` counts as absent, and a bag without rows gives zeros. Weight and other
    options are those of `Embedding`.

    Raises `ArgumentError` as `Embedding`, and for an unknown mode or offsets that do not rise from 0.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Any = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(
            num_embeddings,
            embedding_dim,
            padding_idx,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            sparse,
            _weight,
            False,
            dtype,
            rng,
        )
        if mode not in ("sum", "mean", "max"):
            raise errors.unknown_name("mode", mode, ("sum", "mean", "max"))
        self.mode, self.include_last_offset = mode, include_last_offset

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> Self:
        """A layer with this table, (count, width), which is not trained unless `freeze` is False."""
        count, width = cls.sizes(embeddings)
        options: Any = (norm_type, scale_grad_by_freq, mode, sparse, embeddings, include_last_offset, padding_idx)
        layer = cls(count, width, max_norm, *options)
        layer.weight.requires_grad = not freeze
        return layer

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        return functional.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            per_sample_weights=per_sample_weights,
            include_last_offset=self.include_last_offset,
            padding_idx=self.padding_idx,
        )

    def extra_repr(self) -> str:
        return self.options(
            max_norm=(self.max_norm, None),
            norm_type=(self.norm_type, 2),
            scale_grad_by_freq=(self.scale_grad_by_freq, False),
            mode=(self.mode, None),
            padding_idx=(self.padding_idx, None),
        )
