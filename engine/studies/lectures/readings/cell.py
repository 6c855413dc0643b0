"""Readings of a cell: a gate, the memory, and a highway of a few numbers by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.studies.cell.study import CellStudy


def gate_mean(study: CellStudy, gate: str) -> float:
    """The mean of a gate over all steps and units."""
    return float(np.mean(study.run().trace.gates[gate]))


def kept_memory(study: CellStudy, held: Sequence[float], gate: Sequence[float]) -> tuple[float, ...]:
    """f ⊙ c of a few lanes."""
    return tuple(float(value) for value in np.multiply(gate, held))


READINGS: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in (gate_mean, kept_memory)}
