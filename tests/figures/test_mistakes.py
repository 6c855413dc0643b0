"""The message of a pass by hand with one mistake, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.studies.backward.look import backwards
from engine.studies.backward.mistakes import CASES, OF_CELLS, tried
from engine.studies.backward.study import BackwardStudy
from figures.backward.answer import mistakes
from figures.backward.mistakes import verdict
from figures.message import opened
from figures.words import LOG10_2, number

STUDY = BackwardStudy(cells=("lstm", "leaky"))


def test_every_mistake_is_sent_with_how_far_off_it_leads_and_its_errors() -> None:
    header, arrays = opened(mistakes(STUDY, "lstm"))
    found = tried(backwards(STUDY, "lstm").gradients)
    assert [one["title"] for one in header["mistakes"]] == [one.title for one in OF_CELLS["lstm"]]
    assert arrays["cases"].shape == (len(found), len(CASES))
    np.testing.assert_array_equal(arrays["arrays"], [list(one.misses.values()) for one in found])
    np.testing.assert_array_equal(arrays["wrong"], np.array([one.log2_dh for one in found]) * LOG10_2)


def test_the_sentence_names_the_worst_array_and_the_cases_that_hide_it() -> None:
    transpose = tried(backwards(STUDY, "lstm").gradients)[0]
    worst = max(transpose.misses.values())
    here, number_case, single = CASES
    said = verdict(transpose)
    assert number(worst) in said
    assert f"where {number_case}, or where {single}" in said
    assert "other cases too" in verdict(replace(transpose, by_case={here: worst, number_case: 0.1, single: 0.1}))
    assert "changes nothing" in verdict(replace(transpose, by_case={here: 0.0, number_case: 0.1, single: 0.1}))
    assert "leaves what float64 holds" in verdict(replace(transpose, by_case={here: np.nan, number_case: 0, single: 0}))


def test_a_cell_whose_pass_is_not_written_says_so() -> None:
    header, _ = opened(mistakes(STUDY, "leaky"))
    assert header["mistakes"] == []
    assert "is not written by hand here; those of tanh RNN" in header["said"]
