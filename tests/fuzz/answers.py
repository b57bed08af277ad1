"""What a right answer is, found by other means; each function is named as what answers."""

import numpy as np
from numpy.testing import assert_allclose
from scipy.special import log_softmax, softmax

import nnlib


def layers(theta, X, n_classes):
    """Logits, and the sum of the squared weights, from the definition of the layers."""
    d, h = X.shape[1], (theta.size - n_classes) // (X.shape[1] + 1 + n_classes)
    W0, b0, W1, b1 = np.split(theta, np.cumsum([h * d, h, h * n_classes]))
    a1 = 0.5 + 0.5 * np.tanh((X @ W0.reshape(h, d).T + b0) / 2)
    return a1 @ W1.reshape(n_classes, h).T + b1, (W0**2).sum() + (W1**2).sum()


def predict_logits(found, theta, X, n_classes):
    z2 = layers(theta, X, getattr(n_classes, "n_classes", n_classes))[0]
    assert_allclose(found, z2, rtol=1e-9, atol=1e-12 * (1 + abs(theta).sum()))


def predict_proba(found, theta, X, n_classes):
    assert (found >= 0).all()
    assert_allclose(found.sum(axis=1), 1, rtol=1e-13)
    assert_allclose(found, softmax(nnlib.predict_logits(theta, X, n_classes), axis=1), atol=1e-15)


def Objective_value(found, self, theta):
    if np.isrealobj(theta) and abs(theta).max() < 1e3:
        z2, weights = layers(theta, self.X.T, self.n_classes)
        losses = -(self.Y.T * log_softmax(z2, axis=1)).sum(axis=1)
        expected = losses.mean() + self.weight_decay / 2 * weights
        slack = dict(rtol=1e-9, atol=1e-11 * (1 + abs(theta).sum()))
        assert_allclose(found[0] if type(found) is tuple else found, expected, **slack)


Objective_forward = Objective_value


def Objective_value_and_gradient(found, self, theta):
    """The gradient by complex differences."""
    Objective_value(found, self, theta)
    if np.isrealobj(theta) and abs(theta).max() < 1e3:
        g_hat = nnlib.gradient_check.numeric_gradient(self.value, theta, "complex")
        assert_allclose(found[1], g_hat, rtol=1e-9, atol=1e-12 * (1 + abs(g_hat).max()))


def Armijo___call__(found, self, phi, phi0, slope):
    tried = np.array([trial.alpha for trial in found.trials])
    enough = (phi(tried) <= phi0 + self.sigma * tried * slope) & (phi(tried) < phi0)
    assert enough.tolist() == [False] * (len(tried) - found.accepted) + [True] * found.accepted
    assert_allclose(tried, self.alpha0 * self.beta ** np.arange(len(tried)), atol=1e-300)
    assert found.alpha == (tried[-1] if found.accepted else 0)


def load_dataset(found, standardise, name="own", **others):
    for X, y in (found.X_train, found.y_train), (found.X_test, found.y_test):
        assert X.shape == (len(y), 2) and X.dtype == np.float64 and np.isfinite(X).all()
        assert set(y.tolist()) == set(range(found.n_classes)) and found.n_classes > 1
    if standardise or (standardise is None and name != "spirals"):
        assert_allclose(found.X_train.mean(axis=0), 0, atol=1e-7)
        assert_allclose(found.X_train.std(axis=0), 1, rtol=1e-7)


load_csv = load_dataset
