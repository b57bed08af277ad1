"""What must hold for every network and every data set, tried on generated ones."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import init_parameters, predict_proba
from nnlib.gradient_check import numeric_gradient
from nnlib.objective import Objective

seeds = st.integers(0, 2**32 - 1)


@st.composite
def problems(draw):
    n_hidden, n_inputs = draw(st.integers(1, 9)), draw(st.integers(1, 5))
    n_classes, n_samples = draw(st.integers(2, 5)), draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(seeds))
    theta = init_parameters(n_hidden, n_inputs, n_classes, draw(seeds)) * draw(st.floats(0, 10))
    X = rng.normal(scale=draw(st.sampled_from([0.1, 1, 100])), size=(n_samples, n_inputs))
    return theta, X, rng.integers(n_classes, size=n_samples), n_classes


@given(problems())
@settings(deadline=None)
def test_probabilities_and_the_gradient(problem):
    """Rows that sum to 1; a finite value; the gradient of the complex step."""
    theta, X, y, n_classes = problem
    y_hat = predict_proba(theta, X, n_classes)
    assert y_hat.shape == (len(X), n_classes) and (y_hat >= 0).all()
    np.testing.assert_allclose(y_hat.sum(axis=1), 1, rtol=1e-13)
    objective = Objective(X, y, 0.01, n_classes)
    value, gradient = objective.value_and_gradient(theta)
    assert isinstance(value, float) and np.isfinite(value) and np.isfinite(gradient).all()
    g_hat = numeric_gradient(objective.value, theta, "complex")
    np.testing.assert_allclose(gradient, g_hat, rtol=1e-9, atol=1e-12 * (1 + abs(gradient).max()))
