"""Truncated backpropagation through a whole network: in each update all layers are cut at the same steps.

An update's window is what a run of its own would be whose initial states are those of the whole run, without their
history (`detach` in PyTorch): of a direction that reads from the start the state in front of the window, of one that
reads from the end the state behind it. So errors leave the window neither way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, expect
from engine.errors import Entering
from engine.forward import Trace
from engine.gradients.borders import checked_errors
from engine.gradients.truncated import summed, windows
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.networks.trace import LayerTrace, NetworkTrace
from engine.parameters import Parameters


@dataclass(frozen=True, eq=False, repr=False)
class NetworkUpdate(ArrayRecord):
    """One update: the errors of steps new+1..stop, within the window of steps start+1..stop."""

    start: int
    new: int
    stop: int
    gradients: NetworkGradients  # of the window; its step 1 is step start+1


@dataclass(frozen=True, eq=False, repr=False)
class TruncatedNetwork(ArrayRecord):
    """Truncated backpropagation over one trace of a network."""

    trace: NetworkTrace
    updates: tuple[NetworkUpdate, ...]  # those that have an error, in order

    @cached_property
    def layers(self) -> tuple[tuple[Parameters, ...], ...]:
        """The gradients of each layer's weights in each direction, summed over the updates."""
        return tuple(
            tuple(
                summed([update.gradients.layers[k].directions[way].parameters for update in self.updates], like)
                for way, like in enumerate(layer.directions)
            )
            for k, layer in enumerate(self.trace.network.layers)
        )

    @cached_property
    def embedding(self) -> Array | None:
        """The gradient of the embedding, (vocabulary, D), summed over the updates; None for a network without."""
        table = self.trace.network.embedding
        if table is None:
            return None
        total = np.zeros(table.shape)
        for update in self.updates:
            assert update.gradients.embedding is not None
            total += update.gradients.embedding
        return total


def backpropagate_network_truncated(trace: NetworkTrace, errors: Entering, k1: int, k2: int) -> TruncatedNetwork:
    """Carry errors at the top layer's outputs back at most k2 steps, in updates every k1 steps (and one at the end).

    As `backpropagate_truncated` for one layer; in a direction that reads from the end errors reach the steps of the
    window that this direction has read before, those up to the update's stop.

    Raises:
        ValueError: k1 or k2 is no whole number of at least 1, as for `backpropagate_network`, or the run cannot be cut:
            a mask leaves steps out, a layer puts its states out in another order than that of time, or the loss reads
            the last state of directions that end at different steps.
    """
    expect("trace", trace, NetworkTrace, "what `run_network` gives; for a Trace there is `backpropagate_truncated`")
    _can_be_cut(trace, errors)
    checked = checked_errors(errors, trace.steps, trace.lengths, (trace.batch, trace.network.layers[-1].output_size))
    updates = (
        NetworkUpdate(start, new, stop, backpropagate_network(_window(trace, start, stop), entering))
        for start, new, stop, entering in windows(checked, trace.steps, k1, k2)
    )
    return TruncatedNetwork(trace, tuple(updates))


def _can_be_cut(trace: NetworkTrace, errors: Entering) -> None:
    """Nothing, where every layer has each of its steps at the same place in time."""
    if trace.mask is not None:
        raise ValueError("a run with a mask is not cut: leave out the masked steps before, and give lengths")
    for number, layer in enumerate(trace.network.layers, 1):
        if layer.as_read:
            raise ValueError(
                f"a run is not cut whose layer {number} puts out its states as it read them, from the end (as_read): "
                "its steps are not those of the layers around it"
            )
    if isinstance(errors, Entering) and errors.of_ending:
        raise ValueError(
            f"a loss at the final state of layer {len(trace.layers)} is not cut: its directions end at different "
            "steps, so let the loss read the outputs (last, every, or chosen steps)"
        )


def _window(trace: NetworkTrace, start: int, stop: int) -> NetworkTrace:
    """Steps start+1..stop of every layer; nothing is computed again."""
    layers = (
        LayerTrace(
            layer.layer,
            *(
                _reverse(one, start, stop) if layer.layer.reads_back(way) else one.part(start, stop)
                for way, one in enumerate(layer.directions)
            ),
        )
        for layer in trace.layers
    )
    return NetworkTrace(trace.network, None if trace.symbols is None else trace.symbols[start:stop], tuple(layers))


def _reverse(trace: Trace, start: int, stop: int) -> Trace:
    """The same steps of a direction that reads each sequence from its own end."""
    if trace.lengths is None:
        return trace.part(trace.steps - stop, trace.steps - start)
    lengths = np.clip(trace.lengths - start, 0, stop - start)
    first = np.maximum(trace.lengths - stop, 0)
    return Trace(trace.cell, trace.parameters, trace.tape.gathered(first, lengths, stop - start))
