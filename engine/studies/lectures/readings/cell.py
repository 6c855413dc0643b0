"""Readings of a cell: a gate, the memory, and a highway of a few numbers by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.studies.cell.study import CellStudy
from engine.studies.lectures.readings.absent import AbsentError
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


def learns(study: CellStudy, gate: str, update: int) -> str:
    """What learning does to a gate up to an update, whichever is shown: against its mean before the first."""
    change = after(study, gate, update) - after(study, gate, 0)
    return "it opens" if change > 0.0 else "it shuts" if change < 0.0 else "it stays"


def after(study: CellStudy, gate: str, update: int) -> float:
    """The mean of a gate after so many updates, whichever is shown."""
    return float(np.mean(_gates(study, gate, update)))


def most_open(study: CellStudy, gate: str, update: int) -> float:
    """The mean over all steps of the unit in which that is the most."""
    return float(np.mean(_gates(study, gate, update), axis=0).max())


def keeps(study: CellStudy, gate: str, update: int) -> float:
    """What all its gates together leave of what stood there at step 1, in the unit that keeps the most."""
    return float(np.prod(_gates(study, gate, update)[1:], axis=0).max())


def _gates(study: CellStudy, gate: str, update: int) -> Array:
    """A gate (T, H) of what is read."""
    if not isinstance(study.trained, Trained):
        raise AbsentError("read of a trained network alone")
    moment = replace(study.trained, update=update, numbers=b"")
    found = replace(study, trained=study.trained if update == study.trained.update else moment).run()
    if gate not in found.trace.gates:
        raise AbsentError(f"there is no {gate} gate")
    return np.asarray(found.trace.gates[gate][:, 0])


MADE = (gate_mean, kept_memory, moved, at_first, learns, after, most_open, keeps)
READINGS: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in MADE}
