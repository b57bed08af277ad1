"""The test metric that the report's numbers make one suspect (H1 of chapter 4): not for use."""

import numpy as np

from nnlib import arguments
from nnlib.objective import log_softmax
from nnlib.predict import predict_logits


def integer_label_metric(theta, X, y, base=2.0, divisor=3.0):
    """Loss and accuracy of a metric that expects one-hot labels but is given 0, 1, 2.

    The accuracy compares the predicted class with the argmax of the label. The argmax of a single
    number is 0, so that it is the share of points predicted as class 0. The loss multiplies every
    log-probability by the same number y and sums over the classes.

    Parameters
    ----------
    theta, X, y
        As in `nnlib.evaluate`, of three classes.
    base : float
        Of the logarithm, > 1. The report does not say; neither does it give the divisor.
    divisor : float
        Of the sum over the classes, > 0: 3 for a mean, 1 for a sum.

    Returns
    -------
    loss, accuracy : float
    """
    base = arguments.real_number("base", base, above=1)
    divisor = arguments.real_number("divisor", divisor, above=0)
    logits = predict_logits(theta, X)
    y = arguments.labels(y, 3, len(logits))
    log_y_hat = log_softmax(logits.T) / np.log(base)
    loss = -(y * log_y_hat).sum(axis=0).mean() / divisor
    label_argmax = 0  # np.argmax of a scalar, whatever its value
    return float(loss), float(np.mean(logits.argmax(axis=1) == label_argmax))
