"""The leaky RNN: each unit keeps a share of its state, h_t = (1 - leak) h_{t-1} + leak tanh(U x_t + W h_{t-1} + b).

`leak` (H,) is a parameter of its own: 1 is the vanilla RNN, small values remember for about 1 / leak steps.

Source: Jaeger, Lukosevicius, Popovici and Siewert, "Optimization and applications of echo state networks with leaky-
integrator neurons" (2007); Bengio, Boulanger-Lewandowski and Pascanu (2013) for trained ones.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from engine.activations import tanh_derivative
from engine.arrays import Array
from engine.cells.base import Cell, Collect, Keeps, Sweep
from engine.cells.tape import Tape, product, sums, transposed
from engine.parameters import Parameters


class LeakyRNN(Cell):
    """Leaky tanh RNN; `y` holds the candidate tanh(a_t)."""

    name = kind = "leaky"
    title = "leaky RNN"
    gates = ("state",)
    extras = ("leak",)
    keeps = Keeps("leak", new="state")

    def at_first(self, extra: str) -> tuple[float, float]:
        return 0.1, 0.0  # remembers for about ten steps

    def row_counts(self) -> tuple[int, int]:
        return 1, 1

    def forward(self, tape: Tape) -> None:
        p, leak = tape.parameters, tape.extra("leak")
        rows = zip(sums(tape, p.W, p.U, p.b), tape.y, tape.h, tape.h[1:], strict=False)
        for a, candidate, before, after in rows:
            np.tanh(a, candidate)
            np.subtract(candidate, before, after)
            np.multiply(after, leak, after)
            np.add(after, before, after)

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        return {"state": tape.y}

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        return {"state": tape.a}

    def linearise(self, tape: Tape) -> Sweep:
        return LeakySweep(tape)


class LeakySweep(Sweep):
    """da_t = leak tanh'(a_t) dL/dh_t and dL/dh_{t-1} = W^T da_t + (1 - leak) dL/dh_t."""

    def __init__(self, tape: Tape) -> None:
        self.tape, leak = tape, tape.extra("leak")
        self.dh = tape.empty(tape.h.shape)
        self.slope, self.keep = tanh_derivative(tape.a) * leak, 1.0 - leak
        self.da = np.empty_like(self.slope)
        self.pull = product(transposed(tape.parameters.W))

    def run(self, start: int, stop: int, local: Array | None) -> None:
        dh, gain = self.dh, self.tape.gain
        for t in range(start, stop, -1):
            np.multiply(self.slope[t - 1], dh[t], self.da[t - 1])
            self.pull(self.da[t - 1], dh[t - 1])
            if gain is not None:
                dh[t - 1] *= gain
            dh[t - 1] += self.keep * dh[t]
            if local is not None:
                dh[t - 1] += local[t - 1]

    def bypass(self) -> Array:
        return cast(Array, self.keep * self.dh[1:])

    def weights(self, collect: Collect) -> Parameters:
        p = super().weights(collect)
        learned = self.dh[1:] * (self.tape.y - self.tape.h[:-1])  # dh_t/dleak = tanh(a_t) - h_{t-1}
        return Parameters(p.U, p.W, p.b, {"leak": collect.sum(learned)})

    def jacobians(self, column: int) -> Array:
        steps = self.column(self.slope, column)[:, :, None] * self.column_weights(column)
        diagonal = np.arange(steps.shape[1])
        steps[:, diagonal, diagonal] += self.column(np.broadcast_to(self.keep, self.dh.shape)[1:], column)
        return steps
