"""The nodes RNN, LSTM and GRU of an ONNX graph, with the weights of their directions.

Source: the ONNX specification of these operators.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.activations import TANH
from engine.arrays import Array
from engine.cells import Cell
from engine.conventions import ONNX, from_onnx
from engine.files.activations import cell_with, of_onnx
from engine.files.bounds import FileError, quoted
from engine.files.found import Block, Form, FoundLayer, Way, blocks, used
from engine.files.onnx_graph import KINDS, Graph, attribute, constant, tensor_of
from engine.files.tensors import Tensor
from engine.forward import State
from engine.more_activations import clipped
from engine.parameters import Parameters

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
USUAL = {"RNN": ("Tanh",), "GRU": ("Sigmoid", "Tanh"), "LSTM": ("Sigmoid", "Tanh", "Tanh")}


def layer_of(name: str, node: Any, graph: Graph) -> FoundLayer:
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
    cells, problems = zip(*(_cell(node, way, ways, P is not None) for way in range(ways)), strict=True)
    full = ONNX[{"LSTM": "lstm", "GRU": "gru", "RNN": "tanh"}[node.op_type]]
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
    return FoundLayer(
        name,
        cells[:1],
        tuple(found),
        inputs,
        size,
        next((problem for problem in problems if problem), ""),
        other=cells[1] if ways == 2 and cells[1] != cells[0] else None,
        form=Form(backwards=direction == "reverse"),
        starts=_starts(node, graph, ways, size),
    )


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


def _cell(node: Any, way: int, ways: int, peepholes: bool) -> tuple[Cell, str]:
    """Which cell of this engine one direction of a node is, and what of it is not run here."""
    usual, kind = USUAL[node.op_type], node.op_type
    given = [
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
        for one in attribute(node, "activations", [])
    ]
    names = given or list(usual) * ways
    count = len(usual)
    found, problem = of_onnx(names, attribute(node, "activation_alpha", []), attribute(node, "activation_beta", []))
    limit = attribute(node, "clip", None)
    if limit is not None and not problem:
        try:  # of the sums of gates and candidate; ONNX Runtime leaves the cell state as it is
            found = [one if k % count == 2 else clipped(one, float(limit)) for k, one in enumerate(found)]
        except ValueError as error:
            problem = f"its sums are clipped at a limit that is none: {error}"
    if len(names) != count * ways:
        problem = problem or f"it names {len(names)} activations, but has {count * ways}"
    own = [] if problem else found[way * count : (way + 1) * count]
    coupled = bool(attribute(node, "input_forget", 0))
    family = {
        "RNN": "tanh",
        "GRU": "gru" if attribute(node, "linear_before_reset", 0) else "gru_before",
        "LSTM": "_".join(["peephole"] * peepholes + ["coupled"] * coupled) or "lstm",
    }[kind]
    return cell_with(family, *(own or ([TANH] if kind == "RNN" else []))), problem


def _starts(node: Any, graph: Graph, ways: int, size: int) -> tuple[State, ...]:
    """The initial states of each direction that the model holds, (H,), or (B, H) where sequences differ."""
    held: list[Array | None] = []
    for place in (5, 6):
        source = node.input[place] if len(node.input) > place else ""
        if not source or not _held(source, graph):
            held.append(None)
            continue
        rows = tensor_of(source, graph.held[source]).array()
        if rows.ndim == 3 and attribute(node, "layout", 0):
            rows = rows.swapaxes(0, 1)
        if rows.ndim != 3 or (len(rows), rows.shape[2]) != (ways, size) or not rows.shape[1]:
            raise FileError(
                f"the start states {quoted(source)} have shape {rows.shape!s:.50}, but (directions, batch, H) with H = "
                f"{size} was expected"
            )
        held.append(rows[:, 0] if (rows == rows[:, :1]).all() else rows)
    h, c = held
    if h is None and c is None:
        return ()
    return tuple(State(np.zeros(size) if h is None else h[k], None if c is None else c[k]) for k in range(ways))


def _held(source: str, graph: Graph) -> bool:
    """Whether the model holds these numbers, and not all are zero."""
    proto = graph.held.get(source)
    return (
        proto is not None
        and proto.data_type in KINDS
        and proto.data_location != 1
        and bool(tensor_of(source, proto).read().any())
    )


def starts_of(name: str, node: Any, graph: Graph) -> list[str]:
    """What is said of start states that are not zero."""
    for place in (5, 6):
        source = node.input[place] if len(node.input) > place else ""
        if source in graph.inputs:
            return [f"{quoted(name)} takes its start states as an input of the model; here they are zeros."]
        if _held(source, graph):
            return [f"{quoted(name)} starts from states that the model holds, and so it does here."]
    return []
