"""The parts of a network that carry a state from step to step: each layer, and each of its directions."""

from __future__ import annotations

from dataclasses import dataclass

from engine.cells import Cell
from engine.gradients.backward import Gradients
from engine.networks.network import Network
from engine.networks.network_gradients import NetworkGradients
from engine.parameters import Parameters


@dataclass(frozen=True)
class Direction:
    """One of them. Its steps are counted as it reads: step 1 of one that reads from the end is the sequence's last."""

    layer: int  # from 1, the lowest
    reverse: bool  # whether it reads from the end
    both: bool  # whether its layer has another direction
    cell: Cell
    inputs: int  # D
    hidden_size: int  # H


def directions_of(network: Network) -> tuple[Direction, ...]:
    """Every direction, from the lowest layer up; of each layer first the one that reads from the start."""
    return tuple(
        Direction(number, layer.reads_back(k), len(layer.directions) > 1, cell, p.input_size, p.hidden_size)
        for number, layer in enumerate(network.layers, 1)
        for k, (cell, p) in enumerate(zip(layer.cells, layer.directions, strict=True))
    )


def weights_of(network: Network) -> tuple[Parameters, ...]:
    """The weights of each, in the same order."""
    return tuple(p for layer in network.layers for p in layer.directions)


def gradients_of(gradients: NetworkGradients) -> tuple[Gradients, ...]:
    """The gradients of each, in the same order."""
    return tuple(one for layer in gradients.layers for one in layer.directions)
