"""Random networks for tests: parameters, inputs and start states of any cell and any shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS, SIGMOID, TANH
from engine.cells import CELLS, GRU, LSTM, RNN, Cell, GRUBefore, LSTMVariant
from engine.forward import State, Trace, unroll
from engine.more_activations import (
    affine,
    clipped,
    elu,
    hard_sigmoid,
    hard_tanh,
    leaky_relu,
    relu6,
    scaled_tanh,
    selu,
    softplus,
    softsign,
    thresholded_relu,
)
from engine.parameters import Parameters, Readout

Array = np.ndarray[Any, np.dtype[Any]]

# The registry, and the cell with both of what two of its entries have one of.
EVERY_CELL: dict[str, Cell] = {**CELLS, "peephole_coupled": LSTMVariant(peepholes=True, coupled=True)}
# Cells with activations as files bring them: each activation, and each place of a cell that may have another, once.
WIDENED: dict[str, Cell] = {
    cell.name: cell
    for cell in (
        RNN(leaky_relu(0.3)),
        RNN(clipped(scaled_tanh(1.2, 0.7), 1.1)),
        RNN(softplus()),
        LSTM(gate=hard_sigmoid(1.0 / 6.0, 0.5), candidate=softsign(), output=elu(0.8)),
        LSTM(candidate=hard_tanh(), output=affine(0.9, 0.1)),
        LSTMVariant(peepholes=True, gate=clipped(SIGMOID, 0.9), candidate=selu(), output=relu6()),
        LSTMVariant(coupled=True, gate=hard_sigmoid(0.4, 0.4), output=ACTIVATIONS["relu"]),
        GRU(gate=hard_sigmoid(0.2, 0.5), candidate=clipped(TANH, 0.8)),
        GRU(candidate=thresholded_relu(0.2)),
        GRUBefore(gate=hard_sigmoid(0.5, 0.3), candidate=leaky_relu(0.2)),
    )
}
FAMILY = EVERY_CELL | WIDENED


@dataclass(frozen=True)
class Network:
    """One random network with something to read."""

    cell: Cell
    parameters: Parameters
    x: Array  # (T, B, D)
    start: State
    readout: Readout  # K = 3

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """T, B, D, H."""
        return (*self.x.shape, self.parameters.hidden_size)

    def run(self, gain: Array | None = None) -> Trace:
        return unroll(self.cell, self.parameters, self.x, self.start, gain)


def random_parameters(rng: np.random.Generator, cell: Cell, D: int, H: int, scale: float = 0.7) -> Parameters:
    """Independent normal entries, recurrent ones divided by sqrt(H); no bias or extra is zero, leaks from 0.1 to 1."""
    rows = len(cell.gates) * H
    return Parameters(
        U=scale * rng.standard_normal((rows, D)),
        W=scale * rng.standard_normal((rows, H)) / np.sqrt(H),
        b=scale * rng.standard_normal(rows),
        extra={
            name: rng.uniform(0.1, 1.0, H) if name == "leak" else scale * rng.standard_normal(H) for name in cell.extras
        },
    )


def random_network(rng: np.random.Generator, cell: Cell, T: int, B: int, D: int, H: int) -> Network:
    return Network(
        cell=cell,
        parameters=random_parameters(rng, cell, D, H),
        x=rng.standard_normal((T, B, D)),
        start=State(rng.standard_normal((B, H)), rng.standard_normal((B, H)) if cell.has_memory else None),
        readout=Readout(rng.standard_normal((3, H)), rng.standard_normal(3)),
    )


@dataclass(frozen=True)
class Shape:
    """The sizes of a network and the seed of its numbers."""

    T: int
    B: int
    D: int
    H: int
    seed: int

    def network(self, cell: str) -> Network:
        """A network of this shape for any cell, the same each time."""
        return random_network(np.random.default_rng(self.seed), FAMILY[cell], self.T, self.B, self.D, self.H)


def shapes() -> st.SearchStrategy[Shape]:
    """T up to 12, B up to 4, D and H up to 6."""
    size = st.integers(1, 6)
    return st.builds(Shape, T=st.integers(1, 12), B=st.integers(1, 4), D=size, H=size, seed=st.integers(0, 2**32))


def largest_difference(a: Array, b: Array) -> float:
    """max |a - b| / max |b|: how far apart two arrays are, relative to the larger one's scale."""
    assert a.shape == b.shape, f"shapes {a.shape} and {b.shape}"
    scale = float(np.abs(b).max(initial=0.0))
    apart = float(np.abs(a - b).max(initial=0.0))
    return apart / scale if scale > 0.0 else apart


def assert_close(name: str, actual: Array, expected: Array, within: float) -> None:
    """Fail with both arrays printed where they differ by more than `within` of the largest expected entry."""
    difference = largest_difference(actual, expected)
    assert difference <= within, (
        f"{name} differs by {difference:.2g} of its scale\nengine:\n{actual}\nexpected:\n{expected}"
    )
