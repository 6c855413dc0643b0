"""Sequences of different lengths in one padded batch: each is what it is by itself, and its padding is nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.errors import Where, squared_error
from engine.forward import State, unroll
from engine.gradients import carry
from engine.gradients.backward import backpropagate
from engine.parameters import Readout
from tests.engine import padded
from tests.engine.networks import EVERY_CELL, Network, assert_close, random_parameters
from tests.engine.padded import LENGTHS, LOSSES, WHERE, B, D, H, T, arrays_of, gradients_of

Array = np.ndarray[Any, np.dtype[Any]]
GARBAGE = [np.nan, np.inf, -np.inf, 1e300]
OVER = np.arange(T)[:, None] >= LENGTHS  # (T, B) which steps are padding


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_each_sequence_runs_as_if_alone(cell: str, rng: np.random.Generator) -> None:
    network, _ = padded.batch(cell, rng)
    together = padded.run(network)
    for k, length in enumerate(LENGTHS):
        alone = padded.sequence(network, k).run()
        assert_close("h", together.h[: length + 1, [k]], alone.h, 1e-13)
        assert_close("last h", together.last.h[[k]], alone.h[-1], 1e-13)
        assert_close("saturation", together.saturation[[k]], alone.saturation, 1e-12)
        for gate, value in alone.gates.items():
            assert_close(gate, together.gates[gate][:length, [k]], value, 1e-13)
            assert_close(gate, together.pre_activations[gate][:length, [k]], alone.pre_activations[gate], 1e-13)
        assert (alone.c is None) == (together.c is None) == (together.last.c is None)
        if alone.c is not None and together.c is not None and together.last.c is not None:
            assert_close("c", together.c[: length + 1, [k]], alone.c, 1e-13)
            assert_close("last c", together.last.c[[k]], alone.c[-1], 1e-13)


@pytest.mark.parametrize("where", WHERE, ids=str)
@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_losses_and_gradients_are_those_of_each_sequence_by_itself(
    cell: str, kind: str, where: Where, rng: np.random.Generator
) -> None:
    network, targets = padded.batch(cell, rng)
    together = gradients_of(kind, network, targets, where)
    found = arrays_of(together)
    summed: dict[str, Array] = {}
    loss = 0.0
    for k, length in enumerate(LENGTHS):
        alone_network = padded.sequence(network, k)
        trace = alone_network.run()
        errors = padded.errors_alone(kind, trace, alone_network, targets, where, k)
        if errors is None:
            assert np.isneginf(together.log2_dh[:, k]).all() and np.isneginf(together.log2_parameters[k])
            continue
        alone = backpropagate(trace, errors)
        loss += float(errors.loss.sum())
        assert_close("dL/dh", together.dh[: length + 1, [k]], alone.dh, 1e-12)
        assert_close("dL/dx", together.dx[:length, [k]], alone.dx, 1e-12)
        if alone.dc is not None and together.dc is not None:
            assert_close("dL/dc", together.dc[: length + 1, [k]], alone.dc, 1e-12)
        np.testing.assert_allclose(together.log2_parameters[[k]], alone.log2_parameters, rtol=1e-11, atol=1e-11)
        for name, value in arrays_of(alone).items():
            if name.removeprefix("dL/d") in {*alone.parameters.named(), "V", "d"}:
                summed[name] = summed.get(name, 0.0) + value
    assert found["loss"].sum() == pytest.approx(loss, rel=1e-12)
    for name, value in summed.items():
        assert_close(name, found[name], value, 1e-11)


@pytest.mark.parametrize("where", WHERE, ids=str)
@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_a_step_after_the_end_has_no_output_and_no_gradient(
    cell: str, kind: str, where: Where, rng: np.random.Generator
) -> None:
    network, targets = padded.batch(cell, rng)
    gradients = gradients_of(kind, network, targets, where)
    after = np.arange(T + 1)[:, None] > LENGTHS
    assert not gradients.trace.h[after].any() and not gradients.dh[after].any()
    assert not gradients.dx[OVER].any()
    for by_gate in (gradients.trace.gates, gradients.trace.pre_activations, gradients.pre_activations):
        assert not any(rows[OVER].any() for rows in by_gate.values())
    if gradients.trace.c is not None and gradients.dc is not None:
        assert not gradients.trace.c[after].any() and not gradients.dc[after].any()
    assert np.isneginf(gradients.log2_dh[after]).all()
    if where == "every" and kind != "probe":
        found = arrays_of(gradients)
        assert not found["loss"][OVER].any() and not found["outputs"][OVER].any()


def assert_same_to_the_last_bit(found: dict[str, Array], expected: dict[str, Array]) -> None:
    assert set(found) == set(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_what_stands_in_the_padding_changes_not_one_bit(cell: str, garbage: float, rng: np.random.Generator) -> None:
    network, targets = padded.batch(cell, rng)
    expected = arrays_of(gradients_of("squared_error", network, targets, "every"))
    x = network.x.copy()
    x[OVER] = garbage
    other = Network(network.cell, network.parameters, x, network.start, network.readout)
    assert_same_to_the_last_bit(arrays_of(gradients_of("squared_error", other, targets, "every")), expected)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_symbols_in_the_padding_change_not_one_bit(cell: str, wide: bool, rng: np.random.Generator) -> None:
    network, targets = padded.batch(cell, rng)
    vocabulary = 9
    parameters = random_parameters(rng, network.cell, vocabulary, H)
    symbols = rng.integers(0, vocabulary, (T, B))
    runs = []
    for padding in (0, -1 if wide else 5, 10**6 if wide else 8):
        symbols[OVER] = padding
        trace = unroll(network.cell, parameters, symbols, network.start, lengths=LENGTHS)
        runs.append(
            arrays_of(backpropagate(trace, padded.errors_of("cross_entropy", trace, network, targets, "every")))
        )
    for other in runs[1:]:
        assert_same_to_the_last_bit(other, runs[0])


@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_lengths_that_are_all_the_same_are_no_lengths(cell: str, kind: str, rng: np.random.Generator) -> None:
    network, targets = padded.batch(cell, rng)
    for where in WHERE:
        expected = arrays_of(gradients_of(kind, network, targets, where, None))
        assert_same_to_the_last_bit(arrays_of(gradients_of(kind, network, targets, where, np.full(B, T))), expected)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_one_sequence_alone_may_have_a_length(cell: str, rng: np.random.Generator) -> None:
    network, targets = padded.batch(cell, rng)
    one = padded.sequence(network, 0)
    longer = Network(
        one.cell, one.parameters, np.concatenate([one.x, np.full((2, 1, D), np.nan)]), one.start, one.readout
    )
    short, long = one.run(), padded.run(longer, LENGTHS[:1])
    expected, found = (backpropagate(trace, padded.probe(trace, targets.direction)) for trace in (short, long))
    assert_close("h", long.h[:5], short.h, 1e-13)
    for name, value in expected.parameters.named().items():
        assert_close(name, found.parameters.named()[name], value, 1e-12)


@pytest.mark.parametrize("where", WHERE, ids=str)
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_carrying_powers_of_two_changes_not_one_bit_of_a_padded_batch(
    cell: str, where: Where, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, targets = padded.batch(cell, rng)
    plain = gradients_of("squared_error", network, targets, where)
    expected = arrays_of(plain)
    monkeypatch.setattr(carry, "SAFE", 2.0)
    monkeypatch.setattr(carry, "COMFORT", 1.0)
    rescaled = gradients_of("squared_error", network, targets, where)
    assert rescaled.exponent.any() and not plain.exponent.any()
    for name, value in arrays_of(rescaled).items():
        if name.startswith("log2"):
            np.testing.assert_allclose(value, expected[name], rtol=1e-13, atol=1e-12, err_msg=name)
        else:
            np.testing.assert_array_equal(value, expected[name], err_msg=name)


@pytest.mark.parametrize("shape", [(), (1,), (B + 1,), (B, 1)])
def test_lengths_of_the_wrong_shape_are_an_error(shape: Any, rng: np.random.Generator) -> None:
    network, _ = padded.batch("gru", rng)
    with pytest.raises(ValueError, match=f"lengths must be {B} whole numbers from 0 to {T}, got"):
        padded.run(network, np.ones(shape, int))


@pytest.mark.parametrize("wrong", [[1, 2, 3, T + 1], [-1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0], [True] * 4])
def test_a_length_that_is_not_a_number_of_steps_is_an_error_that_names_it(wrong: Any, rng: np.random.Generator) -> None:
    network, _ = padded.batch("gru", rng)
    with pytest.raises(ValueError, match=f"lengths must be {B} whole numbers from 0 to {T}, got"):
        padded.run(network, np.array(wrong))


def test_what_is_not_a_number_before_the_end_is_an_error_all_the_same(rng: np.random.Generator) -> None:
    network, _ = padded.batch("gru", rng)
    x = network.x.copy()
    x[0, 2] = np.nan
    with pytest.raises(ValueError, match="x holds values that are not finite numbers"):
        unroll(network.cell, network.parameters, x, network.start, lengths=LENGTHS)


def test_a_start_is_the_state_of_every_sequence_before_its_first_step(rng: np.random.Generator) -> None:
    network, _ = padded.batch("lstm", rng)
    trace = padded.run(network)
    np.testing.assert_array_equal(trace.h[0], network.start.h)
    assert trace.c is not None and network.start.c is not None
    np.testing.assert_array_equal(trace.c[0], network.start.c)


@pytest.mark.parametrize("cell", EVERY_CELL)
@pytest.mark.parametrize("lengths", [[0, 3], [0, 0]])
def test_a_sequence_without_steps_stays_at_its_start(cell: str, lengths: list[int], rng: np.random.Generator) -> None:
    kind = EVERY_CELL[cell]
    p, x = random_parameters(rng, kind, 2, 3), rng.standard_normal((3, 2, 2))
    h, c = rng.standard_normal((2, 2, 3))
    start = State(h, c if kind.has_memory else None)
    trace = unroll(kind, p, x, start, lengths=lengths)
    np.testing.assert_array_equal(trace.last.h[0], start.h[0])
    assert not trace.h[1:, 0].any() and np.isfinite(trace.saturation).all()
    readout = Readout(rng.standard_normal((2, 3)), rng.standard_normal(2))
    errors = squared_error(trace, readout, np.ones((1, 2, 2)), "last")
    assert errors.loss[0, 0] == 0.0
    for power in (None, np.array([1500, -1500])):
        gradients = backpropagate(trace, errors, start, power)
        first, exponent = gradients.scaled_start
        expected = start.h[0] if power is None else start.h[0] * 2.0 ** (1500 - int(exponent[0]))
        np.testing.assert_allclose(first.h[0], expected, rtol=1e-15)
        assert not gradients.dx[:, 0].any()
        assert lengths[1] or not any(rows.any() for rows in gradients.parameters.named().values())
