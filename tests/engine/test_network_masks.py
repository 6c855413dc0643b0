"""Masks: steps that every layer leaves out, wherever they stand, and what is put out there.

Every gradient is beside the complex-step derivative of the oracle's own run, step by step in time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.errors import Entering, Where
from engine.gradients import carry
from engine.networks.network import run_network
from engine.networks.network_gradients import backpropagate_network
from tests.engine.forms import BACK, HOLES, READ, Array, assert_outputs_are_those_of_the_oracle, formed
from tests.engine.networks import assert_close
from tests.engine.stacks import (
    complex_step,
    inputs_of,
    run_alone,
    start_alone,
    values_of,
    with_values,
)
from tests.engine.test_networks import assert_gradients_are_those_of_the_oracle


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


@pytest.mark.parametrize("mask", [np.ones((4, 2)), np.ones((4, 1), bool), np.ones(4, bool)])
def test_a_mask_of_another_kind_or_shape_is_refused(mask: Array, rng: np.random.Generator) -> None:
    stack = formed(rng, {})
    with pytest.raises(ValueError, match=r"a mask is True where a step is read .* \(T, B\) = \(4, 2\); got"):
        run_network(stack.network, stack.x, mask=mask)
    with pytest.raises(ValueError, match="lengths and a mask were given"):
        run_network(stack.network, stack.x, [4, 2], mask=np.ones((4, 2), bool))
