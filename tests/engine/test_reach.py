"""How far back an error reaches: ratios, half-lives, and where it is gone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine.measures import Reach, reach
from engine.studies.vanish.study import VanishStudy

Array = np.ndarray[Any, np.dtype[Any]]


def reach_of_powers(log2_factor: float, T: int) -> Reach:
    """The reach of a single unit whose gradient is multiplied by 2**log2_factor at every step back."""
    logs = log2_factor * np.arange(T, -1.0, -1.0)
    return reach(logs)


def test_the_half_life_is_the_number_of_steps_in_which_half_of_it_is_lost() -> None:
    assert reach_of_powers(-1.0, 50).steps_per_halving == pytest.approx(1.0)
    assert reach_of_powers(-0.125, 50).steps_per_halving == pytest.approx(8.0)
    assert reach_of_powers(math.log2(0.9), 50).steps_per_halving == pytest.approx(math.log(2) / -math.log(0.9))


def test_a_gradient_that_grows_has_a_negative_half_life_and_a_constant_one_an_infinite_one() -> None:
    assert reach_of_powers(0.5, 50).steps_per_halving == pytest.approx(-2.0)
    assert reach_of_powers(0.0, 50).steps_per_halving == math.inf


def test_the_ratio_compares_the_first_step_with_the_last_and_not_with_the_start() -> None:
    found = reach(np.array([99.0, -3.0, 7.0, 2.0]))
    assert found.log2_ratio == -5.0
    assert (found.lowest, found.highest, found.bend) == ((1, -5.0), (2, 5.0), (2, 5.0))
    assert math.isnan(found.steps_per_halving)


def test_a_curve_that_no_straight_line_fits_has_no_half_life() -> None:
    back = np.linspace(0.0, 1.0, 200)
    curves = {
        "falls, then rises": -12.0 * back * (1.2 - back),
        "ever faster": -20.0 * back**2,
        "falls, then stays": -10.0 * np.minimum(back, 0.3),
        "all at once": np.where(back > 0.0, -8.0, 0.0) + 4.0 * back,
        "stays, then falls": -10.0 * np.maximum(back - 0.5, 0.0),
        "two points": np.array([0.0, -7.0]),
    }
    for name, relative in curves.items():
        assert math.isnan(reach(np.append(relative, 0.0)[::-1]).steps_per_halving), name


def test_a_line_with_some_scatter_has_the_slope_of_the_line_of_least_squares(rng: np.random.Generator) -> None:
    logs = 0.4 * np.arange(101.0) + rng.uniform(-1.0, 1.0, 101)
    slope = np.polyfit(np.arange(1, 101), logs[1:], 1)[0]
    assert reach(logs).steps_per_halving == pytest.approx(1.0 / slope)


def test_in_a_thousand_steps_the_lstm_falls_and_comes_back() -> None:
    """Measured by another implementation: 0.229 after one step, lowest at 683 with 2.8e-4, 0.384 at step 1."""
    found = reach(VanishStudy(steps=1000, forget_bias=5.0).run("lstm").log2_dh[:, 0])
    assert found.lowest.step == 683
    assert 2.0**found.lowest.log2 == pytest.approx(2.8e-4, rel=0.01)
    assert 2.0**found.log2_ratio == pytest.approx(0.384, rel=0.01)
    assert math.isnan(found.steps_per_halving)


def test_one_step_alone_neither_grows_nor_decays() -> None:
    found = reach(np.array([-4.0, 1.0]))
    assert (found.log2_ratio, found.steps_per_halving) == (0.0, math.inf)


def test_a_gradient_that_dies_arrives_with_nothing() -> None:
    logs = np.array([-math.inf, -math.inf, -math.inf, -2.0, -1.0])
    found = reach(logs)
    assert found.log2_ratio == -math.inf
    assert math.isnan(found.steps_per_halving)
    assert found.vanished_at == 2


def test_a_start_that_receives_nothing_is_not_a_step_that_vanished() -> None:
    logs = np.array([-math.inf, -1.0, 0.0])
    assert reach(logs).vanished_at is None


@pytest.mark.parametrize("last", [-math.inf, math.nan, math.inf])
def test_without_a_number_at_the_end_the_ratio_is_not_a_number(last: float) -> None:
    logs = np.array([0.0, -1.0, last])
    assert math.isnan(reach(logs).log2_ratio)


def test_what_a_float32_run_found_is_said_and_nothing_else() -> None:
    found = reach(np.zeros(5), 3, 0)
    assert (found.float32_zero, found.float32_overflow, found.vanished_at) == (3, None, None)
    assert reach(np.zeros(5)).float32_zero is None
