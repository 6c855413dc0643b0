"""The cliff as a visitor meets it, on a bare page or in the app: what is shown, and hands to touch it with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page

from engine.studies.cliff.descent import Path
from engine.studies.cliff.study import WINDOW, CliffStudy
from figures.cliff.message import answer
from figures.cliff.view import CliffView
from figures.words import number
from tests.browser.visit import Visit, message, part

PATH = "/the_cliff"
THROWN = 0.1  # of figure 6
FIND = """
(root) => {
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
}
"""


@dataclass(frozen=True)
class Cliff(Visit):
    """One open page with the cliff on it."""

    path, entry, stage, find = PATH, "ui/cliff/cliff.js", ".cliff", FIND

    map = part("svg.map-picture")
    scrub = part(".cliff input.scrub")

    def slider(self, name: str) -> Locator:
        return self.page.locator(f'.cliff input[name="{name}"]')

    def tool(self, panel: str, name: str) -> Locator:
        """A button that takes something home from a panel."""
        return self.page.locator(f".cliff .panel.{panel} .tools").get_by_role("button", name=name, exact=True)

    def told(self) -> list[CliffStudy]:
        """The drops that a bare page told the server, in turn."""
        self.bare.drawn()
        return [study_of(value) for name, value in self.bare.asked() if name == "drop"]

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

    def middle(self, selector: str, across: float = 0.5) -> tuple[float, float]:
        """A point halfway down an element, `across` a share of its width."""
        found = self.page.locator(selector)
        found.scroll_into_view_if_needed()
        box = found.bounding_box()
        assert box is not None
        return box["x"] + across * box["width"], box["y"] + box["height"] / 2

    def follow(self, serial: int = 1, layout: str = "page", **query: str) -> Any:
        """What is shown once a message as the server would send it has come."""
        self.bare.mount(told(serial, layout, **query))
        return self.shown()


def study_of(query: dict[str, str]) -> CliffStudy:
    """The drop of a link that may say how it is looked at, too."""
    study, complaints = CliffStudy.from_query(query)
    assert complaints == []
    return study


def told(serial: int = 1, layout: str = "page", **query: str) -> bytes:
    """The message of a link."""
    study = study_of(query)
    view, complaints = CliffView.from_query(query, study)
    assert complaints == []
    return message("cliff", "The cliff", view, _answer(study), serial, layout)


_answer = cache(answer)


def bare_cliff(page: Page, still: bool = False, layout: str = "page", **query: str) -> Cliff:
    """The cliff on a bare page, whose time stands still. `still`: with both whole paths shown; else the balls roll."""
    if still:
        query = {"update": f"{study_of(query).count}", **query}
    found: Cliff = Cliff.on_bare_page(page, **query)
    found.follow(layout=layout, **query)
    return found


def open_cliff(page: Page, **query: str) -> Cliff:
    """The cliff in the app, once it is drawn."""
    found: Cliff = Cliff.in_app(page, **query)
    found.until("s.said[0]")
    return found


def thrown_at(path: Path) -> int | None:
    """The update that moves a ball farthest, if it is by more than a tenth of figure 6."""
    w_from, w_to, b_from, b_to = WINDOW
    shares = np.hypot(np.diff(path.w) / (w_to - w_from), np.diff(path.b) / (b_to - b_from))
    shares = shares[: path.sure]
    return int(shares.argmax()) if shares.max() > THROWN else None


def assert_says_the_engines(said: list[str], drop: CliffStudy) -> None:
    """Both sentences hold the numbers of the engine's own descents."""
    free, clipped = drop.paths()
    for path, words in zip((free, clipped), said, strict=True):
        decided = f"; after update {path.sure} rounding decides."
        assert words.endswith(decided) if path.sure < drop.count else "rounding" not in words
    k = thrown_at(free)
    if k is None:
        steepest = number(float(free.norm[: free.sure + 1].max()))
        assert said[0].startswith(f"No throw: the steepest gradient on its way is {steepest}.")
        assert f"w = {number(free.w[free.sure])}, b = {number(free.b[free.sure])}" in said[0]
    else:
        moves = np.hypot(np.diff(free.w), np.diff(free.b))
        assert f"at update {k + 1}: gradient norm {number(free.norm[k])}" in said[0]
        assert f" moves it {number(moves[k])}" in said[0]
        assert k == 0 or f" {number(moves[k] / moves[k - 1])} times the move before" in said[0]
        assert f"to w = {number(free.w[k + 1])}, b = {number(free.b[k + 1])}" in said[0]
        assert f"the error is {number(free.error[k + 1])}, the gradient {number(free.norm[k + 1])}" in said[0]
    sure = clipped.sure
    cut = int(clipped.clipped[:sure].sum())
    if cut:
        most = number(float(clipped.norm[: sure + 1].max()))
        assert said[1].startswith(f"Clipped in {cut} of {sure} updates, at most from {most} to ")
    else:
        assert said[1].startswith("Nothing to clip")
    last = "less than 1e-12" if clipped.error[sure] < 1e-12 else number(clipped.error[sure])
    assert f"to {last}, at w = {number(clipped.w[sure])}" in said[1]


def drawn(d: str) -> np.ndarray:
    """The points of an SVG path, (n, 2)."""
    return np.array([[float(v) for v in point.split(",")] for point in re.split("[ML]", d)[1:]])
