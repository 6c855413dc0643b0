"""Which output the error comes from: one output of one step, or a loss with its targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array, checked_weights, expect
from engine.errors import Entering, binary_cross_entropy, cross_entropy, entering, squared_error
from engine.networks.network import Network, NetworkTrace
from engine.parameters import Readout
from engine.readings import Where, read

At = Literal["last", "final"] | int
LossOf = Callable[[NetworkTrace, Readout | None, int], Entering]  # trace, head, number of the sequence from 0
LOSSES = {"cross-entropy": cross_entropy, "binary-cross-entropy": binary_cross_entropy, "squared-error": squared_error}


@dataclass(frozen=True, eq=False, repr=False)
class Loss(ArrayRecord):
    """A loss of the head's outputs, with the targets of every sequence."""

    name: str  # of LOSSES
    targets: tuple[Array, ...]  # of each sequence as LOSSES take them without B: classes (m,), or numbers (m, K)
    where: Where = "last"

    def __call__(self, trace: NetworkTrace, head: Readout | None, sequence: int) -> Entering:
        """Where this loss lets errors in.

        Raises:
            ValueError: there is no head, no such loss, no targets of this sequence, or targets do not fit.
        """
        if head is None:
            raise ValueError(f"a {self.name} loss reads the outputs of a head, and this network has none")
        if self.name not in LOSSES:
            raise ValueError(f"there is no loss {self.name!r:.40}; there are {', '.join(LOSSES)}")
        if sequence >= len(self.targets):
            raise ValueError(f"targets were given for {len(self.targets)} sequences, but there are more")
        return LOSSES[self.name](trace, head, np.asarray(self.targets[sequence])[:, None], self.where)


@dataclass(frozen=True, eq=False, repr=False)
class Asked(ArrayRecord):
    """L: one output o_k of one step, the sum of a step's outputs, or a loss."""

    at: At = "last"  # each sequence's last step, the state in which each direction ends, or a step, counted from 1
    unit: int | Literal["largest", "all"] | None = None  # k from 0; None: with a head the largest, without all, summed
    loss: LossOf | None = None  # instead of one output


@dataclass(frozen=True, eq=False, repr=False)
class Origin(ArrayRecord):
    """Where the error of one sequence came from."""

    steps: tuple[int, ...]  # at which outputs it enters, from 1
    unit: int | None  # which output, from 0; None: all of them, or those that a loss reads
    value: float  # L


def errors_of(asked: Asked, head: Readout | None, trace: NetworkTrace, sequence: int) -> tuple[Entering, Origin]:
    """Where the error enters in one sequence, and what it is the error of.

    A step behind a sequence's end is its last one, a step that is left out that which was read before it.

    Raises:
        ValueError: the network has no such output, there is no such step, or the loss does not fit.
    """
    if asked.loss is not None:
        errors = asked.loss(trace, head, sequence)
        loss = getattr(errors, "loss", None)
        return errors, Origin(errors.steps, None, float("nan") if loss is None else float(np.sum(loss)))
    where = asked.at if isinstance(asked.at, str) else (_step_read(trace, asked.at),)
    reading = read(trace, where)
    h = reading.h[0, 0]
    outputs = h if head is None else head.V @ h + head.d
    unit = _unit(asked.unit, head, outputs)
    if unit is None:
        dh = np.ones_like(h) if head is None else head.V.sum(axis=0)
    else:
        dh = np.eye(1, len(h), unit)[0] if head is None else head.V[unit]
    value = float(outputs.sum() if unit is None else outputs[unit])
    return entering(trace, dh[None, None], where), Origin(tuple(reading.at[:, 0].tolist()), unit, value)


def _step_read(trace: NetworkTrace, asked: int) -> int:
    """The last step up to this one that is read; where none is, the first."""
    step = min(asked, trace.steps)
    if trace.mask is None or step < 1:
        return step
    steps = np.flatnonzero(trace.mask[:, 0]) + 1
    return int(max(steps[steps <= step], default=steps[0]))


def checked_head(network: Network, head: Readout) -> Readout:
    """A readout of the network's outputs, as arrays of float64.

    Raises:
        ValueError: it is none, or does not read as many numbers as the top layer puts out.
    """
    expect("head", head, Readout, "Readout(V, d)")
    V = checked_weights("V", head.V, ("K", network.layers[-1].output_size))
    return Readout(V, checked_weights("d", head.d, (len(V),)))


def _unit(asked: int | str | None, head: Readout | None, outputs: npt.NDArray[np.float64]) -> int | None:
    """Which output, from 0; None: all."""
    if asked is None:
        asked = "all" if head is None else "largest"
    if asked == "all":
        return None
    if asked == "largest":
        return int(outputs.argmax())
    if not isinstance(asked, int) or not 0 <= asked < len(outputs):
        raise ValueError(f"output {asked!r:.40} was asked for, but there are 0 to {len(outputs) - 1}")
    return asked
