"""Many independent runs: in threads where loops are compiled, elsewhere in turn and with a bar."""

from concurrent.futures import ThreadPoolExecutor

from tqdm.auto import tqdm

from nnlib.compiled.compiler import numba

if numba is None:
    tqdm.monitor_interval = 0  # it asks for a thread, which the browser's Python has not


def bar(items):
    """The same items; where nothing is compiled, as in the browser, a bar shows how far it is."""
    return tqdm(items, leave=False) if numba is None else items


def each(function, items):
    """``[function(item) for item in items]``: compiled loops in threads, others with a `bar`."""
    if numba is None:  # the browser's Python has no threads
        return [function(item) for item in bar(items)]
    with ThreadPoolExecutor() as pool:
        return list(pool.map(function, items))
