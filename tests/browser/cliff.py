"""The cliff as a visitor meets it, on a bare page or in the app: what is shown, and hands to touch it with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
from playwright.sync_api import Locator, Page

from engine.studies.cliff.descent import Path
from engine.studies.cliff.study import WINDOW, CliffStudy
from figures.cliff.message import answer
from figures.cliff.view import CliffView
from figures.words import number
from tests.browser.bare import Bare, sealed

PATH = "/the_cliff"
ENTRY = "ui/cliff/cliff.js"
THROWN = 0.1  # of figure 6
FIND = """
window.cliff = () => {
  for (const element of document.querySelectorAll("*")) {
    const found = element.matches(".cliff") ? element : element.shadowRoot?.querySelector(".cliff");
    if (found) return found;
  }
  return null;
};
window.shown = () => {
  const root = window.cliff();
  const all = (selector, read) => Array.from(root.querySelectorAll(selector), read);
  const words = (selector) => root.querySelector(selector).textContent;
  const named = (selector, name, read) => Object.fromEntries(all(selector, (e) => [e.dataset[name], read(e)]));
  const box = (selector) => root.querySelector(selector).getBoundingClientRect().toJSON();
  const visibility = (e) => e.getAttribute("visibility");
  return {
    said: all(".ball .said", (e) => e.textContent),
    followed: all('.ball .name[aria-pressed="true"]', (e) => e.textContent),
    paths: named("[data-path]", "path", (e) => e.getAttribute("d")),
    colours: named("[data-path]", "path", (e) => e.getAttribute("stroke")),
    balls: named("[data-ball]", "ball", visibility),
    edges: named("[data-edge]", "edge", visibility),
    start: box("[data-start]"),
    map: box("svg.map-picture"),
    hill: root.querySelector("canvas.hill-picture").toDataURL(),
    surface: root.querySelector(".heatmap canvas").toDataURL(),
    points: root.querySelector(".heatmap canvas").width,
    sliders: Object.fromEntries(all(".slider", (e) => ["input", "output"].map((tag) => e.querySelector(tag))
      .map((part) => part.name || part.textContent))),
    at: words(".bar output"),
    playing: words("button.play") === "Pause",
    resting: words(".cause .said-below"),
    product: words(".product .said-below"),
    latch: ["stores", "holds", "forgets"].map((name) => words(`p.${name}`)),
    far: words("svg.far-picture"),
    font: parseFloat(getComputedStyle(root).fontSize),
  };
};
"""
NEXT_FRAME = "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(shown()))))"


@dataclass(frozen=True)
class Cliff:
    """One open page with the cliff on it."""

    page: Page

    @property
    def bare(self) -> Bare:
        """The bare page."""
        return Bare(self.page, ENTRY)

    @property
    def map(self) -> Locator:
        return self.page.locator("svg.map-picture")

    @property
    def scrub(self) -> Locator:
        return self.page.locator(".cliff input.scrub")

    def slider(self, name: str) -> Locator:
        return self.page.locator(f'.cliff input[name="{name}"]')

    def button(self, name: str) -> Locator:
        """A button of the cliff, by its words."""
        return self.page.locator(".cliff").get_by_role("button", name=name, exact=True)

    def tool(self, panel: str, name: str) -> Locator:
        """A button that takes something home from a panel."""
        return self.page.locator(f".cliff .panel.{panel} .tools").get_by_role("button", name=name, exact=True)

    def shown(self) -> Any:
        """What stands on the screen once the frame that is due has been drawn."""
        return self.page.evaluate(NEXT_FRAME)

    def after(self, seconds: float) -> Any:
        """What is shown once so much held time has passed."""
        self.bare.pass_time(seconds)
        return self.shown()

    def until(self, condition: str, argument: object = None) -> Any:
        """What is shown as soon as `condition`, JavaScript about `s`, holds of it: for what a server answers."""
        self.page.wait_for_function(
            f"(a) => {{ const s = cliff() && shown(); return s && ({condition}); }}", arg=argument
        )
        return self.shown()

    def told(self) -> list[CliffStudy]:
        """The drops that a bare page told the server, in turn."""
        self.bare.drawn()
        return [study_of(value) for name, value in self.bare.asked() if name == "drop"]

    def address(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))

    def place(self, w: float, b: float, window: tuple[float, ...] = WINDOW) -> tuple[float, float]:
        """Where a point of the map lies in the window of the browser."""
        self.map.scroll_into_view_if_needed()
        canvas = self.page.locator(".cliff .heatmap canvas").bounding_box()
        assert canvas is not None
        w_from, w_to, b_from, b_to = window
        return (
            canvas["x"] + (w - w_from) / (w_to - w_from) * canvas["width"],
            canvas["y"] + (b_to - b) / (b_to - b_from) * canvas["height"],
        )

    def say(self, x: float, y: float) -> str:
        """The words under the pointer at a point of the screen."""
        self.page.mouse.move(x, y)
        tip = self.page.locator(".cliff .tip")
        tip.wait_for(state="visible")
        return tip.text_content() or ""

    def middle(self, selector: str, across: float = 0.5) -> tuple[float, float]:
        """A point halfway down an element, `across` a share of its width."""
        found = self.page.locator(selector)
        found.scroll_into_view_if_needed()
        box = found.bounding_box()
        assert box is not None
        return box["x"] + across * box["width"], box["y"] + box["height"] / 2

    def follow(self, serial: int = 1, layout: str = "page", **query: str) -> Any:
        """What is shown once a message as the server would send it has come."""
        self.bare.mount(message(serial, layout, **query))
        return self.shown()


def study_of(query: dict[str, str]) -> CliffStudy:
    """The drop of a link that may say how it is looked at, too."""
    study, complaints = CliffStudy.from_query(query)
    assert complaints == []
    return study


def message(serial: int = 1, layout: str = "page", **query: str) -> bytes:
    """The message of a link."""
    study = study_of(query)
    view, complaints = CliffView.from_query(query, study)
    assert complaints == []
    envelope = {
        **{"page": "cliff", "title": "The cliff", "serial": serial, "view": view.by_name(), "layout": layout},
        "keys": {name: declared.key for name, declared in CliffView.declared().items()},
        "usual": CliffView.usual().by_name(),
    }
    return sealed(envelope, _answer(study))


_answer = cache(answer)


def bare_cliff(page: Page, still: bool = False, layout: str = "page", **query: str) -> Cliff:
    """The cliff on a bare page, whose time stands still. `still`: with both whole paths shown; else the balls roll."""
    if still:
        query = {"update": f"{study_of(query).count}", **query}
    page.goto(f"{PATH}?{urlencode(query)}" if query else PATH)
    page.evaluate(f"() => {{ {FIND} }}")
    found = Cliff(page)
    found.follow(layout=layout, **query)
    return found


def open_cliff(page: Page, **query: str) -> Cliff:
    """The cliff in the app, once it is drawn."""
    page.add_init_script(FIND)
    page.goto(f"{PATH}?{urlencode(query)}" if query else PATH)
    found = Cliff(page)
    found.until("s.said[0]")
    return found


def thrown_at(path: Path) -> int | None:
    """The update that moves a ball farthest, if it is by more than a tenth of figure 6."""
    w_from, w_to, b_from, b_to = WINDOW
    shares = np.hypot(np.diff(path.w) / (w_to - w_from), np.diff(path.b) / (b_to - b_from))
    return int(shares.argmax()) if shares.max() > THROWN else None


def assert_says_the_engines(said: list[str], drop: CliffStudy) -> None:
    """Both sentences hold the numbers of the engine's own descents."""
    free, clipped = drop.paths()
    k = thrown_at(free)
    if k is None:
        assert said[0].startswith(f"No throw: the steepest gradient on its way is {number(float(free.norm.max()))}.")
        assert f"w = {number(free.w[-1])}, b = {number(free.b[-1])}" in said[0]
    else:
        moves = np.hypot(np.diff(free.w), np.diff(free.b))
        assert f"at update {k + 1}: gradient norm {number(free.norm[k])}" in said[0]
        assert f" moves it {number(moves[k])}" in said[0]
        assert k == 0 or f" {number(moves[k] / moves[k - 1])} times the move before" in said[0]
        assert f"to w = {number(free.w[k + 1])}, b = {number(free.b[k + 1])}" in said[0]
        assert f"the error is {number(free.error[k + 1])}, the gradient {number(free.norm[k + 1])}." in said[0]
    cut = int(clipped.clipped.sum())
    if cut:
        most = number(float(clipped.norm.max()))
        assert said[1].startswith(f"Clipped in {cut} of {drop.count} updates, at most from {most} to ")
    else:
        assert said[1].startswith("Nothing to clip")
    assert f"to {number(clipped.error[-1])}, at w = {number(clipped.w[-1])}" in said[1]


def drawn(d: str) -> np.ndarray:
    """The points of an SVG path, (n, 2)."""
    return np.array([[float(v) for v in point.split(",")] for point in re.split("[ML]", d)[1:]])
