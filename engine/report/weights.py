"""What the recurrent weights could do to an error alone: singular values and spectral radius of each gate's W."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.measures import recurrent_blocks, spectral_radius
from engine.parameters import Parameters
from engine.report.directions import Direction

LARGE = 200  # H from which on all eigenvalues cost more than the largest alone
SQUARINGS, AT_ONCE, ROUNDS = 7, 16, 40  # W**128 is applied to so many vectors, at most so often
EXACT = 1e-12  # of an eigenvalue: what W makes of its vector beside the eigenvalue times it


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


def radius(block: Array) -> float:
    """max |eigenvalue| of a square matrix; of a large one without the others, where its largest stand out."""
    found = _dominant(block) if len(block) >= LARGE else None
    return spectral_radius(block[None]) if found is None else found


def _dominant(block: Array) -> float | None:
    """The same by subspace iteration with a high power of the matrix; None where it does not come to rest.

    What a power of the matrix makes of random vectors lies ever more in the space of its largest eigenvalues; there the
    small matrix Q^T W Q has them. Source: Golub and Van Loan, "Matrix computations" (4th edition), section 7.3.
    """
    scale = float(np.abs(block).max())
    if scale == 0.0:
        return None
    block = power = block / scale
    for _ in range(SQUARINGS):
        size = float(np.abs(power).max())
        if size == 0.0:
            return None
        power = power / size
        power = power @ power
    Q = np.random.default_rng(0).standard_normal((len(block), AT_ONCE))
    for _ in range(ROUNDS):
        Q = np.linalg.qr(power @ Q)[0]
        image = block @ Q
        values, vectors = np.linalg.eig(Q.T @ image)
        k = int(np.abs(values).argmax())
        apart = np.linalg.norm(image @ vectors[:, k] - values[k] * (Q @ vectors[:, k]))
        if apart <= EXACT * abs(values[k]):
            return scale * float(abs(values[k]))
    return None
