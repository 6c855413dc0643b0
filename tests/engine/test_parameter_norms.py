"""The norm of all parameter gradients together, sequence by sequence, as a logarithm that needs no range."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Errors, cross_entropy, probe, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients import carry
from engine.gradients.backward import Gradients, backpropagate
from engine.parameters import Parameters, Readout
from tests.engine.networks import EVERY_CELL, Network, Shape, random_network, shapes

Array = np.ndarray[Any, np.dtype[Any]]


def total_norm(gradients: Gradients) -> float:
    """The norm of every parameter gradient in one long vector."""
    arrays = list(gradients.parameters.named().values())
    if gradients.readout is not None:
        arrays += [gradients.readout.V, gradients.readout.d]
    return math.sqrt(math.fsum(float(v) ** 2 for array in arrays for v in array.flat))


def errors_of(network: Network, trace: Trace, kind: str) -> Errors:
    T, B, _, H = network.shape
    if kind == "probe":
        return probe(trace, np.ones(H))
    if kind == "cross_entropy":
        return cross_entropy(trace, network.readout, np.zeros((1, B), int))
    return squared_error(trace, network.readout, np.zeros((T, B, 3)), "every")


def alone(network: Network, k: int, gain: float) -> Network:
    """The network of column k: its sequence, and its recurrent weights with the gain in them."""
    start = State(network.start.h[[k]], None if network.start.c is None else network.start.c[[k]])
    parameters = replace(network.parameters, W=gain * network.parameters.W)
    return replace(network, x=network.x[:, [k]], start=start, parameters=parameters)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(
    shape=shapes(),
    kind=st.sampled_from(["probe", "cross_entropy", "squared_error"]),
    gains=st.none() | st.lists(st.floats(0.1, 3.0), min_size=4, max_size=4),
)
def test_each_columns_norm_is_that_of_its_own_network(
    cell: str, shape: Shape, kind: str, gains: list[float] | None
) -> None:
    network = shape.network(cell)
    gain = None if gains is None else np.array(gains[: shape.B])
    trace = network.run(gain)
    found = backpropagate(trace, errors_of(network, trace, kind)).log2_parameters
    assert found.shape == (shape.B,)
    for k in range(shape.B):
        one = alone(network, k, 1.0 if gain is None else gain[k])
        one_trace = one.run()
        norm = total_norm(backpropagate(one_trace, errors_of(one, one_trace, kind)))
        assert found[k] == pytest.approx(math.log2(norm) if norm else -math.inf, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_carrying_powers_of_two_leaves_the_norm_as_it_is(
    cell: str, batch: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=40, B=batch, D=2, H=5)
    trace = network.run()
    errors = errors_of(network, trace, "squared_error")
    expected = backpropagate(trace, errors).log2_parameters
    monkeypatch.setattr(carry, "SAFE", 2.0)
    monkeypatch.setattr(carry, "COMFORT", 1.0)
    np.testing.assert_allclose(backpropagate(trace, errors).log2_parameters, expected, rtol=1e-13, atol=1e-13)


def test_norms_stay_right_where_gradients_leave_float64_in_opposite_directions() -> None:
    T, gain = 2000, np.array([0.25, 1.0, 4.0])
    silent = Parameters(np.zeros((1, 1)), np.eye(1), np.zeros(1))
    trace = unroll(EVERY_CELL["identity"], silent, np.zeros((T, 3, 1)), gain=gain)
    found = backpropagate(trace, probe(trace, [1.0])).log2_parameters
    # Only the bias has a gradient: the sum of gain**k over k = 0..T-1.
    expected = [math.log2(4 / 3), math.log2(T), math.log2((4**T - 1) // 3)]
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)


def test_a_loss_that_is_met_has_no_gradient_and_its_norm_is_minus_infinity() -> None:
    trace = unroll(EVERY_CELL["tanh"], Parameters(np.zeros((2, 1)), np.eye(2), np.zeros(2)), np.zeros((5, 1, 1)))
    errors = squared_error(trace, Readout(np.ones((1, 2)), np.ones(1)), np.ones((1, 1, 1)))
    assert errors.loss[0, 0] == 0.0
    assert np.isneginf(backpropagate(trace, errors).log2_parameters).all()


def test_a_norm_is_right_where_its_square_is_beyond_float64() -> None:
    growing = Parameters(np.ones((2, 1)), 3.0 * np.array([[1.0, 1.0], [3.0, 1.0]]), np.zeros(2))
    trace = unroll(EVERY_CELL["identity"], growing, np.ones((100, 1, 1)))
    errors = squared_error(trace, Readout(np.eye(2), np.zeros(2)), np.zeros((1, 1, 2)))
    gradients = backpropagate(trace, errors)
    assert gradients.readout is not None
    learned = gradients.parameters
    arrays = [learned.U, learned.W, learned.b, gradients.readout.V, gradients.readout.d]
    largest = max(float(np.abs(array).max()) for array in arrays)
    assert 1e160 < largest < 1e300
    scaled = math.sqrt(sum(float(np.square(array / largest).sum()) for array in arrays))
    expected = math.log2(scaled) + math.log2(largest)
    np.testing.assert_allclose(gradients.log2_parameters, expected, rtol=1e-12)
