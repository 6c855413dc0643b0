"""The way of each loss's error by itself, factor by factor: the slopes and gates of a step, then its weights.

`jacobians.itemised` says how much of loss k arrives at state t; this says what happened to it on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.errors import Entering, Errors
from engine.forward import Trace
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
    """Every loss of one sequence carried back on its own."""
    alone = [_alone(trace, errors, k) for k in range(len(errors.steps))]
    T = trace.steps
    arriving = np.full((len(alone), T + 1), np.nan)
    inside = np.full((len(alone), T), np.nan)
    hidden = np.full((len(alone), T + 1), np.nan)
    for k, (step, gradients) in enumerate(zip(errors.steps, alone, strict=True)):
        split = growth(gradients)
        hidden[k, : step + 1] = gradients.log2_dh[: step + 1, 0]
        arriving[k, step] = hidden[k, step]
        for t in range(step, 0, -1):
            inside[k, t - 1] = arriving[k, t] + split.saturation[t - 1, 0]
            arriving[k, t - 1] = inside[k, t - 1] + split.weights[t - 1, 0]
    return Paths(errors.steps, hidden, arriving, inside, np.stack([gradients.dh[:, 0] for gradients in alone]))


def _alone(trace: Trace, errors: Errors, k: int) -> Gradients:
    """The backward pass of the loss at errors.steps[k] alone."""
    return backpropagate(trace, Entering((errors.steps[k],), errors.dh[k : k + 1], errors.exponent[k : k + 1]))
