"""How long each unit remembers: from its forget or update gate, over what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.forward import Trace
from engine.report.directions import Direction
from engine.studies.cell.gate_behaviour import half_life, memory


@dataclass(frozen=True, eq=False, repr=False)
class UnitMemories(ArrayRecord):
    """The memory of one direction's units: m_t = k_t m_{t-1} + what is written, k_t the share that is kept."""

    direction: Direction
    name: str  # "c" or "h": which state holds it
    log_kept: Array  # (B, H) mean over each sequence's steps of log k_t
    steps: Array  # (B,) how many these are

    @cached_property
    def each(self) -> Array:
        """Half-life of each unit on each sequence, in steps, (B, H): log 0.5 / mean log k."""
        return half_life(self.log_kept)

    @cached_property
    def half_life(self) -> Array:
        """The same over all steps of all sequences, (H,)."""
        return half_life(self.steps @ self.log_kept / self.steps.sum())

    @cached_property
    def order(self) -> Array:
        """Units from the longest memory to the shortest, (H,)."""
        return np.argsort(-self.half_life, kind="stable")


def kept_by(trace: Trace) -> tuple[str, int, Array] | None:
    """The state, the steps and the mean of log k of one sequence's run; None for a cell that keeps nothing as it is."""
    held = memory(trace)
    return None if held is None else (held.name, trace.steps, held.log_keep.mean(axis=0))


def memories_of(direction: Direction, every: Sequence[tuple[str, int, Array] | None]) -> UnitMemories | None:
    """The memory of one direction's units over all sequences; None for a cell that keeps nothing as it is."""
    kept = [one for one in every if one is not None]
    if not kept:
        return None
    names, steps, log_kept = zip(*kept, strict=True)
    return UnitMemories(direction, names[0], np.stack(log_kept), np.array(steps))
