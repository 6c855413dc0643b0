"""The walk of Unroll: what it shows, hands to touch it with, the engine's own answer; on a bare page or in the app."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from playwright.sync_api import Locator, Page

from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import Walk, walk
from figures.unroll.answer import answer
from figures.unroll.view import UnrollView
from tests.browser.visit import Visit, message, part

PATH = "/unroll"
FIND = """
(root) => {
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
    rolled: root.querySelector('[data-value="rolled"]')?.getAttribute("aria-pressed") === "true",
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
      opacity: Number(g.getAttribute("opacity")) * Number(g.firstElementChild.getAttribute("opacity")),
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
}
"""
# What eases moves at most a tenth of a second from one draw to the next.
PASS = """async (tenths) => {
  for (let k = 0; k < tenths; k++) {
    unrolledTime.pass(0.1);
    await new Promise(requestAnimationFrame);
  }
  await drawn();
}"""


@dataclass(frozen=True)
class Unroll(Visit):
    """One open page with the walk on it."""

    path, entry, stage, find = PATH, "ui/unroll/unroll.js", ".unroll", FIND

    diagram = part("svg.diagram")
    scrub = part(".unroll input.scrub")

    def tool(self, place: str, name: str) -> Locator:
        """A button that takes something home from a panel."""
        return self.page.locator(f".unroll {place} .tools").first.get_by_role("button", name=name, exact=True)

    def map(self, title: str) -> Locator:
        """The heatmap under a heading."""
        heading = self.page.get_by_role("heading", name=title, exact=True)
        return self.page.locator(".unroll .panel.map").filter(has=heading).locator(".heatmap")

    def after(self, seconds: float) -> Any:
        """What is shown once so much held time has passed."""
        self.page.evaluate(PASS, round(10 * seconds))
        return self.shown()

    def middle(self, selector: str, t: int) -> tuple[float, float]:
        """The middle of a mark in column t of the diagram."""
        found = self.page.locator(f'svg.diagram g.column[data-t="{t}"] {selector}').first.bounding_box()
        assert found is not None
        return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2

    def around(self) -> list[int]:
        """How many steps the notes at both ends say are hidden."""
        return [int(re.sub(r"\D", "", words)) for words in self.shown()["around"]]

    def follow(self, serial: int = 1, layout: str = "page", /, **query: str) -> Any:
        """What is shown once a message as the server would send it has come."""
        self.bare.mount(told(serial, layout, **query))
        return self.shown()


def told(serial: int = 1, layout: str = "page", /, **query: str) -> bytes:
    """The message of a link."""
    study = study_of(query)
    view, complaints = UnrollView.from_query(query, study)
    assert complaints == []
    return message("unroll", "Unroll", view, _answer(study), serial, layout)


_answer = cache(answer)


def study_of(query: dict[str, str]) -> UnrollStudy:
    """The study of a link that may say how it is looked at, too."""
    study, complaints = UnrollStudy.from_query(query)
    assert complaints == []
    return study


def bare_unroll(page: Page, /, **query: str) -> Unroll:
    """The walk on a bare page, whose time stands still."""
    found: Unroll = Unroll.on_bare_page(page, **query)
    found.follow(1, "page", **query)
    return found


def open_unroll(page: Page, **query: str) -> Unroll:
    """The walk in the app, once it is drawn. With a `step` in the query it stands still there."""
    found: Unroll = Unroll.in_app(page, **query)
    page.locator("svg.diagram g.column").first.wait_for(state="attached")
    if "step" in query:
        found.until("s.t === a && !s.playing", int(query["step"]))
    return found


def run_of(**query: str) -> Walk:
    """The engine's own answer to a link."""
    return _walk(study_of(query))


_walk = cache(walk)
