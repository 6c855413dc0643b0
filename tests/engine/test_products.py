"""Products of step Jacobians, beside plain multiplication and far beyond where it ends."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.spectra.products import running_products

Array = np.ndarray[Any, np.dtype[Any]]


def random_steps(seed: int, T: int, S: int, scale: float = 1.0) -> Array:
    """Normal entries over sqrt(S), times `scale`."""
    return scale * np.random.default_rng(seed).standard_normal((T, S, S)) / math.sqrt(S)


def multiplied(steps: Array) -> Array:
    """Every P_t by plain multiplication, (T+1, S, S)."""
    products = [np.eye(steps.shape[1])]
    for step in steps[::-1]:
        products.append(products[-1] @ step)
    return np.array(products[::-1])


def log2_determinants(steps: Array) -> Array:
    """log2 |det P_t|, (T+1,)."""
    logs = np.linalg.slogdet(steps)[1] / math.log(2.0)
    return np.append(np.cumsum(logs[::-1])[::-1], 0.0)


seeds = st.integers(0, 2**32)


@given(seed=seeds, T=st.integers(1, 70), S=st.integers(1, 6), data=st.data())
def test_products_are_those_of_plain_multiplication(seed: int, T: int, S: int, data: st.DataObject) -> None:
    H = data.draw(st.integers(1, S))
    steps = random_steps(seed, T, S)
    expected = multiplied(steps)
    products = running_products(steps, H)
    true = np.ldexp(products.mantissa, products.exponent[:, None, None])
    np.testing.assert_allclose(true, expected[:, :H], rtol=0.0, atol=1e-12 * np.abs(expected).max())
    block = expected[:, :H, :H]
    np.testing.assert_allclose(2.0**products.log2_frobenius, np.linalg.norm(block, axis=(1, 2)), rtol=1e-9)
    np.testing.assert_allclose(2.0**products.log2_spectral, np.linalg.norm(block, 2, axis=(1, 2)), rtol=1e-9)


@given(seed=seeds, S=st.integers(1, 5), power=st.integers(-900, 900))
def test_scaling_every_step_by_a_power_of_two_is_exact(seed: int, S: int, power: int) -> None:
    steps = random_steps(seed, 40, S)
    plain, scaled = running_products(steps), running_products(np.ldexp(steps, power))
    shift = power * np.arange(40, -1, -1)
    ratio = scaled.exponent - shift - plain.exponent
    np.testing.assert_array_equal(np.ldexp(scaled.mantissa, ratio[:, None, None]), plain.mantissa)
    np.testing.assert_allclose(scaled.log2_frobenius, plain.log2_frobenius + shift, rtol=1e-14, atol=1e-10)
    np.testing.assert_allclose(scaled.log2_spectral, plain.log2_spectral + shift, rtol=1e-14, atol=1e-10)


def test_orthogonal_steps_neither_stretch_nor_shrink(rng: np.random.Generator) -> None:
    steps = np.linalg.qr(rng.standard_normal((200, 8, 8)))[0]
    products = running_products(steps)
    np.testing.assert_allclose(products.log2_spectral, 0.0, atol=1e-12)
    np.testing.assert_allclose(products.log2_frobenius, 1.5, atol=1e-12)


@pytest.mark.parametrize("size", [1e-3, 0.5, 3.0, 1e5])
def test_ten_thousand_steps_keep_their_logarithm(rng: np.random.Generator, size: float) -> None:
    steps = size * np.linalg.qr(rng.standard_normal((10_000, 3, 3)))[0]
    products = running_products(steps)
    expected = math.log2(size) * np.arange(10_000, -1, -1)
    np.testing.assert_allclose(products.log2_spectral, expected, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(products.log2_frobenius, expected + math.log2(3.0) / 2.0, rtol=1e-12, atol=1e-9)
    assert np.isfinite(products.mantissa).all()


def test_steps_may_jump_from_one_end_of_float64_to_the_other(rng: np.random.Generator) -> None:
    powers = rng.integers(-1000, 1000, 100)
    steps = random_steps(1, 100, 4)
    jumping = np.ldexp(steps, powers[:, None, None])
    carried = np.append(np.cumsum(powers[::-1])[::-1], 0)
    expected = running_products(steps).log2_frobenius + carried
    np.testing.assert_allclose(running_products(jumping).log2_frobenius, expected, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("power", [-500.0, -600.0, -1000.0])
def test_a_hidden_block_far_smaller_than_its_row_keeps_its_logarithm(power: float) -> None:
    step = np.array([[2.0**power, 1.0], [0.0, 1.0]])
    products = running_products(np.array([step]), 1)
    np.testing.assert_array_equal(products.log2_frobenius, [power, 0.0])
    np.testing.assert_array_equal(products.log2_spectral, [power, 0.0])


@pytest.mark.parametrize("dead", [0, 17, 39])
def test_behind_an_exact_zero_everything_is_minus_infinity(dead: int) -> None:
    steps = random_steps(2, 40, 3)
    steps[dead] = 0.0
    products = running_products(steps)
    for logs in (products.log2_frobenius, products.log2_spectral):
        assert np.isneginf(logs[: dead + 1]).all()
        assert np.isfinite(logs[dead + 1 :]).all()
    np.testing.assert_array_equal(products.mantissa[: dead + 1], 0.0)


@given(seed=seeds, T=st.integers(1, 40), S=st.integers(1, 6))
def test_no_vector_grows_by_more_than_the_largest_singular_value(seed: int, T: int, S: int) -> None:
    steps = random_steps(seed, T, S)
    v = np.random.default_rng(seed).standard_normal(S)
    products = running_products(steps)
    grown = np.linalg.norm(v @ products.mantissa, axis=1) / np.linalg.norm(v)
    assert (np.log2(grown) + products.exponent <= products.log2_spectral + 1e-9).all()


def test_two_equal_largest_singular_values_are_found_too(rng: np.random.Generator) -> None:
    basis = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    step = basis @ np.diag([3.0, 3.0, 2.0, 1.0, 0.5]) @ basis.T
    expected = math.log2(3.0) * np.arange(20, -1, -1)
    np.testing.assert_allclose(running_products(np.array([step] * 20)).log2_spectral, expected, atol=1e-12)


@pytest.mark.parametrize("other", [0.0, 1.0, 4.0, 4.999])
def test_a_largest_direction_that_power_iteration_starts_without_is_found_too(other: float) -> None:
    half, rest = (other + 5.0) / 2.0, (other - 5.0) / 2.0
    step = np.array([[half, rest], [rest, half]])  # (1, 1) grows by `other`, (1, -1) by 5
    assert running_products(step[None]).log2_spectral[0] == pytest.approx(math.log2(5.0), rel=1e-14)


@pytest.mark.parametrize(
    ("steps", "size", "message"),
    [
        (np.zeros((3, 2)), None, "(T, S, S)"),
        (np.zeros((3, 2, 4)), None, "(3, 2, 4)"),
        (np.zeros((0, 2, 2)), None, "(0, 2, 2)"),
        (np.full((1, 2, 2), np.inf), None, "not finite"),
        (np.zeros((3, 2, 2)), 0, "size is 0"),
        (np.zeros((3, 2, 2)), 3, "size is 3"),
    ],
)
def test_what_is_no_chain_of_square_matrices_is_refused(steps: Array, size: int | None, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        running_products(steps, size)
