"""Truncated backpropagation beside PyTorch: pieces whose states are detached, the last of them shorter.

The values in tests/golden/truncated_torch.npz were written by make_torch_truncated.py beside it, never by the engine;
the script says what its cases are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.conventions import from_torch
from engine.errors import squared_error
from engine.forward import unroll
from engine.gradients.backward import backpropagate
from engine.gradients.truncated import backpropagate_truncated
from engine.networks.network import Layer, Network, run_network
from engine.networks.network_truncated import backpropagate_network_truncated
from engine.parameters import Parameters, Readout
from tests.engine.networks import assert_close

Array = np.ndarray[Any, np.dtype[Any]]
Golden = dict[str, Array]
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
WINDOWS = {"one layer": (7, 7), "two layers": (4, 4), "lengths": (4, 4), "reach": (3, 5), "both": (4, 4)}


def golden_cases() -> dict[str, Golden]:
    cases: dict[str, Golden] = {}
    with np.load(Path(__file__).parents[1] / "golden" / "truncated_torch.npz", allow_pickle=False) as arrays:
        for key, value in arrays.items():
            case, name = key.rsplit("/", 1)
            cases.setdefault(case, {})[name] = value
    return cases


CASES = golden_cases()


def places(golden: Golden) -> list[list[str]]:
    """PyTorch's ending of the names of each layer and direction."""
    layers = 1 + max(int(name[-1]) for name in golden if name.startswith("weight_ih") and name[-1].isdigit())
    ways = ("", "_reverse") if "weight_ih_l0_reverse" in golden else ("",)
    return [[f"_l{layer}{way}" for way in ways] for layer in range(layers)]


def weights(model: str, golden: Golden, place: str) -> Parameters:
    return from_torch(CELLS[model], *(golden[name + place] for name in NAMES))


def assert_gradients(model: str, found: Parameters, golden: Golden, place: str, prefix: str = "d") -> None:
    of_x, of_h, b, b_h = (golden[f"{prefix}{name}{place}"] for name in NAMES)
    assert_close("dL/dU", found.U, of_x, 1e-9)
    assert_close("dL/dW", found.W, of_h, 1e-9)
    assert_close("dL/db", found.b, b, 1e-9)
    if model == "gru":
        assert_close("dL/d recurrent_bias", found.extra["recurrent_bias"], np.split(b_h, 3)[2], 1e-9)


def test_every_way_to_cut_is_among_the_golden_cases() -> None:
    assert {case.split(maxsplit=1)[1] for case in CASES} == set(WINDOWS)
    assert len(CASES) == 3 * 5 - 1  # the LSTM has no case "one layer"


@pytest.mark.parametrize("case", [case for case in CASES if case.endswith("one layer")])
def test_one_layer_is_cut_as_detach_cuts_it(case: str) -> None:
    model, golden = case.split(maxsplit=1)[0], CASES[case]
    trace = unroll(CELLS[model], weights(model, golden, "_l0"), golden["x"])
    errors = squared_error(trace, Readout(golden["V"], golden["d"]), golden["targets"], "every")
    assert_gradients(model, backpropagate(trace, errors).parameters, golden, "_l0", "dfull_")
    assert_gradients(model, backpropagate_truncated(trace, errors, 7, 7).parameters, golden, "_l0")


@pytest.mark.parametrize("case", CASES)
def test_whole_networks_are_cut_as_detach_cuts_them(case: str) -> None:
    model, golden = case.split(maxsplit=1)[0], CASES[case]
    cell, names = CELLS[model], places(golden)
    network = Network(tuple(Layer(cell, *(weights(model, golden, place) for place in layer)) for layer in names))
    T = len(golden["x"])
    for lengths in [golden["lengths"]] if case.endswith("lengths") else [None, golden["lengths"]]:
        trace = run_network(network, golden["x"], lengths)
        errors = squared_error(trace, Readout(golden["V"], golden["d"]), golden["targets"], "every")
        assert errors.readout is not None
        assert_close("dL/dV", errors.readout.V, golden["dV"], 1e-9)
        found = backpropagate_network_truncated(trace, errors, *WINDOWS[case.split(maxsplit=1)[1]])
        assert found.updates[-1].stop == T
        for layer, ways in zip(found.layers, names, strict=True):
            for gradients, place in zip(layer, ways, strict=True):
                assert_gradients(model, gradients, golden, place)
