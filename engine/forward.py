"""The forward pass: one network run over a sequence, with everything it computed on the way.

Source of the recurrences: the docstring of each file in `engine/cells/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.arrays import Array, checked
from engine.cells import Cell, Tape
from engine.parameters import Parameters


@dataclass(frozen=True)
class State:
    """What a network carries from one step to the next."""

    h: Array  # (B, H) hidden state
    c: Array | None = None  # (B, H) cell state, of a cell with memory


@dataclass(frozen=True)
class Step:
    """One timestep of a trace, with every intermediate quantity by name."""

    t: int  # 1..T
    x: Array  # (B, D)
    h_before: Array  # (B, H)
    c_before: Array | None  # (B, H)
    pre_activations: Mapping[str, Array]  # each (B, H), by gate
    gates: Mapping[str, Array]  # each (B, H)
    h: Array  # (B, H)
    c: Array | None  # (B, H)


@dataclass(frozen=True)
class Trace:
    """Everything one unrolling computed, time first. Arrays are views of the run: do not write into them."""

    cell: Cell
    parameters: Parameters
    tape: Tape

    @cached_property
    def batch(self) -> int:
        """B, the number of sequences (or of networks, where a gain was given)."""
        return int(self.tape.h.shape[2]) if self.tape.h.ndim == 3 else 1

    @property
    def steps(self) -> int:
        """T, the number of timesteps."""
        return self.tape.steps

    def public(self, rows: Array) -> Array:
        """A (time, rows, ...) array of the tape as (time, B, rows)."""
        return rows.swapaxes(1, 2) if rows.ndim == 3 else rows[:, None, :]

    @property
    def x(self) -> Array:
        """Inputs, (T, B, D)."""
        return self.public(self.tape.z[:-1, self.parameters.hidden_size : -1])

    @property
    def h(self) -> Array:
        """Hidden states, (T+1, B, H); h[0] is the start. Infinite where float64 overflows, and shown as such."""
        return self.public(self.tape.h)

    @property
    def c(self) -> Array | None:
        """Cell states, (T+1, B, H), or None for a cell without."""
        return None if self.tape.c is None else self.public(self.tape.c)

    @cached_property
    def gates(self) -> dict[str, Array]:
        """Each gate after its activation, by name, (T, B, H)."""
        return {name: self.public(rows) for name, rows in self.cell.gate_values(self.tape).items()}

    @cached_property
    def pre_activations(self) -> dict[str, Array]:
        """What each gate's activation was applied to, by name, (T, B, H)."""
        return {name: self.public(rows) for name, rows in self.cell.pre_activations(self.tape).items()}

    @cached_property
    def saturation(self) -> Array:
        """1 - mean over steps, gates and units of f'(a) / max f', (B,): 0 all linear, 1 all flat."""
        slopes = self.cell.slopes(self.tape).values()
        return np.asarray(1.0 - np.mean([self.public(rows).mean(axis=(0, 2)) for rows in slopes], axis=0))

    def at(self, t: int) -> Step:
        """Step t (1..T) with all its intermediate quantities.

        Raises:
            IndexError: t is not a step of this trace.
        """
        if not 1 <= t <= self.steps:
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
) -> Trace:
    """Run a network over a batch of sequences.

    h_t = cell(x_t, h_{t-1}) for t = 1..T, from `start` (zeros if None). With `gain` (B,) the B columns are
    different networks whose recurrent weights are gain_k W: one product serves the whole family.

    Args:
        x: inputs, (T, B, D).

    Raises:
        ValueError: a shape does not fit, or a number is not finite.
    """
    p = cell.check(parameters)
    inputs = checked("x", x, ("T", "B", p.input_size))
    T, B, D = inputs.shape
    H = p.hidden_size
    state = start or State(np.zeros((B, H)))
    h0 = checked("start.h", state.h, (B, H))
    c0 = checked("start.c", state.c, (B, H)) if state.c is not None else np.zeros((B, H))
    gains = None if gain is None else checked("gain", gain, (B,))
    tail = (B,) if B > 1 else ()
    dtype = np.result_type(inputs, h0, c0, *p.named().values())

    z = np.empty((T + 1, H + D + 1, *tail), dtype)
    z[:-1, H:-1] = inputs.swapaxes(1, 2) if tail else inputs[:, 0]
    z[-1, H:-1] = 0.0
    z[:, -1] = 1.0
    h = z[:, :H] if gains is None else np.empty((T + 1, H, *tail), dtype)
    h[0] = h0.T if tail else h0[0]
    sums, activated = cell.row_counts()
    y = np.empty((T + cell.has_memory, activated * H, *tail), dtype)
    c = y[:, -H:] if cell.has_memory else None
    if c is not None:
        c[0] = c0.T if tail else c0[0]
    tape = Tape(
        parameters=p,
        z=z,
        h=h,
        c=c,
        gain=gains if gains is None or tail else gains[0],
        a=np.empty((T, sums * H, *tail), dtype),
        y=y,
    )
    tape.feed(0)
    cell.forward(tape)
    return Trace(cell, p, tape)
