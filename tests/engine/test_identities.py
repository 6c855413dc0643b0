"""Identities of the cells: what must be equal or bounded whatever the numbers, without any other implementation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cells import LSTMVariant
from engine.errors import probe, squared_error
from engine.forward import State, Trace
from engine.gradients.backward import Gradients, backpropagate
from engine.parameters import Parameters, Readout
from tests.engine import oracle
from tests.engine.networks import FAMILY, Network, Shape, assert_close, random_network, shapes

Array = np.ndarray[Any, np.dtype[Any]]


def gradients_of(network: Network, trace: Trace | None = None) -> Gradients:
    """Of a squared error at every step."""
    run = network.run() if trace is None else trace
    return backpropagate(run, squared_error(run, network.readout, np.ones((run.steps, run.batch, 3)), "every"))


def units_in_order(network: Network, order: Array) -> Network:
    """The same network with its units renumbered."""
    H, p, start = network.parameters.hidden_size, network.parameters, network.start
    rows = np.concatenate([order + k * H for k in range(len(network.cell.gates))])
    parameters = Parameters(p.U[rows], p.W[rows][:, order], p.b[rows], {k: v[order] for k, v in p.extra.items()})
    renumbered = State(start.h[:, order], None if start.c is None else start.c[:, order])
    readout = Readout(network.readout.V[:, order], network.readout.d)
    return Network(network.cell, parameters, network.x, renumbered, readout)


@pytest.mark.parametrize("cell", FAMILY)
@settings(max_examples=12)
@given(shape=shapes(), random=st.randoms(use_true_random=False))
def test_the_numbers_of_the_units_mean_nothing(cell: str, shape: Shape, random: Any) -> None:
    network = shape.network(cell)
    order = np.arange(shape.H)
    random.shuffle(order)
    plain, other = gradients_of(network), gradients_of(units_in_order(network, order))
    assert_close("h", other.trace.h, plain.trace.h[..., order], 1e-11)
    assert_close("dL/dh", other.dh, plain.dh[..., order], 1e-10)
    assert_close("dL/dx", other.dx, plain.dx, 1e-10)
    of_plain = Network(network.cell, plain.parameters, network.x, network.start, network.readout)
    expected = units_in_order(of_plain, order).parameters.named()
    for name, value in other.parameters.named().items():
        assert_close(f"dL/d{name}", value, expected[name], 1e-10)


@pytest.mark.parametrize("cell", FAMILY)
@settings(max_examples=12)
@given(shape=shapes(), random=st.randoms(use_true_random=False))
def test_the_order_of_the_batch_is_the_order_of_the_gradients(cell: str, shape: Shape, random: Any) -> None:
    network = shape.network(cell)
    order = list(range(shape.B))
    random.shuffle(order)
    start = State(network.start.h[order], None if network.start.c is None else network.start.c[order])
    plain, other = gradients_of(network), gradients_of(replace(network, x=network.x[:, order], start=start))
    assert_close("dL/dh", other.dh, plain.dh[:, order], 1e-11)
    assert_close("dL/dx", other.dx, plain.dx[:, order], 1e-11)
    np.testing.assert_allclose(other.log2_parameters, plain.log2_parameters[order], atol=1e-10)
    for name, value in plain.parameters.named().items():
        assert_close(f"dL/d{name}", other.parameters.named()[name], value, 1e-10)


def with_bias(network: Network, **levels: float) -> Network:
    """The network with the biases of some gates set to a level that no input can move."""
    b, H = network.parameters.b.copy(), network.parameters.hidden_size
    for gate, level in levels.items():
        b[network.cell.rows(gate, H)] = level
    return replace(network, parameters=replace(network.parameters, b=b))


COPYING = [("gru", {"update": 900.0}), ("gru_before", {"update": 900.0}), ("mgu", {"forget": -900.0})]


@pytest.mark.parametrize(("cell", "level"), COPYING)
@settings(max_examples=12)
@given(shape=shapes())
def test_a_gate_that_keeps_everything_copies_the_state_and_the_error(
    cell: str, level: dict[str, float], shape: Shape
) -> None:
    network = with_bias(shape.network(cell), **level)
    trace = network.run()
    # h_t = n + z (h_{t-1} - n) rounds to a multiple of n's last bit.
    np.testing.assert_allclose(trace.h, np.broadcast_to(network.start.h, trace.h.shape), rtol=0.0, atol=1e-15 * shape.T)
    gradients = backpropagate(trace, probe(trace, np.ones(shape.H)))
    np.testing.assert_allclose(gradients.dh, np.broadcast_to(gradients.dh[-1], gradients.dh.shape), rtol=1e-13)


@settings(max_examples=12)
@given(shape=shapes())
def test_a_leak_of_nothing_copies_the_state_and_a_leak_of_all_is_the_tanh_network(shape: Shape) -> None:
    network = shape.network("leaky")
    p = network.parameters
    still = replace(network, parameters=replace(p, extra={"leak": np.zeros(shape.H)})).run()
    np.testing.assert_array_equal(still.h, np.broadcast_to(network.start.h, still.h.shape))
    leaking = gradients_of(replace(network, parameters=replace(p, extra={"leak": np.ones(shape.H)})))
    vanilla = gradients_of(replace(network, cell=FAMILY["tanh"], parameters=replace(p, extra={})))
    assert_close("h", leaking.trace.h, vanilla.trace.h, 1e-12)
    assert_close("dL/dW", leaking.parameters.W, vanilla.parameters.W, 1e-11)


@pytest.mark.parametrize("cell", ["lstm", "peephole"])
@settings(max_examples=12)
@given(shape=shapes())
def test_forgetting_nothing_and_reading_nothing_keeps_the_cell(cell: str, shape: Shape) -> None:
    network = with_bias(shape.network(cell), forget=900.0, input=-900.0)
    trace = network.run()
    assert trace.c is not None and network.start.c is not None
    np.testing.assert_array_equal(trace.c, np.broadcast_to(network.start.c, trace.c.shape))
    gradients = backpropagate(trace, None, State(np.zeros((shape.B, shape.H)), np.ones((shape.B, shape.H))))
    np.testing.assert_allclose(gradients.dc, 1.0, rtol=1e-13)


@pytest.mark.parametrize("cell", ["lstm", "peephole"])
@settings(max_examples=12)
@given(shape=shapes())
def test_forgetting_everything_makes_the_cell_what_was_just_written(cell: str, shape: Shape) -> None:
    network = with_bias(shape.network(cell), forget=-900.0)
    trace = network.run()
    assert trace.c is not None
    assert_close("c", trace.c[1:], trace.gates["input"] * trace.gates["candidate"], 1e-13)


@settings(max_examples=12)
@given(shape=shapes())
def test_a_coupled_cell_that_reads_nothing_keeps_everything(shape: Shape) -> None:
    trace = with_bias(shape.network("coupled"), input=-900.0).run()
    assert trace.c is not None
    np.testing.assert_array_equal(trace.c, np.broadcast_to(trace.c[0], trace.c.shape))


def assert_same(found: Gradients, expected: Gradients) -> None:
    assert_close("h", found.trace.h, expected.trace.h, 1e-12)
    assert_close("dL/dh", found.dh, expected.dh, 1e-10)
    assert_close("dL/dx", found.dx, expected.dx, 1e-10)


@settings(max_examples=12)
@given(shape=shapes())
def test_peepholes_that_see_nothing_are_none(shape: Shape) -> None:
    plain = shape.network("lstm")
    peephole = FAMILY["peephole"]
    blind = replace(plain.parameters, extra={name: np.zeros(shape.H) for name in peephole.extras})
    found = gradients_of(replace(plain, cell=peephole, parameters=blind))
    expected = gradients_of(plain)
    assert_same(found, expected)
    assert_same(gradients_of(replace(plain, cell=LSTMVariant())), expected)
    assert_close("dL/dW", found.parameters.W, expected.parameters.W, 1e-10)


@settings(max_examples=12)
@given(shape=shapes())
def test_a_coupled_cell_is_an_lstm_whose_forget_gate_is_the_input_gate_turned_round(shape: Shape) -> None:
    coupled, H = shape.network("coupled"), shape.H

    def with_forget(rows: Array) -> Array:
        return np.concatenate([rows[:H], -rows[:H], rows[H:]])

    p = coupled.parameters
    turned = replace(coupled, cell=FAMILY["lstm"], parameters=Parameters(*map(with_forget, (p.U, p.W, p.b))))
    assert_same(gradients_of(coupled), gradients_of(turned))


@settings(max_examples=12)
@given(shape=shapes())
def test_a_minimal_gated_unit_is_a_gru_whose_gates_are_one(shape: Shape) -> None:
    minimal, H = shape.network("mgu"), shape.H

    def with_two_gates(rows: Array) -> Array:
        return np.concatenate([rows[:H], -rows[:H], rows[H:]])

    p = minimal.parameters
    gru = replace(minimal, cell=FAMILY["gru_before"], parameters=Parameters(*map(with_two_gates, (p.U, p.W, p.b))))
    assert_same(gradients_of(minimal), gradients_of(gru))


@settings(max_examples=12)
@given(shape=shapes())
def test_where_nothing_is_reset_it_does_not_matter_when(shape: Shape) -> None:
    before = with_bias(shape.network("gru_before"), reset=900.0)
    after = replace(before.parameters, extra={"recurrent_bias": np.zeros(shape.H)})
    assert_same(gradients_of(before), gradients_of(replace(before, cell=FAMILY["gru"], parameters=after)))


@pytest.mark.parametrize("cell", ["relu", "identity"])
@settings(max_examples=12)
@given(shape=shapes(), power=st.integers(-60, 60))
def test_a_homogeneous_network_scales_with_its_inputs_biases_and_start(cell: str, shape: Shape, power: int) -> None:
    network, factor = shape.network(cell), 2.0**power
    p = network.parameters
    larger = replace(network, x=factor * network.x, start=State(factor * network.start.h))
    larger = replace(larger, parameters=replace(p, b=factor * p.b))
    one, other = network.run(), larger.run()
    np.testing.assert_array_equal(other.h, factor * one.h)
    found, expected = (backpropagate(trace, probe(trace, np.ones(shape.H))) for trace in (other, one))
    np.testing.assert_array_equal(found.dh, expected.dh)
    np.testing.assert_array_equal(found.parameters.W, factor * expected.parameters.W)
    np.testing.assert_array_equal(found.parameters.b, expected.parameters.b)


@pytest.mark.parametrize("cell", FAMILY)
def test_an_error_shrinks_and_grows_only_as_far_as_the_jacobians_singular_values_allow(
    cell: str, rng: np.random.Generator
) -> None:
    T, H = 5, 3
    network = random_network(rng, FAMILY[cell], T, 1, 2, H)
    trace = network.run()
    c = trace.c
    size = H if c is None else 2 * H
    for _ in range(10):
        direction = rng.standard_normal(H)
        dh = backpropagate(trace, probe(trace, direction)).dh[:, 0]
        product = np.eye(size)
        for t in range(T - 1, -1, -1):
            step = oracle.step_jacobian(
                cell, network.parameters, network.x[t, 0], trace.h[t, 0], None if c is None else c[t, 0]
            )
            product = product @ step[:, :size]
            to_h = product[:H, :H]  # dh_T/dh_t, with c_t as an input of its own
            values = np.linalg.svd(to_h, compute_uv=False)
            ratio = np.linalg.norm(dh[t]) / np.linalg.norm(dh[T])
            assert values[-1] * (1 - 1e-9) <= ratio <= values[0] * (1 + 1e-9)
            assert_close("dL/dh", dh[t], to_h.T @ dh[T], 1e-10)
