"""Backpropagation through a network of many layers: from the top down, and in each layer from the end back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, expect
from engine.errors import Entering, Errors
from engine.forward import State
from engine.gradients.backward import Gradients, backpropagate
from engine.gradients.borders import checked_errors
from engine.gradients.carry import add_scaled
from engine.networks.merging import parted
from engine.networks.trace import LayerTrace, NetworkTrace
from engine.parameters import Readout
from engine.wide import scaled


@dataclass(frozen=True, eq=False, repr=False)
class LayerGradients(ArrayRecord):
    """The gradients of one layer."""

    trace: LayerTrace
    forward: Gradients  # in the order in which it read, as its trace is
    reverse: Gradients | None = None  # in its own reading order

    @property
    def directions(self) -> tuple[Gradients, ...]:
        """The gradients of each direction."""
        return (self.forward,) if self.reverse is None else (self.forward, self.reverse)

    @cached_property
    def scaled_dx(self) -> tuple[Array, Array]:
        """The gradient of the layer's input, both directions together: mantissas (T, B, D), powers of two (T, B)."""
        total, exponent = (self.trace.order(0).in_time(rows) for rows in self.forward.scaled_dx)
        if self.reverse is not None:
            other, its_exponent = (self.trace.order(1).in_time(rows) for rows in self.reverse.scaled_dx)
            total, exponent = add_scaled(total, exponent, other, its_exponent)
        return total, exponent


@dataclass(frozen=True, eq=False, repr=False)
class NetworkGradients(ArrayRecord):
    """Every gradient of one loss on a network, layer by layer from the input upwards."""

    trace: NetworkTrace
    errors: Entering | None  # of a loss: `Errors`
    layers: tuple[LayerGradients, ...]

    @cached_property
    def dx(self) -> Array:
        """The gradient of what the lowest layer read, (T, B, D): inputs, or rows of the embedding."""
        mantissa, exponent = self.layers[0].scaled_dx
        with np.errstate(over="ignore"):
            return scaled(mantissa, exponent[..., None])

    @property
    def start(self) -> tuple[State, ...]:
        """The gradient of each initial state, in the order of `NetworkTrace.final`."""
        return tuple(gradients.start for layer in self.layers for gradients in layer.directions)

    @property
    def scaled_start(self) -> tuple[tuple[State, ...], tuple[Array, ...]]:
        """The same as mantissas and powers of two, each (B,)."""
        starts = [gradients.scaled_start for layer in self.layers for gradients in layer.directions]
        return tuple(state for state, _ in starts), tuple(power for _, power in starts)

    @cached_property
    def embedding(self) -> Array | None:
        """The gradient of the embedding, (vocabulary, D); None for a network without."""
        table, symbols = self.trace.network.embedding, self.trace.symbols
        if table is None or symbols is None:
            return None
        total = np.zeros(np.shape(table))
        np.add.at(total, symbols, self.dx)
        return total

    @property
    def readout(self) -> Readout | None:
        """dL/dV and dL/dd, or None without a readout."""
        return self.errors.readout if isinstance(self.errors, Errors) else None


def backpropagate_network(
    trace: NetworkTrace,
    errors: Entering | None,
    final: tuple[State, ...] | None = None,
    final_exponent: tuple[Array, ...] | None = None,
) -> NetworkGradients:
    """Carry errors at the top layer's outputs, and at the last states, back to every weight and input.

    Args:
        errors: of a loss on the trace; None where only `final` brings an error.
        final: dL/dh and dL/dc of each direction's last state, in the order of `NetworkTrace.final`.
        final_exponent: powers of two that multiply them, each (B,).

    Raises:
        ValueError: neither was given, a shape does not fit, or as for `backpropagate`.
    """
    expect("trace", trace, NetworkTrace, "what `run_network` gives; for a Trace there is `backpropagate`")
    directions = sum(len(layer.directions) for layer in trace.layers)
    if errors is not None:
        shape = (trace.batch, trace.network.layers[-1].output_size)
        errors = checked_errors(errors, trace.steps, trace.lengths, shape)
    if errors is None and final is None:
        raise ValueError("backpropagation needs errors of a loss, or the gradient of the final states, or both")
    if final is not None:
        expect("final", final, tuple, "a State for each layer and direction, from the input upwards")
    if final is not None and len(final) != directions:
        raise ValueError(f"{len(final)} gradients of final states were given, but there are {directions} of them")
    above = errors
    if errors is not None and errors.of_ending:
        above, (final, final_exponent) = None, _at_the_end(trace, errors, final, final_exponent)
    layers: list[LayerGradients] = []
    for layer in reversed(trace.layers):
        last: list[Gradients] = []
        for k in reversed(range(len(layer.directions))):
            directions -= 1
            own = None if final is None else final[directions]
            power = None if final_exponent is None else final_exponent[directions]
            part = None if above is None else of_direction(layer, k, above)
            last.insert(0, backpropagate(layer.directions[k], part, own, power))
        layers.insert(0, LayerGradients(layer, *last))
        if len(layers) < len(trace.layers):
            above = Entering(tuple(range(1, trace.steps + 1)), *layers[0].scaled_dx)
    return NetworkGradients(trace, errors, tuple(layers))


def of_direction(layer: LayerTrace, way: int, errors: Entering) -> Entering:
    """The part of errors at a layer's outputs that belongs to one direction, in that direction's reading order."""
    rows, order, trace = np.array(errors.steps) - 1, layer.order(way), layer.directions[way]
    merge = layer.layer.merge
    outputs = [one[rows] for one in layer.each] if merge == "mul" else [one.h for one in layer.directions]
    own = parted(merge, errors.dh, outputs)[way]
    if order.plain:
        return Entering(errors.steps, own, errors.exponent)
    T = trace.steps if layer.mask is None else len(layer.mask)
    B, H = trace.batch, trace.parameters.hidden_size
    dh, exponent = np.zeros((T, B, H)), np.zeros((T, B), dtype=np.int64)
    dh[rows], exponent[rows] = own, errors.exponent
    return Entering(tuple(range(1, trace.steps + 1)), *order.entering(dh, exponent))


def _at_the_end(
    trace: NetworkTrace, errors: Entering, final: tuple[State, ...] | None, exponent: tuple[Array, ...] | None
) -> tuple[tuple[State, ...], tuple[Array, ...]]:
    """The gradient of each direction's last state, with that of a loss that read the top layer's together."""
    top, column = trace.layers[-1], np.arange(trace.batch)
    at = np.searchsorted(errors.steps, np.maximum(trace.ends, 1))
    parts = parted(top.layer.merge, errors.dh[at, column], [one.last.h for one in top.directions])
    sizes = [one.parameters.hidden_size for layer in trace.layers for one in layer.directions]
    states = list(final or (State(np.zeros((trace.batch, H))) for H in sizes))
    powers = list(exponent or (np.zeros(trace.batch, dtype=np.int64) for _ in sizes))
    for k, part in enumerate(parts, len(sizes) - len(parts)):
        h, c = states[k].h, states[k].c
        given, own = h, part
        if c is not None:
            given, own = np.concatenate([h, c], axis=1), np.concatenate([part, np.zeros_like(part)], axis=1)
        total, powers[k] = add_scaled(given, powers[k], own, errors.exponent[at, column])
        states[k] = State(total[:, : sizes[k]], None if c is None else total[:, sizes[k] :])
    return tuple(states), tuple(powers)
