"""Backpropagation through time: errors in, every gradient out, step by step.

Source: Werbos, "Backpropagation through time" (1990).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, checked_real, expect, log2_norm, whole_numbers
from engine.cells.base import Sweep
from engine.errors import Entering, Errors
from engine.forward import State, Trace
from engine.gradients.borders import checked_errors, real
from engine.gradients.carry import SAFE, Entries, add_scaled, carry
from engine.gradients.collect import PerColumn, Together
from engine.parameters import Parameters, Readout
from engine.wide import Wide, is_wide, scaled, value, widened


@dataclass(frozen=True, eq=False, repr=False)
class Gradients(ArrayRecord):
    """Every gradient of one loss, time first. Row t of dh is the total dL/dh_t, through all later steps."""

    trace: Trace
    errors: Entering | None  # of a loss: `Errors`
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
        dh = np.abs(self.sweep.dh)
        if is_wide(dh):
            return self._by_step(np.max([log2_norm(unit[:, None], (1,)) for unit in dh.swapaxes(0, 1)], axis=0))
        with np.errstate(divide="ignore"):
            return self._by_step(np.log2(dh.max(axis=1)))

    @cached_property
    def dh(self) -> Array:
        """dL/dh_t, (T+1, B, H), as float64: 0 or infinite where it cannot hold them (`log2_dh` still can)."""
        return self._public(self.sweep.dh, self.exponent)

    @cached_property
    def dc(self) -> Array | None:
        """dL/dc_t including what passes through h_t, (T+1, B, H)."""
        return None if self.sweep.dc is None else self._public(self.sweep.dc, self.exponent)

    @cached_property
    def local(self) -> Array:
        """The part of dL/dh_t that enters at step t itself, dL_t/dh_t, (T+1, B, H); the rest came from later steps."""
        local = np.zeros((self.trace.steps + 1, self.trace.batch, self.trace.parameters.hidden_size))
        if self.errors is not None:
            with np.errstate(over="ignore"):
                local[list(self.errors.steps)] = scaled(self.errors.dh, self.errors.exponent[..., None])
        return local

    @cached_property
    def pre_activations(self) -> Mapping[str, Array]:
        """dL/da_t of each gate's pre-activation, by name, (T, B, H)."""
        cell, size = self.trace.cell, self.trace.parameters.hidden_size
        rows = self._public(self.sweep.input_errors(), self.exponent[1:])
        return {gate: rows[..., cell.rows(gate, size)] for gate in cell.gates}

    @cached_property
    def dx(self) -> Array:
        """dL/dx_t, (T, B, D)."""
        mantissa, exponent = self.scaled_dx
        with np.errstate(over="ignore"):
            return scaled(mantissa, exponent[..., None]) if exponent.any() else mantissa

    @cached_property
    def scaled_dx(self) -> tuple[Array, Array]:
        """dL/dx_t as mantissas (T, B, D) and powers of two (T, B)."""
        errors, U = self.trace.public(self.sweep.input_errors()), self.trace.parameters.U
        dx = np.einsum("tnr,nrd->tnd", errors, U) if U.ndim == 3 else errors @ U
        if isinstance(dx, Wide):
            return dx.shared(-1)
        return dx, self.exponent[1:].reshape(self.trace.steps, self.trace.batch)

    @property
    def scaled_start(self) -> tuple[State, Array]:
        """dL/dh_0 and dL/dc_0 as mantissas, and their powers of two, (B,)."""
        dh, dc, exponent = self.trace.public(self.sweep.dh[:1])[0], self.sweep.dc, self.exponent[0].reshape(-1)
        both = dh if dc is None else np.concatenate([dh, self.trace.public(dc[:1])[0]], axis=1)
        if isinstance(both, Wide):
            both, exponent = both.shared(-1)
        size = dh.shape[1]
        return State(both[:, :size], None if dc is None else both[:, size:]), exponent

    @cached_property
    def start(self) -> State:
        """dL/dh_0 and dL/dc_0, the gradients of the initial state."""
        return State(self.dh[0], None if self.dc is None else self.dc[0])

    @cached_property
    def parameters(self) -> Parameters:
        """dL/dU, dL/dW, dL/db and the extras, summed over steps and sequences, in the parameters' own shapes."""
        top = int(self.exponent[1:].max(initial=0))
        networks = len(self.trace.parameters.W) if self.trace.parameters.W.ndim == 3 else None
        if (beyond := self.beyond) is not None:
            far = beyond.weights(Together(self.times_power, networks)).named()
            named = {name: value(rows) for name, rows in far.items()}
        else:
            with np.errstate(over="ignore", invalid="ignore"):
                total = self.sweep.weights(Together(self._by(top), networks)).named()
                named = {name: np.ldexp(rows, top) if top else rows for name, rows in total.items()}
        return Parameters(self.all_inputs(named.pop("U")), named.pop("W"), named.pop("b"), named)

    @cached_property
    def far_parameters(self) -> Parameters:
        """The same as numbers beyond float64 (`wide.Wide`)."""
        networks = len(self.trace.parameters.W) if self.trace.parameters.W.ndim == 3 else None
        if (beyond := self.beyond) is not None:
            named = beyond.weights(Together(self.times_power, networks)).named()
        else:
            top = int(self.exponent[1:].max(initial=0))
            with np.errstate(over="ignore", invalid="ignore"):
                total = self.sweep.weights(Together(self._by(top), networks)).named()
            named = {name: widened(rows, top) for name, rows in total.items()}
        return Parameters(self.all_inputs(named.pop("U")), named.pop("W"), named.pop("b"), named)

    def all_inputs(self, U: Array) -> Array:
        """The gradient of U with the columns of the symbols that did not occur, which are 0."""
        symbols = self.trace.tape.symbols
        if symbols is None:
            return U
        whole = np.zeros_like(U, shape=(*U.shape[:-1], self.trace.parameters.input_size))
        whole[..., symbols] = U
        return whole

    @cached_property
    def log2_parameters(self) -> Array:
        """log2 of the norm of all parameter gradients together, the readout's too, (B,).

        With a gain each column is a network of its own and its recurrent weights are gain * W. -inf for no gradient.
        """
        far = self.beyond
        sweep = self.sweep if far is None else far
        tape = sweep.tape
        if tape.gain is not None:  # da_t meets h_{t-1} itself, not gain * h_{t-1}
            z = tape.z.copy()
            z[:, : tape.hidden_size] = tape.h
            sweep = copy(sweep)
            sweep.tape = replace(tape, z=z, gain=None)
        top = self.exponent[1:].max(axis=0, initial=-(2**40)) if far is None else np.zeros(self.trace.batch)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            each = sweep.weights(PerColumn(self._by(top) if far is None else self.times_power))
            logs = [log2_norm(g.reshape(len(g), -1), (1,)) for g in each.named().values()]
            recurrent = np.logaddexp2.reduce(2.0 * np.array(logs)) / 2.0 + np.ravel(top)
            readout = self.errors.log2_readout if isinstance(self.errors, Errors) else -np.inf
            return np.asarray(np.logaddexp2(2.0 * recurrent, 2.0 * readout) / 2.0)

    @cached_property
    def beyond(self) -> Sweep | None:
        """The sweep with whatever left float64 as numbers beyond it; None where all of it fits."""
        sweep, tape = self.sweep, self.sweep.tape
        if is_wide(sweep.dh) or tape.h_wide is None:
            return sweep if is_wide(sweep.dh) else None
        sweep, z = copy(sweep), widened(tape.z)
        z[:, : tape.hidden_size] = tape.h_wide if tape.gain is None else tape.h_wide * tape.gain
        sweep.tape = replace(tape, z=z, h=tape.h_wide)
        return sweep

    def times_power(self, rows: Array) -> Array:
        """Errors (T, rows, ...) of the sweep as the numbers that they stand for, beyond float64 too."""
        return widened(rows, self.exponent[1:][:, None])

    @property
    def readout(self) -> Readout | None:
        """dL/dV and dL/dd, or None without a readout."""
        return self.errors.readout if isinstance(self.errors, Errors) else None

    def _by(self, top: Array | int) -> partial[Array]:
        """Errors (T, rows, ...) with their powers of two relative to `top`."""
        power = self.exponent[1:] - top
        return partial(_taken_in, power=power if power.any() else None)

    def _log2_norm(self, rows: Array) -> Array:
        if is_wide(rows):
            return self._by_step(log2_norm(rows, (1,)))
        squares = np.einsum("th...,th...->t...", rows, rows)
        with np.errstate(divide="ignore"):
            logs = np.log2(squares) / 2.0
        outside = ~((squares > SAFE**-2) & (squares < SAFE**2))  # where a square has left float64
        if outside.any():
            logs[outside] = log2_norm(np.moveaxis(rows, 1, -1)[outside], (1,))
        return self._by_step(logs)

    def _by_step(self, logs: Array) -> Array:
        return np.asarray((logs + self.exponent).reshape(self.trace.steps + 1, self.trace.batch))

    def _public(self, rows: Array, exponent: Array) -> Array:
        with np.errstate(over="ignore"):
            return self.trace.public(_taken_in(value(rows), exponent if exponent.any() else None))


def _taken_in(rows: Array, power: Array | None) -> Array:
    """(time, rows, ...) times 2**power (time, ...)."""
    return rows if power is None else scaled(rows, power[:, None])


def backpropagate(
    trace: Trace, errors: Entering | None, final: State | None = None, final_exponent: Array | None = None
) -> Gradients:
    """Carry the local gradients of `errors` back to the start of the sequence.

    dL/dh_{t-1} = (dh_t/dh_{t-1})^T dL/dh_t + dL_{t-1}/dh_{t-1}, from t = T down to 1. Nothing enters after a sequence's
    end, whatever the errors hold there. The result holds no array of the caller's: what becomes of them later changes
    nothing in it.

    Args:
        errors: where a loss reads the states; None where only `final` brings an error.
        final: dL/dh and dL/dc of each sequence's own last state, (B, H), from whoever took it over (a decoder,
            the next chunk of a long sequence). It adds to `errors`.
        final_exponent: powers of two that multiply `final`, (B,).

    Raises:
        ValueError: neither errors nor final were given, a shape does not fit, errors enter at steps that do not rise
            or do not exist, or something is not what it should be: a complex trace, a `final.c` of a cell without.
    """
    expect("trace", trace, Trace, "what `unroll` gives; for a NetworkTrace there is `backpropagate_network`")
    real(trace)
    if errors is not None:
        shape = (trace.batch, trace.parameters.hidden_size)
        errors = checked_errors(errors, trace.steps, trace.lengths, shape)
    entries = _entries(trace, errors, final, final_exponent)
    sweep = trace.linearised()
    return Gradients(trace, errors, sweep, carry(sweep, entries))


def _entries(trace: Trace, errors: Entering | None, final: State | None, final_exponent: Array | None) -> Entries:
    """Both kinds of errors, by step, in the layout of the tape."""
    B, H, tail = trace.batch, trace.parameters.hidden_size, trace.tape.h.shape[2:]
    if errors is None and final is None:
        raise ValueError("backpropagation needs errors of a loss, or the gradient of the final state, or both")
    steps = () if errors is None else errors.steps
    dh = np.zeros((0, B, H)) if errors is None else errors.dh
    exponent = np.zeros((0, B), dtype=np.int64) if errors is None else errors.exponent
    dc = None
    if final is not None:
        expect("final", final, State, "State(dh), or State(dh, dc) for a cell with memory")
        if final.c is not None and not trace.cell.has_memory:
            raise ValueError(f"final.c was given, but the {trace.cell.title} ({trace.cell.name}) has no cell state")
        every = np.array(sorted({*steps, *trace.ends.tolist()}))
        own, ends, column = np.searchsorted(every, steps), np.searchsorted(every, trace.ends), np.arange(B)
        given, given_exponent, steps = dh, exponent, tuple(every.tolist())
        dh, exponent = np.zeros((len(every), B, H)), np.zeros((len(every), B), dtype=np.int64)
        dh[own], exponent[own] = given, given_exponent
        power = np.zeros(B, dtype=np.int64)
        if final_exponent is not None:
            power = whole_numbers("final_exponent", final_exponent, (B,))
        both = np.zeros((B, 2 * H))
        both[:, :H] = checked_real("final.h", final.h, (B, H))
        if final.c is not None:
            both[:, H:] = checked_real("final.c", final.c, (B, H))
        before = np.pad(dh[ends, column], ((0, 0), (0, H)))
        total, exponent[ends, column] = add_scaled(before, exponent[ends, column], both, power)
        dh[ends, column] = total[:, :H]
        if final.c is not None:
            dc = np.zeros_like(dh)
            dc[ends, column] = total[:, H:]
    laid = [None if rows is None else rows.swapaxes(1, 2) if tail else rows[:, 0] for rows in (dh, dc)]
    assert laid[0] is not None
    return Entries(steps, laid[0], exponent.reshape(-1, *tail), laid[1], trace.lengths)
