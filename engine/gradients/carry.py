"""Carrying an error back through a sweep, with gradients that neither underflow nor overflow on the way.

The carried gradient is kept as mantissa times an exact power of two per sequence. Scaling by a power of two rounds
nothing, so wherever plain float64 would stay in range the result is the same to the last bit, and where it
would end in 0 or infinity the logarithm of the norm is still right. The sweep starts in plain float64 and looks at the
magnitude between blocks of steps; from the first block that left the safe range on, it carries powers of two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine import wide
from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells.base import Sweep
from engine.wide import NOTHING, scaled

PLAIN_BLOCK = 64  # steps between two looks at the magnitude while none has left the range
BLOCK = 16  # the same once powers of two are carried
SAFE = 2.0**400  # within a block, magnitudes from 1/SAFE to SAFE leave products far from float64's ends
COMFORT = 2.0**100  # a carried gradient outside 1/COMFORT .. COMFORT is rescaled at the end of its block


@dataclass(frozen=True, eq=False, repr=False)
class Entries(ArrayRecord):
    """The errors that enter from outside, in the layout of a tape; ``...`` as there. True values: dh * 2**exponent."""

    steps: tuple[int, ...]  # n steps, rising, each in 1..T, or 0 of a sequence without steps
    dh: Array  # (n, H, ...)
    exponent: Array  # (n, ...)
    dc: Array | None = None  # (n, H, ...) at the cell state itself, from whoever took it over
    ends: Array | None = None  # (B,) the last step of each sequence, where they differ


def carry(sweep: Sweep, entries: Entries) -> Array:
    """Fill `sweep` from the last entry to the start; returns the exponents, (T+1, ...)."""
    last, T = entries.steps[-1], int(sweep.dh.shape[0]) - 1
    if wide.is_wide(sweep.dh):
        _in_wide(sweep, entries)
        return np.zeros((T + 1, *sweep.dh.shape[2:]), dtype=np.int64)
    exponent = np.zeros((T + 1, *sweep.dh.shape[2:]), dtype=np.int64)
    sweep.dh[last + 1 :], sweep.da[last:] = 0.0, 0.0
    if sweep.dc is not None and sweep.carried_c is not None:
        sweep.dc[last + 1 :], sweep.carried_c[last:] = 0.0, 0.0
    if last == 0:  # no sequence has a step
        exponent[0] = entries.exponent[0]
        entries = replace(entries, exponent=np.zeros_like(entries.exponent))
    reached = last if entries.exponent.any() else _plainly(sweep, entries)
    if reached > 0:
        _rescaling(sweep, entries, exponent, reached)
    if sweep.dc is not None and sweep.carried_c is not None:
        sweep.dc[0] = sweep.carried_c[0]
    return exponent


def _in_wide(sweep: Sweep, entries: Entries) -> None:
    """Sweep in numbers that each carry a power of two: through slopes so flat that no power serves all units."""
    steps, t = entries.steps, entries.steps[-1]
    local = wide.empty(sweep.dh.shape)
    local[list(steps)] = wide.widened(entries.dh, entries.exponent[:, None])
    sweep.dh[t] = local[t]
    if entries.dc is None or sweep.carried_c is None:
        sweep.run(t, 0, local)
    else:
        dc = wide.widened(entries.dc, entries.exponent[:, None])
        for k in range(len(steps))[::-1]:
            sweep.carried_c[steps[k]] = sweep.carried_c[steps[k]] + dc[k]
            sweep.run(steps[k], steps[k - 1] if k else 0, local)
    if sweep.dc is not None and sweep.carried_c is not None:
        sweep.dc[0] = sweep.carried_c[0]


def _plainly(sweep: Sweep, entries: Entries) -> int:
    """Sweep in plain float64 while magnitudes allow; the step that was reached (0: all done)."""
    steps, t = entries.steps, entries.steps[-1]
    local = None
    if len(steps) > 1:
        local = np.zeros_like(sweep.dh)
        local[list(steps)] = entries.dh
    sweep.dh[t] = entries.dh[-1]
    stops = set() if entries.dc is None else set(steps)  # the cell's own errors enter between two runs
    rows = {step: k for k, step in enumerate(steps)}
    while True:
        if entries.dc is not None and sweep.carried_c is not None and t in stops:
            sweep.carried_c[t] += entries.dc[rows[t]]
        if t == steps[-1] and not _in_range(sweep, slice(t, t + 1), _silent(entries, slice(t, t + 1))):
            return t
        if t == 0:
            return 0
        stop = max([t - PLAIN_BLOCK, 0, *(step for step in stops if step < t)])
        with np.errstate(over="ignore", invalid="ignore"):
            sweep.run(t, stop, local)
        if not _in_range(sweep, slice(stop, t), _silent(entries, slice(stop, t))):
            return t
        t = stop


def _silent(entries: Entries, span: slice) -> Array | bool:
    """Where a sequence has ended, or has no step, so that an exact zero is right, (steps, B)."""
    if entries.ends is None:
        return False
    over = np.arange(span.start, span.stop)[:, None] > entries.ends
    return np.asarray(over | (entries.ends == 0))


def _rescaling(sweep: Sweep, entries: Entries, exponent: Array, start: int) -> None:
    """Sweep from `start` to 0 in short blocks, each with its own exponent; errors enter only where a block ends."""
    rows = {t: k for k, t in enumerate(entries.steps)}
    ends = np.array([0, *entries.steps])  # a block ends where an error enters
    t, block = start, BLOCK
    if start == entries.steps[-1]:
        sweep.dh[start] = 0.0  # enters again, rescaled
        if sweep.carried_c is not None:
            sweep.carried_c[start] = 0.0
        _let_in(sweep, exponent, start, entries, rows[start])
    _rescale(sweep, exponent, t)
    while t > 0:
        stop = max(t - block, ends[np.searchsorted(ends, t) - 1])
        start_peak = _peaks(sweep, slice(t, t + 1))[0]
        lost = (start_peak == 0.0) | ~np.isfinite(start_peak)  # an exact zero or no number stays what it is
        with np.errstate(over="ignore", invalid="ignore"):
            sweep.run(t, stop, None)
        if t - stop > 1 and not _in_range(sweep, slice(stop, t), lost):
            block = (t - stop) // 2
            continue
        exponent[stop:t] = exponent[t]
        if stop in rows:
            _let_in(sweep, exponent, stop, entries, rows[stop])
        _rescale(sweep, exponent, stop)
        t, block = stop, BLOCK


def _peaks(sweep: Sweep, span: slice) -> Array:
    """The largest magnitude that is carried at each step of `span`, (steps, ...)."""
    peaks = np.abs(sweep.dh[span]).max(axis=1)
    if sweep.carried_c is not None:
        peaks = np.maximum(peaks, np.abs(sweep.carried_c[span]).max(axis=1))
    return np.asarray(peaks)


def _in_range(sweep: Sweep, span: slice, excused: Array | bool = False) -> bool:
    """Whether what is carried at each step of `span` is excused or has a norm between 1/SAFE and SAFE."""
    squares = np.einsum("th...,th...->t...", sweep.dh[span], sweep.dh[span])
    if sweep.carried_c is not None:
        squares += np.einsum("th...,th...->t...", sweep.carried_c[span], sweep.carried_c[span])
    return bool((excused | ((squares < SAFE**2) & (squares > SAFE**-2))).all())


def _rescale(sweep: Sweep, exponent: Array, t: int) -> None:
    """Bring what is carried at step t back to about 1, where it has left the comfortable range."""
    peak = _peaks(sweep, slice(t, t + 1))[0]
    outside = ((peak > COMFORT) | (peak < 1.0 / COMFORT)) & (peak > 0.0) & np.isfinite(peak)
    if outside.any():
        _shift(sweep, t, np.where(outside, -np.frexp(peak)[1], 0))
        exponent[t] += np.where(outside, np.frexp(peak)[1], 0)


def _shift(sweep: Sweep, t: int, power: Array) -> None:
    """Multiply what is carried at step t by 2**power."""
    sweep.dh[t] = scaled(sweep.dh[t], power)
    if sweep.carried_c is not None:
        sweep.carried_c[t] = scaled(sweep.carried_c[t], power)


def _let_in(sweep: Sweep, exponent: Array, t: int, entries: Entries, row: int) -> None:
    """Add an entry to what is carried at step t, at the larger of the two magnitudes."""
    arriving, c = entries.dh[row], sweep.carried_c
    carried = sweep.dh[t]
    if c is not None:
        dc = np.zeros_like(arriving) if entries.dc is None else entries.dc[row]
        arriving, carried = np.concatenate([arriving, dc]), np.concatenate([carried, c[t]])
    total, exponent[t] = add_scaled(carried.T, exponent[t], arriving.T, entries.exponent[row])
    sweep.dh[t] = total.T[: len(sweep.dh[t])]
    if c is not None:
        c[t] = total.T[len(sweep.dh[t]) :]


def add_scaled(a: Array, a_exponent: Array, b: Array, b_exponent: Array) -> tuple[Array, Array]:
    """a 2**a_exponent + b 2**b_exponent, (..., R) and (...), as mantissas and one exponent of the larger magnitude."""
    if not (a_exponent.any() or b_exponent.any()):
        return a + b, a_exponent
    peak_a, peak_b = np.abs(a).max(axis=-1), np.abs(b).max(axis=-1)
    top = np.maximum(
        np.where(peak_a > 0.0, a_exponent + np.frexp(peak_a)[1], NOTHING),
        np.where(peak_b > 0.0, b_exponent + np.frexp(peak_b)[1], NOTHING),
    )
    common = np.where(top == NOTHING, 0, top)
    return scaled(a, (a_exponent - common)[..., None]) + scaled(b, (b_exponent - common)[..., None]), common
