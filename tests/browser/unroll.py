"""The walk of Unroll: what it shows, hands to touch it with, the engine's own answer; on a bare page or in the app."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Locator, Page

from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import Walk, walk
from figures.unroll.answer import answer
from figures.unroll.view import UnrollView
from tests.browser.bare import Bare, sealed

PATH = "/unroll"
ENTRY = "ui/unroll/unroll.js"
PHONE: Any = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 844}}
FIND = """
window.unroll = () => {
  for (const element of document.querySelectorAll("*")) {
    const found = element.matches(".unroll") ? element : element.shadowRoot?.querySelector(".unroll");
    if (found) return found;
  }
  return null;
};
window.shown = () => {
  const root = window.unroll();
  const all = (selector, read, host = root) => Array.from(host.querySelectorAll(selector), read);
  const words = (selector, host) => all(selector, (e) => e.textContent, host);
  const seen = all("g.column", (g) => g).filter((g) => g.getAttribute("visibility") !== "hidden");
  const diagram = root.querySelector("svg.diagram");
  const place = (e) => ["x", "y", "width", "visibility"].map((name) => e.getAttribute(name)).join(" ");
  return {
    t: Number(root.dataset.t),
    steps: Number(root.querySelector("input.scrub").max),
    scrub: Number(root.querySelector("input.scrub").value),
    playing: root.querySelector("button.play").textContent === "Pause",
    rolled: root.querySelector('[data-value="rolled"]').getAttribute("aria-pressed") === "true",
    sentence: root.querySelector(".sentence").textContent,
    spoken: diagram.getAttribute("aria-valuetext"),
    equations: root.querySelector(".panel.equations").textContent,
    columns: Object.fromEntries(seen.map((g) => [g.dataset.t, {
      enters: g.querySelector(".enters").textContent,
      values: Object.fromEntries(all("[data-value]", (e) => [e.dataset.value, e.textContent], g)),
      fills: Object.fromEntries(all("[data-unit]", (e) => [e.dataset.unit, e.getAttribute("fill")], g)),
      names: words("[data-rank]", g),
      chances: words("[data-chance]", g),
      wanted: g.querySelector(".wanted").textContent,
      gradient: Number(g.querySelector(".gradient").getAttribute("height")),
      opacity: Number(g.getAttribute("opacity")),
    }])),
    around: words(".hidden-steps").filter(Boolean),
    maps: all(".panel.map:not([hidden])", (e) => e.querySelector("h2").textContent),
    marks: all(".panel.map:not([hidden]) svg", (e) => all("rect", place, e).join(";")),
    reading: words(".panel.outputs .quiet-words").join(),
    pressed: words('[aria-pressed="true"]'),
    labels: words('.map:not(.outputs) svg text').filter(Boolean),
    pictures: all("canvas", (e) => e.toDataURL()),
    verdict: root.querySelector(".verdict").textContent,
    warning: root.querySelector(".warning").textContent,
    font: parseFloat(getComputedStyle(root).fontSize),
    box: diagram.getBoundingClientRect().toJSON(),
  };
};
"""
NEXT_FRAME = "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(shown()))))"
# What eases moves at most a tenth of a second from one draw to the next.
PASS = """async (tenths) => {
  for (let k = 0; k < tenths; k++) {
    unrolledTime.pass(0.1);
    await new Promise(requestAnimationFrame);
  }
  await drawn();
}"""


@dataclass(frozen=True)
class Unroll:
    """One open page with the walk on it."""

    page: Page

    @property
    def bare(self) -> Bare:
        """The bare page."""
        return Bare(self.page, ENTRY)

    @property
    def diagram(self) -> Locator:
        return self.page.locator("svg.diagram")

    @property
    def scrub(self) -> Locator:
        return self.page.locator(".unroll input.scrub")

    def button(self, name: str) -> Locator:
        """A button of the walk, by its words."""
        return self.page.locator(".unroll").get_by_role("button", name=name, exact=True)

    def tool(self, place: str, name: str) -> Locator:
        """A button that takes something home from a panel."""
        return self.page.locator(f".unroll {place} .tools").first.get_by_role("button", name=name, exact=True)

    def map(self, title: str) -> Locator:
        """The heatmap under a heading."""
        heading = self.page.get_by_role("heading", name=title, exact=True)
        return self.page.locator(".unroll .panel.map").filter(has=heading).locator(".heatmap")

    def shown(self) -> Any:
        """What stands on the screen once the frame that is due has been drawn."""
        return self.page.evaluate(NEXT_FRAME)

    def until(self, condition: str, argument: object = None) -> Any:
        """What is shown as soon as `condition`, JavaScript about `s`, holds of it: for what a server answers."""
        self.page.wait_for_function(
            f"(a) => {{ const s = unroll() && shown(); return s && ({condition}); }}", arg=argument
        )
        return self.shown()

    def after(self, seconds: float) -> Any:
        """What is shown once so much held time has passed."""
        self.page.evaluate(PASS, round(10 * seconds))
        return self.shown()

    def place(self, picture: Locator, across: float, down: float) -> tuple[float, float]:
        """A point of a picture, given as shares of its width and height, on the screen."""
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box is not None
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    def say(self, x: float, y: float) -> str:
        """The words under the pointer at a point of the screen."""
        self.page.mouse.move(x, y)
        tip = self.page.locator(".unroll .tip")
        tip.wait_for(state="visible")
        return tip.text_content() or ""

    def middle(self, selector: str, t: int) -> tuple[float, float]:
        """The middle of a mark in column t of the diagram."""
        found = self.page.locator(f'svg.diagram g.column[data-t="{t}"] {selector}').first.bounding_box()
        assert found is not None
        return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2

    def around(self) -> list[int]:
        """How many steps the notes at both ends say are hidden."""
        return [int(re.sub(r"\D", "", words)) for words in self.shown()["around"]]

    def address(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))

    def follow(self, serial: int = 1, layout: str = "page", **query: str) -> Any:
        """What is shown once a message as the server would send it has come."""
        self.bare.mount(told(serial, layout, **query))
        return self.shown()


def told(serial: int = 1, layout: str = "page", **query: str) -> bytes:
    """The message of a link."""
    study = study_of(query)
    view, complaints = UnrollView.from_query(query, study)
    assert complaints == []
    envelope = {
        "page": "unroll",
        "title": "Unroll",
        "serial": serial,
        "view": view.by_name(),
        "keys": {name: declared.key for name, declared in UnrollView.declared().items()},
        "usual": UnrollView.usual().by_name(),
        "layout": layout,
    }
    return sealed(envelope, _answer(study))


_answer = cache(answer)


def study_of(query: dict[str, str]) -> UnrollStudy:
    """The study of a link that may say how it is looked at, too."""
    study, complaints = UnrollStudy.from_query(query)
    assert complaints == []
    return study


def bare_unroll(page: Page, layout: str = "page", **query: str) -> Unroll:
    """The walk on a bare page, whose time stands still."""
    page.goto(f"{PATH}?{urlencode(query)}" if query else PATH)
    page.evaluate(f"() => {{ {FIND} }}")
    found = Unroll(page)
    found.follow(layout=layout, **query)
    return found


def open_unroll(page: Page, **query: str) -> Unroll:
    """The walk in the app, once it is drawn. With a `step` in the query it stands still there."""
    page.add_init_script(FIND)
    page.goto(f"{PATH}?{urlencode(query)}" if query else PATH)
    page.locator("svg.diagram g.column").first.wait_for(state="attached")
    found = Unroll(page)
    if "step" in query:
        found.until("s.t === a && !s.playing", int(query["step"]))
    return found


def run_of(**query: str) -> Walk:
    """The engine's own answer to a link."""
    return _walk(study_of(query))


_walk = cache(walk)
