"""How far back an error reaches: ratios, half-lives, and where it is gone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine.measures import Reach, reach

Array = np.ndarray[Any, np.dtype[Any]]


def reach_of_powers(log2_factor: float, T: int) -> Reach:
    """The reach of a single unit whose gradient is multiplied by 2**log2_factor at every step back."""
    logs = log2_factor * np.arange(T, -1.0, -1.0)
    return reach(logs)


def test_the_half_life_is_the_number_of_steps_in_which_half_of_it_is_lost() -> None:
    assert reach_of_powers(-1.0, 50).steps_per_halving == 1.0
    assert reach_of_powers(-0.125, 50).steps_per_halving == 8.0
    assert reach_of_powers(math.log2(0.9), 50).steps_per_halving == pytest.approx(math.log(2) / -math.log(0.9))


def test_a_gradient_that_grows_has_a_negative_half_life_and_a_constant_one_an_infinite_one() -> None:
    assert reach_of_powers(0.5, 50).steps_per_halving == -2.0
    assert reach_of_powers(0.0, 50).steps_per_halving == math.inf


def test_the_ratio_compares_the_first_step_with_the_last_and_not_with_the_start() -> None:
    logs = np.array([99.0, -3.0, 7.0, 2.0])
    found = reach(logs)
    assert found.log2_ratio == -5.0
    assert found.steps_per_halving == pytest.approx(2 / 5)


def test_one_step_alone_neither_grows_nor_decays() -> None:
    found = reach(np.array([-4.0, 1.0]))
    assert (found.log2_ratio, found.steps_per_halving) == (0.0, math.inf)


def test_a_gradient_that_dies_arrives_with_nothing() -> None:
    logs = np.array([-math.inf, -math.inf, -math.inf, -2.0, -1.0])
    found = reach(logs)
    assert found.log2_ratio == -math.inf
    assert found.steps_per_halving == 0.0
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
