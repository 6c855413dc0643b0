"""One server and one Chromium for all browser tests; each test has its own page, which must stay without an error."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser.bare import PHONE, Profiles, bare_server
from tests.browser.chromium import find_chromium
from ui.kit.page import every_page

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZE: Any = {"width": 1440, "height": 900}
PATHS = ["/", *(f"/{path.removeprefix('pages/').removesuffix('.py')}" for path in every_page())]
PATIENCE = 15_000  # milliseconds until a wait fails
# Megabytes of library take a second to parse; only the tests that look at a plotly figure wait for it.
WITHOUT_PLOTLY = """
const { get, set } = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, "src");
const nothing = "data:text/javascript,window.Plotly={react(){},Icons:{}}";
Object.defineProperty(HTMLScriptElement.prototype, "src", {
  get,
  set(url) { set.call(this, /[/]plotly-[^/]*$/.test(url) ? nothing : url); },
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder drives a browser.

    On a busy machine a picture may stand later than a test looks: what failed is asked up to twice more, and counted as
    "rerun".
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=2))


@contextmanager
def started(log: Path, base: str = "", root: Path = ROOT, before: Sequence[str] = ()) -> Iterator[str]:
    """The address of an app that runs from `root`; it must stop when it is told to.

    Args:
        log: where it writes.
        base: `/a/b` where it is told to lie there.
        root: the folder of app.py.
        before: what stands before the interpreter in the command.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [*before, sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    arguments += [f"--server.port={port}", "--server.address=127.0.0.1", f"--server.baseUrlPath={base}"]
    address = f"http://127.0.0.1:{port}{base}"
    with log.open("w") as output:
        process = subprocess.Popen(arguments, cwd=root, stdout=output, stderr=subprocess.STDOUT, env=dict(os.environ))
        try:
            _wait(f"{address}/_stcore/health", process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running app."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with started(log) as address:
        yield address
    said = log.read_text()
    assert "Traceback" not in said, said[-4000:]


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the app did not start:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What happens in a page that a test did not ask about."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.errors: list[str] = []
        self.elsewhere: list[str] = []

    def over(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self.errors.append(f"{error}"))
        page.on("console", self._heard)
        page.on("request", self._asked)
        page.on("websocket", lambda socket: self._asked_for(socket.url))
        return page

    def last_look_at(self, page: Page) -> None:
        """Note what Streamlit shows of an error in the app."""
        self.errors += page.get_by_test_id("stException").all_text_contents()

    def _heard(self, message: ConsoleMessage) -> None:
        # Streamlit looks for a host's configuration below the page's own path first, and gets a 404.
        probing = "/_stcore/" in (message.location or {}).get("url", "")
        if message.type == "error" and not probing:
            self.errors.append(message.text)

    def _asked(self, request: Request) -> None:
        self._asked_for(request.url)

    def _asked_for(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.server).netloc:
            self.elsewhere.append(url)


@pytest.fixture
def watch(server: str) -> Iterator[Watch]:
    """Fails the test if one of its pages met an error or asked another host."""
    watching = Watch(server)
    yield watching
    assert watching.errors == []
    assert watching.elsewhere == []


@pytest.fixture
def profile(chromium: Browser, server: str, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser profile that knows nothing of the others: `profile(permissions=["clipboard-read"])`."""
    contexts = []

    def make(**settings: Any) -> BrowserContext:
        context = chromium.new_context(**{"base_url": server, "viewport": SIZE, "color_scheme": "light", **settings})
        context.set_default_timeout(PATIENCE)
        context.on("page", watch.over)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        for page in context.pages:
            watch.last_look_at(page)
        context.close()


@pytest.fixture(scope="session")
def usual_profile(chromium: Browser, server: str) -> Iterator[BrowserContext]:
    """A profile whose cache holds Streamlit's own scripts after the first test: a page opens in half the time."""
    yield from _lasting(chromium, server, viewport=SIZE)


@pytest.fixture
def page(usual_profile: BrowserContext, watch: Watch) -> Iterator[Page]:
    """A page of 1440 by 900 pixels in the light theme, where plotly figures stay empty."""
    yield from _page(usual_profile, watch, WITHOUT_PLOTLY)


@pytest.fixture
def whole_page(usual_profile: BrowserContext, watch: Watch) -> Iterator[Page]:
    """The same with plotly."""
    yield from _page(usual_profile, watch, "")


@pytest.fixture(scope="session")
def phone_profile(chromium: Browser, server: str) -> Iterator[BrowserContext]:
    """A telephone, whose cache is as full as that of `usual_profile`."""
    yield from _lasting(chromium, server, reduced_motion="reduce", **PHONE)


@pytest.fixture
def phone(phone_profile: BrowserContext, watch: Watch) -> Iterator[Page]:
    """A page on a telephone, where plotly figures stay empty."""
    yield from _page(phone_profile, watch, WITHOUT_PLOTLY)


def _lasting(chromium: Browser, server: str, **settings: Any) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=server, color_scheme="light", **settings)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def _page(profile: BrowserContext, watch: Watch, script: str) -> Iterator[Page]:
    page = watch.over(profile.new_page())
    page.add_init_script(script)
    yield page
    watch.last_look_at(page)
    page.evaluate("localStorage.clear()")
    page.close()


@pytest.fixture(scope="module")
def seen(request: pytest.FixtureRequest, usual_profile: BrowserContext, server: str) -> Iterator[Page]:
    """The page at the address that is asked for, opened once for all tests of a module: each leaves it as it was.

    Nothing moves on it: a processor that draws frames is missed elsewhere.
    """
    watch = Watch(server)
    for page in _page(usual_profile, watch, WITHOUT_PLOTLY):
        page.emulate_media(reduced_motion="reduce")
        open_page(page, request.param)
        yield page
    assert watch.errors == []
    assert watch.elsewhere == []


def open_page(page: Page, path: str) -> None:
    """Go there, and wait until everything stands."""
    page.goto(path)
    page.locator('[data-testid^="stBidiComponent"] .stage svg').first.wait_for()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


@pytest.fixture(scope="session")
def bare_address() -> Iterator[str]:
    """The address of a server of bare pages."""
    with bare_server() as address:
        yield address


@pytest.fixture(scope="module")
def profiles(chromium: Browser, bare_address: str) -> Iterator[Profiles]:
    """Profiles of the tests in one module: an address bar remembers only so many pages."""
    made = Profiles(chromium, bare_address)
    yield made
    for context in made.made.values():
        context.close()


@pytest.fixture
def bare_page(profiles: Profiles) -> Iterator[Callable[..., Page]]:
    """A bare page for some settings, `bare_page(has_touch=True)`; it must meet no error."""
    profiles.errors.clear()
    yield profiles.page
    assert profiles.errors == []
