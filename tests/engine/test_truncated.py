"""Truncated backpropagation beside its definition: each loss on its own, in a window of states that stand still."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.errors import probe, squared_error
from engine.forward import State, unroll
from engine.gradients import carry
from engine.gradients.backward import backpropagate
from engine.gradients.truncated import Truncated, backpropagate_truncated
from engine.networks.network import Layer
from engine.networks.network import Network as Layers
from engine.parameters import Parameters
from tests.engine.networks import EVERY_CELL, Network, assert_close, random_network
from tests.engine.stacks import complex_step, half_square, run_alone

Array = np.ndarray[Any, np.dtype[Any]]
T = 10
WINDOWS = [(1, 1), (1, 3), (2, 3), (3, 3), (3, 5), (4, 2), (5, 10), (10, 4), (20, 3), (3, 20)]


def truncated(network: Network, k1: int, k2: int, where: Any = "every", **own: Any) -> Truncated:
    trace = unroll(network.cell, network.parameters, network.x, network.start, **own)
    m = {"every": trace.steps, "last": 1}[where] if isinstance(where, str) else len(where)
    errors = squared_error(trace, network.readout, np.ones((m, trace.batch, 3)), where)
    return backpropagate_truncated(trace, errors, k1, k2)


def windows(k1: int, k2: int, steps: list[int]) -> list[tuple[int, int]]:
    """For each loss that is carried back at all: the state that its window starts from, and its step."""
    found = []
    for step in steps:
        new = (step - 1) // k1 * k1  # its own update holds the losses behind this step
        update = min(new + k1, T)
        # A full update goes back to new + k1 - k2. The last one may be shorter; it goes back no further for that.
        start = max(0, new + k1 - k2 if k2 > k1 else max(new, update - k2))
        if step > start:
            found.append((start, step))
    return found


def by_definition(network: Network, k1: int, k2: int, steps: list[int]) -> dict[str, Array]:
    """The gradient of each loss in a run of its own that starts from the state in front of its window."""
    whole = network.run()
    total = {name: np.zeros_like(value) for name, value in network.parameters.named().items()}
    for start, step in windows(k1, k2, steps):
        state = State(whole.h[start], None if whole.c is None else whole.c[start])
        trace = unroll(network.cell, network.parameters, network.x[start:step], state)
        errors = squared_error(trace, network.readout, np.ones((1, trace.batch, 3)))
        for name, value in backpropagate(trace, errors).parameters.named().items():
            total[name] += value
    return total


def assert_same_parameters(found: Parameters, expected: dict[str, Array], within: float = 1e-12) -> None:
    for name, value in found.named().items():
        assert_close(name, value, expected[name], within)


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize(("k1", "k2"), WINDOWS)
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_every_loss_reaches_back_as_far_as_its_update(
    cell: str, k1: int, k2: int, batch: int, rng: np.random.Generator
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T, batch, 2, 3)
    expected = by_definition(network, k1, k2, list(range(1, T + 1)))
    assert_same_parameters(truncated(network, k1, k2).parameters, expected)


@pytest.mark.parametrize("where", ["last", (2, 7), (1, 4, 9)])
@pytest.mark.parametrize(("k1", "k2"), [(1, 2), (3, 5), (4, 4), (7, 3)])
@pytest.mark.parametrize("cell", ["tanh", "lstm", "gru_before"])
def test_losses_at_the_last_or_at_chosen_steps_reach_back_as_far_as_their_update(
    cell: str, k1: int, k2: int, where: Any, rng: np.random.Generator
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T, 2, 2, 3)
    steps = [T] if where == "last" else list(where)
    found = truncated(network, k1, k2, where)
    carried = windows(k1, k2, steps)
    assert len(found.updates) == len({-(-step // k1) for _, step in carried})
    assert_same_parameters(found.parameters, by_definition(network, k1, k2, steps))


def test_windows_without_an_error_have_gradients_of_nothing(rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["gru"], T, 2, 2, 3)
    found = truncated(network, 5, 2, (1, 6))  # steps 1 to 3 and 6 to 8 of each update are left without
    assert found.updates == ()
    for name, value in found.parameters.named().items():
        np.testing.assert_array_equal(value, np.zeros_like(network.parameters.named()[name]))


@pytest.mark.parametrize("cell", ["leaky", "peephole_coupled", "gru", "mgu"])
def test_a_window_is_the_complex_step_derivative_from_a_state_that_stands_still(
    cell: str, rng: np.random.Generator
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T, 1, 2, 2)
    whole, named = network.run(), network.parameters.named()

    def loss(weights: Any) -> Any:
        p = Parameters(weights["U"], weights["W"], weights["b"], {k: weights[k] for k in network.parameters.extra})
        total: Any = 0.0
        for start, step in windows(3, 4, list(range(1, T + 1))):
            state = State(whole.h[start, 0], None if whole.c is None else whole.c[start, 0])
            outputs, _ = run_alone(Layers((Layer(network.cell, p),)), network.x[start:step, 0], [state])
            total = total + half_square(network.readout, outputs[-1:])
        return total

    expected = {name: complex_step(loss, named, name) for name in named}
    assert_same_parameters(truncated(network, 3, 4).parameters, expected, 1e-10)


@pytest.mark.parametrize("where", ["every", "last", (2, 7)])
@pytest.mark.parametrize(("k1", "k2"), [(T, T), (T, T + 5), (T + 3, T)])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_windows_as_long_as_the_sequence_give_the_full_gradient(
    cell: str, k1: int, k2: int, where: Any, rng: np.random.Generator
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T, 2, 2, 3)
    trace = network.run()
    m = {"every": T, "last": 1}[where] if isinstance(where, str) else len(where)
    full = backpropagate(trace, squared_error(trace, network.readout, np.ones((m, 2, 3)), where))
    assert_same_parameters(truncated(network, k1, k2, where).parameters, full.parameters.named())


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_updates_at_every_step_that_reach_the_start_give_the_full_gradient(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], T, 2, 2, 3)
    assert_same_parameters(truncated(network, 1, T).parameters, truncated(network, T, T).parameters.named())


def test_an_update_says_where_its_errors_are_from_and_how_far_they_went(rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["gru"], T, 2, 2, 3)
    updates = truncated(network, 4, 6).updates
    assert [(u.start, u.new, u.stop) for u in updates] == [(0, 0, 4), (2, 4, 8), (6, 8, 10)]
    assert [u.gradients.trace.steps for u in updates] == [4, 6, 4]
    assert [u.gradients.errors.steps for u in updates if u.gradients.errors] == [(1, 2, 3, 4), (3, 4, 5, 6), (3, 4)]


def test_sequences_of_different_lengths_are_truncated_each_by_itself(rng: np.random.Generator) -> None:
    lengths = np.array([4, T, 7])
    for cell in EVERY_CELL.values():
        network = random_network(rng, cell, T, 3, 2, 3)
        found = truncated(network, 3, 5, lengths=lengths).parameters
        total: dict[str, Array] = {}
        for k, length in enumerate(lengths):
            start = State(network.start.h[[k]], None if network.start.c is None else network.start.c[[k]])
            # Updates stand where they stand in the batch: losses after the end are none, instead of a shorter run.
            one = Network(cell, network.parameters, network.x[:, [k]], start, network.readout)
            steps = tuple(range(1, length + 1))
            for name, value in truncated(one, 3, 5, steps).parameters.named().items():
                total[name] = total.get(name, 0.0) + value
        assert_same_parameters(found, total)


def test_an_ensemble_and_a_gain_are_truncated_as_their_networks(rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["lstm"], T, 2, 2, 3)
    gain = np.array([0.5, 1.5])
    found = truncated(network, 3, 5, gain=gain).updates
    for k, factor in enumerate(gain):
        p = network.parameters
        start = State(network.start.h[[k]], None if network.start.c is None else network.start.c[[k]])
        weaker = Parameters(p.U, factor * p.W, p.b, p.extra)
        one = truncated(Network(network.cell, weaker, network.x[:, [k]], start, network.readout), 3, 5).updates
        for update, alone in zip(found, one, strict=True):
            assert_close("dL/dh", update.gradients.dh[:, [k]], alone.gradients.dh, 1e-11)


def test_powers_of_two_are_carried_within_each_window(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = random_network(rng, EVERY_CELL["lstm"], T, 2, 2, 3)
    expected = truncated(network, 3, 5).parameters.named()
    monkeypatch.setattr(carry, "SAFE", 2.0)
    monkeypatch.setattr(carry, "COMFORT", 1.0)
    assert_same_parameters(truncated(network, 3, 5).parameters, expected)


@pytest.mark.parametrize(("k1", "k2"), [(0, 1), (1, 0), (-1, 3), (2.0, 3), (2, "3")])
def test_a_window_of_no_steps_is_an_error(k1: Any, k2: Any, rng: np.random.Generator) -> None:
    trace = random_network(rng, EVERY_CELL["tanh"], 3, 1, 2, 3).run()
    with pytest.raises(ValueError, match=f"k1 and k2 must be at least 1, got {k1} and {k2}"):
        backpropagate_truncated(trace, probe(trace, np.ones(3)), k1, k2)
