"""What a recurrent cell is: a name, its gates in order, a forward loop and a backward loop.

A cell is one file beside this one and one line in the registry of `engine/cells/__init__.py`. The loops run on a
`Tape`, whose arrays are laid out for speed: time first, then rows (gates stacked), then the B sequences, so that
each gate at each step is one contiguous block. With B = 1 the last axis is left out: plain vectors are the
fastest thing NumPy has. Everything public is a (T, B, H) view of these arrays.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, checked
from engine.parameters import Parameters

SPAN = 2**17  # numbers worked on at once: 1 MB, so that intermediate results stay in the processor's cache


@dataclass
class Tape:
    """The working arrays of one unrolling; ``...`` is (B,), or nothing when B = 1."""

    parameters: Parameters
    z: Array  # (T+1, H+D+1, ...) what the one product of each step reads: [gain * h_{t}, x_{t+1}, 1]
    h: Array  # (T+1, H, ...) hidden states; a view of z where there is no gain
    c: Array | None  # (T+1, H, ...) cell states of a cell with memory: the last rows of y
    gain: Array | None  # (...) one factor on W per network, or None
    a: Array  # (T, R, ...) the rows of the product, in the cell's own order
    y: Array  # (T, R', ...) activated gates, in the cell's own order; T+1 of a cell with memory
    h_exponent: Array | None = None  # (T+1, ...) set where states overflowed: h = h_mantissa * 2**h_exponent
    h_mantissa: Array | None = None  # (T+1, H, ...)

    @property
    def steps(self) -> int:
        """T."""
        return int(self.z.shape[0]) - 1

    def feed(self, t: int) -> None:
        """Make the state h_t the recurrent input of the next step (only where a gain keeps the two apart)."""
        if self.gain is not None:
            np.multiply(self.h[t], self.gain, out=self.z[t, : self.h.shape[1]])


class Cell(ABC):
    """A family member; instances carry no weights and are hashable registry entries."""

    name: str  # the registry's key and the URL's word
    title: str  # what a visitor reads
    gates: tuple[str, ...]  # names of the blocks of U, W and b, in their order
    has_memory = False  # whether a cell state c is carried beside h
    extras: tuple[str, ...] = ()  # names of the extra parameters, each (H,)

    def rows(self, gate: str, hidden_size: int) -> slice:
        """The rows of `gate` in U, W and b."""
        k = self.gates.index(gate)
        return slice(k * hidden_size, (k + 1) * hidden_size)

    def check(self, parameters: Parameters) -> Parameters:
        """The parameters with every shape verified; raises ValueError naming the array that does not fit."""
        size = checked("W", parameters.W, ("G*H", "H")).shape[1]
        stacked = len(self.gates) * size
        if set(parameters.extra) != set(self.extras):
            raise ValueError(f"{self.title} takes the extras {sorted(self.extras)}, got {sorted(parameters.extra)}")
        return Parameters(
            U=checked("U", parameters.U, (stacked, "D")),
            W=checked("W", parameters.W, (stacked, size)),
            b=checked("b", parameters.b, (stacked,)),
            extra={name: checked(name, value, (size,)) for name, value in parameters.extra.items()},
        )

    @abstractmethod
    def row_counts(self) -> tuple[int, int]:
        """How many blocks of H rows `Tape.a` and `Tape.y` need."""

    @abstractmethod
    def forward(self, tape: Tape) -> None:
        """Fill `a`, `y`, `h` (and `c`) for t = 1..T."""

    @abstractmethod
    def gate_values(self, tape: Tape) -> dict[str, Array]:
        """Each gate's activation by name, (T, H, ...)."""

    @abstractmethod
    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        """What each gate's activation was applied to, by name, (T, H, ...)."""

    @abstractmethod
    def linearise(self, tape: Tape) -> Sweep:
        """Every factor of the backward pass that does not depend on the carried gradient, for all t at once."""

    @abstractmethod
    def slopes(self, tape: Tape) -> dict[str, Array]:
        """Each gate's derivative divided by the steepest it can be, by name, (T, H, ...): 1 is linear, 0 flat."""


class Sweep(ABC):
    """The backward pass of one tape: linear in the gradient it carries.

    `dh[t]` holds dL/dh_t, `dc[t]` dL/dc_t and `da[t-1]` the gradients of step t's pre-activations, in the order of
    the cell's `gates` (extra blocks after them).
    """

    dh: Array  # (T+1, H, ...)
    dc: Array | None  # (T+1, H, ...)
    carried_c: Array | None  # (T+1, H, ...) the part of dL/dc_t that comes from step t+1
    da: Array  # (T, R, ...)

    @abstractmethod
    def run(self, start: int, stop: int, local: Array | None) -> None:
        """Carry the gradient from step `start` to `stop` (stop < start): fill dh[stop..start-1], da, dc.

        `local` (T+1, H, ...) is added to dh on arrival at each step, or None where no error enters.
        """

    def input_errors(self) -> Array:
        """The rows of `da` that belong to U, (T, G*H, ...): dL/dx_t is U^T times them."""
        return self.da

    def learned(self) -> Array | float:
        """Which entries of da z^T are gradients of parameters: 1.0 for all, or (R, H+D+1) of ones and zeros."""
        return 1.0

    def parameter_gradients(self, da: Array, z: Array) -> Parameters:
        """dL/dU, dL/dW, dL/db and the extras from scaled `da` (T, R, ...) and `z` (T, H+D+1, ...)."""
        return split_gradient(outer_sum(da, z), self.dh.shape[1])


def spans(rows: Array) -> Iterator[slice]:
    """The steps of `rows` in parts of about SPAN numbers."""
    length = max(1, SPAN * len(rows) // rows.size)
    for t in range(0, len(rows), length):
        yield slice(t, t + length)


def outer_sum(da: Array, z: Array) -> Array:
    """sum over t and sequences of da_t z_t^T, (R, H+D+1)."""
    if da.ndim == 2:
        return np.asarray(da.T @ z)
    rows, columns = da.shape[1], z.shape[1]
    total = np.zeros((rows, columns))
    for span in spans(da):  # sequences come last, so that both sides are copied
        left, right = da[span].swapaxes(0, 1), z[span].swapaxes(0, 1)
        total += left.reshape(rows, -1) @ right.reshape(columns, -1).T
    return total


def split_gradient(total: Array, hidden_size: int) -> Parameters:
    """U, W and b out of the gradient (R, H+D+1) of the joint matrix [W, U, b]."""
    return Parameters(U=total[:, hidden_size:-1], W=total[:, :hidden_size], b=total[:, -1])
