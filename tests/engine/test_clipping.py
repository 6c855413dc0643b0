"""Clipping by norm keeps the direction, clipping by value bounds every entry, and neither touches what is small."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.gradients.clipping import Clipped, clip_by_norm, clip_by_value
from engine.parameters import Parameters, Readout

Array = np.ndarray[Any, np.dtype[Any]]
seeds = st.integers(0, 2**32)
powers = st.integers(-900, 900)


def gradient(seed: int, power: int = 0) -> tuple[Parameters, Readout]:
    """Normal entries times 2**power in every array, one extra among them."""
    rng = np.random.default_rng(seed)

    def drawn(*shape: int) -> Array:
        return np.ldexp(rng.standard_normal(shape), power)

    return Parameters(drawn(6, 2), drawn(6, 3), drawn(6), {"recurrent_bias": drawn(3)}), Readout(drawn(2, 3), drawn(2))


def entries(parameters: Parameters, readout: Readout | None) -> Array:
    arrays = [*parameters.named().values()] + ([] if readout is None else [readout.V, readout.d])
    return np.concatenate([array.ravel() for array in arrays])


def norm(vector: Array) -> float:
    return math.hypot(*vector)


def of(clipped: Clipped) -> Array:
    return entries(clipped.parameters, clipped.readout)


def cosine(a: Array, b: Array) -> float:
    return float((a / np.abs(a).max()) @ (b / np.abs(b).max()) / norm(a / np.abs(a).max()) / norm(b / np.abs(b).max()))


@given(seed=seeds, power=powers, ratio=st.floats(1e-6, 1e3), with_readout=st.booleans())
def test_norm_clipping_shortens_to_the_threshold_and_keeps_the_direction(
    seed: int, power: int, ratio: float, with_readout: bool
) -> None:
    parameters, readout = gradient(seed, power)
    own = readout if with_readout else None
    before = entries(parameters, own)
    threshold = ratio * norm(before)
    clipped = clip_by_norm(parameters, threshold, own)
    after = of(clipped)
    assert clipped.norm_before == pytest.approx(norm(before), rel=1e-13, abs=0.0)
    assert clipped.log2_norm_before == pytest.approx(math.log2(norm(before)), abs=1e-12)
    assert clipped.norm_after == pytest.approx(norm(after), rel=1e-13, abs=0.0)
    assert clipped.norm_after == pytest.approx(min(norm(before), threshold), rel=1e-13, abs=0.0)
    assert clipped.factor == pytest.approx(min(1.0, ratio), rel=1e-13, abs=0.0)
    np.testing.assert_allclose(after, clipped.factor * before, rtol=1e-13)
    assert cosine(before, after) == pytest.approx(clipped.cosine, abs=1e-13)
    assert clipped.cosine == 1.0
    assert clipped.clipped_share == (0.0 if ratio >= 1.0 else 1.0)
    assert (clipped.readout is None) == (own is None)


@given(seed=seeds, power=powers, bound=st.floats(0.01, 5.0))
def test_value_clipping_bounds_every_entry_and_changes_no_other(seed: int, power: int, bound: float) -> None:
    parameters, readout = gradient(seed, power)
    before, limit = entries(parameters, readout), math.ldexp(bound, power)
    clipped = clip_by_value(parameters, limit, readout)
    after = of(clipped)
    large = np.abs(before) > limit
    np.testing.assert_array_equal(after[~large], before[~large])
    np.testing.assert_array_equal(after[large], limit * np.sign(before[large]))
    assert clipped.clipped_share == large.mean()
    assert clipped.factor is None
    assert clipped.norm_before == pytest.approx(norm(before), rel=1e-13, abs=0.0)
    assert clipped.norm_after == pytest.approx(norm(after), rel=1e-13, abs=0.0)
    assert clipped.cosine == pytest.approx(cosine(before, after), abs=1e-13)


@given(seed=seeds, power=powers, ratio=st.floats(1e-3, 1e3))
def test_clipping_twice_is_clipping_once(seed: int, power: int, ratio: float) -> None:
    parameters, readout = gradient(seed, power)
    limit = ratio * norm(entries(parameters, readout))
    once = clip_by_norm(parameters, limit, readout)
    np.testing.assert_allclose(of(clip_by_norm(once.parameters, limit, once.readout)), of(once), rtol=1e-14)
    once = clip_by_value(parameters, limit, readout)
    np.testing.assert_array_equal(of(clip_by_value(once.parameters, limit, once.readout)), of(once))


@given(seed=seeds)
def test_a_gradient_below_the_limit_stays_as_it_is(seed: int) -> None:
    parameters, readout = gradient(seed)
    for clipped in (clip_by_norm(parameters, 100.0, readout), clip_by_value(parameters, 100.0, readout)):
        np.testing.assert_array_equal(of(clipped), entries(parameters, readout))
        assert clipped.norm_after == clipped.norm_before
        assert (clipped.clipped_share, clipped.cosine) == (0.0, 1.0)


def test_shapes_and_names_stay() -> None:
    parameters, readout = gradient(1)
    for clipped in (clip_by_norm(parameters, 0.1, readout), clip_by_value(parameters, 0.1, readout)):
        shapes = {name: array.shape for name, array in clipped.parameters.named().items()}
        assert shapes == {name: array.shape for name, array in parameters.named().items()}
        assert clipped.readout is not None
        assert (clipped.readout.V.shape, clipped.readout.d.shape) == ((2, 3), (2,))


def test_a_vector_of_three_and_four_has_the_norm_five() -> None:
    parameters = Parameters(np.array([[3.0]]), np.array([[0.0]]), np.array([-4.0]))
    clipped = clip_by_norm(parameters, 1.0)
    np.testing.assert_allclose(of(clipped), [0.6, 0.0, -0.8], rtol=1e-15)
    assert (clipped.norm_before, clipped.factor) == (5.0, 0.2)
    assert clipped.clipped_share == pytest.approx(2.0 / 3.0)  # zero stays zero
    turned = clip_by_value(parameters, 3.0)
    np.testing.assert_array_equal(of(turned), [3.0, 0.0, -3.0])
    assert turned.cosine == pytest.approx(21.0 / (5.0 * math.sqrt(18.0)), rel=1e-15)


def test_a_norm_beyond_float64_is_clipped_all_the_same() -> None:
    parameters = Parameters(np.full((2, 1), 1.5e308), np.full((2, 2), -1.5e308), np.zeros(2))
    clipped = clip_by_norm(parameters, 2e-12)  # the factor itself is below what float64 holds in full
    assert clipped.norm_before == math.inf
    assert clipped.log2_norm_before == pytest.approx(math.log2(1.5e308) + math.log2(6.0) / 2.0, rel=1e-14)
    assert clipped.norm_after == pytest.approx(2e-12, rel=1e-14, abs=0.0)
    assert clip_by_value(parameters, 1.0).cosine == pytest.approx(1.0, rel=1e-14)


def test_a_gradient_of_zeros_stays_zero() -> None:
    parameters = Parameters(np.zeros((2, 1)), np.zeros((2, 2)), np.zeros(2))
    for clipped in (clip_by_norm(parameters, 1.0), clip_by_value(parameters, 1.0)):
        np.testing.assert_array_equal(of(clipped), 0.0)
        assert (clipped.norm_before, clipped.log2_norm_before, clipped.cosine) == (0.0, -math.inf, 1.0)


def test_infinite_entries_are_shown_as_what_they_become() -> None:
    parameters = Parameters(np.array([[math.inf]]), np.array([[2.0]]), np.array([-0.5]))
    clipped = clip_by_norm(parameters, 1.0)
    np.testing.assert_array_equal(of(clipped), [math.nan, 0.0, 0.0])
    assert clipped.norm_before == math.inf
    assert math.isnan(clipped.norm_after)
    assert math.isnan(clipped.cosine)
    by_value = clip_by_value(parameters, 1.0)
    np.testing.assert_array_equal(of(by_value), [1.0, 1.0, -0.5])
    assert math.isnan(by_value.cosine)


def test_what_is_not_a_number_stays_so() -> None:
    parameters = Parameters(np.array([[math.nan]]), np.array([[2.0]]), np.array([-0.5]))
    assert np.isnan(of(clip_by_norm(parameters, 1.0))).all()
    np.testing.assert_array_equal(of(clip_by_value(parameters, 1.0)), [math.nan, 1.0, -0.5])


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_a_limit_is_a_positive_number(value: float) -> None:
    parameters, readout = gradient(1)
    with pytest.raises(ValueError, match=re.escape(f"threshold is {value}")):
        clip_by_norm(parameters, value, readout)
    with pytest.raises(ValueError, match=re.escape(f"limit is {value}")):
        clip_by_value(parameters, value, readout)
