"""Truncated backpropagation through time: every k1 steps, the errors of these steps are carried back k2 steps.

What happened more than k2 steps before an update gets no gradient from it. All updates are computed with the same
weights, so that the result can stand beside the full gradient; in training the weights would change in between.

Source: Williams and Peng, "An efficient gradient-based algorithm for on-line training of recurrent network
trajectories" (1990), BPTT(h; h') with h = k2 and h' = k1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from engine.array_record import ArrayRecord
from engine.errors import Entering
from engine.forward import Trace
from engine.gradients.backward import Gradients, backpropagate
from engine.parameters import Parameters


@dataclass(frozen=True, eq=False, repr=False)
class Update(ArrayRecord):
    """One update: the errors of steps new+1..stop, carried back to step start."""

    start: int
    new: int
    stop: int
    gradients: Gradients  # of the part of the trace from start to stop; its step 1 is step start+1


@dataclass(frozen=True, eq=False, repr=False)
class Truncated(ArrayRecord):
    """Truncated backpropagation over one trace."""

    trace: Trace
    updates: tuple[Update, ...]  # those that have an error, in order

    @cached_property
    def parameters(self) -> Parameters:
        """The gradients of the weights, summed over the updates."""
        return reduce(_added, (update.gradients.parameters for update in self.updates))


def backpropagate_truncated(trace: Trace, errors: Entering, k1: int, k2: int) -> Truncated:
    """Carry errors back at most k2 steps, in updates every k1 steps (and one at the end).

    With k2 >= T and k1 >= T it is the full gradient. k2 < k1 leaves the first k1 - k2 steps of each update without.

    Raises:
        ValueError: k1 or k2 is below 1.
    """
    if k1 < 1 or k2 < 1:
        raise ValueError(f"k1 and k2 must be at least 1, got {k1} and {k2}")
    stops = sorted({*range(k1, trace.steps + 1, k1), trace.steps})
    updates = []
    for new, stop in zip([0, *stops], stops, strict=False):
        start = max(0, stop - k2)
        own = [k for k, step in enumerate(errors.steps) if max(new, start) < step <= stop]
        if own:
            steps = tuple(errors.steps[k] - start for k in own)
            entering = Entering(steps, errors.dh[own], errors.exponent[own])
            updates.append(Update(start, new, stop, backpropagate(trace.part(start, stop), entering)))
    return Truncated(trace, tuple(updates))


def _added(a: Parameters, b: Parameters) -> Parameters:
    with np.errstate(over="ignore", invalid="ignore"):
        extra = {name: a.extra[name] + b.extra[name] for name in a.extra}
        return Parameters(a.U + b.U, a.W + b.W, a.b + b.b, extra)
