"""Whole-number inputs: the same run as one-hot vectors, without the vectors."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from engine.errors import cross_entropy, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.gradients.contributions import contributions
from engine.networks.ensembles import ensemble
from engine.parameters import Parameters, Readout
from tests.engine.networks import EVERY_CELL, assert_close, random_parameters

Array = np.ndarray[Any, np.dtype[Any]]
T, H, K, VOCABULARY = 6, 3, 4, 11
READOUT = Readout(np.random.default_rng(1).standard_normal((K, H)), np.ones(K))


def start_of(cell: str, rng: np.random.Generator, batch: int) -> State:
    memory = rng.standard_normal((batch, H)) if EVERY_CELL[cell].has_memory else None
    return State(rng.standard_normal((batch, H)), memory)


def gradients_of(trace: Trace) -> Gradients:
    classes = np.arange(trace.steps * trace.batch).reshape(trace.steps, trace.batch) % K
    return backpropagate(trace, cross_entropy(trace, READOUT, classes, "every"))


def assert_same(found: Gradients, expected: Gradients) -> None:
    """Every state and gradient; those of U in the full width of the vocabulary."""
    assert_close("h", found.trace.h, expected.trace.h, 1e-13)
    for name, value in expected.trace.gates.items():
        assert_close(name, found.trace.gates[name], value, 1e-13)
        assert_close(name, found.trace.pre_activations[name], expected.trace.pre_activations[name], 1e-12)
    assert_close("dL/dh", found.dh, expected.dh, 1e-12)
    assert_close("dL/dx", found.dx, expected.dx, 1e-12)
    for name, value in expected.parameters.named().items():
        assert_close(name, found.parameters.named()[name], value, 1e-12)
    np.testing.assert_allclose(found.log2_parameters, expected.log2_parameters, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("gain", [False, True])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_symbols_are_the_places_of_the_ones(
    cell: str, batch: int, gain: bool, lengths: bool, rng: np.random.Generator
) -> None:
    parameters, start = random_parameters(rng, EVERY_CELL[cell], VOCABULARY, H), start_of(cell, rng, batch)
    symbols = rng.integers(0, VOCABULARY - 1, (T, batch))
    own: dict[str, Any] = {"gain": np.linspace(0.5, 1.5, batch)} if gain else {}
    own |= {"lengths": np.array([4, T, 2])[:batch]} if lengths else {}
    found = unroll(EVERY_CELL[cell], parameters, symbols, start, **own)
    expected = unroll(EVERY_CELL[cell], parameters, np.eye(VOCABULARY)[symbols], start, **own)
    assert_same(gradients_of(found), gradients_of(expected))


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_symbols_are_the_places_of_the_ones_for_an_ensemble(cell: str, size: int, rng: np.random.Generator) -> None:
    networks = ensemble([random_parameters(rng, EVERY_CELL[cell], VOCABULARY, H) for _ in range(size)])
    start, symbols = start_of(cell, rng, size), rng.integers(0, VOCABULARY, (T, size))
    found = unroll(EVERY_CELL[cell], networks, symbols, start)
    expected = unroll(EVERY_CELL[cell], networks, np.eye(VOCABULARY)[symbols], start)
    assert_same(gradients_of(found), gradients_of(expected))
    shared = unroll(EVERY_CELL[cell], networks, symbols[:, :1], start)
    assert_same(
        gradients_of(shared),
        gradients_of(unroll(EVERY_CELL[cell], networks, np.eye(VOCABULARY)[symbols[:, :1]], start)),
    )


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_the_contributions_of_steps_that_read_symbols_are_those_of_one_hot_vectors(
    cell: str, batch: int, rng: np.random.Generator
) -> None:
    parameters, start = random_parameters(rng, EVERY_CELL[cell], VOCABULARY, H), start_of(cell, rng, batch)
    symbols = rng.integers(0, VOCABULARY, (T, batch))
    found = contributions(gradients_of(unroll(EVERY_CELL[cell], parameters, symbols, start)))
    expected = contributions(gradients_of(unroll(EVERY_CELL[cell], parameters, np.eye(VOCABULARY)[symbols], start)))
    for name, value in expected.parameters.named().items():
        assert_close(name, found.parameters.named()[name], value, 1e-12)
        assert_close(name, found.at(3).named()[name], value[2], 1e-12)
        np.testing.assert_allclose(found.log2_norms[name], expected.log2_norms[name], atol=1e-12)


def test_a_symbol_that_does_not_occur_has_no_gradient_and_one_that_does_has(rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, EVERY_CELL["lstm"], VOCABULARY, H)
    gradients = gradients_of(unroll(EVERY_CELL["lstm"], parameters, [[2], [7], [2], [10], [7]]))
    occurred = gradients.parameters.U.any(axis=0)
    np.testing.assert_array_equal(np.flatnonzero(occurred), [2, 7, 10])


def test_symbols_stand_in_the_trace_as_they_were_given(rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, EVERY_CELL["gru"], VOCABULARY, H)
    for batch in (1, 3):
        symbols = rng.integers(0, VOCABULARY, (T, batch))
        trace = unroll(EVERY_CELL["gru"], parameters, symbols)
        np.testing.assert_array_equal(trace.x, symbols)
        np.testing.assert_array_equal(trace.at(2).x, symbols[1])


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int32, np.uint64])
def test_whole_numbers_of_any_kind_are_symbols(kind: Any, rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, EVERY_CELL["tanh"], VOCABULARY, H)
    symbols = rng.integers(0, VOCABULARY, (T, 2))
    expected = unroll(EVERY_CELL["tanh"], parameters, symbols)
    np.testing.assert_array_equal(unroll(EVERY_CELL["tanh"], parameters, symbols.astype(kind)).h, expected.h)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_a_large_vocabulary_takes_no_more_memory_than_its_weights(cell: str, rng: np.random.Generator) -> None:
    size, steps, batch = 25_000, 40, 4
    parameters = random_parameters(rng, EVERY_CELL[cell], size, 2)
    symbols = rng.integers(0, size, (steps, batch))
    tracemalloc.start()
    trace = unroll(EVERY_CELL[cell], parameters, symbols)
    gradients = backpropagate(
        trace, cross_entropy(trace, Readout(np.ones((2, 2)), np.zeros(2)), np.ones((1, batch), int))
    )
    U = gradients.parameters.U
    logs = gradients.log2_parameters
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.isfinite(logs).all() and U.shape == parameters.U.shape
    assert peak < 1.5 * U.nbytes + 2e6 < steps * batch * size * 8 / 6


@pytest.mark.parametrize("symbols", [[[0, VOCABULARY]], [[-1, 0]], np.zeros((0, 2), int), np.zeros((3, 0), int)])
def test_a_symbol_that_is_not_in_the_vocabulary_is_an_error(symbols: Any, rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, EVERY_CELL["tanh"], VOCABULARY, H)
    with pytest.raises(ValueError, match=f"symbols must be whole numbers from 0 to {VOCABULARY - 1}, got"):
        unroll(EVERY_CELL["tanh"], parameters, symbols)


@pytest.mark.parametrize("symbols", [[0, 1], 3, [[[0]]], [[0.0, 1.0]], [[True, False]], [["a"]]])
def test_what_is_neither_symbols_nor_inputs_is_an_error(symbols: Any, rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, EVERY_CELL["tanh"], VOCABULARY, H)
    with pytest.raises(ValueError, match="x has shape"):
        unroll(EVERY_CELL["tanh"], parameters, symbols)


def doubled_states(cell: str, p: Parameters, extra_units: int) -> Parameters:
    """The same network with further units that nothing reads, so that D is no longer more than 2 H."""
    gates = len(EVERY_CELL[cell].gates)

    def widened(array: Array, columns: bool) -> Array:
        blocks = np.stack(np.split(array, gates))
        pad = [(0, 0), (0, extra_units), *([(0, extra_units if columns else 0)] if array.ndim == 2 else [])]
        return np.pad(blocks, pad).reshape(-1, *([array.shape[1] + extra_units * columns] if array.ndim == 2 else []))

    extra = {name: np.pad(value, (0, extra_units)) for name, value in p.extra.items()}
    return Parameters(widened(p.U, False), widened(p.W, True), widened(p.b, False), extra)


@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_wide_inputs_that_are_multiplied_beforehand_give_what_they_give_step_by_step(
    cell: str, batch: int, lengths: bool, rng: np.random.Generator
) -> None:
    D = 2 * H + 1
    narrow, start = random_parameters(rng, EVERY_CELL[cell], D, H), start_of(cell, rng, batch)
    wide = doubled_states(cell, narrow, 1)
    c = None if start.c is None else np.pad(start.c, ((0, 0), (0, 1)))
    wide_start = State(np.pad(start.h, ((0, 0), (0, 1))), c)
    x, ends = rng.standard_normal((T, batch, D)), np.array([4, T, 2])[:batch] if lengths else None
    found = unroll(EVERY_CELL[cell], narrow, x, start, lengths=ends)
    expected = unroll(EVERY_CELL[cell], wide, x, wide_start, lengths=ends)
    assert found.tape.projected and not expected.tape.projected
    np.testing.assert_array_equal(found.x[0], x[0])
    assert_close("h", found.h, expected.h[..., :H], 1e-13)
    wanted = np.ones((T, batch, K))
    of_narrow = backpropagate(found, squared_error(found, READOUT, wanted, "every"))
    wide_readout = Readout(np.pad(READOUT.V, ((0, 0), (0, 1))), READOUT.d)
    of_wide = backpropagate(expected, squared_error(expected, wide_readout, wanted, "every"))
    assert_close("dL/dx", of_narrow.dx, of_wide.dx, 1e-12)
    gates = len(EVERY_CELL[cell].gates)
    for name, value in of_narrow.parameters.named().items():
        other = of_wide.parameters.named()[name]
        blocks = np.stack(np.split(other, 1 if name in narrow.extra else gates))[:, :H]
        own = blocks[..., :H] if name == "W" else blocks
        assert_close(name, value, own.reshape(value.shape), 1e-12)
