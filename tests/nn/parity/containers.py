"""Containers, with layers or parameters in them."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.nn.parity.cases import Case, Part, drawn, normal, sizes


def layers(draw: Any, width: int) -> tuple[Part, ...]:
    """Up to four layers in a row."""
    found = [Part("Linear", (width, 3)), Part("Tanh"), Part("Linear", (3, width), {"bias": draw(st.booleans())})]
    return (*found, Part("Sequential", (Part("ReLU"), Part("Linear", (width, 2)))))[: draw(st.integers(0, 4))]


def sequential(draw: Any) -> Case:
    width = draw(sizes)
    return Case(layers(draw, width), {}, (draw(normal(draw(sizes), width)),))


def module_list(draw: Any) -> Case:
    case = sequential(draw)
    return case._replace(args=(list(case.args),))


def module_dict(draw: Any) -> Case:
    case = sequential(draw)
    return case._replace(args=({f"part{i}": part for i, part in enumerate(case.args)},))


def parameter_list(draw: Any) -> Case:
    shape = draw(st.lists(sizes, min_size=1, max_size=2))
    values = [np.asarray(draw(normal(*shape[i:]))) for i in range(draw(st.integers(0, len(shape))))]
    return Case((values,), {}, (draw(normal(*shape)),))


ROWS = {
    "Sequential": drawn(sequential),
    "ModuleList": drawn(module_list),
    "ModuleDict": drawn(module_dict),
    "ParameterList": drawn(parameter_list),
}
