"""Activations with numbers of their own: values, slopes in and beyond float64, names, and what is refused."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, SIGMOID, TANH
from engine.cells import CELLS, GRU, LSTM, RNN
from engine.errors import probe
from engine.forward import State, unroll
from engine.gradients.backward import backpropagate
from engine.more_activations import KINDS, activation_named, affine, clipped, elu, hard_sigmoid, leaky_relu, softplus
from engine.overflow import Overflow
from engine.parameters import Parameters
from engine.wide import widened
from tests.engine.oracle_activations import activation

EACH = {
    one.name: one
    for one in (
        *(kind() for kind in KINDS.values()),
        *(hard_sigmoid(1.0 / 6.0, 0.5), elu(0.3), leaky_relu(0.3), affine(0.7, -0.2)),
        *(clipped(TANH, 0.8), clipped(SIGMOID, 2.0), clipped(elu(0.3), 1.5)),
    )
}
each = pytest.mark.parametrize("name", EACH)


@each
def test_value_and_slope_are_those_of_the_textbook_function(name: str, rng: np.random.Generator) -> None:
    a, expected = 3.0 * rng.standard_normal(200), activation(name)
    np.testing.assert_allclose(EACH[name].value(a), expected(a), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(EACH[name].derivative(a), expected(a + 1e-30j).imag / 1e-30, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(EACH[name].value(a + 1e-30j).imag / 1e-30, EACH[name].derivative(a), rtol=1e-11)


@each
def test_its_name_says_all_of_it(name: str) -> None:
    assert activation_named(name) == EACH[name] and EACH[name].title


@each
def test_it_hides_nothing_that_is_no_number_and_stays_in_float32(name: str) -> None:
    assert np.isnan(EACH[name].value(np.array([np.nan]))).all()
    single = np.linspace(-4.0, 4.0, 9, dtype=np.float32)
    assert EACH[name].derivative(single).dtype == np.float32 and EACH[name].value(single).dtype == np.float32


@each
def test_beyond_float64_it_is_what_it_is_within(name: str) -> None:
    a = np.array([-50.0, -3.0, -0.4, 0.0, 0.3, 2.0, 50.0])
    if name.startswith(("scaled_tanh", "clipped")) and EACH[name].bounded:
        return  # of bounded ones only slopes are asked for there, as of the usual four
    np.testing.assert_allclose(widened(EACH[name].value(widened(a))).value, EACH[name].value(a), rtol=1e-14)
    np.testing.assert_allclose(widened(EACH[name].derivative(widened(a))).value, EACH[name].derivative(a), rtol=1e-14)


def test_a_flat_softplus_and_a_flat_elu_have_a_slope_that_is_not_zero() -> None:
    a = widened(np.array([-5000.0]))
    with localcontext(prec=40):
        expected = float(Decimal(-5000) / Decimal(2).ln())
    for flat in (softplus(), elu(1.0)):
        assert widened(flat.derivative(a)).log2_norm((0,)) == pytest.approx(expected, abs=1e-9)


def test_the_three_hard_sigmoids_differ_at_two() -> None:
    values = [float(one.value(np.array(2.0))) for one in (hard_sigmoid(), hard_sigmoid(1.0 / 6.0, 0.5), SIGMOID)]
    assert values == pytest.approx([0.9, 5.0 / 6.0, 0.880797], abs=1e-6)


def test_a_clipped_activation_lets_no_error_through_beyond_its_limit() -> None:
    found = clipped(TANH, 0.8).derivative(np.array([-0.9, -0.7, 0.7, 0.9]))
    assert found[0] == found[3] == 0.0 and found[1] == found[2] == TANH.derivative(np.array(0.7))


@pytest.mark.parametrize(("make", "number"), [(leaky_relu, np.nan), (elu, np.inf), (hard_sigmoid, 1e9)])
def test_a_number_that_is_none_is_refused(make: object, number: float) -> None:
    with pytest.raises(ValueError, match="alpha of the activation is"):
        make(number)  # type: ignore[operator]


def test_a_limit_that_is_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match=r"clip is 0\.0, but a positive number was expected"):
        clipped(TANH, 0.0)


def test_a_cell_takes_an_activation_only() -> None:
    with pytest.raises(ValueError, match="gate is the word 'hard_sigmoid', but an Activation was expected"):
        LSTM(gate="hard_sigmoid")  # type: ignore[arg-type]


def test_cells_with_the_same_activations_are_the_same_and_with_the_usual_ones_the_registrys() -> None:
    assert LSTM(gate=hard_sigmoid()) == LSTM(gate=hard_sigmoid()) != LSTM(gate=hard_sigmoid(1.0 / 6.0))
    assert LSTM() == CELLS["lstm"] and GRU(candidate=ACTIVATIONS["relu"]) not in CELLS.values()
    assert len({LSTM(), CELLS["lstm"], LSTM(output=elu())}) == 2


def test_a_vanilla_cell_carries_states_beyond_float64_through_a_leaky_relu() -> None:
    """h_t = 2 h_{t-1} from -1: the slope is 0.25 all the way, and W is 8."""
    p = Parameters(np.zeros((1, 1)), np.array([[8.0]]), np.zeros(1))
    trace = unroll(RNN(leaky_relu(0.25)), p, np.zeros((2000, 1, 1)), State(np.array([[-1.0]])))
    assert np.isneginf(trace.h[-1]).all() and trace.tape.h_wide is not None
    gradients = backpropagate(trace, probe(trace, [1.0]))
    np.testing.assert_allclose(gradients.log2_dh[0], 2000.0, rtol=1e-12)


def test_states_of_a_gated_cell_that_leave_float64_are_said_to_stop_the_error() -> None:
    cell = LSTM(candidate=ACTIVATIONS["relu"], output=ACTIVATIONS["relu"])
    p = Parameters(np.zeros((4, 1)), np.array([[5.0]] * 4), np.full(4, 5.0))
    trace = unroll(cell, p, np.zeros((900, 1, 1)))
    assert np.isinf(trace.h[-1]).all()
    with pytest.raises(Overflow, match=r"grow beyond what float64 holds at step \d+, and no error can be carried back"):
        backpropagate(trace, probe(trace, [1.0]))
