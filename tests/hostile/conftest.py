"""Long checks: only `make test-hostile` collects them."""

import os

collect_ignore_glob = [] if os.environ.get("HOSTILE") else ["test_*.py"]
