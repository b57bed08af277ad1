"""One process, one thread, one core. To be called before numpy is imported: it starts threads."""

import os

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def settle():
    """Hold this process to one core, and say in words what was done.

    The core does it: JAX 0.10 starts a pool with a thread for each core that it may use, whatever
    its flags say, and hands work over to it. Where a process cannot be held to a core (macOS,
    Windows), the numbers of threads are all there is.
    """
    for name in THREADS:
        os.environ[name] = "1"
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    os.environ["MPLBACKEND"] = "Agg"
    if not hasattr(os, "sched_setaffinity"):
        return "one thread by the libraries' settings; the process was not held to a core"
    core = max(os.sched_getaffinity(0))  # the first one has the most interrupts
    os.sched_setaffinity(0, {core})
    return f"process held to one core (number {core}), so that every library has one thread"
