"""Readings of a cell: a gate, the memory, and a highway of a few numbers by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.studies.cell.study import CellStudy
from engine.studies.trained import Trained


def gate_mean(study: CellStudy, gate: str) -> float:
    """The mean of a gate over all steps and units."""
    return float(np.mean(study.run().trace.gates[gate]))


def kept_memory(study: CellStudy, held: Sequence[float], gate: Sequence[float]) -> tuple[float, ...]:
    """f ⊙ c of a few lanes."""
    return tuple(float(value) for value in np.multiply(gate, held))


def at_first(study: CellStudy, gate: str) -> float:
    """The mean of a gate before the first update."""
    if not isinstance(study.trained, Trained):
        return gate_mean(study, gate)
    return gate_mean(replace(study, trained=replace(study.trained, update=0, numbers=b"")), gate)


def moved(study: CellStudy, gate: str) -> str:
    """What learning does to a gate, against its mean before the first update."""
    change = gate_mean(study, gate) - at_first(study, gate)
    return "it opens" if change > 0.0 else "it shuts" if change < 0.0 else "it stays"


READINGS: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in (gate_mean, kept_memory, moved, at_first)}
