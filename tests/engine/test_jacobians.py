"""One step's Jacobian, and the growth of an error at each step, beside complex-step derivatives of the oracle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import probe, squared_error
from engine.forward import Trace, unroll
from engine.gradients import carry
from engine.gradients.backward import backpropagate
from engine.networks.ensembles import ensemble, network_of
from engine.parameters import Parameters
from engine.spectra.jacobians import growth, step_jacobians
from tests.engine import oracle
from tests.engine.networks import EVERY_CELL, FAMILY, assert_close, random_network, random_parameters
from tests.engine.stacks import STEP
from tests.engine.test_lengths_far import vanishing

Array = np.ndarray[Any, np.dtype[Any]]
T, D, H = 6, 2, 3


def oracle_jacobians(trace: Trace, k: int, p: Parameters, x: Array, gain: float = 1.0) -> Array:
    """ds_t/ds_{t-1} of column k at the engine's states, (T_k, S, S)."""
    c = trace.c
    size = H if c is None else 2 * H
    return np.array(
        [
            oracle.step_jacobian(trace.cell.name, p, x[t, k], trace.h[t, k], None if c is None else c[t, k], gain)[
                :, :size
            ]
            for t in range(trace.ends[k])
        ]
    )


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", FAMILY)
def test_jacobians_are_those_of_the_oracle(cell: str, batch: int, rng: np.random.Generator) -> None:
    network = random_network(rng, FAMILY[cell], T, batch, D, H)
    gain = np.array([1.4, -0.3, 0.6])[:batch]
    lengths = np.array([4, T, 1])[:batch]
    runs = [
        (network.run(), np.ones(batch)),
        (network.run(gain), gain),
        (unroll(network.cell, network.parameters, network.x, network.start, lengths=lengths), np.ones(batch)),
    ]
    for trace, factors in runs:
        for k in range(batch):
            expected = oracle_jacobians(trace, k, network.parameters, network.x, factors[k])
            assert_close("jacobians", step_jacobians(trace, k), expected, 1e-12)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("cell", FAMILY)
def test_each_network_of_an_ensemble_has_its_own_jacobians(cell: str, size: int, rng: np.random.Generator) -> None:
    networks = ensemble([random_parameters(rng, FAMILY[cell], D, H) for _ in range(size)])
    network = random_network(rng, FAMILY[cell], T, size, D, H)
    trace = unroll(network.cell, networks, network.x, network.start)
    for k in range(size):
        expected = oracle_jacobians(trace, k, network_of(networks, k), network.x)
        assert_close("jacobians", step_jacobians(trace, k), expected, 1e-12)


@pytest.mark.parametrize("sequence", [-1, 2])
def test_a_sequence_that_does_not_exist_is_an_error(sequence: int, rng: np.random.Generator) -> None:
    trace = random_network(rng, FAMILY["gru"], T, 2, D, H).run()
    with pytest.raises(IndexError, match=f"sequence {sequence} was asked for, but the trace has 0 to 1"):
        step_jacobians(trace, sequence)


def errors_at_sums(trace: Trace, k: int, t: int, p: Parameters, x: Array, error: Array) -> Array:
    """What W's products receive at step t, (G*H,): the derivative by the bias that is added beside W h."""
    named = {"recurrent_bias": np.zeros(H)} if trace.cell.kind == "gru" else {}
    found = []
    for row in range(len(p.b)):
        bias, extra = p.b.astype(np.complex128), {**p.extra}
        if named and row >= 2 * H:
            extra["recurrent_bias"] = p.extra["recurrent_bias"].astype(np.complex128)
            extra["recurrent_bias"][row - 2 * H] += 1j * STEP
        else:
            bias[row] += 1j * STEP
        c = None if trace.c is None else trace.c[t, k]
        after = oracle.advance(trace.cell.name, Parameters(p.U, p.W, bias, extra), x[t, k], trace.h[t, k], c)
        state = after.h if after.c is None else np.concatenate([after.h, after.c])
        found.append(float(error @ state.imag) / STEP)
    return np.array(found)


def arrived_through_the_weights(trace: Trace, k: int, t: int, W: Array, at_sums: Array) -> Array:
    """The part of dL/dh_{t-1} that comes through W, (H,)."""
    gates, last = np.split(at_sums, [len(at_sums) - H]), W[-H:]
    if trace.cell.kind in ("gru_before", "mgu"):  # the candidate's product reads a gated state
        gate = trace.gates["reset" if trace.cell.kind == "gru_before" else "forget"][t, k]
        return W[:-H].T @ gates[0] + gate * (last.T @ gates[1])
    return W.T @ at_sums


def expected_growth(trace: Trace, k: int, p: Parameters, x: Array, local: Array) -> tuple[Array, Array]:
    """log2 of the two ratios at each step, from the oracle's Jacobians; (T,) each."""
    jacobians = oracle_jacobians(trace, k, p, x)
    error = np.zeros(jacobians.shape[1])
    saturation, weights = np.full(trace.steps, np.nan), np.full(trace.steps, np.nan)
    for t in range(len(jacobians), 0, -1):
        error[:H] += local[t, k]
        before = jacobians[t - 1].T @ error
        at_sums = errors_at_sums(trace, k, t - 1, p, x, error)
        past = before.copy()
        past[:H] -= arrived_through_the_weights(trace, k, t - 1, p.W, at_sums)
        inside = np.linalg.norm(np.concatenate([at_sums, past]))
        saturation[t - 1] = np.log2(inside / np.linalg.norm(error))
        weights[t - 1] = np.log2(np.linalg.norm(before) / inside)
        error = before
    return saturation, weights


@pytest.mark.parametrize("carried", [False, True])
@pytest.mark.parametrize("where", ["last", "every", (2, 5)])
@pytest.mark.parametrize("cell", [name for name in FAMILY if name != "relu"])
def test_growth_is_that_of_the_oracles_jacobians(
    cell: str, where: Any, carried: bool, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    if carried:
        monkeypatch.setattr(carry, "SAFE", 2.0)
        monkeypatch.setattr(carry, "COMFORT", 1.0)
    network = random_network(rng, FAMILY[cell], T, 2, D, H)
    trace = network.run()
    m = {"last": 1, "every": T}[where] if isinstance(where, str) else len(where)
    gradients = backpropagate(trace, squared_error(trace, network.readout, np.ones((m, 2, 3)), where))
    found = growth(gradients)
    assert found.saturation.shape == found.weights.shape == found.total.shape == (T, 2)
    last = 5 if where == (2, 5) else T
    for k in range(2):
        with np.errstate(invalid="ignore"):
            saturation, weights = expected_growth(trace, k, network.parameters, network.x, gradients.local)
        np.testing.assert_allclose(found.saturation[:last, k], saturation[:last], atol=1e-10)
        np.testing.assert_allclose(found.weights[:last, k], weights[:last], atol=1e-10)
        np.testing.assert_allclose(found.total[:last, k], (saturation + weights)[:last], atol=1e-10)
    assert np.isnan(found.total[last:]).all()


@pytest.mark.parametrize("cell", ["tanh", "sigmoid", "relu", "identity"])
def test_growth_of_a_vanilla_network_is_that_of_slopes_and_of_its_matrix(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, FAMILY[cell], T, 3, D, H)
    network = replace(network, parameters=replace(network.parameters, b=np.full(H, 3.0)))
    trace = network.run(np.array([0.5, 1.0, 2.0]))
    gradients = backpropagate(trace, probe(trace, np.ones(H)))
    found = growth(gradients)
    inside = np.linalg.norm(gradients.pre_activations["state"], axis=2)
    np.testing.assert_allclose(found.saturation, np.log2(inside / np.linalg.norm(gradients.dh[1:], axis=2)), atol=1e-12)
    np.testing.assert_allclose(found.weights, np.log2(np.linalg.norm(gradients.dh[:-1], axis=2) / inside), atol=1e-12)


@pytest.mark.parametrize("cell", FAMILY)
def test_growth_with_a_gain_or_of_an_ensemble_is_that_of_each_network(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, FAMILY[cell], T, 2, D, H)
    network = replace(network, parameters=replace(network.parameters, b=np.abs(network.parameters.b) + 0.5))
    gain = np.array([0.5, 1.5])
    scaled = [replace(network.parameters, W=factor * network.parameters.W) for factor in gain]
    of_gain, of_ensemble = (
        growth(backpropagate(trace, probe(trace, np.ones(H))))
        for trace in (network.run(gain), unroll(network.cell, ensemble(scaled), network.x, network.start))
    )
    for k in range(2):
        alone = replace(network, parameters=scaled[k]).run()
        expected = growth(backpropagate(alone, probe(alone, np.ones(H))))
        for found in (of_gain, of_ensemble):
            np.testing.assert_allclose(found.saturation[:, k], expected.saturation[:, k], atol=1e-10)
            np.testing.assert_allclose(found.weights[:, k], expected.weights[:, k], atol=1e-10)


def test_growth_ends_where_a_sequence_ends(rng: np.random.Generator) -> None:
    network = random_network(rng, FAMILY["lstm"], T, 2, D, H)
    trace = unroll(network.cell, network.parameters, network.x, network.start, lengths=[3, T])
    gradients = backpropagate(trace, squared_error(trace, network.readout, np.ones((T, 2, 3)), "every"))
    found = growth(gradients)
    assert np.isnan(found.total[3:, 0]).all()
    for k in range(2):
        saturation, weights = expected_growth(trace, k, network.parameters, network.x, gradients.local)
        np.testing.assert_allclose(found.saturation[: trace.ends[k], k], saturation[: trace.ends[k]], atol=1e-10)
        np.testing.assert_allclose(found.weights[: trace.ends[k], k], weights[: trace.ends[k]], atol=1e-10)


@pytest.mark.parametrize("cell", [name for name in EVERY_CELL if name != "relu"])
def test_growth_adds_up_to_the_whole_way_where_float64_does_not_hold_it(cell: str, rng: np.random.Generator) -> None:
    parameters, x, _, _ = vanishing(cell, rng)
    trace = unroll(FAMILY[cell], parameters, x[:, :2])
    gradients = backpropagate(trace, probe(trace, np.ones(3)))
    whole = 2.0 * gradients.log2_dh[0]
    if gradients.log2_dc is not None:
        whole = np.logaddexp2(whole, 2.0 * gradients.log2_dc[0])
    assert whole.max() < -2000.0
    np.testing.assert_allclose(growth(gradients).total.sum(axis=0), whole / 2.0, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("level", [-300.0, 300.0])
def test_growth_is_a_number_however_flat_the_activation(level: float) -> None:
    """tanh'(a) = 4 exp(-2 |a|) is 2**-863 at 300: its square is beyond float64, and it is not."""
    parameters = Parameters(np.zeros((1, 1)), np.array([[0.5]]), np.array([level]))
    trace = unroll(FAMILY["tanh"], parameters, np.zeros((5, 1, 1)))
    found = growth(backpropagate(trace, probe(trace, [1.0])))
    slopes = 2.0 - 2.0 * (abs(level) + 0.5) / np.log(2.0)
    np.testing.assert_allclose(found.saturation[1:, 0], slopes, rtol=1e-12)
    np.testing.assert_allclose(found.weights, -1.0, rtol=1e-12)
