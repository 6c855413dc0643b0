"""Layers of unusual forms out of real files compute what Keras and ONNX Runtime computed, layer by layer.

Read backwards, given out as read, merged, of two cells, with masks that have holes, with initial states of their own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.networks.network import NetworkTrace, run_network
from tests.engine.files.golden_files import Array, assert_close, golden, opened

DOUBLE, SINGLE = 1e-12, 2e-6
KERAS = ("backwards.keras", "merged.keras", "turned.keras", "silent.keras")


def ran(name: str) -> tuple[NetworkTrace, dict[str, Array]]:
    values = golden(name)
    return opened(name).run(values["symbols"] if "symbols" in values else values["x"]), values


@pytest.mark.parametrize("name", KERAS)
def test_every_layer_is_keras_own(name: str) -> None:
    trace, values = ran(name)
    for number, layer in enumerate(trace.layers):
        expected = values[str(number)]
        assert_close(layer.outputs if expected.ndim == 3 else layer.ending, expected, DOUBLE)
    assert str(len(trace.layers)) not in values


@pytest.mark.parametrize(
    ("name", "reads"), [("merged.keras", "final"), ("turned.keras", "final"), ("silent.keras", "each")]
)
def test_heads_read_what_keras_has_them_read(name: str, reads: str) -> None:
    trace, values = ran(name)
    head = opened(name).head
    assert head is not None and head.reads == reads
    states = trace.layers[-1].ending if reads == "final" else trace.outputs
    assert_close(states @ head.readout.V.T + head.readout.d, values["head"], DOUBLE)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("backwards.keras", {"as_read": False}),
        ("backwards.keras", {"backwards": False, "as_read": False}),
        ("merged.keras", {"merge": "ave"}),
        ("turned.keras", {"merge": "sum"}),
        ("turned.keras", {"as_read": False}),
        ("merged.keras", {"silent": False}),
        ("silent.keras", {"silent": True}),
    ],
)
def test_a_form_that_is_mistaken_shows(name: str, field: dict[str, bool | str]) -> None:
    trace, values = ran(name)
    below, *above = trace.network.layers
    wrong = replace(trace.network, layers=(replace(below, **field), *above))
    given = values["symbols"] if "symbols" in values else values["x"]
    outputs = run_network(wrong, given, mask=trace.mask).layers[0].outputs
    assert np.abs(outputs - values["0"]).max() > 0.01


def test_what_leaves_steps_out_is_read_from_the_file() -> None:
    assert [opened(name).masked for name in KERAS] == [0.0, -1.0, None, -1.0]
    trace, values = ran("merged.keras")
    assert trace.mask is not None and not trace.mask[:, 3].any() and trace.mask[:, 2].all() and trace.mask[0, 0]
    unmasked = opened("merged.keras").network
    assert unmasked is not None
    assert np.abs(run_network(unmasked, values["x"]).layers[0].outputs - values["0"]).max() > 0.01


@pytest.mark.parametrize("name", ["reverse.onnx", "two_ways.onnx"])
def test_every_layer_is_onnx_runtimes(name: str) -> None:
    file, values = opened(name), golden(name)
    assert file.network is not None and file.network.start is not None
    trace = run_network(file.network, values["x"], values.get("lengths"))
    for number, layer in enumerate(trace.layers):
        assert_close(layer.outputs, values[str(number)], SINGLE)
    ways = len(values["h"])
    for state, h in zip(trace.final[-ways:], values["h"], strict=True):
        there = values.get("lengths", np.ones(len(h))) > 0  # a sequence without steps stays at its start here
        assert_close(state.h[there], h[there], SINGLE)
    if "c" in values:
        assert trace.final[-1].c is not None
        assert_close(trace.final[-1].c, values["c"][0], SINGLE)
    others = replace(file.network, start=None)
    assert np.abs(run_network(others, values["x"], values.get("lengths")).outputs - trace.outputs).max() > 0.01


def test_what_is_unusual_is_said() -> None:
    said = {name: " ".join(opened(name).sentences) for name in (*KERAS, "reverse.onnx", "two_ways.onnx")}
    assert "GRU that reads from the end, giving its states in the order in which it read" in said["backwards.keras"]
    assert "LSTM in both directions, multiplied (from the end a GRU" in said["merged.keras"]
    assert "leaves out steps whose inputs are all -1.0 (Masking)." in said["merged.keras"]
    assert "LSTM in both directions, the first from the end, averaged, giving its states" in said["turned.keras"]
    assert "starts from states that the model holds, and so it does here." in said["reverse.onnx"]
