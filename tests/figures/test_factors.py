"""Factors as a visitor types them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.studies.inputs import LARGEST_NUMBER
from figures.vanish.factors import MOST_FACTORS, read_factors


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        ("0.03, 0.05", (0.03, 0.05)),
        ("0.9^3", (0.9, 0.9, 0.9)),
        ("1;2 3\n4,,5", (1.0, 2.0, 3.0, 4.0, 5.0)),
        ("-0.5^2 2", (-0.5, -0.5, 2.0)),
        ("1e-3^1", (0.001,)),
        ("0", (0.0,)),
        (f"{LARGEST_NUMBER}", (LARGEST_NUMBER,)),
    ],
)
def test_factors_are_read_one_by_one_or_many_at_once(text: str, factors: tuple[float, ...]) -> None:
    assert read_factors(text) == (factors, "")


@pytest.mark.parametrize("text", ["1^1000", "1 " * 1000])
def test_a_thousand_factors_are_taken(text: str) -> None:
    assert read_factors(text) == ((1.0,) * MOST_FACTORS, "")


@pytest.mark.parametrize("text", ["1^1001", "1 " * 1001, "1^999999999", "1^5 1^2000 x", "1 " * 100_000])
def test_more_than_a_thousand_are_cut_and_said(text: str) -> None:
    factors, complaint = read_factors(text)
    assert factors == (1.0,) * MOST_FACTORS
    assert "1,000" in complaint


@pytest.mark.parametrize(
    "text",
    ["", " ", ",;", "x", "1,x", "^", "^3", "2^", "2^x", "2^0", "2^-3", "2^1.5", "2^2^2", "nan", "inf", "1e7", "1e999"],
)
def test_what_is_no_factor_is_said(text: str) -> None:
    factors, complaint = read_factors(text)
    assert factors is None
    assert complaint.endswith(".")


@given(st.one_of(st.text(), st.text("0123456789.^,;- e+\n", max_size=60)))
@example("2^" + "9" * 5000)
@example("9" * 100_001)
@example("٣^٢")
def test_whatever_is_typed_gives_factors_or_a_sentence(text: str) -> None:
    factors, complaint = read_factors(text)
    assert factors is not None or complaint
    assert len(complaint) < 300
    if factors is not None:
        assert 1 <= len(factors) <= MOST_FACTORS
        assert all(abs(factor) <= LARGEST_NUMBER for factor in factors)


@given(st.lists(st.floats(-LARGEST_NUMBER, LARGEST_NUMBER), min_size=1, max_size=20))
def test_any_numbers_are_read_as_they_were_written(factors: list[float]) -> None:
    assert read_factors(", ".join(map(repr, factors))) == (tuple(factors), "")
