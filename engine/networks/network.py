"""Networks of many layers, in one direction or both: each layer reads what the one below puts out.

A bidirectional layer is two layers on the same input, one of which reads each sequence from its own end; their outputs
stand side by side at each step. Source: Schuster and Paliwal, "Bidirectional recurrent neural networks" (1997).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine import wide
from engine.array_record import ArrayRecord
from engine.arrays import Array, checked_weights, expect, plain
from engine.cells import Cell, known
from engine.forward import State, Trace, unroll
from engine.inputs import checked_lengths, checked_symbols
from engine.overflow import readable
from engine.parameters import Parameters


@dataclass(frozen=True, eq=False, repr=False)
class Layer(ArrayRecord):
    """One layer of a network."""

    cell: Cell
    parameters: Parameters
    reverse: Parameters | None = None  # weights of the direction that reads from the end; None: there is none

    @property
    def directions(self) -> tuple[Parameters, ...]:
        """The weights of each direction."""
        return (self.parameters,) if self.reverse is None else (self.parameters, self.reverse)

    @property
    def output_size(self) -> int:
        """How many numbers the layer puts out at each step: H, or 2H in both directions."""
        return sum(p.hidden_size for p in self.directions)


@dataclass(frozen=True, eq=False, repr=False)
class Network(ArrayRecord):
    """Layers from the input upwards."""

    layers: tuple[Layer, ...]
    embedding: Array | None = None  # (vocabulary, D) what each symbol becomes; None: x goes in as it is

    @property
    def count(self) -> int:
        """How many numbers the network learns, a readout not counted."""
        layers = sum(p.count for layer in self.layers for p in layer.directions)
        return layers + (0 if self.embedding is None else int(np.size(self.embedding)))


@dataclass(frozen=True, eq=False, repr=False)
class LayerTrace(ArrayRecord):
    """What one layer computed."""

    forward: Trace
    reverse: Trace | None  # in its own reading order: its step 1 is each sequence's last

    @property
    def directions(self) -> tuple[Trace, ...]:
        """The trace of each direction, each in its own reading order."""
        return (self.forward,) if self.reverse is None else (self.forward, self.reverse)

    @cached_property
    def outputs(self) -> Array:
        """What the layer above reads, (T, B, H), or (T, B, 2H) with the reverse states behind the forward ones."""
        if self.reverse is None:
            return self.forward.h[1:]
        return np.concatenate([self.forward.h[1:], turned(self.reverse.h[1:], self.forward.ends)], axis=2)


@dataclass(frozen=True, eq=False, repr=False)
class NetworkTrace(ArrayRecord):
    """What a network computed, layer by layer from the input upwards."""

    network: Network  # a copy, as it was when it ran
    symbols: Array | None  # (T, B) what was looked up in the embedding
    layers: tuple[LayerTrace, ...]

    @property
    def outputs(self) -> Array:
        """What the top layer puts out, (T, B, H) or (T, B, 2H); 0 after a sequence's end."""
        return self.layers[-1].outputs

    @property
    def steps(self) -> int:
        """T."""
        return self.layers[0].forward.steps

    @property
    def batch(self) -> int:
        """B."""
        return self.layers[0].forward.batch

    @property
    def lengths(self) -> Array | None:
        """How many steps each sequence has, (B,), or None where all have T."""
        return self.layers[0].forward.lengths

    @property
    def ends(self) -> Array:
        """The last step of each sequence, (B,)."""
        return self.layers[0].forward.ends

    @property
    def final(self) -> tuple[State, ...]:
        """Each direction's last state: layer 0 forward, layer 0 reverse, layer 1 forward, and so on."""
        return tuple(trace.last for layer in self.layers for trace in layer.directions)

    @property
    def states(self) -> tuple[Array, Array | None]:
        """What a loss reads: the outputs of the top layer, (T+1, B, H or 2H), row 0 for the start; as of a trace."""
        top = self.layers[-1]
        if top.reverse is None:
            return top.forward.states
        h = np.concatenate([np.zeros_like(top.outputs[:1]), top.outputs])
        (one, far), (other, other_far) = top.forward.states, top.reverse.states
        if far is None and other_far is None:
            return h, None
        one, other = (wide.widened(plain if rows is None else rows) for plain, rows in ((one, far), (other, other_far)))
        joined = np.concatenate([one[1:], turned(other[1:], top.forward.ends)], axis=2)
        return h, np.concatenate([np.zeros_like(joined[:1]), joined])

    @property
    def backwards_from(self) -> int | None:
        """From which output on the top layer's units read backwards; None: none does."""
        top = self.layers[-1]
        return None if top.reverse is None else top.forward.parameters.hidden_size


def run_network(
    network: Network,
    x: npt.ArrayLike,
    lengths: npt.ArrayLike | None = None,
    start: tuple[State, ...] | None = None,
) -> NetworkTrace:
    """Run every layer over a batch of sequences.

    Args:
        x: inputs of the lowest layer as for `unroll`; whole numbers (T, B) where the network has an embedding.
        lengths: how many steps each sequence has, (B,); outputs are 0 after the end.
        start: the initial state of each layer and direction, in the order of `NetworkTrace.final`; None: zeros.

    Raises:
        ValueError: a shape does not fit, or a symbol is not in the vocabulary.
        Overflow: states that a layer above reads grew beyond float64. Those of the top layer may: losses and gradients
            then carry powers of two.
    """
    check_network(network)
    starts = _starts(network, start)
    symbols, table = None, None
    inputs: npt.ArrayLike = x
    if network.embedding is not None:
        table = checked_weights("embedding", network.embedding, ("vocabulary", "D"), copy=True)
        symbols, inputs = _looked_up(table, x, lengths)
    traces: list[LayerTrace] = []
    for number, layer in enumerate(network.layers, 1):
        if traces:
            _readable(traces[-1], number)
        with naming(layer, number):
            forward = unroll(layer.cell, layer.parameters, inputs, next(starts), lengths=lengths)
        reverse = None
        if layer.reverse is not None:
            backwards = turned(forward.x, forward.ends)
            with naming(layer, number, way=1):
                reverse = unroll(layer.cell, layer.reverse, backwards, next(starts), lengths=lengths)
        traces.append(LayerTrace(forward, reverse))
        inputs = traces[-1].outputs
    copied = (Layer(trace.forward.cell, *(one.parameters for one in trace.directions)) for trace in traces)
    return NetworkTrace(Network(tuple(copied), table), symbols, tuple(traces))


WAYS = ("from the start", "from the end")


def _readable(below: LayerTrace, number: int) -> None:
    """Whether layer `number` can read what the one below puts out."""
    for way, trace in zip(WAYS, below.directions, strict=False):
        whose = f"the states of layer {number - 1}{'' if below.reverse is None else f' that reads {way}'}"
        readable(trace.h[1:], whose, f"layer {number} cannot read infinite numbers")


@contextmanager
def naming(layer: Layer, number: int, way: int = 0) -> Iterator[None]:
    """Have errors say in which layer, and in which of two directions, they were found."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"layer {number}{'' if layer.reverse is None else f' {WAYS[way]}'}: {error}") from error


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
        for way, parameters in enumerate(layer.directions):
            with naming(layer, number, way):
                known(layer.cell).check(parameters)
            sizes.append(parameters.input_size)
        if len(set(sizes)) > 1:
            raise ValueError(
                f"layer {number} reads {sizes[0]} numbers a step from the start, but {sizes[1]} from the end"
            )
        if below is not None and below[1] != sizes[0]:
            raise ValueError(f"layer {number} reads {sizes[0]} numbers a step, but {below[0]} gives it {below[1]}")
        both = "" if layer.reverse is None else ", both directions side by side,"
        below = (f"layer {number}{both}", layer.output_size)


def turned(rows: Array, ends: Array) -> Array:
    """Each sequence (T, B, ...) read from its own end; the padding stays. Turning twice changes nothing."""
    T, B = rows.shape[:2]
    step = np.arange(T)[:, None]
    source = np.where(step < ends, ends - 1 - step, step)
    return rows[source, np.arange(B)]


def _starts(network: Network, start: tuple[State, ...] | None) -> Iterator[State | None]:
    """One initial state after the other."""
    wanted = sum(len(layer.directions) for layer in network.layers)
    if wanted == 0:
        raise ValueError("a network needs at least one layer")
    if start is None:
        return iter([None] * wanted)
    expect("start", start, tuple, "a State for each layer and direction, from the input upwards")
    if len(start) != wanted:
        raise ValueError(f"{len(start)} initial states were given, but the network has {wanted} layers and directions")
    return iter(start)


def _looked_up(table: Array, x: npt.ArrayLike, lengths: npt.ArrayLike | None) -> tuple[Array, Array]:
    """The symbols, and their rows of the embedding, (T, B, D)."""
    symbols = plain("x", x)
    if symbols.dtype.kind not in "iu" or symbols.ndim != 2:
        raise ValueError(f"an embedding reads (T, B) whole numbers, got {symbols.dtype} of shape {symbols.shape}")
    if lengths is not None:
        symbols = np.where(np.arange(len(symbols))[:, None] < checked_lengths(lengths, *symbols.shape), symbols, 0)
    symbols = checked_symbols(symbols, len(table))
    return symbols, table[symbols]
