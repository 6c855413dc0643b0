"""The view of a walk: what is pinned, as a link has it."""

from __future__ import annotations

import pytest

from engine.studies.unroll.study import UnrollStudy
from figures.unroll.view import UnrollView


def test_pins_come_back_from_a_link_as_they_were_written() -> None:
    view = UnrollView(pins=(1, 3, 0, 2))
    assert view.to_query() == {"pins": "1.3.0.2"}
    assert UnrollView.from_query({"pins": "1.3.0.2"}, UnrollStudy()) == (view, [])


@pytest.mark.parametrize("words", ["1", "a.b", "1.0", "1.1." * 7 + "1.1", "<i>", "1.1.1", "9" * 100])
def test_what_pins_nothing_is_said_in_one_sentence(words: str) -> None:
    view, complaints = UnrollView.from_query({"pins": words}, UnrollStudy())
    assert view.pins == ()
    assert len(complaints) == 1
    assert complaints[0].startswith("pins: ")
