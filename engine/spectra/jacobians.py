"""How one state depends on the one before, ds_t/ds_{t-1}, and how an error splits up on the way back.

s is the full state: h, or h and then c of a cell with memory. Products over many steps, their singular values and
Lyapunov exponents are in `products.py`, `singular.py` and `lyapunov.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, expect, log2_norm
from engine.forward import Trace
from engine.gradients.backward import Gradients
from engine.gradients.borders import real
from engine.overflow import readable
from engine.wide import Wide, is_wide, scaled, value, widened


def step_jacobians(trace: Trace, sequence: int = 0) -> Array:
    """ds_t/ds_{t-1} of one sequence (or network of an ensemble) for t = 1..T, (T, S, S); S is H, or 2H with memory.

    An entry that float64 cannot hold, as behind a slope of e**-2000, is 0 here; `far_jacobians` has it.

    Raises:
        IndexError: the trace has no such sequence.
        ValueError: it ran on complex numbers.
    """
    return value(far_jacobians(trace, sequence))


def far_jacobians(trace: Trace, sequence: int = 0) -> Array:
    """The same, beyond float64 (`wide.Wide`) where slopes are too flat for it."""
    expect("trace", trace, Trace, "what `unroll` gives")
    if not 0 <= sequence < trace.batch:
        raise IndexError(f"sequence {sequence} was asked for, but the trace has 0 to {trace.batch - 1}")
    real(trace)
    return trace.linearised().jacobians(sequence)[: trace.ends[sequence]]


def finite_step_jacobians(trace: Trace) -> Array:
    """`far_jacobians` of the first sequence, to be multiplied.

    Raises:
        Overflow: they hold numbers beyond float64, as behind states that overflowed.
    """
    jacobians = far_jacobians(trace)
    rows = jacobians.mantissa if isinstance(jacobians, Wide) else jacobians
    readable(rows, f"the step Jacobians of the {trace.cell.title}", "no product goes on from there")
    return jacobians


@dataclass(frozen=True, eq=False, repr=False)
class Growth(ArrayRecord):
    """The growth of the error from step t to step t-1, for t = 1..T, as log2 of a ratio of norms, each (T, B).

    `saturation` is what the elementwise factors do on the way to the pre-activations (slopes of activations, gates);
    `weights` what the recurrent matrix does from there to the state before. They add up to the total. nan where the
    error is exactly 0.
    """

    saturation: Array
    weights: Array

    @property
    def total(self) -> Array:
        """log2 of ||ds_{t-1}|| / ||ds_t||, without what enters at t-1 itself."""
        return self.saturation + self.weights


def growth(gradients: Gradients) -> Growth:
    """Split each step's growth of the full state's error, (dL/dh, dL/dc past h), into saturation and weights.

    For a vanilla RNN: saturation = log2 ||f' dh_t|| / ||dh_t||, weights = log2 ||W^T f' dh_t|| / ||f' dh_t||. For cells
    with gates the first stage also holds what passes by W: z dh_t of a GRU, f dc_t of an LSTM.
    """
    expect("gradients", gradients, Gradients, "what `backpropagate` gives")
    sweep = gradients.sweep
    bypass, passed_c = sweep.bypass(), sweep.passed_c()
    carried = None if sweep.carried_c is None else sweep.carried_c[1:]
    arriving = _log2_norm(sweep.dh[1:], carried)
    inside = _log2_norm(sweep.da[:, : sweep.recurrent_errors().shape[1]], bypass, passed_c)
    leaving = _log2_norm(sweep.passed(), passed_c)
    with np.errstate(invalid="ignore"):
        split = (inside - arriving, leaving - inside)
    saturation, weights = (rows.reshape(gradients.trace.steps, gradients.trace.batch) for rows in split)
    return Growth(saturation, weights)


def _log2_norm(*rows: Array | None) -> Array:
    """log2 of the norm over axis 1 of all arrays together; right also where a square leaves float64."""
    with np.errstate(over="ignore", invalid="ignore"):
        return log2_norm(np.concatenate([array for array in rows if array is not None], axis=1), (1,))


@dataclass(frozen=True, eq=False, repr=False)
class Itemised(ArrayRecord):
    """How much of each step's own loss reaches each state."""

    steps: tuple[int, ...]  # n: where a loss enters, rising
    log2_norm: Array  # (n, T+1) log2 ||dL_k/dh_t||; nan for t > k, which L_k does not depend on


def itemised(gradients: Gradients, sequence: int = 0) -> Itemised:
    """log2 ||dL_k/dh_t|| for every loss k and every state t <= k of one sequence, in one sweep of all losses together.

    dL_k/dh_t = (dh_k/dh_t)^T dL_k/dh_k. The vectors themselves sum over k to the total dL/dh_t. Right at every
    distance: each loss carries its own power of two. Source: Cashman et al., "RNNbow" (2018), for the picture.
    """
    expect("gradients", gradients, Gradients, "what `backpropagate` gives")
    trace, errors = gradients.trace, gradients.errors
    if errors is None:
        raise ValueError("the gradients come from no loss, so there is nothing to itemise")
    jacobians = far_jacobians(trace, sequence)
    T, S, H = len(jacobians), jacobians.shape[1], trace.parameters.hidden_size
    used = [k for k, step in enumerate(errors.steps) if step <= T]
    steps = tuple(errors.steps[k] for k in used)
    column = {step: n for n, step in enumerate(steps)}
    error, exponent = np.zeros((S, len(steps))), np.zeros(len(steps), dtype=np.int64)
    beyond = is_wide(jacobians)
    if beyond:
        error = widened(error)
    table = np.full((len(steps), trace.steps + 1), np.nan)
    for t in range(T, -1, -1):
        if t in column:
            k = column[t]
            entering, power = errors.dh[used[k], sequence], errors.exponent[used[k], sequence]
            error[:H, k] = widened(entering, power) if beyond else entering
            exponent[k] = 0 if beyond else power
        entered = np.searchsorted(steps, t)
        table[entered:, t] = _log2_norm(error[None, :H, entered:])[0] + exponent[entered:]
        if t > 0:
            error[:, entered:] = jacobians[t - 1].T @ error[:, entered:]
            if not beyond:
                power = np.frexp(np.abs(error).max(axis=0))[1]
                error, exponent = scaled(error, -power), exponent + power
    return Itemised(steps, table)
