"""What the gates of a run do: how open they are, how often they are stuck, and how long each unit remembers.

A memory m (the cell state c, or h in a cell without one), carried by m_t = k_t m_{t-1} + w_t, keeps the share k_t,
forgets 1 - k_t and is written w_t. k is f in an LSTM, 1 - i where the gates are coupled, z in a GRU, 1 - f in a minimal
gated unit, 1 - leak in a leaky RNN: each cell says so itself, as `Keeps`. Shares are computed from the gate's
pre-activation a, log sigmoid(a) = -log(1 + exp(-a)), and so stay right where the gate itself has rounded to 0 or 1.

Source of the saturation fractions: Karpathy, Johnson and Fei-Fei, "Visualizing and understanding recurrent networks"
(2015), section 4.2: a gate is left-saturated below 0.1 and right-saturated above 0.9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.activations import SIGMOID, Activation
from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import Cell
from engine.cells.base import Keeps
from engine.forward import Trace
from engine.parameters import Parameters

SHUT, OPEN = 0.1, 0.9  # left- and right-saturated beyond these


@dataclass(frozen=True, eq=False, repr=False)
class Openness(ArrayRecord):
    """One gate over a run of one sequence."""

    values: Array  # (T, H)
    mean: Array  # (H,) over steps
    shut: Array  # (H,) share of steps with the gate below 0.1
    open: Array  # (H,) share of steps with the gate above 0.9


@dataclass(frozen=True, eq=False, repr=False)
class Memory(ArrayRecord):
    """m_t = keep_t m_{t-1} + written_t, unit by unit, over a run of one sequence."""

    name: str  # "c" or "h"
    log_keep: Array  # (T, H) log of the share that is kept, exact however close to 0 or 1 the share is
    before: Array  # (T, H) m_{t-1}
    kept: Array  # (T, H) keep m_{t-1}
    forgotten: Array  # (T, H) (1 - keep) m_{t-1}
    written: Array  # (T, H)
    after: Array  # (T, H) m_t

    @property
    def half_life(self) -> Array:
        """Steps until half of what a unit holds is gone, log 0.5 / mean_t log keep_t, (H,); 0 if all goes at once."""
        return half_life(self.log_keep.mean(axis=0))

    @property
    def order(self) -> Array:
        """Units from the longest memory to the shortest, (H,)."""
        return np.argsort(-self.half_life, kind="stable")


def half_life(mean_log_keep: Array) -> Array:
    """log 0.5 / mean log keep: infinite where everything is kept; sigmoid(1) kept at each step gives 2.213 steps."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(0.5) / np.minimum(mean_log_keep, -0.0))


def log_sigmoid(a: Array) -> Array:
    """-log(1 + exp(-a)), with full relative precision for every a."""
    return np.where(a < 0.0, a, 0.0) - np.log1p(np.exp(-np.abs(a)))


def _log_shares(gate: Activation, a: Array) -> tuple[Array, Array]:
    """log s and log(1 - s) of a gate s = f(a); minus infinity where nothing is let through."""
    if gate == SIGMOID:
        return log_sigmoid(a), log_sigmoid(-a)
    share = gate.value(a)
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(share, 0.0)), np.log(np.maximum(1.0 - share, 0.0))


def _shares(cell: Cell) -> Keeps | None:
    """What a cell keeps and writes, if the gates that say so are shares of 1."""
    keeps = cell.keeps
    named = () if keeps is None else (keeps.share, keeps.written)
    return keeps if all(cell.activations[gate].shares for gate in named if gate in cell.gates) else None


def openness(trace: Trace) -> dict[str, Openness]:
    """Every gate from 0 to 1 of a run of one sequence, by name; empty for a cell without such gates."""
    found, activations = {}, trace.cell.activations
    for gate, rows in trace.gates.items():
        if gate not in ("candidate", "state") and activations[gate].shares:
            values = rows[:, 0]
            shut, wide = (values < SHUT).mean(axis=0), (values > OPEN).mean(axis=0)
            found[gate] = Openness(values, values.mean(axis=0), shut, wide)
    return found


def memory(trace: Trace) -> Memory | None:
    """What a run of one sequence keeps, forgets and writes; None where a cell writes its whole state anew, or a gate
    goes beyond 0 to 1, so that it is no share."""
    keeps = _shares(trace.cell)
    if keeps is None:
        return None
    T, H = trace.steps, trace.parameters.hidden_size
    activations = trace.cell.activations
    sums = {name: rows[:, 0] for name, rows in trace.pre_activations.items()}
    if keeps.share in trace.cell.extras:
        lost = np.broadcast_to(trace.parameters.extra[keeps.share], (T, H))
        with np.errstate(divide="ignore"):
            log_keep = np.log1p(-lost)
        keep = 1.0 - lost
    else:
        log_keep, log_lost = _log_shares(activations[keeps.share], sums[keeps.share])[:: keeps.sign]
        keep, lost = np.exp(log_keep), np.exp(log_lost)
    new = lost if keeps.written is None else np.exp(_log_shares(activations[keeps.written], sums[keeps.written])[0])
    fresh = activations[keeps.new].value(sums[keeps.new])
    states = trace.h[:, 0] if trace.c is None else trace.c[:, 0]
    before = states[:-1]
    return Memory(
        name="h" if trace.c is None else "c",
        log_keep=log_keep,
        before=before,
        kept=keep * before,
        forgotten=lost * before,
        written=new * fresh,
        after=states[1:],
    )


def half_life_of_biases(cell: Cell, parameters: Parameters) -> Array | None:
    """The half-life that the biases alone would give each unit, (H,): with no input and a state of 0."""
    keeps = _shares(cell)
    if keeps is None:
        return None
    if keeps.share in cell.extras:
        with np.errstate(divide="ignore"):
            return half_life(np.log1p(-parameters.extra[keeps.share]))
    bias = parameters.b[cell.rows(keeps.share, parameters.hidden_size)]
    return half_life(_log_shares(cell.activations[keeps.share], bias)[:: keeps.sign][0])
