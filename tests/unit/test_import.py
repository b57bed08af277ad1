"""`import nnlib`, and a training run, need numpy and nothing else."""

import subprocess
import sys

SCRIPT = """
import sys
class OnlyNumpy:
    allowed = set(sys.stdlib_module_names) | {"numpy", "nnlib"}
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in self.allowed and not name.startswith("__editable__"):
            raise ImportError(f"{name} is not numpy")

sys.meta_path.insert(0, OnlyNumpy())
import nnlib
data = nnlib.load_dataset("penguins")
objective = nnlib.Objective(data.X_train, data.y_train)
run = nnlib.gradient_descent(objective, nnlib.init_parameters(3), nnlib.Armijo(), 100)
print(nnlib.evaluate(run.theta, data.X_test, data.y_test).accuracy > 0.8)
try:
    import matplotlib
except ImportError:
    print("blocked")
"""


def test_import_and_training_need_numpy_alone():
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    assert subprocess.check_output(command, text=True).split() == ["True", "blocked"]
