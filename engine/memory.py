"""Freed memory that is kept for the next run."""

from __future__ import annotations

import ctypes

KEPT = 2**28  # bytes: some forty arrays of the largest run the pages offer
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # glibc's malloc.h


def keep_freed_memory() -> None:
    """Have the C library keep up to KEPT freed bytes per thread arena instead of returning them to the system.

    A run of many networks fills tens of megabytes and frees them; fetched anew from the system page by page, they
    cost more than all arithmetic. Does nothing where the C library is not glibc.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(M_MMAP_THRESHOLD, KEPT)
    mallopt(M_TRIM_THRESHOLD, KEPT)
