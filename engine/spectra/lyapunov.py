"""Finite-time Lyapunov exponents: at which rates small differences between two runs grow and shrink."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arrays import Array
from engine.spectra.products import checked_steps
from engine.wide import Wide

DEPENDENT = 1e-12  # a column that keeps no larger share of its length beside those before it is taken to keep none


def lyapunov_growth(steps: npt.ArrayLike) -> Array:
    """The logarithms of how far each direction has been stretched up to step t, in nats, (T+1, S).

    An orthonormal frame is carried forward, J_t Q_{t-1} = Q_t R_t from Q_0 = 1, and entry (t, i) is
    log|R_1,ii| + ... + log|R_t,ii|, so that the entries of one row add up to log|det(J_t ... J_1)|. The columns stand
    in descending order of their last entry. A direction that a step crushes to exactly zero (a row or a column of
    zeros in J_t, as a dead unit leaves) is -inf from that step on; of steps beyond float64 (`far_jacobians`) also one
    that is crushed 2**1000 times as much as another.

    Args:
        steps: J_t = ds_t/ds_{t-1} at index t - 1, (T, S, S).

    Raises:
        ValueError: `steps` is not (T, S, S) with finite numbers.

    Source: Benettin, Galgani, Giorgilli and Strelcyn, "Lyapunov characteristic exponents for smooth dynamical systems
    and for Hamiltonian systems; a method for computing all of them" (1980); for recurrent networks Vogt, Puelma Touzel,
    Shlizerman and Lajoie, "On Lyapunov exponents for RNNs" (2022), and Engelken, Wolf and Abbott, "Lyapunov spectra of
    chaotic recurrent neural networks" (2023).
    """
    J, S = checked_steps(steps, None)
    T, taken_off = len(J), np.zeros(len(J), dtype=np.int64)
    if isinstance(J, Wide):
        J, taken_off = J.shared((1, 2))
    each = np.full((T, S), -np.inf)
    frame, slots = np.eye(S), np.arange(S)  # the directions that are left, and the columns they are written to
    crushed = np.abs(J).max(axis=1) == 0.0  # (T, S) columns of zeros
    for t in range(T):
        lost: Array | None = None
        if crushed[t].any():  # what these columns would have read goes before anything is mixed with it
            frame, lost, kept = _orthonormal(np.where(crushed[t][:, None], 0.0, frame))
            slots = slots[kept]
        power = np.frexp(np.abs(J[t]).max())[1]  # taken off so that no product leaves float64
        frame, stretched, kept = _orthonormal(np.ldexp(J[t], -power) @ frame)
        slots = slots[kept]
        each[t, slots] = stretched + (power + taken_off[t]) * np.log(2.0) + (0.0 if lost is None else lost[kept])
    growth = np.zeros((T + 1, S))
    np.cumsum(each, axis=0, out=growth[1:])
    return growth[:, np.argsort(-growth[-1], kind="stable")]


def lyapunov_spectrum(steps: npt.ArrayLike) -> Array:
    """The finite-time Lyapunov exponents, descending, in nats per step, (S,): lambda_i = (1/T) sum_t log|R_t,ii|.

    Positive: small differences grow like exp(lambda t), the run is chaotic; all negative: differences, and errors on
    their way back, die out. Their sum is the mean of log|det J_t|; -inf where a step is exactly singular (see
    `lyapunov_growth`, which also names the sources and what is raised).
    """
    growth = lyapunov_growth(steps)
    return np.asarray(growth[-1] / (len(growth) - 1))


def _orthonormal(columns: Array) -> tuple[Array, Array, Array]:
    """An orthonormal basis Q (S, k) of `columns` (S, n) = Q R, log|R_ii| (k,), and which columns gave it (k,).

    Rows of zeros are left out. Where fewer rows than columns are left, k falls below n and the columns that depend on
    those before them go. Large rows stand first, where Householder's QR keeps small ones as precise as them.
    """
    heights = np.abs(columns).max(axis=1, initial=0.0)
    rows = np.argsort(-heights, kind="stable")[: np.count_nonzero(heights)]
    order = np.arange(columns.shape[1])
    if rows.size == 0:
        return np.zeros((len(columns), 0)), np.zeros(0), order[:0]
    Q = np.zeros((len(columns), min(rows.size, order.size)))
    matrix = columns[rows]
    for _ in range(order.size):
        Q[rows], R = np.linalg.qr(matrix)
        pivots = np.abs(np.diagonal(R))
        if rows.size >= order.size:
            break
        dependent = np.flatnonzero(pivots <= DEPENDENT * np.linalg.norm(R, axis=0)[: len(R)])
        if dependent.size == 0:
            break
        order = np.append(np.delete(order, dependent[0]), order[dependent[0]])
        matrix = columns[np.ix_(rows, order)]
    with np.errstate(divide="ignore"):
        return Q, np.log(pivots), order[: Q.shape[1]]
