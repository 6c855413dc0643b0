"""ONNX: a graph whose nodes RNN, LSTM and GRU are read, with weights that are constants of the graph.

Weights in another file are named as missing, and that file is never looked for.

Source: the ONNX specification of the operators RNN, LSTM, GRU, Gemm and MatMul.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.cells import CELLS, Cell, LSTMVariant
from engine.conventions import ONNX, from_onnx
from engine.files.bounds import FileError, numbers, package, quoted
from engine.files.found import Block, Found, FoundHead, FoundLayer, FoundTable, Part, Way, blocks, chains, used
from engine.files.onnx_graph import DEEPEST, KINDS, Graph, attribute, constant, graph_of, tensor_of, tensors_of
from engine.files.state_dict import why
from engine.files.tensors import Tensor
from engine.files.wire import counted
from engine.parameters import Parameters

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
USUAL = {"RNN": ("Tanh",), "GRU": ("Sigmoid", "Tanh"), "LSTM": ("Sigmoid", "Tanh", "Tanh")}
SIMPLE = {"tanh": "tanh", "relu": "relu", "sigmoid": "sigmoid", "affine": "identity"}
THROUGH = frozenset(("Identity", "Transpose", "Squeeze", "Unsqueeze", "Reshape", "Dropout", "Cast", "Flatten"))
CHOOSES = frozenset(("Slice", "Gather", "GatherND", "GatherElements"))  # a step out of all
AFTER = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Sigmoid": "sigmoid", "Tanh": "tanh", "Relu": "relu"}


def from_onnx_model(data: bytes) -> Found:
    """The recurrent nodes of a model.

    Raises:
        FileError: the package onnx is not installed, the model is damaged, its weights lie in another file, or no node
            is recurrent.
    """
    onnx = package("onnx", "an ONNX model")
    counted(data)
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # DecodeError of protobuf, whose module has moved between its releases
        raise FileError("the ONNX model is damaged or cut off") from error
    graph = graph_of(model.graph, numbers(len(data)))
    tensors, left = tensors_of(graph)
    layers: dict[str, FoundLayer] = {}
    below: dict[str, str | None] = {}
    recurrent: dict[str, tuple[str, str]] = {}  # what a node makes -> the layer, and which output
    batch_first: bool | None = None
    notes: list[str] = []
    of_node: dict[str, Any] = {}
    for number, node in enumerate(
        node for node in graph.nodes if node.op_type in GATES and node.domain in ("", "ai.onnx")
    ):
        name = node.name or f"{node.op_type} {number + 1}"
        name = f"{name} ({number + 1})" if name in layers else name
        layer = _layer(name, node, graph)
        layers[name], of_node[name] = layer, node
        for output, what in zip(node.output, ("Y", "Y_h", "Y_c"), strict=False):
            recurrent[output] = (name, what)
        source, _, turned = _back(node.input[0], graph, THROUGH, recurrent)
        reads = recurrent.get(source)
        fits = reads is not None and reads[1] == "Y" and layers[reads[0]].outputs == layer.inputs
        below[name] = reads[0] if fits and reads is not None else None
        if below[name] is None:
            first = turned != bool(attribute(node, "layout", 0))
            batch_first = first if batch_first is None else batch_first
        notes += _starts(name, node, graph)
    if not layers:
        few = list(dict.fromkeys(node.op_type for node in graph.nodes))[:6]
        ops = ", ".join(quoted(op, 20) for op in few) or "none"
        raise FileError(
            f"the ONNX model has no node RNN, LSTM or GRU; its nodes are {ops} (an exporter may have taken its "
            "layers apart)"
        )
    parts = [_part(chain, graph, of_node, recurrent) for chain in chains(layers, below)]
    named = dict(tensors)
    for part in parts:
        made = [tensor.name for layer in part.layers for way in layer.ways for tensor in way.used]
        for name in (*made, *(head.weight.name for head in part.heads)):
            for source in graph.sources.get(name, ()):
                named.pop(source, None)
    return Found(
        "An ONNX model",
        tuple(parts),
        named,
        lambda tensor: _why(tensor, graph, parts),
        tuple(notes),
        batch_first,
        (),
        tuple(left),
    )


# Recurrent nodes


def _layer(name: str, node: Any, graph: Graph) -> FoundLayer:
    """One node, with the weights of its directions."""
    W, R, B, P = (_weights(name, node, graph, place, what) for place, what in ((1, "W"), (2, "R"), (3, "B"), (7, "P")))
    if W is None or R is None:
        raise FileError(f"the node {quoted(name)} has no {'W' if W is None else 'R'}")
    gates = GATES[node.op_type]
    if len(W.shape) != 3 or len(R.shape) != 3 or 0 in (*W.shape, *R.shape):
        raise FileError(
            f"W and R of the node {quoted(name)} have the shapes {W.shape!s:.50} and {R.shape!s:.50}, but "
            f"(directions, {gates}*H, D or H) was expected"
        )
    ways, rows, inputs = W.shape
    size = R.shape[2]
    direction = str(attribute(node, "direction", "forward")).lower()
    if (
        R.shape != (ways, gates * size, size)
        or rows != gates * size
        or ways != (2 if direction == "bidirectional" else 1)
    ):
        raise FileError(
            f"W and R of the {quoted(direction, 15)} node {quoted(name)} have the shapes {W.shape} and "
            f"{R.shape}, which do not fit each other"
        )
    for weights, what, wanted in ((B, "B", (ways, 2 * rows)), (P, "P", (ways, 3 * size))):
        if weights is not None and weights.shape != wanted:
            raise FileError(
                f"{what} of the node {quoted(name)} has shape {weights.shape!s:.60}, but {wanted} was expected"
            )
    cell, problem = _cell(node, ways, P is not None)
    full = ONNX[{"LSTM": "lstm", "GRU": "gru", "RNN": "tanh"}[node.op_type]]
    if direction == "reverse":
        problem = problem or "it reads from the end alone (direction=reverse), which is not run here yet"
    found = []
    for way in range(ways):
        seen = [used(W, "input weights", blocks(full, size, 1)), used(R, "recurrent weights", blocks(full, size, 1))]
        if B is not None:
            seen.append(used(B, "biases, of the inputs and then of the states,", blocks(full, size, 1, 2)))
        if P is not None:
            looks = ("input", "output", "forget")
            seen.append(
                used(P, "peepholes", [Block(gate, 1, k * size, (k + 1) * size) for k, gate in enumerate(looks)])
            )
        found.append(Way(tuple(seen), _reader(way, W, R, B, P)))
    return FoundLayer(name, (cell,), tuple(found), inputs, size, problem)


def _reader(way: int, W: Tensor, R: Tensor, *others: Tensor | None) -> Callable[[Cell], Parameters]:
    return lambda cell: from_onnx(
        cell, W.array()[way], R.array()[way], *(None if one is None else one.array()[way] for one in others)
    )


def _weights(name: str, node: Any, graph: Graph, place: int, what: str) -> Tensor | None:
    """W, R, B or P of a node, None where it has none."""
    if len(node.input) <= place or not node.input[place]:
        return None
    source = node.input[place]
    array = constant(source, graph)
    if array is None:
        raise FileError(
            f"{what} of the node {quoted(name)}, {quoted(source)}, is computed at each run: weights that are "
            "constants are read"
        )
    proto = graph.held.get(source)
    kind = KINDS.get(proto.data_type, "float32") if proto is not None else "float32"
    return Tensor(source, array.shape, kind, lambda: array)


def _cell(node: Any, ways: int, peepholes: bool) -> tuple[Cell, str]:
    """Which cell of this engine a node is, and what of it is not run here."""
    usual, kind = USUAL[node.op_type], node.op_type
    given = [
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
        for one in attribute(node, "activations", [])
    ]
    given = given or list(usual) * ways
    each = [tuple(one.lower() for one in given[k * len(usual) : (k + 1) * len(usual)]) for k in range(ways)]
    problem = ""
    if len(set(each)) > 1:
        problem = "its two directions have different activations, which is not run here yet"
    if kind == "RNN":
        alpha, beta = attribute(node, "activation_alpha", []), attribute(node, "activation_beta", [])
        name = SIMPLE.get(each[0][0] if each[0] else "", "")
        if not name or (name == "identity" and (any(one != 1.0 for one in alpha) or any(one != 0.0 for one in beta))):
            problem = problem or f"its activation is {quoted(', '.join(given))}, which is not run here yet"
        cell: Cell = CELLS[name or "tanh"]
    else:
        if each[0] != tuple(one.lower() for one in usual):
            problem = problem or f"its activations are {quoted(', '.join(given))}, but {', '.join(usual)} are run here"
        if kind == "GRU":
            cell = CELLS["gru" if attribute(node, "linear_before_reset", 0) else "gru_before"]
        elif peepholes or attribute(node, "input_forget", 0):
            coupled = bool(attribute(node, "input_forget", 0))
            variant = LSTMVariant(peepholes=peepholes, coupled=coupled)
            cell = CELLS.get(variant.name, variant)
        else:
            cell = CELLS["lstm"]
    if attribute(node, "clip", None) is not None:
        problem = (
            problem or f"its sums are clipped at {attribute(node, 'clip', 0.0):.6g} (clip), which is not run here yet"
        )
    return cell, problem


def _starts(name: str, node: Any, graph: Graph) -> list[str]:
    """What is said of start states that are not zero."""
    for place in (5, 6):
        source = node.input[place] if len(node.input) > place else ""
        if source in graph.inputs:
            return [f"{quoted(name)} takes its start states as an input of the model; here they are zeros."]
        if (
            source in graph.held
            and graph.held[source].data_type in KINDS
            and graph.held[source].data_location != 1
            and tensor_of(source, graph.held[source]).read().any()
        ):
            return [f"{quoted(name)} starts from states that the model holds; here from zeros."]
    return []


# What stands around


def _back(name: str, graph: Graph, through: frozenset[str], stop: Mapping[str, Any]) -> tuple[str, list[str], bool]:
    """The value from which `name` comes through nodes that move numbers; those; whether batch and time swapped."""
    ops: list[str] = []
    turned = False
    for _ in range(DEEPEST):
        node = graph.makers.get(name)
        if name in stop or node is None or node.op_type not in through or not node.input:
            break
        if node.op_type == "Transpose" and list(attribute(node, "perm", []))[:2] == [1, 0]:
            turned = not turned
        ops.append(node.op_type)
        name = node.input[0]
    return name, ops, turned


def _part(
    chain: Sequence[FoundLayer], graph: Graph, of_node: Mapping[str, Any], recurrent: Mapping[str, tuple[str, str]]
) -> Part:
    """The chain with its embedding and its heads."""
    tables, notes = [], []
    source, _, _ = _back(of_node[chain[0].name].input[0], graph, THROUGH, recurrent)
    maker = graph.makers.get(source)
    if maker is not None and maker.op_type == "Gather" and source not in recurrent:
        proto = graph.held.get(maker.input[0])
        if (
            proto is not None
            and proto.data_type in KINDS
            and proto.data_location != 1
            and len(proto.dims) == 2
            and proto.dims[1] == chain[0].inputs
        ):
            tables.append(FoundTable(maker.input[0], tensor_of(maker.input[0], proto)))
    elif maker is not None and source not in recurrent:
        notes.append(
            f"A node {quoted(maker.op_type)} stands before the network and is not run here: the network reads the "
            f"{chain[0].inputs} numbers a step that it gives."
        )
    name = chain[0].name if len(chain) == 1 else f"{chain[0].name} to {chain[-1].name}"
    return Part(name, tuple(chain), tuple(tables), tuple(_heads(graph, recurrent, chain[-1])), tuple(notes))


def _heads(graph: Graph, recurrent: Mapping[str, tuple[str, str]], top: FoundLayer) -> Iterator[FoundHead]:
    """The nodes Gemm, and MatMul with Add, that read what the top layer gives."""
    for node in graph.nodes:
        if node.op_type not in ("Gemm", "MatMul") or len(node.input) < 2 or not node.output:
            continue
        source, ops, _ = _back(node.input[0], graph, THROUGH | CHOOSES | {"Concat"}, recurrent)
        layer, what = recurrent.get(source, ("", ""))
        if layer != top.name or what == "Y_c" or attribute(node, "transA", 0):
            continue
        V = constant(node.input[1], graph)
        if V is None or V.ndim != 2 or 0 in V.shape:
            continue
        turned = not (node.op_type == "Gemm" and attribute(node, "transB", 0))
        if V.shape[0 if turned else 1] != top.outputs:
            continue
        d_name, after = (node.input[2] if node.op_type == "Gemm" and len(node.input) > 2 else ""), node.output[0]
        if node.op_type == "MatMul":
            adds = [one for one in graph.readers.get(after, []) if one.op_type == "Add" and len(one.input) == 2]
            if len(adds) == 1:
                other = (
                    next(one for one in adds[0].input if one != after) if adds[0].input[0] != adds[0].input[1] else ""
                )
                if other and constant(other, graph) is not None:
                    d_name, after = other, adds[0].output[0]
        d = constant(d_name, graph) if d_name else None
        outputs = V.shape[1 if turned else 0]
        if d is not None and d.size not in (1, outputs):
            continue
        alpha, beta = float(attribute(node, "alpha", 1.0)), float(attribute(node, "beta", 1.0))
        then = next((AFTER[one.op_type] for one in graph.readers.get(after, []) if one.op_type in AFTER), "linear")
        chosen = "final" if what == "Y_h" else "last" if CHOOSES & set(ops) else "each"
        yield FoundHead(
            node.name or node.output[0],
            _scaled(node.input[1], V, alpha),
            None
            if d is None
            else _scaled(d_name, np.broadcast_to(np.ravel(d), (outputs,)) if d.size == 1 else np.ravel(d), beta),
            turned,
            then,
            "final" if chosen == "last" and len(top.ways) == 1 else chosen,
        )


def _scaled(name: str, array: Array, factor: float) -> Tensor:
    return Tensor(name, array.shape, "float32", lambda: array * factor)


def _why(tensor: Tensor, graph: Graph, parts: Sequence[Part]) -> str:
    """Why a constant is left: by the node that reads it."""
    reader = next(iter(graph.readers.get(tensor.name, ())), None)
    if reader is None:
        return "is read by no node of the model's graph"
    if reader.op_type in GATES:
        return "the start states of a layer" if tensor.name in list(reader.input)[5:7] else why(tensor, parts)
    return f"is read by a node {quoted(reader.op_type)}, which is not run here"
