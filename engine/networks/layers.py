"""What a network is made of: layers from the input upwards, each in one direction or both.

A bidirectional layer is two layers on the same input, one of which reads each sequence from its own end; their outputs
stand side by side at each step, or become one. Source: Schuster and Paliwal, "Bidirectional recurrent neural networks"
(1997); keras.layers.Bidirectional of what else two directions may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, checked_weights, expect
from engine.cells import Cell, known
from engine.forward import State
from engine.networks.merging import MERGES
from engine.parameters import Parameters

WAYS = ("from the start", "from the end")


@dataclass(frozen=True, eq=False, repr=False)
class Layer(ArrayRecord):
    """One layer of a network."""

    cell: Cell
    parameters: Parameters
    reverse: Parameters | None = None  # weights of the direction that reads from the end; None: there is none
    _: KW_ONLY
    reverse_cell: Cell | None = None  # that direction's; None: `cell`
    merge: str = "concat"  # one of MERGES: how the outputs of both directions become one
    backwards: bool = False  # the first direction reads from the end, and a second one from the start
    as_read: bool = False  # outputs in the order in which the first direction read, as Keras' go_backwards has them
    silent: bool = False  # at masked steps it puts out zeros, not its last output again

    @property
    def directions(self) -> tuple[Parameters, ...]:
        """The weights of each direction."""
        return (self.parameters,) if self.reverse is None else (self.parameters, self.reverse)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cell of each direction."""
        return (self.cell,) if self.reverse is None else (self.cell, self.reverse_cell or self.cell)

    @property
    def output_size(self) -> int:
        """How many numbers the layer puts out at each step: H, or 2H in both directions side by side."""
        each = [p.hidden_size for p in self.directions]
        return sum(each) if self.merge == "concat" else each[0]

    def reads_back(self, way: int) -> bool:
        """Whether direction `way` (0 or 1) reads from the end."""
        return self.backwards != bool(way)

    def reads(self, way: int) -> str:
        """From where direction `way` reads, in words."""
        return WAYS[self.reads_back(way)]

    @property
    def usual(self) -> bool:
        """Whether the first direction reads from the start, and all outputs stand side by side in the order of time."""
        return self.merge == "concat" and not (self.backwards or self.as_read)


@dataclass(frozen=True, eq=False, repr=False)
class Network(ArrayRecord):
    """Layers from the input upwards."""

    layers: tuple[Layer, ...]
    embedding: Array | None = None  # (vocabulary, D) what each symbol becomes; None: x goes in as it is
    start: tuple[State, ...] | None = None  # of each direction (H,) or (B, H), where a run gives none; None: zeros

    @property
    def count(self) -> int:
        """How many numbers the network learns, a readout not counted."""
        layers = sum(p.count for layer in self.layers for p in layer.directions)
        return layers + (0 if self.embedding is None else int(np.size(self.embedding)))


@contextmanager
def naming(layer: Layer, number: int, way: int = 0) -> Iterator[None]:
    """Have errors say in which layer, and in which of two directions, they were found."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"layer {number}{'' if layer.reverse is None else f' {layer.reads(way)}'}: {error}") from error


def check_network(network: Network) -> None:
    """Nothing, where each layer is one and reads as many numbers as the one below puts out.

    Raises:
        ValueError: naming the layer, what it reads and what it gets.
    """
    expect("network", network, Network, "Network((Layer(cell, parameters), ..))")
    if not isinstance(network.layers, tuple | list):
        expect("layers", network.layers, tuple, "(Layer(cell, parameters), ..) from the input upwards")
    below = None
    if network.embedding is not None:
        below = ("the embedding", checked_weights("embedding", network.embedding, ("vocabulary", "D")).shape[1])
    for number, layer in enumerate(network.layers, 1):
        expect(f"layer {number}", layer, Layer, "Layer(cell, parameters)")
        sizes = []
        for way, (cell, parameters) in enumerate(zip(layer.cells, layer.directions, strict=True)):
            with naming(layer, number, way):
                known(cell).check(parameters)
            sizes.append(parameters.input_size)
        if len(set(sizes)) > 1:
            raise ValueError(
                f"layer {number} reads {sizes[0]} numbers a step {layer.reads(0)}, but {sizes[1]} {layer.reads(1)}"
            )
        _check_form(layer, number)
        if below is not None and below[1] != sizes[0]:
            raise ValueError(f"layer {number} reads {sizes[0]} numbers a step, but {below[0]} gives it {below[1]}")
        both = "" if layer.reverse is None or layer.merge != "concat" else ", both directions side by side,"
        below = (f"layer {number}{both}", layer.output_size)
    if network.start is not None:
        _check_start(network, network.start)


def _check_form(layer: Layer, number: int) -> None:
    """Nothing, where what a layer's directions are said to do can be done."""
    if layer.merge not in MERGES:
        raise ValueError(f"layer {number} merges its directions by {layer.merge!r:.40}; there are {', '.join(MERGES)}")
    if layer.reverse is None and (layer.merge != "concat" or layer.reverse_cell is not None):
        raise ValueError(f"layer {number} has one direction, but a merge or a reverse_cell is of two")
    if layer.as_read and not layer.backwards:
        raise ValueError(f"layer {number} puts out its states as read, which is of a layer that reads backwards")
    sizes = [p.hidden_size for p in layer.directions]
    if layer.merge != "concat" and sizes[0] != sizes[1]:
        raise ValueError(
            f"layer {number} has {sizes[0]} units that read {layer.reads(0)} and {sizes[1]} that read "
            f"{layer.reads(1)}, but directions of one size are merged by {layer.merge}"
        )


def _check_start(network: Network, start: tuple[State, ...]) -> None:
    """Nothing, where a network's own initial states are as many as its directions, and of their sizes."""
    expect("start", start, tuple, "a State for each layer and direction, from the input upwards")
    ways = [(cell, p) for layer in network.layers for cell, p in zip(layer.cells, layer.directions, strict=True)]
    if len(start) != len(ways):
        raise ValueError(f"the network has {len(start)} initial states, but {len(ways)} layers and directions")
    for number, ((cell, p), state) in enumerate(zip(ways, start, strict=True), 1):
        expect(f"initial state {number}", state, State, "State(h), or State(h, c) for a cell with memory")
        if state.c is not None and not cell.has_memory:
            raise ValueError(f"initial state {number} has a cell state c, which the {cell.title} has not")
        for rows in (state.h, state.c):
            if rows is not None and (np.ndim(rows) not in (1, 2) or np.shape(rows)[-1] != p.hidden_size):
                raise ValueError(
                    f"initial state {number} has shape {np.shape(rows)}, but (H,) or (B, H) with H = {p.hidden_size} "
                    "was expected"
                )
