"""`import nnlib`, and a training run, need numpy and nothing else."""

import subprocess
import sys

SCRIPT = """
import sys
before = {*sys.modules}
import nnlib
data = nnlib.load_dataset("penguins")
objective = nnlib.Objective(data.X_train, data.y_train)
run = nnlib.gradient_descent(objective, nnlib.init_parameters(3), nnlib.Armijo(), 100)
assert nnlib.evaluate(run.theta, data.X_test, data.y_test).accuracy > 0.8
loaded = {name.partition(".")[0] for name in {*sys.modules} - before}
print({name for name in loaded - sys.stdlib_module_names if "cython" not in name})
"""


def test_import_and_training_need_numpy_alone():
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    assert eval(subprocess.check_output(command)) == {"nnlib", "numpy"}
