"""The chain plays by itself, stops at a touch, and can be driven by buttons and keys; its time is held here."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.vanish import BareVanish, open_bare

PACE = 50 / 7  # steps a second of 50 steps


@pytest.fixture
def page(bare_page: Callable[..., Page]) -> Page:
    return bare_page()


def colours(shown: Any) -> list[str]:
    """The colour of each arrow of the first network, from step 1 on."""
    return [arrow.split()[0] for arrow in shown["arrows"]]


def test_it_plays_by_itself_against_time(page: Page) -> None:
    vanish = open_bare(page)  # half a second has passed
    first = vanish.shown()
    assert first["playing"]
    assert first["step"] == round(50.5 - 0.5 * PACE)
    later = vanish.pass_time(2)
    assert later["step"] == round(50.5 - 2.5 * PACE)
    assert later["playing"]
    assert later["pulses"] != first["pulses"]
    assert later["arrows"] != first["arrows"]


def test_an_error_of_1e_8_is_drawn_smaller_than_1_beside_one_of_1e_65(page: Page) -> None:
    vanish = open_bare(page, still=True, cells="lstm.sigmoid", scale="0.2")
    ends = [re.search(r"M[\d.]+,([\d.]+)H.*V([\d.]+)H", arrow) for arrow in vanish.shown()["arrows"]]
    thick = [float(end[2]) - float(end[1]) for end in ends if end]
    assert len(thick) == 50
    assert thick[0] < 0.7 * thick[-1]
    assert "≤ 1e-16" in page.locator(".chain-panel .legend").inner_text()


def test_it_plays_again_after_it_has_reached_the_first_step(page: Page) -> None:
    vanish = open_bare(page, T="5", H="2")
    page.locator(".stage select.speed").select_option("4")
    assert vanish.pass_time(1)["step"] == 1
    again = vanish.pass_time(0.8)  # the whole chain has stood for 1.6 seconds
    assert again["step"] > 1
    assert again["playing"]


def test_a_touch_of_any_picture_stops_it_and_shows_the_whole_chain(page: Page) -> None:
    vanish = open_bare(page)
    for picture in (vanish.chain, vanish.curves, vanish.growth, vanish.states):
        assert vanish.shown()["playing"]
        vanish.press_at(picture, 0.5)
        stopped = vanish.pass_time(0.5)
        assert not stopped["playing"]
        assert len(set(colours(stopped))) > 10  # every arrow in the colour of its size
        assert vanish.pass_time(1) == stopped
        vanish.button("Play").click()


def test_play_and_pause(page: Page) -> None:
    vanish = open_bare(page)
    vanish.button("Pause").click()
    paused = vanish.shown()
    assert not paused["playing"]
    assert vanish.pass_time(1)["pulses"] == paused["pulses"]
    vanish.button("Play").click()
    on = vanish.pass_time(1)
    assert on["playing"]
    assert on["step"] == pytest.approx(paused["step"] - PACE, abs=1)


def test_step_moves_one_step_against_time(page: Page) -> None:
    vanish = open_bare(page)
    vanish.button("Step").click()
    stopped = vanish.shown()
    assert not stopped["playing"]
    for k in (1, 2, 3):
        vanish.button("Step").click()
        assert vanish.shown()["step"] == stopped["step"] - k
    vanish.button("Show all").click()
    assert len(set(colours(vanish.shown()))) > 10


def test_stepping_from_the_whole_chain_begins_at_the_loss_and_lights_the_arrows_behind(page: Page) -> None:
    vanish = open_bare(page, T="10", H="3", still=True)
    whole = colours(vanish.shown())
    for step in (10, 9, 8, 7):
        vanish.button("Step").click()
        assert vanish.shown()["step"] == step
    part = colours(vanish.shown())
    assert part[6:] == whole[6:]
    assert len(set(part[:6])) == 1
    assert not set(part[:6]) & set(whole)


def test_forward_first_runs_the_states_with_time_and_then_the_error_against_it(page: Page) -> None:
    vanish = open_bare(page, T="12", H="3")
    page.get_by_role("checkbox", name="forward first").check()
    early = vanish.pass_time(0.5)
    assert early["playing"]
    assert early["step"] < 6
    assert len(set(colours(early))) == 1  # no error flows yet
    assert vanish.pass_time(0.5)["step"] > early["step"]
    back = vanish.pass_time(2)  # twelve steps forward take two seconds
    assert back["step"] < 9
    assert len(set(colours(back))) > 2
    assert back["playing"]


def test_step_goes_with_time_while_the_states_run_forward(page: Page) -> None:
    vanish = open_bare(page, T="12", H="3")
    page.get_by_role("checkbox", name="forward first").check()
    vanish.button("Step").click()
    at = vanish.shown()["step"]
    vanish.button("Step").click()
    assert vanish.shown()["step"] == at + 1


def test_keys_pick_steps_while_the_chain_has_the_focus(page: Page) -> None:
    vanish = open_bare(page)
    vanish.chain.focus()
    page.keyboard.press("Home")
    assert (vanish.shown()["playing"], vanish.shown()["step"]) == (False, 1)
    for key, step in [
        *[("ArrowLeft", 1), ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("PageUp", 12), ("PageDown", 2)],
        *[("End", 50), ("ArrowRight", 50), ("PageUp", 50), ("Home", 1), ("PageDown", 1)],
    ]:
        page.keyboard.press(key)
        assert vanish.shown()["step"] == step


def test_space_plays_and_pauses_without_scrolling(page: Page) -> None:
    vanish = open_bare(page, still=True)
    vanish.chain.focus()
    before = vanish.shown()["chainBox"]
    page.keyboard.press("Space")
    playing = vanish.shown()
    assert playing["playing"]
    assert playing["chainBox"]["top"] == before["top"]
    page.keyboard.press("Space")
    assert not vanish.shown()["playing"]


def test_tab_enters_and_leaves_the_chain(page: Page) -> None:
    vanish = open_bare(page, still=True)
    vanish.chain.focus()
    in_focus = "() => document.activeElement?.getAttribute('class')"
    assert page.evaluate(in_focus) == "chain"
    page.keyboard.press("Tab")
    assert page.evaluate(in_focus) == "scrub"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(in_focus) == "chain"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(in_focus) != "chain"


def test_a_reader_who_wants_no_motion_gets_whole_steps_on_demand(bare_page: Callable[..., Page]) -> None:
    vanish = open_bare(bare_page(reduced_motion="reduce"))
    still = vanish.shown()
    assert not still["playing"]
    assert still["step"] == 50
    vanish.button("Play").click()
    assert vanish.shown()["playing"]
    seen = {tuple(vanish.pass_time(0.1)["pulses"]) for _ in range(13)}
    assert 2 <= len(seen) <= 5  # two a second


def test_the_speed_can_be_chosen(page: Page) -> None:
    vanish = open_bare(page, H="2")

    def pace(speed: str) -> float:
        page.locator(".stage select.speed").select_option(speed)
        before = min(vanish.shown()["pulses"])
        return float(before - min(vanish.pass_time(0.5)["pulses"]))

    fast, slow = pace("4"), pace("0.25")
    assert fast == pytest.approx(16 * slow, rel=0.01)


def test_a_preset_plays_its_story_from_the_loss_and_another_control_changes_nothing_of_that(page: Page) -> None:
    vanish: BareVanish = open_bare(page, T="12", H="3", still=True)
    stood = vanish.shown()["step"]
    assert vanish.send(T="12", H="3", seed="9")["step"] == stood
    assert not vanish.shown()["playing"]
    assert vanish.send(serial=2, scale="0.5")["playing"]
    assert vanish.shown()["step"] == round(50.5 - 0.5 * PACE)
