"""The infinite-width limit, beside known values, a finer quadrature and a real network of 1000 units."""

from __future__ import annotations

import math
import re

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.spectra.meanfield import critical_sigma_w, mean_field


@pytest.mark.parametrize(
    ("sigma_w", "sigma_b", "q", "chi", "phase"),
    [
        (1.5, 0.0, 0.793354, 1.139323, "chaotic"),
        (1.0, 0.1, 0.077775, 0.876244, "ordered"),
        (1.0, 0.0, 0.0, 1.0, "critical"),
        (0.5, 0.0, 0.0, 0.25, "ordered"),
        (0.0, 0.3, 0.09, 0.0, "ordered"),
        (0.0, 0.0, 0.0, 0.0, "ordered"),
    ],
)
def test_known_values(sigma_w: float, sigma_b: float, q: float, chi: float, phase: str) -> None:
    field = mean_field(sigma_w, sigma_b)
    assert field.q == pytest.approx(q, abs=6e-7)
    assert field.chi == pytest.approx(chi, abs=6e-7)
    assert field.phase == phase


def gaussian_mean(name: str, q: float) -> float:
    """E[tanh^2] or E[tanh'^2] in thirty digits."""
    with mpmath.workdps(30):
        spread = mpmath.sqrt(q)
        powers = {"square": lambda z: mpmath.tanh(spread * z) ** 2, "slope": lambda z: mpmath.sech(spread * z) ** 4}
        knots = sorted(
            {sign * end for end in (0, 0.3, 1, 3, 6, 12, *(k / spread for k in (1, 5, 20))) for sign in (-1, 1)}
        )
        return float(mpmath.quad(lambda z: powers[name](z) * mpmath.npdf(z), knots))


@pytest.mark.parametrize(
    ("sigma_w", "sigma_b"), [(1.01, 0.0), (1.5, 0.0), (0.9, 0.4), (2.0, 1.0), (20.0, 0.1), (1e3, 0)]
)
def test_both_equations_hold_to_ten_digits(sigma_w: float, sigma_b: float) -> None:
    field = mean_field(sigma_w, sigma_b)
    assert field.q == pytest.approx(sigma_w**2 * gaussian_mean("square", field.q) + sigma_b**2, rel=1e-12)
    assert field.chi == pytest.approx(sigma_w**2 * gaussian_mean("slope", field.q), rel=1e-12)


def test_just_above_the_edge_the_variance_follows_its_expansion() -> None:
    """q = sigma_w^2 (q - 2 q^2 + ...) gives q = (1 - 1/sigma_w^2) / 2."""
    assert mean_field(1.0 + 1e-5).q == pytest.approx(1e-5, rel=1e-4)


def test_far_above_the_edge_every_unit_is_saturated() -> None:
    """E[tanh^2] -> 1 and E[tanh'(sqrt(q) z)^2] -> (4/3) / sqrt(2 pi q)."""
    field = mean_field(1e6)
    assert field.q == pytest.approx(1e12, rel=1e-5)
    assert field.chi == pytest.approx(1e12 * (4.0 / 3.0) / math.sqrt(2.0 * math.pi * 1e12), rel=1e-5)


@given(st.floats(0.0, 30.0), st.floats(0.0, 5.0))
def test_the_phase_says_on_which_side_of_one_chi_lies(sigma_w: float, sigma_b: float) -> None:
    field = mean_field(sigma_w, sigma_b)
    assert sigma_b**2 <= field.q <= sigma_w**2 + sigma_b**2
    if field.phase == "critical":
        assert abs(field.chi - 1.0) <= 1e-9
        assert field.depth_scale == math.inf
    else:
        assert field.phase == ("ordered" if field.chi < 1.0 else "chaotic")
        expected = 0.0 if field.chi == 0.0 else 1.0 / abs(math.log(field.chi))
        assert field.depth_scale == pytest.approx(expected, rel=1e-12)


def test_without_biases_the_edge_of_chaos_is_exactly_one() -> None:
    assert critical_sigma_w() == 1.0


@given(st.one_of(st.floats(1e-6, 1e-3), st.floats(1e-3, 1e3)))
def test_at_the_edge_of_chaos_chi_is_one(sigma_b: float) -> None:
    edge = critical_sigma_w(sigma_b)
    assert mean_field(edge, sigma_b).phase == "critical"
    assert mean_field(edge * 0.99, sigma_b).phase == "ordered"
    assert mean_field(edge * 1.01, sigma_b).phase == "chaotic"


def test_a_larger_bias_needs_larger_weights_for_chaos() -> None:
    edges = [critical_sigma_w(sigma_b) for sigma_b in np.geomspace(1e-4, 1e4, 60)]
    assert (np.diff(edges) > 0.0).all()


def test_tiny_biases_are_no_trouble() -> None:
    assert mean_field(0.5, 1e-200).q == 0.0
    assert mean_field(0.5, 1e-100).q == pytest.approx(1e-200 / 0.75, rel=1e-9, abs=0.0)
    assert critical_sigma_w(1e-200) == 1.0


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf, 1e101])
def test_a_standard_deviation_is_a_number_from_zero(value: float) -> None:
    with pytest.raises(ValueError, match=re.escape(f"sigma_w is {value}")):
        mean_field(value)
    with pytest.raises(ValueError, match=re.escape(f"sigma_b is {value}")):
        mean_field(1.0, value)
    with pytest.raises(ValueError, match=re.escape(f"sigma_b is {value}")):
        critical_sigma_w(value)


@pytest.mark.parametrize(("sigma_w", "sigma_b"), [(1.5, 0.0), (2.5, 0.3), (1.0, 0.3)])
def test_a_real_network_of_a_thousand_units_agrees(sigma_w: float, sigma_b: float, rng: np.random.Generator) -> None:
    """One W for all steps. A mean square over 1000 Gaussian units has a relative standard deviation of
    sqrt(2/1000) = 4.5 %, more with the feedback of the fixed point and less over many steps: 10 % is allowed. The
    logarithm of a gradient norm's growth per step scatters by sqrt(1/2000) = 2.2 % a step, and W's own scatter is
    shared by all steps: 3 % of the mean over 50 steps is allowed."""
    H, settled, steps = 1000, 100, 50
    W = sigma_w * rng.standard_normal((H, H)) / math.sqrt(H)
    b = sigma_b * rng.standard_normal(H)
    h, squares, slopes = rng.standard_normal(H), [], []
    for step in range(settled + steps):
        a = W @ h + b
        h = np.tanh(a)
        if step >= settled:
            squares.append(np.mean(a * a))
            slopes.append(1.0 - h * h)
    gradient = rng.standard_normal(H)
    start = np.linalg.norm(gradient)
    for slope in reversed(slopes):
        gradient = W.T @ (slope * gradient)
    growth = (np.linalg.norm(gradient) / start) ** (1.0 / steps)
    field = mean_field(sigma_w, sigma_b)
    assert np.mean(squares) == pytest.approx(field.q, rel=0.1)
    assert growth == pytest.approx(math.sqrt(field.chi), rel=0.03)
