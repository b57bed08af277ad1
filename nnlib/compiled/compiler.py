"""numba, if it is installed, and the exponential that it lacks."""

import math
from pathlib import Path
from zlib import crc32

from numpy.polynomial import chebyshev

try:
    import numba
    from llvmlite import ir
    from numba.extending import intrinsic
except ImportError:  # none installed, or none for this Python or this numpy
    numba = None

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


if numba:

    @intrinsic
    def times_power_of_two(typing_context, p, t):
        """p 2^k, where the lowest bits of the float t are k: they are added to p's exponent."""

        def generate(context, builder, signature, args):
            p, t = (builder.bitcast(number, ir.IntType(64)) for number in args)
            scaled = builder.add(p, builder.shl(t, ir.Constant(ir.IntType(64), 52)))
            return builder.bitcast(scaled, ir.DoubleType())

        return numba.types.float64(numba.types.float64, numba.types.float64), generate


# (e^r - 1 - r) / r^2 for |r| <= H = ln 2 / 2: a Taylor polynomial, of which the last five terms in
# Chebyshev polynomials are left out. That costs less than rounding and saves a product for each.
H = math.log(2) / 2
_series = chebyshev.poly2cheb([H**n / math.factorial(n + 2) for n in range(15)])[:-5]
SERIES = tuple(c / H**n for n, c in enumerate(chebyshev.cheb2poly(_series).tolist()))[::-1]
SHIFT = 1.5 * 2.0**52  # added to x, it leaves x rounded in the lowest bits


@loops(forceinline=True)
def exp(x):
    """e^x = 2^k e^r, clipped at +-700. The C library's is a call, which stops vectorisation."""
    x = -700.0 if x < -700.0 else 700.0 if x > 700.0 else x  # nan passes through
    t = x * 1.4426950408889634 + SHIFT
    k = t - SHIFT
    r = x - k * 6.93147180369123816490e-01  # ln 2 in two parts: k times the first one is exact
    r = r - k * 1.90821492927058770002e-10
    p = SERIES[0]
    for c in SERIES[1:]:  # Horner's rule
        p = p * r + c
    return times_power_of_two((p * r + 1.0) * r + 1.0, t)
