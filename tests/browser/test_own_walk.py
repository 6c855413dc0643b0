"""A network of one's own walks through all pages and back, by keys alone, in the dark, on a phone, in one tab only."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_your_network import AGAIN, PATH, drop

DOORS = ("Unroll", "Inside the cell", "Backward", "Vanish & explode")
MINE = "Only this session has it."


def door(page: Page, title: str) -> Locator:
    """The report's own link, not the menu's."""
    return page.locator(".st-key-rest").get_by_role("link", name=title).first


def test_each_door_shows_the_network_and_the_way_back_shows_it_too_with_keys_alone(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(PATH)
    drop(page, "double.safetensors")
    for title in DOORS:
        link = door(page, title)
        link.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        expect(page.get_by_text(MINE)).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="What was found in double.safetensors")).to_be_visible()
        expect(page.get_by_text(AGAIN)).to_have_count(0)


def test_two_tabs_hold_a_network_each(page: Page) -> None:
    page.goto(PATH)
    drop(page, "double.safetensors")
    other = page.context.new_page()
    other.goto(PATH)
    drop(other, "legacy.pth")
    for one, mine in ((page, "double.safetensors"), (other, "legacy.pth")):
        expect(one.get_by_role("heading", name=f"What was found in {mine}")).to_be_visible()
        expect(one.get_by_role("radio", name=mine)).to_be_visible()
    theirs = door(other, "Backward").get_attribute("href")
    other.close()
    page.goto(f"{theirs}")
    expect(page.get_by_text("came from a file that only its owner has")).to_be_visible()


def test_the_diagram_is_taken_home_as_a_picture(page: Page) -> None:
    page.goto(PATH)
    drop(page, "language.pt")
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG", exact=True).first.click()
    words = saved.value.path().read_text(encoding="utf-8")
    assert saved.value.suggested_filename == "tensors.svg"
    for part in ("1 · LSTM", "U 12×2", "module.rnn", "forget gate"):
        assert part in words


def test_on_a_phone_a_door_leads_on_and_back(phone: Page) -> None:
    phone.goto(PATH)
    drop(phone, "language.pt")
    door(phone, "Vanish & explode").click()
    expect(phone.get_by_text(MINE)).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.go_back()
    expect(phone.get_by_role("heading", name="What was found in language.pt")).to_be_visible()
