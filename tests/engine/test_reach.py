"""How far back an error reaches: half-lives, and the steps where a float32 run would end."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS, RNN
from engine.errors import probe
from engine.forward import unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import initial_parameters
from engine.measures import Reach, reach
from engine.parameters import Parameters

Array = np.ndarray[Any, np.dtype[Any]]


def reach_of_powers(log2_factor: float, T: int) -> Reach:
    """The reach of a single unit whose gradient is multiplied by 2**log2_factor at every step back."""
    logs = log2_factor * np.arange(T, -1.0, -1.0)
    return reach(logs, logs)


def gradients_of_probe(cell: str, parameters: Parameters, T: int, rng: np.random.Generator) -> Gradients:
    x = rng.standard_normal((T, 1, parameters.input_size))
    if cell == "identity":
        x = np.zeros_like(x)
    trace = unroll(CELLS[cell], parameters, x)
    return backpropagate(trace, probe(trace, rng.standard_normal(parameters.hidden_size)))


def float32_run(gradients: Gradients) -> list[Array]:
    """dL/dh_t for t = T..1 of a vanilla RNN as a float32 program computes it."""
    trace = gradients.trace
    assert isinstance(trace.cell, RNN)
    slope = trace.cell.activation.derivative(trace.pre_activations["state"])[:, 0]
    W = trace.parameters.W.astype(np.float32)
    run = [gradients.errors.dh[0, 0].astype(np.float32)]
    with np.errstate(over="ignore", invalid="ignore"):
        for step in slope[:0:-1].astype(np.float32):
            run.append(W.T @ (step * run[-1]))
    return run


def test_the_half_life_is_the_number_of_steps_in_which_half_of_it_is_lost() -> None:
    assert reach_of_powers(-1.0, 50).steps_per_halving == 1.0
    assert reach_of_powers(-0.125, 50).steps_per_halving == 8.0
    assert reach_of_powers(math.log2(0.9), 50).steps_per_halving == pytest.approx(math.log(2) / -math.log(0.9))


def test_a_gradient_that_grows_has_a_negative_half_life_and_a_constant_one_an_infinite_one() -> None:
    assert reach_of_powers(0.5, 50).steps_per_halving == -2.0
    assert reach_of_powers(0.0, 50).steps_per_halving == math.inf


def test_the_ratio_compares_the_first_step_with_the_last_and_not_with_the_start() -> None:
    logs = np.array([99.0, -3.0, 7.0, 2.0])
    found = reach(logs, logs)
    assert found.log2_ratio == -5.0
    assert found.steps_per_halving == pytest.approx(2 / 5)


def test_one_step_alone_neither_grows_nor_decays() -> None:
    found = reach(np.array([-4.0, 1.0]), np.array([-4.0, 1.0]))
    assert (found.log2_ratio, found.steps_per_halving) == (0.0, math.inf)


def test_a_gradient_that_dies_arrives_with_nothing() -> None:
    logs = np.array([-math.inf, -math.inf, -math.inf, -2.0, -1.0])
    found = reach(logs, logs)
    assert found.log2_ratio == -math.inf
    assert found.steps_per_halving == 0.0
    assert found.vanished_at == 2
    assert found.float32_zero == 2


def test_a_start_that_receives_nothing_is_not_a_step_that_vanished() -> None:
    logs = np.array([-math.inf, -1.0, 0.0])
    assert reach(logs, logs).vanished_at is None


@pytest.mark.parametrize("last", [-math.inf, math.nan, math.inf])
def test_without_a_number_at_the_end_the_ratio_is_not_a_number(last: float) -> None:
    logs = np.array([0.0, -1.0, last])
    assert math.isnan(reach(logs, logs).log2_ratio)


@pytest.mark.parametrize("log2_factor", [-1.0, -0.75, -7.0])
def test_float32_zero_is_the_last_step_whose_gradient_is_zero_in_float32(log2_factor: float) -> None:
    T = 300
    found = reach_of_powers(log2_factor, T).float32_zero
    held = [np.float32(2.0 ** (log2_factor * (T - t))) > 0.0 for t in range(T + 1)]
    assert found is not None and not held[found] and all(held[found + 1 :])


def test_half_the_smallest_float32_rounds_to_zero_and_anything_above_does_not() -> None:
    assert np.float32(2.0**-150) == 0.0 and np.float32(2.0**-150 * (1 + 2.0**-40)) > 0.0
    just_zero, just_held = np.array([0.0, -150.0, 0.0]), np.array([0.0, -150.0 + 2.0**-40, 0.0])
    assert reach(just_zero, just_zero).float32_zero == 1
    assert reach(just_held, just_held).float32_zero is None


def test_the_largest_component_decides_what_float32_holds_and_not_the_norm() -> None:
    assert reach(np.array([0.0, -149.5, 0.0]), np.array([0.0, -151.0, 0.0])).float32_zero == 1
    assert reach(np.array([0.0, 128.5, 0.0]), np.array([0.0, 127.5, 0.0])).float32_overflow is None


@pytest.mark.parametrize("log2_factor", [1.0, 0.75, 7.0])
def test_float32_overflow_is_the_last_step_whose_gradient_is_infinite_in_float32(log2_factor: float) -> None:
    T = 180
    found = reach_of_powers(log2_factor, T).float32_overflow
    with np.errstate(over="ignore"):
        held = [np.isfinite(np.float32(2.0 ** min(log2_factor * (T - t), 1000.0))) for t in range(T + 1)]
    assert found is not None and not held[found] and all(held[found + 1 :])


def test_a_gradient_that_float32_holds_everywhere_reaches_no_limit() -> None:
    found = reach_of_powers(-0.5, 100)
    assert (found.float32_zero, found.float32_overflow, found.vanished_at) == (None, None, None)


@pytest.mark.parametrize("H", [2, 16, 64])
@pytest.mark.parametrize(("cell", "gain"), [("tanh", 0.2), ("tanh", 0.4), ("identity", 0.2), ("identity", 0.4)])
def test_float32_zero_is_where_a_float32_backward_pass_arrives_at_zero(
    cell: str, gain: float, H: int, rng: np.random.Generator
) -> None:
    # Only where more than half is lost at each step: below that IEEE rounding keeps 0.6 * 2**-149 at 2**-149 for ever.
    T = 300
    parameters = initial_parameters(CELLS[cell], "orthogonal", gain, H, input_size=2, seed=1)
    gradients = gradients_of_probe(cell, parameters, T, rng)
    run = float32_run(gradients)
    arrived = T - next(k for k, dh in enumerate(run) if not dh.any())
    predicted = reach(gradients.log2_dh[:, 0], gradients.log2_largest[:, 0]).float32_zero
    assert predicted is not None and abs(predicted - arrived) <= 2


@pytest.mark.parametrize("H", [2, 16, 64])
@pytest.mark.parametrize("gain", [1.5, 3.0])
def test_float32_overflow_is_where_a_float32_backward_pass_overflows(
    gain: float, H: int, rng: np.random.Generator
) -> None:
    T = 300
    parameters = initial_parameters(CELLS["identity"], "orthogonal", gain, H, input_size=2, seed=1)
    gradients = gradients_of_probe("identity", parameters, T, rng)
    run = float32_run(gradients)
    arrived = T - next(k for k, dh in enumerate(run) if not np.isfinite(dh).all())
    predicted = reach(gradients.log2_dh[:, 0], gradients.log2_largest[:, 0]).float32_overflow
    assert predicted is not None and abs(predicted - arrived) <= 1
