"""Two texts in one message: both walks with the same weights, and what is said of their ends and counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.studies.bag import bag_of
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from engine.training.training import Training
from figures.message import opened
from figures.unroll.answer import answer
from figures.words import number, percent

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


REVIEWS = Training(task="sentiment", length=9, hidden=4, batch=8)
PHRASES = UnrollStudy(
    trained=Trained(REVIEWS, 2), phrase="this phone is no good", second_phrase="No, the phone is good", wish="1"
)


def test_two_phrases_are_read_by_one_trained_network_each_as_it_is_alone() -> None:
    header, arrays = sent(PHRASES)
    assert (header["named"], header["second"]["named"]) == ("1: this phone is no good", "2: No, the phone is good")
    alone, its = sent(UnrollStudy(trained=Trained(REVIEWS, 2), phrase="No, the phone is good"))
    assert header["second"]["parts"] == alone["parts"]
    np.testing.assert_array_equal(arrays["second.outputs"], its["outputs"])
    assert sorted(symbol for symbol, one, other in header["compared"]["counts"] if one != other) == ["the", "this"]
    assert len(header["compared"]["counts"]) == 6
    bag = bag_of(REVIEWS.learned, REVIEWS.seed)
    assert bag is not None
    said = header["compared"]["said"]
    assert (
        f"is right on {percent(bag.known)} of it and on {percent(bag.accuracy)} of what the network is judged by"
        in said
    )
    names = REVIEWS.learned.input_names
    first = bag.probability(np.array([names.index(word) for word in ["this", "phone", "is", "no", "good"]]))
    assert f"it answers {number(first)} to the first" in said


def test_a_second_phrase_of_unknown_words_alone_stands_beside_nothing_and_says_so() -> None:
    study = replace(PHRASES, second_phrase="zzz qqq")
    assert "second" not in sent(study)[0]
    declared = UnrollStudy.declared()["second_phrase"]
    assert "no word that it learned" in declared.note(study)
    assert declared.note(PHRASES) == ""
    assert len(replace(PHRASES, phrase="").texts) == 1


def test_the_link_carries_both_phrases_and_drawn_weights_none() -> None:
    again, said = UnrollStudy.from_query(PHRASES.to_query())
    assert (again, said) == (PHRASES, [])
    assert PHRASES.to_query()["phrase2"] == "No, the phone is good"
    _, said = UnrollStudy.from_query({"phrase2": "hello"})
    assert any(sentence.startswith("phrase2: this is about a trained network") for sentence in said)
