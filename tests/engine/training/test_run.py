"""A training is a pure function of its record: the same numbers whoever asks, in whatever order and pieces."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.tasks.task import Goal
from engine.training.changes import Change
from engine.training.evaluation import evaluate
from engine.training.run import History, Run, common, run_of
from engine.training.step import saturation_of
from engine.training.training import FEWEST_JUDGED, JUDGED, Training

SMALL = Training(task="adding", length=8, hidden=4, batch=3, cell="gru")


def run(training: Training, updates: int) -> Run:
    made = Run(training)
    assert made.extend(updates) == updates
    return made


def assert_same(a: History, b: History) -> None:
    for name in ("loss", "log2_norm", "log2_factor", "log2_update", "shown", "log2_dh", "log2_arriving", "saturation"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


@pytest.mark.parametrize("cell", CELLS)
def test_a_run_is_the_same_twice_and_learns_something(cell: str) -> None:
    training = replace(SMALL, cell=cell, optimiser="adamw")
    one, other = run(training, 30), run(training, 30)
    assert_same(one.history(0, 30, 30), other.history(0, 30, 30))
    np.testing.assert_array_equal(one.at(30).numbers, other.at(30).numbers)
    loss = one.history(0, 30, 0).loss
    assert np.isfinite(loss).all() and loss[-5:].mean() < loss[:5].mean()


def test_a_run_that_grows_in_pieces_is_the_run_at_once() -> None:
    pieces = Run(SMALL)
    for until in (1, 4, 5, 17, 40):
        pieces.extend(until)
    pieces.extend(1000, seconds=0.0)  # one more, however short the time
    assert pieces.updates == 41
    assert_same(pieces.history(0, 41, 50), run(SMALL, 41).history(0, 41, 50))


def test_a_part_of_the_history_says_the_same_however_far_the_run_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.run.KEPT", 16)
    early, late = run(SMALL, 64), run(SMALL, 150)
    assert_same(early.history(32, 64, 8), late.history(32, 64, 8))
    shown = late.history(0, 150, 150).shown
    assert shown[:32].tolist() == [*range(32)] and shown[-3:].tolist() == [128, 136, 144]  # fewer and fewer
    assert len(late.history(0, 150, 20).shown) <= 20
    assert [one.update for one in early.evaluations()] == [one.update for one in late.evaluations(0, 65)]


def test_any_moment_is_computed_again_to_the_last_bit() -> None:
    training = replace(SMALL, changes=(Change(20, "rate", 0.01), Change(25, "batch", 5.0), Change(33, "clip", 0.1)))
    done = run(training, 90)
    weights = {}
    growing = Run(training)
    for update in range(90):
        weights[update] = growing.at(update).numbers
        growing.extend(update + 1)
    for update in (70, 3, 21, 34, 35, 89, 0):
        moment = done.moment(update)
        np.testing.assert_array_equal(moment.model.numbers, weights[update])
        assert moment.forward.loss == done.history(update, update + 1, 0).loss[0]
    np.testing.assert_array_equal(done.moment(88).weights, weights[89])
    with pytest.raises(ValueError, match="update 91 was asked for, but the run has made 90"):
        done.moment(91)


def test_a_change_on_the_way_leaves_everything_before_it_as_it_was() -> None:
    changed = replace(SMALL, changes=(Change(10, "rate", 0.05), Change(15, "clip", 0.0), Change(20, "batch", 7.0)))
    one, other = run(SMALL, 30), run(changed, 30)
    assert_same(one.history(0, 10, 9), other.history(0, 10, 9))
    assert one.history(11, 12, 0).loss[0] != other.history(11, 12, 0).loss[0]
    assert other.moment(9).batch.x.shape[1] == 3 and other.moment(20).batch.x.shape[1] == 7
    assert other.history(15, 30, 0).log2_factor.max() == 0.0


def test_racers_see_the_same_batches_in_the_same_order() -> None:
    one, other = run(SMALL, 3), run(replace(SMALL, cell="lstm", rate=0.1), 3)
    for update in range(3):
        np.testing.assert_array_equal(one.moment(update).batch.x, other.moment(update).batch.x)
    assert not np.array_equal(one.moment(0).batch.x, one.moment(1).batch.x)


def test_a_goal_is_reached_by_no_less_than_a_hundred_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four of four right are luck: none of these networks has learned anything."""
    monkeypatch.setattr("engine.training.training.MOST_JUDGED", 0)  # as where each sequence takes very much
    lucky = 0
    for seed in range(1, 60):
        dear = Training(task="latch", length=20, hidden=2, batch=1, seed=seed)
        few = evaluate(dear, dear.structure.model(dear.start()), 0, support=False)
        assert few.judged == FEWEST_JUDGED and len(dear.fresh_batches) * FEWEST_JUDGED == JUDGED >= 100
        begun = Run(dear)
        (one,) = begun.evaluations()
        assert begun.solved is None and not dear.learned.goal.reached(one.loss, one.accuracy)
        assert (FEWEST_JUDGED < one.judged < JUDGED) == (few.accuracy == 1.0)
        lucky += few.accuracy == 1.0
    assert lucky


def test_sequences_that_are_judged_in_parts_say_what_they_say_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training(task="sentiment", length=12, hidden=8, seed=2)
    model = training.structure.model(training.start())
    monkeypatch.setattr(Goal, "reached", lambda *_: True)
    whole = evaluate(training, model, 0)
    monkeypatch.setattr("engine.training.training.MOST_JUDGED", 0)
    parts = evaluate(replace(training), model, 0)
    assert parts.judged == whole.judged == JUDGED
    assert (parts.loss, parts.accuracy) == pytest.approx((whole.loss, whole.accuracy), rel=1e-12)


def test_a_run_whose_numbers_leave_float64_stops_and_says_what_to_try() -> None:
    wild = Run(replace(SMALL, cell="relu", initialiser="identity", optimiser="sgd", rate=10.0, clip=0.0, scale=3.0))
    wild.extend(100)
    assert wild.updates < 100
    assert wild.stopped.startswith(f"Update {wild.updates + 1}: ")
    assert wild.stopped.endswith("Try a smaller rate than 10, or clipping the gradient.")
    assert np.isfinite(wild.history(0, 100, 100).loss).all()
    before = wild.stopped
    wild.extend(200)
    assert wild.stopped == before


def test_a_change_goes_on_from_the_run_without_it() -> None:
    changed = replace(SMALL, changes=(Change(50, "rate", 0.02),))
    alone, grown = run(changed, 80), run(SMALL, 75)
    forked = Run(changed, grown)
    assert forked.updates == 50
    forked.extend(80)
    assert_same(forked.history(0, 80, 80), alone.history(0, 80, 80))
    np.testing.assert_array_equal(forked.at(80).numbers, alone.at(80).numbers)
    np.testing.assert_array_equal(forked.moment(47).weights, alone.moment(47).weights)
    assert [one.loss for one in forked.evaluations()] == [one.loss for one in alone.evaluations()]
    assert common(changed, SMALL) == 50 and common(changed, replace(SMALL, seed=8)) == 0


def test_all_who_ask_get_one_run_and_old_runs_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.run.RUNS", 60_000.0)
    first = run_of(replace(SMALL, seed=1))
    assert run_of(replace(SMALL, seed=1)) is first
    for seed in range(2, 9):
        run_of(replace(SMALL, seed=seed)).extend(40)
    assert run_of(replace(SMALL, seed=1)) is not first


@pytest.mark.parametrize("cell", CELLS)
def test_saturation_is_that_of_the_trace(cell: str) -> None:
    trace = run(replace(SMALL, cell=cell, layers=2, both=True), 3).moment(2).forward.trace
    each = [direction.saturation.mean() for layer in trace.layers for direction in layer.directions]
    assert saturation_of(trace) == pytest.approx(np.mean(each), abs=1e-12)


def test_a_run_that_cannot_even_begin_says_why() -> None:
    wild = Run(
        Training(task="latch", length=1000, cell="identity", layers=2, initialiser="identity", scale=3.0, hidden=2)
    )
    assert wild.updates == wild.extend(10) == 0
    assert wild.stopped.startswith("Update 1: the states of layer 1 grow beyond what float64 holds at step")
    assert wild.history(0, 10, 10).loss.shape == (0,)


def test_snapshots_take_no_more_than_their_bytes_and_moments_stay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(SMALL, 200)
    monkeypatch.setattr("engine.training.run.SNAPSHOTS", 6 * 3 * whole.at(0).numbers.nbytes)
    thin = run(SMALL, 200)
    assert len(thin._snapshots) <= 6 and set(thin._snapshots) < set(whole._snapshots)
    assert thin.bytes < whole.bytes
    for update in (0, 17, 150, 199):
        np.testing.assert_array_equal(thin.moment(update).weights, whole.moment(update).weights)


@pytest.mark.parametrize(
    ("changes", "quantity"),
    [
        ({"length": 800}, "the loss"),  # whose square of 3**800 float64 does not hold
        ({"task": "latch", "length": 400, "optimiser": "adam"}, "the square of the gradient"),
    ],
)
def test_what_left_float64_is_named(changes: dict[str, Any], quantity: str) -> None:
    wild = replace(SMALL, cell="identity", initialiser="identity", optimiser="sgd", rate=1.0, clip=0.0, scale=3.0)
    stopped = Run(replace(wild, **changes))
    stopped.extend(300)
    assert stopped.stopped == (
        f"Update {stopped.updates + 1}: {quantity} is no finite number any more. "
        "Try a smaller rate than 1, or clipping the gradient."
    )
    assert np.isfinite(stopped.at(stopped.updates).numbers).all()


@pytest.mark.parametrize("wrong", ["adding", None, [SMALL]])
def test_a_run_of_what_is_no_training_says_so(wrong: Any) -> None:
    run_of(SMALL)
    with pytest.raises(ValueError, match="a Training was expected: one of TrainStudy"):
        run_of(wrong)
