"""How fast dh_T/dh_t is for every t: the engine beside torch.func, from states that are already there.

Both multiply the step Jacobians ds_t/ds_{t-1} from the end to the start, only the H rows of h_T (s is h, or h and c of
an LSTM). The engine writes the step Jacobians down; the peer has them from `torch.func.jacrev` of the step,

* vmap: vectorised over all steps, the fast way;
* loop: called for one step after the other, the way a tutorial has it.

Before anything is timed, all must agree at every t.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.func import jacrev, vmap

from bench.engine import task
from bench.timing import NOTE, TOLERANCE, beside, columns, heading, interleaved, row
from engine.arrays import Array
from engine.cells import CELLS
from engine.forward import Trace, unroll
from engine.memory import keep_freed_memory
from engine.parameters import Parameters
from engine.spectra.jacobians import step_jacobians
from engine.spectra.products import Products, running_products

T, H = 200, 64
Step = Callable[[Tensor, Tensor], Tensor]  # the state before (S,) and U x_t + b (G*H,) -> the state after (S,)


def our_products(trace: Trace) -> Products:
    return running_products(step_jacobians(trace), trace.parameters.hidden_size)


def tanh_rnn(p: Parameters) -> Step:
    W = torch.from_numpy(p.W)
    return lambda h, drive: torch.tanh(drive + W @ h)


def lstm(p: Parameters) -> Step:
    W = torch.from_numpy(p.W)

    def step(s: Tensor, drive: Tensor) -> Tensor:
        h, c = s.chunk(2)
        a_i, a_f, a_g, a_o = (drive + W @ h).chunk(4)
        c = torch.sigmoid(a_f) * c + torch.sigmoid(a_i) * torch.tanh(a_g)
        return torch.cat([torch.sigmoid(a_o) * torch.tanh(c), c])

    return step


def gru(p: Parameters) -> Step:
    W, bias = torch.from_numpy(p.W), torch.from_numpy(p.extra["recurrent_bias"])

    def step(h: Tensor, drive: Tensor) -> Tensor:
        (a_r, a_z, q), (u_r, u_z, u) = (W @ h).chunk(3), drive.chunk(3)
        n = torch.tanh(u + torch.sigmoid(a_r + u_r) * (q + bias))
        return n + torch.sigmoid(a_z + u_z) * (h - n)

    return step


STEPS: dict[str, Callable[[Parameters], Step]] = {"tanh": tanh_rnn, "lstm": lstm, "gru": gru}


def multiplied(steps: Tensor) -> Tensor:
    """dh_T/dh_t for t = 0..T, (T+1, H, H), from the step Jacobians (T, S, S)."""
    products = torch.empty(len(steps) + 1, H, steps.shape[1], dtype=steps.dtype)
    products[-1] = torch.eye(H, steps.shape[1], dtype=steps.dtype)
    for t in range(len(steps), 0, -1):
        torch.matmul(products[t], steps[t - 1], out=products[t - 1])
    return products[:, :, :H]


def check(title: str, ours: Products, theirs: Tensor) -> None:
    """Every product is the same matrix, relative to its own largest entry."""
    mine: Array = np.ldexp(ours.hidden, ours.exponent[:, None, None])
    expected = theirs.numpy()
    error = (np.abs(mine - expected).max(axis=(1, 2)) / np.abs(expected).max(axis=(1, 2))).max()
    if not error <= TOLERANCE:
        raise AssertionError(f"{title}: the engine is {error:.1e} off, allowed {TOLERANCE:.0e}")


def comparison_row(cell: str) -> None:
    case = task(cell, T, H, 1)
    trace, step, p = unroll(CELLS[cell], case.parameters, case.x), STEPS[cell](case.parameters), case.parameters
    before = trace.h[:-1, 0] if trace.c is None else np.concatenate([trace.h[:-1, 0], trace.c[:-1, 0]], axis=1)
    states, drives = torch.tensor(before), torch.tensor(case.x[:, 0] @ p.U.T + p.b)

    def vectorised() -> Tensor:
        return multiplied(vmap(jacrev(step))(states, drives))

    def looped() -> Tensor:
        return multiplied(torch.stack([jacrev(step)(s, drive) for s, drive in zip(states, drives, strict=True)]))

    for peer in (vectorised, looped):
        check(f"{CELLS[cell].title}, {peer.__name__}", our_products(trace), peer())
    row(CELLS[cell].title, *beside(interleaved([lambda: our_products(trace), vectorised, looped])))


def report() -> None:
    """Print the table as Markdown."""
    torch.set_num_threads(1)
    keep_freed_memory()
    heading("dh_T/dh_t for all t beside torch.func.jacrev", {"PyTorch": torch.__version__})
    print(f"T = {T}, H = {H}, B = 1, states given. {NOTE}")
    columns("cell", "ours, ms", "vmap, ms", "ratio", "loop, ms", "ratio")
    for cell in STEPS:
        comparison_row(cell)
