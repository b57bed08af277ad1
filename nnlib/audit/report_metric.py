"""The test metric that the report's numbers make one suspect (H1 of chapter 4): not for use."""

import numpy as np

from nnlib import arguments
from nnlib.objective import log_softmax
from nnlib.predict import predict_logits


def integer_label_metric(theta, X, y, base=2.0, divisor=3.0):
    """Loss and accuracy of a metric that expects one-hot rows but is given a column of 0, 1, 2.

    numpy stretches the column over the classes: every log-probability is multiplied by the same
    number y. The argmax of a row of one entry is 0, so that the accuracy is the share of points
    predicted as class 0.

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
    labels = arguments.labels(y, 3, len(logits))[:, None]
    log_y_hat = log_softmax(logits.T).T / np.log(base)
    loss = -np.sum(labels * log_y_hat, axis=1).mean() / divisor
    right = np.argmax(labels, axis=1) == np.argmax(log_y_hat, axis=1)
    return float(loss), float(right.mean())
