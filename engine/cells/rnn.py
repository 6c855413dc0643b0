"""The vanilla (Elman) RNN: h_t = f(U x_t + W h_{t-1} + b), f one of tanh, relu, sigmoid, identity.

Source: Elman, "Finding structure in time" (1990); PyTorch's RNN computes the same with f tanh or relu.
"""

from __future__ import annotations

import numpy as np

from engine.activations import ACTIVATIONS, Activation
from engine.arrays import Array
from engine.cells.base import Cell, Sweep, Tape

SPREAD = 900  # powers of two by which the units of one state may differ and still share an exponent


class RNN(Cell):
    """Vanilla RNN with one activation."""

    gates = ("state",)

    def __init__(self, activation: str, title: str) -> None:
        self.activation: Activation = ACTIVATIONS[activation]
        self.name = activation
        self.title = title

    def row_counts(self) -> tuple[int, int]:
        return 1, 0

    def forward(self, tape: Tape) -> None:
        p, f = tape.parameters, self.activation.value
        joint = np.asfortranarray(np.hstack([p.W, p.U, p.b[:, None]]), tape.z.dtype)  # (H, H+D+1)
        in_place = f is np.tanh
        with np.errstate(over="ignore", invalid="ignore"):  # an overflowing run is done again, rescaled, below
            for t, (z, a, h) in enumerate(zip(tape.z, tape.a, tape.h[1:], strict=False)):
                np.dot(joint, z, a)
                if in_place:
                    np.tanh(a, h)
                else:
                    h[...] = f(a)
                tape.feed(t + 1)
        if not self.activation.bounded and not np.isfinite(tape.h).all():
            self._forward_rescaled(tape, joint)

    def _forward_rescaled(self, tape: Tape, joint: Array) -> None:
        """The same recurrence with every unit as m_t 2**k_t, for states beyond float64 (relu and identity only).

        Both activations are positively homogeneous, f(2**k a) = 2**k f(a), so each step computes
        m_t = f(sum_j W_j m_j 2**(k_j - k) + (U x_t + b) 2**-k) exactly as float64 would with a wider exponent.
        """
        size, tail = tape.h.shape[1], tape.h.shape[2:]
        gain = 1.0 if tape.gain is None else tape.gain
        W, spread_W = joint[:, :size], joint[:, :size].reshape(size, size, *[1] * len(tail))
        mantissas, exponents = np.empty_like(tape.h), np.zeros((tape.steps + 1, *tail), dtype=np.int64)
        m, k = np.frexp(tape.h[0])  # (H, ...) each
        for t in range(tape.steps + 1):
            shared = np.maximum(np.where(m != 0.0, k, 0).max(axis=0), 0)
            exponents[t], mantissas[t] = shared, np.ldexp(m, k - shared)
            if t == tape.steps:
                break
            drive = np.dot(joint[:, size:], tape.z[t, size:])
            if (shared - np.where(m != 0.0, k, shared) < SPREAD).all():
                top = np.broadcast_to(shared, k.shape)
                a = np.dot(W, mantissas[t] * gain)
            else:  # a small unit may be all that another one reads: an exponent for each row
                terms = spread_W * (m * gain)
                top = np.where(terms != 0.0, k, 0).max(axis=1, initial=0)
                a = np.ldexp(terms, k - top[:, None]).sum(axis=1)
            a += np.ldexp(drive, -top)
            m, own = np.frexp(self.activation.value(a))
            k = top + own
            with np.errstate(over="ignore"):  # infinity is what float64 shows for such a state
                tape.a[t], tape.h[t + 1] = np.ldexp(a, top), np.ldexp(m, k)
        tape.h_mantissa, tape.h_exponent = mantissas, exponents

    def gate_values(self, tape: Tape) -> dict[str, Array]:
        return {"state": tape.h[1:]}

    def pre_activations(self, tape: Tape) -> dict[str, Array]:
        return {"state": tape.a}

    def slopes(self, tape: Tape) -> dict[str, Array]:
        return {"state": self.activation.derivative(tape.a) / self.activation.steepest}

    def linearise(self, tape: Tape) -> Sweep:
        return RNNSweep(tape, self.activation.derivative(tape.a))


class RNNSweep(Sweep):
    """da_t = f'(a_t) dL/dh_t and dL/dh_{t-1} = W^T da_t."""

    def __init__(self, tape: Tape, slope: Array) -> None:
        self.tape, self.slope = tape, slope
        self.dh = np.empty(tape.h.shape)
        self.dc = self.carried_c = None
        self.da = np.empty_like(slope)
        self.transposed = np.asfortranarray(tape.parameters.W.T)

    def run(self, start: int, stop: int, local: Array | None) -> None:
        dh, da, slope, gain, transposed = self.dh, self.da, self.slope, self.tape.gain, self.transposed
        for t in range(start, stop, -1):
            error, before = da[t - 1], dh[t - 1]
            np.multiply(slope[t - 1], dh[t], error)
            np.dot(transposed, error, before)
            if gain is not None:
                before *= gain
            if local is not None:
                before += local[t - 1]
