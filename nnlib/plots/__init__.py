"""The pictures of the course: arrays and histories in, matplotlib axes out.

Every ``plot_...`` draws into ``ax``, by default the axes of a new figure, and returns it; none
trains, calls ``show`` or changes what it is given. n_classes may be a Dataset or an Objective.
"""

# isort: off
from nnlib.plots.diagrams import plot_network, plot_theta
from nnlib.plots.heat_map import plot_accuracy_map
from nnlib.plots.regions import (
    feature_labels, limits_around, mesh, plot_hidden_lines, plot_points, plot_regions,
)  # fmt: skip
from nnlib.plots.runs import plot_loss, plot_spread
from nnlib.plots.searches import plot_armijo, plot_differences
from nnlib.plots.table import Table

__all__ = [
    "Table", "feature_labels", "limits_around", "mesh", "plot_accuracy_map", "plot_armijo",
    "plot_differences", "plot_hidden_lines", "plot_loss", "plot_network", "plot_points",
    "plot_regions", "plot_spread", "plot_theta",
]  # fmt: skip
