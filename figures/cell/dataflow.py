"""What flows through the circuit of a cell forward, and what flows back.

`flow` evaluates it for every step of a trace at once, and `pull` carries the engine's gradients back through it by the
chain rule, wire by wire. Neither knows what an LSTM is; tests hold both to the engine's own states and gradients, so
a drawing of the circuit is a drawing of what was computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from engine.activations import Activation
from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.forward import Trace
from engine.gradients.backward import Gradients
from engine.more_activations import activation_named
from engine.parameters import Parameters
from engine.wide import is_wide, of, value
from figures.cells.circuit import Circuit, Node

SOURCES = ("input", "state", "memory", "parameter")  # nothing enters them
SINKS = {"next state": "h", "next memory": "c"}


@dataclass(frozen=True, eq=False, repr=False)
class Pulled(ArrayRecord):
    """Gradients on a circuit, true values times 2**exponent."""

    wires: dict[tuple[str, str], Array]  # dL/d(what the wire carries), through this wire alone, (T, size)
    nodes: dict[str, Array]  # dL/d(quantity), through all its wires, (T, size)
    exponent: Array  # (T,) whole numbers, 0 unless float64 could not hold a gradient


def flow(circuit: Circuit, trace: Trace) -> dict[str, Array]:
    """Every quantity of the circuit at every step of a trace of one sequence, (T, size), by the node's name.

    The states that each step starts from are the trace's; everything else is computed here, beyond float64 where the
    states are, and infinite only in what is handed back.
    """
    c, (states, far) = trace.c, trace.states
    starts = {"input": trace.x[:, 0], "state": (states if far is None else far)[:-1, 0]}
    if c is not None:
        starts["memory"] = c[:-1, 0]
    shape = (trace.steps, trace.parameters.hidden_size)
    found: dict[str, Array] = {}
    for node in circuit.nodes:
        taken = [found[name] for name in node.takes]
        if node.kind == "parameter":
            found[node.name] = np.broadcast_to(trace.parameters.extra[node.parameter], shape)
        elif node.kind in SOURCES:
            found[node.name] = starts[node.kind]
        elif node.kind == "product":
            parts = (rows @ M.T for rows, M in zip(taken, weights(node, trace), strict=True))
            found[node.name] = reduce(np.add, parts) + bias(node, trace)
        elif node.kind == "scale":
            found[node.name] = taken[0] * trace.parameters.extra[node.parameter]
        elif node.kind in FORWARD:
            found[node.name] = FORWARD[node.kind](*taken)
        else:
            found[node.name] = _activation(node).value(*taken)
    return {name: value(rows) for name, rows in found.items()}


def pull(circuit: Circuit, values: Mapping[str, Array], gradients: Gradients) -> Pulled:
    """The gradients of one sequence on every wire, from the engine's dL/dh_t and dL/dc_t.

    Step t starts from dL/dh_t at the state that leaves the circuit. At c_t it starts from the engine's dL/dc_t, and
    what of this comes from step t+1 is what that step's own circuit sends back to its c_{t-1}.
    """
    sweep, trace = gradients.sweep, gradients.trace
    # Mantissas of one step share a power of two, and a circuit is linear in what enters it.
    exponent = gradients.exponent[1:].reshape(trace.steps)
    after = [trace.public(rows)[1:, 0] for rows in (sweep.dh, sweep.dc) if rows is not None]
    if is_wide(sweep.dh):
        both, exponent = of(np.concatenate(after, axis=1)).shared(1)
        after = np.split(both, len(after), axis=1)
    wires: dict[tuple[str, str], Array] = {}
    nodes: dict[str, Array] = {}
    for node in reversed(circuit.nodes):
        if node.kind == "next state":
            total = after[0]
        elif node.kind == "next memory":
            total = np.zeros_like(values[node.name])  # filled below, once the step after it is known
        elif node.name == circuit.memory:
            total = after[1]
        else:
            own = [wires[node.name, wire.target] for wire in circuit.wires if wire.source == node.name]
            total = np.add.reduce(own)
        nodes[node.name] = total
        for name, sent in zip(node.takes, _sent(node, values, trace, total), strict=True):
            wires[name, node.name] = sent
    leaving, start = circuit.sink("next memory"), next((n for n in circuit.nodes if n.kind == "memory"), None)
    if leaving is not None and start is not None:
        carried = np.zeros_like(nodes[start.name])
        shift = (exponent[1:] - exponent[:-1])[:, None]
        carried[:-1] = np.ldexp(nodes[start.name][1:], shift)
        wires[circuit.memory, leaving.name] = nodes[leaving.name] = carried
    return Pulled(wires, nodes, exponent)


def weights(node: Node, trace: Trace) -> list[Array]:
    """The matrices of a product, each (H, size)."""
    p: Parameters = trace.parameters
    rows = trace.cell.rows(node.gate, p.hidden_size)
    return [{"U": p.U, "W": p.W}[matrix][rows] for matrix in node.matrices]


def bias(node: Node, trace: Trace) -> Array:
    """The bias of a product, (H,); zeros without."""
    p: Parameters = trace.parameters
    if not node.bias:
        return np.zeros(p.hidden_size)
    return p.b[trace.cell.rows(node.gate, p.hidden_size)] if node.bias == "b" else p.extra[node.bias]


def _activation(node: Node) -> Activation:
    found = activation_named(node.kind)
    assert found is not None, node.kind
    return found


def _sigmoid(a: Array) -> Array:
    e = np.exp(-np.abs(a))  # full relative precision also where the gate is all but shut
    return np.where(a < 0.0, e / (1.0 + e), 1.0 / (1.0 + e))


def _sum(*values: Array) -> Array:
    return reduce(np.add, values)


FORWARD: dict[str, Callable[..., Array]] = {
    "sigmoid": _sigmoid,
    "sum": _sum,
    "times": np.multiply,
    "rest": lambda v: 1.0 - v,
    "next state": np.positive,
    "next memory": np.positive,
}


def _sent(node: Node, values: Mapping[str, Array], trace: Trace, total: Array) -> list[Array]:
    """What a node sends back along each of the wires that enter it."""
    if node.kind == "product":
        return [total @ M for M in weights(node, trace)]
    if node.kind == "scale":
        return [total * trace.parameters.extra[node.parameter]]
    if node.kind == "times":
        one, other = (values[name] for name in node.takes)
        return [total * other, total * one]
    if node.kind == "rest":
        return [-total]
    if (activation := activation_named(node.kind)) is not None:
        return [total * activation.derivative(values[node.takes[0]])]
    return [total] * len(node.takes)  # sums and sinks
