"""Letters of Devanagari come along, for a machine that has no font for them; nobody else is sent the file."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.bare import Profiles
from tests.browser.unroll import open_unroll
from ui.kit.publish import FONT

WORDS = "नमस्ते"


def test_the_font_is_asked_for_where_its_letters_are_shown_and_nowhere_else(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_unroll(page, step="2")
    assert not [url for url in asked if url.endswith(FONT.name)]
    with page.expect_response(lambda response: response.url.endswith(FONT.name)) as answer:
        open_unroll(page, example="text", text=WORDS, step="2")
    assert answer.value.ok
    assert answer.value.body() == FONT.read_bytes()


def test_a_saved_page_brings_the_letters_along(page: Page, profiles: Profiles, tmp_path: Path) -> None:
    walk = open_unroll(page, example="text", text=WORDS, step="2")
    with page.expect_download() as saved:
        walk.tool(".walk", "HTML").click()
    file = tmp_path / "saved.html"
    saved.value.save_as(file)
    source = file.read_text(encoding="utf-8")
    assert base64.b64encode(FONT.read_bytes()).decode() in source
    assert "font-src data:" in source
    alone = profiles.profile(offline=True, held=False).new_page()
    alone.goto(file.as_uri())
    alone.locator("svg.diagram g.column").first.wait_for(state="attached")
    alone.wait_for_function("() => Array.from(document.fonts).some((one) => one.status === 'loaded')")
