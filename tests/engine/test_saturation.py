"""Gradients deep in saturation, where 1 - tanh(a)**2 is 0 in float64 and the true derivative is not.

Every network here is one unit whose only weight that matters is its bias, so the gradient is a product of equal
factors that 60-digit decimals know exactly.
"""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import probe
from engine.forward import State, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.parameters import Parameters

LEVELS = [-100.0, -60.0, -38.0, -30.0, -15.0, 15.0, 30.0, 38.0, 60.0, 100.0]
T = 20


def logistic(a: float) -> Decimal:
    return 1 / (1 + (-Decimal(a)).exp())


def tanh_slope(a: float) -> Decimal:
    return 4 * logistic(2.0 * a) * logistic(-2.0 * a)


def one_unit(cell: str, weight: float, steps: int = T, start: State | None = None, **bias: float) -> Gradients:
    """One unit, no inputs, every recurrent weight the same, each gate's bias by name; a probe at the end."""
    gates = CELLS[cell].gates
    parameters = Parameters(
        U=np.zeros((len(gates), 1)),
        W=np.full((len(gates), 1), weight),
        b=np.array([bias.get(gate, 0.0) for gate in gates]),
        extra={name: np.zeros(1) for name in CELLS[cell].extras},
    )
    trace = unroll(CELLS[cell], parameters, np.zeros((steps, 1, 1)), start)
    return backpropagate(trace, probe(trace, [1.0]))


def assert_falls_by(log2: np.ndarray, factor: Decimal) -> None:
    """log2[t] - log2[t-1] is log2 of the factor at every step, to 1e-12 relative in the factor itself."""
    expected = float(factor.ln() / Decimal(2).ln())
    np.testing.assert_allclose(np.diff(log2[:, 0]), -expected, rtol=1e-13, atol=1.5e-12)


@pytest.mark.parametrize("a", LEVELS)
def test_a_saturated_tanh_unit_passes_on_its_true_slope(a: float) -> None:
    gradients = one_unit("tanh", weight=1e-40, state=a)
    with localcontext(prec=60):
        assert_falls_by(gradients.log2_dh, Decimal("1e-40") * tanh_slope(a))


@pytest.mark.parametrize("a", LEVELS)
def test_a_saturated_sigmoid_unit_passes_on_its_true_slope(a: float) -> None:
    gradients = one_unit("sigmoid", weight=1e-40, state=a)
    with localcontext(prec=60):
        assert_falls_by(gradients.log2_dh, Decimal("1e-40") * logistic(a) * logistic(-a))


@pytest.mark.parametrize("a", LEVELS)
def test_a_saturated_forget_gate_passes_on_its_true_share_of_the_cell_gradient(a: float) -> None:
    gradients = one_unit("lstm", weight=0.0, forget=a)
    assert gradients.log2_dc is not None
    with localcontext(prec=60):
        assert_falls_by(gradients.log2_dc, logistic(a))


@pytest.mark.parametrize("a", LEVELS)
def test_a_saturated_update_gate_passes_on_its_true_share_of_the_state_gradient(a: float) -> None:
    gradients = one_unit("gru", weight=0.0, update=a)
    with localcontext(prec=60):
        assert_falls_by(gradients.log2_dh, logistic(a))


@pytest.mark.parametrize("a", LEVELS)
def test_a_saturated_output_gate_lets_its_true_share_of_the_error_into_the_cell(a: float) -> None:
    gradients = one_unit("lstm", weight=0.0, output=a, forget=0.0)
    assert gradients.log2_dc is not None
    with localcontext(prec=60):
        expected = float(logistic(a).ln() / Decimal(2).ln())
    np.testing.assert_allclose(gradients.log2_dc[T], expected, rtol=1e-13, atol=1.5e-12)


@pytest.mark.parametrize("a", LEVELS)
def test_a_saturated_input_gate_lets_its_true_share_of_the_error_into_the_candidate(a: float) -> None:
    gradients = one_unit("lstm", weight=0.0, steps=1, input=a)
    with localcontext(prec=60):
        expected = logistic(a) / 2  # i times dL/dc_1 = o = 1/2, as c = g = 0 and so tanh' = 1
        found = float(gradients.parameters.b[CELLS["lstm"].rows("candidate", 1)][0])
        assert found == pytest.approx(float(expected), rel=1e-12, abs=0.0)


@pytest.mark.parametrize("a", LEVELS)
def test_a_saturated_update_gate_lets_its_true_share_of_the_error_into_the_candidate(a: float) -> None:
    gradients = one_unit("gru", weight=0.0, update=a)
    with localcontext(prec=60):
        found = float(gradients.parameters.b[CELLS["gru"].rows("candidate", 1)][0])
        keep = logistic(a)
        expected = logistic(-a) * sum(keep**k for k in range(T))  # 1 - z at each step, after k more steps
        assert found == pytest.approx(float(expected), rel=1e-12, abs=0.0)


@pytest.mark.parametrize("a", LEVELS)
def test_a_saturated_reset_gate_lets_its_true_share_of_the_error_through_to_the_recurrent_bias(a: float) -> None:
    gradients = one_unit("gru", weight=0.0, reset=a)
    with localcontext(prec=60):
        found = float(gradients.parameters.extra["recurrent_bias"][0])
        half = Decimal("0.5")  # z = 1 - z = 1/2 at every step, and n' = 1
        expected = logistic(a) * half * sum(half**k for k in range(T))
        assert found == pytest.approx(float(expected), rel=1e-12, abs=0.0)


@pytest.mark.parametrize("a", LEVELS)
def test_a_saturated_gate_is_flat_but_not_dead(a: float) -> None:
    start = State(np.zeros((1, 1)), np.array([[1.0]]))
    gradients = one_unit("lstm", weight=0.0, steps=1, start=start, forget=a)
    with localcontext(prec=60):
        kept = logistic(a)  # c_1 = f, as c_0 = 1 and g = 0; o = 1/2
        expected = Decimal("0.5") * tanh_slope(float(kept)) * kept * logistic(-a)
        found = float(gradients.parameters.b[CELLS["lstm"].rows("forget", 1)][0])
        assert found == pytest.approx(float(expected), rel=1e-12, abs=0.0)
