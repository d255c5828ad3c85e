"""Survival models of lifelines, written for HIPS autograd, fitted on this engine; ``make compat`` installs them.

The expected numbers are those of lifelines 0.30.3 on HIPS autograd 1.9.1, in an environment without this project.
"""

from typing import Any

import numpy as np
import pytest

lifelines = pytest.importorskip("lifelines")
pytestmark = pytest.mark.filterwarnings("ignore")
datasets = pytest.importorskip("lifelines.datasets")

# parameters, then the log likelihood, then the standard errors (which come from second derivatives)
UNIVARIATE = {
    "WeibullFitter": [55.733097, 3.45050541, -672.062187, 1.3265043, 0.243323222],
    "ExponentialFitter": [51.8397461, -771.912509, 4.15050163],
    "LogNormalFitter": [3.8288388, 0.512375887, -716.146406, 0.04046656, 0.0291239652],
    "LogLogisticFitter": [50.3234693, 4.02860963, -701.822737, 1.65694607, 0.283143877],
    "GeneralizedGammaFitter": [4.18318563, -2.08602417, 3.50898672, -644.334629, 0.022637876, 0.138267144, 0.55347504],
    "PiecewiseExponentialFitter": [163.321418, 71.1764979, 11.6382952, -674.399997, 30.8648448, 12.2066734, 1.20039822],
    "SplineFitter": [-7.28942662, 1.25319803, -1.2687422, -661.34748, 1.22119879, 0.377309509, 0.228561725],
}
REGRESSIONS = {
    "WeibullAFTFitter": [
        0.0407148888,
        0.272172396,
        0.311260325,
        0.0588219995,
        -0.065816588,
        -0.224808291,
        0.106550791,
        3.99012308,
        0.339102739,
        -679.916564,
        0.0160037663,
        0.13796318,
        0.273301543,
        0.139639292,
        0.0209407666,
        0.220160803,
        0.151541858,
        0.419099458,
        0.0890270694,
    ],
    "LogNormalAFTFitter": [
        0.0272056219,
        0.342826363,
        0.460236342,
        0.0558757449,
        -0.0655195596,
        -0.363107416,
        0.268129678,
        4.26753684,
        0.258163718,
        -683.234625,
        0.0157559204,
        0.164083299,
        0.295137307,
        0.169108546,
        0.0270902513,
        0.264685237,
        0.178886441,
        0.461681274,
        0.076434762,
    ],
    "LogLogisticAFTFitter": [
        0.0362867328,
        0.289433114,
        0.347584588,
        0.0525226774,
        -0.0691812094,
        -0.279204688,
        0.178406184,
        3.91890929,
        0.435206934,
        -679.938506,
        0.0155637536,
        0.145602937,
        0.269695154,
        0.149563549,
        0.0227409645,
        0.229641643,
        0.157190748,
        0.42732968,
        0.0864174549,
    ],
    "PiecewiseExponentialRegressionFitter": [
        0.245220636,
        0.00532281332,
        -0.860214163,
        0.837969192,
        1.02090291,
        0.0838479709,
        -0.0864468337,
        5.76585626,
        0.841495021,
        0.0294009026,
        -0.792927372,
        0.063367664,
        0.60623883,
        -0.0419384634,
        -0.123533223,
        5.22833843,
        0.194141373,
        0.145074293,
        0.208500006,
        -0.366589256,
        0.0244146655,
        0.231052313,
        -0.0547310055,
        1.42612879,
        -672.467468,
        0.328224928,
        0.0313572785,
        0.681956876,
        0.387699115,
        0.888863031,
        0.331206992,
        0.0418633982,
        0.998093179,
        0.403245459,
        0.0371621079,
        0.687702748,
        0.414082862,
        0.715763385,
        0.381991758,
        0.0546057342,
        1.12599577,
        0.294539993,
        0.0422210807,
        0.398283208,
        0.325924112,
        0.498197809,
        0.303596357,
        0.0528876969,
        1.01422123,
    ],
    "CoxPHFitter": [
        -0.380370118,
        -0.0571410738,
        0.315495664,
        -0.14941956,
        -0.436251603,
        -0.0835232136,
        0.0919317025,
        -6.09372767,
        1.62418098,
        0.259125084,
        0.179474844,
        -0.911298287,
        -679.473229,
        0.191368875,
        0.0219813525,
        0.308127088,
        0.212279112,
        0.382040134,
        0.195800162,
        0.028705222,
        1.1173408,
        0.367346147,
        0.976273621,
        2.34231523,
        3.02147632,
    ],
}


@pytest.mark.parametrize("name", UNIVARIATE)
def test_a_univariate_model_has_the_parameters_that_it_has_on_hips(name: str) -> None:
    waltons = datasets.load_waltons()
    fitter = getattr(lifelines, name)(*KNOTS.get(name, ())).fit(waltons["T"], waltons["E"])
    found = [*fitter.params_, fitter.log_likelihood_, *fitter.summary["se(coef)"]]
    np.testing.assert_allclose(found, UNIVARIATE[name], rtol=1e-5)


KNOTS: dict[str, Any] = {"PiecewiseExponentialFitter": ([30, 50],), "SplineFitter": ([10.0, 30.0, 60.0],)}


@pytest.mark.parametrize("name", REGRESSIONS)
def test_a_regression_has_the_parameters_that_it_has_on_hips(name: str) -> None:
    make = {
        "PiecewiseExponentialRegressionFitter": lambda kind: kind([20.0, 35.0], penalizer=0.01),
        "CoxPHFitter": lambda kind: kind(baseline_estimation_method="spline", n_baseline_knots=4),
    }.get(name, lambda kind: kind())
    fitter = make(getattr(lifelines, name)).fit(datasets.load_rossi(), "week", "arrest")
    found = [*fitter.params_, fitter.log_likelihood_, *fitter.summary["se(coef)"]]
    np.testing.assert_allclose(found, REGRESSIONS[name], rtol=1e-4, atol=1e-6)
