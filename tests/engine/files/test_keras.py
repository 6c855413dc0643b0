"""What Keras' configurations say: cells, activations, directions and what stands around, understood or named."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np
import pytest

from engine.files import FileError, NetworkFile, read_network
from tests.engine.files.golden_files import golden, opened, run, whole
from tests.engine.files.made import unzipped, zipped

Config = dict[str, Any]
UNCLEAR = "what it says of its layers is not whole"


def changed(change: Callable[[list[Config]], None]) -> NetworkFile:
    """text.keras with a change of its layers: embedding, bidirectional, dropout, upper, tags behind the input."""
    entries = unzipped(whole("text.keras"))
    config = json.loads(entries["config.json"])
    change(config["config"]["layers"])
    return read_network(zipped(entries | {"config.json": json.dumps(config).encode()}))


def with_layer(place: int, **fields: Any) -> NetworkFile:
    return changed(lambda layers: layers[place]["config"].update(fields))


def whys(file: NetworkFile) -> str:
    return " / ".join(dict.fromkeys(left.why for left in file.left))


def test_everything_around_the_layers_is_understood() -> None:
    file = opened("text.keras")
    assert file.network is not None and file.batch_first is True and not file.questions and not file.left
    assert [layer.cell.name for layer in file.network.layers] == ["lstm", "gru_before"]
    assert [layer.name for layer in file.layers] == ["bidirectional", "upper"]
    assert any("Symbol 0 is padding" in sentence for sentence in file.sentences)


def test_gates_are_where_keras_has_them() -> None:
    for used in opened("text.keras").used:
        if "biases of layer 2" in used.role:
            assert [(block.gate, block.axis, block.start) for block in used.blocks] == [
                ("update", 0, 0),
                ("reset", 0, 3),
                ("candidate", 0, 6),
            ]
    biases = next(used for used in opened("states.h5").used if "biases" in used.role)
    assert biases.shape == (2, 9) and [block.axis for block in biases.blocks] == [1, 1, 1]


@pytest.mark.parametrize(
    ("place", "fields", "sentence", "runs"),
    [
        (4, {"recurrent_activation": "gelu"}, "gates' activation is gelu", (0, 1)),
        (4, {"activation": "exponential"}, "activation is exponential", (0, 1)),
        (4, {"activation": {"class_name": "function", "config": "mine"}}, "activation is mine", (0, 1)),
        (2, {"merge_mode": None}, "are not joined (merge_mode=None)", (1, 2)),
        (2, {"merge_mode": "max"}, "joined by merge_mode=max, which is not known", (1, 2)),
    ],
)
def test_what_cannot_be_run_is_named_and_the_rest_opens(
    place: int, fields: Config, sentence: str, runs: tuple[int, int]
) -> None:
    file = with_layer(place, **fields)
    assert file.network is not None and file.runs == runs and sentence in whys(file)
    assert (file.head is None) == (runs == (0, 1)) and (file.network.embedding is None) == (runs == (1, 2))


def test_the_layers_below_one_that_cannot_be_run_compute_what_they_did() -> None:
    file, values = with_layer(4, activation="gelu"), golden("text.keras")
    expected = run(opened("text.keras"), values).layers[0].outputs
    np.testing.assert_array_equal(run(file, values).outputs, expected)


def test_a_layer_between_two_parts_them() -> None:
    """What a convolution does to the states nobody here knows."""
    file = changed(lambda layers: layers[3].update(class_name="Conv1D"))
    asked = next(question for question in file.questions if question.key == "part")
    assert list(asked.choices) == ["bidirectional", "upper"]
    upper = file.answered(part="upper")
    assert any("dropout (Conv1D) stands before the network" in sentence for sentence in upper.sentences)


def test_a_second_direction_that_is_not_written_is_the_first_one_turned_round() -> None:
    """Keras 2 writes it only where it differs."""
    file = changed(lambda layers: layers[2]["config"].pop("backward_layer"))
    np.testing.assert_array_equal(
        run(file, golden("text.keras")).outputs, run(opened("text.keras"), golden("text.keras")).outputs
    )


def test_a_stateful_layer_is_said_to_start_anew_here() -> None:
    assert any("is stateful" in sentence for sentence in with_layer(4, stateful=True).sentences)


def test_a_cell_of_ones_own_is_named() -> None:
    def custom(layers: list[Config]) -> None:
        cell = {"class_name": "mine>Gated", "config": {"name": "gated", "units": 3}}
        layers[4].update(class_name="RNN", config={"name": "upper", "cell": cell, "return_sequences": True})

    file = changed(custom)
    assert file.runs == (0, 1)


def test_a_model_whose_class_is_code_is_told_by_its_weights() -> None:
    entries = unzipped(whole("text.keras"))
    config = {"module": "mine", "class_name": "MyModel", "config": {"units": 3}, "registered_name": "MyModel"}
    file = read_network(zipped(entries | {"config.json": json.dumps(config).encode()}))
    assert file.network is not None and any("MyModel is a program of its author" in one for one in file.sentences)
    assert [layer.cell.name for layer in file.network.layers] == ["lstm", "gru_before"]


def test_a_layer_within_a_model_may_have_the_name_of_one_outside() -> None:
    """In the older form all lie under their names: each finds its own weights."""
    rng = np.random.default_rng(6)
    kernels = {place: rng.standard_normal((2, 12)) for place in ("inner/inner/lstm", "lstm/lstm")}
    lstm: Config = {"class_name": "LSTM", "config": {"name": "lstm", "return_sequences": True}}
    nested = {"class_name": "Sequential", "config": {"name": "inner", "layers": [lstm]}}
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for place, kernel in kernels.items():
            file[f"model_weights/{place}/lstm_cell/kernel:0"] = kernel
            file[f"model_weights/{place}/lstm_cell/recurrent_kernel:0"] = rng.standard_normal((3, 12))
        config = {
            "class_name": "Sequential",
            "config": {"name": "m", "layers": [lstm, {"class_name": "Conv1D", "config": {"name": "c"}}, nested]},
        }
        file.attrs["model_config"] = json.dumps(config)
    read = read_network(stream.getvalue())
    for part, place in (("lstm", "lstm/lstm"), ("inner/lstm", "inner/inner/lstm")):
        network = read.answered(part=part).network
        assert network is not None
        np.testing.assert_array_equal(network.layers[0].parameters.U[:6], kernels[place].T[:6])
    twice = json.dumps({"config": {"layers": [lstm, lstm]}}).encode()
    with pytest.raises(FileError, match="two layers of the name lstm"):
        read_network(zipped(unzipped(whole("text.keras")) | {"config.json": twice}))


def test_masking_is_said() -> None:
    file = changed(lambda layers: layers[3].update(class_name="Masking", config={"name": "mask", "mask_value": -1.0}))
    assert any("mask leaves out steps whose inputs are all -1.0" in sentence for sentence in file.sentences)
    assert len(file.layers) == 2


def test_stacked_cells_are_layers() -> None:
    def stacked(layers: list[Config]) -> None:
        kinds = ("LSTMCell", "GRUCell")
        cells = [{"class_name": kind, "config": {"name": kind, "reset_after": False}} for kind in kinds]
        cell = {"class_name": "StackedRNNCells", "config": {"cells": cells}}
        layers[:] = [{"class_name": "RNN", "config": {"name": "rnn", "cell": cell}}]

    rng = np.random.default_rng(5)
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for place, gates, inputs in (("lstm_cell", 4, 2), ("gru_cell", 3, 3)):
            for k, shape in enumerate(((inputs, 3 * gates), (3, 3 * gates), (3 * gates,))):
                file[f"layers/rnn/cell/cells/{place}/vars/{k}"] = rng.standard_normal(shape)
    config: Config = {"class_name": "Sequential", "config": {"layers": []}}
    stacked(config["config"]["layers"])
    data = zipped({"config.json": json.dumps(config).encode(), "model.weights.h5": stream.getvalue()})
    network = read_network(data).network
    assert network is not None and [layer.cell.name for layer in network.layers] == ["lstm", "gru_before"]


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"config": {"layers": [3]}}', UNCLEAR),
        (b'{"config": {"layers": [{"class_name": "LSTM"}]}}', UNCLEAR),
        (
            b'{"config": {"layers": [{"class_name": "LSTM", "config": {"name": "none"}}]}}',
            "weights of its recurrent layers",
        ),
    ],
)
def test_a_damaged_configuration_is_said(config: bytes, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        read_network(zipped(unzipped(whole("text.keras")) | {"config.json": config}))


def test_models_within_each_other_without_end_are_refused() -> None:
    config: Config = {"class_name": "Sequential", "config": {"name": "m", "layers": []}}
    for _ in range(50):
        config = {"class_name": "Sequential", "config": {"name": "m", "layers": [config]}}
    with pytest.raises(FileError, match="more than 30 models"):
        read_network(zipped(unzipped(whole("text.keras")) | {"config.json": json.dumps(config).encode()}))


def test_weights_in_several_files_are_named() -> None:
    entries = unzipped(whole("text.keras"))
    weights = entries.pop("model.weights.h5")
    with pytest.raises(FileError, match="save it without shards"):
        read_network(zipped(entries | {"model.weights.json": b"{}", "model.weights_0.h5": weights}))
