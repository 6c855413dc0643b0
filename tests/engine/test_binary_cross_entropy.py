"""Sigmoid outputs: the loss and its gradient beside two classes of a softmax, and beside the complex step."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Errors, Where, binary_cross_entropy, cross_entropy
from engine.forward import Trace, unroll
from engine.gradients.backward import backpropagate
from engine.parameters import Parameters, Readout
from tests.engine.networks import EVERY_CELL, assert_close, random_network

Array = np.ndarray[Any, np.dtype[Any]]
T, B, H, K = 5, 3, 4, 2
IDENTITY = Parameters(np.eye(1), np.zeros((1, 1)), np.zeros(1))


def shown(outputs: Array) -> Trace:
    """A trace whose states are the given numbers, one unit: (T,)."""
    return unroll(EVERY_CELL["identity"], IDENTITY, outputs.reshape(-1, 1, 1))


@pytest.mark.parametrize("where", ["last", "every", (2, 4)])
def test_it_is_the_sum_over_outputs_of_minus_the_logarithm_of_what_was_wanted(
    where: Where, rng: np.random.Generator
) -> None:
    network = random_network(rng, EVERY_CELL["tanh"], T, B, 2, H)
    trace = network.run()
    readout = Readout(rng.standard_normal((K, H)), rng.standard_normal(K))
    steps = [T] if where == "last" else list(range(1, T + 1)) if where == "every" else list(where)
    targets = rng.random((len(steps), B, K))
    errors = binary_cross_entropy(trace, readout, targets, where)
    p = 1.0 / (1.0 + np.exp(-(trace.h[steps] @ readout.V.T + readout.d)))
    assert errors.outputs is not None and errors.output_errors is not None
    np.testing.assert_allclose(errors.outputs, p, rtol=1e-13)
    expected = -(targets * np.log(p) + (1.0 - targets) * np.log(1.0 - p)).sum(axis=2)
    np.testing.assert_allclose(errors.loss, expected, rtol=1e-12)
    assert_close("dL/dh", errors.dh, (p - targets) @ readout.V, 1e-12)


@given(
    states=st.lists(st.floats(-30.0, 30.0), min_size=1, max_size=8),
    wanted=st.lists(st.integers(0, 1), min_size=8, max_size=8),
    weight=st.floats(-2.0, 2.0),
    bias=st.floats(-3.0, 3.0),
)
def test_one_output_is_a_softmax_of_two_classes(
    states: list[float], wanted: list[int], weight: float, bias: float
) -> None:
    trace, classes = shown(np.array(states)), np.array(wanted[: len(states)])[:, None]
    sigmoid = binary_cross_entropy(trace, Readout(np.array([[weight]]), np.array([bias])), classes[..., None], "every")
    two = Readout(np.array([[0.0], [weight]]), np.array([0.0, bias]))
    softmax = cross_entropy(trace, two, classes, "every")
    np.testing.assert_allclose(sigmoid.loss, softmax.loss, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(sigmoid.dh, softmax.dh, rtol=1e-9, atol=4e-16)
    assert sigmoid.outputs is not None and softmax.outputs is not None
    np.testing.assert_allclose(sigmoid.outputs[..., 0], softmax.outputs[..., 1], rtol=1e-12, atol=1e-15)


def true_dh(errors: Errors) -> float:
    """dL/dh of the only unit, as far as float64 can hold it."""
    return float(errors.dh[0, 0, 0]) * 2.0 ** float(errors.exponent[0, 0])


@pytest.mark.parametrize("wanted", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("output", [-800.0, -300.0, -40.0, -1.0, 0.0, 0.5, 40.0, 300.0, 800.0])
def test_the_gradient_is_the_complex_step_derivative_however_saturated_the_output(output: float, wanted: float) -> None:
    readout, target = Readout(np.eye(1), np.zeros(1)), np.array([[[wanted]]])
    nudged = unroll(EVERY_CELL["identity"], IDENTITY, np.array([[[output + 1e-30j]]]))
    expected = binary_cross_entropy(nudged, readout, target).loss[0, 0].imag / 1e-30
    errors = binary_cross_entropy(shown(np.array([output])), readout, target)
    assert np.isfinite(errors.loss).all()
    if output != 0.0:
        assert true_dh(errors) == pytest.approx(expected, rel=1e-12, abs=1e-320)
    e = math.exp(-abs(output))
    right = 1.0 if output > 0 else 0.0
    assert true_dh(errors) == pytest.approx(right - wanted + (e / (1 + e)) * (1 - 2 * right), rel=1e-12, abs=1e-320)


@pytest.mark.parametrize("wanted", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("grown", [1.0, -1.0])
def test_an_output_beyond_float64_has_a_loss_that_is_a_number(grown: float, wanted: float) -> None:
    parameters = Parameters(np.zeros((1, 1)), np.array([[1e200]]), np.array([grown]))
    trace = unroll(EVERY_CELL["identity"], parameters, np.zeros((4, 1, 1)))
    assert np.isinf(trace.h[-1, 0, 0])
    errors = binary_cross_entropy(trace, Readout(np.eye(1), np.zeros(1)), np.array([[[wanted]]]))
    p = 1.0 if grown > 0 else 0.0
    assert errors.loss[0, 0] == (0.0 if wanted == p else np.inf)
    assert true_dh(errors) == p - wanted
    logs = backpropagate(trace, errors).log2_dh
    assert not np.isnan(logs).any()


@pytest.mark.parametrize("targets", [-0.1, 1.1, 0.5 + 0.1j])
def test_a_target_that_is_not_between_nothing_and_all_is_an_error(targets: Any) -> None:
    with pytest.raises(ValueError, match="targets of a sigmoid output must be numbers from 0 to 1"):
        binary_cross_entropy(shown(np.ones(1)), Readout(np.eye(1), np.zeros(1)), [[[targets]]])


@pytest.mark.parametrize("shape", [(1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 2)])
def test_targets_of_the_wrong_shape_are_an_error(shape: Any) -> None:
    with pytest.raises(ValueError, match=r"targets? has shape|the target has shape"):
        binary_cross_entropy(shown(np.ones(3)), Readout(np.eye(1), np.zeros(1)), np.ones(shape))
