"""Write golden values of ONNX operators with other activations and with clip, for `test_activations.py` of the files.

    pip install onnx==1.23.2 onnxruntime==1.31.1 numpy
    python tests/golden/make_onnx_activations.py

Made with Python 3.11.7, onnx 1.23.2, onnxruntime 1.31.1 (CPU), numpy 2.4.6: ONNX Runtime's own outputs, in float32. It
clips the sums of gates and candidate and leaves the cell state of an LSTM as it is; alphas and betas are handed out in
the order of the activations that have one. Without an alpha its Affine, ScaledTanh and ThresholdedRelu take 0, the
specification says otherwise: the script gives them all.

One .npz; the keys are "<case>/<name>", names are ONNX's own: X, W, R, B, P and Y, and the attributes by their names.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper

HERE = Path(__file__).parent
T, B, D, H = 5, 3, 2, 3
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
CASES: dict[str, tuple[str, dict[str, object]]] = {
    "leaky": ("RNN", {"activations": ["LeakyRelu"], "activation_alpha": [0.3]}),
    "leaky as usual": ("RNN", {"activations": ["LeakyRelu"]}),
    "thresholded": ("RNN", {"activations": ["ThresholdedRelu"], "activation_alpha": [0.4]}),
    "affine": ("RNN", {"activations": ["Affine"], "activation_alpha": [0.6], "activation_beta": [0.2]}),
    "scaled": ("RNN", {"activations": ["ScaledTanh"], "activation_alpha": [1.3], "activation_beta": [0.7]}),
    "hard": ("RNN", {"activations": ["HardSigmoid"], "activation_alpha": [0.4], "activation_beta": [0.3]}),
    "hard as usual": ("RNN", {"activations": ["HardSigmoid"]}),
    "elu": ("RNN", {"activations": ["Elu"], "activation_alpha": [0.5]}),
    "softsign": ("RNN", {"activations": ["Softsign"]}),
    "softplus": ("RNN", {"activations": ["Softplus"]}),
    "relu clipped": ("RNN", {"activations": ["Relu"], "clip": 0.8}),
    "lstm hard": ("LSTM", {"activations": ["HardSigmoid", "Tanh", "Tanh"]}),
    "lstm of three": (
        "LSTM",
        {
            "activations": ["HardSigmoid", "LeakyRelu", "Elu"],
            "activation_alpha": [0.15, 0.3, 2.0],
            "activation_beta": [0.4],
        },
    ),
    "lstm relu": ("LSTM", {"activations": ["Sigmoid", "Relu", "Relu"]}),
    "lstm clipped": (
        "LSTM",
        {"activations": ["Sigmoid", "Tanh", "Affine"], "clip": 0.7}
        | {"activation_alpha": [1.0], "activation_beta": [0.0]},
    ),
    "lstm both ways": (
        "LSTM",
        {
            "activations": ["HardSigmoid", "Softsign", "Tanh"] * 2,
            "activation_alpha": [0.3, 0.3],
            "activation_beta": [0.45, 0.45],
            "direction": "bidirectional",
        },
    ),
    "peephole hard": ("LSTM", {"activations": ["HardSigmoid", "Softsign", "Tanh"], "clip": 1.2}),
    "coupled hard": ("LSTM", {"activations": ["HardSigmoid", "Tanh", "Softsign"], "input_forget": 1}),
    "gru hard": ("GRU", {"activations": ["HardSigmoid", "Softsign"], "linear_before_reset": 1}),
    "gru_before hard": (
        "GRU",
        {"activations": ["HardSigmoid", "LeakyRelu"], "activation_alpha": [0.2, 0.3]} | {"activation_beta": [0.5]},
    ),
    "gru clipped": ("GRU", {"activations": ["Sigmoid", "Tanh"], "linear_before_reset": 1, "clip": 0.6}),
}


def made(name: str, operator: str, how: dict[str, object], seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng([83, seed])
    ways, rows = (2 if how.get("direction") == "bidirectional" else 1), GATES[operator] * H
    shapes = {"W": (ways, rows, D), "R": (ways, rows, H), "B": (ways, 2 * rows)}
    if name.startswith("peephole"):
        shapes["P"] = (ways, 3 * H)
    held = {key: (0.9 * rng.standard_normal(shape)).astype(np.float32) for key, shape in shapes.items()}
    X = (1.5 * rng.standard_normal((T, B, D))).astype(np.float32)
    places = ["X", "W", "R", "B", "", "", *(["", "P"] if "P" in held else [])]
    graph = helper.make_graph(
        [helper.make_node(operator, places, ["Y"], hidden_size=H, **how)],
        operator,
        [helper.make_tensor_value_info("X", onnx.TensorProto.FLOAT, X.shape)],
        [helper.make_tensor_value_info("Y", onnx.TensorProto.FLOAT, [None] * 4)],
        [onnx.numpy_helper.from_array(value, key) for key, value in held.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    attributes = {key: np.array(value) for key, value in how.items()}
    return held | attributes | {"X": X, "Y": session.run(None, {"X": X})[0], "operator": np.array(operator)}


def main() -> None:
    arrays = {
        f"{name}/{key}": value
        for seed, (name, (operator, how)) in enumerate(CASES.items())
        for key, value in made(name, operator, how, seed).items()
    }
    np.savez_compressed(HERE / "onnx_activations.npz", **arrays)


if __name__ == "__main__":
    main()
