"""The gradient lab as a visitor meets it: what is shown, and hands to touch it with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Locator, Page

from engine.studies.vanish.families import Family, family
from engine.studies.vanish.study import VanishStudy
from figures.words import verdict

PATH = "/vanish_and_explode"
FIND = """
window.lab = () => {
  for (const element of document.querySelectorAll("*")) {
    const found = element.shadowRoot?.querySelector(".lab");
    if (found) return found;
  }
  return null;
};
window.shown = () => {
  const root = window.lab();
  const all = (selector, read) => Array.from(root.querySelectorAll(selector), read);
  const box = (element) => {
    const { left, right, top, bottom, width } = element.getBoundingClientRect();
    return { left, right, top, bottom, width };
  };
  const words = (row) => Array.from(row.querySelectorAll("[data-metric]"), (e) => [e.dataset.metric, e.textContent]);
  return {
    scale: root.querySelector(".scale output").textContent,
    networks: all(".verdict .name", (e) => e.textContent),
    focused: all('.verdict .name[aria-pressed="true"]', (e) => e.textContent),
    verdicts: all(".verdict .said", (e) => e.textContent),
    metrics: all(".verdict", (row) => Object.fromEntries(words(row))),
    step: Number(root.querySelector("input.scrub").value),
    steps: Number(root.querySelector("input.scrub").max),
    playing: root.querySelector("button.play").textContent === "Pause",
    lines: Object.fromEntries(all("svg.curves [data-line]", (e) => [e.dataset.line, e.getAttribute("d")])),
    strokes: Object.fromEntries(all("svg.curves [data-line]", (e) => [e.dataset.line, e.getAttribute("stroke")])),
    arrows: all('svg.chain [data-arrow="0"]', (e) => `${e.getAttribute("fill")} ${e.getAttribute("d")}`),
    pulses: all("svg.chain circle", (e) => Number(e.getAttribute("cx"))),
    chain: all("svg.chain text", (e) => e.textContent).filter(Boolean),
    limits: all("svg.curves text", (e) => e.textContent).filter((words) => words.includes("float32")),
    dots: all("svg.curves circle", box),
    chainBox: box(root.querySelector("svg.chain")),
    growth: Object.fromEntries(all("svg.growth [data-growth]", (e) => [e.dataset.growth, e.getAttribute("d")])),
    factors: all("[data-factor]", (e) => e.textContent),
    seeds: all('[data-metric="seeds"]:not([hidden])', (e) => e.textContent),
    band: Number(root.querySelector(".bands") && getComputedStyle(root.querySelector(".bands")).opacity),
    font: parseFloat(getComputedStyle(root).fontSize),
  };
};
"""


@dataclass(frozen=True)
class Lab:
    """One open page with the lab on it."""

    page: Page

    @property
    def scale(self) -> Locator:
        return self.page.locator("input#scale")

    @property
    def chain(self) -> Locator:
        return self.page.locator("svg.chain")

    @property
    def curves(self) -> Locator:
        return self.page.locator("svg.curves")

    @property
    def growth(self) -> Locator:
        return self.page.locator("svg.growth")

    @property
    def heatmap(self) -> Locator:
        return self.page.locator(".heatmap svg")

    @property
    def landscape(self) -> Locator:
        return self.page.locator(".landscape canvas").first

    def button(self, name: str) -> Locator:
        """A button of the lab, by its words."""
        return self.page.locator(".lab").get_by_role("button", name=name, exact=True)

    def shown(self) -> Any:
        """What stands on the screen once the frame that is due has been drawn."""
        return self.page.evaluate(
            "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(shown()))))"
        )

    def until(self, condition: str, argument: object = None) -> Any:
        """What is shown as soon as `condition`, JavaScript about `s`, holds of it."""
        self.page.wait_for_function(
            f"(a) => {{ const s = lab() && shown(); return s && ({condition}); }}", arg=argument
        )
        return self.shown()

    def press_at(self, picture: Locator, across: float, down: float = 0.4) -> None:
        """Press at a place of a picture, given as shares of its width and height."""
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])

    def hover_at(self, picture: Locator, across: float, down: float = 0.4) -> str:
        """The words under the pointer at a place of a picture."""
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        tip = self.page.locator(".lab .tip")
        tip.wait_for(state="visible")
        return tip.text_content() or ""

    def address(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))


def open_lab(page: Page, path: str = PATH, still: bool = False, **query: str) -> Lab:
    """The lab, once it holds every scale. `still`: stopped, with the whole chain shown."""
    page.add_init_script(FIND)
    page.goto(f"{path}?{urlencode(query)}" if query else path)
    return ready(Lab(page), still)


def ready(lab: Lab, still: bool = False) -> Lab:
    """The lab once it holds every scale."""
    lab.page.locator('.lab[aria-busy="false"]').wait_for()
    if still:
        lab.button("Show all").click()
        lab.until("!s.playing")
    return lab


@cache
def run(experiment: VanishStudy, cell: str, scale: float) -> Family:
    """The engine's own answer at one scale."""
    return family(experiment, cell, (scale,))


def verdicts(experiment: VanishStudy, scale: float) -> list[str]:
    """What the engine's run of each network at `scale` is called."""
    runs = [run(experiment, cell, scale) for cell in experiment.cells]
    return [verdict(one.reach[0], one.log2_dh.shape[1] - 1) for one in runs]


def whole_numbers(words: str) -> list[int]:
    """The whole numbers in a sentence."""
    return [int(found) for found in re.findall(r"(?<![\d.e-])\d+(?![\d.e])", words)]
