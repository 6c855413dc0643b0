"""What holds of the forward pass whatever the cell: one property, one test over random networks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forward import State, Trace, unroll
from tests.engine.networks import EVERY_CELL, Network, Shape, assert_close, random_network, shapes

Array = np.ndarray[Any, np.dtype[Any]]


def assert_same_run(found: Trace, expected: Trace, within: float = 1e-13) -> None:
    assert_close("h", found.h, expected.h, within)
    for gate, value in expected.gates.items():
        assert_close(gate, found.gates[gate], value, within)
        assert_close(f"sum of {gate}", found.pre_activations[gate], expected.pre_activations[gate], within)
    if found.c is not None and expected.c is not None:
        assert_close("c", found.c, expected.c, within)
    assert_close("saturation", found.saturation, expected.saturation, 1e-12)


def sequences(network: Network, chosen: list[int]) -> Network:
    """The network reading only the chosen sequences, in that order."""
    start = State(network.start.h[chosen], None if network.start.c is None else network.start.c[chosen])
    return replace(network, x=network.x[:, chosen], start=start)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes())
def test_unrolling_at_once_is_stepping_with_the_carried_state(cell: str, shape: Shape) -> None:
    network = shape.network(cell)
    whole, state = network.run(), network.start
    for t, x in enumerate(network.x, start=1):
        one = unroll(network.cell, network.parameters, x[None], state)
        assert_close("h", one.h[1], whole.h[t], 1e-13)
        for gate, value in one.gates.items():
            assert_close(gate, value[0], whole.gates[gate][t - 1], 1e-13)
        state = State(one.h[1], None if one.c is None else one.c[1])
    if whole.c is not None and state.c is not None:
        assert_close("c", state.c, whole.c[-1], 1e-13)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes())
def test_each_sequence_of_a_batch_runs_as_if_alone(cell: str, shape: Shape) -> None:
    network = shape.network(cell)
    together = network.run()
    for k in range(together.batch):
        alone = sequences(network, [k]).run()
        assert alone.batch == 1
        assert_close("h", together.h[:, [k]], alone.h, 1e-13)
        for gate, value in alone.gates.items():
            assert_close(gate, together.gates[gate][:, [k]], value, 1e-13)
        assert_close("saturation", together.saturation[[k]], alone.saturation, 1e-12)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes(), random=st.randoms(use_true_random=False))
def test_the_order_of_the_batch_is_the_order_of_the_results(cell: str, shape: Shape, random: Any) -> None:
    network = shape.network(cell)
    order = list(range(network.x.shape[1]))
    random.shuffle(order)
    plain, shuffled = network.run(), sequences(network, order).run()
    assert_close("h", shuffled.h, plain.h[:, order], 1e-13)
    for gate, value in plain.gates.items():
        assert_close(gate, shuffled.gates[gate], value[:, order], 1e-13)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes(), gains=st.lists(st.floats(-3.0, 3.0), min_size=4, max_size=4))
def test_a_gain_is_a_factor_on_the_recurrent_weights_of_its_own_column(
    cell: str, shape: Shape, gains: list[float]
) -> None:
    network = shape.network(cell)
    gain = np.array(gains[: network.x.shape[1]])
    family = network.run(gain)
    for k, factor in enumerate(gain):
        one = sequences(network, [k])
        alone = replace(one, parameters=replace(one.parameters, W=factor * one.parameters.W)).run()
        assert_close("h", family.h[:, [k]], alone.h, 1e-12)
        for gate, value in alone.gates.items():
            assert_close(gate, family.gates[gate][:, [k]], value, 1e-12)
            assert_close(gate, family.pre_activations[gate][:, [k]], alone.pre_activations[gate], 1e-12)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes())
def test_a_gain_of_one_changes_nothing(cell: str, shape: Shape) -> None:
    network = shape.network(cell)
    assert_same_run(network.run(np.ones(network.x.shape[1])), network.run(), within=0.0)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes())
def test_without_a_start_the_network_starts_from_zero(cell: str, shape: Shape) -> None:
    network = shape.network(cell)
    _, B, _, H = network.shape
    zeros = State(np.zeros((B, H)), np.zeros((B, H)) if network.cell.has_memory else None)
    silent = unroll(network.cell, network.parameters, network.x)
    assert_same_run(silent, replace(network, start=zeros).run(), within=0.0)
    assert not silent.h[0].any()


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_a_start_given_is_the_first_row_of_the_states(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=4, B=3, D=2, H=5)
    trace = network.run()
    np.testing.assert_array_equal(trace.h[0], network.start.h)
    if trace.c is not None:
        np.testing.assert_array_equal(trace.c[0], network.start.c)


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_shapes_are_time_first_and_batch_second(cell: str, batch: int, rng: np.random.Generator) -> None:
    trace = random_network(rng, EVERY_CELL[cell], T=4, B=batch, D=2, H=5).run()
    assert (trace.steps, trace.batch) == (4, batch)
    assert trace.h.shape == (5, batch, 5)
    assert trace.x.shape == (4, batch, 2)
    assert trace.saturation.shape == (batch,)
    assert {value.shape for value in trace.gates.values()} == {(4, batch, 5)}
    assert {value.shape for value in trace.pre_activations.values()} == {(4, batch, 5)}
    assert trace.c is None or trace.c.shape == (5, batch, 5)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_a_run_leaves_what_it_was_given_as_it_was(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=4, B=2, D=2, H=3)
    given_arrays = [network.x, network.start.h, *network.parameters.named().values()]
    copies = [array.copy() for array in given_arrays]
    trace = network.run(gain=np.array([0.5, 2.0]))
    for array, copy in zip(given_arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy)
    np.testing.assert_array_equal(trace.x, network.x)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_one_step_shows_the_same_numbers_as_the_whole_trace(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=4, B=2, D=2, H=3)
    trace = network.run()
    for t in range(1, 5):
        step = trace.at(t)
        assert step.t == t
        np.testing.assert_array_equal(step.x, network.x[t - 1])
        np.testing.assert_array_equal(step.h_before, trace.h[t - 1])
        np.testing.assert_array_equal(step.h, trace.h[t])
        for gate in network.cell.gates:
            np.testing.assert_array_equal(step.gates[gate], trace.gates[gate][t - 1])
            np.testing.assert_array_equal(step.pre_activations[gate], trace.pre_activations[gate][t - 1])
        assert (step.c is None) == (step.c_before is None) == (trace.c is None)
        if trace.c is not None and step.c is not None and step.c_before is not None:
            np.testing.assert_array_equal(step.c_before, trace.c[t - 1])
            np.testing.assert_array_equal(step.c, trace.c[t])


@pytest.mark.parametrize("t", [-1, 0, 5])
def test_a_step_that_does_not_exist_is_an_error_that_names_those_that_do(t: int, rng: np.random.Generator) -> None:
    trace = random_network(rng, EVERY_CELL["tanh"], T=4, B=1, D=1, H=1).run()
    with pytest.raises(IndexError, match=f"step {t} was asked for, but the trace has steps 1 to 4"):
        trace.at(t)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes())
def test_saturation_is_one_less_the_mean_slope_relative_to_the_steepest(cell: str, shape: Shape) -> None:
    network = shape.network(cell)
    trace, flat = network.run(), []
    for gate, a in trace.pre_activations.items():
        if gate == "candidate" or network.cell.name in ("tanh", "leaky"):
            flat.append(np.tanh(a) ** 2)
        elif network.cell.name in ("relu", "identity"):
            flat.append((a <= 0) & (network.cell.name == "relu"))
        else:
            flat.append(np.tanh(a / 2.0) ** 2)  # 1 - 4 s (1 - s) for the logistic s
    np.testing.assert_allclose(trace.saturation, np.mean(flat, axis=(0, 1, 3)), atol=1e-14)


T, B, D, H = 4, 3, 2, 5


@pytest.mark.parametrize("shape", [(T, B), (T,), (), (T, B, D + 1), (T, B, 1), (0, B, D), (T, 0, D), (1, T, B, D)])
def test_inputs_of_the_wrong_shape_are_an_error_that_names_both(shape: Any, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["gru"], T, B, D, H)
    symbols = "" if len(shape) == 3 else ", or (T, B) whole numbers,"
    with pytest.raises(ValueError, match=re.escape(f"x has shape {shape}, but (T, B, {D}){symbols} was expected")):
        unroll(network.cell, network.parameters, np.ones(shape))


@pytest.mark.parametrize("shape", [(H,), (1, H), (B, 1), (B, H + 1), (H, B), (1, B, H)])
@pytest.mark.parametrize("name", ["start.h", "start.c"])
def test_a_start_of_the_wrong_shape_is_an_error_and_is_not_broadcast(
    name: str, shape: Any, rng: np.random.Generator
) -> None:
    network = random_network(rng, EVERY_CELL["lstm"], T, B, D, H)
    changed: dict[str, Any] = {name.removeprefix("start."): np.ones(shape)}
    with pytest.raises(ValueError, match=re.escape(f"{name} has shape {shape}, but ({B}, {H}) was expected")):
        unroll(network.cell, network.parameters, network.x, replace(network.start, **changed))


@pytest.mark.parametrize("shape", [(), (1,), (B + 1,), (B, 1)])
def test_a_gain_of_the_wrong_shape_is_an_error_and_is_not_broadcast(shape: Any, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["tanh"], T, B, D, H)
    with pytest.raises(ValueError, match=re.escape(f"gain has shape {shape}, but ({B},) was expected")):
        network.run(np.ones(shape))


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["x", "start.h", "start.c", "gain"])
def test_what_is_not_a_finite_number_does_not_enter_a_run(name: str, value: float, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["lstm"], T, B, D, H)
    arrays = {"x": network.x, "start.h": network.start.h, "start.c": network.start.c, "gain": np.ones(B)}
    bad = np.array(arrays[name])
    bad.flat[-1] = value
    arrays[name] = bad
    start = State(np.array(arrays["start.h"]), arrays["start.c"])
    with pytest.raises(ValueError, match=f"^{name} holds values that are not finite numbers"):
        replace(network, x=np.array(arrays["x"]), start=start).run(arrays["gain"])
