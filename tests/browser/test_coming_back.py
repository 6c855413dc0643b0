"""After sleep, a cut or a restart: the page asks for a whole run, and what was told meanwhile is told again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import PATIENCE, SIZE, Watch
from tests.browser.stripping import Proxy, proxied

DRAWN = '[data-testid^="stBidiComponent"] .stage svg'


@pytest.fixture
def way(server: str) -> Iterator[Proxy]:
    """What the page reaches the server through; it can be cut."""
    with proxied(server) as proxy:
        yield proxy


@pytest.fixture
def visitor(chromium: Browser, way: Proxy) -> Iterator[Page]:
    """A page that may lose its server."""
    watch = Watch(way.address)
    context = chromium.new_context(base_url=way.address, viewport=SIZE)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("pageerror", lambda error: watch.errors.append(f"{error}"))
    yield page
    watch.last_look_at(page)
    context.close()
    assert watch.errors == []


def open_page(page: Page, path: str) -> None:
    page.goto(path)
    page.locator(DRAWN).first.wait_for()
    settled(page)


def settled(page: Page) -> None:
    """Wait until the server has answered and nothing is asked of it."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def lose(page: Page, way: Proxy) -> None:
    """Cut the connection, and wait until the page knows."""
    way.cut()
    state = re.compile("PINGING_SERVER|CONNECTING")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", state)


def test_a_preset_pressed_while_the_page_comes_back_is_shown(visitor: Page, way: Proxy) -> None:
    open_page(visitor, "/unroll")
    lose(visitor, way)
    way.mend()
    visitor.get_by_role("button", name="‘happy’", exact=True).click()
    visitor.wait_for_url(re.compile(r"example=happy"))


def test_a_preset_that_was_lost_on_its_way_is_pressed_again(visitor: Page, way: Proxy) -> None:
    open_page(visitor, "/inside_the_cell")
    way.deaf = True
    visitor.get_by_role("button", name="Bias 5", exact=True).click()
    lose(visitor, way)
    way.mend()
    visitor.wait_for_url(re.compile(r"bias=5"))


def test_what_a_picture_asks_while_the_page_is_cut_is_asked_again(visitor: Page, way: Proxy) -> None:
    """And a number that is typed into a field as soon as it may be is computed."""
    open_page(visitor, "/unroll?step=2&unit=1")
    lose(visitor, way)
    typed = visitor.locator('.eq-ledger .eq-row:not([hidden]) input[aria-label^="U1[1, 2]"]')
    typed.fill("1.5")
    typed.press("Enter")
    way.mend()
    visitor.wait_for_url(re.compile(r"edits=U1_1_2_1.5"))
    field = visitor.get_by_label("Hidden units H", exact=True)
    field.fill("5")
    field.press("Enter")
    visitor.wait_for_url(re.compile(r"H=5"))
    expect(field).to_have_value("5")


@pytest.mark.parametrize(
    ("path", "lost", "shown"),
    [
        ("/unroll", "**/modules/unroll-*", DRAWN),
        ("/unroll", "**/static/js/TextInput*", '[data-testid="stTextInput"] input'),
        ("/vanish_and_explode", "**/modules/plotly-*", ".js-plotly-plot"),
    ],
)
def test_a_script_that_did_not_come_is_asked_for_again(visitor: Page, path: str, lost: str, shown: str) -> None:
    asked: list[str] = []

    def once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    visitor.route(lost, once)
    open_page(visitor, path)
    if "plotly" in lost:
        visitor.get_by_role("heading", name="One path, factor by factor").scroll_into_view_if_needed()
    visitor.locator(shown).first.wait_for()
    assert len(asked) > 1
