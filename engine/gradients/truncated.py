"""Truncated backpropagation through time: every k1 steps, the errors of these steps are carried back k2 steps.

What happened more than k2 steps before an update gets no gradient from it. All updates are computed with the same
weights, so that the result can stand beside the full gradient; in training the weights would change in between.

Where k1 = k2 it is what a training loop does that cuts a sequence into pieces of k1 steps and takes the state from one
to the next without its history (`detach` in PyTorch): also in the last piece, which may be shorter, no error goes back
behind the piece's start.

Source: Williams and Peng, "An efficient gradient-based algorithm for on-line training of recurrent network
trajectories" (1990), BPTT(h; h') with h = k2 and h' = k1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import expect
from engine.errors import Entering
from engine.forward import Trace
from engine.gradients.backward import Gradients, backpropagate
from engine.gradients.borders import checked_errors
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
        """The gradients of the weights, summed over the updates; zeros where none has an error."""
        return summed([update.gradients.parameters for update in self.updates], self.trace.parameters)


def backpropagate_truncated(trace: Trace, errors: Entering, k1: int, k2: int) -> Truncated:
    """Carry errors back at most k2 steps, in updates every k1 steps (and one at the end).

    With k2 >= T and k1 >= T it is the full gradient. k2 < k1 leaves the first k1 - k2 steps of each update without.

    Raises:
        ValueError: k1 or k2 is no whole number of at least 1, or as for `backpropagate`.
    """
    expect("trace", trace, Trace, "what `unroll` gives; for a network there is `backpropagate_network_truncated`")
    checked = checked_errors(errors, trace.steps, trace.lengths, (trace.batch, trace.parameters.hidden_size))
    return Truncated(
        trace,
        tuple(
            Update(start, new, stop, backpropagate(trace.part(start, stop), entering))
            for start, new, stop, entering in windows(checked, trace.steps, k1, k2)
        ),
    )


def windows(errors: Entering, T: int, k1: int, k2: int) -> Iterator[tuple[int, int, int, Entering]]:
    """For each update that has errors: its start, new and stop, and the errors in it, steps counted from its start.

    Errors reach back at most k2 steps from the stop, and at most k2 - k1 steps behind the first of their own update.

    Raises:
        ValueError: k1 or k2 is no whole number of at least 1.
    """
    if not all(isinstance(k, int | np.integer) and k >= 1 for k in (k1, k2)):
        raise ValueError(f"k1 and k2 must be at least 1, got {k1} and {k2}")
    stops = [*range(k1, T, k1), T]
    for new, stop in zip([0, *stops], stops, strict=False):
        start = max(0, new - max(k2 - k1, 0), stop - k2)
        own = [k for k, step in enumerate(errors.steps) if max(new, start) < step <= stop]
        if own:
            steps = tuple(errors.steps[k] - start for k in own)
            yield start, new, stop, Entering(steps, errors.dh[own], errors.exponent[own])


def summed(parts: Sequence[Parameters], like: Parameters) -> Parameters:
    """The sum of gradients of the parameters `like`, zeros if there are none."""
    zeros = {name: np.zeros(np.shape(array)) for name, array in like.named().items()}
    return reduce(_added, parts, Parameters(zeros.pop("U"), zeros.pop("W"), zeros.pop("b"), zeros))


def _added(a: Parameters, b: Parameters) -> Parameters:
    with np.errstate(over="ignore", invalid="ignore"):
        extra = {name: a.extra[name] + b.extra[name] for name in a.extra}
        return Parameters(a.U + b.U, a.W + b.W, a.b + b.b, extra)
