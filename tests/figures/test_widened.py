"""Cells with other activations: the look of their kind, with each activation where it is used."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, SIGMOID, TANH
from engine.cells import CELLS, LSTM, Cell
from engine.errors import probe
from engine.gradients.backward import backpropagate
from engine.more_activations import activation_named, elu, hard_sigmoid, softsign
from engine.studies.cell.gate_behaviour import memory
from figures.cell.dataflow import flow, pull
from figures.cells import look_of
from figures.words import number
from tests.engine.networks import WIDENED, assert_close, random_network


@pytest.mark.parametrize("name", WIDENED)
def test_the_circuit_of_a_widened_cell_gives_the_engines_states_and_gradients(name: str) -> None:
    trace = random_network(np.random.default_rng(5), WIDENED[name], T=6, B=1, D=3, H=4).run()
    circuit = look_of(trace.cell).circuit
    values = flow(circuit, trace)
    gradients = backpropagate(trace, probe(trace, np.arange(1.0, 5.0)))
    pulled = pull(circuit, values, gradients)
    h = circuit.sink("next state")
    assert h is not None
    assert_close("h", values[h.name], trace.h[1:, 0], 1e-12)
    assert_close("dL/dh", pulled.nodes["h"], gradients.dh[:-1, 0], 1e-10)
    for node in circuit.nodes:
        if node.gate and activation_named(node.kind):
            assert node.kind == trace.cell.activations[node.gate].name
            assert_close(node.gate, values[node.name], trace.gates[node.gate][:, 0], 1e-12)


@pytest.mark.parametrize("name", WIDENED)
def test_the_equations_name_the_activations_that_are_used(name: str) -> None:
    cell = WIDENED[name]
    look = look_of(cell)
    assert {gate.name: gate.activation for gate in look.gates} == {
        gate: activation.name for gate, activation in cell.activations.items() if gate != "memory"
    }
    assert look.name == name and look.colour == look_of(CELLS[cell.kind]).colour


def test_the_state_is_shown_through_the_activation_of_the_memory() -> None:
    look = look_of(LSTM(output=elu(0.8)))
    assert look.lines[-1] == ("h", "output * elu(c)")
    assert look.circuit.by_name["tanh_c"].symbol == "elu c_t"
    assert look_of(LSTM(gate=hard_sigmoid())).lines == look_of(CELLS["lstm"]).lines


def kept_and_written(cell: Cell) -> None:
    trace = random_network(np.random.default_rng(5), cell, T=6, B=1, D=3, H=4).run()
    held = memory(trace)
    assert held is not None
    assert_close("kept and written", held.kept + held.written, held.after, 1e-12)


@pytest.mark.parametrize(
    "cell",
    [
        LSTM(gate=hard_sigmoid(1.0 / 6.0, 0.5), candidate=softsign()),
        LSTM(candidate=ACTIVATIONS["relu"]),
        LSTM(SIGMOID, TANH, elu()),
        *(cell for cell in WIDENED.values() if cell.keeps is not None and cell.activations[cell.keeps.share].shares),
    ],
)
def test_what_a_widened_cell_keeps_and_writes_makes_its_memory(cell: Cell) -> None:
    kept_and_written(cell)


def test_a_hard_gate_that_is_shut_keeps_nothing_at_all() -> None:
    cell = LSTM(gate=hard_sigmoid())
    network = random_network(np.random.default_rng(5), cell, T=3, B=1, D=3, H=4)
    network.parameters.b[cell.rows("forget", 4)] = -50.0
    held = memory(network.run())
    assert held is not None and not held.kept.any() and np.isneginf(held.log_keep).all()
    assert number(float(held.half_life.max())) == "0"
