"""Networks of many layers: every gradient beside the complex-step derivative of the oracle's own run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from engine.errors import Where, squared_error
from engine.forward import State
from engine.gradients import carry
from engine.networks.network import run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from tests.engine.networks import EVERY_CELL, assert_close
from tests.engine.stacks import (
    DIRECTIONS,
    Stack,
    complex_step,
    final_readings,
    half_square,
    inputs_of,
    pulled,
    random_stack,
    run_alone,
    start_alone,
    values_of,
    with_values,
)

Array = np.ndarray[Any, np.dtype[Any]]
WITHIN = 1e-10


def oracle_loss(stack: Stack, where: Where, values: Mapping[str, Array]) -> Any:
    """Squared error at `where`, and pull . final states, of every sequence by itself."""
    own = with_values(stack, values)
    total: Any = 0.0
    for k in range(own.x.shape[1]):
        read = None if own.mask is None else own.mask[:, k]
        outputs, finals = run_alone(own.network, inputs_of(own, k), start_alone(own.start, k), read)
        counted = read if read is not None else np.full(len(outputs), True)
        if not counted.any():
            readings = np.zeros((0, own.readout.V.shape[1]))
        elif where == "final":
            readings = final_readings(own.network, finals)[None]
        elif where == "last":
            readings = outputs[[np.flatnonzero(counted)[-1]]]
        else:
            steps = range(1, len(outputs) + 1) if where == "every" else where
            readings = outputs[[step - 1 for step in steps if step <= len(outputs) and counted[step - 1]]]
        total = total + half_square(own.readout, readings) + pulled(own.pull, finals, k)
    return total


def engine_gradients(stack: Stack, where: Where) -> tuple[float, NetworkGradients]:
    trace = run_network(stack.network, stack.x, stack.lengths, stack.start, stack.mask)
    T, B = stack.x.shape[:2]
    m = {"last": 1, "final": 1, "every": T}[where] if isinstance(where, str) else len(where)
    errors = squared_error(trace, stack.readout, np.ones((m, B, 3)), where)
    finals = [State(f.h, f.c) for f in trace.final]
    loss = float(errors.loss.sum())
    for k in range(B):
        loss += float(pulled(stack.pull, start_alone(tuple(finals), k), k))
    return loss, backpropagate_network(trace, errors, stack.pull)


def found_by_name(gradients: NetworkGradients) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for number, layer in enumerate(gradients.layers):
        for way, own in zip(DIRECTIONS, layer.directions, strict=False):
            found |= {f"layer {number} {way} {name}": array for name, array in own.parameters.named().items()}
    for k, state in enumerate(gradients.start):
        found[f"start {k} h"] = state.h
        if state.c is not None:
            found[f"start {k} c"] = state.c
    if gradients.embedding is not None:
        found["embedding"] = gradients.embedding
    elif gradients.trace.layers[0].forward.x.ndim == 3:
        found["x"] = gradients.dx
    assert gradients.readout is not None
    return {**found, "V": gradients.readout.V, "d": gradients.readout.d}


def assert_gradients_are_those_of_the_oracle(stack: Stack, where: Where) -> None:
    loss, gradients = engine_gradients(stack, where)
    values, found = values_of(stack), found_by_name(gradients)
    assert loss == pytest.approx(float(oracle_loss(stack, where, values)), rel=1e-12)
    assert set(found) == set(values)
    for name, gradient in found.items():
        expected = complex_step(lambda nudged: oracle_loss(stack, where, nudged), values, name)
        assert_close(f"dL/d{name}", gradient, expected, WITHIN)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_two_layers_in_one_direction(cell: str, rng: np.random.Generator) -> None:
    stack = random_stack(rng, [(cell, False), (cell, False)], B=1, sizes=(2, 3))
    assert_gradients_are_those_of_the_oracle(stack, "every")


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_two_layers_in_both_directions_of_sequences_of_different_lengths(cell: str, rng: np.random.Generator) -> None:
    stack = random_stack(rng, [(cell, True), (cell, True)], lengths=[2, 3])
    assert_gradients_are_those_of_the_oracle(stack, "every")


@pytest.mark.parametrize("lengths", [None, [3, 1], [2, 3]])
@pytest.mark.parametrize("where", ["last", "every", "final", (1, 3), (2,)])
@pytest.mark.parametrize("both", [False, True])
def test_a_loss_may_read_the_outputs_anywhere(
    both: bool, where: Where, lengths: list[int] | None, rng: np.random.Generator
) -> None:
    stack = random_stack(rng, [("tanh", True), ("gru", both)], lengths=lengths)
    assert_gradients_are_those_of_the_oracle(stack, where)


@pytest.mark.parametrize("one_hot", [False, True])
@pytest.mark.parametrize("lengths", [None, [4, 2]])
@pytest.mark.parametrize("both", [False, True])
def test_symbols_are_looked_up_in_an_embedding_or_in_the_input_weights(
    both: bool, lengths: list[int] | None, one_hot: bool, rng: np.random.Generator
) -> None:
    cells = [("gru", both), ("lstm", False)]
    stack = random_stack(rng, cells, T=4, lengths=lengths, vocabulary=5, one_hot=one_hot)
    assert_gradients_are_those_of_the_oracle(stack, "every")


def test_layers_may_be_of_any_cell_and_size(rng: np.random.Generator) -> None:
    cells = [("peephole", True), ("leaky", False), ("mgu", True)]
    assert_gradients_are_those_of_the_oracle(random_stack(rng, cells, lengths=[3, 2], sizes=(1, 3, 2)), "final")


def test_powers_of_two_are_carried_from_layer_to_layer(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry, "SAFE", 2.0)
    monkeypatch.setattr(carry, "COMFORT", 1.0)
    for cell in ("lstm", "peephole_coupled", "gru"):
        stack = random_stack(rng, [(cell, True), (cell, True)], lengths=[2, 3])
        assert engine_gradients(stack, "every")[1].layers[1].reverse.exponent.any()  # type: ignore[union-attr]
        assert_gradients_are_those_of_the_oracle(stack, "every")
        assert_gradients_are_those_of_the_oracle(stack, "final")
