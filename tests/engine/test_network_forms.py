"""What layers of real files do beside the usual: reading backwards, merging, directions of different cells.

Every gradient is beside the complex-step derivative of the oracle's own run, step by step in time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import Where, entering, squared_error
from engine.files import to_torch
from engine.forward import State
from engine.networks.network import Layer, Network, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.networks.network_truncated import backpropagate_network_truncated
from engine.overflow import Overflow
from tests.engine.forms import BACK, HOLES, READ, assert_outputs_are_those_of_the_oracle, formed
from tests.engine.networks import EVERY_CELL, assert_close, random_parameters
from tests.engine.test_networks import assert_gradients_are_those_of_the_oracle


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
