"""The LSTM with peepholes, with coupled input and forget gates, or with both.

Peepholes let the gates see the cell state: i and f add p_i c_{t-1} and p_f c_{t-1} to their sums, o adds p_o c_t.
Coupled gates write exactly what they forget: there is no forget gate of its own, f = 1 - i.

i = sigmoid(U_i x + W_i h + p_i c_{t-1} + b_i);  f = sigmoid(U_f x + W_f h + p_f c_{t-1} + b_f), or 1 - i;
g = tanh(U_g x + W_g h + b_g);  c_t = f c_{t-1} + i g;
o = sigmoid(U_o x + W_o h + p_o c_t + b_o);  h_t = o tanh(c_t).

Source: Gers and Schmidhuber, "Recurrent nets that time and count" (2000); Greff et al., "LSTM: a search space odyssey"
(2017). ONNX has both, with the peepholes in the order i o f.
"""

from __future__ import annotations

import numpy as np

from engine.activations import SIGMOID, TANH, Activation
from engine.arrays import Array
from engine.cells.base import Collect, Keeps, Sweep
from engine.cells.gated import Gated
from engine.cells.tape import Tape, blocks, product, sums, transposed
from engine.parameters import Parameters


class LSTMVariant(Gated):
    """LSTM with peepholes or coupled gates; `y` holds i, f, g, o, tanh(c_t) and c_{t-1}, `a` the gates' sums."""

    has_memory = True
    output: Activation

    def __init__(
        self,
        peepholes: bool = False,
        coupled: bool = False,
        gate: Activation = SIGMOID,
        candidate: Activation = TANH,
        output: Activation = TANH,
    ) -> None:
        self.peepholes, self.coupled = peepholes, coupled
        self.name = "_".join(["peephole"] * peepholes + ["coupled"] * coupled) or "plain_lstm"
        self.title = " ".join(["peephole"] * peepholes + ["coupled"] * coupled + ["LSTM"])
        self.gates = ("input", "candidate", "output") if coupled else ("input", "forget", "candidate", "output")
        self.keeps = Keeps("input", sign=-1) if coupled else Keeps("forget", written="input")
        seeing = [name for name in ("input", "forget", "output") if name in self.gates]
        self.extras = tuple(f"peephole_{name}" for name in seeing) if peepholes else ()
        self.activate(gate, candidate, output)

    def at_first(self, extra: str) -> tuple[float, float]:
        return 0.0, 0.5  # with peepholes of 0 it would be another LSTM

    def row_counts(self) -> tuple[int, int]:
        return len(self.gates), 6

    def forward(self, tape: Tape) -> None:
        assert tape.c is not None
        p, c = tape.parameters, tape.c
        i, f, g, o, tanh_c = (self.kept(tape, k)[:-1] for k in range(5))
        see = {gate: self.peephole(tape, gate) for gate in self.gates}
        open_to, new, shown = self.gate.value, self.candidate.value, self.output.value
        with np.errstate(over="ignore", invalid="ignore"):  # of a cell with unbounded activations
            for t, a in enumerate(sums(tape, p.W, p.U, p.b)):
                a_by_gate = dict(zip(self.gates, np.split(a, len(self.gates)), strict=True))
                for gate in ("input", "forget"):
                    if self.peepholes and gate in a_by_gate:
                        a_by_gate[gate] += see[gate] * c[t]
                i[t] = open_to(a_by_gate["input"])
                f[t] = 1.0 - i[t] if self.coupled else open_to(a_by_gate["forget"])
                g[t] = new(a_by_gate["candidate"])
                c[t + 1] = f[t] * c[t] + i[t] * g[t]
                if self.peepholes:
                    a_by_gate["output"] += see["output"] * c[t + 1]
                o[t] = open_to(a_by_gate["output"])
                tanh_c[t] = shown(c[t + 1])
                tape.h[t + 1] = o[t] * tanh_c[t]

    def kept(self, tape: Tape, k: int) -> Array:
        """Block k of `y`, (T+1, H, ...)."""
        return tape.y[:, k * tape.hidden_size : (k + 1) * tape.hidden_size]

    def peephole(self, tape: Tape, gate: str) -> Array:
        """The peephole weights of a gate, shaped as a state; zeros without."""
        name = f"peephole_{gate}"
        return tape.extra(name) if name in self.extras else np.zeros((tape.hidden_size, *[1] * (tape.h.ndim - 2)))

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        values = dict(zip(("input", "forget", "candidate", "output"), range(4), strict=True))
        return {gate: self.kept(tape, values[gate])[:-1] for gate in self.gates}

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        return {gate: tape.a[:, self.rows(gate, tape.hidden_size)] for gate in self.gates}

    def linearise(self, tape: Tape) -> Sweep:
        return LSTMVariantSweep(self, tape)


class LSTMVariantSweep(Sweep):
    """The backward pass, with dL/dh_t and dL/dc_t as separate totals.

    da_o = dh_t tanh(c_t) o';  dc_t = carried + dh_t o (1 - tanh(c_t)**2) + p_o da_o;  da_g = dc_t i g';
    da_i = dc_t g i', coupled dc_t (g - c_{t-1}) i';  da_f = dc_t c_{t-1} f';
    carried to t-1: dc_t f + p_i da_i + p_f da_f;  dh_{t-1} = W^T da_t.
    """

    def __init__(self, cell: LSTMVariant, tape: Tape) -> None:
        assert tape.c is not None
        self.cell, self.tape = cell, tape
        self.dh = tape.empty(tape.h.shape)
        self.dc: Array = tape.empty(tape.h.shape)
        self.carried_c: Array = tape.empty(tape.h.shape)
        self.carried_c[...] = 0.0
        self.da = np.empty_like(tape.a)
        self.pull = product(transposed(tape.parameters.W))
        a, size = cell.pre_activations(tape), tape.hidden_size
        i, f, g, o, tanh_c = (cell.kept(tape, k)[:-1] for k in range(5))
        before, after = tape.c[:-1], tape.c[1:]
        i_slope, exact_i = cell.gate.slope(i, a["input"])
        g_slope, g = cell.candidate.slope(g, a["candidate"])
        c_slope, tanh_c = cell.output.slope(tanh_c, after)
        if cell.coupled:
            self.keep, from_dc = cell.gate.rest(i, a["input"], i_slope), {"input": (g - before) * i_slope}
        else:
            f_slope, self.keep = cell.gate.slope(f, a["forget"])
            from_dc = {"input": g * i_slope, "forget": before * f_slope}
        from_dc["candidate"] = exact_i * g_slope
        o_slope, exact_o = cell.gate.slope(o, a["output"])
        self.o_from_dh = tanh_c * o_slope
        see_i, see_f, see_o = (cell.peephole(tape, gate) for gate in ("input", "forget", "output"))
        self.c_from_dh = exact_o * c_slope + see_o * self.o_from_dh
        self.from_dc = np.concatenate([from_dc.get(gate, np.zeros_like(i)) for gate in cell.gates], axis=1)
        self.output = slice((len(cell.gates) - 1) * size, None)  # o is the last gate; its row of from_dc is 0
        if cell.peepholes:
            self.keep = self.keep + see_i * from_dc["input"] + see_f * from_dc.get("forget", 0.0)

    def run(self, start: int, stop: int, local: Array | None) -> None:
        dh, dc, carried, gain = self.dh, self.dc, self.carried_c, self.tape.gain
        count = len(self.cell.gates)
        for t in range(start, stop, -1):
            np.multiply(self.c_from_dh[t - 1], dh[t], dc[t])
            dc[t] += carried[t]
            da = self.da[t - 1]
            np.multiply(self.from_dc[t - 1], np.concatenate([dc[t]] * count), da)
            da[self.output] = self.o_from_dh[t - 1] * dh[t]
            np.multiply(self.keep[t - 1], dc[t], carried[t - 1])
            self.pull(da, dh[t - 1])
            if gain is not None:
                dh[t - 1] *= gain
            if local is not None:
                dh[t - 1] += local[t - 1]

    def weights(self, collect: Collect) -> Parameters:
        assert self.tape.c is not None
        p, size, c = super().weights(collect), self.tape.hidden_size, self.tape.c
        seen = {"input": c[:-1], "forget": c[:-1], "output": c[1:]}
        extra = {
            f"peephole_{gate}": collect.sum(self.da[:, self.cell.rows(gate, size)] * state)
            for gate, state in seen.items()
            if f"peephole_{gate}" in self.cell.extras
        }
        return Parameters(p.U, p.W, p.b, extra)

    def passed_c(self) -> Array:
        return self.keep * self.dc[1:]

    def jacobians(self, column: int) -> Array:
        size, T, count = self.tape.hidden_size, self.tape.steps, len(self.cell.gates)
        from_dc, o, c_h, keep = (
            self.column(rows, column)[:, :, None] for rows in (self.from_dc, self.o_from_dh, self.c_from_dh, self.keep)
        )
        W = blocks(self.column_weights(column), count)
        steps = self.tape.empty((T, 2 * size, 2 * size))
        steps[...] = 0.0
        after_h, after_c = steps[:, :size], steps[:, size:]
        for factor, weights in zip(np.split(from_dc, count, axis=1), W, strict=True):
            after_c[:, :, :size] += factor * weights
        diagonal = np.arange(size)
        after_c[:, diagonal, size + diagonal] = keep[..., 0]
        np.multiply(c_h, after_c, after_h)
        after_h[:, :, :size] += o * W[-1]
        return steps
