"""The address says what is shown: reload, Back, the menu and broken links."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from engine.studies.vanish.study import VanishStudy
from tests.browser.vanish import PATH, Vanish, open_vanish, ready, verdicts

SMALL = {"T": "12", "H": "3"}


def assert_shows(vanish: Vanish, **query: str) -> None:
    """Controls, verdicts and address are those of this link."""
    experiment, _ = VanishStudy.from_query(query)
    vanish.until("s.steps === a", experiment.sequence().x.shape[0])
    vanish.until("JSON.stringify(s.verdicts) === JSON.stringify(a)", verdicts(experiment, experiment.scale))
    assert vanish.page.get_by_label("Timesteps T", exact=True).input_value() == str(experiment.steps)
    assert vanish.page.get_by_label("Seed", exact=True).input_value() == str(experiment.seed)
    assert {name: value for name, value in vanish.address().items() if name != "step"} == query


def test_back_leads_through_the_places_where_a_drag_ended(page: Page) -> None:
    vanish = open_vanish(page, still=True, **SMALL)
    vanish.scale.focus()
    for scale in ("1.05", "1.1"):
        page.keyboard.press("ArrowRight")
        page.wait_for_url(re.compile(rf"scale={re.escape(scale)}(&|$)"))
    page.go_back()
    assert_shows(vanish, **SMALL, scale="1.05")
    page.go_back()
    assert_shows(vanish, **SMALL)
    page.go_forward()
    assert_shows(vanish, **SMALL, scale="1.05")


def test_a_reload_keeps_everything(page: Page) -> None:
    vanish = open_vanish(page, still=True, **SMALL)
    page.get_by_label("Seed", exact=True).fill("4711")
    page.get_by_label("Seed", exact=True).press("Enter")
    page.wait_for_url(re.compile(r"seed=4711"))
    for key, steps in (("ArrowUp", 13), ("PageUp", 23)):
        page.get_by_label("Timesteps T", exact=True).press(key)
        page.wait_for_url(re.compile(rf"T={steps}&"))
    vanish.scale.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"scale=0\.95"))
    page.reload()
    ready(vanish)
    assert_shows(vanish, T="23", H="3", scale="0.95", seed="4711")


def test_coming_back_through_the_menu_finds_the_scale_where_a_drag_ended(page: Page) -> None:
    vanish = open_vanish(page, still=True, **SMALL, seed="4711")
    for _ in vanish.dragged(0.29, [0.7]):
        scale = f"{float(vanish.shown()['scale']):g}"
    page.wait_for_url(lambda url: f"scale={scale}" in url)
    menu = page.get_by_test_id("stSidebar")
    menu.get_by_role("link", name="Start").click()
    page.get_by_role("heading", name="Unrolled").wait_for()
    menu.get_by_role("link", name="Vanish & explode").click()
    page.get_by_role("heading", name="Vanish & explode").wait_for()
    assert_shows(ready(vanish), **SMALL, seed="4711", scale=scale)


def test_the_front_page_leads_to_the_gradients(page: Page) -> None:
    vanish = open_vanish(page, "/", still=True)
    page.locator(".st-key-cards_gradients").get_by_role("link").first.click()
    page.wait_for_url(re.compile(PATH))
    ready(vanish)
    vanish.until("s.steps === 50")
    assert vanish.shown()["verdicts"] == verdicts(VanishStudy(), 1.0)


HACK = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>\"'& 👨‍👩‍👧‍👦"


def test_a_text_with_markup_is_only_ever_text(page: Page) -> None:
    vanish = open_vanish(page, still=True, input="text", text=HACK, H="3", init=HACK)
    shown = vanish.shown()
    assert shown["steps"] == len(HACK) - 1 - 6  # the family is one symbol
    assert vanish.page.get_by_label("Text", exact=True).input_value() == HACK
    assert HACK[:20] in (page.locator("p.said").first.text_content() or "")
    vanish.chain.focus()
    page.keyboard.press("Home")
    assert "step 1 “<”" in vanish.shown()["chain"]
    assert "(“<”)" in vanish.hover_at(vanish.curves, 0.12)
    page.get_by_label("Text", exact=True).fill(HACK + HACK)
    page.get_by_label("Text", exact=True).press("Control+Enter")
    vanish.until("s.steps > a", shown["steps"])
    assert vanish.address()["text"] == HACK + HACK
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
