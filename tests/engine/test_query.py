"""What a link or a visitor's entry holds is read one way on every page."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.record.reading import read_numbers, read_text, shown
from engine.studies.inputs import LARGEST_NUMBER
from engine.studies.vanish.study import NUMBERS, SYMBOLS


def test_the_longest_text_is_taken_without_complaint() -> None:
    assert read_text("👨‍👩‍👧‍👦" * SYMBOLS[1], SYMBOLS)[1] == ""


@pytest.mark.parametrize("value", ["1,2,3", "1 2 3", "1; 2;3", " 1,\n2 ,,3 ", "1e0 2.0 +3"])
def test_numbers_may_stand_between_commas_semicolons_and_spaces(value: str) -> None:
    assert read_numbers(value, NUMBERS, LARGEST_NUMBER) == ((1.0, 2.0, 3.0), "")


@given(st.text())
@example("x" * 100_000)
@example("\n\n\t")
def test_a_visitors_words_are_quoted_on_one_short_line(text: str) -> None:
    quoted = shown(text)
    assert quoted[0] + quoted[-1] == "“”"
    assert len(quoted) <= 43
    assert not re.search(r"[\n\r\t]", quoted)
