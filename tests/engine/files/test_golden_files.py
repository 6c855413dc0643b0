"""Networks read from real files compute what their frameworks computed: weights, gate orders, biases and heads."""

from __future__ import annotations

import numpy as np
import pytest

from engine.files import NetworkFile
from tests.engine.files.golden_files import Array, assert_close, golden, opened, run

DOUBLE, SINGLE = 1e-12, 2e-6
WITHIN = {
    "language.pt": SINGLE,
    "checkpoint.ckpt": DOUBLE,
    "legacy.pth": DOUBLE,
    "half.safetensors": DOUBLE,  # the framework ran the file's numbers in float64
    "brain.safetensors": DOUBLE,
    "double.safetensors": DOUBLE,
    "cells.pt": SINGLE,
    "projected.pt": DOUBLE,
    "exported.onnx": SINGLE,
    "text.keras": DOUBLE,
    "states.h5": DOUBLE,
    "alone.weights.h5": SINGLE,
}


def read(file: NetworkFile, outputs: Array, head: str) -> Array:
    readout = next(one.readout for one in file.heads if one.name == head)
    return np.asarray(outputs @ readout.V.T + readout.d)


@pytest.mark.parametrize("name", WITHIN)
def test_outputs_are_the_frameworks(name: str) -> None:
    assert_close(run(opened(name), golden(name)).outputs, expected_outputs(name), WITHIN[name])


def expected_outputs(name: str) -> Array:
    """Zeros behind each end, where Keras repeats its last output."""
    values = golden(name)
    y = values["y"]
    if "lengths" not in values:
        return y
    return np.where((np.arange(len(y))[:, None] < values["lengths"])[:, :, None], y, 0.0)


@pytest.mark.parametrize(
    ("name", "head", "key", "reads"),
    [
        ("language.pt", "module.tagger", "tagger", None),
        ("language.pt", "module.value", "value", None),
        ("checkpoint.ckpt", "state_dict.model.fc", "fc", None),
        ("states.h5", "each", "each", "each"),
        ("alone.weights.h5", "layers/dense", "dense", None),
        ("exported.onnx", "node_MatMul_127", "head", "each"),
    ],
)
def test_heads_are_the_frameworks(name: str, head: str, key: str, reads: str | None) -> None:
    file, values = opened(name), golden(name)
    assert next(one for one in file.heads if one.name == head).reads == reads
    assert_close(read(file, run(file, values).outputs, head), values[key], WITHIN[name])


def test_a_head_of_the_final_states_is_said_to_be_one() -> None:
    file, values = opened("states.h5"), golden("states.h5")
    total = next(one for one in file.heads if one.name == "total")
    assert (total.reads, total.activation) == ("final", "sigmoid")
    scores = read(file, run(file, values).final[0].h, "total")
    assert_close(1.0 / (1.0 + np.exp(-scores)), values["total"], DOUBLE)


def test_softmax_of_a_head_is_named_and_left_to_whoever_reads() -> None:
    file, values = opened("text.keras"), golden("text.keras")
    assert file.head is not None and (file.head.name, file.head.activation) == ("tags", "softmax")
    scores = np.exp(read(file, run(file, values).outputs, "tags"))
    there = np.arange(len(scores))[:, None] < values["lengths"]
    assert_close((scores / scores.sum(2, keepdims=True))[there], values["tags"][there], DOUBLE)


@pytest.mark.parametrize("name", ["half.safetensors", "brain.safetensors", "double.safetensors"])
def test_every_number_format_is_exact(name: str) -> None:
    file, values = opened(name), golden(name)
    assert file.network is not None
    p = file.network.layers[0].parameters
    np.testing.assert_array_equal(p.U, values["weight_ih_l0"])
    np.testing.assert_array_equal(p.W, values["weight_hh_l0"])


def test_final_states_of_two_directions_and_layers_are_the_frameworks() -> None:
    file, values = opened("language.pt"), golden("language.pt")
    for state, h, c in zip(run(file, values).final, values["h"], values["c"], strict=True):
        assert state.c is not None
        assert_close(state.h, h, SINGLE)
        assert_close(state.c, c, SINGLE)
