"""Backpropagation through time, with gradients that neither underflow nor overflow on the way.

The carried gradient is kept as mantissa times an exact power of two per sequence. Scaling by a power of two rounds
nothing, so wherever plain float64 would stay in range the result is the same to the last bit, and where it
would end in 0 or infinity the logarithm of the norm is still right. The sweep starts in plain float64 and looks at the
magnitude between blocks of steps; from the first block that left the safe range on, it carries powers of two.

Source: Werbos, "Backpropagation through time" (1990).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.arrays import Array, log2_norm
from engine.cells.base import Sweep
from engine.errors import Errors
from engine.forward import Trace
from engine.parameters import Parameters, Readout

PLAIN_BLOCK = 64  # steps between two looks at the magnitude while none has left the range
BLOCK = 16  # the same once powers of two are carried
SAFE = 2.0**400  # within a block, magnitudes from 1/SAFE to SAFE leave products far from float64's ends
COMFORT = 2.0**100  # a carried gradient outside 1/COMFORT .. COMFORT is rescaled at the end of its block


@dataclass(frozen=True)
class Gradients:
    """Every gradient of one loss, time first. Row t of dh is the total dL/dh_t, through all later steps."""

    trace: Trace
    errors: Errors
    sweep: Sweep
    exponent: Array  # (T+1, ...) true gradients are those of `sweep` times 2**exponent

    @cached_property
    def log2_dh(self) -> Array:
        """log2 ||dL/dh_t||, (T+1, B); right at every step whatever float64 can hold, -inf for an exact zero."""
        return self._log2_norm(self.sweep.dh)

    @cached_property
    def log2_dc(self) -> Array | None:
        """log2 ||dL/dc_t||, (T+1, B), for a cell with memory."""
        return None if self.sweep.dc is None else self._log2_norm(self.sweep.dc)

    @cached_property
    def log2_largest(self) -> Array:
        """log2 of the largest |component| of dL/dh_t, (T+1, B): what decides whether a float32 run holds it."""
        return self._log2(np.abs(self.sweep.dh).max(axis=1))

    @cached_property
    def dh(self) -> Array:
        """dL/dh_t, (T+1, B, H), as float64: 0 or infinite where it cannot hold them (`log2_dh` still can)."""
        return self._public(self.sweep.dh)

    @cached_property
    def dc(self) -> Array | None:
        """dL/dc_t including what passes through h_t, (T+1, B, H)."""
        return None if self.sweep.dc is None else self._public(self.sweep.dc)

    @cached_property
    def dx(self) -> Array:
        """dL/dx_t, (T, B, D)."""
        errors = self.trace.public(self._true(self.sweep.input_errors(), self.exponent[1:]))
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(errors @ self.trace.parameters.U)

    @cached_property
    def parameters(self) -> Parameters:
        """dL/dU, dL/dW, dL/db and the extras, summed over steps and sequences, in the parameters' own shapes."""
        top = int(self.exponent[1:].max(initial=0))
        da = self._scaled(self.sweep.da, self.exponent[1:] - top)
        with np.errstate(over="ignore", invalid="ignore"):
            total = self.sweep.parameter_gradients(da, self.trace.tape.z[:-1])
            if top == 0:
                return total
            named = {name: np.ldexp(value, top) for name, value in total.named().items()}
        return Parameters(named.pop("U"), named.pop("W"), named.pop("b"), named)

    @cached_property
    def log2_parameters(self) -> Array:
        """log2 of the norm of all parameter gradients together, the readout's too, (B,).

        With a gain each column is a network of its own and its recurrent weights are gain * W. -inf for no gradient.
        """
        tape, exponent = self.trace.tape, self.exponent[1:].reshape(-1, self.trace.batch)
        top = exponent.max(axis=0)
        da = self.trace.public(self.sweep.da)
        if exponent.any():
            da = np.ldexp(da, np.maximum(exponent - top, -5000).astype(np.int32)[..., None])
        z = self.trace.public(tape.z[:-1]).swapaxes(0, 1)  # (B, T, H+D+1)
        if tape.gain is not None:
            z = z.copy()
            z[..., : self.trace.parameters.hidden_size] = self.trace.h[:-1].swapaxes(0, 1)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            each = da.transpose(1, 2, 0) @ z * self.sweep.learned()  # (B, R, H+D+1)
            recurrent = log2_norm(each, (1, 2)) + top
            return np.asarray(np.logaddexp2(2.0 * recurrent, 2.0 * self.errors.log2_readout) / 2.0)

    @property
    def readout(self) -> Readout | None:
        """dL/dV and dL/dd, or None for a probe."""
        return self.errors.readout

    def _log2_norm(self, rows: Array) -> Array:
        return self._log2(np.sqrt(np.einsum("th...,th...->t...", rows, rows)))

    def _log2(self, size: Array) -> Array:
        with np.errstate(divide="ignore"):
            logs = np.log2(size) + self.exponent
        return logs.reshape(self.trace.steps + 1, self.trace.batch)

    def _public(self, rows: Array) -> Array:
        return self.trace.public(self._true(rows, self.exponent))

    def _true(self, rows: Array, exponent: Array) -> Array:
        with np.errstate(over="ignore"):
            return self._scaled(rows, exponent)

    @staticmethod
    def _scaled(rows: Array, exponent: Array) -> Array:
        if not exponent.any():
            return rows
        return np.asarray(np.ldexp(rows, np.clip(exponent, -5000, 5000).astype(np.int32)[:, None]))


def backpropagate(trace: Trace, errors: Errors) -> Gradients:
    """Carry the local gradients of `errors` back to the start of the sequence.

    dL/dh_{t-1} = (dh_t/dh_{t-1})^T dL/dh_t + dL_{t-1}/dh_{t-1}, from t = T down to 1.
    """
    sweep = trace.cell.linearise(trace.tape)
    tail = trace.tape.h.shape[2:]
    exponent = np.zeros((trace.steps + 1, *tail), dtype=np.int64)
    mantissa = errors.dh.swapaxes(1, 2) if tail else errors.dh[:, 0]
    reached = trace.steps if errors.exponent.any() else _sweep_plainly(sweep, errors.steps, mantissa)
    if reached > 0:
        _sweep_rescaling(sweep, errors.steps, mantissa, errors.exponent.reshape(-1, *tail), exponent, reached)
    if sweep.dc is not None and sweep.carried_c is not None:
        sweep.dc[0] = sweep.carried_c[0]
    return Gradients(trace, errors, sweep, exponent)


def _sweep_plainly(sweep: Sweep, steps: tuple[int, ...], mantissa: Array) -> int:
    """Sweep in plain float64 while magnitudes allow; the step that was reached (0: all done)."""
    T = steps[-1]
    local = None
    if len(steps) > 1:
        local = np.zeros_like(sweep.dh)
        local[list(steps)] = mantissa
    sweep.dh[T] = mantissa[-1]
    t = int(sweep.dh.shape[0]) - 1
    if not _in_range(sweep, slice(t, t + 1)):
        return t
    while t > 0:
        stop = max(t - PLAIN_BLOCK, 0)
        with np.errstate(over="ignore", invalid="ignore"):
            sweep.run(t, stop, local)
        if not _in_range(sweep, slice(stop, t)):
            return t
        t = stop
    return 0


def _sweep_rescaling(
    sweep: Sweep, steps: tuple[int, ...], mantissa: Array, own: Array, exponent: Array, start: int
) -> None:
    """Sweep from `start` to 0 in short blocks, each with its own exponent; errors enter only where a block ends."""
    rows = {t: k for k, t in enumerate(steps)}
    entries = np.array([0, *steps])  # a block ends where an error enters
    t, block = start, BLOCK
    if start == steps[-1]:
        sweep.dh[start], exponent[start] = mantissa[-1], own[-1]
    _rescale(sweep, exponent, t)
    while t > 0:
        stop = max(t - block, entries[np.searchsorted(entries, t) - 1])
        start_peak = _peaks(sweep, slice(t, t + 1))[0]
        lost = (start_peak == 0.0) | ~np.isfinite(start_peak)  # an exact zero or no number stays what it is
        with np.errstate(over="ignore", invalid="ignore"):
            sweep.run(t, stop, None)
        if t - stop > 1 and not _in_range(sweep, slice(stop, t), lost):
            block = (t - stop) // 2
            continue
        exponent[stop:t] = exponent[t]
        if stop in rows:
            _let_in(sweep, exponent, stop, mantissa[rows[stop]], own[rows[stop]])
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
    power = np.clip(power, -5000, 5000).astype(np.int32)
    sweep.dh[t] = np.ldexp(sweep.dh[t], power)
    if sweep.carried_c is not None:
        sweep.carried_c[t] = np.ldexp(sweep.carried_c[t], power)


def _let_in(sweep: Sweep, exponent: Array, t: int, mantissa: Array, own: Array) -> None:
    """Add a local error mantissa * 2**own to what is carried at step t, at the larger of the two magnitudes."""
    nothing = np.int64(-(2**40))  # the exponent of zero, below every other
    carried, local = _peaks(sweep, slice(t, t + 1))[0], np.abs(mantissa).max(axis=0)
    common = np.maximum(
        np.where(carried > 0.0, exponent[t] + np.frexp(carried)[1], nothing),
        np.where(local > 0.0, own + np.frexp(local)[1], nothing),
    )
    common = np.where(common == nothing, 0, common)
    _shift(sweep, t, exponent[t] - common)
    sweep.dh[t] += np.ldexp(mantissa, np.clip(own - common, -5000, 5000).astype(np.int32))
    exponent[t] = common
