"""Histograms: of traced weights NumPy's, of a traced sample refused with the way out."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, errors

X = np.array([3.0, 1.0, 3.0, 2.0, 3.0])


@pytest.mark.parametrize("bins", [4, [0.0, 1.0, 2.0, 5.0], "weighted"])
@pytest.mark.parametrize("density", [False, True])
def test_a_histogram_of_traced_weights_is_numpys(bins, density):
    weights = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
    edges = 3 if bins == "weighted" else bins
    counts, found = np.histogram(X, edges, density=density, weights=Tensor(weights))
    expected, expected_edges = np.histogram(X, edges, density=density, weights=weights)
    np.testing.assert_allclose(counts.data, expected, rtol=1e-15)
    np.testing.assert_array_equal(found, expected_edges)


@pytest.mark.parametrize(
    "refused",
    [
        np.histogram,
        np.histogram_bin_edges,
        lambda x: np.histogram2d(x, x),
        lambda x: np.histogramdd(x[:, None]),
    ],
)
def test_a_histogram_of_traced_entries_is_refused_with_the_way_out(refused):
    with pytest.raises(errors.NoRuleError, match=r"np\.histogram.* Write np\.histogram.*x\.data.* instead"):
        refused(Tensor(X))


@pytest.mark.parametrize(
    "call",
    [
        lambda t: np.histogram(t),
        lambda t: np.histogram(X, bins=np.sort(t)),
        lambda t: np.histogram2d(X, t),
        lambda t: np.histogramdd([t, X]),
    ],
)
def test_the_histogram_of_a_traced_sample_is_refused_with_the_way_out(call: Any) -> None:
    with pytest.raises(errors.NoRuleError, match=r"step function.*weights= may be traced.*\(x\.data\)"):
        call(Tensor(X))


def test_bin_edges_of_a_traced_sample_are_refused_with_the_way_out() -> None:
    with pytest.raises(errors.NoRuleError, match=r"np\.linspace"):
        np.histogram_bin_edges(Tensor(X))


def test_histograms_of_untraced_tensors_are_numpys() -> None:
    t = Tensor(X, requires_grad=False)
    for ours, numpys in zip(np.histogram(t, 3), np.histogram(X, 3), strict=True):
        assert type(ours) is np.ndarray
        assert ours.tolist() == numpys.tolist()
    assert np.histogram_bin_edges(t, 2).tolist() == [1, 2, 3]


def test_each_weight_goes_to_the_bin_of_its_entry_and_those_outside_to_none() -> None:
    f = lambda w: np.sum(np.histogram(X, [1.0, 2.0, 2.5], weights=w)[0] * np.array([7.0, 9.0]))  # noqa: E731
    assert ag.grad(f)(np.ones(5)).tolist() == [0, 7, 0, 9, 0]


def test_a_density_is_differentiated_through_its_sum() -> None:
    w = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    total = ag.grad(lambda w: np.sum(np.histogram(X, 4, density=True, weights=w)[0]))(w)
    np.testing.assert_allclose(total, 0, atol=1e-15)
