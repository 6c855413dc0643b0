"""The cliff's error surface: the known values, the engine's own RNN, and a formula that shares no code with it."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrays import Array
from engine.cells import CELLS
from engine.errors import squared_error
from engine.forward import State, unroll
from engine.gradients.backward import backpropagate
from engine.networks.ensembles import ensemble
from engine.parameters import Parameters, Readout
from engine.studies.cliff.cliff import surface

POINT = st.floats(-8.0, 8.0)


def grid(across: int, up: int) -> tuple[Array, Array]:
    """w in [4, 7] and b in [-3.5, -1.5], as in figure 6."""
    return np.linspace(4.0, 7.0, across)[None, :], np.linspace(-3.5, -1.5, up)[:, None]


def plain(w: complex, b: complex, steps: int, target: float, start: float) -> complex:
    """E as the formula says it, for complex numbers too."""
    x: complex = start
    for _ in range(steps):
        x = w / (1.0 + np.exp(-x)) + b
    return (1.0 / (1.0 + np.exp(-x)) - target) ** 2


def test_the_error_and_the_gradient_at_a_known_point() -> None:
    found = surface(5.0, -2.5)
    assert found.error == pytest.approx(0.024088868813, abs=5e-13)
    assert found.dw == pytest.approx(0.0863116695, abs=5e-11)
    assert found.db == pytest.approx(0.1009250176, abs=5e-11)
    assert found.steepness == np.hypot(found.dw, found.db)


def test_the_wall_stands_where_it_is_known_to_stand() -> None:
    w, b = grid(601, 401)
    steepness = surface(w, b).steepness
    row, column = np.unravel_index(steepness.argmax(), steepness.shape)
    assert steepness.max() == pytest.approx(3.3e3, rel=0.01)
    assert (w[0, column], b[row, 0]) == pytest.approx((4.94, -2.575), abs=1e-9)
    assert np.median(steepness) == pytest.approx(0.057, abs=5e-4)


@pytest.mark.parametrize(("steps", "target", "start"), [(50, 0.7, 0.5), (1, 0.2, -3.0), (120, 0.5, 2.0)])
def test_the_surface_is_the_engines_sigmoid_rnn(steps: int, target: float, start: float) -> None:
    w, b = (side.ravel() for side in np.broadcast_arrays(*grid(9, 7)))
    networks = ensemble(
        [Parameters(np.zeros((1, 1)), np.array([[one]]), np.array([other])) for one, other in zip(w, b, strict=True)]
    )
    h0 = np.full((w.size, 1), 1.0 / (1.0 + np.exp(-start)))
    trace = unroll(CELLS["sigmoid"], networks, np.zeros((steps, w.size, 1)), State(h0))
    readout = Readout(np.ones((1, 1)), np.zeros(1))
    errors = squared_error(trace, readout, np.full((1, w.size, 1), target))
    gradients = backpropagate(trace, errors).parameters
    found = surface(w, b, steps, target, start)
    np.testing.assert_allclose(found.error, (trace.h[-1, :, 0] - target) ** 2, rtol=1e-10)
    # The engine's squared error is (h - target)**2 / 2, half of the paper's.
    np.testing.assert_allclose(found.dw, 2.0 * gradients.W[:, 0, 0], rtol=1e-10)
    np.testing.assert_allclose(found.db, 2.0 * gradients.b[:, 0], rtol=1e-10)


@given(w=POINT, b=POINT, steps=st.integers(1, 60), target=st.floats(0.05, 0.95), start=st.floats(-4.0, 4.0))
def test_the_gradient_is_the_complex_step_of_the_plain_formula(
    w: float, b: float, steps: int, target: float, start: float
) -> None:
    found, tiny = surface(w, b, steps, target, start), 1e-200
    assert found.error == pytest.approx(plain(w, b, steps, target, start), rel=1e-9, abs=1e-18)
    expected = (
        np.imag(plain(complex(w, tiny), b, steps, target, start)) / tiny,
        np.imag(plain(w, complex(b, tiny), steps, target, start)) / tiny,
    )
    assert (found.dw, found.db) == pytest.approx(expected, rel=1e-8, abs=1e-15)


def test_points_of_any_shape_are_run_at_once(rng: np.random.Generator) -> None:
    w, b = rng.uniform(4, 7, (70, 1)), rng.uniform(-3.5, -1.5, (1, 90))  # more than one chunk
    found = surface(w, b, steps=20)
    assert found.error.shape == found.dw.shape == found.db.shape == (70, 90)
    for i, j in [(0, 0), (45, 46), (69, 89)]:
        alone = surface(w[i, 0], b[0, j], steps=20)
        assert (alone.error, alone.dw, alone.db) == (found.error[i, j], found.dw[i, j], found.db[i, j])


def test_far_away_the_gradient_is_tiny_and_never_lost() -> None:
    found = surface(19.47, 20.79)
    assert 0.0 < found.steepness < 1e-12
    assert found.error == pytest.approx(0.09)


def test_a_surface_of_160_000_points_and_its_gradient_take_less_than_half_a_second() -> None:
    w, b = grid(400, 400)
    taken = []
    for _ in range(3):
        began = time.process_time()
        surface(w, b)
        taken.append(time.process_time() - began)
    assert min(taken) < 0.5
