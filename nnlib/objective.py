"""The training loss as a function of the flat parameter vector theta."""

from functools import reduce
from operator import add

import numpy as np

from nnlib import checks, network
from nnlib.losses import Targets, cross_entropy_forward

# Samples go through the network in blocks of about so many activations, so that what one line of it
# writes is still in the processor's cache when the next line reads it. An iteration over 3000
# samples takes 0.86 of the time of one block at 64 hidden units, and 0.7 at 256. With fewer samples
# in a block than the lower bound, what a block costs anyway would outweigh that.
ACTIVATIONS, FEWEST_SAMPLES = 2**16, 16

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
        self._data, self._blocks = (X.copy(), y), []

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
        parameters = network.unpack_runs(theta, self.n_inputs, self.n_classes)
        with np.errstate(over="ignore", invalid="ignore"):  # overflow shows in the value
            passes = [_forward(parameters, *block) for block in self._cut(parameters)]
            value = reduce(add, (total for total, _ in passes)) / self.n_samples
            value += self._penalty(parameters)

        def backward(rows=...):
            with np.errstate(over="ignore", invalid="ignore"):
                gradient = reduce(add, (gradient_of(rows) for _, gradient_of in passes))
                gradient /= self.n_samples
                self._add_penalty_gradient(gradient, parameters, rows)
            return gradient

        return (value.item() if theta.ndim == 1 else value), backward

    def _cut(self, parameters):
        """The samples in blocks, cut anew only when N_H asks for another number of them."""
        in_a_block = max(ACTIVATIONS // parameters.b0.shape[-1], FEWEST_SAMPLES)
        n_blocks = -(-self.n_samples // in_a_block)  # rounded up
        blocks = self._blocks  # once, as other threads may train with this objective, too
        if len(blocks) != n_blocks:
            pairs = zip(*(np.array_split(part, n_blocks) for part in self._data))
            blocks = [(network.with_ones(X), Targets(y, self.n_classes)) for X, y in pairs]
            self._blocks = blocks
        return blocks

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

    def _penalty(self, parameters):
        if self.weight_decay == 0:
            return 0.0
        squares = sum((W * W).sum(axis=(-2, -1)) for W in (parameters.W0, parameters.W1))
        return self.weight_decay / 2 * squares

    def _add_penalty_gradient(self, gradient, parameters, rows):
        if self.weight_decay == 0:
            return
        d = network.unpack_runs(gradient, self.n_inputs, self.n_classes)
        for dW, W in ((d.W0, parameters.W0), (d.W1, parameters.W1)):
            dW += self.weight_decay * W[rows]


def _forward(parameters, x1, targets):
    """One block of samples: the loss summed over them, and its gradient in theta as a function."""
    z2, network_backward = network.forward(parameters, x1)
    total, loss_backward = cross_entropy_forward(z2, targets)
    return total, lambda rows: network_backward(loss_backward(rows), rows)
