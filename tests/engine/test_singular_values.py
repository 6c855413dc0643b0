"""Every singular value of a long product, beside the same product multiplied out in hundreds of digits."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.spectra.products import running_products
from engine.spectra.singular import log2_row_singular_values, log2_singular_values

Array = np.ndarray[Any, np.dtype[Any]]
PRECISE = 1e-10  # in log2, 7e-11 of a singular value

seeds = st.integers(0, 2**32)


def random_steps(seed: int, T: int, S: int, scale: float = 1.0) -> Array:
    return scale * np.random.default_rng(seed).standard_normal((T, S, S)) / math.sqrt(S)


def tanh_steps(seed: int, T: int, H: int, scale: float) -> Array:
    """The step Jacobians of a random tanh network, whose rows are graded where units saturate."""
    rng = np.random.default_rng(seed)
    W, h, steps = scale * rng.standard_normal((H, H)) / math.sqrt(H), rng.standard_normal(H), []
    for _ in range(T):
        h = np.tanh(W @ h)
        steps.append((1.0 - h * h)[:, None] * W)
    return np.array(steps)


def lstm_steps(seed: int, T: int, H: int, scale: float, forget_bias: float) -> Array:
    """d[h, c]_t/d[h, c]_{t-1} of an LSTM whose gates and states are drawn rather than run, (T, 2H, 2H)."""
    rng = np.random.default_rng(seed)
    steps = []
    for _ in range(T):
        i, o = 1.0 / (1.0 + np.exp(-scale * rng.standard_normal((2, H))))
        f = 1.0 / (1.0 + np.exp(-forget_bias - scale * rng.standard_normal(H)))
        g, c, c_before = np.tanh(scale * rng.standard_normal((3, H)))
        i_by_h, f_by_h, g_by_h, o_by_h = rng.standard_normal((4, H, H)) / math.sqrt(H)
        c_by_h = (f * (1.0 - f) * c_before)[:, None] * f_by_h + (i * (1.0 - i) * g)[:, None] * i_by_h
        c_by_h += (i * (1.0 - g * g))[:, None] * g_by_h
        through_c = (o * (1.0 - c * c))[:, None]
        h_by_h = through_c * c_by_h + (o * (1.0 - o) * c)[:, None] * o_by_h
        steps.append(np.block([[h_by_h, through_c * np.diag(f)], [c_by_h, np.diag(f)]]))
    return np.array(steps)


def exact(steps: Array, t: int, H: int, digits: int) -> Array:
    """log2 of the singular values of dh_T/dh_t, in `digits` digits; what is below them all counts as zero."""
    with mpmath.workdps(digits):
        product = mpmath.eye(steps.shape[1])
        for step in steps[t:]:
            product = mpmath.matrix(step.tolist()) * product
        values = mpmath.svd_r(product[:H, :H], compute_uv=False)
        top = max(values)
        floor = top * mpmath.mpf(10) ** (-0.8 * digits)
        return np.array([float(mpmath.log(value, 2)) if value > floor else -math.inf for value in values])


@pytest.mark.parametrize(
    ("name", "steps", "digits"),
    [
        ("random", random_steps(0, 120, 6), 400),
        ("contracting", random_steps(1, 150, 4, 1e-3), 400),
        ("chaotic tanh", tanh_steps(0, 60, 8, 3.0), 400),
        ("saturated tanh", tanh_steps(3, 12, 6, 8.0), 1000),
        ("vanishing tanh", tanh_steps(2, 80, 6, 0.7), 200),
        ("small rows", random_steps(4, 20, 5) * 10.0 ** np.linspace(0.0, -20.0, 5)[:, None], 1000),
        ("small columns", random_steps(5, 20, 5) * 10.0 ** np.linspace(-20.0, 0.0, 5), 1000),
        ("rising triangle", np.triu(random_steps(6, 40, 5)) + np.diag([0.1, 0.3, 0.5, 0.7, 2.0]), 400),
        ("falling triangle", np.tril(random_steps(7, 40, 5)) + np.diag([0.1, 0.3, 0.5, 0.7, 2.0]), 400),
        (
            "one after the other end of float64",
            random_steps(8, 6, 3) * np.array([1e200, 1e-250] * 3)[:, None, None],
            90,
        ),
    ],
)
def test_singular_values_agree_with_hundreds_of_digits(name: str, steps: Array, digits: int) -> None:
    T, S = steps.shape[:2]
    logs = log2_singular_values(steps)
    for t in (0, T // 2, T - 1):
        np.testing.assert_allclose(logs[t], exact(steps, t, S, digits), rtol=0.0, atol=PRECISE, err_msg=name)


def test_the_smallest_is_right_a_thousand_powers_of_two_and_a_hundred_of_ten_below_the_largest() -> None:
    steps = tanh_steps(0, 60, 8, 3.0)
    expected = exact(steps, 0, 8, 400)
    assert expected[0] - expected[-1] > 100.0 * math.log2(10.0)
    np.testing.assert_allclose(log2_singular_values(steps)[0], expected, rtol=0.0, atol=PRECISE)
    steps = random_steps(3, 250, 4) * 10.0 ** np.array([0.0, -1.0, -2.0, -3.0])[:, None]
    expected = exact(steps, 0, 4, 1500)
    assert expected[0] - expected[-1] > 1000.0
    np.testing.assert_allclose(log2_singular_values(steps)[0], expected, rtol=0.0, atol=PRECISE)


@pytest.mark.parametrize(("scale", "forget_bias"), [(1.0, 1.0), (3.0, 0.0), (1.0, -70.0)])
def test_the_hidden_block_of_a_cell_with_memory(scale: float, forget_bias: float) -> None:
    steps = lstm_steps(1, 25, 3, scale, forget_bias)
    logs = log2_singular_values(steps, 3)
    for t in (0, 12, 24, 25):
        np.testing.assert_allclose(logs[t], exact(steps, t, 3, 600), rtol=0.0, atol=PRECISE)


@given(seed=seeds, T=st.integers(1, 6), S=st.integers(1, 7), data=st.data())
def test_short_products_agree_with_lapack(seed: int, T: int, S: int, data: st.DataObject) -> None:
    H = data.draw(st.integers(1, S))
    steps = random_steps(seed, T, S)
    product = np.eye(S)
    logs = log2_singular_values(steps, H)
    for t in range(T - 1, -1, -1):
        product = product @ steps[t]
        values = np.linalg.svd(product[:H, :H], compute_uv=False)
        size = np.linalg.norm(product, 2)
        np.testing.assert_allclose(2.0 ** logs[t], values, rtol=1e-9, atol=1e-13 * size)


@given(seed=seeds, T=st.integers(1, 60), S=st.integers(1, 8))
def test_orthogonal_steps_have_singular_values_of_one(seed: int, T: int, S: int) -> None:
    steps = np.linalg.qr(random_steps(seed, T, S))[0]
    np.testing.assert_allclose(log2_singular_values(steps), 0.0, atol=1e-12)


@given(seed=seeds, T=st.integers(1, 40), S=st.integers(1, 8))
def test_diagonal_steps_multiply_entry_by_entry(seed: int, T: int, S: int) -> None:
    entries = np.exp(5.0 * np.random.default_rng(seed).standard_normal((T, S)))
    sums = np.zeros((T + 1, S))
    sums[:T] = np.cumsum(np.log2(entries)[::-1], axis=0)[::-1]
    logs = log2_singular_values(np.eye(S) * entries[:, None])
    np.testing.assert_allclose(logs, -np.sort(-sums, axis=1), rtol=1e-13, atol=1e-11)


@given(seed=seeds, T=st.integers(1, 60), S=st.integers(1, 8), scale=st.sampled_from([0.01, 1.0, 30.0]))
def test_the_logarithms_add_up_to_that_of_the_determinant(seed: int, T: int, S: int, scale: float) -> None:
    steps = random_steps(seed, T, S, scale)
    determinants = np.append(np.cumsum(np.linalg.slogdet(steps)[1][::-1])[::-1], 0.0) / math.log(2.0)
    np.testing.assert_allclose(log2_singular_values(steps).sum(axis=1), determinants, rtol=1e-11, atol=1e-8)


@given(seed=seeds, T=st.integers(1, 30), S=st.integers(1, 6))
def test_the_product_read_backwards_and_transposed_has_the_same(seed: int, T: int, S: int) -> None:
    steps = random_steps(seed, T, S)
    mirrored = np.ascontiguousarray(steps[::-1].swapaxes(1, 2))
    np.testing.assert_allclose(log2_singular_values(steps)[0], log2_singular_values(mirrored)[0], rtol=0.0, atol=1e-7)


@given(seed=seeds, T=st.integers(1, 30), S=st.integers(1, 6), power=st.integers(-900, 900))
def test_scaling_every_step_by_a_power_of_two_only_shifts(seed: int, T: int, S: int, power: int) -> None:
    steps = random_steps(seed, T, S)
    shift = power * np.arange(T, -1, -1)[:, None]
    shifted = log2_singular_values(np.ldexp(steps, power))
    np.testing.assert_allclose(shifted, log2_singular_values(steps) + shift, rtol=1e-15, atol=1e-12)


@given(seed=seeds, T=st.integers(1, 25), S=st.integers(1, 6))
def test_every_vector_is_stretched_by_no_less_than_the_smallest_and_no_more_than_the_largest(
    seed: int, T: int, S: int
) -> None:
    steps = random_steps(seed, T, S)
    logs = log2_singular_values(steps)
    v = np.random.default_rng(seed).standard_normal(S)
    grown = np.log2(np.linalg.norm(v))
    for t in range(T - 1, -1, -1):
        v = v @ steps[t] / np.linalg.norm(v)
        grown_now = np.log2(np.linalg.norm(v))
        grown = grown + grown_now
        start = np.log2(np.linalg.norm(np.random.default_rng(seed).standard_normal(S)))
        assert logs[t, -1] - 1e-9 <= grown - start <= logs[t, 0] + 1e-9


def test_two_thousand_contracting_steps_stay_finite_and_right() -> None:
    steps = random_steps(9, 2000, 4, 0.01)
    logs = log2_singular_values(steps)
    determinants = np.append(np.cumsum(np.linalg.slogdet(steps)[1][::-1])[::-1], 0.0) / math.log(2.0)
    assert np.isfinite(logs).all()
    assert logs[0, 0] < -10_000.0
    np.testing.assert_allclose(logs.sum(axis=1), determinants, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(logs[:, 0], running_products(steps).log2_spectral, rtol=1e-13, atol=1e-10)


def test_the_largest_is_the_spectral_norm_at_the_size_of_a_page() -> None:
    steps = tanh_steps(4, 100, 32, 1.5)
    logs = log2_singular_values(steps)
    np.testing.assert_allclose(logs[:, 0], running_products(steps).log2_spectral, rtol=0.0, atol=1e-10)
    determinants = np.append(np.cumsum(np.linalg.slogdet(steps)[1][::-1])[::-1], 0.0) / math.log(2.0)
    np.testing.assert_allclose(logs.sum(axis=1), determinants, rtol=1e-11, atol=1e-8)


@settings(max_examples=10)
@given(seed=seeds, alive=st.sampled_from([0.5, 0.7, 0.9]), columns=st.booleans())
def test_dead_units_give_exact_zeros_and_leave_the_rest_right(seed: int, alive: float, columns: bool) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((6, 5)) < alive
    steps = rng.standard_normal((5, 5)) * (mask[:, None, :] if columns else mask[:, :, None])
    logs = log2_singular_values(steps)
    for t in range(6):
        np.testing.assert_allclose(logs[t], exact(steps, t, 5, 300), rtol=0.0, atol=1e-9)


def test_directions_that_dead_units_make_equal_are_told_from_those_that_are_left() -> None:
    """Behind the two dead units, the first two rows of the mixing step are the same and the other two are not."""
    mixing = np.array([[1.0, 1, 1, 1], [1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]]) / 2.0
    steps = np.array([np.diag([1.0, 1.0, 0.0, 0.0]), np.diag([1.0, 0.5, 0.25, 0.125]) @ mixing])
    logs = log2_singular_values(steps)
    np.testing.assert_allclose(logs[0], exact(steps, 0, 4, 100), rtol=0.0, atol=1e-13)
    assert np.isneginf(logs[0, 2:]).all()


def test_a_step_of_zeros_ends_everything_before_it() -> None:
    steps = random_steps(10, 6, 3)
    steps[2] = 0.0
    logs = log2_singular_values(steps)
    assert np.isneginf(logs[:3]).all()
    assert np.isfinite(logs[3:]).all()


def test_a_hidden_state_that_nothing_reads_has_no_singular_values() -> None:
    steps = random_steps(11, 4, 6)
    steps[:, :, :3] = 0.0
    logs = log2_singular_values(steps, 3)
    assert np.isneginf(logs[:4]).all()
    np.testing.assert_array_equal(logs[4], 0.0)


def test_one_unit_and_one_step() -> None:
    np.testing.assert_allclose(log2_singular_values([[[-0.25]]]), [[-2.0], [0.0]], atol=1e-15)


@given(seed=seeds, H=st.integers(1, 9))
def test_rows_with_scales_apart_keep_the_small_ones(seed: int, H: int) -> None:
    rng = np.random.default_rng(seed)
    exponent = rng.integers(-4000, 4000, (2, H))
    rows = np.linalg.qr(rng.standard_normal((2, H, H)))[0]
    logs = log2_row_singular_values(exponent, rows)
    np.testing.assert_allclose(logs, -np.sort(-exponent, axis=1), rtol=0.0, atol=1e-11)
