"""How long a report on a network of one's own takes, and the memory that it says and needs.

Each row runs in a process of its own, so that its peak is its own; seconds of the processor, which others disturb less.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from dataclasses import dataclass

import numpy as np

from engine.cells import CELLS
from engine.initialise import initial_parameters
from engine.networks.network import Layer, Network
from engine.report import memory
from engine.report import report as made

MEGABYTE = 1e6
KILOBYTE = 1024  # the unit of ru_maxrss


@dataclass(frozen=True)
class Case:
    """One network and how long its sequence is."""

    cell: str
    H: int
    D: int
    layers: int
    both: bool
    T: int = 200


CASES = (
    Case("tanh", 64, 16, 1, False),
    Case("gru", 64, 16, 1, False),
    Case("lstm", 64, 16, 1, False),
    Case("lstm", 64, 16, 2, True),
    Case("lstm", 512, 256, 4, True),
)


def network(case: Case) -> Network:
    """Drawn under seeds 0, 1, ..: Gaussian W, Glorot U."""
    layers, size = [], case.D
    for number in range(case.layers):
        ways = [
            initial_parameters(CELLS[case.cell], "gaussian", 1.0, case.H, size, 2 * number + way)
            for way in range(1 + case.both)
        ]
        layers.append(Layer(CELLS[case.cell], *ways))
        size = case.H * len(ways)
    return Network(tuple(layers))


def measured(case: Case) -> tuple[float, float, float]:
    """Seconds, bytes that were said, bytes by which the process grew."""
    net, x = network(case), np.random.default_rng(0).standard_normal((case.T, case.D))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    made(net, x)
    seconds = time.process_time() - start
    return seconds, memory(net, x), KILOBYTE * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)


def report() -> None:
    """Print the table."""
    print("| network | T | report, s | memory said, MB | taken, MB |\n| --- | ---: | ---: | ---: | ---: |")
    for case in CASES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, said, taken = pool.apply(measured, (case,))
        both = ", both directions" if case.both else ""
        name = f"{CELLS[case.cell].title}, H = {case.H}, D = {case.D}, layers: {case.layers}{both}"
        print(f"| {name} | {case.T} | {seconds:.3g} | {said / MEGABYTE:.3g} | {taken / MEGABYTE:.3g} |")
