"""One weight nudged, one update made, one prediction asked: each against the loss run again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import cross_entropy
from engine.forward import unroll
from engine.studies.backward.look import RATES, backwards, deciding, long_range, near, nudged
from engine.studies.backward.nudge import entry, nearest_place, nudge
from engine.studies.backward.study import BackwardStudy
from engine.studies.backward.update import descended, update
from engine.studies.backward.weights import Weights

Array = np.ndarray[Any, np.dtype[Any]]
each_cell = pytest.mark.parametrize("cell", CELLS)


def loss_alone(study: BackwardStudy, cell: str, weights: Weights) -> float:
    """The loss of one network, run by itself."""
    with np.errstate(over="ignore", invalid="ignore"):
        trace = unroll(CELLS[cell], weights.parameters, study.sequence().x)
        return float(study.errors(trace, weights).loss.sum())


@each_cell
@pytest.mark.parametrize("at", ["last", "every"])
def test_a_nudge_agrees_with_the_gradient_at_every_kind_of_weight(cell: str, at: Any) -> None:
    study = BackwardStudy(cells=(cell,), at=at, text="hello!", hidden=3)
    for name in study.weights(cell).named():
        found = nudged(study, cell, (name, 1, 1))
        error = np.abs(found.difference - found.gradient).min()
        assert error <= 1e-8 * max(1.0, abs(found.gradient))
        assert found.weight == entry(study.weights(cell), (name, 1, 1))


def test_the_error_of_a_nudge_first_falls_with_its_square_and_then_rises() -> None:
    found = nudged(BackwardStudy(), "tanh", ("W", 2, 3))
    assert found.error[1] / found.error[2] == pytest.approx(100.0, rel=0.05)  # from 1e-2 to 1e-3
    assert found.error[-1] > 100.0 * found.error.min()


def test_the_up_and_down_runs_are_the_loss_of_the_nudged_network() -> None:
    study = BackwardStudy(at="every")
    found = nudged(study, "gru", ("U", 3, 2))
    weights = study.weights("gru")
    U = weights.parameters.U.copy()
    U[2, 1] += found.sizes[0]
    assert found.up[0] == pytest.approx(loss_alone(study, "gru", weights.with_arrays({"U": U})), rel=1e-14)
    np.testing.assert_array_equal(weights.parameters.U, study.weights("gru").parameters.U)  # nothing was written into


@pytest.mark.parametrize("place", [("X", 1, 1), ("W", 0, 1), ("W", 5, 1), ("b", 1, 2)])
def test_a_weight_that_does_not_exist_is_refused_and_has_a_neighbour(place: Any) -> None:
    study = BackwardStudy()
    weights = study.weights("tanh")
    with pytest.raises(ValueError, match="no "):
        nudge(partial(study.losses, "tanh"), weights, weights, place)
    entry(weights, nearest_place(weights, place))


@each_cell
def test_an_update_is_the_weights_minus_the_rate_times_the_gradient(cell: str) -> None:
    study = BackwardStudy(cells=(cell,), at="every", text="hello!", hidden=3)
    found = backwards(study, cell)
    for r in range(len(RATES)):
        new = found.weights.with_arrays(
            {name: w - RATES[r] * found.gradient.named()[name] for name, w in found.weights.named().items()}
        )
        assert found.update.after[r] == pytest.approx(loss_alone(study, cell, new), rel=1e-12)
        assert found.update.log2_after[r] == pytest.approx(float(new.log2_norm), rel=1e-14)
        for name, array in descended(found.weights, found.gradient, RATES[r]).named().items():
            np.testing.assert_array_equal(array, new.named()[name])
    assert found.update.before == pytest.approx(loss_alone(study, cell, found.weights), rel=1e-14)
    # the first-order promise: the loss falls by rate times the squared norm of the gradient
    promised = RATES[0] * 4.0**found.update.log2_gradient
    assert found.update.before - found.update.after[0] == pytest.approx(promised, rel=0.2)


def test_a_rate_that_is_no_rate_is_refused() -> None:
    study = BackwardStudy()
    weights = study.weights("tanh")
    with pytest.raises(ValueError, match="learning rate is -1"):
        update(lambda new: 0.0, weights, weights, (-1.0,))


def test_an_update_beyond_float64_is_said_to_be_one() -> None:
    study = BackwardStudy()
    weights = study.weights("tanh")
    huge = weights.with_arrays({"W": np.full_like(weights.parameters.W, 1e308)})
    found = update(partial(study.losses, "tanh"), weights, huge, (0.0, 10.0, 1e-308))
    assert found.after[0] == found.before == pytest.approx(loss_alone(study, "tanh", weights), rel=1e-14)
    assert found.log2_after[0] == found.log2_weights
    assert np.isnan(found.after[1]) and np.isnan(found.log2_after[1])
    assert found.after[2] == pytest.approx(loss_alone(study, "tanh", descended(weights, huge, 1e-308)), rel=1e-12)


@pytest.mark.parametrize("cell", ["relu", "identity", "lstm"])
def test_updates_so_large_that_states_leave_float64_have_the_loss_of_each_network_alone(cell: str) -> None:
    study = BackwardStudy(cells=(cell,), at="every", inputs="random", steps=40, hidden=3, scale=3.0)
    weights = study.weights(cell)
    rates = (0.0, 1.0, 1e6, 1e12)
    found = update(partial(study.losses, cell), weights, weights, rates)
    alone = [loss_alone(study, cell, descended(weights, weights, rate)) for rate in rates]
    np.testing.assert_allclose(found.after, alone, rtol=1e-9)
    assert cell == "lstm" or np.isinf(alone[-1])


@each_cell
def test_reach_is_the_derivative_of_the_predictions_log_probability_by_every_word(cell: str) -> None:
    study = BackwardStudy(cells=(cell,), hidden=3)
    step = 1e-30
    readings = long_range(study)
    vocabulary = tuple(sorted({word for reading in readings for word in reading.sentence.read}))
    for reading in readings:
        sentence = reading.sentence
        weights = study.reading(cell, vocabulary)
        codes = [vocabulary.index(word) for word in sentence.read]
        x = np.eye(len(vocabulary))[codes][:, None].astype(complex)
        wanted = np.array([[codes[sentence.asked - 1]]])
        for t in (1, 2, sentence.asked - 1, sentence.asked):
            slopes = []
            for d in range(x.shape[2]):
                other = x.copy()
                other[t - 1, 0, d] += step * 1j
                trace = unroll(CELLS[cell], weights.parameters, other)
                loss = cross_entropy(trace, weights.readout, wanted, (sentence.asked - 1,)).loss
                slopes.append(loss[0, 0].imag / step)
            size, log2 = float(np.linalg.norm(slopes)), reading.log2_norms[0][t - 1]
            assert (size == 0.0 and np.isneginf(log2)) or 2.0**log2 == pytest.approx(size, rel=1e-10)


def test_the_first_word_decides_a_word_eleven_steps_later() -> None:
    """Lecture D8."""
    today, last = (reading.sentence for reading in long_range(BackwardStudy()))
    assert " ".join(today.read).startswith("today due to my current job situation and family conditions i need to")
    assert (today.first, last.first) == ((1,), (1, 2))
    assert today.words[today.asked - 1] == "need"
    assert last.words[last.asked - 1] == "had"
    assert today.asked - today.first[-1] == last.asked - last.first[-1] == 11
    assert today.words[1:11] == last.words[2:12]


@pytest.mark.parametrize(
    ("one", "other", "asked", "first"),
    [
        ("The key to the cabinets is here", "The keys to the cabinets are here", (6, 6), ((2,), (2,))),
        ("he saw her", "He saw, her!", (3, 3), ((1,), (1,))),  # nothing differs: the last word is asked for
        ("a b c", "d b c", (3, 3), ((1,), (1,))),  # nor where nothing is read before what differs
        ("the cat is big", "the cat is small", (4, 4), ((1,), (1,))),  # nothing decides it
        ("a b c no", "a d b c yes", (4, 5), ((1,), (2,))),
        ("a b c", "d e f g h", (3, 5), ((1, 2), (1, 2, 3, 4))),
    ],
)
def test_the_last_word_in_which_both_differ_is_asked_for(
    one: str, other: str, asked: tuple[int, int], first: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    found = [reading.sentence for reading in long_range(BackwardStudy(sentence=one, other=other))]
    assert tuple(sentence.asked for sentence in found) == asked
    assert tuple(sentence.first for sentence in found) == first
    assert [len(sentence.words) for sentence in found] == [len(text.split()) for text in (one, other)]


def test_a_sentence_changes_nothing_but_the_long_range() -> None:
    study = BackwardStudy(sentence="a b c d", scale=2.0)
    assert near(study) == BackwardStudy(scale=2.0)
    assert deciding(study) == study


def test_reach_depends_on_nothing_but_network_and_seed() -> None:
    study = BackwardStudy(text="another text", at="every", inputs="random", steps=9)
    assert deciding(study) == BackwardStudy()
    assert deciding(replace(study, scale=2.0)) == BackwardStudy(scale=2.0)
