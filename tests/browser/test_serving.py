"""Wherever the app lies, its pages open; what a browser has seen it does not ask for again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.browser.conftest import PATHS, PATIENCE, SIZE, Watch, open_page, started
from tests.browser.stripping import stripping

PICTURE = '[data-testid^="stBidiComponent"] svg'  # what a mounted module has drawn
MODULE = re.compile(r"[a-z]+-[0-9a-f]{12}\.js$")
DOWNLOADED = """() => performance.getEntriesByType("resource")
  .filter(({ name, transferSize }) => /[/](modules|static)[/]/.test(name) && transferSize > 0)
  .map(({ name, transferSize }) => [name.split("/").at(-1), transferSize])"""


@contextmanager
def visiting(chromium: Browser, address: str) -> Iterator[Page]:
    """A page of a new profile; at the end nothing may have failed and no other host been asked."""
    watch, refused = Watch(address), []

    def look(response: Response) -> None:
        # Streamlit looks for a host's configuration below the page's own path first.
        if response.status >= 400 and "/_stcore/" not in response.url:
            refused.append(f"{response.status} {response.url}")

    context = chromium.new_context(viewport=SIZE)
    context.set_default_timeout(PATIENCE)
    page = watch.over(context.new_page())
    page.on("response", look)
    page.on("requestfailed", lambda request: refused.append(f"{request.failure} {request.url}"))
    yield page
    watch.last_look_at(page)
    context.close()
    assert watch.errors == []
    assert watch.elsewhere == []
    assert refused == []


def load_plotly(page: Page) -> None:
    """Scroll to the figure for which it is loaded, wherever pictures that come later push it."""
    page.get_by_role("heading", name="One path, factor by factor").wait_for()
    page.wait_for_function(
        """() => {
          const headings = [...document.querySelectorAll("h2, h3")];
          headings.find((one) => one.textContent.includes("One path, factor by factor"))?.scrollIntoView();
          return window.Plotly;
        }"""
    )


@pytest.fixture(scope="module", params=["behind /a/b/", "with a base path"])
def place(request: pytest.FixtureRequest, server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app that does not lie at the root of its host."""
    if request.param == "with a base path":
        log = tmp_path_factory.mktemp("based") / "log.txt"
        with started(log, base="/a/b") as address:
            yield address
    else:
        with stripping(server, "/a/b") as address:
            yield address


def test_a_page_opens_wherever_the_app_lies(chromium: Browser, place: str) -> None:
    with visiting(chromium, place) as page:
        page.goto(f"{place}/vanish_and_explode")
        page.locator(PICTURE).first.wait_for()
        load_plotly(page)  # it lies beside the module that asks for it


def test_pages_follow_each_other_wherever_the_app_lies(chromium: Browser, place: str) -> None:
    with visiting(chromium, place) as page:
        page.goto(f"{place}/the_cliff")
        page.locator(PICTURE).first.wait_for()
        for name, path in (("Start", ""), ("Unroll", "/unroll"), ("Start", "")):
            page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
            page.wait_for_url(lambda url, path=path: url.split("?")[0].rstrip("/") == place + path)
            page.get_by_role("heading", level=1, name="Unrolled" if name == "Start" else name, exact=True).wait_for()
            page.locator(PICTURE).first.wait_for()
        page.reload()
        page.locator(PICTURE).first.wait_for()


def test_the_app_opens_in_a_frame(chromium: Browser, place: str) -> None:
    with visiting(chromium, place) as page:
        page.set_content(f'<iframe src="{place}/unroll?embed=true" width="800" height="600"></iframe>')
        page.frame_locator("iframe").locator(PICTURE).first.wait_for()


def test_a_second_visit_downloads_nothing_that_does_not_change(chromium: Browser, server: str) -> None:
    with visiting(chromium, server) as page:
        for number in range(2):
            page.goto(f"{server}/vanish_and_explode")
            load_plotly(page)
            downloaded = page.evaluate(DOWNLOADED)
            assert bool(downloaded) == (number == 0), downloaded
            page.goto("about:blank")


@pytest.mark.parametrize("path", PATHS)
def test_a_first_picture_takes_few_bytes_beyond_streamlits_own(chromium: Browser, server: str, path: str) -> None:
    """Our modules as they are sent, and what comes over the websocket; plotly.js waits for a figure near the screen."""
    with visiting(chromium, server) as page:
        told: list[int] = []
        page.on("websocket", lambda one: one.on("framereceived", lambda data: told.append(len(data))))
        open_page(page, server + path)
        modules = [size for name, size in page.evaluate(DOWNLOADED) if MODULE.match(name)]
        assert modules
        assert sum(modules) + sum(told) < 400_000
