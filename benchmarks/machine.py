"""Which machine, which versions: without them a time says nothing."""

import os
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "nnlib", "numpy", "numba", "jax", "jaxlib", "torch", "scikit-learn", "matplotlib", "ipywidgets"
)  # fmt: skip


def describe():
    """Processor, caches, memory, system and versions.

    Returns
    -------
    dict
    """
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "caches": caches(),
        "memory_gigabytes": memory_gigabytes(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in PACKAGES},
        "linear_algebra_of_numpy": linear_algebra(),
    }


def processor():
    """Its name, with family and model where the name does not tell them."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor()
    lines = (line.split(":", 1) for line in info.read_text().splitlines() if ":" in line)
    first = {}
    for name, value in lines:
        first.setdefault(name.strip(), value.strip())
    name = first.get("model name", platform.processor())
    return f"{name} (family {first.get('cpu family', '?')}, model {first.get('model', '?')})"


def caches():
    """Such as {"L1 data": "48K"}, as far as the system tells; a size is that of one cache."""
    found = {}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = (
            (folder / name).read_text().strip() for name in ("level", "type", "size")
        )
        found[f"L{level}" + ("" if kind == "Unified" else f" {kind.lower()}")] = size
    return found


def memory_gigabytes():
    """Of the machine, or None where the system does not tell it that way."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
    except (AttributeError, ValueError, OSError):
        return None


def linear_algebra():
    """The library behind numpy's matrix product, and the processor that it takes this one for."""
    import numpy as np
    from threadpoolctl import threadpool_info

    built = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    used = next((i for i in threadpool_info() if "numpy" in i["filepath"]), {})
    return {
        "name": built["name"],
        "version": used.get("version", built["version"]),
        "kernels_for": used.get("architecture", "unknown"),
        "threads": used.get("num_threads", "unknown"),
    }
