"""How large the error is at every step of every layer and direction, and after how many steps half of it is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.measures import Reach, at_shares, reach
from engine.report.directions import Direction


@dataclass(frozen=True, eq=False, repr=False)
class ErrorCurves(ArrayRecord):
    """The error of each of B sequences in one direction of one layer."""

    direction: Direction
    log2_dh: tuple[Array, ...]  # B of (T+1,): log2 ||dL/dh_t||, in the order in which the direction reads
    log2_dc: tuple[Array, ...] | None  # the same of the cell state; None for a cell without
    read: tuple[Array | None, ...]  # B of (T,): at which of its own steps each sequence is read; None: at all of them

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The last step that has an error, as the direction counts; 0 where none has."""
        return tuple(int(np.flatnonzero(~np.isneginf(rows)).max(initial=0)) for rows in self.log2_dh)

    @cached_property
    def reaches(self) -> tuple[Reach | None, ...]:
        """What each curve says from there back to step 1; None without an error."""
        return tuple(
            reach(rows[: start + 1]) if start else None for rows, start in zip(self.log2_dh, self.starts, strict=True)
        )

    @cached_property
    def half_lives(self) -> Array:
        """Steps per halving of each sequence's error, (B,), as `measures.reach`; nan where no line fits the curve."""
        return np.array([np.nan if one is None else one.steps_per_halving for one in self.reaches])

    @cached_property
    def half_life(self) -> float:
        """Their median, of those that have one; nan without any. A doubling counts as longer than any half-life."""
        rates = np.sort(1.0 / self.half_lives[~np.isnan(self.half_lives)])
        middle = float(at_shares(rates, (0.5,))[0]) if len(rates) else float("nan")
        return float("inf") if middle == 0.0 else 1.0 / middle

    @cached_property
    def log2_left(self) -> float:
        """log2 of what is left at step 1 of the error where it entered, the median of all sequences; nan without."""
        ratios = np.sort([one.log2_ratio for one in self.reaches if one is not None])
        ratios = ratios[~np.isnan(ratios)]
        return float(at_shares(ratios, (0.5,))[0]) if len(ratios) else float("nan")

    def by_position(self, sequence: int) -> Array:
        """log2 ||dL/dh|| over the sequence's own steps 1..T, (T,), whichever way the direction reads.

        nan at steps that are left out, which have no state of their own.
        """
        rows, read = self.log2_dh[sequence][1:], self.read[sequence]
        rows = rows[::-1] if self.direction.reverse else rows
        if read is None:
            return rows
        found = np.full(len(read), np.nan)
        found[read] = rows
        return found


def curves_of(
    direction: Direction, gradients: Sequence[tuple[Array, Array | None]], read: Sequence[Array | None]
) -> ErrorCurves:
    """The curves of one direction, from log2_dh and log2_dc, (T+1,), of each sequence."""
    cells = [dc for _, dc in gradients if dc is not None]
    return ErrorCurves(direction, tuple(dh for dh, _ in gradients), tuple(cells) if cells else None, tuple(read))
