"""Each cell's look: it fits the engine's cell, and every word that a page says of it is there."""

from __future__ import annotations

import pytest

from engine.activations import ACTIVATIONS
from figures.cells import LOOKS
from figures.theme import ROLES
from tests.engine.networks import EVERY_CELL


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_names_gates_roles_and_activations_that_there_are(name: str) -> None:
    look = LOOKS[name]
    assert [gate.name for gate in look.gates] == list(EVERY_CELL[name].gates)
    for gate in look.gates:
        assert gate.role in ROLES
        assert gate.activation in ACTIVATIONS
        assert gate.reads is None or gate.reads in EVERY_CELL[name].gates
    parameters = {node.parameter for node in look.circuit.nodes} | {node.bias for node in look.circuit.nodes}
    assert set(EVERY_CELL[name].extras) <= parameters


@pytest.mark.parametrize("name", LOOKS)
def test_a_cell_that_keeps_nothing_says_what_makes_its_state(name: str) -> None:
    assert bool(LOOKS[name].made_by) == (EVERY_CELL[name].keeps is None)


def test_gates_are_called_by_their_names() -> None:
    assert [gate.label for gate in LOOKS["lstm"].gates] == ["input gate", "forget gate", "candidate", "output gate"]
