"""The page Backward as a visitor meets it, on a bare page or a real server: what is shown, and hands to touch it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from playwright.sync_api import Page

from engine.studies.backward.left_out import answers_symbols
from engine.studies.backward.look import Backwards, backwards
from engine.studies.backward.study import BackwardStudy
from figures.backward import answer
from figures.backward.view import BackwardView
from tests.browser.visit import Visit, message, part

PATH = "/backward"
MARKS = ("svg.reverse rect", ".matrices rect", ".table rect", "dd", ".sentence rect")  # of its five pictures
FIND = """
(root) => {
  const all = (selector, read) => everywhere(selector).map(read);
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
    norms: Object.fromEntries(all(".reverse [data-norm]", (e) => [e.dataset.norm, e.textContent])),
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
    font: parseFloat(getComputedStyle(part(".stage")).fontSize),
  };
}
"""


@dataclass(frozen=True)
class Backward(Visit):
    """One open page."""

    path, entry, stage, find = PATH, "ui/backward/backward.js", ".stage", FIND
    ready = " && ".join(f"part('{mark}')" for mark in MARKS)

    picture = part("svg.reverse")
    table = part("svg.table")

    def pick(self, step: int) -> Any:
        """The page with the error come back to `step`."""
        steps = self.shown()["steps"]
        self.page.locator("input.scrub").fill(str(steps + 1 - step))
        return self.shown()


@dataclass(frozen=True)
class BareBackward(Backward):
    """All its stages on a bare page, whose clock the test holds."""

    def send(self, serial: int = 1, layout: str = "page", **query: str) -> Any:
        """Hand every stage the message that the server has for a link; what is shown then."""
        study, _ = BackwardStudy.from_query(query)
        view, _ = BackwardView.from_query(query, study)
        for panel, answered in answers(study).items():
            self.bare.mount(message("backward", "Backward", view, answered, serial, layout), panel)
        self.check(serial, layout, **query)
        return self.shown()

    def check(self, serial: int = 1, layout: str = "page", **query: str) -> Any:
        """Answer for the weight that was picked last, as the server does, or for the link's."""
        study, _ = BackwardStudy.from_query(query)
        view, _ = BackwardView.from_query(query, study)
        told = [value for name, value in self.bare.asked() if name == "look"]
        if told:
            picked, _ = BackwardView.from_query({"focus": told[-1]["cell"], "weight": told[-1]["weight"]}, study)
            answered = answer.check(study, picked.cell, picked.weight)
        else:
            answered = answer.check(study, view.cell, view.weight)
        self.bare.mount(message("backward", "Backward", view, answered, serial, layout), "check")
        return self.shown()


@cache
def answers(study: BackwardStudy) -> dict[str, bytes]:
    """The answers that do not depend on the weight in view."""
    return {
        "flow": answer.flow(study),
        "update": answer.update(study),
        "table": answer.table(study),
        "reach": answer.reach(study if study.trained is None or answers_symbols(study) else BackwardStudy()),
    }


def open_bare(page: Page, still: bool = False, layout: str = "page", **query: str) -> BareBackward:
    """The page on a bare page. `still`: with the error come back to step 1; else it plays as held time passes."""
    query = {**({"step": "1"} if still else {}), **query}
    visit = BareBackward.on_bare_page(page, **query)
    visit.send(layout=layout, **query)
    return visit


def open_backward(page: Page, still: bool = False, **query: str) -> Backward:
    """The page on the real server, once all its pictures stand. `still`: with the error come back to step 1."""
    visit = Backward.in_app(page, **{**({"step": "1"} if still else {}), **query})
    visit.until("true")
    return visit


@cache
def run(study: BackwardStudy, cell: str) -> Backwards:
    """The engine's own answer."""
    return backwards(study, cell)
