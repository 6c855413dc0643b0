"""A second engine to test the first against: textbook equations, one sequence, one step, no speed.

Nothing here is shared with `engine/`: sigmoids are 1 / (1 + exp(-a)), every gate has its own product, and
derivatives are complex-step derivatives of these very equations, so no backward formula is written down at all.
The vectors may carry further axes behind the first, one column per perturbation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.parameters import Parameters
from tests.engine.oracle_activations import activation, chosen, logistic

Array = np.ndarray[Any, np.dtype[Any]]
TINY = 1e-100  # the complex step: so small that its square is lost, so the derivative is exact to rounding


@dataclass(frozen=True)
class Moment:
    """One step of one sequence."""

    h: Array  # (H, ...)
    c: Array | None  # (H, ...)
    gates: Mapping[str, Array]  # each (H, ...)
    sums: Mapping[str, Array]  # each (H, ...)


@dataclass(frozen=True)
class Run:
    """A batch of sequences; start states are at index 0."""

    h: Array  # (T+1, B, H)
    c: Array | None  # (T+1, B, H)
    gates: Mapping[str, Array]  # each (T, B, H)
    sums: Mapping[str, Array]  # each (T, B, H)


@dataclass(frozen=True)
class Backward:
    """Total gradients of a batch."""

    dh: Array  # (T+1, B, H)
    dc: Array | None  # (T+1, B, H)
    dx: Array  # (T, B, D)


def advance(name: str, p: Parameters, x: Array, h: Array, c: Array | None, gain: float = 1.0) -> Moment:
    """h_t and all that led to it, from x_t (D, ...), h_{t-1} and c_{t-1} (H, ...)."""
    size = p.W.shape[1]
    blocks = range(p.W.shape[0] // size)
    U = [p.U[k * size : (k + 1) * size] for k in blocks]
    W = [gain * p.W[k * size : (k + 1) * size] for k in blocks]
    b = [_column(p.b[k * size : (k + 1) * size], h) for k in blocks]

    name, functions = chosen(name)
    opened, new, shown = functions["gate"], functions["candidate"], functions["output"]

    def total(k: int) -> Array:
        """What gate k adds up from the input and the state before."""
        return np.asarray(U[k] @ x + W[k] @ h + b[k])

    def look(gate: str, state: Array) -> Array | float:
        """What a gate sees of the cell state."""
        weights = p.extra.get(f"peephole_{gate}")
        return 0.0 if weights is None else _column(weights, h) * state

    if name in ("lstm", "peephole"):
        assert c is not None
        i_sum = total(0) + look("input", c)
        f_sum = total(1) + look("forget", c)
        g_sum = total(2)
        i, f, g = opened(i_sum), opened(f_sum), new(g_sum)
        c_after = f * c + i * g
        o_sum = total(3) + look("output", c_after)
        o = opened(o_sum)
        return Moment(
            h=o * shown(c_after),
            c=c_after,
            gates={"input": i, "forget": f, "candidate": g, "output": o},
            sums={"input": i_sum, "forget": f_sum, "candidate": g_sum, "output": o_sum},
        )
    if name in ("coupled", "peephole_coupled"):
        assert c is not None
        i_sum = total(0) + look("input", c)
        g_sum = total(1)
        i, g = opened(i_sum), new(g_sum)
        c_after = (1.0 - i) * c + i * g
        o_sum = total(2) + look("output", c_after)
        o = opened(o_sum)
        return Moment(
            h=o * shown(c_after),
            c=c_after,
            gates={"input": i, "candidate": g, "output": o},
            sums={"input": i_sum, "candidate": g_sum, "output": o_sum},
        )
    if name == "gru":
        r_sum, z_sum = total(0), total(1)
        r, z = opened(r_sum), opened(z_sum)
        n_sum = U[2] @ x + b[2] + r * (W[2] @ h + _column(p.extra["recurrent_bias"], h))
        n = new(n_sum)
        return Moment(
            h=(1.0 - z) * n + z * h,
            c=None,
            gates={"reset": r, "update": z, "candidate": n},
            sums={"reset": r_sum, "update": z_sum, "candidate": n_sum},
        )
    if name == "gru_before":
        r_sum, z_sum = total(0), total(1)
        r, z = opened(r_sum), opened(z_sum)
        n_sum = U[2] @ x + W[2] @ (r * h) + b[2]
        n = new(n_sum)
        return Moment(
            h=(1.0 - z) * n + z * h,
            c=None,
            gates={"reset": r, "update": z, "candidate": n},
            sums={"reset": r_sum, "update": z_sum, "candidate": n_sum},
        )
    if name == "mgu":
        f_sum = total(0)
        f = logistic(f_sum)
        n_sum = U[1] @ x + W[1] @ (f * h) + b[1]
        n = np.tanh(n_sum)
        return Moment(
            h=(1.0 - f) * h + f * n,
            c=None,
            gates={"forget": f, "candidate": n},
            sums={"forget": f_sum, "candidate": n_sum},
        )
    if name == "leaky":
        a = total(0)
        leak = _column(p.extra["leak"], h)
        return Moment(
            h=(1.0 - leak) * h + leak * np.tanh(a),
            c=None,
            gates={"state": np.tanh(a)},
            sums={"state": a},
        )
    a = total(0)
    state = activation(name)(a)
    return Moment(h=state, c=None, gates={"state": state}, sums={"state": a})


def forward(name: str, p: Parameters, x: Array, h0: Array, c0: Array | None = None, gain: Array | None = None) -> Run:
    """Every sequence by itself, every step by itself. x (T, B, D), h0 and c0 (B, H), gain (B,)."""
    sequences = []
    for k in range(x.shape[1]):
        factor = 1.0 if gain is None else float(gain[k])
        moments = []
        h, c = h0[k], None if c0 is None else c0[k]
        for x_t in x[:, k]:
            moments.append(advance(name, p, x_t, h, c, factor))
            h, c = moments[-1].h, moments[-1].c
        sequences.append(moments)

    def gathered(pick: Any) -> Array:
        return np.stack([[pick(moment) for moment in moments] for moments in sequences], axis=1)

    first = sequences[0][0]
    return Run(
        h=np.concatenate([h0[None], gathered(lambda moment: moment.h)]),
        c=None if c0 is None else np.concatenate([c0[None], gathered(lambda moment: moment.c)]),
        gates={gate: gathered(lambda moment, gate=gate: moment.gates[gate]) for gate in first.gates},
        sums={gate: gathered(lambda moment, gate=gate: moment.sums[gate]) for gate in first.sums},
    )


def step_jacobian(name: str, p: Parameters, x: Array, h: Array, c: Array | None, gain: float = 1.0) -> Array:
    """d[h_t, c_t] / d[h_{t-1}, c_{t-1}, x_t] by the complex step: (S, S+D), S = H or 2H."""
    size, memory = h.size, 0 if c is None else h.size
    columns = size + memory + x.size
    inputs = np.concatenate([h, x] if c is None else [h, c, x])[:, None] + 1j * TINY * np.eye(columns)
    after = advance(
        name,
        p,
        x=inputs[size + memory :],
        h=inputs[:size],
        c=None if c is None else inputs[size : size + memory],
        gain=gain,
    )
    states = after.h if after.c is None else np.concatenate([after.h, after.c])
    return states.imag / TINY


def backward(
    name: str,
    p: Parameters,
    x: Array,
    h: Array,
    c: Array | None,
    local: Array,
    gain: Array | None = None,
) -> Backward:
    """Multiply the error by one step's Jacobian after the other. h, c: (T+1, B, H); local: (T+1, B, H).

    dc_t counts, as autograd does, what passes through h_t = o_t tanh(c_t) of the same step, a peephole included.
    """
    T, B, D = x.shape
    H = h.shape[2]
    dh, dx = np.zeros((T + 1, B, H)), np.zeros((T, B, D))
    dc = None if c is None else np.zeros((T + 1, B, H))
    for k in range(B):
        factor = 1.0 if gain is None else float(gain[k])
        ds = np.zeros(H if c is None else 2 * H)
        for t in range(T, 0, -1):
            ds[:H] += local[t, k]
            dh[t, k] = ds[:H]
            c_before = None if c is None else c[t - 1, k]
            if dc is not None and c is not None:
                # h_t as a function of c_t alone, which the output gate may see too
                o_sum = advance(name, p, x[t - 1, k], h[t - 1, k], c_before, factor).sums["output"]
                o = logistic(o_sum + p.extra.get("peephole_output", 0.0) * 1j * TINY)
                dc[t, k] = ds[H:] + ds[:H] * (o * np.tanh(c[t, k] + 1j * TINY)).imag / TINY
            carried = step_jacobian(name, p, x[t - 1, k], h[t - 1, k], c_before, factor).T @ ds
            ds, dx[t - 1, k] = carried[: ds.size], carried[ds.size :]
        dh[0, k] = ds[:H] + local[0, k]
        if dc is not None:
            dc[0, k] = ds[H:]
    return Backward(dh, dc, dx)


def log2_norms(name: str, p: Parameters, x: Array, h: Array, c: Array | None, direction: Array) -> Array:
    """log2 ||dL/dh_t||, (T+1,), for one sequence and one unit of error at T, made unit again after every step.

    The Jacobians are taken at the states given (T+1, H), so a chaotic run is followed, not run again.
    """
    H = h.shape[1]
    ds = np.concatenate([direction, np.zeros(0 if c is None else H)])
    size = np.linalg.norm(ds)
    logs, ds = [np.log2(size)], ds / size
    carried = logs[0]
    for t in range(len(x), 0, -1):
        ds = step_jacobian(name, p, x[t - 1], h[t - 1], None if c is None else c[t - 1])[:, : ds.size].T @ ds
        size = np.linalg.norm(ds)
        carried, ds = carried + np.log2(size), ds / size
        logs.append(carried + np.log2(np.linalg.norm(ds[:H])))
    return np.array(logs[::-1])


def _column(vector: Array, like: Array) -> Array:
    return vector.reshape(-1, *[1] * (like.ndim - 1))
