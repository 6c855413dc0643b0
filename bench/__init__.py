"""Side-by-side measurements against peers: `python -m bench`, or `make bench`. They are not tests."""

import os

# One BLAS thread, set before NumPy is first imported: on small matrices a second one costs up to five times.
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[_threads] = "1"
