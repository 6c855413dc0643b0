"""In which order a direction of a layer reads the steps of a batch, and at which steps its states are put out.

A mask leaves steps out: their states are those of the step that was read before, and what a direction puts out there is
its last output again, as Keras has it. What is read is therefore run as sequences without holes, each with a length of
its own, and only what is put out is laid out in time again.

Source: keras.layers.RNN, of `mask`, `zero_output_for_mask` and `go_backwards`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array, plain
from engine.gradients.carry import add_scaled


@dataclass(frozen=True, eq=False, repr=False)
class Order(ArrayRecord):
    """Of one direction. n is how many steps are read at most."""

    ends: Array  # (B,) how many steps of each sequence are read
    back: bool = False  # whether it reads from the end
    as_read: bool = False  # whether outputs stand in the order of reading instead of that of time
    mask: Array | None = None  # (T, B) True where a step is read; None: as many from the start as `ends` says
    silent: bool = False  # at masked steps: zeros instead of the last output again

    @property
    def plain(self) -> bool:
        """Whether what is put out at a step is the state after as many steps."""
        return self.mask is None and self.back == self.as_read

    def reading(self, rows: Array) -> Array:
        """Inputs (T, B, ...) as they are read, (n, B, ...)."""
        if self.mask is not None:
            rows = rows[read_steps(self.mask), self._column]
        return turned(rows, self.ends) if self.back else rows

    def laid(self, h: Array) -> Array:
        """States (n+1, B, H), the start first, as what is put out at each step, (T, B, H)."""
        if self.mask is None:
            return h[1:] if self.plain else turned(h[1:], self.ends)
        return np.concatenate([np.zeros_like(h[:1]), h[1:]])[self._shown, self._column]

    def entering(self, dh: Array, exponent: Array) -> tuple[Array, Array]:
        """Errors at outputs (T, B, H) with powers of two (T, B) as errors at the states that they show, (n, B, ...)."""
        if self.mask is None:
            return (dh, exponent) if self.plain else (turned(dh, self.ends), turned(exponent, self.ends))
        n = int(self.ends.max(initial=0))
        total, powers = np.zeros((n + 1, *dh.shape[1:])), np.zeros((n + 1, dh.shape[1]), dtype=np.int64)
        for at, rows, power in zip(self._shown, dh, exponent, strict=True):  # a state may be shown at several steps
            here = at, self._column
            total[here], powers[here] = add_scaled(total[here], powers[here], rows, power)
        return (total[1:], powers[1:]) if n else (np.zeros_like(dh[:1]), np.zeros_like(exponent[:1]))

    def in_time(self, rows: Array) -> Array:
        """What belongs to inputs as they were read (n, B, ...) at their steps, (T, B, ...); 0 where none was read."""
        rows = turned(rows, self.ends) if self.back else rows
        if self.mask is None:
            return rows
        out = np.zeros((len(self.mask), *rows.shape[1:]), rows.dtype)
        steps, read = read_steps(self.mask), np.arange(len(rows))[:, None] < self.ends
        column = np.broadcast_to(self._column, read.shape)
        out[steps[read], column[read]] = rows[read]
        return out

    @property
    def _column(self) -> Array:
        return np.arange(len(self.ends))

    @cached_property
    def _shown(self) -> Array:
        """Which state is put out at each step, (T, B): 0 for zeros, else the number of steps read till then."""
        assert self.mask is not None
        read = self.mask[::-1] if self.back else self.mask
        count = np.cumsum(read, axis=0)
        if self.silent:
            count = np.where(read, count, 0)
        return count[::-1] if self.back != self.as_read else count


def turned(rows: Array, ends: Array) -> Array:
    """Each sequence (T, B, ...) read from its own end; the padding stays. Turning twice changes nothing."""
    T, B = rows.shape[:2]
    step = np.arange(T)[:, None]
    source = np.where(step < ends, ends - 1 - step, step)
    return rows[source, np.arange(B)]


def read_steps(mask: Array) -> Array:
    """Of each sequence the steps that are read, from 0 on, and behind them others, (n, B)."""
    return np.argsort(~mask, axis=0, kind="stable")[: max(1, int(mask.sum(axis=0).max(initial=0)))]


def steps_read(x: npt.ArrayLike, left_out: float, inputs: bool) -> Array:
    """A mask of x, True at the steps that are not `left_out`: (T, B) of x of any number of axes T, B.

    Args:
        left_out: the symbol of a step that is left out, or the number that all its inputs are.
        inputs: whether the last axis of x holds the inputs of a step; else each step is a symbol.
    """
    read = np.asarray(x) != left_out
    return np.asarray(read.any(axis=-1)) if inputs else read


def checked_mask(mask: npt.ArrayLike, x: Array) -> Array:
    """Which steps of x (T, B, ...) are read, (T, B), an array of its own.

    Raises:
        ValueError: it holds something else than True and False, or its shape is not that of x.
    """
    steps = plain("mask", mask)
    if steps.dtype.kind != "b" or x.ndim < 2 or steps.shape != x.shape[:2] or not steps.size:
        raise ValueError(
            f"a mask is True where a step is read and False where it is left out, of shape (T, B) = {x.shape[:2]}; "
            f"got {steps.dtype} of shape {steps.shape}"
        )
    return steps.copy()
