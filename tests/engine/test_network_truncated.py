"""Truncated backpropagation through networks of layers: each sequence by itself, embeddings, and what is no network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.errors import squared_error
from engine.forward import State, unroll
from engine.gradients.truncated import backpropagate_truncated
from engine.networks.network import Layer, Network, NetworkTrace, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.networks.network_truncated import TruncatedNetwork, backpropagate_network_truncated
from engine.parameters import Parameters
from tests.engine.networks import EVERY_CELL, assert_close
from tests.engine.stacks import Stack, complex_step, half_square, random_stack, run_alone

Array = np.ndarray[Any, np.dtype[Any]]
T, LENGTHS = 9, [4, 9, 6]
CELLS = ("tanh", "leaky", "lstm", "peephole", "coupled", "gru", "gru_before", "mgu")


def cut(stack: Stack, k1: int, k2: int, steps: tuple[int, ...] | None = None) -> TruncatedNetwork:
    trace = run_network(stack.network, stack.x, stack.lengths, stack.start)
    where = tuple(range(1, trace.steps + 1)) if steps is None else steps
    errors = squared_error(trace, stack.readout, np.ones((len(where), trace.batch, 3)), where)
    return backpropagate_network_truncated(trace, errors, k1, k2)


def named(found: TruncatedNetwork) -> dict[str, Array]:
    arrays = {
        f"{layer} {way} {name}": array
        for layer, ways in enumerate(found.layers)
        for way, parameters in enumerate(ways)
        for name, array in parameters.named().items()
    }
    return arrays if found.embedding is None else {**arrays, "embedding": found.embedding}


@pytest.mark.parametrize(("k1", "k2"), [(3, 3), (2, 5), (4, 4), (1, 2)])
@pytest.mark.parametrize("cell", CELLS)
def test_sequences_of_different_lengths_are_cut_each_by_itself(
    cell: str, k1: int, k2: int, rng: np.random.Generator
) -> None:
    stack = random_stack(rng, [(cell, True), (cell, True)], T, 3, LENGTHS, vocabulary=5)
    found, total = named(cut(stack, k1, k2)), {}
    for k, length in enumerate(LENGTHS):
        start = tuple(State(s.h[[k]], None if s.c is None else s.c[[k]]) for s in stack.start)
        alone = Stack(stack.network, stack.x[:length, [k]], None, start, stack.readout, ())
        for name, array in named(cut(alone, k1, k2)).items():
            total[name] = total.get(name, 0.0) + array
    assert found.keys() == total.keys()
    for name, array in found.items():
        assert_close(name, array, total[name], 1e-12)


@pytest.mark.parametrize("cells", [[("lstm", True), ("gru", False)], [("mgu", False), ("peephole", True)]])
def test_a_window_is_the_complex_step_derivative_between_states_that_stand_still(
    cells: list[tuple[str, bool]], rng: np.random.Generator
) -> None:
    stack = random_stack(rng, cells, T=7, B=1)
    trace = run_network(stack.network, stack.x, None, stack.start)

    def network(values: Any) -> Network:
        layers = []
        for number, layer in enumerate(stack.network.layers):
            ways = []
            for way, p in enumerate(layer.directions):
                own = {name: values[f"{number} {way} {name}"] for name in p.named()}
                ways.append(Parameters(own.pop("U"), own.pop("W"), own.pop("b"), own))
            layers.append(Layer(layer.cell, *ways))
        return Network(tuple(layers))

    def loss(values: Any) -> Any:
        total: Any = 0.0
        for new in (0, 3, 6):  # pieces of 3 steps that reach back one step more
            start, stop = max(0, new - 1), min(new + 3, 7)
            outputs, _ = run_alone(network(values), stack.x[start:stop, 0], between(trace, start, stop))
            total = total + half_square(stack.readout, outputs[new - start :])
        return total

    values = {
        f"{number} {way} {name}": array
        for number, layer in enumerate(stack.network.layers)
        for way, p in enumerate(layer.directions)
        for name, array in p.named().items()
    }
    found = named(cut(stack, 3, 4))
    for name in values:
        assert_close(name, found[name], complex_step(loss, values, name), 1e-10)


def between(trace: NetworkTrace, start: int, stop: int) -> list[State]:
    """The state of each layer in front of a window, and behind it of a direction that reads from the end."""
    found = []
    for layer in trace.layers:
        for one, t in zip(layer.directions, (start, trace.steps - stop), strict=False):
            found.append(State(one.h[t, 0], None if one.c is None else one.c[t, 0]))
    return found


@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_a_window_as_long_as_the_sequence_gives_the_full_gradient(
    lengths: list[int] | None, rng: np.random.Generator
) -> None:
    stack = random_stack(rng, [("gru", True), ("lstm", True)], T, 3, lengths, vocabulary=5)
    trace = run_network(stack.network, stack.x, stack.lengths, stack.start)
    errors = squared_error(trace, stack.readout, np.ones((T, 3, 3)), "every")
    full, found = backpropagate_network(trace, errors), backpropagate_network_truncated(trace, errors, T, T)
    for ways, layer in zip(found.layers, full.layers, strict=True):
        for parameters, gradients in zip(ways, layer.directions, strict=True):
            for name, array in gradients.parameters.named().items():
                assert_close(name, parameters.named()[name], array, 1e-12)
    assert found.embedding is not None and full.embedding is not None
    assert_close("embedding", found.embedding, full.embedding, 1e-12)


def test_one_layer_is_cut_as_by_itself_and_windows_without_an_error_give_zeros(rng: np.random.Generator) -> None:
    stack = random_stack(rng, [("gru", False)], T, 3, LENGTHS)
    layer = stack.network.layers[0]
    trace = unroll(layer.cell, layer.parameters, stack.x, stack.start[0], lengths=stack.lengths)
    errors = squared_error(trace, stack.readout, np.ones((T, 3, 3)), "every")
    alone = backpropagate_truncated(trace, errors, 2, 3).parameters
    for name, array in cut(stack, 2, 3).layers[0][0].named().items():
        assert_close(name, array, alone.named()[name], 1e-13)
    nothing = cut(stack, 5, 2, steps=(1, 6))
    assert nothing.updates == ()
    for name, array in nothing.layers[0][0].named().items():
        np.testing.assert_array_equal(array, np.zeros_like(layer.parameters.named()[name]))


def test_a_network_and_a_layer_are_not_taken_for_each_other(rng: np.random.Generator) -> None:
    stack = random_stack(rng, [("tanh", False)])
    trace = run_network(stack.network, stack.x)
    errors = squared_error(trace, stack.readout, np.ones((1, 2, 3)))
    with pytest.raises(ValueError, match=r"of type NetworkTrace, but a Trace .* `backpropagate_network_truncated`"):
        backpropagate_truncated(trace, errors, 2, 2)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"trace is of type Trace, but a NetworkTrace .* `backpropagate_truncated`"):
        backpropagate_network_truncated(trace.layers[0].forward, errors, 2, 2)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="k1 and k2 must be at least 1, got 0 and 2"):
        backpropagate_network_truncated(trace, errors, 0, 2)
    assert EVERY_CELL.keys() >= set(CELLS)
