"""What a right answer is, found by other means; each function is named as what answers."""

import numpy as np
from numpy.testing import assert_allclose
from scipy.special import log_softmax


def layers(theta, X, n_classes):
    """Logits, and the sum of the squared weights, from the definition of the layers."""
    d, h = X.shape[1], (theta.size - n_classes) // (X.shape[1] + 1 + n_classes)
    W0, b0, W1, b1 = np.split(theta, np.cumsum([h * d, h, h * n_classes]))
    a1 = 0.5 + 0.5 * np.tanh((X @ W0.reshape(h, d).T + b0) / 2)
    return a1 @ W1.reshape(n_classes, h).T + b1, (W0**2).sum() + (W1**2).sum()


def Objective_value(found, self, theta):
    if np.isrealobj(theta) and abs(theta).max() < 1e3:
        z2, weights = layers(theta, self.X.T, self.n_classes)
        losses = -(self.Y.T * log_softmax(z2, axis=1)).sum(axis=1)
        expected = losses.mean() + self.weight_decay / 2 * weights
        slack = dict(rtol=1e-9, atol=1e-11 * (1 + abs(theta).sum()))
        assert_allclose(found[0] if type(found) is tuple else found, expected, **slack)


Objective_forward = Objective_value_and_gradient = Objective_value


def load_dataset(found, standardise, name="own", **others):
    for X, y in (found.X_train, found.y_train), (found.X_test, found.y_test):
        assert X.shape == (len(y), 2) and X.dtype == np.float64 and np.isfinite(X).all()
        assert set(y.tolist()) == set(range(found.n_classes)) and found.n_classes > 1
    if standardise or (standardise is None and name != "spirals"):
        assert_allclose(found.X_train.mean(axis=0), 0, atol=1e-7)
        assert_allclose(found.X_train.std(axis=0), 1, rtol=1e-7)


load_csv = load_dataset
