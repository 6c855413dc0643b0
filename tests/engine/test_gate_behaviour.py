"""What gates do: shares that add up, half-lives of the textbook, and numbers that survive saturation."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.arrays import Array
from engine.cells import CELLS, RNN
from engine.cells.lstm import LSTM
from engine.forward import unroll
from engine.initialise import initial_parameters
from engine.more_activations import hard_sigmoid
from engine.studies.cell.gate_behaviour import (
    OPEN,
    SHUT,
    half_life,
    half_life_of_biases,
    log_sigmoid,
    memory,
    openness,
)
from engine.studies.cell.study import CellStudy
from tests.engine.networks import EVERY_CELL, assert_close, random_network

each_cell = pytest.mark.parametrize("name", EVERY_CELL)
WRITES_ANEW = [name for name, cell in EVERY_CELL.items() if isinstance(cell, RNN)]


def run(name: str):  # type: ignore[no-untyped-def]
    return random_network(np.random.default_rng(5), EVERY_CELL[name], T=9, B=1, D=3, H=4).run()


@each_cell
def test_what_is_kept_and_written_makes_the_next_state_and_what_is_forgotten_the_rest(name: str) -> None:
    trace = run(name)
    held = memory(trace)
    assert (held is None) == (name in WRITES_ANEW)
    if held is None:
        return
    states = trace.h if trace.c is None else trace.c
    assert held.name == ("h" if trace.c is None else "c")
    assert_close("after", held.kept + held.written, states[1:, 0], 1e-13)
    assert_close("before", held.kept + held.forgotten, states[:-1, 0], 1e-13)
    np.testing.assert_array_equal(held.after, states[1:, 0])


@each_cell
def test_gates_are_measured_step_by_step(name: str) -> None:
    trace = run(name)
    found = openness(trace)
    assert set(found) == {gate for gate in trace.gates if gate not in ("candidate", "state")}
    for gate, one in found.items():
        values = trace.gates[gate][:, 0]
        np.testing.assert_array_equal(one.values, values)
        for unit in range(4):
            mine = [float(v) for v in values[:, unit]]
            assert one.mean[unit] == pytest.approx(sum(mine) / 9)
            assert one.shut[unit] == pytest.approx(sum(v < SHUT for v in mine) / 9)
            assert one.open[unit] == pytest.approx(sum(v > OPEN for v in mine) / 9)


def test_a_forget_gate_of_sigmoid_1_halves_a_memory_every_2_213_steps() -> None:
    assert float(half_life(log_sigmoid(np.array(1.0)))) == pytest.approx(2.2127, abs=5e-5)
    steps = np.log(0.5) / np.log(1.0 / (1.0 + np.exp(-1.0)))  # the definition, written out
    assert float(half_life(log_sigmoid(np.array(1.0)))) == pytest.approx(steps, rel=1e-14)


def test_half_lives_at_the_ends() -> None:
    np.testing.assert_array_equal(half_life(np.array([0.0, -np.inf])), [np.inf, 0.0])
    assert float(half_life(np.array(np.log(0.5)))) == 1.0


def test_a_unit_without_input_decays_by_its_half_life() -> None:
    """A leaky RNN without weights: h_t = (1 - leak) h_{t-1}, so after one half-life half of it is left."""
    held = memory(CellStudy(cell="leaky", leak=0.5).run().trace)
    assert held is not None
    np.testing.assert_allclose(held.half_life, 1.0)
    alone = half_life_of_biases(CELLS["leaky"], CellStudy(cell="leaky", leak=0.1).parameters())
    assert alone is not None
    np.testing.assert_allclose(0.9**alone, 0.5)


@pytest.mark.parametrize(("leak", "steps"), [(0.0, np.inf), (1.0, 0.0)])
def test_a_leak_of_nothing_or_everything(leak: float, steps: float) -> None:
    held = memory(CellStudy(cell="leaky", leak=leak).run().trace)
    assert held is not None
    np.testing.assert_array_equal(held.half_life, steps)


def test_shares_stay_right_where_the_gate_has_rounded_to_one() -> None:
    a: Array = np.array([40.0, -40.0, 0.0, 800.0, -800.0])
    np.testing.assert_allclose(log_sigmoid(a), [-np.exp(-40.0), -40.0, np.log(0.5), 0.0, -800.0], rtol=1e-15)
    held = memory(CellStudy(cell="lstm", forget_bias=30.0).run().trace)
    assert held is not None
    assert (held.forgotten[1:] != 0.0).all()
    assert (held.half_life < np.inf).all()


@pytest.mark.parametrize(("cell", "kind"), [("lstm", 1.0), ("gru", 1.0), ("mgu", -1.0), ("coupled", -1.0)])
def test_the_half_life_of_the_biases_alone(cell: str, kind: float) -> None:
    study = CellStudy(cell=cell, forget_bias=1.0, update_bias=1.0, input_bias=1.0)
    alone = half_life_of_biases(CELLS[cell], study.parameters())
    assert alone is not None
    np.testing.assert_allclose(alone, np.log(0.5) / np.log(1.0 / (1.0 + np.exp(-kind))))
    assert half_life_of_biases(CELLS["tanh"], CellStudy(cell="tanh").parameters()) is None


def test_units_are_ordered_by_how_long_they_remember() -> None:
    held = memory(run("lstm"))
    assert held is not None
    assert sorted(held.order) == [0, 1, 2, 3]
    assert (np.diff(held.half_life[held.order]) <= 0.0).all()


def test_a_gate_beyond_0_to_1_is_no_share_and_no_half_life_is_told_of_it() -> None:
    p = initial_parameters(CELLS["lstm"], "gaussian", 1.0, 4, 3, 0)
    x = np.random.default_rng(1).standard_normal((9, 1, 3))
    hard, free = (LSTM(gate=gate) for gate in (hard_sigmoid(0.2, 0.5), ACTIVATIONS["relu"]))
    assert memory(unroll(hard, p, x)) is not None
    assert set(openness(unroll(hard, p, x))) == {"input", "forget", "output"}
    assert memory(unroll(free, p, x)) is None
    assert openness(unroll(free, p, x)) == {}
    assert half_life_of_biases(free, p) is None
