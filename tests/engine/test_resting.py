"""Resting places really rest, folds stand where brute force finds them, and the latch stores a bit below u*."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.studies.cliff.cliff import surface
from engine.studies.cliff.resting import fold, latch_states, latch_threshold, resting_places, run_latch, run_unit, wall

THRESHOLDS = {1.25: 0.0778, 1.5: 0.2075, 2.0: 0.5328, 3.0: 1.3033}


def crossings(w: float, b: float) -> int:
    """How often x - w sigmoid(x) - b changes sign, counted on a fine grid."""
    x = np.linspace(-25.0, 25.0, 400_001)
    return int(np.count_nonzero(np.diff(x - w / (1.0 + np.exp(-x)) - b > 0.0)))


@given(w=st.floats(-12.0, 12.0), b=st.floats(-12.0, 12.0))
def test_a_resting_place_rests(w: float, b: float) -> None:
    found = resting_places(w, b)
    assert found.x.size in (1, 2, 3)
    value = 1.0 / (1.0 + np.exp(-found.x))
    np.testing.assert_allclose(w * value + b, found.x, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.slope, w * value * (1.0 - value), rtol=1e-9, atol=1e-15)
    assert (np.diff(found.x) > 0).all()


@given(w=st.floats(1.0, 9.0), b=st.floats(-6.0, 1.0))
def test_no_resting_place_is_missed(w: float, b: float) -> None:
    edges = fold(w)
    assume(edges is None or min(abs(b - edge) for edge in edges) > 1e-4)
    assert resting_places(w, b).x.size == crossings(w, b)


@given(w=st.floats(4.1, 9.0), share=st.floats(0.01, 0.99))
def test_the_outer_places_attract_and_the_middle_one_repels(w: float, share: float) -> None:
    low, high = fold(w) or (np.nan, np.nan)
    found = resting_places(w, low + share * (high - low))
    assert found.x.size == 3
    assert (found.slope[[0, 2]] < 1.0).all()
    assert found.slope[1] > 1.0


@pytest.mark.parametrize("w", [4.05, 4.5, 5.0, 6.0, 7.0])
def test_the_fold_stands_where_brute_force_finds_it(w: float) -> None:
    places = np.linspace(-5.0, -1.0, 4001)
    three = [b for b in places if crossings_quickly(w, float(b)) == 3]
    assert fold(w) == pytest.approx((three[0], three[-1]), abs=1.1e-3)


def crossings_quickly(w: float, b: float) -> int:
    x = np.linspace(-8.0, 8.0, 8001)
    return int(np.count_nonzero(np.diff(x - w / (1.0 + np.exp(-x)) - b > 0.0)))


def test_at_a_fold_two_places_meet() -> None:
    low, high = fold(5.0) or (np.nan, np.nan)
    for inside, outside in [(low + 1e-6, low - 1e-6), (high - 1e-6, high + 1e-6)]:
        assert resting_places(5.0, inside).x.size == 3
        assert resting_places(5.0, outside).x.size == 1
        slopes = resting_places(5.0, inside).slope
        assert np.abs(slopes - 1.0).min() < 0.01
    assert fold(4.0) is None


@pytest.mark.parametrize(("w", "b", "start"), [(5.0, -2.5, 0.5), (4.94, -2.575, 0.5), (-3.0, 1.0, -2.0)])
def test_the_units_product_is_the_difference_of_two_runs(w: float, b: float, start: float) -> None:
    run, tiny = run_unit(w, b, 40, start), 1e-200
    for t in (0, 13, 39, 40):
        x = complex(run.x[t], tiny)
        for _ in range(40 - t):
            x = w / (1.0 + np.exp(-x)) + b
        assert run.log10_product[t] == pytest.approx(np.log10(abs(x.imag / tiny)), abs=1e-9)
    assert run.x[0] == start
    assert run.log10_product[-1] == 0.0


@given(w=st.floats(0.1, 4.0), u=st.floats(-2.0, 2.0))
def test_a_latch_state_is_its_own_successor(w: float, u: float) -> None:
    found = latch_states(w, u)
    np.testing.assert_allclose(np.tanh(w * found.x + u), found.x, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.slope, w * (1.0 - found.x**2), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("w", "known"), THRESHOLDS.items())
def test_the_latch_is_bistable_just_below_its_threshold(w: float, known: float) -> None:
    threshold = latch_threshold(w)
    assert threshold == pytest.approx(known, abs=5e-5)
    assert threshold is not None
    for sign in (1.0, -1.0):
        assert latch_states(w, sign * (threshold - 1e-6)).x.size == 3
        assert latch_states(w, sign * (threshold + 1e-6)).x.size == 1


def test_without_w_above_1_nothing_is_stored() -> None:
    assert latch_threshold(1.0) is None
    assert latch_states(0.9, 0.0).x.tolist() == latch_states(1.0, 0.0).x.tolist() == [0.0]


def test_storing_a_bit_shrinks_the_error_at_every_step() -> None:
    states = latch_states(2.0, 0.0)
    assert (np.abs(states.slope[[0, 2]]) < 1.0).all()
    assert states.slope[1] == pytest.approx(2.0)
    run = run_latch(2.0, 0.0, 50, float(states.x[2]))
    np.testing.assert_allclose(run.x, states.x[2], rtol=1e-12)
    assert run.log10_product[0] == pytest.approx(50 * np.log10(states.slope[2]), rel=1e-9)


@pytest.mark.parametrize("w", [4.5, 4.94, 5.5, 6.0])
@pytest.mark.parametrize("start", [0.5, 0.2])
def test_the_wall_stands_where_the_start_is_the_place_that_repels(w: float, start: float) -> None:
    foot = wall(w, start)
    assert foot is not None
    assert np.abs(resting_places(w, foot).x - start).min() < 1e-12
    b = np.linspace(-3.5, -1.5, 200_001)
    steepest = b[surface(w, b, start=start).steepness.argmax()]
    assert steepest == pytest.approx(foot, abs=0.02 if w < 4.9 else 0.002)


def test_where_the_start_attracts_there_is_no_wall() -> None:
    assert wall(4.2) is None  # sigmoid'(0.5) = 0.235
    assert wall(4.3) is not None
    assert wall(4.3, start=2.0) is None
