"""The chain plays by itself, stops at a touch, and can be driven by buttons and keys."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.vanish import PATH, open_lab


def colours(shown: Any) -> list[str]:
    """The colour of each arrow of the first network, from step 1 on."""
    return [arrow.split()[0] for arrow in shown["arrows"]]


@pytest.mark.parametrize("path", ["/", PATH])
def test_it_plays_by_itself_against_time(page: Page, path: str) -> None:
    lab = open_lab(page, path)
    first = lab.until("s.playing && s.step < s.steps")
    later = lab.until("s.step < a - 2", first["step"])
    assert later["playing"]
    assert later["pulses"] != first["pulses"]
    assert later["arrows"] != first["arrows"]


def test_it_plays_again_after_it_has_reached_the_first_step(page: Page) -> None:
    lab = open_lab(page, T="5", H="2")
    page.locator(".lab select").select_option("4")
    lab.until("s.step === 1")
    assert lab.until("s.step === s.steps")["playing"]


def test_a_touch_of_any_picture_stops_it_and_shows_the_whole_chain(page: Page) -> None:
    lab = open_lab(page)
    for picture in (lab.chain, lab.curves, lab.heatmap):
        assert lab.until("s.playing")
        lab.press_at(picture, 0.5)
        stopped = lab.until("!s.playing")
        assert len(set(colours(stopped))) > 10  # every arrow in the colour of its size
        page.wait_for_timeout(100)
        assert lab.shown() == stopped
        lab.button("Play").click()


def test_play_and_pause(page: Page) -> None:
    lab = open_lab(page)
    lab.button("Pause").click()
    paused = lab.until("!s.playing")
    page.wait_for_timeout(150)
    assert lab.shown()["pulses"] == paused["pulses"]
    lab.button("Play").click()
    assert lab.until("s.playing && s.step < a", paused["step"])


def test_step_moves_one_step_against_time(page: Page) -> None:
    lab = open_lab(page)
    lab.button("Step").click()
    at = lab.until("!s.playing")["step"]
    for k in (1, 2, 3):
        lab.button("Step").click()
        assert lab.shown()["step"] == at - k
    lab.button("Show all").click()
    assert len(set(colours(lab.shown()))) > 10


def test_stepping_from_the_whole_chain_begins_at_the_loss_and_lights_the_arrows_behind(page: Page) -> None:
    lab = open_lab(page, T="10", H="3", still=True)
    whole = colours(lab.shown())
    for step in (10, 9, 8, 7):
        lab.button("Step").click()
        assert lab.shown()["step"] == step
    part = colours(lab.shown())
    assert part[6:] == whole[6:]
    assert len(set(part[:6])) == 1
    assert not set(part[:6]) & set(whole)


def test_forward_first_runs_the_states_with_time_and_then_the_error_against_it(page: Page) -> None:
    lab = open_lab(page, T="12", H="3")
    page.get_by_role("checkbox", name="forward first").check()
    early = lab.until("s.playing && s.step < 6")
    assert len(set(colours(early))) == 1  # no error flows yet
    assert lab.until("s.step > a", early["step"])["playing"]
    back = lab.until("s.step < 9 && new Set(s.arrows.map((x) => x.split(' ')[0])).size > 2")
    assert back["playing"]


def test_step_goes_with_time_while_the_states_run_forward(page: Page) -> None:
    lab = open_lab(page, T="12", H="3")
    page.get_by_role("checkbox", name="forward first").check()
    lab.button("Step").click()
    at = lab.until("!s.playing")["step"]
    lab.button("Step").click()
    assert lab.shown()["step"] == at + 1


def test_keys_pick_steps_while_the_chain_has_the_focus(page: Page) -> None:
    lab = open_lab(page)
    lab.chain.focus()
    page.keyboard.press("Home")
    assert lab.until("!s.playing")["step"] == 1
    for key, step in [
        *[("ArrowLeft", 1), ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("PageUp", 12), ("PageDown", 2)],
        *[("End", 50), ("ArrowRight", 50), ("PageUp", 50), ("Home", 1), ("PageDown", 1)],
    ]:
        page.keyboard.press(key)
        assert lab.shown()["step"] == step


def test_space_plays_and_pauses_without_scrolling(page: Page) -> None:
    lab = open_lab(page, still=True)
    lab.chain.focus()
    before = lab.shown()["chainBox"]
    page.keyboard.press("Space")
    assert lab.until("s.playing")["chainBox"]["top"] == before["top"]
    page.keyboard.press("Space")
    lab.until("!s.playing")


def test_tab_enters_and_leaves_the_chain(page: Page) -> None:
    lab = open_lab(page, still=True)
    lab.chain.focus()
    in_focus = (
        "() => lab().getRootNode().activeElement?.getAttribute('class') ?? lab().getRootNode().activeElement?.tagName"
    )
    assert page.evaluate(in_focus) == "chain"
    page.keyboard.press("Tab")
    assert page.evaluate(in_focus) == "scrub"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(in_focus) == "chain"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(in_focus) != "chain"


def test_a_reader_who_wants_no_motion_gets_whole_steps_on_demand(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    lab = open_lab(page)
    still = lab.shown()
    assert not still["playing"]
    assert still["step"] == 50
    lab.button("Play").click()
    lab.until("s.playing")
    seen = page.evaluate(
        """async () => {
          const seen = [];
          const end = performance.now() + 1300;
          while (performance.now() < end) {
            await new Promise(requestAnimationFrame);
            seen.push(shown().pulses.join());
          }
          return seen;
        }"""
    )
    assert 2 <= len(set(seen)) <= 5  # two a second


def test_the_speed_can_be_chosen(page: Page) -> None:
    open_lab(page, H="2")
    paces = {}
    for speed in ("4", "0.25"):
        page.locator(".lab select").select_option(speed)
        paces[speed] = page.evaluate(
            """async () => {
              const pulse = () => Math.min(...shown().pulses);
              const [from, start] = [pulse(), performance.now()];
              while (performance.now() < start + 300) await new Promise(requestAnimationFrame);
              return (from - pulse()) / (performance.now() - start);
            }"""
        )
    assert 0 < paces["0.25"] < paces["4"] / 4
