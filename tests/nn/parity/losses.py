"""Losses of numbers and of classes; those of margins and of sequences are in the files beside this one."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, seeds, sizes

reductions = st.sampled_from(["mean", "sum", "none"])
shapes = st.lists(sizes, max_size=3)


def generator(draw: Any) -> np.random.Generator:
    return np.random.default_rng(draw(seeds))


def options(draw: Any, **strategies: Any) -> dict[str, Any]:
    """A reduction, and some of the options."""
    chosen = {name: draw(strategy) for name, strategy in strategies.items() if draw(st.booleans())}
    return {"reduction": draw(reductions), **chosen}


def of_two(draw: Any, **strategies: Any) -> Case:
    """An input and a target of its shape, both differentiated."""
    shape = draw(shapes)
    return Case((), options(draw, **strategies), (draw(normal(*shape)), draw(normal(*shape))))


def smooth_l1(draw: Any) -> Case:
    return of_two(draw, beta=st.sampled_from([0, 0.3, 2.0]))


def huber(draw: Any) -> Case:
    return of_two(draw, delta=st.sampled_from([0.3, 2]))


# ------------------------------------------------------------------------------------------------------------ classes


def examples(draw: Any) -> tuple[tuple[int, ...], int]:
    """The shape of labels and the number of classes."""
    return draw(st.sampled_from([(), (1,), (4,), (2, 3), (3, 2, 2)])), draw(sizes)


def with_classes(x: Any) -> Any:
    """An array whose last axis is that of the classes, as (N, C, ...) or (C,)."""
    return np.ascontiguousarray(np.moveaxis(x, -1, 1)) if x.ndim > 1 else x


def class_options(draw: Any, classes: int, **strategies: Any) -> dict[str, Any]:
    weight = generator(draw).uniform(0.1, 2, classes)
    return options(draw, weight=st.just(weight), ignore_index=st.sampled_from([-1, 0]), **strategies)


def labels(draw: Any, shape: tuple[int, ...], classes: int, ignore_index: int) -> Any:
    """Classes, some of them to be ignored, but not the first (which is not, unless it is the only one)."""
    rng = generator(draw)
    found = rng.integers(0, classes, shape)
    found = np.where(rng.random(shape) < 0.3, ignore_index, found)
    if found.size:
        found.flat[0] = classes - 1
    return found


def nll(draw: Any) -> Case:
    shape, classes = examples(draw)
    chosen = class_options(draw, classes)
    ignored = chosen.get("ignore_index", -100)
    target = labels(draw, shape, classes, ignored)
    if np.all(target == ignored):
        chosen.pop("ignore_index")
    return Case((), chosen, (with_classes(draw(normal(*shape, classes, scale=3))), target))


def cross_entropy(draw: Any) -> Case:
    case = nll(draw)
    smoothing = {"label_smoothing": draw(st.sampled_from([0.1, 1.0]))} if draw(st.booleans()) else {}
    kwargs = {**case.kwargs, **smoothing}
    if draw(st.booleans()):
        return case._replace(kwargs=kwargs)
    logits, kwargs = case.inputs[0], {key: value for key, value in kwargs.items() if key != "ignore_index"}
    return Case((), kwargs, (logits, generator(draw).uniform(0, 1, logits.shape)))


def broadcast_weight(draw: Any, shape: list[int]) -> Any:
    """Weights of the shape, or with axes of length 1, or fewer axes."""
    kept = [n if draw(st.booleans()) else 1 for n in shape][draw(st.integers(0, len(shape))) :]
    return generator(draw).uniform(0.1, 2, kept)


def bce(draw: Any) -> Case:
    shape, rng = draw(shapes), generator(draw)
    chosen = options(draw, weight=st.just(broadcast_weight(draw, shape)))
    return Case((), chosen, (rng.uniform(0.01, 0.99, shape), rng.uniform(0, 1, shape)))


def bce_with_logits(draw: Any) -> Case:
    shape, rng = draw(shapes), generator(draw)
    weight, pos_weight = broadcast_weight(draw, shape), broadcast_weight(draw, shape)
    chosen = options(draw, weight=st.just(weight), pos_weight=st.just(pos_weight))
    return Case((), chosen, (rng.normal(0, 3, shape), rng.uniform(0, 1, shape)))


# ------------------------------------------------------------------------------------------------------ distributions


def kl_div(draw: Any) -> Case:
    shape, rng = draw(shapes), generator(draw)
    chosen = {"reduction": draw(st.sampled_from(["batchmean", "mean", "sum", "none"]))}
    log_target = draw(st.booleans())
    target = rng.normal(size=shape) if log_target else rng.uniform(0.01, 1, shape)
    return Case((), {**chosen, "log_target": log_target}, (rng.normal(size=shape), target))


def poisson(draw: Any) -> Case:
    shape, rng = draw(shapes), generator(draw)
    chosen = options(draw, log_input=st.booleans(), full=st.booleans(), eps=st.just(1e-3))
    return Case((), chosen, (rng.uniform(0.1, 3, shape), rng.uniform(0.1, 5, shape)))


def gaussian(draw: Any) -> Case:
    shape, rng = draw(st.lists(sizes, min_size=1, max_size=3)), generator(draw)
    chosen = options(draw, full=st.booleans(), eps=st.just(0.3))
    var_shape = draw(st.sampled_from([shape, shape[:-1], [*shape[:-1], 1], [1, *shape[1:]]]))
    inputs = (rng.normal(size=shape), rng.normal(size=shape), rng.uniform(0.1, 2, var_shape))
    return Case((), chosen, inputs)


ROWS = {
    "MSELoss": drawn(of_two),
    "SSELoss": drawn(of_two),
    "L1Loss": drawn(of_two),
    "SmoothL1Loss": drawn(smooth_l1),
    "HuberLoss": drawn(huber),
    "CrossEntropyLoss": drawn(cross_entropy),
    "NLLLoss": drawn(nll),
    "BCELoss": drawn(bce),
    "BCEWithLogitsLoss": drawn(bce_with_logits),
    "KLDivLoss": drawn(kl_div),
    "PoissonNLLLoss": drawn(poisson),
    "GaussianNLLLoss": drawn(gaussian),
}
