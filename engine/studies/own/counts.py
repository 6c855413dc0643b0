"""How many numbers a network learns, as each framework counts them."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from engine.conventions import parameter_count
from engine.files import NetworkFile


@dataclass(frozen=True)
class Counts:
    """The same network counted four ways; None where a framework has no such cell.

    PyTorch has two biases a gate, Keras one and in a GRU that resets after the product two, the engine one and for the
    candidate of that GRU two.
    """

    file: int  # numbers in the tensors that are used
    torch: int | None
    keras: int | None
    here: int


def counts_of(file: NetworkFile) -> Counts:
    """The recurrent layers, the embedding and the heads that were understood."""
    network = file.network
    around = sum(head.readout.V.size + head.readout.d.size for head in file.heads)
    around += 0 if network is None or network.embedding is None else network.embedding.size
    sizes = {used.name: used.shape for used in file.used}
    found = {framework: _layers(file, framework) for framework in ("PyTorch", "Keras")}
    total = {framework: None if count is None else count + around for framework, count in found.items()}
    layers = 0 if network is None else sum(way.count for layer in network.layers for way in layer.directions)
    in_file = sum(prod(shape) for shape in sizes.values())
    return Counts(in_file, total["PyTorch"], total["Keras"], layers + around)


def _layers(file: NetworkFile, framework: str) -> int | None:
    total = 0
    for layer in file.network.layers if file.network else ():
        for way in layer.directions:
            count = parameter_count(framework, layer.cell, way.input_size, way.hidden_size)
            if count is None:
                return None
            total += count
    return total
