"""The address says what is shown: reload, Back, the menu and broken links."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from engine.studies.vanish.study import VanishStudy
from tests.browser.vanish import PATH, Lab, open_lab, ready, verdicts

SMALL = {"T": "12", "H": "3"}


def assert_shows(lab: Lab, **query: str) -> None:
    """Controls, verdicts and address are those of this link."""
    experiment, _ = VanishStudy.from_query(query)
    lab.until("s.steps === a", experiment.sequence().x.shape[0])
    lab.until("JSON.stringify(s.verdicts) === JSON.stringify(a)", verdicts(experiment, experiment.scale))
    assert lab.page.get_by_label("Timesteps T", exact=True).input_value() == str(experiment.steps)
    assert lab.page.get_by_label("Seed", exact=True).input_value() == str(experiment.seed)
    assert lab.address() == query


def test_back_after_a_preset_restores_and_forward_brings_it_again(page: Page) -> None:
    lab = open_lab(page, still=True, **SMALL)
    page.get_by_role("button", name="Vanish", exact=True).click()
    page.wait_for_url(re.compile(r"\?scale=0\.5$"))
    assert_shows(lab, scale="0.5")
    page.go_back()
    page.wait_for_url(re.compile(r"T=12"))
    assert_shows(lab, **SMALL)
    page.go_forward()
    page.wait_for_url(re.compile(r"\?scale=0\.5$"))
    assert_shows(lab, scale="0.5")


def test_a_reload_keeps_everything(page: Page) -> None:
    lab = open_lab(page, still=True, **SMALL)
    page.get_by_label("Seed", exact=True).fill("4711")
    page.get_by_label("Seed", exact=True).press("Enter")
    page.wait_for_url(re.compile(r"seed=4711"))
    lab.scale.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"scale=0\.95"))
    page.reload()
    ready(lab)
    assert_shows(lab, **SMALL, scale="0.95", seed="4711")


def test_coming_back_through_the_menu_finds_everything_as_it_was(page: Page) -> None:
    lab = open_lab(page, still=True, **SMALL, seed="4711")
    menu = page.get_by_test_id("stSidebar")
    menu.get_by_role("link", name="Start").click()
    page.get_by_role("heading", name="Unrolled").wait_for()
    menu.get_by_role("link", name="Vanish & explode").click()
    page.get_by_role("heading", name="Vanish & explode").wait_for()
    ready(lab)
    assert_shows(lab, **SMALL, seed="4711")


def test_the_front_page_leads_to_the_gradients(page: Page) -> None:
    lab = open_lab(page, "/", still=True)
    page.locator(".st-key-cards_gradients").get_by_role("link").first.click()
    page.wait_for_url(re.compile(PATH))
    ready(lab)
    lab.until("s.steps === 50")
    assert lab.shown()["verdicts"] == verdicts(VanishStudy(), 1.0)


def test_a_broken_link_is_said_and_something_right_is_shown(page: Page) -> None:
    query = {"T": "abc", "H": "-1", "scale": "1e999", "cells": "elman", "preset": "nope", "step": "x", "norms": "<b>"}
    lab = open_lab(page, **query)
    sentences = page.locator("p.said").all_text_contents()
    assert {sentence.split(":")[0] for sentence in sentences} == set(query)
    assert "<b>" in " ".join(sentences)
    assert lab.address() == {"H": "1", "scale": "3"}
    assert lab.shown()["verdicts"] == verdicts(VanishStudy(hidden=1), 3.0)


HACK = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>\"'& 👨‍👩‍👧‍👦"


def test_a_text_with_markup_is_only_ever_text(page: Page) -> None:
    lab = open_lab(page, still=True, input="text", text=HACK, H="3", init=HACK)
    shown = lab.shown()
    assert shown["steps"] == len(HACK) - 1 - 6  # the family is one symbol
    assert lab.page.get_by_label("Text", exact=True).input_value() == HACK
    assert HACK[:20] in (page.locator("p.said").text_content() or "")
    lab.chain.focus()
    page.keyboard.press("Home")
    assert "step 1 “<”" in lab.shown()["chain"]
    assert "(“<”)" in lab.hover_at(lab.curves, 0.12)
    page.get_by_label("Text", exact=True).fill(HACK + HACK)
    page.get_by_label("Text", exact=True).press("Control+Enter")
    lab.until("s.steps > a", shown["steps"])
    assert lab.address()["text"] == HACK + HACK
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0


def test_a_text_that_cannot_be_taken_is_said_under_its_field(page: Page) -> None:
    open_lab(page, still=True, input="text", H="3")
    for typed, sentence in (("ab", "2 characters"), ("abc" * 1000, "longer than 1,001")):
        page.get_by_label("Text", exact=True).fill(typed)
        page.get_by_label("Text", exact=True).press("Control+Enter")
        page.locator("p.said").filter(has_text=sentence).wait_for()


def test_numbers_beyond_their_range_are_mended_and_said(page: Page) -> None:
    lab = open_lab(page, still=True, **SMALL)
    for label, typed, kept in (("Timesteps T", "5000", "1000"), ("Hidden units H", "0", "1"), ("Seed", "-4", "0")):
        page.get_by_label(label, exact=True).fill(typed)
        page.get_by_label(label, exact=True).press("Enter")
        page.locator("p.said").filter(has_text=f"“{typed}”").wait_for()
        assert page.get_by_label(label, exact=True).input_value() == kept
    lab.until("s.steps === 1000")
    assert lab.address() == {"T": "1000", "H": "1", "seed": "0"}


def test_the_address_in_presenter_mode_keeps_the_mode(page: Page) -> None:
    lab = open_lab(page, still=True, **SMALL, present="1")
    page.get_by_role("button", name="Vanish", exact=True).click()
    page.wait_for_url(re.compile(r"scale=0\.5"))
    assert lab.address() == {"scale": "0.5", "present": "1"}
