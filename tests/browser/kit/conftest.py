"""The kit's browser half on bare pages; what it is tried with is the page in trial.js."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext

from figures.message import message
from figures.theme import theme_message
from tests.browser.bare import HELD, Bare, bare_server, sealed

ENTRY = "tests/browser/kit/trial.js"
KEYS = {"step": "step", "unit": "unit", "sort": "sort"}
USUAL = {"step": None, "unit": 1, "sort": "number"}
UNITS = 3


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


@pytest.fixture(scope="session")
def visit(chromium: Browser, bare_address: str) -> Iterator[Callable[..., BrowserContext]]:
    """A browser profile of some kind, made once: `visit(has_touch=True)`."""
    made: dict[str, BrowserContext] = {}

    def profile(**settings: Any) -> BrowserContext:
        name = repr(sorted(settings.items()))
        if name not in made:
            usual = {"base_url": bare_address, "viewport": {"width": 1000, "height": 800}, "color_scheme": "light"}
            made[name] = chromium.new_context(**{**usual, **settings})
            made[name].set_default_timeout(5_000)
        return made[name]

    yield profile
    for context in made.values():
        context.close()


@pytest.fixture
def bare(visit: Callable[..., BrowserContext]) -> Iterator[Callable[..., Bare]]:
    """Open the trial page: `bare(told(step=3), "/trial?x=1", held=True, has_touch=True)`; it must meet no error."""
    pages = []
    errors: list[str] = []

    def open_(first: bytes | None, path: str = "/trial", held: bool = True, **settings: Any) -> Bare:
        page = visit(**settings).new_page()
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(f"{error}"))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        if held:
            page.add_init_script(HELD)
        page.goto(path)
        shown = Bare(page, ENTRY)
        if first is not None:
            shown.mount(first)
        return shown

    yield open_
    for page in pages:
        page.close()
    assert errors == []
