"""The gradient page opens on something right, tells its story by presets, and keeps what a visitor did."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.studies.vanish.families import SCALES, nearest_scale
from engine.studies.vanish.seeds import other_seeds, spread
from engine.studies.vanish.study import VanishStudy
from figures.words import LOG10_2, spread_clause
from tests.pages.visits import (
    LAB,
    address,
    ask_for_all_scales,
    assert_lab_shows,
    checked,
    lab_message,
    said,
    shown,
    visit,
)
from ui.vanish.presets import PRESETS


def test_the_page_opens_on_the_default_experiment() -> None:
    at = visit()
    assert address(at) == {}
    assert said(at) == []
    assert_lab_shows(at, VanishStudy())


def test_the_first_message_holds_one_scale_and_the_next_one_all_of_them() -> None:
    at = visit(seed="4711")
    header, _ = lab_message(at)
    assert (header["from"], header["runs"]) == (SCALES.index(1.0), 1)
    ask_for_all_scales(at)
    header, _ = lab_message(at)
    assert (header["from"], header["runs"]) == (0, len(SCALES))
    assert_lab_shows(at, VanishStudy(seed=4711))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_shows_its_experiment_and_says_what_to_look_for(name: str) -> None:
    at = visit(T="9")
    checked(at.button(key=f"preset_{name}").click().run())
    assert address(at) == PRESETS[name].record.to_query()
    assert any(PRESETS[name].look_for in block.value for block in at.markdown)
    assert_lab_shows(at, PRESETS[name].record)


def test_a_drag_is_linked_without_sending_the_picture_again() -> None:
    at = ask_for_all_scales(visit(H="3", T="6"))
    before = lab_message(at)[0]
    at.session_state["scale"], at.session_state["lab_dragged"] = 1.75, True  # what the lab reports on release
    checked(at.run())
    assert address(at) == {"T": "6", "H": "3", "scale": "1.75"}
    assert lab_message(at)[0] == before


def assert_lab_shows_other_seeds(at: AppTest, experiment: VanishStudy) -> None:
    header, arrays = lab_message(at)
    found = [spread(experiment, cell, other_seeds(experiment)) for cell in experiment.cells]
    assert header["seeds"]["scale"] == nearest_scale(experiment)
    assert header["seeds"]["said"] == [spread_clause(one) for one in found]
    relative = np.array([one.log2_relative for one in found]) * LOG10_2
    np.testing.assert_allclose(arrays["spread"][0], relative, rtol=1e-5, atol=1e-6)


def test_other_seeds_come_with_the_whole_answer_and_follow_the_drag() -> None:
    at = visit(H="4", T="9", seeds="1")
    header, arrays = lab_message(at)
    assert header["seeds"]["said"] == []  # the first look does not wait for them
    assert "spread" not in arrays
    assert_lab_shows_other_seeds(ask_for_all_scales(at), VanishStudy(hidden=4, steps=9))
    at.session_state["scale"], at.session_state["lab_dragged"] = 1.75, True
    checked(at.run())
    assert address(at) == {"T": "9", "H": "4", "scale": "1.75", "seeds": "1"}
    assert lab_message(at)[0]["dragged"]
    assert_lab_shows_other_seeds(at, VanishStudy(hidden=4, steps=9, scale=1.75))
    checked(at.toggle(key="other_seeds").set_value(False).run())
    assert lab_message(at)[0]["seeds"] is None
    assert address(at) == {"T": "9", "H": "4", "scale": "1.75"}


def test_a_preset_is_still_that_preset_under_other_seeds() -> None:
    at = visit(preset="vanish")
    checked(at.toggle(key="other_seeds").set_value(True).run())
    assert any(PRESETS["vanish"].look_for in block.value for block in at.markdown)


def test_coming_back_from_the_front_page_finds_everything_as_it_was() -> None:
    at = visit(H="3", T="6", cells="gru")
    left = shown(at)
    for path in ("app.py", LAB):
        at.query_params.clear()  # the menu leads to plain addresses
        checked(at.switch_page(path).run())
    assert shown(at) == left
    assert_lab_shows(at, left)


def test_going_back_in_the_browser_shows_what_the_address_says() -> None:
    at = visit(T="6", H="3")
    checked(at.button(key="preset_vanish").click().run())
    at.query_params.clear()
    at.query_params["T"], at.query_params["H"] = "6", "3"
    checked(at.run())
    assert_lab_shows(at, VanishStudy(steps=6, hidden=3))
    assert at.number_input(key="steps").value == 6
