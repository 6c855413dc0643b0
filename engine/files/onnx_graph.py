"""The nodes of an ONNX graph and its constants: those of the file, and those that exporters make of them.

Identity, Cast, Transpose, Reshape, Squeeze, Unsqueeze, Concat and Slice of constants are computed; nothing else of a
graph is run. Source: the ONNX specification of these operators, and onnx.proto.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.files.bounds import TENSORS, FileError, quoted
from engine.files.found import Left
from engine.files.tensors import Tensor, of_bytes, words

KINDS = {1: "float32", 10: "float16", 11: "float64", 16: "bfloat16"}
OTHERS = {
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "string",
    9: "bool",
    12: "uint32",
    13: "uint64",
}
DEEPEST = 40  # nodes in a row
NUMBER, WHOLE, TEXT, NUMBERS, WHOLES, TEXTS = 1, 2, 3, 6, 7, 8
TYPES = {
    NUMBER: ("alpha", "beta", "clip"),
    WHOLE: ("axis", "layout", "transA", "transB", "input_forget", "linear_before_reset"),
    TEXT: ("direction",),
    NUMBERS: ("activation_alpha", "activation_beta"),
    WHOLES: ("perm", "axes", "starts", "ends"),
    TEXTS: ("activations",),
}


@dataclass(eq=False, repr=False)
class Graph(ArrayRecord):
    """The nodes by what they make, and the constants."""

    nodes: list[Any]
    makers: dict[str, Any]
    readers: dict[str, list[Any]]
    held: dict[str, Any]  # TensorProto by name
    inputs: set[str]
    most: int  # numbers that constants may have together
    made: dict[str, Array | None] = field(default_factory=dict)  # None: it is computed at each run
    sources: dict[str, set[str]] = field(default_factory=dict)  # the tensors of the file of which a constant is made


def graph_of(graph: Any, most: int) -> Graph:
    nodes = list(graph.node)
    texts = (text for node in nodes for text in (node.name, node.op_type, node.domain, *node.input, *node.output))
    pairs = (text for tensor in graph.initializer for pair in tensor.external_data for text in (pair.key, pair.value))
    attributes = (attribute.name for node in nodes for attribute in node.attribute)
    names = (value.name for value in (*graph.initializer, *graph.input))
    if not all(isinstance(text, str) for text in (*texts, *pairs, *attributes, *names)):
        raise FileError("the ONNX model is damaged: a name in it is no text")
    held: dict[str, Any] = {}
    for tensor in graph.initializer:
        if tensor.name in held:
            raise FileError(f"the model holds two tensors of the name {quoted(tensor.name)}")
        held[tensor.name] = tensor
    makers: dict[str, Any] = {}
    readers: dict[str, list[Any]] = {}
    for node in nodes:
        for name in node.output:
            if name and name in makers:
                raise FileError(f"two nodes of the model make {quoted(name)}")
            makers[name] = node
        for name in node.input:
            readers.setdefault(name, []).append(node)
        if node.op_type == "Constant" and len(node.output) == 1:
            value = next((attribute for attribute in node.attribute if attribute.name == "value"), None)
            if value is not None:
                held.setdefault(node.output[0], value.t)
    if len(held) > TENSORS:
        raise FileError(f"the model holds more than {TENSORS:,} tensors, which is more than is read")
    return Graph(nodes, makers, readers, held, {value.name for value in graph.input} - set(held), most)


def tensors_of(graph: Graph) -> tuple[dict[str, Tensor], list[Left]]:
    """The constants of numbers; and those that are not here."""
    found, left, total = {}, [], 0
    for name, proto in graph.held.items():
        if len(proto.dims) > 32 or any(size < 0 for size in proto.dims):
            raise FileError(f"the tensor {quoted(name)} has the shape {quoted(str(tuple(proto.dims)[:8]))}")
        shape = tuple(int(size) for size in proto.dims)
        if proto.data_location == 1:
            left.append(Left(name, shape, _elsewhere(name, proto)))
            continue
        if proto.data_type in KINDS:
            total += prod(shape)
            if total > graph.most:
                raise FileError(
                    f"{quoted(name)} of shape {shape!s:.60} promises more numbers than a file of this size could hold"
                )
            found[name] = tensor_of(name, proto)
        elif len(shape) > 1:
            left.append(Left(name, shape, f"holds {OTHERS.get(proto.data_type, 'another format')}, no weights"))
    return found, left


def _elsewhere(name: str, proto: Any) -> str:
    where = next((pair.value for pair in proto.external_data if pair.key == "location"), "?")
    return (
        f"{quoted(name)} lies in another file, {quoted(where)}, which is not read: save the model with its "
        "weights inside (onnx.save(model, path, save_as_external_data=False))"
    )


def tensor_of(name: str, proto: Any) -> Tensor:
    """A constant of floating-point numbers, whose bytes are checked against its shape."""
    kind, shape = KINDS[proto.data_type], tuple(int(size) for size in proto.dims)
    size = {"float64": 8, "float32": 4}.get(kind, 2)
    if proto.HasField("raw_data"):
        if len(proto.raw_data) != size * prod(shape):
            raise FileError(
                f"{quoted(name)} has {len(proto.raw_data):,} bytes, but its shape {shape!s:.60} asks for "
                f"{size * prod(shape):,}"
            )
        return of_bytes(name, shape, kind, lambda: proto.raw_data)
    given = {"float64": proto.double_data, "float32": proto.float_data}.get(kind, proto.int32_data)
    if len(given) != prod(shape):
        raise FileError(
            f"{quoted(name)} has {len(given):,} numbers, but its shape {shape!s:.60} asks for {prod(shape):,}"
        )

    def read() -> Array:
        if kind in ("float64", "float32"):
            return np.array(given, np.float64).reshape(shape)
        return words(np.array(given, np.int64).astype("<u2").tobytes(), kind).astype(np.float64).reshape(shape)

    return Tensor(name, shape, kind, read)


def _whole(proto: Any) -> list[int]:
    """A constant of whole numbers: axes, a shape."""
    if proto.data_type == 7:
        return [int(one) for one in (np.frombuffer(proto.raw_data, "<i8") if proto.raw_data else proto.int64_data)][
            :1000
        ]
    if proto.data_type == 6:
        return [int(one) for one in (np.frombuffer(proto.raw_data, "<i4") if proto.raw_data else proto.int32_data)][
            :1000
        ]
    raise FileError("the model computes a shape of numbers that are not whole")


def constant(name: str, graph: Graph, depth: int = 0) -> Array | None:
    """What a name stands for, if it is a constant or made of constants; None where it is computed from inputs.

    Raises:
        FileError: it lies in another file, holds no floating-point numbers, or is made of what does not fit.
    """
    if name not in graph.made:
        graph.made[name] = array = _held(name, graph) if name in graph.held else _made(name, graph, depth)
        graph.most -= 0 if array is None else array.size
        if graph.most < 0:
            raise FileError(f"the model makes {quoted(name)} of more numbers than a file of this size could hold")
    return graph.made[name]


def _held(name: str, graph: Graph) -> Array:
    """A tensor of the file."""
    proto = graph.held[name]
    if proto.data_location == 1:
        raise FileError(_elsewhere(name, proto))
    if proto.data_type not in KINDS:
        kind = OTHERS.get(proto.data_type, "another format")
        raise FileError(f"{quoted(name)} holds {kind}, but weights are floating-point numbers")
    graph.sources[name] = {name}
    return tensor_of(name, proto).read()


def _made(name: str, graph: Graph, depth: int) -> Array | None:
    """What a node makes of constants."""
    node = graph.makers.get(name)
    if node is None or node.op_type not in FOLDED or depth > DEEPEST:
        return None
    inputs = list(node.input) if node.op_type == "Concat" else list(node.input)[:1]
    parts: list[Array] = []
    for one in inputs:
        part = constant(one, graph, depth + 1)
        if part is None:
            return None
        parts.append(part)
    if not parts or sum(part.size for part in parts) > graph.most:
        raise FileError(f"the model makes {quoted(name)} of more numbers than a file of this size could hold")
    try:
        array: Array = FOLDED[node.op_type](parts, node, graph)
    except (ValueError, IndexError, TypeError, OverflowError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"the model makes {quoted(name)} by {node.op_type} of what does not fit") from error
    graph.sources[name] = set().union(*(graph.sources.get(one, set()) for one in inputs))
    return array


def axes_of(node: Any, graph: Graph, place: int = 1) -> list[int] | None:
    """Axes of Squeeze and Unsqueeze: an attribute before opset 13, an input since."""
    given = attribute(node, "axes", None)
    if given is not None:
        return [int(one) for one in given]
    if len(node.input) > place and node.input[place]:
        return whole_numbers_of(node, graph, place)
    return None


def whole_numbers_of(node: Any, graph: Graph, place: int) -> list[int]:
    """The whole numbers that a node takes at one place.

    Raises:
        FileError: they are computed at each run, or it takes none.
    """
    proto = graph.held.get(node.input[place]) if len(node.input) > place else None
    if proto is None:
        raise FileError("the model computes places at each run")
    return _whole(proto)


def _unsqueezed(parts: list[Array], node: Any, graph: Graph) -> Array:
    return np.expand_dims(parts[0], tuple(axes_of(node, graph) or ()))


def _squeezed(parts: list[Array], node: Any, graph: Graph) -> Array:
    axes = axes_of(node, graph)
    return np.squeeze(parts[0], None if axes is None else tuple(axes))


def _reshaped(parts: list[Array], node: Any, graph: Graph) -> Array:
    wanted = axes_of(node, graph) or []
    return parts[0].reshape([parts[0].shape[k] if size == 0 else size for k, size in enumerate(wanted)])


def _transposed(parts: list[Array], node: Any, graph: Graph) -> Array:
    order = attribute(node, "perm", None)
    return np.transpose(parts[0], None if order is None else [int(one) for one in order])


def _sliced(parts: list[Array], node: Any, graph: Graph) -> Array:
    given = [attribute(node, key, None) for key in ("starts", "ends", "axes")]
    if given[0] is not None and given[1] is not None:  # before opset 10
        starts, ends, axes = ([int(one) for one in key] if key is not None else None for key in given)
        steps = None
    else:
        starts, ends, axes, steps = (axes_of(node, graph, place) for place in (1, 2, 3, 4))
    assert starts is not None and ends is not None
    cut = [slice(None)] * parts[0].ndim
    for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
        step = 1 if steps is None else steps[k]
        cut[k if axes is None else axes[k]] = slice(start, end if end > -(2**31) else None, step)
    return parts[0][tuple(cut)]


FOLDED: Mapping[str, Any] = {
    "Identity": lambda parts, node, graph: parts[0],
    "Cast": lambda parts, node, graph: parts[0],
    "Concat": lambda parts, node, graph: np.concatenate(parts, int(attribute(node, "axis", 0))),
    "Unsqueeze": _unsqueezed,
    "Squeeze": _squeezed,
    "Reshape": _reshaped,
    "Transpose": _transposed,
    "Slice": _sliced,
}


def attribute(node: Any, name: str, default: Any) -> Any:
    """An attribute's value: a number, a text, or a list of them.

    Raises:
        FileError: it is of another type than the specification says.
    """
    for one in node.attribute:
        if one.name != name:
            continue
        wanted = next(kind for kind, names in TYPES.items() if name in names)
        if one.type != wanted:
            raise FileError(
                f"the attribute {name} of a node {quoted(node.op_type)} is not of the type that it should be"
            )
        if wanted == TEXT:
            return one.s.decode("utf-8", "replace")
        return {NUMBER: one.f, WHOLE: one.i, NUMBERS: one.floats, WHOLES: one.ints, TEXTS: one.strings}[wanted]
    return default
