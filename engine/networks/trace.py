"""What a network computed in a run, layer by layer, and what a loss reads of it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import cached_property

import numpy as np

from engine import wide
from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.forward import State, Trace
from engine.networks.layers import Layer, Network
from engine.networks.merging import merged
from engine.networks.order import Order


@dataclass(frozen=True, eq=False, repr=False)
class LayerTrace(ArrayRecord):
    """What one layer computed."""

    layer: Layer
    forward: Trace  # of `layer.parameters`; in the order in which it read, masked steps left out
    reverse: Trace | None = None  # in its own reading order: its step 1 is each sequence's last
    _: KW_ONLY
    mask: Array | None = None  # (T, B) which steps were read

    @property
    def directions(self) -> tuple[Trace, ...]:
        """The trace of each direction, each in its own reading order."""
        return (self.forward,) if self.reverse is None else (self.forward, self.reverse)

    def order(self, way: int) -> Order:
        """In which order direction `way` read, and at which steps it puts out its states."""
        layer = self.layer
        return Order(self.forward.ends, layer.reads_back(way), layer.as_read, self.mask, layer.silent)

    @property
    def each(self) -> list[Array]:
        """What each direction puts out, (T, B, H)."""
        return [self.order(way).laid(trace.h) for way, trace in enumerate(self.directions)]

    @cached_property
    def outputs(self) -> Array:
        """What the layer above reads, (T, B, H), or (T, B, 2H) with the reverse states behind the forward ones."""
        return merged(self.layer.merge, self.each)

    @property
    def ending(self) -> Array:
        """The last states of the directions, merged as outputs are, (B, H) or (B, 2H)."""
        return merged(self.layer.merge, [trace.last.h for trace in self.directions])


@dataclass(frozen=True, eq=False, repr=False)
class NetworkTrace(ArrayRecord):
    """What a network computed, layer by layer from the input upwards."""

    network: Network  # a copy, as it was when it ran
    symbols: Array | None  # (T, B) what was looked up in the embedding
    layers: tuple[LayerTrace, ...]
    mask: Array | None = None  # (T, B) True where a step was read; None: all of them

    @property
    def outputs(self) -> Array:
        """What the top layer puts out, (T, B, H) or (T, B, 2H); 0 after a sequence's end. `Order` of masked steps."""
        return self.layers[-1].outputs

    @property
    def steps(self) -> int:
        """T."""
        return self.layers[0].forward.steps if self.mask is None else len(self.mask)

    @property
    def batch(self) -> int:
        """B."""
        return self.layers[0].forward.batch

    @property
    def lengths(self) -> Array | None:
        """How many steps each sequence has, (B,), or None where all have T, as with a mask."""
        return self.layers[0].forward.lengths if self.mask is None else None

    @property
    def ends(self) -> Array:
        """The last step of each sequence that is read, (B,); 0 where none is."""
        if self.mask is None:
            return self.layers[0].forward.ends
        return np.asarray((np.arange(1, len(self.mask) + 1)[:, None] * self.mask).max(axis=0))

    @property
    def final(self) -> tuple[State, ...]:
        """Each direction's last state: layer 0 forward, layer 0 reverse, layer 1 forward, and so on."""
        return tuple(trace.last for layer in self.layers for trace in layer.directions)

    @property
    def states(self) -> tuple[Array, Array | None]:
        """What a loss reads: the outputs of the top layer, (T+1, B, H or 2H), row 0 for the start; as of a trace."""
        top = self.layers[-1]
        if top.reverse is None and not top.layer.backwards and self.mask is None:
            return top.forward.states
        h = np.concatenate([np.zeros_like(top.outputs[:1]), top.outputs])
        each = [one.states for one in top.directions]
        if top.layer.merge != "concat" or all(far is None for _, far in each):
            return h, None
        far = (wide.widened(rows if its is None else its) for rows, its in each)
        laid = [top.order(way).laid(rows) for way, rows in enumerate(far)]
        joined = np.concatenate(laid, axis=2)
        return h, np.concatenate([np.zeros_like(joined[:1]), joined])

    @property
    def backwards_from(self) -> int | None:
        """From which output on the top layer's units read backwards; None: none does, or see `ending`."""
        top = self.layers[-1]
        return None if top.reverse is None or self.ending is not None else top.forward.parameters.hidden_size

    @property
    def ending(self) -> Array | None:
        """The state in which the network ends, (B, H or 2H), where that is not put out at the last and first steps."""
        top = self.layers[-1]
        return None if top.layer.usual and self.mask is None else top.ending
