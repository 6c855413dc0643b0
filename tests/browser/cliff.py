"""The cliff as a visitor meets it: what is shown, and hands to touch it with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
from playwright.sync_api import Locator, Page

from engine.studies.cliff.descent import Path
from engine.studies.cliff.study import WINDOW, CliffStudy
from figures.words import number

PATH = "/the_cliff"
THROWN = 0.1  # of figure 6
FIND = """
window.cliff = () => {
  for (const element of document.querySelectorAll("*")) {
    const found = element.shadowRoot?.querySelector(".cliff");
    if (found) return found;
  }
  return null;
};
window.shown = () => {
  const root = window.cliff();
  const all = (selector, read) => Array.from(root.querySelectorAll(selector), read);
  const words = (selector) => root.querySelector(selector).textContent;
  const box = (element) => {
    const { left, right, top, bottom, width } = element.getBoundingClientRect();
    return { left, right, top, bottom, width };
  };
  return {
    said: all(".verdict .said", (e) => e.textContent),
    followed: all('.verdict .name[aria-pressed="true"]', (e) => e.textContent),
    paths: Object.fromEntries(all("[data-path]", (e) => [e.dataset.path, e.getAttribute("d")])),
    colours: Object.fromEntries(all("[data-path]", (e) => [e.dataset.path, e.getAttribute("stroke")])),
    balls: Object.fromEntries(all("[data-ball]", (e) => [e.dataset.ball, e.getAttribute("visibility")])),
    edges: Object.fromEntries(all("[data-edge]", (e) => [e.dataset.edge, e.getAttribute("visibility")])),
    start: box(root.querySelector("[data-start]")),
    map: box(root.querySelector("svg.map-picture")),
    hill: root.querySelector("canvas.hill-picture").toDataURL(),
    surface: root.querySelector(".map .picture canvas").toDataURL(),
    points: root.querySelector(".map .picture canvas").width,
    sliders: Object.fromEntries(all(".slider", (e) => [e.children[2].name, e.children[1].textContent])),
    at: words(".transport output"),
    playing: words("button.play") === "Pause",
    resting: words(".cause .said-below"),
    product: words(".product .said-below"),
    latch: ["stores", "holds", "forgets"].map((name) => words(`p.${name}`)),
    landed: all("[data-landed]", (e) => [e.dataset.landed, Number(e.getAttribute("cx")), Number(e.getAttribute("cy"))]),
    frame: box(root.querySelector("[data-frame]")),
    far: words("svg.far-picture"),
    font: parseFloat(getComputedStyle(root).fontSize),
  };
};
"""


@dataclass(frozen=True)
class Cliff:
    """One open page with the cliff on it."""

    page: Page

    @property
    def map(self) -> Locator:
        return self.page.locator("svg.map-picture")

    def slider(self, name: str) -> Locator:
        return self.page.locator(f'.cliff input[name="{name}"]')

    def button(self, name: str) -> Locator:
        """A button of the cliff, by its words."""
        return self.page.locator(".cliff").get_by_role("button", name=name, exact=True)

    def shown(self) -> Any:
        """What stands on the screen once the frame that is due has been drawn."""
        return self.page.evaluate(
            "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(shown()))))"
        )

    def until(self, condition: str, argument: object = None) -> Any:
        """What is shown as soon as `condition`, JavaScript about `s`, holds of it."""
        self.page.wait_for_function(
            f"(a) => {{ const s = cliff() && shown(); return s && ({condition}); }}", arg=argument
        )
        return self.shown()

    def address(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))

    def drop(self) -> CliffStudy:
        """The drop in the address."""
        drop, complaints = CliffStudy.from_query(self.address())
        assert complaints == []
        return drop

    def place(self, w: float, b: float, window: tuple[float, ...] = (4.0, 7.0, -3.5, -1.5)) -> tuple[float, float]:
        """Where a point of the map lies in the window of the browser."""
        self.map.scroll_into_view_if_needed()
        canvas = self.page.locator(".cliff .map .picture canvas").bounding_box()
        assert canvas is not None
        w_from, w_to, b_from, b_to = window
        return (
            canvas["x"] + (w - w_from) / (w_to - w_from) * canvas["width"],
            canvas["y"] + (b_to - b) / (b_to - b_from) * canvas["height"],
        )


def open_cliff(page: Page, path: str = PATH, still: bool = False, **query: str) -> Cliff:
    """The cliff, once it is drawn. `still`: stopped, with both whole paths shown."""
    page.add_init_script(FIND)
    page.goto(f"{path}?{urlencode(query)}" if query else path)
    cliff = Cliff(page)
    cliff.until("s.said[0]")
    if still:
        cliff.button("Show all").click()
        cliff.until("!s.playing")
    return cliff


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
