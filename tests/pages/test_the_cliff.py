"""The cliff's page opens on its story, answers every link, and keeps what a visitor did."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from engine.studies.cliff.study import CliffStudy
from figures.cliff.message import map_surface
from figures.message import opened
from tests.pages.visits import address, checked, components, said, visit
from ui.cliff.stories import STORIES

CLIFF = "pages/the_cliff.py"


def cliff_message(at: AppTest) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    header, arrays = opened(components(at)["cliff"].bytes)
    return dict(header), arrays


def assert_cliff_shows(at: AppTest, drop: CliffStudy) -> None:
    """Every number the browser was sent is the engine's own, and the link says the same."""
    header, arrays = cliff_message(at)
    assert header["drop"] == {**asdict(drop), "window": list(drop.window)}
    assert address(at) == drop.to_query()
    for name, path in zip(("free", "clipped"), drop.paths(), strict=True):
        assert np.array_equal(arrays[name], [path.w, path.b, path.error, path.norm], equal_nan=True)
    found = map_surface(drop)
    np.testing.assert_array_equal(arrays["error"], found.error.astype(np.float32))
    np.testing.assert_allclose(10.0 ** arrays["log10_norm"], found.steepness, rtol=1e-5)


def turn(at: AppTest) -> int:
    return int(cliff_message(at)[0]["turn"])


def test_the_page_opens_on_the_default_drop() -> None:
    at = visit(CLIFF)
    assert said(at) == []
    assert_cliff_shows(at, DEFAULT)


@pytest.mark.parametrize("name", STORIES)
def test_a_preset_shows_its_drop_and_says_what_to_look_for(name: str) -> None:
    at = visit(CLIFF, T="9", rate="x")
    before = turn(at)
    checked(at.button(key=f"preset_{name}").click().run())
    assert_cliff_shows(at, STORIES[name].record)
    assert turn(at) == before + 1  # the browser takes it and lets the balls roll
    assert any(STORIES[name].look_for in block.value for block in at.markdown)
    assert said(at) == []


@pytest.mark.parametrize("name", STORIES)
def test_a_link_can_name_a_preset_and_change_it(name: str) -> None:
    assert_cliff_shows(visit(CLIFF, preset=name), STORIES[name].record)
    assert_cliff_shows(visit(CLIFF, preset=name, T="7"), replace(STORIES[name].record, steps=7))


def test_a_preset_that_does_not_exist_is_said() -> None:
    at = visit(CLIFF, preset="<b>nope</b>")
    (sentence,) = said(at)
    assert "<b>nope</b>" in sentence
    assert all(name in sentence for name in STORIES)
    assert_cliff_shows(at, DEFAULT)


@pytest.mark.parametrize(
    "query",
    [
        {"w": "5.5", "b": "-2", "rate": "0.3", "clip": "0.05", "momentum": "0.9", "updates": "77", "T": "20"},
        {"target": "0.2", "x0": "-1.5", "window": "-4,4,-6,2"},
        {"latch": "3", "u": "1.25", "bit": "-0.5"},
    ],
)
def test_a_link_is_shown_and_stays_as_it_was(query: dict[str, str]) -> None:
    at = visit(CLIFF, **query)
    assert said(at) == []
    assert address(at) == query
    assert_cliff_shows(at, CliffStudy.from_query(query)[0])


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"w": "abc"}, {}),
        ({"w": "1e999"}, {"w": "20"}),
        ({"rate": "-1"}, {"rate": "0.001"}),
        ({"clip": "nan"}, {}),
        ({"momentum": "1"}, {"momentum": "0.99"}),
        ({"T": ""}, {}),
        ({"T": "100000"}, {"T": "200"}),
        ({"updates": "9" * 100_000}, {"updates": "500"}),
        ({"window": "4,7"}, {}),
        ({"window": "7,4,0,1"}, {}),
        ({"window": "<script>"}, {}),
        ({"map": "sideways"}, {}),
        ({"ball": "x"}, {}),
        ({"point": "x"}, {}),
        ({"update": "9999"}, {}),
        ({"update": "x"}, {}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_broken_parameter_is_said_and_the_nearest_view_is_shown(query: dict[str, str], kept: dict[str, str]) -> None:
    at = visit(CLIFF, **query)
    (sentence,) = said(at)
    assert sentence.startswith(f"{next(iter(query))}: ")
    assert sentence.endswith(".")
    assert address(at) == kept
    assert_cliff_shows(at, CliffStudy.from_query(kept)[0])


@given(
    st.dictionaries(
        st.sampled_from(["w", "b", "rate", "clip", "T", "window", "preset", "map", "update", "present"]),
        st.text(max_size=30),
    )
)
@settings(max_examples=20)
def test_no_link_breaks_the_page(query: dict[str, str]) -> None:
    at = visit(CLIFF, **query)
    assert {sentence.split(":")[0] for sentence in said(at)} <= set(query)


@pytest.mark.parametrize(
    ("query", "view"),
    [
        ({}, {"seen": "error", "follow": "free", "point": "steepest", "update": None}),
        (
            {"map": "norm", "ball": "clipped", "point": "drop", "update": "7"},
            {"seen": "norm", "follow": "clipped", "point": "drop", "update": 7},
        ),
        ({"update": "-3"}, {"seen": "error", "follow": "free", "point": "steepest", "update": 0}),
    ],
)
def test_the_view_of_a_link_reaches_the_browser(query: dict[str, str], view: dict[str, Any]) -> None:
    assert cliff_message(visit(CLIFF, **query))[0]["view"] == view


def test_what_the_browser_did_by_itself_is_linked_without_sending_the_picture_again() -> None:
    at = visit(CLIFF)
    before = components(at)["cliff"].bytes
    at.session_state["drop"] = moved = CliffStudy(w=5.0, b=-2.2, rate=0.2, latch_u=0.3)  # what it reports on release
    checked(at.run())
    assert address(at) == moved.to_query()
    assert components(at)["cliff"].bytes == before


def test_coming_back_from_another_page_finds_everything_as_it_was() -> None:
    at = visit(CLIFF, T="20", rate="0.3")
    at.session_state["drop"] = moved = CliffStudy(steps=20, rate=0.3, w=5.0)
    checked(at.run())
    for path in ("app.py", CLIFF):
        at.query_params.clear()  # the menu leads to plain addresses
        checked(at.switch_page(path).run())
    assert_cliff_shows(at, moved)


def test_going_back_in_the_browser_shows_what_the_address_says() -> None:
    at = visit(CLIFF, T="20")
    checked(at.button(key="preset_momentum").click().run())
    before = turn(at)
    at.query_params.clear()
    at.query_params["T"] = "20"
    checked(at.run())
    assert_cliff_shows(at, CliffStudy(steps=20))
    assert turn(at) == before + 1
    at.query_params.clear()
    checked(at.run())
    assert_cliff_shows(at, DEFAULT)
