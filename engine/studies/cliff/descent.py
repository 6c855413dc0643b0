"""Gradient descent on the cliff's error surface, with and without clipping.

At the wall a difference in the last bit of one update can decide where the ball is thrown. So that a path is one and
the same here, in the browser that draws it while a slider is dragged, and on every machine, it is computed by +, -,
*, / and square roots alone, whose every bit IEEE 754 fixes; the exponential is made of them too. `ui/cliff/descent.js`
does the same operations in the same order, and a test compares the bits.

One and the same is not yet right: after some updates at the wall a path in float64 is another one than in exact
arithmetic. So two twins that start a few last places beside it make the same descent, and a path says how long all
three agree. Beyond that, rounding decides where it goes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.studies.cliff.cliff import START, STEPS, TARGET

LN2 = math.log(2.0)
LN2_HIGH = 0.6931471803691238  # the first 33 bits of ln 2: times a whole number below 2**20 it is exact
LN2_LOW = 1.9082149292705877e-10  # the rest
SERIES = tuple(1.0 / math.factorial(k) for k in range(13, -1, -1))  # of exp; |r| <= ln(2)/2 needs no more
LOWEST = -745.0  # exp below it is smaller than float64's smallest number
ASIDE = 2.0**-49  # of w and b, where twins start: what rounding makes of one gradient at the wall comes to that
AGREES = 1e-4  # relative: so that 3 digits are the same
NOTHING = 1e-12  # an error below it is 0 but for rounding


@dataclass(frozen=True, eq=False, repr=False)
class Path(ArrayRecord):
    """Gradient descent from one point; from where a value is no finite number on, what follows is nan."""

    w: Array  # (n+1,) from the start on
    b: Array  # (n+1,)
    error: Array  # (n+1,)
    norm: Array  # (n+1,) of the gradient before clipping
    clipped: Array  # (n,) whether update k was shortened
    sure: int = 0  # the last update that is reached whatever is rounded; what follows is decided by rounding


def descend(
    w: float,
    b: float,
    rate: float,
    count: int,
    threshold: float | None = None,
    momentum: float = 0.0,
    steps: int = STEPS,
    target: float = TARGET,
    start: float = START,
) -> Path:
    """`count` updates v <- momentum v - rate g, (w, b) <- (w, b) + v, of the surface's gradient g.

    With a `threshold` the gradient is clipped by its norm: g <- g threshold / ||g|| where ||g|| is larger.

    The path is `sure` up to the last update before which it and its twins, from (1 + ASIDE) w and (1 +- ASIDE) b, were
    clipped alike, and up to which w, b, error and gradient norm agree to 1e-4; not counting an error below 1e-12, and
    its gradient.

    Raises:
        ValueError: rate, threshold or momentum is out of range.
    """
    rest = (rate, count, threshold, momentum, steps, target, start)
    path = _descend(w, b, *rest)
    sure = count
    for side in (1.0, -1.0):
        twin = _descend(w * (1.0 + ASIDE), b * (1.0 + side * ASIDE), *rest)
        sure = min(sure, _agreeing(path, twin))
    return replace(path, sure=sure)


def _agreeing(path: Path, twin: Path) -> int:
    """The last update up to which two paths agree, as `descend` says."""
    found = [np.stack([one.w, one.b, one.error, one.norm]) for one in (path, twin)]
    with np.errstate(invalid="ignore"):
        apart = ~(np.abs(found[0] - found[1]) <= AGREES * np.abs(found[0]))
        apart[2:] &= ~((path.error < NOTHING) & (twin.error < NOTHING))
    apart &= ~np.isnan(found).all(axis=0)
    parted = np.flatnonzero(apart.any(axis=0) | np.append(False, path.clipped != twin.clipped))
    return int(parted[0]) - 1 if parted.size else len(path.w) - 1


def _descend(
    w: float,
    b: float,
    rate: float,
    count: int,
    threshold: float | None,
    momentum: float,
    steps: int,
    target: float,
    start: float,
) -> Path:
    """One path, without its twins."""
    if not rate > 0.0 or not 0.0 <= momentum < 1.0 or (threshold is not None and not threshold > 0.0):
        raise ValueError("the learning rate and the threshold must be above 0, the momentum from 0 to below 1")
    found, clipped = np.full((count + 1, 4), np.nan), np.zeros(count, dtype=bool)
    velocity_w = velocity_b = 0.0
    for k in range(count + 1):
        error, dw, db = slope_at(w, b, steps, target, start)
        norm = _norm(dw, db)
        found[k] = w, b, error, norm
        if k == count or not math.isfinite(norm):
            break
        if threshold is not None and norm > threshold:
            clipped[k] = True
            dw, db = dw * (threshold / norm), db * (threshold / norm)
        velocity_w = momentum * velocity_w - rate * dw
        velocity_b = momentum * velocity_b - rate * db
        w, b = w + velocity_w, b + velocity_b
    return Path(found[:, 0], found[:, 1], found[:, 2], found[:, 3], clipped)


def _norm(dw: float, db: float) -> float:
    """The length of (dw, db), also where its square is beyond float64."""
    most = max(abs(dw), abs(db))
    if not 0.0 < most < math.inf:
        return most
    return most * math.sqrt((dw / most) * (dw / most) + (db / most) * (db / most))


def slope_at(
    w: float, b: float, steps: int = STEPS, target: float = TARGET, start: float = START
) -> tuple[float, float, float]:
    """E, dE/dw and dE/db at one point: the equations of `engine.studies.cliff.cliff.surface`, as a plain loop."""
    x = start
    h, slope = [], []
    for t in range(steps + 1):
        small = exponential(-abs(x))
        share = 1.0 / (1.0 + small)
        h.append(share if x >= 0.0 else small * share)
        slope.append(small * share * share)
        if t < steps:
            x = w * h[t] + b
    off = h[steps] - target
    carried = 2.0 * off * slope[steps]
    dw = db = 0.0
    for t in range(steps, 0, -1):
        db = db + carried
        dw = dw + h[t - 1] * carried
        carried = carried * (w * slope[t - 1])
    return off * off, dw, db


def exponential(x: float) -> float:
    """exp(x) for x <= 0 by basic operations: 2**k sum_j r**j / j! with x = k ln 2 + r; at most one last place off."""
    if x < LOWEST:
        return 0.0
    k = math.floor(x / LN2 + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    total = 0.0
    for coefficient in SERIES:
        total = total * r + coefficient
    return math.ldexp(total, k)
