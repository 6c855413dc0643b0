"""The backward page as a visitor meets it: what is shown, and hands to touch it with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Locator, Page

from engine.studies.backward.look import Backwards, backwards
from engine.studies.backward.study import BackwardStudy

PATH = "/backward"
FIND = """
window.part = (selector) => {
  for (const element of document.querySelectorAll("*")) {
    const found = element.shadowRoot?.querySelector(selector);
    if (found) return found;
  }
  return null;
};
window.shown = () => {
  const all = (selector, read) => {
    for (const element of document.querySelectorAll("*")) {
      const found = element.shadowRoot?.querySelectorAll(selector);
      if (found?.length) return Array.from(found, read);
    }
    return [];
  };
  const read = (e, name) => Number(e.getAttribute(name));
  const seen = (e) => e.getAttribute("visibility") !== "hidden";
  const box = (e) => {
    const { left, right, top, bottom, width, height } = e.getBoundingClientRect();
    return { left, right, top, bottom, width, height };
  };
  const scrub = part("input.scrub");
  return {
    step: Number(scrub.max) + 1 - Number(scrub.value),
    steps: Number(scrub.max),
    playing: part("button.play").textContent === "Pause",
    verdict: part("p.verdict").textContent,
    reading: part("p.reading").textContent,
    norms: Object.fromEntries(all("[data-norm]:not(.path *)", (e) => [e.dataset.norm, e.textContent])),
    bars: Object.fromEntries(all("[data-bar]", (e) => [e.dataset.bar, seen(e) ? read(e, "height") : 0])),
    totals: Object.fromEntries(all("[data-total]", (e) => [e.dataset.total, e.textContent])),
    arrows: Object.fromEntries(all("[data-carried]", (e) => [e.dataset.carried, seen(e)])),
    pulse: all("circle.pulse", (e) => read(e, "cx"))[0],
    update: part(".update .said").textContent,
    squares: Object.fromEntries(all("[data-number]", (e) => [e.dataset.number, e.textContent])),
    path: part(".way .said").textContent,
    times: Object.fromEntries(all("[data-times]", (e) => [e.dataset.times, e.textContent])),
    places: Object.fromEntries(all("[data-place]", (e) => [e.dataset.place, e.getAttribute("fill")])),
    losses: Object.fromEntries(all("[data-loss]", (e) => [e.dataset.loss, e.textContent])),
    check: Object.fromEntries(all("dd[data-field]", (e) => [e.dataset.field, e.textContent])),
    checked: part(".check .said")?.textContent,
    sizes: Object.fromEntries(all("[data-size]", (e) => [e.dataset.size, e.textContent])),
    picture: box(part("svg.reverse")),
    font: parseFloat(getComputedStyle(part(".backward")).fontSize),
  };
};
"""


@dataclass(frozen=True)
class Visit:
    """One open backward page."""

    page: Page

    @property
    def picture(self) -> Locator:
        return self.page.locator("svg.reverse")

    @property
    def table(self) -> Locator:
        return self.page.locator("svg.table")

    def button(self, name: str) -> Locator:
        """A button of the pictures, by its words."""
        return self.page.locator(".backward").get_by_role("button", name=name, exact=True)

    def shown(self) -> Any:
        """What stands on the screen once the frame that is due has been drawn."""
        return self.page.evaluate(
            "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(shown()))))"
        )

    def until(self, condition: str, argument: object = None) -> Any:
        """What is shown as soon as `condition`, JavaScript about `s`, holds of it."""
        ready = "part('svg.reverse rect') && part('dd') && part('.sentence rect')"
        self.page.wait_for_function(
            f"(a) => {{ const s = {ready} && shown(); return s && ({condition}); }}", arg=argument
        )
        return self.shown()

    def pick(self, step: int) -> Any:
        """The page with the error come back to `step`."""
        steps = self.shown()["steps"]
        self.page.locator("input.scrub").fill(str(steps + 1 - step))
        return self.shown()

    def address(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))


def open_backward(page: Page, still: bool = False, **query: str) -> Visit:
    """The page, once all its pictures stand. `still`: stopped, with the error come back to step 1."""
    page.add_init_script(FIND)
    page.goto(f"{PATH}?{urlencode(query)}" if query else PATH)
    visit = Visit(page)
    visit.until("true")
    if still:
        visit.button("Show all").click()
        visit.until("!s.playing && s.step === 1")
    return visit


@cache
def run(study: BackwardStudy, cell: str) -> Backwards:
    """The engine's own answer."""
    return backwards(study, cell)
