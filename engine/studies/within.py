"""One layer of a whole network in one direction, as a page follows it: all else stays as it is.

What enters it is what the layers below give, and the error that enters it at each step is what the layers above really
send, of the whole network's loss. Where other weights are tried in its place, the whole network runs again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Array
from engine.cells import Cell
from engine.errors import Entering, Errors
from engine.forward import State, Trace, unroll
from engine.networks.merging import parted
from engine.networks.network import Layer, LayerTrace, Network, NetworkTrace, run_network, turned
from engine.networks.network_gradients import backpropagate_network, of_direction
from engine.overflow import readable
from engine.parameters import Parameters, Readout
from engine.studies.source import Source


@dataclass(frozen=True)
class Within:
    """A layer and a direction of a network from somewhere, on one of its sequences; counted as there."""

    source: Source
    which: int = 1
    layer: int = 1
    way: int = 1

    @property
    def cell(self) -> Cell:
        """Of this layer."""
        return self.source.cell(self.layer, self.way)

    @property
    def top(self) -> bool:
        """Whether the loss reads this layer, and none stands above it."""
        return self.layer == self.source.layers

    @property
    def back(self) -> bool:
        """Whether this direction reads the sequence from its end."""
        layers = self.source.form.network.layers
        return layers[self.layer - 1].reads_back(self.way - 1) != _turning(layers[: self.layer - 1])

    @property
    def reads_last(self) -> bool:
        """Whether a single error enters, and at the chain's last step."""
        batch = self.source.outline(self.which)
        return self.top and batch.where in ("final", "last") and self.read_at() == (len(batch.x),)

    @property
    def parameters(self) -> Parameters:
        """Of this layer in this direction."""
        return self.source.whole.network.layers[self.layer - 1].directions[self.way - 1]

    def entering(self) -> Array:
        """What the layer reads, in the direction's own order: (T, 1, D), or (T, 1) symbols that enter one-hot.

        Raises:
            Overflow: states of the layer below grew beyond float64.
        """
        whole, sequence = self.source.whole.network, self.source.sequence(self.which)
        below = whole.layers[: self.layer - 1]
        x = sequence.entering
        if below:
            lower = replace(whole, layers=below, start=starts_of(whole, 0, len(below)))
            x = run_network(lower, self.source.read(self.which)).outputs
            readable(x, f"the states of layer {len(below)}", f"layer {self.layer} cannot read on")
        return x[::-1] if whole.layers[self.layer - 1].reads_back(self.way - 1) else x

    def first_state(self, batch: int = 1) -> State | None:
        """What each of so many columns of this direction starts from, (B, H); None: zeros."""
        own = starts_of(self.source.whole.network, self.layer - 1, self.layer)
        return None if own is None else for_each(own[self.way - 1], batch)

    def labels(self) -> tuple[str, ...]:
        """A name for each step of the sequence, in the direction's own order."""
        return self.ordered(self.source.entered(self.which)[0])

    def ordered(self, rows: tuple[str, ...]) -> tuple[str, ...]:
        """What belongs to the steps of the sequence, in the direction's own order."""
        return rows[::-1] if self.back else rows

    def errors(self, trace: Trace, readout: Readout | None = None) -> Errors:
        """What the whole network's loss sends to a trace of this layer, whose columns may be networks of their own.

        Its loss, outputs and readout are the whole network's; where it is read by no layer, `steps` are those of the
        loss alone.

        Raises:
            Overflow: states that a layer above reads grew beyond float64.
        """
        layer, whole = self._beside(trace), self.source.whole.network
        above = whole.layers[self.layer :]
        if above:
            readable(trace.h[1:], f"the states of layer {self.layer}", f"layer {self.layer + 1} cannot read on")
            starts = starts_of(whole, self.layer, len(whole.layers))
            own_starts = None if starts is None else tuple(for_each(state, trace.batch) for state in starts)
            higher = run_network(Network(above), layer.outputs, start=own_starts)
            errors = self.source.errors(higher, readout, self.which)
            back = backpropagate_network(higher, errors)
            sent = Entering(tuple(range(1, trace.steps + 1)), *back.layers[0].scaled_dx)
        else:
            alone = NetworkTrace(Network((whole.layers[-1],)), None, (layer,))
            sent = errors = self.source.errors(alone, readout, self.which)
            if errors.of_ending:  # what each direction ended in was read, whatever its last step's outputs are
                last = [one.last.h for one in layer.directions]
                (dh,) = (parted(layer.layer.merge, rows, last)[self.way - 1] for rows in errors.dh[-1:])
                return replace(errors, steps=(trace.steps,), dh=dh[None], exponent=errors.exponent[-1:])
        own = of_direction(layer, self.way - 1, sent)
        if not above and layer.reverse is not None:
            own = _at(own, self.read_at())
        return replace(errors, steps=own.steps, dh=own.dh, exponent=own.exponent)

    def read_at(self) -> tuple[int, ...]:
        """The steps at which the loss reads the network, in the direction's own order, one for each reading."""
        batch = self.source.outline(self.which)
        T, where = len(batch.x), batch.where
        if where == "final":
            return (T,)
        layers = self.source.form.network.layers[self.layer - 1 :]
        at = (T,) if where == "last" else range(1, T + 1) if isinstance(where, str) else where
        return tuple(T + 1 - t for t in at) if layers[0].reads_back(self.way - 1) != _turning(layers) else tuple(at)

    def _beside(self, trace: Trace) -> LayerTrace:
        """The layer with its other direction, which reads the same and knows nothing of this one."""
        layer = self.source.whole.network.layers[self.layer - 1]
        if layer.reverse is None:
            return LayerTrace(layer, trace)
        x = np.repeat(turned(self.numbers(), np.array([trace.steps])), trace.batch, axis=1)
        start = Within(self.source, self.which, self.layer, 3 - self.way).first_state(trace.batch)
        other = unroll(layer.cells[2 - self.way], layer.directions[2 - self.way], x, start)
        return LayerTrace(layer, trace, other) if self.way == 1 else LayerTrace(layer, other, trace)

    def numbers(self) -> Array:
        """What the layer reads as numbers, (T, 1, D)."""
        x = self.entering()
        return np.eye(self.parameters.input_size)[x[:, 0]][:, None] if x.ndim == 2 else x


def starts_of(network: Network, first: int, last: int) -> tuple[State, ...] | None:
    """The initial states of layers first+1..last, of each direction; None: zeros."""
    if network.start is None:
        return None
    ways = [len(layer.directions) for layer in network.layers]
    return network.start[sum(ways[:first]) : sum(ways[:last])]


def for_each(state: State, batch: int) -> State:
    """An initial state, (H,) or (1, H), as one of so many columns, (B, H).

    Raises:
        ValueError: it is of several sequences.
    """
    h, c = (None if rows is None else np.atleast_2d(rows) for rows in (state.h, state.c))
    assert h is not None
    if len(h) > 1:
        raise ValueError(f"the network starts from states of {len(h)} sequences, and one sequence is shown")
    return State(np.repeat(h, batch, axis=0), None if c is None else np.repeat(c, batch, axis=0))


def _turning(layers: tuple[Layer, ...]) -> bool:
    """Whether what comes out of these layers stands in the other order than what goes in."""
    return sum(layer.as_read for layer in layers) % 2 == 1


def _at(errors: Entering, steps: tuple[int, ...]) -> Entering:
    """Errors at these steps alone; at the others there are none."""
    wanted = tuple(sorted(set(steps)))
    rows = np.array([errors.steps.index(step) for step in wanted])
    return Entering(wanted, errors.dh[rows], errors.exponent[rows])
