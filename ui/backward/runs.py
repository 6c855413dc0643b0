"""Runs of backward studies, kept for every visitor who asks the same, and the messages made of them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from engine.studies.backward.look import Backwards, LongRange, backwards, deciding, long_range, nudged
from engine.studies.backward.nudge import Nudge
from engine.studies.backward.study import BackwardStudy
from figures.backward.check import check_message
from figures.backward.flow import flow_message
from figures.backward.reach import reach_message
from figures.backward.view import View
from ui.vanish import runs  # holds BLAS to one thread

__all__ = ["check", "flow", "reach"]
assert runs


@lru_cache(maxsize=16)
def flow(study: BackwardStudy, view: View) -> bytes:
    """The message of the backward pass of every compared cell."""
    return flow_message(study, _found(study), view)


def check(study: BackwardStudy, picked: View) -> bytes:
    """The message of one nudged weight."""
    assert picked.cell is not None
    return check_message(picked.cell, _nudged(replace(study, cells=(picked.cell,)), picked.cell, picked.weight), picked)


@lru_cache(maxsize=32)
def reach(study: BackwardStudy, view: View) -> bytes:
    """The message of the two sentences."""
    return reach_message(_long_range(deciding(study)), view)


@lru_cache(maxsize=32)
def _found(study: BackwardStudy) -> tuple[Backwards, ...]:
    """Each compared cell: some ten milliseconds."""
    return tuple(backwards(study, cell) for cell in study.cells)


@lru_cache(maxsize=256)
def _nudged(study: BackwardStudy, cell: str, place: tuple[str, int, int]) -> Nudge:
    return nudged(study, cell, place)


@lru_cache(maxsize=64)
def _long_range(study: BackwardStudy) -> tuple[LongRange, ...]:
    return long_range(study)
