"""A link holds the whole experiment; whatever stands in one, an experiment comes out and each problem is said."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.cells import CELLS
from engine.initialise import INITIALISERS
from engine.record.numerals import written
from engine.sequences import symbols
from engine.studies.inputs import INPUTS, LOSSES, PLACES
from engine.studies.vanish.study import MOST_CELLS, NUMBERS, SYMBOLS, VanishStudy

RANGES = VanishStudy.ends()
NUMBER_KEYS = {"T": "steps", "H": "hidden", "scale": "scale", "forget": "forget_bias", "clip": "clip", "seed": "seed"}
WORD_KEYS = {"init": "initialiser", "input": "inputs", "loss": "loss", "at": "at"}
KEYS = ("cells", *NUMBER_KEYS, *WORD_KEYS, "text", "numbers", "seeds")
AWKWARD_TEXTS = (
    "e\u0301le\u0300ve",
    "👨‍👩‍👧‍👦👍🏽🇨🇭🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "\"quoted\" & 'single' = <script>alert(1)</script>",
    "שלום \u202eabc\u202c مرحبا",
    "100% + a#b?c=d&e;f",
    "line one\nline two\ttab",
    "कैसे हो",
)


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0)  # no -0.0


def whole(name: str) -> st.SearchStrategy[int]:
    low, high = RANGES[name]
    return st.integers(int(low), int(high))


TEXTS = st.text(max_size=60).filter(lambda text: SYMBOLS[0] <= len(symbols(text)) <= SYMBOLS[1])
EXPERIMENTS = st.builds(
    VanishStudy,
    cells=st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=MOST_CELLS, unique=True).map(tuple),
    steps=whole("steps"),
    hidden=whole("hidden"),
    initialiser=st.sampled_from(list(INITIALISERS)),
    scale=numbers(*RANGES["scale"]),
    forget_bias=numbers(*RANGES["forget_bias"]),
    inputs=st.sampled_from(list(INPUTS)),
    text=st.one_of(TEXTS, st.sampled_from(AWKWARD_TEXTS)),
    numbers=st.lists(numbers(-1e6, 1e6), min_size=NUMBERS[0], max_size=12).map(tuple),
    loss=st.sampled_from(list(LOSSES)),
    at=st.sampled_from(list(PLACES)),
    clip=numbers(*RANGES["clip"]),
    seed=whole("seed"),
    other_seeds=st.booleans(),
)


def through_a_url(query: dict[str, str]) -> dict[str, str]:
    """The query written as a browser writes it, and read again."""
    return {key: values[0] for key, values in parse_qs(urlencode(query), keep_blank_values=True).items()}


@given(EXPERIMENTS)
@settings(max_examples=150)
def test_an_experiment_comes_back_from_its_link_unchanged(experiment: VanishStudy) -> None:
    back, complaints = VanishStudy.from_query(through_a_url(experiment.to_query()))
    assert back == experiment
    assert complaints == []


@pytest.mark.parametrize("text", AWKWARD_TEXTS)
def test_a_text_of_any_script_comes_back_from_its_link(text: str) -> None:
    back, complaints = VanishStudy.from_query(through_a_url(VanishStudy(inputs="text", text=text).to_query()))
    assert (back.text, complaints) == (text, [])


@pytest.mark.parametrize("number", [0.1, 1 / 3, 123456.789, 1e-7, 0.123456789012345])
def test_a_number_with_many_digits_comes_back_from_its_link_whole(number: float) -> None:
    back, _ = VanishStudy.from_query(VanishStudy(inputs="numbers", numbers=(number, 1.0)).to_query())
    assert back.numbers == (number, 1.0)


def test_the_default_experiment_has_an_empty_link() -> None:
    assert VanishStudy().to_query() == {}
    assert VanishStudy.from_query({}) == (VanishStudy(), [])


@given(EXPERIMENTS)
def test_only_what_differs_from_the_default_stands_in_the_link(experiment: VanishStudy) -> None:
    different = [
        field.name
        for field in fields(experiment)
        if getattr(experiment, field.name) != getattr(VanishStudy(), field.name)
    ]
    assert len(experiment.to_query()) == len(different)


def test_a_link_is_short_and_readable() -> None:
    experiment = VanishStudy(cells=("tanh", "gru"), steps=80, scale=1.25, loss="probe")
    assert experiment.to_query() == {"cells": "tanh.gru", "T": "80", "scale": "1.25", "loss": "probe"}


def test_parameters_of_other_names_are_left_alone() -> None:
    assert VanishStudy.from_query({"present": "1", "utm": "x", "": "", "preset": "vanish"}) == (VanishStudy(), [])


BEYOND = ["-1e9", "1e9", "inf", "-inf", "1e999", "-1e999", "9" * 100_000]
UNREADABLE = [
    "",
    " ",
    "nan",
    "NaN",
    "abc",
    "1,5,2",
    "1,000",
    "0x10",
    "1e",
    "--1",
    "½½",
    "1/0",
    "ten",
    "<script>",
    "a" * 100_000,
    "\0",
    "1 2",
]


@pytest.mark.parametrize("key", NUMBER_KEYS)
@pytest.mark.parametrize("value", BEYOND)
def test_a_number_beyond_its_range_becomes_the_nearest_end(key: str, value: str) -> None:
    name = NUMBER_KEYS[key]
    experiment, (complaint,) = VanishStudy.from_query({key: value})
    nearest = RANGES[name][0 if value.startswith("-") else 1]
    assert experiment == replace(VanishStudy(), **{name: nearest})
    assert complaint.startswith(f"{key}: ")
    assert f"{written(nearest)} is used" in complaint
    assert_is_a_sentence(complaint)


@pytest.mark.parametrize("key", NUMBER_KEYS)
@pytest.mark.parametrize("value", UNREADABLE)
def test_what_is_no_number_leaves_the_default(key: str, value: str) -> None:
    experiment, (complaint,) = VanishStudy.from_query({key: value})
    assert experiment == VanishStudy()
    low, high = RANGES[NUMBER_KEYS[key]]
    assert f"{written(low)} to {written(high)}" in complaint or "may be 1 or 1000" in complaint
    assert_is_a_sentence(complaint)


@pytest.mark.parametrize("key", ["T", "H", "seed"])
def test_a_fraction_becomes_the_nearest_whole_number(key: str) -> None:
    experiment, (complaint,) = VanishStudy.from_query({key: "12.6"})
    assert getattr(experiment, NUMBER_KEYS[key]) == 13
    assert "not a whole number" in complaint
    assert VanishStudy.from_query({key: "12.0"})[1] == []


@pytest.mark.parametrize("key", WORD_KEYS)
@pytest.mark.parametrize("value", ["", "nonsense", "GAUSSIAN", "last ", "<b>", "x" * 100_000])
def test_an_unknown_word_leaves_the_default_and_the_known_ones_are_listed(key: str, value: str) -> None:
    experiment, (complaint,) = VanishStudy.from_query({key: value})
    assert experiment == VanishStudy()
    assert getattr(VanishStudy(), WORD_KEYS[key]) in complaint
    assert_is_a_sentence(complaint)


def test_other_seeds_are_on_or_off() -> None:
    assert VanishStudy(other_seeds=True).to_query() == {"seeds": "1"}
    assert VanishStudy.from_query({"seeds": "1"}) == (VanishStudy(other_seeds=True), [])
    assert VanishStudy.from_query({"seeds": "0"}) == (VanishStudy(), [])


@pytest.mark.parametrize("value", ["", "yes", "True", "01", "2", "-1", "1" * 100_000])
def test_what_is_neither_on_nor_off_leaves_other_seeds_off(value: str) -> None:
    experiment, (complaint,) = VanishStudy.from_query({"seeds": value})
    assert experiment == VanishStudy()
    assert "there are 0, 1" in complaint
    assert_is_a_sentence(complaint)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("", VanishStudy().cells),
        ("elman", VanishStudy().cells),
        (".", VanishStudy().cells),
        ("TANH", VanishStudy().cells),
        ("elman.gru", ("gru",)),
        ("tanh..gru", ("tanh", "gru")),
        (".".join(CELLS), tuple(CELLS)[:MOST_CELLS]),
        ("tanh." * 20_000 + "x", ("tanh",)),
    ],
)
def test_cells_that_are_not_there_are_left_out(value: str, kept: tuple[str, ...]) -> None:
    experiment, (complaint,) = VanishStudy.from_query({"cells": value})
    assert experiment == replace(VanishStudy(), cells=kept)
    assert complaint.startswith("cells: ")


def test_a_cell_named_twice_is_taken_once() -> None:
    assert VanishStudy.from_query({"cells": "gru.gru"}) == (replace(VanishStudy(), cells=("gru",)), [])


@pytest.mark.parametrize("value", ["", "a", "ab", "👨‍👩‍👧‍👦", "e" + "\u0301" * 100_000])
def test_a_text_that_is_too_short_leaves_the_default(value: str) -> None:
    experiment, (complaint,) = VanishStudy.from_query({"text": value})
    assert experiment == VanishStudy()
    assert_is_a_sentence(complaint)


@pytest.mark.parametrize("symbol", ["a", "👨‍👩‍👧‍👦", "e\u0301", "🇨🇭"])
def test_a_text_that_is_too_long_is_cut_between_symbols(symbol: str) -> None:
    experiment, (complaint,) = VanishStudy.from_query({"text": symbol * 100_000})
    assert symbols(experiment.text) == (symbol,) * SYMBOLS[1]
    assert "longer than" in complaint


@pytest.mark.parametrize(
    "value", ["", ",", "1", "1, x", "1 nan", "1;inf", "1 1e999", "1,2,1e7", "<script>", "x" * 100_000]
)
def test_numbers_that_cannot_be_used_leave_the_default(value: str) -> None:
    experiment, (complaint,) = VanishStudy.from_query({"numbers": value})
    assert experiment == VanishStudy()
    assert_is_a_sentence(complaint)


def test_too_many_numbers_are_cut() -> None:
    experiment, (complaint,) = VanishStudy.from_query({"numbers": "1," * 50_000 + "2"})
    assert experiment.numbers == (1.0,) * NUMBERS[1]
    assert "the first 1,000 are used" in complaint


@given(st.dictionaries(st.sampled_from(KEYS), st.text(), max_size=len(KEYS)))
@settings(max_examples=200)
@example(dict.fromkeys(KEYS, ""))
@example(dict.fromkeys(KEYS, "1" * 5000))
@example(dict.fromkeys(KEYS, "-0"))
@example(dict.fromkeys(KEYS, "0.5"))
def test_whatever_stands_in_a_link_there_is_an_experiment_and_each_problem_is_said(query: dict[str, str]) -> None:
    experiment, complaints = VanishStudy.from_query(query)
    assert isinstance(experiment, VanishStudy)
    assert VanishStudy.from_query(experiment.to_query()) == (experiment, [])
    named = [complaint.split(": ")[0] for complaint in complaints]
    assert len(named) == len(set(named))
    assert set(named) <= set(query)
    for complaint in complaints:
        assert_is_a_sentence(complaint)


@given(st.sampled_from(list(NUMBER_KEYS)), st.floats())
def test_any_float_becomes_the_nearest_that_is_accepted(key: str, value: float) -> None:
    low, high = RANGES[NUMBER_KEYS[key]]
    got = getattr(VanishStudy.from_query({key: repr(value)})[0], NUMBER_KEYS[key])
    if value != value:
        assert got == getattr(VanishStudy(), NUMBER_KEYS[key])
    else:
        nearest = min(max(value, low), high)
        assert abs(got - nearest) <= (0.5 if key in ("T", "H", "seed") else 0.0)


def assert_is_a_sentence(complaint: str) -> None:
    key, _, said = complaint.partition(": ")
    assert key in KEYS
    assert said.endswith(".")
    assert len(said) < 400
    assert "Error" not in re.sub("“.*?”", "", said)  # but in a visitor's own words


def test_each_complaint_helper_sees_every_key() -> None:
    everything = VanishStudy(
        cells=("gru",),
        steps=9,
        hidden=9,
        initialiser="glorot",
        scale=2.0,
        forget_bias=2.0,
        inputs="text",
        text="other",
        numbers=(1.0, 2.0),
        loss="probe",
        at="every",
        clip=1.0,
        seed=1,
        other_seeds=True,
    )
    assert sorted(everything.to_query()) == sorted(KEYS)
