"""The page inside a cell as a visitor meets it: what is shown, and hands to touch it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Locator, Page

PATH = "/inside_the_cell"
FIND = """
window.inside = () => {
  const plain = document.querySelector(".inside");
  if (plain) return plain;
  for (const element of document.querySelectorAll("*")) {
    const found = element.shadowRoot?.querySelector(".inside");
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
    backward: one('.transport .segments [aria-pressed="true"]').textContent === "backward",
    nodes: named("[data-node]", "node", (e) => Array.from(e.querySelectorAll("text")).at(-1).textContent),
    bars: named("[data-strip]", "strip", (e) => cells(e, (c) => Number(c.getAttribute("height")))),
    fills: named("[data-strip]", "strip", (e) => cells(e, (c) => c.getAttribute("fill"))),
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
        return self.page.locator(".inside").get_by_role("button", name=name, exact=True)

    def quantity(self, name: str) -> Locator:
        """Where a node can be pointed at."""
        return self.page.locator(f'svg.circuit [data-node="{name}"] [data-quantity]').first

    def wire(self, name: str) -> Locator:
        return self.page.locator(f'svg.circuit [data-wire="{name}"] [data-quantity]')

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

    def tip(self) -> str:
        """The words beside the pointer."""
        tip = self.page.locator(".inside .tip")
        tip.wait_for(state="visible")
        return tip.text_content() or ""

    def address(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))


def open_cell(page: Page, still: bool = True, **query: str) -> Inside:
    """The page, once its circuit is drawn. `still`: stopped, a whole step shown, by the link or the button."""
    page.add_init_script(FIND)
    page.goto(f"{PATH}?{urlencode(query)}" if query else PATH)
    inside = Inside(page)
    inside.until("Object.keys(s.nodes).length > 0")
    if still and "step" not in query:
        inside.button("Whole step").click()
        inside.until("!s.playing")
    return inside
