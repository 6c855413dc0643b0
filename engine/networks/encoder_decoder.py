"""Encoder and decoder: one network reads the source, hands its last state over, and another one goes on from there.

Source: Sutskever, Vinyals and Le, "Sequence to sequence learning with neural networks" (2014); Cho et al. (2014).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import expect
from engine.errors import Entering
from engine.forward import State
from engine.networks.network import Network, NetworkTrace, check_network, run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.overflow import readable


@dataclass(frozen=True, eq=False, repr=False)
class EncoderDecoder(ArrayRecord):
    """Two networks with as many layers and directions, of the same sizes, so that every state finds its place.

    A cell state that the encoder has, the decoder must have; where only the decoder has one, it starts from zero.
    """

    encoder: Network
    decoder: Network


@dataclass(frozen=True, eq=False, repr=False)
class EncoderDecoderTrace(ArrayRecord):
    """What both computed; losses read `decoder`."""

    encoder: NetworkTrace
    decoder: NetworkTrace


@dataclass(frozen=True, eq=False, repr=False)
class EncoderDecoderGradients(ArrayRecord):
    """The gradients of both."""

    encoder: NetworkGradients
    decoder: NetworkGradients


def run_encoder_decoder(
    model: EncoderDecoder,
    source: npt.ArrayLike,
    inputs: npt.ArrayLike,
    source_lengths: npt.ArrayLike | None = None,
    lengths: npt.ArrayLike | None = None,
) -> EncoderDecoderTrace:
    """Read the source, hand over each sequence's own last state, and run the decoder on its inputs.

    Args:
        source: what the encoder reads, as for `run_network`.
        inputs: what the decoder reads (in training, the wanted outputs one step late).

    Raises:
        ValueError: the two networks do not match, or a shape does not fit.
        Overflow: states that a layer reads, or that are handed over, are beyond what float64 holds.
    """
    expect("model", model, EncoderDecoder, "EncoderDecoder(encoder, decoder)")
    for network in (model.encoder, model.decoder):
        check_network(network)
    handed, taken = (
        [
            (cell, p.hidden_size)
            for layer in network.layers
            for cell, p in zip(layer.cells, layer.directions, strict=True)
        ]
        for network in (model.encoder, model.decoder)
    )
    sizes = [[size for _, size in states] for states in (handed, taken)]
    if sizes[0] != sizes[1]:
        raise ValueError(f"the encoder hands over states of sizes {sizes[0]}, but the decoder takes {sizes[1]}")
    for number, ((giver, _), (taker, _)) in enumerate(zip(handed, taken, strict=True), 1):
        if giver.has_memory and not taker.has_memory:
            raise ValueError(
                f"state {number} of the encoder, of its {giver.title}, has a cell state c, which the decoder's "
                f"{taker.title} could not take over"
            )
    encoder = run_network(model.encoder, source, source_lengths)
    for number, layer in enumerate(encoder.layers, 1):
        for trace in layer.directions:
            if not np.isfinite(trace.last.h).all():  # what lay between may have been beyond float64
                whose = f"the states of the encoder's layer {number}"
                readable(trace.h[1:], whose, "the decoder cannot start from there")
    return EncoderDecoderTrace(encoder, run_network(model.decoder, inputs, lengths, start=encoder.final))


def backpropagate_encoder_decoder(trace: EncoderDecoderTrace, errors: Entering) -> EncoderDecoderGradients:
    """Carry errors at the decoder's outputs back through the decoder, the handed-over states and the encoder."""
    expect("trace", trace, EncoderDecoderTrace, "what `run_encoder_decoder` gives")
    decoder = backpropagate_network(trace.decoder, errors)
    states, exponents = decoder.scaled_start
    # Where only the decoder has a cell state, that started from zero: its gradient is nobody's in the encoder.
    cells = [cell for layer in trace.encoder.network.layers for cell in layer.cells]
    final = tuple(state if cell.has_memory else State(state.h) for cell, state in zip(cells, states, strict=True))
    return EncoderDecoderGradients(backpropagate_network(trace.encoder, None, final, exponents), decoder)
