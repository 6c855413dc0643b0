"""What the recurrent weights could do to an error alone: singular values and spectral radius of each gate's W."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.measures import recurrent_blocks
from engine.parameters import Parameters
from engine.report.directions import Direction
from engine.report.radius import radius


@dataclass(frozen=True, eq=False, repr=False)
class WeightSpectrum(ArrayRecord):
    """One gate's recurrent weights."""

    direction: Direction
    gate: str
    singular_values: Array  # (H,) falling
    spectral_radius: float  # max |eigenvalue|


def spectrum(direction: Direction, gate: str, parameters: Parameters) -> WeightSpectrum:
    """Of one of the cell's gates."""
    block = recurrent_blocks(direction.cell, parameters)[direction.cell.gates.index(gate)]
    return WeightSpectrum(direction, gate, np.linalg.svd(block, compute_uv=False), radius(block))
