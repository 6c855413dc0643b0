"""Is the gradient right? Nudge one weight up and down, run the network again, and compare.

The central difference (L(w + e) - L(w - e)) / 2e misses dL/dw by about e**2 L'''/6 (what the Taylor series leaves
out) and by about 1e-16 L / e (what rounding leaves): the first falls with the nudge, the second rises.
Source: Press et al., "Numerical Recipes", section 5.7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.studies.backward.update import Losses
from engine.studies.backward.weights import Weights

SIZES = tuple(10.0**-k for k in range(1, 13))

Place = tuple[str, int, int]  # array, row and column counted from 1; a vector has one column


@dataclass(frozen=True, eq=False, repr=False)
class Nudge(ArrayRecord):
    """Finite differences of one weight at n sizes, beside its backpropagated gradient."""

    place: Place
    weight: float
    gradient: float  # dL/dw, backpropagated
    sizes: tuple[float, ...]
    up: Array  # (n,) L(w + size)
    down: Array  # (n,) L(w - size)
    difference: Array  # (n,) (up - down) / ((w + size) - (w - size)), as float64 holds the two weights

    @property
    def error(self) -> Array:
        """|difference - gradient|, (n,)."""
        return np.asarray(np.abs(self.difference - self.gradient))

    @property
    def relative(self) -> Array:
        """The error divided by the larger of the two, (n,): 0 where both are 0, nan where float64 holds neither."""
        larger = np.maximum(np.abs(self.difference), abs(self.gradient))
        with np.errstate(invalid="ignore"):
            return np.asarray(np.where(larger == 0.0, 0.0, self.error / np.where(larger == 0.0, 1.0, larger)))


def entry(weights: Weights, place: Place) -> float:
    """The weight (or gradient) at a place.

    Raises:
        ValueError: the network has no such weight.
    """
    array, index = _at(weights, place)
    return float(array[index])


def nudge(losses: Losses, weights: Weights, gradient: Weights, place: Place, sizes: tuple[float, ...] = SIZES) -> Nudge:
    """Run the network with one weight a little larger and a little smaller, at every size: all are one ensemble.

    Raises:
        ValueError: the network has no such weight.
    """
    array, index = _at(weights, place)
    value = float(array[index])

    away = np.array([value + sign * size for sign in (1.0, -1.0) for size in sizes])
    networks = {name: np.repeat(one[None], len(away), axis=0) for name, one in weights.named().items()}
    networks[place[0]].reshape(-1, *array.shape)[:, *index] = away
    up, down = losses(weights.with_arrays(networks)).reshape(2, -1)
    apart = np.array([(value + size) - (value - size) for size in sizes])
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = (up - down) / apart
    return Nudge(place, value, entry(gradient, place), sizes, up, down, difference)


def _at(weights: Weights, place: Place) -> tuple[Array, tuple[int, int]]:
    """The array as a matrix, and the place counted from 0."""
    name, row, column = place
    named = weights.named()
    if name not in named:
        raise ValueError(f"there are no weights {name!r}; there are {', '.join(named)}")
    array = named[name] if named[name].ndim == 2 else named[name][:, None]
    if not (1 <= row <= array.shape[0] and 1 <= column <= array.shape[1]):
        raise ValueError(f"{name} has {array.shape[0]} rows and {array.shape[1]} columns, so no [{row}, {column}]")
    return array, (row - 1, column - 1)


def nearest_place(weights: Weights, place: Place) -> Place:
    """`place`, moved to a weight that this network has: within the array, or within W where there is no such array."""
    name, row, column = place
    named = weights.named()
    name = name if name in named else "W"
    rows, columns = named[name].shape if named[name].ndim == 2 else (len(named[name]), 1)
    return name, min(max(row, 1), rows), min(max(column, 1), columns)
