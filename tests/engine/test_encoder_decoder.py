"""Encoder and decoder: the error goes back through the state that was handed over, beside the complex step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import squared_error
from engine.forward import State
from engine.gradients import carry
from engine.networks.encoder_decoder import EncoderDecoder, backpropagate_encoder_decoder, run_encoder_decoder
from engine.networks.network import Layer, Network
from tests.engine.networks import EVERY_CELL, assert_close, random_parameters
from tests.engine.stacks import (
    Stack,
    complex_step,
    half_square,
    inputs_of,
    random_stack,
    run_alone,
    start_alone,
    values_of,
    with_values,
)

Array = np.ndarray[Any, np.dtype[Any]]


def oracle_loss(source: Stack, decoder: Stack, values: Mapping[str, Array]) -> Any:
    """Squared error of the decoder's outputs; `values` of the source are named "source ..."."""
    source = with_values(source, {name.removeprefix("source "): v for name, v in values.items() if "source" in name})
    decoder = with_values(decoder, {name: v for name, v in values.items() if "source" not in name})
    total: Any = 0.0
    for k in range(source.x.shape[1]):
        _, handed_over = run_alone(source.network, inputs_of(source, k), start_alone(source.start, k))
        outputs, _ = run_alone(decoder.network, inputs_of(decoder, k), handed_over)
        total = total + half_square(decoder.readout, outputs)
    return total


def silent(stack: Stack) -> Stack:
    """The same stack with initial states of zero, as the encoder starts from them."""
    start = tuple(State(0.0 * s.h, None if s.c is None else 0.0 * s.c) for s in stack.start)
    return replace(stack, start=start)


def assert_gradients_are_those_of_the_oracle(source: Stack, decoder: Stack) -> None:
    source = silent(source)
    model = EncoderDecoder(source.network, decoder.network)
    trace = run_encoder_decoder(model, source.x, decoder.x, source.lengths, decoder.lengths)
    T, B = decoder.x.shape[:2]
    errors = squared_error(trace.decoder, decoder.readout, np.ones((T, B, 3)), "every")
    gradients = backpropagate_encoder_decoder(trace, errors)
    values = {f"source {name}": value for name, value in values_of(source).items()} | values_of(decoder)
    assert errors.loss.sum() == pytest.approx(float(oracle_loss(source, decoder, values)), rel=1e-12)
    found = {}
    for prefix, own in (("source ", gradients.encoder), ("", gradients.decoder)):
        for number, layer in enumerate(own.layers):
            for way, direction in zip(("forward", "reverse"), layer.directions, strict=False):
                for name, array in direction.parameters.named().items():
                    found[f"{prefix}layer {number} {way} {name}"] = array
        if own.embedding is None:
            found[f"{prefix}x"] = own.dx
        else:
            found[f"{prefix}embedding"] = own.embedding
    for name, gradient in found.items():
        expected = complex_step(lambda nudged: oracle_loss(source, decoder, nudged), values, name)
        assert_close(f"dL/d {name}", gradient, expected, 1e-10)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_the_encoder_learns_through_the_state_it_hands_over(cell: str, rng: np.random.Generator) -> None:
    source = random_stack(rng, [(cell, False)], T=3, lengths=[3, 2])
    assert_gradients_are_those_of_the_oracle(source, random_stack(rng, [(cell, False)], T=2, lengths=[1, 2]))


@pytest.mark.parametrize("cell", ["tanh", "lstm", "gru_before", "peephole_coupled"])
def test_every_layer_and_direction_hands_over_its_own_state(cell: str, rng: np.random.Generator) -> None:
    source = random_stack(rng, [(cell, True), (cell, True)], T=3, lengths=[3, 2])
    assert_gradients_are_those_of_the_oracle(source, random_stack(rng, [(cell, True), (cell, True)], T=2))


def test_symbols_go_in_at_both_ends(rng: np.random.Generator) -> None:
    source = random_stack(rng, [("lstm", False)], T=4, lengths=[2, 4], vocabulary=5)
    assert_gradients_are_those_of_the_oracle(source, random_stack(rng, [("lstm", False)], T=3, vocabulary=4))


@pytest.mark.parametrize("cell", ["lstm", "peephole", "gru"])
def test_powers_of_two_are_handed_back_with_the_state(
    cell: str, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random_stack(rng, [(cell, False)], T=3, lengths=[3, 2])
    monkeypatch.setattr(carry, "SAFE", 2.0)
    monkeypatch.setattr(carry, "COMFORT", 1.0)
    assert_gradients_are_those_of_the_oracle(source, random_stack(rng, [(cell, False)], T=2))


def of_cells(rng: np.random.Generator, *cells: str) -> EncoderDecoder:
    layers = (Layer(EVERY_CELL[cell], random_parameters(rng, EVERY_CELL[cell], 2, 3)) for cell in cells)
    return EncoderDecoder(*(Network((layer,)) for layer in layers))


def test_a_cell_without_memory_hands_over_what_it_has(rng: np.random.Generator) -> None:
    for cells in (("gru", "lstm"), ("gru", "tanh")):
        trace = run_encoder_decoder(of_cells(rng, *cells), np.ones((3, 1, 2)), np.ones((2, 1, 2)))
        np.testing.assert_array_equal(trace.decoder.layers[0].forward.h[0], trace.encoder.final[0].h)
        errors = squared_error(
            trace.decoder, random_stack(rng, [("gru", False)], sizes=(3,)).readout, np.ones((1, 1, 3))
        )
        gradients = backpropagate_encoder_decoder(trace, errors)
        np.testing.assert_array_equal(
            gradients.encoder.layers[0].forward.dh[-1], gradients.decoder.layers[0].forward.dh[0]
        )


@pytest.mark.parametrize("cells", [("lstm", "gru"), ("peephole", "tanh"), ("coupled", "mgu")])
def test_a_cell_state_that_the_decoder_cannot_take_over_is_an_error(
    cells: tuple[str, str], rng: np.random.Generator
) -> None:
    model = of_cells(rng, *cells)
    message = (
        f"of its {EVERY_CELL[cells[0]].title}, has a cell state c, which the decoder's {EVERY_CELL[cells[1]].title}"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        run_encoder_decoder(model, np.ones((3, 1, 2)), np.ones((2, 1, 2)))


def test_states_that_do_not_find_their_place_are_an_error_that_names_the_sizes(rng: np.random.Generator) -> None:
    small, large = (random_stack(rng, [("gru", False)], sizes=(size,)) for size in (2, 3))
    with pytest.raises(ValueError, match=r"hands over states of sizes \[2\], but the decoder takes \[3\]"):
        run_encoder_decoder(EncoderDecoder(small.network, large.network), small.x, large.x)
    both = random_stack(rng, [("gru", True)])
    with pytest.raises(ValueError, match=r"hands over states of sizes \[2\], but the decoder takes \[2, 2\]"):
        run_encoder_decoder(EncoderDecoder(small.network, both.network), small.x, both.x)
