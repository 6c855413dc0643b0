"""The page inside a cell as a visitor meets it, bare or on a real server: what is shown, and hands to touch it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from playwright.sync_api import Locator, Page

from engine.arrays import Array
from engine.studies.cell.study import CellStudy
from figures.cell.dataflow import Pulled, flow, pull
from figures.cell.message import answer
from figures.cell.view import CellView
from figures.cells import look_of
from tests.browser.visit import Visit, message, part

PATH = "/inside_the_cell"
FIND = """
(root) => {
  const one = (selector) => root.querySelector(selector);
  const all = (selector, read) => Array.from(root.querySelectorAll(selector), read);
  const named = (selector, key, read) => Object.fromEntries(all(selector, (e) => [e.dataset[key], read(e)]));
  const cells = (strip, read) => Array.from(strip.querySelectorAll(".cell"), read);
  const box = (element) => {
    const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
    return { left, right, top, bottom, width, height };
  };
  return {
    said: one(".said-now").textContent,
    playing: one("button.play").textContent === "Pause",
    step: Number(one("input.scrub").value),
    steps: Number(one("input.scrub").max),
    unit: Number(one("input#unit").value),
    backward: one('.circuit-panel .segments [aria-pressed="true"]').textContent === "backward",
    nodes: named("[data-node]", "node", (e) => Array.from(e.querySelectorAll("text")).at(-1).textContent),
    bars: named("[data-strip]", "strip", (e) => cells(e, (c) => Number(c.getAttribute("height")))),
    wires: named("[data-wire]", "wire", (e) => ({
      stroke: e.querySelector("path").getAttribute("stroke"),
      width: Number(e.querySelector("path").getAttribute("stroke-width")),
      marching: Boolean(e.querySelector(".marching.now")),
      back: Boolean(e.querySelector(".marching.back")),
    })),
    dim: all(".circuit .dim", (e) => e.dataset.node ?? e.dataset.wire),
    now: one(".now-computed").textContent,
    title: one(".equation h3").textContent,
    equation: all(".equation .line", (e) => e.textContent),
    gates: named("[data-gate]", "gate", (e) => e.textContent),
    example: all(".lane-kept", (e) => e.textContent),
    after: all(".lane-after", (e) => e.textContent),
    sum: one(".lane-sum").textContent,
    complaint: one(".complaint").textContent,
    verdict: one(".panel.gates .verdict").textContent,
    circuit: box(one("svg.circuit")),
    pan: box(one(".pan")),
    font: parseFloat(getComputedStyle(root).fontSize),
    ground: one("[data-node] rect").getAttribute("fill"),
  };
}
"""


@dataclass(frozen=True)
class Inside(Visit):
    """One open page with a circuit on it."""

    path, entry, stage, find = PATH, "ui/cell/cell.js", ".stage.cell", FIND
    ready = "stage()?.querySelector('.equation h3')"

    circuit = part("svg.circuit")

    def quantity(self, name: str) -> Locator:
        """Where a node can be pointed at."""
        return self.page.locator(f'svg.circuit [data-node="{name}"] [data-quantity]').first

    def wire(self, name: str) -> Locator:
        return self.page.locator(f'svg.circuit [data-wire="{name}"] [data-quantity]')

    def point_at_wire(self, name: str, press: bool = False) -> None:
        """A mouse over the middle of a wire, and pressed there."""
        x, y = self.wire(name).evaluate(
            """(wire) => {
              const { x, y } = wire.getPointAtLength(wire.getTotalLength() / 2);
              const { a, d, e, f } = wire.getScreenCTM();
              return [a * x + e, d * y + f];
            }"""
        )
        self.page.mouse.move(x, y)
        if press:
            self.page.mouse.click(x, y)

    def in_strip(self, name: str, across: float) -> tuple[float, float]:
        """A place in the strip of a node."""
        box = self.page.locator(f'svg.circuit [data-strip="{name}"] rect').first.bounding_box()
        assert box is not None
        return box["x"] + across * box["width"], box["y"] + 0.5 * box["height"]

    def pick(self, step: int) -> Any:
        """The page with another step."""
        self.page.locator("input.scrub").fill(str(step))
        return self.shown()


@dataclass(frozen=True)
class BareInside(Inside):
    """The picture alone on a bare page, whose clock the test holds."""

    def send(self, serial: int = 1, layout: str = "page", **query: str) -> Any:
        """Hand the picture the message that the server has for a link; what is shown then."""
        study, said = CellStudy.from_query(query)
        view, also = CellView.from_query(query, study)
        assert said + also == []
        self.bare.mount(message("cell", "Inside the cell", view, answered(study), serial, layout))
        return self.shown()


answered = cache(answer)


def open_bare(page: Page, layout: str = "page", **query: str) -> BareInside:
    """The picture on a bare page. With a `step` it stands there, whole; without one it plays as held time passes."""
    inside = BareInside.on_bare_page(page, **query)
    inside.send(layout=layout, **query)
    return inside


def open_cell(page: Page, **query: str) -> Inside:
    """The page on the real server, once its circuit is drawn."""
    inside: Inside = Inside.in_app(page, **query)
    inside.until("Object.keys(s.nodes).length > 0")
    return inside


def evaluated(study: CellStudy) -> tuple[dict[str, Array], Pulled]:
    """The engine's own numbers of every quantity, and the gradients on every wire."""
    gradients = study.run()
    circuit = look_of(gradients.trace.cell).circuit
    values = flow(circuit, gradients.trace)
    return values, pull(circuit, values, gradients)


def number_of(words: str) -> str:
    """The number behind a symbol on the circuit."""
    return words.rsplit("=", 1)[-1].strip()
