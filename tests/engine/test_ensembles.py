"""Many networks in one call: each column is what its network computes alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import Errors, cross_entropy, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients import carry
from engine.gradients.backward import Gradients, backpropagate
from engine.networks.ensembles import ensemble, network_of
from engine.parameters import Readout
from engine.spectra.jacobians import step_jacobians
from tests.engine.networks import EVERY_CELL, assert_close, random_parameters

Array = np.ndarray[Any, np.dtype[Any]]
T, H, K = 6, 3, 2
READOUT = Readout(np.random.default_rng(2).standard_normal((K, H)), np.ones(K))


def inputs_of(kind: str, rng: np.random.Generator, N: int) -> tuple[int, Array]:
    """D, and inputs of some kind: fewer than 2H, more (multiplied beforehand), or symbols."""
    if kind == "symbols":
        return 9, rng.integers(0, 9, (T, N))
    D = 2 if kind == "narrow" else 2 * H + 1
    return D, rng.standard_normal((T, N, D))


def gradients_of(trace: Trace, where: Any = "every") -> Gradients:
    m = T if where == "every" else 1
    return backpropagate(trace, squared_error(trace, READOUT, np.ones((m, trace.batch, K)), where))


def assert_column_is(k: int, together: Gradients, alone: Gradients) -> None:
    found, expected = together.trace, alone.trace
    length = expected.steps
    assert_close("h", found.h[: length + 1, [k]], expected.h, 1e-12)
    assert_close("saturation", found.saturation[[k]], expected.saturation, 1e-12)
    for name, value in expected.gates.items():
        assert_close(name, found.gates[name][:length, [k]], value, 1e-12)
        assert_close(name, found.pre_activations[name][:length, [k]], expected.pre_activations[name], 1e-12)
    if found.c is not None and expected.c is not None and together.dc is not None and alone.dc is not None:
        assert_close("c", found.c[: length + 1, [k]], expected.c, 1e-12)
        assert_close("dL/dc", together.dc[: length + 1, [k]], alone.dc, 1e-11)
    assert_close("dL/dh", together.dh[: length + 1, [k]], alone.dh, 1e-11)
    assert_close("dL/dx", together.dx[:length, [k]], alone.dx, 1e-11)
    for name, value in network_of(together.parameters, k).named().items():
        assert_close(f"dL/d{name}", value, alone.parameters.named()[name], 1e-11)
    assert_close("jacobians", step_jacobians(found, k), step_jacobians(expected), 1e-11)


@pytest.mark.parametrize("size", [1.0, 1e160])  # outputs that float64 holds, and errors faint beyond it
def test_each_column_may_have_a_readout_of_its_own(size: float, rng: np.random.Generator) -> None:
    N = 3
    networks = [random_parameters(rng, EVERY_CELL["lstm"], 2, H) for _ in range(N)]
    readouts = [Readout(size * rng.standard_normal((K, H)), rng.standard_normal(K)) for _ in range(N)]
    x, classes = rng.standard_normal((T, N, 2)), rng.integers(0, K, (T, N))
    both = Readout(np.stack([one.V for one in readouts]), np.stack([one.d for one in readouts]))
    together = backpropagate(*_read(unroll(EVERY_CELL["lstm"], ensemble(networks), x), both, classes))
    assert together.readout is not None
    for k, (network, readout) in enumerate(zip(networks, readouts, strict=True)):
        alone = backpropagate(*_read(unroll(EVERY_CELL["lstm"], network, x[:, [k]]), readout, classes[:, [k]]))
        assert_column_is(k, together, alone)
        assert alone.readout is not None
        assert_close("dL/dV", together.readout.V[k], alone.readout.V, 1e-12)
        assert_close("dL/dd", together.readout.d[k], alone.readout.d, 1e-12)
    with pytest.raises(ValueError, match=r"V has shape \(2, 2, 3\), but \(3, 2, 3\) was expected"):
        _read(together.trace, Readout(both.V[:2], both.d[:2]), classes)


def _read(trace: Trace, readout: Readout, classes: Array) -> tuple[Trace, Errors]:
    return trace, cross_entropy(trace, readout, classes, "every")


@pytest.mark.parametrize("kind", ["narrow", "wide", "symbols"])
@pytest.mark.parametrize("N", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_each_column_is_its_network_alone(cell: str, N: int, kind: str, rng: np.random.Generator) -> None:
    D, x = inputs_of(kind, rng, N)
    networks = [random_parameters(rng, EVERY_CELL[cell], D, H) for _ in range(N)]
    h, c = rng.standard_normal((2, N, H))
    memory = EVERY_CELL[cell].has_memory
    lengths = np.array([4, T, 2])[:N]
    for ends in (None, lengths):
        trace = unroll(EVERY_CELL[cell], ensemble(networks), x, State(h, c if memory else None), lengths=ends)
        together = gradients_of(trace)
        assert trace.batch == N and together.log2_parameters.shape == (N,)
        for k, network in enumerate(networks):
            start = State(h[[k]], c[[k]] if memory else None)
            length = T if ends is None else ends[k]
            alone_trace = unroll(EVERY_CELL[cell], network, x[:length, [k]], start)
            errors = squared_error(alone_trace, READOUT, np.ones((length, 1, K)), "every")
            alone = backpropagate(alone_trace, errors)
            assert_column_is(k, together, alone)
            np.testing.assert_allclose(together.log2_parameters[[k]], alone.log2_parameters, atol=1e-11)


@pytest.mark.parametrize("kind", ["narrow", "wide", "symbols"])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_one_sequence_is_read_by_every_network(cell: str, kind: str, rng: np.random.Generator) -> None:
    D, x = inputs_of(kind, rng, 1)
    networks = ensemble([random_parameters(rng, EVERY_CELL[cell], D, H) for _ in range(3)])
    shared = gradients_of(unroll(EVERY_CELL[cell], networks, x))
    repeated = gradients_of(unroll(EVERY_CELL[cell], networks, np.repeat(x, 3, axis=1)))
    np.testing.assert_array_equal(shared.trace.h, repeated.trace.h)
    np.testing.assert_array_equal(shared.dx, repeated.dx)
    np.testing.assert_array_equal(shared.parameters.U, repeated.parameters.U)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_a_gain_is_an_ensemble_whose_recurrent_weights_are_multiples(cell: str, rng: np.random.Generator) -> None:
    network = random_parameters(rng, EVERY_CELL[cell], 2, H)
    gain = np.array([0.3, 1.0, -1.7])
    many = ensemble([replace(network, W=factor * network.W) for factor in gain])
    x = rng.standard_normal((T, 3, 2))
    of_gain = gradients_of(unroll(EVERY_CELL[cell], network, x, gain=gain))
    of_many = gradients_of(unroll(EVERY_CELL[cell], many, x))
    both = gradients_of(unroll(EVERY_CELL[cell], ensemble([network] * 3), x, gain=gain))
    for found in (of_gain, both):
        assert_close("h", found.trace.h, of_many.trace.h, 1e-12)
        assert_close("dL/dh", found.dh, of_many.dh, 1e-11)
        np.testing.assert_allclose(found.log2_parameters, of_many.log2_parameters, atol=1e-11)
        for k in range(3):
            assert_close("J", step_jacobians(found.trace, k), step_jacobians(of_many.trace, k), 1e-11)
    # gain W: the derivative by W is gain times the derivative by the product.
    each = gain[:, None, None] * of_many.parameters.W
    assert_close("dL/dW", both.parameters.W, each, 1e-11)
    assert_close("dL/dW", of_gain.parameters.W, each.sum(axis=0), 1e-11)
    assert_close("dL/dU", of_gain.parameters.U, of_many.parameters.U.sum(axis=0), 1e-11)


@pytest.mark.parametrize("N", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_carrying_powers_of_two_changes_not_one_bit(
    cell: str, N: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = ensemble([random_parameters(rng, EVERY_CELL[cell], 2, H) for _ in range(N)])
    trace = unroll(EVERY_CELL[cell], networks, rng.standard_normal((T, N, 2)))
    plain = gradients_of(trace).parameters.named()
    monkeypatch.setattr(carry, "SAFE", 2.0)
    monkeypatch.setattr(carry, "COMFORT", 1.0)
    rescaled = gradients_of(trace)
    assert rescaled.exponent.any()
    for name, value in rescaled.parameters.named().items():
        np.testing.assert_array_equal(value, plain[name], err_msg=name)


@pytest.mark.parametrize("cell", ["identity", "relu"])
def test_a_network_that_overflows_leaves_its_neighbours_as_they_are(cell: str, rng: np.random.Generator) -> None:
    networks = [random_parameters(rng, EVERY_CELL[cell], 1, 2, scale) for scale in (0.3, 40.0, 0.3)]
    networks[1] = replace(networks[1], W=np.abs(networks[1].W), b=np.abs(networks[1].b))
    x = np.abs(rng.standard_normal((400, 3, 1)))
    readout = Readout(np.eye(2), np.zeros(2))
    trace = unroll(EVERY_CELL[cell], ensemble(networks), x)
    assert np.isinf(trace.h[-1, 1]).all()
    together = backpropagate(trace, cross_entropy(trace, readout, np.zeros((1, 3), int)))
    for k in (0, 1, 2):
        alone_trace = unroll(EVERY_CELL[cell], networks[k], x[:, [k]])
        alone = backpropagate(alone_trace, cross_entropy(alone_trace, readout, np.zeros((1, 1), int)))
        np.testing.assert_allclose(trace.h[:, [k]], alone_trace.h, rtol=1e-11)
        np.testing.assert_allclose(together.log2_dh[:, [k]], alone.log2_dh, rtol=1e-11, atol=1e-10)


def test_parameters_of_one_cell_and_size_are_stacked_and_found_again(rng: np.random.Generator) -> None:
    networks = [random_parameters(rng, EVERY_CELL["gru"], 2, H) for _ in range(3)]
    stacked = ensemble(networks)
    assert stacked.W.shape == (3, 9, 3) and stacked.extra["recurrent_bias"].shape == (3, 3)
    assert (stacked.hidden_size, stacked.input_size) == (3, 2)
    for k, network in enumerate(networks):
        for name, value in network.named().items():
            np.testing.assert_array_equal(network_of(stacked, k).named()[name], value)


def test_no_network_is_no_ensemble() -> None:
    with pytest.raises(ValueError, match="an ensemble needs at least one network"):
        ensemble([])


def test_networks_of_different_shapes_are_no_ensemble(rng: np.random.Generator) -> None:
    gru, wider, lstm = (random_parameters(rng, EVERY_CELL[c], D, H) for c, D in (("gru", 2), ("gru", 3), ("lstm", 2)))
    for other in (wider, lstm):
        with pytest.raises(ValueError, match="network 1 has the shapes"):
            ensemble([gru, other])


@pytest.mark.parametrize("columns", [2, 4])
@pytest.mark.parametrize("symbols", [False, True])
def test_an_ensemble_reads_one_column_or_one_for_each_network(
    columns: int, symbols: bool, rng: np.random.Generator
) -> None:
    networks = ensemble([random_parameters(rng, EVERY_CELL["gru"], 2, H) for _ in range(3)])
    x = np.zeros((T, columns), int) if symbols else np.zeros((T, columns, 2))
    with pytest.raises(ValueError, match=rf"an ensemble of 3 networks reads 3 columns \(or one\), got {columns}"):
        unroll(EVERY_CELL["gru"], networks, x)


@pytest.mark.parametrize("name", ["U", "b", "recurrent_bias"])
def test_an_array_of_another_number_of_networks_is_an_error(name: str, rng: np.random.Generator) -> None:
    networks = ensemble([random_parameters(rng, EVERY_CELL["gru"], 2, H) for _ in range(3)])
    fewer: dict[str, Any] = {name: networks.named()[name][:2]}
    wrong = replace(networks, **fewer) if name in "Ub" else replace(networks, extra=fewer)
    with pytest.raises(ValueError, match=f"{name} has shape"):
        unroll(EVERY_CELL["gru"], wrong, np.zeros((T, 3, 2)))


def test_a_network_of_what_is_no_ensemble_says_so() -> None:
    wrong: Any = None
    with pytest.raises(ValueError, match="a Parameters was expected: what `ensemble` gives"):
        network_of(wrong, 0)
