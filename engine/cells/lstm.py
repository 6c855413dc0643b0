"""The long short-term memory, with a forget gate.

i = sigmoid(U_i x + W_i h + b_i), f, o likewise; g = tanh(U_g x + W_g h + b_g);
c_t = f c_{t-1} + i g;  h_t = o tanh(c_t).

Files bring it with other activations: one of the three gates in the place of sigmoid, one of the candidate in that of
the first tanh, one of the cell state in that of the second (ONNX calls them f, g and h).

Source: Hochreiter and Schmidhuber (1997); Gers, Schmidhuber and Cummins (2000). Gate order i f g o, as PyTorch.
"""

from __future__ import annotations

import numpy as np

from engine import wide
from engine.activations import SIGMOID, TANH, Activation, sigmoid_slope
from engine.arrays import Array
from engine.cells.base import Keeps, Sweep
from engine.cells.gated import Gated
from engine.cells.tape import Tape, blocks, into, product, spans, sums, transposed


class LSTM(Gated):
    """LSTM without peepholes.

    The tape's rows are ordered i f o g, so that the three sigmoids are one block; `y` holds tanh(c_t), i, f, o, g and
    c_{t-1}, so that i g and f c_{t-1} are one multiplication of neighbours.
    """

    name = "lstm"
    title = "LSTM"
    gates = ("input", "forget", "candidate", "output")
    has_memory = True
    keeps = Keeps("forget", written="input")
    output: Activation

    def __init__(self, gate: Activation = SIGMOID, candidate: Activation = TANH, output: Activation = TANH) -> None:
        self.activate(gate, candidate, output)

    def row_counts(self) -> tuple[int, int]:
        return 4, 6

    def forward(self, tape: Tape) -> None:
        assert tape.c is not None
        p, size = tape.parameters, tape.hidden_size
        y, c, h, half = tape.y, tape.c, tape.h, np.array(0.5)  # a bare 0.5 is converted at each use
        tanh_c, gates, sigmoids, output = (y[:, k * size : m * size] for k, m in ((0, 1), (1, 5), (1, 4), (3, 4)))
        input_forget, candidate_memory = y[:, size : 3 * size], y[:, 4 * size :]
        products = np.empty_like(y[0, : 2 * size])
        written, kept = products[:size], products[size:]
        joint = (self._reordered(array, axis) for array, axis in ((p.W, -2), (p.U, -2), (p.b, -1)))
        rows = (gates, sigmoids, input_forget, candidate_memory, c[1:], tanh_c, output, h[1:])
        steps = zip(sums(tape, *joint), *rows, strict=False)  # y has a row more, for c_T
        usual, squash = self.usual, into(self.output)
        with np.errstate(over="ignore", invalid="ignore"):  # of a cell with unbounded activations
            for a, activated, sigmoid, factors, states, memory, tanh_memory, shown, state in steps:
                if usual:
                    np.tanh(a, activated)
                    np.multiply(sigmoid, half, sigmoid)
                    np.add(sigmoid, half, sigmoid)
                else:
                    activated[: 3 * size] = self.gate.value(a[: 3 * size])
                    activated[3 * size :] = self.candidate.value(a[3 * size :])
                np.multiply(factors, states, products)
                np.add(written, kept, memory)
                squash(memory, tanh_memory)
                np.multiply(shown, tanh_memory, state)

    def _reordered(self, array: Array, axis: int) -> Array:
        """i f g o as i f o g, sigmoids halved where one tanh serves all."""
        i, f, g, o = blocks(array, 4, axis)
        return np.concatenate([*(0.5 * rows if self.usual else rows for rows in (i, f, o)), g], axis=axis)

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        size = tape.hidden_size
        return self._by_name(tape.y[:-1, size : 5 * size], size)

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        by_name = self._by_name(tape.a, tape.h.shape[1])
        return {name: 2.0 * rows if self.usual and name != "candidate" else rows for name, rows in by_name.items()}

    @staticmethod
    def _by_name(rows: Array, size: int) -> dict[str, Array]:
        i, f, o, g = (rows[:, k * size : (k + 1) * size] for k in range(4))
        return {"input": i, "forget": f, "candidate": g, "output": o}

    def linearise(self, tape: Tape) -> Sweep:
        return LSTMSweep(self, tape)


class LSTMSweep(Sweep):
    """The backward pass, with dL/dh_t and dL/dc_t as separate totals.

    dc_t = carried + dh_t o (1 - tanh(c_t)**2);  [carried, da_i, da_f, da_g] = dc_t [f, g i', c_{t-1} f', i g'];
    da_o = dh_t tanh(c_t) o';  dh_{t-1} = W^T da_t.
    """

    def __init__(self, cell: LSTM, tape: Tape) -> None:
        assert tape.c is not None
        self.tape = tape
        size, tail, T = tape.hidden_size, tape.h.shape[2:], tape.steps
        self.dh = tape.empty(tape.h.shape)
        # Row t of both is step t: to c_{t-1}, da_i, da_f, da_g (factors of dc_t), da_o, dc_t (factors of dh_t).
        self.factors = tape.empty((T + 1, 6, size, *tail))
        self.errors = tape.empty((T + 2, 6, size, *tail))
        self.dc, self.carried_c = self.errors[:-1, 5], self.errors[1:, 0]
        self.carried_c[T] = 0.0
        self.da = self.errors[1:-1, 1:5].reshape(T, 4 * size, *tail)
        for span in spans(tape.a):
            tanh_c, _, _, _, g, c = blocks(tape.y[:-1][span], 6, axis=1)
            opened, a, a_g = (
                tape.y[:-1][span][:, size : 4 * size],
                tape.a[span][:, : 3 * size],
                tape.a[span][:, 3 * size :],
            )
            sigmoids = sigmoid_slope(opened, a) if cell.usual else cell.gate.slope(opened, a)
            (i_slope, f_slope, o_slope), (i, f, o) = (blocks(rows, 3, axis=1) for rows in sigmoids)
            factors = self.factors[1:][span]
            g_slope, g = cell.candidate.slope(g, a_g)
            c_slope, shown = cell.output.slope(tanh_c, tape.c[1:][span])
            factors[:, 0] = f
            np.multiply(i_slope, g, factors[:, 1])
            np.multiply(f_slope, c, factors[:, 2])
            np.multiply(g_slope, i, factors[:, 3])
            np.multiply(o_slope, shown, factors[:, 4])
            np.multiply(c_slope, o, factors[:, 5])
        self.pull = product(transposed(tape.parameters.W), far=wide.is_wide(tape.a))

    def run(self, start: int, stop: int, local: Array | None) -> None:
        assert self.dc is not None and self.carried_c is not None
        # Row by row from the last step to the first; the rows of one step have one name each.
        at, before = slice(start, stop, -1), slice(start - 1, stop - 1 if stop else None, -1)
        factors, errors, gain, pull = self.factors[at], self.errors[at], self.tape.gain, self.pull
        rows = (
            *(self.dh[at], self.dh[before], self.dc[at], self.carried_c[at], self.da[before]),
            *(errors[:, :4], errors[:, 4], factors[:, :4], factors[:, 4], factors[:, 5]),
        )
        for t, row in enumerate(zip(*rows, strict=True), 1):
            after, carried, total, from_c, da, c_ifg, o, c_ifg_of_dc, o_of_dh, dc_of_dh = row
            np.multiply(dc_of_dh, after, total)
            np.add(total, from_c, total)
            np.multiply(c_ifg_of_dc, total, c_ifg)
            np.multiply(o_of_dh, after, o)
            pull(da, carried)
            if gain is not None:
                np.multiply(carried, gain, carried)
            if local is not None:
                np.add(carried, local[start - t], carried)

    def passed_c(self) -> Array:
        assert self.dc is not None
        return self.factors[1:, 0] * self.dc[1:]

    def jacobians(self, column: int) -> Array:
        size, T = self.tape.hidden_size, self.tape.steps
        W_i, W_f, W_g, W_o = blocks(self.column_weights(column), 4)
        steps, diagonal = self.tape.empty((T, 2 * size, 2 * size)), np.arange(size)
        steps[...] = 0.0
        for span in spans(steps):
            c_c, i, f, g, o, c_h = (self.column(self.factors[1:, k], column)[span, :, None] for k in range(6))
            after_h, after_c = steps[span, :size], steps[span, size:]
            through_gates = i * W_i
            for factor, W in ((f, W_f), (g, W_g)):
                through_gates += factor * W
            after_c[:, :, :size] = through_gates
            after_c[:, diagonal, size + diagonal] = c_c[..., 0]
            np.multiply(c_h, through_gates, after_h[:, :, :size])
            after_h[:, diagonal, size + diagonal] = (c_h * c_c)[..., 0]
            after_h[:, :, :size] += o * W_o
        return steps
