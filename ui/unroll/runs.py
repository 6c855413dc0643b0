"""Walks, kept for every visitor who asks for the same."""

from __future__ import annotations

from functools import lru_cache

from engine.studies.unroll.walk import Walk, walk
from engine.studies.unroll.walkthrough import Walkthrough

KEPT = 64  # walks; one of 1,000 steps and 64 units holds some 10 MB


@lru_cache(maxsize=KEPT)
def walked(walkthrough: Walkthrough) -> Walk:
    """The walk, run at most once while it is kept."""
    return walk(walkthrough)
