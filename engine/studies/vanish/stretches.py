"""How the step Jacobians multiply: what dh_T/dh_t, and every dh_k/dh_t, does to an error on its way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.measures import at_shares
from engine.spectra.jacobians import finite_step_jacobians
from engine.spectra.lyapunov import lyapunov_spectrum
from engine.spectra.products import running_products
from engine.spectra.singular import log2_singular_values
from engine.studies.vanish.study import VanishStudy

RANKS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)  # of the singular values that lie below: smallest .. median .. largest
WHOLE_TABLE = 60  # steps up to which the table holds each; a longer sequence is shown at TABLE of its steps
TABLE = 41
LARGEST_JACOBIANS = 8_000_000  # numbers in all step Jacobians together; beyond it nothing is multiplied
QUICK = 10_000_000  # T H S**2 up to which every singular value takes less than about a second
AFFORDED = 200_000_000  # the same for about ten seconds


@dataclass(frozen=True, eq=False, repr=False)
class Stretches(ArrayRecord):
    """By how much an error can grow or shrink between two steps of one network."""

    log2_largest: Array  # (T+1,) log2 of the largest singular value of dh_T/dh_t
    log2_ranks: Array | None  # (7, T+1) log2 of the singular values at RANKS, `measures.at_shares`; None: not asked for
    lyapunov: Array  # (S,) finite-time Lyapunov exponents of the full state, descending, nats per step
    hidden: int  # H
    steps: tuple[int, ...]  # n of the steps 1..T: rows and columns of the table
    log2_table: Array  # (n, n) log2 ||dh_k/dh_t||_2, row k, column t; nan for t > k


def jacobian_numbers(experiment: VanishStudy, cell: str) -> int:
    """How many numbers the step Jacobians of `cell` hold, T S**2."""
    T, _, S = _sizes(experiment, cell)
    return T * S**2


def singular_cost(experiment: VanishStudy, cell: str) -> int:
    """T H S**2, to which the time of finding every singular value is about proportional."""
    T, H, S = _sizes(experiment, cell)
    return T * H * S**2


def deciding(experiment: VanishStudy, cell: str) -> VanishStudy:
    """The experiment with everything at rest that does not change the Jacobians of `cell`."""
    return replace(experiment, cells=(cell,), loss="probe", at="last", clip=0.0, other_seeds=False)


def _sizes(experiment: VanishStudy, cell: str) -> tuple[int, int, int]:
    H = experiment.hidden
    return experiment.length, H, 2 * H if experiment.kind(cell).has_memory else H


def stretches(experiment: VanishStudy, cell: str, every: bool = True) -> Stretches:
    """Multiply the step Jacobians of `cell`; `every`: all singular values, exact far below 2**-53 of the largest.

    Raises:
        Overflow: a step Jacobian holds numbers that are not finite, as behind states that overflowed.
    """
    trace = experiment.run(cell).trace
    jacobians, H = finite_step_jacobians(trace), experiment.hidden
    T = len(jacobians)
    ranks = None
    if every:
        values = log2_singular_values(jacobians, H)[:, ::-1]
        ranks = at_shares(values.T, RANKS)
    largest = running_products(jacobians, H).log2_spectral if ranks is None else ranks[-1]
    count = T if T <= WHOLE_TABLE else TABLE
    steps = np.unique(np.rint(np.linspace(1, T, count)).astype(int))
    return Stretches(
        largest, ranks, lyapunov_spectrum(jacobians), H, tuple(steps.tolist()), _table(jacobians, H, steps)
    )


def _table(jacobians: Array, H: int, steps: Array) -> Array:
    """log2 ||dh_k/dh_t|| for all pairs of the named steps: products of the stretches between neighbours."""
    n = len(steps)
    table = np.full((n, n), np.nan)
    between = np.empty((n - 1, *jacobians.shape[1:]))
    power = np.zeros(n, dtype=np.int64)  # taken off each stretch, summed from the first on
    for i, (t, k) in enumerate(pairwise(steps)):
        product = running_products(jacobians[t:k])
        between[i], power[i + 1] = product.mantissa[0], power[i] + product.exponent[0]
    for i in range(n):
        table[i, i] = 0.0
        if i > 0:
            spectral = running_products(between[:i], H).log2_spectral
            table[i, :i] = spectral[:i] + (power[i] - power[:i])
    return table
