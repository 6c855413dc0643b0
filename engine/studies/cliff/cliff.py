"""The cliff: the error surface of one sigmoid unit, on which gradient descent is thrown far away.

The unit repeats x_t = w sigmoid(x_{t-1}) + b from x_0 and is to end at a target, E = (sigmoid(x_T) - target)**2. For
most (w, b) it settles and E hardly changes; where x_0 lies between two resting places that attract, right on the one
that repels, a small step of w or b sends it to the other side, and E has a wall. In the letters of the engine this is
the sigmoid RNN with H = 1, W = w, U = 0 and h_t = sigmoid(x_t); all points of a surface are run as one array.

Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013), figure 6;
Doya, "Bifurcations in the learning of recurrent neural networks" (1992).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array

STEPS, TARGET, START = 50, 0.7, 0.5  # of figure 6
CHUNK = 4096  # points worked on at once: the working arrays of all steps stay in the processor's cache


@dataclass(frozen=True, eq=False, repr=False)
class Surface(ArrayRecord):
    """The error and its gradient at every point, each shaped as w and b broadcast together."""

    error: Array
    dw: Array  # dE/dw
    db: Array  # dE/db

    @property
    def steepness(self) -> Array:
        """The norm of the gradient."""
        return np.hypot(self.dw, self.db)


def surface(
    w: npt.ArrayLike, b: npt.ArrayLike, steps: int = STEPS, target: float = TARGET, start: float = START
) -> Surface:
    """E = (sigmoid(x_T) - target)**2, dE/dw and dE/db at every point (w, b) of two arrays that broadcast together.

    dE/dx_T = 2 (h_T - target) sigmoid'(x_T); dE/dx_{t-1} = w sigmoid'(x_{t-1}) dE/dx_t; dE/dw = sum_t h_{t-1} dE/dx_t;
    dE/db = sum_t dE/dx_t.
    """
    w, b = np.broadcast_arrays(np.asarray(w, dtype=np.float64), np.asarray(b, dtype=np.float64))
    flat_w, flat_b, found = w.ravel(), b.ravel(), np.empty((3, w.size))
    for k in range(0, w.size, CHUNK):
        part = slice(k, k + CHUNK)
        found[:, part] = _run(flat_w[part], flat_b[part], steps, target, start)
    error, dw, db = found.reshape(3, *w.shape)
    return Surface(error, dw, db)


def _run(w: Array, b: Array, steps: int, target: float, start: float) -> tuple[Array, Array, Array]:
    """Forward and backward for some points, each (n,)."""
    h, slope = np.empty((steps + 1, w.size)), np.empty((steps + 1, w.size))
    x = np.full(w.size, start)
    for t in range(steps + 1):
        # One exponential gives the sigmoid and its derivative, both with full relative precision.
        small = np.exp(-np.abs(x))
        share = 1.0 / (1.0 + small)
        np.multiply(small, share, slope[t])
        h[t] = np.where(x >= 0.0, share, slope[t])
        np.multiply(slope[t], share, slope[t])
        if t < steps:
            x = w * h[t] + b
    off = h[steps] - target
    carried = 2.0 * off * slope[steps]
    slope *= w
    dw, db = np.zeros(w.size), np.zeros(w.size)
    for t in range(steps, 0, -1):
        db += carried
        dw += h[t - 1] * carried
        carried *= slope[t - 1]
    return off * off, dw, db
