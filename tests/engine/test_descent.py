"""Descent on the cliff: a plain loop over the surface, clipping, momentum, and an exponential of basic operations."""

from __future__ import annotations

import mpmath as mp  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.studies.cliff.cliff import surface
from engine.studies.cliff.descent import descend, exponential, slope_at
from engine.studies.cliff.study import CliffStudy


@given(st.floats(-744.0, 0.0))
def test_the_exponential_is_right_to_the_last_place(x: float) -> None:
    right = float(np.exp(x))
    assert abs(exponential(x) - right) <= 2.0 * np.spacing(right)


def test_the_exponential_at_its_ends() -> None:
    assert exponential(0.0) == exponential(-0.0) == 1.0
    assert exponential(-745.1) == exponential(-np.inf) == 0.0
    assert 0.0 < exponential(-744.0) < 1e-320


@given(w=st.floats(-10.0, 10.0), b=st.floats(-10.0, 10.0), steps=st.integers(1, 80), start=st.floats(-4.0, 4.0))
def test_one_point_is_the_surface_there(w: float, b: float, steps: int, start: float) -> None:
    found = surface(w, b, steps, 0.6, start)
    expected = [float(found.error), float(found.dw), float(found.db)]
    assert list(slope_at(w, b, steps, 0.6, start)) == pytest.approx(expected, rel=1e-9, abs=1e-18)


@pytest.mark.parametrize("threshold", [None, 0.05])
@pytest.mark.parametrize("momentum", [0.0, 0.8])
def test_a_path_is_a_plain_loop_over_the_surface(threshold: float | None, momentum: float) -> None:
    place, velocity = np.array([5.4, -2.2]), np.zeros(2)
    path = descend(5.4, -2.2, 0.5, 30, threshold, momentum, steps=25)
    for k in range(31):
        at = surface(place[0], place[1], steps=25)
        gradient = np.array([at.dw, at.db])
        norm = float(np.linalg.norm(gradient))
        assert (path.w[k], path.b[k]) == pytest.approx(tuple(place), rel=1e-9)
        assert (path.error[k], path.norm[k]) == pytest.approx((float(at.error), norm), rel=1e-7)
        if k < 30:
            assert path.clipped[k] == (threshold is not None and norm > threshold)
        if threshold is not None:
            gradient *= min(1.0, threshold / norm)
        velocity = momentum * velocity - 0.5 * gradient
        place = place + velocity
    assert path.clipped.any() == (threshold is not None)


def test_at_the_wall_the_ball_without_clipping_is_thrown_off_the_map_and_the_other_goes_on() -> None:
    drop = CliffStudy()
    free, clipped = drop.paths()
    left = (free.w < 4.0) | (free.w > 7.0) | (free.b < -3.5) | (free.b > -1.5)
    k = int(left.argmax())
    assert left[k]
    jump = np.hypot(free.w[k] - free.w[k - 1], free.b[k] - free.b[k - 1])
    assert jump == pytest.approx(drop.rate * free.norm[k - 1], rel=1e-12)
    assert jump > 3.0
    lengths = np.hypot(np.diff(clipped.w), np.diff(clipped.b))
    assert lengths.max() <= drop.rate * drop.threshold * (1.0 + 1e-12)
    assert clipped.clipped.any()
    assert clipped.error[-1] < 0.01 < free.error[-1]


def exact(w: str, b: str, count: int, threshold: float | None, digits: int) -> np.ndarray:
    """w, b, E and the gradient's norm of a descent at rate 0.1, T = 50, target 0.7, from 0.5, in so many digits."""
    with mp.workdps(digits):
        at, rate, target, found = [mp.mpf(w), mp.mpf(b)], mp.mpf("0.1"), mp.mpf("0.7"), []
        for _ in range(count + 1):
            x, states = mp.mpf("0.5"), []
            for _ in range(51):
                states.append(1 / (1 + mp.exp(-x)))
                x = at[0] * states[-1] + at[1]
            carried, gradient = 2 * (states[50] - target) * states[50] * (1 - states[50]), [mp.mpf(0), mp.mpf(0)]
            for before in states[49::-1]:
                gradient = [gradient[0] + before * carried, gradient[1] + carried]
                carried *= at[0] * before * (1 - before)
            norm = mp.hypot(*gradient)
            found.append([*at, (states[50] - target) ** 2, norm])
            cut = threshold / norm if threshold is not None and norm > threshold else 1
            at = [place - rate * cut * slope for place, slope in zip(at, gradient, strict=True)]
        return np.array(found, dtype=np.float64)


@pytest.mark.parametrize(
    ("w", "b", "error", "clips"),
    [("4.8", "-2.1", 2.08e-4, 8), ("4.94", "-2.575", 5.97e-4, 13), ("5.17", "-2.339", None, None)],
)
def test_a_path_is_exact_arithmetics_as_long_as_it_says_and_no_longer(
    w: str, b: str, error: float | None, clips: int | None
) -> None:
    path, right = descend(float(w), float(b), 0.1, 200, 1.0), exact(w, b, 200, 1.0, 50)
    sure = path.sure
    assert 50 < sure < 200
    rows = np.stack([path.w, path.b, path.error, path.norm], axis=1)
    np.testing.assert_allclose(rows[: sure + 1], right[: sure + 1], rtol=1e-3)
    assert path.clipped[:sure].tolist() == (right[:sure, 3] > 1.0).tolist()
    assert abs(path.error[-1] / right[-1, 2] - 1.0) > 0.1
    if error is not None:
        assert right[-1, 2] == pytest.approx(error, rel=0.005)
        assert int((right[:-1, 3] > 1.0).sum()) == clips


@pytest.mark.parametrize(("w", "b", "count"), [("5.5", "-2.0", 100), ("6.1", "-2.3", 200)])
def test_a_path_that_rounding_leaves_alone_is_sure_to_its_end(w: str, b: str, count: int) -> None:
    path = descend(float(w), float(b), 0.1, count)
    assert path.sure == count
    np.testing.assert_allclose(path.error[-1], exact(w, b, count, None, 40)[-1, 2], rtol=1e-6)


def test_a_high_threshold_clips_nothing() -> None:
    free, clipped = descend(5.0, -2.2, 0.1, 40), descend(5.0, -2.2, 0.1, 40, threshold=1e9)
    assert np.array_equal(free.w, clipped.w)
    assert not clipped.clipped.any()


def test_far_away_the_gradient_is_tiny_and_never_lost() -> None:
    path = descend(180.0, 279.0, 0.1, 1)
    found = surface(180.0, 279.0)
    assert 0.0 < path.norm[0] < 1e-170
    assert path.norm[0] == pytest.approx(float(np.hypot(found.dw, found.db)), rel=1e-9)


def test_a_path_ends_where_a_number_does() -> None:
    # From x_0 = 0 on b = -w/2 the unit rests at 0, where every step back multiplies the error by w/4.
    path = descend(1e8, -5e7, 1.0, 3, steps=200, start=0.0)
    assert not np.isfinite(path.norm[0])
    assert np.isnan(path.w[1:]).all()


@pytest.mark.parametrize(("rate", "threshold", "momentum"), [(0.0, None, 0.0), (0.1, 0.0, 0.0), (0.1, None, 1.0)])
def test_a_setting_out_of_range_is_refused(rate: float, threshold: float | None, momentum: float) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        descend(5.0, -2.5, rate, 5, threshold, momentum)
