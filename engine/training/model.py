"""A network that learns, with its readout and, where it translates, its encoder: every number in one flat vector.

An optimiser, a norm and a snapshot are of that vector, (P,); the arrays of the records are views of it. A gradient is
laid out in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import CELLS, Cell
from engine.initialise import initial_parameters, initial_readout
from engine.networks.encoder_decoder import EncoderDecoder
from engine.networks.network import Layer, Network
from engine.parameters import Parameters, Readout

Place = tuple[str, int, bool]  # "network" or "encoder", the layer from 0 on, whether it reads from the end


@dataclass(frozen=True, eq=False, repr=False)
class Model(ArrayRecord):
    """What has learned: views of one vector of numbers."""

    network: Network  # the decoder, where there is an encoder
    readout: Readout
    encoder: Network | None
    numbers: Array  # (P,) every weight

    @property
    def pair(self) -> EncoderDecoder | None:
        """Encoder and decoder, where there are two."""
        return None if self.encoder is None else EncoderDecoder(self.encoder, self.network)


@dataclass(frozen=True)
class Structure:
    """What a model is made of, and where in its vector each array stands."""

    cell: str
    layers: int
    both: bool
    hidden: int  # H
    inputs: int  # D
    outputs: int  # K
    source: int = 0  # how many numbers or symbols an encoder reads; 0: there is none

    @cached_property
    def kind(self) -> Cell:
        """The cell."""
        return CELLS[self.cell]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Each direction of each layer, the encoder's first, from the input upwards."""
        parts = ("encoder", "network") if self.source else ("network",)
        ways = (False, True) if self.both else (False,)
        return tuple((part, layer, way) for part in parts for layer in range(self.layers) for way in ways)

    def reads(self, place: Place) -> int:
        """How many numbers a layer reads at each step."""
        part, layer, _ = place
        return self.hidden * (1 + self.both) if layer else self.source if part == "encoder" else self.inputs

    @cached_property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The shape of every array by name, in the order of the vector: network.0.U, network.0.reverse.W, readout.V."""
        rows, H = len(self.kind.gates) * self.hidden, self.hidden
        shapes: dict[str, tuple[int, ...]] = {}
        for place in self.places:
            own = {"U": (rows, self.reads(place)), "W": (rows, H), "b": (rows,), **{x: (H,) for x in self.kind.extras}}
            shapes |= {f"{named(place)}.{name}": shape for name, shape in own.items()}
        return {**shapes, "readout.V": (self.outputs, H * (1 + self.both)), "readout.d": (self.outputs,)}

    @cached_property
    def slices(self) -> Mapping[str, slice]:
        """Where each array stands in the vector."""
        found, start = {}, 0
        for name, shape in self.shapes.items():
            found[name] = slice(start, start + prod(shape))
            start += prod(shape)
        return found

    @property
    def count(self) -> int:
        """P, how many numbers are learned."""
        return sum(map(prod, self.shapes.values()))

    def arrays(self, numbers: Array) -> dict[str, Array]:
        """Every array by name: views of the vector."""
        return {name: numbers[self.slices[name]].reshape(shape) for name, shape in self.shapes.items()}

    def model(self, numbers: Array) -> Model:
        """The vector as a model, nothing copied."""
        arrays = self.arrays(numbers)

        def parameters(place: Place) -> Parameters:
            own = {name: arrays[f"{named(place)}.{name}"] for name in ("U", "W", "b", *self.kind.extras)}
            return Parameters(own.pop("U"), own.pop("W"), own.pop("b"), own)

        def network(part: str) -> Network:
            ways = (False, True) if self.both else (False,)
            each = ([parameters((part, layer, way)) for way in ways] for layer in range(self.layers))
            return Network(tuple(Layer(self.kind, *directions) for directions in each))

        readout = Readout(arrays["readout.V"], arrays["readout.d"])
        return Model(network("network"), readout, network("encoder") if self.source else None, numbers)

    def joined(self, parameters: Callable[[Place], Parameters], readout: Readout) -> Array:
        """One vector (P,) of weights, or of gradients, by place."""
        return np.concatenate([rows.reshape(-1) for rows in self._in_order(parameters, readout)])

    def _in_order(self, parameters: Callable[[Place], Parameters], readout: Readout) -> Iterator[Array]:
        for place in self.places:
            p = parameters(place)
            yield from (p.U, p.W, p.b, *(p.extra[name] for name in self.kind.extras))
        yield from (readout.V, readout.d)


def named(place: Place) -> str:
    """How the arrays of a layer and direction are named."""
    part, layer, reverse = place
    return f"{part}.{layer}{'.reverse' if reverse else ''}"


LARGEST_SEED = 1_000_000  # of a record; above it lie those of further layers


def drawn(
    structure: Structure,
    initialiser: str,
    scale: float,
    bias: float | None,
    seed: int,
    lag: int,
    symbols: Mapping[str, tuple[str, ...]],
) -> Array:
    """The vector of a model before it has learned anything, (P,).

    The lowest layer under a seed has the weights that it has on every other page. Encoder, further layers and the
    other direction are drawn under seeds of their own.

    Args:
        initialiser: one of `engine.initialise.INITIALISERS`; or "chrono", an orthogonal W with the biases of
            `with_chrono`.
        lag: how many steps lie between what matters and where it is needed, for chrono.
        symbols: what enters ("network", "encoder") and what is predicted ("readout") one-hot, by name; () for numbers.
    """
    chrono = initialiser == "chrono"
    W = "orthogonal" if chrono else initialiser
    H, own = structure.hidden, {}
    for number, place in enumerate(sorted(structure.places, key=lambda place: place[0] == "encoder")):
        words = () if place[1] else symbols[place[0]]
        its_seed = seed + number * LARGEST_SEED
        p = initial_parameters(structure.kind, W, scale, H, structure.reads(place), its_seed, bias, words)
        own[place] = with_chrono(structure.kind, p, lag, its_seed) if chrono else p
    readout = initial_readout(H * (1 + structure.both), structure.outputs, seed, symbols["readout"])
    return structure.joined(own.__getitem__, readout)


def with_chrono(cell: Cell, parameters: Parameters, lag: int, seed: int) -> Parameters:
    """Biases with which each unit keeps for a time of its own, from 1 to `lag` steps: b = log(u), u uniform on 1..lag.

    It is the bias of the gate that says what is kept (minus that where it says what is given up); an LSTM's input gate
    gets -b, so that what is written and what is kept add up to 1. A cell without such a gate stays as it is.

    Source: Tallec and Ollivier, "Can recurrent neural networks warp time?" (2018).
    """
    if cell.keeper is None or cell.keeps is None:
        return parameters
    H, b = parameters.hidden_size, parameters.b.copy()
    times = np.log(np.random.default_rng([seed, 7]).uniform(1.0, max(2.0, lag - 1.0), H))
    b[cell.rows(cell.keeper, H)] = cell.keeps.sign * times
    if cell.keeps.written is not None and cell.keeps.written != cell.keeper:
        b[cell.rows(cell.keeps.written, H)] = -times
    return Parameters(parameters.U, parameters.W, b, parameters.extra)
