"""How fast the engine is: one whole run beside PyTorch doing the same, and how its cost grows with T.

A whole run is the forward pass, cross-entropy at the last step, every state and gate, ||dL/dh_t|| (and ||dL/dc_t||)
at every step, and all parameter gradients, in float64 on one thread. It is compared with

* eager: a cell written by hand in PyTorch, called once per step, that keeps the same things;
* tuned: the same, written for speed (both in `bench/eager.py`);
* nn: torch.nn.RNN, LSTM or GRU forward and backward, which shows no gate and no gradient norm.

Before anything is timed, all must agree.
"""

from __future__ import annotations

import gc
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from timeit import timeit

import numpy as np
import torch

from bench.eager import EagerRun, Leaves, run_eagerly
from engine.arrays import Array
from engine.backward import Gradients, backpropagate
from engine.cells import CELLS
from engine.errors import cross_entropy
from engine.forward import unroll
from engine.initialise import initial_parameters, initial_readout
from engine.memory import keep_freed_memory
from engine.parameters import Parameters, Readout

NETWORKS = {"tanh": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
SIZES = ((20, 8, 1), (50, 32, 1), (100, 64, 1), (1000, 64, 1), (100, 64, 32))  # T, H, B
LENGTHS = (100, 1000, 10_000)  # T of the second table, at H = 64, B = 1
INPUTS, CLASSES = 8, 4  # D, K
TOLERANCE = 1e-9  # relative to the largest entry
SECONDS, FEWEST = 6.0, 11  # rounds per row: as many as fit, and at least this many
TURN = 0.02  # seconds that a run has in each round


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
    parameters = initial_parameters(CELLS[cell], "orthogonal", 1.0, H, INPUTS, seed=0, forget_bias=3.0)
    x, classes = 0.1 * rng.standard_normal((T, B, INPUTS)), rng.integers(0, CLASSES, (1, B))
    return Task(cell, parameters, initial_readout(H, CLASSES, seed=0), x, classes)


def our_run(case: Task) -> Gradients:
    trace = unroll(CELLS[case.cell], case.parameters, case.x)
    gradients = backpropagate(trace, cross_entropy(trace, case.readout, case.classes))
    # Cached properties: reading them is what computes them.
    _ = trace.gates, gradients.log2_dh, gradients.log2_dc, gradients.parameters
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


def check_agreement(ours: Gradients, eager: EagerRun, layer: torch.nn.Module) -> None:
    """States, gates, norms and parameter gradients of all runs are the same numbers."""
    p, trace = ours.parameters, ours.trace
    pairs = {f"eager d{name}": (p.named()[name], value.grad) for name, value in eager.leaves.named().items()}
    pairs |= {f"eager {name}": (trace.gates[name], torch.stack(values)) for name, values in eager.gates.items()}
    pairs |= {"eager h": (trace.h, torch.stack(eager.h)), "eager ||dh||": (ours.log2_dh, eager.dh_norms.log2())}
    if eager.dc_norms is not None:
        pairs["eager ||dc||"] = ours.log2_dc[1:], eager.dc_norms.log2()
    pairs |= {"nn dU": (p.U, layer.weight_ih_l0.grad), "nn dW": (p.W, layer.weight_hh_l0.grad)}
    pairs["nn db"] = p.b, layer.bias_ih_l0.grad
    for name, (mine, theirs) in pairs.items():
        expected = theirs.detach().numpy()
        error = np.abs(mine - expected).max() / np.abs(expected).max()
        if not error <= TOLERANCE:
            raise AssertionError(f"{trace.cell.title}, {name}: the engine is {error:.1e} off, allowed {TOLERANCE:.0e}")


def interleaved_seconds(runs: list[Callable[[], object]]) -> Array:
    """Seconds of each run in each round, (rounds, runs); a noisy moment then hits every column alike.

    A short run is repeated within its turn, as a drag of a slider repeats it.
    """
    rounds: list[list[float]] = []
    repeats = [max(1, round(TURN / timeit(run, number=3) * 3)) for run in runs]
    gc.collect()
    gc.disable()
    try:
        started = time.perf_counter()
        while len(rounds) < FEWEST or time.perf_counter() - started < SECONDS:
            ticks = [time.perf_counter()]
            for run, times in zip(runs, repeats, strict=True):
                for _ in range(times):
                    run()  # what it returns is freed within its own time
                ticks.append(time.perf_counter())
            rounds.append([after - before for before, after in pairwise(ticks)])
    finally:
        gc.enable()
    return np.array(rounds) / repeats


def comparison_row(cell: str, T: int, H: int, B: int) -> str:
    case = task(cell, T, H, B)
    peers = [eager_run(case, tuned=False), eager_run(case, tuned=True), nn_run(case)]
    plain, tuned, layer = (run() for run in peers)
    for eager in (plain, tuned):
        check_agreement(our_run(case), eager, layer)
    seconds = interleaved_seconds([lambda: our_run(case), *peers])
    ours, *theirs = 1e3 * np.median(seconds, axis=0)
    _, *ratios = np.median(seconds / seconds[:, :1], axis=0)
    cells = " | ".join(f"{ms:.2f} | **{ratio:.1f}**" for ms, ratio in zip(theirs, ratios, strict=True))
    return f"| {CELLS[cell].title} | {T} | {H} | {B} | {ours:.2f} | {cells} |"


def growth_row(cell: str) -> str:
    cases = [task(cell, T, 64, 1) for T in LENGTHS]
    seconds = interleaved_seconds([lambda case=case: our_run(case) for case in cases])
    per_step = 1e6 * np.median(seconds, axis=0) / LENGTHS
    return f"| {CELLS[cell].title} | " + " | ".join(f"{us:.1f}" for us in per_step) + " |"


def processor() -> str:
    """The CPU's model name where Linux tells it."""
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def report() -> None:
    """Print both tables as Markdown."""
    torch.set_num_threads(1)
    keep_freed_memory()
    print("### The engine beside PyTorch\n")
    print(f"{processor()}, one thread, float64; Python {platform.python_version()},", end=" ")
    print(f"NumPy {np.__version__}, PyTorch {torch.__version__}. D = {INPUTS}.")
    print("Times are medians of interleaved rounds; a ratio is the median of each round's own ratio.\n")
    print("| cell | T | H | B | ours, ms | eager, ms | ratio | tuned, ms | ratio | torch.nn, ms | ratio |")
    print("| --- |" + " ---: |" * 10)
    for cell in NETWORKS:
        for T, H, B in SIZES:
            print(comparison_row(cell, T, H, B), flush=True)
    print("\n### The engine's cost grows linearly in T\n\nMicroseconds per step, H = 64, B = 1.\n")
    print("| cell | " + " | ".join(f"T = {T:,}" for T in LENGTHS) + " |\n| --- |" + " ---: |" * len(LENGTHS))
    for cell in NETWORKS:
        print(growth_row(cell), flush=True)
