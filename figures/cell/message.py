"""The message of the page inside a cell: one run of a study, its circuit with every value and gradient, its gates."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.gradients.backward import Gradients
from engine.more_activations import activation_named
from engine.studies.cell.gate_behaviour import OPEN, SHUT, Memory, half_life_of_biases, memory, openness
from engine.studies.cell.study import CellStudy
from figures.cell.dataflow import SINKS, bias, flow, pull, weights
from figures.cell.drawing import drawn
from figures.cell.example import RANGES as EXAMPLE_RANGES
from figures.cell.words import gates_sentence, step_sentences, verdict
from figures.cells import look_of
from figures.cells.circuit import Circuit, Node
from figures.message import message
from figures.theme import theme_message
from figures.words import percent

BUDGET = 1_000_000  # bytes of values and gradients in float64; beyond it they are sent as float32


def answer(study: CellStudy) -> bytes:
    """What the page Inside the cell is answered."""
    return cell_message(study, study.run())


def cell_message(study: CellStudy, gradients: Gradients) -> bytes:
    """Header and arrays for the browser.

    Arrays, for N nodes of H values, M wires that carry H values, T steps: ``values`` (N, T, H) and ``x`` (T, D);
    ``sent`` (M, T, H) and ``sent_x`` (wires from x, T, D), what comes back along each wire, times 2**``exponent`` (T,);
    the matrices of each product, ``<node> U`` and ``<node> W``, (H, D) and (H, H), its ``<node> bias`` (H,), extra
    parameters by name (H,); of a memory ``before``, ``kept``, ``forgotten``, ``written``, ``after``
    (T, H), ``half_life`` and ``order`` (H,); of each gate ``<gate> mean``, ``<gate> shut`` and ``<gate> open`` (H,).
    """
    trace, cell = gradients.trace, gradients.trace.cell
    circuit = look_of(cell).circuit
    values = flow(circuit, trace)
    pulled = pull(circuit, values, gradients)
    narrow = [node for node in circuit.nodes if node.size == "H"]
    of_state = [wire for wire in circuit.wires if circuit.by_name[wire.source].size == "H"]
    of_input = [wire for wire in circuit.wires if circuit.by_name[wire.source].size == "D"]
    arrays: dict[str, Array] = {
        "values": np.stack([values[node.name] for node in narrow]),
        "x": values["x"],
        "sent": np.stack([pulled.wires[wire.source, wire.target] for wire in of_state]),
        "sent_x": np.stack([pulled.wires[wire.source, wire.target] for wire in of_input]),
    }
    if sum(array.nbytes for array in arrays.values()) > BUDGET:
        with np.errstate(over="ignore", under="ignore"):
            arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
    arrays["exponent"] = pulled.exponent.astype(np.float64)
    arrays |= {name: np.array(value) for name, value in trace.parameters.extra.items()}
    for node in circuit.nodes:
        if node.kind == "product":
            for matrix, M in zip(node.matrices, weights(node, trace), strict=True):
                arrays[f"{node.name} {matrix}"] = M
            arrays[f"{node.name} bias"] = bias(node, trace)
    held, gates = memory(trace), openness(trace)
    if held is not None:
        arrays |= _of_memory(held)
    for name, gate in gates.items():
        arrays |= {f"{name} mean": gate.mean, f"{name} shut": gate.shut, f"{name} open": gate.open}
    alone = half_life_of_biases(cell, trace.parameters)
    header = {
        "title": cell.title,
        "steps": trace.steps,
        "units": study.hidden,
        "inputs": int(values["x"].shape[1]),
        "labels": list(study.labels),
        "quoted": study.inputs == "text",
        "size": circuit.size,
        **_ordered(circuit),
        "narrow": [node.name for node in narrow],
        "extent": _extent(circuit, values),
        "infinite": any(bool(np.isinf(values[node.name]).any()) for node in narrow),
        "gates": [
            {
                "name": name,
                "node": _node_of(circuit, name).name,
                "symbol": _node_of(circuit, name).symbol,
                **{what: percent(float(getattr(gate, what).mean())) for what in ("mean", "shut", "open")},
            }
            for name, gate in gates.items()
        ],
        "limits": [SHUT, OPEN],
        "memory": None if held is None else held.name,
        "biasHalfLife": None if alone is None or not np.isfinite(alone[0]) else float(alone[0]),
        "said": step_sentences(cell, held, trace.steps),
        "verdict": verdict(cell, held, gates),
        "instead": gates_sentence(cell, gates),
        "loss": _entering(study, gradients),
        "exampleRanges": list(EXAMPLE_RANGES.values()),
        "theme": theme_message(),
    }
    return message(header, arrays)


def _entering(study: CellStudy, gradients: Gradients) -> dict[str, object]:
    """At which steps an error enters from outside the cell's own chain, and what sends it."""
    errors = gradients.errors
    if errors is None:  # what the chain ended in was read
        return {"steps": [gradients.trace.steps], "by": study.above}
    sent = [bool(rows.any()) for rows in errors.dh]
    return {"steps": [t for t, some in zip(errors.steps, sent, strict=True) if some], "by": study.above}


def _ordered(circuit: Circuit) -> dict[str, list[dict[str, object]]]:
    """The drawing, each wire with its place in its array."""
    found = drawn(circuit)
    count = {"H": 0, "D": 0}
    for wire in found["wires"]:
        size = circuit.by_name[str(wire["source"])].size
        wire["place"], count[size] = count[size], count[size] + 1
    return found


def _of_memory(held: Memory) -> dict[str, Array]:
    return {
        **{name: getattr(held, name) for name in ("before", "kept", "forgotten", "written", "after")},
        "half_life": held.half_life,
        "order": held.order.astype(np.float64),
    }


def _node_of(circuit: Circuit, gate: str) -> Node:
    return next(node for node in circuit.nodes if node.gate == gate and activation_named(node.kind))


def _is_signed(node: Node) -> bool:
    """Whether it is a state, or an activation that is no gate's share."""
    activation = activation_named(node.kind)
    return node.kind in ("state", "memory", *SINKS) if activation is None else not activation.shares


def _extent(circuit: Circuit, values: dict[str, Array]) -> float:
    """The value at which the signed scale is full: the largest finite one of all states, at least 1/2.

    Sums before an activation are left out: where a gate is held open they are far larger than anything that flows.
    """
    shown = (np.abs(values[node.name]) for node in circuit.nodes if _is_signed(node))
    return max(0.5, *(float(np.max(size, where=np.isfinite(size), initial=0.0)) for size in shown))
