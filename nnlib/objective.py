"""The training loss as a function of the flat parameter vector theta."""

import numpy as np

from nnlib import checks, network
from nnlib.losses import Targets, cross_entropy_forward

# Samples go through the network in blocks of at most so many, so that what one line of it writes
# is still in the processor's cache when the next line reads it. At 30 000 samples and 64 hidden
# units that makes an iteration a fifth quicker; below 1500 samples it changes nothing.
BLOCK = 1536

# The C library gives freed memory back to the system and fetches it again, page by page, for the
# next forward pass: half the time at 3000 samples and 64 hidden units. glibc keeps blocks up to
# the size of the largest one that it has seen freed. This one is never written to, so that it
# costs nothing; where malloc works otherwise, it does nothing.
np.empty(31 * 2**20, np.uint8)


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
        self.n_samples, self.n_inputs = X.shape
        y = checks.labels(y, self.n_classes, self.n_samples)
        n_blocks = -(-self.n_samples // BLOCK)  # rounded up
        self._blocks = [
            (network.with_ones(some_X), Targets(some_y, self.n_classes))
            for some_X, some_y in zip(np.array_split(X, n_blocks), np.array_split(y, n_blocks))
        ]

    def __repr__(self):
        return (
            f"Objective({self.n_samples} samples, {self.n_inputs} inputs, "
            f"{self.n_classes} classes, weight_decay={self.weight_decay:g})"
        )

    def forward(self, theta):
        """The forward pass: the value, and a closure that runs the backward pass.

        Parameters
        ----------
        theta : array_like, shape (n_parameters,) or (n_runs, n_parameters)
            Real, or complex for the complex step. With two axes, the parameters of several
            networks of one size, which cost less together than one by one.

        Returns
        -------
        value : float or complex, or ndarray, shape (n_runs,)
            In nats. Not finite when theta is so large that the sums overflow.
        backward : callable
            ``backward()`` returns the gradient, shape of theta, from what the forward pass has
            computed already; ``backward(rows)`` that of some of the runs, an array of indices.

        Raises
        ------
        TypeError, ValueError
            If theta holds no numbers, or no whole number of hidden units fits its size.
        """
        # A copy: backward() must see this theta, even if the caller has since changed its own.
        theta = checks.complex_array("theta", theta).copy()
        with np.errstate(over="ignore", invalid="ignore"):  # overflow shows in the value
            passes = [self._forward(theta, *block) for block in self._blocks]
            value = sum(total for total, _ in passes) / self.n_samples + self._penalty(theta)

        def backward(rows=...):
            with np.errstate(over="ignore", invalid="ignore"):
                gradient = sum(gradient_of(rows) for _, gradient_of in passes)
                gradient /= self.n_samples
                self._add_penalty_gradient(theta[rows], gradient)
            return gradient

        return (value.item() if theta.ndim == 1 else value), backward

    def _forward(self, theta, x1, targets):
        """The same for one block of samples, and summed over them instead of averaged."""
        z2, network_backward = network.forward(theta, x1, self.n_classes)
        total, loss_backward = cross_entropy_forward(z2, targets)
        return total, lambda rows: network_backward(loss_backward(rows), rows)

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
        parameters = network.unpack_runs(theta, self.n_inputs, self.n_classes)
        return parameters.W0, parameters.W1

    def _penalty(self, theta):
        if self.weight_decay == 0:
            return 0.0
        squares = sum((W * W).sum(axis=(-2, -1)) for W in self._weights(theta))
        return self.weight_decay / 2 * squares

    def _add_penalty_gradient(self, theta, gradient):
        if self.weight_decay == 0:
            return
        for dW, W in zip(self._weights(gradient), self._weights(theta)):
            dW += self.weight_decay * W
