"""The same experiment under other seeds: is what one run shows the rule, or one draw?

The networks of all seeds run together as one ensemble; each keeps what its seed decides: weights, readout, inputs
and targets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import named
from engine.errors import Entering
from engine.forward import Trace, unroll
from engine.gradients.backward import backpropagate
from engine.measures import at_shares
from engine.networks.ensembles import ensemble
from engine.readings import Readable
from engine.studies.inputs import LARGEST_SEED
from engine.studies.vanish.study import VanishStudy, work

SHARES = (0.1, 0.5, 0.9)  # of the runs that lie below: 10th percentile, median, 90th percentile
MOST_SEEDS = 24
# `work` up to which so many seeds are run, which takes a gated cell some tenths of a second.
AFFORDED = {MOST_SEEDS: 600_000, 12: 1_300_000, 6: 4_700_000}


@dataclass(frozen=True, eq=False, repr=False)
class Spread(ArrayRecord):
    """One cell under other seeds: at each step what 10, 50 and 90 % of the runs do not exceed, each (3, T+1).

    By nearest rank; the median of an even number of runs is the geometric mean of the middle two. -inf for an error of
    exactly 0, nan where no run has a number.
    """

    seeds: tuple[int, ...]
    log2_dh: Array  # of log2 ||dL/dh_t||
    log2_relative: Array  # of log2 (||dL/dh_t|| / ||dL/dh_T||), every run relative to its own last step


def other_seeds(experiment: VanishStudy) -> tuple[int, ...]:
    """The seeds after the experiment's own: 24, or fewer, even none, where a run is long."""
    count = next((count for count, most in AFFORDED.items() if work(experiment) <= most), 0)
    return tuple((experiment.seed + k) % (LARGEST_SEED + 1) for k in range(1, count + 1))


def runs_under(experiment: VanishStudy, cell: str, seeds: tuple[int, ...]) -> Array:
    """log2 ||dL/dh_t|| of `cell` under each seed, (T+1, N); column k is the run of `seeds[k]` alone."""
    each = [replace(experiment, seed=seed) for seed in seeds]
    x = np.concatenate([one.sequence().entering for one in each], axis=1)
    trace = unroll(named(cell), ensemble([one.parameters(cell) for one in each]), x)
    return backpropagate(trace, _errors(each, trace)).log2_dh


def spread(experiment: VanishStudy, cell: str, seeds: tuple[int, ...]) -> Spread:
    """The spread of `cell` under these seeds.

    Raises:
        ValueError: there is no seed.
    """
    log2_dh = runs_under(experiment, cell, seeds)
    with np.errstate(invalid="ignore"):
        relative = log2_dh - log2_dh[-1]
    return Spread(seeds, ranked(log2_dh), ranked(relative))


def ranked(rows: Array) -> Array:
    """What each share of SHARES of the numbers in a row do not exceed, (T, N) -> (3, T), as `measures.at_shares`."""
    ordered = np.sort(rows, axis=1)  # nan last
    known = rows.shape[1] - np.isnan(rows).sum(axis=1)
    with np.errstate(invalid="ignore"):  # the mean of two infinities
        if (known == known[0]).all():
            return at_shares(ordered[:, : max(int(known[0]), 1)].T, SHARES)
        return np.stack([at_shares(row[: max(count, 1)], SHARES) for row, count in zip(ordered, known, strict=True)], 1)


def _errors(each: list[VanishStudy], trace: Trace) -> Entering:
    """Every column's own loss, through its own readout."""
    columns = [one.errors(_Column(trace, k)) for k, one in enumerate(each)]
    dh, exponent = (np.concatenate(rows, axis=1) for rows in zip(*((e.dh, e.exponent) for e in columns), strict=True))
    return Entering(columns[0].steps, dh, exponent)


@dataclass(frozen=True)
class _Column:
    """One network of an ensemble's trace, as a loss reads it."""

    trace: Readable
    k: int

    @property
    def ends(self) -> Array:
        return self.trace.ends[self.k : self.k + 1]

    @property
    def states(self) -> tuple[Array, Array | None]:
        column = slice(self.k, self.k + 1)
        h, far = self.trace.states
        return h[:, column], None if far is None else far[:, column]

    @property
    def backwards_from(self) -> int | None:
        return self.trace.backwards_from

    @property
    def ending(self) -> Array | None:
        return self.trace.ending

    @property
    def mask(self) -> Array | None:
        return self.trace.mask
