"""Gradients of the first state, and errors that come in at the last one: a long sequence in chunks is the whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine.errors import squared_error
from engine.forward import State, Trace, unroll
from engine.gradients import carry
from engine.gradients.backward import Gradients, backpropagate
from engine.networks.network import run_network
from tests.engine.forms import formed
from tests.engine.networks import EVERY_CELL, Network, assert_close, random_network
from tests.engine.test_lengths_far import vanishing

Array = np.ndarray[Any, np.dtype[Any]]
CUTS = [0, 7, 8, 20, 30]


def chunked(network: Network, cuts: list[int]) -> list[Trace]:
    """The sequence in parts, each started from the last state of the one before."""
    state, traces = network.start, []
    for start, stop in pairwise(cuts):
        traces.append(unroll(network.cell, network.parameters, network.x[start:stop], state))
        state = traces[-1].last
    return traces


def gradients_of_chunks(network: Network, traces: list[Trace], targets: Array, every: bool) -> list[Gradients]:
    """Each chunk's gradients, from the last one back; `every` False: a loss at the very last step only."""
    found: list[Gradients] = []
    stop = len(network.x)
    for trace in reversed(traces):
        errors = None
        if every:
            errors = squared_error(trace, network.readout, targets[stop - trace.steps : stop], "every")
        elif not found:
            errors = squared_error(trace, network.readout, targets[-1:])
        handed = found[0].scaled_start if found else (None, None)
        found.insert(0, backpropagate(trace, errors, *handed))
        stop -= trace.steps
    return found


def whole_gradients(network: Network, targets: Array, every: bool) -> Gradients:
    trace = network.run()
    wanted = targets if every else targets[-1:]
    return backpropagate(trace, squared_error(trace, network.readout, wanted, "every" if every else "last"))


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_states_of_chunks_are_those_of_the_whole(cell: str, batch: int, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], 30, batch, 2, 3)
    whole = network.run()
    for trace, (start, stop) in zip(chunked(network, CUTS), pairwise(CUTS), strict=True):
        assert_close("h", trace.h, whole.h[start : stop + 1], 1e-12)
        if trace.c is not None and whole.c is not None:
            assert_close("c", trace.c, whole.c[start : stop + 1], 1e-12)


@pytest.mark.parametrize("carried", [False, True])
@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_gradients_of_chunks_add_up_to_those_of_the_whole(
    cell: str, batch: int, every: bool, carried: bool, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = random_network(rng, EVERY_CELL[cell], 30, batch, 2, 3)
    targets = rng.standard_normal((30, batch, 3))
    whole = whole_gradients(network, targets, every)
    if carried:
        monkeypatch.setattr(carry, "SAFE", 4.0)
        monkeypatch.setattr(carry, "COMFORT", 2.0)
    parts = gradients_of_chunks(network, chunked(network, CUTS), targets, every)
    for part, (start, stop) in zip(parts, pairwise(CUTS), strict=True):
        own = slice(start + 1, stop + 1)  # the state a chunk starts from belongs to the one before, with its loss
        assert_close("dL/dh", part.dh[1:], whole.dh[own], 1e-11)
        assert_close("dL/dx", part.dx, whole.dx[start:stop], 1e-11)
        with np.errstate(invalid="ignore"):
            np.testing.assert_allclose(part.log2_dh[1:], whole.log2_dh[own], rtol=1e-11, atol=1e-10)
        if part.dc is not None and whole.dc is not None:
            assert_close("dL/dc", part.dc[1:], whole.dc[own], 1e-11)
    for name, value in whole.parameters.named().items():
        assert_close(name, np.sum([part.parameters.named()[name] for part in parts], axis=0), value, 1e-11)
    assert_close("dL/dh_0", parts[0].start.h, whole.start.h, 1e-11)


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("cuts", [[0, 300], [0, 150, 300], [0, 1, 2, 100, 230, 299, 300]])
@pytest.mark.parametrize("cell", [name for name in EVERY_CELL if name != "relu"])
def test_chunks_hand_over_gradients_that_float64_cannot_hold(
    cell: str, cuts: list[int], every: bool, rng: np.random.Generator
) -> None:
    parameters, x, _, start = vanishing(cell, rng)
    memory = None if start.c is None else start.c[:2]
    network = replace(
        random_network(rng, EVERY_CELL[cell], 300, 2, 2, 3),
        parameters=parameters,
        x=x[:, :2],
        start=State(start.h[:2], memory),
    )
    targets = rng.standard_normal((300, 2, 3))
    whole = whole_gradients(network, targets, every)
    if not every:
        assert whole.log2_dh[0].max() < -1000.0
    parts = gradients_of_chunks(network, chunked(network, cuts), targets, every)
    for part, (begin, stop) in zip(parts, pairwise(cuts), strict=True):
        own = slice(begin + 1, stop + 1)
        np.testing.assert_allclose(part.log2_dh[1:], whole.log2_dh[own], rtol=1e-12, atol=1e-9)
        if part.log2_dc is not None and whole.log2_dc is not None:
            np.testing.assert_allclose(part.log2_dc[1:], whole.log2_dc[own], rtol=1e-12, atol=1e-9)
    (found, powers), (expected, its_own) = parts[0].scaled_start, whole.scaled_start
    shift = (powers - its_own)[:, None].astype(np.int32)
    assert_close("dL/dh_0", np.ldexp(found.h, shift), expected.h, 1e-9)
    if found.c is not None and expected.c is not None:
        assert_close("dL/dc_0", np.ldexp(found.c, shift), expected.c, 1e-9)


@pytest.mark.parametrize("size", [-1000, -300, 0, 300, 1000])
@pytest.mark.parametrize("steps", [1, 40])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_a_final_error_of_any_size_counts_once(cell: str, steps: int, size: int, rng: np.random.Generator) -> None:
    """Into h or into c: doubling it doubles every gradient, and its power of two only moves the logarithms."""
    network = random_network(rng, EVERY_CELL[cell], steps, 2, 2, 3)
    trace = network.run()
    h, c = rng.standard_normal((2, 2, 3))
    for final in [State(h), State(0.0 * h, c), State(h, c)][: 3 if network.cell.has_memory else 1]:
        plain = backpropagate(trace, None, final)
        larger = State(np.ldexp(final.h, size // 2), None if final.c is None else np.ldexp(final.c, size // 2))
        for moved in (
            backpropagate(trace, None, final, np.full(2, size)),
            backpropagate(trace, None, larger, np.full(2, size - size // 2)),
        ):
            np.testing.assert_allclose(moved.log2_dh, plain.log2_dh + size, rtol=0.0, atol=1e-11)
            mantissas, powers = moved.scaled_start
            expected, own = plain.scaled_start
            shift = (powers - own - size)[:, None].astype(np.int32)
            assert_close("dL/dh_0", np.ldexp(mantissas.h, shift), expected.h, 1e-12)


@pytest.mark.parametrize("where", ["last", "every", (2, 5), (3,)])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_errors_and_a_final_error_add_up(cell: str, where: Any, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], 6, 3, 2, 3)
    trace = unroll(network.cell, network.parameters, network.x, network.start, lengths=[2, 6, 5])
    m = {"last": 1, "every": 6}.get(where) if isinstance(where, str) else len(where)
    errors = squared_error(trace, network.readout, np.ones((m or 1, 3, 3)), where)
    h, c = rng.standard_normal((2, 3, 3))
    final = State(h, c if network.cell.has_memory else None)
    both, of_loss, of_final = (
        backpropagate(trace, *given) for given in ((errors, final), (errors, None), (None, final))
    )
    assert_close("dL/dh", both.dh, of_loss.dh + of_final.dh, 1e-12)
    assert_close("dL/dx", both.dx, of_loss.dx + of_final.dx, 1e-12)
    for name, value in both.parameters.named().items():
        assert_close(name, value, of_loss.parameters.named()[name] + of_final.parameters.named()[name], 1e-12)
    if both.dc is not None and of_loss.dc is not None and of_final.dc is not None:
        assert_close("dL/dc", both.dc, of_loss.dc + of_final.dc, 1e-12)
    for k, end in enumerate([2, 6, 5]):
        np.testing.assert_array_equal(of_final.dh[end, k], h[k])
        assert not of_final.dh[end + 1 :, k].any()
    assert of_final.readout is None and not of_final.local.any()


@pytest.mark.parametrize("batch", [1, 3])
def test_a_part_of_a_trace_is_the_trace_of_that_part(batch: int, rng: np.random.Generator) -> None:
    for cell in EVERY_CELL.values():
        network = random_network(rng, cell, 9, batch, 2, 3)
        whole = network.run()
        part = whole.part(3, 7)
        start = State(whole.h[3], None if whole.c is None else whole.c[3])
        expected = unroll(cell, network.parameters, network.x[3:7], start)
        assert (part.steps, part.batch) == (4, batch)
        np.testing.assert_array_equal(part.x, expected.x)
        for found, wanted in ((part, expected), (part.part(1, 3), expected.part(1, 3))):
            assert_close("h", found.h, wanted.h, 1e-13)
            assert_close("last", found.last.h, wanted.last.h, 1e-13)
            for gate, value in wanted.gates.items():
                assert_close(gate, found.gates[gate], value, 1e-13)
            targets = np.ones((1, batch, 3))
            one, other = (backpropagate(t, squared_error(t, network.readout, targets)) for t in (found, wanted))
            for name, value in other.parameters.named().items():
                assert_close(name, one.parameters.named()[name], value, 1e-12)


def test_backpropagation_without_any_error_is_an_error(rng: np.random.Generator) -> None:
    trace = random_network(rng, EVERY_CELL["lstm"], 4, 2, 2, 3).run()
    with pytest.raises(ValueError, match="backpropagation needs errors of a loss, or the gradient of the final state"):
        backpropagate(trace, None)


@pytest.mark.parametrize("shape", [(3,), (1, 3), (2, 1), (2, 4), (3, 2), (1, 2, 3)])
@pytest.mark.parametrize("name", ["final.h", "final.c"])
def test_a_final_error_of_the_wrong_shape_is_an_error(name: str, shape: Any, rng: np.random.Generator) -> None:
    trace = random_network(rng, EVERY_CELL["lstm"], 4, 2, 2, 3).run()
    changed: dict[str, Any] = {name.removeprefix("final."): np.ones(shape)}
    final = replace(State(np.ones((2, 3)), np.ones((2, 3))), **changed)
    with pytest.raises(ValueError, match=f"{name} has shape"):
        backpropagate(trace, None, final)


def test_errors_of_another_trace_are_an_error(rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["gru"], 4, 2, 2, 3)
    trace = network.run()
    longer = replace(network, x=np.ones((5, 2, 2))).run()
    with pytest.raises(ValueError, match=r"the errors \(1, 2, 3\) at the steps \(5,\) do not fit a trace of 4 steps"):
        backpropagate(trace, squared_error(longer, network.readout, np.ones((1, 2, 3))))


def test_the_networks_own_initial_states_are_taken_where_none_are_given(rng: np.random.Generator) -> None:
    stack = formed(rng, {"both": True}, {"cell": "gru"})
    own = tuple(State(s.h[0], None if s.c is None else s.c[0]) for s in stack.start)
    alike = tuple(State(s.h[[0, 0]], None if s.c is None else s.c[[0, 0]]) for s in stack.start)
    network = replace(stack.network, start=own)
    expected = run_network(stack.network, stack.x, start=alike).outputs
    np.testing.assert_array_equal(run_network(network, stack.x).outputs, expected)
    each = replace(stack.network, start=stack.start)
    np.testing.assert_array_equal(
        run_network(each, stack.x).outputs, run_network(stack.network, stack.x, start=stack.start).outputs
    )
    with pytest.raises(ValueError, match="of 2 sequences, but 3 were given: give a start"):
        run_network(each, np.zeros((4, 3, 2)))
    with pytest.raises(ValueError, match=r"initial state 1 has shape \(3,\), but \(H,\) or \(B, H\) with H = 2"):
        run_network(replace(network, start=(State(np.zeros(3)), *own[1:])), stack.x)
    with pytest.raises(ValueError, match="has 2 initial states, but 3 layers and directions"):
        run_network(replace(network, start=own[:2]), stack.x)
