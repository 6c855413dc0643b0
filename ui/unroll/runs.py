"""Walks, kept for every visitor who asks for the same."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from engine.overflow import Overflow
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import Walk, walk

KEPT = 32  # walks; one of 1,000 steps, three layers and 64 units holds some 20 MB

OVERFLOW = "With these weights the states grow beyond what float64 holds, and a next layer cannot read infinite numbers"


def walked(walkthrough: UnrollStudy) -> tuple[Walk, str]:
    """The walk; where numbers overflow so that nothing can read them, the nearest one that runs, and a sentence."""
    for nearest, left_out in (
        (walkthrough, ""),
        (replace(walkthrough, edits=()), "the weights set by hand are left out"),
        (replace(walkthrough, edits=(), layers=1, wiring="in-step"), "one layer is shown, in step"),
    ):
        try:
            return _kept(nearest), f"{OVERFLOW}; {left_out}." if left_out else ""
        except Overflow:
            continue
    raise AssertionError("one layer of an in-step network runs with every weight that can be drawn")


@lru_cache(maxsize=KEPT)
def _kept(walkthrough: UnrollStudy) -> Walk:
    return walk(walkthrough)
