"""The long short-term memory, with a forget gate.

i = sigmoid(U_i x + W_i h + b_i), f, o likewise; g = tanh(U_g x + W_g h + b_g);
c_t = f c_{t-1} + i g;  h_t = o tanh(c_t).

Source: Hochreiter and Schmidhuber (1997); Gers, Schmidhuber and Cummins (2000). Gate order i f g o, as PyTorch.
"""

from __future__ import annotations

import numpy as np

from engine.activations import sigmoid_derivative, tanh_derivative
from engine.arrays import Array
from engine.cells.base import Cell, Sweep, Tape, outer_sum, split_gradient
from engine.parameters import Parameters


class LSTM(Cell):
    """LSTM without peepholes.

    The tape's rows are ordered i f o g, so that the three sigmoids are one block; `y` carries c_{t-1} as a fifth
    block behind g, so that i g and f c_{t-1} are one multiplication of neighbours.
    """

    name = "lstm"
    title = "LSTM"
    gates = ("input", "forget", "candidate", "output")
    has_memory = True

    def row_counts(self) -> tuple[int, int]:
        return 4, 5

    def forward(self, tape: Tape) -> None:
        assert tape.c is not None
        p, size = tape.parameters, tape.h.shape[1]
        joint = np.hstack([p.W, p.U, p.b[:, None]]).astype(tape.z.dtype, copy=False)
        i, f, g, o = np.split(joint, 4)
        joint = np.vstack([0.5 * i, 0.5 * f, 0.5 * o, g])  # sigmoid(a) = (1 + tanh(a / 2)) / 2: one tanh for all
        y, c, h = tape.y, tape.c, tape.h
        sums, products, squashed = y[:, : 4 * size], np.empty_like(y[0, : 2 * size]), np.empty_like(c[0])
        kept, written = products[size:], products[:size]
        for t in range(tape.steps):
            gates, block = sums[t], y[t]
            np.dot(joint, tape.z[t], out=tape.a[t])
            np.tanh(tape.a[t], out=gates)
            sigmoids = block[: 3 * size]
            sigmoids *= 0.5
            sigmoids += 0.5
            block[4 * size :] = c[t]
            np.multiply(block[: 2 * size], block[3 * size :], out=products)
            np.add(written, kept, out=c[t + 1])
            np.tanh(c[t + 1], out=squashed)
            np.multiply(block[2 * size : 3 * size], squashed, out=h[t + 1])
            tape.feed(t + 1)

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        return self._by_name(tape.y, tape.h.shape[1])

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        by_name = self._by_name(tape.a, tape.h.shape[1])
        return {name: rows if name == "candidate" else 2.0 * rows for name, rows in by_name.items()}

    @staticmethod
    def _by_name(rows: Array, size: int) -> dict[str, Array]:
        i, f, o, g = (rows[:, k * size : (k + 1) * size] for k in range(4))
        return {"input": i, "forget": f, "candidate": g, "output": o}

    def slopes(self, tape: Tape) -> dict[str, Array]:
        sums = self.pre_activations(tape)
        return {
            name: tanh_derivative(a) if name == "candidate" else 4.0 * sigmoid_derivative(a) for name, a in sums.items()
        }

    def linearise(self, tape: Tape) -> Sweep:
        return LSTMSweep(tape, self.gate_values(tape), self.pre_activations(tape))


class LSTMSweep(Sweep):
    """The backward pass, with dL/dh_t and dL/dc_t as separate totals.

    dc_t = carried + dh_t o (1 - tanh(c_t)**2);  [carried, da_i, da_f, da_g] = dc_t [f, g i', c_{t-1} f', i g'];
    da_o = dh_t tanh(c_t) o';  dh_{t-1} = W^T da_t.
    """

    def __init__(self, tape: Tape, gates: dict[str, Array], sums: dict[str, Array]) -> None:
        assert tape.c is not None
        self.tape = tape
        size, tail, T = tape.h.shape[1], tape.h.shape[2:], tape.steps
        self.dh, self.dc, self.carried_c = np.zeros_like(tape.h), np.zeros_like(tape.c), np.zeros_like(tape.c)
        self.from_dc = np.empty((T, 4, size, *tail))  # factors of dc_t: carried, i, f, g
        before, after = tape.c[:-1], tape.c[1:]
        self.from_dc[:, 0] = gates["forget"]
        np.multiply(gates["candidate"], sigmoid_derivative(sums["input"]), out=self.from_dc[:, 1])
        np.multiply(before, sigmoid_derivative(sums["forget"]), out=self.from_dc[:, 2])
        np.multiply(gates["input"], tanh_derivative(sums["candidate"]), out=self.from_dc[:, 3])
        self.output_from_dh = np.tanh(after) * sigmoid_derivative(sums["output"])
        self.dc_from_dh = gates["output"] * tanh_derivative(after)
        self.errors = np.zeros((T, 5 * size, *tail))  # carried, da_i, da_f, da_g, da_o
        self.da = self.errors[:, size:]
        self.transposed = np.ascontiguousarray(tape.parameters.W.T)

    def run(self, start: int, stop: int, local: Array | None) -> None:
        assert self.dc is not None and self.carried_c is not None
        size, gain = self.dh.shape[1], self.tape.gain
        dh, dc, carried = self.dh, self.dc, self.carried_c
        for t in range(start, stop, -1):
            errors, total, before = self.errors[t - 1], dc[t], dh[t - 1]
            np.multiply(dh[t], self.dc_from_dh[t - 1], out=total)
            total += carried[t]
            np.multiply(self.from_dc[t - 1], total, out=errors[: 4 * size].reshape(4, *total.shape))
            np.multiply(dh[t], self.output_from_dh[t - 1], out=errors[4 * size :])
            carried[t - 1] = errors[:size]
            np.dot(self.transposed, errors[size:], out=before)
            if gain is not None:
                before *= gain
            if local is not None:
                before += local[t - 1]

    def parameter_gradients(self, da: Array, z: Array) -> Parameters:
        return split_gradient(outer_sum(da, z), self.dh.shape[1])
