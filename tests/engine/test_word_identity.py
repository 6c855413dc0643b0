"""A symbol is the same input wherever it stands and in whichever text, on every page that reads texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.unroll.choices import WIRINGS
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from engine.studies.vanish.study import VanishStudy

Array = np.ndarray[Any, np.dtype[Any]]


def unrolled(text: str, by: str, wiring: str = "in-step", cell: str = "tanh") -> Array:
    found = walk(UnrollStudy(example="text", text=text, by=by, wiring=wiring, cell=cell, layers=2))
    return found.parts[0].trace.outputs[:, 0]


READERS: dict[str, Callable[[str, str], Array]] = {  # the states of a text's steps
    "unroll": unrolled,
    "many to one": lambda text, by: unrolled(text, by, "many-to-one", "lstm"),
    "encoder": lambda text, by: unrolled(text, by, "delayed", "gru"),
    "cell": lambda text, by: CellStudy(text=text, unit=by).run().trace.h[1:, 0],
    "backward": lambda text, by: BackwardStudy(text=text).run("tanh").trace.h[1:, 0],
    "vanish": lambda text, by: VanishStudy(inputs="text", text=text).run("gru").trace.h[1:, 0],
}
BY_WORD = [name for name in READERS if name not in ("backward", "vanish")]


PAIR = UnrollStudy(
    example="text", by="word", text="this phone is no good", second="No, the phone is good", wiring="many-to-one"
)


def test_two_texts_are_read_by_the_same_network() -> None:
    one, other = (walk(study) for study in PAIR.texts)
    assert one.walkthrough.vocabulary == other.walkthrough.vocabulary == ("good", "is", "no", "phone", "the", "this")
    assert one.weights.keys() == other.weights.keys()
    for name, array in one.weights.items():
        np.testing.assert_array_equal(other.weights[name], array)
    assert (one.targets, other.targets) == (("0",), ("1",))
    assert [walked.parts[0].labels for walked in (one, other)] == [
        tuple(["this", "phone", "is", "no", "good"]),
        tuple(["no", "the", "phone", "is", "good"]),
    ]
    assert not np.isclose(one.states, other.states).any()


@pytest.mark.parametrize("wiring", WIRINGS)
def test_a_text_beside_another_ends_as_it_does_alone(wiring: str) -> None:
    pair = replace(PAIR, wiring=wiring, layers=2, cell="lstm")
    for study in pair.texts:
        beside, alone = walk(study), walk(replace(study, second=""))
        np.testing.assert_allclose(beside.states, alone.states, rtol=1e-12)
        if study.output_kind == "sigmoid":
            np.testing.assert_allclose(beside.outputs, alone.outputs, rtol=1e-12)


def test_the_pictures_columns_are_those_of_the_longer_text() -> None:
    assert replace(PAIR, second="a b c d e f g").columns == replace(PAIR, text="a b c d e f g").columns == 7


@pytest.mark.parametrize("second", ["", "  ", "\n"])
def test_no_second_text_is_one_text_alone(second: str) -> None:
    assert len(replace(PAIR, second=second).texts) == 1
    assert UnrollStudy.from_query({"example": "text", "second": second})[1] == []


def test_a_second_text_is_judged_as_the_first() -> None:
    found, complaints = UnrollStudy.from_query({"example": "text", "by": "word", "second": "alone"})
    assert (found.second, complaints) == ("", ["second: the text has 1 word; 2 to 1,000 are accepted."])


@pytest.mark.parametrize("reader", READERS)
def test_the_same_beginning_gives_the_same_states_whatever_follows(reader: str) -> None:
    by, texts = (
        ("word", ("no, the phone rang", "No the phone is good")) if reader in BY_WORD else ("", ("abc d", "abcxy"))
    )
    one, other = (READERS[reader](text, by or "character") for text in texts)
    np.testing.assert_allclose(one[:3], other[:3], rtol=1e-12)


@pytest.mark.parametrize("reader", READERS)
def test_an_anagram_leads_to_another_state(reader: str) -> None:
    one, other = (READERS[reader](text, "character") for text in ("listen.", "silent."))
    assert not np.isclose(one[-1], other[-1]).any()


@pytest.mark.parametrize("reader", BY_WORD)
def test_the_same_words_in_another_order_lead_to_another_state(reader: str) -> None:
    texts = ("this phone is no good .", "no, the phone is good .", "a b c d e .", "good is no phone this .")
    ends = [READERS[reader](text, "word")[-1] for text in texts]
    for k, end in enumerate(ends):
        for other in ends[:k]:
            assert not np.isclose(end, other).any()
