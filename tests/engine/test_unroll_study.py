"""The record of a walk: what it accepts, what it says to the rest, and its link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unicodedata import normalize
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cells import CELLS
from engine.record.reading import read_text
from engine.sequences import symbols
from engine.studies.unroll.choices import EXAMPLES, WIRINGS
from engine.studies.unroll.edits import read_edits, write_edits
from engine.studies.unroll.study import MOST_EDITS, SYMBOLS, UnrollStudy

RANGES = UnrollStudy.ends()

KEYS = (
    "example",
    "text",
    "second",
    "by",
    "numbers",
    "cell",
    "layers",
    "both",
    "H",
    "wiring",
    "label",
    "label2",
    "seed",
    "edits",
)
AWKWARD = ("e\u0301le\u0300ve", "👨‍👩‍👧‍👦👍🏽🇨🇭", "<script>alert(1)</script>", "שלום \u202eabc\u202c", "कैसे हो")
WORDS = st.text(max_size=40).filter(lambda text: len(symbols(text)) >= 2 and len(text.split()) >= 2)
WALKTHROUGHS = st.builds(
    UnrollStudy,
    example=st.sampled_from(list(EXAMPLES)),
    text=st.one_of(WORDS, st.just("שלום 👍🏽")),
    second=st.one_of(WORDS, st.just("")),
    by=st.sampled_from(("character", "word")),
    numbers=st.lists(st.floats(-1e6, 1e6).map(lambda value: value + 0.0), min_size=2, max_size=9).map(tuple),
    cell=st.sampled_from(list(CELLS)),
    layers=st.integers(1, 3),
    both=st.just(False),
    hidden=st.integers(1, 64),
    wiring=st.sampled_from(list(WIRINGS)),
    label=st.integers(0, 1),
    second_label=st.integers(0, 1),
    seed=st.integers(0, 999_999),
    edits=st.floats(-100, 100).map(lambda value: (("W1", 1, 1, value + 0.0), ("V", 1, 1, -value))),
)


def back(walkthrough: UnrollStudy) -> tuple[UnrollStudy, list[str]]:
    """Through a URL, as a browser writes it."""
    query = parse_qs(urlencode(walkthrough.to_query()), keep_blank_values=True)
    return UnrollStudy.from_query({key: values[0] for key, values in query.items()})


@given(WALKTHROUGHS)
@settings(max_examples=100)
def test_a_walkthrough_comes_back_from_its_link_unchanged(walkthrough: UnrollStudy) -> None:
    assert back(walkthrough) == (walkthrough, [])


@pytest.mark.parametrize("text", AWKWARD)
def test_a_text_of_any_script_comes_back_one_symbol_a_step(text: str) -> None:
    found, complaints = back(UnrollStudy(example="text", text=text))
    assert (found.text, complaints) == (text, [])
    assert found.symbols == tuple(normalize("NFC", symbol) for symbol in symbols(text))
    assert "".join(found.symbols) == normalize("NFC", text)


def test_a_default_walk_has_an_empty_link() -> None:
    assert UnrollStudy().to_query() == {}


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=40)))
@settings(max_examples=300)
def test_whatever_stands_in_a_link_a_walkthrough_comes_out(query: dict[str, str]) -> None:
    found, complaints = UnrollStudy.from_query(query)
    assert all(complaint.endswith(".") for complaint in complaints)
    assert {complaint.split(":")[0] for complaint in complaints} <= set(query)
    assert UnrollStudy.from_query(found.to_query()) == (found, [])


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"example": "text", "text": ""}, "0 characters; 2 to 1,000 are accepted"),
        ({"example": "text", "text": "alone", "by": "word"}, "1 word; 2 to 1,000 are accepted"),
        ({"example": "text", "text": "a" * 10_000}, "the first 1,000 are used"),
        ({"layers": "9"}, "3 is used"),
        ({"both": "1", "wiring": "delayed"}, "reads in one direction"),
        ({"both": "maybe"}, "there are 0, 1"),
        ({"edits": "Q9_1_1_2"}, "no weights 'Q9'"),
        ({"edits": "U1_9_1_2"}, "3 rows and 4 columns"),
        ({"edits": "U1_1_1_1e9"}, "100 is used"),
        ({"edits": "<script>"}, "sets no weight"),
        ({"numbers": "1,two"}, "not a number"),
    ],
)
def test_a_bad_value_says_what_came_and_what_is_accepted(query: dict[str, str], part: str) -> None:
    _, complaints = UnrollStudy.from_query(query)
    assert len(complaints) == 1
    assert part in complaints[0]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"layers": 4}, "from 1 to 3"),
        ({"hidden": 0}, "from 1 to 64"),
        ({"example": "opera"}, "must be one of hello"),
        ({"cell": "elman"}, "must be one of tanh"),
        ({"example": "text", "text": "a"}, "2 to 1,000 are accepted"),
        ({"example": "text", "text": "ab" * 600}, "1,200 characters"),
        ({"numbers": (1.0,)}, "1 numbers were given"),
        ({"numbers": (1.0, float("inf"))}, "must be finite"),
        ({"wiring": "delayed", "both": True}, "cannot read in both directions"),
        ({"edits": (("U1", 1, 1, 1000.0),)}, "−100 to 100 is accepted"),
        ({"edits": (("U1", 1, 1, float("nan")),)}, "−100 to 100 is accepted"),
        ({"edits": (("U1", 1, 1, 0.0),) * (MOST_EDITS + 1)}, f"at most {MOST_EDITS}"),
    ],
)
def test_a_record_out_of_range_is_refused_in_words(changes: dict[str, Any], part: str) -> None:
    with pytest.raises(ValueError, match=part.replace("(", r"\(")):
        replace(UnrollStudy(), **changes)


def test_the_later_of_two_edits_of_a_weight_stays() -> None:
    edits, complaint = read_edits("U1_1_1_0.5;U1_1_1_0.25")
    found, said = UnrollStudy().with_edits(edits)
    assert (found.edits, complaint, said) == ((("U1", 1, 1, 0.25),), "", [])
    assert write_edits(found.edits) == "U1_1_1_0.25"


def test_too_many_edits_are_cut_and_said() -> None:
    edits = tuple(("W1", row, column, 1.0) for row in range(1, 8) for column in range(1, 8))
    found, said = UnrollStudy(hidden=7).with_edits(edits)
    assert len(found.edits) == MOST_EDITS
    assert "at most" in said[0]


def test_words_are_split_at_any_space_and_cut_at_the_longest() -> None:
    text, complaint = read_text(" ".join(f"w{k}" for k in range(1500)), SYMBOLS, "word")
    assert text is not None
    assert len(text.split()) == SYMBOLS[1]
    assert "first 1,000" in complaint


@pytest.mark.parametrize("name", RANGES)
def test_every_range_is_open_to_its_ends(name: str) -> None:
    for end in RANGES[name]:
        assert getattr(replace(UnrollStudy(example="text"), **{name: int(end)}), name) == end  # type: ignore[arg-type]
