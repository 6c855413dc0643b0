"""A page that comes back asks for a whole run, and for another where a field was set meanwhile."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

ENTRY = "ui/kit/browser/surroundings.js"
APP = """() => {
  document.body.innerHTML = '<div id="host"></div><input>' +
    '<div data-test-connection-state="CONNECTED" data-test-script-state="notRunning"></div>';
  const app = document.querySelector("[data-test-connection-state]");
  window.connection = (word) => app.setAttribute("data-test-connection-state", word);
  window.script = (word) => app.setAttribute("data-test-script-state", word);
}"""
AGAIN = ["again", True]


@pytest.fixture
def app(bare_page: Callable[..., Page]) -> Page:
    """A page that has come back: the whole run that it has asked for is on its way."""
    page = bare_page(held=False)
    page.goto("/")
    page.evaluate(APP)
    page.evaluate("(entry) => mountStage(entry, '')", ENTRY)
    page.evaluate("connection('PINGING_SERVER')")
    page.evaluate("connection('CONNECTED')")
    page.wait_for_function("asked.length === 1")
    page.evaluate("script('running')")
    return page


def ended(page: Page) -> list[list[object]]:
    """What has been asked once the run has ended, and what was due then is done."""
    page.evaluate("script('notRunning')")
    page.evaluate("() => new Promise((resolve) => setTimeout(() => setTimeout(resolve)))")
    return list(page.evaluate("asked"))


def test_nothing_more_is_asked_where_nobody_did_anything(app: Page) -> None:
    assert ended(app) == [AGAIN]


def test_a_field_that_is_set_before_the_server_knows_it_is_told_with_another_run(app: Page) -> None:
    app.locator("input").fill("24")
    assert ended(app) == [AGAIN, AGAIN]
    app.evaluate("script('running')")
    assert ended(app) == [AGAIN, AGAIN]  # and no more
    app.locator("input").fill("25")
    app.evaluate("script('running')")
    assert ended(app) == [AGAIN, AGAIN]  # the server knows the page: it has been told


def test_a_file_that_is_asked_for_within_a_run_comes_once_after_it(app: Page) -> None:
    app.evaluate(
        """() => {
          const file = '<div class="st-key-file"><div data-testid="stDownloadButton"><button>File</button></div></div>';
          document.body.insertAdjacentHTML("beforeend", file);
          window.files = 0;
          document.querySelector(".st-key-file button").onclick = () => files++;
        }"""
    )
    for _ in range(2):
        app.get_by_role("button", name="File").click()
    ended(app)
    app.evaluate("script('running')")  # another one follows at once
    assert app.evaluate("files") == 0
    ended(app)
    app.wait_for_function("files === 1")
    app.get_by_role("button", name="File").click()
    assert app.evaluate("files") == 2


ASK = """([what, value]) => {
  const tell = () => asked.push([what, value]);
  if (document.dispatchEvent(new CustomEvent("unrolled-ask", { cancelable: true, detail: { what, tell } }))) tell();
}"""


def test_all_that_a_picture_asks_before_a_run_has_ended_is_told_together(app: Page) -> None:
    ended(app)
    app.evaluate("script('running')")
    for question in (["vanish scale", 1.05], ["vanish whole", True]):  # the second would take the first one's place
        app.evaluate(ASK, question)
    scale, whole = ["vanish scale", 1.05], ["vanish whole", True]
    assert app.evaluate("asked.slice(1)") == [scale, scale, whole]
    app.evaluate(ASK, ["cliff drop", 3])  # another picture's own
    app.evaluate(ASK, ["vanish scale", 1.1])  # what lies before another's is not told over it
    assert app.evaluate("asked.slice(4)") == [["cliff drop", 3], ["vanish scale", 1.1]]
    ended(app)
    app.evaluate(ASK, whole)
    assert app.evaluate("asked.slice(6)") == [whole]


def test_keys_step_a_number_field_and_nothing_else(bare_page: Callable[..., Page]) -> None:
    page = bare_page(held=False)
    page.goto("/")
    page.evaluate(APP)
    page.evaluate(
        """() => {
          const place = '<div class="st-key-steps_signed_vanish_bias"><input id="bias" value="1"></div>';
          document.body.insertAdjacentHTML("beforeend", place);
          window.entered = [];
          document.addEventListener("keydown", ({ key, target }) => key === "Enter" && entered.push(target.value));
        }"""
    )
    steps = base64.b64encode(json.dumps({"vanish_bias": [0.1, -5, None]}).encode()).decode()
    page.evaluate("([entry, words]) => mountStage(entry, words)", [ENTRY, steps])
    bias, other = page.locator("#bias"), page.locator("body > input")
    for keys, value in (
        *((["ArrowUp"], "1.1"), (["ArrowDown", "ArrowDown"], "0.9"), (["PageUp"], "1.9"), (["Shift+ArrowUp"], "1.9")),
        *((["ArrowLeft", "Home"], "1.9"), (["PageDown"] * 8, "-5"), (["ArrowUp"], "-4.9")),
    ):
        for key in keys:
            bias.press(key)
        assert bias.input_value() == value
    assert page.evaluate("entered")[-1] == "-4.9"
    for typed, value in (("−0,5", "-0.4"), ("many", "many"), ("", "")):
        bias.fill(typed)
        bias.press("ArrowUp")
        assert bias.input_value() == value
    other.fill("3")
    other.press("ArrowUp")
    assert other.input_value() == "3"
    bias.fill("1")
    bias.press_sequentially("2")
    before = page.evaluate("entered.length")
    page.keyboard.down("ArrowUp")
    page.keyboard.down("ArrowUp")  # held
    assert page.evaluate("entered.length") == before
    page.keyboard.up("ArrowUp")
    assert page.evaluate("entered.slice(-1)") == ["12.2"]
