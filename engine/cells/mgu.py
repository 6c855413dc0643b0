"""The minimal gated unit: one gate that both forgets and resets.

f = sigmoid(U_f x + W_f h + b_f);  n = tanh(U_n x + W_n (f h) + b_n);  h_t = (1 - f) h_{t-1} + f n.

Source: Zhou, Wu, Zhang and Zhou, "Minimal gated unit for recurrent neural networks" (2016).
"""

from __future__ import annotations

from typing import cast

import numpy as np

from engine.activations import sigmoid, sigmoid_derivative, tanh_derivative, unrounded
from engine.arrays import Array
from engine.cells.base import Cell, Collect, Keeps, Sweep
from engine.cells.tape import Tape, product, sums, transposed
from engine.parameters import Parameters


class MGU(Cell):
    """Minimal gated unit; `y` holds f, n and f h_{t-1}, `a` the sums of f and n."""

    name = kind = "mgu"
    title = "minimal gated unit"
    gates = ("forget", "candidate")
    keeps = Keeps("forget", sign=-1)

    def row_counts(self) -> tuple[int, int]:
        return 2, 3

    def forward(self, tape: Tape) -> None:
        p, size, gain = tape.parameters, tape.hidden_size, 1.0 if tape.gain is None else tape.gain
        W, inner = p.W.copy(), product(p.W[..., size:, :], tape.z.dtype)
        W[..., size:, :] = 0.0  # the candidate's product waits for f
        for a, y, before, after in zip(sums(tape, W, p.U, p.b), tape.y, tape.h, tape.h[1:], strict=False):
            f, n, kept = y[:size], y[size : 2 * size], y[2 * size :]
            f[...] = sigmoid(a[:size])
            np.multiply(f, before, kept)
            inner(kept * gain, n)
            a[size:] += n
            np.tanh(a[size:], n)
            after[...] = before + f * (n - before)

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        return {gate: tape.y[:, self.rows(gate, tape.hidden_size)] for gate in self.gates}

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        return {gate: tape.a[:, self.rows(gate, tape.hidden_size)] for gate in self.gates}

    def linearise(self, tape: Tape) -> Sweep:
        return MGUSweep(tape)


class MGUSweep(Sweep):
    """da_n = dh_t f n';  m = W_n^T da_n;  da_f = (dh_t (n - h_{t-1}) + m h_{t-1}) f';

    dh_{t-1} = W_f^T da_f + f m + (1 - f) dh_t.
    """

    def __init__(self, tape: Tape) -> None:
        self.tape, size = tape, tape.hidden_size
        self.dh, self.da = tape.empty(tape.h.shape), np.empty_like(tape.a)
        f, n, _ = np.split(tape.y, 3, axis=1)
        a_f, a_n = np.split(tape.a, 2, axis=1)
        h, f_slope = tape.h[:-1], sigmoid_derivative(a_f)
        self.forget, self.keep = unrounded(f, f_slope), unrounded(1.0 - f, f_slope)
        self.n_from_dh = self.forget * tanh_derivative(a_n)
        self.f_from_dh, self.f_from_inner = (n - h) * f_slope, h * f_slope
        W = tape.parameters.W
        self.pull_gate = product(transposed(W[..., :size, :]))
        self.pull_inner = product(transposed(W[..., size:, :]))

    def run(self, start: int, stop: int, local: Array | None) -> None:
        dh, size, gain = self.dh, self.tape.hidden_size, self.tape.gain
        inner = np.empty_like(dh[0])
        for t in range(start, stop, -1):
            after, before, da = dh[t], dh[t - 1], self.da[t - 1]
            np.multiply(self.n_from_dh[t - 1], after, da[size:])
            self.pull_inner(da[size:], inner)
            if gain is not None:
                inner *= gain
            np.multiply(self.f_from_inner[t - 1], inner, da[:size])
            da[:size] += self.f_from_dh[t - 1] * after
            self.pull_gate(da[:size], before)
            if gain is not None:
                before *= gain
            before += self.forget[t - 1] * inner
            before += self.keep[t - 1] * after
            if local is not None:
                before += local[t - 1]

    def bypass(self) -> Array:
        return self.keep * self.dh[1:]

    def passed(self) -> Array:
        W, size = self.tape.parameters.W, self.tape.hidden_size
        inner = self.through(W[..., size:, :], self.da[:, size:])
        return cast(Array, self.through(W[..., :size, :], self.da[:, :size]) + self.forget * inner + self.bypass())

    def weights(self, collect: Collect) -> Parameters:
        p, size, tape = super().weights(collect), self.tape.hidden_size, self.tape
        gated = tape.y[:, 2 * size :]  # f h_{t-1} is what W_n met
        inner = collect.outer(self.da[:, size:], gated if tape.gain is None else gated * tape.gain)
        return Parameters(p.U, np.concatenate([p.W[..., :size, :], inner], axis=-2), p.b)

    def jacobians(self, column: int) -> Array:
        W_f, W_n = np.split(self.column_weights(column), 2)
        n, f, inner, forget, keep = (
            self.column(rows, column)
            for rows in (self.n_from_dh, self.f_from_dh, self.f_from_inner, self.forget, self.keep)
        )
        diagonal = np.arange(self.tape.hidden_size)
        gated = inner[:, :, None] * W_f  # d(f h)/dh = diag(f) + diag(h f') W_f
        gated[:, diagonal, diagonal] += forget
        steps = n[:, :, None] * (W_n @ gated) + f[:, :, None] * W_f
        steps[:, diagonal, diagonal] += keep
        return cast(Array, steps)
