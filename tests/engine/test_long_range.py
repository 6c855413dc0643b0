"""Ten thousand steps: logarithms of gradients that no float64 holds, beside arithmetic that cannot overflow."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import probe, squared_error
from engine.forward import unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import initial_parameters, orthogonal
from engine.measures import log2_bound_per_step
from engine.parameters import Parameters, Readout
from tests.engine import oracle

Array = np.ndarray[Any, np.dtype[Any]]
T = 10_000
WHOLE = [[2, 1, 0], [1, 2, 0], [5, 0, 1]]  # eigenvalues 3, 1, 1, and far from normal


def whole_number_log2_norms(W: list[list[int]], direction: list[int], steps: int) -> Array:
    """log2 ||(W^T)^k direction|| for k = steps..0 in Python's whole numbers, which have no end."""
    vector, logs = list(direction), []
    columns = list(zip(*W, strict=True))
    for _ in range(steps + 1):
        logs.append(0.5 * math.log2(sum(v * v for v in vector)))
        vector = [sum(w * v for w, v in zip(column, vector, strict=True)) for column in columns]
    return np.array(logs[::-1])


def silent_linear_network(W: Array, direction: Array, gain: list[float] | None = None) -> Gradients:
    """A linear network at rest, so that only its gradient moves."""
    batch = 1 if gain is None else len(gain)
    parameters = Parameters(np.zeros((len(W), 1)), W, np.zeros(len(W)))
    trace = unroll(CELLS["identity"], parameters, np.zeros((T, batch, 1)), gain=gain)
    return backpropagate(trace, probe(trace, direction))


@pytest.mark.parametrize("divisor", [1, 15], ids=["spectral radius 3", "spectral radius 0.2"])
def test_norms_are_those_of_whole_numbers_over_ten_thousand_steps(divisor: int) -> None:
    direction = [3, 4, -12]
    gradients = silent_linear_network(np.array(WHOLE) / divisor, np.array(direction))
    steps_back = np.arange(T, -1, -1)
    expected = whole_number_log2_norms(WHOLE, direction, T) - math.log2(13) - steps_back * math.log2(divisor)
    np.testing.assert_allclose(gradients.log2_dh[:, 0], expected, rtol=1e-12, atol=1e-10)
    assert abs(expected[0]) > 15_000.0


@pytest.mark.parametrize("rho", [0.2, 3.0])
@pytest.mark.parametrize("H", [1, 8])
def test_an_eigenvector_decays_by_its_eigenvalue_at_every_step(H: int, rho: float, rng: np.random.Generator) -> None:
    Q = orthogonal(rng, H)
    W = Q @ np.diag(rho * np.linspace(1.0, 0.1, H)) @ Q.T
    gradients = silent_linear_network(W, Q[:, 0])
    steps_back = np.arange(T, -1, -1)
    np.testing.assert_allclose(gradients.log2_dh[:, 0], steps_back * math.log2(rho), rtol=1e-12, atol=1e-10)


def test_vanishing_and_exploding_networks_do_not_disturb_each_other_in_one_batch(rng: np.random.Generator) -> None:
    gain = [0.2, 1.0, 3.0, 1e-30, 1e30]
    gradients = silent_linear_network(orthogonal(rng, 4), rng.standard_normal(4), gain)
    steps_back = np.arange(T, -1, -1)[:, None]
    np.testing.assert_allclose(gradients.log2_dh, steps_back * np.log2(gain), rtol=1e-12, atol=1e-9)


def test_where_float64_ends_the_gradient_is_zero_or_infinite_and_its_logarithm_is_not() -> None:
    gradients = silent_linear_network(np.eye(2), np.array([1.0, 0.0]), [0.2, 3.0])
    assert not gradients.dh[0, 0].any()
    np.testing.assert_array_equal(gradients.dh[0, 1], [np.inf, 0.0])
    assert np.isfinite(gradients.log2_dh).all() and np.isfinite(gradients.log2_largest).all()
    still_held = np.abs(gradients.log2_dh) < 1000.0
    np.testing.assert_allclose(np.log2(gradients.dh[still_held, 0]), gradients.log2_dh[still_held], atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["tanh", "sigmoid", "lstm", "gru"])
@pytest.mark.parametrize("rho", [0.2, 3.0])
def test_norms_are_those_of_a_gradient_made_unit_at_every_step(cell: str, rho: float, rng: np.random.Generator) -> None:
    parameters = initial_parameters(CELLS[cell], "radius", rho, hidden_size=4, input_size=2, seed=3)
    assert_follows_the_unit_gradient(cell, parameters, rng)


def test_norms_of_a_living_relu_network_are_those_of_a_gradient_made_unit_at_every_step(
    rng: np.random.Generator,
) -> None:
    parameters = initial_parameters(CELLS["relu"], "radius", 0.2, hidden_size=4, input_size=2, seed=3)
    assert_follows_the_unit_gradient("relu", replace(parameters, b=np.full(4, 3.0)), rng)


def assert_follows_the_unit_gradient(cell: str, parameters: Parameters, rng: np.random.Generator) -> None:
    x, direction = rng.standard_normal((T, 1, 2)), rng.standard_normal(4)
    trace = unroll(CELLS[cell], parameters, x)
    gradients = backpropagate(trace, probe(trace, direction))
    expected = oracle.log2_norms(
        cell,
        parameters,
        x[:, 0],
        trace.h[:, 0],
        None if trace.c is None else trace.c[:, 0],
        direction / np.linalg.norm(direction),
    )
    found = gradients.log2_dh[:, 0]
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-8)
    bound = log2_bound_per_step(CELLS[cell], parameters)
    if bound is not None:
        assert (found[:-1] - found[1:] <= bound + 1e-9).all()
    if np.abs(parameters.W).max() < 0.5:  # the networks of radius 0.2
        stretches = found[:: T // 10]
        assert (np.diff(stretches) > T / 10 * 0.2).all(), "it vanishes steadily"


@pytest.mark.parametrize("w", [3, 1, -1])
def test_errors_from_every_step_add_up_over_ten_thousand_steps(w: int) -> None:
    parameters = Parameters(np.zeros((1, 1)), np.array([[float(w)]]), np.zeros(1))
    trace = unroll(CELLS["identity"], parameters, np.zeros((T, 1, 1)))
    errors = squared_error(trace, Readout(np.array([[1.0]]), np.zeros(1)), np.full((T, 1, 1), -1.0), "every")
    gradients = backpropagate(trace, errors)
    total, expected = 0, []
    for _ in range(T):  # dL/dh_t = 1 + w dL/dh_{t+1}
        total = 1 + w * total
        expected.append(math.log2(total) if total else -math.inf)
    expected.append(math.log2(abs(w * total)) if total else -math.inf)
    np.testing.assert_allclose(gradients.log2_dh[:, 0], expected[::-1], rtol=1e-12, atol=1e-12)


def test_errors_that_vanished_are_overtaken_by_later_ones() -> None:
    parameters = Parameters(np.zeros((1, 1)), np.array([[2.0**-40]]), np.zeros(1))
    trace = unroll(CELLS["identity"], parameters, np.zeros((300, 1, 1)))
    targets = np.zeros((300, 1, 1))
    targets[[299, 99]] = -1.0  # errors of 1 at the steps 300 and 100, none between
    gradients = backpropagate(trace, squared_error(trace, Readout(np.eye(1), np.zeros(1)), targets, "every"))
    t = np.arange(301)
    expected = np.where(t > 100, -40.0 * (300 - t), -40.0 * (100 - t))
    np.testing.assert_array_equal(gradients.log2_dh[:, 0], expected)


@pytest.mark.parametrize("level", [30.0, -30.0])
def test_a_saturated_network_vanishes_by_its_true_slope_over_ten_thousand_steps(level: float) -> None:
    parameters = Parameters(np.zeros((1, 1)), np.array([[1.0]]), np.array([level]))
    trace = unroll(CELLS["tanh"], parameters, np.zeros((T, 1, 1)))
    gradients = backpropagate(trace, probe(trace, [1.0]))
    per_step = 2.0 - 2.0 * (abs(level) + 1.0) / math.log(2.0)  # log2 of 4 exp(-2 |a|), a = level +- 1
    np.testing.assert_allclose(np.diff(gradients.log2_dh[1:, 0]), -per_step, rtol=1e-9)
    assert gradients.log2_dh[0, 0] < -800_000.0
