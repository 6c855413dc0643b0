"""How fast the engine is: one whole run beside PyTorch and JAX doing the same, and how its cost grows with T.

A whole run is the forward pass, cross-entropy at the last step, every state and gate, ||dL/dh_t|| (and ||dL/dc_t||)
at every step, and all parameter gradients, in float64 on one thread. It is compared with

* eager: a cell written by hand in PyTorch, called once per step, that keeps the same things;
* tuned: the same, written for speed (both in `bench/eager.py`);
* nn: torch.nn.RNN, LSTM or GRU forward and backward, which shows no gate and no gradient norm;
* JAX: a scan that keeps the same things, compiled as a whole for one cell and one shape (`bench/scanned.py`). The
  first call, which compiles, has a column of its own.

Before anything is timed, all must agree.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import torch

from bench.eager import EagerRun, Leaves, run_eagerly
from bench.scanned import ScannedRun, compiled
from bench.timing import NOTE, beside, check_agreement, columns, digits, heading, interleaved, row
from engine.arrays import Array
from engine.cells import CELLS
from engine.errors import cross_entropy
from engine.forward import unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import initial_parameters, initial_readout
from engine.memory import keep_freed_memory
from engine.parameters import Parameters, Readout

NETWORKS = {"tanh": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
SIZES = ((20, 8, 1), (50, 32, 1), (100, 64, 1), (1000, 64, 1), (200, 128, 1), (100, 64, 32))  # T, H, B
LENGTHS = (100, 1000, 10_000)  # T of the second table, at H = 64, B = 1
INPUTS, CLASSES = 8, 4  # D, K


@dataclass(frozen=True)
class Task:
    """One network, its input and the classes it should name."""

    cell: str
    parameters: Parameters
    readout: Readout
    x: Array  # (T, B, D)
    classes: Array  # (1, B)


def task(cell: str, T: int, H: int, B: int) -> Task:
    """A freshly initialised network on noise; an orthogonal W keeps gradients inside float64 at every T here."""
    rng = np.random.default_rng(0)
    parameters = initial_parameters(CELLS[cell], "orthogonal", 1.0, H, INPUTS, seed=0, bias=3.0)
    x, classes = 0.1 * rng.standard_normal((T, B, INPUTS)), rng.integers(0, CLASSES, (1, B))
    return Task(cell, parameters, initial_readout(H, CLASSES, seed=0), x, classes)


def our_run(case: Task) -> Gradients:
    trace = unroll(CELLS[case.cell], case.parameters, case.x)
    gradients = backpropagate(trace, cross_entropy(trace, case.readout, case.classes))
    # Cached properties: reading them is what computes them.
    _ = trace.gates, gradients.log2_dh, gradients.log2_dc, gradients.parameters, gradients.readout
    return gradients


def eager_run(case: Task, tuned: bool) -> Callable[[], EagerRun]:
    p, readout = case.parameters, case.readout
    shared = p.extra.get("recurrent_bias")
    leaves = Leaves(*(None if a is None else _leaf(a) for a in (p.U, p.W, p.b, shared, readout.V, readout.d)))
    x, classes = torch.from_numpy(case.x), torch.from_numpy(case.classes[0])
    return lambda: run_eagerly(case.cell, leaves, x, classes, tuned)


def nn_run(case: Task) -> Callable[[], torch.nn.Module]:
    """Forward and backward of torch.nn's layer with the same weights; PyTorch's second bias is zero."""
    p = case.parameters
    layer = NETWORKS[case.cell](p.input_size, p.hidden_size, dtype=torch.float64)
    with torch.no_grad():
        for ours, theirs in ((p.U, layer.weight_ih_l0), (p.W, layer.weight_hh_l0), (p.b, layer.bias_ih_l0)):
            theirs.copy_(torch.from_numpy(ours))
        layer.bias_hh_l0.zero_()
    V, d = _leaf(case.readout.V), _leaf(case.readout.d)
    x, classes = torch.from_numpy(case.x), torch.from_numpy(case.classes[0])

    def run() -> torch.nn.Module:
        layer.zero_grad()
        V.grad = d.grad = None
        states, _ = layer(x)
        logits = torch.nn.functional.linear(states[-1], V, d)
        torch.nn.functional.cross_entropy(logits, classes, reduction="sum").backward()
        return layer

    return run


def _leaf(array: Array) -> torch.Tensor:
    return torch.tensor(array, dtype=torch.float64, requires_grad=True)


def scanned_run(case: Task) -> Callable[[], ScannedRun]:
    """The compiled run with its arguments already in JAX's arrays; it returns when all results are there."""
    (T, B, _), H = case.x.shape, case.parameters.hidden_size
    named = {**case.parameters.named(), "V": case.readout.V, "d": case.readout.d}
    leaves = {name: jnp.asarray(array) for name, array in named.items()}
    zeros = tuple(jnp.zeros((T + 1, B, H)) for _ in range(2 if CELLS[case.cell].has_memory else 1))
    x, classes, run = jnp.asarray(case.x), jnp.asarray(case.classes[0]), compiled(case.cell)
    return lambda: jax.block_until_ready(run(leaves, zeros, x, classes))


def check_eager(ours: Gradients, eager: EagerRun) -> None:
    """States, gates, norms and parameter gradients are the same numbers."""
    p, trace = ours.parameters, ours.trace
    pairs = {f"d{name}": (p.named()[name], value.grad) for name, value in eager.leaves.named().items()}
    pairs |= {name: (trace.gates[name], torch.stack(values)) for name, values in eager.gates.items()}
    pairs |= {"h": (trace.h, torch.stack(eager.h)), "||dh||": (ours.log2_dh, eager.dh_norms.log2())}
    if eager.dc_norms is not None:
        pairs["||dc||"] = ours.log2_dc[1:], eager.dc_norms.log2()
    pairs |= {"dV": (ours.readout.V, eager.leaves.V.grad), "dd": (ours.readout.d, eager.leaves.d.grad)}
    arrays = {name: (mine, theirs.detach().numpy()) for name, (mine, theirs) in pairs.items()}
    check_agreement(f"{trace.cell.title}, eager", arrays)


def check_nn(ours: Gradients, layer: torch.nn.Module) -> None:
    """Parameter gradients are the same numbers."""
    p, theirs = ours.parameters, (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0)
    arrays = {name: (a, b.grad.numpy()) for name, a, b in zip(("dU", "dW", "db"), (p.U, p.W, p.b), theirs, strict=True)}
    check_agreement(f"{ours.trace.cell.title}, nn", arrays)


def check_scanned(ours: Gradients, scanned: ScannedRun) -> None:
    """Loss, states, gates, norms and parameter gradients are the same numbers."""
    trace, errors, gates = ours.trace, ours.errors, ours.trace.gates
    mine = {**ours.parameters.named(), "V": ours.readout.V, "d": ours.readout.d}
    pairs = {f"d{name}": (value, scanned.gradients[name]) for name, value in mine.items()}
    pairs |= {name: (value, scanned.gates[name]) for name, value in gates.items()}
    pairs |= {"h": (trace.h[1:], scanned.states[0]), "||dh||": (ours.log2_dh, jnp.log2(scanned.norms[0]))}
    if trace.c is not None:
        pairs |= {"c": (trace.c[1:], scanned.states[1]), "||dc||": (ours.log2_dc, jnp.log2(scanned.norms[1]))}
    pairs["loss"] = errors.loss.sum(), scanned.loss
    check_agreement(f"{trace.cell.title}, JAX", {name: (a, np.asarray(b)) for name, (a, b) in pairs.items()})


def comparison_row(cell: str, T: int, H: int, B: int) -> None:
    case = task(cell, T, H, B)
    ours = our_run(case)
    plain, tuned, nn, scanned = (
        eager_run(case, tuned=False),
        eager_run(case, tuned=True),
        nn_run(case),
        scanned_run(case),
    )
    check_eager(ours, plain())
    check_eager(ours, tuned())
    check_nn(ours, nn())
    started = time.perf_counter()
    first = scanned()
    compiling = time.perf_counter() - started
    check_scanned(ours, first)
    medians = interleaved([lambda: our_run(case), plain, tuned, nn, scanned])
    row(CELLS[cell].title, T, H, B, *beside(medians), digits(compiling))


def growth_row(cell: str) -> None:
    cases = [task(cell, T, 64, 1) for T in LENGTHS]
    per_step = 1e3 * interleaved([lambda case=case: our_run(case) for case in cases]).ms / LENGTHS
    row(CELLS[cell].title, *(f"{us:.1f}" for us in per_step))


def report() -> None:
    """Print both tables as Markdown."""
    torch.set_num_threads(1)
    keep_freed_memory()
    heading("The engine beside PyTorch and JAX", {"PyTorch": torch.__version__, "JAX": jax.__version__})
    print(f"D = {INPUTS}. {NOTE}")
    peers = (
        "eager, ms",
        "ratio",
        "tuned, ms",
        "ratio",
        "torch.nn, ms",
        "ratio",
        "JAX, ms",
        "ratio",
        "JAX first call, s",
    )
    columns("cell", "T", "H", "B", "ours, ms", *peers)
    for cell in NETWORKS:
        for T, H, B in SIZES:
            comparison_row(cell, T, H, B)
    print("\n### The engine's cost grows linearly in T\n\nMicroseconds per step, H = 64, B = 1.")
    columns("cell", *(f"T = {T:,}" for T in LENGTHS))
    for cell in NETWORKS:
        growth_row(cell)
