"""The gated recurrent unit, with the reset gate applied after the recurrent product (as PyTorch and cuDNN).

r = sigmoid(U_r x + W_r h + b_r);  z = sigmoid(U_z x + W_z h + b_z);
n = tanh(U_n x + b_n + r (W_n h + recurrent_bias));  h_t = (1 - z) n + z h_{t-1}.

Source: Cho et al. (2014); the reset-after form from the cuDNN library. Gate order r z n, as PyTorch.
"""

from __future__ import annotations

import numpy as np

from engine.activations import bell, sigmoid_derivative, tanh_derivative, unrounded
from engine.arrays import Array
from engine.cells.base import Cell, Sweep, Tape, outer_sum, spans, split_gradient
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
        joint = np.zeros((4 * size, p.U.shape[1] + size + 1), dtype=tape.z.dtype, order="F")
        gates, q, u = joint[: 2 * size], joint[2 * size : 3 * size], joint[3 * size :]
        gates[:] = 0.5 * np.hstack([p.W, p.U, p.b[:, None]])[: 2 * size]  # sigmoid(a) = (1 + tanh(a / 2)) / 2
        q[:, :size], q[:, -1] = p.W[2 * size :], p.extra["recurrent_bias"]
        u[:, size:-1], u[:, -1] = p.U[2 * size :], p.b[2 * size :]
        half = np.array(0.5)  # a bare 0.5 is converted at each use
        z, a, y, h = tape.z, tape.a, tape.y, tape.h
        halved, inner, outer = a[:, : 2 * size], a[:, 2 * size : 3 * size], a[:, 3 * size :]
        sigmoids, reset, update, candidate = y[:, : 2 * size], y[:, :size], y[:, size : 2 * size], y[:, 2 * size :]
        for t in range(tape.steps):
            sigmoid, n, after = sigmoids[t], candidate[t], h[t + 1]
            np.dot(joint, z[t], a[t])
            np.tanh(halved[t], sigmoid)
            np.multiply(sigmoid, half, sigmoid)
            np.add(sigmoid, half, sigmoid)
            np.multiply(reset[t], inner[t], n)
            np.add(n, outer[t], n)
            np.tanh(n, n)
            np.subtract(h[t], n, after)
            np.multiply(after, update[t], after)
            np.add(after, n, after)
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
        return GRUSweep(tape)


class GRUSweep(Sweep):
    """The backward pass: [da_r, da_z, dq, da_n] = dh_t [n' q r', (h_{t-1} - n) z', n' r, n'], n' = (1 - z) tanh'.

    dh_{t-1} = z dh_t + W_r^T da_r + W_z^T da_z + W_n^T dq.
    """

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        size, tail, T = tape.h.shape[1], tape.h.shape[2:], tape.steps
        self.dh, self.dc, self.carried_c = np.empty(tape.h.shape), None, None
        self.keep = np.empty(tape.h[1:].shape)
        self.from_dh = np.empty((T, 4, size, *tail))
        for span in spans(tape.a):
            r, z, n = np.split(tape.y[span], 3, axis=1)
            a, from_dh = tape.a[span], self.from_dh[span]
            r_slope, z_slope = np.split(bell(a[:, : 2 * size]), 2, axis=1)  # of halved sums, and so sigmoid'
            q, u = a[:, 2 * size : 3 * size], a[:, 3 * size :]
            n_slope = tanh_derivative(r * q + u)
            n_slope *= unrounded(1.0 - z, z_slope)
            from_dh[:, 3] = n_slope
            np.multiply(n_slope, unrounded(r, r_slope), from_dh[:, 2])
            r_slope *= q
            np.multiply(r_slope, n_slope, from_dh[:, 0])
            np.multiply(z_slope, tape.h[:-1][span] - n, from_dh[:, 1])
            self.keep[span] = unrounded(z, z_slope)
        self.errors = np.empty((T, 4, size, *tail))  # da_r, da_z, dq, da_n
        self.da = self.errors.reshape(T, 4 * size, *tail)
        self.transposed = np.asfortranarray(tape.parameters.W.T)

    def run(self, start: int, stop: int, local: Array | None) -> None:
        size, gain, dh, transposed = self.dh.shape[1], self.tape.gain, self.dh, self.transposed
        from_dh, errors, recurrent, keep = self.from_dh, self.errors, self.da[:, : 3 * size], self.keep
        direct = np.empty_like(dh[0])
        for t in range(start, stop, -1):
            after, before = dh[t], dh[t - 1]
            np.multiply(from_dh[t - 1], after, errors[t - 1])
            np.dot(transposed, recurrent[t - 1], before)
            if gain is not None:
                before *= gain
            np.multiply(keep[t - 1], after, direct)
            np.add(before, direct, before)
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
