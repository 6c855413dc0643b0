"""Whole networks beside PyTorch, Keras and ONNX: several layers, both ways, sequences of different lengths.

The values in tests/golden/ were written by make_torch_networks.py, make_keras.py and make_onnx.py beside them, never by
the engine; each script says what its cases are. The weights come in through `engine.conventions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS, Cell, LSTMVariant
from engine.conventions import from_keras, from_onnx, from_torch
from engine.errors import Errors, squared_error
from engine.forward import State, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.networks.network import Layer, Network, NetworkTrace, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.parameters import Parameters, Readout
from tests.engine.networks import assert_close

Array = np.ndarray[Any, np.dtype[Any]]
Golden = dict[str, Array]
FOLDER = Path(__file__).parents[1] / "golden"

STATES = 1e-12
GRADIENTS = 1e-9
FLOAT32 = 1e-6  # ONNX Runtime computes in float32


def golden_cases(pattern: str) -> dict[str, Golden]:
    """Every case of every file that matches: "lstm packed" -> its arrays by name."""
    cases: dict[str, Golden] = {}
    for path in sorted(FOLDER.glob(pattern)):
        with np.load(path, allow_pickle=False) as arrays:
            for key, value in arrays.items():
                case, name = key.rsplit("/", 1)
                model = f"{path.stem.removeprefix('networks_torch_')} " if path.stem.startswith("networks") else ""
                cases.setdefault(f"{model}{case}", {})[name] = value
    return cases


TORCH = golden_cases("networks_torch_*.npz")
KERAS = golden_cases("keras_*.npz")
ONNX = golden_cases("onnx_[!a]*.npz")  # activations have a test of their own


def cell_of(case: str) -> Cell:
    name = case.split(maxsplit=1)[0]
    return LSTMVariant(peepholes=True, coupled=True) if name == "peephole_coupled" else CELLS[name]


def torch_weights(cell: Cell, golden: Golden, layer: str, prefix: str = "") -> Parameters:
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return from_torch(cell, *(golden[f"{prefix}{name}_{layer}"] for name in names))


def torch_gradient(cell: Cell, golden: Golden, layer: str, prefix: str = "") -> Golden:
    """The gradient of each parameter: torch's two biases of one sum have the same one."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    dU, dW, of_x, of_h = (golden[f"d{prefix}{name}_{layer}"] for name in names)
    return {**from_torch(cell, dU, dW, of_x).named(), **from_torch(cell, dU, dW, None, of_h).extra}


def keras_weights(cell: Cell, golden: Golden, layer: str, prefix: str = "") -> Parameters:
    names = ("kernel", "recurrent_kernel", "bias")
    return from_keras(cell, *(golden[f"{prefix}{name}_{layer}"] for name in names))


def keras_gradient(cell: Cell, golden: Golden, layer: str, prefix: str = "") -> Golden:
    dU, dW, db = (golden[f"d{prefix}{name}_{layer}"] for name in ("kernel", "recurrent_kernel", "bias"))
    if cell.name != "gru":
        return from_keras(cell, dU, dW, db).named()
    of_x, of_h = np.zeros_like(db), np.zeros_like(db)
    of_x[0], of_h[1] = db
    return {**from_keras(cell, dU, dW, of_x).named(), **from_keras(cell, dU, dW, of_h).extra}


@dataclass(frozen=True)
class Framework:
    """How the weights of one layer and direction, and their gradients, are read."""

    first: str  # the name of the input weights
    weights: Callable[..., Parameters]
    gradient: Callable[..., Golden]

    def layer_names(self, golden: Golden, prefix: str) -> Iterator[tuple[str, str | None]]:
        """ "l0" and "l0_reverse" (or None), then l1 ..., as far as there are layers."""
        for number in count():
            if f"{prefix}{self.first}_l{number}" not in golden:
                return
            reverse = f"l{number}_reverse"
            yield f"l{number}", reverse if f"{prefix}{self.first}_{reverse}" in golden else None

    def layers(self, cell: Cell, golden: Golden, prefix: str = "") -> tuple[Layer, ...]:
        return tuple(
            Layer(
                cell,
                self.weights(cell, golden, forward, prefix),
                None if reverse is None else self.weights(cell, golden, reverse, prefix),
            )
            for forward, reverse in self.layer_names(golden, prefix)
        )

    def assert_gradients(self, cell: Cell, golden: Golden, gradients: Any, prefix: str = "") -> None:
        """`gradients` are those of a network whose layers `layers` built."""
        names = list(self.layer_names(golden, prefix))
        assert len(gradients.layers) == len(names)
        for layer, (forward, reverse) in zip(gradients.layers, names, strict=True):
            assert_same_parameters(f"{prefix}{forward}", layer.forward, self.gradient(cell, golden, forward, prefix))
            if reverse is None:
                assert layer.reverse is None
            else:
                expected = self.gradient(cell, golden, reverse, prefix)
                assert_same_parameters(f"{prefix}{reverse}", layer.reverse, expected)


WITH_TORCH = Framework("weight_ih", torch_weights, torch_gradient)
WITH_KERAS = Framework("kernel", keras_weights, keras_gradient)


def assert_same_parameters(name: str, gradients: Gradients, expected: Golden) -> None:
    named = gradients.parameters.named()
    assert set(named) == set(expected)
    for array, value in named.items():
        assert_close(f"{name}: dL/d{array}", value, expected[array], GRADIENTS)


def states(golden: Golden, h: str, c: str) -> tuple[State, ...]:
    """One state for each row, that is each layer and direction."""
    return tuple(State(golden[h][k], golden[c][k] if c in golden else None) for k in range(len(golden[h])))


def assert_same_states(name: str, actual: tuple[State, ...], h: Array, c: Array | None, within: float) -> None:
    assert len(actual) == len(h)
    for k, state in enumerate(actual):
        assert_close(f"{name} {k}: h", state.h, h[k], within)
        if c is not None:
            assert state.c is not None
            assert_close(f"{name} {k}: c", state.c, c[k], within)


def weighted_finals(golden: Golden) -> float:
    return float(sum((golden[f"weights_{k}"] * golden[f"{k}_n"]).sum() for k in "hc" if f"{k}_n" in golden))


def assert_same_readout(errors: Errors, readout: Readout | None, golden: Golden, finals: float = 0.0) -> None:
    assert errors.loss.sum() + finals == pytest.approx(float(golden["loss"]), rel=1e-12)
    assert readout is not None
    assert_close("dL/dV", readout.V, golden["dV"], GRADIENTS)
    assert_close("dL/dd", readout.d, golden["dd"], GRADIENTS)


def assert_gradients_of_a_loss_on_outputs_and_final_states(
    framework: Framework, cell: Cell, golden: Golden, trace: NetworkTrace, where: Any
) -> None:
    """Final states and all gradients; `golden` has one network without a prefix."""
    assert_same_states("final", trace.final, golden["h_n"], golden.get("c_n"), STATES)
    errors = squared_error(trace, Readout(golden["V"], golden["d"]), golden["targets"], where)
    gradients = backpropagate_network(trace, errors, states(golden, "weights_h", "weights_c"))
    assert_same_readout(errors, gradients.readout, golden, weighted_finals(golden))
    framework.assert_gradients(cell, golden, gradients)
    assert_same_states("dL/dstart", gradients.start, golden["dh0"], golden.get("dc0"), GRADIENTS)
    if "x" in golden:
        assert_close("dL/dx", gradients.dx, golden["dx"], GRADIENTS)
    else:
        assert gradients.embedding is not None
        assert_close("dL/dembedding", gradients.embedding, golden["dembedding.weight"], GRADIENTS)


def test_every_case_is_there() -> None:
    both = {f"{model} {case}" for model in ("lstm", "gru") for case in ("packed", "encoder decoder", "embedding")}
    assert set(TORCH) == both | {"tanh packed", "relu packed"}
    topologies = ("masked", "bidirectional", "bidirectional final", "stacked")
    all_four = {f"{cell} {topology}" for cell in ("tanh", "lstm", "gru", "gru_before") for topology in topologies}
    assert set(KERAS) == all_four | {"relu masked", "sigmoid masked", "identity masked"}
    cells = {"tanh", "relu", "sigmoid", "identity", "lstm", "peephole", "coupled", "peephole_coupled", "gru"}
    ways = ("forward", "reverse", "bidirectional")
    assert set(ONNX) == {f"{cell} {way}" for cell in (*cells, "gru_before") for way in ways}


@pytest.mark.parametrize("case", [case for case in TORCH if not case.endswith("encoder decoder")])
def test_sequences_of_different_lengths_are_read_both_ways_as_in_torch(case: str) -> None:
    cell, golden = cell_of(case), TORCH[case]
    network = Network(WITH_TORCH.layers(cell, golden), golden.get("embedding.weight"))
    x = golden["symbols"] if case.endswith("embedding") else golden["x"]
    trace = run_network(network, x, golden["lengths"], states(golden, "h0", "c0"))
    assert_close("outputs", trace.outputs, golden["outputs"], STATES)
    assert_gradients_of_a_loss_on_outputs_and_final_states(WITH_TORCH, cell, golden, trace, "every")


@pytest.mark.parametrize("case", [case for case in TORCH if case.endswith("encoder decoder")])
def test_the_error_of_a_decoder_reaches_the_encoder_through_the_states_handed_over_as_in_torch(case: str) -> None:
    cell, golden = cell_of(case), TORCH[case]
    encoder = Network(WITH_TORCH.layers(cell, golden, "encoder."))
    decoder = Network(WITH_TORCH.layers(cell, golden, "decoder."))
    encoded = run_network(encoder, golden["encoder.x"], golden["lengths"], states(golden, "h0", "c0"))
    decoded = run_network(decoder, golden["decoder.x"], start=encoded.final)
    assert_close("outputs", decoded.outputs, golden["outputs"], STATES)

    errors = squared_error(decoded, Readout(golden["V"], golden["d"]), golden["targets"], "every")
    of_decoder = backpropagate_network(decoded, errors)
    of_encoder = backpropagate_network(encoded, None, of_decoder.start)
    assert_same_readout(errors, of_decoder.readout, golden)
    WITH_TORCH.assert_gradients(cell, golden, of_decoder, "decoder.")
    WITH_TORCH.assert_gradients(cell, golden, of_encoder, "encoder.")
    assert_close("dL/dx of the decoder", of_decoder.dx, golden["ddecoder.x"], GRADIENTS)
    assert_close("dL/dx of the encoder", of_encoder.dx, golden["dencoder.x"], GRADIENTS)
    assert_same_states("dL/dstart", of_encoder.start, golden["dh0"], golden.get("dc0"), GRADIENTS)


@pytest.mark.parametrize("case", KERAS)
def test_masked_sequences_are_those_of_keras(case: str) -> None:
    cell, golden = cell_of(case), KERAS[case]
    trace = run_network(
        Network(WITH_KERAS.layers(cell, golden)), golden["x"], golden["lengths"], states(golden, "h0", "c0")
    )
    if case.endswith("final"):
        where, outputs = "final", np.concatenate([state.h for state in trace.final], axis=1)[None]
    elif case.endswith("stacked"):
        columns = np.arange(trace.outputs.shape[1])
        where, outputs = "last", trace.outputs[golden["lengths"] - 1, columns][None]
    else:
        where, outputs = "every", trace.outputs
    assert_close("outputs", outputs, golden["outputs"], STATES)
    assert_gradients_of_a_loss_on_outputs_and_final_states(WITH_KERAS, cell, golden, trace, where)


@pytest.mark.parametrize("case", [case for case in KERAS if case.endswith("masked")])
def test_one_masked_layer_by_itself_is_that_of_keras(case: str) -> None:
    cell, golden = cell_of(case), KERAS[case]
    (start,), (pull,) = states(golden, "h0", "c0"), states(golden, "weights_h", "weights_c")
    trace = unroll(cell, keras_weights(cell, golden, "l0"), golden["x"], start, lengths=golden["lengths"])
    assert_close("outputs", trace.h[1:], golden["outputs"], STATES)
    assert_same_states("final", (trace.last,), golden["h_n"], golden.get("c_n"), STATES)

    errors = squared_error(trace, Readout(golden["V"], golden["d"]), golden["targets"], "every")
    gradients = backpropagate(trace, errors, pull)
    assert_same_readout(errors, gradients.readout, golden, weighted_finals(golden))
    assert_same_parameters("l0", gradients, keras_gradient(cell, golden, "l0"))
    assert_close("dL/dx", gradients.dx, golden["dx"], GRADIENTS)
    assert_same_states("dL/dstart", (gradients.start,), golden["dh0"], golden.get("dc0"), GRADIENTS)


@pytest.mark.parametrize("case", ONNX)
def test_states_are_those_of_onnx(case: str) -> None:
    """A layer has no reverse direction alone: such an operator is the second half of a layer that reads both ways."""
    cell, golden = cell_of(case), ONNX[case]
    ways = [
        from_onnx(cell, golden["W"][k], golden["R"][k], golden["B"][k], golden["P"][k] if "P" in golden else None)
        for k in range(len(golden["W"]))
    ]
    start = states(golden, "initial_h", "initial_c") if "initial_h" in golden else None
    only_reverse = case.endswith("reverse")
    if only_reverse:
        ways, start = 2 * ways, None if start is None else 2 * start
    trace = run_network(Network((Layer(cell, *ways),)), golden["X"], golden.get("sequence_lens"), start)

    final, outputs = trace.final, trace.outputs
    if only_reverse:
        final, outputs = final[1:], outputs[..., ways[1].hidden_size :]
    for prefix, within in (("", FLOAT32), ("exact_", STATES)):
        if f"{prefix}Y" in golden:
            Y = np.concatenate(golden[f"{prefix}Y"].swapaxes(0, 1), axis=-1)  # (T, ways, B, H) -> (T, B, ways*H)
            assert_close(f"{prefix}Y", outputs, Y, within)
            assert_same_states(prefix, final, golden[f"{prefix}Y_h"], golden.get(f"{prefix}Y_c"), within)


def test_all_but_the_cells_that_the_reference_evaluator_lacks_have_exact_values() -> None:
    without = {case.split()[0] for case, golden in ONNX.items() if "exact_Y" not in golden}
    assert without == {"relu", "sigmoid", "coupled", "peephole_coupled"}
