"""One step of gradient descent: the weights before, minus the rate times the gradient, after; and the loss again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.studies.backward.weights import Weights

Loss = Callable[[Weights], float]  # runs the network and gives its loss


@dataclass(frozen=True, eq=False, repr=False)
class Update(ArrayRecord):
    """What one step does at each of R learning rates."""

    rates: tuple[float, ...]
    before: float  # the loss with the weights as they are
    after: Array  # (R,) the loss of the network run again with the new weights; nan where they overflow
    log2_weights: float  # log2 of the norm of all weights together
    log2_gradient: float  # log2 of the norm of their gradient
    log2_after: Array  # (R,) log2 of the norm of all weights after the step


def descended(weights: Weights, gradient: Weights, rate: float) -> Weights:
    """w - rate dL/dw for every weight."""
    slopes = gradient.named()
    with np.errstate(over="ignore", invalid="ignore"):
        return weights.with_arrays({name: array - rate * slopes[name] for name, array in weights.named().items()})


def update(loss: Loss, weights: Weights, gradient: Weights, rates: Sequence[float]) -> Update:
    """One step at each rate, each followed by a run of its own.

    Raises:
        ValueError: a rate is negative or not finite.
    """
    for rate in rates:
        if not 0.0 <= rate < float("inf"):
            raise ValueError(f"the learning rate is {rate}, but a finite number from 0 on was expected")
    steps = [descended(weights, gradient, rate) for rate in rates]
    return Update(
        rates=tuple(rates),
        before=loss(weights),
        after=np.array([loss(new) if _finite(new) else np.nan for new in steps]),
        log2_weights=weights.log2_norm,
        log2_gradient=gradient.log2_norm,
        log2_after=np.array([new.log2_norm if _finite(new) else np.nan for new in steps]),
    )


def _finite(weights: Weights) -> bool:
    return all(np.isfinite(array).all() for array in weights.named().values())
