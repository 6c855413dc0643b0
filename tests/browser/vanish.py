"""Vanish & explode as a visitor meets it, on a bare page or a real server: what is shown, and hands to touch it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from playwright.sync_api import Locator, Page

from engine.studies.vanish.families import Family, at_family_scale, deciding, family
from engine.studies.vanish.study import VanishStudy
from figures import words
from figures.vanish.answer import (
    answer,
    answer_family,
    answer_helps,
    answer_seeds,
    answer_stretches,
    answer_theory,
    answer_whole,
)
from figures.vanish.view import VanishView
from tests.browser.bare import Bare, sealed
from tests.browser.visit import Visit, part

PATH = "/vanish_and_explode"
FIND = """
(root) => {
  const all = (selector, read) => Array.from(root.querySelectorAll(selector), read);
  const box = (element) => {
    const { left, right, top, bottom, width } = element.getBoundingClientRect();
    return { left, right, top, bottom, width };
  };
  const words = (row) => Array.from(row.querySelectorAll("[data-metric]"), (e) => [e.dataset.metric, e.textContent]);
  return {
    scale: root.querySelector(".slider.wide output").textContent,
    networks: all(".verdict-row .name", (e) => e.textContent),
    focused: all('.verdict-row .name[aria-pressed="true"]', (e) => e.textContent),
    verdicts: all(".verdict-row .said", (e) => e.textContent),
    metrics: all(".verdict-row", (row) => Object.fromEntries(words(row))),
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
    factors: all(".why .reading", (e) => e.textContent).slice(1),
    readings: all(".curve .reading", (e) => e.textContent),
    seeds: all('[data-metric="seeds"]:not([hidden])', (e) => e.textContent),
    band: Number(root.querySelector(".bands") && getComputedStyle(root.querySelector(".bands")).opacity),
    font: parseFloat(getComputedStyle(root).fontSize),
  };
}
"""


@dataclass(frozen=True)
class Vanish(Visit):
    """One open page with the picture on it."""

    path, entry, stage, find = PATH, "ui/vanish/vanish.js", ".stage.vanish", FIND

    scale = part('input[name="scale"]')
    chain = part("svg.chain")
    curves = part("svg.curves")
    growth = part("svg.growth")
    states = part(".heatmap.states svg")
    maps = part(".heatmap.landscape canvas", first=True)

    def press_at(self, picture: Locator, across: float, down: float = 0.4) -> None:
        """Press at a place of a picture, given as shares of its width and height."""
        self.page.mouse.click(*self.place(picture, across, down))

    def hover_at(self, picture: Locator, across: float, down: float = 0.4) -> str:
        """The words under the pointer at a place of a picture."""
        return self.say(*self.place(picture, across, down))

    def dragged(self, start: float, stops: list[float]) -> Iterator[None]:
        """Hold the slider at each of the places, given as shares of its length; released at the end."""
        box = self.scale.bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + start * box["width"], y)
        self.page.mouse.down()
        self.page.locator('.stage.vanish[data-whole="true"]').wait_for()
        for stop in stops:
            self.page.mouse.move(box["x"] + stop * box["width"], y, steps=3)
            yield
        self.page.mouse.up()


@dataclass(frozen=True)
class BareVanish(Vanish):
    """The picture on a bare page, whose clock the test holds. It has every scale, as once a hand was on the slider."""

    def send(self, serial: int = 1, layout: str = "page", first_look: bool = False, **query: str) -> Any:
        """Hand the stage the message that the server has for a link; what is shown then."""
        study, _ = VanishStudy.from_query(query)
        view, _ = VanishView.from_query(query, study)
        message = answer(study) if first_look else whole(study)
        self.bare.mount(sealed(envelope(study, view, serial, layout), message))
        return self.pass_time(0.5)

    def pass_time(self, seconds: float) -> Any:
        """Let held time pass: it plays on, and axes ease to where the values are."""
        self.bare.pass_time(seconds)
        return self.shown()


@cache
def whole(study: VanishStudy) -> bytes:
    """The message of every scale, with other seeds where they are on."""
    parts = [list(answer_family(deciding(study, cell)))[-1] for cell in study.cells]
    seeds = [
        answer_seeds(replace(deciding(study, cell), scale=at_family_scale(study).scale))
        for cell in study.cells
        if study.other_seeds
    ]
    return answer_whole(study, answer(study), parts, seeds)  # type: ignore[arg-type]  # the last of a family is bytes


def envelope(study: VanishStudy, view: VanishView, serial: int, layout: str) -> dict[str, object]:
    """What the server writes beside the answer."""
    declared = view.declared()
    own = [name for name, one in declared.items() if not one.label]
    return {
        **{"page": "vanish", "title": "Vanish & explode", "serial": serial, "layout": layout},
        "view": {name: getattr(view, name) for name in own},
        "keys": {**{name: declared[name].key for name in own}, "scale": "scale"},
        "usual": {**{name: getattr(view.usual(), name) for name in own}, "scale": 1.0},
        "moved": {"scale": study.scale},
    }


def open_bare(page: Page, still: bool = False, **query: str) -> BareVanish:
    """The picture on a bare page. `still`: stopped, with the whole chain shown; else it plays as held time passes."""
    vanish: BareVanish = BareVanish.on_bare_page(page, **query)
    vanish.send(**query)
    if still:
        vanish.button("Show all").click()
        vanish.pass_time(0.5)
    return vanish


def open_vanish(page: Page, path: str = PATH, still: bool = False, **query: str) -> Vanish:
    """The page on the real server, once it is drawn. `still`: stopped, with the whole chain shown."""
    return ready(Vanish.in_app(page, path, **query), still)


def ready(vanish: Vanish, still: bool = False) -> Vanish:
    """The picture once it is drawn."""
    vanish.page.locator(".stage.vanish .verdict-row").first.wait_for()
    if still:
        vanish.button("Show all").click()
        vanish.until("!s.playing")
    return vanish


def open_part(page: Page, part: str, study: VanishStudy, cell: str = "tanh", **settings: Any) -> Bare:
    """One of the deeper parts on a bare page."""
    answers = {
        "helps": lambda: answer_helps(study, cell),
        "stretch": lambda: answer_stretches(study, cell, settings.get("every", True)),
        "theory": lambda: answer_theory(study, cell),
    }
    page.goto(f"/{part}")
    bare = Bare(page, f"ui/vanish/{part}.js")
    bare.mount(sealed(envelope(study, VanishView(), 1, "page"), answers[part]()))
    return bare


@cache
def run(experiment: VanishStudy, cell: str, scale: float) -> Family:
    """The engine's own answer at one scale."""
    return family(experiment, cell, (scale,))


def verdicts(experiment: VanishStudy, scale: float) -> list[str]:
    """What the engine's run of each network at `scale` is called."""
    runs = [run(experiment, cell, scale) for cell in experiment.cells]
    return [words.verdicts(one, "")[0] for one in runs]


def whole_numbers(words: str) -> list[int]:
    """The whole numbers in a sentence."""
    return [int(found) for found in re.findall(r"(?<![\d.e-])\d+(?![\d.e])", words)]
