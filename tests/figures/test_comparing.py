"""Two texts in one message: both walks with the same weights, and what is said of their ends and counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from figures.message import opened
from figures.unroll.answer import answer
from figures.words import number

PAIR = UnrollStudy(
    example="text", by="word", text="this phone is no good", second="no, the phone is good", wiring="many-to-one"
)


def sent(study: UnrollStudy) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    header, arrays = opened(answer(study))
    return dict(header), arrays


def test_the_second_text_is_sent_behind_the_first_and_the_weights_once() -> None:
    header, arrays = sent(PAIR)
    second, alone = sent(PAIR.texts[1])
    for name, array in alone.items():
        if name.startswith("weights."):
            assert f"second.{name}" not in arrays
            np.testing.assert_array_equal(arrays[name], array)
        elif not name.startswith("second."):
            np.testing.assert_array_equal(arrays[f"second.{name}"], array)
    assert header["second"]["parts"] == second["parts"]
    assert (header["named"], header["second"]["named"]) == ("1: this phone is no good", "2: no, the phone is good")


def test_one_text_alone_has_no_name_and_nothing_beside_it() -> None:
    header, arrays = sent(replace(PAIR, second=""))
    assert header["named"] == ""
    assert "second" not in header and not any(name.startswith("second.") for name in arrays)


def test_the_ends_are_said_to_be_as_far_apart_as_they_are() -> None:
    header, _ = sent(PAIR)
    one, other = (walk(study) for study in PAIR.texts)
    apart = number(float(np.sqrt(((one.states[-1] - other.states[-1]) ** 2).sum())))
    said = header["compared"]["said"]
    assert f"lie {apart} apart" in said
    assert f"outputs are {number(float(one.outputs[0, 0]))} and {number(float(other.outputs[0, 0]))}." in said
    assert said.endswith("differs in ‘the’ and ‘this’ alone.")
    assert header["compared"]["counts"][:2] == [["the", 0, 1], ["this", 1, 0]]
    assert [row[1:] for row in header["compared"]["counts"][2:]] == [[1, 1]] * 4


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("Good is no phone, this", "which counts without order, is the same for both."),
        ("This phone is no good.", "Both texts end in the same state, number for number."),
        ("a b c d e", "differs in 10 of 10."),
        ("this phone is no good good", "differs in ‘good’ alone."),
    ],
)
def test_what_a_bag_of_words_sees_is_said(second: str, said: str) -> None:
    assert said in sent(replace(PAIR, second=second))[0]["compared"]["said"]


def test_characters_are_compared_too() -> None:
    header, _ = sent(UnrollStudy(example="text", text="listen", second="silent"))
    assert "A bag of characters, which counts without order, is the same for both." in header["compared"]["said"]
    assert "apart" in header["compared"]["said"]


def test_two_texts_that_overflow_show_the_nearest_that_run() -> None:
    wild = replace(
        PAIR, cell="identity", layers=2, text="a b " * 450, second="b a " * 450, edits=(("W1", 1, 1, 100.0),)
    )
    header, _ = sent(wild)
    assert "left out" in header["warning"]
    assert header["second"]["edits"] == []
