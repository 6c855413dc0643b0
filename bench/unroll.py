"""How smoothly the walk plays in a real Chromium: frames a second, and what a frame costs the page's own script."""

from __future__ import annotations

import statistics
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from bench.browser import FLAGS, ROOT
from bench.server import server
from tests.browser.chromium import find_chromium

TEXT = "the quick brown fox jumps over the lazy dog again "
WALKS = {
    "tanh, T = 50, H = 32, 3 layers": {"cell": "tanh", "text": TEXT[:50]},
    "LSTM, T = 50, H = 32, 3 layers": {"cell": "lstm", "text": TEXT[:50]},
    "tanh, T = 1,000, H = 32, 3 layers": {"cell": "tanh", "text": (TEXT * 20)[:1000]},
}
# Every callback of requestAnimationFrame is timed; a second one counts the frames themselves.
WATCH = """
const ask = window.requestAnimationFrame.bind(window);
window.spent = [];
window.requestAnimationFrame = (draw) => ask((now) => {
  const start = performance.now();
  draw(now);
  window.spent.push(performance.now() - start);
});
window.count = (frames) => new Promise((done) => {
  const gaps = [];
  let last = performance.now();
  const look = (now) => {
    gaps.push(now - last);
    last = now;
    if (gaps.length < frames) ask(look);
    else done(gaps.slice(2));
  };
  ask(look);
});
"""


def report() -> None:
    """Print the measurements as Markdown."""
    print("| while it plays | frames a second | script a frame, median | 95th percentile |")
    print("| --- | ---: | ---: | ---: |")
    with server(ROOT, 8613) as ours, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, query in WALKS.items():
            gaps, spent = _played(browser, ours.url, {"example": "text", "layers": "3", "H": "32", **query})
            worst = statistics.quantiles(spent, n=20)[-1]
            print(
                f"| {name} | {1000 / statistics.mean(gaps):.0f} | {statistics.median(spent):.1f} ms | {worst:.1f} ms |"
            )
        print(f"\nChromium {browser.version}, headless, 1440 x 900, no GPU")


def _played(browser: Browser, url: str, query: dict[str, str]) -> tuple[list[float], list[float]]:
    """Milliseconds between 300 frames of a walk, and those that the script took in each that it drew."""
    page: Page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(f"{url}/unroll?{urlencode({**query, 'step': '1'})}")
    page.wait_for_selector("svg.diagram g.column")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Play", exact=True).click()
    page.evaluate("() => { window.spent.length = 0; }")
    gaps: list[float] = page.evaluate("() => window.count(300)")
    spent: list[float] = page.evaluate("() => window.spent")
    page.context.close()
    return gaps, spent
