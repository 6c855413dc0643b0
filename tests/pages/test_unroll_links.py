"""What a link to a walk says is shown; what in it cannot be shown is said; looking around keeps the link true."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.studies.unroll.study import UnrollStudy
from tests.pages.visits import AWKWARD, address, checked, components, said, visit
from tests.pages.walks import PAGE, assert_shows, sent

BROKEN = [
    ({"H": "x"}, {}),
    ({"H": "99"}, {"H": "64"}),
    ({"layers": "0"}, {"layers": "1"}),
    ({"cell": "<b>"}, {}),
    ({"wiring": "ring"}, {}),
    ({"example": "opera"}, {}),
    ({"both": "2"}, {}),
    ({"label": "5"}, {"label": "1"}),
    ({"seed": "9" * 100_000}, {"seed": "999999"}),
    ({"edits": "x"}, {}),
    ({"step": "77"}, {"step": "5"}),
    ({"step": "x"}, {}),
    ({"unit": "9"}, {"unit": "3"}),
    ({"row": "2"}, {}),
    ({"sort": "upwards"}, {}),
    ({"rolled": "a little"}, {}),
    ({"preset": "<b>nope</b>"}, {}),
]


@pytest.mark.parametrize(("query", "kept"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_broken_parameter_is_said_and_the_nearest_view_is_shown(query: dict[str, str], kept: dict[str, str]) -> None:
    at = visit(PAGE, **query)
    (sentence,) = said(at)
    assert sentence.startswith(f"{next(iter(query))}: ")
    assert sentence.endswith(".")
    assert address(at) == {key: value for key, value in kept.items() if (key, value) != ("layers", "1")}
    assert_shows(at, UnrollStudy.from_query(kept)[0])


LINKS = [
    {"example": "text", "text": AWKWARD, "by": "word", "cell": "gru", "layers": "2", "both": "1"},
    {"example": "review", "wiring": "many-to-one", "step": "4", "unit": "3"},
    {"cell": "lstm", "wiring": "delayed", "step": "8", "sort": "variance", "rolled": "1"},
    {"example": "numbers", "numbers": "0.25,-3,7", "H": "12", "seed": "5", "edits": "W1_3_4_-0.5"},
]


@pytest.mark.parametrize("query", LINKS)
def test_a_link_is_shown_and_stays_as_it_was(query: dict[str, str]) -> None:
    at = visit(PAGE, **query)
    assert said(at) == []
    assert address(at) == query
    assert_shows(at, UnrollStudy.from_query(query)[0])
    view = sent(at)[0]["view"]
    assert view["t"] == (int(query["step"]) if "step" in query else None)
    assert (view["unit"], view["rolled"]) == (int(query.get("unit", 1)), "rolled" in query)


@given(
    st.dictionaries(
        st.sampled_from(["example", "text", "by", "H", "cell", "edits", "step", "unit", "row", "sort", "preset"]),
        st.text(max_size=30),
    )
)
@settings(max_examples=25)
def test_no_link_breaks_the_page(query: dict[str, str]) -> None:
    at = visit(PAGE, **query)
    assert {sentence.split(":")[0] for sentence in said(at)} <= set(query)
    assert UnrollStudy.from_query(address(at))[1] == []


def test_looking_around_changes_the_link_and_sends_nothing_anew() -> None:
    at = visit(PAGE)
    before = components(at)["unrolled_network"].bytes
    at.session_state["walk_looked"] = {"t": 3, "unit": 2, "chain": 1, "sort": "variance", "rolled": True}
    checked(at.run())
    assert address(at) == {"step": "3", "unit": "2", "sort": "variance", "rolled": "1"}
    assert components(at)["unrolled_network"].bytes == before
    checked(at.button(key="presenter_switch").click().run())
    assert sent(at)[0]["view"]["t"] == 3  # the picture is mounted anew, and opens where the visitor was


def test_a_preset_is_told_from_its_start() -> None:
    at = visit(PAGE, step="5", unit="3")
    checked(at.button(key="preset_hello").click().run())
    first = sent(at)[0]["view"]
    assert (first["t"], first["unit"]) == (None, 1)
    assert address(at) == {}
    checked(at.button(key="preset_hello").click().run())
    assert sent(at)[0]["view"] != first  # the same story again: the picture hears of it


def test_another_example_keeps_what_of_the_view_it_has() -> None:
    at = visit(PAGE, step="5", unit="3")
    checked(at.selectbox(key="walk_example").select("happy").run())
    assert address(at)["step"] == "3"


def test_the_menu_keeps_a_walk_that_was_left() -> None:
    at = visit(PAGE, cell="gru", example="sine")
    at.session_state["walk_looked"] = {"t": 3, "unit": 2, "chain": 1, "sort": "index", "rolled": False}
    checked(at.run())
    at.switch_page("pages/vanish_and_explode.py")
    checked(at.run())
    at.query_params.clear()
    at.switch_page(PAGE)
    checked(at.run())
    assert_shows(at, UnrollStudy(cell="gru", example="sine"))
    assert (sent(at)[0]["view"]["t"], sent(at)[0]["view"]["unit"]) == (3, 2)
    assert address(at) == {"cell": "gru", "example": "sine", "step": "3", "unit": "2"}
