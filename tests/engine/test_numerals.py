"""Numbers as people write them: what is clear is read as its writer meant it, the rest gets a sentence."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.record.numerals import numeral, separated, short, written
from engine.record.reading import read_numbers

CLEAR = {
    "−1": -1.0,  # U+2212, as the equations print it
    "–0,5": -0.5,
    "- 2": -2.0,
    "－１２．５": -12.5,
    "+3": 3.0,
    "\u2068−1\u2069": -1.0,
    "1e2": 100.0,
    "1E−3": 0.001,
    "0,5": 0.5,
    ",5": 0.5,
    ".5": 0.5,
    "5.": 5.0,
    "1234,567": 1234.567,
    "0,125": 0.125,
    "1.000": 1.0,
    "1,5e2": 150.0,
    "1_000": 1000.0,
    " 1 000 ": 1000.0,
    "1\u202f000\u202f000,5": 1000000.5,
    "1'000": 1000.0,
    "1,234.5": 1234.5,
    "1.234,5": 1234.5,
    "1,000,000": 1000000.0,
    "1.000.000": 1000000.0,
    "½": 0.5,
    "−1½": -1.5,
    "1/4": 0.25,
    "-3⁄4": -0.75,
    "१२३": 123.0,
    "٣٫٥": 3.5,
    "𝟙𝟚": 12.0,
    "inf": math.inf,
    "-Infinity": -math.inf,
    "∞": math.inf,
    "1e999": math.inf,
    "1e-320": 1e-320,
    "-0": 0.0,
}
NONE = [
    "",
    " ",
    "-",
    "nan",
    "0x10",
    "1e",
    "--1",
    "−−1",
    "1 2",
    "1_0",
    "1,2,3",
    "1.5.2",
    "1/0",
    "1/2/3",
    "10²",
    "①",
    "ten",
]
UNCLEAR = ["1,000", "-12,345", "1,000/2"]


@pytest.mark.parametrize("words", CLEAR)
def test_what_is_clear_is_read(words: str) -> None:
    assert numeral(words) == (CLEAR[words], "")


@pytest.mark.parametrize("words", NONE)
def test_what_is_no_number_is_none(words: str) -> None:
    assert numeral(words) == (None, "")


@pytest.mark.parametrize("words", UNCLEAR)
def test_thousands_or_thousandths_are_asked_for(words: str) -> None:
    value, unclear = numeral(words)
    assert value is None
    assert unclear.endswith("write it without a comma")


@given(st.floats(allow_nan=False))
def test_a_float_is_read_as_it_is_printed(value: float) -> None:
    assert numeral(repr(value)) == (value, "")
    assert numeral(repr(value).replace("-", "−")) == (value, "")


@given(st.text("0123456789.,;-−+eE/ '_½\n٣x", max_size=30))
def test_whatever_is_typed_is_read_or_not(text: str) -> None:
    for value, said in (numeral(text), separated(text, (1, 9))):
        assert value is not None or isinstance(said, str)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0,5; 1,5; 2,25", (0.5, 1.5, 2.25)),
        ("−1; 0,5;\n3", (-1.0, 0.5, 3.0)),
        ("1,0.5,-2", (1.0, 0.5, -2.0)),
        ("1, 5", (1.0, 5.0)),
        ("1,2,3", (1.0, 2.0, 3.0)),
        ("1,-2", (1.0, -2.0)),
        ("½ 1/4\t1e-3", (0.5, 0.25, 0.001)),
        ("１，２，３", (1.0, 2.0, 3.0)),
        ("100 200 300", (100.0, 200.0, 300.0)),
    ],
)
def test_a_comma_is_what_its_neighbours_show(text: str, values: tuple[float, ...]) -> None:
    assert read_numbers(text, (2, 9), 1e6) == (values, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0,5 1,5 2,25", "“0,5” may be one number or two; write 0.5 or 0, 5."),
        ("0,5; 1.5", "“0,5” may be one number or two; write 0.5 or 0, 5."),
        ("1, 0,5", "“0,5” may be one number or two; write 0.5 or 0, 5."),
        ("1,2,3; 4,5", "“4,5” may be one number or two; write 4.5 or 4, 5."),
        ("1 000, 2 000", "“1 000” may be one number or two; write 1000 for one."),
        ("1,000; 2", "“1,000” may be 1 or 1000; write it without a comma."),
    ],
)
def test_a_list_that_can_be_read_in_two_ways_is_not_taken(text: str, said: str) -> None:
    assert read_numbers(text, (2, 9), 1e6) == (None, said)


def test_two_numbers_of_an_earlier_link_are_two_and_it_is_said() -> None:
    """As one number they would be too few."""
    said = "“1,5” was read as two numbers; write 1.5 for one."
    assert read_numbers("1,5", (2, 9), 1e6) == ((1.0, 5.0), said)
    assert read_numbers("1,5", (1, 9), 1e6)[0] is None


@pytest.mark.parametrize(
    ("value", "words"), [(-5.0, "−5"), (-1e-5, "−1e-05"), (1e-5, "1e-05"), (1000000.0, "1000000"), (0.1, "0.1")]
)
def test_a_sentence_has_the_minus_that_the_equations_have(value: float, words: str) -> None:
    assert written(value) == words


@given(st.floats(allow_nan=False))
def test_what_a_sentence_says_is_read_as_that_number_again(value: float) -> None:
    again, _ = numeral(written(value))
    assert again == pytest.approx(value, rel=1e-9, abs=0.0)


def test_a_number_as_a_name_has_three_digits_and_no_power_of_ten_where_it_needs_none() -> None:
    said = [short(value) for value in (1000.0, -0.5, 1.0 / 3.0, 12345.0, 1e-7, 1e30)]
    assert said == ["1000", "-0.5", "0.333", "12300", "1e-07", "1e+30"]
