"""Losses of one's own: errors enter where they say, never behind a sequence's end, and anything else is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.errors import Entering, entering, squared_error
from engine.forward import unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.gradients.truncated import backpropagate_truncated
from engine.networks.network import run_network
from engine.networks.network_gradients import backpropagate_network
from engine.networks.network_truncated import backpropagate_network_truncated
from tests.engine.networks import EVERY_CELL, Network, assert_close, random_network
from tests.engine.stacks import complex_step, random_stack, run_alone, start_alone, values_of, with_values

Array = np.ndarray[Any, np.dtype[Any]]
T, B, H = 4, 2, 3
LENGTHS = np.array([3, 1])
ONES = np.ones((T, B, H))


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return random_network(rng, EVERY_CELL["gru"], T, B, 2, H)


def run(network: Network, lengths: Array | None = None) -> Any:
    return unroll(network.cell, network.parameters, network.x, network.start, lengths=lengths)


def sum_of_states(network: Network) -> dict[str, Array]:
    """dL/dU and so on of L = the sum of all h up to each sequence's end, one sequence at a time in a run of its own."""
    total: dict[str, Array] = {}
    for k, length in enumerate(LENGTHS):
        start = type(network.start)(network.start.h[[k]])
        trace = unroll(network.cell, network.parameters, network.x[:length, [k]], start)
        found = backpropagate(trace, entering(trace, np.ones((length, 1, H))))
        for name, array in found.parameters.named().items():
            total[name] = total.get(name, 0.0) + array
    return total


def assert_nothing_behind_the_ends(found: Gradients, expected: dict[str, Array]) -> None:
    for name, array in found.parameters.named().items():
        assert_close(name, array, expected[name], 1e-13)
    for k, length in enumerate(LENGTHS):
        for rows in (found.dh[length + 1 :, k], found.local[length + 1 :, k], found.dx[length:, k]):
            assert not rows.any()
        assert found.local[1 : length + 1, k].all()


def test_nothing_enters_behind_a_sequences_end(network: Network) -> None:
    """L = the sum of all h: by hand of whoever builds the record, and by the constructor that checks."""
    trace, expected = run(network, LENGTHS), sum_of_states(network)
    by_hand = Entering(tuple(range(1, T + 1)), ONES.copy(), np.zeros((T, B), dtype=np.int64))
    assert_nothing_behind_the_ends(backpropagate(trace, by_hand), expected)
    assert_nothing_behind_the_ends(backpropagate(trace, entering(trace, ONES)), expected)
    behind = np.where(np.arange(T)[:, None, None] < LENGTHS[:, None], ONES, np.nan)
    assert_nothing_behind_the_ends(backpropagate(trace, entering(trace, behind)), expected)


def test_nothing_enters_behind_the_end_of_a_window_or_in_a_network(rng: np.random.Generator, network: Network) -> None:
    trace = run(network, LENGTHS)
    found = backpropagate_truncated(trace, Entering((1, 2, 3, 4), ONES, np.zeros((T, B), dtype=np.int64)), 2, 3)
    expected = backpropagate_truncated(trace, entering(trace, ONES), 2, 3)
    for name, array in found.parameters.named().items():
        np.testing.assert_array_equal(array, expected.parameters.named()[name])
    stack = random_stack(rng, [("lstm", True), ("gru", True)], T, B, [3, 1])
    whole = run_network(stack.network, stack.x, stack.lengths, stack.start)
    every = np.ones((T, B, 4))
    by_hand = Entering((1, 2, 3, 4), every, np.zeros((T, B), dtype=np.int64))
    one, other = backpropagate_network(whole, by_hand), backpropagate_network(whole, entering(whole, every))
    np.testing.assert_array_equal(one.dx, other.dx)
    assert not one.dx[3:, 0].any() and not one.dx[1:, 1].any() and one.dx[:3, 0].all()
    cut = [backpropagate_network_truncated(whole, errors, 2, 2) for errors in (by_hand, entering(whole, every))]
    np.testing.assert_array_equal(cut[0].layers[0][1].W, cut[1].layers[0][1].W)


@pytest.mark.parametrize("cells", [[("gru", False)], [("lstm", True), ("mgu", False)]])
def test_a_loss_of_ones_own_has_its_complex_step_derivative(
    cells: list[tuple[str, bool]], rng: np.random.Generator
) -> None:
    """L = the sum of weight * h**2 over all steps that a sequence has."""
    stack = random_stack(rng, cells, T, B, [3, 1])
    trace = run_network(stack.network, stack.x, stack.lengths, stack.start)
    weight = rng.standard_normal(trace.outputs.shape)

    def loss(values: Any) -> Any:
        total: Any = 0.0
        changed = with_values(stack, values)
        for k, length in enumerate(stack.ends):
            outputs, _ = run_alone(changed.network, changed.x[:length, k], start_alone(changed.start, k))
            total = total + (weight[:length, k] * outputs * outputs).sum()
        return total

    found = backpropagate_network(trace, entering(trace, 2.0 * weight * trace.outputs))
    for number, layer in enumerate(found.layers):
        for way, gradients in zip(("forward", "reverse"), layer.directions, strict=False):
            for name, array in gradients.parameters.named().items():
                key = f"layer {number} {way} {name}"
                assert_close(key, array, complex_step(loss, values_of(stack), key), 1e-10)


@pytest.mark.parametrize("where", ["last", "final", "every", (1, 3)])
def test_errors_enter_at_the_readings_of_every_loss(where: Any, network: Network) -> None:
    trace = run(network, LENGTHS)
    m = {"last": 1, "final": 1, "every": T}[where] if isinstance(where, str) else len(where)
    loss = squared_error(trace, network.readout, np.ones((m, B, 3)), where)
    assert loss.output_errors is not None
    own = entering(trace, loss.output_errors @ network.readout.V, where)
    assert own.steps == loss.steps
    np.testing.assert_allclose(own.dh, loss.dh, rtol=1e-14)


def test_powers_of_two_multiply_the_errors(network: Network) -> None:
    trace = run(network)
    plain = backpropagate(trace, entering(trace, ONES[:1], "last")).log2_dh
    far = backpropagate(trace, entering(trace, ONES[:1], "last", np.full((1, B), -2000))).log2_dh
    np.testing.assert_allclose(far, plain - 2000.0, rtol=1e-13)


@pytest.mark.parametrize("steps", [(3, 1), (3, 3), (0, 3), (-1, 3), (1, T + 1), (1.0, 3.0), (True, False), ("1", "2")])
def test_steps_that_do_not_rise_or_do_not_exist_are_refused_everywhere(steps: Any, network: Network) -> None:
    trace, zeros = run(network), np.zeros((2, B), dtype=np.int64)
    errors = Entering(steps, np.ones((2, B, H)), zeros)
    with pytest.raises(ValueError, match="steps"):
        entering(trace, np.ones((2, B, H)), steps)
    for refused in (
        lambda: backpropagate(trace, errors),
        lambda: backpropagate_truncated(trace, errors, 2, 2),
        lambda: backpropagate(trace, Entering(np.array(steps), errors.dh, zeros)),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match="steps"):
            refused()


def test_unsigned_steps_that_fall_do_not_pass_for_rising_ones(network: Network) -> None:
    steps = np.array([3, 1], dtype=np.uint64)
    for where in (steps, tuple(steps)):
        with pytest.raises(ValueError, match="must rise"):
            entering(run(network), np.ones((2, B, H)), where)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dh", "exponent", "message"),
    [
        (np.ones((1, B, H)), np.zeros((1, B)), "exponent"),
        (np.ones((1, B, H)), np.zeros((B,), int), "exponent"),
        (np.ones((1, B, H), complex), np.zeros((1, B), int), "real"),
        (np.ones((1, 1, H)), np.zeros((1, B), int), "shape"),
        (np.ones((B, H)), np.zeros((1, B), int), "shape"),
        (np.full((1, B, H), "a"), np.zeros((1, B), int), "numbers"),
    ],
)
def test_errors_that_are_no_numbers_of_their_shape_are_refused(
    dh: Array, exponent: Array, message: str, network: Network
) -> None:
    trace = run(network)
    with pytest.raises(ValueError, match=message):
        entering(trace, dh, "last", exponent)
    with pytest.raises(ValueError, match=message):
        backpropagate(trace, Entering((T,), dh, exponent))


def test_an_error_that_is_not_a_number_is_refused(network: Network) -> None:
    with pytest.raises(ValueError, match="dh holds values that are not finite"):
        entering(run(network, LENGTHS), np.full((T, B, H), np.nan))


@pytest.mark.parametrize("errors", [ONES, (ONES,), "every", 3])
def test_what_is_no_error_is_named(errors: Any, network: Network) -> None:
    with pytest.raises(ValueError, match=r"errors is .*, but an Entering was expected: a loss gives them; `entering`"):
        backpropagate(run(network), errors)
