"""What numba does if it is installed: loops are compiled, and runs of them go in threads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zlib import crc32

from tqdm.auto import tqdm

try:
    import numba
    from llvmlite import ir
    from numba.extending import intrinsic
except ImportError:  # none installed, or none for this Python or this numpy
    numba = ir = intrinsic = None
    tqdm.monitor_interval = 0  # it asks for a thread, which the browser's Python has not

# numba keeps a compiled function by its name, and looks for changes in its own file only. With the
# sum of all files here in the name, none is kept for longer than what it calls.
FILES = crc32(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))


def loops(fastmath=frozenset({"contract"}), **options):
    """A decorator: compiled, kept on disk where there is a folder for it, free of the GIL."""

    def compile_later(function):
        if numba is None:
            return function
        function.__qualname__ += f"_{FILES:08x}"
        options.update(nogil=True, error_model="numpy", fastmath=set(fastmath))
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:  # no folder can be written: compiled anew in every process
            return numba.njit(**options)(function)

    return compile_later


def bar(items):
    """The same items; where nothing is compiled, as in the browser, a bar shows how far it is."""
    return tqdm(items, leave=False) if numba is None else items


def each(function, items):
    """``[function(item) for item in items]``: compiled loops in threads, others with a `bar`."""
    if numba is None:  # the browser's Python has no threads
        return [function(item) for item in bar(items)]
    with ThreadPoolExecutor() as pool:
        return list(pool.map(function, items))
