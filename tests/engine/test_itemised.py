"""Each step's own loss on its way back: one sweep of all of them beside one backward pass for each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.errors import Entering, Errors, binary_cross_entropy, cross_entropy, probe, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.networks.ensembles import ensemble
from engine.parameters import Readout
from engine.spectra.jacobians import itemised
from tests.engine.networks import EVERY_CELL, Network, random_network, random_parameters
from tests.engine.test_lengths_far import vanishing

Array = np.ndarray[Any, np.dtype[Any]]
T = 7
LENGTHS = np.array([5, T, 2])
KINDS = ["probe", "cross_entropy", "squared_error", "binary_cross_entropy"]


def errors_of(kind: str, network: Network, trace: Trace, where: Any) -> Errors:
    m = {"every": trace.steps, "last": 1}[where] if isinstance(where, str) else len(where)
    if kind == "probe":
        return probe(trace, [1.0, -2.0, 0.5])
    if kind == "cross_entropy":
        return cross_entropy(trace, network.readout, np.ones((m, trace.batch), int), where)
    if kind == "squared_error":
        return squared_error(trace, network.readout, np.ones((m, trace.batch, 3)), where)
    return binary_cross_entropy(trace, network.readout, np.full((m, trace.batch, 3), 0.25), where)


def one_by_one(gradients: Gradients, sequence: int) -> Array:
    """log2 ||dL_k/dh_t|| from a backward pass for each entry by itself, (n, T+1); nan after the entry."""
    trace, errors = gradients.trace, gradients.errors
    assert errors is not None
    end = int(trace.ends[sequence])
    rows = []
    for n, step in enumerate(errors.steps):
        if step > end:
            continue
        alone = backpropagate(trace, Entering((step,), errors.dh[[n]], errors.exponent[[n]]))
        row = alone.log2_dh[:, sequence].copy()
        row[step + 1 :] = np.nan
        rows.append(row)
    return np.array(rows)


def assert_same_table(found: Array, expected: Array, atol: float = 1e-11) -> None:
    assert found.shape == expected.shape
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=atol)


@pytest.mark.parametrize("where", ["every", "last", (2, 3, 6)])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_each_row_is_the_backward_pass_of_one_loss(cell: str, kind: str, where: Any, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], T, 3, 2, 3)
    for lengths in (None, LENGTHS):
        trace = unroll(network.cell, network.parameters, network.x, network.start, lengths=lengths)
        gradients = backpropagate(trace, errors_of(kind, network, trace, where))
        for sequence in range(3):
            found = itemised(gradients, sequence)
            assert gradients.errors is not None
            assert found.steps == tuple(k for k in gradients.errors.steps if k <= trace.ends[sequence])
            expected = one_by_one(gradients, sequence)
            assert_same_table(found.log2_norm, expected.reshape(len(found.steps), T + 1))


def test_one_sequence_alone_and_with_a_gain_and_of_an_ensemble(rng: np.random.Generator) -> None:
    for cell in EVERY_CELL.values():
        network = random_network(rng, cell, T, 1, 2, 3)
        several = ensemble([random_parameters(rng, cell, 2, 3) for _ in range(3)])
        wide = random_network(rng, cell, T, 3, 2, 3)
        for trace in (
            network.run(),
            network.run(np.array([1.5])),
            wide.run(np.array([0.5, 1.5, -1.0])),
            unroll(cell, several, wide.x, wide.start),
        ):
            gradients = backpropagate(trace, errors_of("squared_error", network, trace, "every"))
            for sequence in range(trace.batch):
                assert_same_table(itemised(gradients, sequence).log2_norm, one_by_one(gradients, sequence))


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_a_loss_that_is_alone_is_the_total(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], T, 2, 2, 3)
    trace = network.run()
    gradients = backpropagate(trace, errors_of("cross_entropy", network, trace, "last"))
    found = itemised(gradients, 1)
    assert found.steps == (T,) and found.log2_norm.shape == (1, T + 1)
    np.testing.assert_allclose(found.log2_norm[0], gradients.log2_dh[:, 1], rtol=1e-12, atol=1e-12)


def test_a_loss_does_not_depend_on_later_states(rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["gru"], T, 1, 2, 3)
    trace = network.run()
    table = itemised(backpropagate(trace, errors_of("squared_error", network, trace, "every"))).log2_norm
    np.testing.assert_array_equal(np.isnan(table), np.arange(T + 1) > np.arange(1, T + 1)[:, None])


def test_a_loss_that_is_met_reaches_nothing(rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["lstm"], T, 1, 2, 3)
    trace = network.run()
    targets = trace.h[1:] @ network.readout.V.T + network.readout.d
    targets[3] += 1.0
    gradients = backpropagate(trace, squared_error(trace, network.readout, targets, "every"))
    table = itemised(gradients).log2_norm
    assert np.isfinite(table[3, :5]).all()
    assert table[[0, 1, 2, 4, 5, 6], 0].max() < -40.0


@pytest.mark.parametrize("cell", [name for name in EVERY_CELL if name != "relu"])
def test_logarithms_are_right_at_every_distance(cell: str, rng: np.random.Generator) -> None:
    parameters, x, lengths, start = vanishing(cell, rng)
    memory = None if start.c is None else start.c[:2]
    trace = unroll(EVERY_CELL[cell], parameters, x[:, :2], State(start.h[:2], memory), lengths=lengths[:2])
    readout = Readout(rng.standard_normal((2, 3)), rng.standard_normal(2))
    where = (1, 2, 149, 150, 299, 300)
    gradients = backpropagate(trace, squared_error(trace, readout, np.ones((6, 2, 2)), where))
    for sequence in range(2):
        found = itemised(gradients, sequence).log2_norm
        assert_same_table(found, one_by_one(gradients, sequence), atol=1e-9)
    assert np.nanmin(itemised(gradients).log2_norm) < -1000.0


def test_logarithms_are_right_where_states_and_gradients_explode() -> None:
    trace = unroll(
        EVERY_CELL["identity"],
        random_parameters(np.random.default_rng(0), EVERY_CELL["identity"], 1, 2, scale=20.0),
        np.ones((900, 1, 1)),
    )
    assert np.isinf(trace.h[-1]).all()
    where = (10, 500, 900)
    gradients = backpropagate(trace, squared_error(trace, Readout(np.eye(2), np.ones(2)), np.ones((3, 1, 2)), where))
    assert_same_table(itemised(gradients).log2_norm, one_by_one(gradients, 0), atol=1e-8)


def test_gradients_of_no_loss_have_nothing_to_itemise(rng: np.random.Generator) -> None:
    trace = random_network(rng, EVERY_CELL["gru"], T, 1, 2, 3).run()
    with pytest.raises(ValueError, match="the gradients come from no loss"):
        itemised(backpropagate(trace, None, State(np.ones((1, 3)))))


@pytest.mark.parametrize("sequence", [-1, 2])
def test_a_sequence_that_does_not_exist_is_an_error(sequence: int, rng: np.random.Generator) -> None:
    trace = random_network(rng, EVERY_CELL["gru"], T, 2, 2, 3).run()
    with pytest.raises(IndexError, match=f"sequence {sequence} was asked for, but the trace has 0 to 1"):
        itemised(backpropagate(trace, probe(trace, np.ones(3))), sequence)
