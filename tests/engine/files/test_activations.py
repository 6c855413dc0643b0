"""Files with other activations: each is the function that the framework runs, with its own numbers."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from engine.activations import SIGMOID, TANH
from engine.cells import LSTM, GRUBefore
from engine.files import NetworkFile, read_network
from engine.more_activations import affine, clipped, hard_sigmoid, leaky_relu
from engine.networks.network import run_network
from tests.engine.files.golden_files import FILES, Array, assert_close

GOLDEN = FILES.parent
ATTRIBUTES = ("activations", "activation_alpha", "activation_beta", "clip", "direction", "input_forget")


def onnx_cases() -> dict[str, dict[str, Array]]:
    cases: dict[str, dict[str, Array]] = {}
    with np.load(GOLDEN / "onnx_activations.npz", allow_pickle=False) as arrays:
        for key, value in arrays.items():
            case, name = key.split("/")
            cases.setdefault(case, {})[name] = value
    return cases


CASES = onnx_cases()


def opened(case: str, **changes: Any) -> NetworkFile:
    """The ONNX model of a case, with some of its attributes changed; None leaves one out."""
    values = CASES[case]
    how = {key: values[key].tolist() for key in (*ATTRIBUTES, "linear_before_reset") if key in values} | changes
    how = {key: value for key, value in how.items() if value is not None}
    size = values["R"].shape[2]
    places = ["X", "W", "R", "B", "", "", *(["", "P"] if "P" in values else [])]
    graph = helper.make_graph(
        [helper.make_node(str(values["operator"]), places, ["Y"], name="memory", hidden_size=size, **how)],
        "made",
        [helper.make_tensor_value_info("X", onnx.TensorProto.FLOAT, None)],
        [helper.make_tensor_value_info("Y", onnx.TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values[name], name) for name in ("W", "R", "B", "P") if name in values],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    return read_network(model.SerializeToString())


def outputs(file: NetworkFile, x: Array) -> Array:
    assert file.network is not None, file.sentences
    return run_network(file.network, x).outputs


@pytest.mark.parametrize("case", CASES)
def test_an_onnx_model_computes_what_onnx_runtime_does(case: str) -> None:
    Y = CASES[case]["Y"]
    expected = np.concatenate(list(Y.swapaxes(0, 1)), axis=2)
    assert_close(outputs(opened(case), CASES[case]["X"]), expected, 2e-6)


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ("hard as usual", {"activation_alpha": [1.0 / 6.0]}),
        ("lstm of three", {"activation_alpha": [0.3, 0.15, 2.0]}),
        ("lstm of three", {"activations": ["HardSigmoid", "Elu", "LeakyRelu"]}),
        ("lstm clipped", {"clip": None}),
        ("gru clipped", {"clip": 0.7}),
        ("gru_before hard", {"linear_before_reset": 1}),
        ("lstm hard", {"activations": ["Sigmoid", "Tanh", "Tanh"]}),
    ],
)
def test_the_golden_values_notice_numbers_and_places_that_are_confused(case: str, changes: dict[str, Any]) -> None:
    found = outputs(opened(case, **changes), CASES[case]["X"])
    assert np.abs(found - CASES[case]["Y"][:, 0]).max() > 0.01


def test_each_direction_takes_its_own_numbers() -> None:
    file = opened("lstm both ways", activation_alpha=[0.3, 0.2])
    gates = [cell.gate.value(np.array(1.0)) for cell in file.network.layers[0].cells]  # type: ignore[union-attr]
    assert gates == pytest.approx([0.75, 0.65], abs=1e-6)


def test_the_cell_of_a_model_is_named_by_its_activations() -> None:
    file = opened("lstm clipped")
    limit = float(np.float32(0.7))
    assert file.layers[0].cells == (LSTM(clipped(SIGMOID, limit), clipped(TANH, limit), affine(1.0, 0.0)),)
    before = opened("gru_before hard").layers[0].cells[0]
    alpha, slope = (float(np.float32(number)) for number in (0.2, 0.3))
    assert before == GRUBefore(hard_sigmoid(alpha, 0.5), leaky_relu(slope))
    assert "hard sigmoid of 0.2 a + 0.5" in before.title and "leaky ReLU (0.3)" in before.title


@pytest.mark.parametrize(
    ("case", "changes", "sentence"),
    [
        ("affine", {"activation_alpha": None}, "on which programs differ"),
        ("thresholded", {"activation_alpha": None}, "on which programs differ"),
        ("elu", {"activations": ["Swish"]}, "Swish is none that ONNX names"),
        ("elu", {"activation_alpha": [float("nan")]}, "Elu does not fit"),
        ("lstm hard", {"activations": ["HardSigmoid", "Tanh"]}, "names 2 activations, but has 3"),
        ("gru clipped", {"clip": -1.0}, "clipped at a limit that is none"),
    ],
)
def test_what_is_no_activation_is_named(case: str, changes: dict[str, Any], sentence: str) -> None:
    file = opened(case, **changes)
    assert file.network is None and all(sentence in left.why for left in file.left), file.left


def keras_file(version: str | None = None) -> NetworkFile:
    """The Keras file, as if another version had written it."""
    data = (FILES / "activations.keras").read_bytes()
    if version is None:
        return read_network(data)
    found = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(found, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            if name == "metadata.json":
                held = json.dumps(json.loads(held) | {"keras_version": version}).encode()
            new.writestr(name, held)
    return read_network(found.getvalue())


def test_each_layer_of_a_keras_model_computes_what_keras_does() -> None:
    file = keras_file()
    assert file.network is not None
    with np.load(GOLDEN / "activations_keras.npz") as golden:
        trace = run_network(file.network, golden["x"])
        for found, layer in zip(trace.layers, file.layers, strict=True):
            assert_close(found.outputs, golden[layer.name], 1e-7 if layer.name == "leaky_relu" else 1e-12)
    assert len(trace.layers) == 8


@pytest.mark.parametrize(("version", "at_two"), [("3.0.0", 5.0 / 6.0), ("2.15.0", 0.9), ("2.4.0-tf", 0.9)])
def test_the_hard_sigmoid_of_a_keras_file_is_that_of_the_version_that_wrote_it(version: str, at_two: float) -> None:
    cell = keras_file(version).layers[0].cells[0]
    assert isinstance(cell, LSTM) and float(cell.gate.value(np.array(2.0))) == pytest.approx(at_two, abs=1e-15)


def test_where_the_version_is_not_said_the_hard_sigmoid_is_asked_for() -> None:
    file = keras_file("unknown")
    asked = next(question for question in file.questions if question.key == "cell")
    assert len(asked.choices) == 2 and "0.167" in asked.choices[asked.answer]
    other = next(answer for answer in asked.choices if answer != asked.answer)
    answered = file.answered(cell=other)
    assert answered.network is not None and answered.network.layers[0].cell.name == other
