"""Write golden values of the ONNX operators RNN, LSTM and GRU for `tests/engine/test_golden_networks.py`.

    pip install onnx==1.23.2 onnxruntime==1.31.1 numpy
    python tests/golden/make_onnx.py

Made with Python 3.11.7, onnx 1.23.2, onnxruntime 1.31.1 (CPU), numpy 2.4.6. Forward values only: neither of the two
programs that run the models, each of a single node of opset 22, differentiates it.

* ONNX Runtime, the outputs "Y", "Y_h", "Y_c". Its kernels are float32 (those for float64 do not exist: "operator does
  not support double yet"), with sums in an order of its own: expect about 1e-7 of the scale and allow 1e-6.
* The specification's reference evaluator, onnx.reference, in float64: "exact_Y" and so on, where it can. It knows no
  sequence_lens, so that it is given each sequence alone, cut to its length; it knows no input_forget and no Relu or
  Sigmoid for RNN, and cases with one of these have no exact values.

The script insists that the two agree. About input_forget=1 the specification says only "couple the input and forget
gates"; ONNX Runtime was found to compute f = 1 - i, with peepholes too (i then is sigmoid of the sum with its own
peephole), and to read neither f's rows of W, R and B nor f's peepholes: the script insists on that as well.

One .npz per operator, none of it pickled; the keys are "<cell> <direction>/<name>", cell is this engine's, names are
ONNX's own, and inputs are float32.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper
from onnx.reference import ReferenceEvaluator

HERE = Path(__file__).parent
T, D, H = 6, 2, 3
LENGTHS = np.array([4, 6, 1, 3], dtype=np.int32)
B = len(LENGTHS)
DIRECTIONS = {"forward": 1, "reverse": 1, "bidirectional": 2}
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
CELLS: dict[str, dict[str, dict[str, int | str]]] = {  # operator -> cell -> what sets it apart from the others
    "RNN": {
        "tanh": {},
        "relu": {"activation": "Relu"},
        "sigmoid": {"activation": "Sigmoid"},
        "identity": {"activation": "Affine"},
    },
    "LSTM": {"lstm": {}, "peephole": {}, "coupled": {"input_forget": 1}, "peephole_coupled": {"input_forget": 1}},
    "GRU": {"gru": {"linear_before_reset": 1}, "gru_before": {"linear_before_reset": 0}},
}

Arrays = dict[str, np.ndarray]


def attributes(operator: str, cell: str, direction: str) -> dict[str, object]:
    own = dict(CELLS[operator][cell])
    activation = own.pop("activation", None)
    if activation is not None:
        own["activations"] = [activation] * DIRECTIONS[direction]
    if activation == "Affine":
        own["activation_alpha"], own["activation_beta"] = [1.0] * DIRECTIONS[direction], [0.0] * DIRECTIONS[direction]
    return {"hidden_size": H, "direction": direction, **own}


def inputs(operator: str, cell: str, direction: str, rng: np.random.Generator) -> Arrays:
    """Random inputs; the forward cases leave the optional ones out, and the start states are then zero."""
    ways, rows = DIRECTIONS[direction], GATES[operator] * H
    shapes = {"X": (T, B, D), "W": (ways, rows, D), "R": (ways, rows, H), "B": (ways, 2 * rows)}
    if direction != "forward":
        shapes["initial_h"] = (ways, B, H)
        if operator == "LSTM":
            shapes["initial_c"] = (ways, B, H)
    if cell.startswith("peephole"):
        shapes["P"] = (ways, 3 * H)
    drawn = {name: (0.7 * rng.standard_normal(shape)).astype(np.float32) for name, shape in shapes.items()}
    return drawn if direction == "forward" else drawn | {"sequence_lens": LENGTHS}


def model(operator: str, given: Arrays, how: dict[str, object]) -> onnx.ModelProto:
    order = ["X", "W", "R", "B", "sequence_lens", "initial_h", *(["initial_c", "P"] if operator == "LSTM" else [])]
    outputs = ["Y", "Y_h", *(["Y_c"] if operator == "LSTM" else [])]
    types = {name: helper.np_dtype_to_tensor_dtype(value.dtype) for name, value in given.items()}
    graph = helper.make_graph(
        [helper.make_node(operator, [name if name in given else "" for name in order], outputs, **how)],
        operator,
        [helper.make_tensor_value_info(name, types[name], value.shape) for name, value in given.items()],
        [helper.make_tensor_value_info(name, types["X"], [None] * (4 if name == "Y" else 3)) for name in outputs],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(made)
    return made


def run_runtime(operator: str, given: Arrays, how: dict[str, object]) -> Arrays:
    session = onnxruntime.InferenceSession(
        model(operator, given, how).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, given), strict=True))


def run_reference(operator: str, given: Arrays, how: dict[str, object]) -> Arrays:
    """Each sequence by itself, cut to its length, in float64; outputs behind an end are zeros."""
    lengths = given.get("sequence_lens", np.full(B, T))
    double = {name: value.astype(np.float64) for name, value in given.items() if name != "sequence_lens"}
    ways = len(given["W"])
    exact = {name: np.zeros((ways, B, H)) for name in ("Y_h", *(["Y_c"] if operator == "LSTM" else []))}
    exact["Y"] = np.zeros((T, ways, B, H))
    for k, length in enumerate(lengths):
        alone = double | {name: double[name][:, k : k + 1] for name in ("initial_h", "initial_c") if name in double}
        alone["X"] = double["X"][:length, k : k + 1]
        evaluator = ReferenceEvaluator(model(operator, alone, how))
        for name, value in zip(evaluator.output_names, evaluator.run(None, alone), strict=True):
            if name == "Y":
                exact["Y"][:length, :, k] = value[:, :, 0]
            else:
                exact[name][:, k] = value[:, 0]
    return exact


def coupled_by_hand(given: Arrays) -> np.ndarray:
    """Y of a forward LSTM with f = 1 - i from zero start states, in float64."""
    X, W, R, bias = (given[name].astype(np.float64) for name in ("X", "W", "R", "B"))
    p_i, p_o, _ = np.split(given.get("P", np.zeros((1, 3 * H)))[0].astype(np.float64), 3)
    h = c = np.zeros((B, H))
    Y = []
    for x in X:
        i, o, _, g = np.split(x @ W[0].T + h @ R[0].T + bias[0, : 4 * H] + bias[0, 4 * H :], 4, axis=1)
        i = 1.0 / (1.0 + np.exp(-i - p_i * c))
        c = (1.0 - i) * c + i * np.tanh(g)
        h = np.tanh(c) / (1.0 + np.exp(-o - p_o * c))
        Y.append(h)
    return np.stack(Y)[:, None]


def case(operator: str, cell: str, direction: str, seed: list[int]) -> Arrays:
    given = inputs(operator, cell, direction, np.random.default_rng(seed))
    how = attributes(operator, cell, direction)
    outputs = run_runtime(operator, given, how)
    if cell.endswith("coupled"):
        if direction == "forward":
            np.testing.assert_allclose(outputs["Y"], coupled_by_hand(given), rtol=0.0, atol=1e-6)
        return given | outputs
    if cell in ("relu", "sigmoid"):
        return given | outputs
    exact = run_reference(operator, given, how)
    for name, value in exact.items():
        np.testing.assert_allclose(outputs[name], value, rtol=0.0, atol=1e-6 * np.abs(value).max(), err_msg=name)
    return given | outputs | {f"exact_{name}": value for name, value in exact.items()}


def main() -> None:
    for number, (operator, cells) in enumerate(CELLS.items()):
        arrays = {
            f"{cell} {direction}/{name}": value
            for cell_number, cell in enumerate(cells)
            for way, direction in enumerate(DIRECTIONS)
            for name, value in case(operator, cell, direction, [19, number, cell_number, way]).items()
        }
        np.savez_compressed(HERE / f"onnx_{operator.lower()}.npz", **arrays)


if __name__ == "__main__":
    main()
