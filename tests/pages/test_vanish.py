"""The gradient page opens on something right, tells its story by presets, and keeps what a visitor did."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.studies.vanish.families import SCALES, nearest_scale
from engine.studies.vanish.seeds import other_seeds, spread
from engine.studies.vanish.study import VanishStudy
from figures.words import LOG10_2, spread_clause
from tests.pages.vanish import PAGE, ask_for, assert_shows, drag_to, field, sent, shown, visit
from tests.pages.visits import address, checked, components, preset_button, said
from ui.vanish.presets import PRESETS


def test_the_page_opens_on_the_default_experiment() -> None:
    at = visit()
    assert address(at) == {}
    assert said(at) == []
    assert_shows(at, VanishStudy())


def test_the_first_message_holds_one_scale_and_the_next_one_all_of_them() -> None:
    at = visit(seed="4711")
    header, _ = sent(at)
    assert (header["from"], header["runs"]) == (SCALES.index(1.0), 1)
    ask_for(at, "whole")
    header, _ = sent(at)
    assert (header["from"], header["runs"]) == (0, len(SCALES))
    assert_shows(at, VanishStudy(seed=4711))


def test_every_scale_is_sent_until_something_else_than_the_scale_is_changed() -> None:
    at = ask_for(visit(H="3", T="6"), "whole")
    checked(field(at, "clip").set_value("2").run())
    assert sent(at)[0]["runs"] == len(SCALES)
    checked(field(at, "seed").set_value("8").run())
    assert sent(at)[0]["runs"] == 1


def test_a_drag_that_ends_before_every_scale_is_there_is_shown_too() -> None:
    at = drag_to(visit(H="3", T="6"), 1.75)
    assert address(at) == {"T": "6", "H": "3", "scale": "1.75"}
    assert_shows(at, VanishStudy(hidden=3, steps=6, scale=1.75))


def test_a_scale_that_nobody_can_drag_to_is_mended() -> None:
    assert address(drag_to(visit(H="3", T="6"), 1e9)) == {"T": "6", "H": "3", "scale": "3"}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_shows_its_experiment_and_says_what_to_look_for(name: str) -> None:
    at = visit(T="9")
    checked(preset_button(at, name).click().run())
    assert address(at) == PRESETS[name].record.to_query()
    assert any(PRESETS[name].look_for in block.value for block in at.markdown)
    assert_shows(at, PRESETS[name].record)


def test_a_drag_is_linked_without_sending_the_picture_again() -> None:
    at = ask_for(visit(H="3", T="6"), "whole")
    before = components(at)["vanish"].bytes
    drag_to(at, 1.75)
    assert address(at) == {"T": "6", "H": "3", "scale": "1.75"}
    assert components(at)["vanish"].bytes == before
    checked(field(at, "predict").set_value(True).run())  # the picture leaves, and comes back knowing nothing
    checked(at.button(key="vanish.reveal").click().run())
    assert components(at)["vanish"].bytes != before
    assert_shows(at, VanishStudy(hidden=3, steps=6, scale=1.75))


def assert_shows_other_seeds(at: AppTest, experiment: VanishStudy) -> None:
    header, arrays = sent(at)
    found = [spread(experiment, cell, other_seeds(experiment)) for cell in experiment.cells]
    assert header["seeds"]["scale"] == nearest_scale(experiment)
    assert header["seeds"]["said"] == [spread_clause(one) for one in found]
    relative = np.array([one.log2_relative for one in found]) * LOG10_2
    np.testing.assert_allclose(arrays["spread"][0], relative, rtol=1e-5, atol=1e-6)


def test_other_seeds_come_with_the_whole_answer_and_follow_the_drag() -> None:
    at = visit(H="4", T="9", seeds="1")
    header, arrays = sent(at)
    assert header["seeds"]["said"] == []  # the first look does not wait for them
    assert "spread" not in arrays
    assert_shows_other_seeds(ask_for(at, "seeds"), VanishStudy(hidden=4, steps=9))
    drag_to(at, 1.75)
    assert address(at) == {"T": "9", "H": "4", "scale": "1.75", "seeds": "1"}
    assert sent(at)[0]["runs"] == len(SCALES)
    assert_shows_other_seeds(at, VanishStudy(hidden=4, steps=9, scale=1.75))
    checked(field(at, "other_seeds").set_value(False).run())
    assert sent(at)[0]["seeds"] is None
    assert address(at) == {"T": "9", "H": "4", "scale": "1.75"}


def test_a_preset_is_still_that_preset_under_other_seeds() -> None:
    at = visit(preset="vanish")
    checked(field(at, "other_seeds").set_value(True).run())
    assert any(PRESETS["vanish"].look_for in block.value for block in at.markdown)


def test_coming_back_from_the_front_page_finds_everything_as_it_was() -> None:
    at = visit(H="3", T="6", cells="gru")
    left = shown(at)
    for path in ("app.py", PAGE):
        at.query_params.clear()  # the menu leads to plain addresses
        checked(at.switch_page(path).run())
    assert shown(at) == left
    assert_shows(at, left)


def test_going_back_in_the_browser_shows_what_the_address_says() -> None:
    at = visit(T="6", H="3")
    checked(preset_button(at, "vanish").click().run())
    at.query_params.clear()
    at.query_params["T"], at.query_params["H"] = "6", "3"
    checked(at.run())
    assert_shows(at, VanishStudy(steps=6, hidden=3))
    assert field(at, "steps").value == "6"
