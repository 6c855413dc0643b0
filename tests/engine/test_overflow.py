"""States beyond float64: shown as infinite, while the logarithms of gradients stay right and no loss is NaN.

The networks have whole-number weights, so Python's whole numbers know every state and gradient exactly.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import Where, cross_entropy, probe, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients.backward import backpropagate
from engine.parameters import Parameters, Readout
from engine.wide import FAINTEST

Array = np.ndarray[Any, np.dtype[Any]]
Vector = list[int]
T = 2000
W = [[1, 1], [3, 1]]  # times a gain of 3
START = [1, 2]
V = [[1, 0], [2, 1], [-1, 3]]
UNBOUNDED = ("identity", "relu")
LARGEST = int(sys.float_info.max)


def product(matrix: list[list[int]], vector: Vector) -> Vector:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def transposed(matrix: list[list[int]]) -> list[list[int]]:
    return [list(column) for column in zip(*matrix, strict=True)]


def exact_states(steps: int) -> list[Vector]:
    states = [START]
    for _ in range(steps):
        states.append([3 * v for v in product(W, states[-1])])
    return states


def exact_log2_norms(local: dict[int, Vector], steps: int) -> Array:
    """log2 ||dL/dh_t|| for t = 0..T from the local errors by step; no ReLU is off, as all states are positive."""
    carried, logs = [0, 0], []
    for t in range(steps, -1, -1):
        carried = [a + b for a, b in zip(carried, local.get(t, [0, 0]), strict=True)]
        logs.append(0.5 * math.log2(sum(v * v for v in carried)))
        carried = [3 * v for v in product(transposed(W), carried)]
    return np.array(logs[::-1])


def exploding(cell: str, steps: int = T) -> Trace:
    parameters = Parameters(np.zeros((2, 1)), 3.0 * np.array(W), np.zeros(2))
    return unroll(CELLS[cell], parameters, np.zeros((steps, 1, 1)), State(np.array([START], float)))


READOUT = Readout(np.array(V, float), np.zeros(3))


@pytest.mark.parametrize("cell", UNBOUNDED)
def test_a_state_is_infinite_exactly_where_float64_overflows(cell: str) -> None:
    h = exploding(cell).h[:, 0]
    exact = exact_states(T)
    for t in range(T + 1):
        for unit in range(2):
            if exact[t][unit] > LARGEST:
                assert h[t, unit] == np.inf, f"step {t}"
            else:
                assert h[t, unit] == pytest.approx(float(exact[t][unit]), rel=1e-12), f"step {t}"
    assert np.isinf(h[-1]).all()


@pytest.mark.parametrize("cell", UNBOUNDED)
def test_the_gradient_of_a_probe_is_right_where_states_overflow(cell: str) -> None:
    trace = exploding(cell)
    errors = probe(trace, [3.0, 4.0])
    assert errors.loss[0, 0] == np.inf
    expected = exact_log2_norms({T: [3, 4]}, T) - math.log2(5)
    np.testing.assert_allclose(backpropagate(trace, errors).log2_dh[:, 0], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("where", ["last", "every"])
@pytest.mark.parametrize("cell", UNBOUNDED)
def test_the_gradient_of_a_squared_error_is_right_where_states_overflow(cell: str, where: Where) -> None:
    trace, states = exploding(cell), exact_states(T)
    steps = [T] if where == "last" else list(range(1, T + 1))
    errors = squared_error(trace, READOUT, np.ones((len(steps), 1, 3)), where)
    assert not np.isnan(errors.loss).any() and errors.loss[-1, 0] == np.inf
    local = {t: product(transposed(V), [o - 1 for o in product(V, states[t])]) for t in steps}
    found = backpropagate(trace, errors).log2_dh[:, 0]
    np.testing.assert_allclose(found, exact_log2_norms(local, T), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("wanted", [0, 1, 2])
@pytest.mark.parametrize("cell", UNBOUNDED)
def test_the_gradient_of_a_cross_entropy_is_right_where_states_overflow(cell: str, wanted: int) -> None:
    trace, outputs = exploding(cell), product(V, exact_states(T)[T])
    errors = cross_entropy(trace, READOUT, [[wanted]])
    largest = outputs.index(max(outputs))
    assert errors.outputs is not None and errors.outputs[0, 0, largest] == 1.0
    assert errors.loss[0, 0] == (0.0 if wanted == largest else np.inf)
    found = backpropagate(trace, errors).log2_dh[:, 0]
    # Sure of the right class, an error of e**(-3**2000) is not 0: its size is kept at the least there is, and its
    # direction is that of the nearest wrong class.
    rival = max((k for k in range(3) if k != wanted), key=lambda k: outputs[k])
    local = product(transposed(V), [int(k == rival) - int(k == wanted) for k in range(3)])
    least = -FAINTEST if wanted == largest else 0
    np.testing.assert_allclose(
        found - least, exact_log2_norms({T: local}, T), rtol=1e-12, atol=3e-4 if least else 1e-12
    )


def last_finite_step() -> int:
    return next(t for t, state in enumerate(exact_states(T)) if max(state) > LARGEST) - 1


@pytest.mark.parametrize("beyond", [-170, -10, -5, -1, 0, 1, 2, 100])
@pytest.mark.parametrize("cell", UNBOUNDED)
def test_no_loss_and_no_logarithm_is_nan_at_any_length(cell: str, beyond: int) -> None:
    trace = exploding(cell, last_finite_step() + beyond)
    loud = Readout(1e6 * READOUT.V, np.array([1e300, 0.0, -1e300]))
    for readout in (READOUT, loud):
        for errors in (
            probe(trace, [1.0, 1.0]),
            squared_error(trace, readout, np.ones((1, 1, 3)), "last"),
            squared_error(trace, readout, np.ones((trace.steps, 1, 3)), "every"),
            cross_entropy(trace, readout, [[1]], "last"),
            cross_entropy(trace, readout, np.ones((trace.steps, 1), int), "every"),
        ):
            assert not np.isnan(errors.loss).any()
            assert not np.isnan(backpropagate(trace, errors).log2_dh).any()


@pytest.mark.parametrize("cell", UNBOUNDED)
def test_a_network_that_stays_finite_is_the_same_beside_one_that_overflows(cell: str, rng: np.random.Generator) -> None:
    parameters = Parameters(rng.random((3, 2)), rng.random((3, 3)) / 3.0, rng.random(3))
    x, gain = rng.random((T, 3, 2)), np.array([0.5, 6.0, 0.1])
    together = unroll(CELLS[cell], parameters, x, gain=gain)
    alone = unroll(CELLS[cell], parameters, x[:, [0, 2]], gain=gain[[0, 2]])
    assert np.isinf(together.h[-1, 1]).all()
    np.testing.assert_allclose(together.h[:, [0, 2]], alone.h, rtol=1e-12)
    found = backpropagate(together, probe(together, np.ones(3))).log2_dh
    expected = backpropagate(alone, probe(alone, np.ones(3))).log2_dh
    np.testing.assert_allclose(found[:, [0, 2]], expected, rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("cell", UNBOUNDED)
def test_a_unit_that_stays_finite_keeps_its_value_beside_one_that_overflows(cell: str) -> None:
    parameters = Parameters(np.zeros((2, 1)), np.diag([3.0, 0.5]), np.ones(2))
    trace = unroll(CELLS[cell], parameters, np.zeros((T, 1, 1)))
    assert trace.h[-1, 0, 0] == np.inf
    np.testing.assert_allclose(trace.h[1:, 0, 1], 2.0 - 0.5 ** np.arange(T), rtol=1e-12)
    gradients = backpropagate(trace, probe(trace, [0.0, 1.0]))
    np.testing.assert_allclose(gradients.log2_dh[:, 0], -np.arange(T, -1.0, -1.0), atol=1e-9)


@pytest.mark.parametrize("cell", UNBOUNDED)
def test_a_state_that_overflows_and_comes_back_is_finite_again(cell: str) -> None:
    up = 2.0**400
    around = np.array([[0.0, 0.0, 1.0 / (up * up)], [up, 0.0, 0.0], [0.0, up, 0.0]])
    trace = unroll(
        CELLS[cell],
        Parameters(np.zeros((3, 1)), around, np.zeros(3)),
        np.zeros((6, 1, 1)),
        State(np.array([[3.0 * 2.0**300, 0.0, 0.0]])),
    )
    expected = 3.0 * np.array([2.0**300, 2.0**700, np.inf] * 2 + [2.0**300])
    np.testing.assert_array_equal(trace.h[:, 0].max(axis=1), expected)


@pytest.mark.parametrize("cell", UNBOUNDED)
def test_a_start_at_the_end_of_float64_leaves_gradients_right(cell: str) -> None:
    parameters = Parameters(np.zeros((1, 1)), np.array([[10.0]]), np.zeros(1))
    trace = unroll(CELLS[cell], parameters, np.zeros((5, 1, 1)), State(np.array([[1e308]])))
    np.testing.assert_array_equal(trace.h[:, 0, 0], [1e308, *[np.inf] * 5])
    errors = squared_error(trace, Readout(np.eye(1), np.zeros(1)), np.zeros((1, 1, 1)))
    log2_error = math.log2(10) * 313  # dL/dh_5 = h_5 = 1e313
    expected = log2_error + math.log2(10) * np.arange(5, -1, -1)
    np.testing.assert_allclose(backpropagate(trace, errors).log2_dh[:, 0], expected, rtol=1e-12)
