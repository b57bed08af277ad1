"""What a right answer is, found by other means: scipy, autograd, sums written out.

Each function has the name of the one whose answer it looks at, and gets its arguments too.
"""

import autograd
import autograd.numpy as anp
import numpy as np
from numpy.testing import assert_allclose
from scipy.special import log_softmax, softmax

import nnlib


def layers(theta, X, n_classes, np=np):
    """Logits and weights, from the definition of the layers, for numpy or autograd."""
    d, h = X.shape[1], (theta.size - n_classes) // (X.shape[1] + 1 + n_classes)
    W0, b0, W1 = theta[: h * d], theta[h * d : h * d + h], theta[h * d + h : -n_classes]
    a1 = 0.5 + 0.5 * np.tanh((X @ W0.reshape(h, d).T + b0) / 2)
    return a1 @ W1.reshape(n_classes, h).T + theta[-n_classes:], (W0**2).sum() + (W1**2).sum()


def loss(theta, X, y, n_classes, weight_decay):
    z2, weights = layers(theta, X, n_classes, anp)
    z2 = z2 - z2.max(axis=1)[:, None]
    log_y = z2 - anp.log(anp.exp(z2).sum(axis=1))[:, None]
    return weight_decay / 2 * weights - log_y[np.arange(len(y)), y].mean()


def predict_logits(found, theta, X, n_classes):
    z2 = layers(theta, X, getattr(n_classes, "n_classes", n_classes))[0]
    assert_allclose(found, z2, rtol=1e-9, atol=1e-12 * (1 + abs(theta).sum()))


def predict_proba(found, theta, X, n_classes):
    assert_allclose(found.sum(axis=1), 1)
    assert_allclose(found, softmax(nnlib.predict_logits(theta, X, n_classes), axis=1), atol=1e-15)


def cross_entropy(found, logits, y):
    assert type(found) is float and found >= 0
    expected = -log_softmax(logits, axis=1)[np.arange(len(y)), y].mean()
    assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def evaluate(found, theta, X, y, n_classes):
    right, counts = nnlib.predict(theta, X, n_classes) == y, np.bincount(y)
    cross_entropy(found.loss, nnlib.predict_logits(theta, X, n_classes), y)
    assert found.confusion.sum(axis=1).tolist()[: len(counts)] == counts.tolist()
    assert found.confusion.trace() == right.sum() and found.accuracy == right.mean()


def Objective_forward(found, self, theta):
    if np.isrealobj(theta) and abs(theta).max() < 1e3:
        data = self.X.T, self.Y.argmax(axis=0), self.n_classes, self.weight_decay
        value, slopes = autograd.value_and_grad(loss)(theta + 0.0, *data)
        for part in found if type(found) is tuple else (found,):
            part = part() if callable(part) else part
            slack = dict(rtol=1e-9, atol=1e-11 * (1 + abs(theta).sum()))
            assert_allclose(part, slopes if np.ndim(part) else value, **slack)


Objective_value = Objective_gradient = Objective_value_and_gradient = Objective_forward


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
