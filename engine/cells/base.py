"""What a recurrent cell is: a name, its gates in order, a forward loop and a backward loop.

A cell is one file beside this one and one line in the registry of `engine/cells/__init__.py`. Its loops run on a
`Tape`, in whose layout ``...`` stands for the B columns (nothing for one sequence through one network).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np

from engine.activations import SIGMOID, TANH, Activation
from engine.arrays import Array, checked_weights, expect
from engine.cells.tape import Tape
from engine.parameters import Parameters

SHORT = 10_000  # numbers of a run whose squares are summed up sooner than its largest is found
WRITING = ("candidate", "state")  # the blocks that hold what is written; every other is a gate
FLAT = 60.0  # |a| up to which three slopes of e**-2|a| and an error in comfort stay in float64 (2**-100 of it is left)


class Collect(Protocol):
    """How products of errors and states are summed: over all steps, per column or per step."""

    def outer(self, errors: Array, states: Array) -> Array:
        """Sum of errors_t states_t^T, (..., R, K), from (T, R, ...) and (T, K, ...)."""
        ...

    def sum(self, errors: Array) -> Array:
        """Sum of errors_t, (..., R), from (T, R, ...)."""
        ...

    def inputs(self, errors: Array, tape: Tape) -> Array:
        """Sum of errors_t x_t^T, (..., R, D)."""
        ...


@dataclass(frozen=True)
class Keeps:
    """m_t = k_t m_{t-1} + w_t n_t: what a step keeps of the memory (c, or h in a cell without) and writes into it.

    Named by gates, so that k and w are known however close to 0 or 1 they round: k = sigmoid(sign a) with `share`'s
    pre-activation a, w = sigmoid(a) of `written`, n = tanh(a) of `new`.
    """

    share: str  # the gate whose sigmoid decides k; or the extra parameter that is 1 - k at every step
    sign: int = 1  # -1: the gate says what is given up
    written: str | None = None  # the gate whose sigmoid is w; None: w = 1 - k
    new: str = "candidate"


class Cell(ABC):
    """A family member; instances carry no weights, and two of one name are the same cell.

    Those of the registry have the usual activations. Files bring the same cells with others: such a cell has a name of
    its own, which no link can carry, and the `kind` of the registry's cell whose equations it has.
    """

    name: str  # the registry's key and the URL's word
    kind: str  # the name of the registry's cell that has the same equations with the usual activations
    title: str  # what a visitor reads
    # The blocks of U, W and b, in their order: "candidate" or "state" is what is written, every other goes from 0 to 1.
    gates: tuple[str, ...]
    has_memory = False  # whether a cell state c is carried beside h
    extras: tuple[str, ...] = ()  # names of the extra parameters, each (H,)
    keeps: Keeps | None = None  # None where the whole state is made anew

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Cell) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def activations(self) -> Mapping[str, Activation]:
        """The activation of each gate, by name; of an LSTM also that of the cell state, by "memory"."""
        return {gate: TANH if gate in WRITING else SIGMOID for gate in self.gates}

    def at_first(self, extra: str) -> tuple[float, float]:
        """Mean and standard deviation from which an extra parameter is drawn before training."""
        return 0.0, 0.0

    @property
    def keeper(self) -> str | None:
        """The gate that says what of the memory is kept, or given up; None where no gate does."""
        return self.keeps.share if self.keeps and self.keeps.share in self.gates else None

    def rows(self, gate: str, hidden_size: int) -> slice:
        """The rows of `gate` in U, W and b."""
        k = self.gates.index(gate)
        return slice(k * hidden_size, (k + 1) * hidden_size)

    def check(self, parameters: Parameters) -> Parameters:
        """A copy of the parameters with every shape verified; ValueError names the array that does not fit."""
        expect("parameters", parameters, Parameters, "Parameters(U, W, b)")
        networks: tuple[int | str, ...] = ("N",) if np.ndim(parameters.W) == 3 else ()
        W = checked_weights("W", parameters.W, (*networks, "G*H", "H"), copy=True)
        (rows, size), gates = W.shape[-2:], len(self.gates)
        if rows != gates * size:  # said of W itself: else U and b, which follow from it, would be blamed
            turned = size == gates * rows
            expected = (*W.shape[:-2], *((size, rows) if turned else (gates * size, size)))
            said = ": it is transposed" if turned else f", {gates} gates of the {self.title} by H rows"
            raise ValueError(f"W has shape {W.shape}, but {expected} was expected{said}")
        networks = W.shape[:-2]
        expect("extra", parameters.extra, Mapping, "{name: weights} of what only this cell has, {} for nothing")
        if set(parameters.extra) != set(self.extras):
            raise ValueError(f"{self.title} takes the extras {sorted(self.extras)}, got {sorted(parameters.extra)}")
        return Parameters(
            U=checked_weights("U", parameters.U, (*networks, rows, "D"), copy=True),
            W=W,
            b=checked_weights("b", parameters.b, (*networks, rows), copy=True),
            extra={
                name: checked_weights(name, value, (*networks, size), copy=True)
                for name, value in parameters.extra.items()
            },
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

    def check_states(self, tape: Tape) -> None:  # noqa: B027 - most cells cannot leave float64, or carry powers of two
        """Nothing, where an error can be carried back through these states.

        Raises:
            Overflow: they left float64, and the cell has no numbers beyond it.
        """

    def saturated(self, tape: Tape) -> bool:
        """Whether some slope may be so flat that float64 cannot carry an error through it."""
        rows = (tape.a,) if tape.c is None else (tape.a, tape.c)
        for array in rows:
            if array.size < SHORT:  # the sum of squares is the quicker look, and says enough of short runs
                flat = array.reshape(-1)
                if np.dot(flat, flat) < FLAT**2:
                    continue
            if max(float(array.max()), -float(array.min())) > FLAT:
                return True
        return False

    def slopes(self, tape: Tape) -> dict[str, Array]:
        """Each gate's derivative divided by the steepest it can be, by name, (T, H, ...): 1 is linear, 0 flat."""
        activations = self.activations
        return {
            gate: activations[gate].derivative(a) / (activations[gate].steepest or 1.0)
            for gate, a in self.pre_activations(tape).items()
        }


class Sweep(ABC):
    """The backward pass of one tape: linear in the gradient it carries.

    `dh[t]` holds dL/dh_t, `dc[t]` dL/dc_t and `da[t-1]` the gradients of step t's pre-activations, in the order of
    the cell's `gates` (extra blocks after them).
    """

    tape: Tape
    dh: Array  # (T+1, H, ...)
    dc: Array | None = None  # (T+1, H, ...)
    carried_c: Array | None = None  # (T+1, H, ...) the part of dL/dc_t that comes from step t+1
    da: Array  # (T, R, ...)

    @abstractmethod
    def run(self, start: int, stop: int, local: Array | None) -> None:
        """Carry the gradient from step `start` to `stop` (stop < start): fill dh[stop..start-1], da, dc.

        `local` (T+1, H, ...) is added to dh on arrival at each step, or None where no error enters.
        """

    @abstractmethod
    def jacobians(self, column: int) -> Array:
        """ds_t/ds_{t-1} of one column, (T, S, S); s is h, or h and then c of a cell with memory."""

    def input_errors(self) -> Array:
        """The rows of `da` that belong to U and b, (T, G*H, ...): dL/dx_t is U^T times them."""
        return self.da

    def recurrent_errors(self) -> Array:
        """The rows of `da` that belong to W, (T, G*H, ...)."""
        return self.da

    def bypass(self) -> Array | None:
        """The part of dL/dh_{t-1} that reaches it past W, (T, H, ...), or None for a cell without such a path."""
        return None

    def passed(self) -> Array:
        """What step t sends back to dL/dh_{t-1}, W^T da_t and what bypasses W, (T, H, ...)."""
        arrived, past = self.through(self.tape.parameters.W, self.recurrent_errors()), self.bypass()
        return arrived if past is None else arrived + past

    def passed_c(self) -> Array | None:
        """What step t sends back to dL/dc_{t-1}, (T, H, ...), or None for a cell without memory."""
        return None

    def through(self, W: Array, errors: Array) -> Array:
        """gain * W^T times the errors of all steps, (T, R, ...) -> (T, H, ...)."""
        if W.ndim == 3:
            arrived = np.einsum("nrh,trn->thn", W, errors)
        else:
            arrived = errors @ W if errors.ndim == 2 else W.T @ errors
        return cast(Array, arrived if self.tape.gain is None else arrived * self.tape.gain)

    def weights(self, collect: Collect) -> Parameters:
        """dL/dU, dL/dW, dL/db and the extras, summed the way `collect` does."""
        size, tape = self.tape.hidden_size, self.tape
        joint = collect.outer(self.da, tape.z[:-1])
        U = collect.inputs(self.da, tape) if tape.projected else joint[..., size:-1]
        return Parameters(U, joint[..., :size], joint[..., -1])

    def part(self, start: int, stop: int) -> Sweep:
        """Steps start+1..stop of a finished sweep: enough for `weights`."""
        steps = copy(self)
        steps.tape, steps.dh, steps.da = self.tape.part(start, stop), self.dh[start : stop + 1], self.da[start:stop]
        return steps

    def column_weights(self, column: int) -> Array:
        """The recurrent matrix of one column, (G*H, H), its gain included."""
        W, gain = self.tape.parameters.W, self.tape.gain
        own = W[column] if W.ndim == 3 else W
        return own if gain is None else np.asarray(own * np.ravel(gain)[column])

    def column(self, rows: Array, column: int) -> Array:
        """One column of a (T, rows, ...) array, (T, rows)."""
        return rows if self.tape.h.ndim == 2 else rows[..., column]
