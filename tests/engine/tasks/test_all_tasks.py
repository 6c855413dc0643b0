"""What holds for every task of the registry, at the ends of its lengths too."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import TASKS, Batch, Task
from engine.tasks import task

MANY = 4000  # readings from which an empirical average is taken
USUAL = [task(name) for name in TASKS]
ENDS = [task(name, length) for name, kind in TASKS.items() for length in {kind.lengths[0], min(kind.lengths[2], 200)}]
usual = pytest.mark.parametrize("task", USUAL, ids=lambda task: task.name)
anywhere = pytest.mark.parametrize("task", [*USUAL, *ENDS], ids=lambda task: f"{task.name}-{task.length}")


def batches(task: Task) -> list[Batch]:
    return [task.batch(np.random.default_rng(1), 5), task.evaluation(1, 7), task.shown()]


def same(one: Batch, other: Batch) -> bool:
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Batch)]
    return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


@anywhere
def test_shapes_and_ranges_are_as_the_task_says(task: Task) -> None:
    for batch, size in zip(batches(task), (5, 7, task.shown().x.shape[1]), strict=True):
        T = len(batch.x)
        symbols = batch.x.dtype.kind == "i"
        assert batch.x.shape == ((T, size) if symbols else (T, size, task.inputs))
        if symbols:
            assert batch.x.min() >= 0 and batch.x.max() < task.inputs
        m = T if batch.where == "every" else 1
        if task.loss == "cross-entropy":
            assert batch.targets.shape == (m, size) and batch.targets.dtype.kind == "i"
            assert batch.targets.min() >= 0 and batch.targets.max() < task.outputs
        else:
            assert batch.targets.shape == (m, size, task.outputs)
            assert np.isfinite(batch.targets).all()
        if task.loss == "binary-cross-entropy":
            assert set(np.unique(batch.targets)) <= {0.0, 1.0}
        assert batch.counts.shape == (m, size) and batch.counts.sum(axis=0).all()
        assert batch.weights is None or batch.weights.shape == (m, size)
        assert (batch.source is not None) == task.decodes
        for lengths, rows in ((batch.lengths, batch.x), (batch.source_lengths, batch.source)):
            assert lengths is None or (rows is not None and lengths.min() >= 1 and lengths.max() == len(rows))
        if batch.source is not None:
            assert batch.source.shape[1] == size and 0 <= batch.source.min() <= batch.source.max() < task.sources


@usual
def test_the_same_seed_gives_the_same_sequences_and_another_gives_others(task: Task) -> None:
    again = type(task)(task.length, task.text)
    assert all(same(one, other) for one, other in zip(batches(task), batches(again), strict=True))
    drawn = [task.batch(np.random.default_rng(seed), 20) for seed in range(5)]
    assert any(not same(drawn[0], other) for other in drawn[1:]) or len({*map(str, drawn)}) == 1


@anywhere
def test_what_is_of_use_lies_behind_by_some_of_the_steps(task: Task) -> None:
    assert 1 <= task.lag <= max(task.length, *(len(batch.x) for batch in batches(task)))


@usual
def test_tasks_are_values(task: Task) -> None:
    again = type(task)(task.length, task.text)
    assert again == task and hash(again) == hash(task)


def constant(task: Task, batch: Batch, asked: Batch) -> tuple[float, float | None]:
    """Loss and accuracy, on what is asked, of the constant answer that is the best by the shares of a batch."""
    if task.name == "copy" and len(batch.targets) > 1:  # the one whose best answer depends on the step
        steps = (
            constant(task, *(replace(one, targets=one.targets[k : k + 1], where="final") for one in (batch, asked)))
            for k in range(len(batch.targets))
        )
        losses, accuracies = zip(*steps, strict=True)
        return float(np.mean(losses)), float(np.mean(accuracies[-10:]))
    judged = asked.counts if asked.where == "final" else task.judged(asked)
    if task.loss == "squared-error":
        mean = np.average(batch.targets[..., 0], weights=batch.counts)
        loss = float(np.average((asked.targets[..., 0] - mean) ** 2, weights=asked.counts))
        return loss, task.accuracy(np.full(asked.targets.shape, mean), asked)
    if task.loss == "cross-entropy":
        known, wanted, right = (
            np.bincount(one.targets.ravel(), weights.ravel(), task.outputs) / weights.sum()
            for one, weights in ((batch, batch.counts), (asked, asked.counts), (asked, judged))
        )
        here = wanted > 0
        return -float((wanted[here] * np.log(known[here])).sum()), float(right[known.argmax()])
    share, other = (np.average(one.targets[..., 0], weights=one.counts) for one in (batch, asked))
    said = np.full(asked.targets.shape, share)
    return -float(other * np.log(share) + (1 - other) * np.log(1 - share)), task.accuracy(said, asked)


OWN = [task("series", 20, ",".join(str(k + k * k % 7) for k in range(200))), task("word", 6, "a b a c. b a d. " * 20)]


@pytest.mark.parametrize("task", [*USUAL, *OWN], ids=lambda task: task.name)
def test_the_chance_level_is_what_the_best_constant_of_what_is_learned_reaches_on_what_is_asked(task: Task) -> None:
    loss, accuracy = constant(task, task.batch(np.random.default_rng(3), MANY), task.evaluation(3, MANY))
    assert task.chance.loss == pytest.approx(loss, rel=0.06, abs=0.01)
    assert (task.chance.accuracy is None) == (accuracy is None)
    if accuracy is not None:
        assert task.chance.accuracy == pytest.approx(accuracy, abs=0.03)
    assert task.chance.why.endswith(".")


@anywhere
def test_no_sequence_that_is_learned_is_shorter_or_longer_than_the_task_says(task: Task) -> None:
    low, high = task.ends
    for seed in range(20):
        batch = task.batch(np.random.default_rng(seed), 5)
        lengths = np.array([len(batch.x)]) if batch.lengths is None else batch.lengths
        assert low <= lengths.min() and lengths.max() <= high
    every = task.batch(np.random.default_rng(0), MANY if high < 100 else 500)
    lengths = np.array([len(every.x)]) if every.lengths is None else every.lengths
    assert (lengths.min(), lengths.max()) == (low, high)


@usual
def test_no_chain_reads_from_the_end_what_it_is_to_say_next(task: Task) -> None:
    batch = task.batch(np.random.default_rng(3), 4)
    x, wanted = batch.x[1:], batch.targets[:-1]
    foretold = batch.where == "every" and task.input_names == task.output_names
    foretold = foretold or (x.shape == wanted.shape and np.array_equal(x, wanted))
    assert bool(task.one_way) == bool(foretold)


@usual
def test_outputs_of_zero_start_where_the_task_says(task: Task) -> None:
    if task.loss == "squared-error":
        batch = task.evaluation(3, MANY)
        found = np.average((batch.targets**2).sum(axis=-1), weights=batch.counts)
        assert task.start == pytest.approx(found, rel=0.06)
    else:
        assert task.start == pytest.approx(
            np.log(task.outputs) if task.loss == "cross-entropy" else task.outputs * np.log(2.0)
        )


def ideal(task: Task, batch: Batch) -> np.ndarray:
    """Outputs that say exactly what is wanted."""
    return np.eye(task.outputs)[batch.targets] if task.loss == "cross-entropy" else batch.targets


@anywhere
def test_who_says_what_is_wanted_is_right_everywhere(task: Task) -> None:
    for batch in batches(task):
        assert task.accuracy(ideal(task, batch), batch) in (None, 1.0)
        right = task.right(ideal(task, batch), batch)
        assert right is None or (right.shape == batch.counts.shape and right.all())


@usual
def test_a_goal_can_be_reached_and_chance_does_not_reach_it(task: Task) -> None:
    goal, chance = task.goal, task.chance
    assert goal.words.endswith(".")
    assert goal.reached(0.0, 1.0) and not goal.reached(np.nan, np.nan)
    assert not goal.reached(chance.loss, chance.accuracy)


@anywhere
def test_every_step_and_reading_has_its_word(task: Task) -> None:
    batch = task.shown()
    entered, wanted, source = task.words(batch)
    B = batch.x.shape[1]
    assert len(entered) == len(wanted) == B and len(source) == (B if task.decodes else 0)
    ends = [len(batch.x)] * B if batch.lengths is None else batch.lengths.tolist()
    assert [len(words) for words in entered] == ends
    assert [len(words) for words in wanted] == (ends if batch.where == "every" else [1] * B)
    assert all(word for sequence in (*entered, *wanted, *source) for word in sequence)


WRITTEN = st.text(alphabet='0123456789.,;:\t\n -#"aeNA/।é', max_size=60)


@pytest.mark.parametrize("name", [name for name, kind in TASKS.items() if kind.reads])
@given(text=WRITTEN | st.text(max_size=30))
def test_whatever_is_written_is_learned_from_or_refused_in_words(name: str, text: str) -> None:
    try:
        own = task(name, 3, text)
    except ValueError as refused:
        assert str(refused)
        return
    for batch in batches(own):
        entered, wanted, _ = own.words(batch)
        assert all(entered) and all(wanted)
    assert own.understood or not text
    assert own.goal.words and own.chance.why and np.isfinite([own.chance.loss, own.goal.threshold, own.start]).all()


@pytest.mark.parametrize("name", TASKS)
def test_a_length_out_of_range_is_told_what_is_accepted(name: str) -> None:
    low, _, high = TASKS[name].lengths
    for length in (low - 1, high + 1, 2.5, True, None, "5"):
        with pytest.raises(ValueError, match=rf"{low} to {high:,} are accepted"):
            TASKS[name](length)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, kind in TASKS.items() if not kind.reads])
def test_a_text_is_refused_where_none_is_read_and_left_behind_by_the_registry(name: str) -> None:
    with pytest.raises(ValueError, match="reads no text of its own"):
        TASKS[name](TASKS[name].lengths[1], "some words")
    assert task(name, text="some words") == task(name)


def test_an_unknown_task_is_answered_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'addin' is unknown; there are .*adding"):
        task("addin")
