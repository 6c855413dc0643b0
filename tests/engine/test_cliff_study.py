"""A drop and its link: whatever is written is read back, and whatever stands in a URL is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.studies.cliff.study import DEFAULT, RANGES, WINDOW, CliffStudy, drop_from_query, drop_to_query, widened


def test_the_default_needs_no_parameter() -> None:
    assert drop_to_query(DEFAULT) == {}
    assert drop_from_query({}) == (DEFAULT, [])


@given(st.data())
def test_every_drop_comes_back_from_its_link(data: st.DataObject) -> None:
    drawn = {
        name: data.draw(st.integers(*ends) if name in ("count", "steps") else st.floats(*ends))
        for name, ends in RANGES.items()
    }
    drop = CliffStudy(**drawn, window=(-1.5, 3.25, 0.1, 0.7))
    assert drop_from_query(drop_to_query(drop)) == (drop, [])


@pytest.mark.parametrize(
    ("query", "drop"),
    [
        ({"w": "abc"}, DEFAULT),
        ({"w": "99"}, replace(DEFAULT, w=20.0)),
        ({"rate": "0"}, replace(DEFAULT, rate=0.001)),
        ({"clip": "nan"}, DEFAULT),
        ({"T": "1e999"}, replace(DEFAULT, steps=200)),
        ({"updates": "12.6"}, replace(DEFAULT, count=13)),
        ({"window": "1,2,3"}, DEFAULT),
        ({"window": "7,4,-3.5,-1.5"}, DEFAULT),
        ({"window": "4,99,-3.5,-1.5"}, replace(DEFAULT, window=(4.0, 20.0, -3.5, -1.5))),
        ({"window": "," * 100_000}, DEFAULT),
        ({"window": "nan,inf,0,1"}, DEFAULT),
        ({"bit": "-7"}, replace(DEFAULT, latch_start=-1.0)),
    ],
)
def test_a_broken_parameter_gets_a_sentence(query: dict[str, str], drop: CliffStudy) -> None:
    found, (sentence,) = drop_from_query(query)
    assert found == drop
    assert sentence.startswith(f"{next(iter(query))}: ")
    assert sentence.endswith(".")


@given(st.dictionaries(st.sampled_from(["w", "rate", "T", "window", "bit", "else"]), st.text(max_size=40)))
def test_no_url_breaks_it(query: dict[str, str]) -> None:
    drop, complaints = drop_from_query(query)
    assert len(complaints) <= len(query)
    assert drop_from_query(drop_to_query(drop)) == (drop, [])


def test_a_window_needs_its_ends_in_order() -> None:
    assert widened(*WINDOW) == (WINDOW, "")
    window, sentence = widened(1.0, 1.0, 0.0, 1.0)
    assert window is None
    assert sentence
