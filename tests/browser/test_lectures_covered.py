"""What would give an answer away says "?" until Reveal, and no words for a screen reader tell it meanwhile."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from engine.studies.lectures.lecture import lectures
from tests.browser.conftest import open_page

SPOKEN = """(stage) => [...stage.querySelectorAll("svg[aria-label], [aria-valuetext]")].flatMap(
  (one) => [one.getAttribute("aria-label"), one.getAttribute("aria-valuetext")]).filter(Boolean)"""


def test_covered_parts_are_marked_and_unspoken_until_they_are_revealed(page: Page) -> None:
    letter, n = next(
        (letter, n)
        for letter, lecture in lectures().items()
        for n, scene in enumerate(lecture.scenes, 1)
        if ".out" in scene.covers
    )
    open_page(page, f"/lectures?lecture={letter}&scene={n}")
    stage = page.locator(".stage.unroll")
    expect(stage.locator(".covers span").first).to_have_text("?", timeout=30_000)
    told = stage.evaluate(SPOKEN)
    assert told
    assert all("covered until" in words for words in told)
    page.get_by_role("button", name="Reveal").click()
    expect(stage.locator(".covers span")).to_have_count(0)
    assert not any("covered until" in words for words in stage.evaluate(SPOKEN))
