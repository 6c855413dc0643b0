"""A drop and its link: whatever is written is read back, and whatever stands in a URL is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.studies.cliff.study import WINDOW, CliffStudy, widened

RANGES = CliffStudy.ends()


def test_the_default_needs_no_parameter() -> None:
    assert CliffStudy().to_query() == {}
    assert CliffStudy.from_query({}) == (CliffStudy(), [])


@given(st.data())
def test_every_drop_comes_back_from_its_link(data: st.DataObject) -> None:
    drawn = {
        name: data.draw(st.integers(*ends) if name in ("count", "steps") else st.floats(*ends))
        for name, ends in RANGES.items()
    }
    drop = CliffStudy(**drawn, window=(-1.5, 3.25, 0.1, 0.7))
    assert CliffStudy.from_query(drop.to_query()) == (drop, [])


@pytest.mark.parametrize(
    ("query", "drop"),
    [
        ({"w": "abc"}, CliffStudy()),
        ({"w": "99"}, replace(CliffStudy(), w=20.0)),
        ({"rate": "0"}, replace(CliffStudy(), rate=0.001)),
        ({"clip": "nan"}, CliffStudy()),
        ({"T": "1e999"}, replace(CliffStudy(), steps=200)),
        ({"updates": "12.6"}, replace(CliffStudy(), count=13)),
        ({"window": "1,2,3"}, CliffStudy()),
        ({"window": "7,4,-3.5,-1.5"}, CliffStudy()),
        ({"window": "4,99,-3.5,-1.5"}, replace(CliffStudy(), window=(4.0, 20.0, -3.5, -1.5))),
        ({"window": "," * 100_000}, CliffStudy()),
        ({"window": "nan,inf,0,1"}, CliffStudy()),
        ({"bit": "-7"}, replace(CliffStudy(), latch_start=-1.0)),
    ],
)
def test_a_broken_parameter_gets_a_sentence(query: dict[str, str], drop: CliffStudy) -> None:
    found, (sentence,) = CliffStudy.from_query(query)
    assert found == drop
    assert sentence.startswith(f"{next(iter(query))}: ")
    assert sentence.endswith(".")


@given(st.dictionaries(st.sampled_from(["w", "rate", "T", "window", "bit", "else"]), st.text(max_size=40)))
def test_no_url_breaks_it(query: dict[str, str]) -> None:
    drop, complaints = CliffStudy.from_query(query)
    assert len(complaints) <= len(query)
    assert CliffStudy.from_query(drop.to_query()) == (drop, [])


def test_a_window_needs_its_ends_in_order() -> None:
    assert widened(*WINDOW) == (WINDOW, "")
    window, sentence = widened(1.0, 1.0, 0.0, 1.0)
    assert window is None
    assert sentence
