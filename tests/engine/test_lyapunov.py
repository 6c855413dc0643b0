"""Lyapunov exponents, beside determinants, products of diagonals and a map whose exponents are known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.spectra.lyapunov import lyapunov_growth, lyapunov_spectrum
from engine.spectra.singular import log2_singular_values

Array = np.ndarray[Any, np.dtype[Any]]
seeds = st.integers(0, 2**32)


def random_steps(seed: int, T: int, S: int, scale: float = 1.0) -> Array:
    return scale * np.random.default_rng(seed).standard_normal((T, S, S)) / math.sqrt(S)


@given(seed=seeds, T=st.integers(1, 50), S=st.integers(1, 8), scale=st.sampled_from([1e-150, 0.1, 1.0, 1e150]))
def test_exponents_add_up_to_the_mean_logarithm_of_the_determinants(seed: int, T: int, S: int, scale: float) -> None:
    steps = random_steps(seed, T, S, scale)
    spectrum = lyapunov_spectrum(steps)
    power = np.frexp(scale)[1]  # a determinant may leave float64 where no exponent does
    expected = np.linalg.slogdet(np.ldexp(steps, -power))[1].mean() + S * power * math.log(2.0)
    assert spectrum.sum() == pytest.approx(expected, rel=1e-11, abs=1e-9)
    assert (np.diff(spectrum) <= 0.0).all()


@given(seed=seeds, T=st.integers(1, 40), S=st.integers(1, 6))
def test_each_row_of_the_growth_adds_up_to_the_determinant_so_far(seed: int, T: int, S: int) -> None:
    steps = random_steps(seed, T, S)
    growth = lyapunov_growth(steps)
    expected = np.append(0.0, np.cumsum(np.linalg.slogdet(steps)[1]))
    np.testing.assert_allclose(growth.sum(axis=1), expected, rtol=1e-11, atol=1e-9)
    np.testing.assert_array_equal(growth[0], 0.0)
    np.testing.assert_allclose(growth[-1] / T, lyapunov_spectrum(steps), rtol=1e-15)


@given(seed=seeds, T=st.integers(1, 50), S=st.integers(1, 8))
def test_orthogonal_steps_have_exponents_of_zero(seed: int, T: int, S: int) -> None:
    steps = np.linalg.qr(random_steps(seed, T, S))[0]
    np.testing.assert_allclose(lyapunov_growth(steps), 0.0, atol=1e-12)


@given(seed=seeds, T=st.integers(1, 50), S=st.integers(1, 8))
def test_diagonal_steps_have_the_mean_logarithms_of_their_entries(seed: int, T: int, S: int) -> None:
    logs = 3.0 * np.random.default_rng(seed).standard_normal((T, S))
    spectrum = lyapunov_spectrum(np.eye(S) * np.exp(logs)[:, None])
    np.testing.assert_allclose(spectrum, -np.sort(-logs.mean(axis=0)), rtol=1e-12, atol=1e-12)


@given(seed=seeds, T=st.integers(1, 30), S=st.integers(1, 6), factor=st.floats(1e-6, 1e6))
def test_scaling_every_step_shifts_every_exponent(seed: int, T: int, S: int, factor: float) -> None:
    steps = random_steps(seed, T, S)
    expected = lyapunov_spectrum(steps) + math.log(factor)
    np.testing.assert_allclose(lyapunov_spectrum(factor * steps), expected, rtol=0.0, atol=1e-10)


def test_the_cat_map_has_the_golden_mean_squared() -> None:
    spectrum = lyapunov_spectrum(np.array([[[2.0, 1.0], [1.0, 1.0]]] * 500))
    expected = math.log((3.0 + math.sqrt(5.0)) / 2.0)
    np.testing.assert_allclose(spectrum, [expected, -expected], atol=1e-3)  # a first frame costs about 1/T


def test_over_many_steps_they_are_the_growth_rates_of_the_singular_values() -> None:
    steps = random_steps(1, 3000, 4)
    rates = log2_singular_values(steps)[0] * math.log(2.0) / 3000
    np.testing.assert_allclose(lyapunov_spectrum(steps), rates, atol=2e-3)  # they differ by a constant over T


def test_a_wide_gaussian_chain_grows_as_random_matrix_theory_says() -> None:
    """For normal entries of variance 1/S: 2 lambda_i = log(2/S) + digamma((S - i + 1) / 2) (Newman, 1986)."""
    S, T = 4, 4000
    halves = {1: -0.5772156649015329 - 2.0 * math.log(2.0), 2: -0.5772156649015329}  # digamma(1/2), digamma(1)
    halves[3], halves[4] = halves[1] + 2.0, halves[2] + 1.0  # digamma(x + 1) = digamma(x) + 1/x
    expected = [(math.log(2.0 / S) + halves[S - i]) / 2.0 for i in range(S)]
    # Each is a mean of T logarithms with a standard deviation of at most 1.2: 5 standard errors.
    np.testing.assert_allclose(lyapunov_spectrum(random_steps(2, T, S)), expected, atol=5.0 * 1.2 / math.sqrt(T))


def test_small_rows_are_as_precise_as_large_ones(rng: np.random.Generator) -> None:
    rows = 10.0 ** -rng.uniform(0.0, 30.0, (50, 6))
    steps = rows[:, :, None] * rng.standard_normal((50, 6, 6))
    assert lyapunov_spectrum(steps).sum() == pytest.approx(np.linalg.slogdet(steps)[1].mean(), rel=1e-12)


def test_a_dead_unit_crushes_one_direction_for_good() -> None:
    steps = random_steps(3, 10, 4)
    steps[4, 2] = 0.0
    growth = lyapunov_growth(steps)
    assert np.isfinite(growth[:5]).all()
    np.testing.assert_array_equal(np.isneginf(growth[5:]), np.tile([False, False, False, True], (6, 1)))


def test_a_unit_that_nothing_reads_crushes_one_direction_too() -> None:
    steps = random_steps(4, 10, 4)
    steps[4, :, 2] = 0.0
    growth = lyapunov_growth(steps)
    assert np.isfinite(growth[:5]).all()
    np.testing.assert_array_equal(np.isneginf(growth[5:]), np.tile([False, False, False, True], (6, 1)))


def test_what_two_kinds_of_zeros_leave_multiplies_up_to_the_volume_that_is_left() -> None:
    step = np.array([[2.0, 0.0, 5.0], [0.0, 0.0, 0.0], [0.0, 0.0, 3.0]])  # on the first and third direction det 6
    spectrum = lyapunov_spectrum(np.array([step] * 7))
    assert spectrum[:2].sum() == pytest.approx(math.log(6.0), rel=1e-14)
    assert np.isneginf(spectrum[2])


def test_the_direction_that_a_dead_unit_stands_for_is_the_one_that_goes() -> None:
    growth = lyapunov_growth(np.array([np.diag([1.0, 2.0, 3.0, 0.0]), np.diag([1.0, 0.0, 1.0, 1.0])]))
    expected = [[0, 0, 0, 0], [math.log(3.0), 0, math.log(2.0), -math.inf], [math.log(3.0), 0, -math.inf, -math.inf]]
    np.testing.assert_allclose(growth, expected, rtol=1e-14)


def test_steps_of_zeros_crush_everything() -> None:
    assert np.isneginf(lyapunov_spectrum(np.zeros((3, 2, 2)))).all()


def test_what_is_no_chain_of_square_matrices_is_refused() -> None:
    with pytest.raises(ValueError, match="stack of square matrices"):
        lyapunov_spectrum(np.zeros((3, 2, 4)))
