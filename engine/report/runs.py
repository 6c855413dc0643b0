"""One sequence through a network as its program runs it: from its own start, steps left out that it leaves out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.arrays import Array, plain
from engine.errors import Entering
from engine.forward import State
from engine.networks.network import Network, NetworkTrace, run_network
from engine.parameters import Readout
from engine.report.asked import Asked, errors_of
from engine.report.cuts import UncutError

Masks = Sequence[npt.ArrayLike | None]
Starts = tuple[State, ...] | None


def checked_masks(masks: Masks | None, sequences: Sequence[Array]) -> list[Array | None]:
    """Of each sequence, True at the steps that are read, (T,); None where all are.

    Raises:
        ValueError: there are not as many as sequences, one is no mask of its sequence, or leaves out every step.
    """
    if masks is None:
        return [None] * len(sequences)
    if len(masks) != len(sequences):
        raise ValueError(f"there are {len(masks)} masks, but {len(sequences)} sequences")
    return [_checked(n, mask, len(x)) for n, (mask, x) in enumerate(zip(masks, sequences, strict=True), 1)]


def _checked(number: int, given: npt.ArrayLike | None, T: int) -> Array | None:
    if given is None:
        return None
    mask = plain(f"mask {number}", given)
    if mask.dtype.kind != "b" or mask.shape != (T,):
        raise ValueError(
            f"mask {number} is True where a step is read and False where it is left out, of shape ({T},); "
            f"got {mask.dtype} of shape {mask.shape}"
        )
    if not mask.any():
        raise ValueError(f"sequence {number} has no step that is read: all {T} are left out")
    return None if mask.all() else mask


def starts_of(network: Network, count: int) -> list[Starts]:
    """The initial states of each of so many sequences; None: the network's own for all of them.

    Raises:
        ValueError: the network holds states of single sequences, but not of so many.
    """
    states = [rows for state in network.start or () for rows in (state.h, state.c) if rows is not None]
    held = {len(rows) for rows in states if rows.ndim == 2} - {1}
    if not held:
        return [None] * count
    if held != {count}:
        raise ValueError(
            f"the network’s initial states are those of {max(held)} sequences, one each, but there "
            f"{'is one sequence' if count == 1 else f'are {count}'}: as many are expected"
        )
    return [
        tuple(State(_row(s.h, b), None if s.c is None else _row(s.c, b)) for s in network.start or ())
        for b in range(count)
    ]


def _row(rows: Array, b: int) -> Array:
    """One sequence's of states (H,) or (B, H), as (1, H)."""
    return np.array(rows[None] if np.ndim(rows) == 1 else rows[b : b + 1] if len(rows) > 1 else rows)


def run_of(network: Network, x: Array, mask: Array | None, start: Starts) -> NetworkTrace:
    """The run of one sequence (T, 1, D) or (T, 1).

    Raises:
        ValueError: as for `run_network`.
        Overflow: as there.
    """
    return run_network(network, x, start=start, mask=None if mask is None else mask[:, None])


def without_holes(
    trace: NetworkTrace, x: Array, start: Starts, errors: Entering, asked: Asked, head: Readout | None, sequence: int
) -> tuple[NetworkTrace, Entering]:
    """The run of the steps that were read alone, and the same errors there: every state and gradient is the same.

    Raises:
        UncutError: an error enters at a step that was left out, where directions show states of different steps.
    """
    if trace.mask is None:
        return trace, errors
    read = trace.mask[:, 0]
    alone = run_network(trace.network, x[read], start=start)
    if errors.of_ending:
        return alone, errors_of(asked, head, alone, sequence)[0]
    at = np.array(errors.steps) - 1
    if errors.dh[~read[at]].any():
        raise UncutError("Truncation is left out: errors enter at steps that the network leaves out.")
    steps = np.cumsum(read)[at[read[at]]]
    return alone, Entering(tuple(steps.tolist()), errors.dh[read[at]], errors.exponent[read[at]])
