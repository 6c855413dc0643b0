"""What every page owes to eyes, fingers, keys and paper: contrast, targets, names, headings, a printable sheet."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATHS, SIZE, open_page

ASKED = (Path(__file__).parent / "access.js").read_text(encoding="utf-8")
WIDTHS = [*range(360, 760, 40), 760, 768, 820, 844, 900, 980, 999, 1000, 1040, 1080, 1199, 1200, 1280, 1366, 1920]
# What stands beyond the page's right edge, once the width has been drawn.
SIDEWAYS = """() => new Promise((resolve) => {
  const main = document.querySelector('[data-testid="stMain"]');
  const beyond = () => Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(beyond()))));
})"""
# Whether a control has the focus: a field, a choice, or a slider, which may lie in a shadow.
FOCUSED = """() => {
  let focused = document.activeElement;
  while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused.matches(".st-key-controls :is(input, [role=radio]), input[type=range]:not(.scrub), .lectures .option");
}"""
OTHERWISE = (
    "/?present=1",
    "/backward?present=1",
    "/the_cliff?embed=true",
    "/your_network?present=1",
    "/your_network?embed=true",
)
every_page_seen = pytest.mark.parametrize("seen", PATHS, indirect=True)


@pytest.mark.parametrize("seen", [*PATHS, "/unroll?cell=lstm&step=3", "/vanish_and_explode?more=helps"], indirect=True)
def test_text_can_be_read_in_both_themes_and_everything_has_a_name(seen: Page) -> None:
    seen.add_script_tag(content=ASKED)
    for scheme in ("dark", "light"):
        seen.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(seen.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        for what in ("pale", "faint"):
            assert seen.evaluate("(what) => settledOn(what)", what) == [], scheme
    assert seen.evaluate("nameless()") == []
    levels = seen.evaluate("headings()")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PATHS)
def test_a_finger_has_forty_pixels(phone: Page, path: str) -> None:
    open_page(phone, path)
    phone.add_script_tag(content=ASKED)
    assert [found for found in phone.evaluate("small()") if "Skip to main content" not in found] == []


@pytest.mark.parametrize("seen", [*PATHS, *OTHERWISE], indirect=True)
def test_nothing_scrolls_sideways_at_any_width(seen: Page) -> None:
    found = {}
    for width in WIDTHS if "?" not in seen.url else (360, 800):
        seen.set_viewport_size({"width": width, "height": 900})
        found[width] = seen.evaluate(SIDEWAYS)
    seen.set_viewport_size(SIZE)
    assert {width: beyond for width, beyond in found.items() if beyond > 0} == {}


@every_page_seen
def test_a_few_tab_stops_lead_to_the_first_control(seen: Page) -> None:
    for _ in range(19):
        seen.keyboard.press("Tab")
        if seen.evaluate(FOCUSED):
            return
    raise AssertionError(seen.evaluate("document.activeElement.outerHTML"))


@every_page_seen
def test_a_sheet_has_the_pictures_and_nothing_to_press(seen: Page) -> None:
    seen.emulate_media(media="print")
    expect(seen.get_by_test_id("stSidebar")).to_be_hidden()
    for kind in ("stButton", "stNumberInput", "stSelectbox", "stButtonGroup", "stDownloadButton"):
        assert not [one for one in seen.get_by_test_id(kind).all() if one.is_visible()]
    stage = seen.locator('[data-testid^="stBidiComponent"] .stage').first
    for place in (".transport", ".scrub", ".tools", ".info"):
        assert not [one for one in stage.locator(place).all() if one.is_visible()]
    # A sheet is narrower than the screen on which pictures were drawn, and nothing draws them anew for it.
    sheet = seen.add_style_tag(content="[data-testid=stMainBlockContainer] { width: 680px !important; }")
    widest: Any = stage.evaluate(
        "(root) => Math.max(...Array.from(root.querySelectorAll('svg'), (e) => e.getBoundingClientRect().width))"
    )
    sheet.evaluate("(e) => e.remove()")
    seen.emulate_media(media="screen")
    assert widest <= 681
