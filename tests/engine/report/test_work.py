"""The memory that is said before a report runs is what it allocates at its peak."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from engine import CELLS, Layer, Network
from engine.report import memory, report
from tests.engine.networks import random_parameters

CASES = [  # cell, H, D, layers, both directions, T: none of those that the numbers were fitted to
    ("lstm", 96, 48, 2, True, 200),
    ("gru", 160, 16, 1, False, 400),
    ("tanh", 200, 64, 2, False, 200),
    ("gru", 100, 100, 2, True, 100),
    ("peephole", 150, 20, 1, True, 60),
    ("lstm", 250, 30, 2, False, 20),
]


@pytest.mark.parametrize(("cell", "H", "D", "layers", "both", "T"), CASES)
def test_the_memory_said_is_that_allocated(
    cell: str, H: int, D: int, layers: int, both: bool, T: int, rng: np.random.Generator
) -> None:
    stack, size = [], D
    for _ in range(layers):
        ways = [random_parameters(rng, CELLS[cell], size, H) for _ in range(1 + both)]
        for p in ways:
            p.W[:] /= np.sqrt(H)
        stack.append(Layer(CELLS[cell], *ways))
        size = H * len(ways)
    network, x = Network(tuple(stack)), rng.standard_normal((T, D))
    report(network, x[:2])  # what is imported and cached at a first run is no report's
    tracemalloc.start()
    report(network, x)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert memory(network, x) == pytest.approx(taken, rel=0.3)
