"""The backward pass by hand, and what each mistake in it does."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from engine import CELLS, backpropagate, unroll
from engine.studies.backward.look import backwards
from engine.studies.backward.mistakes import (
    CASES,
    FORGOTTEN,
    KEPT_FORGOTTEN,
    LATE,
    MEMORY_FORGOTTEN,
    OF_CELLS,
    ONE_NUMBER,
    SEEN,
    SLOPE,
    SWAPPED,
    TRANSPOSE,
    by_hand,
    lines,
    miss,
    tried,
)
from engine.studies.backward.study import BackwardStudy
from engine.studies.trained import Trained
from engine.training.training import Training

HERE, NUMBER, SINGLE = CASES


def _gradients(cell: str, at: str = "every"):
    return backwards(BackwardStudy(cells=(cell,), at=at, hidden=5), cell).gradients


@pytest.mark.parametrize("cell", OF_CELLS)
@pytest.mark.parametrize("at", ["last", "every"])
def test_without_a_mistake_the_pass_by_hand_is_the_engines(cell, at):
    gradients = _gradients(cell, at)
    mine = by_hand(gradients)
    assert max(miss(mine.parameters, gradients.parameters).values()) < 1e-13
    np.testing.assert_allclose(mine.dh, gradients.dh[:, 0], rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("cell", OF_CELLS)
def test_every_mistake_shows_on_weights_that_are_drawn(cell):
    for one in tried(_gradients(cell)):
        linear = one.mistake is SLOPE and cell in ("identity", "relu")  # whose slope at h is that at a
        assert (one.by_case[HERE] > 1e-3) is not linear, one.mistake.title


@pytest.mark.parametrize("cell", OF_CELLS)
def test_the_transpose_is_not_seen_where_w_is_one_number(cell):
    found = {one.mistake: one.by_case for one in tried(_gradients(cell))}
    assert found[TRANSPOSE][NUMBER] < SEEN < found[TRANSPOSE][HERE]
    assert found[LATE][NUMBER] > SEEN


def test_what_later_steps_send_is_not_missed_where_there_is_none():
    for cell, forgotten in {"lstm": (FORGOTTEN, MEMORY_FORGOTTEN), "gru": (FORGOTTEN, KEPT_FORGOTTEN)}.items():
        found = {one.mistake: one.by_case for one in tried(_gradients(cell))}
        assert all(found[mistake][SINGLE] < SEEN < found[mistake][HERE] for mistake in forgotten)


def test_i_for_g_leaves_all_gates_but_the_input_gate_as_they_are_in_a_single_step():
    gradients = _gradients("lstm")
    trace = gradients.trace
    one = unroll(CELLS["lstm"], trace.parameters, trace.x[:1])
    from engine.errors import entering

    step = backpropagate(one, entering(one, np.ones((1, 1, 5))))
    wrong, right = by_hand(step, SWAPPED).parameters.b, step.parameters.b
    i, g = one.gates["input"][0, 0], one.gates["candidate"][0, 0]
    np.testing.assert_allclose(wrong[5:], right[5:], rtol=1e-12)
    np.testing.assert_allclose(wrong[:5], right[:5] * i / g, rtol=1e-12)


def test_the_transpose_of_one_step_back_is_w_itself():
    gradients = _gradients("identity", "last")
    wrong = by_hand(gradients, TRANSPOSE).dh
    W = gradients.trace.parameters.W
    np.testing.assert_allclose(wrong[-2], W @ gradients.dh[-1, 0], rtol=1e-12)
    np.testing.assert_allclose(by_hand(gradients).dh[-2], W.T @ gradients.dh[-1, 0], rtol=1e-12)


def test_other_cells_and_lines_are_refused_with_a_sentence():
    gradients = _gradients("tanh")
    with pytest.raises(ValueError, match="has no line “di = dc"):
        by_hand(gradients, SWAPPED)
    other = next(name for name in CELLS if name not in OF_CELLS)
    with pytest.raises(ValueError, match="is not written by hand here"):
        tried(_gradients(other))


def test_one_number_is_the_lectures():
    assert ONE_NUMBER == 0.4893


def test_a_trained_network_that_another_process_was_handed_has_its_pass_written_too() -> None:
    training = Training(task="loan", length=8, hidden=4, batch=4, cell="lstm")
    study = BackwardStudy(trained=Trained(training, 2))
    study.run("lstm")  # what a record remembers of its cell goes with it
    handed = pickle.loads(pickle.dumps(study))
    assert handed.run("lstm").trace.cell is not CELLS["lstm"]
    assert lines(handed.run("lstm")) == lines(BackwardStudy(cells=("lstm",)).run("lstm"))
