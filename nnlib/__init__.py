"""A network with one hidden layer, trained by gradient descent: the module behind the course.

Needs numpy alone. Pictures (`nnlib.plots`: matplotlib), sliders (`nnlib.sliders`: ipywidgets) and
compiled loops (`nnlib.compiled`: numba, if there is one) are imported on their own.
"""

from nnlib import _memory  # noqa: F401
from nnlib.data import Dataset, load_dataset, make_spirals
from nnlib.descent import History, Point, descend, gradient_descent
from nnlib.gradient_check import check_gradient, taylor_order
from nnlib.objective import Objective, cross_entropy
from nnlib.parameters import Parameters, count_parameters, init_parameters, pack, unpack
from nnlib.predict import Evaluation, evaluate, predict, predict_logits, predict_proba
from nnlib.steps import Armijo, ConstantStep, StepResult, Trial, WarmStartedArmijo
from nnlib.sweep import Grid, sweep

__version__ = "0.1.0"

__all__ = [
    "Armijo", "ConstantStep", "Dataset", "Evaluation", "Grid", "History", "Objective", "Parameters",
    "Point", "StepResult", "Trial", "WarmStartedArmijo", "check_gradient", "count_parameters",
    "cross_entropy", "descend", "evaluate", "gradient_descent", "init_parameters",
    "load_dataset", "make_spirals", "pack", "predict", "predict_logits", "predict_proba",
    "sweep", "taylor_order", "unpack",
]  # fmt: skip
