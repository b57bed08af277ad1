"""A network with one hidden layer, trained by gradient descent: the module behind the course.

Needs numpy alone. The pictures (`nnlib.plotting`, matplotlib) and the sliders (`nnlib.widgets`,
ipywidgets) are imported on their own.
"""

from nnlib.datasets import Dataset, load_dataset, make_spirals
from nnlib.descent import History, gradient_descent
from nnlib.gradcheck import check_gradient, taylor_order
from nnlib.losses import cross_entropy
from nnlib.metrics import evaluate
from nnlib.network import (
    Parameters,
    count_parameters,
    init_parameters,
    predict,
    predict_logits,
    predict_proba,
    unpack,
)
from nnlib.objective import Objective
from nnlib.steps import Armijo, ConstantStep, StepResult, WarmStartedArmijo
from nnlib.sweep import Grid, sweep
from nnlib.together import gradient_descents

__version__ = "0.1.0"

__all__ = [
    "Armijo",
    "ConstantStep",
    "Dataset",
    "Grid",
    "History",
    "Objective",
    "Parameters",
    "StepResult",
    "WarmStartedArmijo",
    "check_gradient",
    "count_parameters",
    "cross_entropy",
    "evaluate",
    "gradient_descent",
    "gradient_descents",
    "init_parameters",
    "load_dataset",
    "make_spirals",
    "predict",
    "predict_logits",
    "predict_proba",
    "sweep",
    "taylor_order",
    "unpack",
]
