"""The drawing is true: evaluated as a graph, each circuit gives the engine's own states, gates and gradients."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.arrays import Array
from engine.cells import CELLS, LSTMVariant
from engine.errors import cross_entropy
from engine.gradients.backward import Gradients, backpropagate
from engine.more_activations import activation_named
from engine.studies.cell.gate_behaviour import memory
from engine.studies.cell.study import CellStudy
from figures.cell.dataflow import FORWARD, SINKS, SOURCES, Pulled, bias, flow, pull, weights
from figures.cells import LOOKS, look_of
from figures.cells.circuit import Circuit, Node
from tests.engine.networks import EVERY_CELL, assert_close, random_network

each_cell = pytest.mark.parametrize("name", EVERY_CELL)


def run(name: str, where: str = "every") -> tuple[Circuit, Gradients, dict[str, Array], Pulled]:
    """One sequence through a random network of a cell, with weights, biases and extras that are nowhere zero."""
    network = random_network(np.random.default_rng(11), EVERY_CELL[name], T=7, B=1, D=3, H=4)
    trace = network.run()
    classes = np.random.default_rng(3).integers(0, 3, (7 if where == "every" else 1, 1))
    gradients = backpropagate(trace, cross_entropy(trace, network.readout, classes, where))
    circuit = look_of(EVERY_CELL[name]).circuit
    values = flow(circuit, trace)
    return circuit, gradients, values, pull(circuit, values, gradients)


def test_every_cell_of_the_registry_is_drawn() -> None:
    assert set(CELLS) <= set(LOOKS)
    assert LOOKS["peephole_coupled"].circuit is look_of(LSTMVariant(peepholes=True, coupled=True)).circuit
    with pytest.raises(ValueError, match="nobody has drawn the cell 'plain_lstm'"):
        look_of(LSTMVariant())


@each_cell
def test_a_circuit_computes_the_engines_states(name: str) -> None:
    circuit, gradients, values, _ = run(name)
    trace = gradients.trace
    (state,) = (node.name for node in circuit.nodes if node.kind == "next state")
    assert_close("h", values[state], trace.h[1:, 0], 1e-13)
    if trace.c is None:
        assert circuit.memory == ""
    else:
        (cell,) = (node.name for node in circuit.nodes if node.kind == "next memory")
        assert_close("c", values[cell], trace.c[1:, 0], 1e-13)
        assert_close("c", values[circuit.memory], trace.c[1:, 0], 1e-13)


def activations(circuit: Circuit) -> Mapping[str, tuple[Node, Node]]:
    """The activation of each gate, and the node that enters it, by the gate's name."""
    found = {}
    for node in circuit.nodes:
        if node.kind not in ACTIVATIONS:
            continue
        below = {circuit.by_name[node.takes[0]]}
        seen = circuit.by_name[node.takes[0]]
        for _ in range(3):
            below |= {circuit.by_name[name] for one in below if one.kind in ("sum", "product") for name in one.takes}
        gates = {one.gate for one in below if one.kind == "product"}
        if len(gates) == 1:
            found[gates.pop()] = (node, seen)
    return found


@each_cell
def test_every_gate_of_the_cell_is_on_the_circuit_with_the_engines_values_and_gradients(name: str) -> None:
    circuit, gradients, values, pulled = run(name)
    found = activations(circuit)
    assert set(found) == set(EVERY_CELL[name].gates)
    for gate, (activation, before) in found.items():
        assert_close(gate, values[activation.name], gradients.trace.gates[gate][:, 0], 1e-13)
        assert_close(gate, values[before.name], gradients.trace.pre_activations[gate][:, 0], 1e-13)
        assert_close(f"dL/da of {gate}", pulled.nodes[before.name], gradients.pre_activations[gate][:, 0], 1e-12)


@each_cell
@pytest.mark.parametrize("where", ["every", "last"])
def test_a_circuit_sends_back_the_engines_gradients(name: str, where: str) -> None:
    circuit, gradients, _, pulled = run(name, where)
    assert not pulled.exponent.any()
    sent = pulled.nodes["h"] + gradients.local[:-1, 0]  # and what enters at step t-1 itself
    assert_close("dL/dh", sent, gradients.dh[:-1, 0], 1e-12)
    assert_close("dL/dx", pulled.nodes["x"], gradients.dx[:, 0], 1e-12)
    if gradients.dc is not None:
        assert_close("dL/dc_0", pulled.nodes["c"][0], gradients.dc[0, 0], 1e-12)
        at_c = [pulled.wires[wire.source, wire.target] for wire in circuit.wires if wire.source == circuit.memory]
        assert len(at_c) >= 2
        assert_close("dL/dc_t", np.add.reduce(at_c), gradients.dc[1:, 0], 1e-12)


@each_cell
def test_what_is_kept_and_written_on_the_circuit_is_what_the_gate_behaviour_says(name: str) -> None:
    _, gradients, values, _ = run(name)
    found = memory(gradients.trace)
    assert (found is None) == ("kept" not in values)
    if found is not None:
        assert_close("kept", values["kept"], found.kept, 1e-13)
        assert_close("written", values["written"], found.written, 1e-13)


@each_cell
def test_a_circuit_is_in_an_order_in_which_it_can_be_computed_and_no_wire_is_loose(name: str) -> None:
    circuit = look_of(EVERY_CELL[name]).circuit
    done: set[str] = set()
    for node in circuit.nodes:
        assert node.kind in (*SOURCES, *SINKS, *FORWARD, "product", "scale") or activation_named(node.kind)
        assert set(node.takes) <= done
        assert (not node.takes) == (node.kind in SOURCES)
        done.add(node.name)
    wires = [(wire.source, wire.target) for wire in circuit.wires]
    assert len(set(wires)) == len(wires)
    assert set(wires) == {(name, node.name) for node in circuit.nodes for name in node.takes}
    read = {source for source, _ in wires}
    assert {node.name for node in circuit.nodes if node.kind not in SINKS} == read
    for source, target in wires:
        assert circuit.ranks[source] < circuit.ranks[target]


@each_cell
def test_a_product_shows_the_weights_that_the_engine_multiplies_by(name: str) -> None:
    circuit, gradients, values, _ = run(name)
    for node in circuit.nodes:
        if node.kind == "product":
            parts = [values[source] @ M.T for source, M in zip(node.takes, weights(node, gradients.trace), strict=True)]
            assert_close(node.name, sum(parts) + bias(node, gradients.trace), values[node.name], 1e-13)


def test_a_gate_that_is_all_but_shut_keeps_its_digits() -> None:
    trace = CellStudy(cell="lstm", forget_bias=-30.0).run().trace
    values = flow(look_of(trace.cell).circuit, trace)
    found = memory(trace)
    assert found is not None
    np.testing.assert_allclose(np.log(values["f"]), found.log_keep, rtol=1e-14)


def test_gradients_beyond_float64_stay_with_their_power_of_two() -> None:
    """200 steps at a keep of 1e-13 each: far below the smallest float64."""
    study = CellStudy(cell="lstm", inputs="random", steps=200, forget_bias=-30.0, input_bias=-30.0, loss="probe")
    gradients = study.run()
    circuit = look_of(gradients.trace.cell).circuit
    pulled = pull(circuit, flow(circuit, gradients.trace), gradients)
    assert gradients.log2_dh[0, 0] < -2000
    norms = np.log2(np.linalg.norm(pulled.nodes["h"], axis=1)) + pulled.exponent
    # The engine rounds a gate of 1e-13 to float64 around 1/2, the circuit does not: they agree to that rounding.
    np.testing.assert_allclose(norms, gradients.log2_dh[:-1, 0], rtol=0, atol=1e-3)


def test_a_circuit_of_states_beyond_float64_is_infinite_there_and_no_number_is_lost() -> None:
    exploded, _ = CellStudy.from_query({"trained": "task-order.H-16.scale-3.opt-sgd.cell-relu.clip-0.rate-1@1"})
    gradients = exploded.run()
    values = flow(look_of(gradients.trace.cell).circuit, gradients.trace)
    assert np.isinf(gradients.trace.h).any()
    assert not any(np.isnan(rows).any() for rows in values.values())
    np.testing.assert_allclose(values["h_next"], gradients.trace.h[1:, 0], 1e-12)
    np.testing.assert_allclose(values["a"], gradients.trace.pre_activations["state"][:, 0], 1e-12)
