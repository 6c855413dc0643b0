"""Write small ONNX models with layers of unusual forms for `tests/engine/files`, with what ONNX Runtime computes.

    pip install onnx==1.23.2 onnxruntime==1.32.0 numpy
    python tests/golden/make_files_onnx.py

Made with Python 3.11.7, onnx 1.23.2, onnxruntime 1.32.0 (CPU, float32), numpy 2.4. outputs_onnx.npz has, by
"<file>/<name>", x (T, B, D), lengths where there are some, and what each node gave: "0" and so on, (T, B, H or 2H), its
directions side by side; "h" and "c" the last states of the top one, (directions, B, H).

    reverse.onnx    a GRU that reads from the end alone, below an LSTM whose initial states the model holds,
                    the same for all sequences
    two_ways.onnx   an RNN of two directions, tanh and relu, whose initial states are each sequence's own; lengths, one
                    of them 0, for which ONNX Runtime gives zeros as the last state: of that the specification says
                    nothing
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

FILES = Path(__file__).parent / "files"
T, B, D, H = 5, 3, 2, 3
LENGTHS = np.array([3, 0, 5], dtype=np.int32)
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}

OUTPUTS: dict[str, np.ndarray] = {}


class Graph:
    """A model in the making: its nodes and the numbers that it holds."""

    def __init__(self, seed: int) -> None:
        self.rng, self.nodes, self.held = np.random.default_rng([89, seed]), [], []

    def drawn(self, name: str, *shape: int, rows: int | None = None) -> str:
        """Random numbers under a name; with `rows` the same ones so many times along axis 1."""
        array = (0.7 * self.rng.standard_normal(shape)).astype(np.float32)
        self.hold(name, array if rows is None else np.repeat(array, rows, axis=1))
        return name

    def hold(self, name: str, array: np.ndarray) -> str:
        self.held.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def layer(
        self, kind: str, reads: str, inputs: int, ways: int, lengths: str, starts: list[str], **how: object
    ) -> str:
        """One recurrent node, and its outputs (T, ways, B, H) as (T, B, ways H)."""
        n, gates = len(self.nodes), GATES[kind] * H
        weights = [
            self.drawn(f"W{n}", ways, gates, inputs),
            self.drawn(f"R{n}", ways, gates, H),
            self.drawn(f"B{n}", ways, 2 * gates),
        ]
        ends = [f"Y{n}", f"h{n}", *([f"c{n}"] if kind == "LSTM" else [])]
        given = [reads, *weights, lengths, *starts]
        self.nodes.append(helper.make_node(kind, given, ends, name=f"layer{n}", hidden_size=H, **how))
        self.nodes.append(helper.make_node("Transpose", [f"Y{n}"], [f"moved{n}"], perm=[0, 2, 1, 3]))
        shape = self.hold(f"shape{n}", np.array([0, 0, -1], dtype=np.int64))
        self.nodes.append(helper.make_node("Reshape", [f"moved{n}", shape], [f"out{n}"]))
        return f"out{n}"

    def write(self, name: str, outputs: dict[str, str], lengths: bool) -> None:
        """The model in a file, and what it computes of random inputs."""
        x = self.rng.standard_normal((T, B, D)).astype(np.float32)
        given = {"x": x, **({"lengths": LENGTHS} if lengths else {})}
        inputs = [
            helper.make_tensor_value_info(key, helper.np_dtype_to_tensor_dtype(rows.dtype), rows.shape)
            for key, rows in given.items()
        ]
        outs = [helper.make_tensor_value_info(out, onnx.TensorProto.FLOAT, [None] * 3) for out in outputs.values()]
        graph = helper.make_graph(self.nodes, "network", inputs, outs, self.held)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
        onnx.checker.check_model(model)
        data = model.SerializeToString()
        session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        for key, rows in {
            **given,
            **dict(zip(outputs, session.run(list(outputs.values()), given), strict=True)),
        }.items():
            OUTPUTS[f"{name}/{key}"] = rows
        (FILES / name).write_bytes(data)


def main() -> None:
    one = Graph(0)
    below = one.layer("GRU", "x", D, 1, "", [], direction="reverse", linear_before_reset=1)
    starts = [one.drawn("h_start", 1, 1, H, rows=B), one.drawn("c_start", 1, 1, H, rows=B)]
    above = one.layer("LSTM", below, H, 1, "", starts)
    one.write("reverse.onnx", {"0": below, "1": above, "h": "h3", "c": "c3"}, lengths=False)
    two = Graph(1)
    only = two.layer(
        "RNN",
        "x",
        D,
        2,
        "lengths",
        [two.drawn("h_start", 2, B, H)],
        direction="bidirectional",
        activations=["Tanh", "Relu"],
    )
    two.write("two_ways.onnx", {"0": only, "h": "h0"}, lengths=True)
    np.savez_compressed(FILES / "outputs_onnx.npz", **OUTPUTS)


if __name__ == "__main__":
    main()
