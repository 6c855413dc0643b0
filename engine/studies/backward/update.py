"""One step of gradient descent: the weights before, minus the rate times the gradient, after; and the loss again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.studies.backward.weights import Weights

Losses = Callable[[Weights], Array]  # runs the networks of an ensemble together and gives the loss of each, (N,)


@dataclass(frozen=True, eq=False, repr=False)
class Update(ArrayRecord):
    """What one step does at each of R learning rates."""

    rates: tuple[float, ...]
    before: float  # the loss with the weights as they are
    after: Array  # (R,) the loss of the network run again with the new weights; nan where they overflow
    log2_weights: float  # log2 of the norm of all weights together
    log2_gradient: float  # log2 of the norm of their gradient
    log2_after: Array  # (R,) log2 of the norm of all weights after the step


def descended(weights: Weights, gradient: Weights, rates: npt.ArrayLike) -> Weights:
    """w - rate dL/dw for every weight, at one rate or as an ensemble at several."""
    slopes = gradient.named()
    with np.errstate(over="ignore", invalid="ignore"):
        return weights.with_arrays(
            {name: array - np.multiply.outer(rates, slopes[name]) for name, array in weights.named().items()}
        )


def update(losses: Losses, weights: Weights, gradient: Weights, rates: Sequence[float]) -> Update:
    """One step at each rate, each followed by a run of its own: all of them are one ensemble.

    Raises:
        ValueError: a rate is negative or not finite.
    """
    for rate in rates:
        if not 0.0 <= rate < float("inf"):
            raise ValueError(f"the learning rate is {rate}, but a finite number from 0 on was expected")
    new = descended(weights, gradient, (0.0, *rates)).named()
    finite = np.all([np.isfinite(array).reshape(len(array), -1).all(axis=1) for array in new.values()], axis=0)
    finite[0] = False  # the first is the network as it is, and so is what stands in for one beyond float64
    for name, array in weights.named().items():
        new[name][~finite] = array
    run = weights.with_arrays(new)
    loss, log2_norm = losses(run), run.log2_norm
    after, log2_after = np.where(finite, (loss, log2_norm), np.nan)[:, 1:]
    return Update(tuple(rates), float(loss[0]), after, float(log2_norm[0]), float(gradient.log2_norm), log2_after)
