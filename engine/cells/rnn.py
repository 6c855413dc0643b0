"""The vanilla (Elman) RNN: h_t = f(U x_t + W h_{t-1} + b), f one of tanh, relu, sigmoid, identity; in files others too.

Source: Elman, "Finding structure in time" (1990); PyTorch's RNN computes the same with f tanh or relu.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine import wide
from engine.activations import ACTIVATIONS, Activation
from engine.arrays import Array, expect
from engine.cells.base import Cell, Sweep
from engine.cells.tape import Tape, product, sums, transposed

TINY = 2.0**-900  # a state below this may be on its way out of float64


def _left_float64(tape: Tape) -> bool:
    """Whether states became infinite, or so small that they or the next may have become 0."""
    size = np.abs(tape.h)
    if not np.isfinite(size).all() or ((size < TINY) & (size > 0.0)).any():
        return True
    lost = (tape.a == 0.0).any(axis=1) & (size[:-1] > 0.0).any(axis=1)  # or were the products 0?
    if tape.lengths is not None:
        lost &= np.arange(tape.steps)[:, None] < tape.lengths
    return bool(lost.any())


class RNN(Cell):
    """Vanilla RNN with one activation."""

    gates = ("state",)

    def __init__(self, activation: str | Activation, title: str = "") -> None:
        chosen = ACTIVATIONS[activation] if isinstance(activation, str) else activation
        expect("activation", chosen, Activation, "one of engine.activations or engine.more_activations")
        self.activation: Activation = chosen
        self.name = self.activation.name
        self.kind = self.name if self.name in ACTIVATIONS else "tanh"
        self.title = title or f"RNN ({self.activation.title})"

    @property
    def activations(self) -> Mapping[str, Activation]:
        return {"state": self.activation}

    def row_counts(self) -> tuple[int, int]:
        return 1, 0

    def forward(self, tape: Tape) -> None:
        p, f = tape.parameters, self.activation.value
        in_place = f is np.tanh
        with np.errstate(over="ignore", invalid="ignore"):  # a run that leaves float64 is done again below
            for a, h in zip(sums(tape, p.W, p.U, p.b), tape.h[1:], strict=True):
                if in_place:
                    np.tanh(a, h)
                else:
                    h[...] = f(a)
        if not self.activation.bounded and tape.h.dtype == np.float64 and _left_float64(tape):
            self._forward_wide(tape)

    def _forward_wide(self, tape: Tape) -> None:
        """The same recurrence in numbers beyond float64, of an activation that is not bounded."""
        gain, size = 1.0 if tape.gain is None else tape.gain, tape.hidden_size
        drive, times = tape.driven(tape.parameters.U, tape.parameters.b), product(tape.parameters.W)
        h, a = wide.empty(tape.h.shape), wide.empty((size, *tape.h.shape[2:]))
        h[0] = tape.h[0]
        for t in range(tape.steps):
            times(h[t] * gain, a)
            a += drive[t]
            if tape.lengths is not None:
                a[:, tape.lengths <= t] = 0.0
            h[t + 1] = self.activation.value(a)
            tape.a[t], tape.h[t + 1] = wide.value(a), wide.value(h[t + 1])  # infinity is what float64 shows
        tape.h_wide = h

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        return {"state": tape.h[1:]}

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        return {"state": tape.a}

    def linearise(self, tape: Tape) -> Sweep:
        return RNNSweep(tape, self._slope(tape))

    def _slope(self, tape: Tape) -> Array:
        """f'(a_t); where sums left float64, a sum that is 0 in it has the sign of its state."""
        a, far = tape.a, tape.h_wide
        if far is None and not wide.is_wide(a):
            return self.activation.derivative(a)
        states = tape.h[1:] if far is None else far[1:]
        slope = self.activation.derivative(np.where(wide.value(a) == 0.0, states, a))
        return slope if wide.is_wide(a) else wide.value(slope)

    def saturated(self, tape: Tape) -> bool:
        return self.activation.flattens and super().saturated(tape)


class RNNSweep(Sweep):
    """da_t = f'(a_t) dL/dh_t and dL/dh_{t-1} = W^T da_t."""

    def __init__(self, tape: Tape, slope: Array) -> None:
        self.tape, self.slope = tape, slope
        self.dh = tape.empty(tape.h.shape)
        self.da = tape.empty(slope.shape)
        self.pull = product(transposed(tape.parameters.W), far=wide.is_wide(tape.a))

    def run(self, start: int, stop: int, local: Array | None) -> None:
        dh, gain, pull = self.dh, self.tape.gain, self.pull
        steps = slice(stop, start)  # of da and slope, whose row t is step t+1
        arrays = (dh[stop + 1 : start + 1], dh[steps], self.da[steps], self.slope[steps])
        rows = zip(*(rows[::-1] for rows in arrays), strict=True)
        for t, (after, before, error, slope) in enumerate(rows, 1):
            np.multiply(slope, after, error)
            pull(error, before)
            if gain is not None:
                np.multiply(before, gain, before)
            if local is not None:
                np.add(before, local[start - t], before)

    def jacobians(self, column: int) -> Array:
        return self.column(self.slope, column)[:, :, None] * self.column_weights(column)
