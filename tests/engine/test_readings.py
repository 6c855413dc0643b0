"""Which states a loss reads: the last, every one, chosen ones or the final ones, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.errors import Where, cross_entropy, probe, squared_error
from engine.forward import unroll
from engine.gradients.backward import backpropagate
from engine.networks.network import run_network
from engine.parameters import Readout
from engine.readings import read
from tests.engine.networks import EVERY_CELL, Network, assert_close, random_network
from tests.engine.stacks import random_stack

Array = np.ndarray[Any, np.dtype[Any]]
T, B, H, K = 6, 3, 4, 3
LENGTHS = np.array([2, T, 4])


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return random_network(rng, EVERY_CELL["gru"], T, B, 2, H)


def test_the_last_state_is_each_sequences_own(network: Network) -> None:
    trace = unroll(network.cell, network.parameters, network.x, network.start, lengths=LENGTHS)
    for where in ("last", "final"):
        reading = read(trace, where)
        np.testing.assert_array_equal(reading.at, [LENGTHS])
        np.testing.assert_array_equal(reading.h, trace.last.h[None])
        assert reading.counts.all()
    errors = probe(trace, np.ones(H))
    assert errors.steps == (2, 4, 6)
    np.testing.assert_array_equal(
        errors.dh.any(axis=2), [[True, False, False], [False, False, True], [False, True, False]]
    )


def test_steps_after_the_end_are_read_but_do_not_count(network: Network) -> None:
    trace = unroll(network.cell, network.parameters, network.x, network.start, lengths=LENGTHS)
    reading = read(trace, (1, 3, 5))
    np.testing.assert_array_equal(reading.counts, [[True, True, True], [False, True, True], [False, True, False]])
    assert not reading.h[~reading.counts].any()
    errors = cross_entropy(trace, network.readout, np.zeros((3, B), int), (1, 3, 5))
    assert errors.outputs is not None
    for rows in (errors.loss, errors.dh.any(axis=2), errors.outputs.any(axis=2)):
        np.testing.assert_array_equal(rows != 0, reading.counts)


@pytest.mark.parametrize("where", [(1, 3), (2,), (1, 2, 3, 4, 5, 6)])
def test_chosen_steps_are_those_of_a_loss_at_every_step(
    where: Where, network: Network, rng: np.random.Generator
) -> None:
    trace, targets = network.run(), rng.standard_normal((T, B, K))
    rows = [int(step) - 1 for step in where]
    every = squared_error(trace, network.readout, targets, "every")
    chosen = squared_error(trace, network.readout, targets[rows], where)
    assert chosen.steps == where
    np.testing.assert_allclose(chosen.loss, every.loss[rows], rtol=1e-13)
    assert_close("dL/dh", chosen.dh, every.dh[rows], 1e-13)
    gradients = backpropagate(trace, chosen)
    np.testing.assert_array_equal(np.flatnonzero(gradients.local.any(axis=(1, 2))), where)


def test_numpy_steps_are_steps_too(network: Network) -> None:
    trace = network.run()
    found = squared_error(trace, network.readout, np.ones((2, B, K)), tuple(np.array([2, 5])))
    assert found.steps == (2, 5)


def test_final_states_of_both_directions_stand_side_by_side(rng: np.random.Generator) -> None:
    stack = random_stack(rng, [("gru", True)], T=4, B=2, lengths=[3, 4])
    trace = run_network(stack.network, stack.x, stack.lengths, stack.start)
    expected = np.concatenate([state.h for state in trace.final], axis=1)
    np.testing.assert_array_equal(read(trace, "final").h, expected[None])
    last = trace.outputs[[2, 3], [0, 1]]
    np.testing.assert_array_equal(read(trace, "last").h, last[None])
    assert not np.isclose(expected, last).all()


@pytest.mark.parametrize("where", [(0, 1), (T + 1,), (2, 2), (3, 1), (-1,)])
def test_steps_that_do_not_rise_or_do_not_exist_are_an_error(where: Any, network: Network) -> None:
    with pytest.raises(ValueError, match=f"the steps of a loss must rise and lie from 1 to {T}, got"):
        squared_error(network.run(), network.readout, np.ones((len(where), B, K)), where)


@pytest.mark.parametrize("where", ["first", "", (), (1.0, 2.0), ((1, 2),), ("1",), None])
def test_a_place_that_means_nothing_is_an_error_that_names_it(where: Any, network: Network) -> None:
    with pytest.raises(ValueError, match="where must be last, every, final or a tuple of steps, got"):
        squared_error(network.run(), network.readout, np.ones((1, B, K)), where)


@pytest.mark.parametrize(("where", "m"), [("last", 2), ("every", 1), ((1, 2), T), ("final", T)])
def test_targets_of_another_number_of_readings_are_an_error_that_names_both(
    where: Any, m: int, network: Network
) -> None:
    wanted = {"last": 1, "final": 1, "every": T}[where] if isinstance(where, str) else len(where)
    message = rf"the target has shape \({m}, {B}, {K}\), but \({wanted}, {B}, {K}\) was expected"
    with pytest.raises(ValueError, match=message):
        squared_error(network.run(), network.readout, np.ones((m, B, K)), where)


def test_a_readout_of_another_width_is_an_error(network: Network) -> None:
    for readout in (Readout(np.ones((K, H + 1)), np.ones(K)), Readout(np.ones((K, H)), np.ones(K + 1))):
        with pytest.raises(ValueError, match=r"[Vd] has shape"):
            squared_error(network.run(), readout, np.ones((1, B, K)))
