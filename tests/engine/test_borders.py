"""What comes in is refused where it comes in, in a sentence that names what came, what was expected, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from engine.conventions import from_keras, from_onnx, from_torch
from engine.errors import binary_cross_entropy, cross_entropy, entering, probe, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients.backward import backpropagate
from engine.gradients.clipping import clip_by_norm, clip_by_value
from engine.gradients.contributions import contributions
from engine.initialise import initial_parameters, initial_readout
from engine.measures import reach
from engine.networks.encoder_decoder import EncoderDecoder, backpropagate_encoder_decoder, run_encoder_decoder
from engine.networks.ensembles import ensemble, network_of
from engine.networks.network import Layer, Network, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.parameters import Parameters, Readout
from engine.spectra.jacobians import growth, itemised, step_jacobians
from engine.spectra.meanfield import mean_field
from tests.engine.small_runs import GRU, LSTM, ONE, D, H, K, P, Q, R, T, X, run, run_one, weights

Array = np.ndarray[Any, np.dtype[Any]]


def complex_run() -> Trace:
    return run(Parameters(P.U + 0j, P.W, P.b))


def some_errors() -> Any:
    return cross_entropy(run(), R, [[1]])


def anything(value: Any) -> Any:
    """A value whose type is not what is asked for."""
    return value


@dataclass(frozen=True)
class Mistake:
    """What somebody tries, and what the sentence about it says."""

    tried: Callable[[], Any]
    said: str


WORD = "cell is the word 'lstm', but a Cell was expected: CELLS['lstm']"
STATE = "but a State was expected: State(h), or State(h, c) for a cell with memory"
EACH = "a State for each layer and direction, from the input upwards"
TRANSPOSED = "has shape (3, 12), but (12, 3) was expected: it is transposed"
COMPLEX = "the trace ran on complex numbers, which are for the complex step: nothing is carried back"
UNROLL = "was expected: what `unroll` gives"
BACK = "was expected: what `backpropagate` gives"

KINDS: dict[str, Mistake] = {
    "an array for a start": Mistake(lambda: run(start=np.zeros((1, H))), f"start is an array of shape (1, 3), {STATE}"),
    "h and c for a start": Mistake(lambda: run(start=(np.zeros((1, H)),) * 2), f"start is a tuple of 2, {STATE}"),
    "one start for a network": Mistake(
        lambda: run_one(start=State(np.zeros((1, H)))), f"start is of type State, but a tuple was expected: {EACH}"
    ),
    "arrays for a network's start": Mistake(
        lambda: run_one(start=(np.zeros((1, H)),)), f"layer 1: start is an array of shape (1, 3), {STATE}"
    ),
    "an array for final": Mistake(
        lambda: backpropagate(run(), None, anything(np.ones((1, H)))),
        "final is an array of shape (1, 3), but a State was expected",
    ),
    "a final for a network": Mistake(
        lambda: backpropagate_network(run_one(), None, anything(State(np.ones((1, H))))),
        f"final is of type State, but a tuple was expected: {EACH}",
    ),
    "a word for a cell": Mistake(lambda: unroll(anything("lstm"), P, X), WORD),
    "a word of PyTorch": Mistake(lambda: from_torch(anything("lstm"), P.U, P.W), WORD),
    "a word of Keras": Mistake(lambda: from_keras(anything("lstm"), P.U.T, P.W.T), WORD),
    "a word of ONNX": Mistake(lambda: from_onnx(anything("lstm"), P.U, P.W), WORD),
    "a word for a layer's cell": Mistake(
        lambda: run_network(Network((Layer(anything("lstm"), P),)), X), f"layer 1: {WORD}"
    ),
    "a word to draw weights for": Mistake(lambda: weights("lstm"), WORD),
    "an unknown word": Mistake(
        lambda: unroll(anything("LSTM"), P, X), "the word 'LSTM', but a Cell was expected: CELLS has tanh, relu"
    ),
    "a cell's class": Mistake(lambda: unroll(anything(type(LSTM)), P, X), "but a Cell was expected: CELLS has tanh"),
    "a dictionary of weights": Mistake(
        lambda: run({"U": P.U}), "parameters is a dict of 1, but a Parameters was expected: Parameters(U, W, b)"
    ),
    "x and weights exchanged": Mistake(
        lambda: run(X, P), "parameters is an array of shape (5, 1, 2), but a Parameters"
    ),
    "a tuple for a readout": Mistake(
        lambda: cross_entropy(run(), anything((R.V, R.d)), [[1]]),
        "readout is a tuple of 2, but a Readout was expected: Readout(V, d)",
    ),
    "no readout": Mistake(lambda: squared_error(run(), anything(None), np.ones((1, 1, K))), "readout is None, but"),
    "a vector for V": Mistake(
        lambda: binary_cross_entropy(run(), Readout(np.ones(H), np.ones(1)), np.ones((1, 1, 1))),
        "V has shape (3,), but",
    ),
    "extras that are nothing": Mistake(
        lambda: unroll(GRU, Parameters(Q.U, Q.W, Q.b, anything(None)), X), "extra is None, but a Mapping was expected"
    ),
    "layers too wide for what is below": Mistake(
        lambda: run_network(Network((Layer(LSTM, P), Layer(GRU, weights(GRU, 4)))), X),
        "layer 2 reads 4 numbers a step, but layer 1 gives it 3",
    ),
    "a layer over both directions": Mistake(
        lambda: run_network(Network((Layer(LSTM, P, P), Layer(GRU, weights(GRU, 3)))), X),
        "layer 2 reads 3 numbers a step, but layer 1, both directions side by side, gives it 6",
    ),
    "directions of different widths": Mistake(
        lambda: run_network(Network((Layer(LSTM, P, weights(LSTM, 4)),)), X),
        "layer 1 reads 2 numbers a step from the start, but 4 from the end",
    ),
    "a direction that does not fit itself": Mistake(
        lambda: run_network(Network((Layer(LSTM, P, Parameters(P.U, P.W.T, P.b)),)), X),
        f"layer 1 from the end: W {TRANSPOSED}",
    ),
    "inputs too wide for a network": Mistake(
        lambda: run_one(np.ones((T, 1, 3))), "layer 1: x has shape (5, 1, 3), but (T, B, 2) was expected"
    ),
    "layers of a decoder": Mistake(
        lambda: run_encoder_decoder(
            EncoderDecoder(ONE, Network((Layer(LSTM, P), Layer(LSTM, weights(LSTM, 9))))), X, X
        ),
        "layer 2 reads 9 numbers a step, but layer 1 gives it 3",
    ),
    "one layer that is no tuple": Mistake(
        lambda: run_network(Network(anything(Layer(LSTM, P))), X), "layers is of type Layer, but a tuple was expected"
    ),
    "weights for a layer": Mistake(
        lambda: run_network(Network(anything((P,))), X), "layer 1 is of type Parameters, but a Layer was expected"
    ),
    "weights for a network": Mistake(
        lambda: run_network(anything(P), X), "network is of type Parameters, but a Network was expected"
    ),
    "a network for a model": Mistake(
        lambda: run_encoder_decoder(anything(ONE), X, X), "model is of type Network, but an EncoderDecoder was expected"
    ),
    "a complex trace": Mistake(lambda: backpropagate(complex_run(), cross_entropy(complex_run(), R, [[1]])), COMPLEX),
    "a complex trace's Jacobians": Mistake(lambda: step_jacobians(complex_run()), COMPLEX),
    "a complex readout": Mistake(
        lambda: backpropagate(run(), cross_entropy(run(), Readout(R.V + 0j, R.d), [[1]])), "the errors are complex"
    ),
    "complex final errors": Mistake(
        lambda: backpropagate(run(), None, State(np.ones((1, H)) + 1j)), "final.h holds complex numbers"
    ),
    "complex errors of one's own": Mistake(
        lambda: entering(run(), np.ones((T, 1, H)) + 1j), "dh holds complex numbers, but real ones are carried back"
    ),
    "an unknown initialiser": Mistake(
        lambda: initial_parameters(LSTM, "xavier", 1.0, H, D, 1),
        "the initialiser 'xavier' is unknown; there are gaussian, orthogonal, identity, glorot, radius, singular",
    ),
    "a list for an initialiser": Mistake(
        lambda: initial_parameters(LSTM, anything(["gaussian"]), 1.0, H, D, 1),
        "the initialiser ['gaussian'] is unknown",
    ),
    "no hidden unit": Mistake(lambda: weights(hidden=0), "hidden_size is 0, but a whole number from 1 on was expected"),
    "half an input": Mistake(lambda: weights(inputs=anything(0.5)), "input_size is 0.5, but a whole number from 1 on"),
    "a negative seed": Mistake(lambda: initial_readout(H, K, -1), "seed is -1, but a whole number from 0 on was"),
    "an infinite gain": Mistake(
        lambda: initial_parameters(LSTM, "gaussian", np.inf, H, D, 1), "gain is inf, but a finite number was expected"
    ),
    "a transposed W": Mistake(lambda: run(Parameters(P.U, P.W.T, P.b)), f"W {TRANSPOSED}"),
    "a transposed W of PyTorch": Mistake(lambda: from_torch(LSTM, P.U, P.W.T), f"weight_hh {TRANSPOSED}"),
    "a transposed R of ONNX": Mistake(lambda: from_onnx(LSTM, P.U, P.W.T), f"R of one direction {TRANSPOSED}"),
    "a transposed U": Mistake(
        lambda: run(Parameters(P.U.T, P.W, P.b)), "U has shape (2, 12), but (12, D) was expected"
    ),
    "another cell's weights": Mistake(
        lambda: run(Q), "W has shape (9, 3), but (12, 3) was expected, 4 gates of the LSTM"
    ),
    "a ragged list": Mistake(lambda: run(x=[[1, 2], [3]]), "x is a list of 2, which cannot be read as an array"),
    "nothing to read": Mistake(lambda: run(x=None), "x has shape (), but (T, B, 2), or (T, B) whole numbers"),
    "one length": Mistake(lambda: run(lengths=5), "lengths must be 1 whole numbers from 0 to 5, got 5"),
    "a loss of gradients": Mistake(
        lambda: probe(anything(backpropagate(run(), some_errors())), np.ones(H)),
        "trace is of type Gradients, but a Trace or a NetworkTrace was expected",
    ),
    "arguments exchanged": Mistake(
        lambda: backpropagate(anything(some_errors()), anything(run())),
        f"trace is of type Errors, but a Trace {UNROLL}",
    ),
    "a network's trace for a layer's": Mistake(
        lambda: backpropagate(anything(run_one()), some_errors()), "for a NetworkTrace there is `backpropagate_network`"
    ),
    "a layer's trace for a network's": Mistake(
        lambda: backpropagate_network(anything(run()), some_errors()), "for a Trace there is `backpropagate`"
    ),
    "a network's trace for a model's": Mistake(
        lambda: backpropagate_encoder_decoder(anything(run_one()), some_errors()), "but an EncoderDecoderTrace was"
    ),
    "contributions of a trace": Mistake(lambda: contributions(anything(run())), f"but a Gradients {BACK}"),
    "growth of a trace": Mistake(lambda: growth(anything(run())), f"but a Gradients {BACK}"),
    "losses of a trace": Mistake(lambda: itemised(anything(run())), f"but a Gradients {BACK}"),
    "Jacobians of gradients": Mistake(lambda: step_jacobians(anything(ONE)), f"but a Trace {UNROLL}"),
    "clipped gradients": Mistake(
        lambda: clip_by_norm(anything(run()), 1.0), "gradient is of type Trace, but a Parameters was expected"
    ),
    "clipping at a word": Mistake(
        lambda: clip_by_value(P, anything("1")), "limit is '1', but a positive finite number"
    ),
    "an ensemble of others": Mistake(lambda: ensemble([P, anything(R)]), "network 1 is of type Readout, but a Param"),
    "a word for sigma": Mistake(lambda: mean_field(anything("a")), "sigma_w is 'a', but a number from 0 to 1e+100"),
    "a reach of a batch": Mistake(lambda: reach(np.zeros((5, 1))), "log2_norm has shape (5, 1), but (T+1,) was"),
    "a reach of no step": Mistake(lambda: reach(np.zeros(1)), "with T at least 1"),
}

NO_CELL_STATE = {
    "start": Mistake(
        lambda: unroll(GRU, Q, X, State(np.ones((1, H)), np.ones((1, H)))),
        "start.c was given, a cell state, but the GRU (gru) has none",
    ),
    "start of a network": Mistake(
        lambda: run_network(Network((Layer(GRU, Q),)), X, None, (State(np.ones((1, H)), np.ones((1, H))),)),
        "layer 1: start.c was given, a cell state, but the GRU (gru) has none",
    ),
    "final": Mistake(
        lambda: backpropagate(unroll(GRU, Q, X), None, State(np.ones((1, H)), np.ones((1, H)))),
        "final.c was given, but the GRU (gru) has no cell state",
    ),
}

WHICH = "holds whole numbers: sequences of symbols, or one sequence of"
AMBIGUOUS = {
    "as many symbols as inputs": Mistake(
        lambda: run(x=np.eye(2, dtype=int)), f"x has shape (2, 2) and {WHICH} 2 numbers"
    ),
    "lists": Mistake(lambda: run(x=[[0, 1], [1, 1], [0, 0]]), f"x has shape (3, 2) and {WHICH} 2 numbers"),
    "one number a step": Mistake(lambda: run(weights(inputs=1), np.zeros((4, 1), np.uint8)), f"{WHICH} 1 numbers"),
    "in a network": Mistake(lambda: run_one([[0, 1], [1, 0]]), f"layer 1: x has shape (2, 2) and {WHICH}"),
}


@pytest.mark.parametrize("mistakes", [KINDS, NO_CELL_STATE, AMBIGUOUS], ids=["kinds", "no cell state", "ambiguous"])
def test_a_mistake_is_named_with_what_was_expected(mistakes: dict[str, Mistake]) -> None:
    for name, mistake in mistakes.items():
        with pytest.raises(ValueError) as raised:
            mistake.tried()
        assert mistake.said in str(raised.value), f"{name}: {raised.value}"


def test_whole_numbers_are_symbols_where_something_says_how_many_sequences_there_are() -> None:
    symbols = np.array([[0, 1], [1, 1], [0, 0]])
    expected = run(x=np.eye(2)[symbols]).h
    for options in ({"start": State(np.zeros((2, H)))}, {"lengths": [3, 3]}, {"gain": [1.0, 1.0]}):
        np.testing.assert_allclose(run(x=symbols, **options).h, expected, rtol=1e-14)
    assert run(x=symbols[:, None, :]).h.shape == (4, 1, H)  # one sequence of two numbers a step


def test_a_step_or_a_network_that_does_not_exist_is_an_index_error() -> None:
    for t in (0, T + 1, 2.5, "1"):
        for of in (run(), contributions(backpropagate(run(), some_errors()))):
            with pytest.raises(IndexError, match=f"step {t} was asked for, but the trace has steps 1 to {T}"):
                of.at(anything(t))
    with pytest.raises(IndexError, match=r"network 0 was asked for, but W has shape \(12, 3\)"):
        network_of(P, 0)
    with pytest.raises(IndexError, match="network 2 was asked for"):
        network_of(ensemble([P, P]), 2)
