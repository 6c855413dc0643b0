"""Networks so simple that their gradients can be written down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import probe
from engine.forward import State, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import orthogonal
from engine.parameters import Parameters

Array = np.ndarray[Any, np.dtype[Any]]
SIGMOID_OF_ONE = 0.7310585786300049


def linear_gradients(W: Array, T: int, direction: list[float]) -> Gradients:
    """The gradients of a linear network without input: dL/dh_{T-k} = (W^T)^k direction / ||direction||."""
    H = len(W)
    trace = unroll(CELLS["identity"], Parameters(np.zeros((H, 1)), W, np.zeros(H)), np.zeros((T, 1, 1)))
    return backpropagate(trace, probe(trace, direction))


def memory_network(H: int, **bias: float) -> Parameters:
    """An LSTM without weights: each gate is its bias."""
    b = np.concatenate([np.full(H, bias.get(gate, 0.0)) for gate in CELLS["lstm"].gates])
    return Parameters(np.zeros((4 * H, 1)), np.zeros((4 * H, H)), b)


def test_a_forget_gate_at_sigmoid_of_one_keeps_that_share_of_the_cell_gradient_each_step() -> None:
    T, H = 120, 3
    trace = unroll(CELLS["lstm"], memory_network(H, forget=1.0), np.ones((T, 1, 1)))
    np.testing.assert_allclose(trace.gates["forget"], SIGMOID_OF_ONE, rtol=1e-15)
    gradients = backpropagate(trace, probe(trace, np.ones(H)))
    assert gradients.dc is not None and gradients.log2_dc is not None
    ratio = np.linalg.norm(gradients.dc, axis=2)[:, 0] / np.linalg.norm(gradients.dc[T, 0])
    n = np.arange(T, -1, -1)
    np.testing.assert_allclose(ratio, SIGMOID_OF_ONE**n, rtol=1e-12)
    assert ratio[T - 100] == pytest.approx(2.484e-14, rel=1e-3)
    np.testing.assert_allclose(gradients.log2_dc[:, 0] - gradients.log2_dc[T, 0], n * np.log2(SIGMOID_OF_ONE))


def test_a_forget_gate_at_one_keeps_the_cell_and_its_gradient() -> None:
    T, H = 50, 2
    start = State(np.zeros((1, H)), np.array([[0.25, -0.5]]))
    trace = unroll(CELLS["lstm"], memory_network(H, forget=60.0), np.ones((T, 1, 1)), start)
    assert trace.c is not None
    np.testing.assert_array_equal(trace.c, np.broadcast_to([0.25, -0.5], (T + 1, 1, H)))
    gradients = backpropagate(trace, probe(trace, [1.0, 1.0]))
    assert gradients.dc is not None
    np.testing.assert_array_equal(gradients.dc, np.broadcast_to(gradients.dc[T], (T + 1, 1, H)))


def test_an_lstm_of_zeros_halves_its_cell_every_step() -> None:
    start = State(np.zeros((2, 3)), np.array([[0.5, -1.0, 2.0], [8.0, 0.1, 0.0]]))
    trace = unroll(CELLS["lstm"], memory_network(3), np.ones((200, 2, 1)), start)
    assert trace.c is not None and start.c is not None
    for t in range(201):
        np.testing.assert_array_equal(trace.c[t], start.c / 2.0**t)
    np.testing.assert_allclose(trace.h[1:], 0.5 * np.tanh(trace.c[1:]), rtol=1e-15)


def test_a_gru_of_zeros_halves_its_state_and_its_gradient_every_step() -> None:
    H, T = 3, 60
    parameters = Parameters(
        np.zeros((3 * H, 1)), np.zeros((3 * H, H)), np.zeros(3 * H), {"recurrent_bias": np.zeros(H)}
    )
    start = np.array([[0.5, -1.0, 0.25]])
    trace = unroll(CELLS["gru"], parameters, np.ones((T, 1, 1)), State(start))
    gradients = backpropagate(trace, probe(trace, [1.0, 0.0, 0.0]))
    for t in range(T + 1):
        np.testing.assert_array_equal(trace.h[t], start / 2.0**t)
        np.testing.assert_array_equal(gradients.dh[t, 0], [2.0 ** (t - T), 0.0, 0.0])


def test_a_matrix_of_spectral_radius_one_half_multiplies_up_to_its_exact_powers() -> None:
    gradients = linear_gradients(np.array([[0.5, 10.0], [0.0, 0.5]]), T=12, direction=[1.0, 0.0])
    for k in range(13):  # (W^T)^k = 2^-k [[1, 0], [20 k, 1]]: nothing here is rounded
        np.testing.assert_array_equal(gradients.dh[12 - k, 0], [0.5**k, 20.0 * k * 0.5**k])


def test_under_a_spectral_radius_of_one_half_a_gradient_can_grow_for_two_steps_and_then_decays() -> None:
    gradients = linear_gradients(np.array([[0.5, 10.0], [0.0, 0.5]]), T=12, direction=[1.0, -1.0])
    norms = np.linalg.norm(gradients.dh, axis=2)[::-1, 0]  # k steps before the end
    expected = [0.5**k * np.hypot(1.0, 20.0 * k - 1.0) / np.sqrt(2.0) for k in range(13)]
    np.testing.assert_allclose(norms, expected, rtol=1e-14)
    np.testing.assert_allclose(gradients.log2_dh[::-1, 0], np.log2(expected), atol=1e-14)
    assert norms[0] < norms[1] < norms[2]
    assert (np.diff(norms[2:]) < 0.0).all()


@pytest.mark.parametrize("H", [1, 2, 16])
def test_an_orthogonal_linear_network_carries_the_gradient_unchanged(H: int, rng: np.random.Generator) -> None:
    gradients = linear_gradients(orthogonal(rng, H), T=1000, direction=list(rng.standard_normal(H)))
    np.testing.assert_allclose(np.linalg.norm(gradients.dh, axis=2), 1.0, rtol=0.0, atol=1e-13)
    np.testing.assert_allclose(gradients.log2_dh, 0.0, atol=1e-13)


def test_an_identity_relu_network_adds_up_what_it_reads_and_passes_every_error_on() -> None:
    T, H = 100, 3
    x = np.arange(T * 1 * H, dtype=float).reshape(T, 1, H)
    trace = unroll(CELLS["relu"], Parameters(np.eye(H), np.eye(H), np.zeros(H)), x + 1.0)
    np.testing.assert_array_equal(trace.h[1:], np.cumsum(x + 1.0, axis=0))
    gradients = backpropagate(trace, probe(trace, [0.0, 1.0, 0.0]))
    np.testing.assert_array_equal(gradients.dh, np.broadcast_to([0.0, 1.0, 0.0], (T + 1, 1, H)))


def test_a_dead_relu_network_passes_nothing_on() -> None:
    parameters = Parameters(np.zeros((2, 1)), np.eye(2), np.array([-1.0, -1.0]))
    trace = unroll(CELLS["relu"], parameters, np.ones((100, 1, 1)))
    gradients = backpropagate(trace, probe(trace, [1.0, 1.0]))
    assert not gradients.dh[:-1].any()
    assert np.isneginf(gradients.log2_dh[:-1]).all() and gradients.log2_dh[-1, 0] == pytest.approx(0.0, abs=1e-15)
    assert trace.saturation[0] == 1.0


def test_one_tanh_unit_multiplies_weight_by_slope_at_every_step() -> None:
    T, w = 30, 1.7
    parameters = Parameters(np.array([[0.3]]), np.array([[w]]), np.array([0.1]))
    trace = unroll(CELLS["tanh"], parameters, np.ones((T, 1, 1)))
    gradients = backpropagate(trace, probe(trace, [1.0]))
    h, expected = 0.0, [1.0]
    slopes = []
    for _ in range(T):
        h = float(np.tanh(0.3 + w * h + 0.1))
        slopes.append(w * (1.0 - h * h))
    for slope in reversed(slopes):
        expected.append(expected[-1] * slope)
    np.testing.assert_allclose(gradients.dh[:, 0, 0], expected[::-1], rtol=1e-12)
