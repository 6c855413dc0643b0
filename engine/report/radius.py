"""The spectral radius of a large matrix without all of its eigenvalues, where the answer can be proven.

An iteration finds what is likely the largest eigenvalue. Alone it proves nothing: of a matrix far from normal it may be
at rest on a number that is an eigenvalue of a neighbour a rounding away. So two questions follow. How far can rounding
have moved this eigenvalue? By the residual over |y^H x|, x and y its unit vectors from the right and the left. Can
another one be larger? No eigenvalue of B passes ||B^m||^(1/m), B what is left of W beside the space that was found;
the rounding of each product is added to the norm. Where either stays open, all eigenvalues are asked for.

Source: Golub and Van Loan, "Matrix computations" (4th edition), sections 7.2.2 and 7.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.measures import spectral_radius

LARGE = 200  # H from which on all eigenvalues cost more
SQUARINGS, MORE, AT_ONCE, ROUNDS = 7, 5, 16, 40  # W**128 is applied to so many vectors, at most so often
EXACT = 1e-12  # of an eigenvalue: what W makes of its vector beside the eigenvalue times it
NEAR = 1e-10  # of an eigenvalue: how far rounding may have moved it
EPS = float(np.finfo(float).eps)


def radius(block: Array) -> float:
    """max |eigenvalue| of a square matrix."""
    found = proven(block) if len(block) >= LARGE else None
    return spectral_radius(block[None]) if found is None else found


def proven(block: Array) -> float | None:
    """The same without all eigenvalues; None where it cannot be proven so."""
    scale = float(np.abs(block).max())
    if scale == 0.0:
        return None
    block = block / scale
    power = Power(block, 0.0, 0.0, 1)
    for _ in range(SQUARINGS):
        after = power.squared()
        if after is None:
            return None
        power = after
    found = _at_rest(block, power.rows)
    if found is None or not _firm(block, found) or not _largest(power, found):
        return None
    return scale * abs(found.value)


@dataclass(frozen=True, eq=False, repr=False)
class Power(ArrayRecord):
    """A power of a matrix of H rows, divided by 2**(m * log2), and what rounding has done to it at most."""

    rows: Array
    error: float  # of the Frobenius norm
    log2: float
    m: int

    def squared(self) -> Power | None:
        """The next; None where nothing is left of it."""
        size = float(np.linalg.norm(self.rows))
        if size == 0.0:
            return None
        rows = self.rows / size
        off = self.error / size
        square = rows @ rows
        return Power(square, 2.0 * off + off * off + len(rows) * EPS, self.log2 + np.log2(size) / self.m, 2 * self.m)

    @property
    def log2_bound(self) -> float:
        """log2 of what no eigenvalue of the matrix passes: ||W^m||^(1/m)."""
        return self.log2 + float(np.log2(np.linalg.norm(self.rows) + self.error)) / self.m


@dataclass(frozen=True, eq=False, repr=False)
class Rest(ArrayRecord):
    """Where the iteration came to rest."""

    Q: Array  # (H, n) an orthonormal basis of the space of the largest eigenvalues
    value: complex
    vector: Array  # (H,) of norm 1
    residual: float  # ||W x - value x||


def _at_rest(block: Array, power: Array) -> Rest | None:
    """What a power of the matrix makes of random vectors lies ever more in the space of its largest eigenvalues.

    There the small matrix Q^T W Q has them. None where it does not come to rest.
    """
    Q = np.random.default_rng(0).standard_normal((len(block), AT_ONCE))
    for _ in range(ROUNDS):
        Q = np.linalg.qr(power @ Q)[0]
        image = block @ Q
        values, vectors = np.linalg.eig(Q.T @ image)
        k = int(np.abs(values).argmax())
        apart = float(np.linalg.norm(image @ vectors[:, k] - values[k] * (Q @ vectors[:, k])))
        if apart <= EXACT * abs(values[k]):
            return Rest(Q, values[k], Q @ vectors[:, k], apart)
    return None


def _firm(block: Array, found: Rest) -> bool:
    """Whether rounding cannot have moved the eigenvalue by more than NEAR of it."""
    value = found.value.real if found.value.imag == 0.0 else found.value
    try:
        left = np.linalg.solve((block - value * np.eye(len(block))).conj().T, found.vector)
    except np.linalg.LinAlgError:
        return False
    left = left / np.linalg.norm(left)
    noise = max(found.residual, float(np.linalg.norm(left.conj() @ block - value * left.conj())), EPS)
    return bool(noise <= NEAR * abs(value) * abs(left.conj() @ found.vector))


def _largest(power: Power, found: Rest) -> bool:
    """Whether no eigenvalue beside those in the space that was found can be larger."""
    own = float(np.log2(abs(found.value)))
    left: Power | None = Power(power.rows - found.Q @ (found.Q.T @ power.rows), power.error, power.log2, power.m)
    for _ in range(MORE + 1):
        if left is None or left.log2_bound < own:
            return True
        left = left.squared()
    return left is None
