"""Which states a loss or a readout looks at: each sequence's last step, every step, or chosen ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from engine import wide
from engine.array_record import ArrayRecord
from engine.arrays import Array, described, plain
from engine.overflow import readable

Where = Literal["last", "every", "final"] | tuple[int, ...]
LARGE = 2.0**300  # a readout of states beyond this may overflow


class Readable(Protocol):
    """A run whose states can be read: the trace of one layer, or of a network's layers."""

    @property
    def ends(self) -> Array:
        """The last step of each sequence, (B,)."""
        ...

    @property
    def states(self) -> tuple[Array, Array | None]:
        """States (T+1, B, H); where some left float64, the same again with powers of two of their own."""
        ...

    @property
    def backwards_from(self) -> int | None:
        """From which unit on states belong to a direction that ends at step 1; None: to none."""
        ...

    @property
    def ending(self) -> Array | None:
        """The last state (B, H), where no step's states are it: of merged directions, say; None: they are."""
        ...

    @property
    def mask(self) -> Array | None:
        """(T, B) False at the steps that were left out; None: none was."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class Reading(ArrayRecord):
    """The states that are read, m of each sequence."""

    at: Array  # (m, B) the step of each reading
    counts: Array  # (m, B) False where the sequence has ended before
    h: Array  # (m, B, H) as float64 holds them
    far: Array | None = None  # (m, B, H) the same beyond float64, where a state or a readout of it may leave that
    backwards_from: int | None = None  # units that were read at step 1 instead of `at`
    of_ending: bool = False  # the last state itself was read, which is no step's

    def by_step(self, dh: Array, exponent: Array) -> tuple[tuple[int, ...], Array, Array]:
        """Errors at the readings (m, B, H) and their exponents (m, B) as errors at steps: (n), (n, B, H), (n, B)."""
        if self.backwards_from is None and (self.at == self.at[:, :1]).all():
            return tuple(self.at[:, 0].tolist()), dh, exponent
        first = {1} if self.backwards_from is not None else set()
        steps = np.array(sorted({*self.at.ravel().tolist(), *first}))
        rows, columns = np.searchsorted(steps, self.at), np.arange(dh.shape[1])
        entering = np.zeros((len(steps), *dh.shape[1:]), np.result_type(dh, np.float64))  # complex where dh is
        powers = np.zeros((len(steps), dh.shape[1]), dtype=np.int64)
        k = self.backwards_from
        if k is None:
            entering[rows, columns], powers[rows, columns] = dh, exponent
        else:
            entering[rows, columns, :k], entering[0, :, k:] = dh[..., :k], dh[0, :, k:]
            powers[rows, columns], powers[0] = exponent, exponent[0]
        return tuple(steps.tolist()), entering, powers


def read(trace: Readable, where: Where) -> Reading:
    """The states that a loss at `where` reads.

    "last" is each sequence's own last step; "final" the state in which each direction ends, which for the one that
    reads backwards is step 1; a tuple holds the steps themselves, rising. Steps that were left out, and sequences
    without steps, are not counted.

    Raises:
        ValueError: a step is not one of the trace's, or they are not in order; or nothing here can be read.
    """
    if not hasattr(type(trace), "backwards_from"):
        raise ValueError(
            f"trace is {described(trace)}, but a Trace or a NetworkTrace was expected (of both, `decoder`)"
        )
    h, far = trace.states
    T, B, ends = len(h) - 1, h.shape[1], trace.ends
    word = where if isinstance(where, str) else ""
    if word in ("last", "final"):
        at = np.maximum(ends, 1)[None]
    else:
        steps = np.arange(1, T + 1) if word == "every" else plain("where", where)
        if steps.dtype.kind not in "iu" or steps.ndim != 1 or not steps.size:
            raise ValueError(f"where must be last, every, final or a tuple of steps, got {where!r}")
        steps = steps.astype(np.int64)  # of unsigned numbers a difference below 0 would be huge
        if steps[0] < 1 or steps[-1] > T or (np.diff(steps) < 1).any():
            raise ValueError(f"the steps of a loss must rise and lie from 1 to {T}, got {where}")
        at = np.repeat(steps[:, None], B, axis=1)
    column = np.arange(B)
    counts = at <= ends if trace.mask is None else trace.mask[at - 1, column]
    k = trace.backwards_from if word == "final" else None

    def looked_at(rows: Array) -> Array:
        states = rows[at, column]
        return states if k is None else np.concatenate([states[..., :k], rows[1, None, :, k:]], axis=2)

    ending = trace.ending if word == "final" else None
    if ending is not None:
        readable(ending[None], "the last states", "no readout can read infinite numbers")
        far = None if np.abs(ending).max() < LARGE else wide.widened(ending[None])
        return Reading(at, counts, ending[None], far, of_ending=True)
    states = looked_at(h)
    if far is not None:
        far = looked_at(far)
    elif states.dtype != np.float32 and not np.abs(states).max() < LARGE:
        far = wide.widened(states)
    return Reading(at, counts, states, far, k)
