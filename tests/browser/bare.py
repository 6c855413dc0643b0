"""Stages on bare pages: no Streamlit, no websocket; a parent element, bytes, and a clock that the test holds."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from ui.kit.bundle import joined

ROOT = Path(__file__).parents[2]
SIZE: Any = {"width": 1000, "height": 800}
PHONE: Any = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 844}}
PATIENCE = 15_000  # milliseconds until a wait fails
THEME = """
:root { --st-font: system-ui, sans-serif; --st-background-color: #fbfaf8; --st-secondary-background-color: #f1efea;
  --st-text-color: #1d2025; --st-border-color: #d9d5cd; --st-primary-color: #2b5fb3; color-scheme: light; }
:root.dark { --st-background-color: #14161a; --st-secondary-background-color: #1e2127; --st-text-color: #eceae6;
  --st-border-color: #343942; --st-primary-color: #7fb0ff; color-scheme: dark; }
body { margin: 0; padding: 16px; background: var(--st-background-color); }
"""
# Time stands still until `unrolledTime.pass(seconds)`, which goes in frames of a sixtieth.
HELD = """
window.unrolledTime = (() => {
  let now = 1000, next = 1, waiting = new Map();
  window.unrolledClock = {
    now: () => now,
    frame(callback) { waiting.set(next, callback); return next++; },
    cancel(id) { waiting.delete(id); },
  };
  return {
    skip(seconds) { now += 1000 * seconds; },
    pass(seconds) {
      for (let frames = Math.round(seconds * 60); frames > 0; frames--) {
        now += 1000 / 60;
        const due = [...waiting.values()];
        waiting.clear();
        due.forEach((callback) => callback(now));
      }
    },
  };
})();
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bare page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>%s</style></head><body><script type="module">
const bytesOf = (words) => Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0));
window.asked = [];
window.mountStage = async (entry, words, host = "host") => {
  const { default: mount } = await import(`/bundle/${entry}`);
  let parent = document.getElementById(host);
  if (!parent) {
    parent = Object.assign(document.createElement("div"), { id: host });
    document.body.append(parent);
  }
  mount({ parentElement: parent, data: bytesOf(words), setTriggerValue: (...told) => window.asked.push(told) });
};
// Two frames: what was queued for drawing is drawn.
window.drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
</script></body></html>
"""


def sealed(envelope: Mapping[str, object], answer: bytes) -> bytes:
    """A message as a stage gets it: an answer in an envelope."""
    words = json.dumps(envelope, ensure_ascii=False).encode()
    words += b" " * (-(len(words) + 4) % 8)
    return struct.pack("<I", len(words)) + words + answer


@contextmanager
def bare_server() -> Iterator[str]:
    """The address of a server that has nothing but bare pages (at any path), single modules and bundles."""
    bundle = cache(joined)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path.startswith("/bundle/"):
                kind, body = "javascript", bundle(ROOT / path.removeprefix("/bundle/"))
            elif path.startswith("/module/"):
                kind, body = "javascript", _module(ROOT / path.removeprefix("/module/"))
            else:
                kind, body = "html", PAGE % THEME
            content = body.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _module(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return text if path.suffix == ".js" else f"export default {json.dumps(text)};"


@dataclass(frozen=True)
class Bare:
    """One bare page with a stage on it."""

    page: Page
    entry: str  # path of the module below the root of the checkout

    def mount(self, message: bytes, host: str = "host") -> None:
        """Hand the stage in element `host` a message; the first makes the stage."""
        words = base64.b64encode(message).decode()
        self.page.evaluate("([entry, words, host]) => mountStage(entry, words, host)", [self.entry, words, host])

    def root(self, host: str = "host") -> Locator:
        return self.page.locator(f"#{host} > .stage")

    def pass_time(self, seconds: float) -> None:
        """Let held time pass, and what it changed be drawn."""
        self.page.evaluate("(seconds) => { unrolledTime.pass(seconds); return drawn(); }", seconds)

    def drawn(self) -> None:
        self.page.evaluate("drawn()")

    def said(self, name: str, host: str = "host") -> str:
        """What the stage noted of its state, as a data attribute, once everything is drawn."""
        self.drawn()
        found = self.root(host).get_attribute(f"data-{name}")
        assert found is not None, name
        return found

    def asked(self) -> list[list[Any]]:
        """What the stage told the server."""
        return list(self.page.evaluate("asked"))


class Profiles:
    """Browser profiles by their settings, each with one page that the tests of a module use in turn."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self.chromium = chromium
        self.address = address
        self.made: dict[str, BrowserContext] = {}
        self.errors: list[str] = []

    def profile(self, **settings: Any) -> BrowserContext:
        # A page changes its size at no cost; a phone's is part of what it is.
        own = {key: value for key, value in settings.items() if key != "viewport" or "is_mobile" in settings}
        name = repr(sorted(own.items()))
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
