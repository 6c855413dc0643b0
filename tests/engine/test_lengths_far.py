"""Padded batches beyond float64: states that overflow, and gradients that vanish, beside the sequence by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.errors import Errors, Where, cross_entropy, probe, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.parameters import Parameters, Readout
from tests.engine.networks import EVERY_CELL, assert_close, random_parameters

Array = np.ndarray[Any, np.dtype[Any]]
UNBOUNDED = ("identity", "relu")
GROWING = Parameters(np.array([[0.5], [0.25]]), 3.0 * np.array([[1.0, 1.0], [3.0, 1.0]]), np.array([1.0, 2.0]))
READOUT = Readout(np.array([[1.0, 0.0], [2.0, 1.0], [-1.0, 3.0]]), np.array([0.5, 0.0, -0.5]))
FIRST = 339  # the first step whose state float64 cannot hold, as GROWING grows about 8.2-fold at each


def errors_of(kind: str, trace: Trace, where: Where) -> Errors:
    m = trace.steps if where == "every" else 1
    if kind == "probe":
        return probe(trace, [1.0, 2.0])
    if kind == "squared_error":
        return squared_error(trace, READOUT, np.ones((m, trace.batch, 3)), where)
    return cross_entropy(trace, READOUT, np.ones((m, trace.batch), int), where)


def growing(cell: str, x: Array, lengths: Array | None = None) -> Trace:
    return unroll(EVERY_CELL[cell], GROWING, x, lengths=lengths)


def test_the_network_of_these_tests_overflows_where_it_is_said_to(rng: np.random.Generator) -> None:
    h = growing("identity", rng.random((400, 1, 1))).h[:, 0]
    assert np.isinf(h[FIRST]).any() and np.isfinite(h[FIRST - 1]).all()


@pytest.mark.parametrize("where", ["last", "every"])
@pytest.mark.parametrize("kind", ["probe", "squared_error", "cross_entropy"])
@pytest.mark.parametrize("cell", UNBOUNDED)
def test_states_losses_and_gradients_of_an_overflowing_batch_are_those_of_each_sequence(
    cell: str, kind: str, where: Where, rng: np.random.Generator
) -> None:
    lengths = np.array([FIRST - 1, FIRST, FIRST + 1, 10, 400, FIRST + 30])
    x = rng.random((420, len(lengths), 1))
    x[np.arange(420)[:, None] >= lengths] = np.nan
    together_trace = growing(cell, x, lengths)
    errors = errors_of(kind, together_trace, where)
    together = backpropagate(together_trace, errors)
    assert not np.isnan(errors.loss).any()
    for k, length in enumerate(lengths):
        trace = growing(cell, x[:length, [k]])
        np.testing.assert_allclose(together_trace.h[: length + 1, [k]], trace.h, rtol=1e-12)
        assert not together_trace.h[length + 1 :, k].any()
        own = errors_of(kind, trace, where)
        loss = errors.loss[:length, k] if where == "every" and kind != "probe" else errors.loss[:, k]
        np.testing.assert_allclose(loss, own.loss[:, 0], rtol=1e-11)
        alone = backpropagate(trace, own)
        np.testing.assert_allclose(together.log2_dh[: length + 1, [k]], alone.log2_dh, rtol=1e-12, atol=1e-11)
        assert np.isneginf(together.log2_dh[length + 1 :, k]).all()


@pytest.mark.parametrize("length", [FIRST - 3, FIRST - 1, FIRST])
@pytest.mark.parametrize("cell", UNBOUNDED)
def test_weights_are_not_disturbed_by_a_last_state_that_no_product_of_the_sequence_reads(
    cell: str, length: int, rng: np.random.Generator
) -> None:
    """Steps after the end have no error, so that what state they start from does not matter."""
    x = rng.random((length + 5, 1, 1))
    alone_trace = growing(cell, x[:length])
    padded_trace = growing(cell, x, np.array([length]))
    alone = backpropagate(alone_trace, probe(alone_trace, [1.0, 2.0]))
    padded = backpropagate(padded_trace, probe(padded_trace, [1.0, 2.0]))
    np.testing.assert_allclose(padded.log2_parameters, alone.log2_parameters, rtol=1e-12)
    for name, value in alone.parameters.named().items():
        np.testing.assert_allclose(padded.parameters.named()[name], value, rtol=1e-11, err_msg=name)


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("cell", UNBOUNDED)
def test_weights_are_not_disturbed_by_states_that_overflow_after_the_loss(
    cell: str, batch: int, rng: np.random.Generator
) -> None:
    x = rng.random((FIRST + 20, batch, 1))
    long, short = growing(cell, x), growing(cell, x[:5])
    targets = np.ones((1, batch, 3))
    found = backpropagate(long, squared_error(long, READOUT, targets, (5,)))
    expected = backpropagate(short, squared_error(short, READOUT, targets, "last"))
    np.testing.assert_allclose(found.log2_parameters, expected.log2_parameters, rtol=1e-12)
    for name, value in expected.parameters.named().items():
        np.testing.assert_allclose(found.parameters.named()[name], value, rtol=1e-12, err_msg=name)


def vanishing(cell: str, rng: np.random.Generator) -> tuple[Parameters, Array, Array, State]:
    """Weights so small that an error loses at least 3 powers of two at each step, for 150 to 300 steps."""
    parameters = random_parameters(rng, EVERY_CELL[cell], 2, 3)
    small = {"leak": 0.9999 * np.ones(3)} if cell == "leaky" else parameters.extra
    b = parameters.b.copy()
    for gate in ("forget", "update"):
        if gate in EVERY_CELL[cell].gates:
            b[EVERY_CELL[cell].rows(gate, 3)] = 9.0 if cell == "mgu" else -9.0
    if "coupled" in cell:
        b[EVERY_CELL[cell].rows("input", 3)] = 9.0
    start = State(rng.standard_normal((4, 3)), rng.standard_normal((4, 3)) if EVERY_CELL[cell].has_memory else None)
    weights = Parameters(0.3 * parameters.U, 1e-4 * parameters.W, b, small)
    return weights, rng.standard_normal((300, 4, 2)), np.array([300, 150, 1, 299]), start


def gradients_of(trace: Trace, kind: str, readout: Readout, targets: Array) -> Gradients:
    if kind == "probe":
        return backpropagate(trace, probe(trace, np.ones(3)))
    if kind == "last":
        return backpropagate(trace, squared_error(trace, readout, targets[:1, : trace.batch]))
    return backpropagate(trace, squared_error(trace, readout, targets[: trace.steps, : trace.batch], "every"))


@pytest.mark.parametrize("kind", ["probe", "last", "every"])
@pytest.mark.parametrize("cell", [name for name in EVERY_CELL if name != "relu"])
def test_logarithms_are_right_where_errors_of_a_padded_batch_vanish(
    cell: str, kind: str, rng: np.random.Generator
) -> None:
    parameters, x, lengths, start = vanishing(cell, rng)
    readout, targets = Readout(rng.standard_normal((2, 3)), rng.standard_normal(2)), np.ones((300, 4, 2))
    together = gradients_of(unroll(EVERY_CELL[cell], parameters, x, start, lengths=lengths), kind, readout, targets)
    if kind != "every":
        assert together.log2_dh[0, [0, 3]].max() < -1000.0 and together.exponent.any()
    for k, length in enumerate(lengths):
        own = State(start.h[[k]], None if start.c is None else start.c[[k]])
        trace = unroll(EVERY_CELL[cell], parameters, x[:length, [k]], own)
        alone = gradients_of(trace, kind, readout, targets)
        np.testing.assert_allclose(together.log2_dh[: length + 1, [k]], alone.log2_dh, rtol=1e-12, atol=1e-9)
        np.testing.assert_allclose(together.log2_parameters[[k]], alone.log2_parameters, rtol=1e-12, atol=1e-11)
        if together.log2_dc is not None and alone.log2_dc is not None:
            np.testing.assert_allclose(together.log2_dc[: length + 1, [k]], alone.log2_dc, rtol=1e-12, atol=1e-9)
        mantissas, powers = together.scaled_start
        own_mantissas, own_powers = alone.scaled_start
        found = np.ldexp(mantissas.h[[k]], (powers[[k]] - own_powers)[:, None].astype(np.int32))
        assert_close("dL/dh_0", found, own_mantissas.h, 1e-9)
