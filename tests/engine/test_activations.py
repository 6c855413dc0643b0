"""The activations: values against the standard library, derivatives against 60-digit decimals."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, sigmoid, sigmoid_derivative, sigmoid_slope, tanh_derivative, tanh_slope

SATURATED = [0.0, 1e-8, 0.3, 1.0, 5.0, 9.0, 15.0, 19.1, 30.0, 40.0, 100.0, 300.0]


def exact_sigmoid(a: float) -> Decimal:
    return 1 / (1 + (-Decimal(a)).exp())


def exact_sigmoid_derivative(a: float) -> Decimal:
    return 1 / ((Decimal(a) / 2).exp() + (-Decimal(a) / 2).exp()) ** 2


def exact_tanh_derivative(a: float) -> Decimal:
    return 4 * exact_sigmoid_derivative(2.0 * a)


@pytest.mark.parametrize("a", [sign * a for a in SATURATED for sign in (1.0, -1.0)])
def test_derivatives_keep_their_precision_in_deep_saturation(a: float) -> None:
    with localcontext(prec=60):
        for derivative, exact in (
            (tanh_derivative, exact_tanh_derivative),
            (sigmoid_derivative, exact_sigmoid_derivative),
        ):
            found = float(derivative(np.array([a]))[0])
            assert found > 0.0
            assert abs(Decimal(found) / exact(a) - 1) < Decimal("1e-14")


def test_slopes_from_known_values_keep_thirteen_digits_wherever_they_are() -> None:
    a = np.linspace(-40.0, 40.0, 3001)
    np.testing.assert_allclose(tanh_slope(np.tanh(a), a), tanh_derivative(a), rtol=1e-13)
    slope, gate = sigmoid_slope(sigmoid(a), a / 2.0)
    np.testing.assert_allclose(slope, sigmoid_derivative(a), rtol=1e-13)
    np.testing.assert_allclose(gate, np.exp(np.minimum(a, 0.0)) / (1.0 + np.exp(-np.abs(a))), rtol=1e-13)


def test_the_derivative_of_tanh_at_thirty_is_not_the_zero_that_the_textbook_formula_gives() -> None:
    assert 1.0 - math.tanh(30.0) ** 2 == 0.0
    assert float(tanh_derivative(np.array(30.0))) == pytest.approx(1.0 / math.cosh(30.0) ** 2, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("a", [-800.0, -30.0, -5.0, -0.1, 0.0, 0.1, 5.0, 30.0, 800.0])
def test_sigmoid_is_the_logistic_function_and_never_overflows(a: float) -> None:
    with localcontext(prec=60):
        assert float(sigmoid(np.array(a))) == pytest.approx(float(exact_sigmoid(a)), rel=0.0, abs=2e-16)


def test_the_values_are_those_of_the_standard_library(rng: np.random.Generator) -> None:
    a = 3.0 * rng.standard_normal(50)
    expected = {
        "tanh": [math.tanh(v) for v in a],
        "relu": [max(v, 0.0) for v in a],
        "sigmoid": [1.0 / (1.0 + math.exp(-v)) for v in a],
        "identity": list(a),
    }
    assert set(ACTIVATIONS) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(ACTIVATIONS[name].value(a), values, rtol=1e-14, atol=2e-16)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_derivative_is_the_complex_step_of_its_value(name: str, rng: np.random.Generator) -> None:
    activation, a = ACTIVATIONS[name], 3.0 * rng.standard_normal(100)
    np.testing.assert_allclose(activation.derivative(a), activation.value(a + 1e-30j).imag / 1e-30, rtol=1e-11)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_no_slope_is_steeper_than_the_steepest_and_one_reaches_it(name: str) -> None:
    activation = ACTIVATIONS[name]
    slopes = activation.derivative(np.linspace(-8.0, 8.0, 1601))
    assert slopes.max() == activation.steepest


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_bounded_means_no_value_beyond_one(name: str) -> None:
    activation = ACTIVATIONS[name]
    largest = np.abs(activation.value(np.array([-1e6, -1.5, 0.0, 1.5, 1e6]))).max()
    assert (largest <= 1.0) == activation.bounded


def test_the_slope_of_relu_at_its_kink_is_zero() -> None:
    np.testing.assert_array_equal(ACTIVATIONS["relu"].derivative(np.array([-1.0, -0.0, 0.0, 1e-300])), [0, 0, 0, 1])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_no_activation_hides_what_is_not_a_number(name: str) -> None:
    assert np.isnan(ACTIVATIONS[name].value(np.array([np.nan]))).all()
