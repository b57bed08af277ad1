"""Run a command as on an older CPU: numpy, OpenBLAS and numba without newer instructions.

    python tools/on_an_old_cpu.py COMMAND [ARGUMENT ...]

numpy's exp differs in the last bits between instruction sets, and thousands of iterations amplify
that. Whatever the notebooks print and the tests compare has to survive it.
"""

import os
import subprocess
import sys

from numpy._core import _multiarray_umath

PROBE = """
from numpy._core import _multiarray_umath as umath
on = [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name]]
raise SystemExit(f"still on: {on}" if on else 0)
"""


def old_environment():
    """The environment of a process that is to use nothing that is chosen at run time."""
    return os.environ | {
        "NPY_DISABLE_CPU_FEATURES": " ".join(_multiarray_umath.__cpu_dispatch__),
        "OPENBLAS_CORETYPE": "Nehalem",
        "NUMBA_CPU_NAME": "generic",
    }


def main():
    environment = old_environment()
    # Names that numpy does not know are ignored without a word: look whether they are really off.
    subprocess.run([sys.executable, "-c", PROBE], env=environment, check=True)
    return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
