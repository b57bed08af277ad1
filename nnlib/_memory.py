"""Keep glibc from giving freed memory back to the system after every pass.

It would fetch it again, page by page, for the next one: half the time at 300 points and 64 hidden
units. glibc keeps blocks up to the size of the largest that it has seen freed. This one is never
written to, so that it costs nothing; where malloc works otherwise, it does nothing.
"""

import numpy as np

np.empty(31 * 2**20, np.uint8)
