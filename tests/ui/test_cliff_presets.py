"""What the cliff's presets promise is what the engine does."""

from __future__ import annotations

import numpy as np

from engine.studies.cliff.cliff import surface
from engine.studies.cliff.descent import Path
from engine.studies.cliff.study import WINDOW, CliffStudy
from ui.cliff.presets import PRESETS


def shown(name: str) -> CliffStudy:
    record = PRESETS[name].record
    assert isinstance(record, CliffStudy)
    return record


def moves(path: Path) -> np.ndarray:
    return np.hypot(np.diff(path.w), np.diff(path.b))


def off_the_map(path: Path) -> np.ndarray:
    w_from, w_to, b_from, b_to = WINDOW
    return np.asarray((path.w < w_from) | (path.w > w_to) | (path.b < b_from) | (path.b > b_to))


def steepness(steps: int) -> np.ndarray:
    w, b = np.linspace(*WINDOW[:2], 301)[None, :], np.linspace(*WINDOW[2:], 201)[:, None]
    return surface(w, b, steps).steepness


def test_at_the_wall_one_gradient_throws_the_ball_where_it_stays() -> None:
    free, clipped = shown("wall").paths()
    k = int(moves(free).argmax())
    assert not off_the_map(free)[: k + 1].any()
    assert off_the_map(free)[k + 1 :].all()
    assert moves(free)[k + 1 :].sum() < 1e-6
    assert not off_the_map(clipped).any()
    assert clipped.error[-1] < 0.01 * clipped.error[0]


def test_before_the_wall_nothing_is_clipped() -> None:
    free, clipped = shown("before").paths()
    assert not clipped.clipped.any()
    assert np.array_equal(free.w, clipped.w)
    assert free.error[-1] < free.error[0]


def test_the_steepest_place_throws_a_hundred_maps_at_once() -> None:
    free, _ = shown("top").paths()
    assert 55_000 < free.norm[0] / np.median(steepness(50)) < 60_000
    assert moves(free)[0] > 100 * 3.0


def test_a_smaller_rate_throws_less_far_and_again() -> None:
    free, _ = shown("slower").paths()
    thrown = np.flatnonzero(moves(free) > 0.2)
    assert len(thrown) == 2
    assert np.diff(thrown)[0] > 50  # it walked down in between
    assert not off_the_map(free).any()
    assert moves(free).max() < 0.1 * moves(shown("wall").paths()[0]).max()


def test_momentum_goes_on_after_the_gradient_has_vanished() -> None:
    free, _ = shown("momentum").paths()
    k = int(moves(free).argmax())
    assert free.norm[k + 1] < 1e-6
    assert moves(free)[k + 1 :].sum() > moves(free)[k]


def test_a_tight_threshold_shortens_every_update() -> None:
    drop = shown("tight")
    _, clipped = drop.paths()
    assert clipped.clipped.all()
    np.testing.assert_allclose(moves(clipped), drop.rate * drop.threshold, rtol=1e-9)


def test_over_ten_steps_the_wall_is_a_slope() -> None:
    free, clipped = shown("short").paths()
    assert steepness(10).max() < 0.1 * steepness(50).max()
    assert np.array_equal(free.w, clipped.w)
    assert free.error[-1] < 1e-20


def test_closer_a_thousandth_of_b_decides() -> None:
    w_from, w_to, b_from, b_to = shown("closer").window
    w = (w_from + w_to) / 2
    b = np.linspace(b_from, b_to, 1301)
    error = surface(w, b).error
    k = int(np.abs(np.diff(error)).argmax())
    assert abs(error[k + 5] - error[k - 5]) > 0.15
    assert b[k + 5] - b[k - 5] < 0.0011
