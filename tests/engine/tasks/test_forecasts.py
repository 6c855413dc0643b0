"""Waves and sunspots: the next number, and how well it can be known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks import task
from engine.tasks.series import Series
from engine.tasks.sunspots import FIRST_YEAR, SUNSPOTS
from engine.tasks.waves import NoisyWaves, Sine, Waves


@pytest.mark.parametrize("kind", [Sine, NoisyWaves])
def test_what_is_wanted_is_the_number_that_enters_next(kind: type[Waves], rng: np.random.Generator) -> None:
    batch = kind(30).batch(rng, 4)
    np.testing.assert_array_equal(batch.targets[:-1], batch.x[1:])


def test_a_sine_obeys_its_recursion(rng: np.random.Generator) -> None:
    """sin(a + 2d) = 2 cos(d) sin(a + d) - sin(a): two numbers decide the next."""
    batch = Sine(30).batch(rng, 4)
    known = 2.0 * np.cos(2.0 * np.pi / 25.0) * batch.x[1:] - batch.x[:-1]
    np.testing.assert_allclose(batch.targets[1:], known, atol=1e-13)


def test_the_best_linear_forecast_of_a_sine_misses_the_second_number_alone() -> None:
    """From one number x it says x cos(d), and the error that is left is sin(d)^2 / 2."""
    assert Sine.best_linear(40) * 40 == pytest.approx(np.sin(2.0 * np.pi / 25.0) ** 2 / 2.0, rel=1e-6)


def test_the_best_linear_forecast_of_noisy_waves_agrees_with_least_squares(rng: np.random.Generator) -> None:
    waves = NoisyWaves(10)
    batch = waves.batch(rng, 20_000)
    errors = []
    for t in range(10):
        past, wanted = batch.x[: t + 1, :, 0].T, batch.targets[t, :, 0]
        errors.append(np.mean((wanted - past @ np.linalg.lstsq(past, wanted, rcond=None)[0]) ** 2))
    assert waves.best_linear(10) == pytest.approx(np.mean(errors), rel=0.02)
    assert waves.best_linear(10) > waves.noise**2


def test_the_sunspot_numbers_are_those_that_are_known() -> None:
    by_year = dict(enumerate(SUNSPOTS, FIRST_YEAR))
    assert len(by_year) == 309
    assert [by_year[year] for year in (1700, 1749, 1778, 1810, 1928, 1957, 2008)] == [
        5,
        80.9,
        154.4,
        0,
        77.8,
        190.2,
        2.9,
    ]
    assert sum(SUNSPOTS[:289]) == pytest.approx(48.6 * 289, abs=10)  # the mean until 1988 is 48.6


def test_sunspots_of_the_last_century_are_held_out() -> None:
    series = task("series")
    (entered,), (wanted,), _ = series.words(series.shown())
    assert wanted == tuple(f"{number:.3g}" for number in SUNSPOTS[-40:])
    assert entered == tuple(f"{number:.3g}" for number in SUNSPOTS[-41:-1])
    learned = series.batch(np.random.default_rng(0), 2000)
    asked = series.evaluation(0, 500)
    in_numbers = [batch.scale[0] + batch.scale[1] * batch.targets[..., 0] for batch in (learned, asked)]
    assert all(set(numbers.ravel().round(1)) <= set(SUNSPOTS) for numbers in in_numbers)
    assert in_numbers[0].max() < 154.5 < 190.1 < in_numbers[1].max()  # the highest of all is that of 1957


def test_the_linear_forecast_is_yules(rng: np.random.Generator) -> None:
    """A series that obeys x_t = 1.34 x_{t-1} - 0.65 x_{t-2} + noise, as Yule (1927) found, is off by that noise."""
    numbers = [0.0, 0.0]
    for noise in rng.normal(0.0, 1.0, 4000):
        numbers.append(1.34 * numbers[-1] - 0.65 * numbers[-2] + noise)
    series = Series(200, "\n".join(map(str, numbers)))
    spread = np.std(numbers[:3000])
    assert series.linear * spread**2 == pytest.approx(1.0, rel=0.08)
    assert not series.goal.reached(series.chance.loss, None)
