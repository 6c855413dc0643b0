"""The working arrays of one unrolling, and the one product of each step that fills them.

Arrays are laid out for speed: time first, then rows (gates stacked), then the B columns, so that each gate at each
step is one contiguous block. With B = 1 the last axis is left out: plain vectors are the fastest thing NumPy has.
Everything public is a (T, B, H) view of these arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from engine import wide
from engine.activations import Activation
from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.parameters import Parameters

SPAN = 2**17  # numbers worked on at once: 1 MB, so that intermediate results stay in the processor's cache


@dataclass(eq=False, repr=False)
class Tape(ArrayRecord):
    """The working arrays of one unrolling; ``...`` is (B,), or nothing for one sequence through one network."""

    parameters: Parameters  # where symbols are given, U has only the columns of those that occur
    inputs: Array  # (T, D, ...) numbers, or (T, ...) whole numbers: places in `symbols`
    symbols: Array | None  # (n,) the inputs that occur among one-hot ones, rising
    z: Array  # (T+1, H+D+1, ...) what each step's product reads, [gain * h_t, x_{t+1}, 1]; without x if projected
    h: Array  # (T+1, H, ...) hidden states; a view of z where there is no gain
    c: Array | None  # (T+1, H, ...) cell states of a cell with memory: the last rows of y
    gain: Array | None  # (...) one factor on W per network, or None
    a: Array  # (T, R, ...) pre-activations, in the cell's own order
    y: Array  # (T, R', ...) activated gates, in the cell's own order; T+1 of a cell with memory
    lengths: Array | None = None  # (B,) how many steps each column has; None: all T
    h_wide: Array | None = None  # (T+1, H, ...) set where states left float64: the same with powers of two of their own

    @property
    def steps(self) -> int:
        """T."""
        return int(self.z.shape[0]) - 1

    @property
    def hidden_size(self) -> int:
        """H."""
        return int(self.h.shape[1])

    def empty(self, shape: tuple[int, ...]) -> Array:
        """Room for numbers of the kind that this run is carried in."""
        if wide.is_wide(self.a):
            return wide.empty(shape)
        return np.empty(shape, np.float32 if self.a.dtype == np.float32 else np.float64)

    def widened(self) -> Tape:
        """The same run in numbers that each carry a power of two: for a sweep that float64 cannot hold."""
        states = self.h if self.h_wide is None else self.h_wide
        z = wide.widened(self.z)
        z[:, : self.hidden_size] = states if self.gain is None else states * self.gain
        a, y, h = (wide.widened(rows) for rows in (self.a, self.y, states))
        return replace(self, a=a, y=y, h=h, z=z, c=None if self.c is None else wide.widened(self.c), h_wide=None)

    @property
    def projected(self) -> bool:
        """Whether U x_t is computed for all steps beforehand, because x is one-hot or wide."""
        return int(self.z.shape[1]) == self.hidden_size + 1

    def extra(self, name: str) -> Array:
        """An extra parameter (H,) in the shape of a state: (H, ...)."""
        value = self.parameters.extra[name]
        if value.ndim == 2:
            return np.ascontiguousarray(value.T)
        return value.reshape(-1, *[1] * (self.h.ndim - 2))

    def joint(self, W: Array, U: Array, b: Array) -> Array:
        """[W, U, b], the one matrix that is applied to z; [W, b] if inputs are projected."""
        return np.concatenate([W, b[..., None]] if self.projected else [W, U, b[..., None]], axis=-1)

    def drive(self, U: Array) -> Array | None:
        """U x_t of all steps, (T, R, ...), where inputs are projected."""
        if not self.projected:
            return None
        if self.symbols is None:
            columns = np.moveaxis(self.inputs, 1, -1)  # (T, ..., D)
            rows = columns @ U.T if U.ndim == 2 else np.einsum("tnd,nrd->tnr", columns, U)
        elif U.ndim == 2:
            rows = U.T[self.inputs]
        else:
            rows = U.swapaxes(1, 2)[np.arange(len(U)), self.inputs]
        return np.ascontiguousarray(np.moveaxis(rows, -1, 1))

    def driven(self, U: Array, b: Array) -> Array:
        """U x_t + b of all steps, (T, R, ...)."""
        drive = self.drive(U)
        if drive is None:
            x = self.z[:-1, self.hidden_size : -1]
            drive = np.einsum("nrd,tdn->trn", U, x) if U.ndim == 3 else x @ U.T if x.ndim == 2 else U @ x
        return np.asarray(drive + (b.T if b.ndim == 2 else b.reshape(-1, *[1] * (self.h.ndim - 2))))

    def part(self, start: int, stop: int) -> Tape:
        """Steps start+1..stop as a tape of its own: views, nothing is computed again."""
        states = slice(start, stop + 1)
        lengths = None if self.lengths is None else np.clip(self.lengths - start, 0, stop - start)
        return replace(
            self,
            inputs=self.inputs[start:stop],
            z=self.z[states],
            h=self.h[states],
            c=None if self.c is None else self.c[states],
            a=self.a[start:stop],
            y=self.y[start:stop] if self.c is None else self.y[states],
            lengths=lengths,
            h_wide=None if self.h_wide is None else self.h_wide[states],
        )

    def gathered(self, first: Array, lengths: Array, steps: int) -> Tape:
        """From each column b the steps first[b]+1 .. first[b]+lengths[b] as a tape of so many steps, copied.

        What stands behind a column's length is of other steps of it, and is to be read by nobody. (B,) each
        """
        column = np.arange(len(first))

        def rows(array: Array) -> Array:
            here = np.arange(steps + len(array) - self.steps)[:, None]
            at = np.minimum(first + here, len(array) - 1)
            picked = array[at, ..., column]
            laid = picked if picked.ndim == 2 else np.moveaxis(picked, 1, -1)
            return laid if wide.is_wide(laid) else np.ascontiguousarray(laid)

        y = rows(self.y)
        return replace(
            self,
            inputs=rows(self.inputs),
            z=rows(self.z),
            h=rows(self.h),
            c=None if self.c is None else y[:, -self.hidden_size :],
            a=rows(self.a),
            y=y,
            lengths=lengths,
            h_wide=None if self.h_wide is None else rows(self.h_wide),
        )


def product(
    matrix: Array, dtype: np.dtype[np.generic] | None = None, far: bool = True
) -> Callable[[Array, Array], object]:
    """The function (v, out) that writes matrix @ v into `out`; for an ensemble (N, R, K), column by column.

    Where no v is `far`, a number beyond float64, NumPy need not ask each time whose product it is.
    """
    if matrix.ndim == 2:
        one = np.asfortranarray(matrix, dtype)
        return partial(np.dot, one) if far else one.dot
    networks_last = np.ascontiguousarray(np.moveaxis(matrix, 0, -1))

    def each(v: Array, out: Array) -> object:
        return np.einsum("rkn,kn->rn", networks_last, v, out=out)

    return each


def into(activation: Activation) -> Callable[[Array, Array], object]:
    """The function (a, out) that writes f(a) into `out`."""
    if activation.value is np.tanh:
        return np.tanh

    def write(a: Array, out: Array) -> None:
        out[...] = activation.value(a)

    return write


def transposed(matrix: Array) -> Array:
    """The matrix's (or every network's matrix's) transpose."""
    return np.asarray(matrix.swapaxes(-1, -2))


def blocks(matrix: Array, count: int, axis: int = -2) -> list[Array]:
    """The gates' blocks of U or W; of b with axis -1, of rows (T, R, ...) with axis 1. Views."""
    size = matrix.shape[axis] // count
    behind: tuple[Any, ...] = (slice(None),) * (-1 - axis if axis < 0 else matrix.ndim - 1 - axis)
    places: list[tuple[Any, ...]] = [(..., slice(k * size, (k + 1) * size), *behind) for k in range(count)]
    return [matrix[place] for place in places]


def sums(tape: Tape, W: Array, U: Array, b: Array) -> Iterator[Array]:
    """The pre-activations a_t = W h_{t-1} + U x_t + b of t = 1..T as rows of `tape.a`, one after the other.

    Each is computed when it is asked for: h_{t-1} must stand in `tape.h` by then. Columns whose sequence has ended get
    zeros, so that neither their padding nor what became of their state matters.
    """
    times, rows = product(tape.joint(W, U, b), tape.z.dtype, far=False), tape.a[:, : W.shape[-2]]
    drive, gain, size, lengths = tape.drive(U), tape.gain, tape.hidden_size, tape.lengths
    if drive is None and gain is None and lengths is None:
        for z, a in zip(tape.z, rows, strict=False):
            times(z, a)
            yield a
        return
    shortest = tape.steps if lengths is None else int(lengths.min())
    for t, (z, a) in enumerate(zip(tape.z, rows, strict=False)):
        if gain is not None:
            np.multiply(tape.h[t], gain, out=z[:size])
        times(z, a)
        if drive is not None:
            np.add(a, drive[t], out=a)
        if lengths is not None and t >= shortest:
            a[:, lengths <= t] = 0.0
        yield a


def spans(rows: Array) -> Iterator[slice]:
    """The steps of `rows` in parts of about SPAN numbers."""
    length = max(1, SPAN * len(rows) // rows.size)
    for t in range(0, len(rows), length):
        yield slice(t, t + length)
