"""The gated recurrent unit, with the reset gate applied after the recurrent product (as PyTorch and cuDNN).

r = sigmoid(U_r x + W_r h + b_r);  z = sigmoid(U_z x + W_z h + b_z);
n = tanh(U_n x + b_n + r (W_n h + recurrent_bias));  h_t = (1 - z) n + z h_{t-1}.

Files bring it with other activations of the gates and of the candidate (ONNX calls them f and g).

Source: Cho et al. (2014); the reset-after form from the cuDNN library. Gate order r z n, as PyTorch.
"""

from __future__ import annotations

import numpy as np

from engine import wide
from engine.activations import SIGMOID, TANH, Activation, sigmoid_slope
from engine.arrays import Array
from engine.cells.base import Collect, Keeps, Sweep
from engine.cells.gated import Gated
from engine.cells.tape import Tape, blocks, into, product, spans, sums, transposed
from engine.parameters import Parameters


class GRU(Gated):
    """GRU, reset after the product.

    The tape's rows are r, z, q = W_n h + recurrent_bias, u = U_n x + b_n; `y` holds r, z, n.
    """

    name = "gru"
    title = "GRU"
    gates = ("reset", "update", "candidate")
    extras = ("recurrent_bias",)
    keeps = Keeps("update")

    def __init__(self, gate: Activation = SIGMOID, candidate: Activation = TANH) -> None:
        self.activate(gate, candidate)

    def row_counts(self) -> tuple[int, int]:
        return 4, 3

    def forward(self, tape: Tape) -> None:
        y, h, size, half = tape.y, tape.h, tape.hidden_size, np.array(0.5)  # a bare 0.5 is converted at each use
        halved, inner, outer = (tape.a[:, k * size : m * size] for k, m in ((0, 2), (2, 3), (3, 4)))
        sigmoids, reset, update, candidate = y[:, : 2 * size], y[:, :size], y[:, size : 2 * size], y[:, 2 * size :]
        p = tape.parameters
        outer[...] = tape.driven(p.U[..., 2 * size :, :], p.b[..., 2 * size :])
        rows = (halved, inner, outer, sigmoids, reset, update, candidate, h, h[1:])
        usual, squash = self.usual, into(self.candidate)
        with np.errstate(over="ignore", invalid="ignore"):  # of a cell with unbounded activations
            for _, a, q, u, sigmoid, r, z, n, before, after in zip(sums(tape, *self._joint(p)), *rows, strict=False):
                if usual:
                    np.tanh(a, sigmoid)
                    np.multiply(sigmoid, half, sigmoid)
                    np.add(sigmoid, half, sigmoid)
                else:
                    sigmoid[...] = self.gate.value(a)
                np.multiply(r, q, n)
                np.add(n, u, n)
                squash(n, n)
                np.subtract(before, n, after)
                np.multiply(after, z, after)
                np.add(after, n, after)

    def _joint(self, p: Parameters) -> tuple[Array, Array, Array]:
        """W, U and b of the rows r, z, q; sigmoids halved where sigmoid(a) = (1 + tanh(a / 2)) / 2 is computed."""
        share = 0.5 if self.usual else 1.0
        (W_r, W_z, W_n), (U_r, U_z, U_n), (b_r, b_z, _) = (
            blocks(array, 3, axis) for array, axis in ((p.W, -2), (p.U, -2), (p.b, -1))
        )
        return (
            np.concatenate([share * W_r, share * W_z, W_n], axis=-2),
            np.concatenate([share * U_r, share * U_z, np.zeros_like(U_n)], axis=-2),
            np.concatenate([share * b_r, share * b_z, p.extra["recurrent_bias"]], axis=-1),
        )

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        size = tape.hidden_size
        return {gate: tape.y[:, k * size : (k + 1) * size] for k, gate in enumerate(self.gates)}

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        size = tape.hidden_size
        r, z, q, u = (tape.a[:, k * size : (k + 1) * size] for k in range(4))
        halved = 2.0 if self.usual else 1.0
        return {"reset": halved * r, "update": halved * z, "candidate": tape.y[:, :size] * q + u}

    def linearise(self, tape: Tape) -> Sweep:
        return GRUSweep(self, tape)


class GRUSweep(Sweep):
    """The backward pass: [da_r, da_z, dq, da_n] = dh_t [n' q r', (h_{t-1} - n) z', n' r, n'], n' = (1 - z) tanh'.

    dh_{t-1} = z dh_t + W_r^T da_r + W_z^T da_z + W_n^T dq.
    """

    def __init__(self, cell: GRU, tape: Tape) -> None:
        self.tape = tape
        size, tail, T = tape.hidden_size, tape.h.shape[2:], tape.steps
        self.dh = tape.empty(tape.h.shape)
        self.keep = tape.empty(tape.h[1:].shape)
        self.from_dh = tape.empty((T, 4, size, *tail))
        for span in spans(tape.a):
            y, a, from_dh = tape.y[span], tape.a[span], self.from_dh[span]
            n, q, u = y[:, 2 * size :], a[:, 2 * size : 3 * size], a[:, 3 * size :]
            opened, sums_of = y[:, : 2 * size], a[:, : 2 * size]
            sigmoids = sigmoid_slope(opened, sums_of) if cell.usual else cell.gate.slope(opened, sums_of)
            (r_slope, z_slope), (r, z) = (blocks(rows, 2, axis=1) for rows in sigmoids)
            n_slope, n = cell.candidate.slope(n, opened[:, :size] * q + u)
            n_slope = n_slope * cell.gate.rest(opened[:, size:], sums_of[:, size:], z_slope)
            from_dh[:, 3] = n_slope
            np.multiply(n_slope, r, from_dh[:, 2])
            np.multiply(r_slope * q, n_slope, from_dh[:, 0])
            np.multiply(z_slope, tape.h[:-1][span] - n, from_dh[:, 1])
            self.keep[span] = z
        self.errors = tape.empty((T, 4, size, *tail))  # da_r, da_z, dq, da_n
        self.da = self.errors.reshape(T, 4 * size, *tail)
        self.pull = product(transposed(tape.parameters.W), far=wide.is_wide(tape.a))

    def run(self, start: int, stop: int, local: Array | None) -> None:
        # Row by row from the last step to the first.
        at, row = slice(start, stop, -1), slice(start - 1, stop - 1 if stop else None, -1)  # row t-1 is step t
        dh, gain, pull, direct = self.dh, self.tape.gain, self.pull, np.empty_like(self.dh[0])
        recurrent = self.da[row, : 3 * self.tape.hidden_size]
        rows = (dh[at], dh[row], self.from_dh[row], self.errors[row], recurrent, self.keep[row])
        for t, (after, before, factors, errors, da, keep) in enumerate(zip(*rows, strict=True), 1):
            np.multiply(factors, after, errors)
            pull(da, before)
            if gain is not None:
                np.multiply(before, gain, before)
            np.multiply(keep, after, direct)
            np.add(before, direct, before)
            if local is not None:
                np.add(before, local[start - t], before)

    def input_errors(self) -> Array:
        size = self.tape.hidden_size
        return np.concatenate([self.da[:, : 2 * size], self.da[:, 3 * size :]], axis=1)

    def recurrent_errors(self) -> Array:
        return self.da[:, : 3 * self.tape.hidden_size]

    def bypass(self) -> Array:
        return self.keep * self.dh[1:]

    def weights(self, collect: Collect) -> Parameters:
        tape, size = self.tape, self.tape.hidden_size
        joint = collect.outer(self.recurrent_errors(), tape.z[:-1])  # rows r, z, q; q reads no input
        driven = collect.outer(self.da[:, 3 * size :], tape.z[:-1, size:])  # u reads no state
        for_U = np.concatenate([joint[..., : 2 * size, size:], driven], axis=-2)
        return Parameters(
            U=collect.inputs(self.input_errors(), tape) if tape.projected else for_U[..., :-1],
            W=joint[..., :size],
            b=for_U[..., -1],
            extra={"recurrent_bias": joint[..., 2 * size :, -1]},
        )

    def jacobians(self, column: int) -> Array:
        size, T = self.tape.hidden_size, self.tape.steps
        W_r, W_z, W_n = blocks(self.column_weights(column), 3)
        steps, diagonal = self.tape.empty((T, size, size)), np.arange(size)
        for span in spans(steps):
            r, z, n = (self.column(self.from_dh[:, k], column)[span, :, None] for k in range(3))
            of_span = np.multiply(r, W_r, out=steps[span])
            for factor, W in ((z, W_z), (n, W_n)):
                of_span += factor * W
            of_span[:, diagonal, diagonal] += self.column(self.keep, column)[span]
        return steps
