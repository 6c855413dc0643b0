"""The address of the walk says what is shown: reload, Back, the menu, presenter mode."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from tests.browser.unroll import Unroll, open_unroll, run_of


def enters(walk: Unroll) -> Any:
    """What enters, column by column, once it is drawn."""
    return [column["enters"] for _, column in sorted(walk.shown()["columns"].items(), key=lambda one: int(one[0]))]


def test_back_after_a_preset_restores_and_forward_brings_it_again(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")  # a step that is turned to while it plays is a place to go back to
    walk = open_unroll(page, step="2")
    page.get_by_role("button", name="‘happy’", exact=True).click()
    walk.until("s.steps === 3")
    page.wait_for_url(re.compile(r"example=happy"))
    assert enters(walk) == ["they", "are", "happy"]
    page.go_back()
    walk.until("s.steps === 5")
    assert enters(walk) == list("hello")
    page.go_forward()
    walk.until("s.steps === 3")


def test_a_preset_plays_from_its_start_also_when_it_is_chosen_again(page: Page) -> None:
    walk = open_unroll(page, step="4")
    for _ in range(2):
        page.wait_for_timeout(700)  # what was looked at last has been reported by then
        page.get_by_role("button", name="‘not good’", exact=True).click()
        walk.until("s.steps === 4 && s.playing && s.t === 1")
        walk.until("!s.playing && s.t === 4")


def test_a_reload_opens_the_same_view_at_the_same_step(page: Page) -> None:
    walk = open_unroll(page, cell="lstm", step="2")
    walk.scrub.fill("4")
    walk.page.locator(".eq-which select[aria-label='Which unit']").select_option("2")
    page.wait_for_url(re.compile(r"step=4.*unit=3"))
    before = walk.shown()
    page.reload()
    page.locator("svg.diagram g.column").first.wait_for(state="attached")
    after = walk.until("s.t === 4 && !s.playing")
    for name in ("equations", "sentence", "verdict"):
        assert after[name] == before[name]


def test_coming_back_through_the_menu_finds_the_walk_as_it_was(page: Page) -> None:
    walk = open_unroll(page, example="review", step="3")
    menu = page.get_by_test_id("stSidebar")
    menu.get_by_role("link", name="Start").click()
    page.get_by_role("heading", name="Unrolled").wait_for()
    menu.get_by_role("link", name="Unroll", exact=True).click()
    page.locator("svg.diagram g.column").first.wait_for(state="attached")
    walk.until("s.steps === 4")
    assert enters(walk) == list(run_of(example="review").walkthrough.symbols)


def test_presenter_mode_keeps_the_step_and_makes_the_type_large(page: Page) -> None:
    walk = open_unroll(page, step="3")
    usual = walk.shown()["font"]
    page.get_by_role("button", name="Present").click()
    page.get_by_role("button", name="Leave").wait_for()
    walk.until("s.t === 3 && !s.playing && s.font > 1.4 * a", usual)
    assert walk.address() == {"step": "3", "present": "1"}


def test_a_broken_link_says_so_and_shows_hello(page: Page) -> None:
    walk = open_unroll(page, cell="elman", step="5", edits="Q_1_1_1")
    sentences = page.locator("p.said").all_text_contents()
    assert [sentence.split(":")[0] for sentence in sentences] == ["cell", "edits"]
    assert enters(walk) == list("hello")
