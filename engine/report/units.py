"""Which gates are shut or open, and which units are dead or saturated, over all steps of all sequences.

A unit is still where its state stays within a band of STILL; off where its state is 0 at every step, as behind a ReLU
that never opens; silent where errors reach it and none goes through, so that its weights learn nothing. It is saturated
where what makes it, the candidate or the activation, or the tanh of its cell state, is so flat at nearly every step
that less than FLAT of the steepest slope is left: a tanh beyond 0.949, a sigmoid outside 0.026 to 0.974.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.activations import tanh_derivative
from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.forward import Trace
from engine.gradients.backward import Gradients
from engine.report.directions import Direction
from engine.studies.cell.gate_behaviour import openness
from engine.wide import Wide

STILL = 0.01  # between the largest and the smallest state of a unit
FLAT = 0.1  # of the steepest slope
MOSTLY = 0.9  # of the steps


@dataclass(frozen=True, eq=False, repr=False)
class GateShares(ArrayRecord):
    """One gate of one direction: every array (H,), over all steps of all sequences."""

    direction: Direction
    gate: str
    mean: Array
    shut: Array  # share of steps below gate_behaviour.SHUT
    open: Array  # share of steps above gate_behaviour.OPEN


@dataclass(frozen=True, eq=False, repr=False)
class UnitStates(ArrayRecord):
    """What becomes of one direction's units: every array (H,)."""

    direction: Direction
    lowest: Array  # of h_1..h_T of all sequences
    highest: Array
    flat: Array  # share of steps with a slope below FLAT
    silent: Array  # True where errors reach h and da of every block is exactly 0 at every step

    @property
    def off(self) -> Array:
        """0 at every step."""
        return np.asarray((self.lowest == 0.0) & (self.highest == 0.0))

    @property
    def still(self) -> Array:
        """Within a band of STILL at every step; those that are off too."""
        return np.asarray(self.highest - self.lowest < STILL)

    @property
    def dead(self) -> Array:
        """Still, or silent."""
        return self.still | self.silent

    @property
    def saturated(self) -> Array:
        """Flat at more than MOSTLY of the steps."""
        return self.flat > MOSTLY


@dataclass(frozen=True, eq=False, repr=False)
class Seen(ArrayRecord):
    """What one sequence says of the units of one direction."""

    steps: int
    gates: dict[str, tuple[Array, Array, Array]]  # mean, shut and open of each, (H,)
    lowest: Array  # (H,)
    highest: Array
    flat: Array
    silent: Array


def seen(gradients: Gradients) -> Seen:
    """Counted over one sequence, the only one of its batch."""
    trace = gradients.trace
    h, size = trace.h[1:, 0], trace.parameters.hidden_size
    da = gradients.sweep.da
    passed, reached = ((rows.mantissa if isinstance(rows, Wide) else rows) != 0.0 for rows in (da, gradients.sweep.dh))
    return Seen(
        trace.steps,
        {name: (gate.mean, gate.shut, gate.open) for name, gate in openness(trace).items()},
        h.min(axis=0),
        h.max(axis=0),
        _flat(trace),
        reached.reshape(-1, size).any(axis=0) & ~passed.reshape(-1, size).any(axis=0),
    )


def gate_shares(direction: Direction, every: Sequence[Seen]) -> tuple[GateShares, ...]:
    """Each gate's shares over all sequences, in the order of the cell; none for a cell without gates."""
    found = []
    for gate in direction.cell.gates:
        if gate in every[0].gates:
            mean, shut, wide = (_pooled([(one.steps, one.gates[gate][k]) for one in every]) for k in range(3))
            found.append(GateShares(direction, gate, mean, shut, wide))
    return tuple(found)


def unit_states(direction: Direction, every: Sequence[Seen]) -> UnitStates:
    """What becomes of the units over all sequences."""
    return UnitStates(
        direction,
        np.min([one.lowest for one in every], axis=0),
        np.max([one.highest for one in every], axis=0),
        _pooled([(one.steps, one.flat) for one in every]),
        np.all([one.silent for one in every], axis=0),
    )


def _flat(trace: Trace) -> Array:
    """The share of steps at which what makes each unit's state is flat, (H,)."""
    slopes = trace.cell.slopes(trace.tape)
    flat = trace.public(slopes[next(name for name in ("candidate", "state") if name in slopes)])[:, 0] < FLAT
    if trace.c is not None:
        flat = flat | (tanh_derivative(trace.c[1:, 0]) < FLAT)
    return np.asarray(flat.mean(axis=0))


def _pooled(parts: Sequence[tuple[int, Array]]) -> Array:
    """The mean over all steps, from the means over each sequence's."""
    return np.asarray(sum(steps * mean for steps, mean in parts) / sum(steps for steps, _ in parts))
