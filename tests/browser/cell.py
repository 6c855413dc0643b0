"""The page inside a cell as a visitor meets it, bare or on a real server: what is shown, and hands to touch it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page

from engine.arrays import Array
from engine.studies.cell.study import CellStudy
from figures.cell.dataflow import Pulled, flow, pull
from figures.cell.message import answer
from figures.cell.view import CellView
from figures.cells import look_of
from tests.browser.bare import Bare, sealed

PATH = "/inside_the_cell"
ENTRY = "ui/cell/cell.js"
FIND = """
window.inside = () => {
  const plain = document.querySelector(".stage.cell");
  if (plain) return plain;
  for (const element of document.querySelectorAll("*")) {
    const found = element.shadowRoot?.querySelector(".stage.cell");
    if (found) return found;
  }
  return null;
};
window.shown = () => {
  const root = window.inside();
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
};
"""


@dataclass(frozen=True)
class Inside:
    """One open page with a circuit on it."""

    page: Page

    @property
    def circuit(self) -> Locator:
        return self.page.locator("svg.circuit")

    def button(self, name: str) -> Locator:
        """A button of the picture, by its words."""
        return self.page.locator(".stage.cell").get_by_role("button", name=name, exact=True)

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

    def shown(self) -> Any:
        """What stands on the screen once the frame that is due has been drawn."""
        return self.page.evaluate(
            "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(shown()))))"
        )

    def until(self, condition: str, argument: object = None) -> Any:
        """What is shown as soon as `condition`, JavaScript about `s`, holds of it."""
        self.page.wait_for_function(
            f"(a) => {{ const s = inside()?.querySelector('.equation h3') && shown(); return s && ({condition}); }}",
            arg=argument,
        )
        return self.shown()

    def pick(self, step: int) -> Any:
        """The page with another step."""
        self.page.locator("input.scrub").fill(str(step))
        return self.shown()

    def tip(self) -> str:
        """The words beside the pointer."""
        tip = self.page.locator(".stage.cell > .tip")
        tip.wait_for(state="visible")
        return tip.text_content() or ""


@dataclass(frozen=True)
class BareInside(Inside):
    """The picture alone on a bare page, whose clock the test holds."""

    bare: Bare

    def send(self, serial: int = 1, layout: str = "page", **query: str) -> Any:
        """Hand the picture the message that the server has for a link; what is shown then."""
        study, said = CellStudy.from_query(query)
        view, also = CellView.from_query(query, study)
        assert said + also == []
        envelope = {
            **{"page": "cell", "title": "Inside the cell", "serial": serial, "view": view.by_name()},
            **{"keys": {name: declared.key for name, declared in view.declared().items()}},
            **{"usual": view.usual().by_name(), "layout": layout},
        }
        self.bare.mount(sealed(envelope, answered(study)))
        return self.shown()

    def pass_time(self, seconds: float) -> Any:
        self.bare.pass_time(seconds)
        return self.shown()


answered = cache(answer)


def open_bare(page: Page, layout: str = "page", **query: str) -> BareInside:
    """The picture on a bare page. With a `step` it stands there, whole; without one it plays as held time passes."""
    page.goto(f"{PATH}?{urlencode(query)}")
    page.evaluate(f"() => {{ {FIND} }}")
    inside = BareInside(page, Bare(page, ENTRY))
    inside.send(layout=layout, **query)
    return inside


def open_cell(page: Page, **query: str) -> Inside:
    """The page on the real server, once its circuit is drawn."""
    page.add_init_script(FIND)
    page.goto(f"{PATH}?{urlencode(query)}" if query else PATH)
    inside = Inside(page)
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
