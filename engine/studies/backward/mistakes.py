"""The backward pass as one writes it by hand, and what goes wrong in it: each line that is easily mistaken, mistaken.

A mistake shows only where the numbers let it: W for its transpose is invisible where W is symmetric, as a W that is one
number is. So each mistake is tried on the network at hand and on smaller cases that people test with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, log2_norm
from engine.cells import CELLS
from engine.cells.rnn import RNN
from engine.errors import entering
from engine.forward import State, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.parameters import Parameters

ONE_NUMBER = 0.4893  # the W of the lecture on “hello”
SEEN = 1e-9  # relative: what is nearer than this, no test tells from rounding


@dataclass(frozen=True)
class Mistake:
    """One line of the backward pass, right and mistaken."""

    title: str
    right: str
    wrong: str


TRANSPOSE = Mistake("W for its transpose", "dh_next = W.T @ da", "dh_next = W @ da")
LATE = Mistake("h of this step for the one before", "dW += outer(da, h[t-1])", "dW += outer(da, h[t])")
FORGOTTEN = Mistake("the error of later steps forgotten", "dh = dL_dh[t] + dh_next", "dh = dL_dh[t]")
SLOPE = Mistake("the slope at h for the slope at a", "da = dh * f_slope(a[t])", "da = dh * f_slope(h[t])")
SWAPPED = Mistake("i for g", "di = dc * g[t]", "di = dc * i[t]")
MEMORY_LATE = Mistake("c of this step for the one before", "df = dc * c[t-1]", "df = dc * c[t]")
MEMORY_FORGOTTEN = Mistake("the memory’s error forgotten", "dc = dc_next + dh * o[t] * (1 - tanh(c[t])**2)",
                           "dc = dh * o[t] * (1 - tanh(c[t])**2)")  # fmt: skip
KEPT_FORGOTTEN = Mistake("the way past the gates forgotten", "dh_next = z[t] * dh + ...", "dh_next = ...")
RESET_FORGOTTEN = Mistake("the reset gate forgotten on the way back", "dq = da_n * r[t]", "dq = da_n")

OF_CELLS: dict[str, tuple[Mistake, ...]] = {
    **{name: (TRANSPOSE, LATE, FORGOTTEN, SLOPE) for name, cell in CELLS.items() if type(cell) is RNN},
    "lstm": (TRANSPOSE, LATE, FORGOTTEN, SWAPPED, MEMORY_LATE, MEMORY_FORGOTTEN),
    "gru": (TRANSPOSE, LATE, FORGOTTEN, KEPT_FORGOTTEN, RESET_FORGOTTEN),
}  # the cells whose pass is written here


@dataclass(frozen=True, eq=False, repr=False)
class ByHand(ArrayRecord):
    """What a pass by hand gives, of one sequence."""

    parameters: Parameters  # dL/dU, dL/dW, dL/db and the extras
    dh: Array  # (T+1, H) dL/dh_t


def lines(gradients: Gradients) -> tuple[Mistake, ...]:
    """The lines of this cell's pass that are easily mistaken.

    Raises:
        ValueError: the cell's pass is not written by hand here.
    """
    cell = gradients.trace.cell
    if cell.name not in OF_CELLS or type(cell) is not type(CELLS[cell.name]):  # a copy, where it came from a process
        raise ValueError(f"the pass of the {cell.title} is not written by hand here")
    return OF_CELLS[cell.name]


def by_hand(gradients: Gradients, mistake: Mistake | None = None) -> ByHand:
    """The gradients of one sequence in plain float64 loops, with a mistake or none.

    Without one they are `backpropagate`'s, as far as float64 holds them.

    Raises:
        ValueError: the cell's pass is not written here, or it has no such line.
    """
    name = gradients.trace.cell.name
    known = lines(gradients)
    if mistake is not None and mistake not in known:
        raise ValueError(f"the pass of the {gradients.trace.cell.title} has no line “{mistake.right}”")
    with np.errstate(over="ignore", invalid="ignore"):
        return {"lstm": _lstm, "gru": _gru}.get(name, _rnn)(gradients, mistake)


Back = Callable[[int, Array], tuple[Array, Array, Array]]  # t, dL/dh_t -> da_t at U and b, da_t at W, past W to h_{t-1}


def _swept(
    gradients: Gradients, mistake: Mistake | None, back: Back, extras: Callable[[Array], dict[str, Array]]
) -> ByHand:
    """The part that all cells have: the loop from T to 1, and the sums over its steps."""
    trace, p = gradients.trace, gradients.trace.parameters
    h, x, local = trace.h[:, 0], trace.x[:, 0], gradients.local[:, 0]
    H, G = p.hidden_size, len(trace.cell.gates)
    dh, total = np.zeros_like(h), Parameters(np.zeros_like(p.U), np.zeros_like(p.W), np.zeros_like(p.b))
    at_W, dh_next = np.zeros((trace.steps, G * H)), np.zeros(H)
    for t in range(trace.steps, 0, -1):
        dh[t] = local[t] if mistake is FORGOTTEN else local[t] + dh_next
        da, at_W[t - 1], past = back(t, dh[t])
        total.U[...] += np.outer(da, x[t - 1])
        total.W[...] += np.outer(at_W[t - 1], h[t] if mistake is LATE else h[t - 1])
        total.b[...] += da
        errors, weights = at_W[t - 1].reshape(G, H), p.W.reshape(G, H, H)
        dh_next = past + sum(
            W @ da if mistake is TRANSPOSE else W.T @ da for W, da in zip(weights, errors, strict=True)
        )
    dh[0] = dh_next
    return ByHand(replace(total, extra=extras(at_W)), dh)


def _rnn(gradients: Gradients, mistake: Mistake | None) -> ByHand:
    cell, h = gradients.trace.cell, gradients.trace.h[:, 0]
    assert isinstance(cell, RNN)
    a = gradients.trace.pre_activations["state"][:, 0]

    def back(t: int, dh: Array) -> tuple[Array, Array, Array]:
        da = dh * cell.activation.derivative(h[t] if mistake is SLOPE else a[t - 1])
        return da, da, np.zeros_like(dh)

    return _swept(gradients, mistake, back, lambda at_W: {})


def _lstm(gradients: Gradients, mistake: Mistake | None) -> ByHand:
    trace = gradients.trace
    assert trace.c is not None
    i, f, g, o = (trace.gates[gate][:, 0] for gate in trace.cell.gates)
    c, dc_next = trace.c[:, 0], np.zeros(trace.parameters.hidden_size)

    def back(t: int, dh: Array) -> tuple[Array, Array, Array]:
        nonlocal dc_next
        now, tanh_c = t - 1, np.tanh(c[t])
        dc = dh * o[now] * (1.0 - tanh_c**2)
        if mistake is not MEMORY_FORGOTTEN:
            dc = dc_next + dc
        di = dc * (i if mistake is SWAPPED else g)[now]
        df = dc * c[t if mistake is MEMORY_LATE else t - 1]
        dg, do = dc * i[now], dh * tanh_c
        slopes = (i * (1.0 - i), f * (1.0 - f), 1.0 - g**2, o * (1.0 - o))
        da = np.concatenate([error * slope[now] for error, slope in zip((di, df, dg, do), slopes, strict=True)])
        dc_next = dc * f[now]
        return da, da, np.zeros_like(dh)

    return _swept(gradients, mistake, back, lambda at_W: {})


def _gru(gradients: Gradients, mistake: Mistake | None) -> ByHand:
    trace, p = gradients.trace, gradients.trace.parameters
    r, z, n = (trace.gates[gate][:, 0] for gate in trace.cell.gates)
    h, H = trace.h[:, 0], p.hidden_size
    q = h[:-1] @ p.W[2 * H :].T + p.extra["recurrent_bias"]

    def back(t: int, dh: Array) -> tuple[Array, Array, Array]:
        now = t - 1
        da_n = dh * (1.0 - z[now]) * (1.0 - n[now] ** 2)
        da_z = dh * (h[t - 1] - n[now]) * z[now] * (1.0 - z[now])
        da_r = da_n * q[now] * r[now] * (1.0 - r[now])
        dq = da_n if mistake is RESET_FORGOTTEN else da_n * r[now]
        past = np.zeros_like(dh) if mistake is KEPT_FORGOTTEN else dh * z[now]
        return np.concatenate([da_r, da_z, da_n]), np.concatenate([da_r, da_z, dq]), past

    return _swept(gradients, mistake, back, lambda at_W: {"recurrent_bias": at_W[:, 2 * H :].sum(axis=0)})


def miss(found: Parameters, right: Parameters) -> dict[str, float]:
    """||found - right|| / ||right|| of each array by name; infinite where the right one is 0 and the other is not."""
    misses = {}
    for name, array in right.named().items():
        with np.errstate(over="ignore", invalid="ignore"):
            off = log2_norm(found.named()[name] - array, tuple(range(array.ndim)))
            size = log2_norm(array, tuple(range(array.ndim)))
            misses[name] = 0.0 if off == -np.inf else float(np.exp2(off - size))
    return misses


@dataclass(frozen=True, eq=False, repr=False)
class Tried(ArrayRecord):
    """One mistake, on the network at hand and on the cases that people test with."""

    mistake: Mistake
    misses: dict[str, float]  # by array, as `miss` has them
    by_case: dict[str, float]  # the largest of them, by CASES
    log2_dh: Array  # (T+1,) log2 ||dL/dh_t|| as the mistaken pass has it


def _state(trace: Trace, t: int) -> State:
    return State(trace.h[t], None if trace.c is None else trace.c[t])


def _last_step(trace: Trace) -> tuple[Parameters, Array, State]:
    return trace.parameters, trace.x[-1:], _state(trace, -2)


def _one_number(trace: Trace) -> tuple[Parameters, Array, State]:
    p = trace.parameters
    G, H = len(trace.cell.gates), p.hidden_size
    return replace(p, W=np.tile(ONE_NUMBER * np.eye(H), (G, 1))), trace.x, _state(trace, 0)


Case = Callable[[Trace], tuple[Parameters, Array, State]]
CASES: dict[str, Case] = {
    "these weights": lambda trace: (trace.parameters, trace.x, _state(trace, 0)),
    f"W is one number, {ONE_NUMBER}": _one_number,
    "only the last step is run": _last_step,
}


def tried(gradients: Gradients) -> tuple[Tried, ...]:
    """Every mistake of this cell's pass, tried on every case; the errors that enter are those of `gradients`.

    Raises:
        ValueError: the cell's pass is not written by hand here.
    """
    mistakes, runs = lines(gradients), {}
    for name, case in CASES.items():
        parameters, x, start = case(gradients.trace)
        trace = unroll(gradients.trace.cell, parameters, x, start)
        runs[name] = backpropagate(trace, entering(trace, gradients.local[-len(x) :]))
    found = []
    for mistake in mistakes:
        wrong = {name: by_hand(run, mistake) for name, run in runs.items()}
        misses = {name: miss(wrong[name].parameters, run.parameters) for name, run in runs.items()}
        here = next(iter(runs))
        found.append(
            Tried(
                mistake,
                misses[here],
                {name: max(each.values()) for name, each in misses.items()},
                log2_norm(wrong[here].dh, (1,)),
            )
        )
    return tuple(found)
