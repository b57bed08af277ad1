"""Gradients with one line of the backward pass replaced: planted mistakes, and the report's lines.

A gradient check that has never failed has proved nothing: these are here to fail it. Each is an
`nnlib.Objective` of the right value, so that it is checked and trained with like the right one.
"""

import numpy as np

from nnlib import arguments
from nnlib.objective import Objective, sigmoid
from nnlib.parameters import unpack


class WrongSign(Objective):
    def output_error(self, z2, log_y):
        return (self.Y - np.exp(log_y)) / self.n_samples


class SumForMean(Objective):
    def output_error(self, z2, log_y):
        return np.exp(log_y) - self.Y


class DiagonalOnly(Objective):
    """-y/y_hat times the diagonal y_hat (1 - y_hat) of the softmax's Jacobian."""

    def output_error(self, z2, log_y):
        return -self.Y * (1 - np.exp(log_y)) / self.n_samples


class NoSlope(Objective):
    def hidden_error(self, da1, a1):
        return da1


class SlopeOfSlope(Objective):
    """The slope at a1, which has been through the sigmoid already, instead of at z1."""

    def hidden_error(self, da1, a1):
        return super().hidden_error(da1, sigmoid(a1))


class TanhSlope(Objective):
    def hidden_error(self, da1, a1):
        return da1 * (1 - a1**2)


class NoHiddenBias(Objective):
    def forward(self, theta):
        value, right = super().forward(theta)

        def backward():
            gradient = right()
            unpack(gradient, self).b0[:] = 0
            return gradient

        return value, backward


class NoDecay(Objective):
    """The gradient of the data alone: right as long as there is no weight decay."""

    def forward(self, theta):
        undecayed = Objective(self.X.T, self.Y.argmax(axis=0), n_classes=self)
        return super().forward(theta)[0], undecayed.forward(theta)[1]


#: Name of the mistake to the Objective that makes it.
MISTAKES = {
    "wrong sign": WrongSign,
    "sum instead of mean": SumForMean,
    "off-diagonal terms forgotten": DiagonalOnly,
    "slope of the sigmoid forgotten": NoSlope,
    "slope of the sigmoid taken at a": SlopeOfSlope,
    "slope of tanh for the sigmoid's": TanhSlope,
    "hidden biases forgotten": NoHiddenBias,
    "weight decay forgotten": NoDecay,
}

#: The report's printed factors whose values are wrong, and that can be put in alone.
WRONG_VALUES = ("R5", "R6", "R10")


class ReportObjective(Objective):
    """The right loss with some factors of the gradient as the report prints them (R5 to R12).

    Where the printed indices do not fit the shapes, one reading is fixed: W1 for W0 in R9 (W0 has
    one column for each input, not for each hidden unit), the hidden unit's index j throughout R10
    to R12, and the mean over the samples, which the report leaves out (R13).

    Parameters
    ----------
    X, y, weight_decay, n_classes : as in `nnlib.Objective`
    printed : collection of str: which of `WRONG_VALUES` to take as printed; the others are right

    Notes
    -----
    The gradient is not finite where a probability underflows to 0: the factors y/y_hat and y_hat
    are multiplied one after the other, as printed.
    """

    def __init__(self, X, y, weight_decay=0.0, n_classes=3, printed=WRONG_VALUES):
        super().__init__(X, y, weight_decay, n_classes)
        if isinstance(printed, str) or not set(printed) <= set(WRONG_VALUES):
            must = f"be a collection of some of {', '.join(WRONG_VALUES)}"
            arguments.refuse("printed", must, printed, ValueError)
        self.printed = frozenset(printed)

    def output_error(self, z2, log_y):
        """dl/dy_hat, then back through the softmax."""
        y_hat, sign = np.exp(log_y), 1 if "R5" in self.printed else -1
        with np.errstate(divide="ignore"):  # y/y_hat where y_hat underflows to 0
            dy_hat = sign * self.Y / y_hat  # R5: without the minus sign
        if "R6" in self.printed:  # -e^z / (e^z + 1)^2 of each logit alone, without overflow
            return dy_hat * -sigmoid(z2) * sigmoid(-z2) / self.n_samples
        return y_hat * (dy_hat - (y_hat * dy_hat).sum(axis=0)) / self.n_samples

    def hidden_error(self, da1, a1):
        """R10: e^z / (e^z + 1), which is the sigmoid itself, for its slope."""
        return da1 * a1 if "R10" in self.printed else super().hidden_error(da1, a1)
