"""What each step adds to the gradient of the weights: the derivative by the weights that this step alone uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import cross_entropy, probe, squared_error
from engine.forward import unroll
from engine.gradients import carry
from engine.gradients.backward import Gradients, backpropagate
from engine.gradients.contributions import contributions
from engine.networks.ensembles import ensemble
from engine.parameters import Parameters
from tests.engine import oracle
from tests.engine.networks import EVERY_CELL, Network, assert_close, random_network
from tests.engine.stacks import complex_step
from tests.engine.test_lengths_far import vanishing

Array = np.ndarray[Any, np.dtype[Any]]
T, D, H = 4, 2, 2


def gradients_of(network: Network, where: Any = "every", **own: Any) -> Gradients:
    trace = unroll(network.cell, network.parameters, network.x, network.start, **own)
    m = {"every": trace.steps, "last": 1}[where] if isinstance(where, str) else len(where)
    return backpropagate(trace, squared_error(trace, network.readout, np.ones((m, trace.batch, 3)), where))


def loss_with(network: Network, t: int, weights: Mapping[str, Array]) -> Any:
    """The loss where step t alone uses other weights."""
    extra = {name: weights[name] for name in network.cell.extras}
    other = Parameters(weights["U"], weights["W"], weights["b"], extra)
    total: Any = 0.0
    for k in range(network.x.shape[1]):
        h, c = network.start.h[k], None if network.start.c is None else network.start.c[k]
        for step, x in enumerate(network.x[:, k], 1):
            moment = oracle.advance(network.cell.name, other if step == t else network.parameters, x, h, c)
            h, c = moment.h, moment.c
            error = network.readout.V @ h + network.readout.d - 1.0
            total = total + 0.5 * (error * error).sum()
    return total


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_a_step_contributes_the_derivative_by_the_weights_that_it_alone_uses(
    cell: str, batch: int, rng: np.random.Generator
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T, batch, D, H)
    found = contributions(gradients_of(network))
    named = network.parameters.named()
    for t in range(1, T + 1):
        at = found.at(t).named()
        assert set(at) == set(named)
        for name in named:
            expected = complex_step(lambda weights, t=t: loss_with(network, t, weights), named, name)
            assert_close(f"step {t}: dL/d{name}", at[name], expected, 1e-10)


@pytest.mark.parametrize("carried", [False, True])
@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_contributions_sum_to_the_total_and_their_norms_are_theirs(
    cell: str,
    batch: int,
    lengths: bool,
    carried: bool,
    rng: np.random.Generator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if carried:
        monkeypatch.setattr(carry, "SAFE", 2.0)
        monkeypatch.setattr(carry, "COMFORT", 1.0)
    network = random_network(rng, EVERY_CELL[cell], 9, batch, D, 3)
    gradients = gradients_of(network, lengths=np.array([5, 9, 2])[:batch]) if lengths else gradients_of(network)
    assert gradients.exponent.any() == carried
    found, total = contributions(gradients), gradients.parameters.named()
    every, norms = found.parameters.named(), found.log2_norms
    assert set(every) == set(norms) == set(total)
    for name, rows in every.items():
        assert rows.shape == (9, *total[name].shape)
        assert_close(name, rows.sum(axis=0), total[name], 1e-12)
        for t in range(1, 10):
            np.testing.assert_array_equal(found.at(t).named()[name], rows[t - 1], err_msg=name)
        with np.errstate(divide="ignore"):
            expected = np.log2(np.linalg.norm(rows.reshape(9, -1), axis=1))
        np.testing.assert_allclose(norms[name], expected, rtol=1e-12, atol=1e-12, err_msg=name)
    if lengths and batch == 1:
        assert not every["b"][5:].any() and every["b"][:5].any()


@pytest.mark.parametrize("where", ["every", "last", (2, 5)])
@pytest.mark.parametrize("kind", ["squared_error", "cross_entropy"])
def test_each_reading_contributes_its_own_part_to_the_readout(kind: str, where: Any, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["lstm"], 6, 3, D, H)
    trace = unroll(network.cell, network.parameters, network.x, network.start, lengths=[6, 3, 5])
    m = {"every": 6, "last": 1}[where] if isinstance(where, str) else len(where)
    if kind == "squared_error":
        errors = squared_error(trace, network.readout, np.ones((m, 3, 3)), where)
    else:
        errors = cross_entropy(trace, network.readout, np.ones((m, 3), int), where)
    gradients = backpropagate(trace, errors)
    parts = contributions(gradients).readout
    assert parts is not None and gradients.readout is not None and errors.output_errors is not None
    assert parts.V.shape == (m, 3, H) and parts.d.shape == (m, 3)
    assert_close("dL/dV", parts.V.sum(axis=0), gradients.readout.V, 1e-12)
    assert_close("dL/dd", parts.d.sum(axis=0), gradients.readout.d, 1e-12)
    for k in range(m):
        expected = sum(np.outer(errors.output_errors[k, n], errors.h[k, n]) for n in range(3))
        assert_close("dL/dV", parts.V[k], np.asarray(expected), 1e-12)


def test_a_probe_has_no_readout_to_contribute_to(rng: np.random.Generator) -> None:
    trace = random_network(rng, EVERY_CELL["tanh"], 3, 1, D, H).run()
    assert contributions(backpropagate(trace, probe(trace, [1.0, 0.0]))).readout is None


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("cell", [name for name in EVERY_CELL if name != "relu"])
def test_norms_are_right_where_contributions_vanish_beyond_float64(
    cell: str, batch: int, rng: np.random.Generator
) -> None:
    parameters, x, _, _ = vanishing(cell, rng)
    trace = unroll(EVERY_CELL[cell], parameters, x[:, :batch])
    gradients = backpropagate(trace, probe(trace, np.ones(3)))
    norms = contributions(gradients).log2_norms
    assert norms["b"][0] < -1000.0
    # An error a great power of two larger brings the first contributions, and only them, into float64's range.
    power = int(-norms["b"][0])
    errors = gradients.errors
    assert errors is not None
    larger = contributions(backpropagate(trace, replace(errors, exponent=errors.exponent + power)))
    for name, rows in larger.parameters.named().items():
        with np.errstate(divide="ignore"):  # h_0 is 0, and so is what step 1 adds to dL/dW
            expected = np.log2(np.linalg.norm(rows[:5].reshape(5, -1), axis=1)) - power
        np.testing.assert_allclose(norms[name][:5], expected, rtol=1e-12, atol=1e-9, err_msg=name)
    for name, value in norms.items():
        np.testing.assert_allclose(larger.log2_norms[name], value + power, rtol=1e-12, atol=1e-9, err_msg=name)


def test_long_runs_are_taken_in_parts_that_fit_together(rng: np.random.Generator) -> None:
    steps, size = 200, 60  # 61 * 62 numbers of the joint matrix for each of 200 steps are more than 2**20 in two parts
    network = random_network(rng, EVERY_CELL["lstm"], steps, 1, 1, size)
    gradients = backpropagate(trace := network.run(), probe(trace, np.ones(size)))
    found = contributions(gradients)
    assert 2**20 // (4 * size * (size + 2)) < steps
    assert found.log2_norms["U"].shape == (steps,)
    for t in (1, 70, 71, 72, 73, 74, 200):
        for name, value in found.at(t).named().items():
            assert found.log2_norms[name][t - 1] == pytest.approx(np.log2(np.linalg.norm(value)), abs=1e-11)


@pytest.mark.parametrize("t", [-1, 0, 5])
def test_a_step_that_does_not_exist_is_an_error(t: int, rng: np.random.Generator) -> None:
    found = contributions(gradients_of(random_network(rng, EVERY_CELL["gru"], 4, 1, D, H)))
    with pytest.raises(IndexError, match=f"step {t} was asked for, but the trace has steps 1 to 4"):
        found.at(t)


def test_columns_that_are_networks_of_their_own_have_no_common_contributions(rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["gru"], 4, 2, D, H)
    both = replace(network, parameters=ensemble([network.parameters] * 2))
    for gradients in (gradients_of(network, gain=np.ones(2)), gradients_of(both)):
        with pytest.raises(ValueError, match="take the contributions of one at a time"):
            contributions(gradients)
