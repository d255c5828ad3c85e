"""Programs of HIPS autograd's users give the numbers that they give there."""

import numpy as np
import pytest

from autograd.rules import COMPOSITIONS, RULES
from tests.compat.programs import PROGRAMS, fingerprint
from tests.compat.recorded import RECORDED

NEEDS = {"gaussian_process": (np.linalg.slogdet, np.linalg.solve)}  # rules of the chapter on linear algebra


@pytest.mark.parametrize("name", PROGRAMS)
def test_numbers_are_those_of_hips_autograd(name):
    missing = [f.__name__ for f in NEEDS.get(name, ()) if f not in RULES and f not in COMPOSITIONS]
    if missing:
        pytest.skip(f"no rule yet for {missing}")
    np.testing.assert_allclose(fingerprint(PROGRAMS[name]), RECORDED[name], rtol=1e-9, atol=1e-12)


def test_every_program_is_recorded():
    assert list(PROGRAMS) == list(RECORDED)
