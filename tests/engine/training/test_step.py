"""One update: its gradient against the complex step on every task, cut, masked, clipped; its phases fit together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.networks.network import run_network
from engine.tasks import TASKS, Batch
from engine.training.losses import loss_of
from engine.training.optimisers import OptimiserState
from engine.training.step import (
    Step,
    backward_of,
    clip_of,
    forward_of,
    log2_arriving,
    log2_by_step,
    log2_heard,
    norm_of,
    step_of,
)
from engine.training.training import Training

Array = np.ndarray[Any, np.dtype[Any]]
STEP = 1e-30


def training_on(task: str, **changes: Any) -> Training:
    low, usual, _ = TASKS[task].lengths
    return Training(task=task, length=min(usual, low + 8), **{"hidden": 3, "batch": 4, "cell": "gru", **changes})


def assert_slope(training: Training, numbers: Array, gradient: Array, batch: Batch, rng: np.random.Generator) -> None:
    """The gradient along random directions is that of the complex step."""
    for _ in range(4):
        direction = rng.standard_normal(len(numbers))
        forward = forward_of(training, training.structure.model(numbers + 1j * STEP * direction), batch)
        slope = np.imag(forward.errors.loss.sum()) / STEP
        assert gradient @ direction == pytest.approx(slope, rel=1e-10, abs=1e-12 * float(np.linalg.norm(gradient)))


@pytest.mark.parametrize("cell", ["tanh", "lstm", "gru"])
@pytest.mark.parametrize("task", TASKS)
def test_the_first_gradient_of_every_task_is_that_of_the_complex_step(
    task: str, cell: str, rng: np.random.Generator
) -> None:
    training = training_on(task, cell=cell)
    numbers = training.start()
    step = step_of(training, numbers, OptimiserState(), 0)
    assert_slope(training, numbers, step.backward.gradient, step.batch, rng)


@pytest.mark.parametrize(
    ("task", "changes"),
    [
        ("copy", {"layers": 2, "both": True}),
        ("entities", {"layers": 2, "both": True, "cell": "lstm"}),
        ("translation", {"layers": 2, "both": True, "cell": "lstm"}),  # which a decoder cannot be: one way is used
        ("sentiment", {"summed": True}),
        ("order", {"initialiser": "chrono", "cell": "mgu"}),
    ],
)
def test_so_is_that_of_layers_both_directions_and_sums(
    task: str, changes: dict[str, Any], rng: np.random.Generator
) -> None:
    training = training_on(task, **changes)
    numbers = training.start()
    step = step_of(training, numbers, OptimiserState(), 0)
    assert_slope(training, numbers, step.backward.gradient, step.batch, rng)


def test_a_cut_gradient_is_that_of_pieces_whose_start_has_no_history(rng: np.random.Generator) -> None:
    training = training_on("copy", layers=2, truncation=4)
    numbers, batch = training.start(), training.drawn_batch(0, 4)
    model = training.structure.model(numbers)
    forward = forward_of(training, model, batch)
    gradient, share = backward_of(training, forward).gradient, 1.0 / batch.targets.size
    direction = rng.standard_normal(len(numbers))
    tilted = training.structure.model(numbers + 1j * STEP * direction)
    slope = 0.0
    for start in range(0, len(batch.x), 4):
        known = run_network(model.network, batch.x[:start], np.full(4, start)).final if start else None
        piece = Batch(batch.x[start : start + 4], batch.targets[start : start + 4], "every")
        trace = run_network(tilted.network, piece.x, np.full(4, len(piece.x)), known)
        slope += (
            float(loss_of(trace, tilted.readout, piece, "cross-entropy", summed=True).loss.sum().imag) * share / STEP
        )
    assert gradient @ direction == pytest.approx(slope, rel=1e-10)
    whole = step_of(replace(training, truncation=0), numbers, OptimiserState(), 0).backward.gradient
    assert not np.allclose(gradient, whole)


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize("task", ["adding", "copy", "sentiment", "entities", "loan"])
def test_masked_readings_count_nothing_and_weights_as_they_say(
    task: str, summed: bool, rng: np.random.Generator
) -> None:
    training = training_on(task, both=task != "loan", summed=summed)
    numbers, batch = training.start(), training.drawn_batch(0, 4)
    weights = rng.uniform(0.5, 2.0, batch.targets.shape[:2]) * (np.arange(4) != 2)
    weighted = replace(batch, weights=weights)
    model = training.structure.model(numbers)
    plain, forward = (forward_of(training, model, one) for one in (batch, weighted))
    total = 1.0 if summed else weighted.counts.sum()
    each = plain.errors.loss * (1.0 if summed else batch.counts.sum())
    np.testing.assert_allclose(forward.errors.loss, each * weights / total, rtol=1e-12, atol=1e-15)
    assert forward.loss == pytest.approx(float((each * weights).sum() / weighted.counts.sum()))
    assert_slope(training, numbers, backward_of(training, forward).gradient, weighted, rng)


def test_a_batch_of_which_nothing_counts_is_refused() -> None:
    training = training_on("order")
    batch = replace(training.drawn_batch(0, 4), weights=np.zeros((1, 4)))
    with pytest.raises(ValueError, match="every reading of the batch is masked"):
        forward_of(training, training.structure.model(training.start()), batch)


def test_clipping_by_norm_keeps_the_direction_and_by_value_each_entry(rng: np.random.Generator) -> None:
    gradient = rng.standard_normal(50)
    norm = float(np.linalg.norm(gradient))
    shorter, log2_factor = clip_of(gradient, norm_of(gradient), "norm", 0.5)
    np.testing.assert_allclose(shorter, gradient * 0.5 / norm, rtol=1e-14)
    assert log2_factor == pytest.approx(np.log2(0.5 / norm))
    for by, limit in (("norm", norm * 1.001), ("norm", 0.0), ("value", 0.0)):
        same, nothing = clip_of(gradient, norm_of(gradient), by, limit)
        assert nothing == 0.0
        np.testing.assert_array_equal(same, gradient)
    cut, log2_factor = clip_of(gradient, norm_of(gradient), "value", 0.5)
    np.testing.assert_array_equal(cut, np.clip(gradient, -0.5, 0.5))
    assert 2.0**log2_factor == pytest.approx(np.linalg.norm(cut) / norm)


@pytest.mark.parametrize("power", [-600, -200, 0, 200, 600])
def test_a_norm_neither_underflows_nor_overflows(power: int, rng: np.random.Generator) -> None:
    vector = rng.standard_normal(9)
    assert norm_of(np.ldexp(vector, power)) == pytest.approx(norm_of(vector) + power, abs=1e-12)
    assert norm_of(np.zeros(9)) == -np.inf


@pytest.mark.parametrize("changes", [{}, {"layers": 2, "both": True}, {"truncation": 3}])
def test_the_gradient_at_each_step_is_that_of_all_sequences_and_layers_together(changes: dict[str, Any]) -> None:
    training = training_on("entities", **changes)
    step: Step = step_of(training, training.start(), OptimiserState(), 0)
    squares = np.zeros(step.forward.trace.steps)
    for start, gradients in step.backward.windows:
        for layer in gradients.layers:
            for reverse, direction in enumerate(layer.directions):
                for column, end in enumerate(direction.trace.ends):
                    for t in range(1, end + 1):
                        at = end + 1 - t if reverse else t
                        squares[start + at - 1] += np.square(direction.dh[t, column]).sum()
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(log2_by_step(step.backward, step.forward.trace), np.log2(squares) / 2.0, atol=1e-10)


def test_the_encoders_steps_are_counted_back_from_where_each_sequence_ends() -> None:
    training = training_on("translation", layers=2)
    step: Step = step_of(training, training.start(), OptimiserState(), 0)
    encoder, room = step.backward.encoder, training.learned.heard
    assert encoder is not None
    squares = np.zeros(room)
    for layer in encoder.layers:
        for column, end in enumerate(encoder.trace.ends.tolist()):
            for back in range(end):
                squares[room - 1 - back] += np.square(layer.forward.dh[end - back, column]).sum()
    longest = int(encoder.trace.ends.max())
    found = log2_heard(step.backward, room)
    np.testing.assert_allclose(found[room - longest :], np.log2(squares[room - longest :]) / 2.0, atol=1e-10)
    assert np.isnan(found[: room - longest]).all()


@pytest.mark.parametrize(
    ("task", "changes"),
    [
        ("sentiment", {}),
        ("sentiment", {"layers": 2, "cell": "lstm"}),
        ("order", {"both": True}),
        ("sentiment", {"both": True}),
        ("loan", {}),
        ("entities", {"truncation": 3}),
        ("translation", {}),
    ],
)
def test_what_arrives_at_step_1_is_measured_against_where_each_sequence_ends(
    task: str, changes: dict[str, Any]
) -> None:
    """Each chain against its own error: of two directions the one that reads from the start."""
    training = training_on(task, **changes)
    step: Step = step_of(training, training.start(), OptimiserState(), 0)
    first = last = 0.0
    for start, gradients in step.backward.windows:
        for layer in gradients.layers:
            chain = layer.forward
            for column, end in enumerate(step.forward.trace.layers[0].forward.ends.tolist()):
                first += np.square(chain.dh[1, column]).sum() if start == 0 else 0.0
                if start < end < start + len(chain.dh):
                    last += np.square(chain.dh[end - start, column]).sum()
    assert 2.0 ** log2_arriving(step.backward, step.forward.trace) == pytest.approx(np.sqrt(first / last), rel=1e-10)


def test_what_arrives_at_step_1_is_not_said_where_it_comes_by_two_ways() -> None:
    training = training_on("entities", layers=2, both=True)
    step = step_of(training, training.start(), OptimiserState(), 0)
    assert np.isnan(log2_arriving(step.backward, step.forward.trace))


def test_the_four_phases_of_an_update_fit_together() -> None:
    training = training_on("adding", optimiser="sgd", rate=0.1, clip=0.01)
    numbers = training.start()
    step = step_of(training, numbers, OptimiserState(), 5)
    assert step.number == 5 and step.state.updates == 1
    np.testing.assert_array_equal(step.change, step.clipped * -0.1)
    np.testing.assert_array_equal(step.weights, numbers + step.change)
    assert np.linalg.norm(step.clipped) == pytest.approx(0.01)
    np.testing.assert_array_equal(step.model.numbers, numbers)
    arrays = training.structure.arrays(step.backward.gradient)
    readout = step.forward.errors.readout
    assert readout is not None
    np.testing.assert_array_equal(arrays["readout.V"], readout.V)
    np.testing.assert_array_equal(arrays["network.0.W"], step.backward.windows[0][1].layers[0].forward.parameters.W)
