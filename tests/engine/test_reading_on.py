"""States beyond float64 that a further layer, a decoder or a product has to read: an error of its own says where."""

from __future__ import annotations

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import probe
from engine.forward import unroll
from engine.networks.encoder_decoder import EncoderDecoder, run_encoder_decoder
from engine.networks.network import Layer, Network, run_network
from engine.overflow import Overflow
from engine.parameters import Parameters
from engine.spectra.jacobians import finite_step_jacobians
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk

T = 200
GROWING = Parameters(np.ones((1, 1)), np.full((1, 1), 100.0), np.zeros(1))
# x = 1, 0, 0, ..: h_t = 100**(t - 1), and 100**155 = 1e310 is the first beyond float64
FIRST = 156
X = np.eye(1, T).reshape(T, 1, 1)


def calm(inputs: int) -> Parameters:
    return Parameters(np.ones((1, inputs)), np.zeros((1, 1)), np.zeros(1))


@pytest.mark.parametrize("cell", ["relu", "identity"])
def test_an_overflow_names_the_layer_and_the_step(cell: str) -> None:
    layers = [Layer(CELLS[cell], calm(1)), Layer(CELLS[cell], GROWING), Layer(CELLS["tanh"], calm(1))]
    message = f"the states of layer 2 grow beyond what float64 holds at step {FIRST}, and layer 3 cannot read infinite"
    with pytest.raises(Overflow, match=message):
        run_network(Network(tuple(layers)), X)


def test_an_overflow_names_the_direction_and_its_own_step() -> None:
    layers = [Layer(CELLS["relu"], calm(1), GROWING), Layer(CELLS["relu"], calm(2))]
    with pytest.raises(Overflow, match=rf"layer 1 that reads from the end grow .* at step {FIRST}, and layer 2"):
        run_network(Network(tuple(layers)), X[::-1])


def test_one_layer_alone_may_overflow() -> None:
    trace = run_network(Network((Layer(CELLS["relu"], GROWING),)), X)
    assert np.isinf(trace.outputs[FIRST - 1]).all() and np.isfinite(trace.outputs[: FIRST - 1]).all()
    assert np.isfinite(probe(trace, [1.0]).dh).all()


def test_a_decoder_does_not_start_from_infinite_states() -> None:
    model = EncoderDecoder(*[Network((Layer(CELLS["relu"], GROWING),))] * 2)
    with pytest.raises(Overflow, match=rf"the encoder's layer 1 grow .* at step {FIRST}, and the decoder cannot start"):
        run_encoder_decoder(model, X, X)


def test_step_jacobians_beyond_float64_are_not_multiplied() -> None:
    weights = Parameters(np.zeros((1, 1)), np.array([[1e200]]), np.zeros(1))
    trace = unroll(CELLS["identity"], weights, np.zeros((2, 1, 1)), gain=[1e200])
    with (
        np.errstate(over="ignore"),
        pytest.raises(Overflow, match=r"the step Jacobians of the linear RNN grow .* step 1"),
    ):
        finite_step_jacobians(trace)


def test_an_input_that_is_not_a_number_is_no_overflow() -> None:
    with pytest.raises(ValueError, match="x holds values that are not finite"):
        run_network(Network((Layer(CELLS["relu"], GROWING),)), np.full((3, 1, 1), np.inf))


def test_a_walk_that_overflows_says_so_and_another_mistake_does_not_pass_for_it() -> None:
    study = UnrollStudy(example="text", text="ab" * 200, cell="relu", layers=2, edits=(("W1", 1, 1, 100.0),))
    with pytest.raises(Overflow, match="the states of layer 1 grow beyond what float64 holds"):
        walk(study)
    assert not issubclass(Overflow, ValueError)
