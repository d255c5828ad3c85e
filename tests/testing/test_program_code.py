"""What `programs` draws: code that runs as it is printed, of every kind, tame, and small once it has shrunk."""

import textwrap
from collections import Counter
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import autograd as ag
from autograd import Tensor
from autograd.errors import DataError
from autograd.testing import Program, Step
from autograd.testing.programs import index_literal, literal
from autograd.testing.strategies import arrays, indices, programs

SHRUNK = settings(max_examples=3000, database=None, phases=[Phase.generate, Phase.shrink])
FOUND = settings(SHRUNK, phases=[Phase.generate])


def run(code):
    names = {}
    exec(code, names)
    return names


def used(program):
    """How often each value is read."""
    return Counter(place for step in program.steps for place in step.operands)


@given(programs())
def test_the_printed_code_gives_the_same_value_bit_for_bit(program):
    expected = program(*program.inputs)
    got = run(repr(program))["y"]
    assert np.asarray(got).dtype == np.asarray(expected).dtype
    assert np.asarray(got).tobytes() == np.asarray(expected).tobytes()


@given(programs(dtypes=np.float32), programs(scalar=True))
def test_programs_run_on_tensors(narrow, scalar):
    result = narrow(*map(Tensor, narrow.inputs))
    assert isinstance(result, Tensor)
    np.testing.assert_array_equal(result.data, narrow(*[Tensor(x, requires_grad=False).data for x in narrow.inputs]))
    assert np.shape(scalar(*scalar.inputs)) == ()


@given(programs())
def test_values_and_gradients_stay_moderate(program):
    value, pullback = ag.vjp(program, *program.inputs)
    assert 0 < np.size(value) <= 64
    assert np.all(np.abs(value) <= 10)
    gradient = pullback(np.ones_like(value)[()])
    assert all(np.all(np.abs(g) < 1e8) for g in (gradient if len(program.inputs) > 1 else [gradient]))


FORMS = {
    "a value that is used twice": lambda p: any(n > 1 for n in used(p.without_dead_steps()).values()),
    "two steps of the same operands": lambda p: len({step.operands for step in p.steps}) < len(p.steps),
    "a dead branch": lambda p: len(p.without_dead_steps().steps) < len(p.steps),
    "an input that nothing uses": lambda p: 0 not in used(p),
    "a plain number as input": lambda p: isinstance(p.inputs[0], float),
    "inputs of three shapes": lambda p: len({np.shape(x) for x in p.inputs}) == 3,
    "six live steps": lambda p: len(p.without_dead_steps().steps) > 5,
}
CALLS = [
    "np.tanh", "np.log(", " / v", " @ ", "[", "None", "np.transpose", "np.reshape", "broadcast_to", "flip", "np.sum",
    "np.mean", "np.var", "keepdims", "stack", "concatenate", "logaddexp", "1.0 - ", "[...",
]  # fmt: skip


def never_drawn(kinds):
    """Those of `kinds`, names of conditions, that no program has met."""
    missing = dict(kinds)

    def met_at_last(program):
        for name in [name for name, condition in missing.items() if condition(program)]:
            del missing[name]
        return not missing

    with suppress(NoSuchExample):
        find(programs(), met_at_last, settings=FOUND)
    return list(missing)


def test_programs_are_of_every_form():
    assert never_drawn(FORMS) == []


def test_programs_use_every_kind_of_call():
    assert never_drawn({call: lambda p, call=call: call in p.definition for call in CALLS}) == []


def test_a_program_shrinks_to_what_matters():
    def condition(program):
        live = program.without_dead_steps()
        return any("np.tanh" in step.template for step in live.steps) and max(used(live).values(), default=0) > 1

    program = find(programs(), condition, settings=SHRUNK)
    assert len(program.steps) == 2
    assert program.inputs == (0.0,)
    assert program.without_dead_steps() == program


def test_a_failing_example_prints_code_that_can_be_pasted():
    @SHRUNK
    @given(programs())
    def no_program_has_a_tanh(program):
        assert not any("tanh" in step.template for step in program.steps)

    with pytest.raises(AssertionError) as caught:
        no_program_has_a_tanh()
    report = "\n".join(caught.value.__notes__)
    code = report[report.index("import numpy") :].split("\n,")[0]
    assert code.strip() == textwrap.dedent(
        """\
        import numpy as np


        def f(x0):
            v0 = np.tanh(x0)
            return v0


        x0 = 0.0
        y = f(x0)"""
    )
    assert run(code)["y"] == 0


def test_dead_steps_and_inputs_are_dropped_and_the_rest_renamed():
    program = Program((1.0, 2.0), (Step("np.cos({0})", (0,)), Step("np.sin({0})", (1,)), Step("{0} * {1}", (3, 1))))
    live = program.without_dead_steps()
    assert live == Program((2.0,), (Step("np.sin({0})", (0,)), Step("{0} * {1}", (1, 0))))
    assert live(2.0) == program(1.0, 2.0)


def test_a_program_without_steps_is_the_identity():
    assert Program((3.0, 4.0))(5.0, 6.0) == 5.0
    assert Program((3.0, 4.0)).without_dead_steps() == Program((3.0,))


@given(arrays([float, np.float32, np.float16, complex, np.complex64, int, np.int8, bool]))
def test_literals_give_the_same_array(x):
    got = eval(literal(x), {"np": np})
    assert (got.dtype, got.shape) == (x.dtype, x.shape)
    assert got.tobytes() == x.tobytes()


@pytest.mark.parametrize("x", [1.5, 2, True, np.float32(0.1), np.float64(0.1), np.complex64(1 + 2j)])
def test_literals_of_numbers_give_the_same_number(x):
    got = eval(literal(x), {"np": np})
    assert got == x
    assert np.asarray(got).dtype == np.asarray(x).dtype


@given(st.data())
def test_printed_indices_select_the_same(data):
    x = np.arange(24).reshape(2, 3, 4)
    index = data.draw(indices(x.shape))
    got = eval(f"x[{index_literal(index)}]", {"np": np, "x": x})
    np.testing.assert_array_equal(got, x[index], strict=np.ndim(got) > 0)


def test_families_limit_the_calls():
    @given(programs(families=["reductions"], max_steps=2))
    def check(program):
        assert {step.template.split("(")[0] for step in program.steps} <= {"np.sum", "np.mean", "np.var", "np.sin"}

    check()  # a sine stands in where nothing of the family fits
    with pytest.raises(DataError, match=r"programs\(families=\['loops'\]\): name one or more of elementwise, views"):
        programs(families=["loops"])
    with pytest.raises(DataError, match=r"the table of calls is for real numbers, such as np.float32"):
        programs(dtypes=complex)
