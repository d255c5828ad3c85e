"""Losses of margins, of vectors, and of sequences of labels."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes
from tests.nn.parity.losses import generator, options, reductions, shapes

margins = st.sampled_from([0.3, 1, 2.0])


def signs(draw: Any, shape: Any) -> Any:
    return np.where(generator(draw).random(shape) < 0.5, 1, -1)


def hinge_embedding(draw: Any) -> Case:
    shape = draw(shapes)
    return Case((), options(draw, margin=margins), (draw(normal(*shape)), signs(draw, shape)))


def soft_margin(draw: Any) -> Case:
    shape = draw(shapes)
    return Case((), options(draw), (draw(normal(*shape, scale=3)), signs(draw, shape)))


def margin_ranking(draw: Any) -> Case:
    shape = draw(shapes)
    inputs = (draw(normal(*shape)), draw(normal(*shape)), signs(draw, shape))
    return Case((), options(draw, margin=margins), inputs)


def multi_margin(draw: Any) -> Case:
    rows, classes = draw(st.sampled_from([(), (1,), (3,)])), draw(sizes)
    weight = generator(draw).uniform(0.1, 2, classes)
    chosen = options(draw, p=st.sampled_from([1, 2]), margin=margins, weight=st.just(weight))
    labels = generator(draw).integers(0, classes, rows)
    return Case((), chosen, (draw(normal(*rows, classes)), labels), orders=1)


def multilabel_margin(draw: Any) -> Case:
    rows, classes = draw(st.sampled_from([(), (1,), (3,)])), draw(sizes)
    labels = generator(draw).integers(-1, classes, (*rows, classes))
    return Case((), options(draw), (draw(normal(*rows, classes)), labels), orders=1)


def multilabel_soft_margin(draw: Any) -> Case:
    rows, classes = draw(shapes), draw(sizes)
    shape = (*rows, classes)
    chosen = options(draw, weight=st.just(generator(draw).uniform(0.1, 2, classes)))
    return Case((), chosen, (draw(normal(*shape)), generator(draw).uniform(0, 1, shape)))


def vectors(draw: Any, count: int) -> tuple[Any, ...]:
    """Vectors (N, D) or (D,)."""
    shape = draw(st.sampled_from([(3,), (1, 4), (4, 3), (2, 1)]))
    return tuple(draw(normal(*shape)) for _ in range(count))


def cosine_embedding(draw: Any) -> Case:
    inputs = vectors(draw, 2)
    labels = signs(draw, inputs[0].shape[:-1])
    return Case((), options(draw, margin=st.sampled_from([-0.5, 0.3])), (*inputs, labels))


def triplet(draw: Any) -> Case:
    chosen = options(
        draw, margin=margins, p=st.sampled_from([1, 2.0, 3, np.inf]), eps=st.just(1e-3), swap=st.booleans()
    )
    return Case((), chosen, vectors(draw, 3))


def triplet_with_distance(draw: Any) -> Case:
    return Case((), options(draw, margin=margins, swap=st.booleans()), vectors(draw, 3))


# ------------------------------------------------------------------------------------------------------------ sequences


def ctc(draw: Any) -> Case:
    """Short sequences that can spell their targets, or with `zero_infinity` perhaps not."""
    single, rng = draw(st.booleans()), generator(draw)
    n, classes, blank = 1 if single else draw(sizes), draw(st.integers(2, 4)), 0
    zero_infinity = draw(st.booleans())
    if draw(st.booleans()):
        blank = classes - 1
    letters = np.array([c for c in range(classes) if c != blank])
    said = rng.integers(0, 4, n)
    targets = rng.choice(letters, (n, max(said)))
    needed = [k + int(np.sum(row[: k - 1] == row[1:k])) if k else 0 for row, k in zip(targets, said, strict=True)]
    steps = max(1, *needed) + draw(st.integers(0, 2))
    seen = np.array([rng.integers(1 if zero_infinity else max(k, 1), steps + 1) for k in needed])
    if single:
        log_probs, targets = rng.normal(0, 2, (steps, classes)), targets[0]
    else:
        log_probs = rng.normal(0, 2, (steps, n, classes))
        if draw(st.booleans()):
            targets = np.concatenate([row[:k] for row, k in zip(targets, said, strict=True)])
    kwargs = {"blank": blank, "reduction": draw(reductions), "zero_infinity": zero_infinity}
    return Case((), kwargs, (log_probs, targets, seen, said), orders=1, first="log_softmax")


ROWS = {
    "HingeLoss": drawn(hinge_embedding),
    "HingeEmbeddingLoss": drawn(hinge_embedding),
    "SoftMarginLoss": drawn(soft_margin),
    "MarginRankingLoss": drawn(margin_ranking),
    "MultiMarginLoss": drawn(multi_margin),
    "MultiLabelMarginLoss": drawn(multilabel_margin),
    "MultiLabelSoftMarginLoss": drawn(multilabel_soft_margin),
    "CosineEmbeddingLoss": drawn(cosine_embedding),
    "TripletMarginLoss": drawn(triplet),
    "TripletMarginWithDistanceLoss": drawn(triplet_with_distance),
    "CTCLoss": drawn(ctc),
}
