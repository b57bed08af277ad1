"""A network with one hidden layer, trained by gradient descent; needs numpy alone.

`nnlib.plots`, `nnlib.sliders` and `nnlib.compiled` need more and are imported on their own.
"""

# ruff: noqa: F401 (the public names)
from nnlib import _memory
from nnlib.data import Dataset, load_dataset, make_spirals
from nnlib.descent import History, Point, descend, gradient_descent
from nnlib.gradient_check import check_gradient, taylor_order
from nnlib.objective import Objective, cross_entropy
from nnlib.parameters import Parameters, count_parameters, init_parameters, pack, unpack
from nnlib.predict import Evaluation, evaluate, predict, predict_logits, predict_proba
from nnlib.steps import Armijo, ConstantStep, StepResult, Trial, WarmStartedArmijo
from nnlib.sweep import Grid, sweep

__version__ = "0.1.0"

__all__ = [k for k, v in vars().items() if getattr(v, "__module__", "").startswith("nnlib.")]
