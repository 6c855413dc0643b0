"""The way of each loss's error by itself, factor by factor: the slopes and gates of a step, then its weights.

`jacobians.itemised` says how much of loss k arrives at state t; this says what happened to it on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.errors import Entering, Errors
from engine.forward import State, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.spectra.jacobians import growth


@dataclass(frozen=True, eq=False, repr=False)
class Paths(ArrayRecord):
    """One row per loss k, log2 of norms of the full state's error: (dL_k/dh, dL_k/dc past h) of a cell with memory.

    Reading row k from t = k down: `arriving` at t, `inside` t behind its slopes and gates, `arriving` at t - 1
    behind its weights, and so on. nan where the error does not come, or t > k.
    """

    steps: tuple[int, ...]  # n: where a loss enters, rising
    log2_hidden: Array  # (n, T+1) ||dL_k/dh_t|| alone
    log2_arriving: Array  # (n, T+1)
    log2_inside: Array  # (n, T) at index t - 1, behind the elementwise factors of step t
    dh: Array  # (n, T+1, H) dL_k/dh_t; their sum over k is the total dL/dh_t


def paths(trace: Trace, errors: Errors) -> Paths:
    """Every loss of one sequence carried back on its own: the losses are the columns of one pass."""
    steps = np.array(errors.steps)
    gradients = _each_alone(trace, errors)
    split = growth(gradients)
    hidden = np.where(np.arange(trace.steps + 1) <= steps[:, None], gradients.log2_dh.T, np.nan)
    arriving = np.where(np.arange(trace.steps + 1) == steps[:, None], hidden, np.nan)
    inside = np.full((len(steps), trace.steps), np.nan)
    for t in range(trace.steps, 0, -1):
        inside[:, t - 1] = arriving[:, t] + split.saturation[t - 1]
        arriving[:, t - 1] = np.where(steps >= t, inside[:, t - 1] + split.weights[t - 1], arriving[:, t - 1])
    return Paths(errors.steps, hidden, arriving, inside, gradients.dh.swapaxes(0, 1))


def _each_alone(trace: Trace, errors: Errors) -> Gradients:
    """The backward pass of n copies of the sequence, of which copy k ends at errors.steps[k] with that loss alone."""
    n = len(errors.steps)
    c = None if trace.c is None else np.repeat(trace.c[0], n, axis=0)
    start = State(np.repeat(trace.h[0], n, axis=0), c)
    copies = unroll(trace.cell, trace.parameters, np.repeat(trace.x, n, axis=1), start, lengths=errors.steps)
    own = np.eye(n, dtype=bool)
    dh = np.where(own[..., None], errors.dh, 0.0)
    return backpropagate(copies, Entering(errors.steps, dh, np.where(own, errors.exponent, 0)))
