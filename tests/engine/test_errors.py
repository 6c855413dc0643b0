"""Where the error enters: each loss beside its formula, written out one step and one sequence at a time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import Errors, Where, cross_entropy, probe, squared_error
from engine.forward import Trace
from engine.parameters import Readout
from tests.engine.networks import Network, random_network

Array = np.ndarray[Any, np.dtype[Any]]
T, B, H, K = 5, 3, 4, 3


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return random_network(rng, CELLS["tanh"], T, B, D=2, H=H)


@pytest.fixture
def trace(network: Network) -> Trace:
    return network.run()


def logits(trace: Trace, readout: Readout, t: int, k: int) -> Array:
    return np.asarray(readout.V @ trace.h[t, k] + readout.d)


def assert_gradients_of_the_readout(errors: Errors, trace: Trace, output_error: Array) -> None:
    """dL/dV = sum of error h^T, dL/dd = sum of error, and dL/dh = V^T error; output_error is (n, B, K)."""
    assert errors.readout is not None
    V, d = np.zeros((K, H)), np.zeros(K)
    for row, t in enumerate(errors.steps):
        for k in range(B):
            V += np.outer(output_error[row, k], trace.h[t, k])
            d += output_error[row, k]
    np.testing.assert_allclose(errors.readout.V, V, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(errors.readout.d, d, rtol=1e-12, atol=1e-14)


def test_a_probe_is_one_unit_of_error_at_the_last_step(trace: Trace) -> None:
    errors = probe(trace, [3.0, 0.0, -4.0, 0.0])
    assert errors.steps == (T,)
    np.testing.assert_allclose(errors.dh, np.tile([0.6, 0.0, -0.8, 0.0], (1, B, 1)), rtol=1e-15)
    np.testing.assert_allclose(errors.loss, 0.6 * trace.h[-1:, :, 0] - 0.8 * trace.h[-1:, :, 2], rtol=1e-14)
    assert errors.outputs is None and errors.readout is None


@pytest.mark.parametrize("where", ["last", "every"])
def test_cross_entropy_is_minus_the_logarithm_of_the_right_probability(
    where: Where, network: Network, trace: Trace, rng: np.random.Generator
) -> None:
    steps = (T,) if where == "last" else tuple(range(1, T + 1))
    classes = rng.integers(0, K, (len(steps), B))
    errors = cross_entropy(trace, network.readout, classes, where)
    assert errors.steps == steps and errors.outputs is not None
    output_error = np.empty((len(steps), B, K))
    for row, t in enumerate(steps):
        for k in range(B):
            odds = np.exp(logits(trace, network.readout, t, k))
            probability = odds / odds.sum()
            right = classes[row, k]
            assert errors.loss[row, k] == pytest.approx(-np.log(probability[right]), rel=1e-12)
            np.testing.assert_allclose(errors.outputs[row, k], probability, rtol=1e-12)
            output_error[row, k] = probability - np.eye(K)[right]
            np.testing.assert_allclose(errors.dh[row, k], network.readout.V.T @ output_error[row, k], atol=1e-14)
    assert_gradients_of_the_readout(errors, trace, output_error)


@pytest.mark.parametrize("where", ["last", "every"])
def test_squared_error_is_half_the_squared_distance(
    where: Where, network: Network, trace: Trace, rng: np.random.Generator
) -> None:
    steps = (T,) if where == "last" else tuple(range(1, T + 1))
    targets = rng.standard_normal((len(steps), B, K))
    errors = squared_error(trace, network.readout, targets, where)
    assert errors.steps == steps and errors.outputs is not None
    output_error = np.empty((len(steps), B, K))
    for row, t in enumerate(steps):
        for k in range(B):
            outputs = logits(trace, network.readout, t, k)
            output_error[row, k] = outputs - targets[row, k]
            assert errors.loss[row, k] == pytest.approx(0.5 * float(np.sum(output_error[row, k] ** 2)), rel=1e-12)
            np.testing.assert_allclose(errors.outputs[row, k], outputs, rtol=1e-12)
            np.testing.assert_allclose(errors.dh[row, k], network.readout.V.T @ output_error[row, k], atol=1e-13)
    assert_gradients_of_the_readout(errors, trace, output_error)


def test_a_loss_at_every_step_is_the_losses_of_all_beginnings(network: Network, trace: Trace) -> None:
    targets = np.ones((T, B, K))
    every = squared_error(trace, network.readout, targets, "every")
    for t in range(1, T + 1):
        beginning = replace(network, x=network.x[:t]).run()
        last = squared_error(beginning, network.readout, targets[:1], "last")
        np.testing.assert_allclose(every.loss[t - 1], last.loss[0], rtol=1e-13)
        np.testing.assert_allclose(every.dh[t - 1], last.dh[0], rtol=1e-12, atol=1e-14)


def test_cross_entropy_of_huge_logits_neither_overflows_nor_loses_the_loss(trace: Trace) -> None:
    readout = Readout(np.zeros((K, H)), np.array([0.0, 1e4, -1e300]))
    errors = cross_entropy(trace, readout, [[0, 1, 2]])
    np.testing.assert_allclose(errors.loss, [[1e4, 0.0, 1e300]], rtol=1e-12)
    np.testing.assert_array_equal(errors.outputs, np.tile([0.0, 1.0, 0.0], (1, B, 1)))


@pytest.mark.parametrize("cell", CELLS)
def test_no_error_carries_a_power_of_two_where_no_state_overflows(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, CELLS[cell], T, B, D=2, H=H)
    trace = network.run()
    for errors in (
        probe(trace, np.ones(H)),
        cross_entropy(trace, network.readout, np.zeros((1, B), int)),
        squared_error(trace, network.readout, np.zeros((T, B, K)), "every"),
    ):
        assert errors.exponent.shape == errors.loss.shape == errors.dh.shape[:2]
        assert not errors.exponent.any()


@pytest.mark.parametrize("shape", [(), (1,), (H + 1,), (1, H), (H, 1)])
def test_a_direction_of_the_wrong_shape_is_an_error_that_names_both(shape: Any, trace: Trace) -> None:
    with pytest.raises(ValueError, match=re.escape(f"direction has shape {shape}, but ({H},) was expected")):
        probe(trace, np.ones(shape))


def test_a_probe_needs_a_direction(trace: Trace) -> None:
    with pytest.raises(ValueError, match="direction is the zero vector"):
        probe(trace, np.zeros(H))
    with pytest.raises(ValueError, match="direction holds values that are not finite"):
        probe(trace, [1.0, np.nan, 0.0, 0.0])


@pytest.mark.parametrize("wrong", [-1, K, 0.5, 1.0, True, "a"])
def test_a_class_that_does_not_exist_is_an_error_that_names_it(wrong: Any, network: Network, trace: Trace) -> None:
    classes = np.array([[wrong] * B])
    with pytest.raises(ValueError, match=r"classes must be whole numbers from 0 to 2, got") as raised:
        cross_entropy(trace, network.readout, classes)
    assert str(wrong).removesuffix("0") in str(raised.value)


@pytest.mark.parametrize(
    ("shape", "where"), [((B,), "last"), ((1, 1), "last"), ((T, B), "last"), ((1, B), "every"), ((0, B), "last")]
)
def test_classes_of_the_wrong_shape_are_an_error_and_are_not_broadcast(
    shape: Any, where: Where, network: Network, trace: Trace
) -> None:
    came, n = (*shape, K), 1 if where == "last" else T
    with pytest.raises(ValueError, match=re.escape(f"has shape {came}, but ({n}, {B}, {K}) was expected")):
        cross_entropy(trace, network.readout, np.zeros(shape, int), where)


@pytest.mark.parametrize(
    ("shape", "where"),
    [
        ((B, K), "last"),
        ((1, 1, K), "last"),
        ((1, B, 1), "last"),
        ((1, B, K + 1), "last"),
        ((T, B, K), "last"),
        ((1, B, K), "every"),
    ],
)
def test_targets_of_the_wrong_shape_are_an_error_and_are_not_broadcast(
    shape: Any, where: Where, network: Network, trace: Trace
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"has shape {shape}, but (") + r".*\) was expected"):
        squared_error(trace, network.readout, np.zeros(shape), where)


def test_a_target_that_is_not_a_finite_number_is_an_error(network: Network, trace: Trace) -> None:
    with pytest.raises(ValueError, match="targets holds values that are not finite"):
        squared_error(trace, network.readout, np.full((1, B, K), np.nan))


@pytest.mark.parametrize(
    ("readout", "message"),
    [
        (Readout(np.ones((K, H + 1)), np.ones(K)), f"V has shape (3, 5), but ({K}, {H}) was expected"),
        (Readout(np.ones((K, 1)), np.ones(K)), f"V has shape (3, 1), but ({K}, {H}) was expected"),
        (Readout(np.ones((K, H)), np.ones(1)), f"d has shape (1,), but ({K},) was expected"),
        (Readout(np.ones((K, H)), np.ones((K, 1))), f"d has shape (3, 1), but ({K},) was expected"),
        (Readout(np.full((K, H), np.inf), np.ones(K)), "V holds values that are not finite"),
    ],
)
def test_a_readout_that_does_not_fit_is_an_error(readout: Readout, message: str, trace: Trace) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        cross_entropy(trace, readout, np.zeros((1, B), int))
    with pytest.raises(ValueError, match=re.escape(message)):
        squared_error(trace, readout, np.zeros((1, B, K)))
