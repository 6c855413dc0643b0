"""How fast the page is in a real Chromium: time to life, frames during a drag, time from a control to its pictures.

Everything is measured inside the page. The control is compared with a bare Streamlit page (one slider, one
`st.plotly_chart` line) under the same server settings: both servers run, the two are measured in turn, medians.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.server import server
from tests.browser.chromium import find_chromium

ROOT = Path(__file__).parent.parent
PAGE = "/vanish_and_explode"
ROUNDS = 15
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BARE = """
import numpy as np
import plotly.graph_objects as go
import streamlit as st

scale = st.slider("scale", 0.2, 3.0, 1.5, 0.05)
t = np.arange(50)
figure = go.Figure(go.Scatter(x=t, y=np.log10(scale) * t))
figure.update_yaxes(range=[-40, 40])
st.plotly_chart(figure, key="line")
"""
# Functions that read what is drawn, and a stopwatch from the visitor's key or button until that has changed and
# the frame after it has been painted.
WATCH = """() => {
  const deep = (selector) => {
    for (const host of document.querySelectorAll("*")) {
      const found = host.shadowRoot?.querySelector(selector);
      if (found) return found;
    }
  };
  window.bare = () => document.querySelector(".js-plotly-plot path.js-line")?.getAttribute("d");
  window.curves = () => deep('svg.curves [data-line="dh-tanh"]')?.getAttribute("d");
  window.maps = () => deep(".landscape canvas")?.toDataURL();
  window.arm = (read) => {
    const before = read();
    let start = 0;
    window.taken = null;
    for (const event of ["pointerup", "keydown"]) {
      document.addEventListener(event, () => (start ||= performance.now()), { once: true, capture: true });
    }
    const look = () => {
      if (start && read() !== before) requestAnimationFrame(() => (window.taken = performance.now() - start));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };
}"""


def report() -> None:
    """Print the measurements as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        bare_root = Path(folder)
        (bare_root / "app.py").write_text(BARE)
        shutil.copytree(ROOT / ".streamlit", bare_root / ".streamlit")
        with server(ROOT, 8611) as ours, server(bare_root, 8612) as bare, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            _arrivals(browser, ours.url)  # warm the server, which imports and runs everything once
            chain, plots = _arrivals(browser, ours.url)
            frames = _drag(browser, ours.url)
            taken = _controls(browser, ours.url, bare.url)
            print("| in Chromium | median |\n| --- | --- |")
            print(f"| navigation to the living chain, empty cache | {chain:.2f} s |")
            print(f"| navigation to the last plot, empty cache | {plots:.2f} s |")
            print(f"| frames a second while the scale is dragged (T = 50, three cells) | {frames:.0f} |")
            print(f"| control to new curves | {taken['curves']:.0f} ms |")
            print(f"| bare Streamlit page, slider to new line | {taken['bare']:.0f} ms |")
            print(f"| ratio | {taken['curves'] / taken['bare']:.2f} |")
            print(f"| control to the map of all scales | {taken['maps']:.0f} ms |")
            print(f"\nChromium {browser.version}, headless, 1440 x 900, no GPU")


def _open(browser: Browser, url: str, sign: str, height: int = 900) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": height}).new_page()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(sign)
    return page


def _arrivals(browser: Browser, url: str) -> tuple[float, float]:
    """Seconds from navigation to the chain and to the plotly figure, in a new browser context each time."""
    chains, plots = [], []
    for _ in range(5):
        start = time.perf_counter()
        page = _open(browser, url + PAGE, "svg.chain path")
        chains.append(time.perf_counter() - start)
        page.get_by_role("heading", name="One path, factor by factor").scroll_into_view_if_needed()
        page.wait_for_selector(".js-plotly-plot path.js-line")
        plots.append(time.perf_counter() - start)
        page.context.close()
    return statistics.median(chains), statistics.median(plots)


def _drag(browser: Browser, url: str) -> float:
    """Frames a second while the mouse pulls the scale from end to end and back, over every position."""
    page = _open(browser, f"{url}{PAGE}?step=49", "svg.chain path")
    page.wait_for_timeout(1500)
    box = page.locator('input[name="scale"]').bounding_box()
    assert box is not None
    x, y = (lambda share: box["x"] + share * box["width"]), box["y"] + box["height"] / 2
    page.mouse.move(x(0.3), y)
    page.mouse.down()
    page.wait_for_selector('.stage[data-whole="true"]')
    page.evaluate("""() => {
      window.frames_ = [];
      let last = performance.now();
      const count = (now) => {
        window.frames_.push(now - last);
        last = now;
        window.counter = requestAnimationFrame(count);
      };
      requestAnimationFrame(count);
    }""")
    for k in range(400):
        page.mouse.move(x(0.02 + 0.96 * abs((k / 100) % 2 - 1)), y)
    frames = page.evaluate("() => { cancelAnimationFrame(window.counter); return window.frames_; }")[2:]
    page.mouse.up()
    page.context.close()
    return 1000.0 * len(frames) / sum(frames)


def _controls(browser: Browser, ours: str, bare: str) -> dict[str, float]:
    """Milliseconds from a visitor's key or click to the painted picture, both pages in turn."""
    plain = _open(browser, bare, ".js-plotly-plot path.js-line")
    curves = _open(browser, f"{ours}{PAGE}?step=49", "svg.chain path")
    maps = _open(browser, f"{ours}{PAGE}?step=49", "svg.chain path", 1700)  # who sees the maps is sent every scale
    for page in (plain, curves, maps):
        page.wait_for_timeout(1500)
        page.evaluate(WATCH)
    taken: dict[str, list[float]] = {"bare": [], "curves": [], "maps": []}
    for _ in range(ROUNDS):
        for name, page in (("bare", plain), ("curves", curves), ("maps", maps)):
            page.bring_to_front()
            control = page.get_by_role("slider") if page is plain else page.get_by_label("Hidden units H").first
            control.focus()
            page.wait_for_timeout(400)
            page.evaluate(f"() => window.arm(window.{name})")
            if page is plain:
                page.keyboard.press("ArrowRight")
            else:
                page.get_by_role("button", name="Hidden units H: more").click()
            page.wait_for_function("() => window.taken")
            taken[name].append(page.evaluate("() => window.taken"))
            page.wait_for_timeout(600)
    return {name: statistics.median(values) for name, values in taken.items()}
