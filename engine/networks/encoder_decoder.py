"""Encoder and decoder: one network reads the source, hands its last state over, and another one goes on from there.

Source: Sutskever, Vinyals and Le, "Sequence to sequence learning with neural networks" (2014); Cho et al. (2014).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import Entering
from engine.networks.network import Network, NetworkTrace, run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network


@dataclass(frozen=True)
class EncoderDecoder:
    """Two networks with as many layers and directions, of the same sizes, so that every state finds its place."""

    encoder: Network
    decoder: Network


@dataclass(frozen=True)
class EncoderDecoderTrace:
    """What both computed; losses read `decoder`."""

    encoder: NetworkTrace
    decoder: NetworkTrace


@dataclass(frozen=True)
class EncoderDecoderGradients:
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
        ValueError: the two networks do not match, a shape does not fit, or a state that is handed over is beyond
            float64.
    """
    sizes = [
        [p.hidden_size for layer in network.layers for p in layer.directions]
        for network in (model.encoder, model.decoder)
    ]
    if sizes[0] != sizes[1]:
        raise ValueError(f"the encoder hands over states of sizes {sizes[0]}, but the decoder takes {sizes[1]}")
    encoder = run_network(model.encoder, source, source_lengths)
    names = [f"layer {n}" for n, layer in enumerate(model.encoder.layers, 1) for _ in layer.directions]
    for name, state in zip(names, encoder.final, strict=True):
        if not np.isfinite(state.h).all():
            raise ValueError(f"the encoder's {name} ends beyond float64, and so the decoder has nothing to start from")
    return EncoderDecoderTrace(encoder, run_network(model.decoder, inputs, lengths, start=encoder.final))


def backpropagate_encoder_decoder(trace: EncoderDecoderTrace, errors: Entering) -> EncoderDecoderGradients:
    """Carry errors at the decoder's outputs back through the decoder, the handed-over states and the encoder."""
    decoder = backpropagate_network(trace.decoder, errors)
    return EncoderDecoderGradients(backpropagate_network(trace.encoder, None, *decoder.scaled_start), decoder)
