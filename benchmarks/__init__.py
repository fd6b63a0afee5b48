"""Figures of the engine and of the course, each a ratio measured in one run: `python -m benchmarks`.

One thread: the libraries behind numpy and torch read these when they are imported, so importing this package comes first.
"""

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
