"""Where one unit comes to rest, and what that does to the error that flows back through it.

The cliff's unit x_t = w sigmoid(x_{t-1}) + b has one resting place or three; two attract, and one between them repels
and parts what ends low from what ends high. Two of them meet and vanish at a fold. The wall of the error surface stands
where the repelling one passes the start x_0. The latch x_t = tanh(w x_{t-1} + u) stores a bit where it has two
attracting states, and just there every step shrinks the error.

Sources: Doya, "Bifurcations in the learning of recurrent neural networks" (1992); Bengio, Simard and Frasconi,
"Learning long-term dependencies with gradient descent is difficult" (1994).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.activations import sigmoid, sigmoid_derivative, tanh_derivative
from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.studies.cliff.cliff import START, STEPS

HALVINGS = 200  # find a resting place: far beyond float64's 53 digits


@dataclass(frozen=True, eq=False, repr=False)
class Resting(ArrayRecord):
    """The resting places of a unit."""

    x: Array  # (m,) rising; one, two (just at a fold) or three
    slope: Array  # (m,) dx_t/dx_{t-1} there: the factor of one step back through time; within -1..1 the place attracts


@dataclass(frozen=True, eq=False, repr=False)
class Iteration(ArrayRecord):
    """A unit that runs by itself."""

    x: Array  # (T+1,) from the start on
    factors: Array  # (T,) dx_t/dx_{t-1} for t = 1..T: what the error is multiplied by, step by step
    log10_product: Array  # (T+1,) log10 |dx_T/dx_t|; 0 at t = T


def run_unit(w: float, b: float, steps: int = STEPS, start: float = START) -> Iteration:
    """The cliff's unit: dx_t/dx_{t-1} = w sigmoid'(x_{t-1})."""
    return _run(lambda x: w * sigmoid(x) + b, lambda x: w * sigmoid_derivative(x), steps, start)


def run_latch(w: float, u: float, steps: int = STEPS, start: float = START) -> Iteration:
    """The latch: dx_t/dx_{t-1} = w tanh'(w x_{t-1} + u)."""
    return _run(lambda x: np.tanh(w * x + u), lambda x: w * tanh_derivative(w * x + u), steps, start)


def _run(step: Callable[[Array], Array], slope: Callable[[Array], Array], steps: int, start: float) -> Iteration:
    x, factors = np.empty(steps + 1), np.empty(steps)
    x[0] = start
    for t in range(steps):
        factors[t] = slope(x[t : t + 1])[0]
        x[t + 1] = step(x[t : t + 1])[0]
    with np.errstate(divide="ignore"):
        sizes = np.log10(np.abs(factors))
    return Iteration(x, factors, np.append(np.cumsum(sizes[::-1])[::-1], 0.0))


def resting_places(w: float, b: float) -> Resting:
    """All x with x = w sigmoid(x) + b, by bisection between the turning points of x - w sigmoid(x) - b.

    Its slope 1 - w sigmoid'(x) changes sign only for w > 4, at sigmoid(x) = (1 +- sqrt(1 - 4/w)) / 2; then there can
    be three resting places.
    """
    ends = (min(0.0, w) + b - 1.0, max(0.0, w) + b + 1.0)
    x = _crossings(lambda x: x - w * float(sigmoid(np.array(x))) - b, ends, _turns(w))
    return Resting(x, w * sigmoid_derivative(x))


def latch_states(w: float, u: float) -> Resting:
    """All x with x = tanh(w x + u), from the cliff's unit.

    Since tanh(a) = 2 sigmoid(2a) - 1, the sum a = w x + u has 2a = w' sigmoid(2a) + b' with w' = 4w, b' = 2 (u - w).
    """
    places = resting_places(4.0 * w, 2.0 * (u - w))
    x = np.tanh(places.x / 2.0)
    return Resting(x, w * tanh_derivative(places.x / 2.0))


def fold(w: float) -> tuple[float, float] | None:
    """The two b between which there are three resting places, rising; None for w <= 4, where there is always one.

    At a fold an attracting and the repelling place meet: w sigmoid'(x) = 1.
    """
    if w <= 4.0:
        return None
    x = np.array(_turns(w))
    b = np.sort(x - w * sigmoid(x))
    return float(b[0]), float(b[1])


def wall(w: float, start: float = START) -> float | None:
    """The b at which the unit starts right on its repelling resting place: the foot of the wall for long sequences.

    b = x_0 - w sigmoid(x_0), where w sigmoid'(x_0) > 1; None where the start attracts instead.
    """
    at = np.array(start)
    return float(at - w * sigmoid(at)) if w * float(sigmoid_derivative(at)) > 1.0 else None


def latch_threshold(w: float) -> float | None:
    """The input u* below which the latch has two attracting states; None for w <= 1.

    u* = w x* - artanh(x*) with x* = sqrt(1 - 1/w): a constant input of -u* just lets the upper state vanish.
    """
    if w <= 1.0:
        return None
    x = np.sqrt(1.0 - 1.0 / w)
    return float(w * x - np.arctanh(x))


def _turns(w: float) -> list[float]:
    """Where w sigmoid'(x) = 1, rising; nowhere for w <= 4."""
    if w <= 4.0:
        return []
    root = np.sqrt(1.0 - 4.0 / w)
    turn = float(np.log1p(root) - np.log1p(-root))
    return [-turn, turn]


def _crossings(height: Callable[[float], float], ends: tuple[float, float], turns: list[float]) -> Array:
    """Where a function that rises or falls between its turning points is 0."""
    places = [ends[0], *(turn for turn in turns if ends[0] < turn < ends[1]), ends[1]]
    found = [_crossing(height, left, right) for left, right in pairwise(places)]
    return np.array(sorted({place for place in found if place is not None}))


def _crossing(height: Callable[[float], float], left: float, right: float) -> float | None:
    """Where the height changes sign between two places; None where it does not."""
    at_left, at_right = height(left), height(right)
    if at_left == 0.0:
        return left
    if at_right == 0.0:
        return right
    if (at_left > 0.0) == (at_right > 0.0):
        return None
    for _ in range(HALVINGS):
        middle = (left + right) / 2.0
        if not left < middle < right:
            break
        at_middle = height(middle)
        if at_middle == 0.0:
            return middle
        if (at_middle > 0.0) == (at_left > 0.0):
            left = middle
        else:
            right = middle
    return right
