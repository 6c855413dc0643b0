"""The forward pass: one network run over a sequence, with everything it computed on the way.

Source of the recurrences: the docstring of each file in `engine/cells/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array, checked, expect
from engine.cells import Cell, Sweep, Tape, known
from engine.inputs import checked_inputs
from engine.parameters import Parameters

LARGE = 2**18  # numbers of U, 2 MB: more than the cache of a processor's core


@dataclass(frozen=True, eq=False, repr=False)
class State(ArrayRecord):
    """What a network carries from one step to the next."""

    h: Array  # (B, H) hidden state
    c: Array | None = None  # (B, H) cell state, of a cell with memory


@dataclass(frozen=True, eq=False, repr=False)
class Step(ArrayRecord):
    """One timestep of a trace, with every intermediate quantity by name."""

    t: int  # 1..T
    x: Array  # (B, D)
    h_before: Array  # (B, H)
    c_before: Array | None  # (B, H)
    pre_activations: Mapping[str, Array]  # each (B, H), by gate
    gates: Mapping[str, Array]  # each (B, H)
    h: Array  # (B, H)
    c: Array | None  # (B, H)


@dataclass(frozen=True, eq=False, repr=False)
class Trace(ArrayRecord):
    """Everything one unrolling computed, time first. Arrays are views of the run: do not write into them.

    Where `lengths` were given, states, gates and pre-activations are 0 after a sequence's end.
    """

    cell: Cell
    parameters: Parameters
    tape: Tape

    def __repr__(self) -> str:
        sizes = f"T={self.steps}, B={self.batch}, D={self.parameters.input_size}, H={self.parameters.hidden_size}"
        return f"Trace({self.cell}, {sizes})"

    def in_brief(self) -> str:
        return repr(self)

    @cached_property
    def batch(self) -> int:
        """B, the number of sequences (or of networks, where a gain or an ensemble was given)."""
        return int(self.tape.h.shape[2]) if self.tape.h.ndim == 3 else 1

    @property
    def steps(self) -> int:
        """T, the number of timesteps."""
        return self.tape.steps

    @property
    def lengths(self) -> Array | None:
        """How many steps each sequence has, (B,), or None where all have T."""
        return self.tape.lengths

    @cached_property
    def ends(self) -> Array:
        """The last step of each sequence, (B,)."""
        return np.full(self.batch, self.steps) if self.lengths is None else self.lengths

    def public(self, rows: Array) -> Array:
        """A (time, rows, ...) array of the tape as (time, B, rows)."""
        return rows.swapaxes(1, 2) if rows.ndim == 3 else rows[:, None, :]

    @property
    def x(self) -> Array:
        """Inputs, (T, B, D); (T, B) whole numbers where one-hot inputs were given as symbols."""
        tape = self.tape
        if tape.symbols is not None:
            return np.asarray(tape.symbols[tape.inputs].reshape(self.steps, self.batch))
        return self.public(tape.inputs)

    @property
    def h(self) -> Array:
        """Hidden states, (T+1, B, H); h[0] is the start. Infinite where float64 overflows, and shown as such."""
        return self.public(self.tape.h)

    @property
    def c(self) -> Array | None:
        """Cell states, (T+1, B, H), or None for a cell without."""
        return None if self.tape.c is None else self.public(self.tape.c)

    @property
    def last(self) -> State:
        """The state after each sequence's own last step."""
        column = np.arange(self.batch)
        c = self.c
        return State(self.h[self.ends, column], None if c is None else c[self.ends, column])

    @property
    def states(self) -> tuple[Array, Array | None]:
        """What a loss reads: states, and where some left float64 the same with powers of two of their own."""
        far = self.tape.h_wide
        return self.h, None if far is None else self.public(far)

    @property
    def backwards_from(self) -> int | None:
        """None: all units read forwards."""
        return None

    @property
    def ending(self) -> Array | None:
        """None: the last state is that of the last step."""
        return None

    @property
    def mask(self) -> Array | None:
        """None: no step is left out."""
        return None

    @cached_property
    def gates(self) -> dict[str, Array]:
        """Each gate after its activation, by name, (T, B, H)."""
        return self._running(self.cell.gate_values(self.tape))

    @cached_property
    def pre_activations(self) -> dict[str, Array]:
        """What each gate's activation was applied to, by name, (T, B, H)."""
        return self._running(self.cell.pre_activations(self.tape))

    @cached_property
    def saturation(self) -> Array:
        """1 - mean over steps, gates and units of f'(a) / max f', (B,): 0 all linear, 1 all flat; 0 without steps."""
        slopes = self._running(self.cell.slopes(self.tape)).values()
        mean = np.mean([rows.mean(axis=2).sum(axis=0) for rows in slopes], axis=0) / np.maximum(self.ends, 1)
        return np.where(self.ends > 0, 1.0 - mean, 0.0)

    def _running(self, by_name: dict[str, Array]) -> dict[str, Array]:
        """Each array as (T, B, H), with zeros where a sequence has ended."""
        if self.lengths is None:
            return {name: self.public(rows) for name, rows in by_name.items()}
        running = np.arange(self.steps)[:, None, None] < self.lengths[:, None]
        return {name: np.where(running, self.public(rows), 0.0) for name, rows in by_name.items()}

    def linearised(self) -> Sweep:
        """The backward pass, ready to carry an error, beyond float64 where some slope needs it; `Cell.check_states`."""
        if far := self.tape.a.dtype == np.float64:
            self.cell.check_states(self.tape)
            far = self.cell.saturated(self.tape)
        return self.cell.linearise(self.tape.widened() if far else self.tape)

    def part(self, start: int, stop: int) -> Trace:
        """Steps start+1..stop as a trace of its own, from the state h_start; nothing is computed again."""
        return Trace(self.cell, self.parameters, self.tape.part(start, stop))

    def at(self, t: int) -> Step:
        """Step t (1..T) with all its intermediate quantities.

        Raises:
            IndexError: t is not a step of this trace.
        """
        if not isinstance(t, int | np.integer) or not 1 <= t <= self.steps:
            raise IndexError(f"step {t} was asked for, but the trace has steps 1 to {self.steps}")
        c = self.c
        return Step(
            t=t,
            x=self.x[t - 1],
            h_before=self.h[t - 1],
            c_before=None if c is None else c[t - 1],
            pre_activations={name: value[t - 1] for name, value in self.pre_activations.items()},
            gates={name: value[t - 1] for name, value in self.gates.items()},
            h=self.h[t],
            c=None if c is None else c[t],
        )


def unroll(
    cell: Cell,
    parameters: Parameters,
    x: npt.ArrayLike,
    start: State | None = None,
    gain: npt.ArrayLike | None = None,
    lengths: npt.ArrayLike | None = None,
) -> Trace:
    """Run a network over a batch of sequences.

    h_t = cell(x_t, h_{t-1}) for t = 1..T, from `start` (zeros if None).

    An ensemble: parameters with a leading axis (N, ...) are N networks, and column k of the batch is what network k
    reads; an x of one column is read by all. With `gain` (B,) the columns are networks that share W up to a factor,
    gain_k W: one product serves them all.

    Args:
        x: inputs, (T, B, D); or one-hot inputs as the places of their ones, whole numbers from 0 to D-1, (T, B): the
            same result from a look-up in U, with no (T, B, D) array. Where whole numbers could be either, (T, D) of one
            sequence, they are refused.
        start: the initial state; its c is of a cell with memory only, and zeros where it is not given.
        lengths: how many steps each sequence has, whole numbers 0..T, (B,). What x holds after a sequence's end
            changes nothing (it may be nan); states and gates are 0 there.

    Everything is copied: what becomes of the given arrays afterwards changes nothing in the trace or its gradients.

    Raises:
        ValueError: a shape does not fit, a number is not finite, or an argument is not what it should be.
    """
    p = known(cell).check(parameters)
    networks = len(p.W) if p.W.ndim == 3 else None
    inputs, ends = checked_inputs(x, p.input_size, lengths, networks, start is not None or gain is not None)
    B, H = inputs.shape[1], p.hidden_size
    gains = None if gain is None else checked("gain", gain, (B,), copy=True)
    return unrolled(cell, p, inputs, *_start(cell, start, B, H), gains, ends)


def unrolled(
    cell: Cell,
    p: Parameters,
    inputs: Array,
    h0: Array,
    c0: Array,
    gains: Array | None = None,
    ends: Array | None = None,
) -> Trace:
    """As `unroll`, of arrays that are known to fit: nothing is checked, and weights and symbols are not copied."""
    (T, B), H = inputs.shape[:2], p.hidden_size
    tail = (B,) if B > 1 or p.W.ndim == 3 or ends is not None else ()
    dtype = np.result_type(h0, c0, *p.named().values(), *([inputs] if inputs.ndim == 3 else []))
    # Symbols, and inputs much wider than the state, are multiplied by U for all steps at once; so are all where U is so
    # large that each step would fetch it anew.
    projected = inputs.ndim == 2 or p.input_size > 2 * H or p.U.size > LARGE
    symbols, used = None, p
    if inputs.ndim == 2:
        symbols, inputs = np.unique(inputs, return_inverse=True)
        used = replace(p, U=p.U[..., symbols])
    columns = np.moveaxis(inputs, 1, -1) if tail else inputs[:, 0]

    z = np.empty((T + 1, H + 1 + (0 if projected else p.input_size), *tail), dtype)
    if not projected:
        z[:-1, H:-1] = columns
        z[-1, H:-1] = 0.0
        columns = z[:-1, H:-1]
    elif symbols is None:
        columns = columns.copy(order="K")
    z[:, -1] = 1.0
    h = z[:, :H] if gains is None else np.empty((T + 1, H, *tail), dtype)
    h[0] = h0.T if tail else h0[0]
    sums, activated = cell.row_counts()
    y = np.empty((T + cell.has_memory, activated * H, *tail), dtype)
    c = y[:, -H:] if cell.has_memory else None
    if c is not None:
        c[0] = c0.T if tail else c0[0]
    tape = Tape(
        parameters=used,
        inputs=columns,
        symbols=symbols,
        z=z,
        h=h,
        c=c,
        gain=gains if gains is None or tail else gains[0],
        a=np.empty((T, sums * H, *tail), dtype),
        y=y,
        lengths=ends,
    )
    cell.forward(tape)
    if ends is not None:
        _end(tape, ends)
    return Trace(cell, p, tape)


def _start(cell: Cell, start: State | None, B: int, H: int) -> tuple[Array, Array]:
    """The checked initial states of h and c, (B, H) each, zeros where none were given."""
    if start is None:
        return np.zeros((B, H)), np.zeros((B, H))
    expect("start", start, State, "State(h), or State(h, c) for a cell with memory")
    if start.c is not None and not cell.has_memory:
        raise ValueError(f"start.c was given, a cell state, but the {cell.title} ({cell.name}) has none")
    c = np.zeros((B, H)) if start.c is None else checked("start.c", start.c, (B, H))
    return checked("start.h", start.h, (B, H)), c


def _end(tape: Tape, ends: Array) -> None:
    """Put zeros where a sequence has ended."""
    over = np.arange(tape.steps + 1)[:, None] > ends
    for rows in (tape.h, tape.c, tape.h_wide, tape.z[:, : tape.hidden_size]):
        if rows is not None:
            rows.swapaxes(1, 2)[over] = 0.0
