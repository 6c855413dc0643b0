"""The peer: each cell written by hand in eager PyTorch, keeping every state, gate and gradient norm.

A step is what a cell that is called once per step computes, its gates in one product. The tuned form also takes the
inputs of all steps in one product ahead of the loop, and all norms from one stacked array.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear


@dataclass(frozen=True)
class Leaves:
    """What receives a gradient."""

    U: Tensor  # (G*H, D)
    W: Tensor  # (G*H, H)
    b: Tensor  # (G*H,)
    recurrent_bias: Tensor | None  # (H,) of the GRU
    V: Tensor  # (K, H)
    d: Tensor  # (K,)

    def named(self) -> dict[str, Tensor]:
        """The layer's own parameters, as the engine names them."""
        extra = {} if self.recurrent_bias is None else {"recurrent_bias": self.recurrent_bias}
        return {"U": self.U, "W": self.W, "b": self.b, **extra}


@dataclass(frozen=True)
class EagerRun:
    """Everything one run kept, by step."""

    leaves: Leaves
    h: list[Tensor]  # T+1 of (B, H), h[0] the start
    gates: dict[str, list[Tensor]]  # T of (B, H), by name
    dh_norms: Tensor  # (T+1, B)
    dc_norms: Tensor | None  # (T, B), from c_1 on


def run_eagerly(cell: str, leaves: Leaves, x: Tensor, classes: Tensor, tuned: bool) -> EagerRun:
    """Forward, backward and the norms of one network."""
    for leaf in (leaves.V, leaves.d, *leaves.named().values()):
        leaf.grad = None
    start = torch.zeros(x.shape[1], leaves.W.shape[1], dtype=x.dtype, requires_grad=True)
    drives = linear(x, leaves.U, leaves.b) if tuned else (linear(x_t, leaves.U, leaves.b) for x_t in x)
    h, c, gates = CELLS[cell](leaves, drives, start)
    cross_entropy(linear(h[-1], leaves.V, leaves.d), classes, reduction="sum").backward()
    return EagerRun(leaves, h, gates, _norms(h, tuned), _norms(c, tuned) if c else None)


def _norms(states: list[Tensor], tuned: bool) -> Tensor:
    if tuned:
        return torch.stack([state.grad for state in states]).norm(dim=-1)
    return torch.stack([state.grad.norm(dim=-1) for state in states])


States = tuple[list[Tensor], list[Tensor], dict[str, list[Tensor]]]  # h, c, gates


def tanh_rnn(leaves: Leaves, drives: Iterable[Tensor], start: Tensor) -> States:
    W, h = leaves.W.t(), [start]
    for drive in drives:
        state = torch.tanh(torch.addmm(drive, h[-1], W))
        state.retain_grad()
        h.append(state)
    return h, [], {"state": h[1:]}


def lstm(leaves: Leaves, drives: Iterable[Tensor], start: Tensor) -> States:
    W, h, c = leaves.W.t(), [start], [torch.zeros_like(start)]
    gates: dict[str, list[Tensor]] = {"input": [], "forget": [], "candidate": [], "output": []}
    for drive in drives:
        a_i, a_f, a_g, a_o = torch.addmm(drive, h[-1], W).chunk(4, dim=1)
        values = torch.sigmoid(a_i), torch.sigmoid(a_f), torch.tanh(a_g), torch.sigmoid(a_o)
        for name, value in zip(gates, values, strict=True):
            gates[name].append(value)
        i, f, g, o = values
        memory = f * c[-1] + i * g
        state = o * torch.tanh(memory)
        memory.retain_grad()
        state.retain_grad()
        c.append(memory)
        h.append(state)
    return h, c[1:], gates


def gru(leaves: Leaves, drives: Iterable[Tensor], start: Tensor) -> States:
    size = start.shape[1]
    (W_gates, W_n), h = leaves.W.t().split([2 * size, size], dim=1), [start]
    gates: dict[str, list[Tensor]] = {"reset": [], "update": [], "candidate": []}
    for drive in drives:
        a_gates, u = drive.split([2 * size, size], dim=1)
        r, z = torch.sigmoid(torch.addmm(a_gates, h[-1], W_gates)).chunk(2, dim=1)
        n = torch.tanh(u + r * torch.addmm(leaves.recurrent_bias, h[-1], W_n))
        for name, value in zip(gates, (r, z, n), strict=True):
            gates[name].append(value)
        state = n + z * (h[-1] - n)
        state.retain_grad()
        h.append(state)
    return h, [], gates


CELLS = {"tanh": tanh_rnn, "lstm": lstm, "gru": gru}
