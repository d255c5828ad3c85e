"""Every public name of HIPS autograd 1.9.1 is here, or left out for a reason; and none of it is loaded too early."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

# What the modules of HIPS autograd 1.9.1 define, without what they merely import.
NAMES = {
    "autograd": """
        builtins checkpoint core deriv dict differential_operators elementwise_grad extend grad grad_and_aux grad_named
        hessian hessian_tensor_product hessian_vector_product holomorphic_grad isinstance jacobian list make_ggnvp
        make_hvp make_jvp make_vjp multigrad_dict numpy primitive tensor_jacobian_product tracer tuple type util
        value_and_grad vector_jacobian_product wrap_util egrad make_jvp_reversemode misc test_util
    """,
    "autograd.differential_operators": """
        checkpoint deriv elementwise_grad grad grad_and_aux grad_named hessian hessian_tensor_product
        hessian_vector_product holomorphic_grad jacobian make_ggnvp make_hvp make_jvp make_jvp_reversemode make_vjp
        multigrad_dict tensor_jacobian_product value_and_grad vector_jacobian_product
    """,
    "autograd.extend": """
        Box JVPNode SparseObject VJPNode VSpace def_linear defjvp defjvp_argnum defjvp_argnums defvjp defvjp_argnum
        defvjp_argnums notrace_primitive primitive register_notrace vspace
    """,
    "autograd.core": """
        Box JVPNode Node SparseBox SparseObject VJPNode VSpace add_outgrads backward_pass def_linear defjvp
        defjvp_argnum defjvp_argnums defvjp defvjp_argnum defvjp_argnums deprecated_defgrad deprecated_defvjp
        deprecated_defvjp_is_zero func getval identity_jvp identity_vjp isbox make_jvp make_vjp primitive primitive_jvps
        primitive_vjps primitive_with_deprecation_warnings sparse_add sparse_object_types subval sum_outgrads toposort
        trace translate_jvp translate_vjp vspace
    """,
    "autograd.tracer": """
        Box Node TraceStack box_type_mappings box_types find_top_boxed_args getval isbox new_box notrace_primitive
        notrace_primitives primitive register_notrace trace trace_primitives_map trace_stack
    """,
    "autograd.builtins": """
        ContainerVSpace DictBox DictMeta DictVSpace ListMeta ListVSpace NamedTupleVSpace SequenceBox SequenceVSpace
        TupleMeta TupleVSpace container_take container_untake dict dict_ fwd_grad_make_sequence grad_container_take
        grad_sequence_extend_left grad_sequence_extend_right isinstance isinstance_ list list_ make_sequence
        sequence_extend_left sequence_extend_right tuple tuple_ type type_
    """,
    "autograd.test_util": """
        EPS RTOL TOL check_equivalent check_grads check_jvp check_vjp combo_check make_numerical_jvp scalar_close
    """,
    "autograd.util": "func quick_grad_check subval subvals toposort",
    "autograd.wrap_util": "get_doc get_name unary_to_nary wrap_nary_f wraps",
    "autograd.misc": "const_graph flatten tracers",
    "autograd.misc.flatten": "flatten flatten_func",
    "autograd.misc.optimizers": "adam rmsprop sgd unflatten_optimizer",
    "autograd.misc.fixed_points": "fixed_point fixed_point_vjp",
    "autograd.misc.tracers": "ConstGraphNode FullGraphNode const_graph const_graph_unary full_graph",
    "autograd.numpy": """
        array_from_args concatenate_args custom_where fft linalg make_diagonal metadata numpy_boxes numpy_jvps
        numpy_version numpy_vjps numpy_vspaces numpy_wrapper parse_einsum_input random wrap_if_boxes_inside
        wrap_intdtype wrap_namespace c_ r_ row_stack
    """,
    "autograd.numpy.numpy_boxes": "ArrayBox Box",
    "autograd.numpy.numpy_vspaces": "ArrayVSpace ComplexArrayVSpace VSpace",
    "autograd.numpy.numpy_vjps": """
        balanced_eq match_complex repeat_to_match_shape replace_zero unbroadcast unbroadcast_f
    """,
}
LEFT_OUT = {
    "a value belongs to no trace of its own here, and there is no stack of them": """
        box_type_mappings box_types find_top_boxed_args trace_primitives_map notrace_primitives
        wrap_if_boxes_inside wrap_intdtype
    """,
    "the backward pass is the engine's": """
        add_outgrads sparse_add sparse_object_types SparseBox sum_outgrads
        identity_jvp identity_vjp primitive_jvps primitive_vjps translate_jvp translate_vjp numpy_jvps
    """,
    "traced values live in ordinary lists, tuples and dicts": """
        ContainerVSpace DictMeta DictVSpace ListMeta ListVSpace NamedTupleVSpace SequenceVSpace
        TupleMeta TupleVSpace container_untake fwd_grad_make_sequence grad_container_take grad_sequence_extend_left
        grad_sequence_extend_right sequence_extend_left sequence_extend_right array_from_args
    """,
    "an inner part of a function that is here": """
        deprecated_defgrad deprecated_defvjp deprecated_defvjp_is_zero primitive_with_deprecation_warnings
        ConstGraphNode FullGraphNode const_graph_unary full_graph custom_where fixed_point_vjp metadata
        parse_einsum_input wrap_nary_f
    """,
}
WITHOUT = {name for names in LEFT_OUT.values() for name in names.split()}
PAIRS = [(module, name) for module, names in NAMES.items() for name in names.split()]


@pytest.mark.parametrize(("module", "name"), [pair for pair in PAIRS if pair[1] not in WITHOUT])
def test_the_name_is_here(module, name):
    assert hasattr(importlib.import_module(module), name)


def test_names_left_out_are_names_of_theirs():
    assert {name for _, name in PAIRS} >= WITHOUT


@pytest.mark.parametrize("source", [np, np.linalg, np.fft, np.random], ids=lambda module: module.__name__)
def test_every_name_of_numpy_resolves(source):
    module = importlib.import_module(f"autograd.{source.__name__}")
    for name in dir(module):
        getattr(module, name)
    assert set(dir(module)) >= {name for name in source.__all__ if not name.startswith("_")} - {"core", "test"}


@pytest.mark.parametrize("source", [np, np.linalg, np.fft, np.random], ids=lambda module: module.__name__)
def test_the_namespace_holds_every_name_that_numpys_holds(source):
    names = vars(importlib.import_module(f"autograd.{source.__name__}"))  # PennyLane wraps what it finds there
    assert set(names) >= {name for name in vars(source) if name in dir(source) and name[0] != "_"} - {"core", "test"}
    assert importlib.import_module("autograd.numpy").fft.__name__ == "autograd.numpy.fft"


def test_an_unknown_name_is_numpys_error():
    anp = importlib.import_module("autograd.numpy")
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        anp.nonsense  # noqa: B018
    for module in ("autograd", "autograd.util"):
        with pytest.raises(AttributeError, match=f"'{module}' has no attribute 'nonsense'"):
            importlib.import_module(module).nonsense  # noqa: B018


def test_a_star_import_brings_numpys_names():
    namespace = {}
    exec("from autograd.numpy import *", namespace)  # what user code does
    assert namespace["tanh"] is importlib.import_module("autograd.numpy").tanh


def modules_after(program):
    result = subprocess.run(
        [sys.executable, "-c", f"{program}; import sys; print(*[m for m in sys.modules if m.startswith('autograd.')])"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return set(result.stdout.split())


def test_import_autograd_loads_nothing_of_the_wing():
    wing = {"numpy", "extend", "misc", "builtins", "core", "tracer", "util", "wrap_util", "test_util"}
    loaded = modules_after("import autograd, autograd.derivatives; autograd.grad; autograd.primitive")
    assert not {f"autograd.{name}" for name in wing} & loaded
    assert "autograd.differential_operators" in modules_after("import autograd; autograd.make_hvp")
