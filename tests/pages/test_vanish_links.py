"""What a link says is shown; what in it cannot be shown is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.studies.vanish.study import VanishStudy
from tests.pages.vanish import assert_shows, study, visit
from tests.pages.visits import AWKWARD, OLDER, address, checked, letter, preset_button, said
from ui.vanish.presets import PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_a_link_can_name_a_preset(name: str) -> None:
    at = visit(preset=name)
    assert_shows(at, PRESETS[name].record)
    assert said(at) == []


def test_a_link_may_change_a_preset() -> None:
    assert_shows(visit(preset="vanish", T="20"), replace(PRESETS["vanish"].record, steps=20))


def test_a_preset_that_does_not_exist_is_said() -> None:
    at = visit(preset="<b>nope</b>")
    (sentence,) = said(at)
    assert "<b>nope</b>" in sentence
    assert all(name in sentence for name in PRESETS)
    assert_shows(at, VanishStudy())


LINKS = [
    {},
    {"cells": "identity.relu", "T": "30", "H": "7", "init": "identity", "scale": "1.35"},
    {"cells": "lstm", "forget": "-2.5", "input": "sine", "loss": "squared-error", "at": "every", "seed": "12"},
    {"input": "text", "text": AWKWARD, "H": "4"},
    {"T": "30", "scale": "1.7", "seeds": "1"},
    {"input": "numbers", "numbers": "0.123456789,-1e+06,3", "clip": "0.25", "loss": "probe", "init": "orthogonal"},
]


@pytest.mark.parametrize("query", LINKS)
def test_a_link_is_shown_and_stays_as_it_was(query: dict[str, str]) -> None:
    at = visit(**query)
    assert said(at) == []
    assert address(at) == query
    assert_shows(at, VanishStudy.from_query(query)[0])


BROKEN = [
    ({"T": "abc"}, {}),
    ({"T": "1e999"}, {"T": "1000"}),
    ({"T": ""}, {}),
    ({"H": "-5"}, {"H": "1"}),
    ({"scale": "nan"}, {}),
    ({"scale": "99"}, {"scale": "3"}),
    ({"cells": "elman"}, {}),
    ({"cells": "tanh.relu.sigmoid.identity.lstm"}, {"cells": "tanh.relu.sigmoid.identity"}),
    ({"init": "<script>"}, {}),
    ({"text": "a"}, {}),
    ({"numbers": "1,inf"}, {}),
    ({"seed": "9" * 100_000}, {"seed": "999999"}),
    ({"seeds": "perhaps"}, {}),
    ({"step": "77"}, {}),
    ({"step": "x"}, {}),
    ({"focus": "relu"}, {}),
    ({"norms": "sideways"}, {}),
]


@pytest.mark.parametrize(("query", "kept"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_broken_parameter_is_said_and_the_nearest_view_is_shown(query: dict[str, str], kept: dict[str, str]) -> None:
    at = visit(**query)
    (sentence,) = said(at)
    assert sentence.startswith(f"{next(iter(query))}: ")
    assert sentence.endswith(".")
    assert address(at) == (query if any(query.values()) or not OLDER else {})  # as given, until something is changed
    assert study(at).to_query() == kept
    _, header, _ = letter(at, "vanish")
    assert header["steps"] == VanishStudy.from_query(kept)[0].steps


def test_every_broken_parameter_has_its_own_sentence() -> None:
    at = visit(
        T="x", H="x", scale="x", cells="x", init="x", loss="x", at="x", seed="x", preset="x", step="x", norms="x"
    )
    assert [sentence.split(":")[0] for sentence in said(at)] == [
        *("preset", "cells", "T", "H", "init", "scale", "loss", "at", "seed", "step", "norms")
    ]


def test_a_preset_takes_the_complaints_away() -> None:
    at = visit(T="x")
    checked(preset_button(at, "edge").click().run())
    assert said(at) == []


@given(
    st.dictionaries(
        st.sampled_from(["T", "scale", "cells", "text", "step", "focus", "norms", "preset", "present"]),
        st.text(max_size=30),
    )
)
@settings(max_examples=25)
def test_no_link_breaks_the_page(query: dict[str, str]) -> None:
    at = visit(**query)
    assert {sentence.split(":")[0] for sentence in said(at)} <= set(query)
    again, complaints = VanishStudy.from_query(study(at).to_query())
    assert (again, complaints) == (study(at), [])


@pytest.mark.parametrize(
    ("query", "view"),
    [
        ({}, {"t": None, "focus": None, "norms": "relative"}),
        ({"step": "7", "focus": "gru", "norms": "absolute"}, {"t": 7, "focus": "gru", "norms": "absolute"}),
        ({"step": "0"}, {"t": 1, "focus": None, "norms": "relative"}),
        ({"step": "9999"}, {"t": 50, "focus": None, "norms": "relative"}),
    ],
)
def test_the_view_of_a_link_reaches_the_lab(query: dict[str, str], view: dict[str, Any]) -> None:
    envelope, _, _ = letter(visit(**query), "vanish")
    assert envelope["view"] == view
