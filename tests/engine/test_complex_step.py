"""Every gradient of every cell against the complex-step derivative of the loss.

dL/dp = Im L(p + i e) / e with e = 1e-30 subtracts nothing, so it is right to rounding.
Source: Squire and Trapp, "Using complex variables to estimate derivatives of real functions" (1998).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from engine.errors import Errors, Where, cross_entropy, probe, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients import carry
from engine.gradients.backward import backpropagate
from engine.parameters import Parameters, Readout
from tests.engine.networks import FAMILY, Network, assert_close, random_network

Array = np.ndarray[Any, np.dtype[Any]]
STEP = 1e-30
WITHIN = 1e-10
T, D, H, K = 5, 2, 3, 3

LOSSES = ["cross_entropy last", "cross_entropy every", "squared_error last", "squared_error every", "probe"]


def errors_of(loss: str, rng: np.random.Generator, batch: int) -> Callable[[Trace, Readout], Errors]:
    """The loss as a function of a trace and a readout, with its target drawn once."""
    if loss == "probe":
        direction = rng.standard_normal(H)
        return lambda trace, readout: probe(trace, direction)
    kind = loss.split(maxsplit=1)[0]
    where: Where = "last" if loss.endswith("last") else "every"
    n = 1 if where == "last" else T
    if kind == "cross_entropy":
        classes = rng.integers(0, K, (n, batch))
        return lambda trace, readout: cross_entropy(trace, readout, classes, where)
    targets = rng.standard_normal((n, batch, K))
    return lambda trace, readout: squared_error(trace, readout, targets, where)


def values_of(network: Network) -> dict[str, Array]:
    """Everything the loss depends on, by the name its gradient is compared under."""
    start = {"h0": network.start.h}
    if network.start.c is not None:
        start["c0"] = network.start.c
    readout = {"V": network.readout.V, "d": network.readout.d}
    return {**network.parameters.named(), **readout, **start, "x": network.x}


def total_loss(
    network: Network, values: Mapping[str, Array], errors: Callable[[Trace, Readout], Errors], gain: Array | None
) -> complex:
    extra = {name: values[name] for name in network.cell.extras}
    parameters = Parameters(values["U"], values["W"], values["b"], extra)
    start = State(values["h0"], values.get("c0"))
    trace = unroll(network.cell, parameters, values["x"], start, gain)
    return complex(errors(trace, Readout(values["V"], values["d"])).loss.sum())


def complex_step(network: Network, name: str, errors: Callable[[Trace, Readout], Errors], gain: Array | None) -> Array:
    """The derivative of the summed loss by every entry of one array."""
    values = values_of(network)
    derivative = np.empty(values[name].shape)
    for index in np.ndindex(derivative.shape):
        nudged = values[name].astype(np.complex128)
        nudged[index] += 1j * STEP
        derivative[index] = total_loss(network, {**values, name: nudged}, errors, gain).imag / STEP
    return derivative


def analytic(network: Network, errors: Callable[[Trace, Readout], Errors], gain: Array | None) -> dict[str, Array]:
    trace = network.run(gain)
    gradients = backpropagate(trace, errors(trace, network.readout))
    found = {**gradients.parameters.named(), "x": gradients.dx, "h0": gradients.dh[0]}
    if gradients.dc is not None:
        found["c0"] = gradients.dc[0]
    if gradients.readout is not None:
        found |= {"V": gradients.readout.V, "d": gradients.readout.d}
    return found


def assert_gradients_are_complex_step_derivatives(
    network: Network, errors: Callable[[Trace, Readout], Errors], gain: Array | None = None
) -> None:
    found = analytic(network, errors, gain)
    expected_names = set(values_of(network)) - (set() if "V" in found else {"V", "d"})
    assert set(found) == expected_names
    for name, gradient in found.items():
        assert_close(f"{network.cell.name}: dL/d{name}", gradient, complex_step(network, name, errors, gain), WITHIN)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", FAMILY)
def test_every_gradient_is_the_complex_step_derivative(
    cell: str, batch: int, loss: str, rng: np.random.Generator
) -> None:
    network = random_network(rng, FAMILY[cell], T, batch, D, H)
    assert_gradients_are_complex_step_derivatives(network, errors_of(loss, rng, batch))


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", FAMILY)
def test_every_gradient_is_right_where_each_sequence_has_its_own_gain(
    cell: str, batch: int, rng: np.random.Generator
) -> None:
    network = random_network(rng, FAMILY[cell], T, batch, D, H)
    gain = np.array([1.3, 0.4, 2.0])[:batch]
    assert_gradients_are_complex_step_derivatives(network, errors_of("cross_entropy every", rng, batch), gain)


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", FAMILY)
def test_every_gradient_is_right_where_powers_of_two_are_carried(
    cell: str, batch: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry, "SAFE", 2.0)
    monkeypatch.setattr(carry, "COMFORT", 1.0)
    network = random_network(rng, FAMILY[cell], T, batch, D, H)
    assert_gradients_are_complex_step_derivatives(network, errors_of("squared_error every", rng, batch))


@pytest.mark.parametrize("cell", FAMILY)
def test_the_gradient_check_notices_a_gradient_that_is_wrong(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, FAMILY[cell], T, 1, D, H)
    errors = errors_of("probe", rng, 1)
    wrong = analytic(network, errors, None)["W"] * (1.0 + 1e-9)
    with pytest.raises(AssertionError, match=r"(?s)engine:\n.*expected:\n"):
        assert_close("dL/dW", wrong, complex_step(network, "W", errors, None), WITHIN)
