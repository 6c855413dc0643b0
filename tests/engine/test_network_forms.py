"""What layers of real files do beside the usual: reading backwards, merging, masks with holes, sequences without steps.

Every gradient is beside the complex-step derivative of the oracle's own run, step by step in time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import Entering, Where, entering, squared_error
from engine.files import to_torch
from engine.forward import State, unroll
from engine.gradients import carry
from engine.gradients.backward import backpropagate
from engine.networks.network import Layer, Network, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.networks.network_truncated import backpropagate_network_truncated
from engine.overflow import Overflow
from engine.parameters import Readout
from tests.engine.networks import EVERY_CELL, assert_close, random_parameters
from tests.engine.stacks import (
    Stack,
    complex_step,
    inputs_of,
    random_stack,
    run_alone,
    start_alone,
    values_of,
    with_values,
)
from tests.engine.test_networks import assert_gradients_are_those_of_the_oracle

Array = np.ndarray[Any, np.dtype[Any]]
HOLES = np.array(  # (T, B): holes, a late start, an early end, nothing at all
    [[1, 0, 1, 0], [0, 0, 1, 0], [1, 1, 1, 0], [0, 1, 0, 0], [1, 1, 0, 0]], dtype=bool
)


def formed(rng: np.random.Generator, *forms: dict[str, Any], mask: Array | None = None, **sizes: Any) -> Stack:
    """Layers of these forms on each other; `both` and `cell` beside the fields of a layer."""
    cells = [(form.get("cell", "lstm"), form.get("both", False)) for form in forms]
    T, B = (4, 2) if mask is None else mask.shape
    stack = random_stack(rng, cells, T=T, B=B, sizes=(2,) * len(forms), **sizes)
    layers, width = [], stack.network.layers[0].parameters.input_size
    for form, layer in zip(forms, stack.network.layers, strict=True):
        rest = {name: value for name, value in form.items() if name not in ("cell", "both")}
        parameters, reverse = (
            None if p is None else replace(p, U=rng.standard_normal((len(p.U), width)))
            for p in (layer.parameters, layer.reverse)
        )
        assert parameters is not None
        layers.append(replace(layer, parameters=parameters, reverse=reverse, **rest))
        width = layers[-1].output_size
    readout = Readout(rng.standard_normal((3, width)), rng.standard_normal(3))
    return replace(stack, network=replace(stack.network, layers=tuple(layers)), readout=readout, mask=mask)


def assert_outputs_are_those_of_the_oracle(stack: Stack) -> None:
    trace = run_network(stack.network, stack.x, stack.lengths, stack.start, stack.mask)
    for k in range(stack.x.shape[1]):
        mask = None if stack.mask is None else stack.mask[:, k]
        outputs, finals = run_alone(stack.network, inputs_of(stack, k), start_alone(stack.start, k), mask)
        assert_close("outputs", trace.outputs[: len(outputs), k], outputs, 1e-13)
        assert not trace.outputs[len(outputs) :, k].any()
        for state, expected in zip(trace.final, finals, strict=True):
            assert_close("h", state.h[k], expected.h, 1e-13)


BACK: dict[str, Any] = {"backwards": True}
READ: dict[str, Any] = {"backwards": True, "as_read": True}


@pytest.mark.parametrize(("where", "lengths"), [("every", [0, 3]), ("final", None), ("last", [4, 2])])
@pytest.mark.parametrize("form", [BACK, READ, {**READ, "both": True}, {**BACK, "both": True, "merge": "mul"}])
def test_a_layer_reads_backwards_below_and_above_others(
    form: dict[str, Any], where: Where, lengths: list[int] | None, rng: np.random.Generator
) -> None:
    form = {"cell": "tanh", **form}
    for forms in ((form, {"cell": "gru"}), ({"cell": "gru"}, form)):
        stack = formed(rng, *forms, lengths=lengths)
        assert_outputs_are_those_of_the_oracle(stack)
        assert_gradients_are_those_of_the_oracle(stack, where)


def test_outputs_as_read_are_those_of_time_turned_round(rng: np.random.Generator) -> None:
    stack = formed(rng, BACK)
    (layer,) = stack.network.layers
    in_time = run_network(stack.network, stack.x).outputs
    as_read = run_network(Network((replace(layer, as_read=True),)), stack.x).outputs
    np.testing.assert_array_equal(as_read, in_time[::-1])
    assert np.abs(as_read - in_time).max() > 0.1


@pytest.mark.parametrize("merge", ["sum", "mul", "ave"])
@pytest.mark.parametrize(("where", "lengths"), [("every", [2, 4]), ("final", [2, 4]), ((1, 3), None)])
def test_two_directions_become_one(
    merge: str, where: Where, lengths: list[int] | None, rng: np.random.Generator
) -> None:
    form = {"both": True, "merge": merge}
    for forms in ((form,), ({**form, "cell": "mgu"}, {**form, "cell": "tanh"})):
        stack = formed(rng, *forms, lengths=lengths)
        assert_outputs_are_those_of_the_oracle(stack)
        assert_gradients_are_those_of_the_oracle(stack, where)


@pytest.mark.parametrize("where", ["every", "final"])
def test_two_directions_may_have_different_cells_and_sizes(where: Where, rng: np.random.Generator) -> None:
    stack = formed(rng, {"both": True}, {"cell": "tanh"})
    below, above = stack.network.layers
    gru = EVERY_CELL["gru"]
    below = replace(below, reverse=random_parameters(rng, gru, 2, 3), reverse_cell=gru)
    above = replace(above, parameters=random_parameters(rng, above.cell, 5, 2))
    other = State(rng.standard_normal((2, 3)))
    start, pull = ((states[0], other, states[2]) for states in (stack.start, stack.pull))
    stack = replace(stack, network=Network((below, above)), start=start, pull=pull)
    assert_outputs_are_those_of_the_oracle(stack)
    assert_gradients_are_those_of_the_oracle(stack, where)


@pytest.mark.parametrize("where", ["every", "final"])
@pytest.mark.parametrize(
    "forms",
    [
        ({}, {"cell": "tanh"}),
        ({"cell": "tanh", "silent": True}, {"cell": "tanh"}),
        ({"cell": "tanh", "both": True, "silent": True}, {"cell": "tanh", "both": True}),
        ({"both": True, "merge": "mul"}, {"silent": True}),
        ({"cell": "tanh", **READ}, {"cell": "tanh"}),
        ({"cell": "tanh"}, {"cell": "tanh", **READ}),
        ({"cell": "tanh", **BACK},),
    ],
)
def test_steps_are_left_out(forms: tuple[dict[str, Any], ...], where: Where, rng: np.random.Generator) -> None:
    stack = formed(rng, *forms, mask=HOLES)
    assert_outputs_are_those_of_the_oracle(stack)
    assert_gradients_are_those_of_the_oracle(stack, where)


def test_errors_may_enter_at_steps_that_were_left_out(rng: np.random.Generator) -> None:
    stack = formed(rng, {}, {"cell": "gru"}, mask=HOLES)
    weights = rng.standard_normal((5, 4, 2))
    trace = run_network(stack.network, stack.x, start=stack.start, mask=HOLES)
    errors = Entering((1, 2, 3, 4, 5), weights, np.zeros((5, 4), dtype=int))
    gradients = backpropagate_network(trace, errors)

    def loss(values: Any) -> Any:
        own = with_values(stack, values)
        each = (run_alone(own.network, inputs_of(own, k), start_alone(own.start, k), HOLES[:, k])[0] for k in range(4))
        return sum((weights[:, k] * outputs).sum() for k, outputs in enumerate(each))

    values = values_of(stack)
    for name, found in (("x", gradients.dx), ("layer 0 forward W", gradients.layers[0].forward.parameters.W)):
        assert_close(name, found, complex_step(loss, values, name), 1e-10)


def test_a_gradient_of_ones_own_at_the_final_state_is_that_of_a_loss_there(rng: np.random.Generator) -> None:
    for form, mask in (({"both": True, "merge": "mul"}, None), ({"both": True}, HOLES), (READ, None)):
        stack = formed(rng, {"cell": "gru"}, form, mask=mask)
        trace = run_network(stack.network, stack.x, mask=mask)
        errors = squared_error(trace, stack.readout, np.ones((1, trace.batch, 3)), "final")
        assert errors.output_errors is not None
        own = entering(trace, errors.output_errors @ stack.readout.V, "final")
        for expected, found in zip(
            backpropagate_network(trace, errors).layers, backpropagate_network(trace, own).layers, strict=True
        ):
            assert_close("W", found.forward.parameters.W, expected.forward.parameters.W, 1e-14)


def test_masked_symbols_have_no_gradient_and_what_is_masked_changes_nothing(rng: np.random.Generator) -> None:
    stack = formed(rng, {"both": True}, vocabulary=5, mask=HOLES)
    assert_gradients_are_those_of_the_oracle(stack, "every")
    other = np.where(HOLES, stack.x, 4)
    here = run_network(stack.network, stack.x, start=stack.start, mask=HOLES).outputs
    np.testing.assert_array_equal(here, run_network(stack.network, other, start=stack.start, mask=HOLES).outputs)


def test_a_mask_without_holes_is_lengths(rng: np.random.Generator) -> None:
    stack = formed(rng, {"both": True, "silent": True}, {"both": True, "silent": True}, lengths=[4, 2])
    mask = np.arange(4)[:, None] < np.array([4, 2])
    with_mask = run_network(stack.network, stack.x, mask=mask)
    np.testing.assert_array_equal(with_mask.outputs, run_network(stack.network, stack.x, [4, 2]).outputs)


def test_powers_of_two_are_carried_through_masks_and_merges(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry, "SAFE", 2.0)
    monkeypatch.setattr(carry, "COMFORT", 1.0)
    for merge in ("mul", "concat"):
        form = {"both": True, "merge": merge}
        stack = formed(rng, form, {**form, "cell": "gru"}, mask=HOLES)
        for where in ("every", "final"):
            assert_gradients_are_those_of_the_oracle(stack, where)


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


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"merge": "max", "both": True}, "layer 1 merges its directions by 'max'; there are concat, sum, mul, ave"),
        ({"merge": "sum"}, "layer 1 has one direction, but a merge or a reverse_cell is of two"),
        ({"as_read": True}, "layer 1 puts out its states as read, which is of a layer that reads backwards"),
    ],
)
def test_what_no_layer_can_do_is_refused(form: dict[str, Any], says: str, rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match=says):
        stack = formed(rng, form)
        run_network(stack.network, stack.x)


def test_directions_of_different_sizes_are_not_merged(rng: np.random.Generator) -> None:
    cell = EVERY_CELL["tanh"]
    layer = Layer(cell, random_parameters(rng, cell, 2, 2), random_parameters(rng, cell, 2, 3), merge="sum")
    with pytest.raises(ValueError, match="2 units that read from the start and 3 that read from the end"):
        run_network(Network((layer,)), np.zeros((4, 1, 2)))


@pytest.mark.parametrize("mask", [np.ones((4, 2)), np.ones((4, 1), bool), np.ones(4, bool)])
def test_a_mask_of_another_kind_or_shape_is_refused(mask: Array, rng: np.random.Generator) -> None:
    stack = formed(rng, {})
    with pytest.raises(ValueError, match=r"a mask is True where a step is read .* \(T, B\) = \(4, 2\); got"):
        run_network(stack.network, stack.x, mask=mask)
    with pytest.raises(ValueError, match="lengths and a mask were given"):
        run_network(stack.network, stack.x, [4, 2], mask=np.ones((4, 2), bool))


def test_merged_states_beyond_float64_are_said(rng: np.random.Generator) -> None:
    cell = EVERY_CELL["identity"]
    p = replace(random_parameters(rng, cell, 2, 2), W=np.eye(2) * 1e200)
    with pytest.raises(Overflow, match=r"layer 1 that reads from the start grow .* cannot be merged \(sum\)"):
        run_network(Network((Layer(cell, p, p, merge="sum"),)), np.ones((9, 1, 2)))


@pytest.mark.parametrize("where", ["every", "last"])
@pytest.mark.parametrize("lengths", [None, [5, 3]])
def test_what_reads_backwards_in_time_is_cut_as_the_other_way(
    lengths: list[int] | None, where: Where, rng: np.random.Generator
) -> None:
    stack = formed(rng, BACK, {"both": True, "merge": "mul"}, lengths=lengths)
    trace = run_network(stack.network, stack.x, None if lengths is None else [4, 3], stack.start)
    m = 4 if where == "every" else 1
    errors = squared_error(trace, stack.readout, np.ones((m, 2, 3)), where)
    whole = backpropagate_network(trace, errors)
    cut = backpropagate_network_truncated(trace, errors, 4, 4)  # one window: everything
    for layer, expected in zip(cut.layers, whole.layers, strict=True):
        for found, direction in zip(layer, expected.directions, strict=True):
            assert_close("W", found.W, direction.parameters.W, 1e-13)
    assert len(backpropagate_network_truncated(trace, errors, 2, 2).updates) > (where == "every")


def test_runs_that_cannot_be_cut_say_why(rng: np.random.Generator) -> None:
    for form, mask, where, says in (
        ({}, HOLES, "every", "a run with a mask is not cut"),
        (READ, None, "every", r"layer 1 puts out its states as it read them, from the end \(as_read\)"),
        ({"both": True, "merge": "sum"}, None, "final", "a loss at the final state of layer 1 is not cut"),
    ):
        stack = formed(rng, form, mask=mask)
        trace = run_network(stack.network, stack.x, mask=mask)
        T, B = trace.steps, trace.batch
        errors = squared_error(trace, stack.readout, np.ones((T if where == "every" else 1, B, 3)), where)
        with pytest.raises(ValueError, match=says):
            backpropagate_network_truncated(trace, errors, 2, 2)


def test_what_no_module_of_pytorch_can_be_is_not_written_for_it(rng: np.random.Generator) -> None:
    for form in (BACK, READ, {"both": True, "merge": "sum"}):
        stack = formed(rng, {}, form)
        with pytest.raises(ValueError, match="but layer 2 does not"):
            to_torch(stack.network)
    with pytest.raises(ValueError, match="holds no initial states"):
        to_torch(replace(formed(rng, {}).network, start=(State(np.ones(2)),)))
