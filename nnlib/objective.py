"""The training loss as a function of the flat parameter vector theta."""

import numpy as np

from nnlib import checks, network
from nnlib.losses import cross_entropy_forward


class Objective:
    """Mean cross-entropy over a data set, plus weight decay, as a function of theta.

    Weight decay adds lambda/2 (||W0||^2 + ||W1||^2), never the biases.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_inputs)
        Copied, so that a later change of it changes nothing here.
    y : array_like of int, shape (n_samples,)
        Labels 0 ... n_classes - 1.
    weight_decay : float
        lambda >= 0. (scikit-learn's ``alpha`` is n_samples times this.)
    n_classes : int

    Raises
    ------
    TypeError, ValueError
        If X is not real and finite, y is not integer labels in range, weight_decay is negative.

    Notes
    -----
    Equation ``objective`` of chapter 2. ``scipy.optimize.minimize(objective.value_and_gradient,
    theta0, jac=True)`` runs as it is.

    Examples
    --------
    >>> objective = Objective([[0.0, 1.0]], [2])
    >>> round(objective.value(np.zeros(75)), 4)
    1.0986
    """

    def __init__(self, X, y, weight_decay=0.0, n_classes=3):
        X = checks.points(X)
        self.n_classes = checks.whole_number("n_classes", n_classes, at_least=2)
        self.weight_decay = checks.real_number("weight_decay", weight_decay, at_least=0)
        self._x = np.array(X.T, order="C")  # columns are samples: reads and runs better
        self._y = checks.labels(y, self.n_classes, n_samples=len(X))

    def __repr__(self):
        n_inputs, n_samples = self._x.shape
        return (
            f"Objective({n_samples} samples, {n_inputs} inputs, {self.n_classes} classes, "
            f"weight_decay={self.weight_decay:g})"
        )

    def forward(self, theta):
        """The forward pass: the value, and a closure that runs the backward pass.

        Parameters
        ----------
        theta : array_like, shape (n_parameters,)
            Real, or complex for the complex step.

        Returns
        -------
        value : float or complex
            In nats. Not finite when theta is so large that the sums overflow.
        backward : callable
            ``backward()`` returns the gradient, shape (n_parameters,), from what the forward
            pass has computed already.

        Raises
        ------
        ValueError
            If no whole number of hidden units fits the size of theta.
        """
        # A copy: backward() must see this theta, even if the caller has since changed its own.
        theta = np.array(theta, dtype=np.result_type(np.asarray(theta).dtype, np.float64))
        with np.errstate(over="ignore", invalid="ignore"):  # overflow shows in the value
            z2, network_backward = network.forward(theta, self._x, self.n_classes)
            value, loss_backward = cross_entropy_forward(z2.T, self._y)
            value = value + self._penalty(theta)

        def backward():
            with np.errstate(over="ignore", invalid="ignore"):
                gradient = network_backward(loss_backward().T)
                self._add_penalty_gradient(theta, gradient)
            return gradient

        return value.item(), backward

    def value(self, theta):
        """The loss at theta, in nats; complex for a complex theta."""
        return self.forward(theta)[0]

    def gradient(self, theta):
        """The gradient of the loss at theta, shape (n_parameters,)."""
        return self.forward(theta)[1]()

    def value_and_gradient(self, theta):
        """The loss and its gradient, from one forward and one backward pass."""
        value, backward = self.forward(theta)
        return value, backward()

    def _weights(self, theta):
        parameters = network.unpack(theta, len(self._x), self.n_classes)
        return parameters.W0, parameters.W1

    def _penalty(self, theta):
        if self.weight_decay == 0:
            return 0.0
        return self.weight_decay / 2 * sum((W * W).sum() for W in self._weights(theta))

    def _add_penalty_gradient(self, theta, gradient):
        if self.weight_decay == 0:
            return
        for dW, W in zip(self._weights(gradient), self._weights(theta)):
            dW += self.weight_decay * W
