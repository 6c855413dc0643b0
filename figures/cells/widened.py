"""A cell with other activations than the usual ones: the look of its kind, with each activation where it is used."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from engine.activations import Activation
from engine.cells import Cell
from engine.more_activations import activation_named
from figures.cells.circuit import Node
from figures.cells.look import Look


@lru_cache(maxsize=256)
def widened(look: Look, cell: Cell) -> Look:
    """The look of `cell`, of whose kind `look` is."""
    activations = cell.activations
    memory = activations.get("memory")
    lines = look.lines
    if memory is not None:
        lines = tuple((name, line.replace("tanh(c)", f"{_word(memory)}(c)")) for name, line in lines)
    nodes = tuple(_node(node, activations.get(node.gate or "memory")) for node in look.circuit.nodes)
    return replace(
        look,
        name=cell.name,
        gates=tuple(replace(gate, activation=activations[gate.name].name) for gate in look.gates),
        lines=lines,
        circuit=replace(look.circuit, nodes=nodes),
        made_by=activations["state"].title if look.made_by else "",
    )


def _word(activation: Activation) -> str:
    """Its name without its numbers."""
    return activation.name.partition("(")[0]


def _node(node: Node, activation: Activation | None) -> Node:
    """A node that is an activation with the one that the cell has there; any other as it is."""
    if activation is None or activation_named(node.kind) is None:
        return node
    usual = activation.name == node.kind
    symbol = node.symbol if usual or node.gate else f"{_word(activation)} c_t"
    label = activation.title if node.label == node.kind else node.label  # of a vanilla RNN
    return replace(node, kind=activation.name, symbol=symbol, label=label)
