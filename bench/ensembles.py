"""How much one call for many networks saves: the engine beside itself, called for each network alone.

A whole run is the forward pass, cross-entropy at the last step, ||dL/dh_t|| at every step and the gradients of the
weights, for NETWORKS networks with inputs of their own,

* own weights: every network has its own U, W and b; all parameter gradients of each;
* shared weights: networks that differ by a factor on W (`gain`); the norm of each one's parameter gradients, as the
  map of all scales has it.

No other software is compared: the peer is this engine in a Python loop over the networks, each as a network of its own
(B = 1), its result let go at once. Before anything is timed, both must agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bench.timing import NOTE, Medians, beside, check_agreement, columns, digits, heading, interleaved, row
from engine.arrays import Array
from engine.cells import CELLS
from engine.errors import cross_entropy
from engine.forward import unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import initial_parameters, initial_readout
from engine.memory import keep_freed_memory
from engine.networks.ensembles import ensemble
from engine.parameters import Parameters, Readout

NETWORKS, H, T, D, CLASSES = 1000, 8, 50, 8, 4
KEYS = ("tanh", "lstm", "gru")


@dataclass(frozen=True)
class Case:
    """One network or many, with what they read and should say."""

    cell: str
    parameters: Parameters
    readout: Readout
    x: Array  # (T, B, D)
    classes: Array  # (1, B)


def run(case: Case, norms: bool, gain: Array | None = None) -> Gradients:
    trace = unroll(CELLS[case.cell], case.parameters, case.x, gain=gain)
    gradients = backpropagate(trace, cross_entropy(trace, case.readout, case.classes))
    # Cached properties: reading them is what computes them.
    _ = gradients.log2_dh, gradients.log2_parameters if norms else gradients.parameters
    return gradients


def each_alone(case: Case, networks: list[Parameters]) -> list[Case]:
    """One case for each network, with its own column of the data, laid out as a caller would have it."""
    return [
        replace(case, parameters=p, x=np.ascontiguousarray(case.x[:, k : k + 1]), classes=case.classes[:, k : k + 1])
        for k, p in enumerate(networks)
    ]


def looped(cases: list[Case], norms: bool) -> None:
    for case in cases:
        run(case, norms)


def with_own_weights(cell: str) -> Medians:
    """One ensemble, and the loop."""
    networks = [initial_parameters(CELLS[cell], "orthogonal", 1.0, H, D, seed=k) for k in range(NETWORKS)]
    case = case_of(cell, ensemble(networks))
    cases = each_alone(case, networks)
    ours, alone = run(case, norms=False), [run(one, norms=False) for one in cases]
    pairs = {
        f"d{name}": (gradient, np.stack([one.parameters.named()[name] for one in alone]))
        for name, gradient in ours.parameters.named().items()
    }
    pairs["||dh||"] = ours.log2_dh, np.concatenate([one.log2_dh for one in alone], axis=1)
    check_agreement(f"{CELLS[cell].title}, own weights", pairs)
    del ours, alone
    return interleaved([lambda: run(case, norms=False), lambda: looped(cases, norms=False)])


def with_shared_weights(cell: str) -> Medians:
    """One network with a gain for each column, and the loop."""
    shared, gain = initial_parameters(CELLS[cell], "orthogonal", 1.0, H, D, seed=0), np.geomspace(0.5, 2.0, NETWORKS)
    case = case_of(cell, shared)
    cases = each_alone(case, [replace(shared, W=factor * shared.W) for factor in gain])
    ours, alone = run(case, True, gain), [run(one, norms=True) for one in cases]
    pairs = {
        "||dh||": (ours.log2_dh, np.concatenate([one.log2_dh for one in alone], axis=1)),
        "||gradient||": (ours.log2_parameters, np.concatenate([one.log2_parameters for one in alone])),
    }
    check_agreement(f"{CELLS[cell].title}, shared weights", pairs)
    del ours, alone
    return interleaved([lambda: run(case, True, gain), lambda: looped(cases, norms=True)])


def case_of(cell: str, parameters: Parameters) -> Case:
    rng = np.random.default_rng(0)
    x, classes = 0.1 * rng.standard_normal((T, NETWORKS, D)), rng.integers(0, CLASSES, (1, NETWORKS))
    return Case(cell, parameters, initial_readout(H, CLASSES, seed=0), x, classes)


def report() -> None:
    """Print the table as Markdown."""
    keep_freed_memory()
    heading(f"{NETWORKS:,} networks in one call beside a Python loop over the same engine", {})
    print(f"H = {H}, T = {T}, D = {D}. {NOTE}")
    columns("cell", "weights", "one call, ms", "loop, ms", "ratio", "a network in the call, µs", "in the loop, µs")
    for cell in KEYS:
        for weights, measured in (("own", with_own_weights(cell)), ("shared", with_shared_weights(cell))):
            each = (digits(1e3 * ms / NETWORKS) for ms in measured.ms)
            row(CELLS[cell].title, weights, *beside(measured), *each)
