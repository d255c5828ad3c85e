"""Rules with planted errors, and reports on them: what the tests of the checker share."""

import autograd as ag
from autograd.testing import gradcheck


def ruled(f, *vjps):
    """`f` as a primitive with the rules given."""
    primitive = ag.primitive(f)
    primitive.__module__ = __name__  # not NumPy's: rules stay registered, and other tests count them
    ag.vjp_rule(primitive, *vjps)
    return primitive


def report_of(f, *args, **options):
    return gradcheck(f, *args, **options, raise_on_failure=False)
