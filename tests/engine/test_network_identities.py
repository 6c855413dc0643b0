"""What holds of networks of layers without an oracle: directions, order of layers, shapes, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import cross_entropy, probe, squared_error
from engine.forward import State, unroll
from engine.gradients.backward import backpropagate
from engine.networks.network import Layer, Network, run_network, turned
from engine.networks.network_gradients import backpropagate_network
from engine.parameters import Parameters, Readout
from tests.engine.networks import EVERY_CELL, assert_close, random_parameters
from tests.engine.stacks import random_stack

Array = np.ndarray[Any, np.dtype[Any]]
LENGTHS = np.array([4, 2, 3])


def test_turning_reads_each_sequence_from_its_own_end_and_leaves_the_padding() -> None:
    rows = np.arange(12).reshape(4, 3)
    np.testing.assert_array_equal(turned(rows, LENGTHS), [[9, 4, 8], [6, 1, 5], [3, 7, 2], [0, 10, 11]])


def test_turning_twice_changes_nothing(rng: np.random.Generator) -> None:
    rows = rng.standard_normal((4, 3, 5))
    np.testing.assert_array_equal(turned(turned(rows, LENGTHS), LENGTHS), rows)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_the_reverse_direction_is_the_forward_one_on_the_flipped_sequence(cell: str, rng: np.random.Generator) -> None:
    stack = random_stack(rng, [(cell, True)], T=4, B=3)
    (layer,) = stack.network.layers
    assert layer.reverse is not None
    trace = run_network(stack.network, stack.x, start=stack.start)
    flipped = unroll(layer.cell, layer.reverse, stack.x[::-1], stack.start[1])
    np.testing.assert_array_equal(trace.outputs[..., 2:], flipped.h[:0:-1])
    np.testing.assert_array_equal(trace.final[1].h, flipped.last.h)
    np.testing.assert_array_equal(trace.outputs[..., :2], trace.layers[0].forward.h[1:])


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_swapping_the_directions_and_flipping_the_input_flips_and_swaps_the_outputs(
    cell: str, rng: np.random.Generator
) -> None:
    stack = random_stack(rng, [(cell, True)], T=4, B=3, lengths=list(LENGTHS))
    (layer,) = stack.network.layers
    assert layer.reverse is not None
    swapped = Network((Layer(layer.cell, layer.reverse, layer.parameters),))
    plain = run_network(stack.network, stack.x, LENGTHS, stack.start)
    other = run_network(swapped, turned(stack.x, LENGTHS), LENGTHS, stack.start[::-1])
    np.testing.assert_array_equal(turned(other.outputs, LENGTHS), np.roll(plain.outputs, 2, axis=2))


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_one_layer_is_the_layer_by_itself(cell: str, rng: np.random.Generator) -> None:
    stack = random_stack(rng, [(cell, False)], T=4, B=3, lengths=list(LENGTHS))
    (layer,), (start,) = stack.network.layers, stack.start
    whole = run_network(stack.network, stack.x, LENGTHS, stack.start)
    alone = unroll(layer.cell, layer.parameters, stack.x, start, lengths=LENGTHS)
    np.testing.assert_array_equal(whole.outputs, alone.h[1:])
    np.testing.assert_array_equal(whole.final[0].h, alone.last.h)
    found = backpropagate_network(whole, probe(whole, [1.0, 2.0]), stack.pull)
    expected = backpropagate(alone, probe(alone, [1.0, 2.0]), stack.pull[0])
    np.testing.assert_array_equal(found.dx, expected.dx)
    np.testing.assert_array_equal(found.layers[0].forward.parameters.W, expected.parameters.W)
    np.testing.assert_array_equal(found.start[0].h, expected.start.h)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_each_sequence_of_a_padded_batch_is_what_it_is_by_itself(cell: str, rng: np.random.Generator) -> None:
    stack = random_stack(rng, [(cell, True), (cell, True)], T=4, B=3)
    x = stack.x.copy()
    x[np.arange(4)[:, None] >= LENGTHS] = np.nan
    together = run_network(stack.network, x, LENGTHS, stack.start)
    errors = squared_error(together, stack.readout, np.ones((4, 3, 3)), "every")
    gradients = backpropagate_network(together, errors, stack.pull)

    def only(states: tuple[State, ...], k: int) -> tuple[State, ...]:
        return tuple(State(state.h[[k]], None if state.c is None else state.c[[k]]) for state in states)

    summed = np.zeros(stack.network.layers[0].parameters.W.shape)
    for k, length in enumerate(LENGTHS):
        alone = run_network(stack.network, stack.x[:length, [k]], start=only(stack.start, k))
        assert_close("outputs", together.outputs[:length, [k]], alone.outputs, 1e-13)
        assert not together.outputs[length:, k].any()
        own = squared_error(alone, stack.readout, np.ones((length, 1, 3)), "every")
        of_alone = backpropagate_network(alone, own, only(stack.pull, k))
        assert_close("dL/dx", gradients.dx[:length, [k]], of_alone.dx, 1e-12)
        assert not gradients.dx[length:, k].any()
        for found, expected in zip(only(gradients.start, k), of_alone.start, strict=True):
            assert_close("dL/dstart", found.h, expected.h, 1e-12)
        summed += of_alone.layers[0].forward.parameters.W
    assert_close("dL/dW", gradients.layers[0].forward.parameters.W, summed, 1e-12)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_without_starts_every_layer_starts_from_zero(cell: str, rng: np.random.Generator) -> None:
    stack = random_stack(rng, [(cell, True), (cell, False)])
    zeros = tuple(State(0.0 * s.h, None if s.c is None else 0.0 * s.c) for s in stack.start)
    silent, given = (run_network(stack.network, stack.x, start=start) for start in (None, zeros))
    np.testing.assert_array_equal(silent.outputs, given.outputs)


def test_shapes_are_those_of_the_top_layer(rng: np.random.Generator) -> None:
    stack = random_stack(rng, [("lstm", True), ("gru", True)], T=5, B=3, sizes=(2, 4))
    trace = run_network(stack.network, stack.x, start=stack.start)
    assert (trace.steps, trace.batch) == (5, 3)
    assert trace.outputs.shape == (5, 3, 8) and trace.layers[0].outputs.shape == (5, 3, 4)
    assert [state.h.shape for state in trace.final] == [(3, 2), (3, 2), (3, 4), (3, 4)]
    assert [state.c is None for state in trace.final] == [False, False, True, True]
    assert stack.network.layers[1].output_size == 8
    counts = [p.count for layer in stack.network.layers for p in layer.directions]
    assert stack.network.count == sum(counts)
    assert Network(stack.network.layers, np.ones((7, 2))).count == sum(counts) + 14


@pytest.mark.parametrize("T", [1, 2, 3])
def test_a_final_error_of_states_near_the_end_of_float64_reaches_both_directions(T: int) -> None:
    """Squared errors of huge states carry a power of two of their own, in the direction that ends at step 1 too."""
    huge = 2.0**320
    p = Parameters(np.zeros((1, 1)), np.eye(1), np.zeros(1))
    network = Network((Layer(EVERY_CELL["identity"], p, p),))
    start = (State(np.full((2, 1), huge)), State(np.full((2, 1), 2.0 * huge)))
    trace = run_network(network, np.zeros((T, 2, 1)), start=start)
    errors = squared_error(trace, Readout(np.eye(2), np.zeros(2)), np.zeros((1, 2, 2)), "final")
    gradients = backpropagate_network(trace, errors)
    np.testing.assert_array_equal(gradients.layers[0].forward.log2_dh[0], [320.0, 320.0])
    assert gradients.layers[0].reverse is not None
    np.testing.assert_array_equal(gradients.layers[0].reverse.log2_dh[0], [321.0, 321.0])
    np.testing.assert_array_equal(gradients.start[0].h, start[0].h)
    np.testing.assert_array_equal(gradients.start[1].h, start[1].h)


def small(rng: np.random.Generator) -> Network:
    weights = [random_parameters(rng, EVERY_CELL["gru"], 2, 3) for _ in range(2)]
    return Network((Layer(EVERY_CELL["gru"], *weights),))


def test_a_network_needs_a_layer() -> None:
    with pytest.raises(ValueError, match="a network needs at least one layer"):
        run_network(Network(()), np.zeros((3, 1, 2)))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_wrong_number_of_starts_is_an_error_that_names_both(count: int, rng: np.random.Generator) -> None:
    starts = (State(np.zeros((1, 3))),) * count
    with pytest.raises(ValueError, match=f"{count} initial states were given, but the network has 2"):
        run_network(small(rng), np.zeros((3, 1, 2)), start=starts)
    trace = run_network(small(rng), np.zeros((3, 1, 2)))
    with pytest.raises(ValueError, match=f"{count} gradients of final states were given, but there are 2"):
        backpropagate_network(trace, None, starts)


def test_backpropagation_without_any_error_is_an_error(rng: np.random.Generator) -> None:
    trace = run_network(small(rng), np.zeros((3, 1, 2)))
    with pytest.raises(ValueError, match="backpropagation needs errors of a loss, or the gradient of the final states"):
        backpropagate_network(trace, None)


@pytest.mark.parametrize("x", [np.zeros((3, 1)), np.zeros((3, 1, 2)), np.zeros((3, 1, 2), int), np.zeros(3, int)])
def test_an_embedding_reads_symbols_only(x: Array, rng: np.random.Generator) -> None:
    network = replace(small(rng), embedding=np.ones((5, 2)))
    with pytest.raises(ValueError, match=r"an embedding reads \(T, B\) whole numbers, got (float|int)64 of shape"):
        run_network(network, x)


@pytest.mark.parametrize("symbols", [[[5]], [[-1]], np.zeros((0, 1), int)])
def test_a_symbol_without_an_embedding_is_an_error(symbols: Any, rng: np.random.Generator) -> None:
    network = replace(small(rng), embedding=np.ones((5, 2)))
    with pytest.raises(ValueError, match="symbols must be whole numbers from 0 to 4, got"):
        run_network(network, symbols)


def test_an_embedding_of_the_wrong_width_is_an_error(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="layer 1 reads 2 numbers a step, but the embedding gives it 3"):
        run_network(replace(small(rng), embedding=np.ones((5, 3))), [[0]])
    with pytest.raises(ValueError, match="embedding has shape"):
        run_network(replace(small(rng), embedding=np.ones(5)), [[0]])


def test_padding_may_hold_symbols_that_have_no_embedding(rng: np.random.Generator) -> None:
    network = replace(small(rng), embedding=rng.standard_normal((5, 2)))
    symbols = np.array([[1, 2], [3, 4], [0, -7]])
    found = run_network(network, symbols, [3, 2])
    classes = np.zeros((3, 2), int)
    readout = Readout(np.ones((2, 6)), np.zeros(2))
    gradients = backpropagate_network(found, cross_entropy(found, readout, classes, "every"))
    symbols[2, 1] = 0
    other = run_network(network, symbols, [3, 2])
    expected = backpropagate_network(other, cross_entropy(other, readout, classes, "every"))
    assert gradients.embedding is not None and expected.embedding is not None
    np.testing.assert_array_equal(gradients.embedding, expected.embedding)


@pytest.mark.parametrize("lengths", [[3], [-1, 3], [4, 3], [1.0, 2.0]])
def test_lengths_that_do_not_fit_are_an_error_with_an_embedding_too(lengths: Any, rng: np.random.Generator) -> None:
    network = replace(small(rng), embedding=rng.standard_normal((5, 2)))
    with pytest.raises(ValueError, match="lengths must be 2 whole numbers from 0 to 3"):
        run_network(network, np.zeros((3, 2), int), lengths)
