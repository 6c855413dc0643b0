"""ONNX: a graph whose nodes RNN, LSTM and GRU are read, with weights that are constants of the graph.

Weights in another file are named as missing, and that file is never looked for.

Source: the ONNX specification of the operators RNN, LSTM, GRU, Gemm and MatMul.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.files.bounds import LAYERS, FileError, numbers, package, quoted
from engine.files.found import Found, FoundHead, FoundLayer, FoundTable, Part, chains
from engine.files.onnx_graph import DEEPEST, KINDS, Graph, attribute, constant, graph_of, tensor_of, tensors_of
from engine.files.onnx_layers import GATES, layer_of, starts_of
from engine.files.onnx_trace import THROUGH, Output, Tracer
from engine.files.state_dict import why
from engine.files.tensors import Tensor
from engine.files.wire import counted

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
    outputs: dict[str, Output] = {}
    batch_first: bool | None = None
    notes: list[str] = []
    of_node: dict[str, Any] = {}
    tracer = Tracer(graph, outputs)
    for number, node in enumerate(
        node for node in graph.nodes if node.op_type in GATES and node.domain in ("", "ai.onnx")
    ):
        name = node.name or f"{node.op_type} {number + 1}"
        name = f"{name} ({number + 1})" if name in layers else name
        if number == LAYERS:
            raise FileError(f"the model has more than {LAYERS:,} recurrent layers, which is more than is read")
        layer = layer_of(name, node, graph)
        layers[name], of_node[name] = layer, node
        by_batch = int(bool(attribute(node, "layout", 0)))
        for output, what, axis in zip(node.output, ("Y", "Y_h", "Y_c"), (1, 0, 0), strict=False):
            outputs[output] = Output(name, what, len(layer.ways), axis + by_batch)
        read = tracer.trace(node.input[0])
        lower = read.pieces[0][0] if read.pieces else ""
        fits = lower and read.whole(lower, len(layers[lower].ways)) and layers[lower].outputs == layer.inputs
        below[name] = lower if fits and read.what == "Y" and not read.chosen else None
        if below[name] is None and not read.pieces:
            first = read.turned != bool(by_batch)
            batch_first = first if batch_first is None else batch_first
        notes += starts_of(name, node, graph)
    if not layers:
        few = list(dict.fromkeys(node.op_type for node in graph.nodes))[:6]
        ops = ", ".join(quoted(op, 20) for op in few) or "none"
        raise FileError(
            f"the ONNX model has no node RNN, LSTM or GRU; its nodes are {ops} (an exporter may have taken its "
            "layers apart)"
        )
    parts = [_part(chain, of_node, tracer) for chain in chains(layers, below)]
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


def _part(chain: Sequence[FoundLayer], of_node: Mapping[str, Any], tracer: Tracer) -> Part:
    """The chain with its embedding and its heads."""
    tables, notes, graph = [], [], tracer.graph
    read = tracer.trace(of_node[chain[0].name].input[0])
    maker = graph.makers.get(read.source)
    if read.pieces:
        names = ", ".join(quoted(name) for name in dict.fromkeys(name for name, _ in read.pieces))
        notes.append(f"{quoted(chain[0].name)} reads a part of what {names} gives, which is not put together here.")
    elif maker is not None and maker.op_type == "Gather":
        proto = graph.held.get(maker.input[0])
        fits = proto is not None and proto.data_type in KINDS and proto.data_location != 1 and len(proto.dims) == 2
        if proto is not None and fits and proto.dims[1] == chain[0].inputs:
            tables.append(FoundTable(maker.input[0], tensor_of(maker.input[0], proto)))
    elif maker is not None:
        notes.append(
            f"A node {quoted(maker.op_type)} stands before the network and is not run here: the network reads the "
            f"{chain[0].inputs} numbers a step that it gives."
        )
    name = chain[0].name if len(chain) == 1 else f"{chain[0].name} to {chain[-1].name}"
    return Part(name, tuple(chain), tuple(tables), tuple(_heads(tracer, chain[-1])), tuple(notes))


def _heads(tracer: Tracer, top: FoundLayer) -> Iterator[FoundHead]:
    """The nodes Gemm, and MatMul with Add, that read what the top layer gives."""
    graph = tracer.graph
    for node in graph.nodes:
        if node.op_type not in ("Gemm", "MatMul") or len(node.input) < 2 or not node.output:
            continue
        read = tracer.trace(node.input[0])
        if not read.whole(top.name, len(top.ways)) or read.what == "Y_c" or attribute(node, "transA", 0):
            continue
        V = _constant(node.input[1], graph)
        turned = not (node.op_type == "Gemm" and attribute(node, "transB", 0))
        if V is None or V.ndim != 2 or 0 in V.shape or V.shape[0 if turned else 1] != top.outputs:
            continue
        d_name, after = (node.input[2] if node.op_type == "Gemm" and len(node.input) > 2 else ""), node.output[0]
        if node.op_type == "MatMul":
            d_name, after = _added(after, graph)
        d = _constant(d_name, graph) if d_name else None
        outputs = V.shape[1 if turned else 0]
        if d is not None and d.size not in (1, outputs):
            continue
        alpha, beta = float(attribute(node, "alpha", 1.0)), float(attribute(node, "beta", 1.0))
        then = next(
            (AFTER[one.op_type] for one in graph.readers.get(_moved(after, graph), []) if one.op_type in AFTER),
            "linear",
        )
        reads = "final" if read.what == "Y_h" else "last" if read.chosen else "each"
        yield FoundHead(
            node.name or node.output[0],
            _scaled(node.input[1], V, alpha),
            None if d is None else _scaled(d_name, np.broadcast_to(np.ravel(d), (outputs,)), beta),
            turned,
            then,
            "final" if reads == "last" and len(top.ways) == 1 else reads,
        )


def _constant(name: str, graph: Graph) -> Array | None:
    """A constant, if it can be read: of a head that cannot, the file opens without it."""
    try:
        return constant(name, graph)
    except FileError:
        return None


def _moved(name: str, graph: Graph) -> str:
    """The last name of a value that is only moved on."""
    for _ in range(DEEPEST):
        readers = graph.readers.get(name, [])
        if len(readers) != 1 or readers[0].op_type not in THROUGH or readers[0].input[0] != name:
            break
        name = readers[0].output[0]
    return name


def _added(name: str, graph: Graph) -> tuple[str, str]:
    """The constant that is added to a product, "" for none, and the sum."""
    name = _moved(name, graph)
    adds = [one for one in graph.readers.get(name, []) if one.op_type == "Add" and len(one.input) == 2]
    for other in adds[0].input if len(adds) == 1 else ():
        if other != name and _constant(other, graph) is not None:
            return other, adds[0].output[0]
    return "", name


def _scaled(name: str, array: Array, factor: float) -> Tensor:
    return Tensor(name, array.shape, "float32", lambda: array * factor)


def _why(tensor: Tensor, graph: Graph, parts: Sequence[Part]) -> str:
    """Why a constant is left: by the node that reads it."""
    reader = next(iter(graph.readers.get(tensor.name, ())), None)
    if reader is None:
        return "is read by no node of the model's graph"
    if reader.op_type in GATES:
        return "the start states of a layer" if tensor.name in list(reader.input)[5:7] else why(tensor, parts)
    if reader.op_type in ("Gemm", "MatMul"):
        return (
            "of a dense layer that reads no states of the network themselves: something stands between that is not run"
        )
    return f"is read by a node {quoted(reader.op_type)}, which is not run here"
