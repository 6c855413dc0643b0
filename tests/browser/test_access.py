"""What every page owes to eyes, fingers, keys and paper: contrast, targets, names, headings, a printable sheet."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_layouts import PATHS, open_page
from tests.browser.unroll import PHONE

ASKED = (Path(__file__).parent / "access.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PATHS)
def test_text_can_be_read_in_both_themes_and_everything_has_a_name(page: Page, path: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        open_page(page, path)
        page.add_script_tag(content=ASKED)
        assert page.evaluate("pale()") == [], scheme
    assert page.evaluate("nameless()") == []
    levels = page.evaluate("headings()")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PATHS)
def test_a_finger_has_forty_pixels(profile: Callable[..., BrowserContext], path: str) -> None:
    page = profile(**PHONE).new_page()
    open_page(page, path)
    page.add_script_tag(content=ASKED)
    assert [found for found in page.evaluate("small()") if "Skip to main content" not in found] == []


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ("/", "/the_cliff")])
def test_a_few_tab_stops_lead_to_the_first_control(page: Page, path: str) -> None:
    open_page(page, path)
    for _ in range(19):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('.st-key-controls :is(input, [role=radio])'))"):
            return
    raise AssertionError(page.evaluate("document.activeElement.outerHTML"))


@pytest.mark.parametrize("path", PATHS)
def test_a_sheet_has_the_pictures_and_nothing_to_press(page: Page, path: str) -> None:
    open_page(page, path)
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    for kind in ("stButton", "stNumberInput", "stSelectbox", "stButtonGroup", "stDownloadButton"):
        assert not [one for one in page.get_by_test_id(kind).all() if one.is_visible()]
    stage = page.locator('[data-testid^="stBidiComponent"] .stage').first
    for place in (".transport", ".scrub", ".tools", ".info"):
        assert not [one for one in stage.locator(place).all() if one.is_visible()]
    # A sheet is narrower than the screen on which pictures were drawn, and nothing draws them anew for it.
    page.add_style_tag(content="[data-testid=stMainBlockContainer] { width: 680px !important; }")
    widest: Any = stage.evaluate(
        "(root) => Math.max(...Array.from(root.querySelectorAll('svg'), (e) => e.getBoundingClientRect().width))"
    )
    assert widest <= 681
