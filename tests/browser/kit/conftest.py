"""The kit's browser half on bare pages; what it is tried with is the page in trial.js."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from figures.message import message
from figures.theme import theme_message
from tests.browser.bare import HELD, Bare, bare_server, sealed

ENTRY = "tests/browser/kit/trial.js"
KEYS = {"step": "step", "unit": "unit", "sort": "sort"}
USUAL = {"step": None, "unit": 1, "sort": "number"}
UNITS = 3
SIZE: Any = {"width": 1000, "height": 800}
PATIENCE = 15_000  # milliseconds until a wait fails


def told(
    steps: int = 10,
    serial: int | str = 1,
    layout: str = "page",
    verdict: str = "It walks.",
    labels: Mapping[int, str] | None = None,
    query: Mapping[str, str] | None = None,
    loop: bool = False,
    pace: Sequence[float] = (2,),
    keys: Mapping[str, str] = KEYS,
    usual: Mapping[str, object] = USUAL,
    **view: Any,
) -> bytes:
    """A message for the page in trial.js: `labels` are words by step, further arguments its view."""
    states = np.cos(np.arange((steps + 1) * UNITS, dtype=np.float32)).reshape(steps + 1, UNITS)
    words = [(labels or {}).get(t, f"w{t}") for t in range(1, steps + 1)]
    header = {
        **{"theme": theme_message(), "steps": steps, "units": UNITS, "labels": words, "verdict": verdict},
        **{"loop": loop, "pace": list(pace)},
    }
    envelope = {
        "page": "trial",
        "title": "The trial",
        "serial": serial,
        "view": {**usual, **view},
        "keys": dict(keys),
        "usual": dict(usual),
        "layout": layout,
        "query": dict(query or {}),
    }
    return sealed(envelope, message(header, {"h": states}))


@pytest.fixture(scope="session")
def bare_address() -> Iterator[str]:
    with bare_server() as address:
        yield address


class Profiles:
    """Browser profiles by their settings, each with one page that the tests of a module use in turn."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self.chromium = chromium
        self.address = address
        self.made: dict[str, BrowserContext] = {}
        self.errors: list[str] = []

    def profile(self, **settings: Any) -> BrowserContext:
        name = repr(sorted(settings.items()))
        if name not in self.made:
            usual: dict[str, Any] = {"base_url": self.address, "viewport": SIZE, "color_scheme": "light"}
            settings.pop("fake_time", False)  # timers that a test moves are another profile
            held = settings.pop("held", True)
            context = self.made[name] = self.chromium.new_context(**{**usual, **settings})
            context.set_default_timeout(PATIENCE)
            if held:
                context.add_init_script(HELD)
            context.on("page", self._watch)
        return self.made[name]

    def page(self, **settings: Any) -> Page:
        context = self.profile(**settings)
        page = context.pages[0] if context.pages else context.new_page()
        page.set_viewport_size(settings.get("viewport", SIZE))
        return page

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(f"{error}"))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)


@pytest.fixture(scope="module")
def profiles(chromium: Browser, bare_address: str) -> Iterator[Profiles]:
    """Profiles of the tests in one module: an address bar remembers only so many pages."""
    made = Profiles(chromium, bare_address)
    yield made
    for context in made.made.values():
        context.close()


@pytest.fixture
def bare(profiles: Profiles) -> Iterator[Callable[..., Bare]]:
    """Open the trial page: `bare(told(step=3), "/trial?x=1", has_touch=True)`; it must meet no error."""
    profiles.errors.clear()

    def open_(first: bytes | None, path: str = "/trial", **settings: Any) -> Bare:
        shown = Bare(profiles.page(**settings), ENTRY)
        shown.page.goto(path)
        if first is not None:
            shown.mount(first)
        return shown

    yield open_
    assert profiles.errors == []
