"""The gated recurrent unit, with the reset gate applied after the recurrent product (as PyTorch and cuDNN).

r = sigmoid(U_r x + W_r h + b_r);  z = sigmoid(U_z x + W_z h + b_z);
n = tanh(U_n x + b_n + r (W_n h + recurrent_bias));  h_t = (1 - z) n + z h_{t-1}.

Source: Cho et al. (2014); the reset-after form from the cuDNN library. Gate order r z n, as PyTorch.
"""

from __future__ import annotations

import numpy as np

from engine.activations import sigmoid, sigmoid_derivative, tanh_derivative
from engine.arrays import Array
from engine.cells.base import Cell, Sweep, Tape, outer_sum, split_gradient
from engine.parameters import Parameters


class GRU(Cell):
    """GRU, reset after the product.

    The tape's rows are r, z, q = W_n h + recurrent_bias, u = U_n x + b_n; `y` holds r, z, n.
    """

    name = "gru"
    title = "GRU"
    gates = ("reset", "update", "candidate")
    extras = ("recurrent_bias",)

    def row_counts(self) -> tuple[int, int]:
        return 4, 3

    def forward(self, tape: Tape) -> None:
        p, size = tape.parameters, tape.h.shape[1]
        joint = np.zeros((4 * size, p.U.shape[1] + size + 1), dtype=tape.z.dtype)
        gates, q, u = joint[: 2 * size], joint[2 * size : 3 * size], joint[3 * size :]
        gates[:] = 0.5 * np.hstack([p.W, p.U, p.b[:, None]])[: 2 * size]  # sigmoid(a) = (1 + tanh(a / 2)) / 2
        q[:, :size], q[:, -1] = p.W[2 * size :], p.extra["recurrent_bias"]
        u[:, size:-1], u[:, -1] = p.U[2 * size :], p.b[2 * size :]
        h = tape.h
        for t in range(tape.steps):
            a, y = tape.a[t], tape.y[t]
            np.dot(joint, tape.z[t], out=a)
            sigmoids, n = y[: 2 * size], y[2 * size :]
            np.tanh(a[: 2 * size], out=sigmoids)
            sigmoids *= 0.5
            sigmoids += 0.5
            np.multiply(sigmoids[:size], a[2 * size : 3 * size], out=n)
            n += a[3 * size :]
            np.tanh(n, out=n)
            after = h[t + 1]
            np.subtract(h[t], n, out=after)
            after *= sigmoids[size:]
            after += n
            tape.feed(t + 1)

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        size = tape.h.shape[1]
        return {gate: tape.y[:, k * size : (k + 1) * size] for k, gate in enumerate(self.gates)}

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        size = tape.h.shape[1]
        r, z, q, u = (tape.a[:, k * size : (k + 1) * size] for k in range(4))
        return {"reset": 2.0 * r, "update": 2.0 * z, "candidate": tape.y[:, :size] * q + u}

    def slopes(self, tape: Tape) -> dict[str, Array]:
        sums = self.pre_activations(tape)
        return {
            name: tanh_derivative(a) if name == "candidate" else 4.0 * sigmoid_derivative(a) for name, a in sums.items()
        }

    def linearise(self, tape: Tape) -> Sweep:
        return GRUSweep(tape, self.gate_values(tape), self.pre_activations(tape))


class GRUSweep(Sweep):
    """The backward pass: [da_r, da_z, dq, da_n] = dh_t [n' q r', (h_{t-1} - n) z', n' r, n'], n' = (1 - z) tanh'.

    dh_{t-1} = z dh_t + W_r^T da_r + W_z^T da_z + W_n^T dq.
    """

    def __init__(self, tape: Tape, gates: dict[str, Array], sums: dict[str, Array]) -> None:
        self.tape = tape
        size, tail, T = tape.h.shape[1], tape.h.shape[2:], tape.steps
        self.dh, self.dc, self.carried_c = np.zeros_like(tape.h), None, None
        r, n = gates["reset"], gates["candidate"]
        self.keep = gates["update"]
        self.from_dh = np.empty((T, 4, size, *tail))
        np.multiply(sigmoid_derivative(-sums["update"]), tape.h[:-1] - n, out=self.from_dh[:, 1])
        np.multiply(sigmoid(-sums["update"]), tanh_derivative(sums["candidate"]), out=self.from_dh[:, 3])
        np.multiply(self.from_dh[:, 3], r, out=self.from_dh[:, 2])
        q = tape.a[:, 2 * size : 3 * size]
        np.multiply(self.from_dh[:, 3] * q, sigmoid_derivative(sums["reset"]), out=self.from_dh[:, 0])
        self.da = np.zeros((T, 4 * size, *tail))  # da_r, da_z, dq, da_n
        self.transposed = np.ascontiguousarray(tape.parameters.W.T)

    def run(self, start: int, stop: int, local: Array | None) -> None:
        size, gain, dh = self.dh.shape[1], self.tape.gain, self.dh
        direct = np.empty_like(dh[0])
        for t in range(start, stop, -1):
            after, before, errors = dh[t], dh[t - 1], self.da[t - 1]
            np.multiply(self.from_dh[t - 1], after, out=errors.reshape(4, *after.shape))
            np.dot(self.transposed, errors[: 3 * size], out=before)
            if gain is not None:
                before *= gain
            np.multiply(self.keep[t - 1], after, out=direct)
            before += direct
            if local is not None:
                before += local[t - 1]

    def input_errors(self) -> Array:
        size = self.dh.shape[1]
        return np.concatenate([self.da[:, : 2 * size], self.da[:, 3 * size :]], axis=1)

    def learned(self) -> Array:
        size, rows = self.dh.shape[1], self.da.shape[1]
        mask = np.ones((rows, self.tape.z.shape[1]))
        mask[2 * size : 3 * size, size:-1] = 0.0  # dq has no inputs
        mask[3 * size :, :size] = 0.0  # da_n meets the state only through q
        return mask

    def parameter_gradients(self, da: Array, z: Array) -> Parameters:
        size = self.dh.shape[1]
        joint = split_gradient(outer_sum(da, z), size)
        inner, outer = slice(2 * size, 3 * size), slice(3 * size, None)  # rows of dq and of da_n
        return Parameters(
            U=np.vstack([joint.U[: 2 * size], joint.U[outer]]),
            W=joint.W[: 3 * size],
            b=np.concatenate([joint.b[: 2 * size], joint.b[outer]]),
            extra={"recurrent_bias": joint.b[inner]},
        )
