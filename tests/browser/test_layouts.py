"""Where controls and menu stand, by the room there is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_page


@pytest.mark.parametrize("seen", ["/unroll"], indirect=True)
@pytest.mark.parametrize(("width", "beside"), [(820, False), (900, False), (1000, True), (1280, True), (1366, True)])
def test_controls_have_room(seen: Page, width: int, beside: bool) -> None:
    """Below 1,000 pixels they stand under the picture, and a link leads there; above, nothing of them is cut."""
    seen.set_viewport_size({"width": width, "height": 900})
    seen.wait_for_function(
        """(beside) => {
          const box = (place) => document.querySelector(place).getBoundingClientRect();
          const [there, first] = [box(".st-key-controls"), box(".st-key-first")];
          return there.y < first.y + 100 === beside && there.width >= 240;
        }""",
        arg=beside,
    )
    controls = seen.locator(".st-key-controls")
    layers = controls.get_by_role("radiogroup", name="Layers")
    assert layers.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    jump = seen.get_by_role("link", name="Controls")
    expect(jump).to_be_visible(visible=not beside)
    if not beside:
        jump.click()
        expect(controls.get_by_text("What enters", exact=True)).to_be_in_viewport()


def test_the_menu_folds_and_closes_after_a_choice(phone: Page) -> None:
    open_page(phone, "/unroll")
    expect(phone.get_by_test_id("stSidebar")).to_be_hidden()
    phone.get_by_role("button", name="Pages").tap()
    phone.get_by_role("link", name="Inside the cell").tap()
    expect(phone.get_by_role("heading", name="Inside the cell")).to_be_visible()
    expect(phone.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_a_phone_finds_out_of_presenting(phone: Page) -> None:
    open_page(phone, "/unroll?present=1")
    phone.get_by_role("button", name="Leave").tap()
    expect(phone.get_by_text("One network reads a sequence")).to_be_visible()
