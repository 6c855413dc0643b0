"""Networks of many layers, in one direction or both: each layer reads what the one below puts out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.arrays import Array, checked_weights, expect, plain
from engine.forward import State, unroll
from engine.inputs import checked_lengths, checked_symbols
from engine.networks.layers import Layer, Network, check_network, naming
from engine.networks.order import Order, checked_mask, turned
from engine.networks.trace import LayerTrace, NetworkTrace
from engine.overflow import readable

__all__ = ["Layer", "LayerTrace", "Network", "NetworkTrace", "check_network", "run_network", "turned"]


def run_network(
    network: Network,
    x: npt.ArrayLike,
    lengths: npt.ArrayLike | None = None,
    start: tuple[State, ...] | None = None,
    mask: npt.ArrayLike | None = None,
) -> NetworkTrace:
    """Run every layer over a batch of sequences.

    Args:
        x: inputs of the lowest layer as for `unroll`; whole numbers (T, B) where the network has an embedding.
        lengths: how many steps each sequence has, (B,); outputs are 0 after the end.
        start: the initial state of each layer and direction, in the order of `NetworkTrace.final`; None: the network's
            own, and zeros where it has none.
        mask: instead of lengths, True where a step is read, (T, B), by every layer alike. States pass a step that is
            left out unchanged; what is put out there says `Order`, and what x holds there changes nothing.

    Raises:
        ValueError: a shape does not fit, a symbol is not in the vocabulary, or both lengths and a mask are given.
        Overflow: states that a layer above reads grew beyond float64. Those of the top layer may: losses and gradients
            then carry powers of two.
    """
    check_network(network)
    starts = _starts(network, start, x)
    symbols, table = None, None
    inputs: npt.ArrayLike = x
    read = None
    if mask is not None:
        if lengths is not None:
            raise ValueError("lengths and a mask were given, but a mask says by itself where each sequence ends")
        inputs = plain("x", x)
        read = checked_mask(mask, inputs)
        lengths = read.sum(axis=0)
    if network.embedding is not None:
        table = checked_weights("embedding", network.embedding, ("vocabulary", "D"), copy=True)
        symbols, inputs = _looked_up(table, inputs, lengths if read is None else None)
    traces: list[LayerTrace] = []
    for number, layer in enumerate(network.layers, 1):
        if traces:
            _readable(traces[-1], number - 1, f"layer {number} cannot read infinite numbers")
        with naming(layer, number):
            if read is not None or layer.backwards:
                inputs = _in_order(layer, plain("x", inputs), lengths, read)
            forward = unroll(layer.cell, layer.parameters, inputs, next(starts), lengths=lengths)
        reverse = None
        if layer.reverse is not None:
            with naming(layer, number, way=1):
                other = turned(forward.x, forward.ends)
                reverse = unroll(layer.cells[1], layer.reverse, other, next(starts), lengths=lengths)
        copied = replace(layer, parameters=forward.parameters, reverse=None if reverse is None else reverse.parameters)
        traces.append(LayerTrace(copied, forward, reverse, mask=read))
        if layer.merge != "concat":
            merging = f"those of both directions cannot be merged ({layer.merge})"
            _readable(traces[-1], number, merging)
            readable(traces[-1].outputs, f"the outputs of layer {number}", merging)
        inputs = traces[-1].outputs
    layers = tuple(trace.layer for trace in traces)
    return NetworkTrace(Network(layers, table, network.start), symbols, tuple(traces), read)


def _in_order(layer: Layer, x: Array, lengths: npt.ArrayLike | None, mask: Array | None) -> Array:
    """Inputs (T, B, ...) as the layer's first direction reads them."""
    if x.ndim < 2:
        return x  # whoever runs it says what was expected
    T, B = x.shape[:2]
    ends = (
        np.full(B, T)
        if lengths is None
        else np.asarray(lengths)
        if mask is not None
        else checked_lengths(lengths, T, B)
    )
    return Order(ends, layer.backwards, mask=mask).reading(x)


def _readable(trace: LayerTrace, number: int, reader: str) -> None:
    """Whether what layer `number` puts out can be read on."""
    for way, one in enumerate(trace.directions):
        whose = (
            f"the states of layer {number}{'' if trace.reverse is None else f' that reads {trace.layer.reads(way)}'}"
        )
        readable(one.h[1:], whose, reader)


def _starts(network: Network, start: tuple[State, ...] | None, x: npt.ArrayLike) -> Iterator[State | None]:
    """One initial state after the other."""
    wanted = sum(len(layer.directions) for layer in network.layers)
    if wanted == 0:
        raise ValueError("a network needs at least one layer")
    if start is None and network.start is None:
        return iter([None] * wanted)
    if start is None:
        shape = np.shape(x)
        return (_for_all(state, shape[1] if len(shape) > 1 else 1) for state in network.start or ())
    expect("start", start, tuple, "a State for each layer and direction, from the input upwards")
    if len(start) != wanted:
        raise ValueError(f"{len(start)} initial states were given, but the network has {wanted} layers and directions")
    return iter(start)


def _for_all(state: State, B: int) -> State:
    """A network's own initial state for each of B sequences."""
    held = {len(rows) for rows in (state.h, state.c) if rows is not None and np.ndim(rows) == 2}
    if held - {1, B}:
        raise ValueError(
            f"the network's own initial states are of {held.pop()} sequences, but {B} were given: give a start"
        )
    h, c = (None if rows is None else np.broadcast_to(rows, (B, np.shape(rows)[-1])) for rows in (state.h, state.c))
    assert h is not None
    return State(h, c)


def _looked_up(table: Array, x: npt.ArrayLike, lengths: npt.ArrayLike | None) -> tuple[Array, Array]:
    """The symbols, and their rows of the embedding, (T, B, D)."""
    symbols = plain("x", x)
    if symbols.dtype.kind not in "iu" or symbols.ndim != 2:
        raise ValueError(f"an embedding reads (T, B) whole numbers, got {symbols.dtype} of shape {symbols.shape}")
    if lengths is not None:
        symbols = np.where(np.arange(len(symbols))[:, None] < checked_lengths(lengths, *symbols.shape), symbols, 0)
    symbols = checked_symbols(symbols, len(table))
    return symbols, table[symbols]
