"""Every page at every width: nothing sideways, controls and menu where a finger or the Tab key finds them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.unroll import PHONE
from ui.kit.page import every_page

PATHS = ["/", *(f"/{path.removeprefix('pages/').removesuffix('.py')}" for path in every_page())]
WIDTHS = [*range(360, 760, 40), 760, 768, 820, 844, 900, 980, 999, 1000, 1040, 1080, 1199, 1200, 1280, 1366, 1920]
DRAWN = '[data-testid^="stBidiComponent"] .stage svg'
# What stands beyond the page's right edge, once the width has been drawn.
SIDEWAYS = """() => new Promise((resolve) => {
  const main = document.querySelector('[data-testid="stMain"]');
  const beyond = () => Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(beyond()))));
})"""


def open_page(page: Page, path: str) -> None:
    page.goto(path)
    page.locator(DRAWN).first.wait_for()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


@pytest.mark.parametrize("path", [*PATHS, "/?present=1", "/backward?present=1", "/the_cliff?embed=true"])
def test_nothing_scrolls_sideways_at_any_width(page: Page, path: str) -> None:
    open_page(page, path)
    found = {}
    for width in WIDTHS if "?" not in path else (360, 800):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate(SIDEWAYS)
    assert {width: beyond for width, beyond in found.items() if beyond > 0} == {}


@pytest.mark.parametrize(("width", "beside"), [(820, False), (900, False), (1000, True), (1280, True), (1366, True)])
def test_controls_have_room(page: Page, width: int, beside: bool) -> None:
    """Below 1,000 pixels they stand under the picture, and a link leads there; above, nothing of them is cut."""
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, "/unroll")
    controls, picture = page.locator(".st-key-controls"), page.locator(".st-key-first")
    layers = controls.get_by_role("radiogroup", name="Layers")
    there, first = controls.bounding_box(), picture.bounding_box()
    assert there
    assert first
    assert (there["y"] < first["y"] + 100) == beside
    assert there["width"] >= 240
    assert layers.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    jump = page.get_by_role("link", name="Controls")
    expect(jump).to_be_visible(visible=not beside)
    if not beside:
        jump.click()
        expect(controls.get_by_text("What enters", exact=True)).to_be_in_viewport()


def test_the_menu_folds_and_closes_after_a_choice(profile: Callable[..., BrowserContext]) -> None:
    page = profile(**PHONE).new_page()
    open_page(page, "/unroll")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    page.get_by_role("button", name="Pages").tap()
    page.get_by_role("link", name="Inside the cell").tap()
    expect(page.get_by_role("heading", name="Inside the cell")).to_be_visible()
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_a_phone_finds_out_of_presenting(profile: Callable[..., BrowserContext]) -> None:
    page = profile(**PHONE).new_page()
    open_page(page, "/unroll?present=1")
    page.get_by_role("button", name="Leave").tap()
    expect(page.get_by_text("One network reads a sequence")).to_be_visible()
