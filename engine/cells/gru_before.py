"""The gated recurrent unit of the original paper: the reset gate is applied to the state before the product.

r = sigmoid(U_r x + W_r h + b_r);  z = sigmoid(U_z x + W_z h + b_z);
n = tanh(U_n x + W_n (r h) + b_n);  h_t = (1 - z) n + z h_{t-1}.

Keras computes this with reset_after=False and ONNX with linear_before_reset=0. Both biases of ONNX may be added.

Source: Cho et al., "Learning phrase representations using RNN encoder-decoder for machine translation" (2014).
"""

from __future__ import annotations

from typing import cast

import numpy as np

from engine.activations import SIGMOID, TANH, Activation
from engine.arrays import Array
from engine.cells.base import Collect, Keeps, Sweep
from engine.cells.gated import Gated
from engine.cells.tape import Tape, into, product, sums, transposed
from engine.parameters import Parameters


class GRUBefore(Gated):
    """GRU, reset before the product; `y` holds r, z, n and r h_{t-1}, `a` the gates' sums."""

    name = "gru_before"
    title = "GRU, reset before"
    gates = ("reset", "update", "candidate")
    keeps = Keeps("update")

    def __init__(self, gate: Activation = SIGMOID, candidate: Activation = TANH) -> None:
        self.activate(gate, candidate)

    def row_counts(self) -> tuple[int, int]:
        return 3, 4

    def forward(self, tape: Tape) -> None:
        p, size, gain = tape.parameters, tape.hidden_size, 1.0 if tape.gain is None else tape.gain
        W, inner = p.W.copy(), product(p.W[..., 2 * size :, :], tape.z.dtype)
        W[..., 2 * size :, :] = 0.0  # the candidate's product waits for r
        squash = into(self.candidate)
        with np.errstate(over="ignore", invalid="ignore"):  # of a cell with unbounded activations
            for a, y, before, after in zip(sums(tape, W, p.U, p.b), tape.y, tape.h, tape.h[1:], strict=False):
                gates, n, kept = y[: 2 * size], y[2 * size : 3 * size], y[3 * size :]
                gates[...] = self.gate.value(a[: 2 * size])
                np.multiply(gates[:size], before, kept)
                inner(kept * gain, n)
                a[2 * size :] += n
                squash(a[2 * size :], n)
                after[...] = n + gates[size:] * (before - n)

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        return {gate: tape.y[:, self.rows(gate, tape.hidden_size)] for gate in self.gates}

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        return {gate: tape.a[:, self.rows(gate, tape.hidden_size)] for gate in self.gates}

    def linearise(self, tape: Tape) -> Sweep:
        return GRUBeforeSweep(self, tape)


class GRUBeforeSweep(Sweep):
    """da_n = dh_t (1 - z) n';  da_z = dh_t (h_{t-1} - n) z';  m = W_n^T da_n;  da_r = m h_{t-1} r';

    dh_{t-1} = W_r^T da_r + W_z^T da_z + r m + z dh_t.
    """

    def __init__(self, cell: GRUBefore, tape: Tape) -> None:
        self.tape, size = tape, tape.hidden_size
        self.dh, self.da = tape.empty(tape.h.shape), np.empty_like(tape.a)
        r, z, n, _ = np.split(tape.y, 4, axis=1)
        a_r, a_z, a_n = np.split(tape.a, 3, axis=1)
        h = tape.h[:-1]
        (r_slope, self.reset), (z_slope, self.keep) = cell.gate.slope(r, a_r), cell.gate.slope(z, a_z)
        n_slope, n = cell.candidate.slope(n, a_n)
        self.n_from_dh = cell.gate.rest(z, a_z, z_slope) * n_slope
        self.z_from_dh = (h - n) * z_slope
        self.r_from_inner = h * r_slope
        W = tape.parameters.W
        self.pull_gates = product(transposed(W[..., : 2 * size, :]))
        self.pull_inner = product(transposed(W[..., 2 * size :, :]))

    def run(self, start: int, stop: int, local: Array | None) -> None:
        dh, size, gain = self.dh, self.tape.hidden_size, self.tape.gain
        inner = np.empty_like(dh[0])
        for t in range(start, stop, -1):
            after, before, da = dh[t], dh[t - 1], self.da[t - 1]
            np.multiply(self.n_from_dh[t - 1], after, da[2 * size :])
            np.multiply(self.z_from_dh[t - 1], after, da[size : 2 * size])
            self.pull_inner(da[2 * size :], inner)
            if gain is not None:
                inner *= gain
            np.multiply(self.r_from_inner[t - 1], inner, da[:size])
            self.pull_gates(da[: 2 * size], before)
            if gain is not None:
                before *= gain
            before += self.reset[t - 1] * inner
            before += self.keep[t - 1] * after
            if local is not None:
                before += local[t - 1]

    def bypass(self) -> Array:
        return self.keep * self.dh[1:]

    def passed(self) -> Array:
        W, size = self.tape.parameters.W, self.tape.hidden_size
        inner = self.through(W[..., 2 * size :, :], self.da[:, 2 * size :])
        return cast(
            Array, self.through(W[..., : 2 * size, :], self.da[:, : 2 * size]) + self.reset * inner + self.bypass()
        )

    def weights(self, collect: Collect) -> Parameters:
        p, size, tape = super().weights(collect), self.tape.hidden_size, self.tape
        gated = tape.y[:, 3 * size :]  # r h_{t-1} is what W_n met
        inner = collect.outer(self.da[:, 2 * size :], gated if tape.gain is None else gated * tape.gain)
        return Parameters(p.U, np.concatenate([p.W[..., : 2 * size, :], inner], axis=-2), p.b)

    def jacobians(self, column: int) -> Array:
        W_r, W_z, W_n = np.split(self.column_weights(column), 3)
        n, z, r, keep, reset = (
            self.column(rows, column)
            for rows in (self.n_from_dh, self.z_from_dh, self.r_from_inner, self.keep, self.reset)
        )
        diagonal = np.arange(self.tape.hidden_size)
        gated = r[:, :, None] * W_r  # d(r h)/dh = diag(r) + diag(h r') W_r
        gated[:, diagonal, diagonal] += reset
        steps = n[:, :, None] * (W_n @ gated) + z[:, :, None] * W_z
        steps[:, diagonal, diagonal] += keep
        return cast(Array, steps)
