"""Networks of many layers, in one direction or both: each layer reads what the one below puts out.

A bidirectional layer is two layers on the same input, one of which reads each sequence from its own end; their outputs
stand side by side at each step. Source: Schuster and Paliwal, "Bidirectional recurrent neural networks" (1997).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine import wide
from engine.arrays import Array, checked
from engine.cells import Cell
from engine.forward import State, Trace, unroll
from engine.parameters import Parameters


@dataclass(frozen=True)
class Layer:
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


@dataclass(frozen=True)
class Network:
    """Layers from the input upwards."""

    layers: tuple[Layer, ...]
    embedding: Array | None = None  # (vocabulary, D) what each symbol becomes; None: x goes in as it is

    @property
    def count(self) -> int:
        """How many numbers the network learns, a readout not counted."""
        layers = sum(p.count for layer in self.layers for p in layer.directions)
        return layers + (0 if self.embedding is None else int(np.size(self.embedding)))


@dataclass(frozen=True)
class LayerTrace:
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


@dataclass(frozen=True)
class NetworkTrace:
    """What a network computed, layer by layer from the input upwards."""

    network: Network
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
        ValueError: a shape does not fit, a symbol is not in the vocabulary, or states that a layer above reads grew
            beyond float64. Those of the top layer may: losses and gradients then carry powers of two.
    """
    starts = _starts(network, start)
    symbols = None
    inputs: npt.ArrayLike = x
    if network.embedding is not None:
        symbols, inputs = _looked_up(network.embedding, x, lengths)
    traces: list[LayerTrace] = []
    for layer in network.layers:
        forward = unroll(layer.cell, layer.parameters, inputs, next(starts), lengths=lengths)
        reverse = None
        if layer.reverse is not None:
            backwards = turned(forward.x, forward.ends)
            reverse = unroll(layer.cell, layer.reverse, backwards, next(starts), lengths=lengths)
        traces.append(LayerTrace(forward, reverse))
        inputs = traces[-1].outputs
        beyond = ~np.isfinite(traces[-1].outputs).all(axis=(1, 2))
        if beyond.any() and len(traces) < len(network.layers):
            n, t = len(traces), int(beyond.argmax()) + 1
            raise ValueError(f"layer {n} is beyond float64 at step {t}, and so layer {n + 1} has nothing to read")
    return NetworkTrace(network, symbols, tuple(traces))


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
    if len(start) != wanted:
        raise ValueError(f"{len(start)} initial states were given, but the network has {wanted} layers and directions")
    return iter(start)


def _looked_up(embedding: Array, x: npt.ArrayLike, lengths: npt.ArrayLike | None) -> tuple[Array, Array]:
    """The symbols, and their rows of the embedding, (T, B, D)."""
    table, symbols = checked("embedding", embedding, ("vocabulary", "D")), np.asarray(x)
    if symbols.dtype.kind not in "iu" or symbols.ndim != 2:
        raise ValueError(f"an embedding reads (T, B) whole numbers, got {symbols.dtype} of shape {symbols.shape}")
    if lengths is not None:
        ends = np.asarray(lengths)
        if ends.shape == symbols.shape[1:]:
            symbols = np.where(np.arange(len(symbols))[:, None] < ends, symbols, 0)
    if symbols.size == 0 or symbols.min() < 0 or symbols.max() >= len(table):
        raise ValueError(f"symbols must be whole numbers from 0 to {len(table) - 1}, got {symbols}")
    return symbols, table[symbols]
