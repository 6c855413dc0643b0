"""ONNX models made of the golden values of ONNX Runtime: every cell and direction, heads, embeddings, what is left."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from engine.files import FileError, NetworkFile, read_network
from engine.forward import State
from engine.networks.network import run_network
from tests.engine.files.golden_files import FILES, Array, assert_close

CELLS = {
    "rnn": {"tanh": {}, "relu": {"activations": ["Relu"]}, "sigmoid": {"activations": ["Sigmoid"]}}
    | {"identity": {"activations": ["Affine"], "activation_alpha": [1.0], "activation_beta": [0.0]}},
    "lstm": {"lstm": {}, "peephole": {}, "coupled": {"input_forget": 1}, "peephole_coupled": {"input_forget": 1}},
    "gru": {"gru": {"linear_before_reset": 1}, "gru_before": {"linear_before_reset": 0}},
}
CASES = [(operator, cell) for operator, cells in CELLS.items() for cell in cells]


@cache
def golden(operator: str, case: str) -> dict[str, Array]:
    with np.load(FILES.parent / f"onnx_{operator}.npz") as arrays:
        return {key.split("/")[1]: arrays[key] for key in arrays.files if key.split("/")[0] == case}


def node(operator: str, values: dict[str, Array], **how: Any) -> onnx.NodeProto:
    order = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    names = [name if name in values else "" for name in order[: 8 if operator == "lstm" else 6]]
    outputs = ["Y", "Y_h", *(["Y_c"] if operator == "lstm" else [])]
    ways = len(values["W"])
    how = {key: one * ways if isinstance(one, list) else one for key, one in how.items()}
    return helper.make_node(operator.upper(), names, outputs, name="memory", hidden_size=values["R"].shape[2], **how)


def model(nodes: list[onnx.NodeProto], constants: dict[str, Array], inputs: tuple[str, ...] = ("X",)) -> bytes:
    tensors = [numpy_helper.from_array(rows, name) for name, rows in constants.items()]
    given = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in inputs]
    made = [helper.make_tensor_value_info(nodes[-1].output[0], onnx.TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "made", given, made, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10).SerializeToString()


def weights(values: dict[str, Array]) -> dict[str, Array]:
    return {name: values[name] for name in ("W", "R", "B", "P") if name in values}


def opened(operator: str, cell: str, direction: str, **how: Any) -> NetworkFile:
    values = golden(operator, f"{cell} {direction}")
    own = CELLS[operator][cell] | how | {"direction": direction}
    return read_network(model([node(operator, values, **own)], weights(values)))


@pytest.mark.parametrize(("operator", "cell"), CASES)
@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
def test_every_cell_computes_what_the_runtime_does(operator: str, cell: str, direction: str) -> None:
    values, network = golden(operator, f"{cell} {direction}"), opened(operator, cell, direction).network
    assert network is not None and network.layers[0].cell.name == cell
    start = None
    if "initial_h" in values:
        cells = values.get("initial_c", [None] * len(values["W"]))
        start = tuple(State(h, c) for h, c in zip(values["initial_h"], cells, strict=True))
    lengths = values.get("sequence_lens")
    outputs = run_network(network, values["X"].astype(np.float64), lengths, start).outputs
    expected = np.concatenate(list(values["Y"].transpose(1, 0, 2, 3).astype(np.float64)), axis=2)
    assert_close(outputs, expected, 2e-6)


def test_gates_are_where_onnx_has_them() -> None:
    used = {
        tensor.name: [(one.gate, one.start) for one in tensor.blocks]
        for tensor in opened("lstm", "peephole", "forward").used
    }
    assert used["W"] == used["R"] == [("input", 0), ("output", 3), ("forget", 6), ("candidate", 9)]
    assert [gate for gate, _ in used["B"]] == ["input", "output", "forget", "candidate"] * 2
    assert used["P"] == [("input", 0), ("output", 3), ("forget", 6)]


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"activations": ["Sigmoid", "Swish", "Tanh"]}, "Swish is none that ONNX names"),
        ({"clip": -1.0}, "clipped at a limit that is none"),
    ],
)
def test_what_cannot_be_run_is_named_with_its_tensors(how: dict[str, Any], sentence: str) -> None:
    file = opened("lstm", "lstm", **({"direction": "forward"} | how))
    assert file.network is None and file.layers[0].size == 3
    assert {left.name for left in file.left} == {"W", "R", "B"}
    assert all(sentence in left.why for left in file.left)
    assert any(sentence in said for said in file.sentences)


def test_constants_that_exporters_make_are_computed() -> None:
    """Gates cut, put in another order and joined, as torch.export writes them."""
    values = golden("gru", "gru forward")
    parts = {
        "r": values["R"][0],
        "axis": np.array([0]),
        "swapped": np.concatenate([values["R"][0, 3:6], values["R"][0, :3], values["R"][0, 6:]]),
    }
    cuts = {"zero": np.array([0]), "three": np.array([3]), "six": np.array([6]), "nine": np.array([9])}
    nodes = [
        helper.make_node("Slice", ["swapped", "three", "six", "zero"], ["z"]),
        helper.make_node("Slice", ["swapped", "zero", "three", "zero"], ["r_gate"]),
        helper.make_node("Slice", ["swapped", "six", "nine", "zero"], ["n"]),
        helper.make_node("Concat", ["z", "r_gate", "n"], ["joined"], axis=0),
        helper.make_node("Transpose", ["joined"], ["turned"], perm=[1, 0]),
        helper.make_node("Transpose", ["turned"], ["back"], perm=[1, 0]),
        helper.make_node("Unsqueeze", ["back", "zero"], ["made"]),
        helper.make_node("GRU", ["X", "W", "made", "B"], ["Y"], hidden_size=3, linear_before_reset=1),
    ]
    file = read_network(model(nodes, {"W": values["W"], "B": values["B"], "swapped": parts["swapped"]} | cuts))
    assert file.network is not None
    assert_close(
        run_network(file.network, values["X"].astype(np.float64)).outputs, values["Y"][:, 0].astype(np.float64), 2e-6
    )
    assert not [left for left in file.left if left.name == "swapped"]


def test_layers_heads_and_an_embedding_are_found_through_what_moves_numbers(rng: np.random.Generator) -> None:
    values = golden("gru", "gru bidirectional")
    upper = {"W2": rng.standard_normal((1, 12, 6)), "R2": rng.standard_normal((1, 12, 3))}
    constants = {name: rows for name, rows in weights(values).items()} | {
        "table": rng.standard_normal((7, 2)),
        **upper,
        "V": rng.standard_normal((3, 4)),
        "d": rng.standard_normal(4),
        "shape": np.array([0, 0, -1]),
        "one": np.array([1]),
    }
    constants = {
        name: rows.astype(np.float32) if rows.dtype == np.float64 else rows for name, rows in constants.items()
    }
    nodes = [
        helper.make_node("Gather", ["table", "X"], ["looked up"]),
        helper.make_node("Transpose", ["looked up"], ["time first"], perm=[1, 0, 2]),
        helper.make_node(
            "GRU", ["time first", "W", "R", "B"], ["Y"], direction="bidirectional", hidden_size=3, linear_before_reset=1
        ),
        helper.make_node("Transpose", ["Y"], ["y"], perm=[0, 2, 1, 3]),
        helper.make_node("Reshape", ["y", "shape"], ["below"]),
        helper.make_node("LSTM", ["below", "W2", "R2"], ["Y2", "Y2_h"], hidden_size=3),
        helper.make_node("Squeeze", ["Y2", "one"], ["above"]),
        helper.make_node("MatMul", ["above", "V"], ["scores"], name="scores of all"),
        helper.make_node("Add", ["d", "scores"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["out"]),
        helper.make_node("Gemm", ["Y2_h", "V", "d"], ["last"], name="last", alpha=2.0, beta=3.0),
    ]
    file = read_network(model(nodes, constants))
    assert file.network is not None and file.network.embedding is not None and file.batch_first is True
    assert [layer.cell.name for layer in file.network.layers] == ["gru", "lstm"] and len(
        file.network.layers[0].directions
    ) == 2
    each, last = file.heads
    assert (each.reads, each.activation, last.reads) == ("each", "softmax", "final")
    np.testing.assert_array_equal(each.readout.V, constants["V"].T)
    np.testing.assert_array_equal(last.readout.V, 2.0 * constants["V"].T.astype(np.float64))
    np.testing.assert_array_equal(last.readout.d, 3.0 * constants["d"].astype(np.float64))


def test_directions_that_are_cut_apart_and_joined_are_one_layer() -> None:
    """As exporters of Keras models write them; and the last states of both, or of one alone."""
    values = golden("gru", "gru bidirectional")
    V = np.ones((6, 2), np.float32)
    upper = {"W2": np.full((1, 9, 6), 0.1, np.float32), "R2": np.full((1, 9, 3), 0.1, np.float32), "V": V, "v": V[:3]}
    places = {f"at {k}": np.array([k]) for k in (0, 1, 2)}
    cut = [helper.make_node("Slice", ["Y", f"at {k}", f"at {k + 1}", "at 1"], [f"way {k}"]) for k in (0, 1)]
    squeezed = [helper.make_node("Squeeze", [f"way {k}", "at 1"], [f"only {k}"]) for k in (0, 1)]
    for order, layers in (((0, 1), 2), ((1, 0), 1)):
        nodes = [
            helper.make_node(
                "GRU", ["X", "W", "R", "B"], ["Y", "Y_h"], "below", direction="bidirectional", hidden_size=3
            ),
            *cut,
            *squeezed,
            helper.make_node("Concat", [f"only {k}" for k in order], ["both"], axis=2),
            helper.make_node("GRU", ["both", "W2", "R2"], ["Y2"], "above", hidden_size=3),
            helper.make_node("Gather", ["Y_h", "at 0"], ["first"], axis=0),
            helper.make_node("Gather", ["Y_h", "at 1"], ["second"], axis=0),
            helper.make_node("Concat", ["first", "second"], ["joined"], axis=2),
            helper.make_node("MatMul", ["joined", "V"], ["of both"], name="of both"),
            helper.make_node("MatMul", ["first", "v"], ["of one"], name="of one"),
        ]
        file = read_network(model(nodes, weights(values) | upper | places))
        assert file.network is not None and len(file.network.layers) == layers
        if layers == 1:  # the other way round it is another network
            assert [(head.name, head.reads) for head in file.heads] == [("of both", "final")]
            above = file.answered(part="above")
            assert any("reads a part of what below gives" in sentence for sentence in above.sentences)


def test_axes_with_names_are_read_over() -> None:
    """A shape of a value may have words in it."""
    values = golden("gru", "gru forward")
    made = onnx.load_model_from_string(model([node("gru", values)], weights(values)))
    shape = made.graph.input[0].type.tensor_type.shape
    for word in ("time", "a very long name of the axis of sequences", ""):
        shape.dim.add(dim_param=word)
    made.metadata_props.add(key="made", value="here")
    assert read_network(made.SerializeToString()).network is not None


def test_weights_in_another_file_are_named_as_missing() -> None:
    values = golden("gru", "gru forward")
    made = onnx.load_model_from_string(model([node("gru", values)], weights(values)))
    tensor = next(one for one in made.graph.initializer if one.name == "R")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    with pytest.raises(FileError, match=r"R lies in another file, \.\./\.\./etc/passwd, which is not read"):
        read_network(made.SerializeToString())


def test_a_tensor_of_100_gigabytes_in_a_kilobyte_is_refused() -> None:
    values = golden("gru", "gru forward")
    made = onnx.load_model_from_string(model([node("gru", values)], weights(values)))
    made.graph.initializer[0].dims[:] = [1, 2**20, 2**15]
    with pytest.raises(FileError, match="promises more numbers"):
        read_network(made.SerializeToString())
    made.graph.initializer[0].dims[:] = [1, 9, 3]
    with pytest.raises(FileError, match="W has 72 bytes, but its shape"):
        read_network(made.SerializeToString())


def test_a_model_of_a_million_empty_nodes_is_counted_before_it_is_made() -> None:
    graph = b"\x0a\x00" * 1_100_000
    size = len(graph)
    length = bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14 & 127 | 128, size >> 21])
    with pytest.raises(FileError, match="more than 1,000,000 entries"):
        read_network(b"\x08\x0a\x3a" + length + graph)


def test_a_graph_that_goes_in_circles_ends() -> None:
    nodes = [
        helper.make_node("Identity", ["b"], ["a"]),
        helper.make_node("Identity", ["a"], ["b"]),
        helper.make_node("GRU", ["a", "b", "a"], ["Y"], hidden_size=3),
    ]
    with pytest.raises(FileError, match="computed at each run"):
        read_network(model(nodes, {}))


def test_constants_that_double_without_end_are_bounded() -> None:
    """Each node joins the one before with itself: the numbers of a constant would double, the ways to an input."""
    for first, sentence in (("a constant", "more numbers than a file of this size"), ("X", "computed at each run")):
        nodes = [helper.make_node("Concat", [first if k == 0 else f"{k}"] * 2, [f"{k + 1}"], axis=0) for k in range(39)]
        nodes.append(helper.make_node("GRU", ["X", "39", "39"], ["Y"], hidden_size=3))
        with pytest.raises(FileError, match=sentence):
            read_network(model(nodes, {"a constant": np.ones((1, 9, 3), np.float32)}))


def test_an_attribute_of_another_type_is_said() -> None:
    values = golden("gru", "gru forward")
    with pytest.raises(FileError, match="the attribute layout of a node GRU is not of the type"):
        read_network(model([node("gru", values, layout="first")], weights(values)))


def test_a_head_that_cannot_be_read_is_left_and_the_network_opens() -> None:
    values = golden("gru", "gru forward")
    nodes = [
        node("gru", values),
        helper.make_node("MatMul", ["Y", "V"], ["scores"]),
        helper.make_node("Add", ["scores", "d"], ["out"]),
    ]
    file = read_network(model(nodes, weights(values) | {"V": np.ones((3, 2), np.float32), "d": np.array([1, 2])}))
    assert file.network is not None and file.head is not None and not file.head.readout.d.any()


def test_a_model_without_recurrent_nodes_says_what_it_has() -> None:
    with pytest.raises(FileError, match="its nodes are Relu"):
        read_network(model([helper.make_node("Relu", ["X"], ["Y"])], {}))


def test_start_states_of_the_model_are_said_not_to_be_used() -> None:
    values = golden("gru", "gru forward") | {"initial_h": np.ones((1, 4, 3), np.float32)}
    constants = weights(values) | {"initial_h": values["initial_h"]}
    file = read_network(model([node("gru", {k: v for k, v in values.items() if k != "sequence_lens"})], constants))
    assert any("starts from states that the model holds" in said for said in file.sentences)
    file = read_network(model([node("gru", values)], weights(values), ("X", "initial_h")))
    assert any("as an input of the model" in said for said in file.sentences)
